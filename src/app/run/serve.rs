//! The parts of a running desk, each under supervision. The workers serve all networks; a listener
//! and a sender belong to one. Networks are reached concurrently, and a network that refuses the
//! desk ends alone. Every replica of a desk handles events and fetches files; what only one replica
//! may do (poll a bot, send for it, sweep, report) runs under a lease. Deliberately absent: the
//! work itself (see `crate::worker`).

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::{anyhow, ensure};
use futures::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use sea_orm::Iterable;
use tokio::{sync::watch, task::JoinSet};

use super::{
    NetworkConnection, Read, RetentionSettings, budget, delivery, discord,
    http_listener::HttpListener, retention, telegram,
};
use crate::{
    app::{App, DeliverySettings},
    channel::{
        Channel,
        discord::DiscordSettings,
        telegram::{TelegramSettings, Webhook},
    },
    config::Loaded,
    domain::channel::ChannelKind,
    entity::inbox,
    progress::Progress,
    worker::{
        Shutdown,
        admission::Admission,
        health::{Health, Network},
        leases::Leases,
        stopped,
        supervise::{Ended, Supervisor},
        watchdog::Watchdog,
    },
};

/// The sweeper's lease.
const SWEEPER: &str = "sweeper";
/// The reporter's lease.
const REPORTER: &str = "reporter";

/// How long the parts may take to end.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(20);
/// A worker without a lease reports progress for the first time within this time.
const FIRST_REPORT: Duration = Duration::from_secs(60);

pub(super) enum Plan {
    Telegram(TelegramSettings, Option<Webhook>),
    Discord(DiscordSettings),
}

impl Plan {
    fn kind(&self) -> ChannelKind {
        match self {
            Self::Telegram(..) => ChannelKind::Telegram,
            Self::Discord(_) => ChannelKind::Discord,
        }
    }
}

pub(super) fn plans(loaded: &Loaded, health: &Health) -> anyhow::Result<Vec<Plan>> {
    let mut plans = Vec::new();
    if let Some(settings) = telegram::settings(&loaded.config.telegram)? {
        plans.push(Plan::Telegram(settings, telegram::webhook(&loaded.config.telegram)));
    }
    if let Some(settings) = discord::settings(&loaded.config.discord)? {
        plans.push(Plan::Discord(settings));
    }
    ensure!(!plans.is_empty(), "there is no token; see the README");
    for plan in &plans {
        health.set_network(plan.kind().as_str(), Network::Connecting);
    }
    Ok(plans)
}

/// A part that ended.
enum Part {
    Worker(Result<(), Ended>),
    Listener(ChannelKind, Result<(), Ended>),
}

/// The channels of the reached networks.
type Channels = HashMap<ChannelKind, Arc<dyn Channel>>;

/// A running desk.
pub(super) struct RunningApp<'d> {
    app: &'d App,
    leases: Arc<Leases>,
    health: Health,
    loaded: &'d Loaded,
    delivery: DeliverySettings,
    /// Reads events, by the source of their row.
    readers: Arc<RwLock<HashMap<String, Read>>>,
    channels: watch::Sender<Channels>,
    parts: JoinSet<Part>,
    /// Ends the parts of one network.
    stops: HashMap<ChannelKind, watch::Sender<bool>>,
    /// The reasons of the networks that refused the desk.
    refused: Vec<anyhow::Error>,
}

impl<'d> RunningApp<'d> {
    pub(super) fn new(app: &'d App, leases: Arc<Leases>, loaded: &'d Loaded) -> Self {
        Self {
            app,
            leases,
            health: app.health.clone(),
            loaded,
            delivery: delivery(loaded),
            readers: Arc::default(),
            channels: watch::Sender::new(Channels::new()),
            parts: JoinSet::new(),
            stops: HashMap::new(),
            refused: Vec::new(),
        }
    }

    /// Runs every part until the desk is told to stop, every network has refused it, or a worker is
    /// given up.
    pub(super) async fn serve(
        mut self,
        plans: Vec<Plan>,
        http_listener: &HttpListener,
        stop: &watch::Sender<bool>,
    ) -> anyhow::Result<()> {
        let mut shutdown = stop.subscribe();
        let networks = plans.len();
        self.work(&shutdown);
        let mut opening = FuturesUnordered::new();
        for plan in plans {
            let (end, ending) = watch::channel(false);
            self.stops.insert(plan.kind(), end);
            opening.push(self.open(plan, ending));
        }
        let mut ended = Ok(());
        while ended.is_ok() {
            tokio::select! {
                () = stopped(&mut shutdown) => break,
                Some((kind, opened)) = opening.next() => match opened {
                    Ok(Some(connection)) => self.opened(connection, http_listener),
                    Ok(None) => {}
                    Err(error) => self.refused(kind, error),
                },
                Some(part) = self.parts.join_next() => match part {
                    Ok(Part::Listener(kind, Err(Ended::Failed(error)))) => self.refused(kind, error),
                    Ok(Part::Listener(_, ended_so) | Part::Worker(ended_so)) => {
                        ended = ended_so.map_err(anyhow::Error::from);
                    }
                    Err(error) => ended = Err(error.into()),
                },
            }
            if self.refused.len() == networks {
                ended = Err(all(std::mem::take(&mut self.refused)));
            }
        }
        if let Err(error) = &ended {
            tracing::error!("the desk ends: {error:#}");
        }
        stop.send_replace(true);
        for stop in self.stops.values() {
            stop.send_replace(true);
        }
        drop(opening);
        self.end().await;
        ended
    }

    /// Waits for every part, for a limited time.
    async fn end(&mut self) {
        let ending = async {
            while let Some(part) = self.parts.join_next().await {
                let part = part.map(|(Part::Worker(ended) | Part::Listener(_, ended))| ended);
                match part {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::error!("a worker failed at the end: {error:#}"),
                    Err(error) => tracing::error!("a worker failed at the end: {error:#}"),
                }
            }
        };
        if tokio::time::timeout(SHUTDOWN_LIMIT, ending).await.is_err() {
            tracing::warn!("a worker did not end in time");
        }
    }

    /// Tries to connect until the network answers; `None` when told to stop before.
    fn open(
        &self,
        plan: Plan,
        shutdown: Shutdown,
    ) -> BoxFuture<'d, (ChannelKind, anyhow::Result<Option<NetworkConnection>>)> {
        let app = self.app;
        let leases = Arc::clone(&self.leases);
        let loaded = self.loaded;
        let kind = plan.kind();
        Box::pin(async move {
            let opened = match plan {
                Plan::Telegram(settings, webhook) => {
                    telegram::open(app, &leases, settings, webhook, shutdown).await
                }
                Plan::Discord(settings) => {
                    discord::open(app, &leases, settings, &loaded.config, shutdown).await
                }
            };
            (kind, opened)
        })
    }

    /// A network was reached: listens to it, and sends the messages that wait for it.
    fn opened(&mut self, connection: NetworkConnection, http_listener: &HttpListener) {
        let NetworkConnection { network: kind, channel, source, receive, listen, routes } =
            connection;
        self.readers.write().unwrap_or_else(PoisonError::into_inner).insert(source, receive);
        if let Some(routes) = routes {
            http_listener.reached(routes);
        }
        self.health.set_network(kind.as_str(), Network::Open);
        self.channels.send_modify(|channels| {
            channels.insert(kind, Arc::clone(&channel));
        });
        self.app.wake.inbox.notify_one();
        tracing::info!(
            network = kind.as_str(),
            procedure = %self.app.desk.procedure.id,
            "the desk is open"
        );
        let Some(stop) = self.stops.get(&kind) else { return };
        let listening = stop.subscribe();
        let sending = stop.subscribe();
        let listener = self.supervisor(&format!("listener:{}", kind.as_str()), None, &listening);
        self.parts.spawn(async move {
            Part::Listener(kind, listener.run(async |_| listen().await).await)
        });
        self.send(kind, Channels::from([(kind, channel)]), &sending);
    }

    /// A network refuses the desk: its parts end, and its messages stay in the outbox.
    fn refused(&mut self, kind: ChannelKind, error: anyhow::Error) {
        let network = kind.as_str();
        tracing::error!(
            network,
            "the desk goes on without this network until it is started again: {error:#}"
        );
        self.health.set_network(network, Network::Refused);
        if let Some(stop) = self.stops.get(&kind) {
            stop.send_replace(true);
        }
        self.refused.push(error);
    }

    fn supervisor(
        &self,
        name: &str,
        first_report: Option<Duration>,
        shutdown: &Shutdown,
    ) -> Supervisor {
        let name = name.to_owned();
        let health = self.health.clone();
        let shutdown = shutdown.clone();
        Supervisor { name, health, first_report, shutdown }
    }

    /// Starts the sender of a network.
    fn send(&mut self, kind: ChannelKind, channels: Channels, shutdown: &Shutdown) {
        let courier = Arc::new(self.app.courier(channels, self.delivery));
        let name = format!("sender:{}", kind.as_str());
        let supervisor = self.supervisor(&name, None, shutdown);
        let leases = Arc::clone(&self.leases);
        let stop = shutdown.clone();
        self.parts.spawn(async move {
            let send = async |tenure, stop| {
                courier.run(Some(kind), tenure, stop).await;
                Ok(())
            };
            let keep = async |_| leases.keep(&name, stop.clone(), send).await;
            Part::Worker(supervisor.run(keep).await)
        });
    }

    /// Starts the parts that need no connection to a network.
    fn work(&mut self, shutdown: &Shutdown) {
        let mut handler = self.app.handler(self.receive());
        handler.admission = Admission::new(budget(self.loaded));
        let health = self.health.clone();
        handler.unready = Box::new(move |source| {
            source.split(':').next().is_some_and(|network| health.is_shut(network))
        });
        let supervisor = self.supervisor("handler", Some(FIRST_REPORT), shutdown);
        let stop = shutdown.clone();
        self.parts.spawn(async move {
            let handle = async |progress| {
                handler.run_watched(progress, stop.clone()).await;
                Ok(())
            };
            Part::Worker(supervisor.run(handle).await)
        });

        let supervisor = self.supervisor("fetcher", Some(FIRST_REPORT), shutdown);
        let stop = shutdown.clone();
        let fetching = Fetching {
            app: self.app.clone(),
            delivery: self.delivery,
            channels: self.channels.subscribe(),
        };
        self.parts.spawn(async move {
            let fetch = async |progress| {
                fetching.run(progress, stop.clone()).await;
                Ok(())
            };
            Part::Worker(supervisor.run(fetch).await)
        });

        // Messages on a network without a token have to be given up by a courier too.
        for channel in ChannelKind::iter() {
            let with_token = self.health.is_shut(channel.as_str());
            if !with_token {
                self.send(channel, Channels::new(), shutdown);
            }
        }

        let mut sweeper = self.app.sweeper();
        let RetentionSettings { ages, every } = retention(self.loaded);
        sweeper.pruner.ages = ages;
        sweeper.pruner.every = every;
        let every = self.loaded.config.sweep_every;
        let supervisor = self.supervisor(SWEEPER, None, shutdown);
        let leases = Arc::clone(&self.leases);
        let stop = shutdown.clone();
        self.parts.spawn(async move {
            let sweep = async |tenure, stop| {
                sweeper.run(every, tenure, stop).await;
                Ok(())
            };
            let keep = async |_| leases.keep(SWEEPER, stop.clone(), sweep).await;
            Part::Worker(supervisor.run(keep).await)
        });

        let reporter = self.app.reporter();
        let supervisor = self.supervisor(REPORTER, None, shutdown);
        let leases = Arc::clone(&self.leases);
        let stop = shutdown.clone();
        self.parts.spawn(async move {
            let report = async |tenure, stop| {
                reporter.run(every, tenure, stop).await;
                Ok(())
            };
            let keep = async |_| leases.keep(REPORTER, stop.clone(), report).await;
            Part::Worker(supervisor.run(keep).await)
        });

        let supervisor = self.supervisor("leases", None, shutdown);
        let leases = Arc::clone(&self.leases);
        let stop = shutdown.clone();
        self.parts.spawn(async move {
            let renew = async |_| {
                leases.run(stop.clone()).await;
                Ok(())
            };
            Part::Worker(supervisor.run(renew).await)
        });

        let App { database, clock, .. } = self.app.clone();
        let watchdog = Watchdog { database, clock, health: self.health.clone() };
        let supervisor = self.supervisor("watchdog", Some(FIRST_REPORT), shutdown);
        let stop = shutdown.clone();
        self.parts.spawn(async move {
            let watch = async |progress| Ok(watchdog.run(progress, stop.clone()).await?);
            Part::Worker(supervisor.run(watch).await)
        });
    }

    /// Reads a row of the inbox by its source.
    fn receive(&self) -> crate::worker::handler::Receive {
        let readers = Arc::clone(&self.readers);
        Box::new(move |row: &inbox::Model| {
            let readers = readers.read().unwrap_or_else(PoisonError::into_inner);
            match readers.get(&row.source) {
                Some(read) => read(&row.raw),
                None => Err(format!("no network of this desk has the source {}", row.source)),
            }
        })
    }
}

/// Fetches files from the networks that were reached so far.
struct Fetching {
    app: App,
    delivery: DeliverySettings,
    channels: watch::Receiver<Channels>,
}

impl Fetching {
    async fn run(&self, progress: Progress, mut shutdown: Shutdown) {
        let mut channels = self.channels.clone();
        loop {
            let reached = channels.borrow_and_update().clone();
            let unreached = ChannelKind::iter()
                .filter(|kind| {
                    self.app.health.is_shut(kind.as_str()) && !reached.contains_key(kind)
                })
                .collect();
            let Some(fetcher) = self.app.fetcher(reached, unreached, self.delivery) else {
                return;
            };
            let (end, ending) = watch::channel(false);
            let mut fetching = pin!(fetcher.run_watched(progress.clone(), ending));
            tokio::select! {
                () = &mut fetching => return,
                () = stopped(&mut shutdown) => {
                    end.send_replace(true);
                    return fetching.await;
                }
                // Another network was reached.
                Ok(()) = channels.changed() => {
                    end.send_replace(true);
                    fetching.await;
                }
            }
        }
    }
}

/// The error of a desk without any network.
fn all(refused: Vec<anyhow::Error>) -> anyhow::Error {
    let mut refused = refused.into_iter();
    match (refused.next(), refused.next()) {
        (Some(only), None) => only,
        (first, second) => {
            let reasons: Vec<String> = first
                .into_iter()
                .chain(second)
                .chain(refused)
                .map(|why| format!("{why:#}"))
                .collect();
            anyhow!("no network is left: {}", reasons.join("; "))
        }
    }
}
