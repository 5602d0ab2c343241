//! From the request to the solution: the statuses, what stops the clock, questions for missing
//! information, and work registered after the fact.

use insta::assert_snapshot;
use mesabot::domain::{procedure::TicketKind, source::Source, status::Status};

use super::{HOUR, Topic, cases_of_march, have_read, of, opens, opens_computer, victimas};
use crate::support::{pairing::in_every_pairing_on, telegram::AttachmentSample};

#[test]
fn v1_v2_v13_a_case_is_attended_solved_and_closed_by_the_survey() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "El computador no enciende").await;
        assert_snapshot!(marta.reads(), @"
        Así quedaría su caso:
        Descripción: El computador no enciende
        Categoría: Computador o periférico
        Detalles: Placa 4821
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ---
        Caso #1 · El computador no enciende
        Estado: Registrado
        Quedó registrado. Lo atenderá el equipo de Hardware y software. Le contestamos a más tardar el lunes 2 de marzo a las 10:00 a. m. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 3:00 p. m.
        [Responder]
        [Retirar]
        ");
        assert_snapshot!(ana.reads(), @"
        Caso #1 · El computador no enciende
        Estado: Registrado
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Hardware y software
        Aceptar a más tardar el lunes 2 de marzo a las 10:00 a. m.
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «El computador no enciende»
        Detalles: Placa 4821
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        ana.presses("Aceptar").await;
        assert_eq!(desk.ticket(number).await.status, Status::InProgress);
        have_read(&[&ana, &marta]);
        ana.presses("Solucionar").await;
        ana.gives("solve", "Cambié la fuente de poder").await;
        assert_eq!(desk.ticket(number).await.status, Status::Solved);
        ana.reads();
        assert_snapshot!(marta.reads(), @"
        Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Cambié la fuente de poder»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el jueves 5 de marzo a las 8:00 a. m.
        [Sí] [No]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Solucionado
        Ana dio una solución: Cambié la fuente de poder
        [Responder]
        ");
        marta.presses("Sí").await;
        marta.presses("5").await;
        marta.skips().await;
        assert_eq!(desk.ticket(number).await.status, Status::Closed);
        have_read(&[&marta]);
        assert_snapshot!(ana.reads(), @"
        El solicitante confirmó la solución del caso #1 y calificó la atención con 5 de 5. El caso queda cerrado.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Cerrado
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        «El computador no enciende»
        Detalles: Placa 4821
        Solución: Cambié la fuente de poder
        ");
    });
}

#[test]
fn v13_card_and_report_distinguish_incident_and_request() {
    in_every_pairing_on(&victimas(), async |desk| {
        let luz = of(desk, "mesa", "Luz").await;
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        opens(
            desk,
            &marta,
            Topic { category: "Consulta o acceso", details: None },
            "¿Cómo pido una cuenta?",
        )
        .await;
        assert!(luz.reads().contains("Consulta o acceso · Requerimiento · "));
        opens_computer(desk, &marta, "No enciende").await;
        assert!(ana.reads().contains("Computador o periférico · Incidente · "));
        marta.reads();
        let cases = cases_of_march(desk, &victimas()).await;
        let kinds: Vec<TicketKind> = cases.iter().map(|case| case.kind).collect();
        assert_eq!(kinds, [TicketKind::Request, TicketKind::Incident]);
    });
}

#[test]
fn v1_v5_missing_hardware_suspends_the_case_and_stops_the_clock() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "El computador no enciende").await;
        ana.says("/aceptar 1").await;
        have_read(&[&ana, &marta]);
        let due = desk.ticket(number).await.resolve_due_at.expect("the clock runs");
        desk.passes(HOUR).await;
        ana.presses("Suspender").await;
        assert_snapshot!(ana.reads(), @"
        ¿Por qué queda en espera el caso #1? Elija el motivo o escríbalo; el solicitante lo leerá.
        [Falta información] [La persona no está] [No hay hardware disponible] [Falta la solución definitiva] [Cancelar]
        ");
        ana.presses("No hay hardware disponible").await;
        assert_eq!(desk.ticket(number).await.status, Status::Suspended);
        assert_eq!(desk.ticket(number).await.resolve_due_at, None, "the clock is stopped");
        assert_snapshot!(marta.reads(), @"
        Su caso #1 queda en espera: «No hay hardware disponible». Le avisaremos cuando sigamos.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Suspendido
        Está en espera: No hay hardware disponible
        [Responder]
        ");
        // A reply does not end the wait for hardware.
        marta.says("/responder 1 ¿Ya llegó?").await;
        assert_eq!(desk.ticket(number).await.status, Status::Suspended);
        have_read(&[&ana, &marta]);
        desk.passes(5 * HOUR).await;
        ana.presses("Reanudar").await;
        let later = desk.ticket(number).await.resolve_due_at.expect("the clock runs again");
        let gap = victimas().desk_calendar().working_between(due, later);
        assert_eq!(gap, 5 * HOUR, "the time of waiting does not count");
        have_read(&[&ana, &marta]);
    });
}

#[test]
fn v5_an_absent_requester_is_told_and_the_case_is_suspended() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "El computador no enciende").await;
        ana.says("/aceptar 1").await;
        have_read(&[&ana, &marta]);
        ana.says("/suspender 1 la persona no esta").await;
        assert_eq!(desk.ticket(number).await.suspension.as_deref(), Some("ausente"));
        ana.reads();
        let messages = marta.reads();
        assert!(messages.contains("queda en espera: «La persona no está»"), "{messages}");
        marta.says("/responder 1 Ya volví").await;
        assert_eq!(desk.ticket(number).await.status, Status::Suspended);
        have_read(&[&ana, &marta]);
    });
}

#[test]
fn v4_plain_words_answer_the_pending_question_first() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "El computador no enciende").await;
        ana.presses("Suspender").await;
        ana.presses("Falta información").await;
        ana.gives("suspend", "¿Suena algo cuando lo prende?").await;
        have_read(&[&ana, &marta]);
        marta.says("Sí, tres pitos").await;
        assert_snapshot!(marta.reads(), @"
        «Sí, tres pitos»

        El caso #1 espera su respuesta. ¿Es esta, o abro un caso nuevo?
        [Responder el caso #1] [Abrir caso] [Cancelar]
        ");
        marta.presses("Responder el caso #1").await;
        assert_eq!(desk.ticket(number).await.status, Status::InProgress);
        let messages = marta.reads();
        assert!(messages.contains("Listo, lo agregué al caso #1."), "{messages}");
        let messages = ana.reads();
        assert!(messages.contains("Con esa respuesta, el caso #1 sigue en curso."), "{messages}");
        // Where no answer is awaited, plain words start a new request.
        marta.says("No me llegan correos").await;
        let offered = marta.reads();
        assert!(offered.contains("¿Abro un caso con esto?"), "{offered}");
        marta.presses("Cancelar").await;
        marta.reads();
    });
}

#[test]
fn v4_the_answer_to_a_question_resumes_the_case() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "El computador no enciende").await;
        have_read(&[&ana, &marta]);
        // No technician has the case yet: the one who asks gets it.
        ana.presses("Suspender").await;
        ana.presses("Falta información").await;
        ana.gives("suspend", "¿Suena algo cuando lo prende?").await;
        let ticket = desk.ticket(number).await;
        assert_eq!((ticket.status, ticket.resolve_due_at), (Status::Suspended, None));
        assert!(ticket.technician_id.is_some() && ticket.owned_at.is_some());
        assert_snapshot!(ana.reads(), @"
        El caso #1 queda en espera: «Falta información».
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Suspendido
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        En espera: Falta información
        «El computador no enciende»
        Detalles: Placa 4821
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Caso relacionado] [No gestionar]
        ");
        assert_snapshot!(marta.reads(), @"
        Ana escribe sobre el caso #1:
        ¿Suena algo cuando lo prende?

        Su caso #1 queda en espera: «Falta información». Cuando nos responda, seguimos.
        [Responder]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Suspendido
        Está en espera: Falta información
        [Responder]
        ");
        desk.passes(2 * HOUR).await;
        marta.presses("Responder").await;
        marta.gives("reply", "Sí, tres pitos").await;
        assert_eq!(desk.ticket(number).await.status, Status::InProgress);
        assert_snapshot!(marta.reads(), @"
        Envié su mensaje sobre el caso #1.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En proceso
        Lo atiende Ana. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 5:00 p. m.
        [Responder]
        ");
        assert_snapshot!(ana.reads(), @"
        Marta escribe sobre el caso #1:
        Sí, tres pitos

        Con esa respuesta, el caso #1 sigue en curso.
        [Responder]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En proceso
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el martes 3 de marzo a las 5:00 p. m.
        «El computador no enciende»
        Detalles: Placa 4821
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        assert_eq!(
            desk.history(number).await,
            ["opened", "replied", "accepted", "suspended", "replied", "resumed"]
        );
    });
}

#[test]
fn v4_a_photograph_answers_and_a_colleagues_reply_does_not() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "Sale un aviso raro").await;
        ana.says("/aceptar 1").await;
        have_read(&[&ana, &marta]);
        ana.says("/suspender 1 falta informacion").await;
        ana.gives("suspend", "¿Qué dice el aviso?").await;
        have_read(&[&ana, &marta]);
        ana.says("/responder 1 Quedo pendiente de su respuesta").await;
        assert_eq!(
            desk.ticket(number).await.status,
            Status::Suspended,
            "Ana's own reply does not resume"
        );
        have_read(&[&ana, &marta]);
        marta.sends(AttachmentSample::Photo, "").await;
        marta.presses("Responder el caso #1").await;
        assert_eq!(desk.ticket(number).await.status, Status::InProgress);
        assert!(ana.reads().contains("Con esa respuesta, el caso #1 sigue en curso."));
        marta.reads();
    });
}

#[test]
fn v4_a_specialist_may_ask_the_desk_instead_of_the_requester() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let luz = of(desk, "mesa", "Luz").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "Algo no sirve").await;
        ana.says("/aceptar 1").await;
        have_read(&[&ana, &marta]);
        ana.says("/escalar 1 [mesa] No dice qué equipo es; por favor, averígüenlo").await;
        let ticket = desk.ticket(number).await;
        assert_eq!((ticket.group_key.as_str(), ticket.level), ("mesa", 1));
        let card = luz.reads();
        assert!(card.contains("Escalado porque: No dice qué equipo es"), "{card}");
        have_read(&[&ana, &marta]);
    });
}

#[test]
fn v7_v11_finished_work_is_registered_with_person_and_equipment() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        marta.says("/ayuda").await;
        have_read(&[&ana, &marta]);
        ana.says("/registrar").await;
        ana.fills(&[("source", "Ya lo atendí"), ("person", "marta")]).await;
        let asked = ana.reads();
        let label = asked.split('[').nth(1).and_then(|rest| rest.split(']').next()).unwrap();
        ana.presses(label).await;
        ana.fills(&[
            ("description", "No abría el correo"),
            ("category", "Falla de software"),
            ("place", "Piso 2"),
            ("impact", "Solo a esa persona"),
            ("urgency", "No puede trabajar"),
            ("solution", "Recreé el perfil"),
        ])
        .await;
        ana.fills(&[("asset", "12")]).await;
        assert_snapshot!(ana.reads(), @"
        Placa o serial: debe tener de 3 a 30 letras o números. Revíselo y escríbalo de nuevo, por favor.

        ¿Qué equipo intervino? Escriba su placa o serial. Si lo comparó con el inventario, agregue «verificado».
        [Ninguno] [Atrás] [Cancelar]
        ");
        ana.says("48213 verificado").await;
        assert_snapshot!(ana.reads(), @"
        Así quedaría el caso de Marta:
        Descripción: No abría el correo
        Categoría: Falla de software
        Lugar: Piso 2
        Afecta: Solo a esa persona
        ¿Puede trabajar?: No puede trabajar
        Prioridad: Media
        Qué se hizo: Recreé el perfil
        Equipo: 48213 verificado
        Origen: ya atendido

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        ana.presses("Registrar").await;
        let ticket = desk.newest().await;
        assert_eq!((ticket.source, ticket.status), (Source::AfterTheFact, Status::Solved));
        assert_eq!(
            ticket.technician_id,
            Some(ticket.registered_by),
            "the technician who did the work has the case"
        );
        assert_eq!(ticket.solution.as_deref(), Some("Recreé el perfil"));
        assert_snapshot!(ana.reads(), @"
        Registré el caso #1 para Marta con lo que usted hizo, y se lo avisé.
        ---
        Caso #1 · No abría el correo
        Estado: Solucionado
        Falla de software · Incidente · Prioridad Media
        Solicita: Marta · Piso 2
        Origen: ya atendido · Registró: Ana
        Atiende: Ana
        «No abría el correo»
        Placa o serial: 48213 (verificado)
        Solución: Recreé el perfil
        [Responder] [Nota interna] [Equipo]
        ");
        assert!(marta.reads().contains("lo que ya le atendió"));
        assert_eq!(cases_of_march(desk, &victimas()).await[0].assets, ["48213"]);
    });
}

#[test]
fn v11_several_equipment_tags_are_recorded_once_each() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "El computador no enciende").await;
        ana.says("/aceptar 1").await;
        have_read(&[&ana, &marta]);
        ana.presses("Equipo").await;
        ana.gives("asset", "PC-4821 verificado").await;
        assert_snapshot!(ana.reads(), @"
        Anoté el equipo PC-4821 en el caso #1.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En proceso
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «El computador no enciende»
        Detalles: Placa 4821
        Placa o serial: PC-4821 (verificado)
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        ana.says("/equipo 1 MON-77").await;
        assert!(ana.reads().contains("Placa o serial: PC-4821 (verificado), MON-77\n"));
        ana.says("/equipo 1 7").await;
        assert_snapshot!(ana.reads(), @"Placa o serial: debe tener de 3 a 30 letras o números. Revíselo y escríbalo de nuevo, por favor.");
        ana.says("/equipo 1 MON-77 (verificado)").await;
        let card = ana.reads();
        assert!(
            card.contains("Placa o serial: PC-4821 (verificado), MON-77 (verificado)"),
            "the same tag is recorded once: {card}"
        );
        assert_eq!(marta.reads(), "", "the requester is not notified of equipment");
        marta.says("/equipo 1 PC-1").await;
        assert!(marta.reads().contains("es para el personal"));
        assert_eq!(cases_of_march(desk, &victimas()).await[0].assets, ["PC-4821", "MON-77"]);
        assert_eq!(
            desk.history(number).await[2..],
            ["asset_checked", "asset_checked", "asset_checked"]
        );
    });
}
