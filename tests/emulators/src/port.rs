//! Addresses for programs that must be told where to listen. Between picking a port and its use by
//! the program another listener may get a port from the system's ephemeral range, so these ports
//! lie below that range, and one process gives each port once.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process,
    sync::atomic::{AtomicU16, Ordering},
};

/// The first port and the number of ports.
const FIRST: u16 = 10_000;
const COUNT: u16 = 10_000;

/// A loopback address at which nothing listens.
pub fn free() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Concurrent processes start far apart in the range.
    let begin = process::id().wrapping_mul(127);
    for _ in 0..COUNT {
        let next = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let offset = begin.wrapping_add(next) % u32::from(COUNT);
        let port = FIRST + u16::try_from(offset).expect("it is less than the count");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no port from {FIRST} on is free");
}
