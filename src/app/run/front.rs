//! What the desk hears over HTTP, behind the operator's TLS: the routes on which networks call it,
//! and two questions of whoever watches over it: `/healthz` (it serves) and `/readyz` (it can work:
//! the database answers and every network was reached). Deliberately absent: encryption, which is
//! the proxy's, and any word about why that a stranger could use.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
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
use crate::{
    app::House,
    service::{database::Database, inbox},
    worker::{Shutdown, stopped},
};

/// How long the database may take to answer before the desk is not ready.
const ANSWERS: Duration = Duration::from_secs(1);
/// How long a call under way may take to its end once the desk is told to stop.
const LEAVE: Duration = Duration::from_secs(5);
/// After how many seconds a network is to call again when it came before the desk was ready.
const AGAIN: &str = "2";

/// The listener, from before the first network is reached.
pub(super) struct Front {
    state: Health,
    serving: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Health {
    database: Database,
    /// Where networks call; there once every network was reached.
    routes: Arc<OnceLock<Router>>,
}

impl Front {
    /// Listens at `address`. Where nobody calls and the desk is only asked how it is, an address that
    /// is taken does not stop it.
    ///
    /// # Errors
    /// When it cannot listen, and some network was told to call.
    pub(super) async fn open(
        house: &House,
        (address, called): (SocketAddr, bool),
        shutdown: Shutdown,
    ) -> anyhow::Result<Self> {
        let state = Health { database: house.database.clone(), routes: Arc::default() };
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

    /// Every network was reached, and calls on these routes.
    pub(super) fn reached(&self, routes: impl IntoIterator<Item = Router>) {
        let routes = routes.into_iter().fold(Router::new(), Router::merge);
        // Only the first call counts, and there is one: a desk is opened once.
        let _: Result<(), Router> = self.state.routes.set(routes);
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

async fn serve(listener: TcpListener, state: Health, shutdown: Shutdown) {
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

/// Whether the desk can work, in one word.
async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    if health.routes.get().is_none() {
        return (StatusCode::SERVICE_UNAVAILABLE, "connecting");
    }
    let answered = tokio::time::timeout(ANSWERS, inbox::answers(health.database.reader())).await;
    match answered {
        Ok(Ok(())) => (StatusCode::OK, "ready"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database"),
    }
}

/// Hands a call on to its network's route.
async fn call(State(health): State<Health>, request: Request) -> Response {
    match health.routes.get() {
        Some(routes) => routes.clone().oneshot(request).await.into_response(),
        None => (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AGAIN)]).into_response(),
    }
}
