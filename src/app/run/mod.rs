//! `mesabot`: every channel that has a token, until SIGTERM or Ctrl-C. Each channel is a line;
//! the workers are the same for all. Every replica of a desk handles what was told and fetches files;
//! what only one may do, polling a bot, sending for it, sweeping, is done under a lease.

use std::{collections::HashMap, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use axum::Router;
use futures::future::BoxFuture;
use sea_orm::Iterable;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};

use self::front::Front;
use super::{House, Keeping, Manners, Workers, desk};
use crate::{
    channel::Channel,
    chat::incoming::Incoming,
    clock::SystemClock,
    config::{
        Loaded,
        settings::{Courier, Files, FilesPlace, Pacing, Retention},
    },
    domain::channel::ChannelKind,
    entity::inbox,
    store::Store,
    worker::{
        Shutdown,
        admission::{Admission, Allowance, Budget},
        delivery::Patience,
        leases::{Leases, Terms},
        pacing::Limits,
        retention::Ages,
    },
};

mod connections;
pub mod discord;
mod front;
mod shards;
pub(super) mod telegram;
pub(super) mod watched;

/// The lease under which what is due is done.
const SWEEPER: &str = "sweeper";

/// The lease under which reports are made.
const REPORTER: &str = "reporter";

/// How long the parts may take to end.
const FAREWELL: Duration = Duration::from_secs(15);

/// Reads what a network told; an error names what could not be read, never its content.
type Read = Box<dyn Fn(&str) -> Result<Option<Incoming>, String> + Send + Sync>;

/// A chat network that was reached.
struct Line {
    /// What delivers to it.
    channel: (ChannelKind, Arc<dyn Channel>),
    /// What its rows of the inbox are marked with.
    source: String,
    /// Reads what it tells.
    receive: Read,
    /// Listens to it until told to stop, or until it cannot go on.
    listen: BoxFuture<'static, anyhow::Result<()>>,
    /// Where it calls the desk over HTTP, if it does.
    routes: Option<Router>,
}

/// Whether any chat network has a token.
pub(super) fn has_a_line(loaded: &Loaded) -> bool {
    loaded.config.telegram.token.is_some() || loaded.config.discord.token.is_some()
}

/// Whether any chat network is told to call the desk over HTTP.
fn is_called(loaded: &Loaded) -> bool {
    let (telegram, discord) = (&loaded.config.telegram, &loaded.config.discord);
    let by_telegram = telegram.token.is_some() && telegram.webhook.is_some();
    by_telegram || (discord.token.is_some() && discord.public_key.is_some())
}

pub(super) async fn run(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let url = loaded.config.database.expose();
    let house = House::open(url, desk(loaded), Arc::new(SystemClock)).await?;
    let house = house.keeping(keeping(&loaded.config.files)?);
    let (stop, shutdown) = watch::channel(false);
    let signals = tokio::spawn(listen(stop.clone()));
    let address = (loaded.config.listen, is_called(loaded));
    let front = Front::open(&house, address, shutdown.clone()).await?;
    let leases = Arc::new(Leases::new(house.database.clone(), Terms::default()));
    let ended = match open_lines((&house, &leases), loaded, &shutdown).await? {
        Some(mut lines) => {
            front.reached(lines.iter_mut().filter_map(|line| line.routes.take()));
            tracing::info!(procedure = %house.desk.procedure.id, "the desk is open");
            serve((&house, leases), lines, loaded, (&stop, shutdown)).await
        }
        None => Ok(()),
    };
    stop.send_replace(true);
    signals.abort();
    front.close().await;
    house.database.close().await;
    tracing::info!("the desk is closed");
    ended.map(|()| ExitCode::SUCCESS)
}

/// Reaches every network that has a token; `None` when told to stop meanwhile.
async fn open_lines(
    house: (&House, &Arc<Leases>),
    loaded: &Loaded,
    shutdown: &Shutdown,
) -> anyhow::Result<Option<Vec<Line>>> {
    let mut lines = Vec::new();
    if let Some(settings) = telegram::settings(&loaded.config.telegram)? {
        let webhook = telegram::webhook(&loaded.config.telegram);
        let Some(line) = telegram::open(house, settings, webhook, shutdown.clone()).await? else {
            return Ok(None);
        };
        lines.push(line);
    }
    if let Some(settings) = discord::settings(&loaded.config.discord)? {
        let config = &loaded.config;
        let Some(line) = discord::open(house, settings, config, shutdown.clone()).await? else {
            return Ok(None);
        };
        lines.push(line);
    }
    ensure!(!lines.is_empty(), "there is no token; see the README");
    Ok(Some(lines))
}

/// Runs the workers and listens to every line until the desk is told to stop or a line cannot go on.
async fn serve(
    (house, leases): (&House, Arc<Leases>),
    lines: Vec<Line>,
    loaded: &Loaded,
    (stop, shutdown): (&watch::Sender<bool>, Shutdown),
) -> anyhow::Result<()> {
    let mut channels = HashMap::new();
    let mut readers = HashMap::new();
    let mut listening = JoinSet::new();
    for Line { channel: (kind, channel), source, receive, listen, .. } in lines {
        channels.insert(kind, channel);
        readers.insert(source, receive);
        listening.spawn(listen);
    }
    let receive = Box::new(move |row: &inbox::Model| match readers.get(&row.source) {
        Some(read) => read(&row.raw),
        None => Err(format!("nothing listens to {} any more", row.source)),
    });
    let mut workers = house.workers(channels, receive, manners(loaded));
    let (ages, every) = retention(loaded);
    workers.handler.admission = Admission::new(budget(loaded));
    workers.sweeper.pruner.ages = ages;
    workers.sweeper.pruner.every = every;
    let workers = Arc::new(workers);
    let mut working = work(workers, leases, loaded.config.sweep_every, &shutdown);
    let mut ended = Ok(());
    while let Some(line) = listening.join_next().await {
        // One line that cannot go on ends the desk: whoever watches over it has to hear of it.
        ended = ended.and(line.unwrap_or_else(|error| Err(error.into())));
        stop.send_replace(true);
    }
    let ending = async {
        while let Some(worker) = working.join_next().await {
            if let Err(error) = worker.map_err(anyhow::Error::from).flatten() {
                tracing::error!("a worker broke off: {error:#}");
            }
        }
    };
    if tokio::time::timeout(FAREWELL, ending).await.is_err() {
        tracing::warn!("a worker did not end in time");
    }
    ended
}

fn work(
    workers: Arc<Workers>,
    leases: Arc<Leases>,
    sweep_every: Duration,
    shutdown: &Shutdown,
) -> JoinSet<anyhow::Result<()>> {
    let mut working = JoinSet::new();
    let (worker, stop) = (Arc::clone(&workers), shutdown.clone());
    working.spawn(async move {
        worker.handler.run(stop).await;
        Ok(())
    });
    let (worker, stop) = (Arc::clone(&workers), shutdown.clone());
    working.spawn(async move {
        if let Some(fetcher) = &worker.fetcher {
            fetcher.run(stop).await;
        }
        Ok(())
    });
    // What is to be said on a network without a token has to be given up by somebody too.
    for channel in ChannelKind::iter() {
        let (worker, leases, stop) = (Arc::clone(&workers), Arc::clone(&leases), shutdown.clone());
        working.spawn(async move {
            let name = format!("sender:{}", channel.as_str());
            let send = async |term, stop| {
                worker.courier.run(Some(channel), term, stop).await;
                Ok(())
            };
            leases.keep(&name, stop, send).await
        });
    }
    let (worker, reporting) = (Arc::clone(&workers), Arc::clone(&leases));
    let stop = shutdown.clone();
    working.spawn(async move {
        let report = async |term, stop| {
            worker.reporter.run(sweep_every, term, stop).await;
            Ok(())
        };
        reporting.keep(REPORTER, stop, report).await
    });
    let (sweeping, stop) = (Arc::clone(&leases), shutdown.clone());
    working.spawn(async move {
        let sweep = async |term, stop| {
            workers.sweeper.run(sweep_every, term, stop).await;
            Ok(())
        };
        sweeping.keep(SWEEPER, stop, sweep).await
    });
    let stop = shutdown.clone();
    working.spawn(async move {
        leases.run(stop).await;
        Ok(())
    });
    working
}

/// How files are kept, as configured.
fn keeping(files: &Files) -> anyhow::Result<Keeping> {
    let store = match &files.place {
        FilesPlace::Folder(folder) => Store::folder(folder),
        FilesPlace::Bucket(url) => Store::bucket(url),
    };
    Ok(Keeping { store: store.context("files.url cannot be used")?, rules: files.rules.clone() })
}

/// Tells every loop to stop at SIGTERM and Ctrl-C.
async fn listen(stop: watch::Sender<bool>) {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals cannot be heard; stop the process by killing it");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("told to stop");
    stop.send_replace(true);
}

/// How the courier behaves, as configured.
fn manners(loaded: &Loaded) -> Manners {
    let Pacing { per_second, private_burst, private_per_second, group_per_minute } =
        loaded.config.telegram.pacing;
    let limits = Limits {
        per_second: f64::from(per_second),
        private_burst: f64::from(private_burst),
        private_per_second,
        group_per_minute: f64::from(group_per_minute),
    };
    let Courier { retry_first, retry_longest, give_up_after } = loaded.config.courier;
    let patience = Patience {
        first: milliseconds(retry_first),
        longest: milliseconds(retry_longest),
        give_up: milliseconds(give_up_after),
    };
    Manners { limits, patience }
}

/// How much anybody may ask, as configured.
fn budget(loaded: &Loaded) -> Budget {
    let budget = loaded.config.budget;
    let allowance = |at_once, per_minute| Allowance { at_once, per_minute };
    Budget {
        person: allowance(budget.person_at_once, budget.person_per_minute),
        chat: allowance(budget.chat_at_once, budget.chat_per_minute),
    }
}

/// How long things are kept, and how often that is looked at, as configured.
fn retention(loaded: &Loaded) -> (Ages, i64) {
    let Retention { inbox, texts, conversations, every } = loaded.config.retention;
    let ages = Ages {
        inbox: milliseconds(inbox),
        texts: milliseconds(texts),
        conversations: milliseconds(conversations),
    };
    (ages, milliseconds(every))
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
