//! Named points at which a test can make the process die at once, as in a power cut, or make the
//! work panic. They are compiled out of release builds, unless the feature `kill-points` is on.

/// The variable that arms a point to kill: `NAME` kills at the first passage, `NAME:3` at the
/// third.
#[cfg(any(debug_assertions, feature = "kill-points"))]
const KILL_AT: &str = "MESABOT_KILL_AT";
/// The variable that arms a point to panic: `NAME` panics at the first passage, `NAME:3` at the
/// third, `NAME:3+` at the third and every later one.
#[cfg(any(debug_assertions, feature = "kill-points"))]
const PANIC_AT: &str = "MESABOT_PANIC_AT";

/// A point between two effects: kills or panics when the environment asks for it.
#[cfg(any(debug_assertions, feature = "kill-points"))]
pub fn kill_point(name: &str) {
    use std::sync::LazyLock;
    static ARMED: LazyLock<Option<armed::Armed>> = LazyLock::new(|| armed::Armed::read(KILL_AT));
    if ARMED.as_ref().is_some_and(|armed| armed.is_due(name)) {
        let this = rustix::process::getpid();
        // SIGKILL cannot be caught: it runs no destructor and flushes nothing.
        let _ = rustix::process::kill_process(this, rustix::process::Signal::KILL);
    }
    panic_point(name);
}

/// A point at the beginning of a worker's round: panics when the environment asks for it. It cannot
/// kill, because it lies between no two effects.
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

    /// A point that the environment armed.
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
            let name = name.to_owned();
            let passage = passage.parse().unwrap_or(1);
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
    fn point_is_due_at_its_passage_and_with_plus_at_later_ones() {
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
