//! What stands before a desk that is called: it is there while the desk is not, and hands on whatever
//! comes as it comes. Deliberately absent: TLS, which an operator's proxy ends.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::{TcpListener, TcpStream};

/// The desk's own address on this machine. Nothing else takes a port of it, so the one that a desk
/// listens at is free again whenever it has died; elsewhere than on Linux there is one address only.
const DESK: Ipv4Addr =
    if cfg!(target_os = "linux") { Ipv4Addr::new(127, 0, 77, 1) } else { Ipv4Addr::LOCALHOST };

/// An open proxy.
pub struct Proxy {
    /// Where it is called.
    pub called_at: SocketAddr,
    /// Where the desk is to listen.
    pub desk: SocketAddr,
}

impl Proxy {
    /// Opens one on free ports, for as long as the runtime lives.
    pub async fn open() -> Self {
        const FREE: &str = "the loopback interface has free ports";
        let desk = std::net::TcpListener::bind((DESK, 0)).expect(FREE).local_addr().expect(FREE);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect(FREE);
        let called_at = listener.local_addr().expect(FREE);
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                tokio::spawn(hand_on(caller, desk));
            }
        });
        Self { called_at, desk }
    }
}

/// Hands one connection on. A caller whose desk is away, or goes away, is cut off.
async fn hand_on(mut caller: TcpStream, desk: SocketAddr) {
    if let Ok(mut desk) = TcpStream::connect(desk).await {
        // How it ended is seen by both ends.
        let _ = tokio::io::copy_bidirectional(&mut caller, &mut desk).await;
    }
}
