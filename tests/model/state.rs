//! The state of the model: the lease, the rows, what each process knows, and what is under way.
//! Times are remaining times in units of the renewal interval, so that no number grows without end.

use super::protocol::Part;

/// The duration of a lease, in thirds of its term.
pub const TERM: u8 = 3;
/// How much earlier its holder stops trusting it.
pub const MARGIN: u8 = 1;
/// How long a holder trusts a renewal, from the moment of the request.
pub const TRUST: u8 = TERM - MARGIN;
/// The remaining time of a lease that ends later than any lease given now.
pub const BEYOND: u8 = TERM + 1;
/// The most times that the lease may be taken.
pub const LAST: usize = 3;

/// The row of the lease, and its remaining time by the database's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    pub holder: Option<usize>,
    pub epoch: u8,
    pub left: u8,
    /// Whether its holder was killed since it took the lease.
    pub orphaned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    Queued,
    Sending,
    Sent,
    Unknown,
}

/// A row of the outbox, with counts that only the model knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    pub critical: bool,
    pub state: Delivery,
    /// The epoch under which it was claimed last.
    pub claimed: u8,
    /// How often the message appeared to people.
    pub effects: u8,
    /// How often the outcome was recorded as unknown.
    pub doubts: u8,
}

/// A response of the database about the lease, and how long it has been under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asked {
    pub epoch: u8,
    pub age: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    Delivered,
    SurelyNot,
    Doubtful,
}

/// The courier's step with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    Idle,
    /// Read, outside any transaction.
    Picked(usize),
    /// Recorded as being sent.
    Claimed(usize),
    /// The platform was called this long ago, at the moment when the lease was checked.
    Calling(usize, u8),
    Answered(usize, Answer),
}

/// What a process knows. A suspended process takes no step, so the state needs no flag for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Process {
    pub epoch: Option<u8>,
    /// How much longer it trusts its lease, by its own clock.
    pub trust: u8,
    pub asked: Option<Asked>,
    pub recovered: bool,
    pub work: Work,
}

/// Violations in a step that the state alone does not show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Wrongs {
    /// A write of an earlier epoch was committed after a later epoch had begun.
    pub stale_write: bool,
    /// A message appeared before an earlier one whose outcome was not in doubt.
    pub disorder: bool,
    /// A call arrived within the margin and was not the holder's own call for a row that it
    /// claimed.
    pub astray: bool,
    /// A call arrived that no row of the outbox accounts for.
    pub unaccounted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct State {
    pub lease: Lease,
    pub rows: [Row; 2],
    pub processes: [Process; 2],
    /// Calls for which no process waits and which may still arrive, by row and epoch.
    pub strays: [[u8; LAST + 1]; 2],
    /// How long the last jump of the database's clock still excuses two processes that trust the
    /// lease.
    pub shaken: u8,
    /// How many misfortunes may still happen.
    pub misfortunes: u8,
    pub wrongs: Wrongs,
}

impl Row {
    pub fn is_open(&self) -> bool {
        matches!(self.state, Delivery::Queued | Delivery::Sending)
    }

    /// Records that the outcome is unknown: the message is sent again if it is worth a repetition.
    pub fn doubt(&mut self, without: Option<Part>) {
        if self.state != Delivery::Sending {
            return;
        }
        let again = self.critical && self.doubts == 0 || without == Some(Part::OnceOnly);
        self.state = if again && self.doubts < 2 { Delivery::Queued } else { Delivery::Unknown };
        self.doubts += 1;
    }
}

impl State {
    /// A third of the term passes.
    pub fn tick(&mut self) {
        if self.lease.left != BEYOND {
            self.lease.left = self.lease.left.saturating_sub(1);
        }
        self.shaken = self.shaken.saturating_sub(1);
        for process in &mut self.processes {
            process.trust = process.trust.saturating_sub(1);
            if let Some(asked) = &mut process.asked {
                asked.age = TRUST.min(asked.age + 1);
            }
            if let Work::Calling(_, age) = &mut process.work {
                *age = (MARGIN + 1).min(*age + 1);
            }
        }
    }

    /// Whether only the lease is left, so that an earlier moment with a suspended process has shown
    /// everything that can follow.
    pub fn is_over(&self) -> bool {
        !self.rows.iter().any(Row::is_open)
            && self.strays.iter().flatten().all(|calls| *calls == 0)
            && self.processes.iter().all(|process| process.work == Work::Idle)
    }

    /// The process forgets its work. Its call continues without it.
    pub fn drop_work(&mut self, p: usize) {
        if let (Work::Calling(row, _), Some(epoch)) =
            (self.processes[p].work, self.processes[p].epoch)
        {
            self.strays[row][usize::from(epoch)] += 1;
        }
        self.processes[p].work = Work::Idle;
    }

    /// The message appears to people. `age` is the time since the caller checked the lease, if a
    /// process still waits for the call.
    pub fn appear(&mut self, row: usize, epoch: u8, age: Option<u8>) {
        let own = self.rows[row].state == Delivery::Sending && self.rows[row].claimed == epoch;
        let certain = self.rows[row].doubts == 0;
        let in_time = age.is_some_and(|age| age <= MARGIN);
        let overtaken = self.rows[row + 1..].iter().any(|later| later.effects > 0);
        let wrongs = &mut self.wrongs;
        wrongs.astray |= in_time && self.shaken == 0 && !(own && self.lease.epoch == epoch);
        wrongs.unaccounted |= !own && certain;
        wrongs.disorder |= certain && overtaken;
        self.rows[row].effects += 1;
    }
}

impl Process {
    /// A process that has just started.
    pub fn new() -> Self {
        Self { epoch: None, trust: 0, asked: None, recovered: false, work: Work::Idle }
    }
}
