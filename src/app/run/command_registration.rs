//! Registers Discord's commands, with retries, so that a failure at the start costs a pause and not
//! the commands until the next restart. Each session of the gateway and each invitation names
//! servers, which starts a registration at once: the configured server gets its commands, any other
//! server loses those that an earlier configuration left there. Deliberately absent: a record of
//! what was registered where. The platform lists it, also for servers that the configuration no
//! longer names.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use tokio::{
    sync::{Mutex, mpsc},
    time::Instant,
};

use crate::{
    backoff::Backoff,
    channel::discord::{Discord, Failure, commands::Scope},
    chat::catalogue::Command,
    worker::{Shutdown, stopped},
};

/// The pauses between tries. The longest one bounds how long commands may be missing after a fault
/// ends.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));

pub(super) struct Registrar {
    pub discord: Discord,
    pub listed: Vec<&'static Command>,
    /// The servers of the bot, as the gateway names them.
    pub servers: Mutex<mpsc::UnboundedReceiver<u64>>,
}

/// A pending registration.
struct Due {
    at: Instant,
    failures: u32,
}

impl Due {
    fn now() -> Self {
        Self { at: Instant::now(), failures: 0 }
    }
}

impl Registrar {
    /// Registers what is pending until told to stop.
    pub(super) async fn run(&self, mut shutdown: Shutdown) {
        let mut servers = self.servers.lock().await;
        let own: HashSet<Scope> = self.discord.command_scopes().into_iter().collect();
        let mut due: BTreeMap<Scope, Due> = own.iter().map(|scope| (*scope, Due::now())).collect();
        let mut cleared = HashSet::new();
        loop {
            let next = due.values().map(|due| due.at).min();
            let wait = async {
                match next {
                    Some(next) => tokio::time::sleep_until(next).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stopped(&mut shutdown) => return,
                server = servers.recv() => {
                    let Some(server) = server else { return };
                    let scope = Scope::Server(server);
                    // Each session names every server; a foreign server is cleared only once.
                    if own.contains(&scope) || !cleared.contains(&server) {
                        due.insert(scope, Due::now());
                    }
                    continue;
                }
                () = wait => {}
            }
            let now = Instant::now();
            let ready: Vec<Scope> =
                due.iter().filter(|(_, due)| due.at <= now).map(|(scope, _)| *scope).collect();
            for scope in ready {
                let tried = tokio::select! {
                    () = stopped(&mut shutdown) => return,
                    tried = self.discord.register_in(scope, &self.listed) => tried,
                };
                match tried {
                    Ok(changed) => {
                        tracing::info!(?scope, changed, "the commands are registered");
                        due.remove(&scope);
                        if let Scope::Server(server) = scope {
                            cleared.insert(server);
                        }
                    }
                    Err(failure) => {
                        let failures = due.get(&scope).map_or(0, |due| due.failures);
                        let pause = pause(&failure, failures);
                        tracing::warn!(
                            ?scope, %failure, ?pause,
                            "the commands could not be registered; trying again"
                        );
                        let again = Due { at: Instant::now() + pause, failures: failures + 1 };
                        due.insert(scope, again);
                    }
                }
            }
        }
    }
}

/// The pause after a failure: the platform's own, otherwise twice as long each time.
fn pause(failure: &Failure, failures: u32) -> Duration {
    match failure {
        Failure::Wait(wait) => *wait,
        _ => BACKOFF.pause(failures + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_a_minute_and_follows_the_platform() {
        let lost = Failure::Lost("503".to_owned());
        let pauses = [0, 1, 5, 6, 40].map(|failures| pause(&lost, failures).as_secs());
        assert_eq!(pauses, [1, 2, 32, 60, 60]);
        assert_eq!(pause(&Failure::Wait(Duration::from_secs(7)), 3).as_secs(), 7);
    }
}
