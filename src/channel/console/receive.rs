//! From what somebody did at the terminal to an [`Incoming`]. Deliberately absent: who they are to
//! the desk; a name typed before `>` is an account like any other.

use serde::{Deserialize, Serialize};

use crate::{
    chat::incoming::{Chat, ChatKind, Incoming, Input, Sender},
    domain::channel::ChannelKind,
};

/// What somebody did, as a row of the inbox keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The account: the name typed before `>`.
    pub who: String,
    /// The name others read.
    pub name: String,
    /// What they did.
    #[serde(flatten)]
    pub what: Done,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// They wrote.
    Text(String),
    /// They pressed a button.
    Press {
        /// The button's code.
        code: String,
        /// Unique for each press, and says whose it is; see [`token`].
        token: String,
        /// The key of the message it hangs on.
        message: String,
    },
}

/// The token of a press: what answers it finds the chat by.
pub fn token(who: &str, serial: &str) -> String {
    format!("{who}:{serial}")
}

/// Whose press a token belongs to.
pub(super) fn presser(token: &str) -> &str {
    token.split_once(':').map_or(token, |(who, _)| who)
}

/// Reads a row of the inbox.
///
/// # Errors
/// When it is none of the console's. The text never repeats what it holds.
pub fn receive(raw: &str) -> Result<Option<Incoming>, String> {
    let told: Told = serde_json::from_str(raw).map_err(|_| "no line of the console".to_owned())?;
    let mut token = None;
    let input = match told.what {
        Done::Text(text) => Input::Text(text),
        Done::Press { code, token: pressed, message } => {
            token = Some(pressed);
            Input::Press { code, message: Some(message) }
        }
    };
    Ok(Some(Incoming {
        channel: ChannelKind::Console,
        chat: Chat { key: told.who.clone(), kind: ChatKind::Private },
        sender: Sender { key: told.who, name: told.name, language: None },
        input,
        reply_to: None,
        server: None,
        token,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_what_was_done() {
        let told = |what| Told { who: "tecnico".into(), name: "Técnico".into(), what };
        let read = |told: &Told| receive(&serde_json::to_string(told).unwrap()).unwrap().unwrap();
        let said = read(&told(Done::Text("/cola".into())));
        assert_eq!((said.chat.key.as_str(), said.chat.kind), ("tecnico", ChatKind::Private));
        assert_eq!((said.sender.key.as_str(), said.sender.name.as_str()), ("tecnico", "Técnico"));
        assert_eq!(said.input, Input::Text("/cola".into()));
        let token = token("tecnico", "a-1");
        assert_eq!(presser(&token), "tecnico");
        let press = Done::Press { code: "t:a:1".into(), token: token.clone(), message: "3".into() };
        let message = Some("3".into());
        let read = read(&told(press));
        assert_eq!(read.input, Input::Press { code: "t:a:1".into(), message });
        assert_eq!(read.token, Some(token));
    }

    #[test]
    fn anything_else_is_refused_without_repeating_it() {
        for raw in ["", "{}", r#"{"who":"secret","name":"secret"}"#] {
            assert_eq!(receive(raw), Err("no line of the console".to_owned()), "{raw}");
        }
    }
}
