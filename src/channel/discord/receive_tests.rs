//! Events of the platform and how the desk reads them.

use serde_json::json;

use super::*;

const US: u64 = 900;

fn bot() -> DiscordIdentity {
    DiscordIdentity { application_id: US, user_id: US, username: "Mesa".into() }
}

fn ana() -> Value {
    json!({"id": "5", "username": "ana", "global_name": "Ana\u{202E} Ruiz", "discriminator": "0",
        "avatar": null, "public_flags": 0})
}

fn event(kind: &str, base: Value, extra: Value) -> Value {
    let mut data = base;
    data.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    json!({"op": 0, "s": 12, "t": kind, "d": data})
}

/// The account as a member of a server.
fn member(user: Value) -> Value {
    json!({"user": user, "roles": [], "joined_at": "2026-01-02T03:04:05.000000+00:00",
        "deaf": false, "mute": false, "flags": 0})
}

fn message(extra: Value) -> Value {
    event("MESSAGE_CREATE", message_data(), extra)
}

fn message_data() -> Value {
    json!({"id": "70", "channel_id": "30", "type": 0, "author": ana(),
        "content": "hola", "attachments": [], "embeds": [], "components": [], "mentions": [],
        "mention_roles": [], "mention_everyone": false, "pinned": false, "tts": false, "flags": 0,
        "timestamp": "2026-01-02T03:04:05.000000+00:00", "edited_timestamp": null,
        "tomorrows_field": {"new": [1]}})
}

fn interaction(kind: u8, data: Value, extra: Value) -> Value {
    let base = json!({"id": "80", "token": "aW50", "application_id": "900", "type": kind,
        "version": 1, "channel_id": "30", "locale": "es-419", "entitlements": [],
        "attachment_size_limit": 10_485_760, "context": 1, "user": ana(), "data": data});
    let mut event = event("INTERACTION_CREATE", base, extra);
    if event["d"]["member"].is_object() {
        // In a server the platform sends the member instead of the user.
        event["d"].as_object_mut().unwrap().remove("user");
    }
    event
}

fn read(raw: &Value) -> Option<Incoming> {
    receive(raw, &bot()).unwrap()
}

fn input(raw: &Value) -> Option<Input> {
    read(raw).map(|incoming| incoming.input)
}

fn file(name: &str, kind: &str) -> Value {
    json!({"id": "1", "filename": name, "size": 3, "content_type": kind, "proxy_url": "",
        "url": format!("https://cdn.discordapp.com/attachments/30/1/{name}?ex=1&hm=2")})
}

#[test]
fn a_private_chat_goes_by_the_person_and_a_channel_by_its_key() {
    let private = read(&message(json!({}))).unwrap();
    assert_eq!(private.chat, Chat { key: "@5".into(), kind: ChatKind::Private });
    assert_eq!(private.sender, Sender { key: "5".into(), name: "Ana Ruiz".into(), language: None });
    assert_eq!((private.reply_to, private.token), (None, None));
    let group = read(&message(json!({"guild_id": "1", "member": {"nick": "Anita"}}))).unwrap();
    assert_eq!(group.chat, Chat { key: "#30".into(), kind: ChatKind::Group });
    assert_eq!(group.sender.name, "Ana Ruiz");
    let nameless = message(json!({"author": {"id": "5", "username": "ana", "global_name": null}}));
    assert_eq!(read(&nameless).unwrap().sender.name, "ana");
}

#[test]
fn a_text_is_read_without_the_bots_name() {
    let text = |text: &str| Some(Input::Text(text.to_owned()));
    let table = [
        (json!({}), text("hola")),
        (json!({"content": "<@900> hola <@900>"}), text("hola <@900>")),
        (json!({"content": " <@!900>/cola"}), text("/cola")),
        (json!({"content": "<@901> hola"}), text("<@901> hola")),
        (json!({"content": "<@900>"}), None),
        (json!({"content": ""}), None),
        (json!({"type": 7}), None),
        (json!({"author": {"id": "8", "username": "otro", "bot": true}}), None),
        (json!({"author": {"id": "8", "username": "Discord", "system": true}}), None),
        (json!({"webhook_id": "8"}), None),
        (
            json!({"content": "", "message_reference": {"type": 1},
                "message_snapshots": [{"message": {"content": "no va", "attachments": []}}]}),
            text("no va"),
        ),
    ];
    for (extra, expected) in table {
        assert_eq!(input(&message(extra.clone())), expected, "{extra}");
    }
}

#[test]
fn a_reply_to_the_bot_names_its_message() {
    let reply = |author: &str| {
        message(json!({"type": 19, "referenced_message":
            {"id": "60", "channel_id": "30", "author": {"id": author, "bot": true}}}))
    };
    assert_eq!(read(&reply("900")).unwrap().reply_to.as_deref(), Some("30/60"));
    assert_eq!(read(&reply("901")).unwrap().reply_to, None);
    let deleted = message(json!({"type": 19, "referenced_message": null}));
    assert_eq!(read(&deleted).unwrap().reply_to, None);
}

#[test]
fn each_file_is_an_event_and_the_text_goes_with_the_first() {
    let files = json!([file("a.png", "image/png"), file("b.pdf", "application/pdf")]);
    let mut raw = message(json!({"content": "así se ve", "attachments": files}));
    let Some(Input::Attachment(first)) = input(&raw) else { panic!("a file is an attachment") };
    assert_eq!((first.kind, first.caption.as_str()), (AttachmentKind::Photo, "así se ve"));
    assert_eq!(first.reference, "https://cdn.discordapp.com/attachments/30/1/a.png?ex=1&hm=2");
    raw["part"] = json!(1);
    let Some(Input::Attachment(second)) = input(&raw) else { panic!("so is the second") };
    assert_eq!((second.kind, second.caption.as_str()), (AttachmentKind::Document, ""));
    assert_eq!(second.name.as_deref(), Some("b.pdf"));
    raw["part"] = json!(2);
    assert_eq!(input(&raw), None);
}

#[test]
fn stickers_and_polls_have_kinds_of_their_own() {
    let sticker = message(json!({"content": "", "sticker_items": [{"id": "4", "name": "Wumpus"}]}));
    let poll = message(json!({"content": "", "poll": {"question": {"text": "¿?"}}}));
    for (raw, kind, reference) in
        [(sticker, AttachmentKind::Sticker, "4"), (poll, AttachmentKind::Other, "poll")]
    {
        let Some(Input::Attachment(found)) = input(&raw) else { panic!("{raw}") };
        assert_eq!((found.kind, found.reference.as_str()), (kind, reference));
    }
}

#[test]
fn only_an_edit_of_the_author_is_one() {
    let mut edited = message(json!({"content": "hola, mesa", "edited_timestamp": "2026-01-02"}));
    edited["t"] = json!("MESSAGE_UPDATE");
    assert_eq!(input(&edited), Some(Input::Edited("hola, mesa".into())));
    edited["d"]["edited_timestamp"] = json!(null);
    assert_eq!(input(&edited), None);
    let partial = json!({"t": "MESSAGE_UPDATE",
        "d": {"id": "70", "channel_id": "30", "embeds": [{"type": "link"}]}});
    assert_eq!(input(&partial), None);
}

#[test]
fn a_command_is_read_as_the_line_a_person_would_write() {
    let option =
        |name: &str, kind: u8, value: Value| json!({"name": name, "type": kind, "value": value});
    let data = |name: &str, options: Value| json!({"id": "1", "name": name, "type": 1, "options": options});
    let table = [
        (json!({"id": "1", "name": "ayuda", "type": 1}), "/ayuda"),
        (data("caso", json!([option("caso", 4, json!(12))])), "/caso 12"),
        (
            data(
                "nota",
                json!([
                    option("texto", 3, json!("es el\nfusible")),
                    option("caso", 3, json!("#12"))
                ]),
            ),
            "/nota #12 es el\nfusible",
        ),
        (
            data("nota", json!([option("text", 3, json!("5")), option("ticket", 4, json!(12))])),
            "/nota #12 5",
        ),
        (
            data(
                "escalate",
                json!([
                    option("text", 3, json!("no es nuestro")),
                    option("group", 3, json!("tecno]logia")),
                    option("ticket", 4, json!(12))
                ]),
            ),
            "/escalate #12 [tecno logia] no es nuestro",
        ),
        (data("new", json!([option("category", 3, json!("correo"))])), "/new [correo]"),
        (
            data(
                "assign",
                json!([option("technician", 3, json!("12")), option("ticket", 4, json!(5))]),
            ),
            "/assign #5 12",
        ),
        (
            data(
                "cola",
                json!([{"name": "mia", "type": 1, "options": [option("n", 4, json!(2))]}]),
            ),
            "/cola mia 2",
        ),
    ];
    for (data, expected) in table {
        let incoming = read(&interaction(2, data, json!({}))).unwrap();
        assert_eq!(incoming.input, Input::Text(expected.into()));
        assert_eq!(incoming.token.as_deref(), Some("80:aW50:c5"));
        assert_eq!(incoming.chat.key, "@5");
        assert_eq!(incoming.sender.language.as_deref(), Some("es-419"));
    }
    let data = json!({"id": "1", "name": "cola", "type": 1});
    let in_server = json!({"guild_id": "1", "member": member(ana())});
    let incoming = read(&interaction(2, data, in_server)).unwrap();
    assert_eq!(incoming.chat, Chat { key: "#30".into(), kind: ChatKind::Group });
}

#[test]
fn a_command_on_a_message_reports_it_with_a_link() {
    let mut reported = message_data();
    reported["content"] = json!("no imprime");
    reported["attachments"] = json!([file("a.png", "image/png")]);
    let data = json!({"id": "1", "name": "Reportar a la mesa", "type": 3, "target_id": "70",
        "resolved": {"messages": {"70": reported}}});
    let in_server = json!({"guild_id": "1", "member": member(ana())});
    assert_eq!(
        input(&interaction(2, data, in_server)),
        Some(Input::Text(
            "/nuevo no imprime\nhttps://cdn.discordapp.com/attachments/30/1/a.png\n\
             https://discord.com/channels/1/30/70"
                .into()
        ))
    );
    let user = json!({"id": "1", "name": "Abrir caso para…", "type": 2, "target_id": "6"});
    let unreadable = Some(Input::Unreadable("data".into()));
    assert_eq!(input(&interaction(2, user.clone(), json!({}))), unreadable, "it is answered");
    let mut pointed = user;
    pointed["resolved"] = json!({"users": {"6": {"id": "6", "username": "luis", "bot": true}}});
    let person = Sender { key: "6".into(), name: "luis".into(), language: None };
    let input = input(&interaction(2, pointed, json!({})));
    assert_eq!(input, Some(Input::OpenFor { person, program: true }));
}

#[test]
fn presses_choices_and_modals_are_read() {
    let mut pressed = message_data();
    pressed["id"] = json!("60");
    pressed["flags"] = json!(1 << 15);
    pressed["components"] = json!([{"type": 17, "id": 1, "components": [
        {"type": 10, "id": 2, "content": "¿?"}]}]);
    let on = json!({"message": pressed});
    let press = |code: &str| {
        Some(Input::Press { code: code.to_owned(), message: Some("30/60".to_owned()) })
    };
    let button = interaction(3, json!({"custom_id": "t:a:12", "component_type": 2}), on.clone());
    assert_eq!(input(&button), press("t:a:12"));
    assert_eq!(read(&button).unwrap().token.as_deref(), Some("80:aW50:b5"));
    let menu = json!({"custom_id": "menu", "component_type": 3, "values": ["d:4:red"]});
    assert_eq!(input(&interaction(3, menu, on)), press("d:4:red"));
    let form = json!({"custom_id": "d:4:=", "components": [
        {"type": 18, "component": {"type": 4, "custom_id": "text", "value": "no va"}},
        {"type": 18, "component": {"type": 19, "custom_id": "file", "values": ["9", "10"]}}],
        "resolved": {"attachments": {"9": file("a.png", "image/png")}}});
    let form = read(&interaction(5, form, json!({}))).unwrap();
    assert_eq!(form.token.as_deref(), Some("80:aW50:m5"));
    let fields = vec![("text".to_owned(), "no va".to_owned())];
    let Input::Submit { code, fields: filled, attachments } = form.input else { panic!("no form") };
    assert_eq!((code.as_str(), filled), ("d:4:=", fields));
    let kept: Vec<_> = attachments.iter().map(|kept| (kept.kind, kept.name.as_deref())).collect();
    assert_eq!(kept, [(AttachmentKind::Photo, Some("a.png"))]);
    let signed = attachments[0].reference.ends_with("a.png?ex=1&hm=2");
    assert!(signed, "without its signature the file could not be fetched");
}

#[test]
fn a_deleted_channel_is_gone_without_an_account() {
    for kind in ["CHANNEL_DELETE", "THREAD_DELETE"] {
        let gone = read(&json!({"t": kind, "d": {"id": "30", "guild_id": "1"}})).unwrap();
        assert_eq!((gone.input, gone.chat.key.as_str()), (Input::Gone, "#30"));
        assert_eq!(gone.sender.key, "", "no account has this key");
    }
}

#[test]
fn an_unreadable_event_names_the_field_and_others_are_ignored() {
    for raw in [
        json!({"t": "GUILD_CREATE", "d": {"id": "1"}}),
        json!({"t": "THREAD_DELETE", "d": {}}),
        interaction(4, json!({"id": "1", "name": "caso", "type": 1}), json!({})),
        json!({"t": "INTERACTION_CREATE", "d": {"id": "1", "token": "t", "type": 1}}),
    ] {
        assert_eq!(input(&raw), None, "{raw}");
    }
    let wrong = message(json!({"author": {"id": 5}}));
    assert_eq!(receive(&wrong, &bot()), Err(Unreadable { field: "author.id".into() }));
    let mut incomplete = interaction(2, json!({"id": "1", "name": "caso", "type": 1}), json!({}));
    incomplete["d"].as_object_mut().unwrap().remove("attachment_size_limit");
    let unreadable = input(&incomplete);
    assert!(matches!(unreadable, Some(Input::Unreadable(_))), "the person is answered");
    incomplete["d"]["attachment_size_limit"] = json!(1);
    incomplete["d"]["tomorrows_field"] = json!({"new": [1]});
    assert_eq!(input(&incomplete), Some(Input::Text("/caso".into())), "unknown fields survive");
}
