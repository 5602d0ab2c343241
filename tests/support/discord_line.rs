//! The desk's Discord adapter in a test: the real adapter and gateway client against the emulated
//! platform. The adapter stores events by itself; the test steps the handling.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use mesabot::{
    app::run::discord::intake,
    channel::{
        Channel,
        discord::{
            self, DiscordSettings, Interactions,
            gateway::{Gateway, ListenOptions, Shard},
            intake::Intake,
            receive::receive,
        },
        raw_json,
    },
    chat::commands::CATALOGUE,
    domain::channel::ChannelKind,
};
use tokio::sync::watch;

use super::{
    desk::{DEADLINE, HelpDesk},
    discord::{ChannelKind as Kind, Emulator, MANAGE_MESSAGES, Post, Typing},
};

/// A guild and a channel of it that the users of a scenario are in.
pub const GUILD: u64 = 7_001;
pub const CHANNEL: u64 = 7_002;

const SOURCE: &str = "discord:1";

/// The Discord adapter of a desk, with the emulator that it talks to.
pub struct DiscordLine {
    pub emulator: Emulator,
    /// The interactions that wait for a response, as the desk knows them.
    pub interactions: Arc<Interactions>,
    stored: watch::Receiver<BTreeSet<String>>,
    /// How often a session became ready and the messages missed before it were fetched.
    readies: watch::Receiver<usize>,
    _stop: watch::Sender<bool>,
}

/// A user of the guild.
#[derive(Clone, Copy)]
pub struct Member {
    pub id: u64,
}

impl Member {
    /// This user in a channel or thread.
    pub fn at(self, channel: u64) -> MemberAt {
        MemberAt { who: self, channel }
    }
}

/// A user and the channel or thread in which they act.
#[derive(Clone, Copy)]
pub struct MemberAt {
    pub who: Member,
    pub channel: u64,
}

impl DiscordLine {
    /// Adds Discord to a desk that has a Telegram adapter.
    pub async fn open(desk: &mut HelpDesk) -> Self {
        Self::open_as(desk, Some(CHANNEL), false).await
    }

    /// Adds Discord with `channel_id` as the channel for users whose direct messages are closed;
    /// `None` for no such channel.
    pub async fn open_in(desk: &mut HelpDesk, channel_id: Option<u64>) -> Self {
        Self::open_as(desk, channel_id, false).await
    }

    /// Adds Discord, with or without the right to read messages that do not mention the bot.
    pub async fn open_with(desk: &mut HelpDesk, overhears: bool) -> Self {
        Self::open_as(desk, Some(CHANNEL), overhears).await
    }

    async fn open_as(desk: &mut HelpDesk, channel_id: Option<u64>, overhears: bool) -> Self {
        let emulator = Emulator::start().await;
        emulator.add_guild(GUILD, "Entidad");
        emulator.add_channel(CHANNEL, GUILD, Kind::Text, "mesa");
        let settings = DiscordSettings {
            token: emulator.token().to_owned().into(),
            api_url: emulator.api_url().parse().unwrap(),
            guild_id: None,
            channel_id,
            staff_permission: Some(MANAGE_MESSAGES),
            request_timeout: Duration::from_secs(2),
        };
        let (adapter, identity) = discord::connect(&settings).await.expect("the emulator answers");
        adapter.register_commands(CATALOGUE.iter()).await.expect("the commands are taken");
        let (stop, stopping) = watch::channel(false);
        let (sender, stored) = watch::channel(BTreeSet::new());
        let gateway = Gateway::new(&settings, Arc::clone(adapter.http()), overhears);
        let adapter = adapter.overhearing(overhears);
        let interactions = Arc::clone(adapter.interactions());
        let (ready, readies) = watch::channel(0);
        let intake = noting(intake(&desk.app, &adapter, SOURCE), sender, ready);
        tokio::spawn(async move {
            gateway.run(Shard::WHOLE, &intake, ListenOptions::new(None, stopping)).await
        });
        let telegram = std::mem::replace(
            &mut desk.workers.handler.receive,
            Box::new(|_| unreachable!("replaced below")),
        );
        desk.workers.handler.receive = Box::new(move |row| {
            if row.source != SOURCE {
                return telegram(row);
            }
            let raw = raw_json::read(&row.raw)?;
            receive(&raw, &identity).map_err(|error| error.to_string())
        });
        let channel: Arc<dyn Channel> = Arc::new(adapter);
        let fetcher = desk.workers.fetcher.as_mut().expect("files are kept");
        fetcher.channels.insert(ChannelKind::Discord, Arc::clone(&channel));
        desk.workers.courier.channels.insert(ChannelKind::Discord, channel);
        emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
        Self { emulator, interactions, stored, readies, _stop: stop }
    }

    /// Ends the gateway session, and waits until the desk has started a new one and fetched what it
    /// missed.
    pub async fn comes_back(&self, desk: &HelpDesk) {
        let mut readies = self.readies.clone();
        let before = *readies.borrow_and_update();
        self.emulator.invalid_session(false);
        let waiting = readies.wait_for(|now| *now > before);
        tokio::time::timeout(DEADLINE, waiting).await.expect("it comes back").unwrap();
        Box::pin(desk.workers.settle()).await.expect("the workers go on");
    }

    /// Adds a user to the guild; `locale` is the language of the user's client.
    pub fn member(&self, id: u64, name: &str, locale: &str) -> Member {
        self.emulator.add_user(id, name, locale);
        self.emulator.joins(GUILD, id);
        Member { id }
    }

    /// Waits until the inbox row with this key is stored, then runs the workers until they are
    /// idle.
    pub async fn after(&self, desk: &HelpDesk, key: String) {
        self.stored(&key).await;
        Box::pin(desk.workers.settle()).await.expect("the workers go on");
    }

    /// Waits until the inbox row with this key is stored, and runs no worker.
    pub async fn hears(&self, key: String) {
        self.stored(&key).await;
    }

    /// Waits until an inbox row whose key has this prefix is stored, then runs the workers until
    /// they are idle.
    pub async fn after_one_of(&self, desk: &HelpDesk, beginning: &str) {
        self.waits(|stored| stored.iter().any(|key| key.starts_with(beginning))).await;
        Box::pin(desk.workers.settle()).await.expect("the workers go on");
    }

    /// Waits until the inbox row with this key is stored.
    pub async fn stored(&self, key: &str) {
        self.waits(|stored| stored.contains(key)).await;
    }

    async fn waits(&self, fulfilled: impl Fn(&BTreeSet<String>) -> bool) {
        let mut stored = self.stored.clone();
        let waiting = stored.wait_for(fulfilled);
        tokio::time::timeout(DEADLINE, waiting).await.expect("it is stored").unwrap();
    }

    /// The user sends the desk a direct message.
    pub async fn dms(&self, desk: &HelpDesk, who: Member, text: &str) {
        let message = self.emulator.dms(who.id, text);
        self.after(desk, format!("m:{message}")).await;
    }

    /// The user writes in a channel or thread.
    pub async fn says(&self, desk: &HelpDesk, at: MemberAt, text: &str) {
        let MemberAt { who, channel } = at;
        let message = self.emulator.says(who.id, channel, text);
        self.after(desk, format!("m:{message}")).await;
    }

    /// The user runs a slash command in a channel.
    pub async fn uses(
        &self,
        desk: &HelpDesk,
        at: MemberAt,
        command: &str,
        given: &[(&str, serde_json::Value)],
    ) -> u64 {
        let MemberAt { who, channel } = at;
        let interaction = self.emulator.uses_command(who.id, channel, command, given);
        self.after(desk, format!("i:{interaction}")).await;
        interaction
    }

    /// The user runs the user-menu command that opens a ticket for another user.
    pub async fn opens_for(&self, desk: &HelpDesk, who: Member, target: u64) -> u64 {
        let name = "Open a ticket for…";
        let interaction = self.emulator.uses_on_user(who.id, CHANNEL, target, name);
        self.after(desk, format!("i:{interaction}")).await;
        interaction
    }

    /// The autocomplete suggestions for what the user is typing, as `name = value`.
    pub async fn suggested(&self, who: Member, typing: &Typing<'_>) -> Vec<String> {
        let asked = self.emulator.types(who.id, CHANNEL, typing);
        self.emulator.wait_until(|ledger| ledger.response_to(asked).is_some(), DEADLINE).await;
        let choices =
            self.emulator.choices(asked).expect("something is suggested, if only nothing");
        let shown =
            |choice: &serde_json::Value| format!("{} = {}", choice["name"], choice["value"]);
        choices.iter().map(|choice| shown(choice).replace('"', "")).collect()
    }

    /// The modal that the user sees: its title, and each label with the field's value.
    pub fn form(&self, who: Member) -> String {
        let form = self.emulator.modal_shown(who.id).expect("a form is shown");
        let line = |field: &serde_json::Value| {
            let (label, inside) =
                (field["label"].as_str().unwrap_or_default(), &field["component"]);
            let options = inside["options"].as_array().into_iter().flatten();
            let options: Vec<&str> = options.filter_map(|o| o["label"].as_str()).collect();
            let value = inside["value"].as_str().unwrap_or_default();
            let hint = field["description"].as_str().map(|hint| format!("({hint}) "));
            let line =
                [label, " ", &hint.unwrap_or_default(), value, &options.join(" | ")].concat();
            let files = inside["type"] == 19;
            format!("\n{}{}", line.trim_end(), if files { " 📎" } else { "" })
        };
        form.title + &form.components.iter().map(line).collect::<String>()
    }

    /// The user presses the newest button with this label in a direct or ephemeral message.
    pub async fn presses(&self, desk: &HelpDesk, who: Member, label: &str) -> u64 {
        let found = self.emulator.button_before(who.id, label);
        let Some((channel, message, code)) = found else {
            panic!("no button «{label}» in\n{}\n{}", self.reads(who), self.reads_alone(who));
        };
        let interaction = self.emulator.presses(who.id, channel, message, &code);
        self.after(desk, format!("i:{interaction}")).await;
        interaction
    }

    /// The user presses the newest button with this label in a channel.
    pub async fn presses_in(&self, desk: &HelpDesk, at: MemberAt, label: &str) -> u64 {
        let MemberAt { who, channel } = at;
        let found = self.emulator.button(channel, label);
        let Some((message, code)) = found else {
            panic!("no button «{label}» in\n{}", self.reads_in(channel));
        };
        let interaction = self.emulator.presses(who.id, channel, message, &code);
        self.after(desk, format!("i:{interaction}")).await;
        interaction
    }

    /// The user submits the modal that an interaction opened.
    pub async fn submits(
        &self,
        desk: &HelpDesk,
        who: Member,
        opened_by: u64,
        fields: &[(&str, serde_json::Value)],
    ) {
        let interaction = self.emulator.submits(who.id, opened_by, fields);
        self.after(desk, format!("i:{interaction}")).await;
    }

    /// The current versions of the messages in the user's direct-message channel.
    pub fn reads(&self, who: Member) -> String {
        self.reads_in(self.emulator.direct(who.id))
    }

    /// The current versions of the desk's messages in a channel.
    pub fn reads_in(&self, channel: u64) -> String {
        let shown = self.emulator.messages(channel);
        shown.iter().map(face).collect::<Vec<_>>().join("\n---\n")
    }

    /// The current versions of the ephemeral messages that only this user sees.
    pub fn reads_alone(&self, who: Member) -> String {
        let shown = self.emulator.ephemerals(who.id);
        shown.iter().map(face).collect::<Vec<_>>().join("\n---\n")
    }

    /// Asserts that the desk did nothing that Discord's API does not allow.
    pub fn assert_proper(&self) {
        self.emulator
            .read(|ledger| assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations));
    }

    /// Asserts that each interaction that needs a response has exactly one.
    pub fn assert_answered(&self) {
        let unanswered = self.emulator.unanswered();
        assert!(unanswered.is_empty(), "never answered: {unanswered:?}");
    }
}

/// Wraps the intake: records the key of every stored row, and counts how often the gateway became
/// ready.
fn noting(
    intake: Intake,
    stored: watch::Sender<BTreeSet<String>>,
    readies: watch::Sender<usize>,
) -> Intake {
    let keep = intake.store;
    let fetch = intake.ready;
    Intake {
        store: Box::new(move |events| {
            let keys: Vec<String> = events.iter().map(|event| event.key.clone()).collect();
            let kept = keep(events);
            let stored = stored.clone();
            Box::pin(async move {
                kept.await?;
                stored.send_modify(|known| known.extend(keys));
                Ok(())
            })
        }),
        ready: Box::new(move |shard, nothing_missed| {
            let fetched = fetch(shard, nothing_missed);
            let readies = readies.clone();
            Box::pin(async move {
                fetched.await;
                readies.send_modify(|count| *count += 1);
            })
        }),
        ..intake
    }
}

/// A message as a user reads it, with its buttons below the text.
pub fn face(post: &Post) -> String {
    let buttons = post.buttons();
    let labels: Vec<String> = buttons.iter().map(|button| format!("[{}]", button.label)).collect();
    let files = post.attachments.iter().filter_map(|file| file["filename"].as_str());
    let files: String = files.map(|name| format!("📎 {name}\n")).collect();
    format!("{files}{}\n{}", post.text(), labels.join(" ")).trim_end().to_owned()
}
