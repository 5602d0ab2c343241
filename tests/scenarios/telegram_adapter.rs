//! The Telegram adapter over the wire: messages are rendered correctly, and errors are
//! distinguished.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::time::Duration;

use mesabot::{
    channel::{
        Channel, Envelope, MenuEntry, SendError,
        telegram::{ConnectError, MenuScope, ScopedMenu, Telegram, TelegramSettings, connect},
    },
    chat::outgoing::{Button, Outgoing, RichText, Style},
};
use serde_json::json;
use tokio::time::Instant;

use crate::support::{
    port,
    telegram::{Effect, Emulator, Fault, Gate},
};

const ANA: i64 = 5;

/// The settings of a bot that talks to `emulator`.
pub fn settings(emulator: &Emulator) -> TelegramSettings {
    TelegramSettings {
        token: emulator.token().into(),
        api_url: emulator.api_url().parse().unwrap(),
        poll_timeout: Duration::from_secs(50),
        request_timeout: Duration::from_secs(5),
    }
}

/// The same with a short timeout, for calls that are never answered.
fn impatient(emulator: &Emulator) -> TelegramSettings {
    TelegramSettings { request_timeout: Duration::from_millis(300), ..settings(emulator) }
}

/// An emulator where Ana has written, and a bot connected to it.
async fn world() -> (Emulator, Telegram) {
    let emulator = Emulator::start().await;
    emulator.add_user(ANA, "Ana", "es");
    emulator.says(ANA, ANA, "hola");
    let (telegram, bot) = connect(&settings(&emulator)).await.unwrap();
    assert_eq!(bot.username, emulator.bot_username());
    (emulator, telegram)
}

fn plain(text: &str) -> Outgoing {
    Outgoing { text: RichText::plain(text), buttons: Vec::new(), ..Default::default() }
}

/// The envelope that acknowledges a press.
fn answering(press: &str) -> Envelope<'_> {
    Envelope { via: Some(press), ..Envelope::to("5") }
}

/// The outcome without its explanation.
fn name(outcome: &Result<String, SendError>) -> &'static str {
    match outcome {
        Ok(_) => "sent",
        Err(SendError::Unreachable(_)) => "unreachable",
        Err(SendError::Vanished(_)) => "vanished",
        Err(SendError::Moved { .. }) => "moved",
        Err(SendError::RetryAfter(_)) => "retry after",
        Err(SendError::Transient(_)) => "transient",
        Err(SendError::Refused(_)) => "refused",
        Err(SendError::Gone) => "gone",
        Err(SendError::Unknown(_)) => "unknown",
    }
}

#[tokio::test]
async fn a_message_arrives_with_its_words_styles_and_buttons() {
    let (emulator, telegram) = world().await;
    let mut text = RichText::default();
    text.push("🖨️ ", Style::Plain);
    text.push("Caso #1 ", Style::Bold);
    text.push("<b>*no*_es_</b> https://example.com", Style::Plain);
    text.push(" 𝄞", Style::Italic);
    let button = Button { label: "Aceptar".to_owned(), code: "v1:acc:1".to_owned() };
    let message =
        Outgoing { text: text.clone(), buttons: vec![vec![button]], ..Default::default() };

    let key = telegram.send(&Envelope::to("5"), &message).await.unwrap();
    let post = emulator.messages(ANA).remove(0);
    assert_eq!(key, post.message_id.to_string());
    assert_eq!(post.text, text.to_plain());
    assert_eq!(post.buttons[0][0].code, "v1:acc:1");
    assert_eq!(
        post.entities,
        [
            json!({"type": "bold", "offset": 4, "length": 7}),
            json!({"type": "italic", "offset": 48, "length": 2}),
        ]
    );

    telegram.edit("5", &key, &message).await.expect("an unchanged edit is a success");
    assert_eq!(emulator.read(|ledger| ledger.edits().count()), 0);
    telegram.edit("5", &key, &plain("Caso #1: resuelto")).await.unwrap();
    let post = emulator.messages(ANA).remove(0);
    assert_eq!(post.text, "Caso #1: resuelto");
    assert!(post.buttons.is_empty(), "an edit without buttons removes them");

    emulator.deletes(ANA, post.message_id);
    assert!(matches!(telegram.edit("5", &key, &message).await, Err(SendError::Gone)));
    assert!(emulator.read(|ledger| ledger.violations.is_empty()));
}

#[tokio::test]
async fn unreachable_chats_are_distinguished_from_mistakes() {
    let (emulator, telegram) = world().await;
    emulator.add_user(6, "Luis", "es");
    emulator.add_group(-7, "Mesa");
    emulator.add_group(-1_001_000_000_009, "Otra");
    let moved_to = emulator.upgrade_group(ANA, -7);
    emulator.kicks_bot(ANA, -1_001_000_000_009);
    let send =
        async |chat: &str, text: &str| telegram.send(&Envelope::to(chat), &plain(text)).await;

    assert_eq!(name(&send("5", "hola").await), "sent");
    assert_eq!(name(&send("6", "never wrote to the bot").await), "unreachable");
    assert_eq!(name(&send("-1001000000009", "thrown out").await), "unreachable");
    assert_eq!(name(&send("404", "no such chat").await), "unreachable");
    assert_eq!(name(&send("not a key", "hola").await), "refused");
    assert_eq!(name(&send("5", &"x".repeat(4097)).await), "sent", "in parts");
    let parts = emulator.read(|ledger| ledger.said_to(5).concat());
    assert_eq!(parts.matches('x').count(), 4097);
    assert_eq!(name(&send("5", "").await), "refused");
    let moved = send("-7", "hola").await;
    assert!(matches!(&moved, Err(SendError::Moved { to }) if *to == moved_to.to_string()));
    assert_eq!(name(&send(&moved_to.to_string(), "hola").await), "sent");

    emulator.blocks(ANA);
    assert_eq!(name(&send("5", "hola").await), "unreachable");
    emulator.unblocks(ANA);
    assert_eq!(name(&send("5", "hola").await), "sent");
    emulator.deactivates(ANA);
    assert_eq!(name(&send("5", "hola").await), "unreachable");
}

#[tokio::test]
async fn failed_sends_are_distinguished_from_unknown_outcomes() {
    let (emulator, _) = world().await;
    let telegram = Telegram::new(&impatient(&emulator)).unwrap();
    let sent = || emulator.read(|ledger| ledger.sends().count());
    let table = [
        (Fault::RetryAfter(9), "retry after", 0),
        (Fault::Http400("Bad Request: something new".to_owned()), "sent", 1),
        (Fault::Refuse(403, "Forbidden: user is deactivated".to_owned()), "unreachable", 0),
        (Fault::Refuse(401, "Unauthorized".to_owned()), "transient", 0),
        (Fault::ServerError502Html, "transient", 0),
        (Fault::Refuse(500, "Internal Server Error".to_owned()), "transient", 0),
        (Fault::DropBefore, "unknown", 0),
        (Fault::Hang(Gate::closed()), "unknown", 0),
        (Fault::DropAfter, "unknown", 1),
    ];
    for (fault, expected, effects) in table {
        let before = sent();
        emulator.faults().next("sendMessage", 1, fault.clone());
        let asked = Instant::now();
        let outcome = telegram.send(&Envelope::to("5"), &plain("hola")).await;
        assert_eq!(name(&outcome), expected, "{fault:?}");
        assert_eq!(sent() - before, effects, "{fault:?}");
        // teloxide's own retry would sleep for ten seconds after a 502.
        let most = if expected == "unknown" { 5_000 } else { 1_000 };
        assert!(asked.elapsed() < Duration::from_millis(most), "{fault:?}");
    }
    assert!(matches!(
        telegram.send(&Envelope::to("5"), &plain("hola")).await,
        Ok(key) if key == emulator.last_message(ANA).to_string()
    ));
}

#[tokio::test]
async fn a_plain_retry_distinguishes_a_refused_chat_from_a_refused_message() {
    let (emulator, _) = world().await;
    let telegram = Telegram::new(&impatient(&emulator)).unwrap();
    for (sentence, expected) in [
        ("Bad Request: something new", "unreachable"),
        ("Bad Request: can't parse entities", "refused"),
    ] {
        let fault = Fault::Http400(sentence.to_owned());
        emulator.faults().next("sendMessage", 2, fault);
        let outcome = telegram.send(&Envelope::to("5"), &plain("hola")).await;
        assert_eq!(name(&outcome), expected, "{sentence}");
    }
    emulator.faults().next("sendMessage", 1, Fault::Http400("Bad Request: TOPIC_CLOSED".into()));
    let outcome = telegram.send(&Envelope::to("5"), &plain("hola")).await;
    assert_eq!(name(&outcome), "unreachable", "a known sentence is not tried twice");
    assert_eq!(emulator.read(|ledger| ledger.sends().count()), 0);
}

#[tokio::test]
async fn an_unreachable_platform_has_sent_nothing() {
    let (emulator, _) = world().await;
    let free = port::free();
    let nowhere = TelegramSettings {
        api_url: format!("http://{free}").parse().unwrap(),
        ..settings(&emulator)
    };
    let telegram = Telegram::new(&nowhere).unwrap();
    assert_eq!(name(&telegram.send(&Envelope::to("5"), &plain("hola")).await), "transient");
    let error = connect(&nowhere).await.unwrap_err();
    assert!(matches!(error, ConnectError::Network(_)));
    assert!(error.to_string().contains("MESABOT_TELEGRAM__API_URL"), "{error}");
    assert!(!error.to_string().contains(emulator.token()));
}

#[tokio::test]
async fn a_wrong_token_is_reported_with_a_remedy_and_not_shown() {
    let (emulator, _) = world().await;
    let wrong = TelegramSettings { token: "1:wrong".into(), ..settings(&emulator) };
    let error = connect(&wrong).await.unwrap_err();
    assert!(matches!(error, ConnectError::Token));
    assert!(error.to_string().contains("@BotFather"));
    assert!(!format!("{error:?} {error}").contains("1:wrong"));
}

#[tokio::test]
async fn presses_are_acknowledged_however_old() {
    let (emulator, telegram) = world().await;
    let press = emulator.presses(ANA, ANA, 1, "v1:acc:1");
    telegram.answer(&answering(&press), Some(&"ñ".repeat(300))).await.unwrap();
    let shown = emulator.read(|ledger| {
        ledger.answers().next().and_then(|(_, text)| text.map(str::to_owned)).unwrap()
    });
    assert_eq!(shown.chars().count(), 200);
    let bare = emulator.presses(ANA, ANA, 1, "v1:acc:1");
    telegram.answer(&answering(&bare), None).await.unwrap();
    emulator.presses_expire();
    telegram.answer(&answering(&bare), Some("tarde")).await.expect("an expired press is a success");
    assert_eq!(emulator.read(|ledger| ledger.answers_to(&bare)), 1);
}

#[tokio::test]
async fn menus_are_set_per_kind_of_chat_language_and_single_chat() {
    let (emulator, telegram) = world().await;
    let entry = |name: &str| MenuEntry { name: name.to_owned(), help: "Abrir un caso".to_owned() };
    let menu = |scope, language| ScopedMenu { scope, language, entries: vec![entry("nuevo")] };
    let menus = [
        menu(MenuScope::AllPrivateChats, Some("en")),
        menu(MenuScope::AllGroupChats, None),
        menu(MenuScope::Default, None),
    ];
    telegram.register_menus(&menus).await.unwrap();
    telegram.show_menu("5", &[entry("nuevo"), entry("cola")]).await.unwrap();
    let set = emulator.read(|ledger| {
        let menus = ledger.effects.iter().filter_map(|effect| match effect {
            Effect::Menu { scope, language, commands } => {
                Some((scope.clone(), language.clone(), commands.len()))
            }
            _ => None,
        });
        menus.collect::<Vec<_>>()
    });
    assert_eq!(
        set,
        [
            (json!({"type": "all_private_chats"}), "en".to_owned(), 1),
            (json!({"type": "all_group_chats"}), String::new(), 1),
            (json!({"type": "default"}), String::new(), 1),
            (json!({"type": "chat", "chat_id": ANA}), String::new(), 2),
        ]
    );
    let wrong = telegram.show_menu("5", &[entry("Nuevo Caso")]).await;
    assert!(matches!(wrong, Err(SendError::Refused(_))));
    assert!(emulator.read(|ledger| ledger.violations.is_empty()));
}
