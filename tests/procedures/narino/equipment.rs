//! Equipment that is taken to the workshop or to a vendor, and comes back.

use insta::assert_snapshot;
use mesabot::domain::{
    status::Status,
    time::{DAY, HOUR},
};

use super::{REPORT, narino, taken, technician};
use crate::support::pairing::in_every_pairing_on;

#[test]
fn n2_n6_equipment_returns_from_the_workshop_before_the_end() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let marta = desk.requester("Marta");
        let number = taken(desk, &luis, &marta).await;
        luis.says(&format!("/visita {number}")).await;
        luis.presses("Ya llegué").await;
        luis.reads();
        marta.reads();
        luis.presses("Equipo al taller").await;
        luis.gives("workshop", "CPU, placa 1234").await;
        assert_snapshot!(luis.reads(), @"
        Anoté que el equipo del caso #1 va al taller. Se lo conté al solicitante.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Solucionar a más tardar el miércoles 4 de marzo a las 8:00 a. m.
        Una visita anterior.
        Equipo en el taller: CPU, placa 1234
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Programar visita] [Pasar al contratista]
        [Devolver equipo]
        ");
        assert_snapshot!(marta.reads(), @"
        Luis lleva su equipo (CPU, placa 1234) al taller, por el caso #1. Le avisaremos cuando vuelva.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Pendiente
        Lo atiende Luis. Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 8:00 a. m.
        Una visita anterior.
        Equipo en el taller: CPU, placa 1234
        [Responder]
        ");
        assert_eq!(desk.ticket(number).await.status, Status::InProgress, "N2: Pendiente");
        luis.says(&format!("/solucionar {number} Cambié el disco")).await;
        assert_snapshot!(luis.reads(), @"El equipo del caso #1 sigue en el taller: CPU, placa 1234. Devuélvalo primero con el botón Devolver equipo, o con /visita 1.");
        luis.presses("Solucionar").await;
        assert!(
            luis.reads().starts_with("El equipo del caso #1 sigue en el taller"),
            "before the dialogue starts"
        );
        desk.passes(HOUR).await;
        luis.presses("Devolver equipo").await;
        assert_snapshot!(luis.reads(), @"
        Anoté que devolvió el equipo del caso #1. El solicitante puede confirmarlo.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Solucionar a más tardar el miércoles 4 de marzo a las 8:00 a. m.
        Una visita anterior.
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Programar visita] [Pasar al contratista]
        [Equipo al taller] [Equipo al contratista]
        ");
        assert_snapshot!(marta.reads(), @"
        Luis devolvió su equipo (CPU, placa 1234), por el caso #1. ¿Lo recibió?
        [Recibido]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Pendiente
        Lo atiende Luis. Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 8:00 a. m.
        Una visita anterior.
        [Responder]
        ");
        marta.presses("Recibido").await;
        assert_snapshot!(marta.reads(), @"Gracias por confirmar que recibió el equipo del caso #1.");
        assert_snapshot!(luis.reads(), @"El solicitante confirmó que recibió el equipo del caso #1.");
        marta.presses("Recibido").await;
        marta.reads();
        assert_eq!(luis.reads(), "", "the confirmation arrives once");
        luis.says(&format!("/solucionar {number} Cambié el disco")).await;
        luis.fills(&REPORT).await;
        luis.reads();
        marta.reads();
        let history = desk.history(number).await;
        let moves = ["equipment_moved", "equipment_returned", "equipment_received", "solved"];
        assert_eq!(history[3..], moves);
    });
}

#[test]
fn n3_n6_equipment_at_the_contractor_stops_the_clock() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let marta = desk.requester("Marta");
        let number = taken(desk, &luis, &marta).await;
        let promised = desk.ticket(number).await.resolve_due_at.expect("its clock runs");
        desk.passes(HOUR).await;
        luis.presses("Equipo al contratista").await;
        luis.gives("to_vendor", "Impresora en garantía").await;
        assert_snapshot!(luis.reads(), @"
        Anoté que el equipo del caso #1 va al contratista. Se lo conté al solicitante.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Contratista externo
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Equipo en la sede del contratista: Impresora en garantía
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        [Programar visita]
        [Devolver equipo]
        ");
        assert_snapshot!(marta.reads(), @"
        Luis lleva su equipo (Impresora en garantía) a un contratista externo, por el caso #1. Le avisaremos cuando vuelva.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Contratista externo
        Está en espera de su equipo.
        Equipo en la sede del contratista: Impresora en garantía
        [Responder]
        ");
        assert_eq!(desk.ticket(number).await.status, Status::WithVendor, "Contratista externo");
        assert_eq!(desk.ticket(number).await.resolve_due_at, None);
        desk.passes(DAY).await;
        luis.says(&format!("/visita {number}")).await;
        luis.presses("Devolver equipo").await;
        luis.reads();
        let ticket = desk.ticket(number).await;
        assert_eq!(ticket.status, Status::InProgress);
        let due = ticket.resolve_due_at.expect("its clock runs again");
        let later = narino().desk_calendar().working_between(promised, due);
        assert_eq!(later, 8 * HOUR, "the day at the contractor does not count");
        marta.presses("Recibido").await;
        marta.reads();
        luis.reads();
        luis.says(&format!("/sla {number}")).await;
        assert_snapshot!(luis.reads(), @"
        Tiempos del caso #1

        Atención (hasta 2 h, en horario de servicio)
        Luis lo tomó ayer a las 8:00 a. m., a tiempo: tardó 0 min.

        Solución (hasta 2 días hábiles, en horario de servicio)
        ayer a las 8:00 a. m. → ayer a las 9:00 a. m.: corrió 1 h
        ayer a las 9:00 a. m. → ahora: en pausa. Luis: Equipo en la sede del contratista: Impresora en garantía
        Suma: 1 h de 16 h; saldo: 15 h. Vence mañana a las 6:00 p. m.
        ");
        // No other technician may take the equipment.
        let tito = technician(desk, "Tito").await;
        tito.says(&format!("/visita {number}")).await;
        assert_snapshot!(tito.reads(), @"El caso #1 lo atiende Luis. Hable con esa persona o deje una nota con /nota 1.");
    });
}
