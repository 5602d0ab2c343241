//! The courier: delivers the outbox. Each lane keeps its order (see `crate::service::outbox`) and
//! has at most one call under way; lanes run concurrently, below the platform's rate limits. A row
//! is marked as being sent before the platform is called, and settled with the answer; one
//! transaction settles several answers. Only the courier calls `Channel`, and of several replicas
//! only the one that holds the network's lease (G8): each of its transactions checks the lease.
//! Deliberately absent: what an answer means for its row (see `super::delivery`).

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::Arc,
    time::Duration,
};

use futures::FutureExt;
use tokio::sync::Mutex;

use self::rows::is_of_one_row;
use super::{
    POLL_INTERVAL, Shutdown, Wake,
    delivery::{self, Answered, Interrupted, Parcel, Patience},
    leases::Tenure,
    pacing::{Held, Limits, Pacer, Share},
    round::{Back, Outlook, Round, Wait, turn},
    stopped,
};
use crate::{
    channel::{Channel, SendError},
    chat::{Desk, outgoing::Delivery},
    clock::SharedClock,
    domain::{
        channel::ChannelKind,
        time::{MINUTE, Timestamp},
    },
    entity::outbox as entity,
    kill_point::{kill_point, panic_point},
    service::{
        Error, Result,
        database::Database,
        outbox::{self, Scope, recent},
    },
    store::Store,
};

mod claim;
mod rows;

/// How many rows are claimed at a time.
const BATCH: u64 = 64;
/// The poll interval where the network gives up on an unanswered interaction within seconds:
/// another process may have stored the event that is answered.
const SHORT_POLL_INTERVAL: Duration = Duration::from_millis(250);
/// The pause after a failure of the database.
const ERROR_PAUSE: Duration = Duration::from_millis(500);
/// How long deliveries under way may take to end when the desk stops.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(10);
/// One write or one round ends within this time: longer than a write waits for a silent database
/// server.
const REPORT: Duration = Duration::from_secs(3 * 60);
/// How long a silent network may take to answer a probe.
const SIGN: Duration = Duration::from_secs(5);

pub struct Courier {
    pub database: Database,
    /// Its administrators and technicians learn of failed deliveries.
    pub desk: Desk,
    pub clock: SharedClock,
    pub wake: Arc<Wake>,
    /// The networks that this courier delivers to.
    pub channels: HashMap<ChannelKind, Arc<dyn Channel>>,
    /// The store of kept files; `None` where no files are kept.
    pub store: Option<Store>,
    /// The rate limits.
    pub limits: Limits,
    /// When a failed delivery is tried again.
    pub patience: Patience,
    /// The state of `pass` and `recover`, which tests and the console step; `run` has a state of
    /// its own.
    pub round: Mutex<Round>,
}

impl Courier {
    /// Settles rows that a process was sending when it died. Runs before anything is sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover(&self) -> Result<()> {
        self.recover_in(None, &Tenure::alone()).await
    }

    async fn recover_in(&self, scope: Scope, tenure: &Tenure) -> Result<()> {
        let rows = self.interrupted(scope, tenure).await?;
        if rows.is_empty() {
            return Ok(());
        }
        tracing::warn!(rows = rows.len(), "deliveries were interrupted; their outcome is unknown");
        let rows = &rows;
        let channels = &self.channels;
        let desk = &self.desk;
        let patience = self.patience;
        let now = self.clock.now();
        self.database
            .write(|tx| {
                Box::pin(async move {
                    tenure.hold(tx).await?;
                    for row in rows {
                        let channel = channels.get(&row.channel).map(AsRef::as_ref);
                        let interrupted = Interrupted { row, channel };
                        delivery::recover(tx, desk, interrupted, patience, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Delivers every row that may be delivered now. Gives the instant at which more rows may be.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pass(&self) -> Result<Option<Timestamp>> {
        let mut round = self.round.lock().await;
        loop {
            let next = self.step(&mut round).await?;
            if !round.waits(|| self.clock.now()).await {
                return Ok(next);
            }
        }
    }

    /// Delivers the rows within `scope` as soon as they are enqueued, for as long as this replica
    /// holds the `tenure`. Ends when told to stop, or when the network could not be reached for too
    /// long. Rows that another process enqueued are found by polling.
    pub async fn run(&self, scope: Scope, tenure: Tenure, mut shutdown: Shutdown) {
        let mut round = Round::of(scope, tenure);
        self.ask_first(&mut round);
        let mut woken = self.wake.outbox.subscribe();
        let look = if self.is_awaited(scope) { SHORT_POLL_INTERVAL } else { POLL_INTERVAL };
        let mut recovered = false;
        loop {
            round.tenure.progress().next_within(REPORT);
            let stepped = async {
                panic_point("courier.round");
                if !recovered {
                    self.recover_in(scope, &round.tenure).await?;
                    self.remember(&mut round).await?;
                    recovered = true;
                }
                self.step(&mut round).await
            };
            let stepped = match AssertUnwindSafe(stepped).catch_unwind().await {
                Ok(stepped) => stepped,
                // Calls under way are settled first, lest their outcome become unknown.
                Err(panic) => {
                    self.finish(&mut round).await;
                    resume_unwind(panic);
                }
            };
            let wait = match stepped {
                Ok(None) => look,
                Ok(Some(next)) => {
                    let milliseconds = next.since(self.clock.now()).max(1);
                    Duration::from_millis(milliseconds.unsigned_abs()).min(look)
                }
                Err(Error::LeaseLost) => break,
                Err(error) => {
                    tracing::error!(%error, "the outbox could not be read or written; trying again");
                    ERROR_PAUSE
                }
            };
            if self.is_out_of_reach(&round) {
                let channel = scope.map(ChannelKind::as_str);
                tracing::warn!(channel, "the network is not reached; another replica may");
                break;
            }
            // Each branch only waits: `select!` drops the branches that it does not choose, and a
            // dropped write would lose answers.
            tokio::select! {
                () = stopped(&mut shutdown) => break,
                Ok(()) = woken.changed() => {}
                () = tokio::time::sleep(wait) => {}
                true = round.waits(|| self.clock.now()) => {}
            }
        }
        self.finish(&mut round).await;
    }

    /// Where other replicas could do this work too, the network is probed before the first message
    /// is sent: a replica that reaches nothing costs no message a try.
    fn ask_first(&self, round: &mut Round) {
        let kind = round.scope.filter(|kind| self.channels.contains_key(kind));
        if let Some(kind) = kind.filter(|_| round.tenure.patience().is_some()) {
            round.reachability(kind).nothing(self.clock.now());
        }
    }

    /// Whether the network has been silent for longer than this replica's patience.
    fn is_out_of_reach(&self, round: &Round) -> bool {
        let patience =
            round.tenure.patience().and_then(|most| i64::try_from(most.as_millis()).ok());
        let silent = round.silent_for(self.clock.now()).zip(patience);
        silent.is_some_and(|(silent, most)| silent >= most)
    }

    /// Whether a network within `scope` gives up on an unanswered interaction within seconds.
    fn is_awaited(&self, scope: Scope) -> bool {
        let mut channels = self.channels.iter();
        channels.any(|(kind, channel)| {
            scope.is_none_or(|scope| scope == *kind) && channel.gives_up_soon()
        })
    }

    /// Waits for the calls under way, so that a clean stop leaves no outcome unknown.
    async fn finish(&self, round: &mut Round) {
        round.put_back_claimed();
        let ending = async {
            while round.waits(|| self.clock.now()).await {}
            match self.settle(round).await {
                Ok(()) => {}
                Err(Error::LeaseLost) => {
                    tracing::warn!(
                        "outcomes came too late; the replica that took over settles their rows"
                    );
                }
                Err(error) => tracing::error!(%error, "an outcome could not be recorded"),
            }
        };
        if tokio::time::timeout(SHUTDOWN_LIMIT, ending).await.is_err() {
            tracing::warn!("deliveries were still under way at the end; their outcome is unknown");
        }
    }

    /// Records the answers that came, then sends what may be sent now. Gives the next instant at
    /// which a waiting row may go.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&self, round: &mut Round) -> Result<Option<Timestamp>> {
        self.settle(round).await?;
        self.dispatch(round).await
    }

    /// Claims the rows that may go out now and calls the platform for each. Gives the next instant
    /// at which a waiting row may go.
    async fn dispatch(&self, round: &mut Round) -> Result<Option<Timestamp>> {
        let now = self.clock.now();
        self.ask_the_silent(round, now);
        // A replica that cannot renew its lease starts no call it cannot undo.
        while round.tenure.is_trusted() {
            let shut = round.shut(now);
            let rows = self.ready(&round.tenure, round.scope, &shut, now).await?;
            let seen_all = u64::try_from(rows.len()).is_ok_and(|rows| rows < BATCH);
            let admitted: Vec<_> =
                rows.into_iter().filter(|row| self.admit(round, row, now)).collect();
            let going = admitted.len();
            round.claimed = self.claim_all(&round.tenure, admitted, now).await?.into();
            // A lane whose row is being sent, or waits for the rate limit, has nothing more to
            // give; a lane whose row ended without being sent may.
            let was_all = seen_all && round.claimed.len() == going;
            while let Some(parcel) = round.claimed.pop_front() {
                self.start(round, parcel, now);
            }
            round.tenure.progress().next_within(REPORT);
            if was_all {
                break;
            }
        }
        let waiting = match round.outlook(now) {
            Some(outlook) => outlook,
            None => {
                let reader = self.database.reader();
                let next = outbox::next_instant(reader, round.scope, &round.busy, now).await?;
                round.outlook = Some(Outlook { seen: now, next });
                next
            }
        };
        Ok(waiting.into_iter().chain(round.next()).min())
    }

    /// Probes the silent networks.
    fn ask_the_silent(&self, round: &mut Round, now: Timestamp) {
        let within = |kind: ChannelKind| round.scope.is_none_or(|scope| scope == kind);
        let channels: Vec<_> = self.channels.iter().filter(|(kind, _)| within(**kind)).collect();
        for (kind, channel) in channels {
            if round.reachability(*kind).asks(now) {
                let kind = *kind;
                let channel = Arc::clone(channel);
                round.calls.spawn(async move {
                    let asked = AssertUnwindSafe(channel.is_there()).catch_unwind();
                    let came = tokio::time::timeout(SIGN, asked).await;
                    let nothing = |error: &SendError| {
                        matches!(error, SendError::Transient(_) | SendError::Unknown(_))
                    };
                    let there = match came {
                        Ok(Ok(answer)) => !answer.as_ref().is_err_and(nothing),
                        Ok(Err(_)) | Err(_) => false,
                    };
                    Back::Sign(kind, there)
                });
            }
        }
    }

    /// Counts the messages of the last minute against the rate limits, those of an earlier holder
    /// of the lease included.
    async fn remember(&self, round: &mut Round) -> Result<()> {
        let since = self.clock.now().plus(-MINUTE);
        let sent = recent::sent_since(self.database.reader(), round.scope, since).await?;
        round.remember(&sent, self.limits);
        Ok(())
    }

    /// Whether a row may go out now; otherwise its lane, or its network, waits.
    fn admit(&self, round: &mut Round, row: &entity::Model, now: Timestamp) -> bool {
        // Acknowledgements, answers to an interaction and menus are not paced: no chat's rate limit
        // applies to them.
        let paced = matches!(
            delivery::read(row),
            Ok(Delivery::Send { via: None, .. } | Delivery::Edit { .. } | Delivery::File(_))
        );
        if !paced {
            return true;
        }
        if let Some(until) = round.closed.get(&row.channel) {
            round.held.insert(row.lane.clone(), *until);
            return false;
        }
        let turn = turn(row);
        if turn.share == Share::Strangers && round.strangers.contains_key(&row.channel) {
            return false;
        }
        let pacer = round.pacers.entry(row.channel).or_insert_with(|| Pacer::new(self.limits));
        let until = match pacer.admit(&turn, now) {
            Ok(()) => return true,
            Err(Held::Lane(until)) => until,
            Err(Held::Strangers(until)) => {
                round.strangers.insert(row.channel, Wait { since: now, until });
                return false;
            }
            Err(Held::All(until)) => {
                let wait = Wait { since: now, until };
                round.closed.insert(row.channel, wait);
                until
            }
        };
        round.held.insert(row.lane.clone(), Wait { since: now, until });
        false
    }

    fn start(&self, round: &mut Round, parcel: Parcel, now: Timestamp) {
        round.busy.insert(parcel.row.lane.clone());
        let channel = self.channels.get(&parcel.row.channel).cloned();
        if channel.is_some() {
            round.reachability(parcel.row.channel).called(now);
        }
        let store = self.store.clone();
        let procedure = Arc::clone(&self.desk.procedure);
        let tenure = round.tenure.clone();
        round.calls.spawn(async move {
            let answer = match channel {
                // The replica may have been suspended between the claim and the call, and another
                // replica may have taken over since.
                Some(_) if !tenure.is_trusted() => {
                    Err(SendError::Transient("it was not sent in time".into()))
                }
                Some(channel) => {
                    let call =
                        delivery::call(channel.as_ref(), store.as_ref(), &procedure, &parcel);
                    let call = AssertUnwindSafe(async {
                        let answer = call.await;
                        kill_point("courier.answered");
                        answer
                    });
                    let broke_off = |_| Err(SendError::Unknown("the call broke off".into()));
                    call.catch_unwind().await.unwrap_or_else(broke_off)
                }
                None => Err(SendError::Transient("this channel is switched off".into())),
            };
            Back::Answer(Box::new(parcel), answer)
        });
    }

    /// Records every answer that came, in one transaction, and releases their lanes.
    async fn settle(&self, round: &mut Round) -> Result<()> {
        while let Some(joined) = round.calls.try_join_next() {
            round.take(joined, self.clock.now());
        }
        if round.answered.is_empty() {
            return Ok(());
        }
        // Every transaction changes cards in the same order, lest two transactions wait for each
        // other.
        round.answered.sort_by_key(|answered| delivery::card(&answered.parcel.delivery));
        match self.write_down(&round.tenure, &round.answered).await {
            Err(error) if !is_of_one_row(&error) => return Err(error),
            // One row that cannot be settled must neither hold back the others nor be sent for
            // ever.
            Err(_) => {
                for one in &round.answered {
                    self.write_down_alone(&round.tenure, one).await?;
                    round.tenure.progress().next_within(REPORT);
                }
            }
            Ok(()) => {}
        }
        kill_point("courier.settled");
        for Answered { parcel, answer } in std::mem::take(&mut round.answered) {
            round.busy.remove(&parcel.row.lane);
            if answer.is_err() {
                round.outlook = None;
            }
        }
        Ok(())
    }

    async fn write_down(&self, tenure: &Tenure, answered: &[Answered]) -> Result<()> {
        let desk = &self.desk;
        let patience = self.patience;
        let now = self.clock.now();
        self.database
            .write(|tx| {
                Box::pin(async move {
                    tenure.hold(tx).await?;
                    for one in answered {
                        let row = &one.parcel.row;
                        if !outbox::is_being_sent(tx, row.id, row.attempts).await? {
                            continue;
                        }
                        delivery::settle(tx, desk, one, patience, now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }
}
