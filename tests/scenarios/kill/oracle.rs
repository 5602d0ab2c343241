//! What must hold at rest, on every network: each check names the guarantee that it tries to break.
//! Checks for one network alone stand beside that network.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use mesabot::{
    chat::outgoing::Delivery,
    domain::id::TicketId,
    entity::{
        inbox, outbox,
        outbox::{DeliveryState, Precedence},
        ticket, ticket_event,
    },
};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::{
    crowd::ACKNOWLEDGED,
    files::{Enclosed, Files},
};

/// Everything in the database of the desk.
pub struct Memory {
    pub inbox: Vec<inbox::Model>,
    pub outbox: Vec<Said>,
    pub files: Files,
    tickets: BTreeMap<i64, ticket::Model>,
    events: Vec<ticket_event::Model>,
}

/// A row of the outbox with its message.
pub struct Said {
    pub row: outbox::Model,
    pub delivery: Delivery,
}

/// Messages that keep their order within one chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sequence {
    /// The messages about one ticket.
    Ticket(i64),
    /// The answers to the reader's own questions.
    Answers,
}

impl Said {
    /// The sequences that this message belongs to. An edit of a card is a view and belongs to none.
    pub fn sequences(&self) -> Vec<Sequence> {
        let is_face = matches!(self.delivery, Delivery::Edit { .. });
        if is_face || self.row.precedence == Precedence::Face {
            return Vec::new();
        }
        let ticket = self.row.ticket_id.map(|ticket| Sequence::Ticket(ticket.0));
        ticket.into_iter().chain(self.row.asked.then_some(Sequence::Answers)).collect()
    }
}

/// What the checks counted.
#[derive(Debug, Default)]
pub struct Figures {
    /// Updates that people caused.
    pub updates: usize,
    /// Updates that were delivered more than once.
    pub redelivered: usize,
    /// Tickets that were registered.
    pub tickets: usize,
    /// Messages that people got.
    pub messages: usize,
    /// Messages that people got twice.
    pub doubled: usize,
    /// Calls whose answer was lost in a kill.
    pub interrupted: i32,
    /// Rows with an unknown outcome.
    pub unknown: usize,
    /// Those of them that arrived.
    pub unknown_arrived: usize,
    /// Tickets whose acknowledgement never arrived: the program was killed at the first attempt and
    /// at the second.
    pub unacknowledged: usize,
    /// Files that were stored.
    pub kept: usize,
    /// Files that were refused, with a notice to the sender.
    pub refused: usize,
    /// Showings of files, over all chats.
    pub shown: usize,
    /// Figures of one network alone, in words.
    pub besides: String,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} updates ({} delivered again), {} tickets ({} acknowledgements unknown), {} messages; \
             {} calls interrupted, {} replies doubled by it, {} of {} unknown ones arrived; {} files kept, {} refused, {} shown{}",
            self.updates,
            self.redelivered,
            self.tickets,
            self.unacknowledged,
            self.messages,
            self.interrupted,
            self.doubled,
            self.unknown_arrived,
            self.unknown,
            self.kept,
            self.refused,
            self.shown,
            self.besides,
        )
    }
}

impl Memory {
    /// Reads all tables; `sent` is what people sent.
    pub async fn read(reader: &impl ConnectionTrait, sent: Vec<Enclosed>) -> Self {
        let outbox = outbox::Entity::find().order_by_asc(outbox::Column::Id).all(reader).await;
        let said = |row: outbox::Model| {
            let delivery = serde_json::from_str(&row.delivery).expect("the desk reads its own");
            Said { row, delivery }
        };
        let tickets = ticket::Entity::find().all(reader).await.expect("tickets are read");
        Self {
            files: Files::read(reader, sent).await,
            inbox: inbox::Entity::find().all(reader).await.expect("the inbox is read"),
            outbox: outbox.expect("the outbox is read").into_iter().map(said).collect(),
            tickets: tickets.into_iter().map(|ticket| (ticket.id.0, ticket)).collect(),
            events: ticket_event::Entity::find().all(reader).await.expect("events are read"),
        }
    }

    /// The ticket of a row.
    pub fn ticket(&self, id: TicketId) -> &ticket::Model {
        self.tickets.get(&id.0).expect("every such row has a ticket")
    }

    /// The history of a ticket, for failed assertions.
    pub fn history(&self, id: TicketId) -> Vec<&ticket_event::Model> {
        self.events.iter().filter(|event| event.ticket_id == id).collect()
    }

    /// Compares the database with what people reported and caused.
    pub fn judge(&self, markers: &[(i64, String)]) -> Figures {
        let figures = Figures {
            tickets: self.tickets.len(),
            updates: self.inbox.len(),
            ..Figures::default()
        };
        self.every_update_is_handled_once();
        self.everything_acts_once(markers);
        figures
    }

    /// G1: every update that was fetched before a kill was handled after it, and none was set
    /// aside. G2: no update is stored twice.
    fn every_update_is_handled_once(&self) {
        let keys: BTreeSet<&str> = self.inbox.iter().map(|row| row.external_key.as_str()).collect();
        assert_eq!(keys.len(), self.inbox.len(), "G2: an update is stored twice");
        for row in &self.inbox {
            assert_eq!(row.open_lane, None, "update {} was never handled", row.external_key);
            assert_eq!(row.quarantine, None, "update {} was set aside", row.external_key);
        }
    }

    /// Where only the program itself fails, no update needs a second attempt.
    pub fn nothing_failed_on_the_way(&self) {
        for row in &self.inbox {
            assert_eq!(row.attempts, 0, "update {} failed on the way", row.external_key);
        }
    }

    /// G2: each report became one ticket, numbered without gaps. G3: no button acted twice.
    fn everything_acts_once(&self, markers: &[(i64, String)]) {
        let mut numbers: Vec<i64> = self.tickets.values().map(|ticket| ticket.number.0).collect();
        numbers.sort_unstable();
        let consecutive: Vec<i64> = (1..).take(numbers.len()).collect();
        assert_eq!(numbers, consecutive, "numbers have neither gaps nor doubles");
        let mut found: HashMap<&str, usize> = HashMap::new();
        for ticket in self.tickets.values() {
            let words: BTreeSet<&str> = ticket.description.split_whitespace().collect();
            words.into_iter().for_each(|word| *found.entry(word).or_default() += 1);
        }
        for (employee, marker) in markers {
            let found = found.get(marker.as_str());
            assert_eq!(found, Some(&1), "tickets of employee {employee} on {marker}");
        }
        assert_eq!(markers.len(), self.tickets.len(), "every ticket has a report");
        let mut times: BTreeMap<(i64, &str), usize> = BTreeMap::new();
        for event in &self.events {
            *times.entry((event.ticket_id.0, &event.kind)).or_default() += 1;
        }
        let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "G3: happened more than once: {twice:?}");
        for ticket in self.tickets.values() {
            assert_eq!(times.get(&(ticket.id.0, "opened")), Some(&1), "#{}", ticket.number);
            let accepted = times.contains_key(&(ticket.id.0, "accepted"));
            assert_eq!(accepted, ticket.technician_id.is_some(), "#{}", ticket.number);
        }
    }

    /// G4: a registered ticket and its acknowledgement are one. G5: the acknowledgement arrived
    /// (`arrived` holds the chat and number of each that did), or its row says that the outcome is
    /// unknown.
    pub fn state_and_notices_are_one(
        &self,
        arrived: &BTreeSet<(String, String)>,
        figures: &mut Figures,
    ) {
        let opened = self.events.iter().filter(|event| event.kind == "opened");
        let opened: BTreeSet<i64> = opened.map(|event| event.ticket_id.0).collect();
        let mut acknowledged: BTreeMap<i64, Vec<&Said>> = BTreeMap::new();
        for said in self.outbox.iter().filter(|said| said.text().contains(ACKNOWLEDGED)) {
            // A message through an interaction is an answer, not a notice. A superseded message is
            // part of the merged message.
            let is_said = said.row.state != DeliveryState::Superseded;
            if is_said && matches!(said.delivery, Delivery::Send { via: None, .. }) {
                // A notice about a message in doubt quotes that message, and belongs to no ticket.
                let Some(ticket) = said.row.ticket_id else { continue };
                acknowledged.entry(ticket.0).or_default().push(said);
            }
        }
        let acknowledged_tickets: BTreeSet<i64> = acknowledged.keys().copied().collect();
        assert_eq!(
            opened, acknowledged_tickets,
            "G4: tickets without acknowledgement, or the reverse"
        );
        for ticket in self.tickets.values() {
            let rows = &acknowledged[&ticket.id.0];
            assert_eq!(rows.len(), 1, "G4: acknowledgements of #{}", ticket.number);
            let row = &rows[0].row;
            if !arrived.contains(&(row.chat_key.clone(), ticket.number.to_string())) {
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
            assert!(settled, "G5: outbox {} ends as {:?} without a reason", row.id, row.state);
            assert_ne!(row.state, DeliveryState::Failed, "nothing failed for good: {row:?}");
            assert!(!row.critical || row.state != DeliveryState::Unknown || row.attempts > 1);
            figures.unknown += usize::from(row.state == DeliveryState::Unknown);
        }
    }
}

impl Said {
    /// The message, if the delivery has one.
    pub fn message(&self) -> Option<&mesabot::chat::outgoing::Outgoing> {
        match &self.delivery {
            Delivery::Send { message, .. } | Delivery::Edit { message, .. } => Some(message),
            Delivery::Answer { .. }
            | Delivery::Admit { .. }
            | Delivery::Archive { .. }
            | Delivery::File(_)
            | Delivery::Menu { .. } => None,
        }
    }

    /// The visible content: the text without styles, or the file's name. `None` if nothing becomes
    /// visible.
    pub fn seen(&self) -> Option<String> {
        match &self.delivery {
            Delivery::File(file) => Some(seen_file(&file.name)),
            _ => self.message().map(|message| legible(&message.text.to_plain())),
        }
    }

    /// The text without styles.
    pub fn text(&self) -> String {
        self.message().map(|message| legible(&message.text.to_plain())).unwrap_or_default()
    }
}

/// Text as the emulated networks show it: they turn a non-breaking space into a plain one.
fn legible(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// The visible content of a file.
pub fn seen_file(name: &str) -> String {
    format!("📎 {name}")
}
