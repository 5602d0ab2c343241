//! The emulated Discord enforces the platform's rules, so that passing against it is evidence.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod gateway;
mod library;

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::discord::{
    BOT_ID, ChannelKind, Effect, Emulator, Fault, Gate, Ledger, Signature, Typing,
};

const SOON: Duration = Duration::from_secs(10);
const ANA: u64 = 5;
const GUILD: u64 = 70;
const MESA: u64 = 71;

/// Makes one request and returns the status and the body of the answer.
async fn call(emulator: &Emulator, request: &str, body: Value) -> (u16, Value) {
    let response = ask(emulator, request, body).await.unwrap();
    let status = response.status().as_u16();
    assert!(status == 429 || response.headers().contains_key("x-ratelimit-bucket"), "{request}");
    (status, response.json().await.unwrap_or_default())
}

async fn ask(
    emulator: &Emulator,
    request: &str,
    body: Value,
) -> reqwest::Result<reqwest::Response> {
    let (method, path) = request.split_once(' ').unwrap();
    let url = format!("{}/api/v10{path}", emulator.api_url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), url);
    let request = request.header("authorization", format!("Bot {}", emulator.token()));
    if body.is_null() { request.send().await } else { request.json(&body).send().await }
}

fn say(text: &str) -> Value {
    json!({"content": text, "allowed_mentions": {"parse": []}})
}

fn with(mut body: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn row(buttons: &[(&str, &str)]) -> Value {
    let button = |(label, code): &(&str, &str)| json!({"type": 2, "style": 1, "label": label, "custom_id": code});
    json!([{"type": 1, "components": buttons.iter().map(button).collect::<Value>()}])
}

fn callback(emulator: &Emulator, interaction: u64) -> String {
    let token = emulator.interaction(interaction)["token"].as_str().unwrap().to_owned();
    format!("POST /interactions/{interaction}/{token}/callback")
}

fn webhook(emulator: &Emulator, interaction: u64, method: &str, rest: &str) -> String {
    let token = emulator.interaction(interaction)["token"].as_str().unwrap().to_owned();
    format!("{method} /webhooks/{BOT_ID}/{token}{rest}")
}

async fn world() -> Emulator {
    let emulator = Emulator::start().await;
    emulator.add_guild(GUILD, "Fábrica");
    emulator.add_channel(MESA, GUILD, ChannelKind::Text, "mesa");
    emulator.add_user(ANA, "Ana", "es-419");
    emulator.joins(GUILD, ANA);
    emulator
}

/// Registers `/nuevo`, which every member may use everywhere.
async fn with_command(emulator: &Emulator) {
    let commands = json!([
        {"name": "nuevo", "description": "Abre un caso", "options": [
            {"type": 3, "name": "titulo", "description": "Qué pasa", "required": true},
            {"type": 3, "name": "categoria", "description": "De qué", "autocomplete": true}]},
        {"name": "Reportar a la mesa", "type": 3}]);
    let (status, body) =
        call(emulator, &format!("PUT /applications/{BOT_ID}/commands"), commands).await;
    assert_eq!(status, 200, "{body}");
}

fn nuevo(emulator: &Emulator) -> u64 {
    emulator.uses_command(ANA, MESA, "nuevo", &[("titulo", json!("No imprime"))])
}

#[tokio::test]
async fn a_message_with_the_same_nonce_appears_once() {
    let emulator = world().await;
    let body = with(say("hola"), json!({"nonce": "caso-1", "enforce_nonce": true}));
    let send = format!("POST /channels/{MESA}/messages");
    let (_, first) = call(&emulator, &send, body.clone()).await;
    let (status, second) = call(&emulator, &send, body.clone()).await;
    assert_eq!((status, &first["id"]), (200, &second["id"]));
    assert_eq!(emulator.messages(MESA).len(), 1);
    assert_eq!(second["nonce"], "caso-1");
    // After five minutes the nonce is forgotten.
    emulator.passes(Duration::from_secs(301));
    call(&emulator, &send, body).await;
    assert_eq!(emulator.read(Ledger::repeated), [(MESA, "hola".to_owned(), 2)]);
}

#[tokio::test]
async fn possible_mentions_are_recorded() {
    let emulator = world().await;
    let send = format!("POST /channels/{MESA}/messages");
    let (status, _) = call(&emulator, &send, json!({"content": "@everyone"})).await;
    assert_eq!(status, 200);
    let loud = json!({"content": "x", "allowed_mentions": {"parse": ["everyone"]}});
    call(&emulator, &send, loud).await;
    call(&emulator, &send, say("x")).await;
    assert_eq!(emulator.read(|ledger| ledger.violations.len()), 2);
}

#[tokio::test]
async fn requests_outside_the_api_description_are_refused_and_recorded() {
    let emulator = world().await;
    let send = format!("POST /channels/{MESA}/messages");
    let components = |components: Value| with(say("x"), json!({"components": components}));
    let cards = |components: Value| json!({"flags": 1 << 15, "components": components, "allowed_mentions": {"parse": []}});
    let text = |text: &str| json!({"type": 10, "content": text});
    let option = |n: usize| json!({"label": "x", "value": n.to_string()});
    let menu = |count: usize| {
        let options: Vec<Value> = (0..count).map(option).collect();
        json!([{"type": 1, "components": [{"type": 3, "custom_id": "m", "options": options}]}])
    };
    let table = [
        (say(&"x".repeat(2001)), "content: BASE_TYPE_BAD_LENGTH"),
        (json!({"content": 7}), "content: TYPE_CONVERT"),
        (with(say("x"), json!({"nonce": "x".repeat(26)})), "nonce: BASE_TYPE_BAD_LENGTH"),
        (components(row(&[("a", "1"), ("b", "1")])), "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (components(row(&[("a", &"x".repeat(101))])), "custom_id: BASE_TYPE_BAD_LENGTH"),
        (components(row(&[(&"x".repeat(81), "1")])), "label: BASE_TYPE_BAD_LENGTH"),
        (
            components(row(&[
                ("a", "1"),
                ("b", "2"),
                ("c", "3"),
                ("d", "4"),
                ("e", "5"),
                ("f", "6"),
            ])),
            "components.0.components: BASE_TYPE_BAD_LENGTH",
        ),
        (components(menu(26)), "options: BASE_TYPE_BAD_LENGTH"),
        (components(json!([text("x")])), "components.0.type: UNION_TYPE_CHOICES"),
        (
            components(json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": "x"}]}])),
            "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
        ),
        (
            with(cards(json!([text("x")])), json!({"content": "y"})),
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        (
            cards(json!([text(&"x".repeat(3000)), text(&"x".repeat(1001))])),
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
        (
            cards(json!([{"type": 17, "components": vec![text("x"); 40]}])),
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        (
            cards(json!([{"type": 17, "components": [{"type": 17, "components": [text("x")]}]}])),
            "UNION_TYPE_CHOICES",
        ),
        (with(say("x"), json!({"flags": 64})), "MESSAGE_FLAGS_INVALID"),
    ];
    for (body, expected) in table {
        let (status, body) = call(&emulator, &send, body).await;
        assert_eq!((status, &body["code"]), (400, &json!(50035)), "{expected}: {body}");
        let noted = emulator.read(|ledger| ledger.violations.last().cloned().unwrap());
        assert!(noted.contains(expected), "{noted}");
    }
    assert_eq!(call(&emulator, &send, json!({"content": " "})).await.1["code"], 50006);
    assert!(emulator.messages(MESA).is_empty());
    assert_eq!(call(&emulator, &send, components(menu(25))).await.0, 200);
    assert_eq!(call(&emulator, &send, cards(json!([text(&"ñ".repeat(4000))]))).await.0, 200);
    // Unknown fields pass, as on the platform, but are recorded.
    assert_eq!(call(&emulator, &send, with(say("x"), json!({"contnet": "y"}))).await.0, 200);
    assert!(
        emulator.read(|ledger| ledger.violations.last().unwrap().ends_with("contnet is unknown"))
    );
    let unknown = ask(&emulator, "GET /voice/regions", Value::Null).await.unwrap();
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn an_interaction_is_answered_once_and_in_time() {
    let emulator = world().await;
    with_command(&emulator).await;
    let hidden = json!({"type": 4, "data": with(say("Listo"), json!({"flags": 64}))});
    let asked = nuevo(&emulator);
    assert_eq!(call(&emulator, &callback(&emulator, asked), hidden.clone()).await.0, 204);
    let (status, body) = call(&emulator, &callback(&emulator, asked), hidden.clone()).await;
    assert_eq!((status, &body["code"]), (400, &json!(40060)));
    assert_eq!(emulator.ephemerals(ANA)[0].text(), "Listo");
    assert!(emulator.messages(MESA).is_empty());
    assert_eq!(emulator.read(|ledger| ledger.response_to(asked).unwrap().kind), 4);

    let late = nuevo(&emulator);
    emulator.passes(Duration::from_millis(3001));
    let (status, body) = call(&emulator, &callback(&emulator, late), hidden.clone()).await;
    assert_eq!((status, &body["code"]), (404, &json!(10062)));
    let late = nuevo(&emulator);
    emulator.interactions_expire();
    assert_eq!(call(&emulator, &callback(&emulator, late), hidden).await.1["code"], 10062);
}

#[tokio::test]
async fn a_deferred_answer_is_accepted_while_the_token_is_valid() {
    let emulator = world().await;
    with_command(&emulator).await;
    let asked = nuevo(&emulator);
    let original = webhook(&emulator, asked, "PATCH", "/messages/@original");
    assert_eq!(call(&emulator, &original, say("x")).await.0, 404);
    call(&emulator, &callback(&emulator, asked), json!({"type": 5, "data": {"flags": 64}})).await;
    assert!(emulator.ephemerals(ANA).is_empty());
    assert_eq!(call(&emulator, &original, say("Caso #1")).await.0, 200);
    assert_eq!(call(&emulator, &webhook(&emulator, asked, "POST", ""), say("Más")).await.0, 200);
    assert_eq!(emulator.ephemerals(ANA)[0].text(), "Caso #1");
    assert_eq!(emulator.messages(MESA)[0].text(), "Más");
    emulator.passes(Duration::from_secs(15 * 60 + 1));
    let (status, body) = call(&emulator, &original, say("Tarde")).await;
    assert_eq!((status, &body["code"]), (401, &json!(50027)));
    assert_eq!(emulator.read(|ledger| ledger.invalid_requests), 1);
}

#[tokio::test]
async fn a_form_is_submitted_but_cannot_open_another() {
    let emulator = world().await;
    with_command(&emulator).await;
    let modal = json!({"type": 9, "data": {"custom_id": "caso", "title": "Caso", "components": [
        {"type": 18, "label": "Categoría", "component": {"type": 3, "custom_id": "categoria",
            "options": [{"label": "Red", "value": "red"}, {"label": "Luz", "value": "luz"}]}},
        {"type": 18, "label": "Qué pasa", "component": {"type": 4, "custom_id": "texto", "style": 2}},
    ]}});
    let asked = nuevo(&emulator);
    assert_eq!(call(&emulator, &callback(&emulator, asked), modal.clone()).await.0, 204);
    assert_eq!(emulator.modal_shown(ANA).unwrap().title, "Caso");
    let fields = [("categoria", json!("red")), ("texto", json!("Sin señal"))];
    let handed = emulator.submits(ANA, asked, &fields);
    assert!(emulator.modal_shown(ANA).is_none());
    let data = &emulator.interaction(handed)["data"];
    assert_eq!(data["components"][0]["component"]["values"], json!(["red"]));
    assert_eq!(data["components"][1]["component"]["value"], "Sin señal");
    let (status, body) = call(&emulator, &callback(&emulator, handed), modal).await;
    assert_eq!((status, &body["code"]), (400, &json!(50035)));
    assert_eq!(body["errors"]["type"]["_errors"][0]["code"], "BASE_TYPE_CHOICES");
    let said = json!({"type": 4, "data": say("Gracias")});
    assert_eq!(call(&emulator, &callback(&emulator, handed), said).await.0, 204);
}

#[tokio::test]
async fn a_file_field_has_bounds() {
    let emulator = world().await;
    with_command(&emulator).await;
    let asked = nuevo(&emulator);
    let opens = async |more: Value| {
        let files = with(json!({"type": 19, "custom_id": "archivos"}), more);
        let parts = json!([{"type": 18, "label": "Archivos", "component": files}]);
        let data = json!({"custom_id": "caso", "title": "Caso", "components": parts});
        call(&emulator, &callback(&emulator, asked), json!({"type": 9, "data": data})).await.0
    };
    for wrong in [
        json!({"min_values": 3, "max_values": 2}),
        json!({"max_values": 11}),
        json!({"min_values": 0}),
        json!({"required": false}),
    ] {
        assert_eq!(opens(wrong.clone()).await, 400, "{wrong}");
    }
    assert_eq!(opens(json!({"required": false, "min_values": 0, "max_values": 5})).await, 204);
    let handed = emulator.submits(ANA, asked, &[("archivos", json!(["a.png", "b.pdf"]))]);
    let data = &emulator.interaction(handed)["data"];
    let keys = data["components"][0]["component"]["values"].as_array().unwrap();
    let names = keys.iter().map(|key| &data["resolved"]["attachments"][key.as_str().unwrap()]);
    let names: Vec<&Value> = names.map(|file| &file["filename"]).collect();
    assert_eq!(names, ["a.png", "b.pdf"]);
}

#[tokio::test]
async fn suggestions_presses_and_menus_carry_their_context() {
    let emulator = world().await;
    with_command(&emulator).await;
    let typed = emulator.types(ANA, MESA, &Typing::new("nuevo", "categoria", "re"));
    let choices = json!({"type": 8, "data": {"choices": [{"name": "Red", "value": "red"}]}});
    assert_eq!(call(&emulator, &callback(&emulator, typed), choices).await.0, 204);
    assert_eq!(emulator.choices(typed).unwrap()[0]["value"], "red");

    let body = with(say("Caso #1"), json!({"components": row(&[("Aceptar", "v1:acc:1")])}));
    call(&emulator, &format!("POST /channels/{MESA}/messages"), body).await;
    let (message, code) = emulator.button(MESA, "Aceptar").unwrap();
    let pressed = emulator.presses(ANA, MESA, message, &code);
    assert_eq!(emulator.interaction(pressed)["message"]["id"], message.to_string());
    let update = json!({"type": 7, "data": with(say("Aceptado"), json!({"components": []}))});
    assert_eq!(call(&emulator, &callback(&emulator, pressed), update).await.0, 204);
    assert_eq!(emulator.messages(MESA)[0].text(), "Aceptado");
    assert!(emulator.button(MESA, "Aceptar").is_none());

    let reported = emulator.uses_on_message(
        ANA,
        MESA,
        emulator.says(ANA, MESA, "No hay luz"),
        "Reportar a la mesa",
    );
    let data = emulator.interaction(reported)["data"].clone();
    let target = data["target_id"].as_str().unwrap();
    assert_eq!(data["resolved"]["messages"][target]["content"], "No hay luz");
}

#[tokio::test]
async fn commands_are_checked_as_the_description_says() {
    let emulator = world().await;
    let put = format!("PUT /applications/{BOT_ID}/guilds/{GUILD}/commands");
    let command = |more: Value| with(json!({"name": "caso", "description": "Un caso"}), more);
    let option =
        |name: &str, more: Value| with(json!({"type": 3, "name": name, "description": "x"}), more);
    let many: Vec<Value> = (0..26).map(|n| option(&format!("o{n}"), json!({}))).collect();
    let table = [
        (command(json!({"name": "Caso"})), "APPLICATION_COMMAND_INVALID_NAME"),
        (command(json!({"name": "un caso"})), "APPLICATION_COMMAND_INVALID_NAME"),
        (command(json!({"name": "x".repeat(33)})), "0.name: BASE_TYPE_BAD_LENGTH"),
        (command(json!({"description": ""})), "0.description: BASE_TYPE_REQUIRED"),
        (command(json!({"description": "x".repeat(101)})), "0.description: BASE_TYPE_BAD_LENGTH"),
        (command(json!({"name_localizations": {"es": "caso"}})), "name_localizations.es: ENUM"),
        (command(json!({"name_localizations": {"es-419": "Caso"}})), "INVALID_NAME"),
        (command(json!({"options": many})), "0.options: BASE_TYPE_BAD_LENGTH"),
        (
            command(
                json!({"options": [option("a", json!({})), option("b", json!({"required": true}))]}),
            ),
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            command(json!({"options": [option("a", json!({})), option("a", json!({}))]})),
            "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
        ),
        (command(json!({"type": 3, "name": "Reportar a la mesa"})), "DESCRIPTION_NOT_ALLOWED"),
    ];
    for (command, expected) in table {
        let (status, body) = call(&emulator, &put, json!([command])).await;
        assert_eq!(status, 400, "{expected}: {body}");
        let noted = emulator.read(|ledger| ledger.violations.join("\n"));
        assert!(noted.contains(expected), "{expected} is not in {noted}");
    }
    let good = json!({"name_localizations": {"es-419": "caso", "es-ES": "caso", "en-US": "case", "en-GB": "case"}});
    let (status, body) = call(&emulator, &put, json!([command(good)])).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(emulator.commands(Some(GUILD))[0]["guild_id"], GUILD.to_string());
}

#[tokio::test]
async fn dms_can_be_closed_and_threads_archived() {
    let emulator = world().await;
    let (_, direct) =
        call(&emulator, "POST /users/@me/channels", json!({"recipient_id": ANA.to_string()})).await;
    let send = format!("POST /channels/{}/messages", direct["id"].as_str().unwrap());
    assert_eq!(call(&emulator, &send, say("hola")).await.0, 200);
    emulator.closes_dms(ANA);
    let (status, body) = call(&emulator, &send, say("hola")).await;
    assert_eq!((status, &body["code"]), (403, &json!(50007)));
    emulator.opens_dms(ANA);
    emulator.leaves(GUILD, ANA);
    assert_eq!(call(&emulator, &send, say("hola")).await.1["code"], 50278);
    emulator.joins(GUILD, ANA);

    let (status, thread) = call(
        &emulator,
        &format!("POST /channels/{MESA}/threads"),
        json!({"name": "Caso #1", "type": 12, "auto_archive_duration": 10080}),
    )
    .await;
    assert_eq!(status, 201);
    let thread: u64 = thread["id"].as_str().unwrap().parse().unwrap();
    let member = format!("PUT /channels/{thread}/thread-members/{ANA}");
    assert_eq!(call(&emulator, &member, Value::Null).await.0, 204);
    let edit = format!("PATCH /channels/{thread}");
    assert_eq!(call(&emulator, &edit, json!({"archived": true, "locked": true})).await.0, 200);
    let send = format!("POST /channels/{thread}/messages");
    assert_eq!(call(&emulator, &send, say("x")).await.1["code"], 50083);
    let list = format!("GET /channels/{MESA}/users/@me/threads/archived/private");
    let (_, archived) = call(&emulator, &list, Value::Null).await;
    assert_eq!(archived["threads"][0]["id"], thread.to_string());
    let earlier = format!("{list}?before={thread}");
    assert_eq!(call(&emulator, &earlier, Value::Null).await.1["threads"], json!([]));
    assert_eq!(call(&emulator, &edit, json!({"archived": false, "locked": false})).await.0, 200);
    assert_eq!(call(&emulator, &list, Value::Null).await.1["threads"], json!([]));
    let first = emulator.says(ANA, thread, "uno");
    emulator.says(ANA, thread, "dos");
    let after = format!("GET /channels/{thread}/messages?after={first}&limit=100");
    let (_, missed) = call(&emulator, &after, Value::Null).await;
    assert_eq!(missed.as_array().unwrap().len(), 1);
    emulator.deletes_thread(thread);
    assert_eq!(call(&emulator, &send, say("x")).await.1["code"], 10003);
    assert!(emulator.read(|ledger| ledger.violations.is_empty()));
}

#[tokio::test]
async fn scripted_faults_are_played() {
    let emulator = world().await;
    let send = format!("POST /channels/{MESA}/messages");
    let faults = emulator.faults();
    let limited = Fault::RateLimited { retry_after: 1.5, global: true, scope: "global" };
    faults.next("POST /channels/*/messages", 1, limited);
    let response = ask(&emulator, &send, say("1")).await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "2");
    assert_eq!(response.headers()["x-ratelimit-global"], "true");
    assert_eq!(response.json::<Value>().await.unwrap()["retry_after"], 1.5);
    assert_eq!(emulator.read(|ledger| ledger.invalid_requests), 1);

    faults.next(&send, 1, Fault::ServerError502Html);
    let response = ask(&emulator, &send, say("2")).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/html");
    faults.next("*", 1, Fault::DropBefore);
    assert!(ask(&emulator, &send, say("3")).await.is_err());
    assert!(emulator.messages(MESA).is_empty());
    faults.next("*", 1, Fault::DropAfter);
    assert!(ask(&emulator, &send, say("4")).await.is_err());
    assert_eq!(emulator.read(|ledger| ledger.said_to(MESA)), ["4"]);
    faults.next("*", 1, Fault::Status(403, 50013, "Missing Permissions".to_owned()));
    assert_eq!(call(&emulator, &send, say("5")).await.1["code"], 50013);

    let gate = Gate::closed();
    faults.next("*", 1, Fault::Hang(gate.clone()));
    let held = tokio::spawn({
        let emulator = emulator.clone();
        let send = send.clone();
        async move { call(&emulator, &send, say("6")).await.0 }
    });
    assert_eq!(call(&emulator, &send, say("7")).await.0, 200);
    gate.open();
    assert_eq!(held.await.unwrap(), 200);
}

#[tokio::test]
async fn a_wrong_token_is_refused_and_the_bot_sees_all_messages() {
    let emulator = world().await;
    let url = format!("{}/api/v10/users/@me", emulator.api_url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let wrong = client.get(&url).header("authorization", "Bot a.b.c").send().await.unwrap();
    assert_eq!(wrong.status(), 401);
    emulator.on_send(|emulator, post| {
        if post.text() == "¿Sí?" {
            emulator.says(ANA, post.channel, "Sí");
        }
    });
    call(&emulator, &format!("POST /channels/{MESA}/messages"), say("¿Sí?")).await;
    let (_, all) = call(&emulator, &format!("GET /channels/{MESA}/messages"), Value::Null).await;
    assert_eq!(all[0]["content"], "Sí");
    let sent = |effect: &Effect| matches!(effect, Effect::Sent(_));
    emulator.wait_until(|ledger| ledger.effects.iter().any(sent), SOON).await;
}

#[tokio::test]
async fn the_global_limit_is_fifty_a_second_without_interactions() {
    let emulator = world().await;
    with_command(&emulator).await;
    let asked = (0..150).map(|_| call(&emulator, "GET /users/@me", Value::Null));
    let body = futures::future::join_all(asked).await;
    let refused: Vec<_> = body.iter().filter(|(status, _)| *status == 429).collect();
    assert!(!refused.is_empty() && refused.iter().all(|(_, body)| body["global"] == true));
    for _ in 0..60 {
        let used = nuevo(&emulator);
        let answer = json!({"type": 4, "data": say("ya")});
        assert_eq!(call(&emulator, &callback(&emulator, used), answer).await.0, 204);
    }
    emulator.passes(Duration::from_secs(1));
    assert_eq!(call(&emulator, "GET /users/@me", Value::Null).await.0, 200);
}
