//! What the desk sends, independent of any platform: text as styled pieces and buttons as short
//! codes. A [`Delivery`] is the content of an outbox row, as JSON. Deliberately absent: any markup
//! language; an adapter renders the pieces in its platform's format.

use serde::{Deserialize, Serialize};

use crate::domain::{id::CardId, locale::Locale, time::Timestamp};

/// One task of the courier in one chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Delivery {
    /// A new message. The platform's key of a card's message is stored with the card.
    Send {
        message: Outgoing,
        /// The card that this message becomes.
        card: Option<CardId>,
        /// The interaction token that the message answers, on platforms that can show the answer to
        /// that person alone.
        #[serde(default)]
        via: Option<String>,
    },
    /// A new content for a card that was sent already.
    Edit {
        message: Outgoing,
        card: CardId,
    },
    /// A file from the store.
    File(Enclosure),
    /// The acknowledgement of a pressed button.
    Answer {
        /// The platform's token of the press.
        token: String,
        /// A short sentence that the client shows on the button, or none.
        text: Option<String>,
    },
    /// Adds a person to a thread.
    Admit {
        /// The platform's key of the account.
        account: String,
    },
    /// Archives a thread, or takes it out of the archive.
    Archive {
        archived: bool,
    },
    Menu {
        audience: Audience,
        locale: Locale,
    },
}

impl Delivery {
    /// The card that this delivery edits.
    pub fn redraws(&self) -> Option<CardId> {
        match self {
            Self::Edit { card, .. } => Some(*card),
            _ => None,
        }
    }

    /// The pointer to this delivery in the chat where the reader asked for it.
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

    /// The token of the interaction that this delivery answers, for that person alone.
    pub fn interaction(&self) -> Option<&str> {
        match self {
            Self::Send { via, .. } => via.as_deref(),
            _ => None,
        }
    }
}

/// A file from the store, with its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// The key of the file in the store.
    pub digest: String,
    pub name: String,
    /// The media type that its content shows.
    pub media: String,
    /// The text that a client shows with the file.
    pub caption: RichText,
    /// The text in place of the file on networks that show no files.
    pub words: String,
    /// The text when the network rejects the file.
    pub otherwise: String,
    /// What the chat where the reader asked for the file says, once it is known whether the file
    /// arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<Box<Pointer>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Outgoing {
    pub text: RichText,
    /// Rows of buttons, top to bottom.
    pub buttons: Vec<Vec<Button>>,
    /// The form that asks the same as the text, for networks with forms; the others show the text.
    #[serde(default)]
    pub form: Option<Form>,
    /// Whether the form opens only when its button is pressed, because the text says more than the
    /// form.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub form_on_request: bool,
    /// What the chat where the reader asked for the message says, once it is known whether the
    /// message arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<Box<Pointer>>,
}

/// What a chat with other readers says about an answer in the private chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// The chat in which the reader asked.
    pub chat: String,
    /// The interaction token under which the chat can answer that reader alone.
    #[serde(default)]
    pub via: Option<String>,
    /// The text when the message arrived.
    pub arrived: String,
    /// The text when the private chat is closed.
    pub closed: String,
}

/// A form: a title and up to five fields, submitted at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// At most 45 characters are shown.
    pub title: String,
    /// At most 64 bytes; comes back with the submission.
    pub code: String,
    /// Top to bottom.
    pub fields: Vec<FormField>,
}

/// The most fields that a form has.
pub const FORM_FIELDS: usize = 5;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct FormField {
    /// Names the field in the submission.
    pub key: String,
    /// The question; at most 45 characters are shown.
    pub label: String,
    /// More about the question; at most 100 characters are shown.
    #[serde(default)]
    pub hint: Option<String>,
    /// The initial value.
    pub value: Option<String>,
    /// Whether it may be left empty.
    pub optional: bool,
    /// The options. A field without options is a text field, which may take several lines.
    pub choices: Vec<FormChoice>,
    /// How many files the field takes; 0 for a text field or options.
    #[serde(default)]
    pub files: u8,
    /// Whether the text is one line, such as a name or a number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub short: bool,
    /// The most characters, where the field allows fewer than the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest: Option<usize>,
}

/// An option of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormChoice {
    pub label: String,
    /// What the submission carries when the option is chosen.
    pub value: String,
}

/// Text in styled pieces; the plain text is their concatenation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct RichText(pub Vec<Piece>);

/// A part of a text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The text itself, never markup.
    pub text: String,
    pub style: Style,
    /// The instant that the text describes, for networks whose clients can show the time left until
    /// then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instant: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    Plain,
    Bold,
    Italic,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    /// At most 64 bytes. A code grants no right: the press is checked when it is handled.
    pub code: String,
}

/// Whose commands a menu shows; each variant includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Requester,
    Technician,
    Supervisor,
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

    /// Adds a piece that describes an instant.
    pub fn push_instant(&mut self, words: impl Into<String>, at: Timestamp) {
        self.0.push(Piece { text: words.into(), style: Style::Plain, instant: Some(at) });
    }

    /// Adds another text, with `lead` before it.
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

    /// The length as Telegram and Discord count it, in UTF-16 units.
    pub fn utf16_len(&self) -> usize {
        self.0.iter().map(|piece| piece.text.encode_utf16().count()).sum()
    }
}
