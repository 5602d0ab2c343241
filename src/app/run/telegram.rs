//! Telegram's part of a running desk: reaching it, its menus, listening to it.

use std::{sync::Arc, time::Duration};

use anyhow::Context;

use super::Line;
use crate::{
    app::House,
    channel::{
        MenuEntry,
        telegram::{
            self, BotIdentity, ConnectError, MenuScope, Poller, RawUpdate, ScopedMenu, Telegram,
            TelegramSettings,
        },
    },
    chat::{Desk, outgoing::Audience, view},
    config::settings,
    domain::{channel::ChannelKind, locale::Locale},
    service::inbox::NewIncoming,
    worker::{Shutdown, handler, stopped},
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

/// Reaches Telegram and gives the line to it; `None` when told to stop meanwhile.
pub(super) async fn open(
    house: &House,
    settings: TelegramSettings,
    mut shutdown: Shutdown,
) -> anyhow::Result<Option<Line>> {
    let Some((telegram, identity)) = connect(&settings, &mut shutdown).await? else {
        return Ok(None);
    };
    if let Err(error) = telegram.register_menus(&menus(&house.desk)).await {
        tracing::warn!(%error, "the command menus could not be registered");
    }
    let source = format!("telegram:{}", identity.id);
    let listen = Box::pin(poll(house.clone(), settings, source.clone(), shutdown));
    let receive = Box::new(move |raw: &str| {
        let raw = serde_json::from_str(raw).map_err(|_| "an update is no JSON".to_owned())?;
        telegram::receive(&raw, &identity).map_err(|error| error.to_string())
    });
    let channel = (ChannelKind::Telegram, Arc::new(telegram) as _);
    Ok(Some(Line { channel, source, receive, listen }))
}

async fn poll(
    house: House,
    settings: TelegramSettings,
    source: String,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let poller = Poller::new(&settings).context("no connection can be made")?;
    let (house, source) = (&house, source.as_str());
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
        let entry = |(name, help)| MenuEntry { name, help };
        view::help::menu(&desk.procedure, audience, locale)
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
