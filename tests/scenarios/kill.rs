//! The real program, killed at every named point and at random moments under load, and started
//! again, on each network. At rest, what the platform saw and what the desk remembers must be one
//! story (G1 to G7, and on Discord G9 and G10).
//!
//! `MESABOT_TEST_KILLS` says how often (60 on a Telegram that is asked, 20 on one that calls and on
//! Discord when it is absent), `MESABOT_TEST_PEOPLE` how many people write (6), and `MESABOT_TEST_SEED`
//! repeats a run. On PostgreSQL where `MESABOT_TEST_STORIES` says so.

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

use crate::support::engine::TestDatabase;

pub use self::deaths::POINTS;
use self::{
    crowd::{Crowd, Reporting},
    deaths::{BACKFILL, Death, Plan, deaths, trouble},
    network::{Chronicle, Network, Trouble},
    oracle::{Figures, Memory},
    process::{Program, Running},
};

/// Whether anything is left to handle or to say: none, or one or two.
const OPEN: &str = "SELECT count(*) FROM ( \
    SELECT * FROM (SELECT id FROM inbox WHERE open_lane >= '' LIMIT 1) AS told \
    UNION ALL SELECT * FROM (SELECT id FROM outbox WHERE open_lane >= '' LIMIT 1) AS said) AS open";
/// More lanes than there ever are.
const LANES: u64 = 100_000;
/// By how many numbers what comes to light may be late.
const LATECOMERS: i64 = 200;
/// People do not wonder more often than this whether they wait in vain.
const GLANCE: Duration = Duration::from_millis(100);
/// No life of the program may take longer.
const DEADLINE: Duration = Duration::from_secs(60);

/// A network with its people, and a program that lives and dies among them.
pub struct Story {
    pub network: Arc<dyn Network>,
    pub program: Program,
    pub crowd: Crowd,
    pub database: Database,
    pub chronicle: Mutex<Chronicle>,
    stored: tokio::sync::Mutex<Stored>,
}

/// What the desk was told, as far as it was looked at.
#[derive(Default)]
struct Stored {
    keys: HashSet<String>,
    last: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_the_desk_loses_nothing_and_does_nothing_twice() {
    let plan = Plan { kills: kills(60), rounds: 3, points: POINTS.to_vec(), longest: 120 };
    live_and_die(Arc::new(telegram::Telegram::start().await), seed(), plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_telegram_calls_the_desk_loses_nothing_and_does_nothing_twice() {
    let plan = Plan { kills: kills(20), rounds: 1, points: POINTS.to_vec(), longest: 50 };
    live_and_die(Arc::new(telegram::Telegram::start_calling(1).await), seed(), plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_cut_off_on_discord_the_desk_loses_nothing_and_repeats_nothing() {
    let seed = seed();
    let points = POINTS.into_iter().chain([BACKFILL]).collect();
    let plan = Plan { kills: kills(20), rounds: 1, points, longest: 50 };
    live_and_die(Arc::new(discord::Discord::start(seed).await), seed, plan).await;
}

async fn live_and_die(network: Arc<dyn Network>, seed: u64, plan: Plan) {
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
    let (told, killing) = (story.count("SELECT count(*) FROM inbox").await, begun.elapsed());
    story.live_to_the_end().await;
    let took = begun.elapsed();
    let memory = story.remember().await;
    memory.nothing_failed_on_the_way();
    let figures = story.judge(&memory).await;
    let errors = story.program.lines_logged("ERROR");
    assert!(errors.is_empty(), "the program called something an error: {errors:#?}");
    let pace = told as f64 / killing.as_secs_f64();
    let kills = plan.kills;
    println!(
        "{kills} kills in {killing:.1?} under {pace:.0} updates/s, at rest after {took:.1?}, seed {seed}"
    );
    println!("{points:?} {troubles:?}");
    println!("{figures}; {} asked once more", story.crowd.nudges());
}

fn kills(default: usize) -> usize {
    number_from("MESABOT_TEST_KILLS").map_or(default, |kills| usize::try_from(kills).unwrap())
}

/// The seed of a run.
pub fn seed() -> u64 {
    number_from("MESABOT_TEST_SEED").unwrap_or_else(rand::random)
}

/// A parameter of the environment.
pub fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

impl Story {
    /// People come, and begin to write.
    pub async fn begin(network: Arc<dyn Network>, program: Program, seed: u64) -> Self {
        let code = program.invitation(crowd::TECHNICIANS);
        let database = Database::open(program.database()).await.unwrap();
        // Where first words are told to nobody but who listens, somebody listens to them.
        let listening =
            (!network.keeps_first_words()).then(|| program.start(network.environment(0), None));
        if listening.is_some() {
            let mut changes = network.changed();
            while network.pulse() == 0 {
                changes.changed().await.unwrap();
            }
        }
        let crowd = Crowd::gather(&network, seed, &code);
        let (chronicle, stored) = (Mutex::default(), Default::default());
        let story = Self { network, program, crowd, database, chronicle, stored };
        if let Some(listening) = listening {
            story.meet_everybody().await;
            listening.kill().await;
            story.dies_now();
            story.network.expects_loss();
        }
        story
    }

    fn start(&self, kill_at: Option<&str>) -> Running {
        self.program.start(self.network.environment(0), kill_at)
    }

    /// Waits until everybody was heard.
    async fn meet_everybody(&self) {
        let mut changes = self.network.changed();
        while self.is_on_its_way().await {
            tokio::time::timeout(DEADLINE, changes.changed()).await.unwrap().unwrap();
        }
    }

    /// The program has died, or loses its connection, at this moment: what was told to it a little
    /// before need not have been answered.
    pub fn dies_now(&self) {
        let mut chronicle = self.chronicle.lock().unwrap_or_else(PoisonError::into_inner);
        chronicle.disturbed.push(self.network.clock());
    }

    /// Not everything has worked since then.
    pub fn was_troubled_since(&self, begun: Duration) {
        let mut chronicle = self.chronicle.lock().unwrap_or_else(PoisonError::into_inner);
        chronicle.troubled.push(begun..=self.network.clock());
    }

    /// A program could not reach its database since then.
    pub fn was_parted_since(&self, begun: Duration) {
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
                    () = self.tend(trouble) => unreachable!("people never stop"),
                };
                let status = status.unwrap_or_else(|_| {
                    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
                    panic!("{point} was never reached; {}", self.program.log_tail())
                });
                assert_eq!(status.signal(), Some(9), "{point}: {}", self.program.log_tail());
                self.dies_now();
            }
            Death::After(effects) => {
                let running = self.start(None);
                // A connection that is troubled is taken up again before the end.
                let after = trouble.map_or(0, |(_, after)| after + 20);
                self.see(effects + after, trouble).await;
                running.kill().await;
                self.dies_now();
            }
        }
        self.network.expects_loss();
        self.let_files_fall_due().await;
    }

    /// The last life: everybody finishes what they began, and the program ends in peace. What time brought
    /// at its last moment is for another one.
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

    /// Whether nothing is left to handle or to say.
    pub async fn nothing_is_open(&self) -> bool {
        self.count(OPEN).await == 0
    }

    /// Everybody finishes what they began, and nothing is left to do.
    pub async fn rest(&self) {
        self.crowd.calm_down();
        self.network.calms_down();
        self.let_files_fall_due().await;
        let rested = tokio::select! {
            rested = self.comes_to_rest() => rested,
            () = self.tend(None) => unreachable!("people never stop"),
        };
        assert!(rested, "no rest: {}", self.standstill().await);
        assert!(!self.crowd.broke_off(), "the crowd panicked, and its story is not the whole one");
    }

    /// Waits until nothing is left to do. Gives whether it is so; it is not when nothing goes on.
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

    /// What the desk remembers.
    pub async fn remember(&self) -> Memory {
        Memory::read(self.database.reader(), self.crowd.enclosed()).await
    }

    /// Holds what the desk remembers against what the people and the network saw.
    pub async fn judge(&self, memory: &Memory) -> Figures {
        let mut figures = memory.judge(&self.crowd.markers());
        let store = Store::folder(&self.program.files()).unwrap();
        memory.files.judge(memory, &store, &mut figures).await;
        let chronicle = self.chronicle.lock().unwrap_or_else(PoisonError::into_inner);
        self.network.judge(memory, &chronicle, &mut figures);
        figures
    }

    /// Who waits for what, for failed assertions.
    async fn standstill(&self) -> String {
        format!(
            "{:?} {:?}; on its way: {}; {} {}",
            self.crowd.reporting(),
            self.open_lanes().await,
            self.is_on_its_way().await,
            self.network.summary(),
            self.program.log_tail()
        )
    }

    /// Whether nobody waits for anything.
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

    /// Waits until people saw so much more.
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
            () = self.tend(trouble) => unreachable!("people never stop"),
        };
        assert!(seen, "nothing goes on: {}", self.standstill().await);
    }

    /// Looks after people whose question was lost with a kill: what is not worth a repetition is
    /// not said again, and they write once more. It is looked into whenever the program shows that
    /// it is there and has heard everything. Troubles the connection when its time has come.
    async fn tend(&self, mut trouble: Option<(Trouble, usize)>) {
        let mut changes = self.network.changed();
        let (mut pulse, begun) = (self.network.pulse(), self.network.effects());
        let mut looked = Instant::now();
        loop {
            changes.changed().await.unwrap();
            if let Some((trouble, _)) =
                trouble.take_if(|(_, after)| self.network.effects() >= begun + *after)
            {
                self.dies_now();
                self.network.trouble(trouble);
            }
            let now = self.network.pulse();
            if now == pulse || looked.elapsed() < GLANCE {
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

    /// The people for whom the desk still has something to do or to say. Asked for a lane at a time, for
    /// some have thousands waiting.
    async fn open_lanes(&self) -> HashSet<i64> {
        let (reader, all) = (self.database.reader(), Timestamp(i64::MAX / 2));
        let (nobody, open) = (HashSet::new(), Shut::default());
        let told = again(async || inbox::heads(reader, LANES, &nobody).await).await;
        let said = again(async || outbox::ready(reader, None, &open, all, LANES).await).await;
        let mut told: Vec<_> = told.into_iter().map(|row| (row.lane, row.external_key)).collect();
        if self.network.shares_lanes() {
            // Behind the first of such a lane there may be what others did.
            let behind =
                self.rows("SELECT lane, external_key FROM inbox WHERE open_lane LIKE '%#%'");
            let read = |row: QueryResult| {
                (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())
            };
            told.extend(behind.await.into_iter().map(read));
        }
        let said = said.into_iter().map(|row| (row.lane, row.chat_key));
        let person = |(lane, key): (String, String)| {
            let person = self.network.person_of(&lane, &key);
            person.unwrap_or_else(|| panic!("whose is {lane} with {key}?"))
        };
        told.into_iter().chain(said).map(person).collect()
    }

    /// Whether anything is on its way to the desk.
    async fn is_on_its_way(&self) -> bool {
        let mut stored = self.stored.lock().await;
        // What was given a number earlier may have come to light later.
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
            self.dies_now();
            self.network.expects_loss();
        }
    }

    /// Lets the time for validating run out on every solved ticket, while nobody is there.
    async fn let_time_pass(&self) {
        self.change("UPDATE ticket SET next_due_at = 1, close_at = 1 WHERE status = 'solved'")
            .await;
    }

    /// Lets the time run out for which somebody who has died since took files on. Who lives and is at
    /// one keeps it no less.
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

    /// What the database answers.
    async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let question = || Statement::from_string(self.database.backend(), sql);
        again(async || self.database.reader().query_all_raw(question()).await).await
    }
}

/// Asks until there is an answer. Where connections are cut for the program's sake, those of the story
/// may be among them, and another is there for the next try.
async fn again<T, E: std::fmt::Debug>(asking: impl AsyncFn() -> Result<T, E>) -> T {
    for _ in 0..20 {
        if let Ok(answer) = asking().await {
            return answer;
        }
    }
    asking().await.unwrap()
}
