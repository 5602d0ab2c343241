//! What goes wrong with the gateway, when a test says so.

use std::time::Duration;

use serde_json::json;

use super::{Emulator, sessions::Shard, state::State};

impl Emulator {
    /// Every socket is cut without a word; the sessions wait to be taken up again.
    pub fn kill_sockets(&self) {
        self.change(|state| {
            state.gateway.sockets.values().for_each(|socket| socket.connection.cut());
        });
    }

    /// Every socket is told to come again, as before the platform's own restarts.
    pub fn reconnect(&self) {
        self.change(|state| say(state, &json!({"op": 7, "d": null, "s": null, "t": null})));
    }

    /// Every session is told that it is not valid; unless it may be taken up again, it is gone.
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

    /// Sessions are forgotten without a word: whoever comes back is told that it is not valid.
    pub fn forgets_sessions(&self) {
        self.change(|state| {
            state.gateway.sessions.clear();
            state.gateway.sockets.values_mut().for_each(|socket| socket.session = None);
        });
    }

    /// From now on a session that has had no socket for so long is forgotten.
    pub fn sessions_last(&self, lasting: Duration) {
        self.change(|state| state.gateway.lasting = Some(lasting));
    }

    /// Numbers are left out: the next event comes `n` numbers later than it should.
    pub fn skip_sequence(&self, n: u64) {
        self.change(|state| {
            state.gateway.sessions.values_mut().for_each(|session| session.seq += n);
        });
    }

    /// The next `n` events happen and get their numbers, but are never delivered to anybody, nor
    /// when a session is taken up again.
    pub fn loses_events(&self, n: u64) {
        self.change(|state| state.gateway.lost += n);
    }

    /// Nobody is let in any more, or everybody again.
    pub fn refuse_gateway(&self, refused: bool) {
        self.change(|state| state.gateway.refused = refused);
    }

    /// Signs of life stay without an answer, or get one again.
    pub fn ignores_heartbeats(&self, ignored: bool) {
        self.change(|state| state.gateway.deaf = ignored);
    }

    /// Every socket is asked for a sign of life at once.
    pub fn asks_for_heartbeats(&self) {
        self.change(|state| say(state, &json!({"op": 1, "d": null, "s": null, "t": null})));
    }

    /// How often sockets that open from now on are told to give a sign of life.
    pub fn heartbeat_interval(&self, interval: Duration) {
        let interval = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
        self.change(|state| state.gateway.heartbeat_interval = Some(interval));
    }

    /// Every socket is closed by the platform with this code.
    pub fn closes_gateway(&self, code: u16) {
        self.change(|state| {
            if matches!(code, 4003 | 4004 | 4007 | 4009..=4014) {
                state.gateway.sessions.clear();
            }
            let sockets = state.gateway.sockets.values();
            sockets.for_each(|socket| socket.closes(code, "Closed."));
        });
    }

    /// The application is not granted these intents.
    pub fn forbids_intents(&self, intents: u64) {
        self.change(|state| state.gateway.forbidden = intents);
    }

    /// From now on the bot is told to divide itself into so many shards, of whose sessions so many may
    /// be begun at once and the next ones later.
    pub fn recommends_shards(&self, count: u64, at_once: u64) {
        self.change(|state| {
            state.gateway.division.recommended = count;
            state.gateway.division.at_once = Some(at_once);
        });
    }

    /// From now on no session is given to fewer shards, and those that have one lose it.
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

    /// How many sessions have a socket.
    pub fn connected(&self) -> usize {
        let state = super::lock(&self.inner.state);
        state.gateway.sessions.values().filter(|session| session.socket.is_some()).count()
    }
}

fn say(state: &mut State, frame: &serde_json::Value) {
    state.gateway.sockets.values().for_each(|socket| socket.says(frame.clone()));
}
