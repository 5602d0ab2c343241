//! `mesabot`: runs every network that has a token, until SIGTERM or Ctrl-C. See `serve` for the
//! parts that run. Deliberately absent: rules and words.

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;
use axum::Router;
use futures::future::BoxFuture;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use self::http_listener::{Callers, HttpListener};
use super::{App, DeliverySettings, FileStorage, desk, staffing};
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
        leases::{LeaseTimes, Leases},
        pacing::Limits,
        retention::Ages,
    },
};

mod command_permissions;
mod command_registration;
mod connections;
pub mod discord;
mod found_chats;
mod http_listener;
mod serve;
mod shards;
pub(super) mod telegram;
mod telegram_upkeep;
pub(super) mod watched_chats;

/// Reads a stored event; an error names what could not be read, never the content.
type Read = Box<dyn Fn(&str) -> Result<Option<Incoming>, String> + Send + Sync>;

/// Listens to a network until told to stop, or until a final error; restarted when it panics.
type Listen = Box<dyn Fn() -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;

/// A connection to a chat network that was reached.
struct NetworkConnection {
    network: ChannelKind,
    channel: Arc<dyn Channel>,
    /// The source of the network's rows in the inbox.
    source: String,
    receive: Read,
    listen: Listen,
    /// The routes on which the network calls the desk, if it does.
    routes: Option<Router>,
}

pub(super) fn has_a_token(loaded: &Loaded) -> bool {
    loaded.config.telegram.token.is_some() || loaded.config.discord.token.is_some()
}

/// Whether a chat network is configured to call the desk over HTTP.
fn callers(loaded: &Loaded) -> Callers {
    let telegram = &loaded.config.telegram;
    let discord = &loaded.config.discord;
    let by_telegram = telegram.token.is_some() && telegram.webhook.is_some();
    let by_discord = discord.token.is_some() && discord.public_key.is_some();
    if by_telegram || by_discord { Callers::Networks } else { Callers::Monitors }
}

pub(super) async fn run(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let url = loaded.config.database.expose();
    let app = App::open(url, desk(loaded), Arc::new(SystemClock)).await?;
    let app = app.with_files(file_storage(&loaded.config.files)?);
    staffing::log(&app).await;
    let (stop, shutdown) = watch::channel(false);
    let signals = tokio::spawn(listen(stop.clone()));
    let health = app.health.clone();
    let plans = serve::plans(loaded, &health)?;
    let http_listener =
        HttpListener::open(health.clone(), loaded.config.listen, callers(loaded), shutdown).await?;
    let leases = Leases::new(app.database.clone(), LeaseTimes::default());
    let leases = Arc::new(leases.reporting_to(health.clone()));
    let running = serve::RunningApp::new(&app, leases, loaded);
    let ended = running.serve(plans, &http_listener, &stop).await;
    stop.send_replace(true);
    signals.abort();
    http_listener.close().await;
    app.database.close().await;
    tracing::info!("the desk is closed");
    ended.map(|()| ExitCode::SUCCESS)
}

fn file_storage(files: &Files) -> anyhow::Result<FileStorage> {
    let store = match &files.place {
        FilesPlace::Folder(folder) => Store::folder(folder),
        FilesPlace::Bucket(url) => Store::bucket(url),
    };
    Ok(FileStorage {
        store: store.context("files.url cannot be used")?,
        rules: files.rules.clone(),
    })
}

/// Tells every part to stop at SIGTERM and Ctrl-C.
async fn listen(stop: watch::Sender<bool>) {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals cannot be received; kill the process to stop it");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("told to stop");
    stop.send_replace(true);
}

/// The courier's rate limits and retries, as configured.
fn delivery(loaded: &Loaded) -> DeliverySettings {
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
    DeliverySettings { limits, patience }
}

/// The budgets of persons and chats, as configured.
fn budget(loaded: &Loaded) -> Budget {
    let budget = loaded.config.budget;
    let allowance = |at_once, per_minute| Allowance { at_once, per_minute };
    Budget {
        person: allowance(budget.person_at_once, budget.person_per_minute),
        chat: allowance(budget.chat_at_once, budget.chat_per_minute),
    }
}

/// How long rows are kept, and how often old rows are deleted, in milliseconds.
struct RetentionSettings {
    ages: Ages,
    every: i64,
}

/// The retention, as configured.
fn retention(loaded: &Loaded) -> RetentionSettings {
    let Retention { inbox, texts, conversations, every } = loaded.config.retention;
    let ages = Ages {
        inbox: milliseconds(inbox),
        texts: milliseconds(texts),
        conversations: milliseconds(conversations),
    };
    RetentionSettings { ages, every: milliseconds(every) }
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
