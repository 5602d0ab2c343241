//! People on Discord who closed their private messages: a dialogue continues where it began, in
//! ephemeral answers, and the ticket never records a notice as delivered that was not.

use mesabot::domain::{
    person::{Access, Role},
    status::Status,
    time::HOUR,
};
use serde_json::json;

use crate::support::{
    desk::{HelpDesk, scenario_on_both, scenario_overhearing},
    discord::{BOT_ID, Typing},
    discord_line::{CHANNEL, DiscordLine, Member},
};

/// A desk without a channel for people who closed their private messages.
async fn without_substitute_channel(story: impl AsyncFnOnce(&HelpDesk, &DiscordLine)) {
    let mut desk = HelpDesk::open(Access::Open).await;
    let discord = DiscordLine::open_in(&mut desk, None).await;
    story(&desk, &discord).await;
    discord.assert_proper();
    discord.assert_answered();
    assert_eq!(discord.emulator.thinking(), [0; 0]);
    desk.close().await;
}

async fn technician(desk: &HelpDesk, discord: &DiscordLine) -> Member {
    let ana = discord.member(600, "Ana", "es-419");
    let code = desk.invite(Some(Role::Technician), &["soporte"]).await;
    discord.uses(desk, ana.at(CHANNEL), "start", &[("text", json!(code))]).await;
    ana
}

async fn registers(desk: &HelpDesk, discord: &DiscordLine, who: Member) {
    let opened = discord.uses(desk, who.at(CHANNEL), "new", &[]).await;
    let filled = [
        ("description", json!("No abre el correo")),
        ("category", json!("ofimatica")),
        ("place", json!("Piso 2")),
        ("impact", json!("low")),
        ("urgency", json!("low")),
    ];
    discord.submits(desk, who, opened, &filled).await;
    discord.presses(desk, who, "Registrar").await;
}

#[tokio::test]
async fn with_closed_dms_a_person_registers_where_they_began() {
    without_substitute_channel(async |desk, discord| {
        let ana = technician(desk, discord).await;
        let marta = discord.member(501, "Marta", "es-419");
        discord.emulator.closes_dms(marta.id);
        registers(desk, discord, marta).await;
        let alone = discord.reads_alone(marta);
        assert!(alone.contains("¿Lo registro?"), "{alone}");
        assert!(alone.contains("Quedó registrado."), "{alone}");
        assert!(alone.contains("permita los mensajes directos"), "{alone}");
        assert!(!alone.contains("Le respondí en privado"), "{alone}");
        assert_eq!(discord.reads(marta), "");
        assert_eq!(desk.newest().await.status, Status::New);
        let card = discord.reads(ana);
        assert!(card.contains("No recibe mensajes nuestros"), "the card is marked: {card}");
    })
    .await;
}

#[tokio::test]
async fn a_survey_behind_closed_dms_is_asked_at_the_next_interaction() {
    without_substitute_channel(async |desk, discord| {
        let ana = technician(desk, discord).await;
        let marta = discord.member(501, "Marta", "es-419");
        registers(desk, discord, marta).await;
        discord.presses(desk, ana, "Aceptar").await;
        discord.emulator.closes_dms(marta.id);
        let solve = discord.presses(desk, ana, "Solucionar").await;
        discord.submits(desk, ana, solve, &[("text", json!("Reinicié el servicio"))]).await;
        assert!(!discord.reads(marta).contains("¿Quedó solucionado?"));
        let notices = discord.reads(ana);
        assert!(notices.contains("Marta ya no recibe nuestros mensajes"), "{notices}");
        discord.uses(desk, marta.at(CHANNEL), "mytickets", &[]).await;
        let alone = discord.reads_alone(marta);
        assert!(alone.contains("¿Quedó solucionado?"), "{alone}");
        discord.presses(desk, marta, "Sí").await;
        discord.presses(desk, marta, "5").await;
        assert_eq!(desk.newest().await.status, Status::Closed);
    })
    .await;
}

#[tokio::test]
async fn a_survey_is_asked_in_private_once_dms_are_open_again() {
    without_substitute_channel(async |desk, discord| {
        let ana = technician(desk, discord).await;
        let marta = discord.member(501, "Marta", "es-419");
        registers(desk, discord, marta).await;
        discord.presses(desk, ana, "Aceptar").await;
        discord.emulator.closes_dms(marta.id);
        let solve = discord.presses(desk, ana, "Solucionar").await;
        discord.submits(desk, ana, solve, &[("text", json!("Reinicié el servicio"))]).await;
        desk.passes(HOUR).await;
        discord.emulator.opens_dms(marta.id);
        discord.dms(desk, marta, "Hola").await;
        assert!(discord.reads(marta).contains("¿Quedó solucionado?"), "{}", discord.reads(marta));
    })
    .await;
}

#[tokio::test]
async fn with_closed_dms_a_writer_is_told_to_open_them() {
    without_substitute_channel(async |desk, discord| {
        let marta = discord.member(501, "Marta", "es-419");
        discord.uses(desk, marta.at(CHANNEL), "help", &[]).await;
        discord.emulator.closes_dms(marta.id);
        for _ in 0..2 {
            let words = format!("<@{BOT_ID}> /nuevo No abre el correo");
            discord.says(desk, marta.at(CHANNEL), &words).await;
            let said =
                discord.emulator.messages(CHANNEL).pop().expect("the person is answered").text();
            assert!(said.contains("permita los mensajes directos"), "{said}");
        }
        discord.emulator.opens_dms(marta.id);
        desk.passes(HOUR).await;
        let words = format!("<@{BOT_ID}> /nuevo No abre el correo");
        discord.says(desk, marta.at(CHANNEL), &words).await;
        let said = discord.emulator.messages(CHANNEL).pop().expect("the person is answered").text();
        assert_eq!(said, "Le respondí en privado.");
        assert_ne!(discord.reads(marta), "");
    })
    .await;
}

#[tokio::test]
async fn words_in_the_substitute_thread_are_read() {
    scenario_overhearing(async |desk, discord| {
        let marta = discord.member(501, "Marta", "es-419");
        discord.emulator.closes_dms(marta.id);
        discord.dms(desk, marta, "No imprime la impresora").await;
        let thread = discord.emulator.threads(CHANNEL).pop().expect("the answer is in a thread");
        assert!(discord.reads_in(thread).contains("¿Abro un caso con esto?"));
        discord.says(desk, marta.at(thread), "sí").await;
        let read = discord.reads_in(thread);
        assert!(!read.ends_with("[Abrir caso] [Cancelar]"), "the dialogue continues: {read}");
        discord.presses_in(desk, marta.at(thread), "Cancelar").await;
        let read = discord.reads_in(thread);
        assert!(!read.contains("[Cancelar]"), "the dialogue is over: {read}");
    })
    .await;
}

#[tokio::test]
async fn autocomplete_finds_all_of_a_persons_tickets() {
    scenario_on_both(async |desk, discord| {
        let marta = desk.requester("Marta");
        let nora = desk.requester("Nora");
        let ana = technician(desk, discord).await;
        let there = discord.member(501, "Marta D.", "es-419");
        for n in 1..=32 {
            let words = format!("Impresión número {n} dañada");
            // One person may have twenty tickets open.
            desk.opens_ticket(if n <= 16 { &marta } else { &nora }, &words).await;
        }
        marta.reads();
        nora.reads();
        let find = async |typed: &str| {
            discord.suggested(ana, &Typing::new("accept", "ticket", typed)).await
        };
        assert_eq!(find("").await.len(), 25);
        let late = find("numero 32").await;
        assert_eq!(late, ["#32 Impresión número 32 dañada = 32"], "search ignores accents");
        let early = find("DAÑADA impresion 31").await;
        assert_eq!(early.len(), 1, "{early:?}");
        let numbered = find("3").await;
        for expected in ["#3 ", "#30 ", "#31 ", "#32 "] {
            assert!(numbered.iter().any(|one| one.starts_with(expected)), "{numbered:?}");
        }
        assert!(numbered.iter().all(|one| one.contains('3')), "{numbered:?}");
        let foreign = discord.suggested(there, &Typing::new("ticket", "ticket", "impresion")).await;
        assert_eq!(foreign, [""; 0], "no tickets of other requesters");
    })
    .await;
}
