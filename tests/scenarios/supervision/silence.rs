//! No person waits in silence (G17), the program's own part: while it loses its log or its workers
//! panic, three requesters register a ticket each, a technician sees all three, and each requester
//! has an answer. The faults of the networks are in `tests/scenarios/silence.rs`.

use std::time::Instant;

use super::{
    POINTS,
    machine::{BETO, Log, MARTA, Machine, until},
};
use crate::support::{
    desk::DEADLINE,
    telegram::{Emulator, Ledger, Post},
};

const ANA: i64 = 7;
const LUISA: i64 = 8;
const REQUESTERS: [i64; 3] = [MARTA, BETO, LUISA];

/// The choices of a requester, each pressed where it is shown.
const CHOICES: [&str; 6] =
    ["Abrir caso", "Equipo, red o sistema", "No lo sé", "Solo a mí", "Con dificultad", "Registrar"];

/// Answers the questions of the desk as soon as they are shown.
fn answers(emulator: &Emulator, post: &Post) {
    if !REQUESTERS.contains(&post.chat) {
        return;
    }
    if post.text.contains("¿Dónde está usted?") {
        emulator.says(post.chat, post.chat, "Piso 2");
        return;
    }
    let choice = post.buttons.iter().flatten().find(|button| CHOICES.contains(&&*button.label));
    if let Some(button) = choice {
        emulator.presses(post.chat, post.chat, post.message_id, &button.code);
    }
}

/// How many tickets the technician may accept.
fn to_accept(ledger: &Ledger) -> usize {
    let cards = ledger.sends().filter(|post| post.chat == ANA);
    let accept = |post: &&Post| post.buttons.iter().flatten().any(|one| one.label == "Aceptar");
    let mut titles: Vec<&str> =
        cards.filter(accept).filter_map(|post| post.text.lines().next()).collect();
    titles.sort_unstable();
    titles.dedup();
    titles.len()
}

fn answered(ledger: &Ledger) -> bool {
    REQUESTERS.iter().all(|chat| {
        let messages = ledger.said_to(*chat);
        messages.iter().any(|text| text.contains("Quedó registrado"))
    })
}

async fn three_tickets(name: &str, log: Log, environment: &[(&str, &str)]) {
    let machine = Machine::new().await;
    let emulator = &machine.emulator;
    emulator.add_user(ANA, "Ana", "es");
    emulator.add_user(LUISA, "Luisa", "es");
    let code = machine.invites_a_technician();
    emulator.says(ANA, ANA, &format!("/start {code}"));
    emulator.on_send(answers);
    let desk = machine.start(log, environment);
    let begun = Instant::now();
    for chat in REQUESTERS {
        emulator.says(chat, chat, "No imprime la impresora");
    }
    emulator.wait_until(|ledger| to_accept(ledger) == REQUESTERS.len(), DEADLINE).await;
    let seen = begun.elapsed();
    emulator.wait_until(answered, DEADLINE).await;
    println!("{name}: seen after {seen:?}, answered after {:?}", begun.elapsed());
    until(&machine, 200, "ready").await;
    desk.stops_in_order().await;
}

#[tokio::test]
async fn g17_three_tickets_are_seen_whatever_worker_panics() {
    for point in POINTS {
        let armed = format!("{point}:3");
        three_tickets(&armed, Log::File, &[("MESABOT_PANIC_AT", &armed)]).await;
    }
}

#[tokio::test]
async fn g17_three_tickets_are_seen_without_a_log() {
    let loud = [("MESABOT_LOG__LEVEL", "debug")];
    three_tickets("the log's reader is gone", Log::Gone, &loud).await;
    three_tickets("the log's disk is full", Log::Full, &loud).await;
}
