//! A whole desk in this process with running workers on the real clock, as the program runs them:
//! for tests and benchmarks of concurrency. Scenarios step their workers by hand instead (see
//! [`super::desk`]).

use std::{collections::HashMap, sync::Arc, time::Duration};

use mesabot::{
    app::{App, DeliverySettings},
    channel::{
        Channel, raw_json,
        telegram::{self, Poller, RawUpdate, TelegramSettings},
    },
    chat::Desk,
    clock::{Clock, SystemClock},
    domain::{
        channel::ChannelKind,
        limits::Limits,
        locale::Locale,
        person::{Access, Actor, Role},
        procedure::Procedure,
    },
    service::{
        Error,
        inbox::NewIncoming,
        people::{self, NewPerson},
    },
    worker::{
        admission::{Admission, Budget},
        delivery::Patience,
        handler,
        leases::Tenure,
    },
};
use tokio::{sync::watch, task::JoinSet};

use super::{
    desk::{NO_LIMITS, uspec},
    telegram::{BOT_ID, Emulator},
};

/// A running desk, which stops when its test ends.
pub struct LiveDesk {
    pub emulator: Emulator,
    pub app: App,
    budget: Option<Budget>,
    stop: watch::Sender<bool>,
    loops: JoinSet<()>,
}

impl LiveDesk {
    /// Opens a desk on the database at `url`; every account may report.
    pub async fn open(emulator: &Emulator, url: &str) -> Self {
        // Each account of a crowd stands for many people, so the limit on open tickets is lifted.
        let limits = Limits { open_tickets: 10_000, ..Limits::default() };
        let procedure = Arc::new(Procedure { limits, ..uspec() });
        let desk = Desk { procedure, access: Access::Open, locale: Locale::Es, server: None };
        let app = App::open(url, desk, Arc::new(SystemClock)).await.expect("a desk opens");
        let (stop, _) = watch::channel(false);
        Self { emulator: emulator.clone(), app, budget: None, stop, loops: JoinSet::new() }
    }

    /// The same desk with these limits on what one account may ask for.
    pub fn within(self, budget: Budget) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// Starts every worker.
    pub async fn start(&mut self) {
        let settings = TelegramSettings {
            token: self.emulator.token().into(),
            api_url: self.emulator.api_url().parse().expect("an address"),
            poll_timeout: Duration::from_secs(20),
            request_timeout: Duration::from_secs(5),
        };
        let (adapter, bot) = telegram::connect(&settings).await.expect("the emulator answers");
        let receive = Box::new(move |row: &mesabot::entity::inbox::Model| {
            let raw = raw_json::read(&row.raw)?;
            telegram::receive(&raw, &bot).map_err(|error| error.to_string())
        });
        let channel: Arc<dyn Channel> = Arc::new(adapter);
        let channels = HashMap::from([(ChannelKind::Telegram, channel)]);
        // The measurement is of the desk, not of its rate limits.
        let delivery = DeliverySettings { limits: NO_LIMITS, patience: Patience::default() };
        let mut workers = self.app.workers(channels, receive, delivery);
        workers.handler.admission = self.budget.map(Admission::new).unwrap_or_default();
        let workers = Arc::new(workers);
        let worker = Arc::clone(&workers);
        let stop = self.stop.subscribe();
        self.loops.spawn(async move { worker.handler.run(stop).await });
        let worker = Arc::clone(&workers);
        let stop = self.stop.subscribe();
        self.loops.spawn(async move { worker.courier.run(None, Tenure::alone(), stop).await });
        let worker = Arc::clone(&workers);
        let stop = self.stop.subscribe();
        self.loops.spawn(async move {
            if let Some(fetcher) = &worker.fetcher {
                fetcher.run(stop).await;
            }
        });
        let stop = self.stop.subscribe();
        self.loops.spawn(async move {
            workers.sweeper.run(Duration::from_secs(5), Tenure::alone(), stop).await
        });
        let app = self.app.clone();
        let stop = self.stop.subscribe();
        let poller = Poller::new(&settings).expect("a client can be built");
        self.loops.spawn(async move {
            let store = |updates: Vec<RawUpdate>| async {
                let batch: Vec<_> = updates.into_iter().map(incoming).collect();
                handler::store(&app.database, &batch, app.clock.now(), &app.wake).await?;
                Ok(())
            };
            poller.poll(store, None, stop).await.expect("the poller goes on");
        });
    }

    /// Stops every worker and closes the database.
    pub async fn close(mut self) {
        self.stop.send_replace(true);
        while let Some(ended) = self.loops.join_next().await {
            ended.expect("no worker panics");
        }
        self.app.database.close().await;
    }

    /// Enrols a person who can be reached in private.
    pub async fn enrol(&self, id: i64, name: &str, role: Role, groups: &[&str]) -> Actor {
        enrol(&self.app, id, name, role, groups).await
    }
}

/// Enrols a person with an account whose private chat has the account's id, as on Telegram.
pub async fn enrol(app: &App, id: i64, name: &str, role: Role, groups: &[&str]) -> Actor {
    let now = SystemClock.now();
    let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
    let new = NewPerson {
        channel: ChannelKind::Telegram,
        external_key: id.to_string(),
        name: name.to_owned(),
        locale: Locale::Es,
    };
    let new = &new;
    let groups = &groups;
    let key = &id.to_string();
    let enrolled: Result<Actor, Error> = app
        .database
        .write(|tx| {
            Box::pin(async move {
                let (account, person) = people::enrol(tx, new.clone(), now).await?;
                people::promote(tx, &person, role, groups).await?;
                people::note_private_message(tx, &account, key, now).await?;
                Ok(people::actor(tx, person.id).await?.expect("who was just enrolled is there"))
            })
        })
        .await;
    enrolled.expect("somebody is enrolled")
}

fn incoming(update: RawUpdate) -> NewIncoming {
    let source = format!("telegram:{BOT_ID}");
    NewIncoming {
        external_key: update.update_id.to_string(),
        lane: format!("{source}:{}", update.lane),
        raw: update.raw,
        source,
    }
}
