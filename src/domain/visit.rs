//! Visits at the requester's workplace (N5) and equipment that leaves it (N6): which times can be
//! offered, whether a typed time is acceptable, and which status each step gives. Pure.
//! Deliberately absent: permissions ([`super::permission`]), planned visits
//! (`service::ticket::visit`), and parsing what people type ([`typed_time`]).

pub mod typed_time;

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

/// How far ahead a visit may be planned, in elapsed milliseconds. A later date is taken for a
/// typing error.
pub const FARTHEST: i64 = 90 * DAY;

/// The visit rules of a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visits {
    /// The length of a visit, in milliseconds of working time without a break.
    pub slot: i64,
    /// On how many business days times are offered, including today.
    pub days: u8,
    /// How long before a visit its technician is reminded; `None` for no reminder.
    pub remind: Option<Span>,
    /// The status of a ticket with a planned visit; `None` keeps its status.
    pub status: Option<Status>,
    /// The status of a ticket whose equipment is in the desk's workshop; `None` keeps its status.
    pub workshop: Option<Status>,
}

/// Where equipment was taken (N6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Whereabouts {
    /// To the desk's own workshop.
    Workshop,
    /// To an outside provider.
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
    /// The technician was there and worked.
    Made,
    /// The technician was there and met no one (N5).
    Absent,
    /// It was replaced by another time before it began.
    Moved,
    /// It is no longer needed.
    Cancelled,
}

/// Why a visit cannot be planned for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The time has passed.
    Past,
    /// The time is outside working hours.
    OutOfHours,
    /// Working hours end before a visit that begins then is over.
    Overruns,
    /// The time is too far ahead.
    TooFar,
    /// The technician has another visit then.
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

/// The times that can be offered at `now`, in order: within the working hours of the next business
/// days, one after another from each opening, without those that overlap a `taken` one. Of a day
/// with many free times, a selection spread over the day.
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

/// Checks that a visit can be planned for `at`.
///
/// # Errors
/// The reason why not.
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

/// When the first message about a visit planned for `at` is due: the reminder, unless its instant
/// has passed, otherwise the question about the outcome, once the visit should be over.
pub fn first_message_at(
    calendar: &Calendar,
    visits: &Visits,
    at: Timestamp,
    now: Timestamp,
) -> Timestamp {
    let remind = visits.remind.map(|ahead| ahead_of(calendar, at, ahead));
    remind.filter(|remind| *remind > now).unwrap_or_else(|| outcome_question_at(visits, at))
}

/// When the technician is asked for the outcome of a visit that was not recorded.
pub fn outcome_question_at(visits: &Visits, at: Timestamp) -> Timestamp {
    at.plus(visits.slot)
}

/// The status after a step: the one that the procedure wants, when the transition table allows the
/// move. `None` when the ticket has that status already or cannot reach it.
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

/// Whether a visit at `start` overlaps none of the `taken` ones.
pub fn is_free(visits: &Visits, taken: &[Timestamp], start: Timestamp) -> bool {
    taken.iter().all(|other| start.since(*other).abs() >= visits.slot)
}

fn start_of_day(calendar: &Calendar, now: Timestamp) -> Timestamp {
    calendar.midnight(calendar.local(now).date_naive())
}

/// An evenly spread selection, which includes the first.
fn spread(free: Vec<Timestamp>) -> impl Iterator<Item = Timestamp> {
    let step = free.len().div_ceil(OFFERED_A_DAY).max(1);
    free.into_iter().step_by(step)
}

#[cfg(test)]
#[path = "visit/tests.rs"]
mod tests;
