//! Escalation: to a higher or a lower level, to a group, to a specialist by name, and on site; and
//! the handling of security cases.

use insta::assert_snapshot;
use mesabot::domain::{person::Role, status::Status};

use super::{Topic, changed, have_read, of, opens, opens_computer, victimas};
use crate::support::pairing::in_every_pairing_on;

#[test]
fn v3_an_escalation_shows_its_justification_to_the_new_group() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let ivan = of(desk, "sistemas", "Iván").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "No abre el sistema").await;
        ana.presses("Aceptar").await;
        have_read(&[&ana, &marta]);
        ana.presses("Escalar").await;
        assert_snapshot!(ana.reads(), @"
        ¿A qué grupo pasa el caso #1, o a qué persona?
        [Nivel 1 · Mesa de servicios] [Nivel 2 · Infraestructura y servicios TI] [Nivel 3 · Sistemas de información] [Nivel 3 · Seguridad de la información] [Nivel 3 · Proveedor de dotación] [A una persona…] [Cancelar]
        ");
        ana.presses("Nivel 3 · Sistemas de información").await;
        ana.gives("escalate", "El servidor responde con error").await;
        let ticket = desk.ticket(number).await;
        assert_eq!((ticket.status, ticket.level), (Status::Escalated, 3));
        assert_snapshot!(ana.reads(), @"
        El caso #1 pasó al equipo de Sistemas de información.
        ---
        ✎ Caso #1 · No abre el sistema
        Estado: Escalado Especialista
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Sistemas de información
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «No abre el sistema»
        Detalles: Placa 4821
        Escalado porque: El servidor responde con error
        [Nota interna]
        [Caso relacionado]
        ");
        assert_snapshot!(marta.reads(), @"
        Pasamos su caso #1 al equipo de Sistemas de información, que puede resolverlo mejor. Le avisaremos cuando lo tomen.
        ---
        ✎ Caso #1 · No abre el sistema
        Estado: Escalado Especialista
        Ahora está en manos del equipo de Sistemas de información. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 3:00 p. m.
        [Responder]
        ");
        assert_snapshot!(ivan.reads(), @"
        Caso #1 · No abre el sistema
        Estado: Escalado Especialista
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Sistemas de información
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «No abre el sistema»
        Detalles: Placa 4821
        Escalado porque: El servidor responde con error
        [Aceptar] [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        // And down again, which the norm allows too.
        ivan.presses("Aceptar").await;
        ivan.says("/escalar 1 [mesa] Es una clave vencida").await;
        let ticket = desk.ticket(number).await;
        assert_eq!((ticket.status, ticket.level), (Status::Escalated, 1));
        have_read(&[&ana, &ivan, &marta]);
    });
}

#[test]
fn v3_on_site_escalation_goes_to_the_hardware_group() {
    let procedure = victimas();
    let on_site: Vec<&str> = procedure
        .groups
        .iter()
        .filter(|group| group.on_site)
        .map(|group| group.key.as_str())
        .collect();
    assert_eq!(on_site, ["hardware"]);
    in_every_pairing_on(&procedure, async |desk| {
        let luz = of(desk, "mesa", "Luz").await;
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens(
            desk,
            &marta,
            Topic { category: "Consulta o acceso", details: None },
            "No me prende nada",
        )
        .await;
        luz.says("/aceptar 1").await;
        have_read(&[&luz, &marta]);
        luz.presses("Escalar").await;
        luz.presses("Nivel 2 · Hardware y software (en sitio)").await;
        luz.gives("escalate", "Hay que ver el equipo").await;
        let ticket = desk.ticket(number).await;
        assert_eq!((ticket.status, ticket.level), (Status::EscalatedOnSite, 2));
        assert_snapshot!(luz.reads(), @"
        El caso #1 pasó a soporte en sitio: Hardware y software.
        ---
        ✎ Caso #1 · No me prende nada
        Estado: Escalado a soporte en sitio
        Consulta o acceso · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Hardware y software
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «No me prende nada»
        Escalado porque: Hay que ver el equipo
        [Nota interna]
        [Caso relacionado]
        ");
        assert_snapshot!(marta.reads(), @"
        Pasamos su caso #1 a soporte en sitio (Hardware y software): irán a su puesto. Le avisaremos cuando lo tomen.
        ---
        ✎ Caso #1 · No me prende nada
        Estado: Escalado a soporte en sitio
        Está con soporte en sitio (Hardware y software): irán a su puesto. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 3:00 p. m.
        [Responder]
        ");
        assert_snapshot!(ana.reads(), @"
        Caso #1 · No me prende nada
        Estado: Escalado a soporte en sitio
        Consulta o acceso · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Hardware y software
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «No me prende nada»
        Escalado porque: Hay que ver el equipo
        [Aceptar] [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        ana.presses("Aceptar").await;
        assert_eq!(desk.ticket(number).await.status, Status::InProgress);
        have_read(&[&luz, &ana, &marta]);
        // A suspended case can be escalated too.
        ana.says("/escalar 1 [mesa] Falta crear la cuenta").await;
        luz.says("/suspender 1 Esperamos la firma").await;
        luz.says("/escalar 1 [hardware] Ya firmaron").await;
        assert_eq!(desk.ticket(number).await.status, Status::EscalatedOnSite);
        have_read(&[&luz, &ana, &marta]);
    });
}

#[test]
fn v3_without_the_on_site_status_nothing_on_site_is_offered() {
    let line = "escalated_on_site = { es = \"Escalado a soporte en sitio\", \
                en = \"Escalated to on-site support\" } # V3\n";
    let flag = "on_site = true # V3: on-site escalation goes to the hardware and software group\n";
    in_every_pairing_on(&changed(&[(line, ""), (flag, "")]), async |desk| {
        let luz = of(desk, "mesa", "Luz").await;
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens(
            desk,
            &marta,
            Topic { category: "Consulta o acceso", details: None },
            "No me prende nada",
        )
        .await;
        luz.presses("Escalar").await;
        assert!(!luz.reads().contains("en sitio"));
        luz.presses("Nivel 2 · Hardware y software").await;
        luz.gives("escalate", "Hay que ver el equipo").await;
        assert_eq!(desk.ticket(number).await.status, Status::Escalated);
        have_read(&[&luz, &ana, &marta]);
    });
}

#[test]
fn v3_only_the_named_specialist_may_accept() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let ivan = of(desk, "sistemas", "Iván").await;
        let olga = of(desk, "sistemas", "Olga").await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "No abre el sistema").await;
        ana.presses("Aceptar").await;
        have_read(&[&ana, &marta]);
        ana.presses("Escalar").await;
        ana.presses("A una persona…").await;
        assert_snapshot!(ana.reads(), @"
        ¿A qué grupo pasa el caso #1, o a qué persona?
        [Nivel 1 · Mesa de servicios] [Nivel 2 · Infraestructura y servicios TI] [Nivel 3 · Sistemas de información] [Nivel 3 · Seguridad de la información] [Nivel 3 · Proveedor de dotación] [A una persona…] [Cancelar]
        ---
        ¿A quién pasa el caso #1? Elija o escriba el nombre.
        [Iván · Sistemas de información] [Olga · Sistemas de información] [Atrás] [Cancelar]
        ");
        ana.says("iván").await;
        ana.gives("escalate", "Iván conoce este sistema").await;
        let ticket = desk.ticket(number).await;
        assert_eq!((ticket.status, ticket.group_key.as_str()), (Status::Escalated, "sistemas"));
        assert_eq!(ticket.technician_id, None, "Iván has not accepted yet");
        assert_snapshot!(ana.reads(), @"
        El caso #1 pasó a Iván, de Sistemas de información.
        ---
        ✎ Caso #1 · No abre el sistema
        Estado: Escalado Especialista
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Sistemas de información
        Para: Iván
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «No abre el sistema»
        Detalles: Placa 4821
        Escalado porque: Iván conoce este sistema
        [Nota interna]
        [Caso relacionado]
        ");
        assert_snapshot!(marta.reads(), @"
        Pasamos su caso #1 a Iván, de Sistemas de información, que puede resolverlo mejor. Le avisaremos cuando lo tome.
        ---
        ✎ Caso #1 · No abre el sistema
        Estado: Escalado Especialista
        Ahora está en manos de Iván, de Sistemas de información. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 3:00 p. m.
        [Responder]
        ");
        assert_snapshot!(ivan.reads(), @"
        Caso #1 · No abre el sistema
        Estado: Escalado Especialista
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Sistemas de información
        Para: Iván
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «No abre el sistema»
        Detalles: Placa 4821
        Escalado porque: Iván conoce este sistema
        [Aceptar] [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        assert_eq!(olga.reads(), "", "Olga is not notified");
        for command in ["/aceptar 1", "/asignar 1 Olga", "/solucionar 1 Listo"] {
            olga.says(command).await;
            assert_eq!(
                olga.reads(),
                "El caso #1 se pasó a Iván: lo toma esa persona o un supervisor.",
                "{command}"
            );
        }
        ivan.presses("Aceptar").await;
        let taken = desk.ticket(number).await;
        assert_eq!((taken.status, taken.meant_for), (Status::InProgress, None));
        assert!(taken.technician_id.is_some());
        have_read(&[&ana, &ivan, &marta]);
    });
}

#[test]
fn v3_a_supervisor_may_accept_for_a_named_specialist() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let ivan = of(desk, "sistemas", "Iván").await;
        let sonia = desk.staff("Sonia", Role::Supervisor, &["mesa"]).await;
        let marta = desk.requester("Marta");
        let number = opens_computer(desk, &marta, "No abre el sistema").await;
        ana.says("/escalar 1 [Iván] Conoce este sistema").await;
        have_read(&[&ana, &ivan, &marta]);
        sonia.says("/aceptar 1").await;
        let taken = desk.ticket(number).await;
        assert_eq!((taken.status, taken.meant_for), (Status::InProgress, None));
        have_read(&[&ana, &ivan, &sonia, &marta]);
        ana.says("/escalar 1 [nadie] Porque sí").await;
        assert!(ana.reads().contains("lo atiende Sonia"));
        sonia.says("/escalar 1 [nadie] Porque sí").await;
        assert_snapshot!(sonia.reads(), @"
        No hay un grupo ni un técnico con el nombre «nadie». Elija de la lista.

        ¿A qué grupo pasa el caso #1, o a qué persona?
        [Nivel 1 · Mesa de servicios] [Nivel 2 · Hardware y software (en sitio)] [Nivel 2 · Infraestructura y servicios TI] [Nivel 3 · Seguridad de la información] [Nivel 3 · Proveedor de dotación] [A una persona…] [Cancelar]
        ");
        sonia.presses("Cancelar").await;
        sonia.reads();
    });
}

#[test]
fn v3_on_site_escalation_by_name_names_the_specialist() {
    in_every_pairing_on(&victimas(), async |desk| {
        let luz = of(desk, "mesa", "Luz").await;
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let number = opens(
            desk,
            &marta,
            Topic { category: "Consulta o acceso", details: None },
            "No me prende nada",
        )
        .await;
        have_read(&[&luz, &marta]);
        luz.says("/escalar 1 [Ana] Está en el mismo piso").await;
        assert_eq!(desk.ticket(number).await.status, Status::EscalatedOnSite);
        assert_snapshot!(marta.reads(), @"
        Pasamos su caso #1 a Ana, de soporte en sitio (Hardware y software): irá a su puesto. Le avisaremos cuando lo tome.
        ---
        ✎ Caso #1 · No me prende nada
        Estado: Escalado a soporte en sitio
        Está con soporte en sitio (Hardware y software): irán a su puesto. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 3:00 p. m.
        [Responder]
        ");
        have_read(&[&luz, &ana]);
    });
}

#[test]
fn v9_a_security_case_in_scope_is_solved_by_the_hardware_group() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let category = Topic {
            category: "Incidente de seguridad",
            details: Some("Un correo extraño, a las 8"),
        };
        let number = opens(desk, &marta, category, "Me llegó un correo extraño").await;
        assert_eq!(desk.ticket(number).await.group_key, "hardware");
        ana.presses("Aceptar").await;
        ana.says("/solucionar 1 Bloqueé al remitente").await;
        assert_eq!(desk.ticket(number).await.status, Status::Solved);
        have_read(&[&ana, &marta]);
    });
}

#[test]
fn v9_a_security_case_out_of_scope_goes_to_information_security() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let ines = of(desk, "seguridad", "Inés").await;
        let marta = desk.requester("Marta");
        let category = Topic {
            category: "Incidente de seguridad",
            details: Some("Archivos cifrados, a las 8"),
        };
        let number = opens(desk, &marta, category, "No puedo abrir mis archivos").await;
        ana.presses("Aceptar").await;
        have_read(&[&ana, &marta]);
        ana.says("/escalar 1 [seguridad] Parece un secuestro de datos").await;
        let ticket = desk.ticket(number).await;
        assert_eq!((ticket.group_key.as_str(), ticket.level), ("seguridad", 3));
        let card = ines.reads();
        assert!(card.contains("Escalado porque: Parece un secuestro de datos"), "{card}");
        assert!(card.contains("[Aceptar]"), "{card}");
        have_read(&[&ana, &marta]);
    });
}
