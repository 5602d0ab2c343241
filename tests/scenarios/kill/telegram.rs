//! This story on Telegram, which does not recognise repeated messages: a message whose answer was
//! lost in a kill may appear again, and no other.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    time::Duration,
};

use mesabot::entity::outbox::DeliveryState;
use tokio::{sync::watch, time::Instant};

use super::{
    crowd::{ACKNOWLEDGED, REPEATED, number},
    network::{
        Chronicle, Form, Message, Network, Observer, PlatformFault, Pressable, Trouble, Visible,
    },
    oracle::{Figures, Memory, Said, Sequence, seen_file},
};
use crate::support::{
    proxy::Proxy,
    relay::Relay,
    telegram::{BOT_ID, Button, Effect, Emulator, Fault, Ledger, Post},
    upload::Upload,
};

/// How long a person waits for an answer before the story fails.
const DEADLINE: Duration = Duration::from_secs(60);

/// The secret that Telegram sends with each webhook call.
const SECRET: &str = "CANARY_0123456789-0123456789abcdef";
/// How long a person waits before they write again, with webhooks.
const PATIENCE: Duration = Duration::from_secs(1);

pub struct Telegram {
    emulator: Emulator,
    begun: Instant,
    /// The address at which Telegram calls the program; `None` with long polling.
    calls: Option<Proxy>,
    /// The proxy of each replica, where replicas do not share one.
    ways: Vec<Relay>,
}

impl Telegram {
    /// An empty Telegram for long polling.
    pub async fn start() -> Self {
        Self {
            emulator: Emulator::start().await,
            begun: Instant::now(),
            calls: None,
            ways: Vec::new(),
        }
    }

    /// An empty Telegram that each of this many replicas reaches through a proxy of its own.
    pub async fn start_far_away(replicas: usize) -> Self {
        let mut telegram = Self::start().await;
        let server = telegram.emulator.api_url().trim_start_matches("http://").parse();
        let server = server.expect("the proxy has an address");
        for _ in 0..replicas {
            telegram.ways.push(Relay::to(server).await);
        }
        telegram
    }

    /// An empty Telegram that calls this many replicas of the program by webhook.
    pub async fn start_calling(replicas: usize) -> Self {
        let telegram = Self { calls: Some(Proxy::open(replicas).await), ..Self::start().await };
        let emulator = telegram.emulator.clone();
        tokio::spawn(async move {
            let mut wonder = tokio::time::interval(PATIENCE);
            loop {
                wonder.tick().await;
                emulator.passes_the_time();
            }
        });
        telegram
    }
}

impl Telegram {
    /// Adds a person outside the crowd.
    pub fn adds_person(&self, person: i64) {
        self.emulator.add_user(person, "Curiosa", "es");
    }

    /// A person writes, and waits for the first answer.
    pub async fn hears_back(&self, person: i64, text: &str) {
        let heard = |ledger: &Ledger| ledger.said_to(person).len();
        let before = self.emulator.read(heard);
        self.emulator.says(person, person, text);
        self.emulator.wait_until(|ledger| heard(ledger) > before, DEADLINE).await;
    }

    /// Waits until this many programs have started, counted by the menus they set.
    pub async fn is_met_by(&self, programs: usize) {
        let begins = |effect: &&Effect| match effect {
            Effect::Menu { scope, language, .. } => {
                scope["type"] == "all_private_chats" && language.is_empty()
            }
            _ => false,
        };
        let met = |ledger: &Ledger| ledger.effects.iter().filter(begins).count();
        self.emulator.wait_until(|ledger| met(ledger) >= programs, DEADLINE).await;
    }
}

impl Network for Telegram {
    fn environment(&self, replica: usize) -> Vec<(&'static str, String)> {
        let way = self.ways.get(replica).map(|way| format!("http://{}", way.address));
        let mut environment = vec![
            ("MESABOT_TELEGRAM__TOKEN", self.emulator.token().to_owned()),
            (
                "MESABOT_TELEGRAM__API_URL",
                way.unwrap_or_else(|| self.emulator.api_url().to_owned()),
            ),
        ];
        match &self.calls {
            None => environment.push(("MESABOT_TELEGRAM__POLL_TIMEOUT", "1s".to_owned())),
            Some(Proxy { called_at, desks }) => environment.extend([
                ("MESABOT_HTTP__LISTEN", desks[replica].to_string()),
                ("MESABOT_TELEGRAM__WEBHOOK_URL", format!("http://{called_at}/telegram/3f9c1e7a")),
                ("MESABOT_TELEGRAM__WEBHOOK_SECRET", SECRET.to_owned()),
            ]),
        }
        environment
    }

    fn relay_to_platform(&self, replica: usize) -> Option<&Relay> {
        self.ways.get(replica)
    }

    fn keeps_first_words(&self) -> bool {
        true
    }

    fn has_forms(&self) -> bool {
        false
    }

    fn has_troubles(&self) -> bool {
        false
    }

    fn is_watched_by(&self, observer: Observer) {
        self.emulator.on_send(move |_, post| observer(&Visible::Message(read(post))));
    }

    fn adds(&self, person: i64, name: &str) {
        self.emulator.add_user(person, name, "es");
    }

    fn writes(&self, person: i64, text: &str) {
        self.emulator.says(person, person, text);
    }

    fn reports(&self, person: i64, text: &str, _chance: u32) {
        self.writes(person, text);
    }

    fn encloses(&self, person: i64, text: &str, upload: &Upload) {
        self.emulator.sends_upload(person, person, upload, text);
    }

    fn presses(&self, on: &Message, button: &Pressable) {
        let message = i64::try_from(on.at.1).expect("a message key is positive");
        self.emulator.presses(on.reader, on.reader, message, &button.code);
    }

    fn hands_in(&self, _form: &Form, _filled: &[(String, String)]) {
        unreachable!("there are no forms")
    }

    fn tries_again(&self, _person: i64) -> bool {
        // A press waits for the program, however long the program is down.
        false
    }

    fn changed(&self) -> watch::Receiver<u64> {
        self.emulator.changed()
    }

    fn effects(&self) -> usize {
        self.emulator.read(|ledger| ledger.effects.len())
    }

    fn pulse(&self) -> usize {
        // A program on webhooks gives no sign of life of its own, so time passes instead.
        match self.calls {
            None => self.emulator.read(|ledger| ledger.polls),
            Some(_) => usize::try_from(self.begun.elapsed().as_secs()).expect("a short story"),
        }
    }

    fn is_on_its_way(&self, _stored: &HashSet<String>) -> bool {
        !self.emulator.pending().is_empty()
    }

    fn shares_lanes(&self) -> bool {
        false
    }

    fn person_of(&self, lane: &str, key: &str) -> Option<i64> {
        if lane.starts_with("telegram:press:") {
            return key.parse().ok();
        }
        let own = format!("telegram:{BOT_ID}:");
        lane.strip_prefix(&own).or_else(|| lane.strip_prefix("telegram:"))?.parse().ok()
    }

    fn trouble(&self, _trouble: Trouble) {}

    fn injects(&self, fault: PlatformFault, seed: u64) {
        let fault = match fault {
            PlatformFault::TooMany => Fault::RetryAfter(1),
            PlatformFault::Page => Fault::ServerError502Html,
            PlatformFault::CutBefore => Fault::DropBefore,
            PlatformFault::CutAfter => Fault::DropAfter,
        };
        self.emulator.faults().sometimes("*", 300, seed, fault);
    }

    fn clears_injected_faults(&self) {
        self.emulator.faults().clear();
    }

    fn expects_loss(&self) {}

    fn clears_all_faults(&self) {}

    fn clock(&self) -> Duration {
        self.begun.elapsed()
    }

    fn summary(&self) -> String {
        format!("{:?} {}", self.emulator.pending(), self.emulator.read(Ledger::summary))
    }

    fn judge(&self, memory: &Memory, _chronicle: &Chronicle, figures: &mut Figures) {
        self.emulator.read(|ledger| {
            nothing_is_lost(memory, ledger, figures);
            let arrived: BTreeSet<(String, String)> = ledger
                .sends()
                .filter(|post| post.text.contains(ACKNOWLEDGED))
                .filter_map(|post| Some((post.chat.to_string(), number(&post.text)?)))
                .collect();
            memory.state_and_notices_are_one(&arrived, figures);
            every_message_is_accounted_for(memory, ledger, figures);
            assert_eq!(ledger.webhooks_deleted, 0, "a stopping program keeps the webhook");
            chats_are_in_order(memory, ledger);
            assert_eq!(ledger.violations, Vec::<String>::new(), "the platform's own rules");
        });
    }
}

fn read(post: &Post) -> Message {
    let pressable = |button: &Button| Pressable {
        label: button.label.clone(),
        code: button.code.clone(),
        menu: None,
    };
    Message {
        reader: post.chat,
        at: (0, u64::try_from(post.message_id).expect("keys are positive")),
        text: post.text.clone(),
        buttons: post.buttons.iter().flatten().map(pressable).collect(),
    }
}

/// G1: every confirmed update is in the inbox, and no other.
fn nothing_is_lost(memory: &Memory, ledger: &Ledger, figures: &mut Figures) {
    let keys = memory.inbox.iter().map(|row| row.external_key.parse().expect("a number"));
    let stored: BTreeSet<i64> = keys.collect();
    let lost: Vec<_> = ledger.confirmed.difference(&stored).collect();
    assert!(lost.is_empty(), "G1: confirmed and lost: {lost:?}");
    let unconfirmed: Vec<_> = stored.difference(&ledger.confirmed).collect();
    assert!(unconfirmed.is_empty(), "at rest everything is confirmed: {unconfirmed:?}");
    figures.redelivered = ledger.handed_out.values().filter(|times| **times > 1).count();
}

/// G6: each message that appeared belongs to a sent row, or to a row whose answer was lost in a
/// kill; of the latter there are no more than interrupted calls.
fn every_message_is_accounted_for(memory: &Memory, ledger: &Ledger, figures: &mut Figures) {
    #[derive(Default)]
    struct Group {
        appeared: i32,
        known: i32,
        interrupted: i32,
        unknown: i32,
    }
    let mut groups: HashMap<(String, String), Group> = HashMap::new();
    for post in ledger.sends() {
        let seen = post.file.as_ref().map_or_else(
            || post.text.clone(),
            |file| {
                let sent = memory.files.is_as_sent(&file.name, &file.bytes);
                assert!(sent, "not what was sent: {post:#?}");
                seen_file(&file.name)
            },
        );
        // A repetition is marked when it is sent; it counts as the message it repeats.
        let seen = seen.strip_prefix(REPEATED).map(str::to_owned).unwrap_or(seen);
        groups.entry((post.chat.to_string(), seen)).or_default().appeared += 1;
        figures.messages += 1;
    }
    for said in &memory.outbox {
        let (row, Some(seen)) = (&said.row, said.seen()) else { continue };
        let group = groups.entry((row.chat_key.clone(), seen)).or_default();
        // An edit that changed a message has no key of its own, and still one answer.
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
            "G6: {orphans} without a row, {} interrupted, in {chat}: {text}",
            group.interrupted
        );
        let arrived = orphans.min(group.unknown);
        figures.unknown_arrived += usize::try_from(arrived).unwrap_or_default();
        figures.doubled += usize::try_from(orphans - arrived).unwrap_or_default();
        figures.interrupted += group.interrupted;
    }
}

/// G7: the messages about one ticket, and the answers to one person's questions, appear in the
/// order in which the desk wrote them, chat by chat.
fn chats_are_in_order(memory: &Memory, ledger: &Ledger) {
    let written: HashMap<(&str, &str), &Said> = memory
        .outbox
        .iter()
        .filter_map(|said| {
            Some(((said.row.chat_key.as_str(), said.row.message_key.as_deref()?), said))
        })
        .collect();
    let mut last: BTreeMap<(i64, Sequence), (i64, &Post)> = BTreeMap::new();
    for post in ledger.sends() {
        let chat = post.chat.to_string();
        let message = post.message_id.to_string();
        let Some(said) = written.get(&(chat.as_str(), message.as_str())) else { continue };
        let row = said.row.id.0;
        for sequence in said.sequences() {
            if let Some((earlier, before)) = last.insert((post.chat, sequence), (row, post)) {
                assert!(earlier < row, "G7: out of order in {chat}: {before:#?} then {post:#?}");
            }
        }
    }
}
