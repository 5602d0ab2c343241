//! Interactions over HTTP, for who prefers them to the gateway: checked, stored, and only then
//! taken; the answer goes the same way as everywhere. Deliberately absent: an answer in the
//! response. It would be a second way to answer, and the acknowledgement goes out before this one.

use std::{fmt, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use data_encoding::HEXLOWER_PERMISSIVE;
use ed25519_dalek::{Signature, VerifyingKey};

use super::intake::{self, Heard, Intake};
use crate::channel::told;

/// Where interactions are posted.
pub const PATH: &str = "/discord/interactions";
/// The largest body that is read.
const LARGEST: usize = 256 * 1024;
/// How far a request's clock may be from ours, in seconds: an older one may be somebody's copy.
const WINDOW: u64 = 5 * 60;
const PING: u64 = 1;
const PONG: &str = r#"{"type":1}"#;

/// The application's public key, as the developer portal shows it, cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the public key is none: copy it from https://discord.com/developers/applications, General \
     Information, Public Key"
)]
pub struct NotAKey;

/// The endpoint for interactions.
pub struct Endpoint {
    key: VerifyingKey,
    intake: Arc<Intake>,
    /// Seconds since 1970.
    now: Box<dyn Fn() -> i64 + Send + Sync>,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").finish_non_exhaustive()
    }
}

impl Endpoint {
    /// An endpoint that believes what this key signed; `now` gives seconds since 1970.
    ///
    /// # Errors
    /// When the key is none.
    pub fn new(
        public_key: &str,
        intake: Arc<Intake>,
        now: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<Self, NotAKey> {
        let bytes =
            HEXLOWER_PERMISSIVE.decode(public_key.trim().as_bytes()).map_err(|_| NotAKey)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| NotAKey)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NotAKey)?;
        Ok(Self { key, intake, now: Box::new(now) })
    }

    /// The route, to be merged into the listener's.
    pub fn router(self) -> Router {
        Router::new()
            .route(PATH, post(hear))
            .layer(DefaultBodyLimit::max(LARGEST))
            .with_state(Arc::new(self))
    }

    /// Whether the platform sent this, and lately. The platform itself probes that we look.
    fn believes(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let (Some(signature), Some(timestamp)) =
            (text("x-signature-ed25519"), text("x-signature-timestamp"))
        else {
            return false;
        };
        let fresh = |at: i64| (self.now)().abs_diff(at) <= WINDOW;
        if !timestamp.parse().is_ok_and(fresh) {
            return false;
        }
        let signature = HEXLOWER_PERMISSIVE.decode(signature.as_bytes()).ok();
        let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let signed = [timestamp.as_bytes(), body].concat();
        signature.is_some_and(|signature| self.key.verify_strict(&signed, &signature).is_ok())
    }
}

async fn hear(State(endpoint): State<Arc<Endpoint>>, headers: HeaderMap, body: Bytes) -> Response {
    if !endpoint.believes(&headers, &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(text) = std::str::from_utf8(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    // In the shape in which the gateway tells it, for it is read from the inbox in one way.
    let raw = format!(r#"{{"t":"INTERACTION_CREATE","d":{text}}}"#);
    let Some(told) = told::sketch(&raw) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if told["d"]["type"].as_u64() == Some(PING) {
        return ([(header::CONTENT_TYPE, "application/json")], PONG).into_response();
    }
    let Intake { store, arrived, suggest, .. } = &*endpoint.intake;
    let stored = match intake::hear(&told, &raw) {
        Heard::Arrived(interaction, event) => {
            arrived(interaction);
            store(vec![event]).await
        }
        Heard::Suggest(suggesting) => {
            suggest(suggesting);
            Ok(())
        }
        Heard::Keep(events) => store(events).await,
        Heard::Nothing | Heard::Server(_) => Ok(()),
    };
    match stored {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => {
            tracing::error!("an interaction from Discord was not stored: {error:#}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
