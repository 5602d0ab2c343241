//! What `mesabot outbox` and `mesabot inbox` share: the options of a page, its layout, and the exit
//! code. Deliberately absent: texts of people.

use std::{io::Write, process::ExitCode};

use anyhow::Context;
use chrono::SecondsFormat;
use clap::{Args, Subcommand};

use crate::{config::Loaded, domain::time::Timestamp};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Lists the failed rows, the newest first
    List(Page),
    /// Retries rows
    Retry(Rows),
    /// Takes rows off the list for good
    Drop(Rows),
}

#[derive(Debug, Args)]
pub(super) struct Rows {
    /// The rows, by the identity that the list shows
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
}

#[derive(Debug, Args)]
pub(super) struct Page {
    /// Only what is older than this row
    #[arg(long, value_name = "ID")]
    pub before: Option<i64>,
    /// How many rows at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub limit: u64,
}

/// Prints a page: headings, one line a row, and the command for the next page.
pub(super) fn print<const COLUMNS: usize>(
    command: &str,
    page: &Page,
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

/// An instant in the desk's time zone, with the offset.
pub(super) fn written(loaded: &Loaded, at: Timestamp) -> String {
    let local = loaded.procedure.local(at);
    local.to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// A reason on one line, without control characters; a dash for none.
pub(super) fn reason(why: &str) -> String {
    let plain: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if plain.trim().is_empty() { "-".to_owned() } else { plain }
}

/// Success when every row was on the list.
pub(super) fn ended(all: bool) -> ExitCode {
    if all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
