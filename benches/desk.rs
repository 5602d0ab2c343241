//! Measures how fast the desk is, compared with its disk, and how its cost grows with its history.
//!
//! `cargo bench --bench desk` runs every part. It fails when a query takes more than twice as long
//! at the larger size as at the smaller, when 1 % of the interactions wait 100 ms for their first
//! answer at 50 a second or 500 ms at 200 a second, when a message costs more than twice as much
//! with ten times the backlog, when one person's flood doubles the wait of other people, or when a
//! report delays other commands or takes 200 MB. With the names of parts (`-- flow thrice
//! acknowledged backlog flooded report growth`) it runs only those.
//! By environment:
//! - `MESABOT_TEST_POSTGRES`: a server, to measure on it too;
//! - `MESABOT_BENCH_UPDATES`: updates to handle end to end (10000);
//! - `MESABOT_BENCH_TOLD`: updates that are delivered three times each to two replicas (10000);
//! - `MESABOT_BENCH_PEOPLE`: people who write at the same time (50);
//! - `MESABOT_BENCH_INTERACTIONS`: interactions a second (50, and then 200), and
//!   `MESABOT_BENCH_SECONDS`: for how long (30);
//! - `MESABOT_BENCH_FLOOD`: messages of the person who floods (10000), and
//!   `MESABOT_BENCH_FLOOD_PACE`: how many of them a second (500); measured on PostgreSQL too where
//!   `MESABOT_TEST_POSTGRES` names a server;
//! - `MESABOT_BENCH_BACKLOG`: messages in the first backlog (1000); the second has ten times as
//!   many;
//! - `MESABOT_BENCH_REPORTED`: tickets of the reported month (10000,200000);
//! - `MESABOT_BENCH_TICKETS`: the two sizes compared (10000,1000000);
//! - `MESABOT_BENCH_DIRECTORY`: the directory of the databases (the system's temporary directory).

#[path = "desk/acknowledged.rs"]
mod acknowledged;
#[path = "desk/backlog.rs"]
mod backlog;
#[path = "desk/desk_process.rs"]
mod desk_process;
#[path = "desk/flooded.rs"]
mod flooded;
#[path = "desk/flow.rs"]
mod flow;
#[path = "desk/grown.rs"]
mod grown;
#[path = "desk/growth.rs"]
mod growth;
#[path = "desk/reported.rs"]
mod reported;
#[path = "desk/table.rs"]
mod table;
#[path = "desk/thrice.rs"]
mod thrice;

#[path = "../tests/support/mod.rs"]
mod support;

use std::{path::PathBuf, process::ExitCode, str::FromStr};

fn main() -> ExitCode {
    // `cargo bench` passes the argument; started along with the tests there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let mut fine = true;
    if std::env::args().any(|argument| argument == reported::ONCE) {
        let fine = runtime.block_on(reported::once());
        return if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    runtime.block_on(async {
        if is_asked_for("flow") {
            flow::measure().await;
        }
        if is_asked_for("thrice") {
            thrice::measure().await;
        }
        if is_asked_for("acknowledged") {
            fine &= acknowledged::measure().await;
        }
        if is_asked_for("backlog") {
            fine &= backlog::measure().await;
        }
        if is_asked_for("flooded") {
            fine &= flooded::measure().await;
        }
        if is_asked_for("report") {
            fine &= reported::measure().await;
        }
        if is_asked_for("growth") {
            fine &= growth::measure().await;
        }
    });
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether a part is measured: when the command line names it, or names none.
fn is_asked_for(part: &str) -> bool {
    let named: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    named.is_empty() || named.iter().any(|name| name == part)
}

/// A parameter of the environment, or its default.
fn parameter<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// The directory of the databases: on a real disk, because synchronous writes cost nothing in
/// memory.
fn directory() -> PathBuf {
    parameter("MESABOT_BENCH_DIRECTORY", std::env::temp_dir())
}
