//! Faults between the desk and a person's platform, the same on both platforms.

use mesabot::{
    chat::incoming::{Chat, ChatKind, Incoming, Input, Sender},
    domain::channel::ChannelKind,
};
use serde_json::json;

use super::{Held, Person, account::Account};
use crate::support::{discord, telegram};

/// What the desk is doing when the fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Sending a message.
    Sending,
    /// Editing a message.
    Editing,
}

/// The fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The platform tells the desk to wait: see [`Person::told_to_wait`].
    Wait,
    /// The connection breaks before the request takes effect.
    LostBefore,
    /// The request takes effect, but the response is lost.
    LostAfter,
}

impl Person<'_> {
    /// The next `times` requests of this kind on the person's platform fail with this fault.
    pub fn network_fails(&self, times: usize, doing: Doing, trouble: Trouble) {
        match &self.reader.account {
            Account::Telegram { emulator, .. } => {
                let method = match doing {
                    Doing::Sending => "sendMessage",
                    Doing::Editing => "editMessageText",
                };
                let fault = match trouble {
                    Trouble::Wait => telegram::Fault::RetryAfter(30),
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
                    Trouble::Wait => discord::Fault::RateLimited {
                        retry_after: 0.05,
                        global: false,
                        scope: "user",
                    },
                    Trouble::LostBefore => discord::Fault::DropBefore,
                    Trouble::LostAfter => discord::Fault::DropAfter,
                };
                emulator.faults().next(route, times, fault);
            }
        }
    }

    /// From now on every request that the desk makes to the person's platform fails, until it
    /// [comes back](Self::network_comes_back). The desk still receives what people do.
    pub fn network_goes(&self) {
        match &self.reader.account {
            Account::Telegram { emulator, .. } => {
                for method in ["sendMessage", "editMessageText", "setMyCommands", "getMe"] {
                    emulator.faults().sometimes(method, 1_000, 1, telegram::Fault::DropBefore);
                }
            }
            Account::Discord { emulator, .. } => {
                emulator.faults().sometimes("*", 1_000, 1, discord::Fault::DropBefore);
            }
        }
    }

    /// Ends the outage.
    pub fn network_comes_back(&self) {
        match &self.reader.account {
            Account::Telegram { emulator, .. } => emulator.faults().clear(),
            Account::Discord { emulator, .. } => emulator.faults().clear(),
        }
    }

    /// How many requests the desk has made to the person's platform, `getUpdates` aside.
    pub fn network_calls(&self) -> usize {
        match &self.reader.account {
            Account::Telegram { emulator, .. } => emulator.read(|ledger| {
                ledger.calls.iter().filter(|call| call.method != "getUpdates").count()
            }),
            Account::Discord { emulator, .. } => emulator.read(|ledger| ledger.calls.len()),
        }
    }

    /// How long the platform tells the desk to wait, in milliseconds. Short on Discord, whose
    /// adapter paces itself by the real clock.
    pub fn told_to_wait(&self) -> i64 {
        match self.network() {
            ChannelKind::Discord => 50,
            _ => 30_000,
        }
    }

    /// The platform sends an event that cannot be parsed, as if this person had caused it.
    pub async fn network_tells_nonsense(&self) {
        match &self.reader.account {
            Account::Telegram { emulator, .. } => {
                emulator.raw_update(json!({
                    "message": {"message_id": 1, "date": 1, "chat": "not a chat"},
                }));
                self.desk.settle().await;
            }
            Account::Discord { emulator, id, .. } => {
                let broken = json!({
                    "id": "77", "channel_id": "78", "type": 0, "content": "hola",
                    "author": {"id": id.to_string(), "username": ["not a chat"]},
                });
                emulator.raw_event("MESSAGE_CREATE", &broken);
                self.desk.line().after(self.desk, "m:77".to_owned()).await;
            }
        }
    }

    /// A press as the adapter would parse it, for presses that cannot happen on the platform. No
    /// callback query waits for an answer.
    pub fn pressing(&self, held: &Held) -> Incoming {
        let id = self.id().to_string();
        let message = held.message;
        let (channel, chat, message) = match self.network() {
            ChannelKind::Discord => {
                (ChannelKind::Discord, format!("@{id}"), format!("{}/{message}", held.chat))
            }
            _ => (ChannelKind::Telegram, id.clone(), message.to_string()),
        };
        Incoming {
            channel,
            chat: Chat { key: chat, kind: ChatKind::Private },
            sender: Sender { key: id, name: self.name.clone(), language: None },
            input: Input::Press { code: held.button.code.clone(), message: Some(message) },
            server: None,
            token: None,
            reply_to: None,
        }
    }
}
