//! Delivery. Every new message carries a nonce that the platform enforces, so a message whose outcome is
//! unknown is sent again without a check. Deliberately absent: rate limits and retries, which are rows in
//! the outbox, and command menus of chats, which Discord does not have.

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::{Value, json};
use serenity::all::EditThread;

use super::{
    Discord, Failure,
    components::Message,
    errors::{self, code},
    files,
    http::{Call, Upload},
    interactions::{AnswerError, EPHEMERAL_KEY},
    places::Target,
    render::{messages, single_message},
    token::InteractionToken,
};
use crate::{
    channel::{Channel, Envelope, FetchError, MenuEntry, Plan, SendError},
    chat::{
        outgoing::{Enclosure, Outgoing, RichText},
        wording::say,
    },
    domain::{channel::ChannelKind, locale::Locale},
};

/// The longest nonce, in bytes.
const NONCE: usize = 25;

#[async_trait]
impl Channel for Discord {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Discord
    }

    async fn is_there(&self) -> Result<(), SendError> {
        Ok(self.http.ask(Call::get("/users/@me")).await.map(drop)?)
    }

    fn repeats_safely(&self, via: Option<&str>) -> bool {
        // An answer to an interaction has no nonce.
        via.is_none()
    }

    async fn send(&self, to: &Envelope<'_>, message: &Outgoing) -> Result<String, SendError> {
        let mut target = target(to.chat)?;
        if let Some(token) = to.via.and_then(InteractionToken::decode) {
            match self.interactions.say(&token, message).await {
                Ok(key) => return Ok(key),
                Err(AnswerError::Expired) => {
                    tracing::debug!(
                        interaction = token.id,
                        "an answer came after its token expired"
                    );
                    // The answer was for one person, and other people read the channel.
                    target = token.user.map_or(target, Target::Person);
                }
                Err(AnswerError::Failed(failure)) => return Err(failure.into()),
            }
        }
        self.reach(target, &Load::Text(message), to.nonce).await
    }

    async fn send_file(
        &self,
        to: &Envelope<'_>,
        file: &Enclosure,
        bytes: &Bytes,
    ) -> Result<String, SendError> {
        self.reach(target(to.chat)?, &Load::File(file, bytes), to.nonce).await
    }

    async fn fetch(&self, reference: &str, largest: u64) -> Result<Bytes, FetchError> {
        self.download(reference, largest).await
    }

    async fn edit(&self, _chat: &str, message: &str, new: &Outgoing) -> Result<(), SendError> {
        if message.starts_with(EPHEMERAL_KEY) {
            return Err(SendError::Gone);
        }
        let Some(MessageKey { channel, message }) = MessageKey::read(message) else {
            return Err(SendError::Refused("not a key of a Discord message".to_owned()));
        };
        let body = single_message(new).into_json();
        let call = Call::patch(format!("/channels/{channel}/messages/{message}"), body);
        self.ask_unarchived(channel, call).await.map(drop).map_err(errors::edit)
    }

    async fn answer(&self, to: &Envelope<'_>, text: Option<&str>) -> Result<(), SendError> {
        let Some(token) = to.via.and_then(InteractionToken::decode) else {
            return Err(SendError::Refused("not a token of a Discord interaction".to_owned()));
        };
        match self.interactions.acknowledge(&token, text).await {
            Ok(()) => Ok(()),
            Err(AnswerError::Expired) => self.answer_in_private(&token, text, to.nonce).await,
            Err(AnswerError::Failed(failure)) => Err(failure.into()),
        }
    }

    async fn show_menu(&self, _chat: &str, _menu: &[MenuEntry]) -> Result<(), SendError> {
        // On Discord, commands belong to servers and not to chats.
        Ok(())
    }

    fn gives_up_soon(&self) -> bool {
        true
    }

    fn overhears(&self) -> bool {
        self.overhears
    }

    async fn open_thread(&self, plan: &Plan<'_>) -> Result<String, SendError> {
        Ok(format!("#{}", self.thread(plan).await?))
    }

    async fn admit(&self, thread: &str, account: &str) -> Result<(), SendError> {
        Ok(self.add_to_thread(thread, account).await?)
    }

    async fn archive(&self, thread: &str, archived: bool) -> Result<(), SendError> {
        Ok(self.set_archived(thread, archived).await?)
    }
}

/// The content of a delivery.
enum Load<'l> {
    /// A text, in as many messages as it takes.
    Text(&'l Outgoing),
    File(&'l Enclosure, &'l Bytes),
}

impl Load<'_> {
    /// The bodies of the messages, with a mention of the account where other people read along.
    fn bodies(&self, account: Option<u64>) -> Vec<Value> {
        let outgoing = match self {
            Self::Text(message) => *message,
            Self::File(file, _) => return vec![files::body(file, account)],
        };
        let mut messages = messages(outgoing).into_iter();
        let first = messages.next().map(|first| match account {
            Some(account) => first.mentioning(account),
            None => first,
        });
        first.into_iter().chain(messages).map(Message::into_json).collect()
    }

    fn upload(&self) -> Option<Upload> {
        match self {
            Self::Text(_) => None,
            Self::File(file, bytes) => Some(files::upload(file, bytes)),
        }
    }
}

/// Messages for one channel.
struct Post<'p> {
    bodies: Vec<Value>,
    /// A file that goes with the first message.
    upload: Option<Upload>,
    nonce: Option<&'p str>,
    /// The one account that the first message may mention.
    mention: Option<u64>,
}

impl Discord {
    /// Sends a text that came too late for its interaction to the person's private chat. Where that chat is
    /// closed, the person sees the platform's own notice alone.
    async fn answer_in_private(
        &self,
        token: &InteractionToken,
        text: Option<&str>,
        nonce: Option<&str>,
    ) -> Result<(), SendError> {
        let text = text.filter(|text| !text.trim().is_empty());
        let (Some(person), Some(text)) = (token.user, text) else { return Ok(()) };
        let message = Outgoing { text: RichText::plain(text), ..Default::default() };
        match self.reach(Target::Person(person), &Load::Text(&message), nonce).await {
            Ok(_) | Err(SendError::Unreachable(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Delivers to the target, or to the fallback channel of a person whose private messages are closed.
    async fn reach(
        &self,
        target: Target,
        load: &Load<'_>,
        nonce: Option<&str>,
    ) -> Result<String, SendError> {
        match self.deliver(target, load, nonce).await {
            Err(failure) if failure.is_any(&[code::CANNOT_MESSAGE, code::NO_MUTUAL_SERVER]) => {
                match target {
                    Target::Person(person) => {
                        self.deliver_to_fallback(person, load, nonce, failure).await
                    }
                    Target::Channel(_) => Err(failure.into()),
                }
            }
            // The bot may write in the place, so its texts go on; the file alone is refused.
            Err(Failure::Refused { code: code::MISSING_PERMISSIONS, message, .. })
                if matches!(load, Load::File(..)) =>
            {
                tracing::warn!(?target, "the bot lacks the permission to attach files: {message}");
                let code = code::MISSING_PERMISSIONS;
                Err(SendError::Refused(format!("{message} ({code})")))
            }
            Err(failure) => {
                if matches!(failure, Failure::Refused { .. }) {
                    self.places.forget(target);
                }
                Err(failure.into())
            }
            Ok(key) => Ok(key),
        }
    }

    async fn deliver(
        &self,
        target: Target,
        load: &Load<'_>,
        nonce: Option<&str>,
    ) -> Result<String, Failure> {
        let channel = self.places.channel(target).await?;
        let bodies = load.bodies(None);
        self.post(channel, Post { bodies, upload: load.upload(), nonce, mention: None }).await
    }

    /// Delivers in the operator's channel to a person whose private messages are closed.
    async fn deliver_to_fallback(
        &self,
        person: u64,
        load: &Load<'_>,
        nonce: Option<&str>,
        closed: Failure,
    ) -> Result<String, SendError> {
        let Some(fallback) = self.places.fallback(person).await? else { return Err(closed.into()) };
        let mention = Some(person);
        tracing::info!(person, public = fallback.public, "private messages are closed");
        if fallback.public {
            // Other people read along: they see that there is a message, not what it says.
            let notice = vec![closed_notice(person)];
            let notice = Post { bodies: notice, upload: None, nonce, mention };
            self.post(fallback.channel, notice).await?;
            return Err(closed.into());
        }
        let load = Post { bodies: load.bodies(mention), upload: load.upload(), nonce, mention };
        let posted = self.post(fallback.channel, load).await;
        if matches!(posted, Err(Failure::Refused { .. })) {
            self.places.forget(Target::Person(person));
        }
        Ok(posted?)
    }

    /// Posts messages in order and returns the key of the last.
    async fn post(&self, channel: u64, post: Post<'_>) -> Result<String, Failure> {
        let mut upload = post.upload;
        let mut last = None;
        let count = post.bodies.len();
        for (number, mut body) in post.bodies.into_iter().enumerate() {
            if let Some(nonce) = post.nonce {
                let part = if count > 1 { format!("{nonce}-{number}") } else { nonce.to_owned() };
                debug_assert!(part.len() <= NONCE, "a nonce has at most {NONCE} bytes");
                body["nonce"] = json!(part);
                body["enforce_nonce"] = json!(true);
            }
            let mut call = Call::post(format!("/channels/{channel}/messages"), body);
            if let Some(upload) = upload.take() {
                call = call.with(upload);
            }
            if let Some(account) = post.mention.filter(|_| number == 0) {
                call = call.mentioning(account);
            }
            let posted = self.ask_unarchived(channel, call).await?;
            last = posted["id"].as_str().map(|id| format!("{channel}/{id}"));
        }
        last.ok_or_else(|| Failure::Lost("no message came back".to_owned()))
    }

    /// Sends a request about a channel. A thread that is archived or locked is opened first.
    pub(super) async fn ask_unarchived(&self, channel: u64, call: Call) -> Result<Value, Failure> {
        let open = EditThread::new().archived(false);
        let open = match self.http.ask(call.clone()).await {
            Err(failure) if failure.is_any(&[code::THREAD_ARCHIVED]) => open,
            Err(failure) if failure.is_any(&[code::THREAD_LOCKED]) => open.locked(false),
            other => return other,
        };
        self.http.ask(Call::patch(format!("/channels/{channel}"), json!(open))).await?;
        self.http.ask(call).await
    }
}

/// Asks a person, in a public place, to open their private messages.
fn closed_notice(person: u64) -> Value {
    let text = [Locale::Es, Locale::En].map(|locale| say(locale, "private-messages-closed", &[]));
    let message = Outgoing { text: RichText::plain(text.join("\n")), ..Default::default() };
    single_message(&message).mentioning(person).into_json()
}

fn target(key: &str) -> Result<Target, SendError> {
    Target::read(key).ok_or_else(|| SendError::Refused("not a key of a Discord chat".to_owned()))
}

/// A message in its channel.
struct MessageKey {
    channel: u64,
    message: u64,
}

impl MessageKey {
    fn read(key: &str) -> Option<Self> {
        let (channel, message) = key.split_once('/')?;
        Some(Self { channel: channel.parse().ok()?, message: message.parse().ok()? })
    }
}
