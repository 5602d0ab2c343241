//! From what teloxide and the platform say to what the courier has to know. Everything kept from an
//! error is a classification or the platform's own sentence: never an address, which holds the
//! token, and never the body of an answer, which holds what people wrote. Deliberately absent:
//! trust in teloxide's error names alone; several of its texts are outdated, so texts are matched.

use std::{error::Error, time::Duration};

use teloxide_core::{ApiError, RequestError};

use crate::channel::SendError;

/// The longest sentence of the platform's that is kept.
const KEPT: usize = 160;

/// Sentences that mean the chat is out of reach until a person changes that.
const UNREACHABLE: [&str; 11] = [
    "bot was blocked by the user",
    "bot was kicked from",
    "bot is not a member of",
    "user is deactivated",
    "group is deactivated",
    "bot can't initiate conversation",
    "bot can't send messages to bots",
    "chat not found",
    "peer_id_invalid",
    "not enough rights to send",
    "need administrator rights",
];

/// The request that failed, as far as reading its error depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    /// `sendMessage` and everything else without a case of its own.
    Send,
    /// `editMessageText`.
    Edit,
    /// `answerCallbackQuery`.
    Answer,
    /// `getMe`.
    Identity,
}

/// What became of a request that ended with `error`; `Ok` when the failure is as good as success.
pub(super) fn outcome(request: Request, error: &RequestError) -> Result<(), SendError> {
    match error {
        RequestError::RetryAfter(wait) => Err(SendError::RetryAfter(wait.duration())),
        RequestError::MigrateToChatId(to) => Err(SendError::Moved { to: to.0.to_string() }),
        RequestError::Network(error) if error.is_connect() => {
            Err(SendError::Transient(cause(error)))
        }
        RequestError::Network(error) => Err(SendError::Unknown(cause(error))),
        RequestError::InvalidJson { .. } => {
            Err(SendError::Unknown("the answer was not readable".to_owned()))
        }
        RequestError::Io(_) => Err(SendError::Unknown("input or output failed".to_owned())),
        RequestError::Api(ApiError::InvalidToken) if request == Request::Identity => {
            Err(SendError::Refused("Telegram does not accept the bot's token".to_owned()))
        }
        RequestError::Api(ApiError::InvalidToken) => {
            // Nothing was sent, and it can be once the operator has put the right token in.
            Err(SendError::Transient("Telegram does not accept the bot's token".to_owned()))
        }
        RequestError::Api(ApiError::Unknown(text)) => refusal(request, text),
        RequestError::Api(known) => refusal(request, &known.to_string()),
    }
}

/// Why the network failed, without the address that was asked.
pub(super) fn cause(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "cannot connect"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the request failed"
    };
    let mut deepest: Option<&dyn Error> = error.source();
    while let Some(deeper) = deepest.and_then(Error::source) {
        deepest = Some(deeper);
    }
    match deepest {
        Some(deepest) => kept(&format!("{kind}: {deepest}")),
        None => kind.to_owned(),
    }
}

/// At most [`KEPT`] characters of `text`.
pub(super) fn kept(text: &str) -> String {
    text.chars().take(KEPT).collect()
}

fn refusal(request: Request, text: &str) -> Result<(), SendError> {
    let lower = text.to_lowercase();
    let says = |phrase: &str| lower.contains(phrase);
    match request {
        Request::Edit if says("message is not modified") => return Ok(()),
        Request::Edit
            if says("message to edit not found")
                || says("message can't be edited")
                || says("message_id_invalid") =>
        {
            return Err(SendError::Gone);
        }
        Request::Answer if says("query is too old") || says("query id is invalid") => return Ok(()),
        Request::Send | Request::Edit | Request::Answer | Request::Identity => {}
    }
    if UNREACHABLE.into_iter().any(says) {
        return Err(SendError::Unreachable(kept(text)));
    }
    if let Some(wait) = lower.strip_prefix("too many requests") {
        let seconds = wait.rsplit(' ').next().and_then(|word| word.parse().ok()).unwrap_or(1);
        return Err(SendError::RetryAfter(Duration::from_secs(seconds)));
    }
    if is_refusal(&lower) {
        Err(SendError::Refused(kept(text)))
    } else {
        Err(SendError::Unknown(kept(text)))
    }
}

/// Whether a sentence belongs to a 4xx answer. teloxide drops the code, but the platform opens each
/// sentence with the code's name, and a few known ones are bare identifiers.
fn is_refusal(lower: &str) -> bool {
    const NAMES: [&str; 6] = [
        "bad request",
        "forbidden",
        "unauthorized",
        "not found",
        "conflict",
        "request entity too large",
    ];
    NAMES.into_iter().any(|name| lower.starts_with(name))
}

#[cfg(test)]
mod tests {
    use teloxide_core::types::{ChatId, Seconds};

    use super::*;

    fn told(request: Request, text: &str) -> String {
        let error = RequestError::Api(ApiError::Unknown(text.to_owned()));
        match outcome(request, &error) {
            Ok(()) => "ok".to_owned(),
            Err(error) => error.to_string().split(':').next().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn sentences_of_the_platform_become_outcomes() {
        use Request::{Answer, Edit, Send};
        let table = [
            (Send, "Forbidden: bot was blocked by the user", "the chat cannot be reached"),
            (Send, "Forbidden: bot was kicked from the group chat", "the chat cannot be reached"),
            (Send, "Forbidden: user is deactivated", "the chat cannot be reached"),
            (
                Send,
                "Forbidden: bot can't initiate conversation with a user",
                "the chat cannot be reached",
            ),
            (Send, "Bad Request: chat not found", "the chat cannot be reached"),
            (
                Send,
                "Bad Request: not enough rights to send text messages to the chat",
                "the chat cannot be reached",
            ),
            (Send, "Bad Request: message is too long", "refused"),
            (Send, "Too Many Requests: retry after 7", "told to wait 7s"),
            (Send, "Internal Server Error", "outcome unknown"),
            (Send, "Bad Gateway", "outcome unknown"),
            (Edit, "Bad Request: message is not modified: same", "ok"),
            (Edit, "Bad Request: message to edit not found", "the message is gone"),
            (Edit, "Bad Request: message can't be edited", "the message is gone"),
            (
                Answer,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
                "ok",
            ),
            (Send, "Bad Request: query is too old", "refused"),
        ];
        for (request, text, expected) in table {
            assert_eq!(told(request, text), expected, "{text}");
        }
    }

    #[test]
    fn the_names_teloxide_knows_are_read_by_their_texts() {
        let blocked = RequestError::Api(ApiError::BotBlocked);
        assert!(matches!(outcome(Request::Send, &blocked), Err(SendError::Unreachable(_))));
        let same = RequestError::Api(ApiError::MessageNotModified);
        assert!(outcome(Request::Edit, &same).is_ok());
        let token = RequestError::Api(ApiError::InvalidToken);
        assert!(matches!(outcome(Request::Send, &token), Err(SendError::Transient(_))));
        let moved = RequestError::MigrateToChatId(ChatId(-1007));
        assert!(matches!(
            outcome(Request::Send, &moved),
            Err(SendError::Moved { to }) if to == "-1007"
        ));
        let wait = RequestError::RetryAfter(Seconds::from_seconds(9));
        assert!(matches!(
            outcome(Request::Send, &wait),
            Err(SendError::RetryAfter(wait)) if wait.as_secs() == 9
        ));
    }
}
