//! A TCP relay to a server. A test can close the relay: existing connections are cut and new ones
//! refused, while clients that use another address are not affected.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// A loopback address whose ports no other program takes, so that a relay can open again at its
/// port. Systems other than Linux have one loopback address only.
const HERE: Ipv4Addr =
    if cfg!(target_os = "linux") { Ipv4Addr::new(127, 0, 77, 2) } else { Ipv4Addr::LOCALHOST };

/// A running relay, which stops when this value is dropped.
pub struct Relay {
    /// The address that clients use.
    pub address: SocketAddr,
    closed: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Relay {
    /// Opens a relay to `server`.
    pub async fn to(server: SocketAddr) -> Self {
        let listener = listen(SocketAddr::from((HERE, 0))).await;
        let address = listener.local_addr().expect("a bound listener has an address");
        let (closed, mut closing) = watch::channel(false);
        let serving = tokio::spawn(async move {
            let mut listener = listener;
            loop {
                tokio::select! {
                    () = serve(&listener, server) => {}
                    _ = closing.wait_for(|closed| *closed) => {}
                }
                drop(listener);
                if closing.wait_for(|closed| !closed).await.is_err() {
                    return;
                }
                listener = listen(address).await;
            }
        });
        Self { address, closed, serving }
    }

    /// Cuts existing connections and refuses new ones.
    pub fn closes(&self) {
        self.closed.send_replace(true);
    }

    /// Accepts connections again.
    pub fn opens(&self) {
        self.closed.send_replace(false);
    }
}

async fn listen(at: SocketAddr) -> TcpListener {
    TcpListener::bind(at).await.expect("the port is free")
}

/// Forwards every connection until the task is cancelled.
async fn serve(listener: &TcpListener, server: SocketAddr) {
    let mut going = JoinSet::new();
    while let Ok((mut traveller, _)) = listener.accept().await {
        going.spawn(async move {
            let Ok(mut server) = TcpStream::connect(server).await else { return };
            // The two ends see how the connection ended.
            let _ = tokio::io::copy_bidirectional(&mut traveller, &mut server).await;
        });
    }
}
