//! A way to a server that can be closed: whoever goes by it is cut off, whoever comes is refused, and
//! nobody else notices.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// An address that nothing else takes a port of, so that the way can be opened where it was; elsewhere
/// than on Linux there is one address only.
const HERE: Ipv4Addr =
    if cfg!(target_os = "linux") { Ipv4Addr::new(127, 0, 77, 2) } else { Ipv4Addr::LOCALHOST };

/// A way. It ends with this value.
pub struct Way {
    /// Where it begins.
    pub address: SocketAddr,
    closed: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Drop for Way {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Way {
    /// An open one.
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

    /// Whoever goes by it is cut off, and whoever comes is refused.
    pub fn closes(&self) {
        self.closed.send_replace(true);
    }

    /// Whoever comes is let through.
    pub fn opens(&self) {
        self.closed.send_replace(false);
    }
}

async fn listen(at: SocketAddr) -> TcpListener {
    TcpListener::bind(at).await.expect("the port is free")
}

/// Lets everybody through who comes, for as long as this goes on.
async fn serve(listener: &TcpListener, server: SocketAddr) {
    let mut going = JoinSet::new();
    while let Ok((mut traveller, _)) = listener.accept().await {
        going.spawn(async move {
            let Ok(mut server) = TcpStream::connect(server).await else { return };
            // How it ended is seen by both ends.
            let _ = tokio::io::copy_bidirectional(&mut traveller, &mut server).await;
        });
    }
}
