//! The clock jumps while the desk runs: the sweeper holds back, and no waiting row is stuck.

use std::time::Duration;

use mesabot::{
    clock::Clock,
    domain::{
        person::Access,
        status::Status,
        time::{DAY, HOUR, MINUTE},
    },
    worker::leases::Tenure,
};
use tokio::sync::watch;

use crate::support::{
    desk::{DEADLINE, HelpDesk, uspec},
    engine::TestDatabase,
    person::Person,
    telegram::{Fault, Ledger},
};

/// The sweeper's period.
const PERIOD: Duration = Duration::from_millis(5);

async fn opens() -> HelpDesk {
    HelpDesk::open_in(TestDatabase::for_story().await, Access::Open, uspec()).await
}

async fn people(desk: &HelpDesk) -> (Person<'_>, Person<'_>) {
    let technician = desk.technician("Ana").await;
    (desk.requester("Marta"), technician)
}

/// Waits until the sweeper has run a few times.
async fn looks(times: u32) {
    let mut looks = tokio::time::interval(PERIOD);
    for _ in 0..4 * times {
        looks.tick().await;
    }
}

/// The clock is set forward by a week: no ticket is closed while its requester may still answer,
/// until the clock has been steady for ten minutes.
#[tokio::test]
async fn g11_a_clock_set_forward_closes_nothing_at_once() {
    let desk = opens().await;
    let (requester, technician) = people(&desk).await;
    let number = desk.opens_ticket(&requester, "No enciende").await;
    for label in ["Aceptar", "Solucionar"] {
        technician.presses(label).await;
    }
    technician.says("Cambié el cable").await;
    assert_eq!(desk.ticket(number).await.status, Status::Solved);
    requester.reads();
    technician.reads();

    let (_stop, shutdown) = watch::channel(false);
    let story = async {
        looks(3).await;
        desk.clock.set(desk.clock.now().plus(7 * DAY));
        looks(10).await;
        assert_eq!(desk.ticket(number).await.status, Status::Solved, "the sweeper holds back");
        assert_eq!(requester.reads(), "", "no reminder is sent");

        // Back again, and forward once more: the ten minutes start at the last jump.
        desk.clock.goes_on(9 * MINUTE);
        looks(3).await;
        desk.clock.set(desk.clock.now().plus(-7 * DAY));
        looks(3).await;
        desk.clock.set(desk.clock.now().plus(7 * DAY));
        looks(3).await;
        desk.clock.goes_on(9 * MINUTE);
        looks(5).await;
        assert_eq!(desk.ticket(number).await.status, Status::Solved, "the sweeper holds back");

        // The clock stays steady, and is trusted again.
        desk.clock.goes_on(2 * MINUTE);
        let mut moments = tokio::time::interval(PERIOD);
        let closing = async {
            while desk.ticket(number).await.status != Status::Closed {
                moments.tick().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), closing).await.expect("the ticket closes");
    };
    tokio::select! {
        () = desk.workers.sweeper.run(PERIOD, Tenure::alone(), shutdown) => unreachable!("the sweeper runs until it is dropped"),
        () = story => {}
    }
    desk.workers.courier.pass().await.unwrap();
    assert!(requester.reads().contains("#1"), "the requester is told");
    technician.reads();
    desk.close().await;
}

/// A message that was not sent yet, or was put off by minutes, is sent without waiting for the
/// clock to catch up.
#[tokio::test]
async fn g11_a_clock_set_back_delays_no_message() {
    for by in [-DAY, -2 * HOUR] {
        let desk = opens().await;
        let (requester, _technician) = people(&desk).await;
        // Attempted, and put off for a while.
        desk.emulator.faults().next("sendMessage", 1, Fault::RetryAfter(20));
        requester.says("No enciende").await;
        assert_eq!(requester.reads(), "", "the message waits");
        desk.clock.set(desk.clock.now().plus(by));
        desk.settle().await;
        assert!(requester.reads().contains("¿Abro un caso con esto?"), "set back by {by} ms");

        // Written before the clock was set back, and sent afterwards.
        desk.emulator.says(requester.id, requester.id, "/ayuda");
        let pending = desk.emulator.pending();
        let stored = |ledger: &Ledger| pending.iter().all(|id| ledger.confirmed.contains(id));
        desk.emulator.wait_until(stored, DEADLINE).await;
        desk.workers.handler.pass().await.unwrap();
        for back in [10 * MINUTE, DAY] {
            desk.clock.set(desk.clock.now().plus(-back));
        }
        desk.workers.courier.pass().await.unwrap();
        assert!(requester.reads().contains("/"), "set back by {by} ms");
        desk.close().await;
    }
}

/// A message that the platform refused on the day to which the clock was set forward is not given
/// up for its age.
#[tokio::test]
async fn g11_a_clock_set_forward_gives_no_message_up() {
    let desk = opens().await;
    let (requester, _technician) = people(&desk).await;
    desk.emulator.faults().next("sendMessage", 1, Fault::Refuse(401, "Unauthorized".into()));
    requester.says("No enciende").await;
    desk.emulator.faults().next("sendMessage", 1, Fault::Refuse(401, "Unauthorized".into()));
    desk.passes(2 * DAY).await;
    desk.passes(10 * MINUTE).await;
    assert!(requester.reads().contains("¿Abro un caso con esto?"));
    desk.close().await;
}
