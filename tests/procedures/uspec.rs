//! A3-PR-01 of the USPEC, rule by rule (U1 to U13).

mod answers;
mod forms;

use insta::assert_snapshot;
use mesabot::domain::{
    ending::Ending,
    id::TicketNumber,
    person::Role,
    source::Source,
    status::Status,
    time::{HOUR, MINUTE},
};

use super::history;
use crate::support::{
    pairing::{PairedDesk, Person, USUAL, in_every_pairing},
    telegram::AttachmentSample,
};

/// A requester reports an incident through the whole dialogue.
async fn reports(desk: &PairedDesk, person: &Person<'_>, words: &str, answers: &[(&str, &str)]) {
    person.says(words).await;
    person.presses("Abrir caso").await;
    person.fills(answers).await;
    person.presses("Registrar").await;
    person.reads();
    desk.newest().await;
}

/// The questions of every category, beside the category's own.
const EVERYWHERE: [(&str, &str); 3] =
    [("place", "Piso 2"), ("impact", "Solo a mí"), ("urgency", "Con dificultad")];

fn about<'a>(category: &'a str, answers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("category", category)];
    all.extend_from_slice(answers);
    all.extend(EVERYWHERE);
    all
}

#[test]
fn u1_u13_a_request_records_who_what_and_where_and_is_numbered_at_once() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        marta.says("La pantalla parpadea\nDesde ayer, cuando la muevo").await;
        marta.presses("Abrir caso").await;
        marta.sends(AttachmentSample::Photo, "").await;
        marta.fills(&USUAL).await;
        marta.presses("Registrar").await;
        let first = marta.reads();
        assert!(first.contains("Caso #1 · La pantalla parpadea"), "{first}");
        let ticket = desk.newest().await;
        assert_eq!(ticket.number, TicketNumber(1));
        assert_eq!(
            (ticket.category.as_str(), ticket.group_key.as_str()),
            ("plataforma", "soporte")
        );
        assert_eq!((ticket.source, ticket.origin), (Source::Chat, marta.network()));
        assert_eq!(ticket.title, "La pantalla parpadea");
        assert_eq!(ticket.description, "La pantalla parpadea\nDesde ayer, cuando la muevo");
        assert_eq!(ticket.requester_id, ticket.registered_by);
        let steps = history(desk, ticket.number).await;
        assert!(steps.starts_with("03-02 08:00 Marta: opened "), "{steps}");
        assert!(steps.contains("Marta: attachment_referenced "), "{steps}");
        let card = ana.reads();
        assert!(card.contains("Solicita: Marta · Piso 2"), "{card}");

        // A report by telephone shows its origin and takes the next number.
        ana.says("/registrar").await;
        ana.fills(&[("source", "Por teléfono"), ("person", "Marta")]).await;
        ana.reads();
        ana.presses("Marta · Piso 2").await;
        ana.fills(&[
            ("description", "No llegan los correos"),
            ("category", "Correo y ofimática"),
            ("place", "Piso 2"),
            ("impact", "Solo a esa persona"),
            ("urgency", "Con dificultad"),
        ])
        .await;
        ana.presses("Registrar").await;
        let ticket = desk.newest().await;
        assert_eq!((ticket.number, ticket.source), (TicketNumber(2), Source::Phone));
        assert_ne!(ticket.requester_id, ticket.registered_by);
        ana.reads();
        marta.reads();
    });
}

#[test]
fn u2_printing_has_an_intake_and_a_team_of_its_own() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let ivo = desk.staff("Ivo", Role::Technician, &["impresion"]).await;
        let marta = desk.requester("Marta");
        let printer = about("Impresión y copiado", &[("details", "La del piso 2")]);
        reports(desk, &marta, "La impresora mancha las hojas", &printer).await;
        assert_eq!(desk.newest().await.group_key, "impresion");
        assert_eq!(ana.reads(), "", "printing tickets go to the printing team");
        assert!(ivo.reads().contains("Grupo: Impresión y copiado"));
        ana.says("/aceptar 1").await;
        assert_snapshot!(ana.reads(), @"No encuentro el caso #1 entre los suyos. Con /miscasos ve los que puede consultar.");
        reports(desk, &marta, "El computador no enciende", &USUAL).await;
        assert!(ana.reads().contains("Grupo: Mesa de ayuda"));
        assert_eq!(ivo.reads(), "", "help desk tickets do not reach the printing team");
    });
}

#[test]
fn u3_attention_in_15_minutes_solution_in_30_validation_in_one_day() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        reports(desk, &marta, "El computador no enciende", &USUAL).await;
        let ticket = desk.newest().await;
        assert_eq!(ticket.own_due_at, ticket.created_at.plus(15 * MINUTE));
        assert_eq!(ticket.resolve_due_at, Some(ticket.created_at.plus(30 * MINUTE)));
        ana.says("/aceptar 1").await;
        ana.says("/solucionar 1 Cambié el cable").await;
        assert!(marta.reads().contains("el caso se cierra el martes 3 de marzo a las 8:00 a. m."));
        desk.passes(24 * HOUR - 1).await;
        assert_eq!(desk.ticket(ticket.number).await.status, Status::Solved, "never early");
        desk.passes(1).await;
        let closed = desk.ticket(ticket.number).await;
        assert_eq!((closed.status, closed.ending), (Status::Closed, Some(Ending::Silence)));
        assert!(marta.reads().contains("el procedimiento A3-PR-01 da máximo 1 día"));
        ana.reads();
    });
}

#[test]
fn u4_categories_come_from_a_fixed_list() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("Necesito ayuda con otra cosa").await;
        marta.presses("Abrir caso").await;
        marta.says("Jardinería").await;
        let asked = marta.reads();
        assert!(asked.contains("Lo agregué a la descripción"), "{asked}");
        assert!(
            asked.ends_with(
                "[Equipo, red o sistema] [Correo y ofimática] [Impresión y copiado] \
                 [Cuentas y entrega de equipos] [Configurar red o aplicación] \
                 [Desarrollo de software] [Publicación en la página web] \
                 [Incidente de seguridad] [Cancelar]"
            ),
            "{asked}"
        );
        marta.gives_up().await;
        marta.reads();
    });
}

#[test]
fn u5_u6_u7_u8_u10_u13_a_request_passes_specialist_vendor_and_survey() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.staff("Luis", Role::Technician, &["tecnologia"]).await;
        let marta = desk.requester("Marta");
        let one = TicketNumber(1);
        let reads = |text: String, says: &[&str]| {
            for words in says {
                assert!(text.contains(words), "{words} is not in:\n{text}");
            }
        };
        marta.says("La nómina da error").await;
        marta.presses("Abrir caso").await;
        marta.fills(&USUAL).await;
        marta.presses("Registrar").await;
        reads(marta.reads(), &["Estado: Nueva"]);
        desk.passes(5 * MINUTE).await;
        ana.presses("Aceptar").await;
        reads(marta.reads(), &["Ana ya atiende su caso #1", "Estado: En curso (asignada)"]);

        // U6: the escalation names a specialist and a justification, which the specialist reads.
        desk.passes(MINUTE).await;
        ana.says("/escalar 1 [Luis] Es del servidor").await;
        reads(marta.reads(), &["Luis", "Estado: En espera"]);
        reads(luis.reads(), &["Escalado porque: Es del servidor"]);
        luis.says("/aceptar 1").await;
        reads(marta.reads(), &["Luis ya atiende su caso #1"]);

        // U7: the vendor's answer comes back to the desk; U5: the ticket waits for a third party.
        desk.passes(MINUTE).await;
        luis.says("/proveedor 1 Deben renovar la licencia").await;
        assert_eq!(desk.ticket(one).await.status, Status::WithVendor);
        reads(marta.reads(), &["Deben renovar la licencia", "Estado: En espera"]);
        desk.passes(2 * HOUR).await;
        luis.says("/reanudar 1").await;
        reads(marta.reads(), &["Seguimos con su caso #1", "Estado: En espera"]);

        // U7: the answer goes back to the technician who escalated; the requester is not told yet.
        luis.says("/solucionar 1 Renovamos la licencia del servidor").await;
        reads(luis.reads(), &["Pasé su respuesta del caso #1 a Mesa de ayuda"]);
        reads(
            ana.reads(),
            &[
                "Luis respondió el caso #1",
                "Respuesta de Oficina de Tecnología: Renovamos",
                "Atiende: Ana",
            ],
        );
        assert!(!marta.reads().contains("Renovamos"), "the help desk informs her");

        // U8: the help desk tells the requester the solution.
        ana.says("/solucionar 1 Renovamos la licencia, ya puede entrar").await;
        reads(marta.reads(), &["«Renovamos la licencia, ya puede entrar»", "Estado: Resuelta"]);

        // U10: the survey's answer closes the ticket, stays on it, and is shown to the desk.
        marta.presses("Sí").await;
        marta.presses("4").await;
        marta.gives("comment", "Fue rápido").await;
        reads(marta.reads(), &["Estado: Cerrada", "Gracias por calificarnos con 4 de 5"]);
        reads(
            ana.reads(),
            &["calificó la atención con 4 de 5. El caso queda cerrado", "Fue rápido"],
        );
        let closed = desk.ticket(one).await;
        assert_eq!((closed.status, closed.ending), (Status::Closed, Some(Ending::Authorised)));
        luis.reads();

        // U13: who did what, when, and why.
        assert_snapshot!(history(desk, one).await, @r#"
        03-02 08:00 Marta: opened {"kind":"opened","group":"soporte","follow_up_of":null}
        03-02 08:05 Ana: accepted {"kind":"accepted"}
        03-02 08:06 Ana: escalated {"kind":"escalated","from":"soporte","to":"tecnologia","justification":"Es del servidor","level":2,"person":2,"on_site":false}
        03-02 08:06 Luis: accepted {"kind":"accepted"}
        03-02 08:07 Luis: passed_to_vendor {"kind":"passed_to_vendor","reason":"Deben renovar la licencia"}
        03-02 10:07 Luis: resumed {"kind":"resumed"}
        03-02 10:07 Luis: answered {"kind":"answered","text":"Renovamos la licencia del servidor","from":"tecnologia","to":"soporte","technician":1,"status":"in_progress"}
        03-02 10:07 Ana: solved {"kind":"solved","solution":"Renovamos la licencia, ya puede entrar","close_at":1772550420000}
        03-02 10:07 Marta: authorised {"kind":"authorised"}
        03-02 10:07 Marta: rated {"kind":"rated","stars":4}
        03-02 10:07 Marta: closed {"kind":"closed","ending":"authorised"}
        03-02 10:07 Marta: commented {"kind":"commented","text":"Fue rápido"}
        "#);
    });
}

#[test]
fn u9_only_platform_and_office_software_cases_get_the_survey() {
    in_every_pairing(async |desk| {
        let all_groups = &["soporte", "impresion", "tecnologia"];
        let ana = desk.staff("Ana", Role::Technician, all_groups).await;
        let marta = desk.requester("Marta");
        let seen = [("details", "No lo sé")];
        let categories = [
            ("Equipo, red o sistema", &seen[..], true),
            ("Correo y ofimática", &[], true),
            ("Impresión y copiado", &seen, false),
            ("Configurar red o aplicación", &[], false),
            ("Desarrollo de software", &[], false),
            ("Incidente de seguridad", &seen, false),
        ];
        for (category, answers, asks) in categories {
            reports(desk, &marta, "Necesito ayuda", &about(category, answers)).await;
            let number = desk.newest().await.number;
            ana.says(&format!("/aceptar {number}")).await;
            ana.says(&format!("/solucionar {number} Listo")).await;
            let messages = marta.reads();
            assert_eq!(messages.contains("¿Quedó solucionado?"), asks, "{category}: {messages}");
            let ticket = desk.ticket(number).await;
            let end = (!asks).then_some(Ending::NoSurvey);
            assert_eq!(ticket.ending, end, "{category}");
            assert_eq!(messages.contains("no pide encuesta de satisfacción"), !asks, "{category}");
            ana.reads();
        }
    });
}
