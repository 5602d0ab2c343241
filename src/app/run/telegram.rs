//! Telegram's part of a running desk: reaching it, its menus, asking it for news or being called.

use std::{convert::Infallible, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use futures::{FutureExt, future::BoxFuture};
use tokio::sync::watch;

use super::{Line, Listen, tended};
use crate::{
    app::House,
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
        leases::{Leases, Term},
        stopped,
    },
};

/// The pauses between tries to reach the platform at the start.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What the adapter needs of the configuration; `None` without a token.
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

/// Where Telegram is to call the desk, if it is.
pub(super) fn webhook(telegram: &settings::Telegram) -> Option<Webhook> {
    let settings::Webhook { url, secret } = telegram.webhook.clone()?;
    Some(Webhook { url, secret })
}

/// Reaches Telegram and gives the line to it; `None` when told to stop meanwhile.
pub(super) async fn open(
    (house, leases): (&House, &Arc<Leases>),
    settings: TelegramSettings,
    webhook: Option<Webhook>,
    mut shutdown: Shutdown,
) -> anyhow::Result<Option<Line>> {
    let Some((telegram, identity)) = connect(&settings, &mut shutdown).await? else {
        return Ok(None);
    };
    let source = format!("telegram:{}", identity.id);
    let store = store(house.clone(), source.clone());
    let routes = webhook.as_ref().map(|webhook| {
        let store = store.clone();
        webhook.router(move |update| store(vec![update]))
    });
    let poller = Arc::new(Poller::new(&settings).context("no connection can be made")?);
    let (caller, leases, own) = (telegram.clone(), Arc::clone(leases), source.clone());
    let (desk, health) = (house.desk.clone(), house.health.clone());
    let listen: Listen = Box::new(move || {
        let refused = webhook.is_none().then(|| poller.refused());
        let keeper = keep_in_order(caller.clone(), desk.clone(), health.clone(), refused);
        let listening = match &webhook {
            Some(webhook) => be_called(caller.clone(), webhook.clone(), shutdown.clone()).boxed(),
            None => {
                let lease = (Arc::clone(&leases), own.clone());
                poll(Arc::clone(&poller), store.clone(), lease, shutdown.clone()).boxed()
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
    let channel = (ChannelKind::Telegram, Arc::new(telegram) as _);
    Ok(Some(Line { channel, source, receive, listen, routes }))
}

/// Registers what the platform shows of the bot, and looks after what could stop it, beside the
/// listening. A webhook of our own is set by the listening itself.
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
                tokio::join!(tended::check(&telegram, refused.clone()), show(&health, refused)).0
            }
            None => std::future::pending().await,
        }
    };
    tokio::join!(tended::register(&telegram, &menus, &desk), check).1
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

/// Keeps what Telegram told, however it came: the same update by both ways is one.
fn store(
    house: House,
    source: String,
) -> impl Fn(Vec<RawUpdate>) -> BoxFuture<'static, anyhow::Result<()>> + Clone + Send + Sync + 'static
{
    move |updates| {
        let house = house.clone();
        let batch: Vec<NewIncoming> = updates.into_iter().map(|u| incoming(&source, u)).collect();
        Box::pin(async move {
            handler::store(&house.database, &batch, house.clock.now(), &house.wake).await?;
            Ok(())
        })
    }
}

/// Asks for news for as long as it is this replica that does.
async fn poll(
    poller: Arc<Poller>,
    store: impl Fn(Vec<RawUpdate>) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync,
    (leases, source): (Arc<Leases>, String),
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    // Two that ask for a moment store nothing twice, so this needs no more than a lease.
    let ask = async |term: Term, stop| {
        let poller = poller.reporting_to(term.progress());
        Ok(poller.poll(&store, term.patience(), stop).await?)
    };
    leases.keep(&format!("poller:{source}"), shutdown, ask).await
}

/// Tells Telegram to call, again and again until it will, and waits for the end. The webhook
/// outlives the desk: what comes meanwhile waits at the platform, or is another replica's.
async fn be_called(
    telegram: Telegram,
    webhook: Webhook,
    mut shutdown: Shutdown,
) -> anyhow::Result<()> {
    let mut pause = FIRST_PAUSE;
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
                tracing::warn!(%error, ?pause, "Telegram was not told to call; trying again");
                let wait = pause;
                pause = (pause * 2).min(LONGEST_PAUSE);
                wait
            }
        };
        tokio::select! {
            () = stopped(&mut shutdown) => return Ok(()),
            () = tokio::time::sleep(wait) => {}
        }
    }
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
                tracing::warn!(%error, ?pause, "Telegram cannot be reached; trying again");
            }
        }
        tokio::select! {
            () = stopped(shutdown) => return Ok(None),
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
        }
    }
}

/// The menus that everybody sees: requesters' commands in private, technicians' in groups. Staff
/// get their own in their private chats.
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
