//! C6 to C9 of PT.0720.19: the next level, corrective maintenance, training, and the requester's
//! verdict.

use insta::assert_snapshot;
use mesabot::domain::{ending::Ending, event::Event, person::Role, status::Status, time::HOUR};

use super::{cvc, history, opens};
use crate::support::pairing::in_every_pairing_on;

#[test]
fn c6_corrective_maintenance_is_named_to_the_requester() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "El portátil se apaga").await;
        ana.presses("Aceptar").await;
        marta.reads();
        let card = ana.reads();
        assert!(card.contains("[Pasar a Mantenimiento correctivo]"), "{card}");
        ana.presses("Pasar a Mantenimiento correctivo").await;
        ana.gives("vendor-procedure", "Cambiar la batería").await;
        assert_snapshot!(ana.reads(), @"
        El caso #1 queda en «Mantenimiento correctivo»: «Cambiar la batería».
        ---
        ✎ Caso #1 · El portátil se apaga
        Estado: Mantenimiento correctivo
        Instalar o mover un equipo · Requerimiento · Prioridad Media
        Solicita: Marta · Piso 2
        Origen: correctivo, por chat
        Atiende: Ana
        En espera: Cambiar la batería
        «El portátil se apaga»
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        [No gestionar]
        [Remitir a otro procedimiento]
        ");
        assert_snapshot!(marta.reads(), @"
        Su caso #1 pasa al procedimiento «Mantenimiento Correctivo de Infraestructura a Nivel Cliente»: «Cambiar la batería». Le avisaremos cuando sigamos.
        ---
        ✎ Caso #1 · El portátil se apaga
        Estado: Mantenimiento correctivo
        Está en espera: Cambiar la batería
        [Responder]
        ");
        assert_eq!(desk.newest().await.status, Status::WithVendor);
        ana.says("/reanudar 1").await;
        assert_eq!(desk.newest().await.status, Status::InProgress);
        ana.reads();
        marta.reads();
    });
}

#[test]
fn c6_the_next_level_is_notified_of_an_overdue_case() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.staff("Luis", Role::Technician, &["nivel2"]).await;
        let marta = desk.requester("Marta");
        opens(&marta, "El portátil se apaga").await;
        ana.presses("Aceptar").await;
        desk.passes(8 * HOUR).await;
        assert_eq!(luis.reads(), "");
        desk.passes(24 * HOUR).await;
        let messages = luis.reads();
        assert!(
            messages.starts_with(
                "El caso #1 (El portátil se apaga), que tiene Ana, sigue sin solución"
            ),
            "{messages}"
        );
        ana.reads();
        marta.reads();
    });
}

#[test]
fn c7_training_is_recorded_from_acceptance_to_closing_only() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "No sé combinar correspondencia").await;
        marta.reads();
        ana.reads();
        ana.says("/capacitacion 1 Combinar correspondencia").await;
        assert_snapshot!(ana.reads(), @"Ahora no se puede: el caso #1 está en estado Recibido. Con /caso 1 ve qué se puede hacer.");
        ana.presses("Aceptar").await;
        ana.reads();
        marta.reads();
        ana.says("/capacitacion 1").await;
        ana.gives("training", "Combinar correspondencia").await;
        assert_snapshot!(ana.reads(), @"
        Quedó registrada la capacitación en el caso #1. Se lo conté al solicitante.
        ---
        ✎ Caso #1 · No sé combinar correspondencia
        Estado: En atención
        Instalar o mover un equipo · Requerimiento · Prioridad Media
        Solicita: Marta · Piso 2
        Origen: correctivo, por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 5:00 p. m.
        «No sé combinar correspondencia»
        Capacitación: Combinar correspondencia
        [Solucionar]
        [Escalar]
        [Responder] [Nota interna]
        [Pasar a Mantenimiento correctivo] [No gestionar]
        [Remitir a otro procedimiento]
        ");
        assert_snapshot!(marta.reads(), @"
        Quedó registrada la capacitación que recibió con el caso #1 (No sé combinar correspondencia): «Combinar correspondencia».
        ---
        ✎ Caso #1 · No sé combinar correspondencia
        Estado: En atención
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 5:00 p. m.
        Capacitación: Combinar correspondencia
        [Responder]
        ");
        ana.says("/solucionar 1 Quedó enseñado").await;
        ana.says("/capacitacion 1 Y a imprimir sobres").await;
        ana.reads();
        marta.reads();
        let trained: Vec<Event> = history(desk)
            .await
            .into_iter()
            .filter(|event| matches!(event, Event::TrainingRecorded { .. }))
            .collect();
        let text = |text: &str| Event::TrainingRecorded { text: text.into() };
        assert_eq!(trained, [text("Combinar correspondencia"), text("Y a imprimir sobres")]);
        marta.presses("Sí").await;
        marta.presses("5").await;
        marta.skips().await;
        marta.says("/caso 1").await;
        let card = marta.reads();
        assert!(
            card.contains(
                "Capacitación: Combinar correspondencia\nCapacitación: Y a imprimir sobres"
            ),
            "{card}"
        );
        ana.reads();
        ana.says("/capacitacion 1 Tarde").await;
        let refused = ana.reads();
        assert!(refused.starts_with("El caso #1 ya terminó."), "{refused}");
        marta.says("/capacitacion 1 Yo mismo").await;
        let refused = marta.reads();
        assert!(refused.starts_with("El comando /capacitacion es para el personal"), "{refused}");
    });
}

#[test]
fn c7_the_solution_asks_once_for_optional_training() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "No sé combinar correspondencia").await;
        ana.presses("Aceptar").await;
        marta.reads();
        ana.reads();
        ana.presses("Solucionar").await;
        ana.fills(&[("solve", "Quedó enseñado"), ("training", "Combinar correspondencia")]).await;
        let messages = marta.reads();
        assert!(messages.contains("la capacitación que recibió con el caso #1"), "{messages}");
        assert!(messages.contains("Capacitación: Combinar correspondencia"), "{messages}");
        marta.presses("No").await;
        marta.gives("reject", "Falta imprimir los sobres").await;
        // Training that is recorded already is not asked for again.
        ana.says("/solucionar 1 Quedaron impresos").await;
        assert_eq!(desk.newest().await.status, Status::Solved);
        let text = |text: &str| Event::TrainingRecorded { text: text.into() };
        let trained = history(desk).await.into_iter();
        let trained = trained.filter(|event| matches!(event, Event::TrainingRecorded { .. }));
        assert_eq!(trained.collect::<Vec<_>>(), [text("Combinar correspondencia")]);
        ana.reads();
        marta.reads();
    });
}

#[test]
fn c8_c9_a_rejected_solution_returns_and_the_answer_is_kept() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "Mover el computador a la oficina 12").await;
        ana.presses("Aceptar").await;
        ana.says("/solucionar 1 Quedó instalado en la oficina 12").await;
        ana.skips().await;
        marta.reads();
        ana.reads();
        marta.presses("No").await;
        marta.gives("reject", "Falta el teléfono").await;
        assert_eq!(desk.newest().await.status, Status::Reopened);
        let messages = ana.reads();
        assert!(messages.contains("vuelve a usted. Falta: Falta el teléfono"), "{messages}");
        ana.says("/solucionar 1 Quedó el computador y el teléfono").await;
        ana.skips().await;
        ana.reads();
        let survey = marta.reads();
        assert!(survey.contains("«Quedó el computador y el teléfono»"), "{survey}");
        // Silence counts as consent; the answer stays on the case and in the requester's chat.
        desk.passes(8 * 24 * HOUR).await;
        let closed = marta.reads();
        assert!(closed.contains("así esta mesa da el caso por aceptado"), "{closed}");
        let ticket = desk.newest().await;
        assert_eq!(ticket.ending, Some(Ending::Silence));
        assert_eq!(ticket.solution.as_deref(), Some("Quedó el computador y el teléfono"));
        marta.says("/caso 1").await;
        assert!(marta.reads().contains("Solución: Quedó el computador y el teléfono"));
        ana.reads();
    });
}
