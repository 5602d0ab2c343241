//! Somebody's account on one network, and what both networks have in common to show: messages with
//! buttons, in a chat, changed later.

use super::super::{discord, telegram};

/// An account, with the network it is on. Keys of chats and messages are numbers on both.
#[derive(Clone)]
pub enum Account {
    /// On Telegram.
    Telegram {
        /// The network.
        emulator: telegram::Emulator,
        /// The account, and its private chat.
        id: i64,
    },
    /// On Discord.
    Discord {
        /// The network.
        emulator: discord::Emulator,
        /// The account.
        id: i64,
        /// The channel between this person and the desk.
        direct: i64,
    },
}

/// A message as somebody sees it.
#[derive(Debug, Clone)]
pub struct Face {
    /// The chat it hangs in.
    pub chat: i64,
    /// Its key.
    pub message: i64,
    /// What is read.
    pub text: String,
    /// Rows of buttons; a menu is a row of its entries.
    pub rows: Vec<Vec<Button>>,
}

/// A button, or an entry of a menu.
#[derive(Debug, Clone)]
pub struct Button {
    /// What is read on it.
    pub label: String,
    /// What a press sends.
    pub code: String,
    /// The code of the menu it is an entry of.
    pub menu: Option<String>,
}

/// Something that appeared before somebody.
#[derive(Debug, Clone)]
pub enum Seen {
    /// A message, or a new face of one.
    Message(Face),
    /// What answers at once and to this person alone: a note on a pressed button, or a message that
    /// nobody else sees.
    Answer(Face),
}

impl Account {
    /// The chat between this person and the desk.
    pub fn private(&self) -> i64 {
        match self {
            Self::Telegram { id, .. } => *id,
            Self::Discord { direct, .. } => *direct,
        }
    }
}

impl Seen {
    /// What appeared.
    pub fn face(&self) -> &Face {
        match self {
            Self::Message(face) | Self::Answer(face) => face,
        }
    }
}

impl Face {
    /// Every button.
    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        self.rows.iter().flatten()
    }

    /// Whether this asks something: buttons of an open dialogue hang on it.
    pub fn asks(&self) -> bool {
        self.buttons().any(|button| button.code.starts_with("d:") || button.writes())
    }
}

impl Button {
    /// Whether it only opens the form of the question it hangs on.
    pub fn writes(&self) -> bool {
        self.code.starts_with("w:")
    }
}

/// Discord's numbers are never as large as to have a sign.
pub fn signed(id: u64) -> i64 {
    i64::try_from(id).expect("the platform's numbers fit")
}

/// And the way back.
pub fn unsigned(id: i64) -> u64 {
    u64::try_from(id).expect("Discord's numbers have no sign")
}
