//! Interactions that wait for an answer. The platform takes exactly one first answer within three seconds,
//! and further answers for fifteen minutes; a first answer that is not ready in time is deferred. The
//! process that receives an interaction and the process that answers it may be two that share no memory:
//! the platform refuses a second first answer, and the message that it shows tells which answer came first.
//! Memory only saves requests: a token holds what an answer after a restart needs. Deliberately absent: the
//! content of answers.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex as Latch, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures::future::join_all;
use serde_json::Value;
use serenity::all::MessageFlags;
use tokio::sync::Mutex;

use super::{
    Failure,
    components::{Message, Modal},
    errors::code,
    http::{Call, Http},
    modal::modals,
    render::messages,
    response::Response,
    token::{InteractionKind, InteractionToken},
};
use crate::chat::outgoing::{Outgoing, RichText};

mod overdue;
mod watch;

use watch::DEFER_AFTER;

/// How long the platform waits for the first answer.
const FIRST_ANSWER_TIME: Duration = Duration::from_secs(3);
/// The pause before a failed deferral is repeated.
const DEFER_RETRY: Duration = Duration::from_millis(100);
/// How long deferring all interactions may take at shutdown.
const SHUTDOWN_TIME: Duration = Duration::from_secs(2);
/// How long the platform accepts a token.
const TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);

/// The state of the answer to an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unanswered,
    /// Deferred: the person sees that the desk is thinking.
    Deferred,
    /// Any further answer is a message of its own.
    Answered,
}

struct Waiting {
    token: InteractionToken,
    at: Instant,
    /// Locked during an answer, so that two tasks do not answer at the same time.
    stage: Mutex<Stage>,
}

/// Why an interaction was not answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AnswerError {
    /// The token has expired; the text belongs into another chat.
    Expired,
    Failed(Failure),
}

impl From<Failure> for AnswerError {
    fn from(failure: Failure) -> Self {
        if failure.is_any(&code::EXPIRED) { Self::Expired } else { Self::Failed(failure) }
    }
}

#[derive(Default)]
struct Known {
    waiting: HashMap<String, Arc<Waiting>>,
    /// The keys of `waiting`, oldest first.
    order: VecDeque<(Instant, String)>,
    /// Interactions without a first answer at the last check of the watch task.
    unanswered: Vec<Arc<Waiting>>,
    /// Whether the watch task runs.
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

    /// Registers an interaction that arrived at `at`, so that it is answered or deferred in time.
    pub fn arrived(self: &Arc<Self>, token: InteractionToken, at: Instant) {
        if token.kind == InteractionKind::Autocomplete {
            return;
        }
        let waiting = self.waiting(&token, at);
        self.watch(waiting);
    }

    /// Defers every interaction without a first answer, because this process is about to end.
    pub async fn defer_all(&self) {
        let waiting: Vec<Arc<Waiting>> = {
            let known = self.known();
            let open = known.waiting.values();
            open.filter(|waiting| waiting.at.elapsed() < FIRST_ANSWER_TIME).cloned().collect()
        };
        let all = join_all(waiting.iter().map(|waiting| self.defer(waiting)));
        if tokio::time::timeout(SHUTDOWN_TIME, all).await.is_err() {
            tracing::warn!("some interactions could not be deferred before the shutdown");
        }
    }

    /// Shows a message to the person of the interaction alone, or opens its form. Returns the key of the
    /// message.
    pub(super) async fn say(
        &self,
        token: &InteractionToken,
        message: &Outgoing,
    ) -> Result<String, AnswerError> {
        let waiting = self.waiting(token, Instant::now());
        if waiting.at.elapsed() >= TOKEN_LIFE || token.kind == InteractionKind::Autocomplete {
            return Err(AnswerError::Expired);
        }
        let mut stage = waiting.stage.lock().await;
        // The platform opens a modal only as the first answer, and never in answer to a modal.
        let opens = *stage == Stage::Unanswered
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
            last = self.show(token, &mut stage, body.ephemeral()).await?;
        }
        Ok(last)
    }

    /// Opens the first of these modals that the platform takes. `false` when the interaction has been
    /// answered before, or the platform takes none of them.
    async fn open(
        &self,
        token: &InteractionToken,
        stage: &mut Stage,
        modals: Vec<Modal>,
    ) -> Result<bool, AnswerError> {
        for modal in modals {
            match self.first(token, stage, Response::Modal(modal)).await {
                Err(AnswerError::Failed(Failure::Refused { status: 400, .. })) => {
                    tracing::warn!(interaction = token.id, "the platform refused a modal");
                }
                settled => return settled,
            }
        }
        Ok(false)
    }

    /// Acknowledges an interaction, with a sentence or without.
    pub(super) async fn acknowledge(
        &self,
        token: &InteractionToken,
        text: Option<&str>,
    ) -> Result<(), AnswerError> {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            let text = RichText::plain(text);
            let message = Outgoing { text, ..Default::default() };
            return self.say(token, &message).await.map(drop);
        }
        let waiting = self.waiting(token, Instant::now());
        if waiting.at.elapsed() >= TOKEN_LIFE {
            return Err(AnswerError::Expired);
        }
        let mut stage = waiting.stage.lock().await;
        if *stage == Stage::Unanswered {
            self.first(token, &mut stage, acknowledgement(token.kind)).await?;
        }
        // No answer follows, so the placeholder goes.
        if *stage == Stage::Deferred {
            match self.http.ask(Call::delete(self.original(token))).await {
                // An unknown message was deleted by an earlier request whose outcome was lost.
                Err(failure) if !failure.is_any(&[code::UNKNOWN_MESSAGE]) => {
                    return Err(repeatable(failure).into());
                }
                _ => *stage = Stage::Answered,
            }
        }
        Ok(())
    }

    /// Shows one message by the request that the stage takes.
    async fn show(
        &self,
        token: &InteractionToken,
        stage: &mut Stage,
        message: Message,
    ) -> Result<String, AnswerError> {
        if *stage == Stage::Unanswered
            && self.first(token, stage, Response::Message(message.clone())).await?
        {
            return Ok(key(&token.id));
        }
        let body = message.into_json();
        let shown = if *stage == Stage::Deferred {
            // It replaces the placeholder, so a repetition shows the same.
            self.http.ask(Call::patch(self.original(token), body)).await.map_err(repeatable)?
        } else {
            let path = format!("/webhooks/{}/{}?wait=true", self.application_id, token.token);
            self.http.ask(Call::post(path, body)).await?
        };
        *stage = Stage::Answered;
        Ok(key(shown["id"].as_str().unwrap_or(&token.id)))
    }

    /// Gives the first answer. `false` when an earlier run of this process or another process gave a
    /// different one before.
    async fn first(
        &self,
        token: &InteractionToken,
        stage: &mut Stage,
        response: Response,
    ) -> Result<bool, AnswerError> {
        let sent = Sent::of(&response);
        match self.call_back(token, response).await {
            Ok(_) => {
                let deferred = matches!(sent, Sent::Deferral);
                *stage = if deferred { Stage::Deferred } else { Stage::Answered };
                Ok(true)
            }
            Err(failure) if failure.is_any(&[code::ALREADY_ACKNOWLEDGED]) => {
                Ok(self.was_ours(token, stage, &sent).await)
            }
            Err(Failure::Lost(why)) => self.resolve_lost(token, stage, Lost { sent, why }).await,
            Err(failure) => Err(failure.into()),
        }
    }

    /// The platform already has a first answer. Whether that is this one, given before a crash or with a
    /// lost outcome, shows in the message on the screen. A modal shows no message, and every other first
    /// answer shows one.
    async fn was_ours(&self, token: &InteractionToken, stage: &mut Stage, sent: &Sent) -> bool {
        match self.http.ask(Call::get(self.original(token))).await {
            Ok(shown) => sent.is_shown(&shown, stage),
            Err(failure) => {
                *stage = Stage::Answered;
                matches!(sent, Sent::Modal)
                    && matches!(failure, Failure::Refused { status: 404, .. })
            }
        }
    }

    /// The outcome of a first answer was lost. The message on the screen shows whether that answer or a
    /// different one arrived.
    async fn resolve_lost(
        &self,
        token: &InteractionToken,
        stage: &mut Stage,
        lost: Lost,
    ) -> Result<bool, AnswerError> {
        // A modal and the acknowledgement of a press show no message; a repetition does no harm. A repeated
        // message or deferral is refused by the platform, so it may be repeated too.
        if matches!(lost.sent, Sent::Message(_) | Sent::Deferral)
            && let Ok(shown) = self.http.ask(Call::get(self.original(token))).await
        {
            return Ok(lost.sent.is_shown(&shown, stage));
        }
        Err(AnswerError::Failed(Failure::NotSent(lost.why)))
    }

    /// Defers an interaction, repeatedly while there is time.
    async fn defer(&self, waiting: &Waiting) {
        let token = &waiting.token;
        let mut stage = waiting.stage.lock().await;
        while *stage == Stage::Unanswered {
            // A press gets a placeholder too: an answer that replaces the placeholder can be repeated until
            // it is shown, and a message of its own cannot.
            let wait = match self.call_back(token, Response::Defer).await {
                Ok(_) => {
                    *stage = Stage::Deferred;
                    tracing::debug!(interaction = token.id, "deferred an answer");
                    return;
                }
                // Another process answered, or an earlier deferral arrived: the next answer finds out.
                Err(failure) if failure.is_any(&[code::ALREADY_ACKNOWLEDGED]) => return,
                Err(Failure::Wait(wait)) => wait,
                Err(Failure::NotSent(_) | Failure::Lost(_)) => DEFER_RETRY,
                Err(failure) => {
                    tracing::warn!(interaction = token.id, %failure, "could not defer an answer");
                    return;
                }
            };
            if waiting.at.elapsed() + wait >= FIRST_ANSWER_TIME {
                tracing::warn!(interaction = token.id, "could not defer an answer in time");
                return;
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn call_back(
        &self,
        token: &InteractionToken,
        response: Response,
    ) -> Result<Value, Failure> {
        let path = format!("/interactions/{}/{}/callback", token.id, token.token);
        self.http.ask(Call::post(path, response.into_json())).await
    }

    fn original(&self, token: &InteractionToken) -> String {
        format!("/webhooks/{}/{}/messages/@original", self.application_id, token.token)
    }

    fn waiting(&self, token: &InteractionToken, now: Instant) -> Arc<Waiting> {
        let mut known = self.known();
        while let Some((at, _)) = known.order.front()
            && now.saturating_duration_since(*at) > TOKEN_LIFE + DEFER_AFTER
        {
            if let Some((_, id)) = known.order.pop_front() {
                known.waiting.remove(&id);
            }
        }
        if let Some(waiting) = known.waiting.get(&token.id) {
            return Arc::clone(waiting);
        }
        let stage = Mutex::new(Stage::Unanswered);
        let waiting = Arc::new(Waiting { token: token.clone(), at: now, stage });
        known.waiting.insert(token.id.clone(), Arc::clone(&waiting));
        known.order.push_back((now, token.id.clone()));
        waiting
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Every change is a single step, so a panicking thread leaves the value consistent.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The failure of a request that may be repeated: an unknown outcome becomes a retry, so that the person is
/// not left with a placeholder.
fn repeatable(failure: Failure) -> Failure {
    match failure {
        Failure::Lost(why) => Failure::NotSent(why),
        other => other,
    }
}

/// What a first answer shows on the screen.
enum Sent {
    /// These texts, in order.
    Message(Vec<String>),
    Deferral,
    Acknowledgement,
    Modal,
}

/// A first answer whose outcome is unknown.
struct Lost {
    sent: Sent,
    why: String,
}

impl Sent {
    fn of(response: &Response) -> Self {
        match response {
            Response::Message(message) => Self::Message(texts(&message.clone().into_json())),
            Response::Defer => Self::Deferral,
            Response::Modal(_) => Self::Modal,
            Response::Acknowledge | Response::Suggest(_) => Self::Acknowledgement,
        }
    }

    /// Whether the message `shown` in the place of the first answer is this answer. Sets the stage for the
    /// next answer.
    fn is_shown(&self, shown: &Value, stage: &mut Stage) -> bool {
        *stage = if is_loading(shown) { Stage::Deferred } else { Stage::Answered };
        match self {
            Self::Message(said) => *stage == Stage::Answered && texts(shown) == *said,
            Self::Deferral => true,
            Self::Acknowledgement | Self::Modal => false,
        }
    }
}

/// Whether a message is the placeholder of a deferred answer.
fn is_loading(shown: &Value) -> bool {
    shown["flags"].as_u64().is_some_and(|flags| flags & MessageFlags::LOADING.bits() != 0)
}

/// The texts of a message in order. The platform numbers the components that it returns and changes no other
/// part of them.
fn texts(message: &Value) -> Vec<String> {
    match message {
        Value::Array(parts) => parts.iter().flat_map(texts).collect(),
        Value::Object(_) => {
            let own = message["content"].as_str().map(str::trim).filter(|text| !text.is_empty());
            own.map(str::to_owned).into_iter().chain(texts(&message["components"])).collect()
        }
        _ => vec![],
    }
}

/// The first answer without content.
fn acknowledgement(kind: InteractionKind) -> Response {
    if kind == InteractionKind::Component { Response::Acknowledge } else { Response::Defer }
}

/// The beginning of the key of a message that only the token of its interaction can change.
pub(super) const EPHEMERAL_KEY: &str = "ephemeral/";

fn key(id: &str) -> String {
    format!("{EPHEMERAL_KEY}{id}")
}
