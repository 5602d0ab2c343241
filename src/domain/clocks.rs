//! Computes the clocks of a ticket from its history alone, so that they can be explained interval
//! by interval and compared with the stored values. Pure. Deliberately absent: wording.

use super::{
    event::Event, priority::Priority, promise::Measure, status::Status, time::Timestamp,
    warning::Clock,
};

/// When a ticket got a status, and the history entry that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// When (UTC).
    pub at: Timestamp,
    /// The status.
    pub status: Status,
    /// The index of the entry in the history, from 0.
    pub entry: usize,
}

/// What a clock did in an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// It ran.
    Running,
    /// It would have run, but the interval is outside working hours.
    OutOfHours,
    /// It was stopped by the history entry that began the turn.
    Stopped,
}

/// An interval in which a clock did one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// What the clock did.
    pub pace: Pace,
    /// The index of the history entry that gave the ticket its status at the beginning.
    pub entry: usize,
}

impl Interval {
    /// How many of its milliseconds count.
    pub fn counted(&self) -> i64 {
        if self.pace == Pace::Running { self.until.since(self.from) } else { 0 }
    }
}

/// Every status that a ticket had, from its history in order.
pub fn turns<'e>(history: impl IntoIterator<Item = (Timestamp, &'e Event)>) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for (entry, (at, event)) in history.into_iter().enumerate() {
        let now = turns.last().map(|turn| turn.status);
        let Some(status) = reached(event, now).filter(|status| Some(*status) != now) else {
            continue;
        };
        turns.push(Turn { at, status, entry });
    }
    turns
}

/// The status after an event, when it differs from `now`.
fn reached(event: &Event, now: Option<Status>) -> Option<Status> {
    match event {
        Event::Opened { .. } => Some(Status::New),
        // A ticket that waits keeps waiting when it is taken or assigned, and a reopened one stays
        // reopened.
        Event::Accepted | Event::Assigned { .. } => match now {
            Some(Status::Suspended | Status::WithVendor | Status::Reopened | Status::Solved) => {
                None
            }
            _ => Some(Status::InProgress),
        },
        Event::Escalated { on_site: true, .. } => Some(Status::EscalatedOnSite),
        Event::Escalated { .. } => Some(Status::Escalated),
        Event::Suspended { .. } => Some(Status::Suspended),
        Event::PassedToVendor { .. } | Event::TakenByVendor => Some(Status::WithVendor),
        Event::NotManaged { .. } => Some(Status::NotManaged),
        Event::Resumed => Some(Status::InProgress),
        Event::Solved { .. } => Some(Status::Solved),
        Event::Reopened { .. } => Some(Status::Reopened),
        Event::Closed { .. } => Some(Status::Closed),
        // The procedure decides these statuses; the entry records the decision.
        Event::Released { status, .. }
        | Event::VisitScheduled { status, .. }
        | Event::VisitArrived { status }
        | Event::VisitMissed { status, .. }
        | Event::EquipmentMoved { status, .. }
        | Event::EquipmentReturned { status, .. }
        | Event::Recategorised { status, .. } => *status,
        Event::Routed { status, .. } | Event::Answered { status, .. } => Some(*status),
        Event::VisitAgreed { .. }
        | Event::VisitCancelled { .. }
        | Event::EquipmentReceived
        | Event::Reprioritised { .. }
        | Event::Postponed { .. }
        | Event::ChildOpened { .. }
        | Event::AssetChecked { .. }
        | Event::Approved
        | Event::Declined { .. }
        | Event::Noted { .. }
        | Event::SelfHelpTried { .. }
        | Event::SelfHelped { .. }
        | Event::TrainingRecorded { .. }
        | Event::Replied { .. }
        | Event::AttachmentReferenced { .. }
        | Event::FileRefused { .. }
        | Event::Authorised
        | Event::Rated { .. }
        | Event::Commented { .. }
        | Event::Reminded
        | Event::Warned { .. }
        | Event::FollowedUp { .. }
        | Event::Unreachable { .. } => None,
    }
}

/// What the resolution clock did from the beginning until `now`, or until the ticket ended:
/// intervals without gap or overlap. `runs` tells in which statuses the clock runs.
pub fn intervals(
    turns: &[Turn],
    measure: Measure<'_>,
    runs: impl Fn(Status) -> bool,
    now: Timestamp,
) -> Vec<Interval> {
    let mut intervals = Vec::new();
    for (place, turn) in turns.iter().enumerate() {
        if turn.status.is_final() {
            break;
        }
        let until = turns.get(place + 1).map_or(now.max(turn.at), |next| next.at);
        if turn.at == until {
            continue;
        }
        let interval = |from, until, pace| Interval { from, until, pace, entry: turn.entry };
        if !runs(turn.status) {
            intervals.push(interval(turn.at, until, Pace::Stopped));
            continue;
        }
        let mut reached = turn.at;
        for (open, close) in measure.stretches(turn.at, until) {
            if reached < open {
                intervals.push(interval(reached, open, Pace::OutOfHours));
            }
            // Adjacent running intervals are merged: a change between running statuses, or between
            // two adjoining shifts, does not matter to the clock.
            match intervals.last_mut() {
                Some(last) if last.until == open && last.pace == Pace::Running => {
                    last.until = close;
                }
                _ => intervals.push(interval(open, close, Pace::Running)),
            }
            reached = close;
        }
        if reached < until {
            intervals.push(interval(reached, until, Pace::OutOfHours));
        }
    }
    intervals
}

/// The promise of a clock that is in force: the priority that made it, and the instant from which
/// it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// The priority whose times were promised.
    pub priority: Priority,
    /// The instant from which they count (UTC).
    pub since: Timestamp,
}

/// The promise of a clock that is in force after the changes of priority in a history. A promise
/// that was broken when the priority changed stays in force. Entries after `until` are ignored.
pub fn in_force<'e>(
    history: impl IntoIterator<Item = (Timestamp, &'e Event)>,
    clock: Clock,
    made: InForce,
    until: Timestamp,
) -> InForce {
    let mut in_force: Option<InForce> = None;
    for (at, event) in history.into_iter().take_while(|(at, _)| *at <= until) {
        let Event::Reprioritised { from, to, kept, restarted } = event else { continue };
        let before = in_force.unwrap_or(InForce { priority: *from, ..made });
        in_force = Some(match (kept.contains(&clock), restarted.contains(&clock)) {
            (true, _) => before,
            (false, true) => InForce { priority: *to, since: at },
            (false, false) => InForce { priority: *to, ..made },
        });
    }
    in_force.unwrap_or(made)
}

/// How many milliseconds of the promised time are used.
pub fn spent(intervals: &[Interval]) -> i64 {
    intervals.iter().map(Interval::counted).sum()
}

/// How many milliseconds before an instant count.
pub fn spent_before(intervals: &[Interval], until: Timestamp) -> i64 {
    let before = intervals.iter().filter(|interval| interval.from < until);
    let clipped = before.map(|interval| Interval { until: interval.until.min(until), ..*interval });
    clipped.map(|interval| interval.counted()).sum()
}
