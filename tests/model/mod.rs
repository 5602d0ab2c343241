//! The lease and the outbox as a small model, every state of which is looked at: two processes, two
//! rows of one lane, a database, a platform, and what may befall them.
//!
//! What the steps stand for:
//! - `Ask` and `Hear`: taking and renewing the lease, `src/service/leases.rs` and `src/worker/leases.rs`.
//!   The database decides when it is asked, the answer may take as long as it likes. A renewal keeps the
//!   epoch and needs it to be the lease's; taking adds one, and needs the lease to be over, to end later
//!   than any given now, or to be one's own: that of an earlier run of this process, which is dead, or
//!   that of this one, which never heard that it has it. An answer counts from when it was asked for.
//! - `Recover`, `Pick`, `Claim`, `Call`, `Settle`: the rounds of `src/worker/courier.rs` with the
//!   outcomes of `src/worker/delivery.rs` and the guarded writes of `src/service/outbox.rs`. Picking is
//!   a read outside of any transaction. Claiming, settling and recovering each check the epoch in their
//!   own transaction; who fails it steps down and forgets what it was at.
//! - `Arrive`, `Refuse`, `TimeOut` and the like: the platform behind `Channel`.
//!
//! Whoever takes no step stands still, for as long as time passes: a process that is stopped, one that
//! is cut off from the database or the platform, and a call that hangs need no steps of their own and
//! cost nothing. Misfortunes do, and are counted: a process is killed and starts again,
//! the database's clock jumps, an answer of the database or of the platform is lost, the
//! platform refuses. A call whose caller has died or lost patience may arrive at any later time.
//!
//! Left out: messages that the platform recognises when they come twice, and whatever else may be
//! repeated freely; permanent failures; several lanes, which share nothing but the lease; the pace; the
//! times between tries; writes other than the courier's, whose fence is the same; clocks that run at
//! different speeds, for which the margin is there.

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

/// How often the lease is taken, and how many misfortunes there are.
type World = (usize, u8);

/// A lease that is taken over and back, by nothing but pauses.
const PAUSES: World = (3, 0);
/// A lease that is taken over, and one misfortune.
const MISFORTUNE: World = (2, 1);

/// Looks at every state, or until each of `promises` was broken.
fn look(
    without: Option<Part>,
    (taken, misfortunes): World,
    promises: HasDiscoveries,
) -> impl Checker<Protocol> {
    let begun = Instant::now();
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

/// `MESABOT_TEST_MISFORTUNES` adds a world with that many, in which the lease is taken as often as
/// there is room for: 650,000 states with one, 3,100,000 with two.
#[test]
fn lease_and_outbox_keep_their_promises_in_every_state() {
    let asked = settings::number(settings::MISFORTUNES);
    let more = asked.map(|misfortunes| (LAST, misfortunes.try_into().unwrap()));
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

/// What the model finds when a part of the protocol is left out: each promise that is broken, with a
/// way there.
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
