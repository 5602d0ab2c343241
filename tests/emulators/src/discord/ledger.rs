//! What happened, in order, as Discord saw it.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;
use tokio::time::Instant;

use super::{components, facts, sessions::Shard};

/// Everything that happened since the start.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub effects: Vec<Effect>,
    /// Every request, failed ones included, in the order of their responses.
    pub calls: Vec<Call>,
    /// Requests and frames that Discord's API description does not allow, and messages that could
    /// have mentioned users who were not meant.
    pub violations: Vec<String>,
    /// Responses that count towards the limit after which Discord blocks an address.
    pub invalid_requests: usize,
    /// Requests for a new session.
    pub identifies: usize,
    /// New sessions that were granted.
    pub readies: usize,
    /// The shards of the granted sessions, in order.
    pub welcomed: Vec<Shard>,
    /// New sessions that were refused because they came too soon after another session.
    pub too_soon: usize,
    /// Sessions that were resumed.
    pub resumes: usize,
    /// Refused resumes.
    pub resumes_refused: usize,
    pub heartbeats: usize,
    /// Sockets that have ended, closed by either side.
    pub sockets_gone: usize,
    /// The codes with which Discord closed sockets.
    pub closes: Vec<u16>,
    /// The codes with which the bot closed its sockets.
    pub client_closes: Vec<u16>,
}

/// An effect that a user or a client could see.
#[derive(Debug, Clone)]
pub enum Effect {
    /// A message appeared.
    Sent(Post),
    /// A message was edited.
    Edited(Post),
    /// A message disappeared.
    Deleted {
        channel: u64,
        message: u64,
        at: Instant,
    },
    /// An interaction was answered; the message or modal that the response shows follows as an
    /// effect of its own.
    Responded(Response),
    /// A modal opened.
    Modal(Modal),
    /// Autocomplete suggestions were shown.
    Choices {
        interaction: u64,
        choices: Vec<Value>,
        at: Instant,
    },
    /// The commands of a guild, or the global commands, were replaced.
    Commands {
        guild: Option<u64>,
        commands: Vec<Value>,
        at: Instant,
    },
    ThreadCreated {
        thread: u64,
        parent: u64,
        name: String,
        at: Instant,
    },
    /// A thread was archived, unarchived, locked or renamed.
    ThreadChanged {
        thread: u64,
        name: String,
        archived: bool,
        locked: bool,
        at: Instant,
    },
    /// The bot deleted a thread.
    ThreadDeleted {
        thread: u64,
        at: Instant,
    },
    /// A user was added to a thread.
    MemberAdded {
        thread: u64,
        user: u64,
        at: Instant,
    },
    /// A user was removed from a thread.
    MemberRemoved {
        thread: u64,
        user: u64,
        at: Instant,
    },
    /// The bot reacted to a message.
    Reacted {
        channel: u64,
        message: u64,
        emoji: String,
        at: Instant,
    },
}

/// The first response to an interaction.
#[derive(Debug, Clone)]
pub struct Response {
    pub interaction: u64,
    /// Discord's response type: 4 message, 5 deferred, 6 deferred edit, 7 edit, 8 suggestions, 9
    /// modal.
    pub kind: u64,
    /// The time since the interaction was dispatched.
    pub latency: Duration,
    pub at: Instant,
}

/// One version of a message.
#[derive(Debug, Clone)]
pub struct Post {
    pub channel: u64,
    pub message_id: u64,
    pub author: u64,
    /// The user whose direct-message channel this is.
    pub recipient: Option<u64>,
    /// The only user who sees an ephemeral message.
    pub only_for: Option<u64>,
    /// The text of a message without components V2.
    pub content: String,
    /// The embeds of a message without components V2.
    pub embeds: Vec<Value>,
    /// Buttons and select menus; with components V2, the whole message.
    pub components: Vec<Value>,
    /// Discord's message flags.
    pub flags: u64,
    pub attachments: Vec<Value>,
    pub nonce: Option<Value>,
    /// The interaction that this message answers.
    pub interaction: Option<u64>,
    /// The message that this message replies to.
    pub reply_to: Option<u64>,
    /// Every custom id that this message has had in any version.
    pub codes: Vec<String>,
    /// When the message appeared and when it was edited, by Discord's clock.
    pub written: Duration,
    pub edited: Option<Duration>,
    /// When this version appeared.
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    pub label: String,
    /// What a press sends; empty for a link.
    pub custom_id: String,
    pub disabled: bool,
}

/// A select menu of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    pub custom_id: String,
    /// The label and the value of each option.
    pub options: Vec<(String, String)>,
}

/// A modal that a user sees.
#[derive(Debug, Clone)]
pub struct Modal {
    /// The interaction that opened it.
    pub interaction: u64,
    pub user: u64,
    /// What a submission sends.
    pub custom_id: String,
    pub title: String,
    /// The fields as the bot sent them.
    pub components: Vec<Value>,
    /// When it opened.
    pub at: Instant,
}

#[derive(Debug, Clone)]
pub struct Call {
    /// The method and the route pattern.
    pub route: String,
    /// The method and the path, without `/api/v10`.
    pub request: String,
    /// The HTTP status of the response; 0 when the connection was cut instead.
    pub status: u16,
    /// Discord's error code; 0 when there is none.
    pub code: i64,
    /// When the response was sent.
    pub at: Instant,
}

impl Post {
    /// The whole text in reading order: the content and the text of components.
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
                let label = text("label");
                let custom_id = text("custom_id");
                buttons.push(Button { label, custom_id, disabled });
            }
        });
        buttons
    }

    /// The select menus in reading order.
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

    /// Whether the message is a deferred response without content yet.
    pub fn loading(&self) -> bool {
        self.flags & components::LOADING != 0
    }
}

impl Modal {
    /// The input fields, top to bottom, as the bot sent them.
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
    /// The first version of each message.
    pub fn sends(&self) -> impl Iterator<Item = &Post> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Sent(post) => Some(post),
            _ => None,
        })
    }

    /// The later versions of messages.
    pub fn edits(&self) -> impl Iterator<Item = &Post> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Edited(post) => Some(post),
            _ => None,
        })
    }

    pub fn responses(&self) -> impl Iterator<Item = &Response> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Responded(response) => Some(response),
            _ => None,
        })
    }

    pub fn response_to(&self, interaction: u64) -> Option<&Response> {
        self.responses().find(|response| response.interaction == interaction)
    }

    /// The texts sent to a channel, oldest first.
    pub fn said_to(&self, channel: u64) -> Vec<String> {
        self.sends().filter(|post| post.channel == channel).map(Post::text).collect()
    }

    /// The number of requests of a route; `*` and `{…}` stand for one path segment.
    pub fn calls_of(&self, pattern: &str) -> usize {
        self.calls.iter().filter(|call| facts::fits(pattern, &call.request)).count()
    }

    /// Messages that appeared more than once with the same text, channel and audience, and how
    /// often.
    pub fn repeated(&self) -> Vec<(u64, String, usize)> {
        let mut times: BTreeMap<(u64, Option<u64>, String), usize> = BTreeMap::new();
        for post in self.sends().filter(|post| !post.loading()) {
            *times.entry((post.channel, post.only_for, post.text())).or_default() += 1;
        }
        let repeated = times.into_iter().filter(|(_, times)| *times > 1);
        repeated.map(|((channel, _, text), times)| (channel, text, times)).collect()
    }

    /// The last effects, for failed assertions.
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
