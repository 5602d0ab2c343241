//! What must hold when everything has come to rest: the platform's ledger held against the desk's
//! database. Each check names the promise that it tries to break.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use mesabot::{
    chat::outgoing::Delivery,
    entity::{inbox, outbox, outbox::DeliveryState, ticket, ticket_event},
};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::crowd::{ACKNOWLEDGED, number};
use crate::support::telegram::{Ledger, Post};

/// Everything that the desk remembers.
pub struct Memory {
    inbox: Vec<inbox::Model>,
    outbox: Vec<Said>,
    tickets: Vec<ticket::Model>,
    events: Vec<ticket_event::Model>,
}

/// A row of the outbox with what it says.
struct Said {
    row: outbox::Model,
    delivery: Delivery,
}

/// What the checks counted.
#[derive(Debug, Default)]
pub struct Figures {
    /// Updates that people caused.
    pub updates: usize,
    /// Updates that were handed out more than once.
    pub redelivered: usize,
    /// Tickets that were registered.
    pub tickets: usize,
    /// Messages that people got.
    pub messages: usize,
    /// Messages that people got twice.
    pub doubled: usize,
    /// Calls whose answer a kill swallowed.
    pub interrupted: i32,
    /// Rows whose outcome nobody knows.
    pub unknown: usize,
    /// Those of them that arrived.
    pub unknown_arrived: usize,
    /// Tickets whose acknowledgement never arrived: killed on the first try and on the second.
    pub unacknowledged: usize,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} updates ({} delivered again), {} tickets ({} acknowledgements unknown), {} messages; \
             {} calls interrupted, {} replies doubled by it, {} of {} unknown ones arrived",
            self.updates,
            self.redelivered,
            self.tickets,
            self.unacknowledged,
            self.messages,
            self.interrupted,
            self.doubled,
            self.unknown_arrived,
            self.unknown,
        )
    }
}

impl Memory {
    /// Reads it all.
    pub async fn read(reader: &impl ConnectionTrait) -> Self {
        let outbox = outbox::Entity::find().order_by_asc(outbox::Column::Id).all(reader).await;
        let said = |row: outbox::Model| {
            let delivery = serde_json::from_str(&row.delivery).expect("the desk reads its own");
            Said { row, delivery }
        };
        Self {
            inbox: inbox::Entity::find().all(reader).await.expect("the inbox is read"),
            outbox: outbox.expect("the outbox is read").into_iter().map(said).collect(),
            tickets: ticket::Entity::find().all(reader).await.expect("tickets are read"),
            events: ticket_event::Entity::find().all(reader).await.expect("events are read"),
        }
    }

    /// Holds all of it against what the platform saw and what people reported.
    pub fn judge(&self, ledger: &Ledger, markers: &[(i64, String)]) -> Figures {
        let mut figures = Figures { tickets: self.tickets.len(), ..Figures::default() };
        self.nothing_told_is_lost(ledger, &mut figures);
        self.everything_acts_once(markers);
        self.state_and_notices_are_one(ledger, &mut figures);
        self.every_message_is_accounted_for(ledger, &mut figures);
        self.chats_are_in_order(ledger);
        assert_eq!(ledger.violations, Vec::<String>::new(), "the platform's own rules");
        figures
    }

    /// G1: what was confirmed is in the inbox. G2: once. What was fetched before a kill was handled
    /// after it, and nothing had to be set aside.
    fn nothing_told_is_lost(&self, ledger: &Ledger, figures: &mut Figures) {
        let stored: BTreeSet<i64> =
            self.inbox.iter().map(|row| row.external_key.parse().expect("a number")).collect();
        assert_eq!(stored.len(), self.inbox.len(), "G2: an update is stored twice");
        let lost: Vec<_> = ledger.confirmed.difference(&stored).collect();
        assert!(lost.is_empty(), "G1: confirmed and lost: {lost:?}");
        let unconfirmed: Vec<_> = stored.difference(&ledger.confirmed).collect();
        assert!(unconfirmed.is_empty(), "at rest everything is confirmed: {unconfirmed:?}");
        for row in &self.inbox {
            assert_eq!(row.open_lane, None, "update {} was never handled", row.external_key);
            assert_eq!(row.quarantine, None, "update {} was set aside", row.external_key);
            assert_eq!(row.attempts, 0, "update {} failed on the way", row.external_key);
        }
        figures.updates = stored.len();
        figures.redelivered = ledger.handed_out.values().filter(|times| **times > 1).count();
    }

    /// G2: each report became one ticket, numbered without gaps. G3: no button acted twice.
    fn everything_acts_once(&self, markers: &[(i64, String)]) {
        let mut numbers: Vec<i64> = self.tickets.iter().map(|ticket| ticket.number.0).collect();
        numbers.sort_unstable();
        let consecutive: Vec<i64> = (1..).take(numbers.len()).collect();
        assert_eq!(numbers, consecutive, "numbers have neither gaps nor doubles");
        for (employee, marker) in markers {
            let found = self.tickets.iter().filter(|ticket| ticket.description.contains(marker));
            assert_eq!(found.count(), 1, "tickets of employee {employee} on {marker}");
        }
        assert_eq!(markers.len(), self.tickets.len(), "every ticket was reported by somebody");
        let mut times: BTreeMap<(i64, &str), usize> = BTreeMap::new();
        for event in &self.events {
            *times.entry((event.ticket_id.0, &event.kind)).or_default() += 1;
        }
        let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "G3: happened more than once: {twice:?}");
        for ticket in &self.tickets {
            assert_eq!(times.get(&(ticket.id.0, "opened")), Some(&1), "#{}", ticket.number);
            let accepted = times.contains_key(&(ticket.id.0, "accepted"));
            assert_eq!(accepted, ticket.technician_id.is_some(), "#{}", ticket.number);
        }
    }

    /// G4: a registered ticket and its acknowledgement are one. G5: the acknowledgement arrived,
    /// or the desk knows that nobody knows.
    fn state_and_notices_are_one(&self, ledger: &Ledger, figures: &mut Figures) {
        let opened = self.events.iter().filter(|event| event.kind == "opened");
        let opened: BTreeSet<i64> = opened.map(|event| event.ticket_id.0).collect();
        let mut acknowledged: BTreeMap<i64, Vec<&Said>> = BTreeMap::new();
        for said in self.outbox.iter().filter(|said| said.text().contains(ACKNOWLEDGED)) {
            if matches!(said.delivery, Delivery::Send { .. }) {
                let ticket = said.row.ticket_id.expect("an acknowledgement names its ticket");
                acknowledged.entry(ticket.0).or_default().push(said);
            }
        }
        let told: BTreeSet<i64> = acknowledged.keys().copied().collect();
        assert_eq!(opened, told, "G4: tickets without acknowledgement, or the other way round");
        let arrived: BTreeSet<(i64, String)> = ledger
            .sends()
            .filter(|post| post.text.contains(ACKNOWLEDGED))
            .filter_map(|post| Some((post.chat, number(&post.text)?)))
            .collect();
        for ticket in &self.tickets {
            let rows = &acknowledged[&ticket.id.0];
            assert_eq!(rows.len(), 1, "G4: acknowledgements of #{}", ticket.number);
            let row = &rows[0].row;
            let chat = row.chat_key.parse().expect("a chat of the platform's");
            if !arrived.contains(&(chat, ticket.number.to_string())) {
                let state = row.state;
                assert_eq!(state, DeliveryState::Unknown, "G5: #{} vanished", ticket.number);
                figures.unacknowledged += 1;
            }
        }
        for Said { row, .. } in &self.outbox {
            assert_eq!(row.open_lane, None, "G5: outbox {} is neither sent nor failed", row.id);
            let settled = match row.state {
                DeliveryState::Sent | DeliveryState::Superseded => true,
                DeliveryState::Failed | DeliveryState::Unknown => row.failure.is_some(),
                DeliveryState::Queued | DeliveryState::Sending => false,
            };
            assert!(settled, "G5: outbox {} ends as {:?} without a word", row.id, row.state);
            assert_ne!(row.state, DeliveryState::Failed, "nothing failed for good: {row:?}");
            assert!(!row.critical || row.state != DeliveryState::Unknown || row.attempts > 1);
            figures.unknown += usize::from(row.state == DeliveryState::Unknown);
        }
    }

    /// G6: each message that appeared is one that the desk knows to have sent, or one whose answer
    /// was lost with a kill; of those there are no more than calls that were interrupted.
    fn every_message_is_accounted_for(&self, ledger: &Ledger, figures: &mut Figures) {
        #[derive(Default)]
        struct Group {
            appeared: i32,
            known: i32,
            interrupted: i32,
            unknown: i32,
        }
        let mut groups: HashMap<(String, String), Group> = HashMap::new();
        for post in ledger.sends() {
            groups.entry((post.chat.to_string(), post.text.clone())).or_default().appeared += 1;
            figures.messages += 1;
        }
        for said in self.outbox.iter().filter(|said| said.message().is_some()) {
            let row = &said.row;
            let group = groups.entry((row.chat_key.clone(), said.text())).or_default();
            // An edit that changed a message has no key of its own, and one answer all the same.
            let answered = i32::from(row.state == DeliveryState::Sent);
            group.known += i32::from(row.message_key.is_some());
            group.interrupted += row.attempts - answered;
            group.unknown += i32::from(row.state == DeliveryState::Unknown);
        }
        for ((chat, text), group) in &groups {
            let orphans = group.appeared - group.known;
            assert!(orphans >= 0, "G6: noted as sent, never appeared in {chat}: {text}");
            assert!(
                orphans <= group.interrupted,
                "G6: {orphans} more than the desk knows of, {} interrupted, in {chat}: {text}",
                group.interrupted
            );
            let arrived = orphans.min(group.unknown);
            figures.unknown_arrived += usize::try_from(arrived).unwrap_or_default();
            figures.doubled += usize::try_from(orphans - arrived).unwrap_or_default();
            figures.interrupted += group.interrupted;
        }
    }

    /// G7: what the desk wrote first appeared first, chat by chat.
    fn chats_are_in_order(&self, ledger: &Ledger) {
        let written: HashMap<(&str, &str), i64> = self
            .outbox
            .iter()
            .filter_map(|Said { row, .. }| {
                Some(((row.chat_key.as_str(), row.message_key.as_deref()?), row.id.0))
            })
            .collect();
        let mut last: BTreeMap<i64, (i64, &Post)> = BTreeMap::new();
        for post in ledger.sends() {
            let (chat, message) = (post.chat.to_string(), post.message_id.to_string());
            let Some(row) = written.get(&(chat.as_str(), message.as_str())) else { continue };
            if let Some((earlier, before)) = last.insert(post.chat, (*row, post)) {
                assert!(earlier < *row, "G7: out of order in {chat}: {before:#?} then {post:#?}");
            }
        }
    }
}

impl Said {
    fn message(&self) -> Option<&mesabot::chat::outgoing::Outgoing> {
        match &self.delivery {
            Delivery::Send { message, .. } | Delivery::Edit { message, .. } => Some(message),
            Delivery::Answer { .. }
            | Delivery::Admit { .. }
            | Delivery::Archive { .. }
            | Delivery::Menu { .. } => None,
        }
    }

    fn text(&self) -> String {
        self.message().map(|message| message.text.to_plain()).unwrap_or_default()
    }
}
