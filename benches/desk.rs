//! How fast the desk is, beside the disk it stands on, and how it grows.
//!
//! `cargo bench --bench desk` measures it all and ends with a failure when a question takes more than
//! twice as long at the larger size as at the smaller, when one in a hundred interactions waits 100 ms
//! for its first answer at 50 a second or 500 ms at 200 a second, when a message costs twice as much while
//! ten times as much waits, when one person's flood doubles the time that others wait, or when a report makes
//! others wait or takes 200 MB. With names of parts (`-- flow thrice acknowledged backlog flooded report
//! growth`) it measures those.
//! By environment:
//! - `MESABOT_TEST_POSTGRES`: a server, to measure on it too;
//! - `MESABOT_BENCH_UPDATES`: updates to handle end to end (10000);
//! - `MESABOT_BENCH_TOLD`: updates that are told three times each to two replicas (10000);
//! - `MESABOT_BENCH_PEOPLE`: people who write at once (50);
//! - `MESABOT_BENCH_INTERACTIONS`: interactions a second (50, and then 200), and `MESABOT_BENCH_SECONDS`: for how
//!   long (30);
//! - `MESABOT_BENCH_FLOOD`: messages of the one who floods (10000), and `MESABOT_BENCH_FLOOD_PACE`: how
//!   many of them a second (500); measured on PostgreSQL too where `MESABOT_TEST_POSTGRES` has one;
//! - `MESABOT_BENCH_BACKLOG`: messages that wait at first (1000); then ten times as many;
//! - `MESABOT_BENCH_REPORTED`: tickets of the month that is reported on (10000,200000);
//! - `MESABOT_BENCH_TICKETS`: the two sizes compared (10000,1000000);
//! - `MESABOT_BENCH_DIRECTORY`: where the databases lie (the system's temporary directory).

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
    // `cargo bench` says so; started along with the tests it has nothing to tell.
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

/// Whether a part is to be measured: when it is named, or none is.
fn is_asked_for(part: &str) -> bool {
    let named: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    named.is_empty() || named.iter().any(|name| name == part)
}

/// A parameter of the environment, or its default.
fn parameter<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Where databases are made: a real disk, as synchronous writes cost nothing in memory.
fn directory() -> PathBuf {
    parameter("MESABOT_BENCH_DIRECTORY", std::env::temp_dir())
}
