//! How a case ends: by the survey, by silence, reopened, or not managed.

use insta::assert_snapshot;
use mesabot::{
    clock::Clock,
    domain::{ending::Ending, person::Role, report::Month, status::Status, time::DAY},
};

use super::{HOUR, have_read, of, opens_computer, victimas};
use crate::support::{pairing::in_every_pairing_on, reported};

#[test]
fn v2_three_business_days_without_an_answer_close_the_case() {
    let procedure = victimas();
    in_every_pairing_on(&procedure, async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        // Thursday, 19 March 2026; the Monday after is the holiday of Saint Joseph.
        desk.passes(17 * DAY).await;
        let number = opens_computer(desk, &marta, "El computador no enciende").await;
        ana.says("/aceptar 1").await;
        ana.says("/solucionar 1 Ajusté el cable").await;
        have_read(&[&ana, &marta]);
        let solved = desk.ticket(number).await;
        let close_at = solved.close_at.expect("silence closes the case");
        assert_eq!(
            procedure.local(close_at).to_string(),
            "2026-03-25 08:00:00 -05",
            "Friday, Tuesday and Wednesday"
        );
        desk.passes(close_at.since(desk.clock.now()) - 1).await;
        assert!(marta.reads().contains("Le recordamos el caso #1"));
        assert_eq!(desk.ticket(number).await.status, Status::Solved, "never early");
        desk.passes(1).await;
        let closed = desk.ticket(number).await;
        assert_eq!((closed.status, closed.ending), (Status::Closed, Some(Ending::Silence)));
        assert_snapshot!(marta.reads(), @"
        Cerramos su caso #1 porque no recibimos su respuesta: el procedimiento da tres días hábiles para responder la encuesta de satisfacción. Si no quedó bien, abra un caso relacionado.
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Cerrado
        Solución: Ajusté el cable
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Ajusté el cable»

        El caso #1 se cerró sin su respuesta: el procedimiento da tres días hábiles para responder la encuesta de satisfacción.
        [Abrir caso relacionado]
        ");
        ana.reads();
    });
}

#[test]
fn v1_a_reopened_case_keeps_its_clock_and_technician() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let luis = of(desk, "hardware", "Luis").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "El computador no enciende").await;
        ana.says("/aceptar 1").await;
        let before = desk.ticket(number).await;
        let due = before.resolve_due_at.expect("the clock runs");
        desk.passes(2 * HOUR).await;
        ana.says("/solucionar 1 Ajusté el cable").await;
        have_read(&[&ana, &luis, &marta]);
        desk.passes(3 * HOUR).await;
        marta.presses("No").await;
        marta.gives("reject", "Sigue sin encender").await;
        let reopened = desk.ticket(number).await;
        assert_eq!(reopened.status, Status::Reopened);
        assert_eq!(reopened.technician_id, before.technician_id, "the same technician");
        let later = reopened.resolve_due_at.expect("the clock goes on");
        let moved = victimas().desk_calendar().working_between(due, later);
        assert_eq!(moved, 3 * HOUR, "by the time until the answer, and no more");
        assert_snapshot!(ana.reads(), @"
        El caso #1 no quedó solucionado y vuelve a usted. Falta: Sigue sin encender
        ---
        Caso #1 · El computador no enciende
        Estado: Reabierto
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el miércoles 4 de marzo a las 9:00 a. m.
        «El computador no enciende»
        Detalles: Placa 4821
        Falta: Sigue sin encender
        Solución: Ajusté el cable
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Solucionado
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        «El computador no enciende»
        Detalles: Placa 4821
        Solución: Ajusté el cable
        ");
        have_read(&[&luis, &marta]);
    });
}

#[test]
fn v1_v12_not_managed_needs_a_reason_and_is_in_no_report() {
    let procedure = victimas();
    in_every_pairing_on(&procedure, async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let sonia = desk.staff("Sonia", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "Mi celular no carga").await;
        opens_computer(desk, &marta, "El computador no enciende").await;
        have_read(&[&ana, &marta]);
        ana.says("/nogestionar 1").await;
        assert_snapshot!(ana.reads(), @"
        ¿Por qué termina el caso #1 como «No gestionado»? Elija el motivo o escríbalo; el solicitante lo leerá.
        [No se dio la información] [Fuera del alcance del grupo] [Cancelar]
        ");
        ana.presses("Fuera del alcance del grupo").await;
        let ended = desk.ticket(number).await;
        assert_eq!((ended.status, ended.ending), (Status::NotManaged, Some(Ending::NotManaged)));
        have_read(&[&ana]);
        assert_snapshot!(marta.reads(), @"
        Su caso #1 (Mi celular no carga) termina como «No gestionado»: «Fuera del alcance del grupo». Si algo cambia o falta por contar, abra un caso relacionado.
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · Mi celular no carga
        Estado: No gestionado
        Motivo: Fuera del alcance del grupo
        [Abrir caso relacionado]
        ");
        sonia.says("/informe").await;
        assert_snapshot!(sonia.reads(), @"
        Informe de marzo de 2026, hasta hoy
        Recibidos: 1 · Resueltos: 0 · Cerrados: 0 · Reabiertos: 0
        Pendientes al empezar: 0 · Entradas: 2 · Salidas: 1 · Al terminar: 1
        No gestionado: 1 (aparte, no cuenta en este informe)

        Por categoría
        Computador o periférico: recibidos 1, resueltos 0
        [← febrero de 2026]
        ");
        let month: Month = "2026-03".parse().unwrap();
        let reader = desk.app.database.reader();
        let figures = reported::figures(reader, &procedure, month).await;
        assert_eq!((figures.total.received, figures.not_managed), (1, 1));
        let book = reported::workbook(reader, &procedure, month, desk.clock.now()).await;
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(book)).unwrap();
        let sheet = calamine::Reader::worksheet_range(&mut book, "Detalle").unwrap();
        let numbers: Vec<String> = sheet.rows().map(|row| row[0].to_string()).collect();
        assert_eq!(numbers, ["Caso", "2"], "the workbook lists only the case that counts");
    });
}
