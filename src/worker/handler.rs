//! The inbox handler: one row, one transaction. It keeps the order within each chat, takes turns
//! between chats, and handles several chats concurrently where the database has several write
//! connections. A row that fails is tried a few times and then set aside (G14), so that it blocks
//! no other row. Deliberately absent: what an event means, which is `crate::chat`'s.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{FutureExt, StreamExt, stream::FuturesUnordered};

use super::{
    POLL_INTERVAL, Shutdown, Wake,
    admission::{Admission, Verdict, Whose},
    stopped,
};
use crate::{
    chat::{Desk, Moment, handle, incoming::Incoming, notify, overload},
    clock::SharedClock,
    domain::{id::InboxId, time::Timestamp},
    entity::inbox as entity,
    kill_point::{kill_point, panic_point},
    progress::Progress,
    service::{
        Error, Result,
        database::{Database, FileLoss, LOW_SPACE, Reader},
        inbox::{self, Quarantine},
    },
};

/// How many tries a row gets before it is set aside.
const TRIES: i32 = 5;
/// How many rows one read returns.
const BATCH: u64 = 100;
/// The pause after a failure.
const ERROR_PAUSE: Duration = Duration::from_millis(250);
/// A round ends within this time: handling a row and recording its failure twice may each wait for
/// a database server as long as a write is retried.
const REPORT: Duration = Duration::from_secs(5 * 60);

/// Whether rows of this source cannot be read yet, because its network was not reached.
pub type Unready = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// Reads a stored event. `None` when the event is nothing for the desk. An error names what could
/// not be read, never the content.
pub type Receive = Box<dyn Fn(&entity::Model) -> Result<Option<Incoming>, String> + Send + Sync>;

pub struct Handler {
    pub database: Database,
    pub desk: Desk,
    pub clock: SharedClock,
    /// Reads a row by its source.
    pub receive: Receive,
    /// The inbox wakes the handler; the handler wakes the courier, the fetcher and the reporter.
    pub wake: Arc<Wake>,
    /// How many requests a person and a chat may make.
    pub admission: Admission,
    /// Rows of these sources wait: they are neither read nor counted as failed.
    pub unready: Unready,
}

/// A row to handle.
enum Head {
    Row(entity::Model),
    /// The row itself cannot be read: its page is damaged, or it holds data that this program never
    /// wrote.
    Unreadable {
        id: InboxId,
        lane: String,
        why: Error,
    },
}

impl Head {
    fn lane(&self) -> &String {
        match self {
            Self::Row(row) => &row.lane,
            Self::Unreadable { lane, .. } => lane,
        }
    }
}

/// A failed try.
#[derive(Clone, Copy)]
struct Failure<'f> {
    id: InboxId,
    /// The row, as far as it could be read.
    row: Option<&'f entity::Model>,
    error: &'f Error,
    notice: Notice,
}

/// Whether the sender and the administrators are told that a row was set aside.
#[derive(Clone, Copy)]
enum Notice {
    Told,
    /// Telling them is what failed.
    Untold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// Settled: the next row of its chat may follow.
    Over,
    /// Its chat waits for the next try.
    Again,
    /// The database is out of order: every chat waits.
    Outage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    Idle,
    /// A row failed and waits for its next try, or another replica handles it.
    Waiting,
}

/// The open rows that were read.
#[derive(Default)]
struct Open {
    /// The oldest row of each chat, the oldest first.
    heads: VecDeque<Head>,
    /// Whether the last read returned every open row.
    looked: bool,
    /// Chats whose row is being handled.
    busy: HashSet<String>,
    /// Chats that wait for their next try, with the beginning of the wait.
    waiting: HashMap<String, Instant>,
}

impl Open {
    /// The next row to handle.
    async fn next(&mut self, reader: &Reader) -> Result<Option<Head>> {
        if self.heads.is_empty() && !self.looked {
            let held = self.busy.iter().chain(self.waiting.keys()).cloned().collect();
            self.heads = match inbox::heads(reader, BATCH, &held).await {
                Ok(rows) => rows.into_iter().map(Head::Row).collect(),
                Err(error) if error.is_outage() => return Err(error),
                // One unreadable row must not keep the other rows from being read.
                Err(_) => one_by_one(reader, &held).await?.into(),
            };
            self.looked = u64::try_from(self.heads.len()).is_ok_and(|heads| heads < BATCH);
        }
        let next = self.heads.pop_front();
        self.busy.extend(next.as_ref().map(|head| head.lane().clone()));
        Ok(next)
    }

    /// The row of a chat is settled; the chat may have another one.
    fn goes_on(&mut self, lane: &str) {
        self.busy.remove(lane);
        self.looked = false;
    }

    /// The row of a chat will be tried again.
    fn waits(&mut self, lane: String) {
        self.busy.remove(&lane);
        self.waiting.insert(lane, Instant::now());
        self.looked = false;
    }

    /// Releases the chats that have waited long enough.
    fn takes_up_again(&mut self) {
        let waited = self.waiting.len();
        self.waiting.retain(|_, since| since.elapsed() < ERROR_PAUSE);
        self.looked &= self.waiting.len() == waited;
    }

    fn passed(&self) -> Pass {
        if self.waiting.is_empty() { Pass::Idle } else { Pass::Waiting }
    }
}

/// The oldest row of each chat, each read by its own statement.
async fn one_by_one(reader: &Reader, held: &HashSet<String>) -> Result<Vec<Head>> {
    let mut heads = Vec::new();
    for (id, lane) in inbox::head_keys(reader, held).await? {
        match inbox::find(reader, id).await {
            Ok(row) => heads.extend(row.map(Head::Row)),
            Err(error) if error.is_outage() => return Err(error),
            Err(why) => heads.push(Head::Unreadable { id, lane, why }),
        }
    }
    Ok(heads)
}

impl Handler {
    /// Handles every open row, one after another. A chat whose row failed, or whose row another
    /// replica handles, waits for the next pass, so that its order is kept; other chats go on.
    ///
    /// # Errors
    /// When the inbox itself cannot be read.
    pub async fn pass(&self) -> Result<Pass> {
        self.work(None, &Progress::default()).await
    }

    /// Handles rows until told to stop; the remaining rows wait for the next start. It also polls,
    /// because another process may have stored rows.
    pub async fn run(&self, shutdown: Shutdown) {
        self.run_watched(Progress::default(), shutdown).await;
    }

    /// The same as `run`, with reports of progress.
    pub async fn run_watched(&self, progress: Progress, mut shutdown: Shutdown) {
        loop {
            let passed = self.work(Some(&shutdown), &progress).await;
            if let Err(error) = &passed {
                tracing::error!(%error, "the inbox could not be read; trying again");
            }
            let rest = !matches!(passed, Ok(Pass::Idle));
            let pause = if rest { ERROR_PAUSE } else { POLL_INTERVAL };
            tokio::select! {
                () = stopped(&mut shutdown) => return,
                () = tokio::time::sleep(pause) => {}
                () = self.wake.inbox.notified(), if !rest => {}
            }
        }
    }

    /// Handles open rows until none is left that may be handled. With a `shutdown` it runs
    /// unattended: it handles several chats concurrently, so that a slow chat delays no other chat,
    /// and retries a failed row while other chats are still busy.
    async fn work(&self, shutdown: Option<&Shutdown>, progress: &Progress) -> Result<Pass> {
        let at_once = shutdown.map_or(1, |_| self.database.writes_at_once());
        let mut open = Open::default();
        let mut taking = FuturesUnordered::new();
        let mut end = None;
        loop {
            progress.next_within(REPORT);
            if let Some(shutdown) = shutdown {
                panic_point("handler.round");
                open.takes_up_again();
                if *shutdown.borrow() {
                    end.get_or_insert(Ok(Pass::Waiting));
                }
            }
            while end.is_none() && taking.len() < at_once {
                match open.next(self.database.reader()).await {
                    Ok(Some(head)) => {
                        taking.push(async move { (self.take(&head).await, head.lane().clone()) });
                    }
                    Ok(None) => break,
                    Err(error) => end = Some(Err(error)),
                }
            }
            let idle = taking.len() < at_once && end.is_none();
            tokio::select! {
                // A row that was begun is finished, even when the pass is ending.
                taken = taking.next() => match taken {
                    Some((Taken::Over, lane)) => open.goes_on(&lane),
                    Some((Taken::Again, lane)) => open.waits(lane),
                    Some((Taken::Outage, _)) => end = Some(Ok(Pass::Waiting)),
                    None => return end.unwrap_or_else(|| Ok(open.passed())),
                },
                () = self.wake.inbox.notified(), if idle => open.looked = false,
                () = tokio::time::sleep(POLL_INTERVAL), if idle => open.looked = false,
            }
        }
    }

    /// Handles one row. A failure of the database as a whole does not count as a try of the row.
    async fn take(&self, head: &Head) -> Taken {
        let row = match head {
            Head::Row(row) => row,
            Head::Unreadable { id, why, .. } => return self.failed(*id, None, why).await,
        };
        if (self.unready)(&row.source) {
            return Taken::Again;
        }
        let done = AssertUnwindSafe(self.handle(row)).catch_unwind().await;
        kill_point("handle.committed");
        self.wake.outbox.notify_all();
        self.wake.files.notify_one();
        self.wake.reports.notify_one();
        let error = match done {
            Ok(Ok(true)) => return Taken::Over,
            Ok(Ok(false)) => return Taken::Again,
            Ok(Err(error)) if error.is_outage() => {
                tracing::warn!(inbox = %row.id, %error, "the database is out of order; trying again");
                return Taken::Outage;
            }
            Ok(Err(error)) => error,
            Err(_) => Error::HandlerPanicked,
        };
        self.failed(row.id, Some(row), &error).await
    }

    /// Counts a failed try of a row.
    async fn failed(&self, id: InboxId, row: Option<&entity::Model>, error: &Error) -> Taken {
        let failure = Failure { id, row, error, notice: Notice::Told };
        let second = match self.note(failure).await {
            Ok(true) => return Taken::Over,
            Ok(false) => return Taken::Again,
            Err(second) => second,
        };
        tracing::error!(inbox = %id, %error, %second, "a failure could not be recorded");
        if second.is_outage() {
            return Taken::Again;
        }
        // A failure to tell people must not keep the row, and its chat, open for ever.
        match self.note(Failure { notice: Notice::Untold, ..failure }).await {
            Ok(true) => Taken::Over,
            Ok(false) => Taken::Again,
            Err(third) => {
                // Not even the failure can be written: the row would be tried first for ever.
                if third.is_damage() {
                    self.database.mark_lost(FileLoss::Damaged);
                }
                tracing::error!(inbox = %id, error = %third, "a row cannot be set aside");
                Taken::Again
            }
        }
    }

    async fn note(&self, failure: Failure<'_>) -> Result<bool> {
        let noted = AssertUnwindSafe(self.note_failure(failure)).catch_unwind().await;
        noted.unwrap_or_else(|_| Err(Error::NoticePanicked))
    }

    /// Gives whether the row was open and no other replica held it.
    async fn handle(&self, row: &entity::Model) -> Result<bool> {
        let incoming = (self.receive)(row).map_err(Error::Unreadable)?;
        let now = self.clock.now();
        let disk_low = self.database.free_space().is_some_and(|free| free < LOW_SPACE);
        let incoming = incoming.as_ref();
        let desk = &self.desk;
        let judged = incoming.map(|incoming| (incoming, self.admission.judge(row, incoming)));
        let ours = self
            .database
            .write(|tx| {
                Box::pin(async move {
                    if !inbox::settle(tx, row.id, now).await? {
                        return Ok::<_, Error>(false);
                    }
                    match judged {
                        None | Some((_, Verdict::PassedOver)) => {}
                        Some((incoming, Verdict::Admitted)) => {
                            handle(tx, desk, incoming, Moment { now, disk_low }).await?;
                        }
                        Some((incoming, Verdict::Told(whose))) => {
                            let scope = match whose {
                                Whose::Chat => overload::Scope::Chat,
                                Whose::Person => overload::Scope::Person,
                            };
                            overload::reply(tx, desk, incoming, scope, now).await?;
                        }
                    }
                    kill_point("handle.uncommitted");
                    Ok(true)
                })
            })
            .await?;
        if let Some((incoming, Verdict::Told(whose))) = judged.filter(|_| ours) {
            self.admission.told(whose, row, incoming);
            tracing::warn!(inbox = %row.id, ?whose, "over the budget; further events are ignored");
        }
        Ok(ours)
    }

    /// Counts a failed try. After the last try it sets the row aside and tells its sender and the
    /// administrators a reference. Gives whether the row was set aside.
    async fn note_failure(&self, failure: Failure<'_>) -> Result<bool> {
        let Failure { id, row, error, notice } = failure;
        let now = self.clock.now();
        let desk = &self.desk;
        // The sender can only be told when the row can be read; reading it may be what panicked.
        let read = row.and_then(|row| catch_unwind(AssertUnwindSafe(|| (self.receive)(row))).ok());
        let incoming = &read.and_then(Result::ok).flatten();
        let reference = &format!("M-{id}");
        let why = &error.to_string();
        let attempts = self
            .database
            .write(|tx| {
                Box::pin(async move {
                    let attempts = inbox::note_failure(tx, id).await?;
                    if attempts >= TRIES {
                        let aside = Quarantine { reference, reason: why };
                        inbox::quarantine(tx, id, aside, now).await?;
                        if let Notice::Told = notice {
                            let from = incoming.as_ref();
                            notify::quarantined(tx, desk, from, reference, now).await?;
                        }
                    }
                    Ok::<_, Error>(attempts)
                })
            })
            .await?;
        self.wake.outbox.notify_all();
        if attempts < TRIES {
            tracing::warn!(inbox = %id, attempts, %error, "an event failed; trying again");
            return Ok(false);
        }
        tracing::error!(inbox = %id, reference, %error, "an event was set aside");
        Ok(true)
    }
}

/// Stores a batch of events from a platform, then wakes the handler.
///
/// # Errors
/// When the batch could not be stored; no event of it was stored then.
pub async fn store(
    database: &Database,
    batch: &[inbox::NewIncoming],
    now: Timestamp,
    wake: &Wake,
) -> Result<u64> {
    kill_point("poll.received");
    let stored: Result<u64> =
        database.write(|tx| Box::pin(async move { inbox::receive(tx, batch, now).await })).await;
    if stored.as_ref().is_err_and(Error::is_damage) {
        // No event can be stored any more.
        database.mark_lost(FileLoss::Damaged);
    }
    let stored = stored?;
    kill_point("inbox.stored");
    wake.inbox.notify_one();
    Ok(stored)
}
