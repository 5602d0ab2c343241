//! A person's account on one platform, and what both platforms show: messages with buttons, in a
//! chat, edited later.

use super::super::{discord, telegram};

/// An account and its platform. Ids of chats and messages are numbers on both platforms.
#[derive(Clone)]
pub enum Account {
    Telegram {
        emulator: telegram::Emulator,
        /// The account's id, which is the id of its private chat too.
        id: i64,
    },
    Discord {
        emulator: discord::Emulator,
        id: i64,
        /// The direct-message channel between the account and the bot.
        direct: i64,
    },
}

/// A message as a person sees it.
#[derive(Debug, Clone)]
pub struct Face {
    pub chat: i64,
    pub message: i64,
    pub text: String,
    /// Rows of buttons; a select menu is a row of its options.
    pub rows: Vec<Vec<Button>>,
}

/// A button, or an option of a select menu.
#[derive(Debug, Clone)]
pub struct Button {
    pub label: String,
    /// The callback data or custom id that a press sends.
    pub code: String,
    /// The custom id of the menu, if this is an option.
    pub menu: Option<String>,
}

/// Something that appeared on a person's screen.
#[derive(Debug, Clone)]
pub enum Seen {
    /// A new or edited message.
    Message(Face),
    /// An immediate answer to this person alone: the text of an answered callback query, or an
    /// ephemeral message.
    Answer(Face),
}

impl Account {
    /// The private chat between the person and the desk.
    pub fn private(&self) -> i64 {
        match self {
            Self::Telegram { id, .. } => *id,
            Self::Discord { direct, .. } => *direct,
        }
    }
}

impl Seen {
    pub fn face(&self) -> &Face {
        match self {
            Self::Message(face) | Self::Answer(face) => face,
        }
    }
}

impl Face {
    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        self.rows.iter().flatten()
    }

    /// Whether this is a question: it has buttons of an open dialogue.
    pub fn asks(&self) -> bool {
        self.buttons().any(|button| button.code.starts_with("d:") || button.writes())
    }
}

impl Button {
    /// Whether the button only opens the modal of its question.
    pub fn writes(&self) -> bool {
        self.code.starts_with("w:")
    }
}

/// Discord's ids never use the sign bit.
pub fn signed(id: u64) -> i64 {
    i64::try_from(id).expect("the platform's numbers fit")
}

/// The reverse of [`signed`].
pub fn unsigned(id: i64) -> u64 {
    u64::try_from(id).expect("Discord's numbers have no sign")
}
