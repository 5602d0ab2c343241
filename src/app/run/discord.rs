//! Discord's part of a running desk: reaching it, its commands, listening to it, fetching what was
//! missed, and suggesting to somebody who types a command what it takes.

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
    Line, Listen, found::Finder, permitted::Permitted, registering::Registrar, shards::Ears,
    watched,
};
use crate::{
    app::House,
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
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What the adapter needs of the configuration; `None` without a token.
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

/// Reaches Discord and gives the line to it; `None` when told to stop meanwhile.
pub(super) async fn open(
    (house, leases): (&House, &Arc<Leases>),
    settings: DiscordSettings,
    config: &Config,
    mut shutdown: Shutdown,
) -> anyhow::Result<Option<Line>> {
    let Some((discord, identity)) = connect(&settings, &mut shutdown).await? else {
        return Ok(None);
    };
    let source = format!("discord:{}", identity.user_id);
    let content = config.discord.message_content;
    let discord = discord.overhearing(content);
    let gateway = Gateway::new(&settings, discord.http().clone(), content);
    let (server, servers) = mpsc::unbounded_channel();
    let told = move |id| {
        // Without its other end the desk is closing.
        let _ = server.send(id);
    };
    let intake = Arc::new(Intake { server: Box::new(told), ..intake(house, &discord, &source) });
    let listed = commands::of(&house.desk.procedure).collect();
    let name = format!("permissions:{source}");
    let permitted = Permitted { house: house.clone(), discord: discord.clone(), name };
    let servers = Mutex::new(servers);
    let registrar = Registrar { discord: discord.clone(), listed, servers };
    let routes = endpoint(config, house, &intake)?;
    let ears = Arc::new(Ears { gateway, intake, family: format!("listener:{source}:") });
    let (leases, interactions) = (Arc::clone(leases), Arc::clone(discord.interactions()));
    let (registrar, permitted) = (Arc::new(registrar), Arc::new(permitted));
    let listen: Listen = Box::new(move || {
        let (ears, leases) = (Arc::clone(&ears), Arc::clone(&leases));
        let (registrar, permitted) = (Arc::clone(&registrar), Arc::clone(&permitted));
        let (interactions, shutdown) = (Arc::clone(&interactions), shutdown.clone());
        Box::pin(async move {
            // In the listener's own task: a panic of either reaches its supervisor.
            let beside = async {
                tokio::join!(
                    registrar.run(shutdown.clone()),
                    permitted.run(Arc::clone(&leases), shutdown.clone())
                );
                std::future::pending::<()>().await;
            };
            let ended = tokio::select! {
                ended = ears.listen(&leases, shutdown.clone()) => ended,
                () = interactions.keep_closing() => unreachable!("it goes on for ever"),
                () = beside => unreachable!("it waits for ever at its end"),
            };
            interactions.defer_all().await;
            ended
        })
    });
    let receive = Box::new(move |raw: &str| {
        receive(&raw_json::read(raw)?, &identity).map_err(|error| error.to_string())
    });
    let channel = (ChannelKind::Discord, Arc::new(discord) as _);
    Ok(Some(Line { channel, source, receive, listen, routes }))
}

/// Where Discord sends interactions over HTTP, if the operator gave the application's public key.
fn endpoint(
    config: &Config,
    house: &House,
    intake: &Arc<Intake>,
) -> anyhow::Result<Option<Router>> {
    let Some(key) = &config.discord.public_key else { return Ok(None) };
    let clock = Arc::clone(&house.clock);
    let now = move || clock.now().0 / SECOND;
    Ok(Some(Endpoint::new(key, Arc::clone(intake), now)?.router()))
}

/// Where everything that Discord tells goes.
pub fn intake(house: &House, discord: &Discord, source: &str) -> Intake {
    let keep = {
        let (house, source) = (house.clone(), source.to_owned());
        move |events: Vec<RawEvent>| {
            let (house, source) = (house.clone(), source.clone());
            async move {
                let row = |event| incoming(&source, event);
                let batch: Vec<NewIncoming> = events.into_iter().map(row).collect();
                handler::store(&house.database, &batch, house.clock.now(), &house.wake).await?;
                Ok(())
            }
        }
    };
    let interactions = Arc::clone(discord.interactions());
    let arrived = move |token| interactions.arrived(token, Instant::now());
    let (typing, http) = (house.clone(), Arc::clone(discord.http()));
    let suggest = move |suggesting: Suggesting| {
        let (house, http) = (typing.clone(), Arc::clone(&http));
        tokio::spawn(async move { offer(&house, &http, &suggesting).await });
    };
    let (finder, search) = Finder::new(source, house.clock.now());
    let mut searching = JoinSet::new();
    searching.spawn(search.run(house.clone(), Arc::clone(discord.http()), keep.clone()));
    let opening = finder.clone();
    discord.on_opened(move |opened| opening.opened(&opened));
    let (missing, http) = (house.clone(), Arc::clone(discord.http()));
    let (source, fetched, covering) = (source.to_owned(), keep.clone(), finder.clone());
    let ready = move |shard: Shard, nothing_missed: bool| {
        let (house, http) = (missing.clone(), Arc::clone(&http));
        let (source, keep, finder) = (source.clone(), fetched.clone(), covering.clone());
        Box::pin(async move {
            if nothing_missed {
                return;
            }
            let now = house.clock.now();
            let watched = watched::chats((&house, &http), &source, shard).await;
            finder.covered(&watched, now);
            let messages = backfill::fill(&http, &watched, keep).await;
            let channels = watched.len();
            tracing::info!(%shard, channels, messages, "what was missed was fetched");
        }) as _
    };
    Intake {
        store: Box::new(move |events| {
            // The search ends with the intake that holds it.
            let _ = &searching;
            let (finder, told, stored) = (finder.clone(), events.clone(), keep(events));
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

/// A row of the inbox for what the platform told.
fn incoming(source: &str, event: RawEvent) -> NewIncoming {
    NewIncoming {
        source: source.to_owned(),
        external_key: event.key,
        lane: format!("{source}:{}", event.lane),
        raw: event.raw,
    }
}

/// Offers somebody who types what a command takes what they may see of it.
async fn offer(house: &House, http: &Http, suggesting: &Suggesting) {
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
    let offered = suggest::suggestions(house.database.reader(), &house.desk, typing).await;
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

/// Reaches the platform, again and again until it answers; `None` when told to stop meanwhile.
async fn connect(
    settings: &DiscordSettings,
    shutdown: &mut Shutdown,
) -> anyhow::Result<Option<(Discord, DiscordIdentity)>> {
    let mut pause = FIRST_PAUSE;
    loop {
        match discord::connect(settings).await {
            Ok(connected) => return Ok(Some(connected)),
            Err(error @ (ConnectError::Token | ConnectError::Client(_))) => {
                return Err(error.into());
            }
            Err(error) => {
                tracing::warn!(%error, ?pause, "Discord cannot be reached; trying again");
            }
        }
        tokio::select! {
            () = stopped(shutdown) => return Ok(None),
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
        }
    }
}
