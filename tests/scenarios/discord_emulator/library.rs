//! How serenity reads the emulator, and interactions under a signature.

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use ed25519_dalek::{Verifier, VerifyingKey};
use serde_json::{Value, json};
use serenity::all::{
    CreateAllowedMentions, CreateMessage, CurrentUser, GuildChannel, Interaction, Message,
};

use super::{ANA, MESA, Signature, Typing, call, nuevo, with_command, world};
use crate::support::discord::MenuRef;

#[tokio::test]
async fn the_library_reads_what_the_emulator_answers() {
    let emulator = world().await;
    let (_, myself) = call(&emulator, "GET /users/@me", Value::Null).await;
    assert_eq!(serde_json::from_value::<CurrentUser>(myself).unwrap().name, "mesaprueba");
    let quiet = CreateAllowedMentions::new();
    let message = CreateMessage::new().content("hola").allowed_mentions(quiet);
    let body = serde_json::to_value(message).unwrap();
    let (_, sent) = call(&emulator, &format!("POST /channels/{MESA}/messages"), body).await;
    let sent: Message = serde_json::from_value(sent).unwrap();
    assert_eq!(sent.id.get(), emulator.messages(MESA)[0].message_id);
    emulator.says(ANA, MESA, "buenas");
    let path = format!("GET /channels/{MESA}/messages?limit=100");
    let (_, read) = call(&emulator, &path, Value::Null).await;
    assert_eq!(serde_json::from_value::<Vec<Message>>(read).unwrap()[0].content, "buenas");
    assert!(
        emulator.read(|ledger| ledger.violations.is_empty()),
        "{}",
        emulator.read(|l| l.summary())
    );
}

#[tokio::test]
async fn the_library_understands_what_people_do() {
    let emulator = world().await;
    with_command(&emulator).await;
    let read = |id: u64| serde_json::from_value::<Interaction>(emulator.interaction(id)).unwrap();
    let asked = nuevo(&emulator);
    assert_eq!(read(asked).as_command().unwrap().data.name, "nuevo");
    let typed = emulator.types(ANA, MESA, &Typing::new("nuevo", "categoria", "re"));
    assert_eq!(read(typed).as_autocomplete().unwrap().data.autocomplete().unwrap().value, "re");
    let written = emulator.dms(ANA, "hola");
    let private = emulator.direct(ANA);
    let on = emulator.uses_on_message(ANA, private, written, "Reportar a la mesa");
    assert_eq!(read(on).as_command().unwrap().user.id.get(), ANA);

    let options = json!([{"label": "Red", "value": "red"}]);
    let menu =
        json!([{"type": 1, "components": [{"type": 3, "custom_id": "c", "options": options}]}]);
    let body = super::with(super::say("¿Qué?"), json!({"components": menu}));
    call(&emulator, &format!("POST /channels/{MESA}/messages"), body).await;
    let message = emulator.messages(MESA)[0].message_id;
    let chosen = emulator.selects(ANA, MESA, MenuRef { message, code: "c" }, &["red"]);
    assert_eq!(read(chosen).as_message_component().unwrap().data.custom_id, "c");

    let field = json!({"type": 4, "custom_id": "t", "label": "Texto", "style": 1});
    let row = json!([{"type": 1, "components": [field]}]);
    let modal = json!({"type": 9, "data": {"custom_id": "m", "title": "M", "components": row}});
    call(&emulator, &super::callback(&emulator, chosen), modal).await;
    let handed = emulator.submits(ANA, chosen, &[("t", json!("x"))]);
    let handed = read(handed);
    assert_eq!(handed.as_modal_submit().unwrap().data.custom_id, "m");
    assert!(handed.as_modal_submit().unwrap().message.is_some());
    let thread = json!({"name": "Caso #1", "type": 12});
    let (_, thread) = call(&emulator, &format!("POST /channels/{MESA}/threads"), thread).await;
    assert!(serde_json::from_value::<GuildChannel>(thread).unwrap().thread_metadata.is_some());
}

#[tokio::test]
async fn an_interaction_is_posted_under_the_platforms_signature() {
    let emulator = world().await;
    with_command(&emulator).await;
    emulator.interactions_over_http(true);
    let bytes = data_encoding::HEXLOWER.decode(emulator.public_key().as_bytes()).unwrap();
    let key = VerifyingKey::from_bytes(&bytes.try_into().unwrap()).unwrap();
    let answer = move |headers: HeaderMap, body: Bytes| async move {
        let header = |name: &str| {
            headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
        };
        let signature = data_encoding::HEXLOWER.decode(header("x-signature-ed25519").as_bytes());
        let signature =
            signature.ok().and_then(|bytes| ed25519_dalek::Signature::from_slice(&bytes).ok());
        let signed = [header("x-signature-timestamp").as_bytes(), &body].concat();
        let known = signature.is_some_and(|signature| key.verify(&signed, &signature).is_ok());
        if !known {
            return Err(axum::http::StatusCode::UNAUTHORIZED);
        }
        Ok(axum::Json(json!({"type": 4, "data": super::say("Caso #1")})))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/interactions", listener.local_addr().unwrap());
    let app = Router::new().route("/interactions", post(answer));
    tokio::spawn(async move { axum::serve(listener, app).await });

    let asked = nuevo(&emulator);
    for signature in [Signature::Wrong, Signature::Garbled, Signature::Missing] {
        assert_eq!(emulator.sign_and_post(&url, asked, 1_767_225_600, signature).await.0, 401);
    }
    assert_eq!(emulator.sign_and_post(&url, asked, 1_767_225_600, Signature::Right).await.0, 200);
    assert_eq!(emulator.messages(MESA)[0].text(), "Caso #1");
    assert_eq!(emulator.pings(&url, 1_767_225_600, Signature::Wrong).await.0, 401);
}
