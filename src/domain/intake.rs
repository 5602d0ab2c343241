//! Decides what happens to a new request: whether guidance comes first, which group receives it,
//! what it is promised, and how it may end. The desk and the simulation of a procedure use the same
//! functions. Pure. Deliberately absent: what the requester answers in between, and storing
//! anything.

use super::{
    calendar::Calendar,
    ending::Ending,
    priority::Priority,
    procedure::{Category, Group, Procedure, Route},
    promise::{Promise, promise},
    source::Source,
    status::Status,
    time::Timestamp,
    times::Times,
};

/// The path of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntakePath<'p> {
    /// To a group of the desk.
    Group,
    /// To the category's own guidance first, and to a group when the guidance does not help (C5).
    SelfHelp,
    /// To another procedure, at once (C2).
    Routed(&'p Route),
}

/// How a request reaches the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Through which medium, and whether before or after the work.
    pub source: Source,
    /// Whether the reporter reports it for another person.
    pub for_another: bool,
}

/// The path of a request. Guidance is only for requesters who report in a chat for themselves. Work
/// that is done already is not routed to another procedure.
pub fn intake_path<'p>(
    procedure: &'p Procedure,
    category: &Category,
    arrival: Arrival,
) -> IntakePath<'p> {
    let route = category.route.as_deref().and_then(|key| procedure.route(key));
    match route {
        Some(route) if arrival.source != Source::AfterTheFact => IntakePath::Routed(route),
        _ if arrival.source == Source::Chat
            && !arrival.for_another
            && !category.self_help.is_empty() =>
        {
            IntakePath::SelfHelp
        }
        _ => IntakePath::Group,
    }
}

/// The promise to a request that a group receives.
#[derive(Debug, Clone, Copy)]
pub struct Reception<'p> {
    /// The hours in which its clocks run.
    pub calendar: &'p Calendar,
    /// The times that are promised to such requests.
    pub times: Times,
    /// The instants that are promised to this request.
    pub promise: Promise,
}

/// The promise to a request of this priority that a group receives at `now`.
pub fn receive<'p>(
    procedure: &'p Procedure,
    group: &Group,
    priority: Priority,
    now: Timestamp,
) -> Reception<'p> {
    let calendar = procedure.calendar_of(Some(&group.key));
    let times = procedure.times_for(priority, group.level);
    Reception { calendar, times, promise: promise(calendar, &times, now) }
}

/// Every way in which a request may end, with its final status, in the order of a ticket's life.
pub fn endings(
    procedure: &Procedure,
    category: &Category,
    way: IntakePath<'_>,
) -> Vec<(Ending, Status)> {
    if let IntakePath::Routed(_) = way {
        return vec![(Ending::Routed, procedure.routed_status())];
    }
    let mut endings = Vec::new();
    if way == IntakePath::SelfHelp {
        endings.push((Ending::SelfHelp, Status::Closed));
    }
    endings.push((Ending::Withdrawn, Status::Closed));
    if category.approval.is_some() {
        endings.extend([Ending::Approved, Ending::Rejected].map(|e| (e, Status::Closed)));
    } else if category.survey {
        endings.extend([Ending::Authorised, Ending::Silence].map(|e| (e, Status::Closed)));
    } else {
        endings.push((Ending::NoSurvey, Status::Closed));
    }
    if procedure.uses(Status::NotManaged) {
        endings.push((Ending::NotManaged, Status::NotManaged));
    }
    if !procedure.routes.is_empty() {
        endings.push((Ending::Routed, procedure.routed_status()));
    }
    endings
}
