//! Support of hardware and software at the Unidad para las Víctimas, rule by rule (V1 to V13). Each
//! story runs in every pairing of networks, and its name begins with the rules it proves.

mod agents;
mod approval;
mod attention;
mod duties;
mod ending;
mod escalation;
mod recategorised;
mod related;

use mesabot::{
    config::procedure,
    domain::{
        id::TicketNumber,
        person::Role,
        procedure::Procedure,
        report::{Case, Month},
    },
};

use crate::support::{
    pairing::{PairedDesk, Person},
    reported,
};

const TEXT: &str = include_str!("../../config/procedures/victimas.toml");

/// One hour in milliseconds.
const HOUR: i64 = 3_600_000;

/// The procedure as it ships.
fn victimas() -> Procedure {
    changed(&[])
}

/// The procedure with some of its text changed.
fn changed(changes: &[(&str, &str)]) -> Procedure {
    let mut text = TEXT.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the procedure no longer says {from}");
        text = text.replacen(from, to, 1);
    }
    procedure::read("victimas.toml", &text).expect("the procedure is valid")
}

/// A specialist of one group.
async fn of<'d>(desk: &'d PairedDesk, group: &str, name: &str) -> Person<'d> {
    desk.staff(name, Role::Technician, &[group]).await
}

/// The category that a report names, and the answer to the category's question where it has one.
#[derive(Clone, Copy)]
struct Topic {
    category: &'static str,
    details: Option<&'static str>,
}

/// A requester reports a topic and registers the ticket.
async fn opens(desk: &PairedDesk, person: &Person<'_>, topic: Topic, words: &str) -> TicketNumber {
    person.says(words).await;
    person.presses("Abrir caso").await;
    let mut answers = vec![("category", topic.category)];
    answers.extend(topic.details.map(|details| ("details", details)));
    answers.extend([("place", "Piso 2"), ("impact", "Solo a mí"), ("urgency", "Con dificultad")]);
    person.fills(&answers).await;
    person.presses("Registrar").await;
    desk.newest().await.number
}

/// The same for a computer, which belongs to the hardware and software group.
async fn opens_computer(desk: &PairedDesk, person: &Person<'_>, words: &str) -> TicketNumber {
    let topic = Topic { category: "Computador o periférico", details: Some("Placa 4821") };
    opens(desk, person, topic, words).await
}

/// Discards the messages that these people have not read yet.
fn have_read(people: &[&Person<'_>]) {
    for person in people {
        person.reads_beside_the_question();
    }
}

/// The rows of March's report, one per ticket.
async fn cases_of_march(desk: &PairedDesk, procedure: &Procedure) -> Vec<Case> {
    let month: Month = "2026-03".parse().unwrap();
    reported::cases(desk.app.database.reader(), procedure, month).await
}
