//! The program itself as replicas on Discord, on every engine that is at hand: whoever listens and
//! whoever speaks, every command, form and button is answered in time and once (G10), nothing that was
//! said is lost or doubled when whoever listens is killed or stopped (G6, G8, G9), and several shards
//! are divided among them.

mod desk;

use std::time::Duration;

use rustix::process::{Signal, kill_process};

use self::desk::{Desk, HERE, THERE};
use crate::support::{
    discord::Shard,
    engine::{TestDatabase, migrated_engines, postgres_url},
};

/// When an answer is put off.
const PUT_OFF: Duration = Duration::from_secs(2);
/// Another replica has taken over when so much has passed.
const PROMISED: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
async fn g9_whoever_listens_may_be_killed_and_another_hears_what_was_said_meanwhile() {
    for database in migrated_engines().await {
        let mut desk = Desk::opens(database, 1).await;
        desk.comes().await;
        desk.comes().await;
        desk.everybody_is_answered().await;
        for _ in 0..2 {
            let listener = desk.listener(Shard(0, 1)).await;
            // What is said at its last moment, and what is said when nobody is there.
            let before = desk.everybody_asks();
            desk.dies(listener).await;
            let after = desk.everybody_asks();
            let took = desk.everybody_reads([before, after].concat()).await;
            assert!(took <= PROMISED, "{took:?}");
            desk.everybody_is_answered().await;
            desk.comes().await;
            desk.everybody_is_answered().await;
        }
        desk.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_whoever_listens_and_stands_still_for_a_while_does_no_harm_when_it_goes_on() {
    // What stands still in the middle of a transaction holds a file for ever; a server takes it away.
    let Some(admin) = postgres_url() else { return };
    let mut desk = Desk::opens(TestDatabase::postgres(&admin).await, 1).await;
    desk.comes().await;
    desk.comes().await;
    desk.everybody_is_answered().await;
    let listener = desk.listener(Shard(0, 1)).await;
    let sessions = desk.emulator.read(|ledger| ledger.readies);
    kill_process(desk.pid(listener), Signal::STOP).unwrap();
    let asked = desk.everybody_asks();
    let took = desk.everybody_reads(asked).await;
    assert!(took <= PROMISED, "{took:?}");
    assert_eq!(desk.emulator.read(|ledger| ledger.readies), sessions + 1);
    // Two sessions are told everything now, and one of them by nobody's ears.
    desk.everybody_is_answered().await;
    kill_process(desk.pid(listener), Signal::CONT).unwrap();
    desk.everybody_is_answered().await;
    desk.until("one listens", async |desk| desk.emulator.connected() == 1).await;
    desk.everybody_is_answered().await;
    desk.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_g10_replicas_divide_the_shards_and_everybody_is_answered_whoever_hears() {
    for database in migrated_engines().await {
        let mut desk = Desk::opens(database, 2).await;
        desk.comes().await;
        desk.until("one hears it all", async |desk| desk.emulator.connected() == 2).await;
        desk.comes().await;
        desk.until("they divide it", async |desk| desk.is_divided(&[1, 1]).await).await;
        assert_ne!(
            desk.listener(desk::shard_of(HERE, 2)).await,
            desk.listener(desk::shard_of(THERE, 2)).await
        );
        desk.everybody_is_answered().await;
        let listener = desk.listener(Shard(0, 2)).await;
        let before = desk.everybody_asks();
        desk.dies(listener).await;
        let after = desk.everybody_asks();
        let took = desk.everybody_reads([before, after].concat()).await;
        assert!(took <= PROMISED, "{took:?}");
        desk.until("the other hears it all", async |desk| desk.is_divided(&[2]).await).await;
        desk.everybody_is_answered().await;
        desk.comes().await;
        desk.until("they divide it again", async |desk| desk.is_divided(&[1, 1]).await).await;
        desk.everybody_is_answered().await;
        // The platform wants more of them, and says so to those who have a session.
        desk.emulator.recommends_shards(3, 3);
        desk.emulator.requires_shards(3);
        desk.until("they divide more", async |desk| {
            desk.emulator.listening() == [Shard(0, 3), Shard(1, 3), Shard(2, 3)]
                && desk.is_divided(&[1, 2]).await
        })
        .await;
        desk.everybody_is_answered().await;
        // Who hears and who speaks are two processes for half of them: few have to be put off for it.
        let waited = desk.nine_of_ten_waited();
        println!("nine of ten were answered within {waited:?}");
        assert!(waited < PUT_OFF, "G10: one of ten waited {waited:?} or longer");
        desk.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g10_who_is_told_to_stop_leaves_nobody_without_an_answer() {
    for database in migrated_engines().await {
        let mut desk = Desk::opens(database, 1).await;
        desk.comes().await;
        desk.comes().await;
        let mut heard = 0;
        for _ in 0..3 {
            let listener = desk.listener(Shard(0, 1)).await;
            let done = desk.everybody_runs_a_command();
            let done = desk.heard(&done);
            heard += done.len();
            desk.leaves(listener).await;
            desk.all_are_answered(&done).await;
            desk.comes().await;
            desk.until("somebody listens", async |desk| desk.emulator.connected() == 1).await;
        }
        assert!(heard > 0, "nobody ever listened");
        desk.ends().await;
    }
}
