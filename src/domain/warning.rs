//! Warnings before a promise breaks, when it is broken, and when it stays broken: the instants at
//! which each is due. Pure. Deliberately absent: the receivers as people, and the record of
//! warnings that were sent.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    calendar::Calendar,
    promise::Measure,
    time::{Span, Timestamp},
};

/// A promise of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// TTO: a technician takes the ticket.
    Own,
    /// TTR: a solution is given.
    Resolve,
}

/// A stage of warning about a promise; each is sent once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It will be broken soon.
    Warning,
    /// It is broken.
    Breach,
    /// It has been broken for so long that the next level is told.
    Escalation,
}

impl Stage {
    /// Every stage, in the order in which they come.
    pub const ALL: [Self; 3] = [Self::Warning, Self::Breach, Self::Escalation];

    /// The receivers of this stage.
    pub fn receivers(self) -> &'static [Receiver] {
        match self {
            Self::Warning => &[Receiver::Owner],
            Self::Breach => &[Receiver::Owner, Receiver::Supervisors],
            Self::Escalation => &[Receiver::NextLevel, Receiver::Supervisors],
        }
    }
}

/// A receiver of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// The technician who has the ticket, or its group while it has no technician.
    Owner,
    /// The groups of the next level.
    NextLevel,
    /// Every supervisor.
    Supervisors,
}

/// When a procedure warns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warnings {
    /// How long before a promise breaks the warning is sent.
    pub before: Ahead,
    /// How long after it broke the next level is told; `None` for never.
    pub escalate_after: Option<Span>,
    /// Whether warnings are sent outside working hours too. Otherwise they wait for the next
    /// opening.
    #[serde(default, skip_serializing_if = "is_false")]
    pub at_any_hour: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A span before a promise breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Ahead {
    /// This many percent of the promised span.
    Share(u8),
    /// This many milliseconds of working time.
    Working(i64),
}

impl FromStr for Ahead {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let share = |digits: &str| {
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            let share = digits.parse().ok().filter(|share| plain && (1..100).contains(share));
            share.map(Self::Share)
        };
        let read = match (text.strip_suffix('%'), text.parse()) {
            (Some(digits), _) => share(digits),
            (None, Ok(Span::Working(milliseconds))) if milliseconds > 0 => {
                Some(Self::Working(milliseconds))
            }
            _ => None,
        };
        read.ok_or_else(|| {
            format!("`{text}` tells no time before: write 20% of what is promised, or 5m or 1h")
        })
    }
}

impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => write!(f, "{share}%"),
            Self::Working(milliseconds) => Span::Working(*milliseconds).fmt(f),
        }
    }
}

impl From<Ahead> for String {
    fn from(ahead: Ahead) -> Self {
        ahead.to_string()
    }
}

impl TryFrom<String> for Ahead {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// A promise whose clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// The promise.
    pub clock: Clock,
    /// The promised span.
    pub promised: Span,
    /// When it was promised (UTC).
    pub since: Timestamp,
    /// When it is due (UTC), after every pause until now.
    pub due: Timestamp,
    /// How many stages have passed.
    pub told: usize,
}

impl Warnings {
    /// When a stage of a promise is sent; `None` when this procedure has no such stage. A stage
    /// that falls outside working hours waits for the next opening, unless the procedure sends at
    /// any hour.
    pub fn instant(
        &self,
        calendar: &Calendar,
        running: &Running,
        stage: Stage,
    ) -> Option<Timestamp> {
        let at = self.comes(calendar, running, stage)?;
        // At closing time, and at the millisecond after it, staff are still present.
        let works = calendar.is_open(at) || calendar.is_open(at.plus(-2));
        Some(if works || self.at_any_hour { at } else { calendar.opening(at) })
    }

    fn comes(&self, calendar: &Calendar, running: &Running, stage: Stage) -> Option<Timestamp> {
        match (stage, self.before) {
            (Stage::Warning, Ahead::Share(share)) => {
                let measure = Measure::of(calendar, running.promised);
                let whole =
                    measure.between(running.since, calendar.due(running.since, running.promised));
                Some(measure.after(running.due, -(whole * i64::from(share) / 100)))
            }
            (Stage::Warning, Ahead::Working(milliseconds)) => {
                Some(calendar.subtract_working(running.due, milliseconds))
            }
            // At exactly the promised instant the promise can still be kept.
            (Stage::Breach, _) => Some(running.due.plus(1)),
            (Stage::Escalation, _) => {
                let after = self.escalate_after?;
                Some(calendar.due(running.due, after).max(running.due.plus(1)))
            }
        }
    }

    /// When the next stage of a promise is due.
    pub fn next(&self, calendar: &Calendar, running: &Running) -> Option<Timestamp> {
        self.instant(calendar, running, *Stage::ALL.get(running.told)?)
    }

    /// The stages that are due at `now` and were not sent, and how many have passed then. A warning
    /// that falls together with the breach, or after it, is dropped.
    pub fn reached(
        &self,
        calendar: &Calendar,
        running: &Running,
        now: Timestamp,
    ) -> (Vec<Stage>, usize) {
        let untold = Stage::ALL.into_iter().skip(running.told);
        let mut reached: Vec<Stage> = untold
            .take_while(|stage| {
                self.instant(calendar, running, *stage).is_some_and(|instant| instant <= now)
            })
            .collect();
        let told = running.told + reached.len();
        if reached.contains(&Stage::Breach) || running.due < now {
            reached.retain(|stage| *stage != Stage::Warning);
        }
        (reached, told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        calendar::Shift,
        holidays::Holidays,
        time::{DAY, HOUR, MINUTE},
    };

    /// Monday, 2 March 2026, 8:00 UTC.
    const START: Timestamp = Timestamp(1_772_438_400_000);

    fn calendar() -> Calendar {
        let day: Vec<Shift> = vec!["08:00-17:00".parse().unwrap()];
        let week = std::array::from_fn(|place| if place < 5 { day.clone() } else { vec![] });
        Calendar::new(chrono_tz::UTC, week, Holidays::default()).unwrap()
    }

    fn warnings(before: &str, escalate_after: Option<&str>) -> Warnings {
        let escalate_after = escalate_after.map(|span| span.parse().unwrap());
        Warnings { before: before.parse().unwrap(), escalate_after, at_any_hour: false }
    }

    fn running(promised: &str) -> Running {
        let promised = promised.parse().unwrap();
        let due = calendar().due(START, promised);
        Running { clock: Clock::Resolve, promised, since: START, due, told: 0 }
    }

    #[test]
    fn warnings_count_percent_of_the_promise_or_working_time() {
        let instant = |before: &str, promised: &str| {
            warnings(before, None).instant(&calendar(), &running(promised), Stage::Warning)
        };
        assert_eq!(instant("20%", "30m"), Some(START.plus(24 * MINUTE)));
        assert_eq!(instant("20%", "1bd"), Some(START.plus(9 * HOUR - 108 * MINUTE)));
        assert_eq!(instant("50%", "2d"), Some(START.plus(DAY)));
        assert_eq!(instant("5m", "30m"), Some(START.plus(25 * MINUTE)));
        // Due on Tuesday at 8:00, so an hour before is Monday at 16:00.
        assert_eq!(instant("1h", "1bd"), Some(START.plus(8 * HOUR)));
    }

    #[test]
    fn each_stage_is_reached_once_and_in_order() {
        let calendar = calendar();
        let warnings = warnings("5m", Some("1h"));
        let mut running = running("30m");
        let mut told = Vec::new();
        for minute in 0..120 {
            let now = START.plus(minute * MINUTE);
            let (reached, behind) = warnings.reached(&calendar, &running, now);
            running.told = behind;
            told.extend(reached.into_iter().map(|stage| (minute, stage)));
        }
        let stages = [(25, Stage::Warning), (31, Stage::Breach), (90, Stage::Escalation)];
        assert_eq!(told, stages);
        assert_eq!(warnings.next(&calendar, &running), None);
    }

    #[test]
    fn warnings_outside_hours_wait_for_the_opening_unless_at_any_hour() {
        // Promised on Friday at 8:00 for two days: due on Sunday at 8:00.
        let friday = START.plus(4 * DAY);
        let promised: Span = "2d".parse().unwrap();
        let due = calendar().due(friday, promised);
        let running = Running { clock: Clock::Resolve, promised, since: friday, due, told: 1 };
        let monday = START.plus(7 * DAY);
        let waits = warnings("20%", None);
        assert_eq!(waits.next(&calendar(), &running), Some(monday));
        let at_once = Warnings { at_any_hour: true, ..waits };
        assert_eq!(at_once.next(&calendar(), &running), Some(due.plus(1)));
        // A breach at closing time is sent then.
        let nine_hours = Running { told: 1, ..self::running("9h") };
        assert_eq!(waits.next(&calendar(), &nine_hours), Some(START.plus(9 * HOUR + 1)));
    }

    #[test]
    fn a_promise_is_not_broken_at_the_promised_instant() {
        let calendar = calendar();
        let warnings = warnings("5m", None);
        let running = Running { told: 1, ..running("30m") };
        assert_eq!(warnings.reached(&calendar, &running, running.due), (vec![], 1));
        let after = warnings.reached(&calendar, &running, running.due.plus(1));
        assert_eq!(after, (vec![Stage::Breach], 2));
        assert_eq!(warnings.next(&calendar, &Running { told: 2, ..running }), None);
    }

    #[test]
    fn a_late_sweep_sends_no_warning_of_a_broken_promise() {
        let calendar = calendar();
        let warnings = warnings("5m", Some("1h"));
        let late = warnings.reached(&calendar, &running("30m"), START.plus(DAY));
        assert_eq!(late, (vec![Stage::Breach, Stage::Escalation], 3));
    }

    #[test]
    fn warning_times_print_as_they_parse() {
        for text in ["20%", "5m", "1h"] {
            assert_eq!(text.parse::<Ahead>().unwrap().to_string(), text);
        }
        for wrong in ["", "%", "0%", "100%", "+5%", "0m", "1bd", "2d", "soon"] {
            let fault = wrong.parse::<Ahead>().expect_err(wrong);
            assert!(fault.contains("write 20%"), "{fault}");
        }
    }
}
