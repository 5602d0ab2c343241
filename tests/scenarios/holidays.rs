//! Days without service and due instants, compared with tables made by other programs.

use std::process::Command;

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use insta::assert_snapshot;
use mesabot::{
    config::procedure,
    domain::{
        calendar::{Calendar, Shift},
        holidays::Holidays,
        locale::Locale,
        time::Timestamp,
    },
};

use crate::support::desk::uspec;

#[test]
fn colombian_holidays_match_an_independent_table_2016_to_2040() {
    let procedure = uspec();
    let table = include_str!("../data/holidays_of_colombia.txt");
    let mut years = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (year, days) = line.split_once(' ').expect("a year and its days");
        let known = procedure.desk_calendar().holidays().in_year(year.parse().expect("a year"));
        let known: Vec<String> =
            known.iter().map(|day| day.date.format("%m-%d").to_string()).collect();
        assert_eq!(known.join(" "), days, "{year}");
        years += 1;
    }
    assert_eq!(years, 25);
}

#[test]
fn due_instants_match_an_independent_table_in_two_hundred_cases() {
    let office = uspec().desk_calendar().clone();
    let hours = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    let day: Vec<Shift> = hours(&["08:00-12:00", "13:00-17:00"]);
    let week = std::array::from_fn(|i| match i {
        0..5 => day.clone(),
        5 => hours(&["09:00-12:00"]),
        _ => vec![],
    });
    let split = Calendar::new(Tz::America__New_York, week, Holidays::default()).unwrap();
    let instant = |text: &str| -> Timestamp {
        let exact = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z");
        exact.expect(text).to_utc().into()
    };
    let mut cases = 0;
    for line in
        include_str!("../data/due_instants.txt").lines().filter(|line| !line.starts_with('#'))
    {
        let [name, from, span, due] = line.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let calendar = if name == "office" { &office } else { &split };
        let worked_out = calendar.due(instant(from), span.parse().unwrap());
        assert_eq!(worked_out, instant(due), "{line}; here {}", calendar.local(worked_out));
        cases += 1;
    }
    assert_eq!(cases, 200);
}

#[test]
fn a_desk_adds_yearly_holidays_and_closing_days_of_its_own() {
    let own = include_str!("../../config/procedures/uspec.toml").replace(
        "[times]",
        "[[calendar.own_holidays]]\ndate = \"06-27\"\nfrom = 2027\n\
         name = { es = \"Día del servidor público\", en = \"Public servants' day\" }\n\
         [[calendar.closing_days]]\ndate = 2026-12-24\n\
         name = { es = \"Cierre de fin de año\", en = \"Year-end closing\" }\n[times]",
    );
    let procedure = procedure::read("own.toml", &own).expect("the procedure is valid");
    let date = |text: &str| text.parse::<NaiveDate>().unwrap();
    let named = |year, text: &str| {
        let days = procedure.desk_calendar().holidays().in_year(year);
        days.iter().find(|day| day.date == date(text)).map(|day| day.name(Locale::Es))
    };
    assert_eq!(named(2026, "2026-06-27"), None);
    assert_eq!(named(2027, "2027-06-27").as_deref(), Some("Día del servidor público"));
    assert_eq!(named(2026, "2026-12-24").as_deref(), Some("Cierre de fin de año"));
    assert_eq!(
        named(2019, "2019-07-01").as_deref(),
        Some("Sagrado Corazón · San Pedro y San Pablo")
    );
    let before: Timestamp = "2026-12-23T21:30:00Z".parse::<DateTime<chrono::Utc>>().unwrap().into();
    let due = procedure.desk_calendar().due(before, "1h".parse().unwrap());
    assert_eq!(due.to_string(), "2026-12-28T13:30:00.000Z", "24 and 25 December do not count");
}

#[test]
fn the_command_line_lists_a_year_and_computes_a_due_instant() {
    let ask = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
        let output = command.arg("calendar").args(arguments).env_clear().output().unwrap();
        format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    };
    let year = ask(&["2026"]);
    assert_eq!(year.lines().count(), 19, "{year}");
    assert!(year.contains("2026-07-13  Mon  Virgen de Chiquinquirá"), "{year}");
    let listed: Vec<serde_json::Value> = serde_json::from_str(&ask(&["2025", "--json"])).unwrap();
    assert_eq!(listed.len(), 17, "two of the eighteen fall on 30 June");
    assert_eq!(listed[0], serde_json::json!({ "date": "2025-01-01", "name": "Año Nuevo" }));
    assert_snapshot!(ask(&["due", "--from", "2026-12-24T15:30", "--for", "3bd"]), @"2026-12-30T15:30:00-05:00");
    assert_snapshot!(ask(&["due", "--from", "2026-12-24T15:30", "--for", "8h", "--json"]), @r#"{"due":"2026-12-28T14:30:00-05:00","from":"2026-12-24T15:30:00-05:00"}"#);
    assert_snapshot!(ask(&["due", "--from", "24/12/2026", "--for", "8h"]), @"mesabot: --from 24/12/2026: this is no instant; write 2026-12-24T15:30 or 2026-12-24T15:30:00-05:00");
}

#[test]
fn faults_of_holidays_say_what_to_write() {
    let own = include_str!("../../config/procedures/uspec.toml").replace(
        "[times]",
        "[[calendar.own_holidays]]\ndate = \"31-12\"\nmoved = true\n\
         name = { es = \"a\", en = \"b\" }\n\
         [[calendar.own_holidays]]\ndate = \"12-31\"\neaster = 3\nfrom = 2030\nuntil = 2029\n\
         name = { es = \"a\", en = \"b\" }\n\
         [[calendar.closing_days]]\ndate = \"24/12/2026\"\nname = { es = \"a\", en = \"b\" }\n[times]",
    );
    let faults = procedure::read("own.toml", &own).expect_err("the procedure is invalid");
    let listed: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_snapshot!(listed.join("\n"), @r#"
    own.toml:37: calendar.own_holidays[1].date: `31-12` is no day of the year. Write month and day, 05-01.
    own.toml:38: calendar.own_holidays[1].moved: unknown key. Here you may write `name`, `date`, `easter`, `moved_to_monday`, `from` or `until`.
    own.toml:40: calendar.own_holidays[2]: this names no day, or two. Write either date = "05-01" or easter = -2, in days from Easter Sunday.
    own.toml:44: calendar.own_holidays[2].until: this is before 2030. Write the same year or a later.
    own.toml:47: calendar.closing_days[1].date: `24/12/2026` is not a date. Write 2026-12-24.
    "#);
}
