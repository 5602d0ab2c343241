//! Long polling that confirms a batch of updates only after the store has accepted it. Updates are handed over
//! as raw JSON, so that an update which cannot be read today is not lost. Deliberately absent: a stored offset,
//! because every process starts at the head of the queue and the inbox drops duplicates, and `deleteWebhook`.

use std::{fmt, future::Future, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use tokio::{sync::watch, time::Instant};

use super::{
    TelegramSettings, client,
    errors::{cause, kept},
};
use crate::{backoff::Backoff, channel::raw_json, kill_point::panic_point, progress::Progress};

/// The kinds of updates that the desk reads.
pub(super) const ALLOWED: [&str; 4] =
    ["message", "edited_message", "callback_query", "my_chat_member"];
/// The pauses after failures in a row.
const BACKOFF: Backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
/// The time that a progress report allows beyond the expected wait: longer than a write waits for a silent
/// database.
const PROGRESS_MARGIN: Duration = Duration::from_secs(3 * 60);

/// An update as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawUpdate {
    /// The platform's number. Numbers grow, and may restart at any number after a quiet week.
    pub update_id: i64,
    /// The chat whose order the update belongs to, or `update` when it names no chat.
    pub lane: String,
    /// The JSON, unchanged.
    pub raw: String,
}

/// An end that only a person can change.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// The token was withdrawn or belongs to another bot.
    #[error(
        "Telegram no longer accepts the token: copy the current one from @BotFather into \
         MESABOT_TELEGRAM__TOKEN and start again"
    )]
    Unauthorized,
}

/// Asks for updates. It has a client of its own, because its requests stay open long.
pub struct Poller {
    client: reqwest::Client,
    api_url: reqwest::Url,
    token: SecretString,
    poll_timeout: Duration,
    /// The longest time of a request that waits for updates.
    longest_request: Duration,
    progress: Progress,
    refused: watch::Sender<bool>,
}

impl fmt::Debug for Poller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poller").field("poll_timeout", &self.poll_timeout).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct GetUpdates {
    offset: i64,
    limit: u8,
    timeout: u64,
    allowed_updates: [&'static str; 4],
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    result: Option<Vec<Box<RawValue>>>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

/// Why a request brought no updates.
enum Failure {
    Unauthorized,
    Wait(Duration),
    /// The platform did not answer.
    Unreachable(String),
    Other(String),
}

impl Poller {
    /// Prepares the client; sends nothing yet.
    pub fn new(settings: &TelegramSettings) -> reqwest::Result<Self> {
        // On a dead connection the client gives up soon after the platform should have answered, and the next
        // request opens a new connection.
        let longest_request = settings.poll_timeout + settings.request_timeout;
        let client = client(settings, longest_request)?;
        Ok(Self {
            client,
            api_url: settings.api_url.clone(),
            token: settings.token.clone(),
            poll_timeout: settings.poll_timeout,
            longest_request,
            progress: Progress::default(),
            refused: watch::Sender::new(false),
        })
    }

    pub fn reporting_to(&self, progress: Progress) -> Self {
        Self {
            client: self.client.clone(),
            api_url: self.api_url.clone(),
            token: self.token.clone(),
            progress,
            refused: self.refused.clone(),
            ..*self
        }
    }

    /// Whether the platform refuses requests for updates because the bot has a webhook.
    pub fn refused(&self) -> watch::Receiver<bool> {
        self.refused.subscribe()
    }

    /// Hands over updates until `shutdown` turns true or its sender is dropped, or the platform does not answer
    /// for as long as `patience`. A batch that `store` has not accepted is requested again; the next process
    /// requests the last batch again too.
    ///
    /// # Errors
    /// When the platform refuses the token.
    pub async fn poll<S, F>(
        &self,
        store: S,
        patience: Option<Duration>,
        mut shutdown: watch::Receiver<bool>,
    ) -> Result<(), PollError>
    where
        S: Fn(Vec<RawUpdate>) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        let mut offset = 0;
        let mut failures = BACKOFF.counter();
        let mut unreachable_since = None;
        loop {
            // A request that waits for updates is no stall, and neither is the pause after a failure.
            self.progress.next_within(self.longest_request + PROGRESS_MARGIN);
            panic_point("poller.round");
            let asked = tokio::select! {
                biased;
                _ = shutdown.wait_for(|stop| *stop) => return Ok(()),
                asked = self.ask(offset) => asked,
            };
            let since = unreachable_since.take();
            let now = Instant::now();
            // The store does not race against the shutdown, so that no commit is cut off.
            let wait = match asked {
                Ok(batch) => match store_batch(&store, batch).await {
                    Ok(next) => {
                        offset = next.unwrap_or(offset);
                        failures.reset();
                        continue;
                    }
                    Err(NotStored) => None,
                },
                Err(Failure::Unauthorized) => return Err(PollError::Unauthorized),
                Err(Failure::Wait(wait)) => Some(wait),
                Err(Failure::Unreachable(what)) => {
                    let since = *unreachable_since.insert(since.unwrap_or(now));
                    if patience.is_some_and(|patience| now.duration_since(since) >= patience) {
                        tracing::warn!(
                            "no updates from Telegram; another replica may get them: {what}"
                        );
                        return Ok(());
                    }
                    tracing::warn!(
                        wait_ms = failures.next_pause().as_millis(),
                        "no updates from Telegram: {what}"
                    );
                    None
                }
                Err(Failure::Other(what)) => {
                    tracing::warn!(
                        wait_ms = failures.next_pause().as_millis(),
                        "no updates from Telegram: {what}"
                    );
                    None
                }
            };
            let wait = wait.unwrap_or_else(|| failures.failed());
            let end = unreachable_since.zip(patience).map(|(since, patience)| since + patience);
            let wait = end.map_or(wait, |end| wait.min(end.saturating_duration_since(now)));
            self.progress.next_within(wait + PROGRESS_MARGIN);
            tokio::select! {
                biased;
                _ = shutdown.wait_for(|stop| *stop) => return Ok(()),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    async fn ask(&self, offset: i64) -> Result<Vec<RawUpdate>, Failure> {
        let request = GetUpdates {
            offset,
            limit: 100,
            timeout: self.poll_timeout.as_secs(),
            allowed_updates: ALLOWED,
        };
        let unanswered = |error: reqwest::Error| Failure::Unreachable(cause(&error));
        let response =
            self.client.post(self.url()).json(&request).send().await.map_err(unanswered)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unanswered)?;
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|_| Failure::Other(format!("an unreadable answer, HTTP {status}")))?;
        match answer {
            Answer { ok: true, result: Some(result), .. } => {
                self.refused.send_if_modified(std::mem::take);
                batch(&result)
            }
            refused => {
                if is_webhook_conflict(&refused) {
                    self.refused.send_if_modified(|known| !std::mem::replace(known, true));
                }
                Err(failure(refused))
            }
        }
    }

    fn url(&self) -> reqwest::Url {
        let mut url = self.api_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            let bot = format!("bot{}", self.token.expose_secret());
            segments.pop_if_empty().push(&bot).push("getUpdates");
        }
        url
    }
}

/// The store did not accept a batch.
struct NotStored;

/// Stores a batch and returns the offset that confirms it; `None` for an empty batch.
async fn store_batch<S, F>(store: &S, batch: Vec<RawUpdate>) -> Result<Option<i64>, NotStored>
where
    S: Fn(Vec<RawUpdate>) -> F,
    F: Future<Output = anyhow::Result<()>>,
{
    // The highest number of this batch, even when earlier ones were higher: numbers may restart.
    let Some(last) = batch.iter().map(|update| update.update_id).max() else {
        return Ok(None);
    };
    let updates = batch.len();
    match store(batch).await {
        Ok(()) => Ok(Some(last + 1)),
        Err(error) => {
            tracing::error!(last, updates, "updates from Telegram were not stored: {error:#}");
            Err(NotStored)
        }
    }
}

fn failure(answer: Answer) -> Failure {
    match answer.error_code {
        // The platform answers 404 to a malformed token.
        Some(401 | 404) => return Failure::Unauthorized,
        Some(409) => return Failure::Other(conflict(answer.description.as_deref())),
        _ => {}
    }
    match answer.parameters.and_then(|parameters| parameters.retry_after) {
        Some(seconds) => {
            tracing::warn!(seconds, "Telegram limits the rate of requests for updates");
            Failure::Wait(Duration::from_secs(seconds))
        }
        None => Failure::Other(kept(answer.description.as_deref().unwrap_or("no reason given"))),
    }
}

fn is_webhook_conflict(answer: &Answer) -> bool {
    let names_it = answer.description.as_deref().is_some_and(|text| text.contains("webhook"));
    answer.error_code == Some(409) && names_it
}

fn conflict(description: Option<&str>) -> String {
    let webhook = description.is_some_and(|text| text.contains("webhook"));
    if webhook {
        "a webhook is set for this bot; set MESABOT_TELEGRAM__WEBHOOK_URL, or remove it by hand \
         (deleteWebhook) if updates are to be polled"
            .to_owned()
    } else {
        "another program asks for the updates of this bot; stop it, or give one of the two a bot \
         of its own"
            .to_owned()
    }
}

fn batch(result: &[Box<RawValue>]) -> Result<Vec<RawUpdate>, Failure> {
    let updates: Vec<RawUpdate> = result.iter().filter_map(|raw| raw_update(raw.get())).collect();
    if updates.len() < result.len() {
        // An update without a number can be neither deduplicated nor confirmed.
        tracing::error!(count = result.len() - updates.len(), "updates without a number");
    }
    if updates.is_empty() && !result.is_empty() {
        return Err(Failure::Other("no update has a number".to_owned()));
    }
    Ok(updates)
}

/// Reads an update; `None` when it is not JSON or has no number.
pub(super) fn raw_update(raw: &str) -> Option<RawUpdate> {
    let value = raw_json::sketch(raw)?;
    let update_id = value.get("update_id")?.as_i64()?;
    Some(RawUpdate { update_id, lane: lane(&value), raw: raw.to_owned() })
}

/// The chat of an update of any kind. A press is ordered with the messages of the chat of its button.
fn lane(update: &Value) -> String {
    let kinds = update.as_object().into_iter().flat_map(serde_json::Map::values);
    let chat = kinds.clone().find_map(|kind| {
        kind.pointer("/chat/id").or_else(|| kind.pointer("/message/chat/id"))?.as_i64()
    });
    let person = || kinds.clone().find_map(|kind| kind.pointer("/from/id")?.as_i64());
    chat.or_else(person).map_or_else(|| "update".to_owned(), |key| key.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_update_belongs_to_the_lane_of_its_chat() {
        let table = [
            (json!({"update_id": 1, "message": {"chat": {"id": -7}, "from": {"id": 5}}}), "-7"),
            (json!({"update_id": 1, "edited_message": {"chat": {"id": 5}}}), "5"),
            (
                json!({"update_id": 1, "callback_query": {
                    "from": {"id": 5}, "message": {"chat": {"id": -7}}}}),
                "-7",
            ),
            (json!({"update_id": 1, "callback_query": {"from": {"id": 5}}}), "5"),
            (json!({"update_id": 1, "my_chat_member": {"chat": {"id": 5}}}), "5"),
            (json!({"update_id": 1, "tomorrows_kind": true}), "update"),
        ];
        for (update, expected) in table {
            assert_eq!(lane(&update), expected, "{update}");
        }
    }

    #[test]
    fn a_too_deeply_nested_update_is_handed_over_whole() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let deep = format!(r#"{{"update_id":8,"message":{{"chat":{{"id":5}},"new":{deep}}}}}"#);
        let answer = format!(r#"{{"ok":true,"result":[{{"update_id":7}},{deep}]}}"#);
        let answer: Answer = serde_json::from_str(&answer).unwrap();
        let Ok(updates) = batch(&answer.result.unwrap()) else { panic!("both are a batch") };
        let kept: Vec<_> = updates.iter().map(|update| (update.update_id, &*update.lane)).collect();
        assert_eq!(kept, [(7, "update"), (8, "5")]);
        assert_eq!(updates[1].raw, deep);
    }

    #[test]
    fn a_conflict_names_the_webhook_or_the_second_program() {
        let said = "Conflict: can't use getUpdates method while webhook is active; use \
                    deleteWebhook to delete the webhook first";
        assert!(conflict(Some(said)).contains("MESABOT_TELEGRAM__WEBHOOK_URL"));
        let said = "Conflict: terminated by other getUpdates request";
        assert!(conflict(Some(said)).contains("another program"));
    }

    #[test]
    fn an_unreadable_update_is_handed_over_unchanged() {
        let raw = r#"[{"update_id":7,"message":{"new":[1, 2]}},{"no":"number"}]"#;
        let result: Vec<Box<RawValue>> = serde_json::from_str(raw).unwrap();
        let Ok(updates) = batch(&result) else { panic!("the readable part is a batch") };
        assert_eq!(updates.len(), 1);
        assert_eq!(updates[0].raw, r#"{"update_id":7,"message":{"new":[1, 2]}}"#);
    }
}
