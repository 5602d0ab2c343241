//! Handles what has been told, in order within each chat and the chats by turns, a few of them beside
//! each other where the database has several hands: one row, one transaction. A row that fails is tried
//! a few times and then set aside (G14), so that it stops nobody.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{FutureExt, StreamExt, stream::FuturesUnordered};

use super::{
    LOOK, Shutdown, Wake,
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

/// How often a row is tried before it is set aside.
const TRIES: i32 = 5;
/// How many rows a pass reads at a time.
const BATCH: u64 = 100;
/// How long the loop rests after a failure.
const REST: Duration = Duration::from_millis(250);
/// Within which time a round is over: a row and two notes about its failure may each wait for a server
/// as long as a write is tried.
const REPORT: Duration = Duration::from_secs(5 * 60);

/// Whether a source cannot be read yet, since its network was not reached.
pub type Unready = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// Reads what a platform told. `None` when it is nothing for the desk; an error names what could
/// not be read, never its content.
pub type Receive = Box<dyn Fn(&entity::Model) -> Result<Option<Incoming>, String> + Send + Sync>;

/// Handles the inbox.
pub struct Handler {
    /// Where everything is kept.
    pub database: Database,
    /// The desk that answers.
    pub desk: Desk,
    /// The time.
    pub clock: SharedClock,
    /// Reads raw updates, by the row's source.
    pub receive: Receive,
    /// Woken by the inbox, wakes the courier.
    pub wake: Arc<Wake>,
    /// How much anybody may ask.
    pub admission: Admission,
    /// Whose rows wait: they are neither read nor counted as failed.
    pub unready: Unready,
}

/// A row to handle.
enum Head {
    Row(entity::Model),
    /// The row itself cannot be read: its page is damaged, or holds what this program never wrote.
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

/// A try that failed.
#[derive(Clone, Copy)]
struct Failure<'f> {
    id: InboxId,
    /// What could be read of the row.
    row: Option<&'f entity::Model>,
    error: &'f Error,
    notice: Notice,
}

/// Whether a row that is set aside is told of.
#[derive(Clone, Copy)]
enum Notice {
    Told,
    /// Telling is what failed.
    Untold,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// Its chat may go on.
    Over,
    /// Its chat waits for the next try.
    Again,
    /// The database is out of order: every chat waits.
    Outage,
}

/// How a pass ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Nothing is left to do.
    Idle,
    /// Something failed and waits to be tried again, or another replica was at it.
    Waiting,
}

/// What is open, as far as it was looked at.
#[derive(Default)]
struct Open {
    /// The oldest row of each chat, the oldest first.
    heads: VecDeque<Head>,
    /// Whether there was nothing beyond them.
    looked: bool,
    /// The chats that somebody is at.
    busy: HashSet<String>,
    /// The chats that wait, and since when.
    waiting: HashMap<String, Instant>,
}

impl Open {
    /// A row to handle now.
    async fn next(&mut self, reader: &Reader) -> Result<Option<Head>> {
        if self.heads.is_empty() && !self.looked {
            let held = self.busy.iter().chain(self.waiting.keys()).cloned().collect();
            self.heads = match inbox::heads(reader, BATCH, &held).await {
                Ok(rows) => rows.into_iter().map(Head::Row).collect(),
                Err(error) if error.is_outage() => return Err(error),
                // One row that cannot be read must not keep the others from being read.
                Err(_) => one_by_one(reader, &held).await?.into(),
            };
            self.looked = u64::try_from(self.heads.len()).is_ok_and(|heads| heads < BATCH);
        }
        let next = self.heads.pop_front();
        self.busy.extend(next.as_ref().map(|head| head.lane().clone()));
        Ok(next)
    }

    /// A chat's row is over, and there may be another.
    fn goes_on(&mut self, lane: &str) {
        self.busy.remove(lane);
        self.looked = false;
    }

    /// A chat's row is to be tried again.
    fn waits(&mut self, lane: String) {
        self.busy.remove(&lane);
        self.waiting.insert(lane, Instant::now());
        self.looked = false;
    }

    /// Chats have waited for long enough.
    fn takes_up_again(&mut self) {
        let waited = self.waiting.len();
        self.waiting.retain(|_, since| since.elapsed() < REST);
        self.looked &= self.waiting.len() == waited;
    }

    fn passed(&self) -> Pass {
        if self.waiting.is_empty() { Pass::Idle } else { Pass::Waiting }
    }
}

/// The oldest row of each chat, each read on its own.
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
    /// Handles everything that is open, one row after another. A chat whose row failed, or is being
    /// handled by another replica, waits for the next pass, so that its order is kept; other chats go
    /// on.
    ///
    /// # Errors
    /// When the inbox itself cannot be read.
    pub async fn pass(&self) -> Result<Pass> {
        self.work(None, &Progress::default()).await
    }

    /// Handles rows whenever there are any, until told to stop; what is left then waits for the next
    /// start. It looks by itself too, for another process may have put something there.
    pub async fn run(&self, shutdown: Shutdown) {
        self.run_watched(Progress::default(), shutdown).await;
    }

    /// The same, reporting that it goes on.
    pub async fn run_watched(&self, progress: Progress, mut shutdown: Shutdown) {
        loop {
            let passed = self.work(Some(&shutdown), &progress).await;
            if let Err(error) = &passed {
                tracing::error!(%error, "the inbox could not be read; trying again");
            }
            let rest = !matches!(passed, Ok(Pass::Idle));
            let pause = if rest { REST } else { LOOK };
            tokio::select! {
                () = stopped(&mut shutdown) => return,
                () = tokio::time::sleep(pause) => {}
                () = self.wake.inbox.notified(), if !rest => {}
            }
        }
    }

    /// Handles what is open until nothing is left that may be. Where it runs by itself until a
    /// `shutdown`, several chats are looked after beside each other, so that one that is held up holds
    /// up no other, and what failed is not left until all others are silent.
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
                // What was begun goes to its end, whatever happened meanwhile.
                taken = taking.next() => match taken {
                    Some((Taken::Over, lane)) => open.goes_on(&lane),
                    Some((Taken::Again, lane)) => open.waits(lane),
                    Some((Taken::Outage, _)) => end = Some(Ok(Pass::Waiting)),
                    None => return end.unwrap_or_else(|| Ok(open.passed())),
                },
                () = self.wake.inbox.notified(), if idle => open.looked = false,
                () = tokio::time::sleep(LOOK), if idle => open.looked = false,
            }
        }
    }

    /// Handles one row. What fails because the database is out of order is not held against it.
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
        self.wake.outbox.ring();
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

    /// Holds a failed try against its row.
    async fn failed(&self, id: InboxId, row: Option<&entity::Model>, error: &Error) -> Taken {
        let failure = Failure { id, row, error, notice: Notice::Told };
        let second = match self.note(failure).await {
            Ok(true) => return Taken::Over,
            Ok(false) => return Taken::Again,
            Err(second) => second,
        };
        tracing::error!(inbox = %id, %error, %second, "a failure could not be noted");
        if second.is_outage() {
            return Taken::Again;
        }
        // Whatever stands against telling anybody must not keep the row, and its chat, for ever.
        match self.note(Failure { notice: Notice::Untold, ..failure }).await {
            Ok(true) => Taken::Over,
            Ok(false) => Taken::Again,
            Err(third) => {
                // Not even the note can be written: the row would be tried first for ever.
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

    /// Gives whether it was open and nobody else was at it.
    async fn handle(&self, row: &entity::Model) -> Result<bool> {
        let incoming = (self.receive)(row).map_err(Error::Unreadable)?;
        let now = self.clock.now();
        let disk_low = self.database.free_space().is_some_and(|free| free < LOW_SPACE);
        let (incoming, desk) = (incoming.as_ref(), &self.desk);
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
            tracing::warn!(inbox = %row.id, ?whose, "too much; what follows is passed over");
        }
        Ok(ours)
    }

    /// Notes a failed try, and sets the row aside after the last: its sender and the administrators
    /// are `told` a reference. Gives whether it was set aside.
    async fn note_failure(&self, failure: Failure<'_>) -> Result<bool> {
        let Failure { id, row, error, notice } = failure;
        let (now, desk) = (self.clock.now(), &self.desk);
        // The sender can only be told when what was sent can be read at all; perhaps reading it is
        // what panicked.
        let read = row.and_then(|row| catch_unwind(AssertUnwindSafe(|| (self.receive)(row))).ok());
        let incoming = &read.and_then(Result::ok).flatten();
        let (reference, why) = (&format!("M-{id}"), &error.to_string());
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
        self.wake.outbox.ring();
        if attempts < TRIES {
            tracing::warn!(inbox = %id, attempts, %error, "an incoming failed; trying again");
            return Ok(false);
        }
        tracing::error!(inbox = %id, reference, %error, "an incoming was set aside");
        Ok(true)
    }
}

/// Stores a batch of what a platform told, then wakes the handler.
///
/// # Errors
/// When it could not be stored; then nothing of it was.
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
        // Nothing that is told can be kept, whatever it is.
        database.mark_lost(FileLoss::Damaged);
    }
    let stored = stored?;
    kill_point("inbox.stored");
    wake.inbox.notify_one();
    Ok(stored)
}
