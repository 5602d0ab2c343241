//! The steps of the model, and when each is possible.

use stateright::{Model, Property};

use super::{
    properties,
    state::{
        Answer, Asked, BEYOND, Delivery, Lease, Process, Row, State, TERM, TRUST, Work, Wrongs,
    },
};

/// A part of the protocol that can be left out, to show what it prevents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Each write checks in its own transaction that the writer still holds the lease.
    Fence,
    /// The platform is called only while the process trusts its lease.
    TrustWindow,
    /// The time of trust starts when the renewal is requested, not when the response arrives.
    TrustFromAsking,
    /// A lease that ends later than any clock allows may be taken.
    TooLate,
    /// A process that holds the lease without knowing it, because the response was lost, takes the
    /// lease under its own name. Without this part the process goes on renewing under that name, as
    /// it knows no other.
    OwnName,
    /// A process that finds the lease held by the other process forgets its work.
    Forgetting,
    /// A new holder resolves the rows that were being sent.
    Recovery,
    /// The oldest row of a lane goes first.
    OldestFirst,
    /// A message that only informs is not repeated when its outcome is unknown.
    OnceOnly,
}

/// The protocol, whole or without a part, in a world with this many misfortunes.
pub struct Protocol {
    pub without: Option<Part>,
    /// How often the lease is taken, up to [`LAST`].
    pub taken: usize,
    /// The number of misfortunes; a pause is none.
    pub misfortunes: u8,
}

/// One step: of time, of a process by its index, of the platform, or a misfortune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A third of the term passes for every process.
    Tick,
    /// The database takes or renews the lease for the process, or refuses.
    Ask(usize),
    /// The response of the database arrives.
    Hear(usize),
    /// The database takes or renews the lease for the process, and the response is lost.
    AskUnheard(usize),
    Recover(usize),
    Pick(usize, usize),
    Claim(usize),
    /// A process that trusts its lease calls the platform.
    Call(usize),
    /// The call takes effect, and the response arrives.
    Arrive(usize),
    Settle(usize),
    /// A call for which no process waits takes effect.
    ArriveAstray(usize, u8),
    /// The database's clock jumps, so that this much is left of the lease: nothing, the whole term,
    /// or more than the term; passing time covers the values between.
    Jump(u8),
    /// A process is killed and starts again.
    Crash(usize),
    /// The claim is committed, and the response is lost.
    ClaimUnheard(usize),
    /// The platform responds that the call had no effect.
    Refuse(usize),
    /// The call takes effect, and the response is lost.
    ArriveUnheard(usize),
    /// The caller times out; the call is still under way.
    TimeOut(usize),
    /// The outcome is committed, and the response is lost.
    SettleUnheard(usize),
}

impl Step {
    fn is_misfortune(self) -> bool {
        matches!(
            self,
            Self::Jump(_)
                | Self::Crash(_)
                | Self::AskUnheard(_)
                | Self::ClaimUnheard(_)
                | Self::Refuse(_)
                | Self::ArriveUnheard(_)
                | Self::TimeOut(_)
                | Self::SettleUnheard(_)
        )
    }
}

impl Protocol {
    /// Whether the protocol has this part.
    pub fn has(&self, part: Part) -> bool {
        self.without != Some(part)
    }

    /// The process no longer holds a lease, as far as it knows.
    fn step_down(&self, state: &mut State, p: usize) {
        if self.has(Part::Forgetting) {
            state.drop_work(p);
        }
        let Process { asked, work, .. } = state.processes[p];
        state.processes[p] = Process { asked, work, ..Process::new() };
    }

    /// Does `write` in a transaction of `p`, unless the lease is the other process's by now; then
    /// `p` steps down.
    fn write(&self, state: &mut State, p: usize, write: impl FnOnce(&mut State, u8)) -> Option<()> {
        let epoch = state.processes[p].epoch?;
        let stale = state.lease.epoch != epoch;
        if stale && self.has(Part::Fence) {
            self.step_down(state, p);
        } else {
            state.wrongs.stale_write |= stale;
            write(state, epoch);
        }
        Some(())
    }

    /// The database receives the request of `p` to take or renew the lease.
    fn ask(&self, state: &mut State, p: usize) -> Option<()> {
        let Process { epoch, trust, asked, .. } = state.processes[p];
        if asked.is_some_and(|asked| asked.age < TRUST) {
            return None;
        }
        let lease = state.lease;
        let mine = lease.holder == Some(p);
        match epoch {
            // The lease was renewed just now.
            Some(_) if trust == TRUST => return None,
            Some(epoch) if !(mine && lease.epoch == epoch) => {
                self.step_down(state, p);
                return Some(());
            }
            Some(_) => {}
            None if mine && !lease.orphaned && !self.has(Part::OwnName) => {
                state.lease.left = TERM;
                return (lease.left != TERM).then_some(());
            }
            None => {
                let too_late = lease.left == BEYOND && self.has(Part::TooLate);
                if !(mine || lease.left == 0 || too_late) {
                    return None;
                }
                state.lease.epoch += 1;
            }
        }
        state.lease =
            Lease { holder: Some(p), left: TERM, orphaned: false, epoch: state.lease.epoch };
        state.processes[p].asked = Some(Asked { epoch: state.lease.epoch, age: 0 });
        Some(())
    }

    /// The process receives the response that it holds the lease.
    fn hear(&self, state: &mut State, p: usize) -> Option<()> {
        let asked = state.processes[p].asked.take()?;
        if state.processes[p].epoch != Some(asked.epoch) {
            state.processes[p].epoch = Some(asked.epoch);
            state.processes[p].recovered = false;
        }
        let age = if self.has(Part::TrustFromAsking) { asked.age } else { 0 };
        state.processes[p].trust = TRUST.saturating_sub(age);
        Some(())
    }

    /// The outcome is recorded.
    fn settle(&self, state: &mut State, p: usize, heard: bool) -> Option<()> {
        let Work::Answered(at, answer) = state.processes[p].work else { return None };
        self.write(state, p, |state, _| {
            let row = &mut state.rows[at];
            match answer {
                Answer::Delivered => row.state = Delivery::Sent,
                Answer::SurelyNot => row.state = Delivery::Queued,
                Answer::Doubtful => row.doubt(self.without),
            }
            if heard {
                state.processes[p].work = Work::Idle;
            }
        })
    }

    fn claim(&self, state: &mut State, p: usize, heard: bool) -> Option<()> {
        let Work::Picked(at) = state.processes[p].work else { return None };
        self.write(state, p, |state, epoch| {
            let row = &mut state.rows[at];
            (row.state, row.claimed) = (Delivery::Sending, epoch);
            state.processes[p].work = if heard { Work::Claimed(at) } else { Work::Idle };
        })
    }

    /// The outcome of a call, and whether the call took effect.
    fn answer(&self, state: &mut State, p: usize, answer: Answer, effect: bool) -> Option<()> {
        let Process { work: Work::Calling(row, age), epoch: Some(epoch), .. } = state.processes[p]
        else {
            return None;
        };
        if effect {
            state.appear(row, epoch, Some(age));
        }
        state.processes[p].work = Work::Answered(row, answer);
        Some(())
    }

    /// Does a step if it is possible.
    pub fn step(&self, state: &mut State, step: Step) -> Option<()> {
        if step.is_misfortune() {
            state.misfortunes = state.misfortunes.checked_sub(1)?;
        }
        match step {
            Step::Tick => state.tick(),
            Step::Jump(left) => {
                (state.lease.left, state.shaken) = (left, TERM);
            }
            Step::Ask(p) => self.ask(state, p)?,
            Step::Hear(p) => self.hear(state, p)?,
            Step::AskUnheard(p) => {
                self.ask(state, p)?;
                state.processes[p].asked = None;
            }
            Step::Recover(p) => {
                let Process { recovered: false, work: Work::Idle, .. } = state.processes[p] else {
                    return None;
                };
                self.write(state, p, |state, _| {
                    state.processes[p].recovered = true;
                    if self.has(Part::Recovery) {
                        state.rows.iter_mut().for_each(|row| row.doubt(self.without));
                    }
                })?;
            }
            Step::Pick(p, row) => {
                let process = &mut state.processes[p];
                let free = process.recovered && process.work == Work::Idle;
                let oldest = state.rows.iter().position(Row::is_open);
                let head = oldest == Some(row) || !self.has(Part::OldestFirst);
                (free && head && state.rows[row].is_open()).then_some(())?;
                process.work = Work::Picked(row);
            }
            Step::Claim(p) => self.claim(state, p, true)?,
            Step::ClaimUnheard(p) => self.claim(state, p, false)?,
            Step::Call(p) => {
                let process = &mut state.processes[p];
                let Work::Claimed(row) = process.work else { return None };
                (process.trust > 0 || !self.has(Part::TrustWindow)).then_some(())?;
                process.work = Work::Calling(row, 0);
            }
            Step::Arrive(p) => self.answer(state, p, Answer::Delivered, true)?,
            Step::ArriveUnheard(p) => self.answer(state, p, Answer::Doubtful, true)?,
            Step::Refuse(p) => self.answer(state, p, Answer::SurelyNot, false)?,
            Step::TimeOut(p) => {
                let Work::Calling(row, _) = state.processes[p].work else { return None };
                state.drop_work(p);
                state.processes[p].work = Work::Answered(row, Answer::Doubtful);
            }
            Step::Settle(p) => self.settle(state, p, true)?,
            Step::SettleUnheard(p) => self.settle(state, p, false)?,
            Step::ArriveAstray(row, epoch) => {
                let strays = &mut state.strays[row][usize::from(epoch)];
                *strays = strays.checked_sub(1)?;
                state.appear(row, epoch, None);
            }
            Step::Crash(p) => {
                state.drop_work(p);
                state.processes[p] = Process::new();
                // The flag matters only when this part is left out.
                state.lease.orphaned |= state.lease.holder == Some(p) && !self.has(Part::OwnName);
            }
        }
        Some(())
    }
}

impl Model for Protocol {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let row =
            |critical| Row { critical, state: Delivery::Queued, claimed: 0, effects: 0, doubts: 0 };
        let state = |(first, second)| State {
            lease: Lease { holder: None, epoch: 0, left: 0, orphaned: false },
            rows: [row(first), row(second)],
            processes: [Process::new(); 2],
            strays: Default::default(),
            shaken: 0,
            misfortunes: self.misfortunes,
            wrongs: Wrongs::default(),
        };
        [(true, false), (false, true)].map(state).into()
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        if state.is_over() {
            return;
        }
        steps.push(Step::Tick);
        let epochs = 1..=state.lease.epoch;
        steps.extend(epochs.flat_map(|epoch| [0, 1].map(|row| Step::ArriveAstray(row, epoch))));
        if state.lease.epoch > 0 {
            steps.extend([0, TERM, BEYOND].map(Step::Jump));
        }
        let epoch = usize::from(state.lease.epoch);
        for p in 0..state.processes.len() {
            // The two processes are alike, so the first to take the lease is called the first.
            let may_take = (1..self.taken).contains(&epoch) || epoch == p;
            if state.processes[p].epoch.is_some() || may_take {
                steps.extend([Step::Ask(p), Step::AskUnheard(p)]);
            }
            steps.extend([0, 1].map(|row| Step::Pick(p, row)));
            steps.extend(
                [
                    Step::Hear,
                    Step::Recover,
                    Step::Claim,
                    Step::Call,
                    Step::Arrive,
                    Step::Settle,
                    Step::Crash,
                    Step::ClaimUnheard,
                    Step::Refuse,
                    Step::ArriveUnheard,
                    Step::TimeOut,
                    Step::SettleUnheard,
                ]
                .map(|step| step(p)),
            );
        }
    }

    fn next_state(&self, before: &State, step: Step) -> Option<State> {
        let mut state = *before;
        self.step(&mut state, step)?;
        (state != *before).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}
