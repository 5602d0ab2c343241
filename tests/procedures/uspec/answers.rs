//! Activities 5 to 15 of A3-PR-01: a request that the help desk cannot solve waits with the
//! technology office, the office's answer comes back to the help desk, and each form part names who
//! fills it.

use mesabot::domain::{id::TicketNumber, person::Role, status::Status};

use super::{EVERYWHERE, about, reports};
use crate::support::pairing::{PairedDesk, Person, USUAL, in_every_pairing};

const ONE: TicketNumber = TicketNumber(1);

async fn officer<'d>(desk: &'d PairedDesk, name: &str) -> Person<'d> {
    desk.staff(name, Role::Technician, &["tecnologia"]).await
}

#[test]
fn u2_u6_every_request_of_section_5_starts_at_the_help_desk() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = officer(desk, "Luis").await;
        let marta = desk.requester("Marta");
        for category in ["Configurar red o aplicación", "Desarrollo de software"] {
            reports(desk, &marta, "Necesito ayuda", &about(category, &[])).await;
            assert_eq!(desk.newest().await.group_key, "soporte", "{category}");
        }
        let seen = about("Incidente de seguridad", &[("details", "Un correo raro")]);
        reports(desk, &marta, "Me llegó un correo raro", &seen).await;
        assert_eq!(desk.newest().await.group_key, "soporte");
        assert_eq!(luis.reads(), "", "the technology office is not notified");
        ana.reads();
    });
}

#[test]
fn u5_a_request_without_technician_is_never_in_course() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = officer(desk, "Luis").await;
        let marta = desk.requester("Marta");
        reports(desk, &marta, "La nómina da error", &USUAL).await;
        ana.presses("Aceptar").await;
        marta.reads();
        ana.says("/escalar 1 [Luis] Es del servidor").await;
        let card = marta.reads();
        assert!(card.contains("Estado: En espera") && !card.contains("En curso"), "{card}");
        luis.says("/aceptar 1").await;
        luis.reads();
        // "En espera" until the help desk updates it (activity 12).
        let card = marta.reads();
        assert!(card.contains("Estado: En espera"), "{card}");
        luis.says("/solucionar 1 Reinicié el servidor").await;
        let card = marta.reads();
        assert!(card.contains("Estado: En curso (asignada)"), "{card}");
        for person in [&ana, &luis] {
            person.reads();
        }
    });
}

#[test]
fn u7_u8_the_answer_goes_to_the_group_if_no_technician_escalated() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let eva = desk.technician("Eva").await;
        let luis = officer(desk, "Luis").await;
        let sonia = desk.staff("Sonia", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        reports(desk, &marta, "La nómina da error", &USUAL).await;
        // A supervisor of no group escalates, so no technician of the help desk had the ticket.
        sonia.says("/escalar 1 [Luis] Es del servidor").await;
        for person in [&ana, &eva, &marta, &sonia] {
            person.reads();
        }
        luis.says("/aceptar 1").await;
        luis.presses("Dar respuesta").await;
        luis.gives("answer", "Reinicié el servidor").await;
        let ticket = desk.ticket(ONE).await;
        assert_eq!((ticket.status, ticket.technician_id), (Status::Escalated, None));
        assert_eq!(ticket.group_key, "soporte");
        for person in [&ana, &eva] {
            let messages = person.reads();
            assert!(messages.contains("Luis respondió el caso #1"), "{messages}");
            assert!(messages.contains("[Aceptar]"), "{messages}");
        }
        eva.presses("Aceptar").await;
        eva.presses("Solucionar").await;
        eva.gives("solve", "Ya puede entrar").await;
        assert_eq!(desk.ticket(ONE).await.status, Status::Solved);
        for person in [&ana, &eva, &luis, &marta, &sonia] {
            person.reads();
        }
    });
}

#[test]
fn u11_the_technology_office_keeps_the_record_of_the_site() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = officer(desk, "Luis").await;
        let marta = desk.requester("Marta");
        let site = [
            ("cambio", "Publicar un contenido"),
            ("seccion", "Contratación"),
            ("contenido", "El plan anual"),
            ("documento", "Omitir"),
        ];
        reports(desk, &marta, "Publicar el plan", &about("Publicación en la página web", &site))
            .await;
        ana.presses("Aceptar").await;
        ana.reads();
        ana.says("/solucionar 1 Publicado").await;
        let messages = ana.reads();
        assert!(
            messages
                .contains("le falta «Registro A3-S1-FO-03», que diligencia Oficina de Tecnología"),
            "{messages}"
        );
        ana.says("/escalar 1 [Luis] Es del sitio").await;
        luis.says("/aceptar 1").await;
        luis.says("/solucionar 1 Publicado").await;
        luis.fills(&[("registro", "FO-03 de marzo, línea 8")]).await;
        ana.reads();
        ana.says("/solucionar 1 Su plan ya está en la página").await;
        let card = ana.reads();
        assert!(card.contains("Registro A3-S1-FO-03: FO-03 de marzo, línea 8"), "{card}");
        for person in [&luis, &marta] {
            person.reads();
        }
    });
}

#[test]
fn u12_a_contractors_form_says_who_fills_it() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        marta.says("Llega un funcionario").await;
        marta.presses("Abrir caso").await;
        let mut staff = vec![
            ("category", "Cuentas y entrega de equipos"),
            ("tramite", "Entregar cuentas o equipos"),
            ("persona", "Sara Peña"),
            ("documento", "52.123.456"),
            ("vinculo", "Funcionario"),
            ("dependencia", "Jurídica"),
            ("inicio", "mañana"),
            ("sistemas", "Correo"),
            ("equipos", "Omitir"),
            ("aprueba", "Rosa Díaz"),
            ("formato", "Omitir"),
        ];
        staff.extend(EVERYWHERE);
        marta.fills(&staff).await;
        let summary = marta.reads();
        assert!(!summary.contains("Diligencia A3-S1-FO-01"), "{summary}");
        marta.presses("Registrar").await;
        for person in [&ana, &marta] {
            person.reads();
        }
    });
}
