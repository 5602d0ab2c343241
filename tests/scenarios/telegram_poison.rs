//! Malformed or new input from Telegram: unknown kinds, offsets out of range, and unexpected
//! values. None of it stops the desk (G14).

use mesabot::channel::telegram::{BotIdentity, receive};
use serde_json::{Value, json};

use crate::support::{
    desk::scenario,
    mutation::variants,
    telegram::{BOT_ID, BOT_USERNAME},
};

fn samples() -> Vec<Value> {
    let from = json!({"id": 1001, "is_bot": false, "first_name": "Marta", "last_name": "Ruiz",
                      "username": "marta", "language_code": "es"});
    let group = json!({"id": -1001, "type": "supergroup", "title": "Mesa"});
    let text = json!({"message_id": 7, "date": 1, "chat": group, "from": from,
        "text": "/nuevo@MesaPruebaBot hola",
        "entities": [{"type": "bot_command", "offset": 0, "length": 20}],
        "reply_to_message": {"message_id": 3, "date": 1, "chat": group, "from": {"id": BOT_ID}}});
    let file = json!({"file_id": "f", "file_unique_id": "u", "file_name": "a.pdf"});
    let sized = json!({"file_id": "f", "file_unique_id": "u", "width": 90, "height": 67});
    let shown = |content: Value| {
        let mut message = json!({"message_id": 8, "date": 1, "from": from,
            "chat": {"id": 1001, "type": "private", "first_name": "Marta"}, "caption": "mire"});
        for (name, value) in content.as_object().unwrap() {
            message[name] = value.clone();
        }
        json!({"update_id": 9, "message": message})
    };
    let mut samples = vec![
        json!({"update_id": 1, "message": text}),
        json!({"update_id": 2, "edited_message": text}),
        json!({"update_id": 3, "callback_query": {"id": "4", "from": from, "data": "t:a:1",
               "chat_instance": "5", "message": {"message_id": 6, "date": 0, "chat": group}}}),
        json!({"update_id": 4, "my_chat_member": {"chat": {"id": 1001, "type": "private"},
               "from": from, "date": 1, "new_chat_member": {"status": "kicked", "user": from}}}),
        json!({"update_id": 5, "message": {"message_id": 9, "date": 1, "chat": group,
               "sender_chat": group, "text": "/cola@MesaPruebaBot", "migrate_to_chat_id": -5}}),
    ];
    samples.extend(
        [
            json!({"photo": [sized, sized]}),
            json!({"document": file}),
            json!({"voice": file}),
            json!({"video_note": file}),
            json!({"sticker": file}),
            json!({"location": {"latitude": 3.4, "longitude": -76.5}}),
            json!({"venue": {"location": {"latitude": 3.4, "longitude": -76.5}, "title": "Sede"}}),
            json!({"contact": {"phone_number": "+57", "first_name": "Luis", "last_name": "Paz"}}),
        ]
        .map(shown),
    );
    samples
}

#[test]
fn g14_no_value_in_an_update_breaks_reading_it() {
    let bot = BotIdentity { id: BOT_ID, username: BOT_USERNAME.to_owned() };
    let mut read = 0;
    let mut refused = 0;
    for sample in samples() {
        assert!(receive(&sample, &bot).is_ok(), "{sample}");
        for (path, variant) in variants(&sample) {
            match receive(&variant, &bot) {
                Ok(_) => read += 1,
                Err(error) => {
                    refused += 1;
                    assert!(!error.field.is_empty(), "{path}");
                }
            }
        }
    }
    println!("{read} variants were read, {refused} were not");
    assert!(read > 1_000 && refused > 500, "{read} and {refused}");
}

#[tokio::test]
async fn g14_invalid_offsets_and_unknown_kinds_stop_nothing() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        let from =
            json!({"id": marta.id, "is_bot": false, "first_name": "Marta", "language_code": "es"});
        let chat = json!({"id": marta.id, "type": "private", "first_name": "Marta"});
        marta.says("/start").await;
        marta.reads();
        let offsets = [(-1, 5), (0, -1), (0, 100_000), (4_000_000_000_i64, 1), (1, 1), (0, 0)];
        for (n, (offset, length)) in (100..).zip(offsets) {
            for kind in ["bold", "bot_command", "mention", "text_mention", "pre", "no_such_kind"] {
                desk.emulator.raw_update(json!({"message": {
                    "message_id": n, "date": 1, "from": from, "chat": chat, "text": "🖨 no imprime",
                    "entities": [{"type": kind, "offset": offset, "length": length, "user": from}],
                    "caption_entities": [{"type": kind, "offset": offset, "length": length}],
                }}));
            }
            desk.settle().await;
            assert!(marta.reads().contains("🖨 no imprime"), "{offset}, {length}");
            marta.says("/cancelar").await;
            marta.reads();
        }
        for kind in ["a_kind_of_tomorrow", "business_message", "poll", "message_reaction"] {
            desk.emulator.raw_update(json!({kind: {"id": "1", "chat": chat, "from": from}}));
        }
        for content in [
            json!({"dice": {"emoji": "🎲", "value": 9}}),
            json!({"a_content_of_tomorrow": {"depth": [1, [2, [3]]]}}),
            json!({"text": null}),
            json!({"text": "\u{0}\u{0}"}),
        ] {
            let mut message = json!({"message_id": 300, "date": 1, "from": from, "chat": chat});
            for (name, value) in content.as_object().unwrap() {
                message[name] = value.clone();
            }
            desk.emulator.raw_update(json!({"message": message}));
        }
        desk.settle().await;
        marta.reads();
        marta.says("/idioma").await;
        assert!(marta.reads().contains("¿En qué idioma"), "the next command works");
    })
    .await;
}
