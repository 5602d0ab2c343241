//! Features of Telegram's groups only: anonymous senders, upgrades to supergroups, and conversation
//! that is not for the desk. What all networks' groups share is in `groups.rs`.

use insta::assert_snapshot;

use crate::support::{
    desk::{HelpDesk, scenario},
    person::Person,
};

const GROUP: i64 = -4_001;

/// A group chat that shows the tickets of the first level.
async fn linked(desk: &HelpDesk) -> (Person<'_>, Person<'_>) {
    let ana = desk.technician("Ana").await;
    let marta = desk.requester("Marta");
    desk.emulator.add_group(GROUP, "Soporte");
    let code = desk.invite(None, &["soporte"]).await;
    desk.emulator.says(ana.id, GROUP, &format!("/start@{} {code}", desk.emulator.bot_username()));
    desk.settle().await;
    (ana, marta)
}

#[tokio::test]
async fn an_anonymous_sender_is_asked_to_use_their_own_account() {
    scenario(async |desk| {
        let (ana, marta) = linked(desk).await;
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads_in(GROUP);
        desk.emulator.says_anonymously(GROUP, "/aceptar 1");
        desk.settle().await;
        assert_snapshot!(ana.reads_in(GROUP), @"No puedo saber quién es usted cuando escribe en nombre del grupo o de un canal. Desactive «Permanecer anónimo» o escríbame en privado.");
        assert_eq!(desk.newest().await.technician_id, None);
        desk.emulator.says_anonymously(GROUP, "buenos días a todos");
        desk.settle().await;
        assert_eq!(ana.reads_in(GROUP), "", "conversation is not answered");
    })
    .await;
}

#[tokio::test]
async fn a_group_that_becomes_a_supergroup_is_followed() {
    scenario(async |desk| {
        let (ana, marta) = linked(desk).await;
        desk.opens_ticket(&marta, "No abre el correo").await;
        let new = desk.emulator.upgrade_group(ana.id, GROUP);
        desk.opens_ticket(&marta, "No abre el calendario").await;
        marta.reads();
        ana.reads();
        let there = desk.emulator.messages(new);
        let texts: Vec<&str> = there.iter().map(|post| post.text.lines().next().unwrap()).collect();
        assert_snapshot!(texts.join("\n"), @"Caso #2 · No abre el calendario");
        ana.presses_in(new, "Aceptar").await;
        ana.reads();
        marta.reads();
    })
    .await;
}

#[tokio::test]
async fn conversation_in_a_group_is_not_read() {
    scenario(async |desk| {
        let (ana, marta) = linked(desk).await;
        let berta = desk.stranger("Berta", "es");
        ana.reads_in(GROUP);
        for text in ["¿almorzamos?", "/otracosa", "/cola@OtroBot"] {
            desk.emulator.says(ana.id, GROUP, text);
            desk.emulator.says(berta.id, GROUP, text);
        }
        desk.settle().await;
        assert_eq!(ana.reads_in(GROUP), "");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads_in(GROUP);
        let card = desk.emulator.messages(GROUP).pop().unwrap().message_id;
        desk.emulator.replies(ana.id, GROUP, card, "ya voy");
        desk.settle().await;
        assert_snapshot!(ana.reads_in(GROUP), @"Para contestar desde el grupo, responda a la tarjeta con /responder texto o con /nota texto.");
        berta.presses_in(GROUP, "Aceptar").await;
        assert_snapshot!(berta.reads(), @"~ Primero escríbame en privado con /start; allí seguimos.");
        assert_eq!(desk.newest().await.technician_id, None);
    })
    .await;
}
