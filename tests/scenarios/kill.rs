//! The real program, killed at every named point and at random moments under load, and started
//! again. At rest, what the platform saw and what the desk remembers must be one story (G1 to G7).
//!
//! `MESABOT_TEST_KILLS` says how often (50 when it is absent), `MESABOT_TEST_SEED` repeats a run.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod crowd;
mod oracle;
mod process;

use std::{
    collections::{BTreeMap, HashSet},
    os::unix::process::ExitStatusExt,
    time::{Duration, Instant},
};

use mesabot::service::database::{Database, DatabaseError};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use sea_orm::{ConnectionTrait, Statement};

use self::{
    crowd::{Crowd, Reporting},
    oracle::Memory,
    process::{Program, Running},
};
use crate::support::telegram::{BOT_ID, Emulator};

/// The points between two effects, and how late a passage may be chosen at each.
const POINTS: [(&str, u32); 7] = [
    ("poll.received", 6),
    ("inbox.stored", 6),
    ("handle.uncommitted", 40),
    ("handle.committed", 40),
    ("courier.claimed", 30),
    ("courier.answered", 60),
    ("courier.settled", 30),
];
/// The points of a sweep, which need a ticket whose time has come.
const SWEEPS: [&str; 2] = ["sweep.uncommitted", "sweep.committed"];
/// How often each point is met at least; of many kills it is half of them.
const ROUNDS: usize = 3;
/// No life of the program may take longer.
const DEADLINE: Duration = Duration::from_secs(60);

/// How one life of the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Death {
    /// At the n-th passage of a named point.
    At(String),
    /// After so many effects that the platform saw.
    After(usize),
}

struct Story {
    emulator: Emulator,
    program: Program,
    crowd: Crowd,
    database: Database,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_the_desk_loses_nothing_and_does_nothing_twice() {
    let kills = number_from("MESABOT_TEST_KILLS").unwrap_or(50);
    let seed = number_from("MESABOT_TEST_SEED").unwrap_or_else(rand::random);
    let begun = Instant::now();
    println!("seed {seed}: MESABOT_TEST_SEED repeats the choices");
    let story = Story::begin(seed).await;
    let mut points: BTreeMap<String, usize> = BTreeMap::new();
    for death in deaths(usize::try_from(kills).unwrap(), seed) {
        let name = match &death {
            Death::At(point) => point.split(':').next().unwrap().to_owned(),
            Death::After(_) => "at random".to_owned(),
        };
        story.live_until(&death).await;
        *points.entry(name).or_default() += 1;
    }
    story.live_to_the_end().await;

    let memory = Memory::read(story.database.reader()).await;
    let markers = story.crowd.markers();
    let figures = story.emulator.read(|ledger| memory.judge(ledger, &markers));
    let errors = story.program.errors_logged();
    assert!(errors.is_empty(), "the program called something an error: {errors:#?}");
    println!("{kills} kills in {:.1?}, seed {seed}: {points:?}", begun.elapsed());
    println!("{figures}; {} questions were asked for once more", story.crowd.nudges());
}

fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Every point in every round, then random moments; the sweeps last, when there are tickets.
fn deaths(kills: usize, seed: u64) -> Vec<Death> {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut deaths = Vec::new();
    for round in 0..ROUNDS.max(kills / POINTS.len() / 2) {
        for (point, latest) in POINTS {
            let passage = if round == 0 { 1 } else { dice.random_range(1..=latest) };
            deaths.push(Death::At(format!("{point}:{passage}")));
        }
    }
    deaths.truncate(kills.saturating_sub(2 * SWEEPS.len()));
    while deaths.len() + 2 * SWEEPS.len() < kills {
        deaths.push(Death::After(dice.random_range(1..120)));
    }
    deaths.shuffle(&mut dice);
    let sweeps = SWEEPS.into_iter().flat_map(|point| [format!("{point}:1"), format!("{point}:2")]);
    deaths.extend(sweeps.map(Death::At));
    deaths.truncate(kills);
    deaths
}

impl Story {
    async fn begin(seed: u64) -> Self {
        let emulator = Emulator::start().await;
        let program = Program::new(&emulator);
        let code = program.invitation(crowd::TECHNICIANS);
        let database = Database::open(&program.database()).await.unwrap();
        let crowd = Crowd::gather(&emulator, seed, &code);
        Self { emulator, program, crowd, database }
    }

    /// One life of the program, ended as `death` says.
    async fn live_until(&self, death: &Death) {
        match death {
            Death::At(point) => {
                if point.starts_with("sweep") {
                    self.wait_for_solved_tickets().await;
                    self.let_time_pass().await;
                }
                let running = self.program.start(Some(point));
                let pid = running.pid();
                let dying = tokio::time::timeout(DEADLINE, running.ended());
                let status = tokio::select! {
                    status = dying => status,
                    () = self.tend() => unreachable!("people never stop"),
                };
                let status = status.unwrap_or_else(|_| {
                    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
                    panic!("{point} was never reached; {}", self.program.log_tail())
                });
                assert_eq!(status.signal(), Some(9), "{point}: {}", self.program.log_tail());
            }
            Death::After(effects) => {
                let running = self.program.start(None);
                self.see(*effects).await;
                running.kill().await;
            }
        }
    }

    /// The last life: everybody finishes what they began, and the program ends in peace.
    async fn live_to_the_end(&self) {
        self.crowd.calm_down();
        let running = self.program.start(None);
        let mut changes = self.emulator.changed();
        let rest = async {
            while !self.is_at_rest().await {
                changes.changed().await.unwrap();
            }
        };
        let rested = tokio::select! {
            rested = tokio::time::timeout(DEADLINE, rest) => rested.is_ok(),
            () = self.tend() => unreachable!("people never stop"),
        };
        assert!(
            rested,
            "no rest: {:?} {:?} {:?} {}",
            self.crowd.reporting(),
            self.open_lanes().await,
            self.emulator.pending(),
            self.program.log_tail()
        );
        self.end_in_peace(running).await;
    }

    /// Whether nobody waits for anything.
    async fn is_at_rest(&self) -> bool {
        self.crowd.reporting().is_empty()
            && self.emulator.pending().is_empty()
            && self.open_lanes().await.is_empty()
    }

    async fn end_in_peace(&self, running: Running) {
        let signal = rustix::process::Signal::TERM;
        rustix::process::kill_process(running.pid(), signal).unwrap();
        let status = running.ended().await;
        assert!(status.success(), "{status}: {}", self.program.log_tail());
    }

    /// Waits until the platform saw so many more effects.
    async fn see(&self, effects: usize) {
        let seen = self.emulator.read(|ledger| ledger.effects.len()) + effects;
        let enough = self.emulator.wait_until(|ledger| ledger.effects.len() >= seen, DEADLINE);
        tokio::select! {
            () = enough => {}
            () = self.tend() => unreachable!("people never stop"),
        }
    }

    /// Looks after people whose question was lost with a kill: what is not worth a repetition is
    /// not said again, and they write once more. It is looked into whenever the program asks for
    /// updates and there are none.
    async fn tend(&self) {
        let mut changes = self.emulator.changed();
        let mut polls = 0;
        loop {
            changes.changed().await.unwrap();
            let now = self.emulator.read(|ledger| ledger.polls);
            if now == polls {
                continue;
            }
            polls = now;
            let reporting = self.crowd.reporting();
            if !self.emulator.pending().is_empty() {
                continue;
            }
            let open = self.open_lanes().await;
            for stuck in reporting.iter().filter(|one| !open.contains(&one.employee.to_string())) {
                if self.is_registered(stuck).await {
                    self.crowd.move_on(&self.emulator, stuck);
                } else {
                    self.crowd.nudge(&self.emulator, stuck);
                }
            }
        }
    }

    /// The chats in which the desk still has something to do or to say.
    async fn open_lanes(&self) -> HashSet<String> {
        let sql = "SELECT open_lane FROM inbox WHERE open_lane >= '' \
                   UNION SELECT open_lane FROM outbox WHERE open_lane >= ''";
        let rows = self.database.reader().query_all_raw(self.statement(sql)).await.unwrap();
        let own = format!("telegram:{BOT_ID}:");
        let lanes = rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap());
        let chat = |lane: String| {
            let lane = lane.strip_prefix(&own).unwrap_or(&lane).to_owned();
            lane.strip_prefix("telegram:").unwrap_or(&lane).to_owned()
        };
        lanes.map(chat).collect()
    }

    async fn is_registered(&self, reporting: &Reporting) -> bool {
        let sql =
            format!("SELECT count(*) FROM ticket WHERE description LIKE '%{}%'", reporting.marker);
        self.count(&sql).await > 0
    }

    async fn wait_for_solved_tickets(&self) {
        const SOLVED: &str = "SELECT count(*) FROM ticket WHERE status = 'solved'";
        while self.count(SOLVED).await < 2 {
            let running = self.program.start(None);
            self.see(200).await;
            running.kill().await;
        }
    }

    /// Lets the time for validating run out on every solved ticket, while nobody is there.
    async fn let_time_pass(&self) {
        let passed = "UPDATE ticket SET next_due_at = 1, close_at = 1 WHERE status = 'solved'";
        let passing = self.database.write(|tx| {
            Box::pin(async move {
                tx.execute_unprepared(passed).await?;
                Ok::<_, DatabaseError>(())
            })
        });
        passing.await.unwrap();
    }

    async fn count(&self, sql: &str) -> i64 {
        let row = self.database.reader().query_one_raw(self.statement(sql)).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    fn statement(&self, sql: &str) -> Statement {
        Statement::from_string(self.database.backend(), sql)
    }
}
