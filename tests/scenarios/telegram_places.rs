//! Telegram groups that refuse the desk's messages, and the topics of forums.

use mesabot::domain::person::Role;

use crate::support::{
    desk::{HelpDesk, scenario},
    person::Person,
};

const GROUP: i64 = -1_001_000_000_017;
const HOUR: i64 = 3_600_000;

/// A technician, an administrator, a requester, and a forum that shows the tickets of the first
/// level.
async fn linked(desk: &HelpDesk, topic: Option<i64>) -> (Person<'_>, Person<'_>, Person<'_>) {
    let ana = desk.technician("Ana").await;
    let olga = desk.staff("Olga", Role::Administrator, &[]).await;
    let marta = desk.requester("Marta");
    desk.emulator.add_group(GROUP, "Soporte");
    let code = desk.invite(None, &["soporte"]).await;
    let command = format!("/start@{} {code}", desk.emulator.bot_username());
    match topic {
        None => desk.emulator.says(ana.id, GROUP, &command),
        Some(topic) => {
            desk.emulator.opens_topic(GROUP, topic);
            desk.emulator.says_in_topic(ana.id, GROUP, topic, &command)
        }
    };
    desk.settle().await;
    ana.reads_in(GROUP);
    (ana, olga, marta)
}

/// The platform's sentences for refusing a group, and one that does not exist yet.
const REFUSALS: [(u16, &str); 13] = [
    (400, "Bad Request: TOPIC_CLOSED"),
    (400, "Bad Request: TOPIC_DELETED"),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
    (403, "Forbidden: CHAT_WRITE_FORBIDDEN"),
    (400, "Bad Request: have no rights to send a message"),
    (400, "Bad Request: not enough rights to send text messages to the chat"),
    (400, "Bad Request: CHAT_RESTRICTED"),
    (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN"),
    (400, "Bad Request: CHANNEL_PRIVATE"),
    (403, "Forbidden: group chat was deactivated"),
    (403, "Forbidden: the group chat was deleted"),
    (400, "Bad Request: SENTENCE_OF_TOMORROW"),
    (403, "Forbidden: a sentence of tomorrow"),
];

#[tokio::test]
async fn g17_a_card_refused_by_its_group_reaches_the_members_at_once() {
    for (code, sentence) in REFUSALS {
        scenario(async |desk| {
            let (ana, olga, marta) = linked(desk, None).await;
            desk.emulator.refuses_messages(GROUP, Some((code, sentence)));
            desk.opens_ticket(&marta, "No abre el correo").await;
            let notices = ana.reads();
            assert!(
                notices.contains("Caso #1") && notices.contains("[Aceptar]"),
                "{sentence}: {notices}"
            );
            let notices = olga.reads();
            assert!(notices.contains("no acepta mis mensajes"), "{sentence}: {notices}");
            assert!(notices.contains(sentence), "{notices}");

            // The administrator is told once, the members for each ticket.
            desk.opens_ticket(&marta, "No abre el calendario").await;
            assert_eq!(ana.reads().matches("Caso #2").count(), 1, "{sentence}");
            assert_eq!(olga.reads(), "", "{sentence}");

            // Within an hour after the refusal ends, the cards are back.
            desk.emulator.refuses_messages(GROUP, None);
            desk.passes(HOUR + 1).await;
            let cards = desk.emulator.messages(GROUP);
            let cards = cards.iter().filter(|post| post.text.starts_with("Caso #"));
            assert_eq!(cards.count(), 2, "{sentence}");
            assert!(olga.reads().contains("Ya puedo escribir otra vez"), "{sentence}");
            // The warnings of that hour were sent in private too.
            ana.reads();
            desk.opens_ticket(&marta, "No abre la agenda").await;
            assert_eq!(ana.reads(), "", "the group shows the ticket again");
            marta.reads();
        })
        .await;
    }
}

#[tokio::test]
async fn a_group_that_accepts_again_gets_cards_with_the_next_ticket() {
    scenario(async |desk| {
        let (ana, olga, marta) = linked(desk, None).await;
        desk.emulator.refuses_messages(GROUP, Some((400, "Bad Request: CHAT_RESTRICTED")));
        desk.opens_ticket(&marta, "No abre el correo").await;
        desk.emulator.refuses_messages(GROUP, None);
        desk.opens_ticket(&marta, "No abre el calendario").await;
        ana.reads();
        marta.reads();
        let notices = olga.reads();
        assert!(notices.contains("Ya puedo escribir otra vez"), "{notices}");
        let cards = desk.emulator.messages(GROUP);
        assert!(cards.iter().any(|post| post.text.starts_with("Caso #1")));
        assert!(cards.iter().any(|post| post.text.starts_with("Caso #2")));
    })
    .await;
}

#[tokio::test]
async fn a_bot_that_is_added_again_keeps_its_group_link() {
    scenario(async |desk| {
        let (ana, olga, marta) = linked(desk, None).await;
        desk.emulator.kicks_bot(ana.id, GROUP);
        desk.settle().await;
        assert!(olga.reads().contains("El bot ya no está en el chat"));
        desk.opens_ticket(&marta, "No abre el correo").await;
        assert!(ana.reads().contains("Caso #1"));
        desk.emulator.readds_bot(ana.id, GROUP);
        desk.settle().await;
        assert!(olga.reads().contains("Ya puedo escribir otra vez"));
        desk.opens_ticket(&marta, "No abre el calendario").await;
        marta.reads();
        assert_eq!(ana.reads(), "");
        assert!(desk.emulator.messages(GROUP).iter().any(|p| p.text.starts_with("Caso #2")));
    })
    .await;
}

#[tokio::test]
async fn a_code_used_in_a_topic_links_the_topic() {
    scenario(async |desk| {
        let (ana, olga, marta) = linked(desk, Some(45)).await;
        let answers = desk.emulator.read_topic(GROUP, 45);
        assert_eq!(answers.len(), 1, "asked in the topic, answered in it: {answers:?}");
        desk.opens_ticket(&marta, "No abre el correo").await;
        let there = desk.emulator.read_topic(GROUP, 45);
        assert!(there[1].starts_with("Caso #1"), "{there:?}");
        ana.presses_in(GROUP, "Aceptar").await;
        ana.reads();
        assert!(desk.emulator.read_topic(GROUP, 45)[1].contains("Atiende: Ana"));

        for lost in ["closed", "deleted"] {
            match lost {
                "closed" => desk.emulator.closes_topic(GROUP, 45),
                _ => desk.emulator.deletes_topic(GROUP, 45),
            };
            desk.opens_ticket(&marta, "No abre el calendario").await;
            assert!(ana.reads().contains("No abre el calendario"), "{lost}");
            assert!(olga.reads().contains("no acepta mis mensajes"), "{lost}");
            desk.emulator.opens_topic(GROUP, 45);
            desk.passes(HOUR + 1).await;
            assert!(olga.reads().contains("Ya puedo escribir otra vez"), "{lost}");
            ana.reads();
        }
        marta.reads();
    })
    .await;
}

#[tokio::test]
async fn a_closed_general_topic_counts_as_a_refusal() {
    scenario(async |desk| {
        let (ana, olga, marta) = linked(desk, None).await;
        desk.emulator.closes_general(GROUP, true);
        desk.opens_ticket(&marta, "No abre el correo").await;
        assert!(ana.reads().contains("Caso #1"));
        assert!(olga.reads().contains("TOPIC_CLOSED"));
        marta.reads();
    })
    .await;
}
