//! A person of a scenario and what they do, in the way of their platform.

use mesabot::{
    chat::{catalogue::Argument, commands},
    domain::channel::ChannelKind,
};
use serde_json::{Value, json};

use super::{
    PairedDesk,
    account::{Account, Button, Face, unsigned},
    group::Group,
    reading::Reader,
};
use crate::support::{discord::MenuRef, telegram::AttachmentSample};

#[derive(Clone)]
pub struct Person<'d> {
    pub(super) desk: &'d PairedDesk,
    pub(super) reader: Reader,
    pub name: String,
}

/// A button that a person sees and may press later, whatever the message shows by then.
#[derive(Debug, Clone)]
pub struct Held {
    pub(super) chat: i64,
    pub(super) message: i64,
    pub(super) button: Button,
}

impl<'d> Person<'d> {
    pub(super) fn new(desk: &'d PairedDesk, reader: Reader) -> Self {
        let name = reader.name.clone();
        Self { desk, reader, name }
    }

    /// The person's platform.
    pub fn network(&self) -> ChannelKind {
        match self.reader.account {
            Account::Telegram { .. } => ChannelKind::Telegram,
            Account::Discord { .. } => ChannelKind::Discord,
        }
    }

    /// The id of the person's account on their platform.
    pub fn id(&self) -> i64 {
        match self.reader.account {
            Account::Telegram { id, .. } | Account::Discord { id, .. } => id,
        }
    }

    /// The private chat between the person and the desk.
    pub fn chat(&self) -> i64 {
        self.reader.account.private()
    }

    /// What is new in the person's private chat.
    pub fn reads(&self) -> String {
        self.reader.reads_in(self.chat())
    }

    /// Like [`reads`](Self::reads), without the question that waits for an answer, which is a modal
    /// on Discord: it is checked when the person answers.
    pub fn reads_beside_the_question(&self) -> String {
        self.reader.overlook_questions();
        self.reads()
    }

    /// What is new to the person in a group: messages for all, and messages for this person alone.
    pub fn reads_in(&self, group: &Group) -> String {
        self.reader.reads_in(group.chat)
    }

    /// The command menu of the person's private chat on Telegram; `None` on Discord, where commands
    /// belong to the guild and are the same for every member.
    pub fn menu(&self) -> Option<String> {
        match &self.reader.account {
            Account::Telegram { id, .. } => Some(self.desk.menu_in(*id)),
            Account::Discord { .. } => None,
        }
    }

    /// The person writes in private. A text that is one of Discord's slash commands is run as a
    /// slash command there.
    pub async fn says(&self, text: &str) {
        self.says_in_chat(self.chat(), text).await;
    }

    /// The person runs a command in a group.
    pub async fn says_in(&self, group: &Group, text: &str) {
        self.says_in_chat(group.chat, text).await;
    }

    async fn says_in_chat(&self, chat: i64, text: &str) {
        match &self.reader.account {
            Account::Telegram { emulator, id } => {
                let text = match text.split_once(' ').unwrap_or((text, "")) {
                    (command, rest) if command.starts_with('/') && chat != *id => {
                        format!("{command}@{} {rest}", emulator.bot_username())
                    }
                    _ => text.to_owned(),
                };
                emulator.says(*id, chat, text.trim_end_matches('\n'));
                self.desk.settle().await;
            }
            Account::Discord { emulator, id, .. } => {
                self.leaves_form();
                let user = unsigned(*id);
                let channel = unsigned(chat);
                let key = match slash(text) {
                    Some((command, given)) => {
                        let given: Vec<_> =
                            given.iter().map(|(name, value)| (*name, value.clone())).collect();
                        format!("i:{}", emulator.uses_command(user, channel, command, &given))
                    }
                    None => format!("m:{}", emulator.says(user, channel, text)),
                };
                self.desk.line().after(self.desk, key).await;
            }
        }
    }

    /// The person replies to the newest card in a group with a command; on Discord, where a slash
    /// command is no reply, the command carries the ticket's number.
    pub async fn says_on_card(&self, group: &Group, number: i64, command: &str) {
        match &self.reader.account {
            Account::Telegram { emulator, id } => {
                let card = group.faces(self).pop().expect("there is a card").message;
                emulator.replies(*id, group.chat, card, command);
                self.desk.settle().await;
            }
            Account::Discord { .. } => {
                let (name, words) = command.split_once(' ').unwrap_or((command, ""));
                self.says_in(group, &format!("{name} {number} {words}")).await;
            }
        }
    }

    /// The person sends an attachment in private.
    pub async fn sends(&self, sample: AttachmentSample, caption: &str) {
        match &self.reader.account {
            Account::Telegram { emulator, id } => {
                emulator.sends_attachment(*id, *id, sample, caption);
                self.desk.settle().await;
            }
            Account::Discord { emulator, id, direct } => {
                self.leaves_form();
                let name = match sample {
                    AttachmentSample::Photo => "foto.png",
                    AttachmentSample::Document => "informe.pdf",
                    AttachmentSample::Voice => "audio.ogg",
                    other => panic!("nobody sends a {other:?} on Discord"),
                };
                let sent = emulator.sends_file(unsigned(*id), unsigned(*direct), name, caption);
                self.desk.line().after(self.desk, format!("m:{sent}")).await;
            }
        }
    }

    /// The person edits their last message.
    pub async fn rewrites(&self, text: &str) {
        match &self.reader.account {
            Account::Telegram { emulator, id } => {
                emulator.edits(*id, *id, 1, text);
                self.desk.settle().await;
            }
            Account::Discord { emulator, id, direct } => {
                let user = unsigned(*id);
                let channel = unsigned(*direct);
                let message = emulator.last_message_of(user, channel);
                emulator.edits(user, channel, message, text);
                self.desk.line().after_one_of(self.desk, &format!("e:{message}:")).await;
            }
        }
    }

    /// The person presses the newest button with this label in private.
    pub async fn presses(&self, label: &str) {
        self.presses_in_chat(self.chat(), label).await;
    }

    /// The person presses the newest button with this label in a group.
    pub async fn presses_in(&self, group: &Group, label: &str) {
        self.presses_in_chat(group.chat, label).await;
    }

    async fn presses_in_chat(&self, chat: i64, label: &str) {
        let held = self.holds_in(chat, label);
        self.presses_held(&held).await;
    }

    /// The newest button with this label in private.
    pub fn holds(&self, label: &str) -> Held {
        self.holds_in(self.chat(), label)
    }

    fn holds_in(&self, chat: i64, label: &str) -> Held {
        let faces = self.reader.faces(chat);
        let found = faces.iter().rev().find_map(|face| held(face, label));
        found.unwrap_or_else(|| panic!("{} finds no button «{label}» in {faces:#?}", self.name))
    }

    /// The person presses a button that they saw earlier: perhaps late, or a second time.
    pub async fn presses_held(&self, held: &Held) {
        self.taps(held);
        self.desk.settles_after(self).await;
    }

    /// Like [`presses_held`](Self::presses_held), without running the workers.
    pub fn taps(&self, held: &Held) {
        let chat = held.chat;
        let message = held.message;
        let code = held.button.code.as_str();
        match &self.reader.account {
            Account::Telegram { emulator, id } => {
                let press = emulator.presses(*id, chat, message, code);
                self.reader.pressed(press, chat);
            }
            Account::Discord { emulator, id, .. } => {
                self.leaves_form();
                let user = unsigned(*id);
                let channel = unsigned(chat);
                let message = unsigned(message);
                let pressed = match &held.button.menu {
                    Some(menu) => {
                        let menu = MenuRef { message, code: menu };
                        emulator.selects(user, channel, menu, &[code])
                    }
                    None => emulator.presses(user, channel, message, code),
                };
                self.reader.did(format!("i:{pressed}"));
            }
        }
    }

    /// The person blocks the bot. Telegram tells the desk; on Discord the desk learns it when it
    /// sends.
    pub async fn shuts_out(&self) {
        match &self.reader.account {
            Account::Telegram { emulator, id } => {
                emulator.blocks(*id);
                self.desk.settle().await;
            }
            Account::Discord { emulator, id, .. } => emulator.closes_dms(unsigned(*id)),
        }
    }

    /// The person unblocks the bot.
    pub async fn lets_in(&self) {
        match &self.reader.account {
            Account::Telegram { emulator, id } => {
                emulator.unblocks(*id);
                self.desk.settle().await;
            }
            Account::Discord { emulator, id, .. } => emulator.opens_dms(unsigned(*id)),
        }
    }

    /// Deletes the person's account, or removes it from the guild; the desk is not told.
    pub fn disappears(&self) {
        match &self.reader.account {
            Account::Telegram { emulator, id } => emulator.deactivates(*id),
            Account::Discord { emulator, id, .. } => {
                emulator.leaves(crate::support::discord_line::GUILD, unsigned(*id));
            }
        }
    }

    /// Deletes the newest message with this button from the person's private chat.
    pub fn deletes(&self, label: &str) {
        let message = self.holds(label).message;
        match &self.reader.account {
            Account::Telegram { emulator, id } => emulator.deletes(*id, message),
            Account::Discord { emulator, direct, .. } => {
                emulator.deletes(unsigned(*direct), unsigned(message));
            }
        }
    }

    /// Discord's clients show a modal above everything else, so any other action closes it.
    pub(super) fn leaves_form(&self) {
        if let Account::Discord { emulator, id, .. } = &self.reader.account {
            emulator.closes_modal(unsigned(*id));
        }
    }
}

fn held(face: &Face, label: &str) -> Option<Held> {
    let button = face.buttons().find(|button| button.label == label)?.clone();
    Some(Held { chat: face.chat, message: face.message, button })
}

/// The slash command that says the same, if there is one.
fn slash(text: &str) -> Option<(&'static str, Vec<(&'static str, Value)>)> {
    let (name, rest) = text.strip_prefix('/')?.split_once(' ').unwrap_or((&text[1..], ""));
    let command = commands::find(name)?;
    let rest = rest.trim();
    let (first, words) = rest.split_once(' ').unwrap_or((rest, ""));
    let number = |word: &str| word.parse::<i64>().ok().map(|number| ("ticket", json!(number)));
    let given = match command.argument {
        _ if rest.is_empty() => vec![],
        Argument::Nothing => return None,
        Argument::Text | Argument::Code => vec![("text", json!(rest))],
        Argument::Person => vec![("person", json!(rest))],
        Argument::Ticket => vec![number(rest)?],
        Argument::TicketAndText if words.is_empty() => vec![number(first)?],
        Argument::TicketAndText => vec![number(first)?, ("text", json!(words))],
        Argument::TicketAndTechnician if words.is_empty() => vec![number(first)?],
        Argument::TicketAndTechnician => vec![number(first)?, ("technician", json!(words))],
        Argument::TicketAndPriority | Argument::TicketAndCategory if words.is_empty() => {
            vec![number(first)?]
        }
        Argument::TicketAndPriority => vec![number(first)?, ("priority", json!(words))],
        Argument::TicketAndCategory => {
            let mut given = vec![number(first)?];
            given.extend(named("category", words));
            given
        }
        Argument::CategoryAndText => named("category", rest),
        Argument::TicketGroupAndText | Argument::TicketDestinationAndText if words.is_empty() => {
            vec![number(first)?]
        }
        Argument::TicketDestinationAndText => {
            let mut given = vec![number(first)?];
            given.extend(named("destination", words));
            given
        }
        Argument::TicketGroupAndText => {
            let mut given = vec![number(first)?];
            given.extend(named("group", words));
            given
        }
    };
    Some((command.english, given))
}

/// The option that the text after the command fills: an option name in brackets, and the words
/// after it.
fn named(name: &'static str, text: &str) -> Vec<(&'static str, Value)> {
    match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((value, "")) => vec![(name, json!(value))],
        Some((value, words)) => vec![(name, json!(value)), ("text", json!(words.trim()))],
        None => vec![("text", json!(text))],
    }
}

impl PairedDesk {
    /// Waits until the person's actions are stored, then runs the workers until they are idle.
    pub async fn settles_after(&self, person: &Person<'_>) {
        for key in person.reader.undone() {
            self.line().stored(&key).await;
        }
        self.settle().await;
    }
}
