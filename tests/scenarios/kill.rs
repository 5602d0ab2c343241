//! The real program, killed at every named point and at random moments under load, and started
//! again, on each network. At rest, the ledger of the platform and the database of the desk must
//! agree (G1 to G7, and on Discord G9 and G10).
//!
//! `MESABOT_TEST_KILLS` is the number of kills (default 60 on Telegram by long polling, 20 on
//! Telegram by webhook and on Discord), `MESABOT_TEST_PEOPLE` the number of people who write
//! (default 6), and `MESABOT_TEST_SEED` repeats a run. `MESABOT_TEST_STORIES` selects PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

pub mod crowd;
mod deaths;
pub mod discord;
pub mod files;
pub mod network;
pub mod oracle;
pub mod process;
mod steps;
pub mod telegram;

use std::{
    collections::{BTreeMap, HashSet},
    os::unix::process::ExitStatusExt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use mesabot::{
    domain::time::Timestamp,
    service::{
        database::{Database, DatabaseError},
        inbox,
        outbox::{self, Shut},
    },
    store::Store,
};
use rand::{SeedableRng, rngs::StdRng};
use sea_orm::{ConnectionTrait, QueryResult, Statement};

use crate::support::{engine::TestDatabase, settings};

pub use self::deaths::POINTS;
use self::{
    crowd::{Crowd, Reporting},
    deaths::{BACKFILL, Death, Plan, SWEEPS, deaths, trouble},
    network::{Chronicle, Network, Trouble},
    oracle::{Figures, Memory},
    process::{Program, Running},
};

/// Counts rows still to be handled or sent: 0, 1 (only one of the two queues has any) or 2.
const OPEN: &str = "SELECT count(*) FROM ( \
    SELECT * FROM (SELECT id FROM inbox WHERE open_lane >= '' LIMIT 1) AS unhandled \
    UNION ALL SELECT * FROM (SELECT id FROM outbox WHERE open_lane >= '' LIMIT 1) AS said) AS open";
/// More lanes than ever exist.
const LANES: u64 = 100_000;
/// By how many row numbers a commit may become visible late.
const LATECOMERS: i64 = 200;
/// The shortest interval between two checks whether a person waits in vain.
const NUDGE_INTERVAL: Duration = Duration::from_millis(100);
/// The longest life of the program.
const DEADLINE: Duration = Duration::from_secs(60);

/// A network with its people, and a program that is killed and restarted.
pub struct Story {
    pub network: Arc<dyn Network>,
    pub program: Program,
    pub crowd: Crowd,
    pub database: Database,
    pub chronicle: Mutex<Chronicle>,
    stored: tokio::sync::Mutex<Stored>,
}

/// The keys of the inbox rows seen so far.
#[derive(Default)]
struct Stored {
    keys: HashSet<String>,
    last: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_on_telegram_polling_the_desk_loses_and_doubles_nothing() {
    let plan =
        Plan { kills: kills(POINTS.len()), rounds: 3, points: POINTS.to_vec(), longest: 120 };
    kill_and_restart(Arc::new(telegram::Telegram::start().await), seed(), plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_on_telegram_webhooks_the_desk_loses_and_doubles_nothing() {
    let plan = Plan { kills: kills(POINTS.len()), rounds: 1, points: POINTS.to_vec(), longest: 50 };
    kill_and_restart(Arc::new(telegram::Telegram::start_calling(1).await), seed(), plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_on_discord_the_desk_loses_and_repeats_nothing() {
    let seed = seed();
    let points: Vec<_> = POINTS.into_iter().chain([BACKFILL]).collect();
    let plan = Plan { kills: kills(points.len()), rounds: 1, points, longest: 50 };
    kill_and_restart(Arc::new(discord::Discord::start(seed).await), seed, plan).await;
}

async fn kill_and_restart(network: Arc<dyn Network>, seed: u64, plan: Plan) {
    let begun = Instant::now();
    println!("seed {seed}: MESABOT_TEST_SEED repeats the choices");
    let program = Program::new(TestDatabase::of_engine().await);
    let story = Story::begin(network, program, seed).await;
    let mut dice = StdRng::seed_from_u64(seed);
    let mut points: BTreeMap<String, usize> = BTreeMap::new();
    let mut troubles: BTreeMap<Trouble, usize> = BTreeMap::new();
    for death in deaths(&plan, &mut dice) {
        let name = match &death {
            Death::At(point) => point.split(':').next().unwrap().to_owned(),
            Death::After(_) => "at random".to_owned(),
        };
        let trouble = trouble(&mut dice).filter(|_| story.network.has_troubles());
        story.live_until(&death, trouble).await;
        *points.entry(name).or_default() += 1;
        if let Some((trouble, _)) = trouble {
            *troubles.entry(trouble).or_default() += 1;
        }
    }
    let updates = story.count("SELECT count(*) FROM inbox").await;
    let killing = begun.elapsed();
    story.live_to_the_end().await;
    let took = begun.elapsed();
    let memory = story.remember().await;
    memory.nothing_failed_on_the_way();
    let figures = story.judge(&memory).await;
    let errors = story.program.lines_logged("ERROR");
    assert!(errors.is_empty(), "the program called something an error: {errors:#?}");
    let pace = updates as f64 / killing.as_secs_f64();
    let kills = plan.kills;
    println!(
        "{kills} kills in {killing:.1?} under {pace:.0} updates/s, at rest after {took:.1?}, seed {seed}"
    );
    println!("{points:?} {troubles:?}");
    println!("{figures}; {} asked once more", story.crowd.nudges());
}

/// How often a test kills: by default as often as there are kill points, those of a sweep twice.
fn kills(points: usize) -> usize {
    let each = points + 2 * SWEEPS.len();
    settings::number(settings::KILLS).map_or(each, |kills| usize::try_from(kills).unwrap())
}

/// The seed of a run.
pub fn seed() -> u64 {
    settings::number(settings::SEED).unwrap_or_else(rand::random)
}

impl Story {
    /// Creates the people, who begin to write.
    pub async fn begin(network: Arc<dyn Network>, program: Program, seed: u64) -> Self {
        let code = program.invitation(crowd::TECHNICIANS);
        let database = Database::open(program.database()).await.unwrap();
        // On a network that does not keep messages for an absent bot, a program listens from the
        // start.
        let listening =
            (!network.keeps_first_words()).then(|| program.start(network.environment(0), None));
        if listening.is_some() {
            let mut changes = network.changed();
            while network.pulse() == 0 {
                changes.changed().await.unwrap();
            }
        }
        let crowd = Crowd::gather(&network, seed, &code);
        let chronicle = Mutex::default();
        let stored = Default::default();
        let story = Self { network, program, crowd, database, chronicle, stored };
        if let Some(listening) = listening {
            story.meet_all_people().await;
            listening.kill().await;
            story.notes_death();
            story.network.expects_loss();
        }
        story
    }

    fn start(&self, kill_at: Option<&str>) -> Running {
        self.program.start(self.network.environment(0), kill_at)
    }

    /// Waits until the desk has received a message from every person.
    async fn meet_all_people(&self) {
        let mut changes = self.network.changed();
        while self.is_on_its_way().await {
            tokio::time::timeout(DEADLINE, changes.changed()).await.unwrap().unwrap();
        }
    }

    /// Notes that the program dies, or loses its connection, now: an interaction shortly before
    /// need not have been answered.
    pub fn notes_death(&self) {
        let mut chronicle = self.chronicle.lock().unwrap_or_else(PoisonError::into_inner);
        chronicle.disturbed.push(self.network.clock());
    }

    /// Notes that not everything worked since then.
    pub fn notes_trouble_since(&self, begun: Duration) {
        let mut chronicle = self.chronicle.lock().unwrap_or_else(PoisonError::into_inner);
        chronicle.troubled.push(begun..=self.network.clock());
    }

    /// Notes that a program could not reach its database since then.
    pub fn notes_parting_since(&self, begun: Duration) {
        let mut chronicle = self.chronicle.lock().unwrap_or_else(PoisonError::into_inner);
        chronicle.parted.push(begun..=self.network.clock());
    }

    /// One life of the program, ended as `death` says.
    async fn live_until(&self, death: &Death, trouble: Option<(Trouble, usize)>) {
        match death {
            Death::At(point) => {
                if point.starts_with("sweep") {
                    self.wait_for_solved_tickets().await;
                    self.let_time_pass().await;
                }
                let running = self.start(Some(point));
                let pid = running.pid();
                let dying = tokio::time::timeout(DEADLINE, running.ended());
                let status = tokio::select! {
                    status = dying => status,
                    () = self.look_after_people(trouble) => unreachable!("people never stop"),
                };
                let status = status.unwrap_or_else(|_| {
                    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
                    panic!("{point} was never reached; {}", self.program.log_tail())
                });
                assert_eq!(status.signal(), Some(9), "{point}: {}", self.program.log_tail());
                self.notes_death();
            }
            Death::After(effects) => {
                let running = self.start(None);
                // A disturbed connection is re-established before the end.
                let after = trouble.map_or(0, |(_, after)| after + 20);
                self.see(effects + after, trouble).await;
                running.kill().await;
                self.notes_death();
            }
        }
        self.network.expects_loss();
        self.let_files_fall_due().await;
    }

    /// The last life: every person finishes what they began, and the program stops in order.
    /// Instants that fall due at its last moment are for the next program.
    async fn live_to_the_end(&self) {
        loop {
            let running = self.start(None);
            self.rest().await;
            self.end_in_peace(running).await;
            if self.nothing_is_open().await {
                return;
            }
        }
    }

    /// Whether no row is left to handle or to send.
    pub async fn nothing_is_open(&self) -> bool {
        self.count(OPEN).await == 0
    }

    /// Every person finishes what they began, and no work is left.
    pub async fn rest(&self) {
        self.crowd.stop_reporting();
        self.network.clears_all_faults();
        self.let_files_fall_due().await;
        let rested = tokio::select! {
            rested = self.comes_to_rest() => rested,
            () = self.look_after_people(None) => unreachable!("people never stop"),
        };
        assert!(rested, "not at rest: {}", self.pending_work().await);
        assert!(!self.crowd.broke_off(), "the crowd panicked, so its story is incomplete");
    }

    /// Waits until no work is left. `false` when there is work and no progress.
    async fn comes_to_rest(&self) -> bool {
        let mut changes = self.network.changed();
        loop {
            let seen = self.network.effects();
            let rest = async {
                while !self.is_at_rest().await {
                    changes.changed().await.unwrap();
                }
            };
            if tokio::time::timeout(DEADLINE, rest).await.is_ok() {
                return true;
            }
            if self.network.effects() == seen {
                return false;
            }
        }
    }

    /// Reads the database of the desk.
    pub async fn remember(&self) -> Memory {
        Memory::read(self.database.reader(), self.crowd.enclosed()).await
    }

    /// Compares the database of the desk with what the people and the network saw.
    pub async fn judge(&self, memory: &Memory) -> Figures {
        let mut figures = memory.judge(&self.crowd.markers());
        let store = Store::folder(&self.program.files()).unwrap();
        memory.files.judge(memory, &store, &mut figures).await;
        let chronicle = self.chronicle.lock().unwrap_or_else(PoisonError::into_inner);
        self.network.judge(memory, &chronicle, &mut figures);
        figures
    }

    /// Who waits for what, for failed assertions.
    async fn pending_work(&self) -> String {
        format!(
            "{:?} {:?}; on its way: {}; {} {}",
            self.crowd.reporting(),
            self.open_lanes().await,
            self.is_on_its_way().await,
            self.network.summary(),
            self.program.log_tail()
        )
    }

    /// Whether no person and no row waits.
    async fn is_at_rest(&self) -> bool {
        self.crowd.reporting().is_empty()
            && !self.is_on_its_way().await
            && self.nothing_is_open().await
            && self.count("SELECT count(*) FROM attachment WHERE due_at IS NOT NULL").await == 0
    }

    /// Tells a program to stop, and waits until it has.
    async fn end_in_peace(&self, running: Running) {
        let signal = rustix::process::Signal::TERM;
        rustix::process::kill_process(running.pid(), signal).unwrap();
        let status = running.ended().await;
        assert!(status.success(), "{status}: {}", self.program.log_tail());
    }

    /// Waits until people saw this many more messages.
    pub async fn see(&self, effects: usize, trouble: Option<(Trouble, usize)>) {
        let seen = self.network.effects() + effects;
        let mut changes = self.network.changed();
        let enough = async {
            while self.network.effects() < seen {
                changes.changed().await.unwrap();
            }
        };
        let seen = tokio::select! {
            seen = tokio::time::timeout(DEADLINE, enough) => seen.is_ok(),
            () = self.look_after_people(trouble) => unreachable!("people never stop"),
        };
        assert!(seen, "no progress: {}", self.pending_work().await);
    }

    /// Takes care of people whose question was lost with a kill: a droppable answer is not sent
    /// again, so the person writes once more. Checked whenever the program shows that it runs and
    /// has received everything. Disturbs the connection when its time has come.
    async fn look_after_people(&self, mut trouble: Option<(Trouble, usize)>) {
        let mut changes = self.network.changed();
        let mut pulse = self.network.pulse();
        let begun = self.network.effects();
        let mut looked = Instant::now();
        loop {
            changes.changed().await.unwrap();
            if let Some((trouble, _)) =
                trouble.take_if(|(_, after)| self.network.effects() >= begun + *after)
            {
                self.notes_death();
                self.network.trouble(trouble);
            }
            let now = self.network.pulse();
            if now == pulse || looked.elapsed() < NUDGE_INTERVAL {
                continue;
            }
            (pulse, looked) = (now, Instant::now());
            let reporting = self.crowd.reporting();
            if self.is_on_its_way().await {
                continue;
            }
            let busy = self.open_lanes().await;
            for stuck in reporting.iter().filter(|one| !busy.contains(&one.employee)) {
                if self.is_registered(stuck).await {
                    self.crowd.move_on(stuck);
                } else {
                    self.crowd.nudge(stuck);
                }
            }
            for technician in crowd::technicians().filter(|one| !busy.contains(one)) {
                self.crowd.nudge_technician(technician);
            }
        }
    }

    /// The people who still have rows to be handled or sent. Asked lane by lane, for
    /// some lanes have thousands of rows.
    async fn open_lanes(&self) -> HashSet<i64> {
        let reader = self.database.reader();
        let all = Timestamp(i64::MAX / 2);
        let none_busy = HashSet::new();
        let open = Shut::default();
        let updates = again(async || inbox::heads(reader, LANES, &none_busy).await).await;
        let said = again(async || outbox::ready(reader, None, &open, all, LANES).await).await;
        let mut updates: Vec<_> =
            updates.into_iter().map(|row| (row.lane, row.external_key)).collect();
        if self.network.shares_lanes() {
            // In a shared lane the rows behind the first may belong to other people.
            let behind =
                self.rows("SELECT lane, external_key FROM inbox WHERE open_lane LIKE '%#%'");
            let read = |row: QueryResult| {
                (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())
            };
            updates.extend(behind.await.into_iter().map(read));
        }
        let said = said.into_iter().map(|row| (row.lane, row.chat_key));
        let person = |(lane, key): (String, String)| {
            let person = self.network.person_of(&lane, &key);
            person.unwrap_or_else(|| panic!("whose is {lane} with {key}?"))
        };
        updates.into_iter().chain(said).map(person).collect()
    }

    /// Whether anything is on its way to the desk.
    async fn is_on_its_way(&self) -> bool {
        let mut stored = self.stored.lock().await;
        // A row with a lower number may have become visible later.
        let sql =
            format!("SELECT id, external_key FROM inbox WHERE id > {}", stored.last - LATECOMERS);
        for row in self.rows(&sql).await {
            stored.last = stored.last.max(row.try_get_by_index(0).unwrap());
            stored.keys.insert(row.try_get_by_index(1).unwrap());
        }
        self.network.is_on_its_way(&stored.keys)
    }

    async fn is_registered(&self, reporting: &Reporting) -> bool {
        let sql =
            format!("SELECT count(*) FROM ticket WHERE description LIKE '%{}%'", reporting.marker);
        self.count(&sql).await > 0
    }

    async fn wait_for_solved_tickets(&self) {
        const SOLVED: &str = "SELECT count(*) FROM ticket WHERE status = 'solved'";
        while self.count(SOLVED).await < 2 {
            let running = self.start(None);
            self.see(100, None).await;
            running.kill().await;
            self.notes_death();
            self.network.expects_loss();
        }
    }

    /// Moves every solved ticket past its validation time while no program runs.
    async fn let_time_pass(&self) {
        self.change("UPDATE ticket SET next_due_at = 1, close_at = 1 WHERE status = 'solved'")
            .await;
    }

    /// Ends the claims that dead programs held on files. A living program keeps its claim.
    async fn let_files_fall_due(&self) {
        self.change("UPDATE attachment SET due_at = 1 WHERE due_at IS NOT NULL").await;
    }

    async fn change(&self, passed: &'static str) {
        let passing = self.database.write(|tx| {
            Box::pin(async move {
                tx.execute_unprepared(passed).await?;
                Ok::<_, DatabaseError>(())
            })
        });
        passing.await.unwrap();
    }

    async fn count(&self, sql: &str) -> i64 {
        self.rows(sql).await.first().unwrap().try_get_by_index(0).unwrap()
    }

    /// The rows that the database returns.
    async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let question = || Statement::from_string(self.database.backend(), sql);
        again(async || self.database.reader().query_all_raw(question()).await).await
    }
}

/// Repeats a query until there is an answer. Where the test cuts the program's connections, the
/// story's own may be among them, and the next attempt gets a new one.
async fn again<T, E: std::fmt::Debug>(asking: impl AsyncFn() -> Result<T, E>) -> T {
    for _ in 0..20 {
        if let Ok(answer) = asking().await {
            return answer;
        }
    }
    asking().await.unwrap()
}
