//! Interactions that wait for an answer. The platform takes exactly one first answer within three
//! seconds, and more for fifteen minutes; whoever comes first answers or, shortly before the three
//! seconds are over, puts the answer off. Who hears and who answers may be two processes that know
//! nothing of each other: of a first answer that comes second the platform says so, and what it shows
//! says what came first. What is kept in memory only saves requests: a token says enough to be answered
//! after a restart. Deliberately absent: what is answered.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex as Latch, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{
    Failure,
    errors::code,
    http::{Call, Http},
    modal::modals,
    render::{ephemeral, messages},
};
use crate::chat::outgoing::{Outgoing, RichText};

mod overdue;
mod token;
mod watch;

pub use token::{InteractionKind, InteractionToken};
use watch::PUT_OFF;

/// How long the platform waits for the first answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long to rest before an answer is put off that could not be a moment ago.
const REST: Duration = Duration::from_millis(100);
/// How long putting off everything may take at the end.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long a token can be answered with.
const LIFE: Duration = Duration::from_secs(15 * 60);
/// The flag of a message that one person alone sees.
const EPHEMERAL: u64 = 1 << 6;
/// The flag of an answer that was put off and not given yet.
const LOADING: u64 = 1 << 7;

/// How far the answer to an interaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing was answered.
    Fresh,
    /// Put off: the person sees that the desk is thinking.
    Thinking,
    /// Answered; anything more is a message of its own.
    Answered,
}

struct Waiting {
    token: InteractionToken,
    at: Instant,
    /// Locked while something is answered, so that nothing else is.
    stage: Mutex<Stage>,
}

/// Why an interaction was not answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unanswered {
    /// Its time has passed; say it elsewhere.
    Expired,
    /// Something else.
    Failed(Failure),
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        if failure.is_any(&code::EXPIRED) { Self::Expired } else { Self::Failed(failure) }
    }
}

#[derive(Default)]
struct Known {
    waiting: HashMap<String, Arc<Waiting>>,
    /// The same, oldest first.
    order: VecDeque<(Instant, String)>,
    /// Those that still wait for a first answer, as far as the watch looked.
    fresh: Vec<Arc<Waiting>>,
    /// Whether a task looks after `fresh`.
    watched: bool,
}

/// The interactions that wait for an answer.
pub struct Interactions {
    http: Arc<Http>,
    application_id: u64,
    known: Latch<Known>,
}

impl fmt::Debug for Interactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interactions").finish_non_exhaustive()
    }
}

impl Interactions {
    pub(super) fn new(http: Arc<Http>, application_id: u64) -> Self {
        Self { http, application_id, known: Latch::default() }
    }

    /// An interaction arrived at `at`. Whatever happens, it is acknowledged in time.
    pub fn arrived(self: &Arc<Self>, token: InteractionToken, at: Instant) {
        if token.kind == InteractionKind::Autocomplete {
            return;
        }
        let waiting = self.waiting(&token, at);
        self.watch(waiting);
    }

    /// Puts off whatever still waits for its first answer: nobody will be here to do so in time.
    pub async fn put_off_all(&self) {
        let waiting: Vec<Arc<Waiting>> = {
            let known = self.known();
            let fresh = known.waiting.values().filter(|waiting| waiting.at.elapsed() < PATIENCE);
            fresh.cloned().collect()
        };
        let all = join_all(waiting.iter().map(|waiting| self.put_off(waiting)));
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            tracing::warn!("not everything that waits for an answer could be put off");
        }
    }

    /// Shows a message to that person alone, or opens its form. Gives the message's key.
    pub(super) async fn say(
        &self,
        token: &InteractionToken,
        message: &Outgoing,
    ) -> Result<String, Unanswered> {
        let waiting = self.waiting(token, Instant::now());
        if waiting.at.elapsed() >= LIFE || token.kind == InteractionKind::Autocomplete {
            return Err(Unanswered::Expired);
        }
        let mut stage = waiting.stage.lock().await;
        // The platform opens a form only as the first answer, and never upon another form.
        let opens = *stage == Stage::Fresh
            && token.kind != InteractionKind::Modal
            && !message.form_on_request;
        let form = message.form.as_ref().filter(|_| opens);
        if let Some(form) = form
            && self.open(token, &mut stage, modals(form)).await?
        {
            return Ok(key(&token.id));
        }
        let mut last = String::new();
        for body in messages(message) {
            last = self.show(token, &mut stage, ephemeral(body)).await?;
        }
        Ok(last)
    }

    /// Opens the first of these forms that the platform takes. `false` when it has been answered
    /// before, or takes none.
    async fn open(
        &self,
        token: &InteractionToken,
        stage: &mut Stage,
        forms: Vec<Value>,
    ) -> Result<bool, Unanswered> {
        for form in forms {
            match self.first(token, stage, json!({ "type": 9, "data": form })).await {
                Err(Unanswered::Failed(Failure::Refused { status: 400, .. })) => {
                    tracing::warn!(interaction = token.id, "a form was not taken as it is");
                }
                settled => return settled,
            }
        }
        Ok(false)
    }

    /// Acknowledges, with a sentence or without.
    pub(super) async fn acknowledge(
        &self,
        token: &InteractionToken,
        text: Option<&str>,
    ) -> Result<(), Unanswered> {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            let text = RichText::plain(text);
            let message = Outgoing { text, ..Default::default() };
            return self.say(token, &message).await.map(drop);
        }
        let waiting = self.waiting(token, Instant::now());
        if waiting.at.elapsed() >= LIFE {
            return Err(Unanswered::Expired);
        }
        let mut stage = waiting.stage.lock().await;
        if *stage == Stage::Fresh {
            self.first(token, &mut stage, put_off(token.kind)).await?;
        }
        // Whoever made it wait, there is nothing to wait for.
        if *stage == Stage::Thinking {
            match self.http.ask(Call::delete(self.original(token))).await {
                // Gone already: an earlier try of which nobody heard whether it arrived.
                Err(failure) if !failure.is_any(&[code::UNKNOWN_MESSAGE]) => {
                    return Err(repeatable(failure).into());
                }
                _ => *stage = Stage::Answered,
            }
        }
        Ok(())
    }

    /// Shows one message in whichever way the stage asks for.
    async fn show(
        &self,
        token: &InteractionToken,
        stage: &mut Stage,
        body: Value,
    ) -> Result<String, Unanswered> {
        if *stage == Stage::Fresh
            && self.first(token, stage, json!({ "type": 4, "data": body })).await?
        {
            return Ok(key(&token.id));
        }
        let shown = if *stage == Stage::Thinking {
            // In the place of the thinking; done twice, it looks the same as once.
            self.http.ask(Call::patch(self.original(token), body)).await.map_err(repeatable)?
        } else {
            let path = format!("/webhooks/{}/{}?wait=true", self.application_id, token.token);
            self.http.ask(Call::post(path, body)).await?
        };
        *stage = Stage::Answered;
        Ok(key(shown["id"].as_str().unwrap_or(&token.id)))
    }

    /// Gives the first answer. `false` when somebody gave another one before: an earlier life of this
    /// process, or another process.
    async fn first(
        &self,
        token: &InteractionToken,
        stage: &mut Stage,
        body: Value,
    ) -> Result<bool, Unanswered> {
        let kind = body["type"].as_u64().unwrap_or_default();
        let said = words(&body["data"]);
        match self.call_back(token, body).await {
            Ok(_) => {
                *stage = if kind == 5 { Stage::Thinking } else { Stage::Answered };
                Ok(true)
            }
            Err(failure) if failure.is_any(&[code::ALREADY_ACKNOWLEDGED]) => {
                Ok(self.recall(token, stage, (kind, &said)).await)
            }
            Err(Failure::Lost(why)) => self.look_after(token, stage, (kind, &said), why).await,
            Err(failure) => Err(failure.into()),
        }
    }

    /// Somebody answered first, and if it was we, before a death or with an answer that was lost, it is
    /// not said again: whether this is what was said can be seen. A form leaves nothing to see, and
    /// nothing else leaves nothing.
    async fn recall(
        &self,
        token: &InteractionToken,
        stage: &mut Stage,
        (kind, said): (u64, &[String]),
    ) -> bool {
        match self.http.ask(Call::get(self.original(token))).await {
            Ok(shown) => is_said(&shown, stage, (kind, said)),
            Err(failure) => {
                *stage = Stage::Answered;
                kind == 9 && matches!(failure, Failure::Refused { status: 404, .. })
            }
        }
    }

    /// The answer to a first answer was lost: whether it arrived can be seen, or whether another came
    /// before it.
    async fn look_after(
        &self,
        token: &InteractionToken,
        stage: &mut Stage,
        (kind, said): (u64, &[String]),
        why: String,
    ) -> Result<bool, Unanswered> {
        // A form, and a mere acknowledgement of a press, leave nothing to see; once more does no harm.
        if !matches!(kind, 4 | 5) {
            return Err(Unanswered::Failed(Failure::NotSent(why)));
        }
        match self.http.ask(Call::get(self.original(token))).await {
            Ok(shown) => Ok(is_said(&shown, stage, (kind, said))),
            Err(Failure::Refused { status: 404, .. }) => {
                Err(Unanswered::Failed(Failure::NotSent(why)))
            }
            // A first answer that comes twice is refused the second time, so it may be repeated.
            Err(_) => Err(Unanswered::Failed(Failure::NotSent(why))),
        }
    }

    /// Puts an answer off that was not given here, again and again while there is time.
    async fn put_off(&self, waiting: &Waiting) {
        let token = &waiting.token;
        let mut stage = waiting.stage.lock().await;
        while *stage == Stage::Fresh {
            // After a press too the person sees that the desk is thinking: an answer in that place can be
            // repeated until it is shown, and a message of its own cannot.
            let wait = match self.call_back(token, thinking()).await {
                Ok(_) => {
                    *stage = Stage::Thinking;
                    tracing::debug!(interaction = token.id, "an answer was put off");
                    return;
                }
                // Given elsewhere, or put off without our hearing so: what is said next finds out.
                Err(failure) if failure.is_any(&[code::ALREADY_ACKNOWLEDGED]) => return,
                Err(Failure::Wait(wait)) => wait,
                Err(Failure::NotSent(_) | Failure::Lost(_)) => REST,
                Err(failure) => {
                    tracing::warn!(interaction = token.id, %failure, "no answer in time");
                    return;
                }
            };
            if waiting.at.elapsed() + wait >= PATIENCE {
                tracing::warn!(interaction = token.id, "no answer in time");
                return;
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn call_back(&self, token: &InteractionToken, body: Value) -> Result<Value, Failure> {
        let path = format!("/interactions/{}/{}/callback", token.id, token.token);
        self.http.ask(Call::post(path, body)).await
    }

    fn original(&self, token: &InteractionToken) -> String {
        format!("/webhooks/{}/{}/messages/@original", self.application_id, token.token)
    }

    fn waiting(&self, token: &InteractionToken, now: Instant) -> Arc<Waiting> {
        let mut known = self.known();
        while let Some((at, _)) = known.order.front()
            && now.saturating_duration_since(*at) > LIFE + PUT_OFF
        {
            if let Some((_, id)) = known.order.pop_front() {
                known.waiting.remove(&id);
            }
        }
        if let Some(waiting) = known.waiting.get(&token.id) {
            return Arc::clone(waiting);
        }
        let stage = Mutex::new(Stage::Fresh);
        let waiting = Arc::new(Waiting { token: token.clone(), at: now, stage });
        known.waiting.insert(token.id.clone(), Arc::clone(&waiting));
        known.order.push_back((now, token.id.clone()));
        waiting
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Every change is a single step, so what a panicking thread left behind is whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A failure of a request that may be repeated freely: that nobody knows its outcome must not end it,
/// for the person would be left with a placeholder.
fn repeatable(failure: Failure) -> Failure {
    match failure {
        Failure::Lost(why) => Failure::NotSent(why),
        other => other,
    }
}

/// Whether what stands in the place of the first answer is what was to be said, and what that means for
/// whatever is said next.
fn is_said(shown: &Value, stage: &mut Stage, (kind, said): (u64, &[String])) -> bool {
    *stage = if is_loading(shown) { Stage::Thinking } else { Stage::Answered };
    match kind {
        4 => *stage == Stage::Answered && words(shown) == said,
        5 => true,
        _ => false,
    }
}

/// Whether a message only says that an answer will come.
fn is_loading(shown: &Value) -> bool {
    shown["flags"].as_u64().is_some_and(|flags| flags & LOADING != 0)
}

/// What is read in a message, in order; the platform numbers its parts, and nothing else changes.
fn words(message: &Value) -> Vec<String> {
    match message {
        Value::Array(parts) => parts.iter().flat_map(words).collect(),
        Value::Object(_) => {
            let own = message["content"].as_str().map(str::trim).filter(|text| !text.is_empty());
            own.map(str::to_owned).into_iter().chain(words(&message["components"])).collect()
        }
        _ => vec![],
    }
}

/// What acknowledges without an answer: nothing to be seen after a press, or the desk is thinking.
fn put_off(kind: InteractionKind) -> Value {
    if kind == InteractionKind::Component { json!({ "type": 6 }) } else { thinking() }
}

/// What shows that the desk is thinking.
fn thinking() -> Value {
    json!({ "type": 5, "data": { "flags": EPHEMERAL } })
}

/// What begins the key of a message that only the interaction's token can change.
pub(super) const PASSING: &str = "ephemeral/";

fn key(id: &str) -> String {
    format!("{PASSING}{id}")
}
