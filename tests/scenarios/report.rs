//! The monthly report (N9): the figures in the chat, the workbook, and the report that is sent by
//! itself.

mod credit;
mod steps;
mod waiting;

use std::{fs, io::Cursor, process::Command};

use insta::assert_snapshot;
use mesabot::{
    domain::{person::Role, report::Month, time::DAY},
    worker::{leases::Tenure, monthly::Monthly},
};

use crate::support::{
    desk::{HelpDesk, scenario, uspec},
    reported::{self, workbook},
};

/// Tickets of March: one solved and rated, one reopened, one withdrawn, one waiting.
async fn a_busy_morning(desk: &HelpDesk) {
    let ana = desk.technician("Ana").await;
    let marta = desk.requester("Marta");
    desk.opens_ticket(&marta, "El computador no enciende").await;
    ana.says("/aceptar 1").await;
    ana.says("/solucionar 1 Cambié la fuente").await;
    marta.presses("Sí").await;
    marta.presses("4").await;
    marta.says("/cancelar").await;
    desk.opens_ticket(&marta, "=1+1 no da dos").await;
    desk.passes(20 * 60_000).await;
    ana.says("/aceptar 2").await;
    ana.says("/solucionar 2 Reinicié").await;
    marta.presses("No").await;
    marta.says("Sigue igual").await;
    desk.opens_ticket(&marta, "Ya no hace falta").await;
    marta.says("/retirar 3").await;
    marta.presses("Sí, retirarlo").await;
    marta.reads();
    ana.reads();
}

#[tokio::test]
async fn a_supervisor_reads_the_months_figures_in_the_chat() {
    scenario(async |desk| {
        a_busy_morning(desk).await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        luz.says("/informe").await;
        assert_snapshot!(luz.reads(), @"
        Informe de marzo de 2026, hasta hoy
        Recibidos: 3 · Resueltos: 2 · Cerrados: 1 · Reabiertos: 1
        Pendientes al empezar: 0 · Entradas: 4 · Salidas: 3 · Al terminar: 1
        Retirados por quien los pidió: 1
        Atendidos a tiempo: 50 % (1 de 2)
        Resueltos a tiempo: 100 % (2 de 2)
        Satisfacción: 4,0 de 5 (1 de 1 encuestas respondidas)

        Por categoría
        Equipo, red o sistema: recibidos 3, resueltos 2

        Por técnico
        Ana: aceptados 2, resueltos 2, calificación 4,0
        [← febrero de 2026]
        ");
        luz.presses("← febrero de 2026").await;
        assert_snapshot!(luz.reads(), @"
        En febrero de 2026 no hubo casos.
        [← enero de 2026]
        ");
        luz.says("/informe marzo").await;
        luz.says("/informe 2026-04").await;
        assert_snapshot!(luz.reads(), @"
        No entendí el mes. Escriba el año y el mes así: /informe 2026-02
        ---
        Ese mes todavía no empieza. Escriba uno que ya pasó, así: /informe 2026-02
        ");
        let pedro = desk.requester("Pedro");
        pedro.says("/informe").await;
        assert_snapshot!(pedro.reads(), @"El comando /informe es para supervisores. Con /ayuda ve los suyos.");
    })
    .await;
}

#[tokio::test]
async fn the_report_is_sent_once_on_the_first_business_day() {
    scenario(async |desk| {
        a_busy_morning(desk).await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        desk.passes(3_600_000).await;
        assert!(
            luz.reads().starts_with("Se venció el plazo del caso #2"),
            "the warning of the late ticket"
        );
        // 1 April 2026 is a Wednesday; on the evening before no report is sent.
        desk.passes(29 * DAY + 11 * 3_600_000).await;
        assert_eq!(luz.reads(), "");
        desk.passes(12 * 3_600_000).await;
        let messages = luz.reads();
        assert!(messages.starts_with("Informe de marzo de 2026\n"), "{messages}");
        assert!(
            messages.ends_with(
                "---\n📎 informe-2026-03.xlsx\n\
                 Libro del informe de marzo de 2026, con un caso por fila."
            ),
            "{messages}"
        );
        desk.passes(DAY).await;
        assert_eq!(luz.reads(), "", "the report is sent once");
        // A second process, without state in memory.
        let app = &desk.app;
        let now = app.clock.now();
        let tenure = &Tenure::alone();
        let monthly = Monthly::default();
        let again = monthly.pass(&app.database, tenure, &app.desk, now).await.unwrap();
        assert!(!again, "a second sweeper sends no second report");
        desk.all_read();
    })
    .await;
}

#[tokio::test]
async fn the_workbook_has_a_row_for_each_ticket_and_no_formula() {
    scenario(async |desk| {
        a_busy_morning(desk).await;
        let procedure = uspec();
        let month: Month = "2026-03".parse().unwrap();
        let now = month.span(procedure.desk_calendar()).end;
        let bytes = workbook(desk.app.database.reader(), &procedure, month, now).await;
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        assert_snapshot!(sheet(&mut book, "Resumen"), @"
        Informe de marzo de 2026

        Cifra | Valor
        Recibidos | 3
        Resueltos | 2
        Cerrados | 1
        Reabiertos | 1
        Reaperturas en total | 1
        Retirados | 1
        No gestionados (aparte) | 0
        Remitidos a otro procedimiento (aparte) | 0
        Solucionados con la guía | 0
        Recibidos porque alguien los reportó | 3
        Recibidos porque la mesa los encontró | 0
        Atendidos a tiempo | 50 % (1/2)
        Resueltos a tiempo | 100 % (2/2)
        Calificación promedio | 4
        Calificaciones | 1
        Encuestas enviadas | 1
        Pendientes al empezar | 0
        Entraron (recibidos y reabiertos) | 4
        Salieron (resueltos y terminados sin solución) | 3
        Pendientes al terminar | 1
        Pendientes con el plazo de solución vencido | 1
        Pendientes sin aceptar, con el plazo vencido | 0

        Categoría | Recibidos | Resueltos | Resueltos a tiempo | Calificación promedio
        Equipo, red o sistema | 3 | 2 | 100 % (2/2) | 4

        Técnico | Aceptados | Resueltos | Resueltos a tiempo | Calificación promedio
        Ana | 2 | 2 | 100 % (2/2) | 4
        ");
        assert_snapshot!(sheet(&mut book, "Detalle"), @"
        Caso | Viene del caso | Recibido | Tipo | Categoría | Prioridad | Estado | Canal | Origen | Asunto | Descripción | Solicita | Lugar | Equipos | Grupo | Técnico | Atender antes de | Atendido | Atendido a tiempo | Prometido | Resuelto | Resuelto a tiempo | Dio la solución | Solución | Capacitación | Cerrado | Cierre | Reaperturas | Calificación | Escalamientos | Esperas | Visitas | Movimientos de equipos | Formulario | Informe de la solución | Comentario
        1 |  | 2026-03-02 08:00 | Incidente | Equipo, red o sistema | Baja | Cerrada | Telegram | por chat | El computador no enciende | El computador no enciende | Marta | Piso 2 |  | Mesa de ayuda | Ana | 2026-03-02 08:15 | 2026-03-02 08:00 | Sí | 2026-03-02 08:30 | 2026-03-02 08:00 | Sí | Ana | Cambié la fuente |  | 2026-03-02 08:00 | Confirmado por quien lo pidió | 0 | 4
        2 |  | 2026-03-02 08:00 | Incidente | Equipo, red o sistema | Baja | En curso (asignada) | Telegram | por chat | =1+1 no da dos | =1+1 no da dos | Marta | Piso 2 |  | Mesa de ayuda | Ana | 2026-03-02 08:15 | 2026-03-02 08:20 | No | 2026-03-02 08:30 |  |  |  | Reinicié |  |  |  | 1
        3 |  | 2026-03-02 08:20 | Incidente | Equipo, red o sistema | Baja | Cerrada | Telegram | por chat | Ya no hace falta | Ya no hace falta | Marta | Piso 2 |  | Mesa de ayuda |  | 2026-03-02 08:35 |  |  | 2026-03-02 08:50 |  |  |  |  |  | 2026-03-02 08:20 | Retirado | 0
        ");
        let formulas = calamine::Reader::worksheet_formula(&mut book, "Detalle").unwrap();
        assert_eq!(formulas.used_cells().count(), 0, "text from people is never a formula");
    })
    .await;
}

/// The cells of a sheet, one row per line.
fn sheet(book: &mut calamine::Xlsx<Cursor<Vec<u8>>>, name: &str) -> String {
    let range = calamine::Reader::worksheet_range(book, name).unwrap();
    let row = |cells: &[calamine::Data]| {
        let cells: Vec<String> = cells.iter().map(cell).collect();
        cells.join(" | ").trim_end_matches([' ', '|']).to_owned()
    };
    range.rows().map(row).collect::<Vec<_>>().join("\n")
}

fn cell(cell: &calamine::Data) -> String {
    match cell {
        calamine::Data::DateTime(at) => {
            let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
            format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}")
        }
        other => other.to_string(),
    }
}

/// The workbook of March as the command line writes it.
fn written(desk: &HelpDesk) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_mesabot"))
        .args(["report", "2026-03"])
        .env_clear()
        .env("MESABOT_DATABASE__URL", &desk.database().url)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(folder.path().join("informe-2026-03.xlsx")).unwrap()
}

#[tokio::test]
async fn a_past_months_report_is_the_same_file_after_later_events() {
    scenario(async |desk| {
        a_busy_morning(desk).await;
        desk.passes(35 * DAY).await;
        let before = written(desk);
        let ana = desk.known("Ana");
        ana.says("/suspender 2 Falta un dato").await;
        ana.says("/reanudar 2").await;
        ana.says("/solucionar 2 Cambié el cable").await;
        let reader = desk.app.database.reader();
        let april = "2026-04".parse().unwrap();
        let later = reported::figures(reader, &uspec(), april).await;
        assert_eq!(
            (later.total.solved, later.backlog.left),
            (1, 1),
            "the ticket was solved in April"
        );
        assert!(before == written(desk), "the same bytes");
        desk.all_read();
    })
    .await;
}

#[test]
fn the_command_line_writes_the_workbook_into_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
        let output = command
            .args(arguments)
            .env_clear()
            .env("MESABOT_DATABASE__URL", "sqlite://desk.db")
            .current_dir(folder.path())
            .output()
            .unwrap();
        format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    };
    assert_snapshot!(ask(&["report", "2026-02", "--out", "reports"]), @"reports/informe-2026-02.xlsx: 0 ticket(s)");
    let written = fs::read(folder.path().join("reports/informe-2026-02.xlsx")).unwrap();
    assert!(written.starts_with(b"PK"), "an .xlsx file is a zip");
    assert_snapshot!(ask(&["report", "2999-01"]), @"mesabot: 2999-01 has not begun yet; write a month that has");
}
