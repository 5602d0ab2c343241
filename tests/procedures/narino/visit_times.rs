//! When visits take place: another time proposed by the requester, times that are refused, a visit
//! without a result, and a visit without a plan.

use insta::assert_snapshot;
use mesabot::domain::{
    status::Status,
    time::{HOUR, MINUTE},
};

use super::{narino, reports, taken, technician};
use crate::support::pairing::in_every_pairing_on;

#[test]
fn n5_the_requester_moves_a_visit_and_taken_times_are_not_offered() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        taken(desk, &luis, &marta).await;
        luis.says("/visita 1 hoy 9 am").await;
        luis.reads();
        marta.presses("Otro momento").await;
        let offered = marta.reads();
        assert!(!offered.contains("[Hoy 9:00 a. m.]"), "that time is taken: {offered}");
        marta.presses("Hoy 5:00 p. m.").await;
        assert_snapshot!(marta.reads(), @"
        Listo: la visita por el caso #1 es hoy a las 5:00 p. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Está pendiente la visita de Luis.
        Visita confirmada: el lunes 2 de marzo a las 5:00 p. m.
        [Responder]
        ");
        assert_snapshot!(luis.reads(), @"
        El solicitante eligió otro momento para la visita del caso #1 (El computador no enciende): hoy a las 5:00 p. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Visita confirmada: el lunes 2 de marzo a las 5:00 p. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        [Ya llegué] [No estaba] [Otra hora]
        [Equipo al taller] [Equipo al contratista]
        ");
        taken(desk, &luis, &pedro).await;
        luis.says("/visita 2").await;
        let offered = luis.reads();
        assert!(offered.contains("[Hoy 11:00 a. m.]"), "{offered}");
        assert!(
            !offered.contains("[Hoy 5:00 p. m.]"),
            "Luis is with Marta at that time: {offered}"
        );
        for (typed, answer) in [
            ("cuando pueda", "No entendí el día y la hora."),
            ("hoy 7 am", "Esa hora ya pasó"),
            ("hoy 1 p. m.", "A esa hora no hay servicio"),
            ("sábado 10 am", "A esa hora no hay servicio"),
            ("2027-03-02 10:00", "Esa fecha está muy lejos"),
            ("hoy 4:30 p. m.", "A esa hora ya hay otra visita"),
        ] {
            luis.says(typed).await;
            let read = luis.reads();
            assert!(read.starts_with(answer), "{typed}: {read}");
        }
        luis.says("jueves 3 pm").await;
        assert_snapshot!(luis.reads(), @"
        Listo: el solicitante ya sabe que la visita del caso #2 es el jueves 5 de marzo a las 3:00 p. m.
        ---
        ✎ Caso #2 · El computador no enciende
        Estado: Visita pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Pedro · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Visita: el jueves 5 de marzo a las 3:00 p. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        [Ya llegué] [No estaba] [Otra hora]
        [Equipo al taller] [Equipo al contratista]
        ");
        assert!(pedro.reads().contains("irá a su puesto el jueves 5 de marzo a las 3:00 p. m."));
        // The answer to a time that is no longer planned has no effect.
        marta.presses("Me sirve").await;
        assert_snapshot!(marta.reads(), @"Eso ya cambió. Con /caso 1 ve cómo va.");
    });
}

#[test]
fn n5_the_technician_is_asked_once_for_a_missing_visit_result() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let ana = technician(desk, "Ana").await;
        let marta = desk.requester("Marta");
        let number = taken(desk, &luis, &marta).await;
        ana.reads();
        luis.says(&format!("/visita {number} hoy 10 am")).await;
        luis.reads();
        marta.reads();
        desk.passes(90 * MINUTE).await;
        luis.reads();
        desk.passes(90 * MINUTE - 1).await;
        assert_eq!(luis.reads(), "", "the visit may still go on");
        desk.passes(1).await;
        assert_snapshot!(luis.reads(), @"
        ¿Cómo le fue en la visita del caso #1 (El computador no enciende)? Era hoy a las 10:00 a. m., con Marta, y no sé qué pasó.
        [Ya llegué] [No estaba] [Otra hora]
        ");
        desk.passes(5 * HOUR).await;
        assert_eq!(luis.reads(), "", "the question arrives once");
        // The visit follows the ticket to its next technician.
        luis.presses("Otra hora").await;
        luis.reads();
        luis.presses("Mañana 8:00 a. m.").await;
        luis.reads();
        marta.reads();
        luis.says(&format!("/asignar {number} Ana")).await;
        luis.reads();
        marta.reads();
        ana.reads();
        // At 17:30, a reminder for 08:00.
        desk.passes(90 * MINUTE).await;
        assert_snapshot!(ana.reads(), @"
        Tiene una visita mañana a las 8:00 a. m. por el caso #1 (El computador no enciende): Marta, Hacienda, piso 2.
        [Ya llegué] [No estaba] [Otra hora]
        ");
        assert_eq!(luis.reads(), "");
        // When the ticket goes to another group, the visit is cancelled and the requester is told.
        ana.says(&format!("/escalar {number} [Profesionales TIC] Es la placa")).await;
        ana.reads();
        assert_snapshot!(marta.reads(), @"
        Pasamos su caso #1 al equipo de Profesionales TIC, que puede resolverlo mejor. Le avisaremos cuando lo tomen.

        La visita que tenía mañana a las 8:00 a. m. por el caso #1 ya no va. Le avisaremos cómo seguimos.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Remitida
        Ahora está en manos del equipo de Profesionales TIC. Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 5:30 p. m.
        [Responder]
        ");
        desk.passes(24 * HOUR).await;
        for person in [&luis, &ana, &marta] {
            person.reads();
        }
        let history = desk.history(number).await;
        assert!(history.contains(&"visit_cancelled".to_owned()), "{history:?}");
    });
}

#[test]
fn n5_an_unplanned_visit_is_recorded_and_accepts_the_ticket() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let marta = desk.requester("Marta");
        let number = reports(desk, &marta, "No enciende", &super::USUAL).await;
        marta.reads();
        luis.reads();
        luis.says(&format!("/visita {number}")).await;
        luis.presses("Ya llegué").await;
        assert_snapshot!(luis.reads(), @"
        Anoté que usted llegó al puesto por el caso #1. Se lo conté al solicitante.
        ---
        ¿Cuándo va al puesto por el caso #1? Elija una hora o escríbala, por ejemplo «mañana 10 a. m.».
        [Hoy 9:00 a. m.] [Hoy 11:00 a. m.] [Hoy 3:00 p. m.] [Hoy 5:00 p. m.] [Mañana 8:00 a. m.] [Mañana 10:00 a. m.] [Mañana 2:00 p. m.] [Mañana 4:00 p. m.] [Mié 4, 8:00 a. m.] [Mié 4, 10:00 a. m.] [Mié 4, 2:00 p. m.] [Mié 4, 4:00 p. m.] [Ya llegué] [No estaba] [Equipo al taller] [Equipo al contratista] [Cancelar]
        ---
        ✎ Caso #1 · No enciende
        Estado: En sitio
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Solucionar a más tardar el miércoles 4 de marzo a las 8:00 a. m.
        En el puesto desde el lunes 2 de marzo a las 8:00 a. m.
        «No enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [No estaba] [Programar otra visita] [Pasar al contratista]
        [Equipo al taller] [Equipo al contratista]
        ");
        assert_snapshot!(marta.reads(), @"
        Luis llegó a su puesto hoy a las 8:00 a. m., por el caso #1.
        ---
        ✎ Caso #1 · No enciende
        Estado: En sitio
        Luis está en su puesto para atender el caso.
        [Responder]
        ");
        let ticket = desk.ticket(number).await;
        assert_eq!(ticket.status, Status::EscalatedOnSite);
        assert!(ticket.technician_id.is_some() && ticket.owned_at.is_some());
        luis.says(&format!("/visita {number}")).await;
        luis.presses("No estaba").await;
        luis.gives("miss", "Salió a una reunión").await;
        luis.presses("Sin foto").await;
        assert_snapshot!(luis.reads_beside_the_question(), @"
        Anoté la visita del caso #1 y que no encontró a nadie. Se lo conté al solicitante.
        ---
        ✎ Caso #1 · No enciende
        Estado: Visita pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Una visita anterior.
        No había nadie en el puesto el lunes 2 de marzo a las 8:00 a. m.: «Salió a una reunión»
        «No enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        [Programar visita]
        [Equipo al taller] [Equipo al contratista]
        ");
        luis.gives_up().await;
        luis.reads();
        marta.reads();
    });
}

#[test]
fn n5_a_ticket_is_not_assigned_to_a_technician_with_a_clashing_visit() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let ana = technician(desk, "Ana").await;
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        taken(desk, &luis, &marta).await;
        ana.reads();
        luis.says("/visita 1 mañana 10 am").await;
        luis.reads();
        taken(desk, &ana, &pedro).await;
        luis.reads();
        ana.says("/visita 2 mañana 10:30 am").await;
        ana.reads();
        luis.reads();
        luis.says("/asignar 1 Ana").await;
        assert_snapshot!(luis.reads(), @"Ana tiene otra visita cerca de la que está programada para el caso #1 (mañana a las 10:00 a. m.). Cámbiele la hora con /visita 1 o asigne el caso a otra persona.");
        assert_eq!(ana.reads(), "");
        // At another time Ana is free, and gets the ticket with its visit.
        luis.says("/visita 1 mañana 3 pm").await;
        luis.reads();
        luis.says("/asignar 1 Ana").await;
        let read = luis.reads();
        assert!(read.contains("El caso #1 queda a cargo de Ana."), "{read}");
        for person in [&ana, &marta, &pedro] {
            person.reads();
        }
    });
}
