//! The properties that hold in every state of the model, and those that must be possible in some
//! state.

use stateright::Property;

use super::{
    protocol::{Protocol, Step},
    state::{BEYOND, Delivery, Process, Row, State, TERM, TRUST, Work},
};

/// No write of an earlier epoch is committed after a later epoch has begun, whatever the pauses and
/// clocks.
pub const FENCED: &str = "writes are fenced";
/// A message appears at most once, and once more for each outcome that was recorded as unknown; a
/// message that only informs appears at most once.
pub const NOT_TWICE: &str = "nothing appears twice but what was in doubt";
/// A row recorded as sent has appeared.
pub const NOT_INVENTED: &str = "what is noted as sent has appeared";
/// Messages of a lane appear in the order in which they were written, except those whose outcome
/// was recorded as unknown before: they may appear late, for the first time or again.
pub const IN_ORDER: &str = "a lane is in order but for what was in doubt";
/// Two processes trust the lease at once only during one term after the database's clock jumped.
pub const ONE_TRUSTS: &str = "one at most relies on the lease";
/// A call that arrives within the margin after its caller checked the lease is the holder's own,
/// for a row that the holder claimed: only pauses between check and arrival make late calls, and
/// only a jump of the clock makes early ones.
pub const OWN_CALLS: &str = "who calls in time holds the lease";
/// However late a call arrives, its row is still claimed by its caller or was recorded as unknown.
pub const ACCOUNTED: &str = "a late call is of a row known as doubtful";
/// After any history, and with either process alone or both: every row ends within a term and a
/// try.
pub const ENDS: &str = "every row ends within a term once a process works without misfortunes";

/// The number of properties that must be possible.
pub const POSSIBLE: usize = 6;

/// All properties, including those that must be possible so that the others are not vacuous.
pub fn all() -> Vec<Property<Protocol>> {
    type Holds = Property<Protocol>;
    vec![
        Holds::always(FENCED, |_, state| !state.wrongs.stale_write),
        Holds::always(NOT_TWICE, |_, state| state.rows.iter().all(is_not_doubled)),
        Holds::always(NOT_INVENTED, |_, state| {
            state.rows.iter().all(|row| row.state != Delivery::Sent || row.effects > 0)
        }),
        Holds::always(IN_ORDER, |_, state| !state.wrongs.disorder),
        Holds::always(ONE_TRUSTS, |_, state| state.shaken > 0 || trusting(state) < 2),
        Holds::always(OWN_CALLS, |_, state| !state.wrongs.astray),
        Holds::always(ACCOUNTED, |_, state| !state.wrongs.unaccounted),
        Holds::always(ENDS, |protocol, state| {
            [&[0][..], &[1], &[0, 1]].iter().all(|who| ends_in_peace(protocol, state, who))
        }),
        Holds::sometimes("both are sent by one", |_, state| {
            state.lease.epoch == 1 && state.rows.iter().all(|row| row.state == Delivery::Sent)
        }),
        Holds::sometimes("the second takes over and sends", |_, state| {
            state.rows.iter().all(|row| row.state == Delivery::Sent && row.claimed == 2)
        }),
        Holds::sometimes("two rely on the lease after a jump", |_, state| trusting(state) == 2),
        Holds::sometimes("what is critical appears twice", |_, state| {
            state.rows.iter().any(|row| row.effects == 2)
        }),
        Holds::sometimes("what informs is given up and appears late", |_, state| {
            let [first, second] = &state.rows;
            let late = first.state == Delivery::Unknown && first.effects == 1;
            late && !first.critical && second.effects == 1
        }),
        Holds::sometimes("a lease lies beyond all terms", |_, state| state.lease.left == BEYOND),
    ]
}

fn is_not_doubled(row: &Row) -> bool {
    row.effects <= if row.critical { 1 + row.doubts } else { 1 }
}

fn trusting(state: &State) -> usize {
    state.processes.iter().filter(|process| process.trust > 0).count()
}

/// Whether every row ends when no misfortune happens any more and only these processes continue.
fn ends_in_peace(protocol: &Protocol, state: &State, who: &[usize]) -> bool {
    let mut state = *state;
    for _ in 0..=TERM {
        for p in who {
            while let Some(step) = next(&state, *p) {
                if protocol.step(&mut state, step).is_none() {
                    break;
                }
            }
        }
        if !state.rows.iter().any(Row::is_open) {
            return true;
        }
        let passed = protocol.step(&mut state, Step::Tick);
        passed.expect("time can always pass");
    }
    false
}

/// The next step of a process without misfortunes.
fn next(state: &State, p: usize) -> Option<Step> {
    let Process { epoch, trust, asked, recovered, work } = state.processes[p];
    Some(match work {
        _ if asked.is_some() => Step::Hear(p),
        _ if epoch.is_none() || trust < TRUST => Step::Ask(p),
        Work::Idle if !recovered => Step::Recover(p),
        Work::Idle => Step::Pick(p, state.rows.iter().position(Row::is_open)?),
        Work::Picked(_) => Step::Claim(p),
        Work::Claimed(_) => Step::Call(p),
        Work::Calling(..) => Step::Arrive(p),
        Work::Answered(..) => Step::Settle(p),
    })
}
