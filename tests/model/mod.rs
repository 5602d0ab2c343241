//! A small model of the lease and the outbox whose states are all checked: two processes, two rows
//! of one lane, a database, a platform, and the misfortunes that can happen to them.
//!
//! What the steps stand for:
//! - `Ask` and `Hear`: taking and renewing the lease, `src/service/leases.rs` and
//!   `src/worker/leases.rs`. The database decides when it receives the request; its response may take
//!   any time. A renewal keeps the epoch and requires that this epoch still holds the lease. Taking
//!   adds one to the epoch, and requires that the lease is over, ends later than any lease given now
//!   could, or belongs to the same process: to an earlier run of it, which is dead, or to this run,
//!   which never received the response. The time of trust counts from the request.
//! - `Recover`, `Pick`, `Claim`, `Call`, `Settle`: the rounds of `src/worker/courier.rs` with the
//!   outcomes of `src/worker/delivery.rs` and the guarded writes of `src/service/outbox.rs`. Picking
//!   is a read outside any transaction. Claiming, settling and recovering each check the epoch in
//!   their own transaction; a process that fails the check steps down and forgets its work.
//! - `Arrive`, `Refuse`, `TimeOut` and the like: the platform behind `Channel`.
//!
//! A process that takes no step is suspended for as long as time passes: a stopped process, one
//! that is cut off from the database or the platform, and a call that hangs need no steps of their
//! own and cost nothing. Misfortunes have steps and are counted: a process is killed and starts
//! again, the database's clock jumps, a response of the database or of the platform is lost, the
//! platform refuses. A call whose caller has died or timed out may arrive at any later time.
//!
//! Left out: messages that the platform deduplicates, and other calls that may be repeated freely;
//! permanent failures; several lanes, which share only the lease; pacing; the times between tries;
//! writes of other workers than the courier, whose fence is the same; clocks that run at different
//! speeds, which the margin covers.

mod properties;
mod protocol;
mod state;

use std::{collections::HashSet, time::Instant};

use stateright::{Checker, Expectation, HasDiscoveries, Model, Path};

use crate::support::settings;

use self::{
    properties::{ENDS, FENCED, IN_ORDER, NOT_TWICE, ONE_TRUSTS, OWN_CALLS, POSSIBLE},
    protocol::{Part, Protocol, Step},
    state::{LAST, State},
};

/// How often the lease is taken, and the number of misfortunes.
#[derive(Clone, Copy)]
struct World {
    taken: usize,
    misfortunes: u8,
}

/// A lease that is taken over and back, with pauses alone.
const PAUSES: World = World { taken: 3, misfortunes: 0 };
/// A lease that is taken over, with one misfortune.
const MISFORTUNE: World = World { taken: 2, misfortunes: 1 };

/// Checks every state, or stops when each of `promises` was broken.
fn look(without: Option<Part>, world: World, promises: HasDiscoveries) -> impl Checker<Protocol> {
    let begun = Instant::now();
    let World { taken, misfortunes } = world;
    let protocol = Protocol { without, taken, misfortunes };
    let checker = protocol.checker().finish_when(promises).spawn_bfs().join();
    println!(
        "without {without:?}, taken {taken} times, {misfortunes} misfortunes: {} states, {} steps \
         deep, in {:.1?}",
        checker.unique_state_count(),
        checker.max_depth(),
        begun.elapsed()
    );
    checker
}

/// `MESABOT_TEST_MISFORTUNES` adds a world with that many misfortunes, in which the lease is taken
/// as often as the state has room for: 650,000 states with one, 3,100,000 with two.
#[test]
fn lease_and_outbox_keep_their_promises_in_every_state() {
    let asked = settings::number(settings::MISFORTUNES);
    let more = asked
        .map(|misfortunes| World { taken: LAST, misfortunes: misfortunes.try_into().unwrap() });
    let mut possible = HashSet::new();
    for world in [PAUSES, MISFORTUNE].into_iter().chain(more) {
        let checker = look(None, world, HasDiscoveries::All);
        assert!(checker.is_done(), "not every state was looked at");
        for property in checker.model().properties() {
            match (property.expectation, checker.discovery(property.name)) {
                (Expectation::Sometimes, Some(_)) => drop(possible.insert(property.name)),
                (Expectation::Sometimes, None) => {}
                (_, Some(path)) => panic!("not: {}\n{}", property.name, told(path)),
                (_, None) => {}
            }
        }
    }
    assert_eq!(possible.len(), POSSIBLE, "the promises hold of too little: {possible:?}");
}

/// What the model finds when a part of the protocol is left out: each broken promise with the steps
/// that lead there.
fn breaks(without: Part, world: World, promises: &[&'static str]) {
    let all = HasDiscoveries::AllOf(promises.iter().copied().collect());
    let mut found = look(Some(without), world, all).discoveries();
    for promise in promises {
        let path = found.remove(promise);
        let path = path.unwrap_or_else(|| panic!("without {without:?} it still holds: {promise}"));
        println!("not: {promise}\n    {}", told(path));
    }
}

fn told(path: Path<State, Step>) -> String {
    let steps: Vec<String> = path.into_actions().iter().map(|step| format!("{step:?}")).collect();
    steps.join(", ")
}

#[test]
fn without_the_fence_who_was_overtaken_sends_again() {
    breaks(Part::Fence, MISFORTUNE, &[FENCED, NOT_TWICE]);
}

#[test]
fn without_the_trust_window_who_was_overtaken_calls_in_time() {
    breaks(Part::TrustWindow, MISFORTUNE, &[OWN_CALLS]);
}

#[test]
fn a_trust_that_begins_with_the_answer_lasts_too_long() {
    breaks(Part::TrustFromAsking, MISFORTUNE, &[ONE_TRUSTS, OWN_CALLS]);
}

#[test]
fn a_lease_beyond_all_terms_would_be_waited_for() {
    breaks(Part::TooLate, MISFORTUNE, &[ENDS]);
}

#[test]
fn a_lease_that_its_holder_does_not_know_of_would_never_end() {
    breaks(Part::OwnName, MISFORTUNE, &[ENDS]);
}

#[test]
fn who_remembers_an_earlier_lease_sends_what_another_settled() {
    breaks(Part::Forgetting, PAUSES, &[OWN_CALLS, NOT_TWICE]);
}

#[test]
fn without_recovery_what_was_being_sent_is_sent_again() {
    breaks(Part::Recovery, MISFORTUNE, &[NOT_TWICE]);
}

#[test]
fn without_the_oldest_first_a_lane_is_out_of_order() {
    breaks(Part::OldestFirst, MISFORTUNE, &[IN_ORDER]);
}

#[test]
fn what_informs_would_appear_twice() {
    breaks(Part::OnceOnly, MISFORTUNE, &[NOT_TWICE]);
}
