//! The REST requests. Each request waits for its rate limit, has a time limit, mentions only accounts that
//! the desk names, and ends in a classified outcome. The client is ours and not serenity's, because
//! serenity's errors lose `retry_after` and `global` of a 429, which the outbox schedules by. Deliberately
//! absent: retries, which are rows in the outbox, and logging of addresses, because those of interactions
//! hold tokens.

use std::{
    error::Error,
    fmt,
    num::NonZeroU64,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use reqwest::{
    Method, Response, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
    multipart::{Form, Part},
};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use serenity::all::{CreateAllowedMentions, UserId};

use super::{
    DiscordSettings, Failure,
    pace::{Closed, Limits, Pace, Route},
    response::carries_message,
};
use crate::channel::{FILE_TIME, raw_json};

/// The form that the platform asks for.
const USER_AGENT: &str =
    concat!("DiscordBot (", env!("CARGO_PKG_NAME"), ", ", env!("CARGO_PKG_VERSION"), ")");
/// The longest wait of a request for its rate limit; for a longer one its row waits in the outbox.
const PATIENCE: Duration = Duration::from_secs(2);
/// The wait after a 429 that does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);
/// The longest part of an error message that is kept, in characters.
const KEPT: usize = 160;

/// The REST interface of one bot.
pub struct Http {
    client: reqwest::Client,
    api: Url,
    base: String,
    token: SecretString,
    pace: Mutex<Pace>,
}

/// Shows no field, because the token is one of them.
impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

#[derive(Clone)]
pub struct Call {
    method: Method,
    path: String,
    body: Option<Value>,
    /// The one account that a message may mention.
    mention: Option<u64>,
    upload: Option<Upload>,
}

#[derive(Clone)]
pub(super) struct Upload {
    pub name: String,
    pub media: String,
    pub bytes: Bytes,
}

impl Upload {
    /// The body of the request and the file as one multipart form.
    fn form(&self, body: &Value) -> Result<Form, Failure> {
        let size = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        let file = Part::stream_with_length(self.bytes.clone(), size).file_name(self.name.clone());
        let unsent = |error: reqwest::Error| Failure::NotSent(cause(&error));
        let file = file.mime_str(&self.media).map_err(unsent)?;
        let body = Part::text(body.to_string()).mime_str("application/json").map_err(unsent)?;
        Ok(Form::new().part("payload_json", body).part("files[0]", file))
    }
}

impl Call {
    /// A path begins after the version and may have a query.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: None, mention: None, upload: None }
    }

    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            body: Some(body),
            mention: None,
            upload: None,
        }
    }

    pub fn patch(path: impl Into<String>, body: Value) -> Self {
        Self {
            method: Method::PATCH,
            path: path.into(),
            body: Some(body),
            mention: None,
            upload: None,
        }
    }

    pub fn put(path: impl Into<String>, body: Option<Value>) -> Self {
        Self { method: Method::PUT, path: path.into(), body, mention: None, upload: None }
    }

    pub fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::DELETE, path: path.into(), body: None, mention: None, upload: None }
    }

    pub(super) fn with(self, upload: Upload) -> Self {
        Self { upload: Some(upload), ..self }
    }

    /// Lets the message mention this account.
    pub fn mentioning(self, person: u64) -> Self {
        Self { mention: Some(person), ..self }
    }

    fn segments(&self) -> Vec<&str> {
        let path = self.path.split('?').next().unwrap_or_default();
        path.split('/').filter(|segment| !segment.is_empty()).collect()
    }

    /// The rate limits that the request counts against.
    fn route(&self) -> Route {
        let segments = self.segments();
        if matches!(segments.first(), Some(&("interactions" | "webhooks"))) {
            return Route::Interaction;
        }
        let major = match segments.as_slice() {
            ["channels" | "guilds", major, ..] => (*major).to_owned(),
            _ => String::new(),
        };
        let shape = segments.iter().map(|segment| {
            if segment.bytes().all(|byte| byte.is_ascii_digit()) { ":id" } else { segment }
        });
        let shape = format!("{} {}", self.method, shape.collect::<Vec<_>>().join("/"));
        Route::Limited { shape, major }
    }

    /// The message in the body, if the request carries one.
    fn message(&mut self) -> Option<&mut Value> {
        if self.method != Method::POST && self.method != Method::PATCH {
            return None;
        }
        let segments = self.segments();
        let wrapped = matches!(segments.as_slice(), ["interactions", _, _, "callback"]);
        let bare = matches!(
            segments.as_slice(),
            ["channels", _, "messages", ..]
                | ["webhooks", _, _]
                | ["webhooks", _, _, "messages", _]
        );
        let body = self.body.as_mut()?;
        if bare {
            return Some(body);
        }
        if wrapped && carries_message(body) { body.get_mut("data") } else { None }
    }

    /// Forbids every mention that the platform would read from a message but the one of `mention`.
    fn restrict_mentions(&mut self) {
        let account = self.mention.and_then(NonZeroU64::new).map(UserId::from);
        let allowed = CreateAllowedMentions::new().users(account);
        if let Some(message) = self.message() {
            message["allowed_mentions"] = json!(allowed);
        }
    }
}

impl Http {
    /// Prepares the client; sends nothing yet.
    pub fn new(settings: &DiscordSettings) -> reqwest::Result<Self> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            // A failed connection had no effect; a missing answer leaves the outcome unknown.
            .connect_timeout((settings.request_timeout / 2).min(Duration::from_secs(5)))
            .pool_idle_timeout(Duration::from_secs(20))
            .timeout(settings.request_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true);
        // A server on this machine is never reached through a proxy.
        if matches!(settings.api_url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            builder = builder.no_proxy();
        }
        Ok(Self {
            client: builder.build()?,
            api: settings.api_url.clone(),
            base: format!("{}/api/v10", settings.api_url.as_str().trim_end_matches('/')),
            token: settings.token.clone(),
            pace: Mutex::new(Pace::new(Instant::now())),
        })
    }

    /// Sends one request. An answer without a body gives null.
    ///
    /// # Errors
    /// The refusal of the platform, a wait, or the failure of the network.
    pub async fn ask(&self, mut call: Call) -> Result<Value, Failure> {
        call.restrict_mentions();
        let route = call.route();
        self.wait(&route).await?;
        let mut request =
            self.client.request(call.method.clone(), format!("{}{}", self.base, call.path));
        if route != Route::Interaction {
            request = request.header(AUTHORIZATION, self.authorization()?);
        }
        request = match (&call.body, &call.upload) {
            (Some(body), Some(upload)) => request.multipart(upload.form(body)?).timeout(FILE_TIME),
            (Some(body), None) => request.json(body),
            (None, _) => request,
        };
        match request.send().await {
            Ok(response) => self.read(&route, response).await,
            Err(error) if error.is_connect() || error.is_builder() => {
                Err(Failure::NotSent(cause(&error)))
            }
            Err(error) => Err(Failure::Lost(cause(&error))),
        }
    }

    /// Sends one request and reads the answer as one of serenity's models.
    ///
    /// # Errors
    /// As [`Self::ask`], and [`Failure::Lost`] for an answer that lacks a required field.
    pub(super) async fn ask_for<T: DeserializeOwned>(&self, call: Call) -> Result<T, Failure> {
        let answer = self.ask(call).await?;
        // The error may repeat what people wrote, so it is left out.
        serde_json::from_value(answer).map_err(|_| unreadable())
    }

    /// The address of the platform.
    pub(super) fn api(&self) -> &Url {
        &self.api
    }

    /// The HTTP client, for downloads.
    pub(super) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    fn authorization(&self) -> Result<HeaderValue, Failure> {
        HeaderValue::from_str(&format!("Bot {}", self.token.expose_secret().trim()))
            .map(|mut value| {
                value.set_sensitive(true);
                value
            })
            // No header can hold this token, so the platform did not issue it.
            .map_err(|_| Failure::Refused { status: 401, code: 0, message: "not a token".into() })
    }

    /// Waits until the rate limits admit the request.
    async fn wait(&self, route: &Route) -> Result<(), Failure> {
        let start = Instant::now();
        loop {
            let now = Instant::now();
            let closed = match self.with_pace(|pace| pace.admit(route, now)) {
                Ok(()) => return Ok(()),
                Err(closed) => closed,
            };
            match closed {
                Closed::For(wait) if now - start + wait > PATIENCE => {
                    return Err(Failure::Wait(wait));
                }
                Closed::For(wait) => tokio::time::sleep(wait).await,
                Closed::Circuit { first } => {
                    if first {
                        tracing::error!(
                            "Discord answered too many requests with 401, 403 or 429; no request is \
                             sent until they have aged, so that it does not ban this machine"
                        );
                    }
                    return Err(Failure::NotSent("too many invalid answers".to_owned()));
                }
            }
        }
    }

    async fn read(&self, route: &Route, response: Response) -> Result<Value, Failure> {
        let status = response.status();
        let mut said = limits(status.as_u16(), response.headers());
        let body = response.bytes().await;
        let text = body.as_ref().ok().and_then(|body| std::str::from_utf8(body).ok());
        let json = text.and_then(raw_json::sketch);
        if status.as_u16() == 429 {
            let told = json.as_ref().and_then(|json| json["retry_after"].as_f64());
            let wait = told.and_then(positive).or(said.retry_after).unwrap_or(DEFAULT_WAIT);
            said.retry_after = Some(wait);
            // An answer without JSON comes from the gate before the platform, which limits the machine.
            said.global |= json.as_ref().is_none_or(|json| json["global"] == true);
        }
        self.with_pace(|pace| pace.record(route, &said, Instant::now()));
        if let Some(wait) = said.retry_after.filter(|_| status.as_u16() == 429) {
            return Err(Failure::Wait(wait));
        }
        if status.is_success() {
            return match (json, body) {
                (Some(json), _) => Ok(json),
                (None, Ok(body)) if body.is_empty() => Ok(Value::Null),
                (None, Ok(_)) => Err(Failure::Lost("the answer was not readable".to_owned())),
                (None, Err(error)) => Err(Failure::Lost(cause(&error))),
            };
        }
        if !status.is_client_error() {
            // An answer of 500 or above had no effect, so the request may be repeated.
            return Err(Failure::NotSent(format!("the platform answered {}", status.as_u16())));
        }
        let json = json.unwrap_or_default();
        Err(Failure::Refused {
            status: status.as_u16(),
            code: json["code"].as_u64().unwrap_or_default(),
            message: kept(json["message"].as_str().unwrap_or("no reason given")),
        })
    }

    fn with_pace<T>(&self, act: impl FnOnce(&mut Pace) -> T) -> T {
        // Every change is a single step, so a panicking thread leaves the value consistent.
        act(&mut self.pace.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The request took effect, and its answer lacks a field that is needed.
pub(super) fn unreadable() -> Failure {
    Failure::Lost("the answer lacks a required field".to_owned())
}

fn limits(status: u16, headers: &HeaderMap) -> Limits {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let duration = |name| text(name).and_then(|text| text.parse().ok()).and_then(positive);
    Limits {
        status,
        bucket: text("x-ratelimit-bucket").map(str::to_owned),
        remaining: text("x-ratelimit-remaining").and_then(|text| text.parse().ok()),
        reset_after: duration("x-ratelimit-reset-after"),
        retry_after: duration("retry-after"),
        global: text("x-ratelimit-global").is_some() || text("x-ratelimit-scope") == Some("global"),
        shared: text("x-ratelimit-scope") == Some("shared"),
    }
}

fn positive(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}

/// Why the network failed, without the address of the request.
pub(super) fn cause(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "cannot connect"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the request failed"
    };
    let mut deepest: Option<&dyn Error> = error.source();
    while let Some(deeper) = deepest.and_then(Error::source) {
        deepest = Some(deeper);
    }
    deepest.map_or(kind.to_owned(), |deepest| kept(&format!("{kind}: {deepest}")))
}

fn kept(text: &str) -> String {
    text.chars().take(KEPT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_differ_by_shape_and_channel() {
        let limited = |shape: &str, major: &str| Route::Limited {
            shape: shape.to_owned(),
            major: major.to_owned(),
        };
        let send = Call::post("/channels/12/messages", json!({}));
        assert_eq!(send.route(), limited("POST channels/:id/messages", "12"));
        let read = Call::get("/channels/12/messages?after=9&limit=100");
        assert_eq!(read.route(), limited("GET channels/:id/messages", "12"));
        assert_eq!(Call::get("/users/@me").route(), limited("GET users/@me", ""));
        let answer = Call::post("/interactions/1/to:ken/callback", json!({}));
        assert_eq!(answer.route(), Route::Interaction);
        assert_eq!(Call::post("/webhooks/1/token", json!({})).route(), Route::Interaction);
    }

    #[test]
    fn every_message_restricts_mentions() {
        let allowed = |mut call: Call| {
            call.restrict_mentions();
            call.message().map(|message| message["allowed_mentions"].clone())
        };
        let none = Some(json!({ "parse": [], "users": [], "roles": [] }));
        let loud = json!({ "allowed_mentions": { "parse": ["everyone"] } });
        for path in ["/channels/1/messages", "/webhooks/1/t?wait=true"] {
            assert_eq!(allowed(Call::post(path, loud.clone())), none, "{path}");
        }
        for path in ["/channels/1/messages/2", "/webhooks/1/t/messages/@original"] {
            assert_eq!(allowed(Call::patch(path, loud.clone())), none, "{path}");
        }
        let callback = |kind: u8| json!({ "type": kind, "data": loud });
        for kind in [4, 5, 7] {
            assert_eq!(allowed(Call::post("/interactions/1/t/callback", callback(kind))), none);
        }
        assert_eq!(allowed(Call::post("/interactions/1/t/callback", callback(9))), None);
        let one = Call::post("/channels/1/messages", loud.clone()).mentioning(7);
        assert_eq!(allowed(one), Some(json!({ "parse": [], "users": ["7"], "roles": [] })));
    }
}
