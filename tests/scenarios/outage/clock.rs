//! The clock jumps beside a desk at work: what a sweep would do is held, and nothing that waits is
//! stuck because of it.

use std::time::Duration;

use mesabot::{
    clock::Clock,
    domain::{
        person::Access,
        status::Status,
        time::{DAY, HOUR, MINUTE},
    },
    worker::leases::Term,
};
use tokio::sync::watch;

use crate::support::{
    desk::{DEADLINE, HelpDesk, uspec},
    engine::TestDatabase,
    person::Person,
    telegram::{Fault, Ledger},
};

/// How often the sweeper looks.
const PERIOD: Duration = Duration::from_millis(5);

async fn opens() -> HelpDesk {
    HelpDesk::open_in(TestDatabase::for_story().await, Access::Open, uspec()).await
}

async fn people(desk: &HelpDesk) -> (Person<'_>, Person<'_>) {
    let technician = desk.technician("Ana").await;
    (desk.requester("Marta"), technician)
}

/// Waits until the sweeper has looked a few times.
async fn looks(times: u32) {
    let mut looks = tokio::time::interval(PERIOD);
    for _ in 0..4 * times {
        looks.tick().await;
    }
}

/// The clock is put forward by a week: nothing is closed over the head of somebody who has an answer
/// left, until the clock has been steady for ten minutes.
#[tokio::test]
async fn g11_a_clock_put_forward_closes_nothing_at_once() {
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
        assert_eq!(desk.ticket(number).await.status, Status::Solved, "it is held");
        assert_eq!(requester.reads(), "", "nor is anybody reminded");

        // Back again, and forward once more: held from the last jump on.
        desk.clock.goes_on(9 * MINUTE);
        looks(3).await;
        desk.clock.set(desk.clock.now().plus(-7 * DAY));
        looks(3).await;
        desk.clock.set(desk.clock.now().plus(7 * DAY));
        looks(3).await;
        desk.clock.goes_on(9 * MINUTE);
        looks(5).await;
        assert_eq!(desk.ticket(number).await.status, Status::Solved, "it is held");

        // The clock stays where it is, and is believed.
        desk.clock.goes_on(2 * MINUTE);
        let mut moments = tokio::time::interval(PERIOD);
        let closing = async {
            while desk.ticket(number).await.status != Status::Closed {
                moments.tick().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), closing).await.expect("it closes");
    };
    tokio::select! {
        () = desk.workers.sweeper.run(PERIOD, Term::alone(), shutdown) => unreachable!("nobody stops it"),
        () = story => {}
    }
    desk.workers.courier.pass().await.unwrap();
    assert!(requester.reads().contains("#1"), "and is said");
    technician.reads();
    desk.close().await;
}

/// What is to be said and was not tried yet, or was put off by minutes, waits for no day that the clock
/// has to live through once more.
#[tokio::test]
async fn g11_a_clock_put_back_keeps_nobody_waiting() {
    for by in [-DAY, -2 * HOUR] {
        let desk = opens().await;
        let (requester, _technician) = people(&desk).await;
        // Tried, and put off for a while.
        desk.emulator.faults().next("sendMessage", 1, Fault::RetryAfter(20));
        requester.says("No enciende").await;
        assert_eq!(requester.reads(), "", "it waits");
        desk.clock.set(desk.clock.now().plus(by));
        desk.settle().await;
        assert!(requester.reads().contains("¿Abro un caso con esto?"), "put back by {by} ms");

        // Written down before the clock was put back, and said afterwards.
        desk.emulator.says(requester.id, requester.id, "/ayuda");
        let told = desk.emulator.pending();
        let stored = |ledger: &Ledger| told.iter().all(|id| ledger.confirmed.contains(id));
        desk.emulator.wait_until(stored, DEADLINE).await;
        desk.workers.handler.pass().await.unwrap();
        for back in [10 * MINUTE, DAY] {
            desk.clock.set(desk.clock.now().plus(-back));
        }
        desk.workers.courier.pass().await.unwrap();
        assert!(requester.reads().contains("/"), "put back by {by} ms");
        desk.close().await;
    }
}

/// What a platform would not take on the day on which the clock was put forward is not given up for its
/// age.
#[tokio::test]
async fn g11_a_clock_put_forward_gives_nothing_up() {
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
