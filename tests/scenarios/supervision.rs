//! The program as a process whose workers panic or hang, or whose files are lost: it goes on or
//! ends with a failure, and `/readyz` reports the true state throughout.

mod damage;
mod machine;
mod networks;
mod silence;

use std::fs;

use machine::{Log, MARTA, Machine, until};

use crate::support::telegram::Ledger;

/// Every named point that a desk on Telegram passes when a person writes to it.
const POINTS: [&str; 11] = [
    "handler.round",
    "handle.uncommitted",
    "handle.committed",
    "courier.round",
    "courier.claimed",
    "courier.answered",
    "courier.settled",
    "poller.round",
    "poll.received",
    "inbox.stored",
    "sweeper.round",
];

#[tokio::test]
async fn a_panic_at_any_point_leaves_no_message_without_an_answer() {
    for point in POINTS {
        let machine = Machine::new().await;
        let desk = machine.start(Log::File, &[("MESABOT_PANIC_AT", point)]);
        machine.emulator.says(MARTA, MARTA, "No imprime la impresora");
        machine.hears("¿Abro un caso con esto?").await;
        // The answer may arrive before the point is passed.
        machine.logs("a panic").await;
        until(&machine, 200, "ready").await;
        machine.emulator.says(MARTA, MARTA, "/ayuda");
        machine.hears("Esto es lo que puedo hacer").await;
        desk.stops_in_order().await;
    }
}

#[tokio::test]
async fn a_worker_that_panics_is_restarted_and_logged() {
    for (point, worker) in
        [("handler.round", "handler"), ("fetcher.round", "fetcher"), ("poller.round", "listener")]
    {
        let machine = Machine::new().await;
        let desk = machine.start(Log::File, &[("MESABOT_PANIC_AT", point)]);
        machine.logs("a worker broke off and is restarted").await;
        until(&machine, 200, "ready").await;
        let log = machine.log();
        assert!(log.contains(worker) && log.contains("src/kill_point.rs"), "{log}");
        desk.stops_in_order().await;
    }
}

#[tokio::test]
async fn a_worker_that_keeps_panicking_ends_the_program() {
    let machine = Machine::new().await;
    let desk = machine.start(Log::File, &[("MESABOT_PANIC_AT", "sweeper.round:1+")]);
    until(&machine, 503, "stalled").await;
    let ended = desk.ended().await;
    assert_eq!(ended.code(), Some(1), "{}", machine.log());
    assert!(machine.log().contains("the worker sweeper died 8 times"), "{}", machine.log());
}

#[tokio::test]
async fn a_log_that_cannot_be_written_stops_no_answer() {
    for log in [Log::Gone, Log::Full] {
        let machine = Machine::new().await;
        let desk = machine.start(log, &[("MESABOT_LOG__LEVEL", "debug")]);
        machine.emulator.says(MARTA, MARTA, "No imprime la impresora");
        machine.hears("¿Abro un caso con esto?").await;
        until(&machine, 200, "ready").await;
        desk.stops_in_order().await;
    }
}

#[tokio::test]
async fn a_panic_whose_report_cannot_be_written_is_survived() {
    for log in [Log::Gone, Log::Full] {
        let machine = Machine::new().await;
        let desk = machine.start(log, &[("MESABOT_PANIC_AT", "handler.round")]);
        machine.emulator.says(MARTA, MARTA, "No imprime la impresora");
        machine.hears("¿Abro un caso con esto?").await;
        desk.stops_in_order().await;
    }
}

#[tokio::test]
async fn after_losing_its_file_the_program_confirms_nothing_and_fails() {
    for replaced in [false, true] {
        let machine = Machine::new().await;
        let desk = machine.start(Log::File, &[]);
        until(&machine, 200, "ready").await;
        machine.emulator.says(MARTA, MARTA, "/ayuda");
        machine.hears("Esto es lo que puedo hacer").await;
        let file = machine.path("desk.db");
        if replaced {
            fs::copy(&file, machine.path("other.db")).unwrap();
            fs::rename(machine.path("other.db"), &file).unwrap();
        } else {
            fs::remove_file(&file).unwrap();
        }
        let late = machine.emulator.says(MARTA, MARTA, "No imprime la impresora");
        let ended = desk.ended().await;
        let log = machine.log();
        assert_eq!(ended.code(), Some(1), "{log}");
        assert!(log.contains("put the file back or restore the newest backup"), "{log}");
        let confirmed = machine.emulator.read(|ledger: &Ledger| ledger.confirmed.contains(&late));
        assert!(!confirmed, "an update after the loss stays at the platform");
        assert_eq!(file.exists(), replaced, "no new file is created");
    }
}

#[tokio::test]
async fn a_program_without_a_usable_log_still_fails_with_its_code() {
    let machine = Machine::new().await;
    fs::write(machine.path("desk.db"), [7_u8; 8_192]).unwrap();
    let ended = machine.start(Log::Gone, &[]).ended().await;
    assert_eq!(ended.code(), Some(1), "the exit code is not that of a panic");
}
