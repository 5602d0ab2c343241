//! `mesabot`: every channel that has a token, until SIGTERM or Ctrl-C. Each channel is a line; see
//! `serve` for what runs beside the lines.

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;
use axum::Router;
use futures::future::BoxFuture;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use self::front::Front;
use super::{House, Keeping, Manners, desk, staffing};
use crate::{
    channel::Channel,
    chat::incoming::Incoming,
    clock::SystemClock,
    config::{
        Loaded,
        settings::{Courier, Files, FilesPlace, Pacing, Retention},
    },
    domain::channel::ChannelKind,
    store::Store,
    worker::{
        admission::{Allowance, Budget},
        delivery::Patience,
        leases::{Leases, Terms},
        pacing::Limits,
        retention::Ages,
    },
};

mod connections;
pub mod discord;
mod found;
mod front;
mod permitted;
mod registering;
mod serve;
mod shards;
pub(super) mod telegram;
mod tended;
pub(super) mod watched;

/// Reads what a network told; an error names what could not be read, never its content.
type Read = Box<dyn Fn(&str) -> Result<Option<Incoming>, String> + Send + Sync>;

/// Listens to a network until told to stop, or until it cannot go on; begun anew when it breaks off.
type Listen = Box<dyn Fn() -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;

/// A chat network that was reached.
struct Line {
    /// What delivers to it.
    channel: (ChannelKind, Arc<dyn Channel>),
    /// What its rows of the inbox are marked with.
    source: String,
    /// Reads what it tells.
    receive: Read,
    /// Listens to it.
    listen: Listen,
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
    staffing::log(&house).await;
    let (stop, shutdown) = watch::channel(false);
    let signals = tokio::spawn(listen(stop.clone()));
    let health = house.health.clone();
    let plans = serve::plans(loaded, &health)?;
    let address = (loaded.config.listen, is_called(loaded));
    let front = Front::open(health.clone(), address, shutdown.clone()).await?;
    let leases = Leases::new(house.database.clone(), Terms::default());
    let leases = Arc::new(leases.reporting_to(health.clone()));
    let desk = serve::Desk::new(&house, leases, loaded);
    let ended = desk.serve(plans, &front, (&stop, shutdown)).await;
    stop.send_replace(true);
    signals.abort();
    front.close().await;
    house.database.close().await;
    tracing::info!("the desk is closed");
    ended.map(|()| ExitCode::SUCCESS)
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
