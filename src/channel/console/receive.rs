//! Reads the input of a person at the terminal into [`Incoming`]. Deliberately absent: the role of the person; a
//! name typed before `>` is an account like any other.

use serde::{Deserialize, Serialize};

use crate::{
    chat::incoming::{Chat, ChatKind, Incoming, Input, Sender},
    domain::channel::ChannelKind,
};

/// The input of a person, as a row of the inbox stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsoleEvent {
    /// The account: the name typed before `>`.
    pub who: String,
    /// The displayed name.
    pub name: String,
    #[serde(flatten)]
    pub what: ConsoleInput,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleInput {
    Text(String),
    Press {
        /// The button's code.
        code: String,
        /// Unique for each press; see [`token`].
        token: String,
        /// The key of the button's message.
        message: String,
    },
}

/// The token of a press. It names the account, so that an answer finds the chat.
pub fn token(who: &str, serial: &str) -> String {
    format!("{who}:{serial}")
}

/// The account of a token.
pub(super) fn account_of(token: &str) -> &str {
    token.split_once(':').map_or(token, |(who, _)| who)
}

/// Reads a row of the inbox.
///
/// # Errors
/// When the row is not the console's. The error does not repeat the row.
pub fn receive(raw: &str) -> Result<Option<Incoming>, String> {
    let event: ConsoleEvent =
        serde_json::from_str(raw).map_err(|_| "not a row of the console".to_owned())?;
    let mut token = None;
    let input = match event.what {
        ConsoleInput::Text(text) => Input::Text(text),
        ConsoleInput::Press { code, token: pressed, message } => {
            token = Some(pressed);
            Input::Press { code, message: Some(message) }
        }
    };
    Ok(Some(Incoming {
        channel: ChannelKind::Console,
        chat: Chat { key: event.who.clone(), kind: ChatKind::Private },
        sender: Sender { key: event.who, name: event.name, language: None },
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
    fn a_row_is_read_as_the_input_of_its_person() {
        let event = |what| ConsoleEvent { who: "tecnico".into(), name: "Técnico".into(), what };
        let read = |event: &ConsoleEvent| {
            receive(&serde_json::to_string(event).unwrap()).unwrap().unwrap()
        };
        let said = read(&event(ConsoleInput::Text("/cola".into())));
        assert_eq!((said.chat.key.as_str(), said.chat.kind), ("tecnico", ChatKind::Private));
        assert_eq!((said.sender.key.as_str(), said.sender.name.as_str()), ("tecnico", "Técnico"));
        assert_eq!(said.input, Input::Text("/cola".into()));
        let token = token("tecnico", "a-1");
        assert_eq!(account_of(&token), "tecnico");
        let press =
            ConsoleInput::Press { code: "t:a:1".into(), token: token.clone(), message: "3".into() };
        let message = Some("3".into());
        let read = read(&event(press));
        assert_eq!(read.input, Input::Press { code: "t:a:1".into(), message });
        assert_eq!(read.token, Some(token));
    }

    #[test]
    fn an_unreadable_row_is_refused_without_repeating_it() {
        for raw in ["", "{}", r#"{"who":"secret","name":"secret"}"#] {
            assert_eq!(receive(raw), Err("not a row of the console".to_owned()), "{raw}");
        }
    }
}
