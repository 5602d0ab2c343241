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
    domain::time::Timestamp,
    entity::inbox as entity,
    kill_point::kill_point,
    service::{
        Error, Result,
        database::{Database, LOW_SPACE, Reader},
        inbox,
    },
};

/// How often a row is tried before it is set aside.
const TRIES: i32 = 5;
/// How many rows a pass reads at a time.
const BATCH: u64 = 100;
/// How long the loop rests after a failure.
const REST: Duration = Duration::from_millis(250);

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
    heads: VecDeque<entity::Model>,
    /// Whether there was nothing beyond them.
    looked: bool,
    /// The chats that somebody is at.
    busy: HashSet<String>,
    /// The chats that wait, and since when.
    waiting: HashMap<String, Instant>,
}

impl Open {
    /// A row to handle now.
    async fn next(&mut self, reader: &Reader) -> Result<Option<entity::Model>> {
        if self.heads.is_empty() && !self.looked {
            let held = self.busy.iter().chain(self.waiting.keys()).cloned().collect();
            self.heads = inbox::heads(reader, BATCH, &held).await?.into();
            self.looked = u64::try_from(self.heads.len()).is_ok_and(|heads| heads < BATCH);
        }
        let next = self.heads.pop_front();
        self.busy.extend(next.as_ref().map(|row| row.lane.clone()));
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

impl Handler {
    /// Handles everything that is open, one row after another. A chat whose row failed, or is being
    /// handled by another replica, waits for the next pass, so that its order is kept; other chats go
    /// on.
    ///
    /// # Errors
    /// When the inbox itself cannot be read.
    pub async fn pass(&self) -> Result<Pass> {
        self.work(None).await
    }

    /// Handles rows whenever there are any, until told to stop; what is left then waits for the next
    /// start. It looks by itself too, for another process may have put something there.
    pub async fn run(&self, mut shutdown: Shutdown) {
        loop {
            let passed = self.work(Some(&shutdown)).await;
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
    async fn work(&self, shutdown: Option<&Shutdown>) -> Result<Pass> {
        let at_once = shutdown.map_or(1, |_| self.database.writes_at_once());
        let mut open = Open::default();
        let mut taking = FuturesUnordered::new();
        let mut end = None;
        loop {
            if let Some(shutdown) = shutdown {
                open.takes_up_again();
                if *shutdown.borrow() {
                    end.get_or_insert(Ok(Pass::Waiting));
                }
            }
            while end.is_none() && taking.len() < at_once {
                match open.next(self.database.reader()).await {
                    Ok(Some(row)) => taking.push(async move { (self.take(&row).await, row.lane) }),
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
    async fn take(&self, row: &entity::Model) -> Taken {
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
            Err(_) => Error::Unreadable("its handler panicked".into()),
        };
        let second = match self.note(row, (&error, true)).await {
            Ok(true) => return Taken::Over,
            Ok(false) => return Taken::Again,
            Err(second) => second,
        };
        tracing::error!(inbox = %row.id, %error, %second, "a failure could not be noted");
        // Whatever stands against telling anybody must not keep the row, and its chat, for ever.
        let untold = !matches!(second, Error::Database(_))
            && self.note(row, (&error, false)).await.unwrap_or_default();
        if untold { Taken::Over } else { Taken::Again }
    }

    async fn note(&self, row: &entity::Model, why: (&Error, bool)) -> Result<bool> {
        let noted = AssertUnwindSafe(self.note_failure(row, why)).catch_unwind().await;
        noted.unwrap_or_else(|_| Err(Error::Unreadable("its notice panicked".into())))
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
                            let all = whose == Whose::Chat;
                            overload::too_much(tx, desk, (incoming, all), now).await?;
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
    async fn note_failure(
        &self,
        row: &entity::Model,
        (error, told): (&Error, bool),
    ) -> Result<bool> {
        let (now, desk) = (self.clock.now(), &self.desk);
        // The sender can only be told when what was sent can be read at all; perhaps reading it is
        // what panicked.
        let read = catch_unwind(AssertUnwindSafe(|| (self.receive)(row)));
        let incoming = &read.ok().and_then(Result::ok).flatten();
        let (reference, why) = (&format!("M-{}", row.id), &error.to_string());
        let attempts = self
            .database
            .write(|tx| {
                Box::pin(async move {
                    let attempts = inbox::note_failure(tx, row.id).await?;
                    if attempts >= TRIES {
                        inbox::quarantine(tx, row.clone(), (reference, why), now).await?;
                        if told {
                            let from = incoming.as_ref();
                            notify::quarantined(tx, desk, from, (reference, now)).await?;
                        }
                    }
                    Ok::<_, Error>(attempts)
                })
            })
            .await?;
        self.wake.outbox.ring();
        if attempts < TRIES {
            tracing::warn!(inbox = %row.id, attempts, %error, "an incoming failed; trying again");
            return Ok(false);
        }
        tracing::error!(inbox = %row.id, reference, %error, "an incoming was set aside");
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
    let stored =
        database.write(|tx| Box::pin(async move { inbox::receive(tx, batch, now).await })).await?;
    kill_point("inbox.stored");
    wake.inbox.notify_one();
    Ok(stored)
}
