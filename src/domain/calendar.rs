//! Business time: which instants are working time, and when a promised span ends. Pure arithmetic
//! on wall time in one time zone, day by day and never minute by minute.
//!
//! An instant is working time when the wall clock shows a working hour at that instant. So a day
//! that repeats an hour in autumn has that hour twice, and a day that skips an hour in spring lacks
//! it.
//!
//! Deliberately absent: reading the clock, and which days are holidays. The caller passes both in.

use std::{collections::BTreeSet, fmt, str::FromStr};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Offset, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    holidays::Holidays,
    time::{DAY, HOUR, MINUTE, SECOND, Span, Timestamp},
};

/// How many days ahead any computation looks. A result beyond this horizon is moved to it, so that
/// a calendar of nothing but holidays gives a late answer instead of none.
pub const HORIZON_DAYS: u16 = 3_700;

/// In milliseconds; about the year ±250,000. Instants beyond are clamped, because chrono's range
/// ends soon after.
const FARTHEST: i64 = 8_000_000_000_000_000;

/// Working hours without a break, in minutes of the local day: `from` inclusive, `to` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Shift {
    /// The first minute.
    pub from: u16,
    /// The minute after the last; 1440 is the end of the day.
    pub to: u16,
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl FromStr for Shift {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let minute = |time: &str| {
            let (hour, minute) = time.split_once(':')?;
            let plain = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            let hour = plain(hour).then_some(hour)?;
            let minute = plain(minute).then_some(minute)?;
            let hour = hour.parse::<u16>().ok()?;
            let minute = minute.parse::<u16>().ok()?;
            let total = hour * 60 + minute;
            (minute < 60 && total <= 24 * 60).then_some(total)
        };
        text.split_once('-')
            .and_then(|(from, to)| Some(Self { from: minute(from)?, to: minute(to)? }))
            .ok_or_else(|| format!("`{text}` is not a pair of times: write 08:00-17:00"))
    }
}

impl From<Shift> for String {
    fn from(shift: Shift) -> Self {
        shift.to_string()
    }
}

impl TryFrom<String> for Shift {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Why working hours form no calendar. Days are counted from Monday, 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CalendarFault {
    /// No day has working hours, so nothing would ever be due.
    #[error("no day of the week has working hours")]
    EmptyWeek,
    /// A shift ends before it begins, has no length, or extends beyond the day.
    #[error("{shift} does not end after it begins")]
    Backward {
        /// The day of the week.
        day: usize,
        /// The faulty shift.
        shift: Shift,
    },
    /// A shift begins before the shift listed ahead of it has ended.
    #[error("{shift} begins before the hours ahead of it have ended")]
    Unordered {
        /// The day of the week.
        day: usize,
        /// The later of the two shifts.
        shift: Shift,
    },
}

/// Working hours in a time zone, with the days without service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Hours", try_from = "Hours")]
pub struct Calendar {
    time_zone: Tz,
    week: [Vec<Shift>; 7],
    holidays: Holidays,
    /// The dates of the holidays.
    free: BTreeSet<NaiveDate>,
}

/// The calendar of a whole desk. Only the procedure gives access to its content, so that a ticket's
/// clock always takes the calendar that the procedure returns for the ticket's group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeskCalendar(Calendar);

impl DeskCalendar {
    /// Makes `calendar` the calendar of a desk.
    pub fn new(calendar: Calendar) -> Self {
        Self(calendar)
    }

    pub(super) fn calendar(&self) -> &Calendar {
        &self.0
    }
}

/// The stored form of a calendar.
#[derive(Serialize, Deserialize)]
struct Hours {
    time_zone: String,
    week: [Vec<Shift>; 7],
    holidays: Holidays,
}

impl From<Calendar> for Hours {
    fn from(Calendar { time_zone, week, holidays, .. }: Calendar) -> Self {
        Self { time_zone: time_zone.name().to_owned(), week, holidays }
    }
}

impl TryFrom<Hours> for Calendar {
    type Error = String;

    fn try_from(Hours { time_zone, week, holidays }: Hours) -> Result<Self, String> {
        let time_zone = time_zone.parse().map_err(|_| format!("no time zone `{time_zone}`"))?;
        Self::new(time_zone, week, holidays).map_err(|fault| fault.to_string())
    }
}

impl Calendar {
    /// A calendar with these hours for each day, Monday first, and none on the holidays.
    ///
    /// # Errors
    /// When the hours form no calendar.
    pub fn new(
        time_zone: Tz,
        week: [Vec<Shift>; 7],
        holidays: Holidays,
    ) -> Result<Self, CalendarFault> {
        for (day, shifts) in week.iter().enumerate() {
            let mut free_from = 0;
            for &shift in shifts {
                if shift.from >= shift.to || shift.to > 24 * 60 {
                    return Err(CalendarFault::Backward { day, shift });
                }
                if shift.from < free_from {
                    return Err(CalendarFault::Unordered { day, shift });
                }
                free_from = shift.to;
            }
        }
        if week.iter().all(Vec::is_empty) {
            return Err(CalendarFault::EmptyWeek);
        }
        let free = holidays.dates();
        Ok(Self { time_zone, week, holidays, free })
    }

    /// The time zone of the hours.
    pub fn time_zone(&self) -> Tz {
        self.time_zone
    }

    /// The days without service, with their names.
    pub fn holidays(&self) -> &Holidays {
        &self.holidays
    }

    /// The date and wall clock time at an instant.
    pub fn local(&self, at: Timestamp) -> DateTime<Tz> {
        utc(at.0).with_timezone(&self.time_zone)
    }

    /// The instant at which a date begins.
    pub fn midnight(&self, date: NaiveDate) -> Timestamp {
        self.on_the_wall(date, 0)
    }

    /// Whether an instant is working time.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = self.local(at);
        let minute = (local.num_seconds_from_midnight() / 60) as u16;
        self.hours_on(local.date_naive()).iter().any(|s| (s.from..s.to).contains(&minute))
    }

    /// The first working instant at or after `at`.
    pub fn opening(&self, at: Timestamp) -> Timestamp {
        self.stretches(at).next().map_or_else(|| horizon(at), |(open, _)| Timestamp(open))
    }

    /// The same hours, which also rest on another calendar's days without service.
    pub fn with_holidays_of(&self, other: &Self) -> Self {
        let holidays = self.holidays.joined(&other.holidays);
        let free = holidays.dates();
        Self { holidays, free, ..self.clone() }
    }

    /// The days without service of another calendar on which this one has service.
    pub fn lacks(&self, other: &Self) -> Vec<NaiveDate> {
        other.free.difference(&self.free).copied().collect()
    }

    /// The earliest instant by which this many milliseconds of working time have passed since
    /// `from`. Outside working hours the count starts at the next opening. A span that ends exactly
    /// at closing time ends then, not at the next opening. A span of zero ends at `from`.
    pub fn add_working(&self, from: Timestamp, milliseconds: i64) -> Timestamp {
        let mut left = milliseconds;
        if left <= 0 {
            return from;
        }
        for (open, close) in self.stretches(from) {
            if left <= close - open {
                return Timestamp(open + left);
            }
            left -= close - open;
        }
        horizon(from)
    }

    /// The latest instant since which this many milliseconds of working time have passed until
    /// `to`. It is the inverse of [`Self::working_between`].
    pub fn subtract_working(&self, to: Timestamp, milliseconds: i64) -> Timestamp {
        let mut left = milliseconds;
        if left <= 0 {
            return to;
        }
        let end = to.0.clamp(-FARTHEST, FARTHEST);
        let last = end.div_euclid(DAY);
        for day in (last - i64::from(HORIZON_DAYS)..=last).rev() {
            for (open, close) in self.stretches_of_utc_day(day * DAY).into_iter().rev() {
                let close = close.min(end);
                if close <= open {
                    continue;
                }
                if left <= close - open {
                    return Timestamp(close - left);
                }
                left -= close - open;
            }
        }
        to.plus(-i64::from(HORIZON_DAYS) * DAY)
    }

    /// The stretches of working time between two instants, in order.
    pub fn working_stretches(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        self.stretches(from)
            .take_while(move |(open, _)| *open < to.0)
            .map(move |(open, close)| (Timestamp(open), Timestamp(close.min(to.0))))
    }

    /// The milliseconds of working time between two instants; zero when `to` is not later.
    pub fn working_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.working_stretches(from, to).map(|(open, close)| close.since(open)).sum()
    }

    /// The same local time of day, this many business days later. Outside working hours the count
    /// starts at the next opening. When the target day has no service at that time, the result is
    /// its next opening on that day, or else its closing time. When the clock shows that time
    /// twice, the result is the second occurrence, because a promise must never fall due early.
    pub fn add_business_days(&self, from: Timestamp, days: u32) -> Timestamp {
        let Some((opening, _)) = self.stretches(from).next() else { return horizon(from) };
        if days == 0 {
            return Timestamp(opening);
        }
        let start = self.local(Timestamp(opening));
        let reached = start
            .date_naive()
            .iter_days()
            .skip(1)
            .take(HORIZON_DAYS.into())
            .filter(|date| !self.hours_on(*date).is_empty())
            .nth(days as usize - 1);
        let Some(date) = reached else { return horizon(from) };
        self.on_the_wall(date, within(self.hours_on(date), milliseconds_of_day(start.time())))
    }

    /// When a span that begins at `from` ends. Elapsed time ignores working hours.
    pub fn due(&self, from: Timestamp, span: Span) -> Timestamp {
        match span {
            Span::Working(milliseconds) => self.add_working(from, milliseconds),
            Span::BusinessDays(days) => self.add_business_days(from, days),
            Span::Elapsed(milliseconds) => from.plus(milliseconds),
        }
    }

    fn hours_on(&self, date: NaiveDate) -> &[Shift] {
        if self.free.contains(&date) {
            return &[];
        }
        &self.week[date.weekday().num_days_from_monday() as usize]
    }

    /// The stretches of working time from `from` to the horizon, in order and without overlap. They
    /// are computed per UTC day, because UTC days, unlike local days, never overlap.
    fn stretches(&self, from: Timestamp) -> impl Iterator<Item = (i64, i64)> + '_ {
        let from = from.0.clamp(-FARTHEST, FARTHEST);
        let first = from.div_euclid(DAY);
        (first..=first + i64::from(HORIZON_DAYS))
            .flat_map(|day| self.stretches_of_utc_day(day * DAY))
            .filter(move |(_, close)| *close > from)
            .map(move |(open, close)| (open.max(from), close))
    }

    fn stretches_of_utc_day(&self, start: i64) -> Vec<(i64, i64)> {
        let end = start + DAY;
        if self.offset(start) == self.offset(end - SECOND) {
            return self.stretches_at_one_offset(start, end);
        }
        let change = self.offset_change(start, end - SECOND);
        let mut stretches = self.stretches_at_one_offset(start, change);
        stretches.extend(self.stretches_at_one_offset(change, end));
        stretches
    }

    /// The working time of a span in which the zone keeps the offset it has at the start.
    fn stretches_at_one_offset(&self, start: i64, end: i64) -> Vec<(i64, i64)> {
        let offset = self.offset(start);
        let first = utc(start + offset).date_naive();
        first
            .iter_days()
            .take(2)
            .flat_map(|date| {
                let midnight = midnight(date) - offset;
                self.hours_on(date).iter().map(move |shift| {
                    let open = i64::from(shift.from);
                    let close = i64::from(shift.to);
                    (midnight + open * MINUTE, midnight + close * MINUTE)
                })
            })
            .map(|(open, close)| (open.max(start), close.min(end)))
            .filter(|(open, close)| open < close)
            .collect()
    }

    /// The instant at which the wall clock shows this date and time, given in `milliseconds` after
    /// midnight. When the clock shows it twice, the later instant; when a clock set forward skips
    /// it, the instant of the change.
    pub fn on_the_wall(&self, date: NaiveDate, milliseconds: i64) -> Timestamp {
        let shown = midnight(date) + milliseconds;
        let local = utc(shown).naive_utc();
        let instant = match self.time_zone.from_local_datetime(&local).latest() {
            Some(instant) => instant.timestamp_millis(),
            None => self.offset_change(shown - 15 * HOUR, shown + 15 * HOUR),
        };
        Timestamp(instant)
    }

    fn offset(&self, at: i64) -> i64 {
        let offset = self.time_zone.offset_from_utc_datetime(&utc(at).naive_utc()).fix();
        i64::from(offset.local_minus_utc()) * SECOND
    }

    /// The first instant with the offset that is in force at `after`. Zones change on whole seconds
    /// and at most once within about a day.
    fn offset_change(&self, before: i64, after: i64) -> i64 {
        let new = self.offset(after);
        let mut before = before / SECOND;
        let mut after = after / SECOND;
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.offset(middle * SECOND) == new { after = middle } else { before = middle }
        }
        after * SECOND
    }
}

/// The given time of day if the hours include it, else the next opening, else the last closing.
fn within(hours: &[Shift], milliseconds: i64) -> i64 {
    let mut nearest = milliseconds;
    for shift in hours {
        let open = i64::from(shift.from) * MINUTE;
        let close = i64::from(shift.to) * MINUTE;
        if milliseconds <= close {
            return milliseconds.max(open);
        }
        nearest = close;
    }
    nearest
}

fn horizon(from: Timestamp) -> Timestamp {
    from.plus(i64::from(HORIZON_DAYS) * DAY)
}

fn utc(milliseconds: i64) -> DateTime<Utc> {
    Timestamp(milliseconds.clamp(-FARTHEST - 2 * DAY, FARTHEST + 9_999 * DAY)).to_utc()
}

fn midnight(date: NaiveDate) -> i64 {
    date.and_time(NaiveTime::MIN).and_utc().timestamp_millis()
}

fn milliseconds_of_day(time: NaiveTime) -> i64 {
    time.signed_duration_since(NaiveTime::MIN).num_milliseconds()
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
