//! The connections of the HTTP listener. Each connection has a deadline for its headers, each
//! request one for its body and its answer, and the number of open connections is limited, so that
//! a slow, silent or half-closed peer holds no connection for ever. Deliberately absent: routes,
//! and TLS, which is the proxy's.

use std::{io, pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};

use crate::worker::{Shutdown, stopped};

/// The pause when the system has no connection to give, such as for want of file descriptors.
const ERROR_PAUSE: Duration = Duration::from_secs(1);

/// The limits of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How long the headers of a request may take, and how long a connection may be idle before
    /// them.
    pub(super) headers: Duration,
    /// How long a request may take from its headers to its answer, its body included.
    pub(super) request: Duration,
    /// How many connections may be open at once; further ones wait to be accepted.
    pub(super) open: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { headers: Duration::from_secs(10), request: Duration::from_secs(20), open: 512 }
    }
}

/// Serves until told to stop, then lets the requests under way end.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut shutdown: Shutdown,
) {
    let hurry = move |request: Request, next: Next| answer_in_time(limits.request, request, next);
    let router = router.layer(middleware::from_fn(hurry));
    let places = Arc::new(Semaphore::new(limits.open));
    let mut open = JoinSet::new();
    loop {
        while open.try_join_next().is_some() {}
        let place = Arc::clone(&places).acquire_owned();
        let accepted = tokio::select! {
            () = stopped(&mut shutdown) => break,
            accepted = async { (place.await, listener.accept().await) } => accepted,
        };
        match accepted {
            (Ok(place), Ok((stream, _))) => {
                let router = router.clone();
                let shutdown = shutdown.clone();
                open.spawn(async move {
                    converse(stream, router, limits, shutdown).await;
                    drop(place);
                });
            }
            // The semaphore is never closed.
            (Err(_), _) => break,
            (_, Err(error)) => accept_failed(&error).await,
        }
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

async fn converse(stream: TcpStream, router: Router, limits: Limits, mut shutdown: Shutdown) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.headers);
    let service = TowerToHyperService::new(router);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut shutdown) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection over HTTP ended");
    }
}

async fn answer_in_time(limit: Duration, request: Request, next: Next) -> Response {
    let late = || (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")]).into_response();
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_| late())
}

async fn accept_failed(error: &io::Error) {
    let peer = [
        io::ErrorKind::ConnectionRefused,
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
    ];
    if peer.contains(&error.kind()) {
        return;
    }
    tracing::error!(%error, "a connection over HTTP could not be accepted");
    tokio::time::sleep(ERROR_PAUSE).await;
}

#[cfg(test)]
mod tests {
    use axum::{body::Bytes, routing::post};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::watch,
    };

    use super::*;

    const LIMITS: Limits = Limits {
        headers: Duration::from_millis(100),
        request: Duration::from_millis(200),
        open: 8,
    };
    const WHOLE: &str = "POST / HTTP/1.1\r\nhost: desk\r\ncontent-length: 4\r\n\r\nhola";

    struct Served {
        address: std::net::SocketAddr,
        stop: watch::Sender<bool>,
        serving: tokio::task::JoinHandle<()>,
    }

    async fn served(limits: Limits) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", post(async |body: Bytes| body));
        let (stop, shutdown) = watch::channel(false);
        let serving = tokio::spawn(serve(listener, router, limits, shutdown));
        Served { address, stop, serving }
    }

    /// Sends `words` and reads until the listener closes the connection.
    async fn says(served: &Served, words: &str) -> String {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(words.as_bytes()).await.unwrap();
        let mut heard = String::new();
        // The listener may close the connection with a reset.
        let _ = stream.read_to_string(&mut heard).await;
        heard
    }

    #[tokio::test]
    async fn silent_or_slow_headers_close_the_connection() {
        let served = served(LIMITS).await;
        for words in ["", "POST / HT", "POST / HTTP/1.1\r\nhost: desk\r\n"] {
            let heard = says(&served, words).await;
            assert!(!heard.contains("200 OK"), "{words}: {heard}");
        }
    }

    #[tokio::test]
    async fn incomplete_body_ends_its_request() {
        let served = served(LIMITS).await;
        let heard = says(&served, &WHOLE[..WHOLE.len() - 2]).await;
        assert!(heard.starts_with("HTTP/1.1 408 "), "{heard}");
    }

    #[tokio::test]
    async fn complete_request_is_answered_and_idle_connection_closed() {
        let served = served(LIMITS).await;
        let heard = says(&served, WHOLE).await;
        assert!(heard.starts_with("HTTP/1.1 200 OK") && heard.ends_with("hola"), "{heard}");
    }

    #[tokio::test]
    async fn open_connections_are_limited_and_free_their_slot() {
        let served = served(Limits { open: 1, ..LIMITS }).await;
        let silent = TcpStream::connect(served.address).await.unwrap();
        let heard = says(&served, WHOLE).await;
        assert!(heard.starts_with("HTTP/1.1 200 OK"), "the silent one lost its place: {heard}");
        drop(silent);
    }

    #[tokio::test]
    async fn listener_ends_when_told_to_stop() {
        let served = served(Limits { headers: Duration::from_secs(3_600), ..LIMITS }).await;
        let idle = TcpStream::connect(served.address).await.unwrap();
        served.stop.send_replace(true);
        served.serving.await.unwrap();
        drop(idle);
    }
}
