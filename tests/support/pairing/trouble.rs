//! What goes wrong between the desk and somebody's network, the same trouble on both.

use super::{Person, account::Account};
use crate::support::{discord, telegram};

/// What the desk is doing when trouble comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Writing a message in a chat.
    Sending,
    /// Giving a message a new face.
    Editing,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The network says to wait this many seconds.
    Wait(u32),
    /// The network has trouble of its own, and nothing happens.
    Down,
    /// The connection breaks before anything happens.
    LostBefore,
    /// It happens, but the answer is lost.
    LostAfter,
}

impl Person<'_> {
    /// The next so many times that the desk does this on their network, this goes wrong.
    pub fn network_fails(&self, times: usize, doing: Doing, trouble: Trouble) {
        match &self.reader.account {
            Account::Telegram { emulator, .. } => {
                let method = match doing {
                    Doing::Sending => "sendMessage",
                    Doing::Editing => "editMessageText",
                };
                let fault = match trouble {
                    Trouble::Wait(seconds) => telegram::Fault::RetryAfter(seconds),
                    Trouble::Down => telegram::Fault::ServerError502Html,
                    Trouble::LostBefore => telegram::Fault::DropBefore,
                    Trouble::LostAfter => telegram::Fault::DropAfter,
                };
                emulator.faults().next(method, times, fault);
            }
            Account::Discord { emulator, .. } => {
                let route = match doing {
                    Doing::Sending => "POST /channels/*/messages",
                    Doing::Editing => "PATCH /channels/*/messages/*",
                };
                let fault = match trouble {
                    Trouble::Wait(seconds) => discord::Fault::RateLimited {
                        retry_after: f64::from(seconds),
                        global: false,
                        scope: "user",
                    },
                    Trouble::Down => discord::Fault::ServerError502Html,
                    Trouble::LostBefore => discord::Fault::DropBefore,
                    Trouble::LostAfter => discord::Fault::DropAfter,
                };
                emulator.faults().next(route, times, fault);
            }
        }
    }

    /// Nothing goes wrong any more.
    pub fn network_recovers(&self) {
        match &self.reader.account {
            Account::Telegram { emulator, .. } => emulator.faults().clear(),
            Account::Discord { emulator, .. } => emulator.faults().clear(),
        }
    }
}
