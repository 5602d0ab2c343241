//! The technical assistance procedure of the Government of Nariño: the request with its promised
//! times, visits, equipment taken to the workshop, the survey and the month's report.

mod assistance;
mod equipment;
mod promises;
mod visit_times;
mod visits;

use mesabot::{
    config::procedure,
    domain::{id::TicketNumber, person::Role, procedure::Procedure},
};

use crate::support::pairing::{PairedDesk, Person};

/// Answers for a broken computer: medium priority.
pub const USUAL: [(&str, &str); 5] = [
    ("category", "Computador o portátil"),
    ("details", "Placa 1234"),
    ("place", "Hacienda, piso 2"),
    ("impact", "Solo a mí"),
    ("urgency", "Con dificultad"),
];

/// The assistance report after a part was changed at the workplace (N7).
pub const REPORT: [(&str, &str); 3] = [
    ("intervencion", "En sitio"),
    ("diagnostico", "Fuente quemada"),
    ("pruebas", "Encendió tres veces, sin falla"),
];

/// The procedure as it ships.
fn narino() -> Procedure {
    let text = include_str!("../../config/procedures/narino.toml");
    procedure::read("narino.toml", text).expect("the procedure is valid")
}

async fn technician<'d>(desk: &'d PairedDesk, name: &str) -> Person<'d> {
    desk.staff(name, Role::Technician, &["apoyo"]).await
}

/// A requester reports an incident through the whole dialogue.
async fn reports(
    desk: &PairedDesk,
    person: &Person<'_>,
    words: &str,
    answers: &[(&str, &str)],
) -> TicketNumber {
    // Boxed, because a story's own future is nested deeply already.
    Box::pin(async {
        person.says(words).await;
        person.presses("Abrir caso").await;
        person.fills(answers).await;
        person.presses("Registrar").await;
    })
    .await;
    desk.newest().await.number
}

/// A ticket that a technician has accepted; both people have read their messages.
async fn taken(desk: &PairedDesk, technician: &Person<'_>, requester: &Person<'_>) -> TicketNumber {
    let number = reports(desk, requester, "El computador no enciende", &USUAL).await;
    Box::pin(technician.says(&format!("/aceptar {number}"))).await;
    technician.reads();
    requester.reads();
    number
}
