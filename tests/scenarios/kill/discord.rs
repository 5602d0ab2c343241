//! This story on Discord, where a repeated message is recognised by its nonce, where interactions
//! are lost while no program listens, and where the connection has troubles of its own.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    time::Duration,
};

use mesabot::{chat::outgoing::Delivery, entity::outbox::DeliveryState};
use serde_json::json;
use tokio::sync::watch;

use super::{
    crowd::{ACKNOWLEDGED, number},
    network::{
        Chronicle, Field, Form, Message, Network, Observer, PlatformFault, Pressable, Trouble,
        Visible,
    },
    oracle::{Figures, Memory, Said, Sequence},
};
use crate::support::{
    discord::{BOT_ID, ChannelKind, Effect, Emulator, Fault, Ledger, MenuRef, Modal, Post, Told},
    relay::Relay,
    upload::Upload,
};

/// The component type of a field for files.
const FILES: u64 = 19;
const GUILD: u64 = 7_001;
const CHANNEL: u64 = 7_002;
/// How long a session without a connection is kept when several programs listen.
const LASTING: Duration = Duration::from_secs(3);
/// How long the platform waits for the first answer to an interaction.
const PATIENCE: Duration = Duration::from_secs(3);

pub struct Discord {
    emulator: Emulator,
    seed: u64,
    /// Whether several programs listen, of which only some die.
    several: bool,
}

impl Discord {
    /// A Discord on which answers are lost now and then.
    pub async fn start(seed: u64) -> Self {
        let emulator = Emulator::start().await;
        emulator.add_guild(GUILD, "Entidad");
        emulator.add_channel(CHANNEL, GUILD, ChannelKind::Text, "mesa");
        emulator.heartbeat_interval(Duration::from_millis(700));
        let discord = Self { emulator, seed, several: false };
        discord.clears_injected_faults();
        discord
    }

    /// The same for several programs: a session that is not resumed is soon forgotten.
    pub async fn start_for_several(seed: u64) -> Self {
        let discord = Self::start(seed).await;
        discord.emulator.sessions_last(LASTING);
        Self { several: true, ..discord }
    }
}

impl Network for Discord {
    fn environment(&self, _replica: usize) -> Vec<(&'static str, String)> {
        vec![
            ("MESABOT_DISCORD__TOKEN", self.emulator.token().to_owned()),
            ("MESABOT_DISCORD__API_URL", self.emulator.api_url().to_owned()),
        ]
    }

    fn relay_to_platform(&self, _replica: usize) -> Option<&Relay> {
        None
    }

    fn keeps_first_words(&self) -> bool {
        false
    }

    fn has_forms(&self) -> bool {
        true
    }

    fn has_troubles(&self) -> bool {
        true
    }

    fn is_watched_by(&self, observer: Observer) {
        self.emulator.on_effect(move |emulator, effect| match effect {
            Effect::Sent(post) | Effect::Edited(post) if !post.loading() => {
                if let Some(message) = read(emulator, post) {
                    observer(&Visible::Message(message));
                }
            }
            Effect::Modal(modal) => observer(&Visible::Form(opened(modal))),
            _ => {}
        });
    }

    fn adds(&self, person: i64, name: &str) {
        self.emulator.add_user(key(person), name, "es-419");
        self.emulator.joins(GUILD, key(person));
        self.emulator.direct(key(person));
    }

    fn writes(&self, person: i64, text: &str) {
        self.emulator.dms(key(person), text);
    }

    fn reports(&self, person: i64, text: &str, chance: u32) {
        let person = key(person);
        match chance % 4 {
            0 => drop(self.emulator.uses_command(person, CHANNEL, "new", &[])),
            1 => {
                let given = [("text", json!(text))];
                self.emulator.uses_command(person, CHANNEL, "new", &given);
            }
            _ => drop(self.emulator.dms(person, text)),
        }
    }

    fn encloses(&self, person: i64, text: &str, upload: &Upload) {
        let person = key(person);
        self.emulator.sends_upload(person, self.emulator.direct(person), upload, text);
    }

    fn presses(&self, on: &Message, button: &Pressable) {
        let ((channel, message), reader) = (on.at, key(on.reader));
        match &button.menu {
            Some(menu) => {
                let menu = MenuRef { message, code: menu };
                self.emulator.selects(reader, channel, menu, &[&button.code])
            }
            None => self.emulator.presses(reader, channel, message, &button.code),
        };
    }

    fn hands_in(&self, form: &Form, filled: &[(String, String)]) {
        let filled: Vec<_> =
            filled.iter().map(|(code, value)| (code.as_str(), json!(value))).collect();
        // A double click may have opened another form already.
        let _ = self.emulator.submits_if_open(key(form.reader), form.opened_by, &filled);
    }

    fn tries_again(&self, person: i64) -> bool {
        let person = key(person);
        let written = self.emulator.written_in_private();
        let wrote = written.iter().rev().find(|(_, author)| *author == person);
        let done = self.emulator.interactions();
        let last = done.iter().rev().find(|one| one.user == person);
        let Some(failed) = last.filter(|one| one.answered.is_none()) else {
            return false;
        };
        wrote.is_none_or(|(message, _)| *message < failed.id)
            && self.emulator.tries_again(failed.id).is_some()
    }

    fn changed(&self) -> watch::Receiver<u64> {
        self.emulator.changed()
    }

    fn effects(&self) -> usize {
        self.emulator.read(|ledger| ledger.effects.len())
    }

    fn pulse(&self) -> usize {
        self.emulator.read(|ledger| ledger.heartbeats)
    }

    fn is_on_its_way(&self, stored: &HashSet<String>) -> bool {
        let done = self.emulator.interactions();
        let unheard = |one: &Told| one.may_be_heard && !stored.contains(&format!("i:{}", one.id));
        let written = self.emulator.written_in_private();
        written.iter().any(|(message, _)| !stored.contains(&format!("m:{message}")))
            || done.iter().any(unheard)
    }

    fn shares_lanes(&self) -> bool {
        true
    }

    fn person_of(&self, lane: &str, key: &str) -> Option<i64> {
        let press = || lane.strip_prefix("discord:press:")?.split(':').next();
        let user = match key.strip_prefix("i:").or_else(press) {
            Some(interaction) => self.emulator.user_of(interaction.parse().ok()?)?,
            None => lane.rsplit_once('@')?.1.parse().ok()?,
        };
        i64::try_from(user).ok()
    }

    fn trouble(&self, trouble: Trouble) {
        match trouble {
            Trouble::Cut => self.emulator.kill_sockets(),
            Trouble::Reconnect => self.emulator.reconnect(),
            Trouble::Invalid => self.emulator.invalid_session(false),
            Trouble::Forgotten => {
                self.emulator.forgets_sessions();
                self.emulator.kill_sockets();
            }
        }
    }

    fn injects(&self, fault: PlatformFault, seed: u64) {
        let fault = match fault {
            PlatformFault::TooMany => {
                Fault::RateLimited { retry_after: 1.0, global: false, scope: "shared" }
            }
            PlatformFault::Page => Fault::ServerError502Html,
            PlatformFault::CutBefore => Fault::DropBefore,
            PlatformFault::CutAfter => Fault::DropAfter,
        };
        self.emulator.faults().sometimes("*", 200, seed, fault);
    }

    fn clears_injected_faults(&self) {
        let faults = self.emulator.faults();
        let seed = self.seed;
        faults.clear();
        for (at, route) in [
            "POST /channels/*/messages",
            "PATCH /channels/*/messages/*",
            "POST /interactions/*/*/callback",
            "POST /webhooks/*/*",
        ]
        .into_iter()
        .enumerate()
        {
            faults.sometimes(route, 10, seed ^ at as u64, Fault::DropAfter);
            faults.sometimes(route, 5, !seed ^ at as u64, Fault::DropBefore);
        }
    }

    fn expects_loss(&self) {
        // No program will resume the session. Where other programs live, the session ends by its
        // own timeout.
        if !self.several {
            self.emulator.forgets_sessions();
        }
    }

    fn clears_all_faults(&self) {
        self.emulator.faults().clear();
    }

    fn clock(&self) -> Duration {
        self.emulator.clock()
    }

    fn summary(&self) -> String {
        self.emulator.read(Ledger::summary)
    }

    fn judge(&self, memory: &Memory, chronicle: &Chronicle, figures: &mut Figures) {
        let interactions = self.emulator.interactions();
        let written = self.emulator.written_in_private();
        nothing_is_lost(memory, &written, &interactions, chronicle, figures);
        self.files_are_as_sent(memory);
        self.emulator.read(|ledger| {
            let arrived: BTreeSet<(String, String)> = ledger
                .sends()
                .filter(|post| post.text().contains(ACKNOWLEDGED))
                .filter_map(|post| Some((self.chat(post)?, number(&post.text())?)))
                .collect();
            memory.state_and_notices_are_one(&arrived, figures);
            assert_eq!(
                figures.unacknowledged, 0,
                "G5: what is recognised is sent until it arrives"
            );
            every_message_appeared_once(memory, ledger, figures);
            let repeated = answers_are_accounted_for(memory, ledger, figures);
            let sessions = (ledger.readies, ledger.resumes);
            figures.besides += &format!(
                "; {repeated} answers shown twice where nothing is recognised; {} sessions begun, \
                 {} taken up again, {} requests cut off",
                sessions.0,
                sessions.1,
                ledger.calls.iter().filter(|call| call.status == 0).count(),
            );
            assert_eq!(ledger.violations, Vec::<String>::new(), "the platform's own rules");
        });
    }
}

impl Discord {
    /// Files are shown with the bytes that were sent.
    fn files_are_as_sent(&self, memory: &Memory) {
        let posts: Vec<Post> = self.emulator.read(|ledger| ledger.sends().cloned().collect());
        let shown = posts.iter().filter(|post| post.author == BOT_ID);
        for file in shown.flat_map(|post| &post.attachments) {
            let name = file["filename"].as_str().unwrap_or_default();
            let sent = memory.files.is_as_sent(name, &self.emulator.content(file));
            assert!(sent, "not what was sent: {file}");
        }
    }

    /// The desk's key of the private chat that holds a message.
    fn chat(&self, post: &Post) -> Option<String> {
        (post.channel != CHANNEL).then(|| post.recipient.map(|person| format!("@{person}")))?
    }
}

fn key(person: i64) -> u64 {
    u64::try_from(person).expect("people have positive keys")
}

/// A message as its one reader sees it; `None` when all members can read it.
fn read(emulator: &Emulator, post: &Post) -> Option<Message> {
    let reader = post
        .only_for
        .or(post.recipient)
        .or_else(|| post.interaction.and_then(|interaction| emulator.user_of(interaction)))?;
    let buttons = post.buttons().into_iter().filter(|button| !button.disabled);
    let pressable = |button: crate::support::discord::Button| Pressable {
        label: button.label,
        code: button.custom_id,
        menu: None,
    };
    let chosen = post.selects().into_iter().flat_map(|menu| {
        let entry = move |(label, code): (String, String)| Pressable {
            label,
            code,
            menu: Some(menu.custom_id.clone()),
        };
        menu.options.into_iter().map(entry)
    });
    Some(Message {
        reader: i64::try_from(reader).ok()?,
        at: (post.channel, post.message_id),
        text: post.text(),
        buttons: buttons.map(pressable).chain(chosen).collect(),
    })
}

fn opened(modal: &Modal) -> Form {
    let field = |field: serde_json::Value| {
        let options = field["options"].as_array().cloned().unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        Field {
            key: text(&field["custom_id"]).unwrap_or_default(),
            value: text(&field["value"]).filter(|value| !value.is_empty()),
            choices: options.iter().filter_map(|option| text(&option["value"])).collect(),
        }
    };
    Form {
        reader: i64::try_from(modal.user).expect("people have small keys"),
        opened_by: modal.interaction,
        // Fields for files are optional, and the crowd fills none.
        fields: modal.fields().into_iter().filter(|one| one["type"] != FILES).map(field).collect(),
    }
}

/// G1, G9: every message that a person wrote is in the inbox, whichever program listened. G10: an
/// interaction is answered in time unless the program died in between. An interaction that no
/// program received left nothing behind: the person saw the platform's own failure. Only an
/// interaction that was deferred because the database stalled may be forgotten, when its program
/// dies before it can be stored.
fn nothing_is_lost(
    memory: &Memory,
    written: &[(u64, u64)],
    interactions: &[Told],
    chronicle: &Chronicle,
    figures: &mut Figures,
) {
    let stored: HashSet<&str> = memory.inbox.iter().map(|row| row.external_key.as_str()).collect();
    let lost: Vec<_> =
        written.iter().filter(|(key, _)| !stored.contains(format!("m:{key}").as_str())).collect();
    assert!(lost.is_empty(), "G9: written and lost: {lost:?}");
    let disturbed = |one: &Told| chronicle.was_disturbed(one.at, one.at + PATIENCE);
    let mut answered = 0;
    let mut failed = 0;
    let mut late = 0;
    let mut forgotten = 0;
    for one in interactions {
        let kept = stored.contains(format!("i:{}", one.id).as_str());
        let put_off = matches!(one.answered, Some(5 | 6)) && chronicle.was_parted(one.at);
        let whole = kept || one.answered.is_none() || put_off;
        assert!(whole, "half-done: {one:?} is answered but not stored");
        match (one.answered, kept) {
            (Some(_), true) => answered += 1,
            (Some(_), false) => forgotten += 1,
            (None, true) => late += 1,
            (None, false) => failed += 1,
        }
        let excused = one.answered.is_some() || !one.heard || disturbed(one);
        assert!(excused, "G10: {one:?} was not answered in time; kept: {kept}");
    }
    figures.besides += &format!(
        "; {} interactions: {answered} answered in time, {failed} failed whole, {late} done after a \
         death had cut them off, {forgotten} put off without a database and forgotten with a death",
        interactions.len()
    );
}

/// G6: no message appeared twice, and each belongs to a sent row of the outbox. G7: messages appear
/// in the order in which they were written, chat by chat. G16: no personal message appeared where
/// all members can read it.
pub fn every_message_appeared_once(memory: &Memory, ledger: &Ledger, figures: &mut Figures) {
    let rows: HashMap<i64, &Said> =
        memory.outbox.iter().map(|said| (said.row.id.0, said)).collect();
    let mut seen: BTreeSet<(i64, String)> = BTreeSet::new();
    let mut last: BTreeMap<(u64, Sequence), (i64, String)> = BTreeMap::new();
    let mut keys: HashSet<String> = HashSet::new();
    for post in ledger.sends().filter(|post| post.author == BOT_ID && post.only_for.is_none()) {
        assert_ne!(post.channel, CHANNEL, "G16: sent to all members: {post:#?}");
        figures.messages += 1;
        keys.insert(format!("{}/{}", post.channel, post.message_id));
        if post.interaction.is_some() {
            continue;
        }
        let nonce = post.nonce.as_ref().and_then(|nonce| nonce.as_str()).unwrap_or_default();
        let (row, part) = nonce.split_once('.').unwrap_or_else(|| panic!("no nonce: {post:#?}"));
        let row = i64::from_str_radix(row, 16).expect("a nonce begins with its row");
        assert!(seen.insert((row, part.to_owned())), "G6: appeared twice: {post:#?}");
        let said = rows.get(&row).unwrap_or_else(|| panic!("no row for {post:#?}"));
        let answers =
            matches!(&said.delivery, Delivery::Send { via: Some(_), .. } | Delivery::Answer { .. });
        // An answer that came too late for its interaction goes elsewhere, without an order.
        if answers {
            continue;
        }
        assert_eq!(said.row.state, DeliveryState::Sent, "G6: {:?} appeared", said.row);
        for sequence in said.sequences() {
            let place = (post.channel, sequence);
            if let Some((before, text)) = last.insert(place, (row, post.text())) {
                assert!(before <= row, "G7: out of order: {text} then {}", post.text());
            }
        }
    }
    for Said { row, .. } in &memory.outbox {
        let sent = row.message_key.as_ref().filter(|key| !key.starts_with("ephemeral/"));
        let appeared = sent.is_none_or(|key| keys.contains(key));
        assert!(appeared, "G6: noted as sent, never appeared: {row:?}");
    }
}

/// A message through an interaction has no nonce: it may appear once more for each interrupted
/// call, and no more often. Returns the number of interrupted calls.
pub fn answers_are_accounted_for(memory: &Memory, ledger: &Ledger, figures: &mut Figures) -> i32 {
    #[derive(Default)]
    struct Group {
        shown: i32,
        rows: i32,
        interrupted: i32,
        unknown: i32,
    }
    let mut groups: HashMap<u64, Group> = HashMap::new();
    let mut waited: HashSet<u64> = HashSet::new();
    for effect in &ledger.effects {
        match effect {
            Effect::Sent(post) if post.loading() => drop(waited.insert(post.message_id)),
            Effect::Sent(post) => {
                let Some(interaction) = post.interaction else { continue };
                groups.entry(interaction).or_default().shown += 1;
            }
            // The answer that replaces the placeholder.
            Effect::Edited(post) if waited.remove(&post.message_id) => {
                let Some(interaction) = post.interaction else { continue };
                groups.entry(interaction).or_default().shown += 1;
            }
            Effect::Modal(modal) => groups.entry(modal.interaction).or_default().shown += 1,
            _ => {}
        }
    }
    for Said { row, delivery } in &memory.outbox {
        let answered = i32::from(row.state == DeliveryState::Sent);
        let interrupted = (row.attempts - answered).max(0);
        let token = match delivery {
            Delivery::Send { via: Some(token), .. } => token,
            Delivery::Answer { token, text: Some(_) } => token,
            _ => {
                figures.interrupted += interrupted;
                continue;
            }
        };
        let interaction = token.split(':').next().and_then(|id| id.parse().ok());
        let group = groups.entry(interaction.expect("a token begins with a key")).or_default();
        group.rows += 1;
        group.interrupted += interrupted;
        group.unknown += i32::from(row.state == DeliveryState::Unknown);
    }
    let mut repeated = 0;
    for (interaction, group) in &groups {
        let more = (group.shown - group.rows).max(0);
        assert!(
            more <= group.interrupted,
            "G6: {interaction} was answered {} times for {} answers, {} interrupted",
            group.shown,
            group.rows,
            group.interrupted
        );
        repeated += more;
        figures.interrupted += group.interrupted;
        let arrived = group.unknown - (group.rows - group.shown).clamp(0, group.unknown);
        figures.unknown_arrived += usize::try_from(arrived).unwrap_or_default();
    }
    repeated
}
