//! What the desk says, in words no platform owns: text as spans and buttons as short codes. A
//! [`Delivery`] is what an outbox row holds. Deliberately absent: any markup language; an adapter
//! turns spans into whatever its platform reads.

use serde::{Deserialize, Serialize};

use crate::domain::{id::CardId, locale::Locale, time::Timestamp};

/// One thing the courier has to do in one chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Delivery {
    /// A new message. With a card, the platform's key of the message is kept there.
    Send {
        /// What it says.
        message: Outgoing,
        /// The card that this message becomes.
        card: Option<CardId>,
        /// The token of what this answers, where the platform waits for an answer and can show it
        /// to that person alone.
        #[serde(default)]
        via: Option<String>,
    },
    /// A new face for a card that hangs in the chat already.
    Edit {
        /// What it says from now on.
        message: Outgoing,
        /// The card.
        card: CardId,
    },
    /// A file that the desk keeps.
    File(Enclosure),
    /// The acknowledgement of a pressed button.
    Answer {
        /// The platform's token of the press.
        token: String,
        /// A short sentence, or nothing.
        text: Option<String>,
    },
    /// Somebody is let into a thread.
    Admit {
        /// Their account, by the platform's key.
        account: String,
    },
    /// A thread is put away, or taken out again.
    Archive {
        /// Whether it is put away.
        archived: bool,
    },
    /// The command menu of one private chat.
    Menu {
        /// Whose commands.
        audience: Audience,
        /// In which language.
        locale: Locale,
    },
}

impl Delivery {
    /// The card to which it gives a new face.
    pub fn redraws(&self) -> Option<CardId> {
        match self {
            Self::Edit { card, .. } => Some(*card),
            _ => None,
        }
    }

    /// What points to it from the chat in which it was asked for.
    pub fn pointer(&self) -> Option<&Pointer> {
        match self {
            Self::Send { message, .. } => message.pointer.as_deref(),
            Self::File(file) => file.pointer.as_deref(),
            Self::Edit { .. }
            | Self::Answer { .. }
            | Self::Admit { .. }
            | Self::Archive { .. }
            | Self::Menu { .. } => None,
        }
    }

    /// The token of the interaction that it answers, where the answer is shown to one person alone.
    pub fn interaction(&self) -> Option<&str> {
        match self {
            Self::Send { via, .. } => via.as_deref(),
            _ => None,
        }
    }
}

/// A kept file, with what is said with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// Under which digest it lies in the store.
    pub digest: String,
    /// What it is called.
    pub name: String,
    /// What it is, by what is in it.
    pub media: String,
    /// What is read with it.
    pub caption: RichText,
    /// What is read in its place where no files are shown.
    pub words: String,
    /// What is said when the network does not take it.
    pub otherwise: String,
    /// What is said where the file was asked for, once it is known whether it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<Box<Pointer>>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Outgoing {
    /// What is read.
    pub text: RichText,
    /// Rows of buttons, top to bottom.
    pub buttons: Vec<Vec<Button>>,
    /// The form that asks the same, for networks that have forms; the others show the text.
    #[serde(default)]
    pub form: Option<Form>,
    /// Whether the form opens only when its button is pressed, because the text says more than it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub form_on_request: bool,
    /// What is said where the message was asked for, once it is known whether it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<Box<Pointer>>,
}

/// What points from a chat that others read to a message in a private one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// The chat in which it was asked.
    pub chat: String,
    /// The token under which that person alone can be answered there.
    #[serde(default)]
    pub via: Option<String>,
    /// What is said when the message arrived.
    pub arrived: String,
    /// What is said when the private chat is closed.
    pub closed: String,
}

/// A form: a title and up to five fields, filled in and sent at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// What it is about; at most 45 characters are shown.
    pub title: String,
    /// At most 64 bytes; comes back with what was filled in.
    pub code: String,
    /// What is asked, top to bottom.
    pub fields: Vec<FormField>,
}

/// The most fields that a form has.
pub const FORM_FIELDS: usize = 5;

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct FormField {
    /// Names the field when the form comes back.
    pub key: String,
    /// What is asked; at most 45 characters are shown.
    pub label: String,
    /// More on what is asked, where there is more to say; at most 100 characters are shown.
    #[serde(default)]
    pub hint: Option<String>,
    /// What is filled in already.
    pub value: Option<String>,
    /// Whether it may be left empty.
    pub optional: bool,
    /// What may be chosen; with nothing to choose from, it is written. A long text may take
    /// several lines.
    pub choices: Vec<FormChoice>,
    /// How many files may be given; none where something is written or chosen.
    #[serde(default)]
    pub files: u8,
    /// Whether what is written is one line by its nature.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub short: bool,
    /// How many letters there is room for, where there is less than anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest: Option<usize>,
}

/// Something to choose in a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormChoice {
    /// What is read.
    pub label: String,
    /// What it stands for.
    pub value: String,
}

/// Text in styled pieces; the plain text is their concatenation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct RichText(pub Vec<Piece>);

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The text itself, never markup.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// The instant that the text words, for networks that can show how far off it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instant: Option<Timestamp>,
}

/// How a stretch of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// As it is.
    Plain,
    /// Stressed.
    Bold,
    /// Set back.
    Italic,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What is read on it.
    pub label: String,
    /// At most 64 bytes; grants nothing.
    pub code: String,
}

/// Whose commands a menu shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody.
    Requester,
    /// Technicians too.
    Technician,
    /// Supervisors too.
    Supervisor,
    /// Administrators too.
    Administrator,
}

impl RichText {
    /// Text in one plain piece.
    pub fn plain(text: impl Into<String>) -> Self {
        let mut rich = Self::default();
        rich.push(text, Style::Plain);
        rich
    }

    /// Adds a piece; empty text adds nothing.
    pub fn push(&mut self, text: impl Into<String>, style: Style) {
        let text = text.into();
        if !text.is_empty() {
            self.0.push(Piece { text, style, instant: None });
        }
    }

    /// Adds the words of an instant.
    pub fn push_instant(&mut self, words: impl Into<String>, at: Timestamp) {
        self.0.push(Piece { text: words.into(), style: Style::Plain, instant: Some(at) });
    }

    /// Adds what another text says, with `lead` before it.
    pub fn append(&mut self, lead: &str, mut more: Self) {
        match more.0.first_mut() {
            Some(first) => first.text.insert_str(0, lead),
            None => more.push(lead, Style::Plain),
        }
        self.0.append(&mut more.0);
    }

    /// The text without its styles.
    pub fn to_plain(&self) -> String {
        self.0.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// Its length as Telegram and Discord count it: UTF-16 code units.
    pub fn utf16_len(&self) -> usize {
        self.0.iter().map(|piece| piece.text.encode_utf16().count()).sum()
    }
}
