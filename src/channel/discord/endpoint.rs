//! Interactions over HTTP, for operators who prefer them to the gateway. A request is verified, stored and
//! only then accepted; the answer goes out as for every other interaction. Deliberately absent: an answer in
//! the HTTP response, which would be a second way to answer; the deferral is sent before this response.

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

use super::intake::{self, Dispatch, Intake};
use crate::channel::raw_json;

/// The path to which the platform posts interactions.
pub const PATH: &str = "/discord/interactions";
/// The largest accepted body, in bytes.
const LARGEST: usize = 256 * 1024;
/// The largest difference between the request's clock and ours, in seconds; an older request may be a replay.
const WINDOW: u64 = 5 * 60;
/// `InteractionType::Ping`, with which the platform checks the endpoint.
const PING: u64 = 1;
const PONG: &str = r#"{"type":1}"#;

/// The configured public key of the application cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the public key cannot be read: copy it from https://discord.com/developers/applications, General \
     Information, Public Key"
)]
pub struct NotAKey;

pub struct Endpoint {
    key: VerifyingKey,
    intake: Arc<Intake>,
    /// Seconds since 1970, UTC.
    now: Box<dyn Fn() -> i64 + Send + Sync>,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").finish_non_exhaustive()
    }
}

impl Endpoint {
    /// An endpoint that accepts requests signed with this key; `now` gives seconds since 1970, UTC.
    ///
    /// # Errors
    /// When the key cannot be read.
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

    /// The route, for the router of the HTTP listener.
    pub fn router(self) -> Router {
        Router::new()
            .route(PATH, post(accept))
            .layer(DefaultBodyLimit::max(LARGEST))
            .with_state(Arc::new(self))
    }

    /// Whether the platform signed this request a short time ago. The platform probes that the endpoint
    /// checks it.
    fn verifies(&self, headers: &HeaderMap, body: &[u8]) -> bool {
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

async fn accept(
    State(endpoint): State<Arc<Endpoint>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !endpoint.verifies(&headers, &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(text) = std::str::from_utf8(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    // The form of a gateway event, so that the inbox has one form to read.
    let raw = format!(r#"{{"t":"INTERACTION_CREATE","d":{text}}}"#);
    let Some(dispatch) = raw_json::sketch(&raw) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if dispatch["d"]["type"].as_u64() == Some(PING) {
        return ([(header::CONTENT_TYPE, "application/json")], PONG).into_response();
    }
    let Intake { store, arrived, suggest, .. } = &*endpoint.intake;
    let stored = match intake::sort(&dispatch, &raw) {
        Dispatch::Interaction(token, event) => {
            arrived(token);
            store(vec![event]).await
        }
        Dispatch::Suggest(suggesting) => {
            suggest(suggesting);
            Ok(())
        }
        Dispatch::Store(events) => store(events).await,
        Dispatch::Ignore | Dispatch::Server(_) => Ok(()),
    };
    match stored {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => {
            tracing::error!("an interaction from Discord was not stored: {error:#}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
