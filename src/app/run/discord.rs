//! Discord's part of a running desk: the connection, its commands, the gateway, the messages missed
//! while the desk was away, and the suggestions while a person types a command. Deliberately
//! absent: wire formats (see `crate::channel::discord`).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use axum::Router;
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};

use super::{
    Listen, NetworkConnection, command_permissions::Permitted, command_registration::Registrar,
    found_chats::Finder, shards::ShardListener, watched_chats,
};
use crate::{
    app::App,
    backoff::Backoff,
    channel::{
        discord::{
            self, ConnectError, Discord, DiscordIdentity, DiscordSettings,
            autocomplete::{self, Choice, Fill, Suggesting},
            backfill,
            endpoint::Endpoint,
            gateway::{Gateway, Shard},
            http::Http,
            intake::{Intake, RawEvent},
            receive::receive,
        },
        raw_json,
    },
    chat::{
        catalogue::Parameter,
        commands,
        operation::ticket_number,
        suggest::{self, Suggestion, Typing},
    },
    config::settings::{self, Config},
    domain::{channel::ChannelKind, time::SECOND},
    service::inbox::NewIncoming,
    worker::{Shutdown, handler, leases::Leases, stopped},
};

/// The pauses between tries to reach the platform at the start.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));

/// The adapter's settings; `None` without a token.
pub(super) fn settings(discord: &settings::Discord) -> anyhow::Result<Option<DiscordSettings>> {
    let Some(token) = discord.token.clone() else { return Ok(None) };
    Ok(Some(DiscordSettings {
        token,
        api_url: discord.api_url.parse().context("discord.api_url is no address")?,
        guild_id: discord.guild_id,
        channel_id: discord.channel_id,
        staff_permission: discord.staff_permission,
        request_timeout: discord.request_timeout,
    }))
}

/// Connects to Discord; `None` when told to stop before.
pub(super) async fn open(
    app: &App,
    leases: &Arc<Leases>,
    settings: DiscordSettings,
    config: &Config,
    mut shutdown: Shutdown,
) -> anyhow::Result<Option<NetworkConnection>> {
    let Some((discord, identity)) = connect(&settings, &mut shutdown).await? else {
        return Ok(None);
    };
    let source = format!("discord:{}", identity.user_id);
    let content = config.discord.message_content;
    let discord = discord.overhearing(content);
    let gateway = Gateway::new(&settings, discord.http().clone(), content);
    let (server, servers) = mpsc::unbounded_channel();
    let told = move |id| {
        // When the receiver is gone the desk is closing.
        let _ = server.send(id);
    };
    let intake = Arc::new(Intake { server: Box::new(told), ..intake(app, &discord, &source) });
    let listed = commands::of(&app.desk.procedure).collect();
    let name = format!("permissions:{source}");
    let permitted = Permitted { app: app.clone(), discord: discord.clone(), name };
    let servers = Mutex::new(servers);
    let registrar = Registrar { discord: discord.clone(), listed, servers };
    let routes = endpoint(config, app, &intake)?;
    let shards = Arc::new(ShardListener { gateway, intake, family: format!("listener:{source}:") });
    let leases = Arc::clone(leases);
    let interactions = Arc::clone(discord.interactions());
    let registrar = Arc::new(registrar);
    let permitted = Arc::new(permitted);
    let listen: Listen = Box::new(move || {
        let shards = Arc::clone(&shards);
        let leases = Arc::clone(&leases);
        let registrar = Arc::clone(&registrar);
        let permitted = Arc::clone(&permitted);
        let interactions = Arc::clone(&interactions);
        let shutdown = shutdown.clone();
        Box::pin(async move {
            // In the listener's own task, so that a panic of either reaches the listener's
            // supervisor.
            let beside = async {
                tokio::join!(
                    registrar.run(shutdown.clone()),
                    permitted.run(Arc::clone(&leases), shutdown.clone())
                );
                std::future::pending::<()>().await;
            };
            let ended = tokio::select! {
                ended = shards.listen(&leases, shutdown.clone()) => ended,
                () = interactions.keep_closing() => unreachable!("it never ends"),
                () = beside => unreachable!("it never ends"),
            };
            interactions.defer_all().await;
            ended
        })
    });
    let receive = Box::new(move |raw: &str| {
        receive(&raw_json::read(raw)?, &identity).map_err(|error| error.to_string())
    });
    Ok(Some(NetworkConnection {
        network: ChannelKind::Discord,
        channel: Arc::new(discord),
        source,
        receive,
        listen,
        routes,
    }))
}

/// The route on which Discord posts interactions, if the operator configured the application's
/// public key.
fn endpoint(config: &Config, app: &App, intake: &Arc<Intake>) -> anyhow::Result<Option<Router>> {
    let Some(key) = &config.discord.public_key else { return Ok(None) };
    let clock = Arc::clone(&app.clock);
    let now = move || clock.now().0 / SECOND;
    Ok(Some(Endpoint::new(key, Arc::clone(intake), now)?.router()))
}

/// The destination of everything that Discord sends.
pub fn intake(app: &App, discord: &Discord, source: &str) -> Intake {
    let keep = {
        let app = app.clone();
        let source = source.to_owned();
        move |events: Vec<RawEvent>| {
            let app = app.clone();
            let source = source.clone();
            async move {
                let row = |event| incoming(&source, event);
                let batch: Vec<NewIncoming> = events.into_iter().map(row).collect();
                handler::store(&app.database, &batch, app.clock.now(), &app.wake).await?;
                Ok(())
            }
        }
    };
    let interactions = Arc::clone(discord.interactions());
    let arrived = move |token| interactions.arrived(token, Instant::now());
    let typing = app.clone();
    let http = Arc::clone(discord.http());
    let suggest = move |suggesting: Suggesting| {
        let app = typing.clone();
        let http = Arc::clone(&http);
        tokio::spawn(async move { offer(&app, &http, &suggesting).await });
    };
    let (finder, search) = Finder::new(source, app.clock.now());
    let mut searching = JoinSet::new();
    searching.spawn(search.run(app.clone(), Arc::clone(discord.http()), keep.clone()));
    let opening = finder.clone();
    discord.on_opened(move |opened| opening.opened(&opened));
    let missing = app.clone();
    let http = Arc::clone(discord.http());
    let source = source.to_owned();
    let fetched = keep.clone();
    let covering = finder.clone();
    let ready = move |shard: Shard, nothing_missed: bool| {
        let app = missing.clone();
        let http = Arc::clone(&http);
        let source = source.clone();
        let keep = fetched.clone();
        let finder = covering.clone();
        Box::pin(async move {
            if nothing_missed {
                return;
            }
            let now = app.clock.now();
            let watched = watched_chats::chats(&app, &http, &source, shard).await;
            finder.covered(&watched, now);
            let messages = backfill::fill(&http, &watched, keep).await;
            let channels = watched.len();
            tracing::info!(%shard, channels, messages, "missed messages were fetched");
        }) as _
    };
    Intake {
        store: Box::new(move |events| {
            // The search ends with the intake that owns it.
            let _ = &searching;
            let finder = finder.clone();
            let told = events.clone();
            let stored = keep(events);
            Box::pin(async move {
                stored.await?;
                finder.heard(&told);
                Ok(())
            })
        }),
        arrived: Box::new(arrived),
        suggest: Box::new(suggest),
        server: Box::new(|_| {}),
        ready: Box::new(ready),
    }
}

/// The inbox row of an event.
fn incoming(source: &str, event: RawEvent) -> NewIncoming {
    NewIncoming {
        source: source.to_owned(),
        external_key: event.key,
        lane: format!("{source}:{}", event.lane),
        raw: event.raw,
    }
}

/// Suggests values for the parameter that a person types, of those this person may see.
async fn offer(app: &App, http: &Http, suggesting: &Suggesting) {
    let ticket = Parameter::Ticket.name();
    let ticket = suggesting.given.iter().find(|(name, _)| name == ticket);
    let typing = Typing {
        account: (ChannelKind::Discord, &suggesting.user_id),
        language: suggesting.language.as_deref(),
        command: &suggesting.command,
        parameter: &suggesting.option,
        typed: &suggesting.partial,
        ticket: ticket.and_then(|(_, number)| ticket_number(number)),
    };
    let offered = suggest::suggestions(app.database.reader(), &app.desk, typing).await;
    let offered = offered.unwrap_or_else(|error| {
        tracing::warn!(%error, "nothing could be suggested");
        Vec::new()
    });
    let choice = |offered: Suggestion| Choice {
        label: offered.label,
        value: match offered.fill {
            suggest::Fill::Ticket(number) => Fill::Number(number.0),
            suggest::Fill::Name(name) => Fill::Text(name),
        },
    };
    let choices: Vec<Choice> = offered.into_iter().map(choice).collect();
    autocomplete::respond(http, suggesting, &choices).await;
}

/// Tries to connect until the platform answers; `None` when told to stop before.
async fn connect(
    settings: &DiscordSettings,
    shutdown: &mut Shutdown,
) -> anyhow::Result<Option<(Discord, DiscordIdentity)>> {
    let mut failures = BACKOFF.counter();
    loop {
        let pause = match discord::connect(settings).await {
            Ok(connected) => return Ok(Some(connected)),
            Err(error @ (ConnectError::Token | ConnectError::Client(_))) => {
                return Err(error.into());
            }
            Err(error) => {
                let pause = failures.failed();
                tracing::warn!(%error, ?pause, "Discord cannot be reached; trying again");
                pause
            }
        };
        tokio::select! {
            () = stopped(shutdown) => return Ok(None),
            () = tokio::time::sleep(pause) => {}
        }
    }
}
