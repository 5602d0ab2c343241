//! The HTTP listener, behind the operator's TLS proxy: the routes on which networks call the desk,
//! `/healthz` (the process serves), and `/readyz` (the desk works: the database takes writes, every
//! network was reached, and the queues are worked off), which answers the one word of
//! [`Condition`]. Deliberately absent: TLS, which is the proxy's, and any reason that a stranger
//! could use.

use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::Context;
use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::{net::TcpListener, task::JoinHandle};
use tower::ServiceExt;

use super::connections::{self, Limits};
use crate::worker::{
    Shutdown,
    health::{Condition, Health},
    stopped,
};

/// How long a request under way may take once the desk is told to stop.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(5);
/// When a network should call again, in seconds, if it called before the desk was ready.
const RETRY_AFTER_SECONDS: &str = "2";

/// Who calls the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Callers {
    /// Chat networks and monitors: without the listener the desk does not work.
    Networks,
    /// Monitors alone.
    Monitors,
}

/// The listener, which runs before the first network is reached.
pub(super) struct HttpListener {
    state: Listening,
    serving: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Listening {
    health: Health,
    /// The routes of the networks that were reached.
    routes: Arc<RwLock<Router>>,
}

impl HttpListener {
    /// Listens at `address`. When no network calls the desk and only monitors ask for its state, an
    /// address in use does not stop the desk.
    ///
    /// # Errors
    /// When the listener cannot be opened, and a network is configured to call it.
    pub(super) async fn open(
        health: Health,
        address: SocketAddr,
        callers: Callers,
        shutdown: Shutdown,
    ) -> anyhow::Result<Self> {
        let state = Listening { health, routes: Arc::default() };
        let serving = match TcpListener::bind(address).await {
            Ok(listener) => {
                tracing::info!(%address, ?callers, "listening over HTTP");
                Some(tokio::spawn(serve(listener, state.clone(), shutdown)))
            }
            Err(error) if callers == Callers::Networks => {
                return Err(error).context(format!(
                    "http.listen: the address {address} cannot be used; write another address, or \
                     stop the program that uses it"
                ));
            }
            Err(error) => {
                tracing::warn!(
                    %address, %error,
                    "http.listen cannot be used: the desk goes on without /healthz and /readyz; \
                     write another address, or stop the program that uses it"
                );
                None
            }
        };
        Ok(Self { state, serving })
    }

    /// Adds the routes of a network that was reached.
    pub(super) fn reached(&self, routes: Router) {
        // The router is replaced as a whole, so a panicking thread leaves no half change behind.
        let mut known = self.state.routes.write().unwrap_or_else(PoisonError::into_inner);
        *known = known.clone().merge(routes);
    }

    /// Waits for the listener's end, after the desk was told to stop.
    pub(super) async fn close(self) {
        if let Some(serving) = self.serving
            && let Err(error) = serving.await
        {
            tracing::error!(%error, "the HTTP listener panicked");
        }
    }
}

async fn serve(listener: TcpListener, state: Listening, shutdown: Shutdown) {
    let router = Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .fallback(call)
        .with_state(state);
    let mut hard = shutdown.clone();
    let serving = connections::serve(listener, router, Limits::default(), shutdown);
    let hard = async {
        stopped(&mut hard).await;
        tokio::time::sleep(SHUTDOWN_LIMIT).await;
    };
    tokio::select! {
        () = serving => {}
        () = hard => tracing::warn!("a request over HTTP did not end in time"),
    }
}

/// The desk's state, in one word.
async fn ready(State(listening): State<Listening>) -> (StatusCode, &'static str) {
    let condition = listening.health.condition();
    let status = match condition {
        Condition::Ready => StatusCode::OK,
        Condition::Database | Condition::Refused | Condition::Connecting | Condition::Stalled => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    (status, condition.as_str())
}

/// Passes a request to the route of its network.
async fn call(State(listening): State<Listening>, request: Request) -> Response {
    let routes = listening.routes.read().unwrap_or_else(PoisonError::into_inner).clone();
    let response = routes.oneshot(request).await.into_response();
    // The route may belong to a network that was not reached yet.
    if response.status() == StatusCode::NOT_FOUND && listening.health.lacks_a_network() {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER_SECONDS)])
            .into_response();
    }
    response
}
