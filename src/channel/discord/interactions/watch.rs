//! Defers in time what the desk has not answered yet. A desk that keeps up has two seconds for its answer, so
//! that a modal can open as the first answer. Many waiting interactions show that the desk has fallen behind;
//! then they are deferred early, because a deferral does not wait for the database. Deliberately absent: the
//! answer itself.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{FIRST_ANSWER_TIME, Interactions, Stage, Waiting};

/// How long an interaction waits for its answer before it is deferred; the platform gives up after 3 s.
pub(super) const DEFER_AFTER: Duration = Duration::from_secs(2);
/// The same while more than [`CROWD`] interactions wait, so that a deferral arrives within half a second.
const DEFER_EARLY: Duration = Duration::from_millis(300);
/// More unanswered interactions than this show that the desk has fallen behind.
const CROWD: usize = 40;
const CHECK_INTERVAL: Duration = Duration::from_millis(25);

/// How long an interaction waits before it is deferred while `waiting` interactions wait.
fn patience(waiting: usize) -> Duration {
    if waiting > CROWD { DEFER_EARLY } else { DEFER_AFTER }
}

impl Interactions {
    /// Watches an interaction until it is answered or deferred.
    pub(super) fn watch(self: &Arc<Self>, waiting: Arc<Waiting>) {
        let begins = {
            let mut known = self.known();
            known.unanswered.push(waiting);
            !std::mem::replace(&mut known.watched, true)
        };
        if begins {
            let this = Arc::clone(self);
            tokio::spawn(async move { this.keep_watch().await });
        }
    }

    /// Checks until no interaction waits.
    async fn keep_watch(self: Arc<Self>) {
        loop {
            let Some(late) = self.late(Instant::now()) else { return };
            for waiting in late {
                let this = Arc::clone(&self);
                tokio::spawn(async move { this.defer(&waiting).await });
            }
            tokio::time::sleep(CHECK_INTERVAL).await;
        }
    }

    /// Takes out the interactions to defer now. `None` when no interaction waits, which ends the watch.
    fn late(&self, now: Instant) -> Option<Vec<Arc<Waiting>>> {
        let mut known = self.known();
        // A locked stage is being answered; the next check looks at it again.
        known.unanswered.retain(|waiting| {
            let open = waiting.stage.try_lock().map_or(true, |stage| *stage == Stage::Unanswered);
            open && now.saturating_duration_since(waiting.at) < FIRST_ANSWER_TIME
        });
        if known.unanswered.is_empty() {
            known.watched = false;
            return None;
        }
        let patience = patience(known.unanswered.len());
        let is_late =
            |waiting: &mut Arc<Waiting>| now.saturating_duration_since(waiting.at) >= patience;
        Some(known.unanswered.extract_if(.., is_late).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_deferred_early_and_few_have_time_for_a_modal() {
        assert_eq!(patience(1), DEFER_AFTER);
        assert_eq!(patience(CROWD), DEFER_AFTER);
        assert_eq!(patience(CROWD + 1), DEFER_EARLY);
        assert!(DEFER_EARLY + CHECK_INTERVAL < Duration::from_millis(400));
    }
}
