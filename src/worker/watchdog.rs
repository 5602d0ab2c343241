//! Looks after the desk itself: whether the database takes writes, whether its file is still the one
//! that was opened, and whether what waits is taken up. It writes what it sees into [`Health`], which
//! `/readyz` shows. Deliberately absent: mending anything.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    Shutdown,
    health::{Health, Queue},
    stopped,
};
use crate::{
    clock::SharedClock,
    progress::Progress,
    service::{
        Result,
        database::{Database, FileLoss},
        inbox, outbox,
    },
};

/// How often the file's path is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// After how many looks something is written and the queues are looked at.
const TRY_EVERY: u32 = 2;
/// How long the database may take to answer before it counts as out of order. A write of the desk's own
/// may hold up the trial write for a moment.
const ANSWERS: Duration = Duration::from_secs(3);
/// How long the oldest thing that waits may be the same, untried, before its queue counts as stuck:
/// twice the longest wait for a platform's answer.
const STUCK: Duration = Duration::from_secs(60);
/// Within which time a look ends, when the database lets it wait and the writer opens anew.
const REPORT: Duration = Duration::from_secs(60);

/// Looks after a desk.
pub struct Watchdog {
    /// Where everything is kept.
    pub database: Database,
    /// The time.
    pub clock: SharedClock,
    /// Where it is shown.
    pub health: Health,
}

/// What was seen to wait first in a queue.
#[derive(Debug, Default)]
struct Head {
    seen: Option<(i64, i32)>,
    since: Option<Instant>,
}

impl Head {
    /// Whether the queue moves.
    fn moves(&mut self, oldest: Option<(i64, i32)>, now: Instant) -> bool {
        if oldest != self.seen || oldest.is_none() {
            (self.seen, self.since) = (oldest, oldest.map(|_| now));
        }
        self.since.is_none_or(|since| now.duration_since(since) < STUCK)
    }
}

impl Watchdog {
    /// Looks until told to stop.
    ///
    /// # Errors
    /// When the database's file is lost as a whole: the desk has to end, and to say so.
    pub async fn run(&self, progress: Progress, mut shutdown: Shutdown) -> Result<(), FileLoss> {
        let (mut inbox, mut outbox) = (Head::default(), Head::default());
        for look in 0_u32.. {
            progress.next_within(REPORT);
            if let Some(ruin) = self.database.inspect() {
                return Err(ruin);
            }
            if look.is_multiple_of(TRY_EVERY) {
                let tried = tokio::time::timeout(ANSWERS, self.try_out()).await;
                if let Ok(Ok((told, said))) = &tried {
                    let now = Instant::now();
                    self.health.set_queue(Queue::Inbox, inbox.moves(*told, now));
                    self.health.set_queue(Queue::Outbox, outbox.moves(*said, now));
                }
                let works = matches!(tried, Ok(Ok(_)));
                if let Ok(Err(error)) = tried {
                    tracing::warn!(%error, "the database does not take the trial write");
                    self.mark_lost(&error);
                }
                self.health.set_database(works);
            }
            tokio::select! {
                () = stopped(&mut shutdown) => return Ok(()),
                ruin = self.database.wait_until_lost() => return Err(ruin),
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        Ok(())
    }

    /// Writes something, and reads what waits first in each queue.
    async fn try_out(&self) -> Result<(Option<(i64, i32)>, Option<(i64, i32)>)> {
        self.database.try_to_write().await?;
        let reader = self.database.reader();
        let told = inbox::oldest(reader).await?.map(|(id, attempts)| (id.0, attempts));
        let said = outbox::oldest(reader, self.clock.now()).await?;
        Ok((told, said.map(|(id, attempts)| (id.0, attempts))))
    }

    fn mark_lost(&self, error: &crate::service::Error) {
        let crate::service::Error::Database(error) = error else { return };
        if let Some(ruin) = error.ruin().or_else(|| error.is_damage().then_some(FileLoss::Damaged))
        {
            self.database.mark_lost(ruin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_stuck_when_its_oldest_row_stays_the_same_untried() {
        let (mut head, begun) = (Head::default(), Instant::now());
        let later = |seconds| begun + Duration::from_secs(seconds);
        assert!(head.moves(Some((1, 0)), begun));
        assert!(head.moves(Some((1, 0)), later(59)));
        assert!(!head.moves(Some((1, 0)), later(60)));
        assert!(head.moves(Some((1, 1)), later(61)), "it was tried");
        assert!(head.moves(Some((2, 0)), later(121)), "another one is first");
        assert!(head.moves(None, later(200)));
        assert!(head.moves(Some((2, 0)), later(300)), "it waits anew");
    }
}
