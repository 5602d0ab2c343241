//! Discord's line to a desk in a test: the real adapter and gateway against the played platform.
//! What is heard is stored by itself; handling it is stepped with the desk.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use mesabot::{
    app::run::discord::intake,
    channel::{
        Channel,
        discord::{
            self, DiscordSettings, Interactions,
            gateway::{Gateway, Shard},
            intake::Intake,
            receive::receive,
        },
        told,
    },
    chat::commands::CATALOGUE,
    domain::channel::ChannelKind,
};
use tokio::sync::watch;

use super::{
    desk::{DEADLINE, HelpDesk},
    discord::{ChannelKind as Kind, Emulator, MANAGE_MESSAGES, Post},
};

/// The server, and a channel of it, in which people of the story are.
pub const GUILD: u64 = 7_001;
pub const CHANNEL: u64 = 7_002;

const SOURCE: &str = "discord:1";

/// A desk's line to Discord.
pub struct DiscordLine {
    pub emulator: Emulator,
    /// What waits for an answer, as the desk knows it.
    pub interactions: Arc<Interactions>,
    stored: watch::Receiver<BTreeSet<String>>,
    /// How often the gateway was ready and what was missed was fetched.
    readies: watch::Receiver<usize>,
    _stop: watch::Sender<bool>,
}

/// Somebody in Discord.
#[derive(Clone, Copy)]
pub struct Member {
    pub id: u64,
}

impl DiscordLine {
    /// Opens a line for a desk that has one to Telegram.
    pub async fn open(desk: &mut HelpDesk) -> Self {
        Self::open_as(desk, (Some(CHANNEL), false)).await
    }

    /// The same, with a channel in which people are reached whose private chat is closed, or none.
    pub async fn open_in(desk: &mut HelpDesk, channel_id: Option<u64>) -> Self {
        Self::open_as(desk, (channel_id, false)).await
    }

    /// Opens a line on which the desk may read what names nobody, or may not.
    pub async fn open_with(desk: &mut HelpDesk, overhears: bool) -> Self {
        Self::open_as(desk, (Some(CHANNEL), overhears)).await
    }

    async fn open_as(desk: &mut HelpDesk, (channel_id, overhears): (Option<u64>, bool)) -> Self {
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
        let intake = noting(intake(&desk.house, &adapter, SOURCE), sender, ready);
        tokio::spawn(async move { gateway.run(Shard::WHOLE, &intake, (None, stopping)).await });
        let telegram = std::mem::replace(
            &mut desk.workers.handler.receive,
            Box::new(|_| unreachable!("replaced below")),
        );
        desk.workers.handler.receive = Box::new(move |row| {
            if row.source != SOURCE {
                return telegram(row);
            }
            let raw = told::read(&row.raw)?;
            receive(&raw, &identity).map_err(|error| error.to_string())
        });
        let channel: Arc<dyn Channel> = Arc::new(adapter);
        let fetcher = desk.workers.fetcher.as_mut().expect("files are kept");
        fetcher.channels.insert(ChannelKind::Discord, Arc::clone(&channel));
        desk.workers.courier.channels.insert(ChannelKind::Discord, channel);
        emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
        Self { emulator, interactions, stored, readies, _stop: stop }
    }

    /// The gateway's session ends, and the desk begins a new one and fetches what it missed.
    pub async fn comes_back(&self, desk: &HelpDesk) {
        let mut readies = self.readies.clone();
        let before = *readies.borrow_and_update();
        self.emulator.invalid_session(false);
        let waiting = readies.wait_for(|now| *now > before);
        tokio::time::timeout(DEADLINE, waiting).await.expect("it comes back").unwrap();
        Box::pin(desk.workers.settle()).await.expect("the workers go on");
    }

    /// Somebody in the server whose app speaks this language.
    pub fn member(&self, id: u64, name: &str, locale: &str) -> Member {
        self.emulator.add_user(id, name, locale);
        self.emulator.joins(GUILD, id);
        Member { id }
    }

    /// Waits until something was stored, then steps the desk.
    pub async fn after(&self, desk: &HelpDesk, key: String) {
        self.stored(&key).await;
        Box::pin(desk.workers.settle()).await.expect("the workers go on");
    }

    /// Waits until something was stored, and does nothing with it.
    pub async fn hears(&self, key: String) {
        self.stored(&key).await;
    }

    /// Waits until something was stored whose key begins so, then steps the desk.
    pub async fn after_one_of(&self, desk: &HelpDesk, beginning: &str) {
        self.waits(|stored| stored.iter().any(|key| key.starts_with(beginning))).await;
        Box::pin(desk.workers.settle()).await.expect("the workers go on");
    }

    /// Waits until something was stored.
    pub async fn stored(&self, key: &str) {
        self.waits(|stored| stored.contains(key)).await;
    }

    async fn waits(&self, fulfilled: impl Fn(&BTreeSet<String>) -> bool) {
        let mut stored = self.stored.clone();
        let waiting = stored.wait_for(fulfilled);
        tokio::time::timeout(DEADLINE, waiting).await.expect("it is stored").unwrap();
    }

    /// Somebody writes to the desk in private.
    pub async fn dms(&self, desk: &HelpDesk, who: Member, text: &str) {
        let message = self.emulator.dms(who.id, text);
        self.after(desk, format!("m:{message}")).await;
    }

    /// Somebody writes in a channel or thread.
    pub async fn says(&self, desk: &HelpDesk, (who, channel): (Member, u64), text: &str) {
        let message = self.emulator.says(who.id, channel, text);
        self.after(desk, format!("m:{message}")).await;
    }

    /// Somebody uses a command in a channel.
    pub async fn uses(
        &self,
        desk: &HelpDesk,
        (who, channel): (Member, u64),
        command: &str,
        given: &[(&str, serde_json::Value)],
    ) -> u64 {
        let interaction = self.emulator.uses_command(who.id, channel, command, given);
        self.after(desk, format!("i:{interaction}")).await;
        interaction
    }

    /// Somebody uses the command on a person by which a ticket is opened for them.
    pub async fn opens_for(&self, desk: &HelpDesk, who: Member, target: u64) -> u64 {
        let name = "Open a ticket for…";
        let interaction = self.emulator.uses_on_user(who.id, CHANNEL, target, name);
        self.after(desk, format!("i:{interaction}")).await;
        interaction
    }

    /// What somebody is offered who types `partial` into an option of a command, with what the others
    /// hold.
    pub async fn suggested(
        &self,
        who: Member,
        command: (&str, &str),
        typed: (&str, &[(&str, serde_json::Value)]),
    ) -> Vec<String> {
        let asked = self.emulator.types_after(who.id, CHANNEL, command, typed);
        self.emulator.wait_until(|ledger| ledger.response_to(asked).is_some(), DEADLINE).await;
        let choices =
            self.emulator.choices(asked).expect("something is suggested, if only nothing");
        let shown =
            |choice: &serde_json::Value| format!("{} = {}", choice["name"], choice["value"]);
        choices.iter().map(|choice| shown(choice).replace('"', "")).collect()
    }

    /// A form that somebody has before them: its title, and each label with what is filled in.
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

    /// Somebody presses the latest button with this label that they see in private or alone.
    pub async fn presses(&self, desk: &HelpDesk, who: Member, label: &str) -> u64 {
        let found = self.emulator.button_before(who.id, label);
        let Some((channel, message, code)) = found else {
            panic!("no button «{label}» in\n{}\n{}", self.reads(who), self.reads_alone(who));
        };
        let interaction = self.emulator.presses(who.id, channel, message, &code);
        self.after(desk, format!("i:{interaction}")).await;
        interaction
    }

    /// Somebody presses the latest button with this label in a channel.
    pub async fn presses_in(
        &self,
        desk: &HelpDesk,
        (who, channel): (Member, u64),
        label: &str,
    ) -> u64 {
        let found = self.emulator.button(channel, label);
        let Some((message, code)) = found else {
            panic!("no button «{label}» in\n{}", self.reads_in(channel));
        };
        let interaction = self.emulator.presses(who.id, channel, message, &code);
        self.after(desk, format!("i:{interaction}")).await;
        interaction
    }

    /// Somebody hands in the form that an interaction opened.
    pub async fn submits(
        &self,
        desk: &HelpDesk,
        (who, opened_by): (Member, u64),
        fields: &[(&str, serde_json::Value)],
    ) {
        let interaction = self.emulator.submits(who.id, opened_by, fields);
        self.after(desk, format!("i:{interaction}")).await;
    }

    /// The messages in somebody's private chat as they look now.
    pub fn reads(&self, who: Member) -> String {
        self.reads_in(self.emulator.direct(who.id))
    }

    /// The desk's messages in a channel as they look now.
    pub fn reads_in(&self, channel: u64) -> String {
        let shown = self.emulator.messages(channel);
        shown.iter().map(face).collect::<Vec<_>>().join("\n---\n")
    }

    /// What somebody alone was shown, as it looks now.
    pub fn reads_alone(&self, who: Member) -> String {
        let shown = self.emulator.ephemerals(who.id);
        shown.iter().map(face).collect::<Vec<_>>().join("\n---\n")
    }

    /// Nothing was done that the platform does not allow.
    pub fn assert_proper(&self) {
        self.emulator
            .read(|ledger| assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations));
    }

    /// Whatever people did that waits for an answer has got its answer, and no more than one.
    pub fn assert_answered(&self) {
        let unanswered = self.emulator.unanswered();
        assert!(unanswered.is_empty(), "never answered: {unanswered:?}");
    }
}

/// The same intake, which notes the key of whatever it stored, and how often it was ready.
fn noting(
    intake: Intake,
    stored: watch::Sender<BTreeSet<String>>,
    readies: watch::Sender<usize>,
) -> Intake {
    let (keep, fetch) = (intake.store, intake.ready);
    Intake {
        store: Box::new(move |events| {
            let keys: Vec<String> = events.iter().map(|event| event.key.clone()).collect();
            let (kept, stored) = (keep(events), stored.clone());
            Box::pin(async move {
                kept.await?;
                stored.send_modify(|known| known.extend(keys));
                Ok(())
            })
        }),
        ready: Box::new(move |shard, nothing_missed| {
            let (fetched, readies) = (fetch(shard, nothing_missed), readies.clone());
            Box::pin(async move {
                fetched.await;
                readies.send_modify(|count| *count += 1);
            })
        }),
        ..intake
    }
}

/// A message as it is read, with its buttons below.
pub fn face(post: &Post) -> String {
    let buttons = post.buttons();
    let labels: Vec<String> = buttons.iter().map(|button| format!("[{}]", button.label)).collect();
    let files = post.attachments.iter().filter_map(|file| file["filename"].as_str());
    let files: String = files.map(|name| format!("📎 {name}\n")).collect();
    format!("{files}{}\n{}", post.text(), labels.join(" ")).trim_end().to_owned()
}
