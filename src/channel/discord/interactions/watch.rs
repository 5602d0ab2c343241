//! Acknowledges in time what the desk has not answered yet. A desk that keeps up has two seconds, so that
//! a form can open as the first answer. Once many interactions wait, the desk has fallen behind, and they
//! are put off early: an acknowledgement does not queue behind the database. Deliberately absent: what is
//! answered afterwards.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Interactions, PATIENCE, Stage, Waiting};

/// How long an interaction waits for its answer before it is put off; the platform gives up at 3 s.
pub(super) const PUT_OFF: Duration = Duration::from_secs(2);
/// The same while more than [`CROWD`] wait: an acknowledgement takes at most half a second then.
const EARLY: Duration = Duration::from_millis(300);
/// How many unanswered interactions show that the desk has fallen behind.
const CROWD: usize = 40;
/// How often the watch looks.
const LOOK: Duration = Duration::from_millis(25);

/// How long an interaction may wait while so many do.
fn patience(waiting: usize) -> Duration {
    if waiting > CROWD { EARLY } else { PUT_OFF }
}

impl Interactions {
    /// Watches an interaction until it is answered, or puts it off in time.
    pub(super) fn watch(self: &Arc<Self>, waiting: Arc<Waiting>) {
        let begins = {
            let mut known = self.known();
            known.fresh.push(waiting);
            !std::mem::replace(&mut known.watched, true)
        };
        if begins {
            let this = Arc::clone(self);
            tokio::spawn(async move { this.keep_watch().await });
        }
    }

    /// Looks again and again, until nothing waits.
    async fn keep_watch(self: Arc<Self>) {
        loop {
            let Some(late) = self.late(Instant::now()) else { return };
            for waiting in late {
                let this = Arc::clone(&self);
                tokio::spawn(async move { this.put_off(&waiting).await });
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Takes out those that have to be put off now. `None` when nothing waits: the watch is over.
    fn late(&self, now: Instant) -> Option<Vec<Arc<Waiting>>> {
        let mut known = self.known();
        // A stage that is locked is just being answered, and is looked at again.
        known.fresh.retain(|waiting| {
            let open = waiting.stage.try_lock().map_or(true, |stage| *stage == Stage::Fresh);
            open && now.saturating_duration_since(waiting.at) < PATIENCE
        });
        if known.fresh.is_empty() {
            known.watched = false;
            return None;
        }
        let patience = patience(known.fresh.len());
        let is_late =
            |waiting: &mut Arc<Waiting>| now.saturating_duration_since(waiting.at) >= patience;
        Some(known.fresh.extract_if(.., is_late).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_put_off_early_and_few_have_time_for_a_form() {
        assert_eq!(patience(1), PUT_OFF);
        assert_eq!(patience(CROWD), PUT_OFF);
        assert_eq!(patience(CROWD + 1), EARLY);
        assert!(EARLY + LOOK < Duration::from_millis(400));
    }
}
