//! The loops: what has been told is handled, what is due is done, what is to be said is sent. Each
//! has a `pass` that tests and the console step by hand and a `run` that waits to be woken.
//! Deliberately absent: rules, words and wire formats.

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
pub mod postpone;
pub mod reporter;
pub mod retention;
pub mod round;
pub mod silence;
pub mod supervise;
pub mod sweep;
mod thread;
pub mod watchdog;
pub mod workbook;

/// How long a worker waits to be woken before it looks by itself: what another process wrote wakes
/// nobody here.
pub const LOOK: Duration = Duration::from_secs(2);

/// Wakes a worker the moment there is something to do.
#[derive(Debug, Default)]
pub struct Wake {
    /// Something was told.
    pub inbox: Notify,
    /// Something is to be said.
    pub outbox: Bell,
    /// A file is to be fetched.
    pub files: Notify,
    /// A report is wanted.
    pub reports: Notify,
}

/// Heard by everybody who listens, and by whoever was busy once he listens again.
#[derive(Debug)]
pub struct Bell(watch::Sender<()>);

impl Default for Bell {
    fn default() -> Self {
        Self(watch::Sender::new(()))
    }
}

impl Bell {
    /// Rings it.
    pub fn ring(&self) {
        self.0.send_replace(());
    }

    /// Something that hears from now on.
    pub fn listen(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}

/// Tells every loop to end; the loops hold the receiving side.
pub type Shutdown = watch::Receiver<bool>;

/// Ends when the desk is told to stop.
pub async fn stopped(shutdown: &mut Shutdown) {
    // A sender that is gone means the same as one that says stop.
    let _ = shutdown.wait_for(|stop| *stop).await;
}
