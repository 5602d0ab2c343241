//! The webhook with Telegram's rules: waiting updates are posted in order within each queue (a
//! chat's messages, a user's callback queries), are confirmed by any 2xx, and are posted again
//! otherwise: first at once, then after 2 s, 4 s and so on, or after the time that the response
//! asks for. Tests configure faults of posts under the name [`METHOD`]. Deliberately absent: what
//! happens after hours, such as expiry.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde_json::{Map, Value, json};
use tokio::{sync::watch, time::Instant};

use super::{
    Emulator,
    faults::Fault,
    methods::{Refusal, Reply},
    state::State,
};

/// The name under which faults list webhook posts: `DropAfter` loses the response, any other
/// failing fault prevents the post.
pub const METHOD: &str = "webhook";
/// The longest wait between two attempts.
const LONGEST: Duration = Duration::from_secs(60);
/// The longest `Retry-After` that Telegram honours, in seconds.
const TOLD: u64 = 3_600;

/// The webhook that is set.
pub struct Webhook {
    url: String,
    secret: Option<String>,
    client: reqwest::Client,
    connections: usize,
    queues: HashMap<String, Tries>,
    under_way: HashSet<i64>,
    last_error: Option<String>,
    /// Counts `setWebhook` requests; a delivery loop of an older generation ends.
    generation: usize,
}

/// The attempts of a queue to post its first update.
#[derive(Default)]
struct Tries {
    failed: u32,
    not_before: Option<Instant>,
}

/// One webhook post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub update_id: i64,
    /// The HTTP status of the response; 0 when there was none or it was lost.
    pub status: u16,
}

/// A post that is due.
struct Post {
    client: reqwest::Client,
    url: String,
    secret: Option<String>,
    queue: String,
    update_id: i64,
    update: Value,
}

/// `setWebhook`; the server starts the delivery loop.
pub fn set_webhook(state: &mut State, params: &Map<String, Value>) -> Reply {
    let text = |name: &str| params.get(name).and_then(Value::as_str);
    let url = text("url").unwrap_or_default();
    if params.get("drop_pending_updates") == Some(&json!(true)) {
        state.ledger.violations.push("setWebhook would lose what waits".to_owned());
    }
    if url.is_empty() {
        state.webhook = None;
        state.ledger.webhooks_deleted += 1;
        return Ok(json!(true));
    }
    // A self-hosted Bot API server accepts plain HTTP on the same machine.
    if !url.starts_with("https://") && !url.starts_with("http://127.0.0.1:") {
        return Err(Refusal::bad("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    let secret = text("secret_token").map(str::to_owned);
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if secret.as_ref().is_some_and(|secret| secret.len() > 256) {
        return Err(Refusal::bad("secret token is too long"));
    }
    if secret.as_ref().is_some_and(|secret| !secret.bytes().all(letter)) {
        return Err(Refusal::bad("secret token contains unallowed characters"));
    }
    let connections = params.get("max_connections").and_then(Value::as_u64).unwrap_or(40);
    if let Some(Value::Array(kinds)) = params.get("allowed_updates") {
        state.queue.allowed = kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    state.ledger.webhooks_set += 1;
    let same = |set: &Webhook| set.url == url && set.secret == secret;
    if state.webhook.as_ref().is_some_and(same) {
        return Ok(json!(true));
    }
    let client = reqwest::Client::builder().no_proxy().timeout(LONGEST);
    state.webhook = Some(Webhook {
        url: url.to_owned(),
        secret,
        client: client.build().expect("a client can be built"),
        connections: usize::try_from(connections.clamp(1, 100)).unwrap_or(40),
        queues: HashMap::new(),
        under_way: HashSet::new(),
        last_error: None,
        generation: state.ledger.webhooks_set,
    });
    Ok(json!(true))
}

pub fn delete_webhook(state: &mut State, params: &Map<String, Value>) -> Value {
    if params.get("drop_pending_updates") == Some(&json!(true)) {
        state.ledger.violations.push("deleteWebhook would lose what waits".to_owned());
    }
    state.webhook = None;
    state.ledger.webhooks_deleted += 1;
    json!(true)
}

/// `getWebhookInfo`. The response never contains the secret.
pub fn info(state: &State) -> Value {
    let mut info = json!({
        "url": "", "has_custom_certificate": false,
        "pending_update_count": state.queue.waiting.len(),
    });
    if let Some(webhook) = &state.webhook {
        info["url"] = webhook.url.clone().into();
        info["max_connections"] = webhook.connections.into();
        if !state.queue.allowed.is_empty() {
            info["allowed_updates"] = json!(state.queue.allowed);
        }
        if let Some(error) = &webhook.last_error {
            info["last_error_date"] = state.date().into();
            info["last_error_message"] = error.clone().into();
        }
    }
    info
}

/// Posts waiting updates to the webhook that was set last, until it is deleted or replaced.
pub fn deliver(emulator: &Emulator) {
    let generation = emulator.read(|ledger| ledger.webhooks_set);
    let emulator = emulator.clone();
    let mut changes = emulator.changed();
    tokio::spawn(async move {
        loop {
            let Some((posts, next)) = due(&mut super::lock(&emulator.inner.state), generation)
            else {
                return;
            };
            for post in posts {
                tokio::spawn(make(emulator.clone(), post, generation));
            }
            wait(&mut changes, next).await;
        }
    });
}

/// Waits for a change, or for the next retry.
async fn wait(changes: &mut watch::Receiver<u64>, next: Option<Instant>) {
    let changed = async { changes.changed().await.expect("the emulator holds the sender") };
    match next {
        // `due` looks at the state again, whichever of the two ended the wait.
        Some(next) => drop(tokio::time::timeout_at(next, changed).await),
        None => changed.await,
    }
}

/// The posts that are due now, and when to look again at the latest; `None` when the webhook was
/// replaced.
fn due(state: &mut State, generation: usize) -> Option<(Vec<Post>, Option<Instant>)> {
    let webhook = state.webhook.as_mut().filter(|webhook| webhook.generation == generation)?;
    let mut posts = Vec::new();
    let mut next = None::<Instant>;
    let mut seen = HashSet::new();
    for (update_id, update) in &state.queue.waiting {
        let queue = queue_of(update);
        // Only the first update of each queue is posted, one post at a time.
        if !seen.insert(queue.clone()) || webhook.under_way.contains(update_id) {
            continue;
        }
        let not_before = webhook.queues.get(&queue).and_then(|tries| tries.not_before);
        if let Some(moment) = not_before.filter(|moment| *moment > Instant::now()) {
            next = Some(next.map_or(moment, |next| next.min(moment)));
        } else if webhook.under_way.len() < webhook.connections {
            webhook.under_way.insert(*update_id);
            *state.ledger.handed_out.entry(*update_id).or_default() += 1;
            posts.push(Post {
                client: webhook.client.clone(),
                url: webhook.url.clone(),
                secret: webhook.secret.clone(),
                queue,
                update_id: *update_id,
                update: update.clone(),
            });
        }
    }
    Some((posts, next))
}

/// Messages are ordered by chat and callback queries by user; the two kinds are not ordered with
/// each other.
fn queue_of(update: &Value) -> String {
    match update.pointer("/callback_query/from/id") {
        Some(person) => format!("presses of {person}"),
        None => {
            let mut kinds = update.as_object().into_iter().flat_map(Map::values);
            let chat = kinds.find_map(|kind| kind.pointer("/chat/id"));
            format!("messages in {}", chat.unwrap_or(&Value::Null))
        }
    }
}

async fn make(emulator: Emulator, post: Post, generation: usize) {
    let fault = emulator.change(|state| state.faults.strike(METHOD, None));
    let answered = match fault {
        None => call(&post).await,
        Some(Fault::DropAfter) => {
            call(&post).await;
            None
        }
        Some(Fault::Hang(gate)) => {
            gate.pass().await;
            call(&post).await
        }
        Some(_) => None,
    };
    emulator.change(|state| settle(state, &post, answered, generation));
}

/// Makes one post. Returns its status and the `Retry-After` of the response, in seconds.
async fn call(post: &Post) -> Option<(u16, Option<u64>)> {
    let mut request = post.client.post(&post.url).json(&post.update);
    if let Some(secret) = &post.secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let response = request.send().await.ok()?;
    let told = response.headers().get("retry-after").and_then(|told| told.to_str().ok());
    Some((response.status().as_u16(), told.and_then(|told| told.parse().ok())))
}

fn settle(state: &mut State, post: &Post, answered: Option<(u16, Option<u64>)>, generation: usize) {
    let status = answered.map_or(0, |(status, _)| status);
    state.ledger.deliveries.push(Delivery { update_id: post.update_id, status });
    let taken = (200..300).contains(&status);
    if taken {
        state.queue.waiting.retain(|(id, _)| *id != post.update_id);
        state.ledger.confirmed.insert(post.update_id);
    }
    let Some(webhook) = &mut state.webhook else { return };
    if webhook.generation != generation {
        return;
    }
    webhook.under_way.remove(&post.update_id);
    if taken {
        webhook.queues.remove(&post.queue);
        return;
    }
    webhook.last_error = Some(match status {
        0 => "Connection refused".to_owned(),
        status => format!("Wrong response from the webhook: {status}"),
    });
    let tries = webhook.queues.entry(post.queue.clone()).or_default();
    tries.failed += 1;
    let own = match tries.failed {
        1 => Duration::ZERO,
        failed => Duration::from_secs(1 << (failed - 1).min(6)).min(LONGEST),
    };
    let told = answered.and_then(|(_, told)| told).map(|told| Duration::from_secs(told.min(TOLD)));
    tries.not_before = Some(Instant::now() + told.unwrap_or(own));
}
