//! Says what is in the outbox: each lane in its order (see `crate::service::outbox`), one call a lane at
//! a time, lanes beside each other, below the platform's pace. A row is marked before the platform is
//! called and settled with the answer, several answers in one transaction. The courier alone calls
//! `Channel`, and of several replicas the one whose term it is (G8): each of its transactions says so.

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
    LOOK, Shutdown, Wake,
    delivery::{self, Answer, Parcel, Patience},
    leases::Term,
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
/// How often it looks by itself where a network waits seconds for an answer: who heard what is answered
/// may be another process.
const LOOK_SOON: Duration = Duration::from_millis(250);
/// How long the loop rests when the database fails.
const REST: Duration = Duration::from_millis(500);
/// How long deliveries under way may take to end when the desk stops.
const FAREWELL: Duration = Duration::from_secs(10);
/// Within which time one write or one round ends: longer than a write waits for a server that is silent.
const REPORT: Duration = Duration::from_secs(3 * 60);
/// How long a network that was silent may take to say that it is there.
const SIGN: Duration = Duration::from_secs(5);

/// Delivers the outbox.
pub struct Courier {
    /// Where everything is kept.
    pub database: Database,
    /// The desk whose people are told of failures.
    pub desk: Desk,
    /// The time.
    pub clock: SharedClock,
    /// Woken by the outbox.
    pub wake: Arc<Wake>,
    /// The networks it delivers to.
    pub channels: HashMap<ChannelKind, Arc<dyn Channel>>,
    /// Where kept files lie; none where files are not kept.
    pub store: Option<Store>,
    /// How fast it may be.
    pub limits: Limits,
    /// How it tries again.
    pub patience: Patience,
    /// What it does when it is stepped by hand: nobody else does it meanwhile.
    pub round: Mutex<Round>,
}

impl Courier {
    /// Looks after rows that a process was sending when it died. Run before anything is sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover(&self) -> Result<()> {
        self.recover_in(None, &Term::alone()).await
    }

    async fn recover_in(&self, scope: Scope, term: &Term) -> Result<()> {
        let rows = self.interrupted(scope, term).await?;
        if rows.is_empty() {
            return Ok(());
        }
        tracing::warn!(rows = rows.len(), "deliveries were interrupted; their outcome is unknown");
        let (rows, channels, desk) = (&rows, &self.channels, &self.desk);
        let when = (self.patience, self.clock.now());
        self.database
            .write(|tx| {
                Box::pin(async move {
                    term.hold(tx).await?;
                    for row in rows {
                        let channel = channels.get(&row.channel).map(AsRef::as_ref);
                        delivery::recover(tx, desk, (row, channel), when).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Delivers everything that may be delivered now, and gives the instant at which more may be.
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

    /// Delivers whatever there is within `scope`, the moment it is there, for as long as it is this
    /// replica's `term`, until told to stop, or the network could not be reached for too long. What
    /// another process put there is found a little later.
    pub async fn run(&self, scope: Scope, term: Term, mut shutdown: Shutdown) {
        let mut round = Round::of(scope, term);
        self.ask_first(&mut round);
        let mut bell = self.wake.outbox.listen();
        let look = if self.is_awaited(scope) { LOOK_SOON } else { LOOK };
        let mut recovered = false;
        loop {
            round.term.progress().next_within(REPORT);
            let stepped = async {
                panic_point("courier.round");
                if !recovered {
                    self.recover_in(scope, &round.term).await?;
                    self.remember(&mut round).await?;
                    recovered = true;
                }
                self.step(&mut round).await
            };
            let stepped = match AssertUnwindSafe(stepped).catch_unwind().await {
                Ok(stepped) => stepped,
                // What is under way is settled first, lest its outcome become unknown.
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
                    REST
                }
            };
            if self.is_out_of_reach(&round) {
                let channel = scope.map(ChannelKind::as_str);
                tracing::warn!(channel, "the network is not reached; another replica may");
                break;
            }
            // Each branch only waits. Whatever is not chosen is dropped, and a write dropped half-way
            // would take answers with it.
            tokio::select! {
                () = stopped(&mut shutdown) => break,
                Ok(()) = bell.changed() => {}
                () = tokio::time::sleep(wait) => {}
                true = round.waits(|| self.clock.now()) => {}
            }
        }
        self.finish(&mut round).await;
    }

    /// Where others could do this too, the network is asked whether it is there before it is told
    /// anything: a term that reaches nothing costs no message a try.
    fn ask_first(&self, round: &mut Round) {
        let kind = round.scope.filter(|kind| self.channels.contains_key(kind));
        if let Some(kind) = kind.filter(|_| round.term.patience().is_some()) {
            round.ear(kind).nothing(self.clock.now());
        }
    }

    /// Whether the network has been silent for longer than this replica's patience.
    fn is_out_of_reach(&self, round: &Round) -> bool {
        let patience = round.term.patience().and_then(|most| i64::try_from(most.as_millis()).ok());
        let silent = round.silent_for(self.clock.now()).zip(patience);
        silent.is_some_and(|(silent, most)| silent >= most)
    }

    /// Whether anybody within `scope` gives up on what is not answered within seconds.
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
                    tracing::warn!("outcomes came too late; whoever took over looks after them");
                }
                Err(error) => tracing::error!(%error, "an outcome could not be written down"),
            }
        };
        if tokio::time::timeout(FAREWELL, ending).await.is_err() {
            tracing::warn!("deliveries were still under way at the end; their outcome is unknown");
        }
    }

    /// Writes down what was answered, then sends what may be sent now. Gives the next instant at
    /// which something waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&self, round: &mut Round) -> Result<Option<Timestamp>> {
        self.settle(round).await?;
        self.dispatch(round).await
    }

    /// Claims what may go out now and calls the platform for it. Gives the next instant at which
    /// something waits.
    async fn dispatch(&self, round: &mut Round) -> Result<Option<Timestamp>> {
        let now = self.clock.now();
        self.ask_the_silent(round, now);
        // Who cannot renew his term begins nothing that he could not take back.
        while round.term.is_trusted() {
            let shut = round.shut(now);
            let rows = self.ready(&round.term, round.scope, &shut, now).await?;
            let seen_all = u64::try_from(rows.len()).is_ok_and(|rows| rows < BATCH);
            let admitted: Vec<_> =
                rows.into_iter().filter(|row| self.admit(round, row, now)).collect();
            let going = admitted.len();
            round.claimed = self.claim_all(&round.term, admitted, now).await?.into();
            // Behind what goes out or waits for its pace nothing of its lane may; behind what ended
            // without being sent, something may.
            let was_all = seen_all && round.claimed.len() == going;
            while let Some(parcel) = round.claimed.pop_front() {
                self.start(round, parcel, now);
            }
            round.term.progress().next_within(REPORT);
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

    /// Asks the networks that say nothing whether they are there.
    fn ask_the_silent(&self, round: &mut Round, now: Timestamp) {
        let within = |kind: ChannelKind| round.scope.is_none_or(|scope| scope == kind);
        let channels: Vec<_> = self.channels.iter().filter(|(kind, _)| within(**kind)).collect();
        for (kind, channel) in channels {
            if round.ear(*kind).asks(now) {
                let (kind, channel) = (*kind, Arc::clone(channel));
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

    /// Counts what was sent within the last minute, by an earlier term too, against the pace.
    async fn remember(&self, round: &mut Round) -> Result<()> {
        let since = self.clock.now().plus(-MINUTE);
        let sent = recent::sent_since(self.database.reader(), round.scope, since).await?;
        round.remember(&sent, self.limits);
        Ok(())
    }

    /// Whether a row may go out now; otherwise its lane waits, or its network.
    fn admit(&self, round: &mut Round, row: &entity::Model, now: Timestamp) -> bool {
        // Acknowledgements, answers in their own place and menus have no pace: their lane or the
        // platform's limit is no chat's.
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
            round.ear(parcel.row.channel).called(now);
        }
        let (store, procedure) = (self.store.clone(), Arc::clone(&self.desk.procedure));
        let term = round.term.clone();
        round.calls.spawn(async move {
            let answer = match channel {
                // Stopped between the claim and the call, it may wake up when another has taken over.
                Some(_) if !term.is_trusted() => {
                    Err(SendError::Transient("it was not sent in time".into()))
                }
                Some(channel) => {
                    let call =
                        delivery::call(channel.as_ref(), (store.as_ref(), &procedure), &parcel);
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

    /// Writes down every answer that is there, together, and lets their lanes go on.
    async fn settle(&self, round: &mut Round) -> Result<()> {
        while let Some(joined) = round.calls.try_join_next() {
            round.take(joined, self.clock.now());
        }
        if round.answered.is_empty() {
            return Ok(());
        }
        // Cards change in one order everywhere, lest two who change the same ones wait for each other.
        round.answered.sort_by_key(|(parcel, _)| delivery::card(&parcel.delivery));
        match self.write_down(&round.term, &round.answered).await {
            Err(error) if !is_of_one_row(&error) => return Err(error),
            // One row that cannot be settled must neither hold back the others nor be sent for ever.
            Err(_) => {
                for one in &round.answered {
                    self.write_down_alone(&round.term, one).await?;
                    round.term.progress().next_within(REPORT);
                }
            }
            Ok(()) => {}
        }
        kill_point("courier.settled");
        for (parcel, answer) in std::mem::take(&mut round.answered) {
            round.busy.remove(&parcel.row.lane);
            if answer.is_err() {
                round.outlook = None;
            }
        }
        Ok(())
    }

    async fn write_down(&self, term: &Term, answered: &[(Parcel, Answer)]) -> Result<()> {
        let (desk, when) = (&self.desk, (self.patience, self.clock.now()));
        self.database
            .write(|tx| {
                Box::pin(async move {
                    term.hold(tx).await?;
                    for (parcel, answer) in answered {
                        let (id, attempts) = (parcel.row.id, parcel.row.attempts);
                        if !outbox::is_being_sent(tx, id, attempts).await? {
                            continue;
                        }
                        delivery::settle(tx, desk, (parcel, answer), when).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }
}
