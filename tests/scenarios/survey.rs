//! The survey and its alternatives: silence, late presses, categories without a survey.

use insta::assert_snapshot;
use mesabot::domain::{
    ending::Ending,
    person::Role,
    status::Status,
    time::{DAY, HOUR},
};

use crate::support::pairing::{PairedDesk, Person, in_every_pairing};

/// A solved ticket that waits for the requester; both people have read their messages.
async fn solved(desk: &PairedDesk) -> (Person<'_>, Person<'_>) {
    let requester = desk.requester("Marta");
    let technician = desk.technician("Ana").await;
    let number = desk.opens_ticket(&requester, "El correo no abre").await;
    technician.says(&format!("/aceptar {number}")).await;
    technician.says(&format!("/solucionar {number} Reinicié el servicio")).await;
    requester.reads();
    technician.reads();
    (requester, technician)
}

/// The answers of a requester whose printer does not work.
fn printer(details: &'static str) -> [(&'static str, &'static str); 5] {
    [
        ("category", "Impresión y copiado"),
        ("details", details),
        ("place", "Sede principal"),
        ("impact", "A mi área"),
        ("urgency", "Con dificultad"),
    ]
}

#[test]
fn u3_silence_brings_one_reminder_and_then_closes_the_ticket() {
    in_every_pairing(async |desk| {
        let (requester, technician) = solved(desk).await;
        desk.passes(4 * HOUR - 1).await;
        assert_eq!(requester.reads(), "");
        desk.passes(1).await;
        assert_snapshot!(requester.reads(), @"
        Le recordamos el caso #1: falta su respuesta.
        ---
        Caso #1 · El correo no abre
        Ana dio esta solución:
        «Reinicié el servicio»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el martes 3 de marzo a las 8:00 a. m.
        [Sí] [No]
        ---
        ✎ Caso #1 · El correo no abre
        Ana dio esta solución:
        «Reinicié el servicio»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el martes 3 de marzo a las 8:00 a. m.
        ");
        desk.passes(2 * HOUR).await;
        assert_eq!(requester.reads(), "", "only one reminder is sent");
        desk.passes(DAY - 6 * HOUR - 1).await;
        assert_eq!(requester.reads(), "", "never early");
        desk.passes(1).await;
        assert_snapshot!(requester.reads(), @"
        Cerramos su caso #1 porque no recibimos su respuesta: el procedimiento A3-PR-01 da máximo 1 día para evaluar el servicio, que esta mesa cuenta como día hábil. Si no quedó bien, abra un caso relacionado.
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

        El caso #1 se cerró sin su respuesta: el procedimiento A3-PR-01 da máximo 1 día para evaluar el servicio, que esta mesa cuenta como día hábil.
        [Abrir caso relacionado]
        ");
        assert_snapshot!(technician.reads(), @"
        El caso #1 se cerró sin respuesta del solicitante: el procedimiento A3-PR-01 da máximo 1 día para evaluar el servicio, que esta mesa cuenta como día hábil.
        ---
        ✎ Caso #1 · El correo no abre
        Estado: Cerrada
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        «El correo no abre»
        Solución: Reinicié el servicio
        ");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::Closed, Some(Ending::Silence)));
    });
}

#[test]
fn a_yes_without_a_rating_authorises_the_solution() {
    in_every_pairing(async |desk| {
        let (requester, technician) = solved(desk).await;
        requester.presses("Sí").await;
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
        Origen: por chat
        Atiende: Ana
        «El correo no abre»
        Solución: Reinicié el servicio
        ");
        assert_eq!(desk.newest().await.ending, Some(Ending::Authorised));
    });
}

#[test]
fn late_and_repeated_presses_get_the_present_state() {
    in_every_pairing(async |desk| {
        let (requester, technician) = solved(desk).await;
        let yes = requester.holds("Sí");
        let no = requester.holds("No");
        requester.presses_held(&yes).await;
        requester.reads();
        requester.presses_held(&yes).await;
        assert_eq!(requester.reads(), "", "a second yes changes nothing");
        let five = requester.holds("5");
        let one = requester.holds("1");
        requester.presses_held(&five).await;
        requester.skips().await;
        let messages = requester.reads();
        assert!(messages.contains("Gracias por su respuesta."), "{messages}");
        technician.reads();
        for late in [&one, &five, &yes, &no] {
            requester.presses_held(late).await;
        }
        assert_snapshot!(requester.reads(), @"
        Esa respuesta ya no cuenta: el caso #1 está cerrado. Si algo sigue mal, abra un caso relacionado.
        ---
        Esa respuesta ya no cuenta: el caso #1 está cerrado. Si algo sigue mal, abra un caso relacionado.
        ---
        Esa respuesta ya no cuenta: el caso #1 está cerrado. Si algo sigue mal, abra un caso relacionado.
        ---
        Esa respuesta ya no cuenta: el caso #1 está cerrado. Si algo sigue mal, abra un caso relacionado.
        ");
        assert_eq!(desk.newest().await.status, Status::Closed);
    });
}

#[test]
fn an_answer_to_an_earlier_solution_does_not_count() {
    in_every_pairing(async |desk| {
        let (requester, technician) = solved(desk).await;
        let yes = requester.holds("Sí");
        requester.presses("No").await;
        requester.gives("reject", "Sigue sin abrir").await;
        technician.says("/solucionar 1 Reinstalé el cliente").await;
        requester.reads();
        technician.reads();
        requester.presses_held(&yes).await;
        assert_snapshot!(requester.reads(), @"Esa respuesta ya no aplica: el caso #1 está en estado Resuelta.");
        assert_eq!(desk.newest().await.status, Status::Solved);
    });
}

#[test]
fn u9_categories_without_a_survey_close_and_can_be_followed_up() {
    in_every_pairing(async |desk| {
        let requester = desk.requester("Marta");
        let technician = desk.staff("Ana", Role::Technician, &["impresion"]).await;
        requester.says("No imprime la impresora").await;
        requester.presses("Abrir caso").await;
        requester.fills(&printer("La del segundo piso")).await;
        requester.presses("Registrar").await;
        technician.presses("Aceptar").await;
        requester.reads();
        technician.reads();
        technician.says("/solucionar 1 Cambié el tóner").await;
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
        Origen: por chat
        Atiende: Ana
        «No imprime la impresora»
        Detalles: La del segundo piso
        Solución: Cambié el tóner
        ");
        assert_eq!(desk.newest().await.ending, Some(Ending::NoSurvey));

        requester.presses("Abrir caso relacionado").await;
        let again = [("description", "Sigue sin imprimir")];
        let again: Vec<_> = again.into_iter().chain(printer("No lo sé")).collect();
        requester.fills(&again).await;
        requester.presses("Registrar").await;
        for person in [&requester, &technician] {
            let card = person.reads();
            assert!(card.contains("Viene del caso #1 No imprime la impresora"), "{card}");
        }
        let second = desk.newest().await;
        assert_eq!(second.number.0, 2);
        assert_eq!(
            second.follow_up_of,
            Some(desk.ticket(mesabot::domain::id::TicketNumber(1)).await.id)
        );
    });
}

#[test]
fn the_survey_understands_plain_words() {
    in_every_pairing(async |desk| {
        let (requester, technician) = solved(desk).await;
        requester.says("No").await;
        assert_snapshot!(requester.reads(), @"
        Lamento que el caso #1 siga sin solución. ¿Qué falta?
        [Cancelar]
        ");
        requester.gives("reject", "Todavía falla").await;
        technician.says("/solucionar 1 Ahora sí").await;
        requester.reads();
        technician.reads();
        requester.says("Sí.").await;
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
        requester.says("4").await;
        requester.reads();
        assert_snapshot!(technician.reads(), @"
        El solicitante confirmó la solución del caso #1 y calificó la atención con 4 de 5. El caso queda cerrado.
        ---
        ✎ Caso #1 · El correo no abre
        Estado: Cerrada
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        «El correo no abre»
        Solución: Ahora sí
        ");
        requester.says("/cancelar").await;
        requester.reads();
        // Without an open survey the same words answer nothing.
        requester.says("sí").await;
        assert_snapshot!(requester.reads(), @"
        «sí»

        ¿Abro un caso con esto?
        [Abrir caso] [Cancelar]
        ");
        requester.says("no").await;
        assert_snapshot!(requester.reads(), @"Listo, lo dejé así.");
    });
}
