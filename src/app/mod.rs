//! The composition root: the only module that knows every other one. It puts a desk together and
//! gives each part its lifetime. Deliberately absent: anything a part could do itself.

use std::{collections::HashMap, sync::Arc};

use anyhow::Context;

use crate::{
    channel::Channel,
    chat::Desk,
    clock::SharedClock,
    config::Loaded,
    domain::{channel::ChannelKind, file::FileRules},
    migrations::Migrator,
    service::{
        database::{Database, DatabaseError, FileLoss},
        editions,
    },
    store::Store,
    worker::{
        Wake,
        admission::Admission,
        courier::Courier,
        delivery::Patience,
        fetcher::Fetcher,
        handler::{Handler, Pass, Receive},
        health::Health,
        monthly::Monthly,
        pacing::Limits,
        reporter::Reporter,
        retention::Pruner,
        sweep::{Sweeper, postpone::Postponer},
    },
};

mod backup;
mod calendar;
mod changes;
mod chats;
pub mod cli;
pub mod console;
mod dead_letter_list;
mod inbox;
mod invite;
mod logging;
mod outbox;
mod people;
mod report;
pub mod run;
mod simulate;
mod staffing;

/// What all parts of a desk share.
#[derive(Clone)]
pub struct App {
    pub database: Database,
    /// The procedure and the language of the desk.
    pub desk: Desk,
    pub clock: SharedClock,
    pub wake: Arc<Wake>,
    /// Where files are kept; `None` where the desk takes no files.
    pub files: Option<FileStorage>,
    /// Shows the state of the parts.
    pub health: Health,
}

/// Where and which files are kept.
#[derive(Debug, Clone)]
pub struct FileStorage {
    pub store: Store,
    pub rules: FileRules,
}

/// How fast the courier sends and when it retries.
#[derive(Debug, Clone, Copy)]
pub struct DeliverySettings {
    pub limits: Limits,
    pub patience: Patience,
}

pub struct Workers {
    /// The inbox.
    pub handler: Handler,
    /// The outbox.
    pub courier: Courier,
    /// Due tickets, promises and visits.
    pub sweeper: Sweeper,
    /// Reports.
    pub reporter: Reporter,
    /// Files; `None` where none are kept.
    pub fetcher: Option<Fetcher>,
}

impl App {
    /// Opens the database, brings its schema up to date, and records the procedure in it.
    ///
    /// # Errors
    /// When the database cannot be opened, migrated or written.
    pub async fn open(url: &str, desk: Desk, clock: SharedClock) -> anyhow::Result<Self> {
        let database = Database::open(url).await.context("the database cannot be opened")?;
        let migrated = database.migrate::<Migrator>().await;
        if migrated.as_ref().is_err_and(DatabaseError::is_damage) {
            return Err(FileLoss::Damaged).context("the schema cannot be brought up to date");
        }
        migrated.context("the schema cannot be brought up to date")?;
        let procedure = &desk.procedure;
        let now = clock.now();
        database
            .write(|tx| Box::pin(async move { editions::keep(tx, procedure, now).await }))
            .await
            .context("the procedure cannot be kept")?;
        let wake = Arc::default();
        let health = Health::default();
        Ok(Self { database, desk, clock, wake, files: None, health })
    }

    /// The same desk, which takes files.
    pub fn with_files(self, files: FileStorage) -> Self {
        Self { files: Some(files), ..self }
    }

    /// The workers for these channels.
    pub fn workers(
        &self,
        channels: HashMap<ChannelKind, Arc<dyn Channel>>,
        receive: Receive,
        delivery: DeliverySettings,
    ) -> Workers {
        Workers {
            fetcher: self.fetcher(channels.clone(), Vec::new(), delivery),
            handler: self.handler(receive),
            sweeper: self.sweeper(),
            reporter: self.reporter(),
            courier: self.courier(channels, delivery),
        }
    }

    fn handler(&self, receive: Receive) -> Handler {
        let App { database, desk, clock, wake, .. } = self.clone();
        let admission = Admission::default();
        let unready = Box::new(|_: &str| false);
        Handler { database, desk, clock, receive, wake, admission, unready }
    }

    fn sweeper(&self) -> Sweeper {
        let App { database, desk, clock, wake, .. } = self.clone();
        let pruner = Pruner::new(run::watched_chats::bare);
        let postponer = Postponer::default();
        Sweeper { database, desk, clock, wake, pruner, postponer }
    }

    fn reporter(&self) -> Reporter {
        let App { database, desk, clock, wake, files, .. } = self.clone();
        let monthly = Monthly::new(files.map(|files| files.store));
        Reporter { database, desk, clock, wake, monthly }
    }

    fn courier(
        &self,
        channels: HashMap<ChannelKind, Arc<dyn Channel>>,
        delivery: DeliverySettings,
    ) -> Courier {
        let App { database, desk, clock, wake, files, .. } = self.clone();
        let DeliverySettings { limits, patience } = delivery;
        let store = files.map(|files| files.store);
        let round = Default::default();
        Courier { database, desk, clock, wake, channels, store, limits, patience, round }
    }

    /// `None` where no files are kept.
    fn fetcher(
        &self,
        channels: HashMap<ChannelKind, Arc<dyn Channel>>,
        unreached: Vec<ChannelKind>,
        delivery: DeliverySettings,
    ) -> Option<Fetcher> {
        let App { database, desk, clock, wake, files, .. } = self.clone();
        let FileStorage { store, rules } = files?;
        let patience = delivery.patience;
        Some(Fetcher { database, desk, clock, wake, channels, unreached, store, rules, patience })
    }
}

impl Workers {
    /// Steps every worker by hand until no work is left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle(&self) -> anyhow::Result<()> {
        self.sweeper.pass().await?;
        while self.handler.pass().await? == Pass::Waiting {}
        if let Some(fetcher) = &self.fetcher {
            fetcher.pass().await?;
        }
        self.reporter.pass().await?;
        self.courier.pass().await?;
        Ok(())
    }
}

/// Whether to print in colour: only to a terminal, and not where `NO_COLOR` is set.
fn wants_colour(to: &impl std::io::IsTerminal) -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && to.is_terminal()
}

/// The desk that a configuration describes.
pub fn desk(loaded: &Loaded) -> Desk {
    Desk {
        procedure: Arc::new(loaded.procedure.clone()),
        access: loaded.config.access,
        locale: loaded.config.locale,
        server: loaded.config.discord.guild_id.map(|id| id.to_string()),
    }
}
