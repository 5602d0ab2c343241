//! The token of an interaction as it travels through inbox and outbox. Deliberately absent: what is
//! done with it.

use std::fmt;

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InteractionKind {
    /// Ran a command.
    Command,
    /// Pressed a button or chose from a menu.
    Component,
    /// Sent a filled form.
    Modal,
    /// Types a command; only suggestions answer that.
    Autocomplete,
}

/// What an interaction is answered with.
#[derive(Clone, PartialEq, Eq)]
pub struct InteractionToken {
    /// The interaction's key.
    pub id: String,
    /// The platform's token.
    pub token: String,
    /// What a person did.
    pub kind: InteractionKind,
    /// Who, where it is known: there they are told what came too late.
    pub user: Option<u64>,
}

/// The token is as good as a password for a quarter of an hour.
impl fmt::Debug for InteractionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InteractionToken").field("id", &self.id).finish_non_exhaustive()
    }
}

impl InteractionToken {
    /// The token as it travels through inbox and outbox.
    pub fn encode(&self) -> String {
        let letter = match self.kind {
            InteractionKind::Command => 'c',
            InteractionKind::Component => 'b',
            InteractionKind::Modal => 'm',
            InteractionKind::Autocomplete => 'a',
        };
        let user = self.user.map(|user| user.to_string()).unwrap_or_default();
        format!("{}:{}:{letter}{user}", self.id, self.token)
    }

    /// Reads a token; `None` when it is none of ours.
    pub fn decode(text: &str) -> Option<Self> {
        let (id, rest) = text.split_once(':')?;
        let (token, end) = rest.rsplit_once(':')?;
        let mut user = end.chars();
        let kind = match user.next()? {
            'c' => InteractionKind::Command,
            'b' => InteractionKind::Component,
            'm' => InteractionKind::Modal,
            'a' => InteractionKind::Autocomplete,
            _ => return None,
        };
        let user = user.as_str();
        let user = if user.is_empty() { None } else { Some(user.parse().ok()?) };
        Some(Self { id: id.to_owned(), token: token.to_owned(), kind, user })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_travel_whole_and_are_not_shown() {
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
