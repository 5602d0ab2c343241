//! Seeded rounds of load, kills and faults: the real program, once on an SQLite file and as two replicas
//! on one PostgreSQL server, while people write to it and everything around it fails. At rest, the
//! platform's ledger and the desk's database must agree (G1 to G8). The seed fixes the order of the
//! faults and not what happens between them, so a seed repeats the faults and not every step.
//!
//! The variables of [`crate::support::settings`] set the number of rounds, the seed, how long a
//! suspended replica stays suspended, and whether the rounds run on Discord too (G9 and G10). Replicas
//! need a PostgreSQL server.

mod fault;
mod fleet;
mod takeover;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use self::{fault::Fault, fleet::Fleet};
use crate::{
    kill::{
        Story,
        discord::Discord,
        network::{Network, PlatformFault},
        process::Program,
        seed,
        telegram::Telegram,
    },
    support::{
        engine::{TestDatabase, engines, postgres_url},
        settings,
    },
};

/// How many effects people see between two faults.
const BETWEEN: std::ops::Range<usize> = 5..40;
/// The longest time that a fault lasts.
const TROUBLE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn g1_to_g7_one_desk_on_a_file_survives_random_faults() {
    live(Arc::new(Telegram::start().await), TestDatabase::sqlite(), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g1_to_g8_two_polling_replicas_survive_random_faults() {
    let Some(admin) = postgres_url() else { return };
    live(Arc::new(Telegram::start_far_away(2).await), TestDatabase::postgres(&admin).await, 2)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g1_to_g8_two_webhook_replicas_survive_random_faults() {
    let Some(admin) = postgres_url() else { return };
    live(Arc::new(Telegram::start_calling(2).await), TestDatabase::postgres(&admin).await, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g1_to_g10_two_replicas_on_discord_survive_random_faults() {
    if !settings::is_set(settings::DISCORD) {
        return;
    }
    for database in engines().await {
        live(Arc::new(Discord::start_for_several(seed()).await), database, 2).await;
    }
}

async fn live(network: Arc<dyn Network>, database: TestDatabase, replicas: usize) {
    let begun = Instant::now();
    let seed = seed();
    println!("seed {seed}: MESABOT_TEST_SEED repeats the choices");
    let rounds = settings::number(settings::ROUNDS).unwrap_or(4);
    let program = Program::new(database);
    let story = Story::begin(network, program, seed).await;
    let mut dice = StdRng::seed_from_u64(seed);
    let mut fleet = Fleet::start(&story, replicas).await;
    let mut faults: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..rounds {
        let fault = Fault::choose(&mut dice, &fleet, &*story.network);
        *faults.entry(fault.name()).or_default() += 1;
        story.see(dice.random_range(BETWEEN), None).await;
        strike(&story, &mut fleet, fault, &mut dice).await;
    }
    loop {
        story.rest().await;
        fleet.end_in_peace(&story).await;
        if story.nothing_is_open().await {
            break;
        }
        // Work that fell due at the last moment is left for the next start.
        fleet = Fleet::start(&story, replicas).await;
    }
    let took = begun.elapsed();
    let memory = story.remember().await;
    let figures = story.judge(&memory).await;
    let panics = story.program.lines_logged("panicked");
    assert!(panics.is_empty(), "the program panicked: {panics:#?}");
    let pace = figures.updates as f64 / took.as_secs_f64();
    println!("{rounds} rounds with {replicas} replicas in {took:.1?}, seed {seed}: {faults:?}");
    println!("{figures}; {pace:.0} updates/s; {} asked once more", story.crowd.nudges());
}

/// Injects one fault, and waits until people see that the desk works.
async fn strike(story: &Story, fleet: &mut Fleet, fault: Fault, dice: &mut StdRng) {
    let a_while = dice.random_range(BETWEEN);
    let begun = story.network.clock();
    match fault {
        Fault::Kill(replica) => {
            fleet.kill(story, replica).await;
            fleet.start_anew(story, replica);
        }
        Fault::KillAll => {
            for replica in fleet.all() {
                fleet.kill(story, replica).await;
            }
            for replica in fleet.all() {
                fleet.start_anew(story, replica);
            }
        }
        Fault::DieAt(replica, point) => fleet.die_at(story, replica, &point, a_while).await,
        Fault::Restart(replica) => fleet.restart(story, replica).await,
        Fault::Freeze(replica) => {
            let frozen = Instant::now();
            fleet.freeze(replica);
            story.notes_death();
            see_without_one(story, a_while).await;
            let least = Duration::from_secs(settings::number(settings::FREEZE).unwrap_or(0));
            while frozen.elapsed() < least {
                see_without_one(story, 1).await;
            }
            fleet.thaw(replica);
        }
        Fault::CutConnections => {
            fleet::cut_connections(story).await;
            story.notes_death();
        }
        Fault::CutOff(replica) => {
            fleet.cut_off(replica);
            story.notes_death();
            see_without_one(story, a_while).await;
            fleet.reconnect(replica);
            story.notes_parting_since(begun);
        }
        Fault::OutOfReach(replica) => {
            let relay = story.network.relay_to_platform(replica).expect("it has one of its own");
            relay.closes();
            story.notes_death();
            see_without_one(story, a_while).await;
            relay.opens();
        }
        Fault::PlatformFault(nuisance) => {
            story.network.injects(nuisance, dice.random());
            see_meanwhile(story, a_while).await;
            story.network.clears_injected_faults();
        }
        Fault::Trouble(trouble) => {
            story.network.trouble(trouble);
            story.notes_death();
        }
    }
    // During the fault, a replica that received an interaction may die before it responds.
    story.notes_trouble_since(begun);
    story.see(a_while, None).await;
}

/// Waits until people have seen this many effects during a fault, or until the time for it has
/// passed: a poller whose requests fail backs off longer each time.
async fn see_meanwhile(story: &Story, effects: usize) {
    let _ = tokio::time::timeout(TROUBLE, story.see(effects, None)).await;
}

/// Waits for effects while one replica cannot work. Presses may have been delivered to that
/// replica, on a platform that delivers them to no other.
async fn see_without_one(story: &Story, effects: usize) {
    if story.network.keeps_first_words() {
        story.see(effects, None).await;
    } else {
        see_meanwhile(story, effects).await;
    }
}

impl PlatformFault {
    fn name(self) -> &'static str {
        match self {
            Self::TooMany => "429",
            Self::Page => "502",
            Self::CutBefore => "cut before",
            Self::CutAfter => "cut after",
        }
    }
}
