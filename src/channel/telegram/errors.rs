//! Maps the platform's answers to outcomes for the courier. The status decides first: a request that is answered
//! with 500 or above had no effect and is retried. An error keeps a classification or the platform's own
//! sentence, never an address, which holds the token, and never the body of an answer, which holds what people
//! wrote. Deliberately absent: teloxide's error names; several of its texts are outdated, so the platform's
//! sentences are matched.

use std::{error::Error, time::Duration};

use serde::Deserialize;

use crate::channel::SendError;

/// The longest part of an error message that is kept, in characters.
const KEPT: usize = 160;

/// Sentences which say that the chat cannot be reached until a person changes that.
const UNREACHABLE: [&str; 22] = [
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
    "topic_closed",
    "topic_deleted",
    "message thread not found",
    "chat_write_forbidden",
    "have no rights to send",
    "chat_restricted",
    "chat_send_",
    "channel_private",
    "group chat was deactivated",
    "group chat was deleted",
    "user_is_blocked",
];

/// Sentences that refuse the content of a message, in whichever chat it is sent.
const CONTENT: [&str; 16] = [
    "message is too long",
    "message_too_long",
    "caption is too long",
    "text is empty",
    "text must be non-empty",
    "can't parse",
    "entity",
    "entities",
    "button",
    "reply markup",
    "photo_",
    "image_",
    "wrong file",
    "file is too big",
    "request entity too large",
    "wrong type of the web page",
];

/// The kind of a failed request, on which the meaning of its error depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    /// `sendMessage`.
    Send,
    /// `sendPhoto` and `sendDocument`.
    SendFile,
    /// Every other request: a refusal says nothing about a chat.
    Other,
    /// `editMessageText`.
    Edit,
    /// `answerCallbackQuery`.
    Answer,
    /// `getMe`.
    Identity,
}

/// The platform's answer to a request that it refused.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    error_code: Option<u16>,
    description: Option<String>,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Debug, Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

/// The outcome of a request that was answered with this status and refusal; `Ok` for a failure that counts as
/// success.
pub(super) fn outcome(request: Request, status: u16, said: &Refusal) -> Result<(), SendError> {
    let code = said.error_code.unwrap_or(status);
    if let Some(seconds) = said.parameters.retry_after {
        return Err(SendError::RetryAfter(Duration::from_secs(seconds)));
    }
    if let Some(to) = said.parameters.migrate_to_chat_id {
        return Err(SendError::Moved { to: to.to_string() });
    }
    let Some(text) = said.description.as_deref().filter(|_| (400..500).contains(&code)) else {
        let answered = format!("the platform answered {code}");
        // A request that is too large stays too large. Any other answer without a sentence of the Bot API comes
        // from a proxy on the way to it and may be temporary.
        let lasts = code == 413;
        return Err(match lasts {
            true => SendError::Refused(answered),
            false => SendError::Transient(answered),
        });
    };
    match text {
        "Unauthorized" | "Not Found" if request == Request::Identity => {
            Err(SendError::Refused("Telegram does not accept the bot's token".to_owned()))
        }
        "Unauthorized" | "Not Found" => {
            // The message waits until the operator has configured the right token.
            Err(SendError::Transient("Telegram does not accept the bot's token".to_owned()))
        }
        text => refusal(request, text),
    }
}

/// The outcome without an answer: a request that was not sent had no effect, any other may have had one.
pub(super) fn unanswered(error: &reqwest::Error) -> SendError {
    match error.is_connect() || error.is_builder() {
        true => SendError::Transient(cause(error)),
        false => SendError::Unknown(cause(error)),
    }
}

/// Why the network failed, without the address of the request.
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
        Request::Send
        | Request::SendFile
        | Request::Edit
        | Request::Answer
        | Request::Identity
        | Request::Other => {}
    }
    if names_the_chat(text) {
        return Err(SendError::Unreachable(kept(text)));
    }
    if let Some(wait) = lower.strip_prefix("too many requests") {
        let seconds = wait.rsplit(' ').next().and_then(|word| word.parse().ok()).unwrap_or(1);
        return Err(SendError::RetryAfter(Duration::from_secs(seconds)));
    }
    match request {
        // The platform has more sentences than are listed here. An unknown sentence counts against the chat, so
        // that the message goes to the persons who stand in for its reader.
        Request::Send if !names_the_content(text) => Err(SendError::Unreachable(kept(text))),
        // A message whose edit is refused for an unknown reason is sent anew.
        Request::Edit if !names_the_content(text) => Err(SendError::Gone),
        _ => Err(SendError::Refused(kept(text))),
    }
}

/// Whether a sentence refuses the chat and not the message.
pub(super) fn names_the_chat(text: &str) -> bool {
    let lower = text.to_lowercase();
    UNREACHABLE.into_iter().any(|phrase| lower.contains(phrase))
}

/// Whether a sentence refuses the content of the message.
pub(super) fn names_the_content(text: &str) -> bool {
    let lower = text.to_lowercase();
    CONTENT.into_iter().any(|phrase| lower.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> Refusal {
        serde_json::from_str(body).unwrap()
    }

    fn classified(request: Request, text: &str) -> String {
        let description = Some(text.to_owned());
        match outcome(request, 400, &Refusal { description, ..Refusal::default() }) {
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
            (Edit, "Bad Request: message is not modified: same", "ok"),
            (Edit, "Bad Request: message to edit not found", "the message is gone"),
            (Edit, "Bad Request: message can't be edited", "the message is gone"),
            (
                Answer,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
                "ok",
            ),
            (Send, "Bad Request: query is too old", "the chat cannot be reached"),
            (Request::Other, "Bad Request: query is too old", "refused"),
            (Request::SendFile, "Bad Request: PHOTO_INVALID_DIMENSIONS", "refused"),
            (Request::SendFile, "Bad Request: TOPIC_CLOSED", "the chat cannot be reached"),
            (Edit, "Bad Request: SOMETHING_NEW", "the message is gone"),
        ];
        for (request, text, expected) in table {
            assert_eq!(classified(request, text), expected, "{text}");
        }
    }

    #[test]
    fn an_answer_of_500_or_above_had_no_effect() {
        for request in [Request::Send, Request::Edit, Request::Answer, Request::Identity] {
            for status in [500, 502, 503, 504, 520, 599] {
                let page = outcome(request, status, &Refusal::default());
                assert!(matches!(page, Err(SendError::Transient(_))), "{status}: {page:?}");
                let words = said(&format!(
                    r#"{{"ok":false,"error_code":{status},"description":"Internal Server Error"}}"#
                ));
                let json = outcome(request, status, &words);
                assert!(matches!(json, Err(SendError::Transient(_))), "{status}: {json:?}");
            }
        }
    }

    #[test]
    fn refusals_of_a_chat_differ_from_refusals_of_a_message() {
        for text in [
            "Bad Request: TOPIC_CLOSED",
            "Bad Request: TOPIC_DELETED",
            "Bad Request: message thread not found",
            "Bad Request: CHAT_WRITE_FORBIDDEN",
            "Forbidden: CHAT_WRITE_FORBIDDEN",
            "Bad Request: have no rights to send a message",
            "Bad Request: not enough rights to send text messages to the chat",
            "Bad Request: CHAT_RESTRICTED",
            "CHAT_RESTRICTED",
            "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN",
            "Bad Request: CHANNEL_PRIVATE",
            "Bad Request: group chat was deactivated",
            "Forbidden: the group chat was deleted",
            "Forbidden: a sentence of tomorrow",
            "Bad Request: SOMETHING_NEW",
        ] {
            assert_eq!(classified(Request::Send, text), "the chat cannot be reached", "{text}");
        }
        for text in [
            "Bad Request: message is too long",
            "Bad Request: can't parse entities: Unsupported start tag",
            "Bad Request: ENTITY_BOUNDS_INVALID",
            "Bad Request: BUTTON_DATA_INVALID",
            "Request Entity Too Large",
        ] {
            assert_eq!(classified(Request::Send, text), "refused", "{text}");
        }
    }

    #[test]
    fn waits_and_moves_are_read_from_the_parameters() {
        let moved = said(
            r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded",
                "parameters":{"migrate_to_chat_id":-1007}}"#,
        );
        assert!(matches!(
            outcome(Request::Send, 400, &moved),
            Err(SendError::Moved { to }) if to == "-1007"
        ));
        let wait = said(
            r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 9",
                "parameters":{"retry_after":9}}"#,
        );
        assert!(matches!(
            outcome(Request::Send, 429, &wait),
            Err(SendError::RetryAfter(wait)) if wait.as_secs() == 9
        ));
    }

    #[test]
    fn a_refused_token_keeps_waiting_messages() {
        for (code, text) in [(401, "Unauthorized"), (404, "Not Found")] {
            let body = format!(r#"{{"ok":false,"error_code":{code},"description":"{text}"}}"#);
            let sent = outcome(Request::Send, code, &said(&body));
            assert!(matches!(sent, Err(SendError::Transient(_))), "{code}");
            let asked = outcome(Request::Identity, code, &said(&body));
            assert!(matches!(asked, Err(SendError::Refused(_))), "{code}");
        }
    }

    #[test]
    fn a_page_of_a_proxy_is_no_refusal_of_the_chat() {
        for status in [302, 403, 404, 407, 408] {
            let page = outcome(Request::Send, status, &Refusal::default());
            assert!(matches!(page, Err(SendError::Transient(_))), "{status}: {page:?}");
        }
        let large = outcome(Request::Send, 413, &Refusal::default());
        assert!(matches!(large, Err(SendError::Refused(_))));
    }
}
