//! What the courier has under way, and what it has learned of the networks meanwhile: how fast each may
//! be spoken to, and whether it answers. Deliberately absent: the outbox, and what an answer means for
//! its row.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
};

use tokio::task::{JoinError, JoinSet};

use super::{
    delivery::{Answer, Parcel},
    leases::Term,
    pacing::{Limits, Pacer, Place, Share, Turn},
    silence::Ear,
};
use crate::{
    channel::SendError,
    domain::{
        channel::{ChannelKind, chat_and_part},
        time::{SECOND, Timestamp},
    },
    entity::outbox::{self as entity, Precedence},
    service::outbox::{LONGEST_WAIT, Scope, Shut, lane},
};

/// How long an outlook holds, in milliseconds.
const HOLDS: i64 = 2 * SECOND;

/// What is under way, and what the networks were like lately.
#[derive(Default)]
pub struct Round {
    /// One for each network: what one says is too much is not too much for another.
    pub(super) pacers: HashMap<ChannelKind, Pacer>,
    /// One for each network, too.
    ears: HashMap<ChannelKind, Ear>,
    pub(super) busy: HashSet<String>,
    /// What is looked after.
    pub(super) scope: Scope,
    /// For how long this replica does.
    pub(super) term: Term,
    /// Lanes that wait for their pace.
    pub(super) held: HashMap<String, Wait>,
    /// Networks that wait for theirs.
    pub(super) closed: HashMap<ChannelKind, Wait>,
    /// Networks on which the answers to strangers wait for theirs.
    pub(super) strangers: HashMap<ChannelKind, Wait>,
    pub(super) calls: JoinSet<Back>,
    /// Marked as being sent, and not called for yet.
    pub(super) claimed: VecDeque<Parcel>,
    /// Answers that are not written down yet. Their lanes stay busy until they are: a row whose
    /// answer is known must not be sent again because the database had a bad moment.
    pub(super) answered: Vec<(Parcel, Answer)>,
    /// When something that was put off may go on. Forgotten when anything is put off.
    pub(super) outlook: Option<Outlook>,
}

/// What was seen of that which was put off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outlook {
    /// When it was seen.
    pub(super) seen: Timestamp,
    /// The first instant at which something may go on.
    pub(super) next: Option<Timestamp>,
}

/// Somebody was told to wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
}

impl Wait {
    /// Whether it goes on. Before it began, it had not: then the clock was put back.
    fn goes_on(self, now: Timestamp) -> bool {
        self.since <= now && now < self.until
    }
}

impl fmt::Debug for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Round").field("under_way", &self.calls.len()).finish_non_exhaustive()
    }
}

/// What comes back from a network.
pub(super) enum Back {
    /// What became of a delivery.
    Answer(Box<Parcel>, Answer),
    /// Whether a network that was silent says anything.
    Sign(ChannelKind, bool),
}

impl Round {
    /// Of what is within `scope`, for as long as it is this replica's `term`.
    pub(super) fn of(scope: Scope, term: Term) -> Self {
        Self { scope, term, ..Self::default() }
    }

    /// Counts what was sent before this round began, the oldest first, against the pace.
    pub(super) fn remember(&mut self, sent: &[entity::Model], limits: Limits) {
        for row in sent {
            // What has a lane of its own has no pace.
            let paced = row.lane == lane(row.channel, &row.chat_key);
            if let Some(at) = row.settled_at.filter(|_| paced) {
                let pacer = self.pacers.entry(row.channel);
                pacer.or_insert_with(|| Pacer::new(limits)).remember(&turn(row), at);
            }
        }
    }

    /// How many calls have not come back.
    pub fn under_way(&self) -> usize {
        self.calls.len()
    }

    /// Waits for a call to come back; `false` when none is under way.
    pub async fn waits(&mut self, now: impl Fn() -> Timestamp) -> bool {
        let Some(joined) = self.calls.join_next().await else { return false };
        self.take(joined, now());
        true
    }

    /// What was claimed and never called for was surely not sent; it is tried again.
    pub(super) fn put_back_claimed(&mut self) {
        for parcel in std::mem::take(&mut self.claimed) {
            self.busy.insert(parcel.row.lane.clone());
            self.answered.push((parcel, Err(SendError::Transient("it was not called for".into()))));
        }
    }

    /// Keeps an answer until it is written down.
    pub(super) fn take(&mut self, joined: std::result::Result<Back, JoinError>, now: Timestamp) {
        match joined {
            Ok(Back::Answer(parcel, answer)) => {
                self.listen(&parcel.row, &answer, now);
                report(&parcel, &answer);
                self.answered.push((*parcel, answer));
            }
            Ok(Back::Sign(channel, true)) => self.heard(channel, now),
            Ok(Back::Sign(channel, false)) => self.ear(channel).unanswered(now),
            // Nobody aborts a call and its panics are caught, so this is the runtime's own end. The
            // row stays marked as being sent; the next start looks after it.
            Err(error) => tracing::error!(%error, "a delivery broke off"),
        }
    }

    /// Learns from an answer how the network is.
    fn listen(&mut self, row: &entity::Model, answer: &Answer, now: Timestamp) {
        // Nobody listens to a network that is switched off.
        let Some(ear) = self.ears.get_mut(&row.channel) else { return };
        ear.ended();
        match answer {
            // The adapter may say so by itself, which tells nothing of the network.
            Err(SendError::RetryAfter(wait)) => {
                // The whole chat waits, not this message alone: another one may be first by then.
                let wait = i64::try_from(wait.as_millis()).unwrap_or(LONGEST_WAIT);
                let until = now.plus(wait.min(LONGEST_WAIT));
                self.held.insert(row.lane.clone(), Wait { since: now, until });
                if let Some(pacer) = self.pacers.get_mut(&row.channel) {
                    pacer.told_off(chat_and_part(&row.lane).0, now);
                }
            }
            Err(SendError::Transient(_) | SendError::Unknown(_)) => {
                if ear.nothing(now) {
                    tracing::debug!(channel = row.channel.as_str(), "nothing came; is it there?");
                }
            }
            _ => {
                self.heard(row.channel, now);
                if let Some(pacer) = self.pacers.get_mut(&row.channel).filter(|_| answer.is_ok()) {
                    pacer.delivered(now);
                }
            }
        }
    }

    fn heard(&mut self, channel: ChannelKind, now: Timestamp) {
        if let Some(silent) = self.ear(channel).heard(now).filter(|silent| *silent >= SECOND) {
            tracing::info!(channel = channel.as_str(), silent, "the network answers again");
        }
    }

    pub(super) fn ear(&mut self, channel: ChannelKind) -> &mut Ear {
        self.ears.entry(channel).or_default()
    }

    /// For how long the network that is looked after has been silent, in milliseconds.
    pub(super) fn silent_for(&self, now: Timestamp) -> Option<i64> {
        self.ears.get(&self.scope?)?.silent_for(now)
    }

    /// What nothing may be sent in now.
    pub(super) fn shut(&mut self, now: Timestamp) -> Shut {
        self.held.retain(|_, wait| wait.goes_on(now));
        self.closed.retain(|_, wait| wait.goes_on(now));
        self.strangers.retain(|_, wait| wait.goes_on(now));
        let silent =
            self.ears.iter().filter(|(_, ear)| ear.is_silent()).map(|(channel, _)| channel);
        Shut {
            lanes: self.busy.iter().chain(self.held.keys()).cloned().collect(),
            channels: self.closed.keys().chain(silent).copied().collect(),
            strangers: self.strangers.keys().copied().collect(),
        }
    }

    /// What was seen of that which was put off, as long as it holds: not beyond its instant, and not for
    /// long, for another process may have put something off, or the clock may have been put back.
    pub(super) fn outlook(&self, now: Timestamp) -> Option<Option<Timestamp>> {
        let holds = |outlook: &Outlook| {
            (0..HOLDS).contains(&now.since(outlook.seen))
                && outlook.next.is_none_or(|next| now < next)
        };
        self.outlook.filter(holds).map(|outlook| outlook.next)
    }

    /// The next instant at which something that waits here may go on.
    pub(super) fn next(&self) -> Option<Timestamp> {
        let paces = self.held.values().chain(self.closed.values()).chain(self.strangers.values());
        let paces = paces.map(|wait| wait.until);
        paces.chain(self.ears.values().filter_map(Ear::next)).min()
    }
}

/// What a row takes of the pace.
pub(super) fn turn(row: &entity::Model) -> Turn<'_> {
    let place = if row.person_id.is_none() { Place::Group } else { Place::Private };
    // A stranger is no person of the desk's, and writes in a private chat.
    let (place, share) = match (row.precedence, row.card_id) {
        (Precedence::Stranger, _) => (Place::Private, Share::Strangers),
        (Precedence::Asked, Some(_)) => (place, Share::Press),
        _ => (place, Share::Members),
    };
    // The platform's limits are a group's, whatever topic of it is meant.
    Turn { lane: chat_and_part(&row.lane).0, place, share }
}

fn report(parcel: &Parcel, answer: &Answer) {
    let (id, channel) = (parcel.row.id, parcel.row.channel.as_str());
    match answer {
        Ok(_) => tracing::debug!(outbox = %id, channel, "delivered"),
        Err(error) => tracing::warn!(outbox = %id, channel, %error, "not delivered"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlook_holds_until_its_instant_and_not_for_long() {
        let seen = Timestamp(10 * HOLDS);
        let later = |milliseconds: i64| seen.plus(milliseconds);
        let looks = |next: Option<Timestamp>, now: Timestamp| {
            let outlook = Some(Outlook { seen, next });
            Round { outlook, ..Round::default() }.outlook(now)
        };
        assert_eq!(Round::default().outlook(seen), None, "nothing was seen yet");
        assert_eq!(looks(None, seen), Some(None));
        assert_eq!(looks(None, later(HOLDS - 1)), Some(None));
        assert_eq!(looks(None, later(HOLDS)), None, "others may have put something off");
        assert_eq!(looks(None, later(-1)), None, "the clock was put back");
        assert_eq!(looks(Some(later(5)), later(4)), Some(Some(later(5))));
        assert_eq!(looks(Some(later(5)), later(5)), None, "its time has come");
    }
}
