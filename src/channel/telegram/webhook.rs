//! The webhook: Telegram calls the desk, and the desk accepts an update only after it is stored. Every call
//! carries the secret that the platform was given. Deliberately absent: an answer in the response, which would
//! be a second way to answer; dropping waiting updates; and `deleteWebhook`, because the end of one replica must
//! not stop the updates of the others.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use futures::future::BoxFuture;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use teloxide::{requests::Payload, types::True};

use super::{
    RawUpdate, Telegram,
    errors::Request as Asked,
    poller::{ALLOWED, raw_update},
    send::Ignored,
};
use crate::channel::SendError;

/// The header that carries the secret.
pub const SECRET: &str = "x-telegram-bot-api-secret-token";
/// The largest accepted body, in bytes: twice the largest update of the platform.
const LARGEST: usize = 1024 * 1024;
/// How many calls the platform may make at once: the platform's default. Each call is one short transaction, so
/// more calls would wait for each other.
const CALLS: u8 = 40;
/// How long storing an update may take before the platform is asked to repeat the call.
const STORE_TIME: Duration = Duration::from_secs(10);
/// After how many seconds the platform repeats a call whose update was not stored.
const RETRY_AFTER: &str = "2";

/// The address that the platform calls and the secret that it sends.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The public address; its path is the route.
    pub url: Url,
    /// Sent with every call.
    pub secret: SecretString,
}

#[derive(Debug, Serialize)]
struct SetWebhook {
    url: String,
    max_connections: u8,
    allowed_updates: [&'static str; 4],
    secret_token: String,
}

impl Payload for SetWebhook {
    type Output = True;
    const NAME: &'static str = "SetWebhook";
}

impl Telegram {
    /// Sets the webhook at the platform. Waiting updates are kept and come first. Setting the same webhook again
    /// changes nothing, so every replica may do it.
    ///
    /// # Errors
    /// When the platform refuses the address or cannot be reached.
    pub async fn set_webhook(&self, webhook: &Webhook) -> Result<(), SendError> {
        let payload = SetWebhook {
            url: webhook.url.to_string(),
            max_connections: CALLS,
            allowed_updates: ALLOWED,
            secret_token: webhook.secret.expose_secret().to_owned(),
        };
        self.ask::<_, Ignored>(Asked::Other, payload).await.map(drop)
    }
}

type Store = Box<dyn Fn(RawUpdate) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;

struct Receiver {
    /// The digest of the secret: digests have one length, so comparing them reveals no length.
    secret: [u8; 32],
    store: Store,
    /// Whether a call was rejected before; the log says it once.
    rejected: AtomicBool,
}

impl Webhook {
    /// The route, for the router of the HTTP listener. An update is accepted once `store` has accepted it.
    pub fn router<F>(&self, store: impl Fn(RawUpdate) -> F + Send + Sync + 'static) -> Router
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let receiver = Receiver {
            secret: digest(self.secret.expose_secret().as_bytes()),
            store: Box::new(move |update| Box::pin(store(update))),
            rejected: AtomicBool::new(false),
        };
        Router::new().route(self.url.path(), post(accept)).with_state(Arc::new(receiver))
    }
}

impl Receiver {
    /// Whether the call carries the secret, compared in constant time.
    fn verifies(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(SECRET).map_or(&b""[..], |value| value.as_bytes());
        digest(shown).ct_eq(&self.secret).into()
    }
}

async fn accept(State(receiver): State<Arc<Receiver>>, request: Request) -> Response {
    // The check comes before the body, so that a call without the secret costs little.
    if !receiver.verifies(request.headers()) {
        if !receiver.rejected.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "rejected a call without the webhook's secret; all others are rejected without a \
                 log line; if no update arrives, check that every replica has the same secret"
            );
        }
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(body) = to_bytes(request.into_body(), LARGEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let Some(update) = std::str::from_utf8(&body).ok().and_then(raw_update) else {
        // An update without a number cannot be deduplicated, and a repetition would not make it readable.
        tracing::error!(bytes = body.len(), "an update without a number");
        return StatusCode::OK.into_response();
    };
    let number = update.update_id;
    let why = match tokio::time::timeout(STORE_TIME, (receiver.store)(update)).await {
        Ok(Ok(())) => return StatusCode::OK.into_response(),
        Ok(Err(error)) => format!("{error:#}"),
        Err(_) => "the database takes too long".to_owned(),
    };
    tracing::error!(number, "an update from Telegram was not stored: {why}");
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER)]).into_response()
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
