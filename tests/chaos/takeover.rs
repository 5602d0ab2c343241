//! How long the desk does not answer when the replica that polls and sends is lost: from the loss
//! to the answer to a message written at that moment (G8). A replica killed on this machine is
//! known to be dead. A suspended replica behaves like a dead machine: its lease has to run out, as
//! has the lease of a replica that cannot reach the database. A replica that cannot reach the
//! platform notices this after a while, and gives its lease up.
//!
//! `MESABOT_TEST_TAKEOVERS` sets how often each kind of loss is tested.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, Statement};

use super::fleet::Fleet;
use crate::{
    kill::{Story, network::Network, process::Program, seed, telegram::Telegram},
    support::{
        engine::{TestDatabase, postgres_url},
        settings,
    },
};

/// The promised limit.
const PROMISED: Duration = Duration::from_secs(15);
/// How long a person waits for a replica that runs but reaches no platform.
const PATIENCE: Duration = Duration::from_secs(45);
/// The account of a person who only asks for help.
const CURIOUS: i64 = 900;

#[tokio::test(flavor = "multi_thread")]
async fn g8_another_replica_takes_over_within_fifteen_seconds() {
    let Some(admin) = postgres_url() else { return };
    let times = settings::number(settings::TAKEOVERS).unwrap_or(1);
    let telegram = Arc::new(Telegram::start_far_away(2).await);
    let program = Program::new(TestDatabase::postgres(&admin).await);
    let story = Story::begin(Arc::clone(&telegram) as _, program, seed()).await;
    story.crowd.stop_reporting();
    telegram.adds_person(CURIOUS);
    let mut fleet = Fleet::start(&story, 2).await;
    let relay_to_platform =
        |replica| telegram.relay_to_platform(replica).expect("each has its own");
    let mut started = 2;
    telegram.hears_back(CURIOUS, "/ayuda").await;
    for loss in ["killed", "stopped", "cut off", "out of reach"] {
        let mut waits = Vec::new();
        for _ in 0..times {
            telegram.is_met_by(started).await;
            started += 1;
            let leader = leader(&story, &fleet).await;
            let begun = Instant::now();
            match loss {
                "killed" => fleet.kill(&story, leader).await,
                "stopped" => fleet.freeze(leader),
                "cut off" => fleet.cut_off(leader),
                _ => relay_to_platform(leader).closes(),
            }
            telegram.hears_back(CURIOUS, "/ayuda").await;
            waits.push(begun.elapsed());
            // The surviving replica has both leases now; the lost one must do no harm when it
            // returns.
            match loss {
                "killed" => {
                    fleet.start_anew(&story, leader);
                    continue;
                }
                "stopped" => fleet.thaw(leader),
                "cut off" => fleet.reconnect(leader),
                _ => relay_to_platform(leader).opens(),
            }
            telegram.hears_back(CURIOUS, "/ayuda").await;
            fleet.restart(&story, leader).await;
        }
        waits.sort_unstable();
        let within = |part: f64| waits[((waits.len() as f64 * part).ceil() as usize).max(1) - 1];
        println!(
            "{times} times {loss}: answered after p50 {:.2?}, p99 {:.2?}, worst {:.2?}",
            within(0.5),
            within(0.99),
            within(1.0)
        );
        let most = if loss == "out of reach" { PATIENCE } else { PROMISED };
        assert!(within(1.0) <= most, "{loss}: {waits:?}");
    }
    story.rest().await;
    fleet.end_in_peace(&story).await;
}

/// The replica that polls.
async fn leader(story: &Story, fleet: &Fleet) -> usize {
    let holder = "SELECT holder FROM lease WHERE name LIKE 'poller:%'";
    let holder = Statement::from_string(story.database.backend(), holder);
    let row = story.database.reader().query_one_raw(holder).await.unwrap().unwrap();
    let holder: String = row.try_get_by_index(0).unwrap();
    let pid = holder.split(' ').nth(1).expect("a holder names its process");
    let found = fleet.all().find(|replica| fleet.pid(*replica).as_raw_nonzero().to_string() == pid);
    found.unwrap_or_else(|| panic!("{holder} is none of ours"))
}
