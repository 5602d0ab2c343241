//! A group chat: a group on Telegram, a channel of the guild on Discord.

use super::{
    PairedDesk, Person,
    account::{Account, Face, signed, unsigned},
    reading::shown,
};
use crate::support::discord_line::CHANNEL;

/// The id of the Telegram group.
const ON_TELEGRAM: i64 = -4_001;

/// A group chat on the technicians' platform.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    pub(super) chat: i64,
}

impl PairedDesk {
    /// A group chat on this person's platform.
    pub fn group_of(&self, person: &Person<'_>) -> Group {
        let chat = match &person.reader.account {
            Account::Telegram { emulator, .. } => {
                emulator.add_group(ON_TELEGRAM, "Soporte");
                ON_TELEGRAM
            }
            Account::Discord { .. } => signed(CHANNEL),
        };
        Group { chat }
    }

    /// A group chat that shows the tickets of the first level and whose messages have been read.
    pub async fn linked_group(&self, technician: &Person<'_>) -> Group {
        let group = self.group_of(technician);
        let code = self.invite(None, &["soporte"]).await;
        technician.says_in(&group, &format!("/start {code}")).await;
        group
    }
}

impl Group {
    /// The current versions of its messages that a person sees, oldest first.
    pub(super) fn faces(&self, person: &Person<'_>) -> Vec<Face> {
        person.reader.faces(self.chat)
    }

    /// Whether a message in it has a button with this code.
    pub fn shows_button(&self, person: &Person<'_>, code: &str) -> bool {
        let faces = self.faces(person);
        faces.iter().flat_map(Face::buttons).any(|button| button.code == code)
    }

    /// The newest message that every member sees.
    pub fn newest(&self, person: &Person<'_>) -> String {
        let faces = match &person.reader.account {
            Account::Telegram { emulator, .. } => super::telegram::faces(emulator, self.chat),
            // No account has the id zero, so no ephemeral message is included.
            Account::Discord { emulator, .. } => super::discord::faces(emulator, self.chat, 0),
        };
        faces.last().map(|face| shown(face, false)).unwrap_or_default()
    }

    /// The desk loses the group: the bot is removed from the Telegram group, or the Discord channel
    /// is deleted.
    pub async fn is_lost(&self, person: &Person<'_>) {
        match &person.reader.account {
            Account::Telegram { emulator, id } => {
                emulator.kicks_bot(*id, self.chat);
            }
            Account::Discord { emulator, .. } => emulator.deletes_channel(unsigned(self.chat)),
        }
        person.desk.settle().await;
    }
}
