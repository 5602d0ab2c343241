//! Who gets the credit for a solution, in the requester's messages and in the figures, and who is
//! asked for a rating.

use mesabot::domain::{ending::Ending, id::TicketNumber, person::Role};

use crate::support::desk::scenario;

#[tokio::test]
async fn a_supervisors_solution_is_credited_to_the_supervisor() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let luz = desk.staff("Luz", Role::Supervisor, &["soporte"]).await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "El computador no enciende").await;
        ana.says("/aceptar 1").await;
        marta.reads();
        luz.says("/solucionar 1 Cambié la fuente").await;
        let messages = marta.reads();
        assert!(messages.contains("Luz dio esta solución:\n«Cambié la fuente»"), "{messages}");
        assert!(
            messages.contains("Luz dio una solución: Cambié la fuente"),
            "the card too: {messages}"
        );
        assert!(!messages.contains("Ana dio"), "{messages}");
        marta.presses("Sí").await;
        marta.presses("5").await;
        luz.reads();
        luz.says("/informe").await;
        let report = luz.reads();
        let by = report.split("Por técnico").nth(1).unwrap();
        assert!(by.contains("Luz: aceptados 0, resueltos 1, calificación 5,0"), "{report}");
        assert!(
            by.contains("Ana: aceptados 1, resueltos 0\n"),
            "Ana accepted the ticket: {report}"
        );
        desk.all_read();
    })
    .await;
}

#[tokio::test]
async fn a_technicians_own_ticket_is_closed_without_a_rating() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        desk.opens_ticket(&ana, "El computador no enciende").await;
        ana.says("/aceptar 1").await;
        ana.reads();
        ana.says("/solucionar 1 Cambié la fuente").await;
        let messages = ana.reads();
        let closed =
            "Guardé la solución del caso #1. Usted lo pidió, así que queda cerrado sin encuesta.";
        assert!(messages.contains(closed), "{messages}");
        assert!(!messages.contains("califica"), "{messages}");
        assert!(!messages.contains("solicitante"), "Ana is the requester herself: {messages}");
        let ticket = desk.ticket(TicketNumber(1)).await;
        assert_eq!(ticket.ending, Some(Ending::NoSurvey));
    })
    .await;
}
