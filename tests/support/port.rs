//! Addresses for programs that are told beforehand where to listen. A port that the system picked and that
//! was given back may be picked for another listener before the program asks for it. So these lie below the
//! range that the system picks from, and one process gives each of them once.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process,
    sync::atomic::{AtomicU16, Ordering},
};

/// The first port, and how many there are.
const FIRST: u16 = 10_000;
const COUNT: u16 = 10_000;

/// An address of the loopback interface at which nothing listens.
pub fn free() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Processes that run at the same time begin far from each other.
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
