//! Fetches the files that people sent, keeps them in the store, and has them shown to the other side. A
//! file is taken on for a while and fetched outside of any transaction; what became of it and whom it is
//! shown to is one transaction. Whoever dies in between leaves a file that falls due again, and keeping
//! it twice is keeping it once. Deliberately absent: believing what a network says of a file.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, stream};

use super::{
    LOOK, Shutdown, Wake,
    delivery::{self, Patience},
    stopped,
};
use crate::{
    channel::{Channel, FetchError},
    chat::{Desk, notify},
    clock::SharedClock,
    domain::{
        channel::ChannelKind,
        file::{FileRules, Unkept},
        person::Doer,
        time::{MINUTE, Timestamp},
    },
    entity::attachment,
    kill_point::{kill_point, panic_point},
    progress::Progress,
    service::{
        Act, Error, Result,
        database::Database,
        files::{self, Fetched},
        outbox::LONGEST_WAIT,
    },
    store::Store,
};

/// How many files are taken on at a time.
const BATCH: u64 = 16;
/// How many of them are under way beside each other; each is held in memory whole.
const AT_ONCE: usize = 4;
/// How long a file is taken on for: longer than fetching and keeping it may take.
const LEASE: i64 = 5 * MINUTE;
/// How often a network may say that a file is gone before that is believed.
const GONE: i32 = 3;
/// How long it rests between two looks: whatever is said may have a file with it, and wakes it.
const BREATH: Duration = Duration::from_millis(100);
/// Within which time a file is done with: longer than it is taken on for.
const REPORT: Duration = Duration::from_secs(6 * 60);
/// How long the loop rests when the database fails.
const REST: Duration = Duration::from_millis(500);

/// Fetches files.
pub struct Fetcher {
    /// Where everything is kept but files.
    pub database: Database,
    /// The desk whose people are told.
    pub desk: Desk,
    /// The time.
    pub clock: SharedClock,
    /// Woken by what people send, wakes the courier.
    pub wake: Arc<Wake>,
    /// The networks it fetches from.
    pub channels: HashMap<ChannelKind, Arc<dyn Channel>>,
    /// Networks with a token that are not reached yet. Their files wait, and no try is counted.
    pub unreached: Vec<ChannelKind>,
    /// Where files are kept.
    pub store: Store,
    /// Which files are kept.
    pub rules: FileRules,
    /// How it tries again.
    pub patience: Patience,
}

/// What came of a try.
enum Outcome {
    /// It lies in the store.
    Kept(Fetched),
    /// It will not be kept.
    Not(Unkept),
    /// It is to be tried again, after this time when somebody said so.
    Later(Option<i64>, String),
}

impl Fetcher {
    /// Fetches everything that is due now, and gives the instant at which more will be. One file that
    /// fails stops no other.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pass(&self) -> Result<Option<Timestamp>> {
        self.pass_watched(&Progress::default()).await
    }

    async fn pass_watched(&self, progress: &Progress) -> Result<Option<Timestamp>> {
        loop {
            progress.next_within(REPORT);
            let taken = self.take_on().await?;
            if taken.is_empty() {
                return files::next_due(self.database.reader(), &self.unreached).await;
            }
            kill_point("fetch.claimed");
            let fetch = async |wanted: attachment::Model| {
                let outcome = self.fetch(&wanted).await;
                (wanted, outcome)
            };
            let mut failed = None;
            let mut fetching = stream::iter(taken).map(fetch).buffer_unordered(AT_ONCE);
            while let Some((wanted, outcome)) = fetching.next().await {
                progress.next_within(REPORT);
                if let Err(error) = self.settle(&wanted, outcome).await {
                    tracing::error!(attachment = %wanted.id, %error, "a file was not settled");
                    failed = Some(error);
                }
            }
            if let Some(error) = failed {
                return Err(error);
            }
        }
    }

    /// Fetches files whenever there are any, until told to stop. What another process announced is
    /// found a little later.
    pub async fn run(&self, shutdown: Shutdown) {
        self.run_watched(Progress::default(), shutdown).await;
    }

    /// The same, reporting that it goes on.
    pub async fn run_watched(&self, progress: Progress, mut shutdown: Shutdown) {
        loop {
            panic_point("fetcher.round");
            let wait = match self.pass_watched(&progress).await {
                Ok(None) => LOOK,
                Ok(Some(next)) => {
                    let milliseconds = next.since(self.clock.now()).max(1);
                    Duration::from_millis(milliseconds.unsigned_abs()).min(LOOK)
                }
                Err(error) => {
                    tracing::error!(%error, "files could not be looked after; trying again");
                    REST
                }
            };
            let woken = async {
                tokio::time::sleep(BREATH).await;
                self.wake.files.notified().await;
            };
            tokio::select! {
                () = stopped(&mut shutdown) => return,
                () = woken => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Takes on what is due, as far as nobody else has.
    async fn take_on(&self) -> Result<Vec<attachment::Model>> {
        let now = self.clock.now();
        let due = files::due(self.database.reader(), now, &self.unreached, BATCH).await?;
        if due.is_empty() {
            return Ok(due);
        }
        let due = &due;
        self.database
            .write(|tx| {
                Box::pin(async move {
                    let mut taken = Vec::new();
                    for wanted in due {
                        if files::claim(tx, wanted, now.plus(LEASE)).await? {
                            let attempts = wanted.attempts + 1;
                            taken.push(attachment::Model { attempts, ..wanted.clone() });
                        }
                    }
                    Ok::<_, Error>(taken)
                })
            })
            .await
    }

    /// Fetches one file and keeps it, in no transaction.
    async fn fetch(&self, wanted: &attachment::Model) -> Outcome {
        let Some(channel) = self.channels.get(&wanted.channel) else {
            return Outcome::Later(None, "this network has no token".to_owned());
        };
        let call = AssertUnwindSafe(channel.fetch(&wanted.reference, self.rules.largest));
        let broke_off = |_| Err(FetchError::Transient("the call broke off".to_owned()));
        let bytes = match call.catch_unwind().await.unwrap_or_else(broke_off) {
            Ok(bytes) => bytes,
            Err(FetchError::TooLarge) => return Outcome::Not(Unkept::TooLarge),
            Err(FetchError::Gone(_)) if wanted.attempts >= GONE => {
                return Outcome::Not(Unkept::Gone);
            }
            Err(FetchError::RetryAfter(wait)) => {
                let wait =
                    i64::try_from(wait.as_millis()).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
                return Outcome::Later(Some(wait), "told to wait".to_owned());
            }
            Err(FetchError::Gone(why) | FetchError::Transient(why)) => {
                return Outcome::Later(None, why);
            }
        };
        let media = match self.rules.judge(&bytes) {
            Ok(media) => media.to_owned(),
            Err(why) => return Outcome::Not(why),
        };
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        match self.store.put(&bytes).await {
            Ok(digest) => Outcome::Kept(Fetched { digest, size, media }),
            Err(error) => Outcome::Later(None, format!("the store failed: {error}")),
        }
    }

    /// Writes down what became of a file, and tells whom it concerns.
    async fn settle(&self, wanted: &attachment::Model, outcome: Outcome) -> Result<()> {
        kill_point("fetch.stored");
        let (now, desk, largest) = (self.clock.now(), &self.desk, self.rules.largest);
        let outcome = &self.judged(wanted, outcome, now);
        self.database
            .write(|tx| {
                Box::pin(async move {
                    let procedure = &desk.procedure;
                    let act = Act { tx, procedure, now, doer: Doer::Desk, channel: None };
                    match outcome {
                        Outcome::Kept(fetched) => {
                            if let Some(kept) = files::keep(tx, wanted, fetched, now).await? {
                                notify::files::kept(&act, &kept).await?;
                            }
                        }
                        Outcome::Not(why) => {
                            if let Some(lost) = files::give_up(tx, wanted, *why, now).await? {
                                notify::files::refused(&act, &lost, *why, largest).await?;
                            }
                        }
                        Outcome::Later(wait, _) => {
                            let wait = wait.unwrap_or_else(|| self.pause(wanted));
                            files::put_off(tx, wanted, now.plus(wait)).await?;
                        }
                    }
                    kill_point("fetch.uncommitted");
                    Ok::<_, Error>(())
                })
            })
            .await?;
        kill_point("fetch.committed");
        self.wake.outbox.ring();
        Ok(())
    }

    /// What is tried for too long is not tried again.
    fn judged(&self, wanted: &attachment::Model, outcome: Outcome, now: Timestamp) -> Outcome {
        let id = wanted.id;
        match outcome {
            Outcome::Later(_, why)
                if now.since(wanted.created_at) >= self.patience.give_up
                    && wanted.attempts >= delivery::TRIES =>
            {
                tracing::error!(attachment = %id, why, "a file is given up");
                Outcome::Not(Unkept::Unreached)
            }
            Outcome::Later(wait, why) => {
                tracing::warn!(attachment = %id, why, "a file was not fetched; trying again");
                Outcome::Later(wait, why)
            }
            Outcome::Not(why) => {
                tracing::info!(attachment = %id, ?why, "a file is not kept");
                Outcome::Not(why)
            }
            Outcome::Kept(fetched) => {
                tracing::debug!(attachment = %id, size = fetched.size, "a file is kept");
                Outcome::Kept(fetched)
            }
        }
    }

    /// How long to wait after a try that failed: each time twice as long.
    fn pause(&self, wanted: &attachment::Model) -> i64 {
        let doublings = u32::try_from(wanted.attempts.clamp(1, 32) - 1).unwrap_or(0);
        let pause = self.patience.first.saturating_mul(1_i64 << doublings);
        pause.min(self.patience.longest).min(LONGEST_WAIT)
    }
}
