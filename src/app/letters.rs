//! What `mesabot outbox` and `mesabot inbox` have in common: how a page is asked for, how it is
//! printed, and what is said of a row that was decided on. Deliberately absent: texts of people.

use std::{io::Write, process::ExitCode};

use anyhow::Context;
use chrono::SecondsFormat;
use clap::{Args, Subcommand};

use crate::{config::Loaded, domain::time::Timestamp};

/// What is to be done with what failed.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Lists it, the newest first
    List(Page),
    /// Tries it once more
    Retry(Rows),
    /// Takes it off the list for good
    Drop(Rows),
}

/// Which rows are decided on.
#[derive(Debug, Args)]
pub(super) struct Rows {
    /// The rows, by the identity that the list shows
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
}

/// A stretch of the list.
#[derive(Debug, Args)]
pub(super) struct Page {
    /// Only what is older than this row
    #[arg(long, value_name = "ID")]
    pub before: Option<i64>,
    /// How many rows at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub limit: u64,
}

/// Prints a page: a heading, a line a row, and how to ask for the next one.
pub(super) fn print<const COLUMNS: usize>(
    (command, page): (&str, &Page),
    headings: [&str; COLUMNS],
    rows: &[(i64, [String; COLUMNS])],
) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    if rows.is_empty() {
        writeln!(out, "Nothing waits for a decision.").context("the list cannot be written")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut widths = headings.map(str::len);
    for (_, cells) in rows {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut line = |cells: &[String; COLUMNS]| {
        let padded: Vec<String> =
            cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", padded.join("  ").trim_end())
    };
    line(&headings.map(str::to_owned)).context("the list cannot be written")?;
    for (_, cells) in rows {
        line(cells).context("the list cannot be written")?;
    }
    if let Some((last, _)) = rows.last().filter(|_| rows.len() as u64 == page.limit) {
        println!("What is older: mesabot {command} list --before {last}");
    }
    Ok(ExitCode::SUCCESS)
}

/// An instant on the desk's clock.
pub(super) fn written(loaded: &Loaded, at: Timestamp) -> String {
    let local = loaded.procedure.local(at);
    local.to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// A reason on one line, without what would disturb a terminal; a dash for none.
pub(super) fn reason(why: &str) -> String {
    let plain: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if plain.trim().is_empty() { "-".to_owned() } else { plain }
}

/// Success when every row was there to be decided on.
pub(super) fn ended(all: bool) -> ExitCode {
    if all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
