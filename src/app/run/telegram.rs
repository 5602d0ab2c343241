//! Telegram's part of a running desk: the connection, the command menus, and polling or the
//! webhook. Deliberately absent: wire formats (see `crate::channel::telegram`).

use std::{convert::Infallible, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use futures::{FutureExt, future::BoxFuture};
use tokio::sync::watch;

use super::{Listen, NetworkConnection, telegram_upkeep};
use crate::{
    app::App,
    backoff::Backoff,
    channel::{
        MenuEntry, SendError, raw_json,
        telegram::{
            self, BotIdentity, ConnectError, MenuScope, Poller, RawUpdate, ScopedMenu, Telegram,
            TelegramSettings, Webhook,
        },
    },
    chat::{
        Desk, commands,
        outgoing::Audience,
        view::{self, help::MenuLine},
    },
    config::settings,
    domain::{channel::ChannelKind, locale::Locale},
    service::inbox::NewIncoming,
    worker::{
        Shutdown, handler,
        health::{Health, Network},
        leases::{Leases, Tenure},
        stopped,
    },
};

/// The pauses between tries to reach the platform at the start.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));

/// The adapter's settings; `None` without a token.
pub(in crate::app) fn settings(
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

/// The webhook that Telegram is to call, if one is configured.
pub(super) fn webhook(telegram: &settings::Telegram) -> Option<Webhook> {
    let settings::Webhook { url, secret } = telegram.webhook.clone()?;
    Some(Webhook { url, secret })
}

/// Connects to Telegram; `None` when told to stop before.
pub(super) async fn open(
    app: &App,
    leases: &Arc<Leases>,
    settings: TelegramSettings,
    webhook: Option<Webhook>,
    mut shutdown: Shutdown,
) -> anyhow::Result<Option<NetworkConnection>> {
    let Some((telegram, identity)) = connect(&settings, &mut shutdown).await? else {
        return Ok(None);
    };
    let source = format!("telegram:{}", identity.id);
    let store = store(app.clone(), source.clone());
    let routes = webhook.as_ref().map(|webhook| {
        let store = store.clone();
        webhook.router(move |update| store(vec![update]))
    });
    let poller = Arc::new(Poller::new(&settings).context("no connection can be made")?);
    let caller = telegram.clone();
    let leases = Arc::clone(leases);
    let own = source.clone();
    let desk = app.desk.clone();
    let health = app.health.clone();
    let listen: Listen = Box::new(move || {
        let refused = webhook.is_none().then(|| poller.refused());
        let keeper = keep_in_order(caller.clone(), desk.clone(), health.clone(), refused);
        let listening = match &webhook {
            Some(webhook) => be_called(caller.clone(), webhook.clone(), shutdown.clone()).boxed(),
            None => {
                let lease = format!("poller:{own}");
                let leases = Arc::clone(&leases);
                poll(Arc::clone(&poller), store.clone(), leases, lease, shutdown.clone()).boxed()
            }
        };
        async move {
            tokio::select! {
                ended = listening => ended,
                never = keeper => match never {},
            }
        }
        .boxed()
    });
    let receive = Box::new(move |raw: &str| {
        telegram::receive(&raw_json::read(raw)?, &identity).map_err(|error| error.to_string())
    });
    Ok(Some(NetworkConnection {
        network: ChannelKind::Telegram,
        channel: Arc::new(telegram),
        source,
        receive,
        listen,
        routes,
    }))
}

/// Registers menus and profile, and checks what could stop the listener, while it runs. The
/// listener itself sets the desk's own webhook.
async fn keep_in_order(
    telegram: Telegram,
    desk: Desk,
    health: Health,
    refused: Option<watch::Receiver<bool>>,
) -> Infallible {
    let menus = menus(&desk);
    let check = async {
        match refused {
            Some(refused) => {
                tokio::join!(
                    telegram_upkeep::check(&telegram, refused.clone()),
                    show(&health, refused)
                )
                .0
            }
            None => std::future::pending().await,
        }
    };
    tokio::join!(telegram_upkeep::register(&telegram, &menus, &desk), check).1
}

/// Shows in the desk's health whether polling is refused.
async fn show(health: &Health, mut refused: watch::Receiver<bool>) {
    loop {
        let state = if *refused.borrow_and_update() { Network::Refused } else { Network::Open };
        health.set_network("telegram:polling", state);
        if refused.changed().await.is_err() {
            return;
        }
    }
}

/// Stores updates; an update that arrives twice, by poll and by webhook, is stored once.
fn store(
    app: App,
    source: String,
) -> impl Fn(Vec<RawUpdate>) -> BoxFuture<'static, anyhow::Result<()>> + Clone + Send + Sync + 'static
{
    move |updates| {
        let app = app.clone();
        let batch: Vec<NewIncoming> = updates.into_iter().map(|u| incoming(&source, u)).collect();
        Box::pin(async move {
            handler::store(&app.database, &batch, app.clock.now(), &app.wake).await?;
            Ok(())
        })
    }
}

/// Polls for as long as this replica holds the lease.
async fn poll(
    poller: Arc<Poller>,
    store: impl Fn(Vec<RawUpdate>) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync,
    leases: Arc<Leases>,
    lease: String,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    // Two replicas that poll for a moment store nothing twice, so a lease is enough and needs no
    // fencing token.
    let ask = async |tenure: Tenure, stop| {
        let poller = poller.reporting_to(tenure.progress());
        Ok(poller.poll(&store, tenure.patience(), stop).await?)
    };
    leases.keep(&lease, shutdown, ask).await
}

/// Sets the webhook, with retries, and waits for the end. The webhook outlives the desk: until the
/// next start, updates wait at the platform, or another replica receives them.
async fn be_called(
    telegram: Telegram,
    webhook: Webhook,
    mut shutdown: Shutdown,
) -> anyhow::Result<()> {
    let mut failures = BACKOFF.counter();
    loop {
        let wait = match telegram.set_webhook(&webhook).await {
            Ok(()) => {
                tracing::info!(host = webhook.url.host_str(), "Telegram calls the webhook");
                stopped(&mut shutdown).await;
                return Ok(());
            }
            Err(SendError::RetryAfter(wait)) => wait,
            Err(SendError::Refused(why)) => {
                bail!(
                    "Telegram will not call telegram.webhook_url ({why}): see that its host can be \
                     found from outside and its certificate is good, or leave it out to poll"
                );
            }
            Err(error) => {
                let pause = failures.failed();
                tracing::warn!(%error, ?pause, "the webhook could not be set; trying again");
                pause
            }
        };
        tokio::select! {
            () = stopped(&mut shutdown) => return Ok(()),
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// The inbox row of an update.
fn incoming(source: &str, update: RawUpdate) -> NewIncoming {
    NewIncoming {
        source: source.to_owned(),
        external_key: update.update_id.to_string(),
        lane: format!("{source}:{}", update.lane),
        raw: update.raw,
    }
}

/// Tries to connect until the platform answers; `None` when told to stop before.
async fn connect(
    settings: &TelegramSettings,
    shutdown: &mut Shutdown,
) -> anyhow::Result<Option<(Telegram, BotIdentity)>> {
    let mut failures = BACKOFF.counter();
    loop {
        let pause = match telegram::connect(settings).await {
            Ok(connected) => return Ok(Some(connected)),
            Err(error @ (ConnectError::Token | ConnectError::Client(_))) => {
                return Err(error.into());
            }
            Err(error) => {
                let pause = failures.failed();
                tracing::warn!(%error, ?pause, "Telegram cannot be reached; trying again");
                pause
            }
        };
        tokio::select! {
            () = stopped(shutdown) => return Ok(None),
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// The menus that are the same for all: requesters' commands in private chats, technicians' in
/// groups. Staff get their own menus in their private chats.
fn menus(desk: &Desk) -> Vec<ScopedMenu<'static>> {
    let entries = |audience, locale| {
        let entry = |line: MenuLine| MenuEntry { name: line.name, help: line.help };
        view::help::menu(commands::of(&desk.procedure), audience, locale)
            .into_iter()
            .map(entry)
            .collect::<Vec<_>>()
    };
    let mut menus = Vec::new();
    for (scope, audience) in [
        (MenuScope::AllPrivateChats, Audience::Requester),
        (MenuScope::AllGroupChats, Audience::Technician),
    ] {
        menus.push(ScopedMenu { scope, language: None, entries: entries(audience, desk.locale) });
        for locale in Locale::ALL {
            let language = Some(locale.as_str());
            menus.push(ScopedMenu { scope, language, entries: entries(audience, locale) });
        }
    }
    menus
}
