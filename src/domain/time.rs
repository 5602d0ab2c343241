//! Instants and spans. An instant is UTC milliseconds, compared as an integer. Wall time exists
//! only in [`super::calendar`]. Deliberately absent: reading the clock (see `crate::clock`).

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// One second in the unit of [`Timestamp`].
pub const SECOND: i64 = 1_000;
/// One minute in the unit of [`Timestamp`].
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in the unit of [`Timestamp`].
pub const HOUR: i64 = 60 * MINUTE;
/// Twenty-four hours in the unit of [`Timestamp`].
pub const DAY: i64 = 24 * HOUR;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    DeriveValueType,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The same instant as chrono spells it. Instants beyond chrono's range saturate.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }

    /// This instant moved by `milliseconds`, which may be negative.
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.timestamp_millis())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_utc().format("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}

/// A promised span as a procedure writes it: `15m` and `8h` are working time, `1bd` is business
/// days, `3d` is elapsed days regardless of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Span {
    /// Milliseconds of working time.
    Working(i64),
    /// Whole business days: the same time of day, this many business days later.
    BusinessDays(u32),
    /// Milliseconds of elapsed time, including nights and days without service.
    Elapsed(i64),
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let remedy = || {
            format!(
                "`{text}` is not a span: write 30m, 8h, 3bd (business days) or 2d (elapsed days)"
            )
        };
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(remedy)?;
        let (amount, unit) = text.split_at(digits);
        let amount: u32 = amount.parse().map_err(|_| remedy())?;
        match unit {
            "m" => Ok(Self::Working(i64::from(amount) * MINUTE)),
            "h" => Ok(Self::Working(i64::from(amount) * HOUR)),
            "bd" => Ok(Self::BusinessDays(amount)),
            "d" => Ok(Self::Elapsed(i64::from(amount) * DAY)),
            _ => Err(remedy()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Working(milliseconds) if milliseconds % HOUR == 0 => {
                write!(f, "{}h", milliseconds / HOUR)
            }
            Self::Working(milliseconds) => write!(f, "{}m", milliseconds / MINUTE),
            Self::BusinessDays(days) => write!(f, "{days}bd"),
            Self::Elapsed(milliseconds) => write!(f, "{}d", milliseconds / DAY),
        }
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_parse_the_notation_of_procedures() {
        assert_eq!("15m".parse(), Ok(Span::Working(15 * MINUTE)));
        assert_eq!("8h".parse(), Ok(Span::Working(8 * HOUR)));
        assert_eq!("1bd".parse(), Ok(Span::BusinessDays(1)));
        assert_eq!("2d".parse(), Ok(Span::Elapsed(2 * DAY)));
    }

    #[test]
    fn spans_print_as_they_parse() {
        for text in ["15m", "90m", "8h", "1bd", "2d"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!("120m".parse::<Span>().unwrap().to_string(), "2h");
    }

    #[test]
    fn invalid_spans_are_refused_with_a_remedy() {
        for wrong in ["", "15", "m", "1 h", "-1h", "1w", "99999999999h"] {
            let fault = wrong.parse::<Span>().expect_err(wrong);
            assert!(fault.contains("write 30m, 8h, 3bd"), "{fault}");
        }
    }
}
