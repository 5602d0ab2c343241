//! `mesabot calendar`: the days without service of a year, and the end of a promised span. It reads
//! the procedure alone; it opens no database.

use std::{io::Write, process::ExitCode, str::FromStr};

use anyhow::{Context, anyhow};
use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{
    config::Loaded,
    domain::{
        calendar::Calendar,
        holidays::FreeDay,
        time::{Span, Timestamp},
    },
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct Options {
    /// The year whose days without service are listed
    #[arg(value_parser = clap::value_parser!(i32).range(1984..=2199), required = true)]
    year: Option<i32>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    question: Option<Question>,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Tells when a span that begins at an instant ends
    Due(Due),
}

#[derive(Debug, Args)]
struct Due {
    /// When it begins: 2026-12-24T15:30 in the desk's time zone, or with an offset
    #[arg(long, value_name = "INSTANT")]
    from: String,
    /// How long: 30m and 8h are working time, 3bd business days, 2d elapsed days
    #[arg(long = "for", value_name = "SPAN", value_parser = Span::from_str)]
    span: Span,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(loaded: &Loaded, options: &Options) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let said = match (&options.question, options.year) {
        (Some(Question::Due(asked)), _) => due(loaded.procedure.desk_calendar(), asked)?,
        (None, Some(year)) => days(loaded, year, options.json),
        (None, None) => return Err(anyhow!("say which year, such as `mesabot calendar 2026`")),
    };
    write!(out, "{said}").context("the answer cannot be written")?;
    Ok(ExitCode::SUCCESS)
}

fn days(loaded: &Loaded, year: i32, as_json: bool) -> String {
    let holidays = loaded.procedure.desk_calendar().holidays();
    let locale = loaded.config.locale;
    let days = holidays.in_year(year);
    if as_json {
        let day =
            |day: &FreeDay<'_>| json!({ "date": day.date.to_string(), "name": day.name(locale) });
        return format!("{}\n", Value::Array(days.iter().map(day).collect()));
    }
    if days.is_empty() {
        return format!("The procedure names no day without service in {year}.\n");
    }
    let line = |day: &FreeDay<'_>| {
        format!("{}  {}  {}\n", day.date, day.date.format("%a"), day.name(locale))
    };
    days.iter().map(line).collect()
}

fn due(calendar: &Calendar, asked: &Due) -> anyhow::Result<String> {
    let from = instant(calendar, "--from", &asked.from)?;
    let due = written(calendar, calendar.due(from, asked.span));
    let from = written(calendar, from);
    if asked.json {
        return Ok(format!("{}\n", json!({ "from": from, "due": due })));
    }
    Ok(format!("{due}\n"))
}

/// Parses an instant with an offset, or a wall time in the desk's time zone; of a wall time that
/// occurs twice, the first. An error names the `option` that gave the text.
pub(super) fn instant(calendar: &Calendar, option: &str, text: &str) -> anyhow::Result<Timestamp> {
    if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        return Ok(exact.with_timezone(&Utc).into());
    }
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
    let local = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let local = local.ok_or_else(|| {
        anyhow!(
            "{option} {text}: this is no instant; write 2026-12-24T15:30 or 2026-12-24T15:30:00-05:00"
        )
    })?;
    let zone = calendar.time_zone();
    let found = zone.from_local_datetime(&local).earliest();
    found.map(|instant| instant.with_timezone(&Utc).into()).ok_or_else(|| {
        anyhow!("{option} {text}: no clock in {zone} shows this time, because clocks are set forward then")
    })
}

/// An instant in the desk's time zone, with the offset.
pub(super) fn written(calendar: &Calendar, at: Timestamp) -> String {
    calendar.local(at).to_rfc3339_opts(SecondsFormat::Secs, false)
}
