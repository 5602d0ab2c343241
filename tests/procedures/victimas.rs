//! Support of hardware and software at the Unidad para las Víctimas, rule by rule (V1 to V13): each
//! story is told in every pairing of networks, and its name begins with the rules it proves.

mod agents;
mod approval;
mod attention;
mod duties;
mod elsewhere;
mod ending;
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

/// One hour of time.
const HOUR: i64 = 3_600_000;

/// The procedure as it is shipped.
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
    procedure::read("victimas.toml", &text).expect("it is sound")
}

/// A specialist of one group.
async fn of<'d>(desk: &'d PairedDesk, group: &str, name: &str) -> Person<'d> {
    desk.staff(name, Role::Technician, &[group]).await
}

/// Somebody reports something of a category, with the answer to its question where it has one.
async fn opens(
    desk: &PairedDesk,
    person: &Person<'_>,
    (category, details): (&str, Option<&str>),
    words: &str,
) -> TicketNumber {
    person.says(words).await;
    person.presses("Abrir caso").await;
    let mut answers = vec![("category", category)];
    answers.extend(details.map(|details| ("details", details)));
    answers.extend([("place", "Piso 2"), ("impact", "Solo a mí"), ("urgency", "Con dificultad")]);
    person.fills(&answers).await;
    person.presses("Registrar").await;
    desk.newest().await.number
}

/// The same about a computer, which is the hardware and software group's.
async fn opens_computer(desk: &PairedDesk, person: &Person<'_>, words: &str) -> TicketNumber {
    opens(desk, person, ("Computador o periférico", Some("Placa 4821")), words).await
}

/// All of them have read what they were told so far.
fn have_read(people: &[&Person<'_>]) {
    for person in people {
        person.reads_beside_the_question();
    }
}

/// What the report of March knows of each ticket.
async fn cases_of_march(desk: &PairedDesk, procedure: &Procedure) -> Vec<Case> {
    let month: Month = "2026-03".parse().unwrap();
    reported::cases(desk.house.database.reader(), procedure, month).await
}
