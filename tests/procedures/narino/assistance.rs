//! Requests and their times, priority and technician, the assistance report, the survey and the
//! month.

use std::io::Cursor;

use insta::assert_snapshot;
use mesabot::{
    domain::{
        channel::ChannelKind,
        id::TicketNumber,
        person::Role,
        priority::Priority,
        report::Month,
        source::Source,
        status::Status,
        time::{HOUR, MINUTE},
    },
    service::ticket::find,
};

use super::{REPORT, USUAL, narino, reports, taken, technician};
use crate::support::{pairing::in_every_pairing_on, reported::workbook};

/// Answers that lead to the lowest priority.
const CALM: [(&str, &str); 4] = [
    ("category", "Impresora o escáner"),
    ("place", "Planeación"),
    ("impact", "Solo a mí"),
    ("urgency", "Sí, sin problema"),
];

#[test]
fn n4_the_requester_is_told_the_times_and_the_place_in_the_queue() {
    in_every_pairing_on(&narino(), async |desk| {
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        let rosa = desk.requester("Rosa");
        reports(desk, &marta, "El computador no enciende", &USUAL).await;
        assert_snapshot!(marta.reads(), @"
        Así quedaría su caso:
        Descripción: El computador no enciende
        Categoría: Computador o portátil
        Detalles: Placa 1234
        Lugar: Hacienda, piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Media

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ---
        Caso #1 · El computador no enciende
        Estado: Solicitada
        Quedó registrado. Lo atenderá el equipo de Apoyo técnico TIC. Le contestamos a más tardar el lunes 2 de marzo a las 10:00 a. m. Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 8:00 a. m.
        El suyo es el primero en la fila.
        [Responder]
        [Retirar]
        ");
        reports(desk, &pedro, "Falta tóner", &CALM).await;
        assert_snapshot!(pedro.reads(), @"
        Así quedaría su caso:
        Descripción: Falta tóner
        Categoría: Impresora o escáner
        Lugar: Planeación
        Afecta: Solo a mí
        ¿Puede trabajar?: Sí, sin problema
        Prioridad: Baja

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ---
        Caso #2 · Falta tóner
        Estado: Solicitada
        Quedó registrado. Lo atenderá el equipo de Apoyo técnico TIC. Le contestamos a más tardar el lunes 2 de marzo a las 12:00 m. Esperamos solucionarlo a más tardar el jueves 5 de marzo a las 8:00 a. m.
        Hay un caso antes del suyo.
        [Responder]
        [Retirar]
        ");
        let pressing = [
            ("category", "Red e internet"),
            ("place", "Palacio de Gobierno"),
            ("impact", "A toda la entidad"),
            ("urgency", "No puedo trabajar"),
        ];
        reports(desk, &rosa, "No hay internet", &pressing).await;
        assert_snapshot!(rosa.reads(), @"
        Así quedaría su caso:
        Descripción: No hay internet
        Categoría: Red e internet
        Lugar: Palacio de Gobierno
        Afecta: A toda la entidad
        ¿Puede trabajar?: No puedo trabajar
        Prioridad: Crítica

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ---
        Caso #3 · No hay internet
        Estado: Solicitada
        Quedó registrado. Lo atenderá el equipo de Apoyo técnico TIC. Le contestamos a más tardar el lunes 2 de marzo a las 8:30 a. m. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 12:00 m.
        El suyo es el primero en la fila.
        [Responder]
        [Retirar]
        ");
        let mut before = Vec::new();
        for number in 1..=3 {
            let ticket = desk.ticket(TicketNumber(number)).await;
            let place = find::place(&ticket).expect("an open ticket has a place in the queue");
            let reader = desk.app.database.reader();
            before.push(find::before(reader, "apoyo", place).await.unwrap());
        }
        assert_eq!(before, [1, 2, 0]);
    });
}

#[test]
fn n1_support_registers_requests_by_telephone_mail_or_in_person() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let marta = desk.requester("Marta Gómez");
        marta.says("/ayuda").await;
        marta.reads();
        luis.says("/registrar Marta").await;
        if luis.network() == ChannelKind::Telegram {
            assert_snapshot!(luis.reads(), @"
            ¿Cómo llegó esta solicitud?
            [Por teléfono] [Por correo] [Por GLPI] [En persona] [Ya lo atendí] [Cancelar]
            ");
        }
        luis.fills(&[("source", "Por teléfono")]).await;
        let choice = match marta.network() {
            ChannelKind::Discord => "Marta Gómez · Discord",
            _ => "Marta Gómez · Telegram",
        };
        luis.presses(choice).await;
        let answers = [
            ("description", "No abre el correo"),
            ("category", "Correo institucional"),
            ("place", "Palacio de Gobierno"),
            ("impact", "Solo a esa persona"),
            ("urgency", "No puede trabajar"),
        ];
        luis.fills(&answers).await;
        luis.presses("Registrar").await;
        luis.reads();
        assert_snapshot!(marta.reads(), @"
        Luis, de la mesa de ayuda, registró para usted el caso #1 (No abre el correo). Aquí puede seguirlo; si algo no es así, use Responder.
        ---
        Caso #1 · No abre el correo
        Estado: Solicitada
        Quedó registrado. Lo atenderá el equipo de Apoyo técnico TIC. Le contestamos a más tardar el lunes 2 de marzo a las 10:00 a. m. Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 8:00 a. m.
        El suyo es el primero en la fila.
        [Responder]
        [Retirar]
        ");
        let ticket = desk.newest().await;
        assert_eq!((ticket.source, ticket.status), (Source::Phone, Status::New));
        for (label, source) in [
            ("Por correo", Source::Mail),
            ("Por GLPI", Source::Glpi),
            ("En persona", Source::InPerson),
        ] {
            luis.says("/registrar Marta").await;
            luis.fills(&[("source", label)]).await;
            luis.presses("Marta Gómez · Palacio de Gobierno").await;
            luis.fills(&answers).await;
            luis.presses("Registrar").await;
            luis.reads();
            assert!(marta.reads().starts_with("Luis, de la mesa de ayuda, registró para usted"));
            assert_eq!(desk.newest().await.source, source);
        }
        // An origin that the procedure does not name is not offered.
        assert!(!narino().origins.contains(&Source::Proactive));
    });
}

#[test]
fn n2_n3_an_accepted_request_gets_priority_category_and_technician() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let ana = technician(desk, "Ana").await;
        let marta = desk.requester("Marta");
        let number = reports(desk, &marta, "El computador no enciende", &USUAL).await;
        for person in [&luis, &ana, &marta] {
            person.reads();
        }
        desk.passes(20 * MINUTE).await;
        luis.presses("Aceptar").await;
        assert_snapshot!(luis.reads(), @"
        El caso #1 es suyo.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Pendiente
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Solucionar a más tardar el miércoles 4 de marzo a las 8:00 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Programar visita] [Pasar al contratista]
        [Equipo al taller] [Equipo al contratista]
        ");
        assert_snapshot!(marta.reads(), @"
        Luis ya atiende su caso #1 (El computador no enciende). Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 8:00 a. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Pendiente
        Lo atiende Luis. Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 8:00 a. m.
        [Responder]
        ");
        ana.reads();
        let received = desk.ticket(number).await.created_at;
        ana.says(&format!("/prioridad {number} alta")).await;
        assert_snapshot!(ana.reads(), @"
        El caso #1 queda con prioridad Alta.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Pendiente
        Computador o portátil · Incidente · Prioridad Alta
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Solucionar a más tardar el martes 3 de marzo a las 8:00 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Nota interna]
        ");
        assert_snapshot!(luis.reads(), @"
        El caso #1 (El computador no enciende) queda con prioridad Alta.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Pendiente
        Computador o portátil · Incidente · Prioridad Alta
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Solucionar a más tardar el martes 3 de marzo a las 8:00 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Programar visita] [Pasar al contratista]
        [Equipo al taller] [Equipo al contratista]
        ");
        assert_snapshot!(marta.reads(), @"
        Su caso #1 (El computador no enciende) queda con prioridad Alta. Esperamos solucionarlo a más tardar mañana a las 8:00 a. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Pendiente
        Lo atiende Luis. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 8:00 a. m.
        [Responder]
        ");
        let ticket = desk.ticket(number).await;
        let promised = narino().desk_calendar().add_business_days(received, 1);
        assert_eq!((ticket.priority, ticket.resolve_due_at), (Priority::High, Some(promised)));
        luis.says(&format!("/prioridad {number}")).await;
        assert_snapshot!(luis.reads(), @"
        ¿Qué prioridad tiene el caso #1?
        [Crítica] [Alta] [Media] [Baja] [Cancelar]
        ");
        luis.presses("Alta").await;
        assert_snapshot!(luis.reads(), @"El caso #1 ya tiene prioridad Alta.");
        luis.says(&format!("/prioridad {number} urgentísima")).await;
        assert_snapshot!(luis.reads(), @"
        No hay una prioridad llamada «urgentísima». Elija una de la lista.

        ¿Qué prioridad tiene el caso #1?
        [Crítica] [Alta] [Media] [Baja] [Cancelar]
        ");
        luis.presses("Cancelar").await;
        assert_snapshot!(luis.reads(), @"Listo, lo dejé así.");
        luis.says(&format!("/categoria {number} [Sistemas de información]")).await;
        assert_snapshot!(luis.reads(), @"
        El caso #1 queda en la categoría Sistemas de información. Esa categoría la atiende el grupo Profesionales TIC: si hace falta, páselo con /escalar 1.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Pendiente
        Sistemas de información · Incidente · Prioridad Alta
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        Solucionar a más tardar el martes 3 de marzo a las 8:00 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Programar visita] [Pasar al contratista]
        [Equipo al taller] [Equipo al contratista]
        ");
        ana.reads();
        assert_eq!(desk.ticket(number).await.category, "sistemas");
        // N3: a case at the contractor waits for the contractor.
        luis.says(&format!("/proveedor {number} Garantía de la fuente")).await;
        luis.reads();
        ana.reads();
        assert_snapshot!(marta.reads(), @"
        Su caso #1 necesita un contratista externo: «Garantía de la fuente». Le avisaremos cuando sigamos.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Contratista externo
        Está en espera: Garantía de la fuente
        [Responder]
        ");
        assert_eq!(desk.ticket(number).await.status, Status::WithVendor);
        desk.passes(HOUR).await;
        luis.says(&format!("/prioridad {number} baja")).await;
        luis.reads();
        ana.reads();
        assert_snapshot!(marta.reads(), @"Su caso #1 (El computador no enciende) queda con prioridad Baja. Su plazo corre de nuevo cuando sigamos.");
        luis.says(&format!("/reanudar {number}")).await;
        luis.reads();
        ana.reads();
        marta.reads();
        let ticket = desk.ticket(number).await;
        let promised = narino().desk_calendar().add_business_days(received, 3).plus(HOUR);
        assert_eq!(
            ticket.resolve_due_at,
            Some(promised),
            "the hour at the contractor does not count"
        );
        luis.says(&format!("/sla {number}")).await;
        assert_snapshot!(luis.reads(), @"
        Tiempos del caso #1

        Atención (hasta 1 h, en horario de servicio)
        Luis lo tomó hoy a las 8:20 a. m., a tiempo: tardó 20 min.

        Solución (hasta 3 días hábiles, en horario de servicio)
        hoy a las 8:00 a. m. → hoy a las 8:20 a. m.: corrió 20 min
        hoy a las 8:20 a. m. → ahora: en pausa. Luis: Garantía de la fuente
        hoy a las 8:20 a. m.: Ana cambió la prioridad de Media a Alta; el plazo se contó de nuevo desde que llegó el caso.
        hoy a las 9:20 a. m.: Luis cambió la prioridad de Alta a Baja; el plazo se contó de nuevo desde que llegó el caso.
        Suma: 20 min de 24 h; saldo: 23 h 40 min. Vence el jueves 5 de marzo a las 9:00 a. m.
        ");
        // N3: the responsible technician.
        luis.says(&format!("/asignar {number} Ana")).await;
        for person in [&luis, &ana, &marta] {
            person.reads();
        }
        assert_eq!(desk.ticket(number).await.technician_id, desk.person("Ana").await);
        let history = desk.history(number).await;
        let set = ["reprioritised", "recategorised", "passed_to_vendor", "reprioritised"];
        assert_eq!(history[2..6], set);
    });
}

#[test]
fn n7_n8_n9_report_survey_and_monthly_figures_follow_a_solution() {
    in_every_pairing_on(&narino(), async |desk| {
        let luis = technician(desk, "Luis").await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        let number = taken(desk, &luis, &marta).await;
        reports(desk, &pedro, "Falta tóner", &CALM).await;
        pedro.reads();
        luis.reads();
        desk.passes(HOUR).await;
        let report = "Se cambió la fuente y se probó el encendido: funciona";
        luis.says(&format!("/solucionar {number} {report}")).await;
        assert_eq!(desk.ticket(number).await.status, Status::InProgress, "the report is missing");
        luis.fills(&REPORT).await;
        let card = luis.reads();
        for line in REPORT {
            assert!(card.contains(&format!(": {}", line.1)), "{card}");
        }
        // N7: the requester reads the results; N8: the survey.
        assert_snapshot!(marta.reads(), @"
        Caso #1 · El computador no enciende
        Luis dio esta solución:
        «Se cambió la fuente y se probó el encendido: funciona»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el jueves 5 de marzo a las 9:00 a. m.
        [Sí] [No]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Atendida
        Luis dio una solución: Se cambió la fuente y se probó el encendido: funciona
        [Responder]
        ");
        let ticket = desk.ticket(number).await;
        assert_eq!((ticket.status, ticket.solution.as_deref()), (Status::Solved, Some(report)));
        marta.presses("Sí").await;
        marta.presses("5").await;
        marta.skips().await;
        marta.reads();
        assert_snapshot!(luis.reads(), @"
        El solicitante confirmó la solución del caso #1 y calificó la atención con 5 de 5. El caso queda cerrado.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Finalizada
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Marta · Hacienda, piso 2
        Origen: por chat
        Atiende: Luis
        «El computador no enciende»
        Detalles: Placa 1234
        Solución: Se cambió la fuente y se probó el encendido: funciona
        Intervención: En sitio
        Diagnóstico: Fuente quemada
        Pruebas y resultado: Encendió tres veces, sin falla
        ");
        assert_eq!(desk.ticket(number).await.status, Status::Closed, "Finalizada");
        // N9: the summary.
        luz.says("/informe").await;
        assert_snapshot!(luz.reads(), @"
        Informe de marzo de 2026, hasta hoy
        Recibidos: 2 · Resueltos: 1 · Cerrados: 1 · Reabiertos: 0
        Pendientes al empezar: 0 · Entradas: 2 · Salidas: 1 · Al terminar: 1
        Atendidos a tiempo: 100 % (1 de 1)
        Resueltos a tiempo: 100 % (1 de 1)
        Satisfacción: 5,0 de 5 (1 de 1 encuestas respondidas)

        Por categoría
        Computador o portátil: recibidos 1, resueltos 1
        Impresora o escáner: recibidos 1, resueltos 0

        Por técnico
        Luis: aceptados 1, resueltos 1, calificación 5,0
        [← febrero de 2026]
        ");
        // N9: the details.
        let procedure = narino();
        let month: Month = "2026-03".parse().unwrap();
        let now = month.span(procedure.desk_calendar()).end;
        let bytes = workbook(desk.app.database.reader(), &procedure, month, now).await;
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let detail = calamine::Reader::worksheet_range(&mut book, "Detalle").unwrap();
        let shown = [
            "Caso",
            "Categoría",
            "Prioridad",
            "Estado",
            "Asunto",
            "Grupo",
            "Técnico",
            "Solución",
            "Informe de la solución",
        ];
        let headings = detail.rows().next().unwrap();
        let column = |name: &str| headings.iter().position(|cell| *cell == name).unwrap();
        let columns = shown.map(column);
        let rows: Vec<String> =
            detail.rows().map(|row| columns.map(|at| row[at].to_string()).join(" | ")).collect();
        assert_snapshot!(rows.join("\n"), @"
        Caso | Categoría | Prioridad | Estado | Asunto | Grupo | Técnico | Solución | Informe de la solución
        1 | Computador o portátil | Media | Finalizada | El computador no enciende | Apoyo técnico TIC | Luis | Se cambió la fuente y se probó el encendido: funciona | Intervención: En sitio
        Diagnóstico: Fuente quemada
        Pruebas y resultado: Encendió tres veces, sin falla
        2 | Impresora o escáner | Baja | Solicitada | Falta tóner | Apoyo técnico TIC |  |  |
        ");
    });
}
