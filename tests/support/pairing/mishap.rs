//! Platform faults while the desk sends: refusals of one group chat, and outages of the whole
//! platform. Each platform has its own list with its own error texts. Deliberately absent: how the
//! desk reacts to a fault; the scenario says what people must see.

use mesabot::domain::channel::ChannelKind;

use super::{
    Person,
    account::{Account, unsigned},
    group::Group,
};
use crate::support::{chance::Gate, discord, telegram};

/// A fault with a name for tables and messages.
#[derive(Clone)]
pub struct Mishap {
    /// The printed name.
    pub name: String,
    fault: NetworkFault,
    gate: Option<Gate>,
}

#[derive(Clone)]
enum NetworkFault {
    Telegram(telegram::Fault),
    Discord(discord::Fault),
}

/// Error descriptions with which Telegram refuses a group chat; the last ones are invented.
const TELEGRAM_REFUSALS: [(u16, &str); 19] = [
    (400, "Bad Request: TOPIC_CLOSED"),
    (400, "Bad Request: TOPIC_DELETED"),
    (400, "Bad Request: message thread not found"),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
    (403, "Forbidden: CHAT_WRITE_FORBIDDEN"),
    (400, "Bad Request: CHAT_RESTRICTED"),
    (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN"),
    (400, "Bad Request: CHANNEL_PRIVATE"),
    (400, "Bad Request: chat not found"),
    (400, "Bad Request: have no rights to send a message"),
    (400, "Bad Request: not enough rights to send text messages to the chat"),
    (400, "Bad Request: need administrator rights in the channel chat"),
    (400, "Bad Request: group chat was deactivated"),
    (403, "Forbidden: the group chat was deleted"),
    (403, "Forbidden: bot was kicked from the supergroup chat"),
    (403, "Forbidden: bot is not a member of the supergroup chat"),
    (400, "Bad Request: GALAXY_FULL"),
    (403, "Forbidden: the moon is in the wrong house"),
    (418, "I am a teapot"),
];

/// Error codes with which Discord refuses a channel; the last ones are invented. Archived and
/// locked threads have scenarios of their own.
const DISCORD_REFUSALS: [(u16, i64, &str); 8] = [
    (403, 50_001, "Missing Access"),
    (403, 50_013, "Missing Permissions"),
    (404, 10_003, "Unknown Channel"),
    (400, 50_008, "Cannot send messages in a non-text channel"),
    (403, 40_333, "internal network error"),
    (403, 0, "Forbidden"),
    (400, 987_654, "The moon is in the wrong house"),
    (418, 0, "I am a teapot"),
];

impl Mishap {
    fn new(name: String, fault: NetworkFault) -> Self {
        Self { name, fault, gate: None }
    }

    /// Every way in which this platform refuses one group chat.
    pub fn refusals_of_a_group(network: ChannelKind) -> Vec<Self> {
        if network == ChannelKind::Discord {
            let refusal = |(status, code, words): (u16, i64, &str)| {
                let fault = discord::Fault::Status(status, code, words.to_owned());
                Self::new(format!("{status} {code} {words}"), NetworkFault::Discord(fault))
            };
            return DISCORD_REFUSALS.map(refusal).into();
        }
        let refusal = |(status, words): (u16, &str)| {
            let fault = telegram::Fault::Refuse(status, words.to_owned());
            Self::new(format!("{status} {words}"), NetworkFault::Telegram(fault))
        };
        TELEGRAM_REFUSALS.map(refusal).into()
    }

    /// Every way in which this platform fails for every chat.
    pub fn outages(network: ChannelKind) -> Vec<Self> {
        let gate = Gate::closed();
        let hang = Self { gate: Some(gate.clone()), ..Self::hanging(network, gate) };
        let mut all: Vec<Self> = match network {
            ChannelKind::Discord => [500, 503]
                .map(|status| discord::Fault::Status(status, 0, "Server Error".to_owned()))
                .into_iter()
                .chain([
                    discord::Fault::ServerError502Html,
                    discord::Fault::DropBefore,
                    discord::Fault::DropAfter,
                    discord::Fault::BrokenAnswer,
                ])
                .map(|fault| Self::new(name_of(&fault), NetworkFault::Discord(fault)))
                .collect(),
            _ => [500, 503]
                .map(|status| telegram::Fault::Refuse(status, "Internal Server Error".to_owned()))
                .into_iter()
                .chain([
                    telegram::Fault::ServerError502Html,
                    telegram::Fault::RetryAfter(20),
                    telegram::Fault::DropBefore,
                    telegram::Fault::DropAfter,
                    telegram::Fault::BrokenAnswer,
                ])
                .map(|fault| Self::new(name_of(&fault), NetworkFault::Telegram(fault)))
                .collect(),
        };
        all.push(hang);
        all
    }

    fn hanging(network: ChannelKind, gate: Gate) -> Self {
        let fault = match network {
            ChannelKind::Discord => NetworkFault::Discord(discord::Fault::Hang(gate)),
            _ => NetworkFault::Telegram(telegram::Fault::Hang(gate)),
        };
        Self::new("hangs".to_owned(), fault)
    }
}

fn name_of(fault: &impl std::fmt::Debug) -> String {
    format!("{fault:?}")
}

impl Person<'_> {
    /// From now on the person's platform refuses messages to this group, and accepts all others.
    pub fn group_refuses(&self, group: &Group, mishap: &Mishap) {
        match (&self.reader.account, &mishap.fault) {
            (Account::Telegram { emulator, .. }, NetworkFault::Telegram(fault)) => {
                for method in ["sendMessage", "sendPhoto", "sendDocument"] {
                    emulator.faults().in_chat(group.chat, method, fault.clone());
                }
            }
            (Account::Discord { emulator, .. }, NetworkFault::Discord(fault)) => {
                let route = format!("POST /channels/{}/messages", unsigned(group.chat));
                emulator.faults().sometimes(&route, 1_000, 1, fault.clone());
            }
            _ => panic!("{} is another network's", mishap.name),
        }
    }

    /// From now on every send and edit on the person's platform fails with this fault.
    pub fn network_fails_for_all(&self, mishap: &Mishap) {
        match (&self.reader.account, &mishap.fault) {
            (Account::Telegram { emulator, .. }, NetworkFault::Telegram(fault)) => {
                for method in
                    ["getMe", "sendMessage", "editMessageText", "sendPhoto", "sendDocument"]
                {
                    emulator.faults().sometimes(method, 1_000, 1, fault.clone());
                }
            }
            (Account::Discord { emulator, .. }, NetworkFault::Discord(fault)) => {
                for route in ["POST /channels/*/messages", "PATCH /channels/*/messages/*"] {
                    emulator.faults().sometimes(route, 1_000, 1, fault.clone());
                }
            }
            _ => panic!("{} is another network's", mishap.name),
        }
    }

    /// Ends the fault on the person's platform.
    pub fn fault_ends(&self, mishap: &Mishap) {
        if let Some(gate) = &mishap.gate {
            gate.open();
        }
        self.network_comes_back();
    }

    /// Whether the person sees a button with this code, in private or in the group.
    pub fn sees_button(&self, group: &Group, code: &str) -> bool {
        let shown = [self.chat(), group.chat].map(|chat| self.reader.faces(chat));
        let mut buttons = shown.iter().flatten().flat_map(|face| face.buttons());
        buttons.any(|button| button.code == code)
    }

    /// Whether a message in the person's private chat contains these words.
    pub fn sees_words(&self, words: &str) -> bool {
        self.reader.faces(self.chat()).iter().any(|face| face.text.contains(words))
    }
}
