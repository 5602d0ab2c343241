//! The environment variables that direct the tests; `docs/testing.md` says what each means. Without any,
//! `cargo test` needs no server and runs the long random suites at a small count; `.ci/run` runs them at
//! the full count.

pub const POSTGRES: &str = "MESABOT_TEST_POSTGRES";
pub const STORIES: &str = "MESABOT_TEST_STORIES";
pub const POSTGRES_SPARE: &str = "MESABOT_TEST_POSTGRES_SPARE";
pub const SMALL_DISK: &str = "MESABOT_TEST_SMALL_DISK";
pub const FULL: &str = "MESABOT_TEST_FULL";
pub const SEED: &str = "MESABOT_TEST_SEED";
pub const KILLS: &str = "MESABOT_TEST_KILLS";
pub const PEOPLE: &str = "MESABOT_TEST_PEOPLE";
pub const ROUNDS: &str = "MESABOT_TEST_ROUNDS";
pub const DISCORD: &str = "MESABOT_TEST_DISCORD";
pub const FREEZE: &str = "MESABOT_TEST_FREEZE";
pub const TAKEOVERS: &str = "MESABOT_TEST_TAKEOVERS";
pub const EVERY_CUT: &str = "MESABOT_TEST_EVERY_CUT";
pub const MISFORTUNES: &str = "MESABOT_TEST_MISFORTUNES";

/// The value of a variable, unless it is absent or empty.
pub fn text(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}

/// The value of a variable that holds a number.
pub fn number(variable: &str) -> Option<u64> {
    text(variable)?.parse().ok()
}

/// Whether a variable is set.
pub fn is_set(variable: &str) -> bool {
    text(variable).is_some()
}

/// The full count of a long random suite, or the small one.
pub fn count<T>(full: T, small: T) -> T {
    if is_set(FULL) { full } else { small }
}
