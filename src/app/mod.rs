//! The composition root: the only module that knows everybody. Puts a desk together and gives each
//! part its lifetime. Deliberately absent: anything a part could do itself.

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
        postpone::Postponer,
        reporter::Reporter,
        retention::Pruner,
        sweep::Sweeper,
    },
};

mod backup;
mod calendar;
mod changes;
mod chats;
pub mod cli;
pub mod console;
mod inbox;
mod invite;
mod letters;
mod logging;
mod outbox;
mod people;
mod report;
pub mod run;
mod simulate;
mod staffing;

/// What every part of a running desk shares.
#[derive(Clone)]
pub struct House {
    /// Where everything is kept.
    pub database: Database,
    /// The rules and manners of the desk.
    pub desk: Desk,
    /// The time.
    pub clock: SharedClock,
    /// Wakes the workers.
    pub wake: Arc<Wake>,
    /// How files are kept; none where nobody can send any.
    pub files: Option<Keeping>,
    /// How its parts are.
    pub health: Health,
}

/// How files are kept.
#[derive(Debug, Clone)]
pub struct Keeping {
    /// Where.
    pub store: Store,
    /// Which.
    pub rules: FileRules,
}

/// How the courier behaves.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// How fast it may be.
    pub limits: Limits,
    /// How it tries again.
    pub patience: Patience,
}

/// The workers of a desk.
pub struct Workers {
    /// Handles what has been told.
    pub handler: Handler,
    /// Says what is to be said.
    pub courier: Courier,
    /// Does what is due.
    pub sweeper: Sweeper,
    /// Makes reports.
    pub reporter: Reporter,
    /// Fetches files, where they are kept.
    pub fetcher: Option<Fetcher>,
}

impl House {
    /// Opens the database, brings its schema up to date, and lays out a desk on it.
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
        let (procedure, now) = (&desk.procedure, clock.now());
        database
            .write(|tx| Box::pin(async move { editions::keep(tx, procedure, now).await }))
            .await
            .context("the procedure cannot be kept")?;
        let (wake, health) = (Arc::default(), Health::default());
        Ok(Self { database, desk, clock, wake, files: None, health })
    }

    /// The same, where files are kept so.
    pub fn keeping(self, files: Keeping) -> Self {
        Self { files: Some(files), ..self }
    }

    /// The workers for these channels.
    pub fn workers(
        &self,
        channels: HashMap<ChannelKind, Arc<dyn Channel>>,
        receive: Receive,
        manners: Manners,
    ) -> Workers {
        Workers {
            fetcher: self.fetcher(channels.clone(), Vec::new(), manners),
            handler: self.handler(receive),
            sweeper: self.sweeper(),
            reporter: self.reporter(),
            courier: self.courier(channels, manners),
        }
    }

    fn handler(&self, receive: Receive) -> Handler {
        let House { database, desk, clock, wake, .. } = self.clone();
        let (admission, unready) = (Admission::default(), Box::new(|_: &str| false));
        Handler { database, desk, clock, receive, wake, admission, unready }
    }

    fn sweeper(&self) -> Sweeper {
        let House { database, desk, clock, wake, .. } = self.clone();
        let pruner = Pruner::new(run::watched::bare);
        let postponer = Postponer::default();
        Sweeper { database, desk, clock, wake, pruner, postponer }
    }

    fn reporter(&self) -> Reporter {
        let House { database, desk, clock, wake, files, .. } = self.clone();
        let monthly = Monthly::new(files.map(|files| files.store));
        Reporter { database, desk, clock, wake, monthly }
    }

    fn courier(
        &self,
        channels: HashMap<ChannelKind, Arc<dyn Channel>>,
        manners: Manners,
    ) -> Courier {
        let House { database, desk, clock, wake, files, .. } = self.clone();
        let Manners { limits, patience } = manners;
        let (store, round) = (files.map(|files| files.store), Default::default());
        Courier { database, desk, clock, wake, channels, store, limits, patience, round }
    }

    /// None where files are not kept.
    fn fetcher(
        &self,
        channels: HashMap<ChannelKind, Arc<dyn Channel>>,
        unreached: Vec<ChannelKind>,
        manners: Manners,
    ) -> Option<Fetcher> {
        let House { database, desk, clock, wake, files, .. } = self.clone();
        let Keeping { store, rules } = files?;
        let patience = manners.patience;
        Some(Fetcher { database, desk, clock, wake, channels, unreached, store, rules, patience })
    }
}

impl Workers {
    /// Steps every worker by hand until none has anything left to do now.
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

/// Whether to write in colour: only to a terminal, and not where `NO_COLOR` is set.
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
