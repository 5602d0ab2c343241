//! The survey and what comes instead of it: silence, late taps, categories that ask nothing.

use insta::assert_snapshot;
use mesabot::domain::{
    event::Ending,
    status::Status,
    time::{DAY, HOUR},
};

use crate::support::{
    desk::{HelpDesk, scenario},
    person::Person,
};

/// A ticket that waits for the requester's word; everybody has read everything.
async fn solved(desk: &HelpDesk) -> (Person, Person) {
    let requester = desk.requester("Marta");
    let technician = desk.technician("Ana").await;
    let number = desk.opens_ticket(&requester, "El correo no abre").await;
    desk.says(&technician, &format!("/aceptar {number}")).await;
    desk.says(&technician, &format!("/solucionar {number} Reinicié el servicio")).await;
    requester.reads();
    technician.reads();
    (requester, technician)
}

#[tokio::test]
async fn u3_silence_is_met_with_one_reminder_and_then_closes_by_the_rule() {
    scenario(async |desk| {
        let (requester, technician) = solved(desk).await;
        desk.passes(4 * HOUR - 1).await;
        assert_eq!(requester.reads(), "");
        desk.passes(1).await;
        assert_snapshot!(requester.reads(), @"
        Le recordamos el caso #1: falta su respuesta.
        ---
        ✎ Caso #1 · El correo no abre
        Ana dio esta solución:
        «Reinicié el servicio»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra mañana a las 8:00 a. m.
        ---
        Caso #1 · El correo no abre
        Ana dio esta solución:
        «Reinicié el servicio»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra mañana a las 8:00 a. m.
        [Sí] [No]
        ");
        desk.passes(2 * HOUR).await;
        assert_eq!(requester.reads(), "", "one reminder is enough");
        desk.passes(DAY - 6 * HOUR - 1).await;
        assert_eq!(requester.reads(), "", "never early");
        desk.passes(1).await;
        assert_snapshot!(requester.reads(), @"
        Cerramos su caso #1 porque no recibimos su respuesta: el procedimiento A3-PR-01 da un día hábil para validar la solución. Si no quedó bien, abra un caso relacionado.
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · El correo no abre
        Estado: Cerrada
        Solución: Reinicié el servicio
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · El correo no abre
        Ana dio esta solución:
        «Reinicié el servicio»

        El caso #1 se cerró sin su respuesta: el procedimiento A3-PR-01 da un día hábil para validar la solución.
        [Abrir caso relacionado]
        ");
        assert_snapshot!(technician.reads(), @"
        El caso #1 se cerró sin respuesta del solicitante: el procedimiento A3-PR-01 da un día hábil para validar la solución.
        ---
        ✎ Caso #1 · El correo no abre
        Estado: Cerrada
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Atiende: Ana
        «El correo no abre»
        Solución: Reinicié el servicio
        ");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::Closed, Some(Ending::Silence)));
    })
    .await;
}

#[tokio::test]
async fn somebody_who_said_yes_and_went_home_has_authorised_it() {
    scenario(async |desk| {
        let (requester, technician) = solved(desk).await;
        desk.presses(&requester, "Sí").await;
        requester.reads();
        desk.passes(2 * DAY).await;
        assert_snapshot!(requester.reads(), @"
        Su caso #1 queda cerrado. Gracias por confirmar la solución.
        ---
        ✎ Caso #1 · El correo no abre
        Estado: Cerrada
        Solución: Reinicié el servicio
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · El correo no abre
        Ana dio esta solución:
        «Reinicié el servicio»

        El caso #1 está cerrado.
        [Abrir caso relacionado]
        ");
        assert_snapshot!(technician.reads(), @"
        El caso #1 quedó cerrado: el solicitante confirmó la solución y no calificó la atención.
        ---
        ✎ Caso #1 · El correo no abre
        Estado: Cerrada
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Atiende: Ana
        «El correo no abre»
        Solución: Reinicié el servicio
        ");
        assert_eq!(desk.newest().await.ending, Some(Ending::Authorised));
    })
    .await;
}

#[tokio::test]
async fn late_and_repeated_taps_are_told_how_things_stand() {
    scenario(async |desk| {
        let (requester, technician) = solved(desk).await;
        let (message, yes) = desk.emulator.button(requester.id, "Sí").unwrap();
        let (_, no) = desk.emulator.button(requester.id, "No").unwrap();
        let here = (requester.id, message);
        desk.presses_code(&requester, here, &yes).await;
        requester.reads();
        desk.presses_code(&requester, here, &yes).await;
        assert_eq!(requester.reads(), "", "a second yes changes nothing");
        let (_, five) = desk.emulator.button(requester.id, "5").unwrap();
        let (_, one) = desk.emulator.button(requester.id, "1").unwrap();
        desk.presses_code(&requester, here, &five).await;
        requester.reads();
        technician.reads();
        for late in [&one, &five, &yes, &no] {
            desk.presses_code(&requester, here, late).await;
        }
        assert_snapshot!(requester.reads(), @"
        ~ Esa respuesta ya no cuenta: el caso #1 está cerrado. Si algo sigue mal, abra un caso relacionado.
        ---
        ~ Esa respuesta ya no cuenta: el caso #1 está cerrado. Si algo sigue mal, abra un caso relacionado.
        ---
        ~ Esa respuesta ya no cuenta: el caso #1 está cerrado. Si algo sigue mal, abra un caso relacionado.
        ---
        ~ Esa respuesta ya no cuenta: el caso #1 está cerrado. Si algo sigue mal, abra un caso relacionado.
        ");
        desk.presses(&requester, "Omitir").await;
        assert_snapshot!(requester.reads(), @"
        ✎ Si quiere, escriba un comentario sobre la atención del caso #1.
        ---
        ~ Gracias por su respuesta.
        ");
        // The technician presses what hangs in the requester's chat: a code grants nothing.
        desk.presses_code(&technician, (technician.id, 1), &no).await;
        assert_snapshot!(technician.reads(), @"~ Solo quien pidió el caso #1 puede responder esto.");
        assert_eq!(desk.newest().await.status, Status::Closed);
        assert_eq!(desk.emulator.read(|ledger| ledger.answers().count()), desk.presses_so_far());
    })
    .await;
}

#[tokio::test]
async fn an_answer_to_an_earlier_solution_does_not_count() {
    scenario(async |desk| {
        let (requester, technician) = solved(desk).await;
        let (message, yes) = desk.emulator.button(requester.id, "Sí").unwrap();
        desk.presses(&requester, "No").await;
        desk.says(&requester, "Sigue sin abrir").await;
        desk.says(&technician, "/solucionar 1 Reinstalé el cliente").await;
        requester.reads();
        technician.reads();
        desk.presses_code(&requester, (requester.id, message), &yes).await;
        assert_snapshot!(requester.reads(), @"~ Esa respuesta ya no aplica: el caso #1 está en estado Resuelta.");
        assert_eq!(desk.newest().await.status, Status::Solved);
    })
    .await;
}

#[tokio::test]
async fn u9_other_categories_close_without_a_survey_and_can_be_followed_up() {
    scenario(async |desk| {
        let requester = desk.requester("Marta");
        let roles = mesabot::domain::person::Role::Technician;
        let technician = desk.staff("Ana", roles, &["impresion"]).await;
        desk.says(&requester, "No imprime la impresora").await;
        desk.presses(&requester, "Abrir caso").await;
        desk.presses(&requester, "Impresión y copiado").await;
        desk.says(&requester, "La del segundo piso").await;
        for label in ["Sede principal", "A mi área", "Con dificultad", "Registrar"] {
            desk.presses(&requester, label).await;
        }
        desk.presses(&technician, "Aceptar").await;
        requester.reads();
        technician.reads();
        desk.says(&technician, "/solucionar 1 Cambié el tóner").await;
        assert_snapshot!(requester.reads(), @"
        Su caso #1 (No imprime la impresora) quedó solucionado y cerrado: en esta categoría el procedimiento A3-PR-01 no pide encuesta de satisfacción.
        Solución: Cambié el tóner
        Si no quedó bien, abra un caso relacionado.
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · No imprime la impresora
        Estado: Cerrada
        Solución: Cambié el tóner
        [Abrir caso relacionado]
        ");
        assert_snapshot!(technician.reads(), @"
        Guardé la solución del caso #1 y se la envié al solicitante.
        ---
        ✎ Caso #1 · No imprime la impresora
        Estado: Cerrada
        Impresión y copiado · Incidente · Prioridad Media
        Solicita: Marta · Sede principal
        Atiende: Ana
        «No imprime la impresora»
        Detalles: La del segundo piso
        Solución: Cambié el tóner
        ");
        assert_eq!(desk.newest().await.ending, Some(Ending::NoSurvey));

        desk.presses(&requester, "Abrir caso relacionado").await;
        assert_snapshot!(requester.reads(), @"
        Cuénteme qué pasa o qué necesita, con sus palabras.
        [Cancelar]
        ");
        desk.says(&requester, "Sigue sin imprimir").await;
        desk.presses(&requester, "Impresión y copiado").await;
        for label in ["No lo sé", "Sede principal", "A mi área", "Con dificultad", "Registrar"] {
            desk.presses(&requester, label).await;
        }
        requester.reads();
        technician.reads();
        let second = desk.newest().await;
        assert_eq!(second.number.0, 2);
        assert_eq!(
            second.follow_up_of,
            Some(desk.ticket(mesabot::domain::id::TicketNumber(1)).await.id)
        );
    })
    .await;
}

#[tokio::test]
async fn the_survey_understands_plain_words() {
    scenario(async |desk| {
        let (requester, technician) = solved(desk).await;
        desk.says(&requester, "No").await;
        assert_snapshot!(requester.reads(), @"
        Lamento que el caso #1 siga sin solución. ¿Qué falta?
        [Cancelar]
        ");
        desk.says(&requester, "Todavía falla").await;
        desk.says(&technician, "/solucionar 1 Ahora sí").await;
        requester.reads();
        technician.reads();
        desk.says(&requester, "Sí.").await;
        assert_snapshot!(requester.reads(), @"
        ✎ Caso #1 · El correo no abre
        Ana dio esta solución:
        «Ahora sí»

        ¡Qué bueno! ¿Cómo califica la atención? 1 es mala y 5 es excelente.
        ---
        Caso #1 · El correo no abre
        Ana dio esta solución:
        «Ahora sí»

        ¡Qué bueno! ¿Cómo califica la atención? 1 es mala y 5 es excelente.
        [1] [2] [3] [4] [5]
        ");
        desk.says(&requester, "4").await;
        requester.reads();
        assert_snapshot!(technician.reads(), @"
        El solicitante confirmó la solución del caso #1 y calificó la atención con 4 de 5. El caso queda cerrado.
        ---
        ✎ Caso #1 · El correo no abre
        Estado: Cerrada
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Atiende: Ana
        «El correo no abre»
        Solución: Ahora sí
        ");
        desk.says(&requester, "/cancelar").await;
        requester.reads();
        // With no survey open the same words are no answer to anything.
        desk.says(&requester, "sí").await;
        assert_snapshot!(requester.reads(), @"
        «sí»

        ¿Abro un caso con esto?
        [Abrir caso]
        [Cancelar]
        ");
        desk.says(&requester, "no").await;
        assert_snapshot!(requester.reads(), @"
        ✎ «sí»

        ¿Abro un caso con esto?
        ---
        Listo, lo dejé así.
        ");
    })
    .await;
}
