//! Long polling that confirms nothing it has not stored: the request that confirms a batch to the
//! platform goes out only after the store has answered for it. Raw JSON is handed over, for what
//! cannot be read today must not be lost. Deliberately absent: a remembered offset (every process
//! starts at the head of the queue and the inbox knows what it has), and `deleteWebhook`.

use std::{fmt, future::Future, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use tokio::{sync::watch, time::Instant};

use super::{
    TelegramSettings, client,
    errors::{cause, kept},
};
use crate::{channel::told, kill_point::panic_point, progress::Progress};

/// The kinds of updates that are read.
pub(super) const ALLOWED: [&str; 4] =
    ["message", "edited_message", "callback_query", "my_chat_member"];
/// The first pause after something went wrong; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Within which time a batch is stored, beyond what was waited for: longer than a write waits for a
/// database that is silent.
const REPORT: Duration = Duration::from_secs(3 * 60);

/// An update as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawUpdate {
    /// The platform's number of it. Numbers grow, but may start anywhere after a quiet week.
    pub update_id: i64,
    /// The chat whose order it belongs to, or `update` when it names none.
    pub lane: String,
    /// The JSON, byte by byte.
    pub raw: String,
}

/// Why polling ended for good.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// The token was withdrawn, or is another bot's.
    #[error(
        "Telegram no longer accepts the token: copy the current one from @BotFather into \
         MESABOT_TELEGRAM__TOKEN and start again"
    )]
    Unauthorized,
}

/// Asks for updates. It has connections of its own, for its requests stay open long.
pub struct Poller {
    client: reqwest::Client,
    api_url: reqwest::Url,
    token: SecretString,
    poll_timeout: Duration,
    /// How long a request may take that waits for updates.
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

/// One try that brought no updates.
enum Failure {
    Unauthorized,
    Wait(Duration),
    /// The platform said nothing.
    Unreached(String),
    Trouble(String),
}

impl Poller {
    /// A poller for the bot of these settings; nothing is asked of the network yet.
    pub fn new(settings: &TelegramSettings) -> reqwest::Result<Self> {
        // Should a connection die silently, the client gives up soon after the platform should
        // have answered, and the next request opens a new one.
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

    /// The same poller, reporting that it goes on.
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

    /// Whether the platform refuses to be polled because a webhook is set for the bot.
    pub fn refused(&self) -> watch::Receiver<bool> {
        self.refused.subscribe()
    }

    /// Hands over updates until `shutdown` turns true or its sender is gone, or the platform could not
    /// be reached for as long as `patience`. A batch that `store` has not answered with `Ok` is asked
    /// for again, and so is the last one by the next process.
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
        let mut pause = FIRST_PAUSE;
        let mut unreached = None;
        loop {
            // A request that waits for updates is no stall; neither is the pause after a failed one.
            self.progress.next_within(self.longest_request + REPORT);
            panic_point("poller.round");
            let asked = tokio::select! {
                biased;
                _ = shutdown.wait_for(|stop| *stop) => return Ok(()),
                asked = self.ask(offset) => asked,
            };
            let (since, now) = (unreached.take(), Instant::now());
            // The store is not raced against the shutdown: a commit is never cut off.
            let wait = match asked {
                Ok(batch) => match keep(&store, batch).await {
                    Ok(next) => {
                        offset = next.unwrap_or(offset);
                        pause = FIRST_PAUSE;
                        continue;
                    }
                    Err(wait) => wait,
                },
                Err(Failure::Unauthorized) => return Err(PollError::Unauthorized),
                Err(Failure::Wait(wait)) => Some(wait),
                Err(Failure::Unreached(what)) => {
                    let since = *unreached.insert(since.unwrap_or(now));
                    if patience.is_some_and(|patience| now.duration_since(since) >= patience) {
                        tracing::warn!(
                            "no updates from Telegram; another replica may get them: {what}"
                        );
                        return Ok(());
                    }
                    tracing::warn!(wait_ms = pause.as_millis(), "no updates from Telegram: {what}");
                    None
                }
                Err(Failure::Trouble(what)) => {
                    tracing::warn!(wait_ms = pause.as_millis(), "no updates from Telegram: {what}");
                    None
                }
            };
            let wait = wait.unwrap_or_else(|| {
                let wait = pause;
                pause = (pause * 2).min(LONGEST_PAUSE);
                wait
            });
            let end = unreached.zip(patience).map(|(since, patience)| since + patience);
            let wait = end.map_or(wait, |end| wait.min(end.saturating_duration_since(now)));
            self.progress.next_within(wait + REPORT);
            tokio::select! {
                biased;
                _ = shutdown.wait_for(|stop| *stop) => return Ok(()),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    async fn ask(&self, offset: i64) -> Result<Vec<RawUpdate>, Failure> {
        let question = GetUpdates {
            offset,
            limit: 100,
            timeout: self.poll_timeout.as_secs(),
            allowed_updates: ALLOWED,
        };
        let silence = |error: reqwest::Error| Failure::Unreached(cause(&error));
        let response =
            self.client.post(self.url()).json(&question).send().await.map_err(silence)?;
        let status = response.status();
        let body = response.bytes().await.map_err(silence)?;
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|_| Failure::Trouble(format!("an unreadable answer, HTTP {status}")))?;
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

/// Stores a batch and returns the offset that confirms it. The error says how long to wait, or
/// nothing when the usual pause will do.
async fn keep<S, F>(store: &S, batch: Vec<RawUpdate>) -> Result<Option<i64>, Option<Duration>>
where
    S: Fn(Vec<RawUpdate>) -> F,
    F: Future<Output = anyhow::Result<()>>,
{
    // The highest of this batch, whatever came before: numbers may start anew.
    let Some(last) = batch.iter().map(|update| update.update_id).max() else {
        return Ok(None);
    };
    let updates = batch.len();
    match store(batch).await {
        Ok(()) => Ok(Some(last + 1)),
        Err(error) => {
            tracing::error!(last, updates, "updates from Telegram were not stored: {error:#}");
            Err(None)
        }
    }
}

fn failure(answer: Answer) -> Failure {
    match answer.error_code {
        // A token that is not even formed like one is answered with 404.
        Some(401 | 404) => return Failure::Unauthorized,
        Some(409) => return Failure::Trouble(conflict(answer.description.as_deref())),
        _ => {}
    }
    match answer.parameters.and_then(|parameters| parameters.retry_after) {
        Some(seconds) => {
            tracing::warn!(seconds, "Telegram tells us to wait with asking for updates");
            Failure::Wait(Duration::from_secs(seconds))
        }
        None => Failure::Trouble(kept(answer.description.as_deref().unwrap_or("no reason given"))),
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
        // What has no number can be neither deduplicated nor confirmed.
        tracing::error!(count = result.len() - updates.len(), "updates without a number");
    }
    if updates.is_empty() && !result.is_empty() {
        return Err(Failure::Trouble("no update has a number".to_owned()));
    }
    Ok(updates)
}

/// An update as it came; `None` when it is no JSON or has no number.
pub(super) fn raw_update(raw: &str) -> Option<RawUpdate> {
    let value = told::sketch(raw)?;
    let update_id = value.get("update_id")?.as_i64()?;
    Some(RawUpdate { update_id, lane: lane(&value), raw: raw.to_owned() })
}

/// The chat an update belongs to, whatever its kind. A press is ordered with the messages of the
/// chat its button hangs in.
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
    fn an_update_that_nests_too_deep_is_handed_over_whole_beside_the_others() {
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
    fn who_is_in_the_way_is_told_apart() {
        let told = "Conflict: can't use getUpdates method while webhook is active; use \
                    deleteWebhook to delete the webhook first";
        assert!(conflict(Some(told)).contains("MESABOT_TELEGRAM__WEBHOOK_URL"));
        let told = "Conflict: terminated by other getUpdates request";
        assert!(conflict(Some(told)).contains("another program"));
    }

    #[test]
    fn what_cannot_be_read_is_handed_over_as_it_came() {
        let raw = r#"[{"update_id":7,"message":{"new":[1, 2]}},{"no":"number"}]"#;
        let result: Vec<Box<RawValue>> = serde_json::from_str(raw).unwrap();
        let Ok(updates) = batch(&result) else { panic!("the readable part is a batch") };
        assert_eq!(updates.len(), 1);
        assert_eq!(updates[0].raw, r#"{"update_id":7,"message":{"new":[1, 2]}}"#);
    }
}
