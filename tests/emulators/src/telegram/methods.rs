//! The API methods, with the limits that Telegram documents and Telegram's error descriptions.

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{
    BOT_ID, BOT_USERNAME, files,
    ledger::{Button, Effect, Post},
    profile,
    state::{Chat, State},
    updates, webhook,
};
use crate::multipart::Part;

/// The limit on a message text, in UTF-16 units.
const TEXT: usize = 4096;
/// The limit on the buttons of a message.
const BUTTONS: usize = 100;

pub type Reply = Result<Value, Refusal>;

/// An error response.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub code: u16,
    pub description: String,
    pub parameters: Option<Value>,
}

impl Refusal {
    pub fn new(code: u16, description: &str) -> Self {
        Self { code, description: description.to_owned(), parameters: None }
    }

    pub fn moved(to: i64) -> Self {
        let description = "Bad Request: group chat was upgraded to a supergroup chat";
        let parameters = Some(json!({"migrate_to_chat_id": to}));
        Self { parameters, ..Self::new(400, description) }
    }

    pub fn wait(seconds: u32) -> Self {
        let description = format!("Too Many Requests: retry after {seconds}");
        let parameters = Some(json!({"retry_after": seconds}));
        Self { parameters, ..Self::new(429, &description) }
    }

    pub fn bad(description: &str) -> Self {
        Self::new(400, &format!("Bad Request: {description}"))
    }
}

/// Executes a method. Its parameters have been checked against the API description.
pub fn call(
    state: &mut State,
    method: &str,
    params: &Map<String, Value>,
    uploads: &[Part],
) -> Reply {
    match method {
        "getMe" => Ok(me()),
        "sendMessage" => send(state, params, face),
        "sendPhoto" => {
            send(state, params, |chat, params| files::face(chat, "photo", params, uploads))
        }
        "sendDocument" => {
            send(state, params, |chat, params| files::face(chat, "document", params, uploads))
        }
        "getFile" => files::get_file(state, params),
        "editMessageText" => edit_message_text(state, params),
        "answerCallbackQuery" => answer_callback_query(state, params),
        "setMyCommands" => set_my_commands(state, params),
        "getMyCommands" => Ok(state.menus.get(&menu_key(params)).cloned().unwrap_or(json!([]))),
        "getMyDescription" => Ok(profile::get(state, "description", params)),
        "getMyShortDescription" => Ok(profile::get(state, "short_description", params)),
        "setMyDescription" => profile::set(state, "description", params),
        "setMyShortDescription" => profile::set(state, "short_description", params),
        "setWebhook" => webhook::set_webhook(state, params),
        "getWebhookInfo" => Ok(webhook::info(state)),
        "deleteWebhook" => Ok(webhook::delete_webhook(state, params)),
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

fn me() -> Value {
    json!({
        "id": BOT_ID, "is_bot": true, "first_name": "Mesa de prueba", "username": BOT_USERNAME,
        "can_join_groups": true, "can_read_all_group_messages": false,
        "supports_inline_queries": false, "can_connect_to_business": false,
        "has_main_web_app": false,
    })
}

fn send(
    state: &mut State,
    params: &Map<String, Value>,
    face: impl FnOnce(i64, &Map<String, Value>) -> Result<Post, Refusal>,
) -> Reply {
    let date = state.date();
    let chat = chat(state, params)?;
    let topic = params.get("message_thread_id").and_then(Value::as_i64);
    chat.takes(topic)?;
    let mut post = face(chat.id, params)?;
    if let Some(reply) = params.get("reply_parameters") {
        may_reply(chat, reply)?;
    }
    post.message_id = chat.next_message();
    if let Some(topic) = topic {
        chat.topics.messages.insert(post.message_id, topic);
    }
    chat.posts.insert(post.message_id, post.clone());
    let message = updates::post(chat, &post, date);
    state.ledger.effects.push(Effect::Sent(post));
    Ok(message)
}

fn edit_message_text(state: &mut State, params: &Map<String, Value>) -> Reply {
    let date = state.date();
    let chat = chat(state, params)?;
    let message_id = params.get("message_id").and_then(Value::as_i64).unwrap_or_default();
    if chat.authors.contains_key(&message_id) {
        return Err(Refusal::bad("message can't be edited"));
    }
    let Some(old) = chat.posts.get(&message_id) else {
        return Err(Refusal::bad("message to edit not found"));
    };
    let post = Post { message_id, ..face(chat.id, params)? };
    if (&old.text, &old.entities, &old.buttons) == (&post.text, &post.entities, &post.buttons) {
        return Err(Refusal::bad(
            "message is not modified: specified new message content and reply markup are exactly \
             the same as a current content and reply markup of the message",
        ));
    }
    chat.posts.insert(message_id, post.clone());
    let message = updates::post(chat, &post, date);
    state.ledger.effects.push(Effect::Edited(post));
    Ok(message)
}

fn answer_callback_query(state: &mut State, params: &Map<String, Value>) -> Reply {
    let text = params.get("text").and_then(Value::as_str);
    if text.is_some_and(|text| utf16(text) > 200) {
        return Err(Refusal::bad("MESSAGE_TOO_LONG"));
    }
    let query = params.get("callback_query_id").and_then(Value::as_str).unwrap_or_default();
    match state.presses.get(query) {
        Some(press) if !press.expired => {}
        _ => {
            return Err(Refusal::bad(
                "query is too old and response timeout expired or query ID is invalid",
            ));
        }
    }
    let query = query.to_owned();
    let text = text.map(str::to_owned);
    state.ledger.effects.push(Effect::Answered { query, text, at: Instant::now() });
    Ok(json!(true))
}

fn set_my_commands(state: &mut State, params: &Map<String, Value>) -> Reply {
    let commands = params.get("commands").and_then(Value::as_array).cloned().unwrap_or_default();
    if commands.len() > 100 {
        return Err(Refusal::bad("too many commands"));
    }
    let field = |command: &Value, name: &str| command[name].as_str().unwrap_or("").to_owned();
    let menu: Vec<_> = commands
        .iter()
        .map(|command| (field(command, "command"), field(command, "description")))
        .collect();
    for (name, description) in &menu {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !(1..=32).contains(&name.len()) || !name.bytes().all(allowed) {
            return Err(Refusal::bad("BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&description.chars().count()) {
            return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    let key = menu_key(params);
    let scope = params.get("scope").cloned().unwrap_or(json!({"type": "default"}));
    if let Some(chat) = scope.get("chat_id").and_then(Value::as_i64) {
        state.reach(chat)?;
    }
    let language = key.1.clone();
    state.menus.insert(key, Value::Array(commands));
    state.ledger.effects.push(Effect::Menu { scope, language, commands: menu });
    Ok(json!(true))
}

fn menu_key(params: &Map<String, Value>) -> (String, String) {
    let scope = params.get("scope").cloned().unwrap_or(json!({"type": "default"}));
    let language = params.get("language_code").and_then(Value::as_str).unwrap_or_default();
    (scope.to_string(), language.to_owned())
}

fn chat<'a>(state: &'a mut State, params: &Map<String, Value>) -> Result<&'a mut Chat, Refusal> {
    match params.get("chat_id").and_then(Value::as_i64) {
        Some(id) => state.reach(id),
        None => Err(Refusal::bad("chat not found")),
    }
}

fn may_reply(chat: &Chat, reply: &Value) -> Result<(), Refusal> {
    let to = reply["message_id"].as_i64().unwrap_or_default();
    let there = chat.posts.contains_key(&to) || chat.authors.contains_key(&to);
    if there || reply["allow_sending_without_reply"] == json!(true) {
        return Ok(());
    }
    Err(Refusal::bad("message to be replied not found"))
}

/// The new content of a message.
fn face(chat: i64, params: &Map<String, Value>) -> Result<Post, Refusal> {
    let text = params.get("text").and_then(Value::as_str).unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Refusal::bad("message text is empty"));
    }
    if utf16(text) > TEXT {
        return Err(Refusal::bad("message is too long"));
    }
    let entities = params.get("entities").and_then(Value::as_array).cloned().unwrap_or_default();
    for entity in &entities {
        bounds(text, entity)?;
    }
    let buttons = keyboard(params.get("reply_markup"))?;
    let text = text.to_owned();
    Ok(Post { chat, message_id: 0, text, entities, buttons, file: None, at: Instant::now() })
}

/// Checks that an entity lies inside its text and does not split a surrogate pair.
pub fn bounds(text: &str, entity: &Value) -> Result<(), Refusal> {
    let unit = |name: &str| entity[name].as_u64().and_then(|unit| usize::try_from(unit).ok());
    let (Some(start), Some(length)) = (unit("offset"), unit("length")) else {
        return Err(Refusal::bad("ENTITY_BOUNDS_INVALID"));
    };
    let mut borders = vec![0];
    for character in text.chars() {
        borders.push(borders.last().copied().unwrap_or(0) + character.len_utf16());
    }
    let border = |unit: usize| borders.binary_search(&unit).is_ok();
    if length == 0 || !border(start) || !border(start + length) {
        return Err(Refusal::bad("ENTITY_BOUNDS_INVALID"));
    }
    Ok(())
}

pub fn keyboard(markup: Option<&Value>) -> Result<Vec<Vec<Button>>, Refusal> {
    let rows = markup.and_then(|markup| markup["inline_keyboard"].as_array());
    let rows: Vec<Vec<Button>> = rows
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .map(|row| row.iter().map(button).collect())
        .collect::<Result<_, _>>()?;
    if rows.iter().map(Vec::len).sum::<usize>() > BUTTONS {
        return Err(Refusal::bad("reply markup is too long"));
    }
    Ok(rows)
}

fn button(button: &Value) -> Result<Button, Refusal> {
    let label = button["text"].as_str().unwrap_or_default();
    if label.trim().is_empty() {
        return Err(Refusal::bad("BUTTON_TEXT_INVALID"));
    }
    let Some(code) = button["callback_data"].as_str() else {
        return Err(Refusal::bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ));
    };
    if !(1..=64).contains(&code.len()) {
        return Err(Refusal::bad("BUTTON_DATA_INVALID"));
    }
    Ok(Button { label: label.to_owned(), code: code.to_owned() })
}

fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}
