//! Visits at the workplace: planned and agreed on, missed with evidence, and repeated.

use insta::assert_snapshot;
use mesabot::{
    domain::{
        event::Event,
        status::Status,
        time::{HOUR, MINUTE},
    },
    service::ticket::find,
};

use super::{REPORT, narino, taken, technician};
use crate::support::{pairing::in_every_pairing_on, telegram::AttachmentSample};

#[test]
fn n5_a_visit_is_planned_agreed_on_reminded_of_and_made() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let marta = desk.requester("Marta");
        let number = taken(desk, &luis, &marta).await;
        desk.passes(HOUR + 5 * MINUTE).await;
        luis.says(&format!("/visita {number}")).await;
        assert_snapshot!(luis.reads(), @"
        ¿Cuándo va al puesto por el caso #1? Elija una hora o escríbala, por ejemplo «mañana 10 a. m.».
        [Hoy 10:00 a. m.] [Hoy 2:00 p. m.] [Hoy 4:00 p. m.] [Mañana 8:00 a. m.] [Mañana 10:00 a. m.] [Mañana 2:00 p. m.] [Mañana 4:00 p. m.] [Mié 4, 8:00 a. m.] [Mié 4, 10:00 a. m.] [Mié 4, 2:00 p. m.] [Mié 4, 4:00 p. m.] [Ya llegué] [No estaba] [Equipo al taller] [Equipo al contratista] [Cancelar]
        ");
        luis.presses("Mañana 10:00 a. m.").await;
        assert_snapshot!(luis.reads(), @"
        Listo: el solicitante ya sabe que la visita del caso #1 es mañana a las 10:00 a. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Visita: el martes 3 de marzo a las 10:00 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        [Ya llegué] [No estaba] [Otra hora]
        [Equipo al taller] [Equipo al contratista]
        ");
        assert_snapshot!(marta.reads(), @"
        Luis irá a su puesto mañana a las 10:00 a. m., por el caso #1 (El computador no enciende). ¿Le sirve?
        [Me sirve] [Otro momento]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Está pendiente la visita de Luis.
        Visita: el martes 3 de marzo a las 10:00 a. m.
        [Responder]
        ");
        assert_eq!(desk.ticket(number).await.status, Status::Suspended, "Visita pendiente");
        marta.presses("Me sirve").await;
        assert_snapshot!(marta.reads(), @"
        Listo: la visita por el caso #1 es mañana a las 10:00 a. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Está pendiente la visita de Luis.
        Visita confirmada: el martes 3 de marzo a las 10:00 a. m.
        [Responder]
        ");
        assert_snapshot!(luis.reads(), @"
        Al solicitante le sirve la visita del caso #1 (El computador no enciende): mañana a las 10:00 a. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Visita confirmada: el martes 3 de marzo a las 10:00 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        [Ya llegué] [No estaba] [Otra hora]
        [Equipo al taller] [Equipo al contratista]
        ");
        marta.presses("Me sirve").await;
        assert_snapshot!(marta.reads(), @"Listo: la visita por el caso #1 es mañana a las 10:00 a. m.");
        assert_eq!(luis.reads(), "", "the reminder arrives once");
        // The reminder comes once, half an hour before, in working time.
        desk.passes(24 * HOUR + 24 * MINUTE).await;
        assert_eq!(luis.reads(), "", "never early");
        desk.passes(MINUTE).await;
        assert_snapshot!(luis.reads(), @"
        Tiene una visita hoy a las 10:00 a. m. por el caso #1 (El computador no enciende): Marta, Hacienda, piso 2.
        [Ya llegué] [No estaba] [Otra hora]
        ");
        desk.passes(29 * MINUTE).await;
        assert_eq!(luis.reads(), "", "the reminder arrives once");
        luis.presses("Ya llegué").await;
        assert_snapshot!(luis.reads(), @"
        Anoté que usted llegó al puesto por el caso #1. Se lo conté al solicitante.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En sitio
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Solucionar a más tardar el jueves 5 de marzo a las 8:54 a. m.
        En el puesto desde el martes 3 de marzo a las 9:59 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [No estaba] [Programar otra visita] [Pasar al contratista]
        [Equipo al taller] [Equipo al contratista]
        ");
        assert_snapshot!(marta.reads(), @"
        Luis llegó a su puesto hoy a las 9:59 a. m., por el caso #1.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En sitio
        Luis está en su puesto para atender el caso.
        [Responder]
        ");
        assert_eq!(desk.ticket(number).await.status, Status::EscalatedOnSite, "En sitio");
        desk.passes(2 * HOUR).await;
        assert_eq!(luis.reads(), "", "a visit with a result is not asked about");
        luis.says(&format!("/solucionar {number} Cambié la fuente")).await;
        luis.fills(&REPORT).await;
        assert_snapshot!(luis.reads(), @"
        Guardé la solución del caso #1 y se la envié al solicitante.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Atendida
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Una visita anterior.
        «El computador no enciende»
        Detalles: Placa 1234
        Solución: Cambié la fuente
        Intervención: En sitio
        Diagnóstico: Fuente quemada
        Pruebas y resultado: Encendió tres veces, sin falla
        [Responder] [Nota interna]
        ");
        marta.reads();
        let history = desk.history(number).await;
        let expected =
            ["opened", "accepted", "visit_scheduled", "visit_agreed", "visit_arrived", "solved"];
        assert_eq!(history, expected);
        luis.says(&format!("/sla {number}")).await;
        assert_snapshot!(luis.reads(), @"
        Tiempos del caso #1

        Atención (hasta 2 h, en horario de servicio)
        Luis lo tomó ayer a las 8:00 a. m., a tiempo: tardó 0 min.

        Solución (hasta 2 días hábiles, en horario de servicio)
        ayer a las 8:00 a. m. → ayer a las 9:05 a. m.: corrió 1 h 5 min
        ayer a las 9:05 a. m. → hoy a las 9:59 a. m.: en pausa. Luis: visita hoy a las 10:00 a. m.
        hoy a las 9:59 a. m. → ahora: corre, van 2 h
        Suma: 3 h 5 min de 16 h. A tiempo.

        Validación: sin respuesta, el caso se cierra el viernes 6 de marzo a las 11:59 a. m.
        ");
    });
}

#[test]
fn n5_an_absence_is_recorded_with_evidence_and_visited_again() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let marta = desk.requester("Marta");
        let number = taken(desk, &luis, &marta).await;
        luis.says(&format!("/visita {number} hoy 10 a. m.")).await;
        assert_snapshot!(luis.reads(), @"
        Listo: el solicitante ya sabe que la visita del caso #1 es hoy a las 10:00 a. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Visita: el lunes 2 de marzo a las 10:00 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        [Ya llegué] [No estaba] [Otra hora]
        [Equipo al taller] [Equipo al contratista]
        ");
        marta.reads();
        desk.passes(2 * HOUR + 5 * MINUTE).await;
        luis.reads();
        luis.says(&format!("/visita {number}")).await;
        luis.presses("No estaba").await;
        luis.gives("miss", "Oficina cerrada, nadie abrió").await;
        assert_snapshot!(luis.reads(), @"
        Anoté la visita del caso #1 y que no encontró a nadie. Se lo conté al solicitante.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Una visita anterior.
        No había nadie en el puesto el lunes 2 de marzo a las 10:05 a. m.: «Oficina cerrada, nadie abrió»
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        [Programar visita]
        [Equipo al taller] [Equipo al contratista]
        ---
        ¿Tiene una foto de la visita del caso #1? Envíela aquí.
        [Sin foto] [Cancelar]
        ");
        luis.sends(AttachmentSample::Photo, "").await;
        // The photo is stored while the next question is already open, so the card may change
        // before or after the question.
        let messages = luis.reads();
        for words in [
            "Guardé la evidencia de la visita en el caso #1. Guardo también el archivo.",
            "¿Cuándo va al puesto por el caso #1? Elija una hora o escríbala, por ejemplo «mañana 10 a. m.».\n[Hoy 11:00 a. m.] [Hoy 3:00 p. m.]",
            "Estado: Visita pendiente",
            "Una visita anterior.",
            "Un archivo.",
            "[Programar visita]",
        ] {
            assert!(messages.contains(words), "{messages}");
        }
        assert_snapshot!(marta.reads(), @"
        Luis pasó por su puesto hoy a las 10:05 a. m. y no encontró a nadie: «Oficina cerrada, nadie abrió». Cuéntenos cuándo podemos volver por el caso #1.
        [Elegir otro momento]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Pasamos por su puesto y no encontramos a nadie. Falta acordar otro momento.
        Una visita anterior.
        No había nadie en el puesto el lunes 2 de marzo a las 10:05 a. m.: «Oficina cerrada, nadie abrió»
        [Responder]
        ---
        📎 foto.png
        Caso #1: Luis envió este archivo.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Pasamos por su puesto y no encontramos a nadie. Falta acordar otro momento.
        Una visita anterior.
        No había nadie en el puesto el lunes 2 de marzo a las 10:05 a. m.: «Oficina cerrada, nadie abrió»
        Un archivo.
        [Responder] [Archivos]
        ");
        let kept = desk.history(number).await;
        assert_eq!(kept[kept.len() - 2..], ["visit_missed", "attachment_referenced"]);
        let reader = desk.app.database.reader();
        let history = find::history(reader, desk.ticket(number).await.id).await.unwrap();
        let evidence = &history.last().expect("the photo is stored").event;
        assert!(matches!(
            evidence,
            Event::AttachmentReferenced { attachment, internal: false, .. } if attachment == "photo"
        ));
        assert_eq!(desk.ticket(number).await.status, Status::Suspended, "pending once more");
        // Both the technician and the requester may choose the next time; here the requester does.
        marta.presses("Elegir otro momento").await;
        assert_snapshot!(marta.reads(), @"
        ¿Cuándo le queda bien que vayamos por el caso #1? Elija una hora o escríbala, por ejemplo «mañana 10 a. m.».
        [Hoy 11:00 a. m.] [Hoy 3:00 p. m.] [Hoy 5:00 p. m.] [Mañana 8:00 a. m.] [Mañana 10:00 a. m.] [Mañana 2:00 p. m.] [Mañana 4:00 p. m.] [Mié 4, 8:00 a. m.] [Mié 4, 10:00 a. m.] [Mié 4, 2:00 p. m.] [Mié 4, 4:00 p. m.] [Cancelar]
        ");
        marta.says("mañana a las 9").await;
        assert_snapshot!(marta.reads(), @"
        Listo: la visita por el caso #1 es mañana a las 9:00 a. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Está pendiente la visita de Luis.
        Visita confirmada: el martes 3 de marzo a las 9:00 a. m.
        Una visita anterior.
        No había nadie en el puesto el lunes 2 de marzo a las 10:05 a. m.: «Oficina cerrada, nadie abrió»
        Un archivo.
        [Responder] [Archivos]
        ");
        assert_snapshot!(luis.reads_beside_the_question(), @"
        El solicitante eligió otro momento para la visita del caso #1 (El computador no enciende): mañana a las 9:00 a. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Visita pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Visita confirmada: el martes 3 de marzo a las 9:00 a. m.
        Una visita anterior.
        No había nadie en el puesto el lunes 2 de marzo a las 10:05 a. m.: «Oficina cerrada, nadie abrió»
        «El computador no enciende»
        Detalles: Placa 1234
        Un archivo.
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna] [Archivos]
        [Ya llegué] [No estaba] [Otra hora]
        [Equipo al taller] [Equipo al contratista]
        ");
        luis.gives_up().await;
        luis.reads();
        desk.passes(22 * HOUR + 55 * MINUTE).await;
        luis.reads();
        luis.presses("Ya llegué").await;
        assert_snapshot!(luis.reads(), @"
        Anoté que usted llegó al puesto por el caso #1. Se lo conté al solicitante.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En sitio
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Solucionar a más tardar el jueves 5 de marzo a las 9:00 a. m.
        En el puesto desde el martes 3 de marzo a las 9:00 a. m.
        Una visita anterior.
        No había nadie en el puesto el lunes 2 de marzo a las 10:05 a. m.: «Oficina cerrada, nadie abrió»
        «El computador no enciende»
        Detalles: Placa 1234
        Un archivo.
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Archivos]
        [No estaba] [Programar otra visita] [Pasar al contratista]
        [Equipo al taller] [Equipo al contratista]
        ");
        marta.reads();
        luis.presses("Solucionar").await;
        let solved = [("solve", "Cambié el cable de poder")].into_iter().chain(REPORT);
        luis.fills(&solved.collect::<Vec<_>>()).await;
        luis.reads();
        assert_snapshot!(marta.reads(), @"
        Caso #1 · El computador no enciende
        Luis dio esta solución:
        «Cambié el cable de poder»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el viernes 6 de marzo a las 9:00 a. m.
        [Sí] [No]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Atendida
        Luis dio una solución: Cambié el cable de poder
        2 visitas anteriores.
        No había nadie en el puesto el lunes 2 de marzo a las 10:05 a. m.: «Oficina cerrada, nadie abrió»
        Un archivo.
        [Responder] [Archivos]
        ");
    });
}
