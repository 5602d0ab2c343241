//! A ticket's clocks, reckoned from its history alone, so that they can be explained interval by
//! interval and held against what is stored. Pure. Deliberately absent: the words.

use super::{
    event::Event, priority::Priority, promise::Measure, status::Status, time::Timestamp,
    warning::Clock,
};

/// From when on a ticket had a status, and which entry of its history gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Since when.
    pub at: Timestamp,
    /// Which status.
    pub status: Status,
    /// The place of the entry in the history, from 0.
    pub entry: usize,
}

/// What the clock did in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// It ran.
    Running,
    /// It would have run, but nobody works then.
    OutOfHours,
    /// It stood, because of the entry of the history that began the turn.
    Stopped,
}

/// A stretch of time in which a clock did one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// What the clock did.
    pub pace: Pace,
    /// The entry of the history that gave the ticket the status it had at the beginning.
    pub entry: usize,
}

impl Interval {
    /// How much of it counts, in milliseconds.
    pub fn counted(&self) -> i64 {
        if self.pace == Pace::Running { self.until.since(self.from) } else { 0 }
    }
}

/// Every status a ticket had, from its history in order.
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

/// The status that an event gives to a ticket that had another.
fn reached(event: &Event, now: Option<Status>) -> Option<Status> {
    match event {
        Event::Opened { .. } => Some(Status::New),
        // Whoever is given a ticket that waits has a ticket that waits; one that was reopened stays
        // so.
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
        // The procedure says what these give; the entry says what they gave.
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

/// What the resolution clock did from the beginning until `now`, or until the ticket was over:
/// intervals without gap or overlap. `runs` tells in which statuses it runs.
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
            // The clock does not care which of its statuses a ticket has while it runs, nor where
            // two shifts touch.
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

/// The promise of a clock that is in force: which priority made it, and from when it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// The priority whose times were promised.
    pub priority: Priority,
    /// From when they count.
    pub since: Timestamp,
}

/// Which promise of a clock is in force after the changes of priority in a history. A promise that
/// was broken when the priority changed stays in force. `until` ends what can change it.
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

/// How much of the promised time was used, in milliseconds.
pub fn spent(intervals: &[Interval]) -> i64 {
    intervals.iter().map(Interval::counted).sum()
}

/// How much of the time before an instant counted.
pub fn spent_before(intervals: &[Interval], until: Timestamp) -> i64 {
    let before = intervals.iter().filter(|interval| interval.from < until);
    let clipped = before.map(|interval| Interval { until: interval.until.min(until), ..*interval });
    clipped.map(|interval| interval.counted()).sum()
}
