//! The file fetcher: downloads the files that people sent, keeps them in the store, and has them
//! shown to the other people of the ticket. A file is claimed for a while and downloaded outside
//! any transaction; its outcome and the notices are one transaction. A file whose process died
//! falls due again, and storing a file twice stores it once. Deliberately absent: trust in what a
//! network says of a file.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, stream};

use super::{
    POLL_INTERVAL, Shutdown, Wake,
    delivery::{self, Patience},
    stopped,
};
use crate::{
    backoff::Backoff,
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

/// How many files are claimed at a time.
const BATCH: u64 = 16;
/// How many files are downloaded concurrently; each is held in memory whole.
const AT_ONCE: usize = 4;
/// How long a claim lasts, in milliseconds: longer than a download and its storage may take.
const LEASE: i64 = 5 * MINUTE;
/// How many times a network has to answer that a file is gone before the fetcher believes it.
const GONE: i32 = 3;
/// The shortest pause between two reads: every incoming message may announce a file, and wakes the
/// fetcher.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// One file takes at most this time: longer than its claim lasts.
const REPORT: Duration = Duration::from_secs(6 * 60);
/// The pause after a failure of the database.
const ERROR_PAUSE: Duration = Duration::from_millis(500);

pub struct Fetcher {
    /// Everything but the contents of files.
    pub database: Database,
    pub desk: Desk,
    pub clock: SharedClock,
    /// An announced file wakes the fetcher; the fetcher wakes the courier.
    pub wake: Arc<Wake>,
    /// The networks to download from.
    pub channels: HashMap<ChannelKind, Arc<dyn Channel>>,
    /// Networks with a token that are not reached yet. Their files wait, and no try is counted.
    pub unreached: Vec<ChannelKind>,
    pub store: Store,
    /// Which files are kept.
    pub rules: FileRules,
    /// When a failed download is tried again.
    pub patience: Patience,
}

enum Outcome {
    /// The file is in the store.
    Kept(Fetched),
    /// The file will not be kept.
    Not(Unkept),
    /// The file is tried again, after the network's own wait in milliseconds where it gave one.
    Later(Option<i64>, String),
}

impl Fetcher {
    /// Downloads every due file, and gives the instant at which more will be due. A file that fails
    /// blocks no other.
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

    /// Downloads files until told to stop. Files that another process announced are found by
    /// polling.
    pub async fn run(&self, shutdown: Shutdown) {
        self.run_watched(Progress::default(), shutdown).await;
    }

    /// The same as `run`, with reports of progress.
    pub async fn run_watched(&self, progress: Progress, mut shutdown: Shutdown) {
        loop {
            panic_point("fetcher.round");
            let wait = match self.pass_watched(&progress).await {
                Ok(None) => POLL_INTERVAL,
                Ok(Some(next)) => {
                    let milliseconds = next.since(self.clock.now()).max(1);
                    Duration::from_millis(milliseconds.unsigned_abs()).min(POLL_INTERVAL)
                }
                Err(error) => {
                    tracing::error!(%error, "files could not be looked after; trying again");
                    ERROR_PAUSE
                }
            };
            let woken = async {
                tokio::time::sleep(DEBOUNCE).await;
                self.wake.files.notified().await;
            };
            tokio::select! {
                () = stopped(&mut shutdown) => return,
                () = woken => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Claims due files that no other process has claimed.
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

    /// Downloads one file and stores it, outside any transaction.
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

    /// Records the outcome of a file, and tells the people concerned.
    async fn settle(&self, wanted: &attachment::Model, outcome: Outcome) -> Result<()> {
        kill_point("fetch.stored");
        let now = self.clock.now();
        let desk = &self.desk;
        let largest = self.rules.largest;
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
        self.wake.outbox.notify_all();
        Ok(())
    }

    /// Turns the retry of a file that was tried for too long into a loss.
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

    /// The pause after a failed try, in milliseconds.
    fn pause(&self, wanted: &attachment::Model) -> i64 {
        let failures = u32::try_from(wanted.attempts).unwrap_or(0);
        let longest = self.patience.longest.min(LONGEST_WAIT);
        Backoff::of_milliseconds(self.patience.first, longest).pause_milliseconds(failures)
    }
}
