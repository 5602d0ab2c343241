//! Visits at the requester's workplace (N5) and equipment that leaves it (N6): which times can be
//! offered, which a typed one may be, and what status each step gives. Pure. Deliberately absent:
//! who may do it ([`super::verb`]), what was planned (`service::ticket::visit`), and the words that
//! people type for a time ([`said`]).

pub mod said;

use chrono::NaiveDate;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

use super::{
    calendar::Calendar,
    status::Status,
    time::{DAY, Span, Timestamp},
};

/// How many times of one day are offered; any other may be typed.
const OFFERED_A_DAY: usize = 4;

/// How far ahead a visit may be planned, in elapsed milliseconds: farther away lies a slip of the
/// pen rather than a visit.
pub const FARTHEST: i64 = 90 * DAY;

/// How a procedure has visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visits {
    /// How long a visit takes, in milliseconds of working time, without a pause.
    pub slot: i64,
    /// On how many business days times are offered, today's among them.
    pub days: u8,
    /// How much working time before a visit its technician is reminded; never without.
    pub remind: Option<Span>,
    /// The status of a ticket whose visit is still to come; its own without.
    pub status: Option<Status>,
    /// The status of a ticket whose equipment is in the desk's workshop; its own without.
    pub workshop: Option<Status>,
}

/// Where equipment was taken (N6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Whereabouts {
    /// To the desk's own workshop.
    Workshop,
    /// To the outside provider's.
    Vendor,
}

impl Whereabouts {
    /// The stable name used in rows and message keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workshop => "workshop",
            Self::Vendor => "vendor",
        }
    }
}

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Outcome {
    /// Somebody was there and worked.
    Made,
    /// Somebody was there and met nobody (N5).
    Absent,
    /// Another time took its place before anybody went.
    Moved,
    /// Nobody has to go any more.
    Cancelled,
}

/// Why nobody can come at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is over.
    Past,
    /// Nobody works then.
    OutOfHours,
    /// Work stops before a visit that begins then is over.
    Overruns,
    /// It is farther away than anybody plans.
    TooFar,
    /// The technician is elsewhere then.
    Taken,
}

impl Unfit {
    /// The stable name used in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::OutOfHours => "out_of_hours",
            Self::Overruns => "overruns",
            Self::TooFar => "too_far",
            Self::Taken => "taken",
        }
    }
}

/// The times that can be offered at `now`, in order: within the hours of the next business days, one
/// after the other from each opening, none that touches a visit `taken` already. Of a day with many,
/// some that are spread over it.
pub fn slots(
    calendar: &Calendar,
    visits: &Visits,
    taken: &[Timestamp],
    now: Timestamp,
) -> Vec<Timestamp> {
    let mut offered = Vec::new();
    let mut days: Vec<(NaiveDate, Vec<Timestamp>)> = Vec::new();
    let horizon = now.plus(FARTHEST);
    for (open, close) in calendar.working_stretches(start_of_day(calendar, now), horizon) {
        let date = calendar.local(open).date_naive();
        if days.last().is_none_or(|(last, _)| *last != date) {
            if days.len() == usize::from(visits.days) {
                break;
            }
            days.push((date, Vec::new()));
        }
        let Some((_, free)) = days.last_mut() else { break };
        let starts = (0..).map(|place| open.plus(place * visits.slot));
        let whole = starts.take_while(|start| start.plus(visits.slot) <= close);
        free.extend(whole.filter(|start| *start > now && is_free(visits, taken, *start)));
    }
    for (_, free) in days {
        offered.extend(spread(free));
    }
    offered
}

/// Whether a visit can be planned for `at`.
///
/// # Errors
/// Why not.
pub fn fits(
    calendar: &Calendar,
    visits: &Visits,
    taken: &[Timestamp],
    at: Timestamp,
    now: Timestamp,
) -> Result<(), Unfit> {
    if at <= now {
        Err(Unfit::Past)
    } else if at.since(now) > FARTHEST {
        Err(Unfit::TooFar)
    } else if !calendar.is_open(at) {
        Err(Unfit::OutOfHours)
    } else if calendar.working_between(at, at.plus(visits.slot)) < visits.slot {
        Err(Unfit::Overruns)
    } else if !is_free(visits, taken, at) {
        Err(Unfit::Taken)
    } else {
        Ok(())
    }
}

/// When something is to be said of a visit planned for `at`: first a reminder, unless its instant
/// has passed, then the question how it was, once the visit should be over.
pub fn first_word(
    calendar: &Calendar,
    visits: &Visits,
    at: Timestamp,
    now: Timestamp,
) -> Timestamp {
    let remind = visits.remind.map(|ahead| ahead_of(calendar, at, ahead));
    remind.filter(|remind| *remind > now).unwrap_or_else(|| last_word(visits, at))
}

/// When it is asked how a visit was of which nothing is known.
pub fn last_word(visits: &Visits, at: Timestamp) -> Timestamp {
    at.plus(visits.slot)
}

/// The status that a step gives to a ticket: what the procedure wants, where the table has the move.
/// A ticket that has it already, or cannot get there, keeps its own.
pub fn reached(now: Status, wanted: Option<Status>) -> Option<Status> {
    wanted.filter(|wanted| *wanted != now && now.may_become().contains(wanted))
}

fn ahead_of(calendar: &Calendar, at: Timestamp, ahead: Span) -> Timestamp {
    match ahead {
        Span::Working(milliseconds) => calendar.subtract_working(at, milliseconds),
        Span::BusinessDays(days) => at.plus(-i64::from(days) * DAY),
        Span::Elapsed(milliseconds) => at.plus(-milliseconds),
    }
}

/// Whether a visit at `start` meets none of those that are `taken`.
pub fn is_free(visits: &Visits, taken: &[Timestamp], start: Timestamp) -> bool {
    taken.iter().all(|other| start.since(*other).abs() >= visits.slot)
}

fn start_of_day(calendar: &Calendar, now: Timestamp) -> Timestamp {
    calendar.midnight(calendar.local(now).date_naive())
}

/// A few of many, the first among them.
fn spread(free: Vec<Timestamp>) -> impl Iterator<Item = Timestamp> {
    let step = free.len().div_ceil(OFFERED_A_DAY).max(1);
    free.into_iter().step_by(step)
}

#[cfg(test)]
#[path = "visit/tests.rs"]
mod tests;
