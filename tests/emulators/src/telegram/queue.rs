//! The update queue and `getUpdates` with Telegram's rules: a request with a later offset confirms
//! an update, and until then the update is delivered again.

use std::{collections::VecDeque, time::Duration};

use serde_json::{Map, Value, json};

use super::{
    Emulator,
    methods::{Refusal, Reply},
    state::State,
};

/// How many updates an offset may lie ahead of the newest update.
const FAR_AHEAD: i64 = 10;
/// Kinds of update that are delivered only when `allowed_updates` names them.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// Updates that wait for the bot.
pub struct Queue {
    pub waiting: VecDeque<(i64, Value)>,
    last_id: i64,
    /// The `allowed_updates` of the last request; empty for Telegram's default.
    pub allowed: Vec<String>,
    /// The number of the newest `getUpdates` request; an older request that still waits ends.
    poll: u64,
}

impl Queue {
    /// An empty queue whose update ids start at an arbitrary number.
    pub fn new() -> Self {
        let last_id = rand::random_range(100_000_000..900_000_000);
        Self { waiting: VecDeque::new(), last_id, allowed: Vec::new(), poll: 0 }
    }

    /// Adds an update, unless the bot does not accept its kind, and returns its id.
    pub fn push(&mut self, mut update: Value) -> i64 {
        self.last_id += 1;
        update["update_id"] = self.last_id.into();
        if self.wants(&update) {
            self.waiting.push_back((self.last_id, update));
        }
        self.last_id
    }

    /// The ids of the waiting updates.
    pub fn pending(&self) -> Vec<i64> {
        self.waiting.iter().map(|(id, _)| *id).collect()
    }

    fn wants(&self, update: &Value) -> bool {
        let mut kinds = update.as_object().into_iter().flat_map(Map::keys);
        match kinds.find(|name| *name != "update_id") {
            None => true,
            Some(kind) if self.allowed.is_empty() => !ON_REQUEST.contains(&kind.as_str()),
            Some(kind) => self.allowed.contains(kind),
        }
    }

    /// Removes every update before `offset` and returns their ids.
    fn forget_before(&mut self, offset: i64) -> Vec<i64> {
        let keep = self.waiting.iter().take_while(|(id, _)| *id < offset).count();
        self.waiting.drain(..keep).map(|(id, _)| id).collect()
    }
}

/// The parameters of one `getUpdates` request.
struct Question {
    offset: i64,
    limit: usize,
    timeout: Duration,
}

/// Serves one `getUpdates` request: a long poll that waits while the queue is empty.
pub async fn get_updates(emulator: &Emulator, params: &Map<String, Value>) -> Reply {
    let number = |name: &str| params.get(name).and_then(Value::as_i64);
    let question = Question {
        offset: number("offset").unwrap_or(0),
        limit: usize::try_from(number("limit").unwrap_or(100).clamp(1, 100)).unwrap_or(100),
        timeout: Duration::from_secs(number("timeout").unwrap_or(0).clamp(0, 50).unsigned_abs()),
    };
    let mut changes = emulator.changed();
    let poll = emulator.change(|state| match state.webhook {
        Some(_) => Err(Refusal::new(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to \
             delete the webhook first",
        )),
        None => Ok(arrive(state, &question, params.get("allowed_updates"))),
    })?;
    let wait = async {
        loop {
            if let Some(reply) = look(emulator, &question, poll) {
                return reply;
            }
            changes.changed().await.expect("the emulator holds the sender");
        }
    };
    match tokio::time::timeout(question.timeout, wait).await {
        Ok(reply) => reply,
        Err(_) => Ok(json!([])),
    }
}

/// Confirms updates by the request's offset, and ends an older request that still waits.
fn arrive(state: &mut State, question: &Question, allowed: Option<&Value>) -> u64 {
    let queue = &mut state.queue;
    if let Some(Value::Array(kinds)) = allowed {
        queue.allowed = kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    let believed = question.offset <= queue.last_id + FAR_AHEAD;
    let first = match question.offset {
        offset if offset < 0 => {
            let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let at = queue.waiting.len().saturating_sub(back);
            queue.waiting.get(at).map(|(id, _)| *id)
        }
        0 => None,
        offset => believed.then_some(offset),
    };
    let confirmed = first.map(|first| queue.forget_before(first)).unwrap_or_default();
    queue.poll += 1;
    state.ledger.polls += 1;
    state.ledger.confirmed.extend(confirmed);
    state.queue.poll
}

fn look(emulator: &Emulator, question: &Question, poll: u64) -> Option<Reply> {
    let mut state = super::lock(&emulator.inner.state);
    if state.webhook.is_some() {
        return Some(Err(Refusal::new(409, "Conflict: terminated by setWebhook request")));
    }
    if state.queue.poll != poll {
        return Some(Err(Refusal::new(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot \
             instance is running",
        )));
    }
    let updates: Vec<_> = state.queue.waiting.iter().take(question.limit).cloned().collect();
    if updates.is_empty() {
        return None;
    }
    for (id, _) in &updates {
        *state.ledger.handed_out.entry(*id).or_default() += 1;
    }
    drop(state);
    emulator.inner.changes.send_modify(|version| *version += 1);
    Some(Ok(updates.into_iter().map(|(_, update)| update).collect()))
}
