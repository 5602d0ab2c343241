//! Delivery of teloxide's payloads through an HTTP client of our own. teloxide's requests sleep ten seconds
//! after a 5xx and then hide the status; this client reads the status at once, which tells whether a request
//! can have had an effect. Deliberately absent: rate limits and retries, which are rows in the outbox.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use teloxide::{
    payloads::{
        AnswerCallbackQuery, AnswerCallbackQuerySetters, EditMessageText, EditMessageTextSetters,
        GetMe, SendMessage, SendMessageSetters,
    },
    requests::Payload,
    types::{BotCommandScope, CallbackQueryId, ChatId, LinkPreviewOptions, MessageId, ThreadId},
};

use super::{
    TelegramSettings, client,
    errors::{Refusal, Request, names_the_chat, outcome, unanswered},
    render::{Rendered, render},
};
use crate::{
    channel::{Channel, Envelope, FILE_TIME, FetchError, MenuEntry, SendError},
    chat::outgoing::{Enclosure, Outgoing},
    domain::channel::{ChannelKind, chat_and_part, part_key},
};

/// The longest acknowledgement of a press, in UTF-16 units.
const ANSWER: usize = 200;

/// The Telegram side of the courier.
#[derive(Clone)]
pub struct Telegram {
    client: reqwest::Client,
    /// A client with the time limit of files.
    pub(super) file_client: reqwest::Client,
    api_url: Url,
    token: SecretString,
}

/// Shows no field, because the addresses hold the token.
impl fmt::Debug for Telegram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telegram").finish_non_exhaustive()
    }
}

/// The one field of a sent message that the desk needs. A change of other fields must not turn a delivered
/// message into an unreadable answer.
#[derive(Deserialize)]
pub(super) struct Posted {
    pub message_id: i64,
}

/// The answer to a successful request.
#[derive(Deserialize)]
#[serde(bound = "O: DeserializeOwned")]
struct Done<O> {
    ok: bool,
    result: O,
}

impl Telegram {
    /// Prepares the clients; sends nothing yet.
    pub fn new(settings: &TelegramSettings) -> reqwest::Result<Self> {
        Ok(Self {
            client: client(settings, settings.request_timeout)?,
            file_client: client(settings, FILE_TIME)?,
            api_url: settings.api_url.clone(),
            token: settings.token.clone(),
        })
    }

    /// Sends one request and reads its answer as `O`.
    pub(super) async fn ask<P, O>(&self, request: Request, payload: P) -> Asked<O>
    where
        P: Payload + Serialize + Send + 'static,
        O: DeserializeOwned + Send + 'static,
    {
        let address = self.address(&[], &[P::NAME])?;
        send_request(request, self.client.post(address).json(&payload)).await
    }

    /// An address of the Bot API, with the path segments before and after the token.
    pub(super) fn address(&self, before: &[&str], after: &[&str]) -> Result<Url, SendError> {
        let mut address = self.api_url.clone();
        let bot = format!("bot{}", self.token.expose_secret());
        match address.path_segments_mut() {
            Ok(mut segments) => {
                segments.pop_if_empty().extend(before).push(&bot).extend(after);
            }
            Err(()) => {
                return Err(SendError::Refused(
                    "the address of the Bot API cannot be extended".to_owned(),
                ));
            }
        }
        Ok(address)
    }
}

/// Sends a request and classifies its outcome by the status of the answer.
pub(super) async fn send_request<O>(request: Request, built: RequestBuilder) -> Asked<O>
where
    O: DeserializeOwned + Send + 'static,
{
    let response = built.send().await.map_err(|error| unanswered(&error))?;
    let status = response.status();
    let body = response.bytes().await;
    if !status.is_success() {
        let said = body.as_ref().ok().and_then(|body| serde_json::from_slice(body).ok());
        let said: Refusal = said.unwrap_or_default();
        return outcome(request, status.as_u16(), &said).map(|()| None);
    }
    let body = body.map_err(|error| unanswered(&error))?;
    match serde_json::from_slice::<Done<O>>(&body) {
        Ok(Done { ok: true, result }) => Ok(Some(result)),
        Ok(Done { ok: false, .. }) | Err(_) => {
            Err(SendError::Unknown("the answer was not readable".to_owned()))
        }
    }
}

/// An answer, or `None` for a failure that counts as success.
pub(super) type Asked<O> = Result<Option<O>, SendError>;

pub(super) type Ignored = serde::de::IgnoredAny;

#[async_trait]
impl Channel for Telegram {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Telegram
    }

    async fn is_there(&self) -> Result<(), SendError> {
        self.ask::<_, Ignored>(Request::Identity, GetMe::new()).await.map(drop)
    }

    async fn send(&self, to: &Envelope<'_>, message: &Outgoing) -> Result<String, SendError> {
        let Rendered { text, entities, keyboard } = render(message);
        let chat = Place::read(to.chat)?.chat;
        let mut payload = SendMessage::new(chat, text.clone())
            .entities(entities)
            .link_preview_options(no_preview());
        if let Some(keyboard) = keyboard {
            payload = payload.reply_markup(keyboard);
        }
        let refused = match self.post(to.chat, payload).await {
            Err(error @ SendError::Refused(_)) => error,
            Err(SendError::Unreachable(why)) if !names_the_chat(&why) => {
                SendError::Unreachable(why)
            }
            settled => return settled,
        };
        // Either the message or the chat is refused: the bare text tells which.
        tracing::warn!(error = %refused, "sending a message again without styles and buttons");
        let mut last = Err(refused);
        for part in parts(&text, BARE) {
            let payload = SendMessage::new(chat, part);
            match self.post(to.chat, payload.link_preview_options(no_preview())).await {
                Ok(key) => last = Ok(key),
                Err(SendError::Refused(_) | SendError::Unreachable(_)) => return last,
                Err(other) => return Err(other),
            }
        }
        last
    }

    async fn edit(&self, chat: &str, message: &str, new: &Outgoing) -> Result<(), SendError> {
        let Rendered { text, entities, keyboard } = render(new);
        let message_id = message
            .parse()
            .map(MessageId)
            .map_err(|_| SendError::Refused("not a key of a Telegram message".to_owned()))?;
        let mut payload = EditMessageText::new(Place::read(chat)?.chat, message_id, text)
            .entities(entities)
            .link_preview_options(no_preview());
        // An edit without a keyboard removes the old keyboard.
        if let Some(keyboard) = keyboard {
            payload = payload.reply_markup(keyboard);
        }
        self.ask::<_, Ignored>(Request::Edit, payload).await.map(drop)
    }

    async fn answer(&self, to: &Envelope<'_>, text: Option<&str>) -> Result<(), SendError> {
        let Some(token) = to.via else {
            return Err(SendError::Refused("no press to acknowledge".to_owned()));
        };
        let mut payload = AnswerCallbackQuery::new(CallbackQueryId(token.to_owned()));
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            payload = payload.text(first_units(text, ANSWER));
        }
        self.ask::<_, Ignored>(Request::Answer, payload).await.map(drop)
    }

    async fn send_file(
        &self,
        to: &Envelope<'_>,
        file: &Enclosure,
        bytes: &Bytes,
    ) -> Result<String, SendError> {
        self.post_file(to, file, bytes).await
    }

    async fn fetch(&self, reference: &str, largest: u64) -> Result<Bytes, FetchError> {
        self.download(reference, largest).await
    }

    async fn show_menu(&self, chat: &str, menu: &[MenuEntry]) -> Result<(), SendError> {
        let scope = BotCommandScope::Chat { chat_id: Place::read(chat)?.chat.into() };
        self.register(scope, None, menu).await
    }
}

impl Telegram {
    /// Sends one message to the place of a chat key.
    async fn post(&self, key: &str, mut payload: SendMessage) -> Result<String, SendError> {
        payload.message_thread_id = Place::read(key)?.topic;
        match self.ask::<_, Posted>(Request::Send, payload).await {
            Ok(Some(posted)) => Ok(posted.message_id.to_string()),
            Ok(None) => Err(SendError::Unknown("no message came back".to_owned())),
            // A topic keeps its number when its group moves.
            Err(SendError::Moved { to }) => Err(SendError::Moved {
                to: match chat_and_part(key).1 {
                    Some(topic) => part_key(&to, topic),
                    None => to,
                },
            }),
            Err(error) => Err(error),
        }
    }
}

/// A chat or one of its topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub chat: ChatId,
    pub topic: Option<ThreadId>,
}

impl Place {
    /// Reads a chat key.
    pub fn read(key: &str) -> Result<Self, SendError> {
        let unreadable = || SendError::Refused("not a key of a Telegram chat".to_owned());
        let (chat, topic) = chat_and_part(key);
        let chat = chat.parse().map(ChatId).map_err(|_| unreadable())?;
        let topic = topic.map(|topic| topic.parse().map(MessageId)).transpose();
        Ok(Self { chat, topic: topic.map_err(|_| unreadable())?.map(ThreadId) })
    }
}

/// The key of a chat or of one of its topics. The topic General goes by the key of its chat.
pub(super) fn key(chat: i64, topic: Option<i64>) -> String {
    match topic.filter(|topic| *topic != GENERAL) {
        Some(topic) => part_key(&chat.to_string(), &topic.to_string()),
        None => chat.to_string(),
    }
}

/// The platform's number of the topic General. The platform refuses it in requests.
const GENERAL: i64 = 1;

/// The longest text of a bare message, in UTF-16 units.
const BARE: usize = 2_000;

/// The text in parts of at most `units` UTF-16 units.
fn parts(text: &str, units: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let part = first_units(rest, units);
        parts.push(part);
        rest = &rest[part.len()..];
    }
    parts
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

/// As many whole characters of `text` as fit into `units` UTF-16 units.
pub(super) fn first_units(text: &str, units: usize) -> &str {
    let mut used = 0;
    for (start, character) in text.char_indices() {
        used += character.len_utf16();
        if used > units {
            return &text[..start];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_a_chat_or_one_of_its_topics() {
        assert_eq!(key(-1007, Some(45)), "-1007/45");
        assert_eq!(key(-1007, Some(1)), "-1007", "General has no number");
        assert_eq!(Place::read("-1007/45").unwrap().topic, Some(ThreadId(MessageId(45))));
        let group = Place { chat: ChatId(-1007), topic: None };
        assert_eq!(Place::read("-1007").unwrap(), group);
        assert!(Place::read("-1007/x").is_err() && Place::read("x").is_err());
    }

    #[test]
    fn parts_give_the_text_back() {
        let text = "aé🖨z".repeat(9);
        let cut = parts(&text, 4);
        assert_eq!(cut.concat(), text);
        assert!(cut.iter().all(|part| part.encode_utf16().count() <= 4));
    }

    #[test]
    fn a_cut_text_keeps_whole_characters() {
        assert_eq!(first_units("corto", 200), "corto");
        assert_eq!(first_units("aé🖨z", 3), "aé");
        assert_eq!(first_units("aé🖨z", 4), "aé🖨");
        assert_eq!(first_units(&"x".repeat(300), 200).len(), 200);
    }
}
