//! A whole desk in a test: a real database, the real Telegram adapter over the wire, people on the
//! platform's side, and a clock that the test moves. The test steps the workers, so a scenario
//! waits only for what it caused.

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use mesabot::{
    app::{App, DeliverySettings, FileStorage, Workers},
    channel::{
        Channel, raw_json,
        telegram::{self, Poller, TelegramSettings},
    },
    chat::Desk,
    clock::{Clock, HandClock},
    config,
    domain::{
        channel::ChannelKind,
        file::FileRules,
        id::{PersonId, TicketNumber},
        locale::Locale,
        person::{Access, Role},
        procedure::Procedure,
        time::Timestamp,
    },
    entity::{person, ticket, ticket_event},
    service::{
        Error,
        inbox::NewIncoming,
        people::invitations::{self, NewInvitation},
    },
    store::Store,
    worker::{delivery::Patience, handler, pacing::Limits},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tokio::sync::watch;

use super::{
    discord_line::DiscordLine,
    engine::TestDatabase,
    person::{Person, Reader},
    telegram::{Effect, Emulator},
};

/// No rate limits, for tests of other things than rate limits.
pub const NO_LIMITS: Limits =
    Limits { per_second: 1e9, private_burst: 1e9, private_per_second: 1e9, group_per_minute: 1e9 };

/// How long an emulator may take to reach a state before the scenario fails.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Runs a scenario on a desk where every account may report.
pub async fn scenario(story: impl AsyncFnOnce(&HelpDesk)) {
    scenario_with(Access::Open, story).await;
}

/// Runs a scenario on a desk with this access rule. Unread messages and requests that break the
/// platform's rules fail it.
pub async fn scenario_with(access: Access, story: impl AsyncFnOnce(&HelpDesk)) {
    let desk = HelpDesk::open(access).await;
    story(&desk).await;
    desk.close().await;
}

/// Runs a scenario on a desk with an adapter for each platform.
pub async fn scenario_on_both(story: impl AsyncFnOnce(&HelpDesk, &DiscordLine)) {
    let mut desk = HelpDesk::open(Access::Open).await;
    let line = DiscordLine::open(&mut desk).await;
    story(&desk, &line).await;
    line.assert_proper();
    desk.close().await;
}

/// Like [`scenario_on_both`], where the desk may read Discord messages that do not mention the bot.
pub async fn scenario_overhearing(story: impl AsyncFnOnce(&HelpDesk, &DiscordLine)) {
    let mut desk = HelpDesk::open(Access::Open).await;
    let line = DiscordLine::open_with(&mut desk, true).await;
    story(&desk, &line).await;
    line.assert_proper();
    desk.close().await;
}

/// A desk and the people of its scenario.
pub struct HelpDesk {
    pub emulator: Emulator,
    pub app: App,
    pub workers: Workers,
    pub clock: Arc<HandClock>,
    people: Mutex<Vec<Reader>>,
    forgiven: AtomicBool,
    stop: watch::Sender<bool>,
    _database: TestDatabase,
}

/// The procedure that the program ships as its default.
pub fn uspec() -> Procedure {
    shipped().procedure.clone()
}

/// The file rules of the default configuration.
pub fn usual_rules() -> FileRules {
    shipped().config.files.rules.clone()
}

/// The default configuration, read once for the whole run.
pub fn shipped() -> &'static config::Loaded {
    static SHIPPED: LazyLock<config::Loaded> = LazyLock::new(|| {
        let loaded = config::Config::load(config::Sources::new("."));
        loaded.expect("the shipped configuration is sound")
    });
    &SHIPPED
}

/// The settings with which the adapter talks to the emulator.
pub fn line(emulator: &Emulator) -> TelegramSettings {
    TelegramSettings {
        token: emulator.token().to_owned().into(),
        api_url: emulator.api_url().parse().unwrap(),
        poll_timeout: Duration::from_secs(20),
        request_timeout: Duration::from_secs(2),
    }
}

/// A house with its workers, none of which runs by itself.
async fn lay_out(
    emulator: &Emulator,
    url: &str,
    desk: Desk,
    clock: &Arc<HandClock>,
) -> (App, Workers) {
    let app = App::open(url, desk, clock.clone()).await.expect("a desk opens");
    let app = app.with_files(FileStorage { store: Store::in_memory(), rules: usual_rules() });
    let connected = telegram::connect(&line(emulator)).await;
    let (adapter, identity) = connected.expect("the emulator answers");
    let receive = Box::new(move |row: &mesabot::entity::inbox::Model| {
        let raw = raw_json::read(&row.raw)?;
        telegram::receive(&raw, &identity).map_err(|error| error.to_string())
    });
    let channel: Arc<dyn Channel> = Arc::new(adapter);
    let channels = HashMap::from([(ChannelKind::Telegram, channel)]);
    let delivery = DeliverySettings { limits: NO_LIMITS, patience: Patience::default() };
    let workers = app.workers(channels, receive, delivery);
    (app, workers)
}

impl HelpDesk {
    pub async fn open(access: Access) -> Self {
        Self::open_on(access, uspec()).await
    }

    /// Opens a desk with this procedure.
    pub(super) async fn open_on(access: Access, procedure: Procedure) -> Self {
        Self::open_in(TestDatabase::for_story().await, access, procedure).await
    }

    /// Opens a desk in this database.
    pub async fn open_in(database: TestDatabase, access: Access, procedure: Procedure) -> Self {
        let emulator = Emulator::start().await;
        // Monday, 2 March 2026, 08:00 in Bogotá.
        let clock = Arc::new(HandClock::new(Timestamp(1_772_456_400_000)));
        let desk =
            Desk { procedure: Arc::new(procedure), access, locale: Locale::Es, server: None };
        let (app, workers) = lay_out(&emulator, &database.url, desk, &clock).await;
        let (stop, stopping) = watch::channel(false);
        let desk = Self {
            emulator,
            app,
            workers,
            clock,
            people: Mutex::default(),
            forgiven: AtomicBool::new(false),
            stop,
            _database: database,
        };
        desk.listen(stopping);
        desk
    }

    /// Continues in another database at the same time of the test's clock, as a desk does after a
    /// restore. Returns the former database.
    pub async fn moves_to(&mut self, database: TestDatabase) -> TestDatabase {
        self.stop.send_replace(true);
        let desk = self.app.desk.clone();
        let (app, workers) = lay_out(&self.emulator, &database.url, desk, &self.clock).await;
        let left = std::mem::replace(&mut self.app, app);
        left.database.close().await;
        self.workers = workers;
        let (stop, stopping) = watch::channel(false);
        self.stop = stop;
        self.listen(stopping);
        std::mem::replace(&mut self._database, database)
    }

    pub fn database(&self) -> &TestDatabase {
        &self._database
    }

    /// Polls and stores updates in the background, as the running desk does; the test steps the
    /// handling.
    fn listen(&self, stopping: watch::Receiver<bool>) {
        let poller = Poller::new(&line(&self.emulator)).expect("a client can be built");
        let app = self.app.clone();
        tokio::spawn(async move {
            let store = |updates: Vec<telegram::RawUpdate>| {
                let app = app.clone();
                async move {
                    let row = |update: telegram::RawUpdate| NewIncoming {
                        source: "telegram:1".into(),
                        external_key: update.update_id.to_string(),
                        lane: update.lane,
                        raw: update.raw,
                    };
                    let batch: Vec<_> = updates.into_iter().map(row).collect();
                    let now = app.clock.now();
                    handler::store(&app.database, &batch, now, &app.wake).await?;
                    Ok(())
                }
            };
            poller.poll(store, None, stopping).await.expect("the poller goes on");
        });
    }

    /// A person who has not written yet; `language` is the language of their client.
    pub fn stranger(&self, name: &str, language: &str) -> Person<'_> {
        let mut people = self.people.lock().unwrap();
        let id = 1_001 + i64::try_from(people.len()).unwrap();
        self.emulator.add_user(id, name, language);
        let reader = Reader::new(self.emulator.clone(), id, name);
        people.push(reader.clone());
        Person::new(self, reader)
    }

    /// A person who reports.
    pub fn requester(&self, name: &str) -> Person<'_> {
        self.stranger(name, "es")
    }

    /// A person who was enrolled by an invitation and has read the welcome.
    pub async fn staff(&self, name: &str, role: Role, groups: &[&str]) -> Person<'_> {
        let person = self.stranger(name, "es");
        let code = self.invite(Some(role), groups).await;
        person.says(&format!("/start {code}")).await;
        person.reads();
        person
    }

    /// A technician of the first level.
    pub async fn technician(&self, name: &str) -> Person<'_> {
        self.staff(name, Role::Technician, &["soporte"]).await
    }

    /// The code of a new invitation.
    pub async fn invite(&self, role: Option<Role>, groups: &[&str]) -> String {
        let code = invitations::code(rand::random());
        let now = self.clock.now();
        let new = NewInvitation {
            role,
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            name: None,
            uses: 1,
            expires_at: now.plus(86_400_000),
        };
        let new = &new;
        let kept = &code;
        let made: Result<(), Error> = self
            .app
            .database
            .write(|tx| {
                Box::pin(async move { invitations::invite(tx, new.clone(), kept, now).await })
            })
            .await;
        made.expect("an invitation is kept");
        code
    }

    /// Waits until every update is stored, then runs the workers until they are idle.
    pub async fn settle(&self) {
        let pending = self.emulator.pending();
        self.emulator
            .wait_until(|ledger| pending.iter().all(|id| ledger.confirmed.contains(id)), DEADLINE)
            .await;
        Box::pin(self.workers.settle()).await.expect("the workers go on");
    }

    /// Moves the clock, and runs the workers until they are idle.
    pub async fn passes(&self, milliseconds: i64) {
        self.clock.set(self.clock.now().plus(milliseconds));
        self.settle().await;
    }

    /// The person reports a computer problem through the whole dialogue.
    pub async fn opens_ticket(&self, person: &Person<'_>, words: &str) -> TicketNumber {
        person.says(words).await;
        for label in ["Abrir caso", "Equipo, red o sistema", "No lo sé"] {
            person.presses(label).await;
        }
        person.says("Piso 2").await;
        for label in ["Solo a mí", "Con dificultad", "Registrar"] {
            person.presses(label).await;
        }
        self.newest().await.number
    }

    /// The ticket registered last.
    pub async fn newest(&self) -> ticket::Model {
        let newest = ticket::Entity::find().order_by_desc(ticket::Column::Id);
        newest.one(self.app.database.reader()).await.unwrap().expect("there is a ticket")
    }

    pub async fn ticket(&self, number: TicketNumber) -> ticket::Model {
        let found = ticket::Entity::find().filter(ticket::Column::Number.eq(number));
        found.one(self.app.database.reader()).await.unwrap().expect("there is such a ticket")
    }

    /// The id of the person with this name.
    pub async fn person(&self, name: &str) -> Option<PersonId> {
        let found = person::Entity::find().filter(person::Column::Name.eq(name));
        found.one(self.app.database.reader()).await.unwrap().map(|person| person.id)
    }

    /// The kinds of a ticket's events, in order.
    pub async fn history(&self, number: TicketNumber) -> Vec<String> {
        let ticket = self.ticket(number).await;
        let events = ticket_event::Entity::find()
            .filter(ticket_event::Column::TicketId.eq(ticket.id))
            .order_by_asc(ticket_event::Column::Id);
        let rows = events.all(self.app.database.reader()).await.unwrap();
        rows.into_iter().map(|row| row.kind).collect()
    }

    /// Every person reads what is new to them.
    pub fn all_read(&self) {
        for person in self.people.lock().unwrap().iter() {
            person.reads();
        }
    }

    /// A person who was at this desk before the desk moved to another database.
    pub fn person_of(&self, reader: Reader) -> Person<'_> {
        Person::new(self, reader)
    }

    /// A person of the scenario by name, for a helper that was not given the person.
    pub fn known(&self, name: &str) -> Person<'_> {
        let people = self.people.lock().unwrap();
        let found = people.iter().find(|person| person.name == name).cloned();
        Person::new(self, found.expect("the scenario has such a person"))
    }

    /// How many buttons were pressed.
    pub fn presses_so_far(&self) -> usize {
        self.people.lock().unwrap().iter().map(Reader::press_count).sum()
    }

    /// The command menu of a private chat on Telegram, one command a line.
    pub fn menu_in(&self, chat: i64) -> String {
        self.emulator.read(|ledger| {
            let mine = ledger.effects.iter().rev().find_map(|effect| match effect {
                Effect::Menu { scope, commands, .. } if scope["chat_id"] == chat => Some(commands),
                _ => None,
            });
            let commands = mine.expect("they have a menu of their own").iter();
            commands.map(|(name, help)| format!("{name} — {help}\n")).collect()
        })
    }

    /// Everything that was sent, for failed assertions.
    pub fn transcript(&self) -> String {
        self.emulator.read(|ledger| ledger.summary())
    }

    /// Allows quarantined rows in this scenario.
    pub fn forgive_quarantine(&self) {
        self.forgiven.store(true, Ordering::SeqCst);
    }

    /// Ends the scenario: asserts that no message is unread, no request broke the platform's rules,
    /// and no inbox row is quarantined.
    pub async fn close(self) {
        self.stop.send_replace(true);
        for person in self.people.lock().unwrap().iter() {
            let unread = person.reads();
            assert!(unread.is_empty(), "{} did not read:\n{unread}", person.name);
        }
        self.emulator.read(|ledger| {
            assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations);
            assert_eq!(ledger.webhooks_deleted, 0);
        });
        let set_aside = mesabot::entity::inbox::Entity::find()
            .filter(mesabot::entity::inbox::Column::Quarantine.is_not_null())
            .all(self.app.database.reader())
            .await
            .unwrap();
        let forgiven = self.forgiven.load(Ordering::SeqCst);
        assert!(forgiven || set_aside.is_empty(), "internal errors: {set_aside:#?}");
        self.app.database.close().await;
    }
}
