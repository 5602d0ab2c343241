//! A reverse proxy in front of the desk's replicas: the proxy listens while replicas are down, and
//! forwards connections unchanged to the replicas in turn. A replica that is down, or that does not
//! answer in time, costs the caller its connection and no more. Deliberately absent: TLS, which an
//! operator's proxy terminates.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The replicas' address on this machine. No other program takes its ports, so a replica's port is
/// free again after the replica died. Systems other than Linux have one loopback address only.
const DESK: Ipv4Addr =
    if cfg!(target_os = "linux") { Ipv4Addr::new(127, 0, 77, 1) } else { Ipv4Addr::LOCALHOST };
/// How long a replica may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct Proxy {
    /// The address that callers use.
    pub called_at: SocketAddr,
    /// Where each replica must listen.
    pub desks: Vec<SocketAddr>,
}

impl Proxy {
    /// Opens a proxy on free ports, which runs until the runtime ends.
    pub async fn open(replicas: usize) -> Self {
        const FREE: &str = "the loopback interface has free ports";
        // All ports are held until every port is known, so that no two are the same.
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

/// Forwards one connection to the first replica that accepts it. A caller whose replica is or goes
/// down is cut off.
async fn hand_on(caller: TcpStream, desks: Vec<SocketAddr>) {
    for desk in desks {
        if let Ok(desk) = TcpStream::connect(desk).await {
            // The two ends see how the connection ended.
            let _ = carry(caller, desk).await;
            return;
        }
    }
}

async fn carry(mut caller: TcpStream, mut desk: TcpStream) -> io::Result<()> {
    let mut asked = vec![0; 16 * 1024];
    let mut answered = vec![0; 16 * 1024];
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
