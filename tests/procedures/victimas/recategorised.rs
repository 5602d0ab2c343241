//! What a new category changes: the approval (V10), the form and the survey; and what it leaves as
//! it was.

use insta::assert_snapshot;
use mesabot::domain::{ending::Ending, field::Value, person::Role, status::Status};
use mesabot::service::ticket::answers;

use super::{Topic, changed, have_read, of, opens, opens_computer, victimas};
use crate::support::pairing::in_every_pairing_on;

#[test]
fn v10_a_case_recategorised_as_free_software_needs_the_approval() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let ines = of(desk, "seguridad", "Inés").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "Falta un programa de fotos").await;
        ana.presses("Aceptar").await;
        have_read(&[&ana, &marta]);
        ana.says(&format!("/categoria {number} [Software libre]")).await;
        ana.fills(&[("details", "GIMP, para retocar fotos")]).await;
        let case = desk.ticket(number).await;
        assert_eq!((&*case.category, &*case.group_key), ("software_libre", "seguridad"));
        assert_eq!((case.approval, case.status), (true, Status::Escalated));
        assert_eq!((case.technician_id, case.level), (None, 3));
        assert_eq!(case.details.as_deref(), Some("GIMP, para retocar fotos\nPlaca 4821"));
        assert_snapshot!(ana.reads(), @"
        El caso #1 queda en la categoría Software libre y pasa al grupo Seguridad de la información, que decide si se aprueba.
        ---
        ✎ Caso #1 · Falta un programa de fotos
        Estado: Escalado Especialista
        Software libre · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Seguridad de la información
        «Falta un programa de fotos»
        Detalles: GIMP, para retocar fotos
        Placa 4821
        [Nota interna]
        ");
        assert_snapshot!(marta.reads(), @"
        Su caso #1 (Falta un programa de fotos) es de la categoría Software libre, que necesita aprobación: lo decide el grupo Seguridad de la información. Le avisaremos.
        ---
        ✎ Caso #1 · Falta un programa de fotos
        Estado: Escalado Especialista
        Ahora está en manos del equipo de Seguridad de la información. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 3:00 p. m.
        [Responder]
        ");
        assert_snapshot!(ines.reads(), @"
        Caso #1 · Falta un programa de fotos
        Estado: Escalado Especialista
        Software libre · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Seguridad de la información
        «Falta un programa de fotos»
        Detalles: GIMP, para retocar fotos
        Placa 4821
        [Aprobar] [Rechazar]
        [Suspender]
        [Responder] [Nota interna]
        [No gestionar]
        ");
        ana.says(&format!("/solucionar {number} Instalado")).await;
        let messages = ana.reads();
        assert!(messages.starts_with("Este caso es de Seguridad de la información"), "{messages}");
        ines.presses("Aprobar").await;
        let case = desk.ticket(number).await;
        assert_eq!((case.status, case.ending), (Status::Closed, Some(Ending::Approved)));
        let next = desk.newest().await;
        assert_eq!((&*next.category, &*next.group_key), ("instalacion", "hardware"));
        have_read(&[&ana, &ines, &marta]);
    });
}

#[test]
fn v10_a_recategorised_new_case_goes_to_the_approving_group() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let ines = of(desk, "seguridad", "Inés").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "Falta un programa de fotos").await;
        ana.says(&format!("/categoria {number} [software libre]")).await;
        ana.fills(&[("details", "GIMP")]).await;
        let case = desk.ticket(number).await;
        assert_eq!((case.status, case.approval), (Status::New, true));
        have_read(&[&ana, &marta]);
        let card = ines.reads();
        assert!(card.contains("[Aprobar] [Rechazar]") && card.contains("Decidir a más"), "{card}");
        ines.presses("Rechazar").await;
        ines.gives("decline", "Hay uno con licencia").await;
        assert_eq!(desk.ticket(number).await.ending, Some(Ending::Rejected));
        have_read(&[&ana, &ines, &marta]);
    });
}

#[test]
fn v10_a_case_recategorised_out_of_approval_can_be_worked_on() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let ines = of(desk, "seguridad", "Inés").await;
        let marta = desk.requester("Marta");
        let gimp = Topic { category: "Software libre", details: Some("Excel, con licencia") };
        let number = opens(desk, &marta, gimp, "Necesito Excel").await;
        have_read(&[&ines, &marta]);
        ines.says(&format!("/categoria {number} [Instalación de software]")).await;
        ines.fills(&[("fecha", "Omitir")]).await;
        let case = desk.ticket(number).await;
        assert_eq!((&*case.group_key, case.approval), ("hardware", false));
        assert_eq!((case.status, case.level), (Status::New, 2));
        assert_eq!(
            case.details.as_deref(),
            Some("Excel, con licencia"),
            "the earlier answer is kept"
        );
        assert_snapshot!(ines.reads(), @"
        El caso #1 queda en la categoría Instalación de software y pasa al grupo Hardware y software.
        ---
        ✎ Caso #1 · Necesito Excel
        Estado: Registrado
        Instalación de software · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Hardware y software
        Aceptar a más tardar el lunes 2 de marzo a las 12:00 m.
        Solucionar a más tardar el miércoles 4 de marzo a las 2:00 p. m.
        «Necesito Excel»
        Detalles: Excel, con licencia
        [Nota interna]
        [Caso relacionado]
        ");
        assert_snapshot!(marta.reads(), @"
        Su caso #1 (Necesito Excel) es de la categoría Instalación de software y pasa al grupo Hardware y software. Le avisaremos cuando lo acepte.
        ---
        ✎ Caso #1 · Necesito Excel
        Estado: Registrado
        Quedó registrado. Lo atenderá el equipo de Hardware y software. Le contestamos a más tardar el lunes 2 de marzo a las 12:00 m. Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 2:00 p. m.
        [Responder]
        [Retirar]
        ");
        ana.presses("Aceptar").await;
        ana.says(&format!("/solucionar {number} Quedó instalado")).await;
        assert_eq!(desk.ticket(number).await.status, Status::Solved, "with its survey");
        have_read(&[&ana, &ines, &marta]);
    });
}

#[test]
fn v10_an_interested_person_cannot_evade_approval_by_category() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ines = of(desk, "seguridad", "Inés").await;
        let olga = of(desk, "seguridad", "Olga").await;
        let gimp = Topic { category: "Software libre", details: Some("GIMP") };
        let number = opens(desk, &ines, gimp, "Necesito GIMP").await;
        have_read(&[&ines, &olga]);
        ines.says(&format!("/categoria {number} [Instalación de software]")).await;
        let messages = ines.reads();
        assert!(messages.starts_with("Usted pidió o registró el caso #1"), "{messages}");
        assert!(desk.ticket(number).await.approval);
        have_read(&[&ines, &olga]);
    });
}

#[test]
fn v2_v13_kind_and_survey_follow_the_new_category() {
    let text = changed(&[(
        "survey = true\nname = { es = \"Consulta o acceso\"",
        "survey = false\nname = { es = \"Consulta o acceso\"",
    )]);
    in_every_pairing_on(&text, async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "¿Cómo cambio la clave?").await;
        ana.presses("Aceptar").await;
        ana.says(&format!("/categoria {number} [Consulta o acceso]")).await;
        let messages = ana.reads();
        assert!(messages.contains("la atiende el grupo Mesa de servicios"), "{messages}");
        let case = desk.ticket(number).await;
        assert_eq!(
            (&*case.group_key, case.approval),
            ("hardware", false),
            "the case stays with Ana"
        );
        assert_eq!(case.kind, mesabot::domain::procedure::TicketKind::Request);
        ana.says(&format!("/solucionar {number} Le expliqué cómo")).await;
        let case = desk.ticket(number).await;
        assert_eq!((case.status, case.ending), (Status::Closed, Some(Ending::NoSurvey)));
        have_read(&[&ana, &marta]);
    });
}

#[test]
fn v6_a_related_case_skips_the_form_of_its_new_category() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let raul = of(desk, "infraestructura", "Raúl").await;
        let marta = desk.requester("Marta");
        opens_computer(desk, &marta, "El computador no entra a la red").await;
        ana.says("/subcaso 1 [conectividad] Revisar el punto de red 14").await;
        raul.says("/categoria 2 [seguridad]").await;
        let child = desk.newest().await;
        assert_eq!((&*child.category, child.details.as_deref()), ("seguridad", None));
        assert!(child.confidential);
        have_read(&[&ana, &raul, &marta]);
    });
}

/// A form that every computer case gets, from a changed procedure.
const FIELDS: &str = "[[categories.fields]]\nkey = \"serial\"\nkind = \"text\"\nname = { es = \
                      \"Serial\", en = \"Serial\" }\n\n[[categories]]\nkey = \"conectividad\"";

#[test]
fn v4_required_fields_of_the_new_category_are_asked() {
    let procedure = changed(&[("[[categories]]\nkey = \"conectividad\"", FIELDS)]);
    in_every_pairing_on(&procedure, async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let sonia = desk.staff("Sonia", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "No me llega correo").await;
        ana.presses("Aceptar").await;
        ana.says(&format!("/categoria {number} [Correo y colaboración]")).await;
        assert_eq!(desk.ticket(number).await.category, "equipo", "the answer is missing");
        ana.fills(&[("serial", "X-9")]).await;
        let case = desk.ticket(number).await;
        assert_eq!(case.category, "colaboracion");
        let given = answers::of_request(&case).unwrap();
        assert_eq!(given.len(), 1);
        assert_eq!(given[0].value, Some(Value::Text("X-9".into())));
        have_read(&[&ana, &sonia, &marta]);
    });
}
