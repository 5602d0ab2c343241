//! What a procedure would do with a request, before it is put to use: which way it goes, who is told
//! and when, what is due, and how it may end. Every answer is that of the functions the desk itself
//! asks. Pure. Deliberately absent: the words, and what people do on the way.

use super::{
    event::Ending,
    intake::{Arrival, Reception, Way, endings, receive, way},
    priority::Priority,
    procedure::{Category, Group, Procedure},
    promise::{Validation, validation},
    source::Source,
    status::Status,
    time::Timestamp,
    warning::{Clock, Hearer, Running, Stage},
};

/// A request that nobody made.
#[derive(Debug, Clone, Copy)]
pub struct Supposed<'p> {
    /// What it is about.
    pub category: &'p Category,
    /// How it comes.
    pub source: Source,
    /// How pressing it is.
    pub priority: Priority,
    /// When it comes.
    pub at: Timestamp,
}

/// Something that is told of a promise that nobody keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// Of which promise.
    pub clock: Clock,
    /// What.
    pub stage: Stage,
    /// To whom.
    pub hearers: &'static [Hearer],
}

/// What becomes of it.
#[derive(Debug, Clone)]
pub struct Simulated<'p> {
    /// Which way it goes.
    pub way: Way<'p>,
    /// The group that gets it.
    pub group: &'p Group,
    /// What opens by itself once its group has approved it, and for whom; none where nobody is asked
    /// for an approval (V10).
    pub then: Option<(&'p Category, &'p Group)>,
    /// The groups that are told when a promise stays broken.
    pub next_level: Vec<&'p Group>,
    /// What it is promised; nothing where it is sent elsewhere.
    pub reception: Option<Reception<'p>>,
    /// What is told while nobody takes or solves it, in order.
    pub told: Vec<Told>,
    /// When the requester is reminded and silence closes it, were it solved just in time; none where
    /// no survey goes out.
    pub validation: Option<Validation>,
    /// How it may end.
    pub endings: Vec<(Ending, Status)>,
}

/// What becomes of a request. None when its category names a group that is not there.
pub fn simulate<'p>(procedure: &'p Procedure, supposed: &Supposed<'p>) -> Option<Simulated<'p>> {
    let Supposed { category, source, priority, at } = *supposed;
    let group = procedure.group(&category.group)?;
    let way = way(procedure, category, Arrival { source, for_another: false });
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
    if let Way::Routed(_) = way {
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
                simulated.told.push(Told { at, clock, stage, hearers: stage.hearers() });
            }
        }
    }
    simulated.told.sort_by_key(|told| (told.at, told.stage));
    simulated.validation =
        category.survey.then(|| validation(calendar, times, promise.resolve_due));
    simulated.reception = Some(reception);
    Some(simulated)
}
