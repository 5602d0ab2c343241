//! The monthly report (N9, V12): the month itself, the figures counted in it ([`figures()`]) and
//! the tickets that it lists ([`Case`]). Pure. Deliberately absent: finding the events, and
//! wording.

use std::{fmt, ops::Range, str::FromStr};

use chrono::{Datelike, NaiveDate};

use super::{calendar::Calendar, time::Timestamp};

mod case;
mod figures;
mod standing;

pub use case::{Case, Step};
pub use figures::{Backlog, Figures, Happening, Ratings, Share, Slice, Tally, figures};
pub use standing::{Entry, Given, Named, Standing, standing};

/// A calendar month in the desk's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month that contains an instant.
    pub fn of(calendar: &Calendar, at: Timestamp) -> Self {
        let local = calendar.local(at);
        Self { year: local.year(), month: local.month() }
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month of the year, from 1.
    pub fn month(self) -> u32 {
        self.month
    }

    /// The month before.
    pub fn previous(self) -> Self {
        match self.month {
            1 => Self { year: self.year - 1, month: 12 },
            month => Self { month: month - 1, ..self },
        }
    }

    /// The month after.
    pub fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { month: month + 1, ..self },
        }
    }

    /// From the first midnight of the month to that of the next month, in the calendar's time zone.
    pub fn span(self, calendar: &Calendar) -> Range<Timestamp> {
        calendar.midnight(self.first_day())..calendar.midnight(self.next().first_day())
    }

    /// The part of the month that is known at `now`: all of it when it is over, otherwise up to and
    /// including `now`.
    pub fn known(self, calendar: &Calendar, now: Timestamp) -> Range<Timestamp> {
        let span = self.span(calendar);
        span.start..span.end.min(now.plus(1))
    }

    fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1)
            .expect("a month is read within the years that chrono knows")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (year, month) = text.split_once('-')?;
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            if year.len() != 4 || !digits(year) || month.len() > 2 || !digits(month) {
                return None;
            }
            let year = year.parse().ok()?;
            let month = month.parse().ok()?;
            ((1..=12).contains(&month) && year > 0).then_some(Self { year, month })
        };
        read().ok_or_else(|| format!("`{text}` is not a month: write 2026-02"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_parse_and_have_neighbours() {
        let month: Month = "2026-01".parse().unwrap();
        assert_eq!(
            (month.previous().to_string(), month.next().to_string()),
            ("2025-12".into(), "2026-02".into())
        );
        assert_eq!("2026-3".parse::<Month>().unwrap().to_string(), "2026-03");
        for wrong in ["", "2026", "2026-13", "2026-00", "26-01", "enero", "2026-01-02"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
