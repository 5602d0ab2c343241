//! How long nobody hears the desk when the replica that listens and speaks is gone: from its end to
//! the answer to what somebody writes at that moment (G8). A replica that is killed on this machine is
//! known to be dead; one that is stopped is what a dead machine looks like, and its lease has to run out,
//! as has that of one that cannot reach the database and goes on as well as it can. One that cannot reach
//! the platform notices so after a while, and leaves it to another.
//!
//! `MESABOT_TEST_TAKEOVERS` says how often each way (1 when it is absent).

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
    for way in ["killed", "stopped", "cut off", "out of reach"] {
        let mut waits = Vec::new();
        for _ in 0..times {
            telegram.is_met_by(started).await;
            started += 1;
            let leader = leader(&story, &fleet).await;
            let begun = Instant::now();
            match way {
                "killed" => fleet.kill(&story, leader).await,
                "stopped" => fleet.freeze(leader),
                "cut off" => fleet.cut_off(leader),
                _ => relay_to_platform(leader).closes(),
            }
            telegram.hears_back(CURIOUS, "/ayuda").await;
            waits.push(begun.elapsed());
            // The other has both leases now; this one must do no harm when it goes on.
            match way {
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
            "{times} times {way}: answered after p50 {:.2?}, p99 {:.2?}, worst {:.2?}",
            within(0.5),
            within(0.99),
            within(1.0)
        );
        let most = if way == "out of reach" { PATIENCE } else { PROMISED };
        assert!(within(1.0) <= most, "{way}: {waits:?}");
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
