//! The token of an interaction as it travels through inbox and outbox. Deliberately absent: what is
//! done with it.

use std::fmt;

use serenity::all::InteractionType;

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InteractionKind {
    /// Ran a command.
    Command,
    /// Pressed a button or chose from a menu.
    Component,
    /// Submitted a modal.
    Modal,
    /// Types a command; only suggestions answer that.
    Autocomplete,
}

impl InteractionKind {
    /// The kind that a number of the platform stands for; `None` for a ping and for numbers of tomorrow.
    pub(super) fn from_number(number: u64) -> Option<Self> {
        match InteractionType::from(u8::try_from(number).ok()?) {
            InteractionType::Command => Some(Self::Command),
            InteractionType::Component => Some(Self::Component),
            InteractionType::Autocomplete => Some(Self::Autocomplete),
            InteractionType::Modal => Some(Self::Modal),
            _ => None,
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Command => 'c',
            Self::Component => 'b',
            Self::Modal => 'm',
            Self::Autocomplete => 'a',
        }
    }

    fn from_letter(letter: char) -> Option<Self> {
        [Self::Command, Self::Component, Self::Modal, Self::Autocomplete]
            .into_iter()
            .find(|kind| kind.letter() == letter)
    }
}

/// What an interaction is answered with.
#[derive(Clone, PartialEq, Eq)]
pub struct InteractionToken {
    /// The interaction's key.
    pub id: String,
    /// The platform's token.
    pub token: String,
    pub kind: InteractionKind,
    /// The account of the person, where it is known: an answer that comes too late for the interaction
    /// goes to their private chat.
    pub user: Option<u64>,
}

/// Shows the key alone: for 15 minutes the token is as good as a password.
impl fmt::Debug for InteractionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InteractionToken").field("id", &self.id).finish_non_exhaustive()
    }
}

impl InteractionToken {
    /// `id:token:` and the letter of the kind, followed by the account where it is known.
    pub fn encode(&self) -> String {
        let user = self.user.map(|user| user.to_string()).unwrap_or_default();
        format!("{}:{}:{}{user}", self.id, self.token, self.kind.letter())
    }

    /// Reads what [`Self::encode`] wrote.
    pub fn decode(text: &str) -> Option<Self> {
        let (id, rest) = text.split_once(':')?;
        let (token, end) = rest.rsplit_once(':')?;
        let mut user = end.chars();
        let kind = InteractionKind::from_letter(user.next()?)?;
        let user = user.as_str();
        let user = if user.is_empty() { None } else { Some(user.parse().ok()?) };
        Some(Self { id: id.to_owned(), token: token.to_owned(), kind, user })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_encoding_and_is_not_shown() {
        let token = InteractionToken {
            id: "12".into(),
            token: "aW50:ZXI".into(),
            kind: InteractionKind::Modal,
            user: None,
        };
        assert_eq!(token.encode(), "12:aW50:ZXI:m");
        assert_eq!(InteractionToken::decode(&token.encode()), Some(token.clone()));
        let known = InteractionToken { user: Some(5), ..token.clone() };
        assert_eq!(known.encode(), "12:aW50:ZXI:m5");
        assert_eq!(InteractionToken::decode(&known.encode()), Some(known));
        assert_eq!(InteractionToken::decode("12:x"), None);
        assert!(!format!("{token:?}").contains("ZXI"));
    }
}
