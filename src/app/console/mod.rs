//! `mesabot console`: the whole desk in a terminal, with a cast to try it with. A line typed at a
//! terminal, or read as a script from standard input, takes the same way as an update of a
//! platform. The cast lives in a demonstration database of its own, never in the configured one.

use std::{
    io::{BufRead, IsTerminal},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, ensure};
use clap::Args;

use self::{
    cast::Cast,
    stage::{Stage, Time},
};
use super::{App, desk, wants_colour};
use crate::{
    channel::console::transcript::Look,
    clock::{Clock, HandClock, SharedClock, ShiftedClock, SystemClock},
    config::Loaded,
    domain::channel::ChannelKind,
    service::{
        database::demonstration::{self, Standing},
        people,
    },
};

mod cast;
mod interactive;
mod scripted;
mod stage;

/// The demonstration database unless `--demo` names another.
const DEMONSTRATION: &str = "mesabot-demo.db";

#[derive(Debug, Default, Args)]
pub struct Options {
    /// The demonstration database; a real desk is refused [default: mesabot-demo.db]
    #[arg(long, value_name = "FILE")]
    demo: Option<PathBuf>,
    /// Start over: empties the demonstration database first
    #[arg(long)]
    fresh: bool,
}

pub(super) async fn run(loaded: &Loaded, options: Options) -> anyhow::Result<ExitCode> {
    let typed = std::io::stdin().is_terminal();
    let (time, clock): (Time, SharedClock) = if typed {
        let clock = Arc::new(ShiftedClock::default());
        (Time::Passing(Arc::clone(&clock)), clock)
    } else {
        let clock = Arc::new(HandClock::new(SystemClock.now()));
        (Time::Standing(Arc::clone(&clock)), clock)
    };
    let file = options.demo.unwrap_or_else(|| DEMONSTRATION.into());
    let start = if options.fresh { Start::Fresh } else { Start::Kept };
    let app = open(loaded, &file, start, clock).await?;
    let cast = Cast::new(&loaded.procedure);
    cast.enrol(&app).await?;
    let database = app.database.clone();
    let stage = Stage::open(app, cast, time, look()).await?;
    let ended = if typed {
        interactive::run(stage, &file).await.map(|()| ExitCode::SUCCESS)
    } else {
        scripted::run(stage).await
    };
    database.close().await;
    ended
}

/// How the demonstration begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Emptied.
    Fresh,
    /// As an earlier session left it.
    Kept,
}

/// Opens the demonstration, an empty one when it is to be fresh.
async fn open(
    loaded: &Loaded,
    file: &Path,
    start: Start,
    clock: SharedClock,
) -> anyhow::Result<App> {
    let existed = file.exists();
    let shut = || format!("the demonstration {} cannot be opened", file.display());
    let standing = demonstration::inspect(&url(file)).await.with_context(shut)?;
    ensure!(
        standing != Standing::Foreign,
        "{} is another program's database; choose another file with --demo",
        file.display()
    );
    let app = App::open(&url(file), desk(loaded), Arc::clone(&clock)).await.with_context(shut)?;
    // A demonstration has no invitations, and its people have no accounts on other networks.
    let reader = app.database.reader();
    let real = people::known_elsewhere(reader, ChannelKind::Console).await?
        || people::invitations::any(reader).await?;
    ensure!(
        !real,
        "{} holds a real desk, which the console never touches; choose another file with --demo",
        file.display()
    );
    if start == Start::Kept || !existed {
        return Ok(app);
    }
    ensure!(
        standing == Standing::Demonstration,
        "{} was not made by `mesabot console`, so --fresh does not delete it; remove it by hand, or \
         choose another file with --demo",
        file.display()
    );
    app.database.close().await;
    for end in ["", "-wal", "-shm"] {
        let mut part = file.as_os_str().to_owned();
        part.push(end);
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error)
                    .with_context(|| format!("{} cannot be removed", part.to_string_lossy()));
            }
            _ => {}
        }
    }
    demonstration::inspect(&url(file)).await.with_context(shut)?;
    App::open(&url(file), desk(loaded), clock).await
}

/// The address of a file, with the characters of its name escaped.
fn url(file: &Path) -> String {
    let path = file.to_string_lossy().replace('%', "%25").replace('?', "%3F");
    format!("sqlite://{path}")
}

fn look() -> Look {
    Look { colour: wants_colour(&std::io::stdout()), columns: None }
}

/// Whether a person types, or a script comes, on standard input. The input remains unread.
pub(super) async fn has_input() -> bool {
    let looked = tokio::task::spawn_blocking(|| {
        let input = std::io::stdin();
        input.is_terminal() || input.lock().fill_buf().is_ok_and(|script| !script.is_empty())
    });
    looked.await.unwrap_or(false)
}
