//! C5 of PT.0720.19: guidance before a case, what it solves, and what it leaves to a technician.

use insta::assert_snapshot;
use mesabot::domain::{
    channel::ChannelKind, ending::Ending, event::Event, person::Role, status::Status, time::HOUR,
};

use super::{cvc, goes_on, history, reports};
use crate::support::pairing::in_every_pairing_on;

#[test]
fn c5_a_case_solved_by_guidance_is_registered_and_closed() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        reports(&marta, "Mi pantalla no enciende", "Pantalla, teclado o mouse").await;
        assert_snapshot!(marta.reads(), @"
        Antes de abrir el caso, pruebe esto (paso 1 de 1):

        Desconecte el cable, conéctelo en otro puerto y espere unos segundos.

        ¿Funcionó?
        [Sí] [No, sigamos] [Pasar a un técnico] [Atrás] [Cancelar]
        ");
        marta.presses("Sí").await;
        assert_snapshot!(marta.reads(), @"
        Caso #1 · Mi pantalla no enciende
        Estado: Cerrado
        ¡Qué bueno que funcionó! Quedó registrado como solucionado con la guía. Gracias por contarnos.
        [Abrir caso relacionado]
        ");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::Closed, Some(Ending::SelfHelp)));
        let step = "Desconecte el cable, conéctelo en otro puerto y espere unos segundos.";
        assert_eq!(ticket.solution.as_deref(), Some(step));
        let helped = Event::SelfHelped { step: 1, text: step.into() };
        assert!(history(desk).await.contains(&helped));
        assert_eq!(ana.reads(), "", "a closed case is offered to no technician");
        desk.passes(72 * HOUR).await;
        assert_eq!((ana.reads(), marta.reads()), (String::new(), String::new()));
        luz.says("/informe").await;
        assert_snapshot!(luz.reads(), @"
        Informe de marzo de 2026, hasta hoy
        Recibidos: 1 · Resueltos: 1 · Cerrados: 1 · Reabiertos: 0
        Pendientes al empezar: 0 · Entradas: 1 · Salidas: 1 · Al terminar: 0
        Según su origen: correctivo 1, proactivo 0
        Solucionados con la guía: 1
        Resueltos a tiempo: 100 % (1 de 1)

        Por categoría
        Pantalla, teclado o mouse: recibidos 1, resueltos 1
        [← febrero de 2026]
        ");
        marta.says("/sla 1").await;
        assert!(marta.reads().contains("Terminó sin que nadie lo tomara."));
    });
}

#[test]
fn c5_guidance_steps_back_takes_words_and_survives_interruption() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        reports(&marta, "El correo no abre", "Correo y ofimática").await;
        marta.reads();
        marta.says("todavía no").await;
        assert_snapshot!(marta.reads(), @"
        Probemos otra cosa (paso 2 de 2):

        Si es el correo, pruebe entrar desde el navegador para saber si falla el programa o la cuenta.

        ¿Funcionó?
        [Sí] [No, sigamos] [Pasar a un técnico] [Atrás] [Cancelar]
        ");
        marta.says("/nuevo").await;
        marta.gives_up().await;
        let resumed = marta.reads();
        assert!(resumed.contains("Sigamos con lo que quedó pendiente."), "{resumed}");
        assert!(resumed.contains("(paso 2 de 2)"), "{resumed}");
        marta.presses("Atrás").await;
        let back = marta.reads();
        assert!(back.contains("(paso 1 de 2)"), "{back}");
        marta.says("Dice que no hay conexión").await;
        assert_snapshot!(marta.reads(), @"
        Lo agregué a la descripción. Ahora, por favor, elija con los botones:

        Antes de abrir el caso, pruebe esto (paso 1 de 2):

        Cierre todas las ventanas del programa y ábralo de nuevo.

        ¿Funcionó?
        [Sí] [No, sigamos] [Pasar a un técnico] [Atrás] [Cancelar]
        ");
        marta.presses("Atrás").await;
        marta.fills(&[("category", "Correo y ofimática")]).await;
        marta.presses("No, sigamos").await;
        marta.presses("Pasar a un técnico").await;
        goes_on(&marta).await;
        marta.reads();
        let ticket = desk.newest().await;
        assert_eq!(ticket.description, "El correo no abre\nDice que no hay conexión");
        assert!(history(desk).await.contains(&Event::SelfHelpTried { steps: 1 }));
        let card = ana.reads();
        assert!(card.contains("Ya intentó:\n1. Cierre todas las ventanas"), "{card}");
        assert!(
            !card.contains("2. Si es el correo"),
            "a skipped step is not listed as tried: {card}"
        );
    });
}

#[test]
fn c5_a_case_registered_for_a_requester_needs_no_guidance() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta Gómez");
        marta.says("hola").await;
        marta.reads();
        ana.says("/registrar").await;
        ana.fills(&[("source", "Por teléfono"), ("person", "marta")]).await;
        let label = ana.reads();
        let label =
            label.split('[').nth(1).and_then(|rest| rest.split(']').next()).unwrap().to_owned();
        ana.presses(&label).await;
        ana.fills(&[
            ("description", "El mouse no responde"),
            ("category", "Pantalla, teclado o mouse"),
            ("place", "Piso 2"),
            ("impact", "Solo a esa persona"),
            ("urgency", "Con dificultad"),
        ])
        .await;
        ana.presses("Registrar").await;
        let messages = ana.reads();
        assert!(
            messages.contains("Origen: correctivo, por teléfono · Registró: Ana"),
            "{messages}"
        );
        marta.reads();
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::New, None));
        assert_eq!(history(desk).await.len(), 1, "no guidance is recorded");
    });
}

#[test]
fn c5_c2_guidance_and_directions_use_the_persons_language() {
    in_every_pairing_on(&cvc(), async |desk| {
        let marta = desk.stranger("Mary", "en");
        marta.says("/help").await;
        marta.reads();
        marta.says("My screen is black").await;
        marta.presses("Open ticket").await;
        let mut answers = vec![("category", "Screen, keyboard or mouse")];
        if marta.network() == ChannelKind::Discord {
            answers.extend([
                ("place", "Floor 2"),
                ("impact", "Only me"),
                ("urgency", "With difficulty"),
            ]);
        }
        marta.fills(&answers).await;
        assert_snapshot!(marta.reads(), @"
        Before a ticket is opened, please try this (step 1 of 1):

        Unplug the cable, plug it into another port and wait a few seconds.

        Did it work?
        [Yes] [No, go on] [Go to a technician] [Back] [Cancel]
        ");
        marta.says("yes").await;
        assert_snapshot!(marta.reads(), @"
        Ticket #1 · My screen is black
        Status: Closed
        Good to hear that it worked! It is registered as solved with the guide. Thank you for telling us.
        [Open a related ticket]
        ");
        marta.says("/new [redes] No network").await;
        assert_snapshot!(marta.reads(), @"
        Ticket #2 · No network
        Status: Sent to another procedure
        This desk does not attend to this: it belongs to the procedure “Administration of Networks and Telecommunications”.
        Where to ask: write to the Networks and Telecommunications group, in the Information Technology Office, with your office and the network point.
        [Open a related ticket]
        ");
    });
}
