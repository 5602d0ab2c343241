//! The answers that Discord takes at the callback address of an interaction. serenity's
//! `CreateInteractionResponse` carries those without a message or modal of Components V2, which it cannot
//! hold. Deliberately absent: when which answer is given.

use serde_json::{Value, json};
use serenity::all::{
    CreateAutocompleteResponse, CreateInteractionResponse, CreateInteractionResponseMessage,
};

use super::components::{Message, Modal};

/// `CHANNEL_MESSAGE_WITH_SOURCE`.
const MESSAGE: u64 = 4;
/// `DEFERRED_CHANNEL_MESSAGE_WITH_SOURCE`.
const DEFERRED_MESSAGE: u64 = 5;
/// `UPDATE_MESSAGE`.
const UPDATE_MESSAGE: u64 = 7;
/// `MODAL`.
const MODAL: u64 = 9;

/// The first answer to an interaction.
#[derive(Debug, Clone)]
pub(super) enum Response {
    Message(Message),
    /// The person sees that the desk is thinking; the answer follows within the life of the token.
    Defer,
    /// After a press: nothing changes on the screen.
    Acknowledge,
    Modal(Modal),
    /// Suggestions for the option that is being typed.
    Suggest(CreateAutocompleteResponse),
}

impl Response {
    /// The body of the request.
    pub fn into_json(self) -> Value {
        let response = match self {
            Self::Message(message) => return json!({ "type": MESSAGE, "data": message }),
            Self::Modal(modal) => return json!({ "type": MODAL, "data": modal }),
            Self::Defer => {
                let ephemeral = CreateInteractionResponseMessage::new().ephemeral(true);
                CreateInteractionResponse::Defer(ephemeral)
            }
            Self::Acknowledge => CreateInteractionResponse::Acknowledge,
            Self::Suggest(choices) => CreateInteractionResponse::Autocomplete(choices),
        };
        json!(response)
    }
}

/// Whether the body of a callback carries a message under `data`.
pub(super) fn carries_message(callback: &Value) -> bool {
    matches!(callback["type"].as_u64(), Some(MESSAGE | DEFERRED_MESSAGE | UPDATE_MESSAGE))
}
