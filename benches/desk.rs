//! How fast the desk is, beside the disk it stands on, and how it grows.
//!
//! `cargo bench --bench desk` measures both and ends with a failure when a question takes more than
//! twice as long at the larger size as at the smaller. By environment:
//! - `MESABOT_BENCH_UPDATES`: updates to handle end to end (10000);
//! - `MESABOT_BENCH_PEOPLE`: people who write at once (50);
//! - `MESABOT_BENCH_TICKETS`: the two sizes compared (10000,1000000);
//! - `MESABOT_BENCH_DIRECTORY`: where the databases lie (the system's temporary directory).

#[path = "desk/flow.rs"]
mod flow;
#[path = "desk/grown.rs"]
mod grown;
#[path = "desk/growth.rs"]
mod growth;
#[path = "desk/table.rs"]
mod table;

#[path = "../tests/support/mod.rs"]
mod support;

use std::{path::PathBuf, process::ExitCode, str::FromStr};

fn main() -> ExitCode {
    // Started as a test, it has nothing to tell.
    if std::env::args().any(|argument| argument == "--test") {
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        flow::measure().await;
        if growth::measure().await { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    })
}

/// A parameter of the environment, or its default.
fn parameter<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Where databases are made: a real disk, as synchronous writes cost nothing in memory.
fn directory() -> PathBuf {
    parameter("MESABOT_BENCH_DIRECTORY", std::env::temp_dir())
}
