//! Registering for others: what came by telephone, mail or in person (N1), what the desk found by
//! itself (C1), and what was done on the spot (V7).

use insta::assert_snapshot;
use mesabot::domain::{channel::ChannelKind, person::Role, source::Source, status::Status};

use crate::support::pairing::in_every_pairing;

/// The answers about somebody whose computer gives trouble.
const OF_ANOTHER: [(&str, &str); 6] = [
    ("description", "El computador no enciende"),
    ("category", "Equipo, red o sistema"),
    ("details", "Placa 1234"),
    ("place", "Piso 2"),
    ("impact", "Solo a esa persona"),
    ("urgency", "Con dificultad"),
];

#[test]
fn n1_what_somebody_asked_for_by_telephone_is_theirs() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta Gómez");
        let other = desk.requester("Marta Ruiz");
        desk.opens_ticket(&marta, "No abre el correo").await;
        other.says("/ayuda").await;
        for person in [&ana, &marta, &other] {
            person.reads();
        }
        ana.says("/registrar").await;
        ana.fills(&[("source", "Por teléfono"), ("person", "marta")]).await;
        let asked = ana.reads();
        let network = match other.network() {
            ChannelKind::Discord => "Discord",
            _ => "Telegram",
        };
        assert_eq!(
            asked,
            format!(
                "¿A cuál se refiere? Si no es ninguna de estas personas, anoto el nombre.\n\
                 [Marta Gómez · Piso 2] [Marta Ruiz · {network}] [Anotar a marta] [Atrás] [Cancelar]"
            )
        );
        ana.says("gomez").await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Marta Gómez · Piso 2").await;
        ana.fills(&OF_ANOTHER).await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads(), @"");
        assert_snapshot!(marta.reads(), @"");
        let ticket = desk.newest().await;
        assert_eq!((ticket.source, ticket.status), (Source::Phone, Status::New));
        assert_ne!(ticket.requester_id, ticket.registered_by);
        assert_eq!(ticket.origin, ana.network());
    });
}

#[test]
fn n1_whoever_the_desk_does_not_know_is_noted_by_name() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        ana.says("/registrar Pedro").await;
        ana.fills(&[("source", "Por correo")]).await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Atrás").await;
        ana.fills(&[("person", "Pedro Ruiz")]).await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Anotar a Pedro Ruiz").await;
        ana.fills(&OF_ANOTHER).await;
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads(), @"");
        // The next time he is one of the people the desk knows.
        ana.says("/registrar ruiz pedro").await;
        ana.fills(&[("source", "En persona")]).await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Pedro Ruiz · Piso 2").await;
        ana.fills(&OF_ANOTHER).await;
        ana.presses("Registrar").await;
        ana.reads();
        let ticket = desk.newest().await;
        assert_eq!((ticket.number.0, ticket.source), (2, Source::InPerson));
    });
}

#[test]
fn c1_what_the_desk_finds_by_itself_is_told_apart() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        ana.says("/registrar").await;
        ana.fills(&[("source", "Lo encontró la mesa")]).await;
        // A form that names nobody has said so; elsewhere it is asked.
        if ana.network() == ChannelKind::Telegram {
            assert_snapshot!(ana.reads(), @"");
            ana.presses("Para nadie en particular").await;
        }
        ana.fills(&[
            ("description", "Un switch del piso 3 se apaga"),
            ("category", "Configurar red o aplicación"),
            ("place", "Piso 3"),
            ("impact", "A mi área"),
            ("urgency", "Sí, sin problema"),
        ])
        .await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads(), @"");
        let ticket = desk.newest().await;
        assert_eq!(ticket.source, Source::Proactive);
        assert_eq!(ticket.requester_id, ticket.registered_by);
        let luis = desk.staff("Luis", Role::Technician, &["tecnologia"]).await;
        luis.says("/caso 1").await;
        assert_snapshot!(luis.reads(), @"");
    });
}

#[test]
fn v7_what_was_done_on_the_spot_is_registered_with_what_was_done() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.technician("Luis").await;
        let marta = desk.requester("Marta Gómez");
        marta.says("/ayuda").await;
        marta.reads();
        ana.says("/registrar").await;
        ana.fills(&[("source", "Ya lo atendí"), ("person", "Marta Gómez")]).await;
        let shown = ana.reads();
        assert!(shown.contains("[Marta Gómez · "), "{shown}");
        let network = if marta.network() == ChannelKind::Discord { "Discord" } else { "Telegram" };
        ana.presses(&format!("Marta Gómez · {network}")).await;
        let mut answers = OF_ANOTHER.to_vec();
        answers.push(("solution", "Cambié el cable de poder"));
        ana.fills(&answers).await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads(), @"");
        assert_snapshot!(marta.reads(), @"");
        assert_eq!(luis.reads(), "", "nobody has to take it");
        marta.presses("Sí").await;
        marta.presses("5").await;
        marta.skips().await;
        assert_snapshot!(marta.reads(), @"");
        assert_snapshot!(ana.reads(), @"");
        let ticket = desk.newest().await;
        assert_eq!((ticket.source, ticket.status), (Source::AfterTheFact, Status::Closed));
        ana.says("/sla 1").await;
        assert_snapshot!(ana.reads(), @"");
    });
}

#[test]
fn v7_without_a_survey_it_is_closed_at_once_by_whichever_group_did_it() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta Gómez");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();
        ana.says("/registrar gómez").await;
        ana.fills(&[("source", "Ya lo atendí")]).await;
        ana.presses("Marta Gómez · Piso 2").await;
        let mut answers = OF_ANOTHER.to_vec();
        answers[1].1 = "Impresión y copiado";
        answers.push(("solution", "Quité el papel atascado"));
        ana.fills(&answers).await;
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads_beside_the_question(), @"");
        assert_snapshot!(marta.reads(), @"");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.group_key.as_str()), (Status::Closed, "soporte"));
        marta.says("/registrar").await;
        assert_snapshot!(marta.reads(), @"");
    });
}
