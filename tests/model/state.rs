//! What there is in the model: the lease, the rows, what each process knows, and what is on its way. Time
//! is what is left of things: one unit is the time between two renewals, so that nothing grows without
//! end.

use super::protocol::Part;

/// How long a lease lasts, in thirds of its term.
pub const TERM: u8 = 3;
/// How much earlier than that its holder stops to rely on it.
pub const MARGIN: u8 = 1;
/// How long a holder relies on a renewal, from the moment at which it began to ask for it.
pub const TRUST: u8 = TERM - MARGIN;
/// What is left of a lease that ends later than any lease given now would.
pub const BEYOND: u8 = TERM + 1;
/// How often the lease may be taken, at most.
pub const LAST: usize = 3;

/// The row of the lease, and what is left of it by the clock of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    pub holder: Option<usize>,
    pub epoch: u8,
    pub left: u8,
    /// Whether its holder was killed since.
    pub orphaned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    Queued,
    Sending,
    Sent,
    Unknown,
}

/// A row of the outbox, and what only the story knows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    pub critical: bool,
    pub state: Delivery,
    /// Under which epoch it was claimed last.
    pub claimed: u8,
    /// How often it appeared before people.
    pub effects: u8,
    /// How often somebody wrote down that nobody knows whether it appeared.
    pub doubts: u8,
}

/// An answer of the database about the lease that is under way since so long.
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

/// Where a courier is with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    Idle,
    /// It was read, in no transaction.
    Picked(usize),
    /// It is marked as being sent.
    Claimed(usize),
    /// The platform was called so long ago, in the same breath as the lease was looked at.
    Calling(usize, u8),
    Answered(usize, Answer),
}

/// What a process knows. A process that stands still takes no step, so there is nothing to say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Process {
    pub epoch: Option<u8>,
    /// How much longer it relies on its lease, by its own clock.
    pub trust: u8,
    pub asked: Option<Asked>,
    pub recovered: bool,
    pub work: Work,
}

/// What went wrong in a step, where the state alone does not show it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Wrongs {
    /// A write of an earlier epoch was committed after a later one had begun.
    pub stale_write: bool,
    /// A message appeared before one that was written earlier and whose outcome was not in doubt.
    pub disorder: bool,
    /// A call arrived in time and was not the holder's own, of a row marked by it.
    pub astray: bool,
    /// A call arrived that no row of the outbox speaks of.
    pub unaccounted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct State {
    pub lease: Lease,
    pub rows: [Row; 2],
    pub processes: [Process; 2],
    /// The calls that nobody waits for any more and that may arrive all the same, by row and epoch.
    pub strays: [[u8; LAST + 1]; 2],
    /// For how long the last jump of the database's clock still excuses two who rely on the lease.
    pub shaken: u8,
    /// How many misfortunes may still happen.
    pub misfortunes: u8,
    pub wrongs: Wrongs,
}

impl Row {
    pub fn is_open(&self) -> bool {
        matches!(self.state, Delivery::Queued | Delivery::Sending)
    }

    /// Nobody knows whether it appeared: it is said once more where that is worth a repetition.
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

    /// Whether nothing is left but the lease, of which who stands still at an earlier moment has shown
    /// everything.
    pub fn is_over(&self) -> bool {
        !self.rows.iter().any(Row::is_open)
            && self.strays.iter().flatten().all(|calls| *calls == 0)
            && self.processes.iter().all(|process| process.work == Work::Idle)
    }

    /// A process forgets what it was at. Its call goes on without it.
    pub fn drop_work(&mut self, p: usize) {
        if let (Work::Calling(row, _), Some(epoch)) =
            (self.processes[p].work, self.processes[p].epoch)
        {
            self.strays[row][usize::from(epoch)] += 1;
        }
        self.processes[p].work = Work::Idle;
    }

    /// A message appears before people. `age` is how long ago its caller looked at the lease, where
    /// somebody still waits for the call.
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
    /// One that has just started.
    pub fn new() -> Self {
        Self { epoch: None, trust: 0, asked: None, recovered: false, work: Work::Idle }
    }
}
