//! The command line. It speaks English; the catalogues word what people read in chats.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use rustix::fs::Mode;

use super::{
    App, backup, calendar, chats, console, desk, inbox, invite, logging, outbox, people, report,
    run, simulate, staffing,
};
use crate::{
    clock::SystemClock,
    config::{self, Config, Fault, Loaded, Sources},
    domain::procedure::Procedure,
};

/// A help desk that lives in the chat people already have open.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct CommandLine {
    /// The operator's configuration file [default: mesabot.toml when it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks configuration and procedure; names every fault with file, line, key and remedy
    Check(Check),
    /// Chats with the desk in the terminal, or plays a script from standard input
    Console(console::Options),
    /// Lists a year's days without service, or computes when a promised span ends
    Calendar(calendar::Options),
    /// Shows what a procedure does with a request, before it is put to use
    Simulate(simulate::Options),
    /// Brings the database's schema up to date
    Migrate,
    /// Copies an SQLite database while the desk runs; names the command to run for PostgreSQL
    Backup(backup::Options),
    /// Writes a month's workbook, one row a ticket
    Report(report::Options),
    /// Makes a code that enrols people or links a group chat; lists and revokes such codes
    Invite(invite::Options),
    /// Lists people; changes roles, groups and links; revokes access
    People(people::Options),
    /// Lists the linked group chats; unlinks one
    Chats(chats::Options),
    /// Lists messages that could not be delivered; retries them, or drops them for good
    Outbox(outbox::Options),
    /// Lists events that could not be handled; retries them, or drops them for good
    Inbox(inbox::Options),
}

#[derive(Debug, clap::Args)]
struct Check {
    /// A shipped procedure or the path of a .toml, checked alone [default: the whole configuration]
    #[arg(long, value_name = "PROCEDURE")]
    procedure: Option<String>,
}

pub async fn main() -> ExitCode {
    // The files of this process (databases, files, workbooks, histories) are readable by its owner
    // alone, under any inherited umask.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let code = execute(CommandLine::parse()).await.unwrap_or_else(|error| {
        logging::say(format_args!("mesabot: {error:#}"));
        ExitCode::FAILURE
    });
    logging::flush();
    code
}

async fn execute(line: CommandLine) -> anyhow::Result<ExitCode> {
    let sources = Sources::from_process(line.config);
    match &line.command {
        Some(Command::Check(asked)) => return Ok(check(asked, sources).await),
        Some(Command::Simulate(asked)) => {
            return match procedure(asked.procedure.as_deref(), sources) {
                Ok(procedure) => simulate::run(&procedure, asked),
                Err(faults) => Ok(at_fault(&faults)),
            };
        }
        _ => {}
    }
    let exposed = config::exposed(&sources);
    let loaded = match Config::load(sources) {
        Ok(loaded) => loaded,
        Err(faults) => return Ok(at_fault(&faults)),
    };
    logging::start(&loaded.config.log);
    for warning in exposed {
        tracing::warn!("{warning}");
    }
    match line.command {
        None if run::has_a_token(&loaded) => run::run(&loaded).await,
        None if console::has_input().await => console::run(&loaded, Default::default()).await,
        None => Ok(nothing_to_run()),
        Some(Command::Console(options)) => console::run(&loaded, options).await,
        Some(Command::Calendar(options)) => calendar::run(&loaded, &options),
        Some(Command::Migrate) => migrate(&loaded).await,
        Some(Command::Backup(options)) => backup::run(&loaded, &options).await,
        Some(Command::Report(options)) => report::run(&loaded, &options).await,
        Some(Command::Invite(options)) => invite::run(&loaded, options).await,
        Some(Command::People(options)) => people::run(&loaded, options).await,
        Some(Command::Chats(options)) => chats::run(&loaded, options).await,
        Some(Command::Outbox(options)) => outbox::run(&loaded, &options).await,
        Some(Command::Inbox(options)) => inbox::run(&loaded, &options).await,
        Some(Command::Check(_) | Command::Simulate(_)) => Ok(ExitCode::SUCCESS),
    }
}

/// Tells a service manager that starts the desk without a token what is missing.
fn nothing_to_run() -> ExitCode {
    eprintln!(
        "mesabot: no token is set and nothing comes on standard input, so there is nothing to run.\n\
         To run the desk, set MESABOT_TELEGRAM__TOKEN or MESABOT_DISCORD__TOKEN (or the same with \
         _FILE, naming a file).\n\
         To try it in the terminal, run `mesabot console`."
    );
    ExitCode::from(2)
}

async fn check(asked: &Check, sources: Sources) -> ExitCode {
    let report = match &asked.procedure {
        Some(procedure) => config::check_procedure(procedure, &sources),
        None => {
            let mut report = config::check(sources.clone());
            if let Ok(loaded) = Config::load(sources) {
                report.warnings.extend(staffing::warnings(&loaded).await);
            }
            report
        }
    };
    println!("{report}");
    if report.is_fine() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The named procedure, read alone, or else the configured one.
fn procedure(named: Option<&str>, sources: Sources) -> Result<Procedure, Vec<Fault>> {
    match named {
        Some(named) => config::procedure::named(named, &sources),
        None => Config::load(sources).map(|loaded| loaded.procedure),
    }
}

fn at_fault(faults: &[Fault]) -> ExitCode {
    for fault in faults {
        logging::say(fault);
    }
    ExitCode::FAILURE
}

async fn migrate(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let url = loaded.config.database.expose();
    let app = App::open(url, desk(loaded), std::sync::Arc::new(SystemClock)).await?;
    app.database.close().await;
    println!("The schema of {} is up to date.", loaded.config.database);
    Ok(ExitCode::SUCCESS)
}
