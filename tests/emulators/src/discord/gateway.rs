//! The gateway socket: hello, identify or resume, dispatched events and heartbeats.

use std::time::Duration;

use axum::{
    extract::{
        ConnectInfo, RawQuery, State as Shared,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::{
    BOT_ID, Emulator, objects,
    sessions::{Out, Session, Shard, Socket},
    state::{Intents, State},
};
use crate::connection::Connection;

/// Every gateway intent.
const ALL_INTENTS: u64 = ((1 << 17) - 1) | (0b11 << 20) | (0b11 << 24);

/// The minimum time between two sessions that start in the same bucket (`shard id %
/// max_concurrency`).
const APART: Duration = Duration::from_secs(5);

/// Accepts a socket, unless the test closed the gateway.
pub async fn connect(
    Shared(emulator): Shared<Emulator>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    if emulator.change(|state| state.gateway.refused) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let query = query.unwrap_or_default();
    let known = |pair: &str| matches!(pair, "v=10" | "encoding=json");
    let fits = query.split('&').any(|pair| pair == "v=10") && query.split('&').all(known);
    upgrade.on_upgrade(async move |socket| serve(emulator, connection, socket, fits).await)
}

async fn serve(emulator: Emulator, connection: Connection, mut socket: WebSocket, fits: bool) {
    let (out, mut frames) = mpsc::unbounded_channel();
    let id = emulator.change(|state| {
        let id = state.next_id();
        let interval = state.gateway.heartbeat_interval.unwrap_or(41_250);
        let opened = Socket { out, connection, session: None };
        opened.says(json!({"op": 10, "d": {"heartbeat_interval": interval}, "s": null, "t": null}));
        if !fits {
            state.ledger.violations.push("the gateway speaks v=10 and encoding=json".to_owned());
            opened.closes(4012, "Invalid API version.");
        }
        state.gateway.sockets.insert(id, opened);
        id
    });
    converse(&emulator, id, &mut socket, &mut frames).await;
    emulator.change(|state| {
        let now = state.now();
        state.gateway.detach(id, now);
        state.ledger.sockets_gone += 1;
    });
}

/// Serves the socket until either side closes it.
async fn converse(
    emulator: &Emulator,
    id: u64,
    socket: &mut WebSocket,
    frames: &mut UnboundedReceiver<Out>,
) {
    loop {
        tokio::select! {
            // Events sent before the bot closes its socket leave first.
            biased;
            frame = frames.recv() => match frame {
                Some(Out::Frame(frame)) => {
                    if socket.send(Message::Text(frame.to_string().into())).await.is_err() {
                        return;
                    }
                }
                Some(Out::Close(code, reason)) => {
                    emulator.change(|state| state.ledger.closes.push(code));
                    let frame = CloseFrame { code, reason: reason.into() };
                    // The bot may have closed the socket already.
                    let _ = socket.send(Message::Close(Some(frame))).await;
                    return;
                }
                None => return,
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    emulator.change(|state| hear(state, id, &text));
                }
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map_or(1005, |frame| frame.code);
                    emulator.change(|state| closed_by_bot(state, id, code));
                    return;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}

/// Close code 1000 or 1001 from the bot ends the session; after any other code the bot may resume.
fn closed_by_bot(state: &mut State, id: u64, code: u16) {
    state.ledger.client_closes.push(code);
    let session = state.gateway.sockets.get_mut(&id).and_then(|socket| socket.session.take());
    match session {
        Some(session) if matches!(code, 1000 | 1001) => {
            state.gateway.sessions.remove(&session);
        }
        Some(session) => {
            let now = state.now();
            if let Some(session) = state.gateway.sessions.get_mut(&session) {
                (session.socket, session.alone_since) = (None, Some(now));
            }
        }
        None => {}
    }
}

/// Handles one frame from the bot.
fn hear(state: &mut State, id: u64, text: &str) {
    let Ok(frame) = serde_json::from_str::<Value>(text) else {
        return close(state, id, 4002, "Error while decoding payload.");
    };
    let known = state.gateway.sockets.get(&id).is_some_and(|socket| socket.session.is_some());
    match frame["op"].as_u64() {
        Some(1) => {
            state.ledger.heartbeats += 1;
            if !state.gateway.deaf {
                say(state, id, json!({"op": 11, "d": null, "s": null, "t": null}));
            }
        }
        Some(2) if known => close(state, id, 4005, "Already authenticated."),
        Some(2) => identify(state, id, &frame["d"]),
        Some(6) if known => close(state, id, 4005, "Already authenticated."),
        Some(6) => resume(state, id, &frame["d"]),
        Some(3 | 4 | 8 | 31) if known => {}
        Some(3 | 4 | 8 | 31) => close(state, id, 4003, "Not authenticated."),
        _ => close(state, id, 4001, "Unknown opcode."),
    }
}

fn say(state: &mut State, id: u64, frame: Value) {
    if let Some(socket) = state.gateway.sockets.get(&id) {
        socket.says(frame);
    }
}

/// Closes a socket because of what the bot sent.
fn close(state: &mut State, id: u64, code: u16, reason: &'static str) {
    if !matches!(code, 4004 | 4011 | 4014) {
        state.ledger.violations.push(format!("gateway: {code} {reason}"));
    }
    if let Some(socket) = state.gateway.sockets.get(&id) {
        socket.closes(code, reason);
    }
}

fn identify(state: &mut State, id: u64, asked: &Value) {
    state.ledger.identifies += 1;
    let token = asked["token"].as_str().unwrap_or_default();
    if token.trim_start_matches("Bot ") != super::TOKEN {
        return close(state, id, 4004, "Authentication failed.");
    }
    let Some(intents) = asked["intents"].as_u64().filter(|intents| intents & !ALL_INTENTS == 0)
    else {
        return close(state, id, 4013, "Invalid intent(s).");
    };
    if intents & state.gateway.forbidden != 0 {
        return close(state, id, 4014, "Disallowed intent(s).");
    }
    let Some(shard) = shard(&asked["shard"]) else {
        return close(state, id, 4010, "Invalid shard.");
    };
    if shard.1 < state.gateway.division.required {
        return close(state, id, 4011, "Sharding required.");
    }
    if !asked["properties"].is_object() {
        return close(state, id, 4002, "Error while decoding payload.");
    }
    if !is_in_turn(state, shard) {
        state.ledger.too_soon += 1;
        return say(state, id, json!({"op": 9, "d": false, "s": null, "t": null}));
    }
    let name = format!("{:032x}", state.next_id());
    let session =
        Session { shard, intents, seq: 0, log: Vec::new(), socket: Some(id), alone_since: None };
    state.gateway.sessions.insert(name.clone(), session);
    if let Some(socket) = state.gateway.sockets.get_mut(&id) {
        socket.session = Some(name.clone());
    }
    welcome(state, &name, intents, shard);
    state.ledger.readies += 1;
    state.ledger.welcomed.push(shard);
}

/// The shard that the bot identifies as; the whole bot when the field is absent.
fn shard(asked: &Value) -> Option<Shard> {
    if asked.is_null() {
        return Some(Shard(0, 1));
    }
    let [index, of] = asked.as_array()?.as_slice() else { return None };
    let shard = Shard(index.as_u64()?, of.as_u64()?);
    (shard.0 < shard.1).then_some(shard)
}

/// Whether a session of this bucket may start now; if so, it blocks the bucket for a while.
fn is_in_turn(state: &mut State, shard: Shard) -> bool {
    let now = state.now();
    let division = &mut state.gateway.division;
    let Some(at_once) = division.at_once else { return true };
    let last = division.begun.insert(shard.0 % at_once, now);
    last.is_none_or(|last| now.saturating_sub(last) >= APART)
}

/// Sends READY and the guilds to a new session.
fn welcome(state: &mut State, session: &str, intents: u64, shard: Shard) {
    let unavailable = |id: &u64| json!({"id": id.to_string(), "unavailable": true});
    let here: Vec<u64> =
        state.guilds.keys().copied().filter(|guild| shard.hears(Some(*guild))).collect();
    let guilds: Vec<Value> = here.iter().map(unavailable).collect();
    let ready = json!({
        "v": 10, "user": objects::me(), "guilds": guilds, "session_id": session,
        "resume_gateway_url": state.api_url.replace("http://", "ws://"), "shard": [shard.0, shard.1],
        "application": {"id": BOT_ID.to_string(), "flags": 1 << 19}, "session_type": "normal",
        "private_channels": [], "relationships": [], "presences": [], "user_settings": {},
        "geo_ordered_rtc_regions": [], "guild_join_requests": [], "_trace": [],
    });
    state.gateway.tell(session, "READY", &ready, false);
    if intents & Intents::GUILDS == 0 {
        return;
    }
    let guilds: Vec<Value> =
        here.iter().map(|guild| objects::guild(state, &state.guilds[guild])).collect();
    for guild in guilds {
        state.gateway.tell(session, "GUILD_CREATE", &guild, false);
    }
}

fn resume(state: &mut State, id: u64, asked: &Value) {
    let token = asked["token"].as_str().unwrap_or_default();
    if token.trim_start_matches("Bot ") != super::TOKEN {
        return close(state, id, 4004, "Authentication failed.");
    }
    let name = asked["session_id"].as_str().unwrap_or_default().to_owned();
    let seq = asked["seq"].as_u64().unwrap_or_default();
    let now = state.now();
    if !state.gateway.may_go_on(&name, now) {
        state.gateway.sessions.remove(&name);
    }
    let Some(session) = state.gateway.sessions.get_mut(&name) else {
        state.ledger.resumes_refused += 1;
        return say(state, id, json!({"op": 9, "d": false, "s": null, "t": null}));
    };
    if seq > session.seq {
        return close(state, id, 4007, "Invalid seq.");
    }
    let missed: Vec<Value> =
        session.log.iter().filter(|(at, _)| *at > seq).map(|(_, frame)| frame.clone()).collect();
    if let Some(older) =
        session.socket.replace(id).and_then(|older| state.gateway.sockets.get_mut(&older))
    {
        older.session = None;
        older.closes(4000, "Taken over by another socket.");
    }
    if let Some(socket) = state.gateway.sockets.get_mut(&id) {
        socket.session = Some(name.clone());
        missed.into_iter().for_each(|frame| socket.says(frame));
    }
    state.gateway.tell(&name, "RESUMED", &json!({"_trace": []}), false);
    state.ledger.resumes += 1;
}
