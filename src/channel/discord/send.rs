//! Delivery. Every new message carries a nonce that the platform holds to, so one whose answer was
//! lost is simply sent again. Deliberately absent: pacing and retries, which are rows in the outbox,
//! and menus of chats, which Discord does not have.

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    Discord, Failure, InteractionToken,
    errors::{self, code},
    files,
    http::{Call, Freight},
    interactions::{PASSING, Unanswered},
    places::Target,
    render::{face, mentioning, messages},
};
use crate::{
    channel::{Channel, Envelope, FetchError, MenuEntry, Plan, SendError},
    chat::{
        outgoing::{Enclosure, Outgoing, RichText},
        wording::say,
    },
    domain::{channel::ChannelKind, locale::Locale},
};

/// The longest nonce.
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
        // What is shown through an interaction has no nonce.
        via.is_none()
    }

    async fn send(&self, to: &Envelope<'_>, message: &Outgoing) -> Result<String, SendError> {
        let mut target = target(to.chat)?;
        if let Some(token) = to.via.and_then(InteractionToken::decode) {
            match self.interactions.say(&token, message).await {
                Ok(key) => return Ok(key),
                Err(Unanswered::Expired) => {
                    tracing::debug!(
                        interaction = token.id,
                        "an answer came too late for its place"
                    );
                    // It was for one pair of eyes, and in a channel there are more.
                    target = token.user.map_or(target, Target::Person);
                }
                Err(Unanswered::Failed(failure)) => return Err(failure.into()),
            }
        }
        self.reach(target, (&Load::Words(message), to.nonce)).await
    }

    async fn send_file(
        &self,
        to: &Envelope<'_>,
        file: &Enclosure,
        bytes: &Bytes,
    ) -> Result<String, SendError> {
        self.reach(target(to.chat)?, (&Load::File(file, bytes), to.nonce)).await
    }

    async fn fetch(&self, reference: &str, largest: u64) -> Result<Bytes, FetchError> {
        self.bring(reference, largest).await
    }

    async fn edit(&self, _chat: &str, message: &str, new: &Outgoing) -> Result<(), SendError> {
        if message.starts_with(PASSING) {
            return Err(SendError::Gone);
        }
        let Some((channel, message)) = message_key(message) else {
            return Err(SendError::Refused("not a key of a Discord message".to_owned()));
        };
        let call = Call::patch(format!("/channels/{channel}/messages/{message}"), face(new));
        self.awake(channel, call).await.map(drop).map_err(errors::edit)
    }

    async fn answer(&self, token: &str, text: Option<&str>) -> Result<(), SendError> {
        let Some(token) = InteractionToken::decode(token) else {
            return Err(SendError::Refused("not a token of a Discord interaction".to_owned()));
        };
        match self.interactions.acknowledge(&token, text).await {
            Ok(()) => Ok(()),
            Err(Unanswered::Expired) => self.answer_in_private(&token, text).await,
            Err(Unanswered::Failed(failure)) => Err(failure.into()),
        }
    }

    async fn show_menu(&self, _chat: &str, _menu: &[MenuEntry]) -> Result<(), SendError> {
        // Commands belong to servers here, not to chats.
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
        Ok(self.let_in(thread, account).await?)
    }

    async fn archive(&self, thread: &str, archived: bool) -> Result<(), SendError> {
        Ok(self.put_away(thread, archived).await?)
    }
}

/// What is delivered.
enum Load<'l> {
    /// A message, in as many as it takes.
    Words(&'l Outgoing),
    /// A file.
    File(&'l Enclosure, &'l Bytes),
}

impl Load<'_> {
    /// The messages it is; where others read along, with the person whom it is for.
    fn bodies(&self, person: Option<u64>) -> Vec<Value> {
        match self {
            Self::Words(message) => {
                let mut bodies = messages(message);
                if let (Some(first), Some(person)) = (bodies.first_mut(), person) {
                    *first = mentioning(first.take(), person);
                }
                bodies
            }
            Self::File(file, _) => vec![files::body(file, person)],
        }
    }

    fn freight(&self) -> Option<Freight> {
        match self {
            Self::Words(_) => None,
            Self::File(file, bytes) => Some(files::freight(file, bytes)),
        }
    }
}

impl Discord {
    /// Says what came too late for its interaction in the person's private chat. Where that is closed, the
    /// platform's own words are all that they see.
    async fn answer_in_private(
        &self,
        token: &InteractionToken,
        text: Option<&str>,
    ) -> Result<(), SendError> {
        let text = text.filter(|text| !text.trim().is_empty());
        let (Some(person), Some(text)) = (token.user, text) else { return Ok(()) };
        let message = Outgoing { text: RichText::plain(text), ..Default::default() };
        match self.reach(Target::Person(person), (&Load::Words(&message), None)).await {
            Ok(_) | Err(SendError::Unreachable(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Delivers something where it belongs, or where else its reader is found.
    async fn reach(
        &self,
        target: Target,
        (load, nonce): (&Load<'_>, Option<&str>),
    ) -> Result<String, SendError> {
        match self.deliver(target, load, nonce).await {
            Err(failure) if failure.is_any(&[code::CANNOT_MESSAGE, code::NO_MUTUAL_SERVER]) => {
                self.deliver_elsewhere(target, (load, nonce), failure).await
            }
            // The place itself may be open: its words go on, the file alone is refused.
            Err(Failure::Refused { code: code::MISSING_PERMISSIONS, message, .. })
                if matches!(load, Load::File(..)) =>
            {
                tracing::warn!(?target, "the bot may not attach files here: {message}");
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
        self.post(channel, (load.bodies(None), load.freight()), (nonce, None)).await
    }

    /// Reaches somebody whose private messages are closed in the operator's channel.
    async fn deliver_elsewhere(
        &self,
        target: Target,
        (load, nonce): (&Load<'_>, Option<&str>),
        closed: Failure,
    ) -> Result<String, SendError> {
        let Target::Person(person) = target else { return Err(closed.into()) };
        let Some(refuge) = self.places.refuge(person).await? else { return Err(closed.into()) };
        tracing::info!(person, public = refuge.public, "private messages are closed");
        if refuge.public {
            // Others read along: they may see that there is something, not what.
            let knocking = (vec![knock(person)], None);
            self.post(refuge.channel, knocking, (nonce, Some(person))).await?;
            return Err(closed.into());
        }
        let load = (load.bodies(Some(person)), load.freight());
        let posted = self.post(refuge.channel, load, (nonce, Some(person))).await;
        if matches!(posted, Err(Failure::Refused { .. })) {
            self.places.forget(target);
        }
        Ok(posted?)
    }

    /// Posts messages one behind the other and gives the key of the last. A file comes with the first.
    async fn post(
        &self,
        channel: u64,
        (bodies, mut freight): (Vec<Value>, Option<Freight>),
        (nonce, mention): (Option<&str>, Option<u64>),
    ) -> Result<String, Failure> {
        let mut last = None;
        let count = bodies.len();
        for (number, mut body) in bodies.into_iter().enumerate() {
            if let Some(nonce) = nonce {
                let part = if count > 1 { format!("{nonce}-{number}") } else { nonce.to_owned() };
                debug_assert!(part.len() <= NONCE, "a nonce has at most {NONCE} bytes");
                body["nonce"] = json!(part);
                body["enforce_nonce"] = json!(true);
            }
            let mut call = files::call(channel, body, freight.take());
            if let Some(person) = mention.filter(|_| number == 0) {
                call = call.mentioning(person);
            }
            let posted = self.awake(channel, call).await?;
            last = posted["id"].as_str().map(|id| format!("{channel}/{id}"));
        }
        last.ok_or_else(|| Failure::Lost("no message came back".to_owned()))
    }

    /// Asks for something in a channel, and wakes it up first when it is a thread that sleeps, or
    /// unlocks it when it is locked.
    pub(super) async fn awake(&self, channel: u64, call: Call) -> Result<Value, Failure> {
        match self.http.ask(call.clone()).await {
            Err(failure) if failure.is_any(&[code::THREAD_ARCHIVED]) => {
                let wake = json!({ "archived": false });
                self.http.ask(Call::patch(format!("/channels/{channel}"), wake)).await?;
                self.http.ask(call).await
            }
            Err(failure) if failure.is_any(&[code::THREAD_LOCKED]) => {
                let unlock = json!({ "archived": false, "locked": false });
                self.http.ask(Call::patch(format!("/channels/{channel}"), unlock)).await?;
                self.http.ask(call).await
            }
            other => other,
        }
    }
}

/// Asks somebody, where all can read it, to let us write to them.
fn knock(person: u64) -> Value {
    let text = [Locale::Es, Locale::En].map(|locale| say(locale, "private-messages-closed", &[]));
    let message = Outgoing { text: RichText::plain(text.join("\n")), ..Default::default() };
    mentioning(face(&message), person)
}

fn target(key: &str) -> Result<Target, SendError> {
    Target::read(key).ok_or_else(|| SendError::Refused("not a key of a Discord chat".to_owned()))
}

fn message_key(key: &str) -> Option<(u64, u64)> {
    let (channel, message) = key.split_once('/')?;
    Some((channel.parse().ok()?, message.parse().ok()?))
}
