//! Gateway faults that a test triggers.

use std::time::Duration;

use serde_json::json;

use super::{Emulator, sessions::Shard, state::State};

impl Emulator {
    /// Cuts every socket without a close frame; the sessions can be resumed.
    pub fn kill_sockets(&self) {
        self.change(|state| {
            state.gateway.sockets.values().for_each(|socket| socket.connection.cut());
        });
    }

    /// Sends RECONNECT to every socket, as Discord does before its own restarts.
    pub fn reconnect(&self) {
        self.change(|state| say(state, &json!({"op": 7, "d": null, "s": null, "t": null})));
    }

    /// Sends INVALID_SESSION to every session; a session that is not resumable is removed.
    pub fn invalid_session(&self, resumable: bool) {
        self.change(|state| {
            if !resumable {
                state.gateway.sessions.clear();
            }
            let now = state.now();
            for socket in state.gateway.sockets.values_mut() {
                if let Some(session) = socket.session.take().filter(|_| resumable)
                    && let Some(session) = state.gateway.sessions.get_mut(&session)
                {
                    (session.socket, session.alone_since) = (None, Some(now));
                }
            }
            say(state, &json!({"op": 9, "d": resumable, "s": null, "t": null}));
        });
    }

    /// Forgets every session without telling; a resume is answered with INVALID_SESSION.
    pub fn forgets_sessions(&self) {
        self.change(|state| {
            state.gateway.sessions.clear();
            state.gateway.sockets.values_mut().for_each(|socket| socket.session = None);
        });
    }

    /// From now on a session without a socket is forgotten after this time.
    pub fn sessions_last(&self, lasting: Duration) {
        self.change(|state| state.gateway.lasting = Some(lasting));
    }

    /// Skips sequence numbers: the next event's number is `n` higher than it should be.
    pub fn skip_sequence(&self, n: u64) {
        self.change(|state| {
            state.gateway.sessions.values_mut().for_each(|session| session.seq += n);
        });
    }

    /// The next `n` events get their sequence numbers but are never delivered, not even to a
    /// resumed session.
    pub fn loses_events(&self, n: u64) {
        self.change(|state| state.gateway.lost += n);
    }

    /// Refuses every new socket, or accepts them again.
    pub fn refuse_gateway(&self, refused: bool) {
        self.change(|state| state.gateway.refused = refused);
    }

    /// Stops answering heartbeats, or answers them again.
    pub fn ignores_heartbeats(&self, ignored: bool) {
        self.change(|state| state.gateway.deaf = ignored);
    }

    /// Requests a heartbeat on every socket at once.
    pub fn asks_for_heartbeats(&self) {
        self.change(|state| say(state, &json!({"op": 1, "d": null, "s": null, "t": null})));
    }

    /// The heartbeat interval that new sockets are told.
    pub fn heartbeat_interval(&self, interval: Duration) {
        let interval = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
        self.change(|state| state.gateway.heartbeat_interval = Some(interval));
    }

    /// Closes every socket with this code.
    pub fn closes_gateway(&self, code: u16) {
        self.change(|state| {
            if matches!(code, 4003 | 4004 | 4007 | 4009..=4014) {
                state.gateway.sessions.clear();
            }
            let sockets = state.gateway.sockets.values();
            sockets.for_each(|socket| socket.closes(code, "Closed."));
        });
    }

    /// Refuses these intents to the application.
    pub fn forbids_intents(&self, intents: u64) {
        self.change(|state| state.gateway.forbidden = intents);
    }

    /// From now on the bot is told to use `count` shards, of which `at_once` may start a session at
    /// the same time.
    pub fn recommends_shards(&self, count: u64, at_once: u64) {
        self.change(|state| {
            state.gateway.division.recommended = count;
            state.gateway.division.at_once = Some(at_once);
        });
    }

    /// From now on no session is granted to a bot with fewer shards, and existing sessions of such
    /// a bot end.
    pub fn requires_shards(&self, count: u64) {
        self.change(|state| {
            state.gateway.division.required = count;
            state.gateway.sessions.retain(|_, session| session.shard.1 >= count);
            let few = state.gateway.sockets.values().filter(|socket| {
                socket.session.as_ref().is_some_and(|id| !state.gateway.sessions.contains_key(id))
            });
            few.for_each(|socket| socket.closes(4011, "Sharding required."));
        });
    }

    /// The shards whose sessions have a socket, in order.
    pub fn listening(&self) -> Vec<Shard> {
        let state = super::lock(&self.inner.state);
        let sessions = state.gateway.sessions.values();
        let mut shards: Vec<Shard> = sessions
            .filter(|session| session.socket.is_some())
            .map(|session| session.shard)
            .collect();
        shards.sort_unstable();
        shards
    }

    /// The number of sessions with a socket.
    pub fn connected(&self) -> usize {
        let state = super::lock(&self.inner.state);
        state.gateway.sessions.values().filter(|session| session.socket.is_some()).count()
    }
}

fn say(state: &mut State, frame: &serde_json::Value) {
    state.gateway.sockets.values().for_each(|socket| socket.says(frame.clone()));
}
