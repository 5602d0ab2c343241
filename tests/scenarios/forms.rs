//! The typed fields of a form in a conversation: asked one by one or on a form, invalid answers,
//! going back, continuing weeks later, and fields recorded with a solution.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use insta::assert_snapshot;
use mesabot::{
    clock::Clock,
    config::procedure,
    domain::{
        channel::ChannelKind, person::Role, procedure::Procedure, report::Month, status::Status,
        time::DAY,
    },
};

use crate::support::{
    pairing::{PairedDesk, Person, in_every_pairing, in_every_pairing_on},
    reported::workbook,
};

const REFERENCE: &str = include_str!("../../config/procedures/reference.toml");

fn reference() -> Procedure {
    procedure::read("reference.toml", REFERENCE).expect("the reference is sound")
}

/// A procedure whose one category asks these fields.
fn asking(fields: &str) -> Procedure {
    let text = format!(
        r#"id = "corta"
version = "1"
time_zone = "America/Bogota"
name = {{ es = "Mesa", en = "Desk" }}
calendar = {{ monday = ["08:00-17:00"] }}
times = {{ own = "1h", resolve = "4h" }}
groups = [{{ key = "mesa", name = {{ es = "Mesa", en = "Desk" }} }}]

[statuses]
new = {{ es = "Nuevo", en = "New" }}
in_progress = {{ es = "En curso", en = "In progress" }}
solved = {{ es = "Resuelto", en = "Solved" }}
closed = {{ es = "Cerrado", en = "Closed" }}

[[categories]]
key = "todo"
group = "mesa"
kind = "request"
name = {{ es = "Todo", en = "Everything" }}
{fields}"#
    );
    procedure::read("own.toml", &text).expect("the procedure is valid")
}

const ROOM: &str = r#"
[[categories.fields]]
key = "sala"
kind = "choice"
name = { es = "Sala", en = "Room" }
choices = [
    { key = "roja", name = { es = "Roja", en = "Red" } },
    { key = "azul", name = { es = "Azul", en = "Blue" } },
]
"#;
const DAY_OF_IT: &str = r#"
[[categories.fields]]
key = "dia"
kind = "date"
future = true
name = { es = "Día", en = "Day" }
question = { es = "¿Para qué día?", en = "For which day?" }
"#;

const EVERYWHERE: [(&str, &str); 3] =
    [("place", "Piso 2"), ("impact", "Solo a mí"), ("urgency", "Con dificultad")];

/// These answers, and the answers that every category needs.
fn with<'a>(answers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    answers.iter().copied().chain(EVERYWHERE).collect()
}

async fn begins<'d>(desk: &'d PairedDesk, words: &str) -> Person<'d> {
    let marta = desk.requester("Marta");
    marta.says(words).await;
    marta.presses("Abrir caso").await;
    marta
}

#[test]
fn an_invalid_answer_is_asked_again_with_an_example() {
    in_every_pairing_on(&reference(), async |desk| {
        let marta = begins(desk, "Necesito una cuenta").await;
        let answers = with(&[
            ("category", "Accesos"),
            ("tipo", "Una cuenta"),
            ("titular", "Sara Peña"),
            ("temporal", "Sí"),
            ("hasta", "30/02/2026"),
            ("cuantas", "2"),
            ("motivo", "Omitir"),
            ("autorizacion", "Omitir"),
        ]);
        let mut left = marta.fills_some(&answers).await;
        assert_snapshot!(marta.reads(), @"
        Esa fecha no existe o no la entendí. Escríbala así: 16/03/2026.

        Hasta
        Por ejemplo: 15/03/2026, «15 de marzo» o «mañana».
        [Atrás] [Cancelar]
        ");
        left.push(("hasta", "ayer"));
        let mut left = marta.fills_some(&left).await;
        assert_snapshot!(marta.reads(), @"
        Esa fecha ya pasó. Hoy es 2 de marzo de 2026: escriba la de hoy o una posterior.

        Hasta
        Por ejemplo: 15/03/2026, «15 de marzo» o «mañana».
        [Atrás] [Cancelar]
        ");
        left.push(("hasta", "15 de marzo"));
        marta.fills(&left).await;
        assert_snapshot!(marta.reads(), @"
        Así quedaría su caso:
        Descripción: Necesito una cuenta
        Categoría: Accesos
        Tipo de acceso: Una cuenta
        Titular: Sara Peña
        Es temporal: Sí
        Hasta: 15 de marzo de 2026
        Cuántas cuentas: 2
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        marta.presses("Cancelar").await;
        marta.reads();
    });
}

#[test]
fn a_number_keeps_within_its_bounds() {
    in_every_pairing_on(&reference(), async |desk| {
        let marta = begins(desk, "Necesito cuentas").await;
        let answers = with(&[
            ("category", "Accesos"),
            ("tipo", "Una cuenta"),
            ("titular", "Sara Peña"),
            ("temporal", "No"),
            ("cuantas", "doce"),
            ("motivo", "Omitir"),
            ("autorizacion", "informe.pdf"),
        ]);
        let mut left = marta.fills_some(&answers).await;
        assert_snapshot!(marta.reads(), @"
        Necesito un número entero. Escríbalo solo con cifras, por ejemplo 12

        Cuántas cuentas
        [Atrás] [Cancelar]
        ");
        left.push(("cuantas", "0"));
        let mut left = marta.fills_some(&left).await;
        assert_snapshot!(marta.reads(), @"
        El número es muy pequeño: escriba 1 o más.

        Cuántas cuentas
        [Atrás] [Cancelar]
        ");
        left.push(("cuantas", "20"));
        marta.fills(&left).await;
        assert_snapshot!(marta.reads(), @"
        Así quedaría su caso:
        Descripción: Necesito cuentas
        Categoría: Accesos
        Tipo de acceso: Una cuenta
        Titular: Sara Peña
        Es temporal: No
        Cuántas cuentas: 20
        Autorización: informe.pdf
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja
        Recibí el archivo. Irá con el caso, a la vista de quien lo atienda.

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        marta.presses("Cancelar").await;
        marta.reads();
    });
}

#[test]
fn back_drops_the_last_answer_and_the_form_continues_weeks_later() {
    in_every_pairing_on(&asking(&format!("{ROOM}{DAY_OF_IT}")), async |desk| {
        let marta = begins(desk, "Reservar una sala").await;
        let answers = with(&[("category", "Todo"), ("sala", "Roja"), ("dia", "cuando se pueda")]);
        let left = marta.fills_some(&answers).await;
        marta.reads();
        desk.passes(21 * DAY).await;
        marta.presses("Atrás").await;
        let mut left = left;
        left.extend([("sala", "Azul"), ("dia", "mañana")]);
        marta.fills(&left).await;
        assert_snapshot!(marta.reads(), @"
        Así quedaría su caso:
        Descripción: Reservar una sala
        Categoría: Todo
        Sala: Azul
        Día: 24 de marzo de 2026
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        marta.presses("Registrar").await;
        marta.reads();
        let ticket = desk.newest().await;
        assert_snapshot!(ticket.answers.unwrap(), @r#"[{"field":"sala","value":{"choice":"azul"}},{"field":"dia","value":{"date":"2026-03-24"}}]"#);
    });
}

#[test]
fn a_person_field_finds_known_people_and_keeps_other_names() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let sara = desk.requester("Sara Peña");
        desk.opens_ticket(&sara, "No abre el correo").await;
        sara.reads();
        ana.reads();
        ana.says("/nuevo Llegó Sara a la oficina").await;
        let answers = with(&[
            ("category", "Cuentas y entrega de equipos"),
            ("tramite", "Una persona se retira"),
            ("persona", "sara"),
            ("documento", "52123456"),
            ("vinculo", "Funcionario"),
            ("dependencia", "Jurídica"),
            ("retiro", "mañana"),
            ("aprueba", "Rosa Díaz"),
            ("formato", "Omitir"),
        ]);
        let left = ana.fills_some(&answers).await;
        assert_snapshot!(ana.reads(), @"
        Persona: sara
        ¿A cuál se refiere? Si no es ninguna de estas personas, anoto el nombre.
        [Sara Peña · Piso 2] [Anotar a sara] [Atrás] [Cancelar]
        ");
        ana.presses("Sara Peña · Piso 2").await;
        let left = ana.fills_some(&left).await;
        assert_snapshot!(ana.reads(), @"
        Aprueba: Rosa Díaz
        No conozco a nadie que se llame Rosa Díaz. ¿Anoto el nombre? Si lo prefiere, escríbalo de otra forma.
        [Anotar a Rosa Díaz] [Atrás] [Cancelar]
        ");
        ana.presses("Anotar a Rosa Díaz").await;
        ana.fills(&left).await;
        let summary = ana.reads();
        assert!(summary.contains("Persona: Sara Peña\n"), "{summary}");
        assert!(summary.contains("Aprueba: Rosa Díaz\n"), "{summary}");
        ana.presses("Registrar").await;
        ana.reads();
        let stored = desk.newest().await.answers.unwrap();
        assert!(stored.contains(r#""name":"Sara Peña""#), "{stored}");
        assert!(stored.contains(r#"{"id":null,"name":"Rosa Díaz"}"#), "{stored}");
        assert!(
            !stored.contains(r#"{"id":null,"name":"Sara Peña"}"#),
            "Sara is a known person: {stored}"
        );
    });
}

#[test]
fn v7_finished_work_is_registered_with_the_solutions_fields() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        marta.says("/ayuda").await;
        marta.reads();
        ana.says("/registrar").await;
        ana.fills(&[("source", "Ya lo atendí"), ("person", "Marta")]).await;
        ana.reads();
        let network = match marta.network() {
            ChannelKind::Discord => "Marta · Discord",
            _ => "Marta · Telegram",
        };
        ana.presses(network).await;
        let answers = [
            ("description", "Se fue un funcionario"),
            ("category", "Cuentas y entrega de equipos"),
            ("tramite", "Una persona se retira"),
            ("documento", "79111222"),
            ("vinculo", "Funcionario"),
            ("dependencia", "Jurídica"),
            ("retiro", "27/02/2026"),
            ("formato", "Omitir"),
            ("place", "Piso 2"),
            ("impact", "Solo a esa persona"),
            ("urgency", "Sí, sin problema"),
            ("solution", "Cerré sus cuentas"),
            ("deshabilitadas", "Sí"),
            ("registro", "Fila 12"),
            ("persona", "Iván Soto"),
            ("aprueba", "Rosa Díaz"),
            ("which", "Anotar a Iván Soto"),
            ("which", "Anotar a Rosa Díaz"),
        ];
        ana.fills(&answers).await;
        assert_snapshot!(ana.reads(), @"
        Así quedaría el caso de Marta:
        Descripción: Se fue un funcionario
        Categoría: Cuentas y entrega de equipos
        Trámite: Una persona se retira
        Persona: Iván Soto
        Documento: 79111222
        Vínculo: Funcionario
        Dependencia: Jurídica
        Fecha de retiro: 27 de febrero de 2026
        Aprueba: Rosa Díaz
        Lugar: Piso 2
        Afecta: Solo a esa persona
        ¿Puede trabajar?: Sí, sin problema
        Prioridad: Baja
        Qué se hizo: Cerré sus cuentas
        Cuentas deshabilitadas: Sí
        Registro A3-FO-12: Fila 12
        Origen: ya atendido

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        ana.presses("Registrar").await;
        ana.reads();
        marta.reads();
        let ticket = desk.newest().await;
        assert_eq!(ticket.status, Status::Closed);
        assert_snapshot!(ticket.solution_answers.unwrap(), @r#"[{"field":"deshabilitadas","value":{"yes_no":true}},{"field":"registro","value":{"text":"Fila 12"}}]"#);
    });
}

#[test]
fn n7_v12_a_solution_has_its_report_in_the_survey_and_the_workbook() {
    in_every_pairing_on(&reference(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = begins(desk, "No prende la pantalla").await;
        marta
            .fills(&with(&[
                ("category", "Equipos"),
                ("self-help", "No, sigamos"),
                ("details", "No lo sé"),
            ]))
            .await;
        marta.presses("Registrar").await;
        marta.reads();
        ana.reads();
        ana.says("/aceptar 1").await;
        marta.reads();
        ana.reads();
        // The ticket, and then each field of the solution, is asked one after the other.
        ana.says("/solucionar Cambié el cable").await;
        ana.presses("#1 No prende la pantalla").await;
        ana.fills(&[("diagnostico", "Cable quemado")]).await;
        assert_snapshot!(ana.reads(), @"
        Guardé la solución del caso #1 y se la envié al solicitante.
        ---
        ✎ Caso #1 · No prende la pantalla
        Estado: Resuelta
        Equipos · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: Correctivo, por chat
        Atiende: Ana
        «No prende la pantalla»
        Ya intentó:
        1. Apague el equipo, espere diez segundos y enciéndalo.
        Solución: Cambié el cable
        Diagnóstico: Cable quemado
        [Responder] [Nota interna] [Equipo]
        ");
        assert_snapshot!(marta.reads(), @"
        Caso #1 · No prende la pantalla
        Ana dio esta solución:
        «Cambié el cable»

        ¿Quedó resuelta su solicitud? Si no nos cuenta, el caso se cierra el jueves 5 de marzo a las 8:00 a. m.
        [Sí] [No]
        ---
        ✎ Caso #1 · No prende la pantalla
        Estado: Resuelta
        Ana dio una solución: Cambié el cable
        [Responder]
        ");
        marta.presses("Sí").await;
        assert_snapshot!(marta.reads(), @"
        ✎ Caso #1 · No prende la pantalla
        Ana dio esta solución:
        «Cambié el cable»

        ¿Cómo le pareció la atención? 1 es mala y 5 es excelente.
        [1] [2] [3] [4] [5]
        ");
        marta.presses("5").await;
        marta.gives("comment", "Gracias").await;
        marta.reads();
        ana.reads();

        marta.says("Otra pantalla").await;
        marta.presses("Abrir caso").await;
        marta
            .fills(&with(&[
                ("category", "Equipos"),
                ("self-help", "No, sigamos"),
                ("details", "No lo sé"),
            ]))
            .await;
        marta.presses("Registrar").await;
        marta.says("/retirar 2").await;
        marta.presses("Sí, retirarlo").await;
        marta.reads();
        ana.reads();

        // The reference procedure leaves withdrawn tickets out of its reports.
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        luz.says("/informe").await;
        let messages = luz.reads();
        assert!(messages.contains("Recibidos: 1 · Resueltos: 1 · Cerrados: 1"), "{messages}");
        assert!(messages.contains("Retirados por quien los pidió: 1"), "{messages}");
        let procedure = &desk.app.desk.procedure;
        let month: Month = "2026-03".parse().unwrap();
        let reader = desk.app.database.reader();
        let bytes = workbook(reader, procedure, month, desk.clock.now()).await;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let detail = book.worksheet_range("Detalle").unwrap();
        assert_eq!(detail.height(), 2, "a heading and the one ticket that counts");
        let column = |name: &str| {
            let mut headings = detail.rows().next().unwrap().iter();
            let is_it = |heading: &Data| matches!(heading, Data::String(text) if text == name);
            headings.position(is_it).expect("the column exists")
        };
        let cell = |name| detail.rows().nth(1).unwrap()[column(name)].to_string();
        assert_eq!(cell("Formulario"), "");
        assert_eq!(cell("Informe de la solución"), "Diagnóstico: Cable quemado");
    });
}
