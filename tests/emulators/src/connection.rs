//! Connections that a test can cut in the middle of an exchange, as a network does.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use futures::task::AtomicWaker;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

/// A listener on a free port of the loopback interface.
pub struct Loopback(TcpListener);

impl Loopback {
    pub async fn bind() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.expect("the loopback interface has free ports"))
    }

    /// The base URL of the listener.
    pub fn url(&self) -> String {
        let address = self.0.local_addr().expect("a bound listener has an address");
        format!("http://{address}")
    }
}

impl Listener for Loopback {
    type Io = Severable;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Severable, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Severable { stream, cut: Arc::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

#[derive(Default)]
struct Cut {
    done: AtomicBool,
    reader: AtomicWaker,
}

/// A stream that fails once it has been cut.
pub struct Severable {
    stream: TcpStream,
    cut: Arc<Cut>,
}

/// The handle with which a request cuts its own connection.
#[derive(Clone)]
pub struct Connection(Arc<Cut>);

impl Connection {
    /// Cuts the connection and never returns; the server drops the request together with the
    /// connection.
    pub async fn sever(&self) -> ! {
        self.cut();
        std::future::pending().await
    }

    /// Cuts the connection from outside the request.
    pub fn cut(&self) {
        self.0.done.store(true, Ordering::SeqCst);
        self.0.reader.wake();
    }
}

impl Connected<IncomingStream<'_, Loopback>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Loopback>) -> Self {
        Self(Arc::clone(&stream.io().cut))
    }
}

impl Severable {
    fn intact(&self) -> io::Result<()> {
        if self.cut.done.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for Severable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.cut.reader.register(context.waker());
        self.intact()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Severable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.intact()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
