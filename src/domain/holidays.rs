//! Days without service, by rule and by date. Deliberately absent: the list of any country, which
//! is data (`config/holidays/`), and the days of the week, which the working hours define.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::locale::{Locale, Localized};

/// The years for which holidays are computed: from the first in which Colombia moved holidays to
/// Monday, to well beyond any promise.
pub const YEARS: RangeInclusive<i32> = 1984..=2199;

/// A holiday that recurs every year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolidayRule {
    /// Its name.
    pub name: Localized,
    /// The day on which it falls.
    pub day: DayRule,
    /// Whether it is kept on the following Monday, unless it falls on a Monday.
    pub moved_to_monday: bool,
    /// The years in which it is kept.
    pub years: RangeInclusive<i32>,
}

/// The day of the year on which a holiday falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayRule {
    /// A fixed date; month and day count from 1.
    Date {
        /// The month.
        month: u32,
        /// The day of the month.
        day: u32,
    },
    /// This many days after Easter Sunday; negative before it.
    Easter(i64),
}

/// A single date on which the desk is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingDay {
    /// The date.
    pub date: NaiveDate,
    /// The reason.
    pub name: Localized,
}

/// A date without service, with its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeDay<'h> {
    /// The date.
    pub date: NaiveDate,
    /// Its names; two holidays may fall on one date.
    pub names: Vec<&'h Localized>,
}

impl FreeDay<'_> {
    /// All its names, in one language.
    pub fn name(&self, locale: Locale) -> String {
        let names: Vec<&str> = self.names.iter().map(|name| name.get(locale)).collect();
        names.join(" · ")
    }
}

/// All days without service of a desk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holidays {
    /// Those that recur every year.
    pub rules: Vec<HolidayRule>,
    /// Single dates.
    pub closing_days: Vec<ClosingDay>,
}

impl HolidayRule {
    /// The date on which the holiday of this year is kept; a moved one may be kept early in the
    /// next year. `None` in years without the date, such as 29 February.
    fn kept(&self, year: i32) -> Option<NaiveDate> {
        if !self.years.contains(&year) {
            return None;
        }
        let date = match self.day {
            DayRule::Date { month, day } => NaiveDate::from_ymd_opt(year, month, day)?,
            DayRule::Easter(days) => {
                let easter = computus::gregorian(year).ok()?;
                let easter = NaiveDate::from_ymd_opt(easter.year, easter.month, easter.day)?;
                easter.checked_add_signed(chrono::TimeDelta::try_days(days)?)?
            }
        };
        if !self.moved_to_monday {
            return Some(date);
        }
        let after_monday = u64::from(date.weekday().days_since(Weekday::Mon));
        date.checked_add_days(Days::new((7 - after_monday) % 7))
    }
}

impl Holidays {
    /// The dates without service in a year, in order.
    pub fn in_year(&self, year: i32) -> Vec<FreeDay<'_>> {
        let mut dates: BTreeMap<NaiveDate, Vec<&Localized>> = BTreeMap::new();
        for rule in &self.rules {
            for date in [rule.kept(year - 1), rule.kept(year)].into_iter().flatten() {
                dates.entry(date).or_default().push(&rule.name);
            }
        }
        for day in &self.closing_days {
            dates.entry(day.date).or_default().push(&day.name);
        }
        let of_year = dates.into_iter().filter(|(date, _)| date.year() == year);
        of_year.map(|(date, names)| FreeDay { date, names }).collect()
    }

    /// These days together with those of another calendar or edition.
    pub fn joined(&self, other: &Self) -> Self {
        let mut joined = self.clone();
        let rules = other.rules.iter().filter(|rule| !self.rules.contains(rule));
        joined.rules.extend(rules.cloned());
        let days = other.closing_days.iter().filter(|day| !self.closing_days.contains(day));
        joined.closing_days.extend(days.cloned());
        joined
    }

    /// The name of a date without service in one language; `None` where it has no name.
    pub fn name_of(&self, date: NaiveDate, locale: Locale) -> Option<String> {
        let named = self.in_year(date.year()).into_iter().find(|day| day.date == date)?;
        Some(named.name(locale)).filter(|name| !name.trim_matches([' ', '·']).is_empty())
    }

    /// Every date without service; dates by rule within [`YEARS`].
    pub fn dates(&self) -> BTreeSet<NaiveDate> {
        let by_rule = self.rules.iter().flat_map(|rule| YEARS.filter_map(|year| rule.kept(year)));
        by_rule.chain(self.closing_days.iter().map(|day| day.date)).collect()
    }
}

/// Closing days without a name.
impl FromIterator<NaiveDate> for Holidays {
    fn from_iter<T: IntoIterator<Item = NaiveDate>>(dates: T) -> Self {
        let unnamed = || Localized { es: String::new(), en: String::new() };
        let day = |date| ClosingDay { date, name: unnamed() };
        Self { rules: vec![], closing_days: dates.into_iter().map(day).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(day: DayRule, moved_to_monday: bool) -> HolidayRule {
        let name = Localized { es: "Fiesta".into(), en: "Feast".into() };
        HolidayRule { name, day, moved_to_monday, years: YEARS }
    }

    fn kept(rule: HolidayRule, year: i32) -> Vec<String> {
        let holidays = Holidays { rules: vec![rule], closing_days: vec![] };
        holidays.in_year(year).iter().map(|day| day.date.to_string()).collect()
    }

    #[test]
    fn a_moved_holiday_is_kept_on_the_following_monday() {
        let saint_joseph = rule(DayRule::Date { month: 3, day: 19 }, true);
        assert_eq!(kept(saint_joseph.clone(), 2026), ["2026-03-23"]);
        assert_eq!(kept(saint_joseph, 2029), ["2029-03-19"], "it is a Monday already");
    }

    #[test]
    fn a_holiday_moved_over_new_year_is_listed_in_the_new_year() {
        let last_day = rule(DayRule::Date { month: 12, day: 31 }, true);
        assert_eq!(kept(last_day.clone(), 2026), ["2026-01-05"]);
        assert_eq!(kept(last_day, 2027), ["2027-01-04"]);
    }

    #[test]
    fn easter_rules_follow_easter_and_leap_days_need_leap_years() {
        assert_eq!(kept(rule(DayRule::Easter(-2), false), 2026), ["2026-04-03"]);
        assert_eq!(kept(rule(DayRule::Easter(60), true), 2026), ["2026-06-08"]);
        let leap = rule(DayRule::Date { month: 2, day: 29 }, false);
        assert_eq!(kept(leap.clone(), 2028), ["2028-02-29"]);
        assert_eq!(kept(leap, 2027), Vec::<String>::new());
    }

    #[test]
    fn a_rule_applies_only_in_its_years() {
        let new = HolidayRule { years: 2026..=2027, ..rule(DayRule::Easter(0), false) };
        let years: Vec<usize> = (2025..=2028).map(|year| kept(new.clone(), year).len()).collect();
        assert_eq!(years, [0, 1, 1, 0]);
    }
}
