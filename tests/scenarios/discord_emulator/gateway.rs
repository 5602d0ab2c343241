//! The emulated gateway keeps sessions as the platform does.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

use super::{ANA, GUILD, MESA, SOON, call, say, world};
use crate::support::discord::{Emulator, Intents};

const ALL: u64 = Intents::GUILDS | Intents::GUILD_MESSAGES | Intents::DIRECT_MESSAGES;

/// A bot's side of a socket.
struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn open(emulator: &Emulator) -> Self {
        let url = format!("{}/?v=10&encoding=json", emulator.gateway_url());
        let mut socket = Self(tokio_tungstenite::connect_async(url).await.unwrap().0);
        assert_eq!(socket.next().await["op"], 10);
        socket
    }

    async fn identified(emulator: &Emulator, intents: u64) -> (Self, Value) {
        let mut socket = Self::open(emulator).await;
        socket.identify(emulator.token(), intents).await;
        let ready = socket.next().await;
        assert_eq!(ready["t"], "READY");
        assert_eq!(ready["d"]["guilds"][0]["unavailable"], true);
        assert_eq!(socket.next().await["d"]["id"], GUILD.to_string());
        (socket, ready["d"].clone())
    }

    async fn identify(&mut self, token: &str, intents: u64) {
        let properties = json!({"os": "linux", "browser": "x", "device": "x"});
        self.send(
            json!({"op": 2, "d": {"token": token, "intents": intents, "properties": properties}}),
        )
        .await;
    }

    async fn resume(&mut self, emulator: &Emulator, session: &Value, seq: u64) {
        self.send(
            json!({"op": 6, "d": {"token": emulator.token(), "session_id": session, "seq": seq}}),
        )
        .await;
    }

    async fn send(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn hear(&mut self) -> Option<Message> {
        let heard = tokio::time::timeout(SOON, self.0.next()).await.expect("a frame arrives");
        heard.and_then(Result::ok)
    }

    async fn next(&mut self) -> Value {
        match self.hear().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("no frame but {other:?}"),
        }
    }

    async fn close_code(&mut self) -> u16 {
        match self.hear().await {
            Some(Message::Close(Some(frame))) => frame.code.into(),
            other => panic!("no end but {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_killed_socket_resumes_and_receives_missed_events() {
    let emulator = world().await;
    let (mut socket, ready) = Socket::identified(&emulator, ALL | Intents::MESSAGE_CONTENT).await;
    emulator.says(ANA, MESA, "uno");
    let frame = socket.next().await;
    assert_eq!((&frame["t"], &frame["d"]["content"]), (&json!("MESSAGE_CREATE"), &json!("uno")));
    assert_eq!(frame["d"]["member"]["deaf"], false);
    emulator.kill_sockets();
    assert!(socket.hear().await.is_none());
    emulator.wait_until(|ledger| ledger.sockets_gone == 1, SOON).await;
    emulator.says(ANA, MESA, "dos");

    let mut socket = Socket::open(&emulator).await;
    socket.resume(&emulator, &ready["session_id"], frame["s"].as_u64().unwrap()).await;
    assert_eq!(socket.next().await["d"]["content"], "dos");
    assert_eq!(socket.next().await["t"], "RESUMED");
    assert_eq!(emulator.read(|ledger| (ledger.identifies, ledger.resumes)), (1, 1));
}

#[tokio::test]
async fn an_expired_session_is_invalid() {
    let emulator = world().await;
    let (mut socket, ready) = Socket::identified(&emulator, ALL).await;
    emulator.reconnect();
    assert_eq!(socket.next().await["op"], 7);
    emulator.invalid_session(true);
    let frame = socket.next().await;
    assert_eq!((&frame["op"], &frame["d"]), (&json!(9), &json!(true)));
    socket.resume(&emulator, &ready["session_id"], 2).await;
    assert_eq!(socket.next().await["t"], "RESUMED");

    emulator.invalid_session(false);
    assert_eq!(socket.next().await["d"], false);
    let mut socket = Socket::open(&emulator).await;
    socket.resume(&emulator, &ready["session_id"], 2).await;
    let frame = socket.next().await;
    assert_eq!((&frame["op"], &frame["d"]), (&json!(9), &json!(false)));
    socket.identify(emulator.token(), ALL).await;
    assert_eq!(socket.next().await["t"], "READY");
    assert_eq!(emulator.connected(), 1);
    assert_eq!(emulator.read(|ledger| ledger.resumes_refused), 1);
}

#[tokio::test]
async fn a_wrong_token_or_ungranted_intents_are_refused() {
    let emulator = world().await;
    let mut socket = Socket::open(&emulator).await;
    socket.identify("a.b.c", ALL).await;
    assert_eq!(socket.close_code().await, 4004);
    emulator.forbids_intents(Intents::MESSAGE_CONTENT);
    let mut socket = Socket::open(&emulator).await;
    socket.identify(emulator.token(), ALL | Intents::MESSAGE_CONTENT).await;
    assert_eq!(socket.close_code().await, 4014);
    let mut socket = Socket::open(&emulator).await;
    socket.send(json!({"op": 77})).await;
    assert_eq!(socket.close_code().await, 4001);
    assert_eq!(emulator.read(|ledger| ledger.closes.clone()), [4004, 4014, 4001]);
    emulator.refuse_gateway(true);
    let url = format!("{}/?v=10", emulator.gateway_url());
    assert!(tokio_tungstenite::connect_async(url).await.is_err());
}

#[tokio::test]
async fn only_valid_shards_identify_and_not_too_fast() {
    let emulator = world().await;
    emulator.recommends_shards(2, 1);
    let asks = async |shard: Value| {
        let mut socket = Socket::open(&emulator).await;
        let properties = json!({"os": "linux", "browser": "x", "device": "x"});
        let asked = json!({"token": emulator.token(), "intents": ALL, "properties": properties,
            "shard": shard});
        socket.send(json!({"op": 2, "d": asked})).await;
        socket
    };
    for wrong in [json!([2, 2]), json!([0, 0]), json!([0]), json!(0), json!(["0", "1"])] {
        assert_eq!(asks(wrong).await.close_code().await, 4010);
    }
    let mut first = asks(json!([0, 2])).await;
    assert_eq!(first.next().await["d"]["shard"], json!([0, 2]));
    assert_eq!(asks(json!([1, 2])).await.next().await["op"], 9, "shards identify one by one");
    emulator.passes(Duration::from_secs(5));
    let mut second = asks(json!([1, 2])).await;
    assert_eq!(second.next().await["t"], "READY");
    emulator.requires_shards(3);
    assert_eq!(asks(json!([0, 2])).await.close_code().await, 4011);
    assert_eq!(emulator.read(|ledger| (ledger.too_soon, ledger.readies)), (1, 2));
}

#[tokio::test]
async fn content_needs_its_intent_and_sequence_numbers_may_have_gaps() {
    let emulator = world().await;
    let (mut socket, _) = Socket::identified(&emulator, ALL).await;
    emulator.says(ANA, MESA, "secreto");
    assert_eq!(socket.next().await["d"]["content"], "");
    emulator.dms(ANA, "para ti");
    assert_eq!(socket.next().await["d"]["content"], "para ti");
    call(&emulator, &format!("POST /channels/{MESA}/messages"), say("mío")).await;
    let mine = socket.next().await;
    assert_eq!(mine["d"]["content"], "mío");

    emulator.loses_events(2);
    emulator.says(ANA, MESA, "1");
    emulator.says(ANA, MESA, "2");
    emulator.skip_sequence(3);
    emulator.dms(ANA, "3");
    let heard = socket.next().await;
    assert_eq!(heard["d"]["content"], "3");
    assert_eq!(heard["s"].as_u64(), mine["s"].as_u64().map(|seq| seq + 6));

    socket.send(json!({"op": 1, "d": heard["s"]})).await;
    assert_eq!(socket.next().await["op"], 11);
    // A close frame ends the session.
    socket.0.close(None).await.unwrap();
    emulator.wait_until(|ledger| ledger.sockets_gone == 1, SOON).await;
    assert_eq!(emulator.connected(), 0);
}
