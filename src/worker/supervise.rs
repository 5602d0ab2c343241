//! Supervision: a worker that panics or hangs is restarted after a back-off. A worker that keeps
//! dying is given up, and the process ends with it. An error that the work itself returns is final:
//! only a person can change what it names. Deliberately absent: what any worker does.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use tokio::time::Instant;

use super::{Shutdown, health::Health, stopped};
use crate::{backoff::Backoff, progress::Progress};

/// The pauses before restarts.
const BACKOFF: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
/// After this many deaths in a row a worker is given up: about eleven seconds after the first, if
/// each restart fails at once.
const MOST_DEATHS: u32 = 8;
/// A worker that ran for this long before it died starts a new series of deaths.
const STEADY: Duration = Duration::from_secs(60);

/// The work did not report progress in time and was aborted.
#[derive(Debug, thiserror::Error)]
#[error("{0} made no progress and was broken off")]
pub struct Stalled(pub String);

/// Why a worker is not restarted.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    /// The worker's own error, which a restart would not change.
    #[error(transparent)]
    Failed(anyhow::Error),
    /// The worker died too often in a row.
    #[error("the worker {0} died {MOST_DEATHS} times in a row and is not restarted")]
    KeepsDying(String),
}

#[derive(Debug, Clone)]
pub struct Supervisor {
    /// The worker's name in the log.
    pub name: String,
    /// Shows the worker's state.
    pub health: Health,
    /// When the first report of progress is due; `None` for a worker that reports to a lease, or
    /// not at all.
    pub first_report: Option<Duration>,
    pub shutdown: Shutdown,
}

impl Supervisor {
    /// Runs `work` until it ends by itself, and restarts it whenever it panics or hangs.
    ///
    /// # Errors
    /// When the work fails in a way that a restart would not change, or keeps dying.
    pub async fn run<F>(mut self, work: impl Fn(Progress) -> F) -> Result<(), Ended>
    where
        F: Future<Output = anyhow::Result<()>>,
    {
        let mut deaths = 0;
        loop {
            let begun = Instant::now();
            let why = match self.run_once(&work).await {
                Ok(()) => return Ok(()),
                Err(error) if error.is::<Stalled>() || error.is::<Panicked>() => error,
                Err(error) => return Err(Ended::Failed(error)),
            };
            if begun.elapsed() >= STEADY {
                deaths = 0;
            }
            deaths += 1;
            self.health.broke_off(&self.name);
            if *self.shutdown.borrow() {
                tracing::error!(worker = self.name, "a worker broke off at the end: {why:#}");
                return Ok(());
            }
            if deaths >= MOST_DEATHS {
                return Err(Ended::KeepsDying(self.name));
            }
            let pause = BACKOFF.pause(deaths);
            tracing::error!(
                worker = self.name,
                deaths,
                ?pause,
                "a worker broke off and is restarted: {why:#}"
            );
            tokio::select! {
                () = stopped(&mut self.shutdown) => return Ok(()),
                () = tokio::time::sleep(pause) => {}
            }
            self.health.runs_again(&self.name);
        }
    }

    async fn run_once<F>(&self, work: &impl Fn(Progress) -> F) -> anyhow::Result<()>
    where
        F: Future<Output = anyhow::Result<()>>,
    {
        let progress = self.first_report.map(Progress::within).unwrap_or_default();
        let working = AssertUnwindSafe(async { work(progress.clone()).await }).catch_unwind();
        self.health.watch(&self.name, progress.clone());
        let ended = tokio::select! {
            ended = working => ended.unwrap_or_else(|_| Err(Panicked.into())),
            () = progress.late() => Err(Stalled(self.name.clone()).into()),
        };
        self.health.forget(&self.name);
        ended
    }
}

/// The panic hook has logged the panic itself.
#[derive(Debug, thiserror::Error)]
#[error("it panicked")]
struct Panicked;

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::watch;

    use super::*;
    use crate::worker::health::Condition;

    fn supervisor(first_report: Option<Duration>) -> (Supervisor, watch::Sender<bool>) {
        let (stop, shutdown) = watch::channel(false);
        let health = Health::default();
        (Supervisor { name: "worker".into(), health, first_report, shutdown }, stop)
    }

    #[tokio::test]
    async fn a_worker_that_panics_is_restarted_until_it_ends_by_itself() {
        let (supervisor, _stop) = supervisor(None);
        let health = supervisor.health.clone();
        let runs = AtomicU32::new(0);
        let work = async |_| {
            assert!(runs.fetch_add(1, Ordering::SeqCst) >= 2, "it dies twice");
            Ok(())
        };
        supervisor.run(work).await.unwrap();
        assert_eq!((runs.into_inner(), health.restarts()), (3, 2));
        assert_eq!(health.condition(), Condition::Ready);
    }

    #[tokio::test]
    async fn worker_that_hangs_is_aborted_and_restarted() {
        let (supervisor, _stop) = supervisor(Some(Duration::from_millis(1)));
        let health = supervisor.health.clone();
        let runs = AtomicU32::new(0);
        let work = async |progress: Progress| {
            if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                std::future::pending::<()>().await;
            }
            progress.next_within(Duration::from_secs(60));
            Ok(())
        };
        supervisor.run(work).await.unwrap();
        assert_eq!((runs.into_inner(), health.restarts()), (2, 1));
    }

    #[tokio::test]
    async fn a_workers_own_error_is_final() {
        let (supervisor, _stop) = supervisor(None);
        let ended = supervisor.run(async |_| Err(anyhow::anyhow!("the token is refused"))).await;
        assert!(matches!(ended, Err(Ended::Failed(_))), "{ended:?}");
    }

    #[tokio::test]
    async fn a_worker_that_dies_at_the_end_is_not_restarted() {
        let (supervisor, stop) = supervisor(None);
        let work = async |_| {
            stop.send_replace(true);
            panic!("it dies at the end");
        };
        supervisor.run(work).await.unwrap();
    }
}
