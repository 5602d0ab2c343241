//! What the desk hears over HTTP, behind the operator's TLS: the routes on which networks call it,
//! and two questions of a monitor: `/healthz` (it serves) and `/readyz` (it works: the
//! database takes writes, every network was reached, and what waits is taken up), in the one word of
//! [`Condition`]. Deliberately absent: encryption, which is the proxy's, and any word about why that a
//! stranger could use.

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

/// How long a call under way may take to its end once the desk is told to stop.
const LEAVE: Duration = Duration::from_secs(5);
/// After how many seconds a network is to call again when it came before the desk was ready.
const AGAIN: &str = "2";

/// The listener, from before the first network is reached.
pub(super) struct Front {
    state: Listening,
    serving: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Listening {
    health: Health,
    /// Where the networks call that were reached.
    routes: Arc<RwLock<Router>>,
}

impl Front {
    /// Listens at `address`. Where nobody calls and the desk is only asked how it is, an address that
    /// is taken does not stop it.
    ///
    /// # Errors
    /// When it cannot listen, and some network was told to call.
    pub(super) async fn open(
        health: Health,
        (address, called): (SocketAddr, bool),
        shutdown: Shutdown,
    ) -> anyhow::Result<Self> {
        let state = Listening { health, routes: Arc::default() };
        let serving = match TcpListener::bind(address).await {
            Ok(listener) => {
                tracing::info!(%address, called, "listening over HTTP");
                Some(tokio::spawn(serve(listener, state.clone(), shutdown)))
            }
            Err(error) if called => {
                return Err(error).context(format!(
                    "http.listen: nothing can be heard on {address}; write another address, or \
                     stop the program that has it"
                ));
            }
            Err(error) => {
                tracing::warn!(
                    %address, %error,
                    "http.listen cannot be had: the desk goes on without /healthz and /readyz; \
                     write another address, or stop the program that has it"
                );
                None
            }
        };
        Ok(Self { state, serving })
    }

    /// A network was reached, and calls on these routes.
    pub(super) fn reached(&self, routes: Router) {
        // A router is replaced as a whole, so what a panicking thread left behind is whole.
        let mut known = self.state.routes.write().unwrap_or_else(PoisonError::into_inner);
        *known = known.clone().merge(routes);
    }

    /// Waits until nobody is listened to any more, after the desk was told to stop.
    pub(super) async fn close(self) {
        if let Some(serving) = self.serving
            && let Err(error) = serving.await
        {
            tracing::error!(%error, "the listener broke off");
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
        tokio::time::sleep(LEAVE).await;
    };
    tokio::select! {
        () = serving => {}
        () = hard => tracing::warn!("a call over HTTP did not end in time"),
    }
}

/// How the desk is, in one word.
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

/// Hands a call on to its network's route.
async fn call(State(listening): State<Listening>, request: Request) -> Response {
    let routes = listening.routes.read().unwrap_or_else(PoisonError::into_inner).clone();
    let response = routes.oneshot(request).await.into_response();
    // The route may be that of a network which was not reached yet.
    if response.status() == StatusCode::NOT_FOUND && listening.health.lacks_a_network() {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AGAIN)]).into_response();
    }
    response
}
