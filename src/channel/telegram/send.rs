//! Delivery through teloxide's requests, each bounded in time: after a 5xx teloxide sleeps ten
//! seconds before it says anything, and a lane of the courier must not stand still for that.
//! Deliberately absent: pacing and retries, which are rows in the outbox.

use std::{fmt, marker::PhantomData, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use teloxide_core::{
    Bot,
    payloads::{
        AnswerCallbackQuery, AnswerCallbackQuerySetters, EditMessageText, EditMessageTextSetters,
        GetMe, SendMessage, SendMessageSetters,
    },
    requests::{JsonRequest, Payload, Request as _},
    types::{BotCommandScope, CallbackQueryId, ChatId, LinkPreviewOptions, MessageId},
};

use super::{
    TelegramSettings, client,
    errors::{Request, outcome},
    render::render,
};
use crate::{
    channel::{Channel, Envelope, FILE_TIME, FetchError, MenuEntry, SendError},
    chat::outgoing::{Enclosure, Outgoing},
    domain::channel::ChannelKind,
};

/// The longest acknowledgement of a pressed button, in UTF-16 units.
const ANSWER: usize = 200;

/// The Telegram side of the courier.
#[derive(Clone)]
pub struct Telegram {
    bot: Bot,
    /// The same bot with the time that files take.
    pub(super) carrier: Bot,
    request_timeout: Duration,
}

/// `Bot` prints its token, so nothing of it is shown.
impl fmt::Debug for Telegram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telegram").finish_non_exhaustive()
    }
}

/// The part of a sent message that is needed. What else the platform puts into its answer may change
/// without turning a delivered message into an unreadable one.
#[derive(Deserialize)]
pub(super) struct Posted {
    pub message_id: i64,
}

/// A payload of teloxide's whose answer is read as `O` and no further.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Asking<P, O> {
    pub payload: P,
    #[serde(skip)]
    answer: PhantomData<O>,
}

impl<P, O> Asking<P, O> {
    pub(super) fn new(payload: P) -> Self {
        Self { payload, answer: PhantomData }
    }
}

impl<P: Payload, O> Payload for Asking<P, O> {
    type Output = O;
    const NAME: &'static str = P::NAME;
}

impl Telegram {
    /// A sender for the bot of these settings; nothing is asked of the network yet.
    pub fn new(settings: &TelegramSettings) -> reqwest::Result<Self> {
        let (quick, patient) =
            (client(settings, settings.request_timeout)?, client(settings, FILE_TIME)?);
        let mut api_url = settings.api_url.clone();
        if let Ok(mut segments) = api_url.path_segments_mut() {
            segments.pop_if_empty();
        }
        let bot = |client| {
            Bot::with_client(settings.token.expose_secret(), client).set_api_url(api_url.clone())
        };
        let (bot, carrier) = (bot(quick), bot(patient));
        Ok(Self { bot, carrier, request_timeout: settings.request_timeout })
    }

    /// Makes one request and reads its answer as `O`.
    pub(super) async fn ask<P, O>(&self, request: Request, payload: P) -> Asked<O>
    where
        P: Payload + Serialize + Send + 'static,
        O: DeserializeOwned + Send + 'static,
    {
        let payload = Asking::new(payload);
        let answer = JsonRequest::new(self.bot.clone(), payload).send();
        match tokio::time::timeout(self.request_timeout, answer).await {
            Err(_) => Err(SendError::Unknown("no answer in time".to_owned())),
            Ok(Ok(answer)) => Ok(Some(answer)),
            Ok(Err(error)) => outcome(request, &error).map(|()| None),
        }
    }
}

/// An answer, or none when the request failed in a way that is as good as success.
pub(super) type Asked<O> = Result<Option<O>, SendError>;

/// An answer that nothing is read from.
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
        let (text, entities, keyboard) = render(message);
        let mut payload = SendMessage::new(chat_id(to.chat)?, text)
            .entities(entities)
            .link_preview_options(no_preview());
        if let Some(keyboard) = keyboard {
            payload = payload.reply_markup(keyboard);
        }
        match self.ask::<_, Posted>(Request::Send, payload).await? {
            Some(posted) => Ok(posted.message_id.to_string()),
            None => Err(SendError::Unknown("no message came back".to_owned())),
        }
    }

    async fn edit(&self, chat: &str, message: &str, new: &Outgoing) -> Result<(), SendError> {
        let (text, entities, keyboard) = render(new);
        let message_id = message
            .parse()
            .map(MessageId)
            .map_err(|_| SendError::Refused("not a key of a Telegram message".to_owned()))?;
        let mut payload = EditMessageText::new(chat_id(chat)?, message_id, text)
            .entities(entities)
            .link_preview_options(no_preview());
        // An edit without a keyboard takes the old one away.
        if let Some(keyboard) = keyboard {
            payload = payload.reply_markup(keyboard);
        }
        self.ask::<_, Ignored>(Request::Edit, payload).await.map(drop)
    }

    async fn answer(&self, token: &str, text: Option<&str>) -> Result<(), SendError> {
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
        self.carry(to, file, bytes).await
    }

    async fn fetch(&self, reference: &str, largest: u64) -> Result<Bytes, FetchError> {
        self.bring(reference, largest).await
    }

    async fn show_menu(&self, chat: &str, menu: &[MenuEntry]) -> Result<(), SendError> {
        let scope = BotCommandScope::Chat { chat_id: chat_id(chat)?.into() };
        self.register(scope, None, menu).await
    }
}

pub(super) fn chat_id(key: &str) -> Result<ChatId, SendError> {
    key.parse()
        .map(ChatId)
        .map_err(|_| SendError::Refused("not a key of a Telegram chat".to_owned()))
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
    use super::first_units;

    #[test]
    fn a_cut_text_keeps_whole_characters() {
        assert_eq!(first_units("corto", 200), "corto");
        assert_eq!(first_units("aé🖨z", 3), "aé");
        assert_eq!(first_units("aé🖨z", 4), "aé🖨");
        assert_eq!(first_units(&"x".repeat(300), 200).len(), 200);
    }
}
