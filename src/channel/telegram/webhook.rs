//! The webhook: Telegram calls the desk, and an update is taken only after it was stored. Whoever
//! calls shows the secret that the platform was told. Deliberately absent: an answer in the response,
//! which would be a second way to speak; dropping what waits; and `deleteWebhook`, for one replica's
//! end must not blind the others.

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
use teloxide_core::{requests::Payload, types::True};

use super::{
    RawUpdate, Telegram,
    errors::Request as Asked,
    poller::{ALLOWED, raw_update},
    send::Ignored,
};
use crate::channel::SendError;

/// Where a call shows the secret.
pub const SECRET: &str = "x-telegram-bot-api-secret-token";
/// The largest body that is read, in bytes: twice what the platform keeps of one update.
const LARGEST: usize = 1024 * 1024;
/// How many calls the platform may make at once: as many as it does unasked. Each is one short
/// transaction, so more would only wait for each other.
const CALLS: u8 = 40;
/// How long an update may take to be stored before the platform is told to come again.
const PATIENCE: Duration = Duration::from_secs(10);
/// After how many seconds the platform is to come again with what could not be stored.
const AGAIN: &str = "2";

/// Where the platform is to call, and what it is to show.
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
    /// Tells the platform to call from now on. What waits is kept and comes first; telling it again
    /// changes nothing, so every replica may.
    ///
    /// # Errors
    /// When the platform will not call this address, or could not be told.
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

struct Door {
    /// The digest of the secret: two of them are of one length, whatever was shown.
    secret: [u8; 32],
    store: Store,
    /// Whether a call was turned away before; it is said once.
    turned_away: AtomicBool,
}

impl Webhook {
    /// The route, to be merged into the listener's. An update is taken once `store` has answered for
    /// it.
    pub fn router<F>(&self, store: impl Fn(RawUpdate) -> F + Send + Sync + 'static) -> Router
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let door = Door {
            secret: digest(self.secret.expose_secret().as_bytes()),
            store: Box::new(move |update| Box::pin(store(update))),
            turned_away: AtomicBool::new(false),
        };
        Router::new().route(self.url.path(), post(hear)).with_state(Arc::new(door))
    }
}

impl Door {
    /// Whether the secret was shown. How long that takes says nothing about it.
    fn believes(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(SECRET).map_or(&b""[..], |value| value.as_bytes());
        digest(shown).ct_eq(&self.secret).into()
    }
}

async fn hear(State(door): State<Arc<Door>>, request: Request) -> Response {
    // Before the body is read: a stranger costs nothing.
    if !door.believes(request.headers()) {
        if !door.turned_away.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a call without the webhook's secret was turned away, and so are all others; if \
                 nothing arrives, see that every replica has the same secret"
            );
        }
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(body) = to_bytes(request.into_body(), LARGEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let Some(update) = std::str::from_utf8(&body).ok().and_then(raw_update) else {
        // Without a number it can neither be told apart nor become readable when it comes again.
        tracing::error!(bytes = body.len(), "an update without a number");
        return StatusCode::OK.into_response();
    };
    let number = update.update_id;
    let why = match tokio::time::timeout(PATIENCE, (door.store)(update)).await {
        Ok(Ok(())) => return StatusCode::OK.into_response(),
        Ok(Err(error)) => format!("{error:#}"),
        Err(_) => "the database takes too long".to_owned(),
    };
    tracing::error!(number, "an update from Telegram was not stored: {why}");
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AGAIN)]).into_response()
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
