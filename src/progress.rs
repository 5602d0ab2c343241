//! Progress marks: work announces the time within which it will report again, so that work that
//! hangs is told apart from work that takes long. Deliberately absent: what follows when work is
//! late; see `crate::worker::supervise` and `crate::worker::leases`.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// A mark that work sets as it makes progress. Clones share the mark. The default is not watched
/// and never late.
#[derive(Debug, Clone, Default)]
pub struct Progress(Option<Arc<Mutex<Instant>>>);

impl Progress {
    /// A mark that is late unless it is set again within `span`.
    pub fn within(span: Duration) -> Self {
        Self(Some(Arc::new(Mutex::new(Instant::now() + span))))
    }

    /// The work has made progress, and will report again within `span`.
    pub fn next_within(&self, span: Duration) {
        if let Some(due) = &self.0 {
            // One value is set at once, so a panicking thread leaves no half change behind.
            *due.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + span;
        }
    }

    /// Whether a report of progress is overdue.
    pub fn is_late(&self) -> bool {
        self.due().is_some_and(|due| Instant::now() >= due)
    }

    /// Waits until the work is late; for ever when the mark is not watched.
    pub async fn late(&self) {
        loop {
            match self.due() {
                None => std::future::pending().await,
                Some(due) if Instant::now() >= due => return,
                Some(due) => tokio::time::sleep_until(due).await,
            }
        }
    }

    fn due(&self) -> Option<Instant> {
        let due = self.0.as_ref()?;
        Some(*due.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[tokio::test]
    async fn work_is_late_unless_it_reports_within_its_bound() {
        let progress = Progress::within(HOUR);
        assert!(!progress.is_late());
        let waiting = tokio::spawn({
            let progress = progress.clone();
            async move { progress.late().await }
        });
        assert!(!waiting.is_finished());
        progress.next_within(Duration::ZERO);
        assert!(progress.is_late());
        progress.late().await;
        waiting.abort();
        progress.next_within(HOUR);
        assert!(!progress.is_late(), "late work may go on");
    }

    #[tokio::test]
    async fn a_mark_that_is_not_watched_is_never_late() {
        let progress = Progress::default();
        progress.next_within(Duration::ZERO);
        assert!(!progress.is_late());
        assert!(futures::FutureExt::now_or_never(progress.late()).is_none());
    }
}
