//! Background workers: the inbox handler, the sweeper (what is due), the courier (outbox), the file
//! fetcher and the reporter, with supervision and leases. Each worker has a `pass`, which tests and
//! the console step by hand, and a `run`, which waits to be woken. Deliberately absent: rules,
//! words and wire formats.

use std::time::Duration;

use tokio::sync::{Notify, watch};

pub mod admission;
mod bundle;
pub mod courier;
pub mod delivery;
pub mod fetcher;
pub mod handler;
pub mod health;
pub mod jump;
pub mod leases;
pub mod monthly;
pub mod pacing;
pub mod reachability;
pub mod reporter;
pub mod retention;
pub mod round;
pub mod supervise;
pub mod sweep;
pub mod watchdog;
pub mod workbook;

/// How long a worker waits for a wake-up before it polls the database: rows that another process
/// wrote cause no wake-up here.
pub const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// Wakes a worker as soon as it has work.
#[derive(Debug, Default)]
pub struct Wake {
    /// The handler: an event was stored.
    pub inbox: Notify,
    /// The courier: a delivery was enqueued.
    pub outbox: Broadcast,
    /// The fetcher: a file was announced.
    pub files: Notify,
    /// The reporter: a report was asked for.
    pub reports: Notify,
}

/// Wakes every subscriber. A subscriber that is busy learns of the call at its next `changed`.
#[derive(Debug)]
pub struct Broadcast(watch::Sender<()>);

impl Default for Broadcast {
    fn default() -> Self {
        Self(watch::Sender::new(()))
    }
}

impl Broadcast {
    pub fn notify_all(&self) {
        self.0.send_replace(());
    }

    /// Receives every call from now on.
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}

/// Becomes `true` when the workers have to end.
pub type Shutdown = watch::Receiver<bool>;

/// Returns when the desk is told to stop.
pub async fn stopped(shutdown: &mut Shutdown) {
    // A dropped sender means the same as a sender that says stop.
    let _ = shutdown.wait_for(|stop| *stop).await;
}
