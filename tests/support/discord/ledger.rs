//! What happened, in order, as the platform saw it.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;
use tokio::time::Instant;

use super::{components, facts, sessions::Shard};

/// Everything that happened since the start.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// What took effect, in order.
    pub effects: Vec<Effect>,
    /// Every request, those that failed included, in order of their answers.
    pub calls: Vec<Call>,
    /// Requests and frames that the platform's own description does not allow, and messages that
    /// could have called people who were not meant.
    pub violations: Vec<String>,
    /// Answers of the kind for which the platform shuts an address out when they are too many.
    pub invalid_requests: usize,
    /// New sessions that were asked for.
    pub identifies: usize,
    /// New sessions that were given.
    pub readies: usize,
    /// The shards of the sessions that were given, in order.
    pub welcomed: Vec<Shard>,
    /// New sessions that were refused because they came too soon after another.
    pub too_soon: usize,
    /// Sessions that were taken up again.
    pub resumes: usize,
    /// Sessions that could not be taken up again.
    pub resumes_refused: usize,
    /// Signs of life.
    pub heartbeats: usize,
    /// Sockets that have ended, whoever ended them.
    pub sockets_gone: usize,
    /// The codes with which sockets were closed by the platform.
    pub closes: Vec<u16>,
    /// The codes with which the bot closed its sockets.
    pub client_closes: Vec<u16>,
}

/// Something that a person or an app could see.
#[derive(Debug, Clone)]
pub enum Effect {
    /// A message appeared.
    Sent(Post),
    /// A message got a new face.
    Edited(Post),
    /// A message disappeared.
    Deleted { channel: u64, message: u64, at: Instant },
    /// An interaction was answered; what the answer shows follows as an effect of its own.
    Responded(Response),
    /// A form opened.
    Modal(Modal),
    /// Suggestions were shown.
    Choices { interaction: u64, choices: Vec<Value>, at: Instant },
    /// The commands of a guild, or everywhere, were replaced.
    Commands { guild: Option<u64>, commands: Vec<Value>, at: Instant },
    /// A thread was made.
    ThreadCreated { thread: u64, parent: u64, name: String, at: Instant },
    /// A thread was archived, reopened, locked or named.
    ThreadChanged { thread: u64, name: String, archived: bool, locked: bool, at: Instant },
    /// A thread was deleted by the bot.
    ThreadDeleted { thread: u64, at: Instant },
    /// Somebody was let into a thread.
    MemberAdded { thread: u64, user: u64, at: Instant },
    /// Somebody was put out of a thread.
    MemberRemoved { thread: u64, user: u64, at: Instant },
    /// A message got a reaction of the bot's.
    Reacted { channel: u64, message: u64, emoji: String, at: Instant },
}

/// The first answer to an interaction.
#[derive(Debug, Clone)]
pub struct Response {
    /// The interaction.
    pub interaction: u64,
    /// As the platform numbers it: 4 message, 5 later, 6 later with an edit, 7 edit, 8 suggestions,
    /// 9 form.
    pub kind: u64,
    /// How long it took since the interaction was dispatched.
    pub latency: Duration,
    /// When.
    pub at: Instant,
}

/// A message with one of its faces.
#[derive(Debug, Clone)]
pub struct Post {
    /// The channel it hangs in.
    pub channel: u64,
    /// Its key.
    pub message_id: u64,
    /// Who wrote it.
    pub author: u64,
    /// The person in whose private channel it hangs.
    pub recipient: Option<u64>,
    /// The person who alone sees it.
    pub only_for: Option<u64>,
    /// What is read in a message of the old form.
    pub content: String,
    /// Cards in a message of the old form.
    pub embeds: Vec<Value>,
    /// Buttons, menus and, in a message of the new form, everything.
    pub components: Vec<Value>,
    /// As the platform numbers them.
    pub flags: u64,
    /// Files that came with it.
    pub attachments: Vec<Value>,
    /// The key under which it was sent.
    pub nonce: Option<Value>,
    /// The interaction that it answers.
    pub interaction: Option<u64>,
    /// The message that it replies to.
    pub reply_to: Option<u64>,
    /// Every code that its buttons and menus ever had.
    pub codes: Vec<String>,
    /// When it appeared, and when it was edited, by the platform's clock.
    pub written: Duration,
    pub edited: Option<Duration>,
    /// When it got this face.
    pub at: Instant,
}

/// A button of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What is read on it.
    pub label: String,
    /// What a press sends; empty for a link.
    pub custom_id: String,
    /// Whether it cannot be pressed.
    pub disabled: bool,
}

/// A menu of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    /// What a choice sends.
    pub custom_id: String,
    /// The label and the value of each option.
    pub options: Vec<(String, String)>,
}

/// A form before somebody's eyes.
#[derive(Debug, Clone)]
pub struct Modal {
    /// The interaction that it answers.
    pub interaction: u64,
    /// Who sees it.
    pub user: u64,
    /// What handing it in sends.
    pub custom_id: String,
    /// What is read above it.
    pub title: String,
    /// Its fields as the platform spells them.
    pub components: Vec<Value>,
    /// When it opened.
    pub at: Instant,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method and the route as the platform spells it.
    pub route: String,
    /// The method and the path as it came, without `/api/v10`.
    pub request: String,
    /// The HTTP status of the answer; 0 when the connection was cut instead.
    pub status: u16,
    /// The platform's own code of a refusal; 0 without one.
    pub code: i64,
    /// When it was answered.
    pub at: Instant,
}

impl Post {
    /// Everything that is read, in order: the content and the text of components.
    pub fn text(&self) -> String {
        let mut texts = vec![self.content.clone()];
        components::walk(&self.components, &mut |component| {
            if component["type"] == 10 {
                texts.push(component["content"].as_str().unwrap_or_default().to_owned());
            }
        });
        texts.retain(|text| !text.is_empty());
        texts.join("\n")
    }

    /// The buttons in reading order.
    pub fn buttons(&self) -> Vec<Button> {
        let mut buttons = Vec::new();
        components::walk(&self.components, &mut |component| {
            if component["type"] == 2 {
                let text = |name: &str| component[name].as_str().unwrap_or_default().to_owned();
                let disabled = component["disabled"] == true;
                let (label, custom_id) = (text("label"), text("custom_id"));
                buttons.push(Button { label, custom_id, disabled });
            }
        });
        buttons
    }

    /// The menus in reading order.
    pub fn selects(&self) -> Vec<Select> {
        let mut selects = Vec::new();
        components::walk(&self.components, &mut |component| {
            if matches!(component["type"].as_u64(), Some(3 | 5..=8)) {
                let text =
                    |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
                let options = component["options"].as_array().into_iter().flatten();
                let options = options.map(|option| (text(option, "label"), text(option, "value")));
                let custom_id = text(component, "custom_id");
                selects.push(Select { custom_id, options: options.collect() });
            }
        });
        selects
    }

    /// Whether it only says that an answer will come.
    pub fn loading(&self) -> bool {
        self.flags & components::LOADING != 0
    }
}

impl Modal {
    /// The fields that can be filled in, top to bottom, as the platform spells them.
    pub fn fields(&self) -> Vec<Value> {
        let mut fields = Vec::new();
        components::walk(&self.components, &mut |part| {
            if part["custom_id"].is_string() {
                fields.push(part.clone());
            }
        });
        fields
    }
}

impl Ledger {
    /// The messages as they first appeared.
    pub fn sends(&self) -> impl Iterator<Item = &Post> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Sent(post) => Some(post),
            _ => None,
        })
    }

    /// The new faces that messages got.
    pub fn edits(&self) -> impl Iterator<Item = &Post> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Edited(post) => Some(post),
            _ => None,
        })
    }

    /// The first answers to interactions.
    pub fn responses(&self) -> impl Iterator<Item = &Response> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Responded(response) => Some(response),
            _ => None,
        })
    }

    /// The first answer to one interaction.
    pub fn response_to(&self, interaction: u64) -> Option<&Response> {
        self.responses().find(|response| response.interaction == interaction)
    }

    /// What was said in a channel, oldest first.
    pub fn said_to(&self, channel: u64) -> Vec<String> {
        self.sends().filter(|post| post.channel == channel).map(Post::text).collect()
    }

    /// Requests of a route; `*` and `{…}` stand for one part of the path.
    pub fn calls_of(&self, pattern: &str) -> usize {
        self.calls.iter().filter(|call| facts::fits(pattern, &call.request)).count()
    }

    /// Messages that appeared more than once with the same words in the same channel, to the same
    /// eyes, and how often.
    pub fn repeated(&self) -> Vec<(u64, String, usize)> {
        let mut times: BTreeMap<(u64, Option<u64>, String), usize> = BTreeMap::new();
        for post in self.sends().filter(|post| !post.loading()) {
            *times.entry((post.channel, post.only_for, post.text())).or_default() += 1;
        }
        let repeated = times.into_iter().filter(|(_, times)| *times > 1);
        repeated.map(|((channel, _, text), times)| (channel, text, times)).collect()
    }

    /// The end of the story, for failed assertions.
    pub fn summary(&self) -> String {
        let last = |count: usize| count.saturating_sub(12);
        let effects = &self.effects[last(self.effects.len())..];
        let calls = &self.calls[last(self.calls.len())..];
        let calls: Vec<String> = calls
            .iter()
            .map(|call| format!("{} {} {}", call.request, call.status, call.code))
            .collect();
        format!(
            "{} effects, the last: {effects:#?}\nthe last calls: {calls:?}\n\
             {} sessions asked for, {} taken up again, closed with {:?}\nviolations: {:?}",
            self.effects.len(),
            self.identifies,
            self.resumes,
            self.closes,
            self.violations
        )
    }
}
