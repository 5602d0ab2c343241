//! What stands before a desk that is called: it is there while the desk is not, and hands on whatever
//! comes as it comes, to each replica in turn. One that is away, or answers nothing for a while, costs
//! the caller its connection and no more. Deliberately absent: TLS, which an operator's proxy ends.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The desk's own address on this machine. Nothing else takes a port of it, so the one that a desk
/// listens at is free again whenever it has died; elsewhere than on Linux there is one address only.
const DESK: Ipv4Addr =
    if cfg!(target_os = "linux") { Ipv4Addr::new(127, 0, 77, 1) } else { Ipv4Addr::LOCALHOST };
/// How long a replica may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open proxy.
pub struct Proxy {
    /// Where it is called.
    pub called_at: SocketAddr,
    /// Where each replica is to listen.
    pub desks: Vec<SocketAddr>,
}

impl Proxy {
    /// Opens one on free ports, for as long as the runtime lives.
    pub async fn open(replicas: usize) -> Self {
        const FREE: &str = "the loopback interface has free ports";
        // All are held until all are known.
        let held = (0..replicas).map(|_| std::net::TcpListener::bind((DESK, 0)).expect(FREE));
        let held: Vec<_> = held.collect();
        let desks: Vec<_> = held.iter().map(|desk| desk.local_addr().expect(FREE)).collect();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect(FREE);
        let called_at = listener.local_addr().expect(FREE);
        let mut turns = desks.clone();
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                turns.rotate_left(1);
                tokio::spawn(hand_on(caller, turns.clone()));
            }
        });
        Self { called_at, desks }
    }
}

/// Hands one connection on to the first of the replicas that is there. A caller whose desk is away, or
/// goes away, is cut off.
async fn hand_on(caller: TcpStream, desks: Vec<SocketAddr>) {
    for desk in desks {
        if let Ok(desk) = TcpStream::connect(desk).await {
            // How it ended is seen by both ends.
            let _ = carry(caller, desk).await;
            return;
        }
    }
}

async fn carry(mut caller: TcpStream, mut desk: TcpStream) -> io::Result<()> {
    let (mut asked, mut answered) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    let mut waiting = false;
    loop {
        let answer = tokio::time::timeout(PATIENCE, desk.read(&mut answered));
        let read = tokio::select! {
            read = caller.read(&mut asked) => {
                let read = read?;
                desk.write_all(&asked[..read]).await?;
                waiting = true;
                read
            }
            read = answer => match read {
                Ok(read) => {
                    let read = read?;
                    caller.write_all(&answered[..read]).await?;
                    waiting = false;
                    read
                }
                Err(_) if waiting => return Err(io::ErrorKind::TimedOut.into()),
                Err(_) => continue,
            },
        };
        if read == 0 {
            return Ok(());
        }
    }
}
