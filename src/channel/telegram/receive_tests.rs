//! Recorded updates and how the desk reads them.

use serde_json::{Value, json};

use super::*;
use crate::chat::incoming::{Attachment, AttachmentKind};

fn bot() -> BotIdentity {
    BotIdentity { id: 110_201_543, username: "MesaBot".to_owned() }
}

fn ana() -> Value {
    json!({"id": 5, "is_bot": false, "first_name": "Ana", "last_name": "Ruiz", "language_code": "es"})
}

/// A message by Ana in her private chat, with these fields.
fn private(fields: Value) -> Value {
    message(json!({"id": 5, "type": "private", "first_name": "Ana"}), ana(), fields)
}

/// A message by Ana in a supergroup, with these fields.
fn group(fields: Value) -> Value {
    message(json!({"id": -1007, "type": "supergroup", "title": "Mesa"}), ana(), fields)
}

fn message(chat: Value, from: Value, fields: Value) -> Value {
    let mut message = json!({"message_id": 31, "date": 1_767_225_600, "chat": chat, "from": from});
    for (name, value) in fields.as_object().unwrap() {
        message[name] = value.clone();
    }
    json!({"update_id": 900, "message": message})
}

fn edited(mut update: Value) -> Value {
    let message = update.as_object_mut().unwrap().remove("message").unwrap();
    update["edited_message"] = message;
    update
}

fn input(update: &Value) -> Option<Input> {
    receive(update, &bot()).unwrap().map(|incoming| incoming.input)
}

fn text(text: &str) -> Option<Input> {
    Some(Input::Text(text.to_owned()))
}

#[test]
fn a_text_comes_with_its_chat_and_its_author() {
    let update = private(json!({"text": "La impresora no imprime", "some_day": {"new": 1}}));
    let expected = Incoming {
        channel: ChannelKind::Telegram,
        chat: Chat { key: "5".to_owned(), kind: ChatKind::Private },
        sender: Sender {
            key: "5".to_owned(),
            name: "Ana Ruiz".to_owned(),
            language: Some("es".to_owned()),
        },
        input: Input::Text("La impresora no imprime".to_owned()),
        reply_to: None,
        server: None,
        token: None,
    };
    assert_eq!(receive(&update, &bot()), Ok(Some(expected)));
}

#[test]
fn commands_lose_the_bots_name_and_keep_other_names() {
    let table = [
        ("/aceptar@MesaBot 1", text("/aceptar 1")),
        ("/aceptar@mesabot", text("/aceptar")),
        ("/aceptar 1", text("/aceptar 1")),
        ("/aceptar@OtroBot 1", None),
        ("/start@MesaBot\nabc", text("/start\nabc")),
        ("escribe a ana@mesabot", text("escribe a ana@mesabot")),
        ("/ruta/a@b c", text("/ruta/a@b c")),
        ("buenos días", text("buenos días")),
    ];
    for (written, expected) in table {
        assert_eq!(input(&group(json!({"text": written}))), expected, "{written}");
    }
    let alone = private(json!({"text": "/aceptar@OtroBot 1"}));
    assert_eq!(input(&alone), text("/aceptar@OtroBot 1"));
}

#[test]
fn only_replies_to_the_bot_are_replies() {
    let reply = |author: Value| {
        let replied = json!({"message_id": 12, "date": 1, "chat": {"id": -1007}, "from": author});
        let update = group(json!({"text": "listo", "reply_to_message": replied}));
        receive(&update, &bot()).unwrap().unwrap().reply_to
    };
    assert_eq!(reply(json!({"id": 110_201_543, "is_bot": true})), Some("12".to_owned()));
    assert_eq!(reply(json!({"id": 6, "is_bot": false})), None);
}

#[test]
fn every_content_has_a_kind_and_a_reference() {
    use AttachmentKind::{Audio, Contact, Document, Location, Other, Photo, Sticker, Video};
    let file = |id: &str| json!({"file_id": id, "file_unique_id": "u"});
    let sizes = json!([
        {"file_id": "small", "width": 90, "height": 60},
        {"file_id": "big", "width": 900, "height": 600},
    ]);
    let named = json!({"file_id": "d", "file_name": "acta.pdf"});
    let table = [
        (json!({"photo": sizes, "caption": "así"}), Photo, "big", None, "así"),
        (json!({"document": named, "caption": "ver"}), Document, "d", Some("acta.pdf"), "ver"),
        (json!({"animation": file("g"), "document": file("g")}), Video, "g", None, ""),
        (json!({"video": file("v")}), Video, "v", None, ""),
        (json!({"video_note": file("n")}), Video, "n", None, ""),
        (json!({"voice": file("o")}), Audio, "o", None, ""),
        (json!({"audio": file("m")}), Audio, "m", None, ""),
        (json!({"sticker": file("s")}), Sticker, "s", None, ""),
        (
            json!({"location": {"latitude": 3.45, "longitude": -76.5}}),
            Location,
            "3.45,-76.5",
            None,
            "",
        ),
        (
            json!({"venue": {"location": {"latitude": 1, "longitude": 2}, "title": "Bloque 3"},
                   "location": {"latitude": 1, "longitude": 2}}),
            Location,
            "1,2",
            Some("Bloque 3"),
            "",
        ),
        (
            json!({"contact": {"phone_number": "+57300", "first_name": "Luis"}}),
            Contact,
            "+57300",
            Some("Luis"),
            "",
        ),
        (json!({"dice": {"emoji": "🎲", "value": 3}}), Other, "dice", None, ""),
        (json!({"poll": {"id": "1"}}), Other, "poll", None, ""),
        (json!({"story": {"id": 1}}), Other, "story", None, ""),
        (json!({"hologram": {"file_id": "h"}}), Other, "hologram", None, ""),
    ];
    for (fields, kind, reference, name, caption) in table {
        let expected = Attachment {
            kind,
            reference: reference.to_owned(),
            name: name.map(str::to_owned),
            caption: caption.to_owned(),
        };
        assert_eq!(input(&private(fields)), Some(Input::Attachment(expected)));
    }
}

#[test]
fn an_edit_carries_the_new_text() {
    let update = edited(private(json!({"text": "La de la sala 2", "edit_date": 1_767_225_700})));
    assert_eq!(input(&update), Some(Input::Edited("La de la sala 2".to_owned())));
    let caption = edited(private(json!({"photo": [], "caption": "mejor"})));
    assert_eq!(input(&caption), Some(Input::Edited("mejor".to_owned())));
    let moving = edited(private(json!({"location": {"latitude": 1, "longitude": 2}})));
    assert_eq!(input(&moving), None);
}

#[test]
fn a_press_names_its_chat_even_when_the_message_is_out_of_reach() {
    let press = |message: Value| {
        let mut query =
            json!({"id": "77", "from": ana(), "chat_instance": "1", "data": "v1:acc:9"});
        if !message.is_null() {
            query["message"] = message;
        }
        receive(&json!({"update_id": 1, "callback_query": query}), &bot()).unwrap().unwrap()
    };
    let old =
        press(json!({"message_id": 12, "date": 0, "chat": {"id": -1007, "type": "supergroup"}}));
    assert_eq!(old.chat, Chat { key: "-1007".to_owned(), kind: ChatKind::Group });
    assert_eq!(
        old.input,
        Input::Press { code: "v1:acc:9".to_owned(), message: Some("12".to_owned()) }
    );
    assert_eq!(old.token.as_deref(), Some("77"));
    let inline = press(Value::Null);
    assert_eq!(inline.chat, Chat { key: "5".to_owned(), kind: ChatKind::Private });
    assert!(matches!(inline.input, Input::Press { message: None, .. }));
}

#[test]
fn a_change_of_the_bots_membership_opens_or_closes_its_chat() {
    let change = |kind: &str, status: &str| {
        let update = json!({"update_id": 1, "my_chat_member": {
            "chat": {"id": 5, "type": kind}, "from": ana(), "date": 1,
            "old_chat_member": {"status": "member"}, "new_chat_member": {"status": status}}});
        input(&update)
    };
    assert_eq!(change("private", "kicked"), Some(Input::Blocked));
    assert_eq!(change("private", "member"), Some(Input::Unblocked));
    assert_eq!(change("supergroup", "kicked"), Some(Input::Blocked));
    assert_eq!(change("supergroup", "left"), Some(Input::Blocked));
    assert_eq!(change("supergroup", "administrator"), Some(Input::Unblocked));
    assert_eq!(change("channel", "kicked"), None);
    assert_eq!(change("private", "tomorrows_status"), None);
}

#[test]
fn a_group_that_moves_names_its_new_key() {
    let update = group(json!({"migrate_to_chat_id": -100_900}));
    assert_eq!(input(&update), Some(Input::Moved { to: "-100900".to_owned() }));
    assert_eq!(input(&group(json!({"migrate_from_chat_id": -1}))), None);
}

#[test]
fn groups_channels_and_bots_are_anonymous() {
    let as_group = |fields: Value| {
        let mut update = group(fields);
        update["message"]["from"] =
            json!({"id": 1_087_968_824, "is_bot": true, "first_name": "Group"});
        update["message"]["sender_chat"] =
            json!({"id": -1007, "type": "supergroup", "title": "Mesa"});
        update
    };
    let ours = json!({"message_id": 3, "from": {"id": 110_201_543, "is_bot": true}});
    let nobody = Some(Input::Anonymous);
    assert_eq!(input(&as_group(json!({"text": "/aceptar 1"}))), nobody);
    assert_eq!(input(&as_group(json!({"text": "sí", "reply_to_message": ours}))), nobody);
    assert_eq!(input(&as_group(json!({"text": "/aceptar@OtroBot 1"}))), None);
    assert_eq!(input(&as_group(json!({"text": "hola a todos"}))), None);
    let forward = json!({"text": "/aceptar 1", "is_automatic_forward": true});
    assert_eq!(input(&as_group(forward)), None);
    let press = json!({"update_id": 1, "callback_query": {
        "id": "8", "from": {"id": 1_087_968_824, "is_bot": true}, "data": "v1:acc:9",
        "message": {"message_id": 3, "chat": {"id": -1007, "type": "supergroup"}}}});
    assert_eq!(input(&press), Some(Input::Anonymous));
}

#[test]
fn notices_and_other_kinds_of_updates_are_ignored() {
    for fields in [
        json!({"new_chat_members": [ana()]}),
        json!({"pinned_message": {"message_id": 1}}),
        json!({"hologram": {}}),
    ] {
        assert_eq!(input(&group(fields)), None);
    }
    assert_eq!(input(&private(json!({"pinned_message": {"message_id": 1}}))), None);
    assert_eq!(input(&json!({"update_id": 1, "poll_answer": {}})), None);
    assert_eq!(input(&json!({"update_id": 1})), None);
    let channel = message(json!({"id": -9, "type": "channel"}), ana(), json!({"text": "x"}));
    assert_eq!(input(&channel), None);
}

#[test]
fn names_lose_control_and_direction_characters() {
    let named = |from: Value| {
        let chat = json!({"id": 5, "type": "private"});
        let update = message(chat, from, json!({"text": "x"}));
        receive(&update, &bot()).unwrap().unwrap().sender.name
    };
    let long = "ñ".repeat(80);
    let table = [
        (
            json!({"id": 5, "first_name": "\u{202E}Ana\u{200B}", "last_name": "\tRuiz\n"}),
            "Ana Ruiz",
        ),
        (json!({"id": 5, "first_name": "\u{2066}\u{3164}", "username": "ana"}), "@ana"),
        (json!({"id": 5, "first_name": " "}), "5"),
        (json!({"id": 5, "first_name": long}), &long[..128]),
    ];
    for (from, expected) in table {
        assert_eq!(named(from), expected);
    }
}

#[test]
fn an_unreadable_update_names_the_field_and_not_its_value() {
    let update = private(json!({"text": ["a secret"]}));
    let error = receive(&update, &bot()).unwrap_err();
    assert_eq!(error.field, "message.text");
    assert!(!error.to_string().contains("secret"));
    assert!(receive(&json!("not an object"), &bot()).is_err());
}
