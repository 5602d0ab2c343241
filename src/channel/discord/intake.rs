//! What is heard, on its way to the inbox: which dispatches are kept, under which key and in which
//! order. One door for the gateway, the endpoint for interactions and the back-fill. Deliberately
//! absent: what a dispatch means (that is read from the inbox), and anything of our own making: a
//! program's messages are not kept, least of all ours.

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{
    autocomplete::{self, Suggesting},
    gateway::Shard,
    snowflake,
};

/// A message that a person wrote, and one that answers another; every other kind is a notice.
pub(super) const WRITTEN: [u64; 2] = [0, 19];

/// Something that happened, as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvent {
    /// The same for the same thing, however often and whichever way it comes.
    pub key: String,
    /// The chat whose order it belongs to.
    pub lane: String,
    /// The JSON: `{"t": …, "d": …}`.
    pub raw: String,
}

/// An interaction that has just come, and must be acknowledged within three seconds.
#[derive(Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its key.
    pub id: String,
    /// What it is answered with. A secret while it lasts.
    pub token: String,
    /// What was done: `c` a command, `b` a button or menu, `m` a form.
    pub kind: char,
}

/// Where everything that is heard goes.
pub struct Intake {
    /// Stores a batch; what it does not answer with `Ok` is handed over again.
    pub store: Box<dyn Fn(Vec<RawEvent>) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>,
    /// Told of an interaction before it is stored, so that it is acknowledged in time though the
    /// database stalls. Must not block.
    pub arrived: Box<dyn Fn(Arrived) + Send + Sync>,
    /// Told of somebody who types and waits for suggestions. Must not block.
    pub suggest: Box<dyn Fn(Suggesting) + Send + Sync>,
    /// Told of each server that the bot is in: when a session begins, and when the bot is invited.
    /// Must not block.
    pub server: Box<dyn Fn(u64) + Send + Sync>,
    /// Told that a shard of the gateway is connected, and whether nothing was missed meanwhile. What
    /// comes after it is stored only when it has ended, so that what was seen last can be read here,
    /// and what was missed can be stored first.
    pub ready: Box<dyn Fn(Shard, bool) -> BoxFuture<'static, ()> + Send + Sync>,
}

impl Arrived {
    /// The token as everything behind the inbox knows it.
    pub fn key(&self) -> String {
        format!("{}:{}:{}", self.id, self.token, self.kind)
    }
}

/// What a dispatch is to the desk.
pub(super) enum Heard {
    /// Nothing.
    Nothing,
    /// Something to keep.
    Keep(Vec<RawEvent>),
    /// Something to keep that waits for an acknowledgement.
    Arrived(Arrived, RawEvent),
    /// Somebody types.
    Suggest(Suggesting),
    /// The bot is in this server.
    Server(u64),
}

/// Reads a dispatch. `raw` is what `value` was read from; what cannot be sorted is kept all the
/// same where it has a key, for tomorrow it may be readable.
pub(super) fn hear(value: &Value, raw: &str) -> Heard {
    let data = &value["d"];
    match value["t"].as_str() {
        Some("MESSAGE_CREATE") => Heard::Keep(message(value, raw)),
        Some("MESSAGE_UPDATE") => Heard::Keep(edit(data, raw).into_iter().collect()),
        Some("INTERACTION_CREATE") => interaction(value, raw),
        Some("GUILD_CREATE") => snowflake(&data["id"]).map_or(Heard::Nothing, Heard::Server),
        Some("CHANNEL_DELETE" | "THREAD_DELETE") => Heard::Keep(deletion(data, raw)),
        _ => Heard::Nothing,
    }
}

fn message(value: &Value, raw: &str) -> Vec<RawEvent> {
    let data = &value["d"];
    let Some(id) = data["id"].as_str().filter(|_| is_worth_keeping(data)) else { return vec![] };
    let lane = lane(data);
    let event = |key, raw| RawEvent { key, lane: lane.clone(), raw };
    let mut events = vec![event(format!("m:{id}"), raw.to_owned())];
    // One row says one thing, so every further file has a row of its own.
    for part in 1..files(data) {
        let raw = json!({"part": part, "t": value["t"], "d": data}).to_string();
        events.push(event(format!("m:{id}:{part}"), raw));
    }
    events
}

fn files(data: &Value) -> usize {
    let count = |holder: &Value| holder["attachments"].as_array().map_or(0, Vec::len);
    match count(data) {
        0 => count(&data["message_snapshots"][0]["message"]),
        some => some,
    }
}

/// Whether a person wrote it and it holds anything: without the intent to read contents, what is
/// said in a guild to others comes empty.
fn is_worth_keeping(data: &Value) -> bool {
    let written = data["type"].as_u64().is_none_or(|kind| WRITTEN.contains(&kind));
    let program = data["author"]["bot"].as_bool() == Some(true) || data["webhook_id"].is_string();
    let holds = |field: &str| match &data[field] {
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(_) => true,
        _ => false,
    };
    let anything = ["content", "attachments", "sticker_items", "poll", "message_snapshots"];
    written && !program && (data["guild_id"].is_null() || anything.into_iter().any(holds))
}

/// A message also "changes" when the preview of its link is found; only its author's edits count.
fn edit(data: &Value, raw: &str) -> Option<RawEvent> {
    let (id, at) = (data["id"].as_str()?, data["edited_timestamp"].as_str()?);
    if data["author"]["id"].is_null() || !is_worth_keeping(data) {
        return None;
    }
    Some(RawEvent { key: format!("e:{id}:{at}"), lane: lane(data), raw: raw.to_owned() })
}

fn interaction(value: &Value, raw: &str) -> Heard {
    let data = &value["d"];
    let (Some(id), Some(token)) = (part(&data["id"]), part(&data["token"])) else {
        return Heard::Nothing;
    };
    let kind = match data["type"].as_u64() {
        Some(2) => 'c',
        Some(3) => 'b',
        Some(4) => return autocomplete::read(data).map_or(Heard::Nothing, Heard::Suggest),
        Some(5) => 'm',
        _ => return Heard::Nothing,
    };
    let event = RawEvent { key: format!("i:{id}"), lane: own_lane(data), raw: raw.to_owned() };
    Heard::Arrived(Arrived { id: id.to_owned(), token: token.to_owned(), kind }, event)
}

/// A text that can stand in an address as one part of it, as keys and tokens of interactions do.
fn part(value: &Value) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"/?#%\\".contains(&byte);
    value.as_str().filter(|text| !matches!(*text, "" | "." | "..") && text.bytes().all(plain))
}

/// A channel is deleted once.
fn deletion(data: &Value, raw: &str) -> Vec<RawEvent> {
    let event =
        |id: &str| RawEvent { key: format!("x:{id}"), lane: format!("#{id}"), raw: raw.to_owned() };
    data["id"].as_str().map(event).into_iter().collect()
}

/// What one person does keeps its order, and waits for no other person in the same channel.
fn own_lane(data: &Value) -> String {
    let author = ["/member/user/id", "/user/id"];
    let author = author.into_iter().find_map(|path| data.pointer(path)?.as_str());
    author.map_or_else(|| lane(data), |author| format!("@{author}"))
}

/// The chat something belongs to, by the key that the chat goes by: a person's private chat is
/// named after the person, for its channel's number says nothing.
fn lane(data: &Value) -> String {
    let author = ["/author/id", "/member/user/id", "/user/id"];
    let author = author.into_iter().find_map(|path| data.pointer(path)?.as_str());
    match (data["guild_id"].as_str(), author, data["channel_id"].as_str()) {
        (None, Some(author), _) => format!("@{author}"),
        (_, _, Some(channel)) => format!("#{channel}"),
        _ => "update".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(value: &Value) -> Vec<(String, String)> {
        let events = match hear(value, &value.to_string()) {
            Heard::Keep(events) => events,
            Heard::Arrived(arrived, event) => {
                assert_eq!(arrived.key(), "9:tok:c");
                vec![event]
            }
            Heard::Nothing | Heard::Suggest(_) | Heard::Server(_) => vec![],
        };
        events.into_iter().map(|event| (event.key, event.lane)).collect()
    }

    #[test]
    fn what_is_kept_has_a_key_and_the_lane_of_its_chat() {
        let ana = json!({"id": "5", "username": "ana"});
        let message = |extra: Value| {
            let mut data = json!({"id": "7", "channel_id": "3", "author": ana, "type": 0,
                "content": "hola", "attachments": []});
            data.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            json!({"op": 0, "s": 2, "t": "MESSAGE_CREATE", "d": data})
        };
        let mut edited = message(json!({"edited_timestamp": "2026-01-02T03:04:05+00:00"}));
        edited["t"] = json!("MESSAGE_UPDATE");
        let mut preview = message(json!({"edited_timestamp": null}));
        preview["t"] = json!("MESSAGE_UPDATE");
        let table = [
            (message(json!({})), vec![("m:7", "@5")]),
            (message(json!({"guild_id": "1"})), vec![("m:7", "#3")]),
            (message(json!({"content": ""})), vec![("m:7", "@5")]),
            (message(json!({"content": "", "guild_id": "1"})), vec![]),
            (message(json!({"type": 7})), vec![]),
            (message(json!({"author": {"id": "8", "bot": true}})), vec![]),
            (message(json!({"webhook_id": "8"})), vec![]),
            (
                message(json!({"attachments": [{}, {}, {}]})),
                vec![("m:7", "@5"), ("m:7:1", "@5"), ("m:7:2", "@5")],
            ),
            (edited, vec![("e:7:2026-01-02T03:04:05+00:00", "@5")]),
            (preview, vec![]),
            (
                json!({"t": "INTERACTION_CREATE", "d": {"id": "9", "token": "tok", "type": 2,
                    "guild_id": "1", "channel_id": "3", "member": {"user": ana}}}),
                vec![("i:9", "@5")],
            ),
            (
                json!({"t": "INTERACTION_CREATE", "d": {"id": "9", "token": "tok", "type": 2,
                    "channel_id": "3", "user": ana}}),
                vec![("i:9", "@5")],
            ),
            (json!({"t": "THREAD_DELETE", "d": {"id": "3", "guild_id": "1"}}), vec![("x:3", "#3")]),
            (json!({"t": "TYPING_START", "d": {"channel_id": "3"}}), vec![]),
        ];
        for (value, expected) in table {
            let expected: Vec<_> =
                expected.into_iter().map(|(k, l)| (k.to_owned(), l.to_owned())).collect();
            assert_eq!(keys(&value), expected, "{value}");
        }
    }
}
