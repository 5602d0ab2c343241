//! Watches the desk itself: whether the database takes writes, whether its file is still the one
//! that was opened, and whether the queues are worked off. The result goes into [`Health`], which
//! `/readyz` shows. Deliberately absent: repairs.

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

/// How often the path of the database file is checked.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// Every how many checks the watchdog makes a trial write and checks the queues.
const TRY_EVERY: u32 = 2;
/// How long the database may take to answer before it counts as out of order. One of the desk's own
/// writes may delay the trial write for a moment.
const ANSWERS: Duration = Duration::from_secs(3);
/// How long the oldest waiting row may stay the same, untried, before its queue counts as stuck:
/// twice the longest wait for a platform's answer.
const STUCK: Duration = Duration::from_secs(60);
/// A check ends within this time, even when the database delays it and the write connection is
/// opened again.
const REPORT: Duration = Duration::from_secs(60);

pub struct Watchdog {
    pub database: Database,
    pub clock: SharedClock,
    /// Shows the result.
    pub health: Health,
}

/// The oldest waiting row of a queue.
#[derive(Debug, Default)]
struct Head {
    seen: Option<(i64, i32)>,
    since: Option<Instant>,
}

impl Head {
    /// Whether the queue is worked off.
    fn moves(&mut self, oldest: Option<(i64, i32)>, now: Instant) -> bool {
        if oldest != self.seen || oldest.is_none() {
            (self.seen, self.since) = (oldest, oldest.map(|_| now));
        }
        self.since.is_none_or(|since| now.duration_since(since) < STUCK)
    }
}

impl Watchdog {
    /// Checks until told to stop.
    ///
    /// # Errors
    /// When the database's file is lost as a whole: the desk has to end, and to name the reason.
    pub async fn run(&self, progress: Progress, mut shutdown: Shutdown) -> Result<(), FileLoss> {
        let mut inbox = Head::default();
        let mut outbox = Head::default();
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
                loss = self.database.wait_until_lost() => return Err(loss),
                () = tokio::time::sleep(CHECK_EVERY) => {}
            }
        }
        Ok(())
    }

    /// Makes a trial write, and reads the oldest waiting row of each queue.
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
        let mut head = Head::default();
        let begun = Instant::now();
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
