//! The program itself as replicas on Discord, on every available engine: whichever replica listens
//! or sends, every command, form and button is answered in time and once (G10), no message is lost
//! or doubled when the listening replica is killed or stopped (G6, G8, G9), and several shards are
//! divided among the replicas.

mod desk;

use std::time::Duration;

use rustix::process::{Signal, kill_process};

use self::desk::{Desk, HERE, THERE};
use crate::support::{
    discord::Shard,
    engine::{TestDatabase, migrated_engines, postgres_url},
};

/// How long after its arrival an interaction is deferred.
const PUT_OFF: Duration = Duration::from_secs(2);
/// The longest take-over by another replica (G8).
const PROMISED: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
async fn g9_after_a_kill_another_replica_fetches_the_missed_messages() {
    for database in migrated_engines().await {
        let mut desk = Desk::opens(database, 1).await;
        desk.comes().await;
        desk.comes().await;
        desk.all_people_are_answered().await;
        for _ in 0..2 {
            let listener = desk.listener(Shard(0, 1)).await;
            // Messages just before the listener's death, and messages while no replica listens.
            let before = desk.all_ask();
            desk.dies(listener).await;
            let after = desk.all_ask();
            let took = desk.all_have_read([before, after].concat()).await;
            assert!(took <= PROMISED, "{took:?}");
            desk.all_people_are_answered().await;
            desk.comes().await;
            desk.all_people_are_answered().await;
        }
        desk.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_a_suspended_listener_does_no_harm_when_it_resumes() {
    // A process suspended inside a transaction locks an SQLite file for ever; a PostgreSQL server
    // ends the transaction.
    let Some(admin) = postgres_url() else { return };
    let mut desk = Desk::opens(TestDatabase::postgres(&admin).await, 1).await;
    desk.comes().await;
    desk.comes().await;
    desk.all_people_are_answered().await;
    let listener = desk.listener(Shard(0, 1)).await;
    let sessions = desk.emulator.read(|ledger| ledger.readies);
    kill_process(desk.pid(listener), Signal::STOP).unwrap();
    let asked = desk.all_ask();
    let took = desk.all_have_read(asked).await;
    assert!(took <= PROMISED, "{took:?}");
    assert_eq!(desk.emulator.read(|ledger| ledger.readies), sessions + 1);
    // Two sessions receive every event now, and one of them has lost its lease.
    desk.all_people_are_answered().await;
    kill_process(desk.pid(listener), Signal::CONT).unwrap();
    desk.all_people_are_answered().await;
    desk.until("one listens", async |desk| desk.emulator.connected() == 1).await;
    desk.all_people_are_answered().await;
    desk.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_g10_replicas_divide_the_shards_and_answer_everyone() {
    for database in migrated_engines().await {
        let mut desk = Desk::opens(database, 2).await;
        desk.comes().await;
        desk.until("one replica has both shards", async |desk| desk.emulator.connected() == 2)
            .await;
        desk.comes().await;
        desk.until("they divide it", async |desk| desk.is_divided(&[1, 1]).await).await;
        assert_ne!(
            desk.listener(desk::shard_of(HERE, 2)).await,
            desk.listener(desk::shard_of(THERE, 2)).await
        );
        desk.all_people_are_answered().await;
        let listener = desk.listener(Shard(0, 2)).await;
        let before = desk.all_ask();
        desk.dies(listener).await;
        let after = desk.all_ask();
        let took = desk.all_have_read([before, after].concat()).await;
        assert!(took <= PROMISED, "{took:?}");
        desk.until("the other hears it all", async |desk| desk.is_divided(&[2]).await).await;
        desk.all_people_are_answered().await;
        desk.comes().await;
        desk.until("they divide it again", async |desk| desk.is_divided(&[1, 1]).await).await;
        desk.all_people_are_answered().await;
        // The platform requires more shards, and tells the sessions so.
        desk.emulator.recommends_shards(3, 3);
        desk.emulator.requires_shards(3);
        desk.until("the replicas divide three shards", async |desk| {
            desk.emulator.listening() == [Shard(0, 3), Shard(1, 3), Shard(2, 3)]
                && desk.is_divided(&[1, 2]).await
        })
        .await;
        desk.all_people_are_answered().await;
        // For half of the people the listening and the sending replica are two processes; few
        // interactions are deferred for that reason.
        let waited = desk.ninety_percent_waited();
        println!("nine of ten were answered within {waited:?}");
        assert!(waited < PUT_OFF, "G10: one of ten waited {waited:?} or longer");
        desk.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g10_a_stopping_replica_leaves_no_interaction_unanswered() {
    for database in migrated_engines().await {
        let mut desk = Desk::opens(database, 1).await;
        desk.comes().await;
        desk.comes().await;
        let mut heard = 0;
        for _ in 0..3 {
            let listener = desk.listener(Shard(0, 1)).await;
            let done = desk.all_run_a_command();
            let done = desk.heard(&done);
            heard += done.len();
            desk.leaves(listener).await;
            desk.all_are_answered(&done).await;
            desk.comes().await;
            desk.until("a replica listens", async |desk| desk.emulator.connected() == 1).await;
        }
        assert!(heard > 0, "no replica ever listened");
        desk.ends().await;
    }
}
