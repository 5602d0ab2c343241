//! Named points between two effects at which a test can have the process die at once, as a power
//! cut would have it. Compiled out of release builds that do not ask for them with `kill-points`.

/// The variable that arms one point: `NAME` dies at the first passage, `NAME:3` at the third.
#[cfg(any(debug_assertions, feature = "kill-points"))]
const VARIABLE: &str = "MESABOT_KILL_AT";

/// Dies here when the environment asks for it.
#[cfg(any(debug_assertions, feature = "kill-points"))]
pub fn kill_point(name: &str) {
    use std::sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    };
    static ARMED: LazyLock<Option<(String, u32)>> = LazyLock::new(|| {
        let asked = std::env::var(VARIABLE).ok()?;
        let (name, passage) = asked.split_once(':').unwrap_or((&asked, "1"));
        Some((name.to_owned(), passage.parse().unwrap_or(1)))
    });
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let Some((armed, passage)) = &*ARMED else { return };
    if armed == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *passage {
        let this = rustix::process::getpid();
        // SIGKILL cannot be caught: no destructor, no flush, no farewell.
        let _ = rustix::process::kill_process(this, rustix::process::Signal::KILL);
    }
}

/// Does nothing: release builds have no kill points.
#[cfg(not(any(debug_assertions, feature = "kill-points")))]
pub fn kill_point(_name: &str) {}
