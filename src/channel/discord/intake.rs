//! Decides which dispatches of the platform go to the inbox, under which key and in which order, for the
//! gateway, the interactions endpoint and the back-fill alike. Deliberately absent: what a dispatch means,
//! which is read from the inbox, and the messages of programs, the bot's own among them.

use futures::future::BoxFuture;
use serde_json::{Value, json};
use serenity::all::MessageType;

use super::{
    autocomplete::{self, Suggesting},
    shard::Shard,
    snowflake,
    token::{InteractionKind, InteractionToken},
};

/// Whether a message of this kind was written by a person; every other kind is a notice of the platform.
pub(super) fn is_written(kind: u64) -> bool {
    let kind = u8::try_from(kind).map(MessageType::from);
    matches!(kind, Ok(MessageType::Regular | MessageType::InlineReply))
}

/// A dispatch as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvent {
    /// The idempotency key: the same for one event, however often and over whichever connection it comes.
    pub key: String,
    /// The chat whose order the event belongs to.
    pub lane: String,
    /// The JSON: `{"t": …, "d": …}`.
    pub raw: String,
}

/// The receivers of everything that the platform tells.
pub struct Intake {
    /// Stores a batch. A batch that is not answered with `Ok` is handed over again.
    pub store: Box<dyn Fn(Vec<RawEvent>) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>,
    /// Gets each interaction before it is stored, so that it is acknowledged within three seconds though
    /// the database stalls. Must not block.
    pub arrived: Box<dyn Fn(InteractionToken) + Send + Sync>,
    /// Gets each request for suggestions. Must not block.
    pub suggest: Box<dyn Fn(Suggesting) + Send + Sync>,
    /// Gets each server of the bot, when a session begins and when the bot is invited. Must not block.
    pub server: Box<dyn Fn(u64) + Send + Sync>,
    /// Runs when a shard of the gateway is connected; the flag says whether the session was resumed, so
    /// that no event was missed. Later events are stored after this future has ended, so that it can read
    /// what was stored last and store missed messages first.
    pub ready: Box<dyn Fn(Shard, bool) -> BoxFuture<'static, ()> + Send + Sync>,
}

/// What the desk does with a dispatch.
pub(super) enum Dispatch {
    Ignore,
    Store(Vec<RawEvent>),
    /// Store it, and acknowledge it in time.
    Interaction(InteractionToken, RawEvent),
    Suggest(Suggesting),
    /// The bot is in this server.
    Server(u64),
}

/// Sorts a dispatch. `raw` is the text that `value` was read from. A dispatch that has a key is stored
/// even where its other fields cannot be read.
pub(super) fn sort(value: &Value, raw: &str) -> Dispatch {
    let data = &value["d"];
    match value["t"].as_str() {
        Some("MESSAGE_CREATE") => Dispatch::Store(message(value, raw)),
        Some("MESSAGE_UPDATE") => Dispatch::Store(edit(data, raw).into_iter().collect()),
        Some("INTERACTION_CREATE") => interaction(data, raw),
        Some("GUILD_CREATE") => snowflake(&data["id"]).map_or(Dispatch::Ignore, Dispatch::Server),
        Some("CHANNEL_DELETE" | "THREAD_DELETE") => Dispatch::Store(deletion(data, raw)),
        _ => Dispatch::Ignore,
    }
}

fn message(value: &Value, raw: &str) -> Vec<RawEvent> {
    let data = &value["d"];
    let Some(id) = data["id"].as_str().filter(|_| is_worth_keeping(data)) else { return vec![] };
    let lane = lane(data);
    let event = |key, raw| RawEvent { key, lane: lane.clone(), raw };
    let mut events = vec![event(format!("m:{id}"), raw.to_owned())];
    // An inbox row holds one file, so each further file has a row of its own.
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

/// Whether a person wrote the message and it has content. Without the message content intent, messages
/// in a server that do not mention the bot arrive empty.
fn is_worth_keeping(data: &Value) -> bool {
    let written = data["type"].as_u64().is_none_or(is_written);
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

/// An edit by the author. The platform also sends an update when it adds the preview of a link.
fn edit(data: &Value, raw: &str) -> Option<RawEvent> {
    let id = data["id"].as_str()?;
    let at = data["edited_timestamp"].as_str()?;
    if data["author"]["id"].is_null() || !is_worth_keeping(data) {
        return None;
    }
    Some(RawEvent { key: format!("e:{id}:{at}"), lane: lane(data), raw: raw.to_owned() })
}

fn interaction(data: &Value, raw: &str) -> Dispatch {
    let (Some(id), Some(token)) = (path_segment(&data["id"]), path_segment(&data["token"])) else {
        return Dispatch::Ignore;
    };
    let Some(kind) = data["type"].as_u64().and_then(InteractionKind::from_number) else {
        return Dispatch::Ignore;
    };
    if kind == InteractionKind::Autocomplete {
        return autocomplete::read(data).map_or(Dispatch::Ignore, Dispatch::Suggest);
    }
    let event = RawEvent { key: format!("i:{id}"), lane: person_lane(data), raw: raw.to_owned() };
    let token = InteractionToken { id: id.to_owned(), token: token.to_owned(), kind, user: None };
    Dispatch::Interaction(token, event)
}

/// A text that is safe as one segment of a URL path, as keys and tokens of interactions are.
fn path_segment(value: &Value) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"/?#%\\".contains(&byte);
    value.as_str().filter(|text| !matches!(*text, "" | "." | "..") && text.bytes().all(plain))
}

/// A channel is deleted once, so its key is the idempotency key.
fn deletion(data: &Value, raw: &str) -> Vec<RawEvent> {
    let event =
        |id: &str| RawEvent { key: format!("x:{id}"), lane: format!("#{id}"), raw: raw.to_owned() };
    data["id"].as_str().map(event).into_iter().collect()
}

/// The interactions of one person keep their order and do not wait for other people in the same channel.
fn person_lane(data: &Value) -> String {
    let author = ["/member/user/id", "/user/id"];
    let author = author.into_iter().find_map(|path| data.pointer(path)?.as_str());
    author.map_or_else(|| lane(data), |author| format!("@{author}"))
}

/// The key of the chat of an event. A private chat is named after the person, as everywhere in the desk.
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
        let events = match sort(value, &value.to_string()) {
            Dispatch::Store(events) => events,
            Dispatch::Interaction(token, event) => {
                assert_eq!(token.encode(), "9:tok:c");
                vec![event]
            }
            Dispatch::Ignore | Dispatch::Suggest(_) | Dispatch::Server(_) => vec![],
        };
        events.into_iter().map(|event| (event.key, event.lane)).collect()
    }

    #[test]
    fn a_stored_event_has_a_key_and_the_lane_of_its_chat() {
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
