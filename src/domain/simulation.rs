//! Simulates what a procedure would do with a request before the procedure is put to use: which
//! path the request takes, who is told and when, what is due, and how it may end. Every answer
//! comes from the functions that the desk itself uses. Pure. Deliberately absent: wording, and what
//! people do in between.

use super::{
    ending::Ending,
    intake::{Arrival, IntakePath, Reception, endings, intake_path, receive},
    priority::Priority,
    procedure::{Category, Group, Procedure},
    promise::{Validation, validation},
    source::Source,
    status::Status,
    time::Timestamp,
    warning::{Clock, Receiver, Running, Stage},
};

/// An imagined request.
#[derive(Debug, Clone, Copy)]
pub struct Supposed<'p> {
    /// Its category.
    pub category: &'p Category,
    /// How it reaches the desk.
    pub source: Source,
    /// Its priority.
    pub priority: Priority,
    /// When it reaches the desk (UTC).
    pub at: Timestamp,
}

/// A warning about a promise, sent when no one acts on the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// When it is sent (UTC).
    pub at: Timestamp,
    /// The promise that it is about.
    pub clock: Clock,
    /// The stage of the warning.
    pub stage: Stage,
    /// Its receivers.
    pub receivers: &'static [Receiver],
}

/// The result of a simulation.
#[derive(Debug, Clone)]
pub struct Simulated<'p> {
    /// The path that the request takes.
    pub way: IntakePath<'p>,
    /// The group that receives it.
    pub group: &'p Group,
    /// The category and group of the case that opens once the group has approved this one; `None`
    /// where no approval is needed (V10).
    pub then: Option<(&'p Category, &'p Group)>,
    /// The groups that are told when a promise stays broken.
    pub next_level: Vec<&'p Group>,
    /// The promise; `None` where the request is sent to another procedure.
    pub reception: Option<Reception<'p>>,
    /// The warnings that are sent while no technician takes or solves it, in order.
    pub told: Vec<Told>,
    /// When the requester is reminded and silence closes it, if it is solved exactly at the
    /// promised instant; `None` without a survey.
    pub validation: Option<Validation>,
    /// The ways in which it may end.
    pub endings: Vec<(Ending, Status)>,
}

/// Simulates a request. `None` when its category names a group that does not exist.
pub fn simulate<'p>(procedure: &'p Procedure, supposed: &Supposed<'p>) -> Option<Simulated<'p>> {
    let Supposed { category, source, priority, at } = *supposed;
    let group = procedure.group(&category.group)?;
    let way = intake_path(procedure, category, Arrival { source, for_another: false });
    let reception = receive(procedure, group, priority, at);
    let endings = endings(procedure, category, way);
    let then = category.approval.as_ref().and_then(|approval| {
        let next = procedure.category(&approval.then)?;
        Some((next, procedure.group(&next.group)?))
    });
    let next_level = procedure.next_level(i32::from(group.level));
    let mut simulated = Simulated {
        way,
        group,
        then,
        next_level,
        reception: None,
        told: Vec::new(),
        validation: None,
        endings,
    };
    if let IntakePath::Routed(_) = way {
        return Some(simulated);
    }
    let Reception { calendar, times, promise } = &reception;
    let clocks = [
        (Clock::Own, times.own, promise.own_due),
        (Clock::Resolve, times.resolve, promise.resolve_due),
    ];
    for (clock, promised, due) in clocks {
        let running = Running { clock, promised, since: at, due, told: 0 };
        let Some(warnings) = &procedure.warnings else { continue };
        for stage in Stage::ALL {
            if let Some(at) = warnings.instant(calendar, &running, stage) {
                simulated.told.push(Told { at, clock, stage, receivers: stage.receivers() });
            }
        }
    }
    simulated.told.sort_by_key(|told| (told.at, told.stage));
    simulated.validation =
        category.survey.then(|| validation(calendar, times, promise.resolve_due));
    simulated.reception = Some(reception);
    Some(simulated)
}
