//! The environment variables that direct the tests. Without any, `cargo test` needs no server and runs the
//! long random suites at a small count; `.ci/run` sets what it needs and runs them at the full count.
//!
//! | variable | meaning | when absent |
//! |---|---|---|
//! | `MESABOT_TEST_POSTGRES` | address of a PostgreSQL server on which tests may create databases | tests that need the server do nothing |
//! | `MESABOT_TEST_STORIES` | engine of the scenarios: `sqlite`, or `postgres` for that engine alone | `sqlite`; the tests of each engine use every available one |
//! | `MESABOT_TEST_POSTGRES_SPARE` | directory for a PostgreSQL server that a test may restart | that test does nothing |
//! | `MESABOT_TEST_SMALL_DISK` | directory on a disk of a few megabytes, to be filled | tests that fill a disk do nothing |
//! | `MESABOT_TEST_FULL` | `1` runs the storms of the courier, the histories of promises and the months at the full count | a small count |
//! | `MESABOT_TEST_SEED` | seed of the kill and chaos tests, to repeat a run | a random seed, which is printed |
//! | `MESABOT_TEST_KILLS` | kills in each kill test | one for each kill point |
//! | `MESABOT_TEST_PEOPLE` | requesters who write during the kill and chaos tests | [`crowd::EMPLOYEES`](crate::kill) |
//! | `MESABOT_TEST_ROUNDS` | rounds of each chaos test | 4 |
//! | `MESABOT_TEST_DISCORD` | `1` runs the chaos test of two replicas on Discord | it does nothing |
//! | `MESABOT_TEST_FREEZE` | least time that a suspended replica stays suspended, in seconds | 0 |
//! | `MESABOT_TEST_TAKEOVERS` | take-overs in each way of losing a replica | 1 |
//! | `MESABOT_TEST_EVERY_CUT` | `1` cuts the database connection at every query | at every sixth |
//! | `MESABOT_TEST_MISFORTUNES` | misfortunes of an additional world of the protocol model | no additional world |

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
