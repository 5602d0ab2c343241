//! The Discord adapter over the wire: messages are rendered correctly, arrive once, interactions
//! are answered in time, and errors are distinguished.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::time::{Duration, Instant};

use mesabot::{
    channel::{
        Channel, Envelope, Plan, SendError,
        discord::{
            ConnectError, Discord, DiscordSettings, InteractionKind, InteractionToken, connect,
        },
    },
    chat::{
        commands::CATALOGUE,
        outgoing::{Button, Form, FormField, Outgoing, RichText},
    },
};
use serde_json::json;

use crate::support::discord::{BOT_ID, BOT_NAME, ChannelKind, Emulator, Fault, MANAGE_MESSAGES};

mod two_processes;

const ANA: u64 = 5;
const GUILD: u64 = 70;
const MESA: u64 = 71;

/// The settings of a bot that talks to `emulator`.
fn settings(emulator: &Emulator) -> DiscordSettings {
    DiscordSettings {
        token: emulator.token().into(),
        api_url: emulator.api_url().parse().unwrap(),
        guild_id: Some(GUILD),
        channel_id: Some(MESA),
        staff_permission: None,
        request_timeout: Duration::from_secs(5),
    }
}

/// A server with Ana in it, and a bot connected to the server.
async fn world() -> (Emulator, Discord) {
    let emulator = Emulator::start().await;
    emulator.add_user(ANA, "Ana", "es-419");
    emulator.add_guild(GUILD, "Oficina");
    emulator.add_channel(MESA, GUILD, ChannelKind::Text, "mesa");
    emulator.joins(GUILD, ANA);
    let (discord, identity) = connect(&settings(&emulator)).await.unwrap();
    assert_eq!((identity.application_id, identity.user_id), (BOT_ID, BOT_ID));
    assert_eq!(identity.username, BOT_NAME.to_lowercase());
    (emulator, discord)
}

fn plain(text: &str) -> Outgoing {
    Outgoing { text: RichText::plain(text), ..Default::default() }
}

fn asked() -> Outgoing {
    let field = FormField {
        key: "text".into(),
        label: "La nota".into(),
        value: None,
        optional: false,
        choices: vec![],
        ..FormField::default()
    };
    let form = Form { title: "Escribir".into(), code: "d:9:=".into(), fields: vec![field] };
    Outgoing { form: Some(form), ..plain("¿Qué anoto?") }
}

/// The token with which an interaction is answered.
fn token(emulator: &Emulator, interaction: u64, kind: InteractionKind) -> InteractionToken {
    let token = emulator.interaction(interaction)["token"].as_str().unwrap().to_owned();
    InteractionToken { id: interaction.to_string(), token, kind, user: None }
}

/// Ana runs `/help`.
async fn command(emulator: &Emulator, discord: &Discord) -> InteractionToken {
    discord.register_commands(CATALOGUE.iter()).await.unwrap();
    let interaction = emulator.uses_command(ANA, MESA, "help", &[]);
    token(emulator, interaction, InteractionKind::Command)
}

/// The envelope of an answer to an interaction.
fn answering(via: &str) -> Envelope<'_> {
    Envelope { via: Some(via), ..Envelope::to("#71") }
}

/// The type of the first answer.
fn first(emulator: &Emulator, token: &InteractionToken) -> Option<u64> {
    let id = token.id.parse().unwrap();
    emulator.read(|ledger| ledger.response_to(id).map(|response| response.kind))
}

fn expect_no_violations(emulator: &Emulator) {
    assert_eq!(emulator.read(|ledger| ledger.violations.clone()), Vec::<String>::new());
}

#[tokio::test]
async fn a_message_is_escaped_and_its_card_is_edited_in_place() {
    let (emulator, discord) = world().await;
    let button = Button { label: "Tomar".into(), code: "t:a:1".into() };
    let card = Outgoing { buttons: vec![vec![button]], ..plain("@everyone *caso* <@5>") };
    let key = discord.send(&Envelope::to("@5"), &card).await.unwrap();
    let post = emulator.messages(emulator.direct(ANA)).pop().unwrap();
    assert_eq!(post.text(), "\\@everyone \\*caso\\* \\<@5\\>");
    assert_eq!(key, format!("{}/{}", post.channel, post.message_id));
    assert_eq!(post.buttons()[0].custom_id, "t:a:1");
    discord.edit("@5", &key, &plain("resuelto")).await.unwrap();
    let post = emulator.messages(post.channel).pop().unwrap();
    assert_eq!((post.text().as_str(), post.buttons().len()), ("resuelto", 0));
    emulator.deletes(post.channel, post.message_id);
    let gone = discord.edit("@5", &key, &plain("otra vez")).await;
    assert!(matches!(gone, Err(SendError::Gone)), "{gone:?}");
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn a_message_with_a_lost_answer_is_resent_and_appears_once() {
    let (emulator, discord) = world().await;
    emulator.faults().next("POST /channels/*/messages", 1, Fault::DropAfter);
    let to = Envelope { nonce: Some("7.abc"), ..Envelope::to("#71") };
    assert!(discord.repeats_safely(None) && !discord.repeats_safely(Some("1:t:c")));
    let lost = discord.send(&to, &plain("hola")).await;
    assert!(matches!(lost, Err(SendError::Unknown(_))), "{lost:?}");
    let key = discord.send(&to, &plain("hola")).await.unwrap();
    let posts = emulator.messages(MESA);
    assert_eq!(posts.len(), 1);
    assert_eq!(key, format!("{MESA}/{}", posts[0].message_id));
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn send_errors_are_distinguished() {
    let (emulator, discord) = world().await;
    let send = async || discord.send(&Envelope::to("#71"), &plain("hola")).await;
    emulator.faults().next("POST /channels/*/messages", 1, Fault::ServerError502Html);
    assert!(matches!(send().await, Err(SendError::Transient(_))));
    let limited = Fault::RateLimited { retry_after: 30.0, global: false, scope: "user" };
    emulator.faults().next("POST /channels/*/messages", 1, limited);
    let wait = send().await;
    assert!(
        matches!(wait, Err(SendError::RetryAfter(wait)) if wait == Duration::from_secs(30)),
        "{wait:?}"
    );
    // The route stays blocked without another call.
    let calls = emulator.read(|ledger| ledger.calls_of("POST /channels/*/messages"));
    assert!(matches!(send().await, Err(SendError::RetryAfter(_))));
    assert_eq!(emulator.read(|ledger| ledger.calls_of("POST /channels/*/messages")), calls);
    let nowhere = discord.send(&Envelope::to("#404"), &plain("hola")).await;
    assert!(matches!(nowhere, Err(SendError::Vanished(_))), "{nowhere:?}");
    let unreadable = discord.send(&Envelope::to("ana"), &plain("hola")).await;
    assert!(matches!(unreadable, Err(SendError::Refused(_))));
}

#[tokio::test]
async fn a_wrong_token_is_reported_with_a_remedy_and_not_shown() {
    let emulator = Emulator::start().await;
    let settings = DiscordSettings { token: "wrong.to.ken".into(), ..settings(&emulator) };
    let error = connect(&settings).await.unwrap_err();
    assert!(matches!(error, ConnectError::Token));
    assert!(error.to_string().contains("Reset Token"));
    assert!(!format!("{settings:?}").contains("wrong"));
    let unreachable =
        DiscordSettings { api_url: "http://127.0.0.1:9".parse().unwrap(), ..settings };
    assert!(matches!(connect(&unreachable).await, Err(ConnectError::Network(_))));
}

#[tokio::test]
async fn a_person_with_closed_dms_is_reached_in_a_private_thread() {
    let (emulator, discord) = world().await;
    emulator.closes_dms(ANA);
    for text in ["uno", "dos"] {
        discord.send(&Envelope::to("@5"), &plain(text)).await.unwrap();
    }
    let threads = emulator.threads(MESA);
    assert_eq!(threads.len(), 1);
    assert_eq!(emulator.messages(threads[0]).len(), 2);
    assert_eq!(emulator.messages(MESA).len(), 0);
    emulator.archives_thread(threads[0]);
    discord.send(&Envelope::to("@5"), &plain("tres")).await.unwrap();
    assert_eq!(emulator.messages(threads[0]).len(), 3);
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn a_tickets_thread_is_created_once() {
    let (emulator, discord) = world().await;
    let plan = Plan { place: "#71", name: "#3 · No va" };
    let key = discord.open_thread(&plan).await.unwrap();
    assert_eq!(discord.open_thread(&plan).await.unwrap(), key);
    discord.admit(&key, "5").await.unwrap();
    discord.admit(&key, "5").await.unwrap();
    for archived in [true, true, false, false, true] {
        discord.archive(&key, archived).await.unwrap();
        assert_eq!(discord.open_thread(&plan).await.unwrap(), key);
    }
    discord.admit(&key, "5").await.unwrap();
    let stranger = discord.admit(&key, "6").await;
    assert!(matches!(stranger, Err(SendError::Refused(_))), "{stranger:?}");
    emulator.deletes_thread(emulator.threads(MESA)[0]);
    let gone = discord.send(&Envelope::to(&key), &plain("hola")).await;
    assert!(matches!(gone, Err(SendError::Vanished(_))), "{gone:?}");
    assert_ne!(discord.open_thread(&plan).await.unwrap(), key);
    emulator.deletes_channel(MESA);
    let gone = discord.open_thread(&plan).await;
    assert!(matches!(gone, Err(SendError::Vanished(_))), "{gone:?}");
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn a_tickets_thread_is_never_taken_for_a_private_thread() {
    let (emulator, discord) = world().await;
    let plan = Plan { place: "#71", name: "#3 · No va · 5" };
    let key = discord.open_thread(&plan).await.unwrap();
    emulator.closes_dms(ANA);
    let sent = discord.send(&Envelope::to("@5"), &plain("solo para Ana")).await.unwrap();
    assert!(!format!("#{sent}").starts_with(&key), "{sent} is in {key}");
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn in_a_public_channel_only_a_mention_is_sent() {
    let (emulator, discord) = world().await;
    emulator.closes_dms(ANA);
    let refused = Fault::Status(403, 50_013, "Missing Permissions".into());
    emulator.faults().next("POST /channels/*/threads", 1, refused);
    let outcome = discord.send(&Envelope::to("@5"), &plain("secreto")).await;
    assert!(matches!(outcome, Err(SendError::Unreachable(_))), "{outcome:?}");
    let said = emulator.messages(MESA).pop().unwrap().text();
    assert!(said.contains("<@5>") && !said.contains("secreto"), "{said}");
}

#[tokio::test]
async fn commands_are_registered_once() {
    let (emulator, discord) = world().await;
    assert!(discord.register_commands(CATALOGUE.iter()).await.unwrap());
    assert!(!discord.register_commands(CATALOGUE.iter()).await.unwrap());
    let commands = emulator.commands(Some(GUILD));
    let new = commands.iter().find(|command| command["name"] == "new").unwrap();
    assert_eq!(new["name_localizations"]["es-419"], "nuevo");
    let tidy = DiscordSettings { staff_permission: Some(MANAGE_MESSAGES), ..settings(&emulator) };
    let (discord, _) = connect(&tidy).await.unwrap();
    assert!(
        discord.register_commands(CATALOGUE.iter()).await.unwrap(),
        "a changed permission registers the command again"
    );
    assert!(!discord.register_commands(CATALOGUE.iter()).await.unwrap());
    emulator.may_only(ANA, 0);
    let offered = emulator.offers(ANA, MESA);
    assert!(offered.contains(&"new".to_owned()) && !offered.contains(&"queue".to_owned()));
    emulator.may_only(ANA, MANAGE_MESSAGES);
    assert!(emulator.offers(ANA, MESA).contains(&"queue".to_owned()));
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn a_command_is_answered_by_a_form_and_then_ephemerally() {
    let (emulator, discord) = world().await;
    let token = command(&emulator, &discord).await;
    discord.interactions().arrived(token.clone(), Instant::now());
    let via = token.encode();
    let to = Envelope { via: Some(&via), ..Envelope::to("#71") };
    discord.send(&to, &asked()).await.unwrap();
    assert_eq!(first(&emulator, &token), Some(9));
    assert_eq!(emulator.modal_shown(ANA).unwrap().custom_id, "d:9:=");
    let interaction =
        emulator.submits(ANA, token.id.parse().unwrap(), &[("text", json!("apagada"))]);
    let sent = self::token(&emulator, interaction, InteractionKind::Modal);
    let via = sent.encode();
    let to = Envelope { via: Some(&via), ..to };
    // Discord allows no modal in response to a modal: the button opens it again.
    discord.send(&to, &asked()).await.unwrap();
    discord.answer(&answering(&via), Some("listo")).await.unwrap();
    let seen = emulator.ephemerals(ANA);
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].buttons()[0].custom_id, "w:9");
    assert_eq!(seen[1].text(), "listo");
    assert_eq!(emulator.messages(MESA).len(), 0);
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn a_slow_answer_is_deferred_and_then_replaces_the_wait() {
    let (emulator, discord) = world().await;
    let token = command(&emulator, &discord).await;
    let early = Instant::now().checked_sub(Duration::from_millis(1_900)).unwrap();
    discord.interactions().arrived(token.clone(), early);
    let id = token.id.parse().unwrap();
    emulator.wait_until(|ledger| ledger.response_to(id).is_some(), Duration::from_secs(5)).await;
    assert_eq!(first(&emulator, &token), Some(5));
    let via = token.encode();
    discord.send(&Envelope { via: Some(&via), ..Envelope::to("#71") }, &plain("ya")).await.unwrap();
    let seen = emulator.ephemerals(ANA);
    assert_eq!(seen.iter().map(|post| post.text()).collect::<Vec<_>>(), ["ya"]);
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn a_bare_acknowledgement_is_invisible() {
    let (emulator, discord) = world().await;
    let token = command(&emulator, &discord).await;
    discord.answer(&answering(&token.encode()), None).await.unwrap();
    assert_eq!(first(&emulator, &token), Some(5));
    assert_eq!(emulator.ephemerals(ANA).len(), 0);
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn a_bare_acknowledgement_with_a_lost_delete_can_be_repeated() {
    let (emulator, discord) = world().await;
    let token = command(&emulator, &discord).await;
    emulator.faults().next("DELETE /webhooks/*/*/messages/*", 1, Fault::DropAfter);
    let lost = discord.answer(&answering(&token.encode()), None).await;
    assert!(matches!(lost, Err(SendError::Transient(_))), "the delivery can be repeated: {lost:?}");
    discord.answer(&answering(&token.encode()), None).await.unwrap();
    assert_eq!(emulator.ephemerals(ANA).len(), 0);
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn a_lost_first_answer_is_checked_and_shown_once() {
    let (emulator, discord) = world().await;
    let token = command(&emulator, &discord).await;
    emulator.faults().next("POST /interactions/*/*/callback", 1, Fault::DropAfter);
    let via = token.encode();
    let to = Envelope { via: Some(&via), ..Envelope::to("#71") };
    discord.send(&to, &plain("hola")).await.unwrap();
    assert_eq!(emulator.ephemerals(ANA).len(), 1);
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn an_answer_before_a_crash_is_not_repeated() {
    let (emulator, discord) = world().await;
    let messaged = command(&emulator, &discord).await.encode();
    let asked_for = command(&emulator, &discord).await.encode();
    let to = |via| Envelope { via: Some(via), ..Envelope::to("#71") };
    discord.send(&to(&messaged), &plain("Su *caso*")).await.unwrap();
    discord.send(&to(&asked_for), &asked()).await.unwrap();
    let (reborn, _) = connect(&settings(&emulator)).await.unwrap();
    reborn.send(&to(&messaged), &plain("Su *caso*")).await.unwrap();
    reborn.send(&to(&asked_for), &asked()).await.unwrap();
    let seen = |emulator: &Emulator| emulator.ephemerals(ANA).len();
    assert_eq!(seen(&emulator), 1, "the message appears once, and the form is open");
    reborn.send(&to(&messaged), &plain("y algo más")).await.unwrap();
    assert_eq!(seen(&emulator), 2, "a message that was not sent yet appears");
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn an_answer_after_the_token_expired_goes_to_the_chat() {
    let (emulator, discord) = world().await;
    let token = command(&emulator, &discord).await;
    emulator.interactions_expire();
    let via = token.encode();
    discord.answer(&answering(&via), Some("tarde")).await.unwrap();
    discord
        .send(&Envelope { via: Some(&via), ..Envelope::to("@5") }, &plain("aquí"))
        .await
        .unwrap();
    assert_eq!(emulator.messages(emulator.direct(ANA)).len(), 1);
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn a_late_answer_that_is_repeated_appears_once() {
    let (emulator, discord) = world().await;
    let token = InteractionToken { user: Some(ANA), ..command(&emulator, &discord).await };
    emulator.interactions_expire();
    let via = token.encode();
    let to = Envelope { nonce: Some("7.abc"), ..answering(&via) };
    discord.answer(&to, Some("tarde")).await.unwrap();
    discord.answer(&to, Some("tarde")).await.unwrap();
    assert_eq!(emulator.messages(emulator.direct(ANA)).len(), 1);
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn a_form_refused_for_its_file_field_is_opened_without_it() {
    let (emulator, discord) = world().await;
    let mut asking = asked();
    let files = FormField {
        key: "file".into(),
        label: "Archivos".into(),
        optional: true,
        files: 5,
        ..FormField::default()
    };
    asking.form.as_mut().unwrap().fields.push(files);
    let whole = command(&emulator, &discord).await;
    let open = async |token: &InteractionToken| {
        let via = token.encode();
        let to = Envelope { via: Some(&via), ..Envelope::to("#71") };
        discord.send(&to, &asking).await.unwrap();
        emulator.modal_shown(ANA).map(|modal| modal.components.len())
    };
    assert_eq!(open(&whole).await, Some(2));
    let invalid = Fault::Status(400, 50035, "Invalid Form Body".into());
    emulator.faults().next("POST /interactions/*/*/callback", 1, invalid.clone());
    emulator.closes_modal(ANA);
    let fewer = command(&emulator, &discord).await;
    assert_eq!(open(&fewer).await, Some(1));
    // Where Discord refuses the form altogether, the question is asked in words.
    emulator.faults().next("POST /interactions/*/*/callback", 2, invalid);
    emulator.closes_modal(ANA);
    let none = command(&emulator, &discord).await;
    assert_eq!(open(&none).await, None);
    assert_eq!(emulator.ephemerals(ANA).pop().unwrap().buttons()[0].custom_id, "w:9");
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn of_concurrent_answers_exactly_one_is_the_first() {
    let (emulator, discord) = world().await;
    let token = command(&emulator, &discord).await;
    let late = Instant::now().checked_sub(Duration::from_millis(1_995)).unwrap();
    discord.interactions().arrived(token.clone(), late);
    let via = token.encode();
    let to = Envelope { via: Some(&via), ..Envelope::to("#71") };
    let uno = plain("uno");
    let dos = plain("dos");
    let late = answering(&via);
    let (one, other, last) = tokio::join!(
        discord.send(&to, &uno),
        discord.send(&to, &dos),
        discord.answer(&late, Some("tres")),
    );
    assert!(one.is_ok() && other.is_ok() && last.is_ok(), "{one:?} {other:?} {last:?}");
    let mut seen: Vec<String> = emulator.ephemerals(ANA).iter().map(|post| post.text()).collect();
    seen.sort();
    assert_eq!(seen, ["dos", "tres", "uno"]);
    let calls = emulator.read(|ledger| ledger.calls_of("POST /interactions/*/*/callback"));
    assert_eq!(calls, 1, "only one answer is the first");
    expect_no_violations(&emulator);
}
