//! `mesabot`: every channel that has a token, until SIGTERM or Ctrl-C.

use std::{collections::HashMap, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};

use super::{House, Manners, desk};
use crate::{
    channel::{
        Channel, MenuEntry,
        telegram::{
            self, BotIdentity, ConnectError, MenuScope, Poller, RawUpdate, ScopedMenu, Telegram,
            TelegramSettings,
        },
    },
    chat::{outgoing::Audience, view},
    clock::SystemClock,
    config::{
        Loaded,
        settings::{self, Courier, Pacing},
    },
    domain::{channel::ChannelKind, locale::Locale},
    service::inbox::NewIncoming,
    worker::{Shutdown, delivery::Patience, handler, pacing::Limits, stopped},
};

/// How long the parts may take to end.
const FAREWELL: Duration = Duration::from_secs(15);
/// The pauses between tries to reach the platform at the start.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

pub(super) async fn run(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let settings = telegram_settings(&loaded.config.telegram)?
        .context("there is no token; see `telegram.token` in the README")?;
    let url = loaded.config.database.expose();
    let house = House::open(url, desk(loaded), Arc::new(SystemClock)).await?;
    let (stop, mut shutdown) = watch::channel(false);
    let signals = tokio::spawn(listen(stop.clone()));
    let Some((telegram, identity)) = connect(&settings, &mut shutdown).await? else {
        return Ok(ExitCode::SUCCESS);
    };
    tracing::info!(bot = identity.id, procedure = %house.desk.procedure.id, "the desk is open");
    let ended = serve(&house, (telegram, identity), (&settings, loaded), shutdown).await;
    stop.send_replace(true);
    signals.abort();
    house.database.close().await;
    tracing::info!("the desk is closed");
    ended.map(|()| ExitCode::SUCCESS)
}

/// Runs the workers and the poller until the desk is told to stop or the poller cannot go on.
async fn serve(
    house: &House,
    (telegram, identity): (Telegram, BotIdentity),
    (settings, loaded): (&TelegramSettings, &Loaded),
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    if let Err(error) = telegram.register_menus(&menus(house.desk.locale)).await {
        tracing::warn!(%error, "the command menus could not be registered");
    }
    let source = format!("telegram:{}", identity.id);
    let receive = Box::new(move |row: &crate::entity::inbox::Model| {
        let raw = serde_json::from_str(&row.raw).map_err(|_| "an update is no JSON".to_owned())?;
        telegram::receive(&raw, &identity).map_err(|error| error.to_string())
    });
    let channel: Arc<dyn Channel> = Arc::new(telegram);
    let channels = HashMap::from([(ChannelKind::Telegram, channel)]);
    let workers = Arc::new(house.workers(channels, receive, manners(loaded)));
    workers.courier.recover().await?;
    let mut loops = JoinSet::new();
    let (worker, stop) = (Arc::clone(&workers), shutdown.clone());
    loops.spawn(async move { worker.handler.run(stop).await });
    let (worker, stop) = (Arc::clone(&workers), shutdown.clone());
    loops.spawn(async move { worker.courier.run(stop).await });
    let (worker, stop, every) = (workers, shutdown.clone(), loaded.config.sweep_every);
    loops.spawn(async move { worker.sweeper.run(every, stop).await });
    let polled = poll(house, settings, (&source, shutdown.clone())).await;
    if polled.is_ok() {
        let ending = async { while loops.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, ending).await.is_err() {
            tracing::warn!("a worker did not end in time");
        }
    }
    polled
}

async fn poll(
    house: &House,
    settings: &TelegramSettings,
    (source, shutdown): (&str, Shutdown),
) -> anyhow::Result<()> {
    let poller = Poller::new(settings).context("no connection can be made")?;
    let store = |updates: Vec<RawUpdate>| async move {
        let batch: Vec<NewIncoming> = updates.into_iter().map(|u| incoming(source, u)).collect();
        handler::store(&house.database, &batch, house.clock.now(), &house.wake).await?;
        Ok(())
    };
    Ok(poller.poll(store, shutdown).await?)
}

/// A row of the inbox for what the platform told.
fn incoming(source: &str, update: RawUpdate) -> NewIncoming {
    NewIncoming {
        source: source.to_owned(),
        external_key: update.update_id.to_string(),
        lane: format!("{source}:{}", update.lane),
        raw: update.raw,
    }
}

/// Reaches the platform, again and again until it answers; `None` when told to stop meanwhile.
async fn connect(
    settings: &TelegramSettings,
    shutdown: &mut Shutdown,
) -> anyhow::Result<Option<(Telegram, BotIdentity)>> {
    let mut pause = FIRST_PAUSE;
    loop {
        match telegram::connect(settings).await {
            Ok(connected) => return Ok(Some(connected)),
            Err(error @ (ConnectError::Token | ConnectError::Client(_))) => {
                return Err(error.into());
            }
            Err(error) => {
                tracing::warn!(%error, ?pause, "Telegram cannot be reached; trying again")
            }
        }
        tokio::select! {
            () = stopped(shutdown) => return Ok(None),
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
        }
    }
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

/// What the adapter needs of the configuration; `None` without a token.
pub(super) fn telegram_settings(
    telegram: &settings::Telegram,
) -> anyhow::Result<Option<TelegramSettings>> {
    let Some(token) = telegram.token.clone() else { return Ok(None) };
    Ok(Some(TelegramSettings {
        token,
        api_url: telegram.api_url.parse().context("telegram.api_url is no address")?,
        poll_timeout: telegram.poll_timeout,
        request_timeout: telegram.request_timeout,
    }))
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
    let milliseconds = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    let patience = Patience {
        first: milliseconds(retry_first),
        longest: milliseconds(retry_longest),
        give_up: milliseconds(give_up_after),
    };
    Manners { limits, patience }
}

/// The menus that everybody sees: requesters' commands in private, technicians' in groups. Staff
/// get their own in their private chats.
fn menus(default: Locale) -> Vec<ScopedMenu<'static>> {
    let entries = |audience, locale| {
        let entry = |(name, help)| MenuEntry { name, help };
        view::help::menu(audience, locale).into_iter().map(entry).collect::<Vec<_>>()
    };
    let mut menus = Vec::new();
    for (scope, audience) in [
        (MenuScope::AllPrivateChats, Audience::Requester),
        (MenuScope::AllGroupChats, Audience::Technician),
    ] {
        menus.push(ScopedMenu { scope, language: None, entries: entries(audience, default) });
        for locale in Locale::ALL {
            let language = Some(locale.as_str());
            menus.push(ScopedMenu { scope, language, entries: entries(audience, locale) });
        }
    }
    menus
}
