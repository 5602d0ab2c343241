//! The state of the courier: the calls under way, and what it has learned of each network: how fast
//! it may be called, and whether it answers. Deliberately absent: the outbox, and what an answer
//! means for its row.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
};

use tokio::task::{JoinError, JoinSet};

use super::{
    delivery::{Answer, Answered, Parcel},
    leases::Tenure,
    pacing::{Limits, Pacer, Place, Share, Turn},
    reachability::Reachability,
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

/// For how long an outlook is valid, in milliseconds.
const HOLDS: i64 = 2 * SECOND;

/// The calls under way, and the recent state of the networks.
#[derive(Default)]
pub struct Round {
    /// One for each network: a rate limit of one network says nothing of another.
    pub(super) pacers: HashMap<ChannelKind, Pacer>,
    reachability: HashMap<ChannelKind, Reachability>,
    pub(super) busy: HashSet<String>,
    /// The rows that this courier delivers.
    pub(super) scope: Scope,
    /// For how long this replica does.
    pub(super) tenure: Tenure,
    /// Lanes that wait for the rate limit of their chat.
    pub(super) held: HashMap<String, Wait>,
    /// Networks that wait for their own rate limit.
    pub(super) closed: HashMap<ChannelKind, Wait>,
    /// Networks on which answers to strangers wait for their share of the rate.
    pub(super) strangers: HashMap<ChannelKind, Wait>,
    pub(super) calls: JoinSet<Back>,
    /// Claimed rows, marked as being sent, whose call has not begun.
    pub(super) claimed: VecDeque<Parcel>,
    /// Answers that are not recorded yet. Their lanes stay busy until they are: a row whose answer
    /// is known must not be sent again because the database failed for a moment.
    pub(super) answered: Vec<Answered>,
    /// When the next postponed row is due. Dropped whenever a row is postponed.
    pub(super) outlook: Option<Outlook>,
}

/// The result of asking the database for the next postponed row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outlook {
    /// When the database was asked.
    pub(super) seen: Timestamp,
    /// The first instant at which a postponed row is due.
    pub(super) next: Option<Timestamp>,
}

/// A wait that a rate limit imposed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
}

impl Wait {
    /// Whether the wait lasts. `now` before its beginning means that the clock was set back.
    fn goes_on(self, now: Timestamp) -> bool {
        self.since <= now && now < self.until
    }
}

impl fmt::Debug for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Round").field("under_way", &self.calls.len()).finish_non_exhaustive()
    }
}

/// The result of a call to a network.
pub(super) enum Back {
    /// The answer to a delivery.
    Answer(Box<Parcel>, Answer),
    /// Whether a silent network answered a probe.
    Sign(ChannelKind, bool),
}

impl Round {
    /// A round for the rows within `scope`, for as long as this replica holds the `tenure`.
    pub(super) fn of(scope: Scope, tenure: Tenure) -> Self {
        Self { scope, tenure, ..Self::default() }
    }

    /// Counts messages that were sent before this round began, the oldest first, against the rate
    /// limits.
    pub(super) fn remember(&mut self, sent: &[entity::Model], limits: Limits) {
        for row in sent {
            // A row in a lane other than its chat's is not paced.
            let paced = row.lane == lane(row.channel, &row.chat_key);
            if let Some(at) = row.settled_at.filter(|_| paced) {
                let pacer = self.pacers.entry(row.channel);
                pacer.or_insert_with(|| Pacer::new(limits)).remember(&turn(row), at);
            }
        }
    }

    /// How many calls are under way.
    pub fn under_way(&self) -> usize {
        self.calls.len()
    }

    /// Waits for a call to end; `false` when none is under way.
    pub async fn waits(&mut self, now: impl Fn() -> Timestamp) -> bool {
        let Some(joined) = self.calls.join_next().await else { return false };
        self.take(joined, now());
        true
    }

    /// A row that was claimed but never called for was surely not sent; it is tried again.
    pub(super) fn put_back_claimed(&mut self) {
        for parcel in std::mem::take(&mut self.claimed) {
            self.busy.insert(parcel.row.lane.clone());
            let answer = Err(SendError::Transient("the platform was not called".into()));
            self.answered.push(Answered { parcel, answer });
        }
    }

    /// Keeps an answer until it is recorded.
    pub(super) fn take(&mut self, joined: std::result::Result<Back, JoinError>, now: Timestamp) {
        match joined {
            Ok(Back::Answer(parcel, answer)) => {
                self.listen(&parcel.row, &answer, now);
                report(&parcel, &answer);
                self.answered.push(Answered { parcel: *parcel, answer });
            }
            Ok(Back::Sign(channel, true)) => self.heard(channel, now),
            Ok(Back::Sign(channel, false)) => self.reachability(channel).unanswered(now),
            // The courier aborts no call and catches the panics of calls, so the runtime itself is
            // ending. The row stays marked as being sent; the next start settles it.
            Err(error) => tracing::error!(%error, "a delivery broke off"),
        }
    }

    /// Learns from an answer whether the network answers, and how fast it may be called.
    fn listen(&mut self, row: &entity::Model, answer: &Answer, now: Timestamp) {
        // A network that is switched off has no state.
        let Some(reachability) = self.reachability.get_mut(&row.channel) else { return };
        reachability.ended();
        match answer {
            // The adapter may have answered this by itself, without a call, so it says nothing of
            // the network.
            Err(SendError::RetryAfter(wait)) => {
                // The whole chat waits, not this message alone: by then another message may be
                // first.
                let wait = i64::try_from(wait.as_millis()).unwrap_or(LONGEST_WAIT);
                let until = now.plus(wait.min(LONGEST_WAIT));
                self.held.insert(row.lane.clone(), Wait { since: now, until });
                if let Some(pacer) = self.pacers.get_mut(&row.channel) {
                    pacer.told_off(chat_and_part(&row.lane).0, now);
                }
            }
            Err(SendError::Transient(_) | SendError::Unknown(_)) => {
                if reachability.nothing(now) {
                    tracing::debug!(
                        channel = row.channel.as_str(),
                        "no answer; probing the network"
                    );
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
        if let Some(silent) =
            self.reachability(channel).heard(now).filter(|silent| *silent >= SECOND)
        {
            tracing::info!(channel = channel.as_str(), silent, "the network answers again");
        }
    }

    pub(super) fn reachability(&mut self, channel: ChannelKind) -> &mut Reachability {
        self.reachability.entry(channel).or_default()
    }

    /// For how long the network of this round has been silent, in milliseconds.
    pub(super) fn silent_for(&self, now: Timestamp) -> Option<i64> {
        self.reachability.get(&self.scope?)?.silent_for(now)
    }

    /// The lanes and networks in which nothing may be sent now.
    pub(super) fn shut(&mut self, now: Timestamp) -> Shut {
        self.held.retain(|_, wait| wait.goes_on(now));
        self.closed.retain(|_, wait| wait.goes_on(now));
        self.strangers.retain(|_, wait| wait.goes_on(now));
        let silent = self
            .reachability
            .iter()
            .filter(|(_, reachability)| reachability.is_silent())
            .map(|(channel, _)| channel);
        Shut {
            lanes: self.busy.iter().chain(self.held.keys()).cloned().collect(),
            channels: self.closed.keys().chain(silent).copied().collect(),
            strangers: self.strangers.keys().copied().collect(),
        }
    }

    /// The next due instant as the database told it, while that is valid: until the instant itself,
    /// and not for long, because another process may postpone a row and the clock may be set back.
    pub(super) fn outlook(&self, now: Timestamp) -> Option<Option<Timestamp>> {
        let holds = |outlook: &Outlook| {
            (0..HOLDS).contains(&now.since(outlook.seen))
                && outlook.next.is_none_or(|next| now < next)
        };
        self.outlook.filter(holds).map(|outlook| outlook.next)
    }

    /// The next instant at which a wait of this round ends.
    pub(super) fn next(&self) -> Option<Timestamp> {
        let paces = self.held.values().chain(self.closed.values()).chain(self.strangers.values());
        let paces = paces.map(|wait| wait.until);
        paces.chain(self.reachability.values().filter_map(Reachability::next)).min()
    }
}

/// What a row counts against the rate limits.
pub(super) fn turn(row: &entity::Model) -> Turn<'_> {
    let place = if row.person_id.is_none() { Place::Group } else { Place::Private };
    // A stranger is no person of the desk, and writes in a private chat.
    let (place, share) = match (row.precedence, row.card_id) {
        (Precedence::Stranger, _) => (Place::Private, Share::Strangers),
        (Precedence::Asked, Some(_)) => (place, Share::Press),
        _ => (place, Share::Members),
    };
    // The platform limits a group as a whole, its topics included.
    Turn { lane: chat_and_part(&row.lane).0, place, share }
}

fn report(parcel: &Parcel, answer: &Answer) {
    let id = parcel.row.id;
    let channel = parcel.row.channel.as_str();
    match answer {
        Ok(_) => tracing::debug!(outbox = %id, channel, "delivered"),
        Err(error) => tracing::warn!(outbox = %id, channel, %error, "not delivered"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlook_is_valid_until_its_instant_and_two_seconds_at_most() {
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
