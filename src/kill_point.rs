//! Named points at which a test can have the process die at once, as a power cut would have it, or
//! have the work that passes there panic. Compiled out of release builds that do not ask for them with
//! `kill-points`.

/// The variable that arms one point to kill: `NAME` dies at the first passage, `NAME:3` at the third.
#[cfg(any(debug_assertions, feature = "kill-points"))]
const KILL_AT: &str = "MESABOT_KILL_AT";
/// The variable that arms one point to panic: `NAME` panics at the first passage, `NAME:3` at the
/// third, `NAME:3+` at the third and every later one.
#[cfg(any(debug_assertions, feature = "kill-points"))]
const PANIC_AT: &str = "MESABOT_PANIC_AT";

/// Between two effects: dies or panics here when the environment asks for it.
#[cfg(any(debug_assertions, feature = "kill-points"))]
pub fn kill_point(name: &str) {
    use std::sync::LazyLock;
    static ARMED: LazyLock<Option<armed::Armed>> = LazyLock::new(|| armed::Armed::read(KILL_AT));
    if ARMED.as_ref().is_some_and(|armed| armed.is_due(name)) {
        let this = rustix::process::getpid();
        // SIGKILL cannot be caught: no destructor, no flush, no farewell.
        let _ = rustix::process::kill_process(this, rustix::process::Signal::KILL);
    }
    panic_point(name);
}

/// At the beginning of a worker's round: panics here when the environment asks for it. A kill there
/// would lie between no two effects.
#[cfg(any(debug_assertions, feature = "kill-points"))]
pub fn panic_point(name: &str) {
    use std::sync::LazyLock;
    static ARMED: LazyLock<Option<armed::Armed>> = LazyLock::new(|| armed::Armed::read(PANIC_AT));
    if ARMED.as_ref().is_some_and(|armed| armed.is_due(name)) {
        std::panic::panic_any("a panic point");
    }
}

/// Does nothing: release builds have no kill points.
#[cfg(not(any(debug_assertions, feature = "kill-points")))]
pub fn kill_point(_name: &str) {}

/// Does nothing: release builds have no panic points.
#[cfg(not(any(debug_assertions, feature = "kill-points")))]
pub fn panic_point(_name: &str) {}

#[cfg(any(debug_assertions, feature = "kill-points"))]
mod armed {
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A point that the environment arms.
    pub(super) struct Armed {
        name: String,
        passage: u32,
        every_later: bool,
        passed: AtomicU32,
    }

    impl Armed {
        pub(super) fn read(variable: &str) -> Option<Self> {
            Some(Self::of(&std::env::var(variable).ok()?))
        }

        pub(super) fn of(asked: &str) -> Self {
            let (name, passage) = asked.split_once(':').unwrap_or((asked, "1"));
            let (passage, every_later) = match passage.strip_suffix('+') {
                Some(passage) => (passage, true),
                None => (passage, false),
            };
            let (name, passage) = (name.to_owned(), passage.parse().unwrap_or(1));
            Self { name, passage, every_later, passed: AtomicU32::new(0) }
        }

        pub(super) fn is_due(&self, name: &str) -> bool {
            if self.name != name {
                return false;
            }
            let passage = self.passed.fetch_add(1, Ordering::SeqCst) + 1;
            passage == self.passage || (self.every_later && passage > self.passage)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::armed::Armed;

    #[test]
    fn a_point_is_due_at_its_passage_and_with_a_plus_ever_after() {
        for (asked, expected) in [
            ("a.point", [true, false, false]),
            ("a.point:2", [false, true, false]),
            ("a.point:2+", [false, true, true]),
            ("another.point", [false, false, false]),
        ] {
            let armed = Armed::of(asked);
            assert_eq!([(); 3].map(|()| armed.is_due("a.point")), expected, "{asked}");
        }
    }
}
