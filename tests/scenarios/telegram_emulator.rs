//! The emulated Bot API enforces the platform's rules, so that passing against it is evidence.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::telegram::{Effect, Emulator, Fault, Gate};

const SOON: Duration = Duration::from_secs(10);
const ANA: i64 = 5;
const MESA: i64 = -1_001_000_000_007;

/// Makes one request with a JSON body and returns the whole answer.
async fn call(emulator: &Emulator, method: &str, params: Value) -> Value {
    let url = format!("{}/bot{}/{method}", emulator.api_url(), emulator.token());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.post(url).json(&params).send().await.unwrap().json().await.unwrap()
}

/// Asks for updates and returns their numbers.
async fn numbers(emulator: &Emulator, params: Value) -> Vec<i64> {
    let answer = call(emulator, "getUpdates", params).await;
    let updates = answer["result"].as_array().unwrap_or_else(|| panic!("{answer}"));
    updates.iter().map(|update| update["update_id"].as_i64().unwrap()).collect()
}

async fn world() -> Emulator {
    let emulator = Emulator::start().await;
    emulator.add_user(ANA, "Ana", "es");
    emulator.add_group(MESA, "Mesa");
    emulator
}

#[tokio::test]
async fn an_update_is_repeated_until_a_later_offset_is_requested() {
    let emulator = world().await;
    let ids: Vec<i64> = (0..5).map(|n| emulator.says(ANA, ANA, &format!("{n}"))).collect();

    assert_eq!(numbers(&emulator, json!({})).await, ids);
    assert_eq!(numbers(&emulator, json!({"offset": 0, "limit": 2})).await, ids[..2]);
    assert_eq!(numbers(&emulator, json!({"offset": ids[0]})).await, ids);
    assert!(emulator.read(|ledger| ledger.confirmed.is_empty()));

    assert_eq!(numbers(&emulator, json!({"offset": ids[2]})).await, ids[2..]);
    assert!(emulator.read(|ledger| ledger.confirmed.iter().eq(&ids[..2])));
    assert_eq!(numbers(&emulator, json!({"offset": ids[0]})).await, ids[2..]);
    assert_eq!(emulator.read(|ledger| ledger.handed_out[&ids[2]]), 4);

    // An offset far beyond the end is ignored and confirms nothing.
    assert_eq!(numbers(&emulator, json!({"offset": ids[4] + 1000})).await, ids[2..]);
    // A negative offset counts from the end and confirms the updates before it.
    assert_eq!(numbers(&emulator, json!({"offset": -2})).await, ids[3..]);
    assert_eq!(emulator.pending(), ids[3..]);
    assert_eq!(numbers(&emulator, json!({"offset": ids[4] + 1})).await, [0; 0]);
    assert!(emulator.pending().is_empty());
}

#[tokio::test]
async fn a_long_poll_is_answered_at_the_next_update() {
    let emulator = world().await;
    let waiting = tokio::spawn({
        let emulator = emulator.clone();
        async move { numbers(&emulator, json!({"timeout": 50})).await }
    });
    emulator.wait_until(|ledger| ledger.polls == 1, SOON).await;
    let id = emulator.says(ANA, ANA, "hola");
    assert_eq!(waiting.await.unwrap(), [id]);
}

#[tokio::test]
async fn the_older_of_two_long_polls_ends_with_a_conflict() {
    let emulator = world().await;
    let ask = |emulator: Emulator| async move {
        call(&emulator, "getUpdates", json!({"timeout": 50})).await
    };
    let older = tokio::spawn(ask(emulator.clone()));
    emulator.wait_until(|ledger| ledger.polls == 1, SOON).await;
    let newer = tokio::spawn(ask(emulator.clone()));
    let conflict = older.await.unwrap();
    assert_eq!(conflict["error_code"], 409);
    assert_eq!(
        conflict["description"],
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance \
         is running"
    );
    emulator.says(ANA, ANA, "hola");
    assert_eq!(newer.await.unwrap()["ok"], true);
}

#[tokio::test]
async fn only_allowed_kinds_of_updates_are_kept() {
    let emulator = world().await;
    numbers(&emulator, json!({"allowed_updates": ["callback_query"]})).await;
    emulator.says(ANA, ANA, "hola");
    emulator.presses(ANA, ANA, 1, "v1:acc:9");
    let answer = call(&emulator, "getUpdates", json!({})).await;
    assert_eq!(answer["result"].as_array().unwrap().len(), 1);
    assert_eq!(answer["result"][0]["callback_query"]["data"], "v1:acc:9");
    assert_eq!(answer["result"][0]["callback_query"]["message"]["date"], 0);
}

#[tokio::test]
async fn requests_outside_the_api_description_are_refused_and_recorded() {
    let emulator = world().await;
    emulator.says(ANA, ANA, "hola");
    let bold = json!({"type": "bold", "offset": 0, "length": "4"});
    let table = [
        ("sendMessage", json!({"chat_id": ANA}), "sendMessage.text is missing"),
        ("sendMessage", json!({"chat_id": ANA, "text": 7}), "sendMessage.text is not of the type"),
        ("sendMessage", json!({"chat_id": ANA, "text": "x", "tekst": 1}), "tekst is unknown"),
        (
            "sendMessage",
            json!({"chat_id": ANA, "text": "hola", "entities": [bold]}),
            "sendMessage.entities[0].length is not of the type Integer",
        ),
        (
            "sendMessage",
            json!({"chat_id": ANA, "text": "*x*", "parse_mode": "HTML"}),
            "sendMessage.parse_mode",
        ),
        (
            "editMessageText",
            json!({"chat_id": ANA, "message_id": 1, "text": "x",
                   "reply_markup": {"inline_keyboard": [[{"callback_data": "x"}]]}}),
            "editMessageText.reply_markup.inline_keyboard[0][0].text is missing",
        ),
        (
            "setMyCommands",
            json!({"commands": [], "scope": {"type": "chat"}}),
            "setMyCommands.scope.chat_id is missing",
        ),
        ("getUpdates", json!({"offset": "7"}), "getUpdates.offset is not of the type Integer"),
    ];
    let cases = table.len();
    for (method, params, expected) in table {
        let answer = call(&emulator, method, params).await;
        assert_eq!(answer["error_code"], 400, "{expected}");
        let noted = emulator.read(|ledger| ledger.violations.last().cloned().unwrap());
        assert!(noted.contains(expected), "{noted}");
    }
    assert_eq!(call(&emulator, "sendDice", json!({})).await["error_code"], 404);
    assert_eq!(emulator.read(|ledger| ledger.violations.len()), cases + 1);
}

#[tokio::test]
async fn documented_limits_hold_with_the_platforms_own_texts() {
    let emulator = world().await;
    emulator.says(ANA, ANA, "hola");
    emulator.add_user(6, "Luis", "es");
    let send = |chat: i64, text: &str, more: Value| {
        let mut params = json!({"chat_id": chat, "text": text});
        if let Some(fields) = more.as_object() {
            fields.iter().for_each(|(name, value)| params[name] = value.clone());
        }
        let emulator = emulator.clone();
        async move {
            let answer = call(&emulator, "SendMessage", params).await;
            answer["description"].as_str().unwrap_or("ok").to_owned()
        }
    };
    let button = |code: &str| json!({"reply_markup": {"inline_keyboard": [[{"text": "Sí", "callback_data": code}]]}});
    let bold = |offset: u64, length: u64| json!({"entities": [{"type": "bold", "offset": offset, "length": length}]});

    assert_eq!(send(ANA, &"😀".repeat(2048), json!({})).await, "ok");
    assert_eq!(send(ANA, &"😀".repeat(2049), json!({})).await, "Bad Request: message is too long");
    assert_eq!(send(ANA, " \n", json!({})).await, "Bad Request: message text is empty");
    assert_eq!(send(ANA, "?", button(&"x".repeat(64))).await, "ok");
    assert_eq!(send(ANA, "?", button(&"x".repeat(65))).await, "Bad Request: BUTTON_DATA_INVALID");
    assert_eq!(send(ANA, "?", button("")).await, "Bad Request: BUTTON_DATA_INVALID");
    assert_eq!(send(ANA, "😀a", bold(2, 1)).await, "ok");
    assert_eq!(send(ANA, "😀a", bold(1, 2)).await, "Bad Request: ENTITY_BOUNDS_INVALID");
    assert_eq!(send(ANA, "😀a", bold(2, 2)).await, "Bad Request: ENTITY_BOUNDS_INVALID");
    assert_eq!(
        send(6, "hola", json!({})).await,
        "Forbidden: bot can't initiate conversation with a user"
    );
    assert_eq!(send(-99, "hola", json!({})).await, "Bad Request: chat not found");
    assert!(emulator.read(|ledger| ledger.violations.is_empty()));
}

#[tokio::test]
async fn forms_are_read_like_json_and_a_wrong_token_is_refused() {
    let emulator = world().await;
    emulator.says(ANA, ANA, "hola");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = |token: &str| format!("{}/bot{token}/sendMessage?chat_id={ANA}", emulator.api_url());
    let form = |token: &str| {
        let request = client.post(url(token)).body("text=7+d%C3%ADas");
        request.header("content-type", "application/x-www-form-urlencoded").send()
    };
    assert_eq!(form(emulator.token()).await.unwrap().status(), 200);
    assert_eq!(emulator.messages(ANA)[0].text, "7 días");
    assert_eq!(form("1:wrong").await.unwrap().status(), 401);
}

#[tokio::test]
async fn an_observer_reacts_to_sent_messages() {
    let emulator = world().await;
    emulator.says(ANA, ANA, "hola");
    emulator.on_send(|emulator, post| {
        if let Some(button) = post.buttons.iter().flatten().next() {
            emulator.presses(post.chat, post.chat, post.message_id, &button.code);
        }
    });
    let keyboard = json!({"inline_keyboard": [[{"text": "Sí", "callback_data": "yes"}]]});
    let params = json!({"chat_id": ANA, "text": "¿?", "reply_markup": keyboard});
    call(&emulator, "sendMessage", params).await;
    let answer = call(&emulator, "getUpdates", json!({})).await;
    assert_eq!(answer["result"][1]["callback_query"]["data"], "yes");
    assert_eq!(answer["result"][1]["callback_query"]["message"]["text"], "¿?");
    assert_eq!(emulator.button(ANA, "Sí"), Some((2, "yes".to_owned())));
}

#[tokio::test]
async fn scripted_faults_are_played_and_seeded_ones_repeat() {
    let emulator = world().await;
    let gate = Gate::closed();
    emulator.faults().next("getMe", 1, Fault::Hang(gate.clone()));
    let waiting = tokio::spawn({
        let emulator = emulator.clone();
        async move { call(&emulator, "getMe", json!({})).await }
    });
    gate.open();
    assert_eq!(waiting.await.unwrap()["ok"], true);

    let mut runs = Vec::new();
    for _ in 0..2 {
        emulator.faults().sometimes("getMe", 500, 7, Fault::RetryAfter(3));
        let mut run = Vec::new();
        for _ in 0..20 {
            run.push(call(&emulator, "getMe", json!({})).await["ok"] == true);
        }
        emulator.faults().clear();
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].contains(&true) && runs[0].contains(&false));
}

#[tokio::test]
async fn a_press_can_be_acknowledged_once_while_it_is_fresh() {
    let emulator = world().await;
    let press = emulator.presses(ANA, ANA, 1, "x");
    let ack = json!({"callback_query_id": press, "text": "listo"});
    assert_eq!(call(&emulator, "answerCallbackQuery", ack.clone()).await["result"], true);
    emulator.presses_expire();
    assert_eq!(call(&emulator, "answerCallbackQuery", ack).await["error_code"], 400);
    assert_eq!(emulator.read(|ledger| ledger.answers_to(&press)), 1);
    let effect = emulator.read(|ledger| ledger.effects[0].clone());
    assert!(matches!(effect, Effect::Answered { text: Some(text), .. } if text == "listo"));
}
