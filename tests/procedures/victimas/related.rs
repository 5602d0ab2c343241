//! Related cases: for another group, and with the vendor.

use insta::assert_snapshot;
use mesabot::domain::{ending::Ending, status::Status};

use super::{HOUR, Topic, cases_of_march, changed, have_read, of, opens, opens_computer, victimas};
use crate::support::pairing::in_every_pairing_on;

#[test]
fn v6_work_for_another_group_gets_a_related_case() {
    let procedure = victimas();
    in_every_pairing_on(&procedure, async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let raul = of(desk, "infraestructura", "Raúl").await;
        let marta = desk.requester("Marta");
        let parent = opens_computer(desk, &marta, "El computador no entra a la red").await;
        ana.presses("Aceptar").await;
        have_read(&[&ana, &marta]);
        ana.presses("Caso relacionado").await;
        assert_snapshot!(ana.reads(), @"
        ¿De qué se trata el caso relacionado con el #1, o para qué grupo es?
        [Software libre] [Correo y colaboración] [Red, internet o telefonía] [Bases de datos] [Sistema de información] [Consulta o acceso] [Nivel 1 · Mesa de servicios] [Nivel 2 · Infraestructura y servicios TI] [Nivel 3 · Sistemas de información] [Nivel 3 · Seguridad de la información] [Cancelar]
        ");
        ana.presses("Red, internet o telefonía").await;
        ana.gives("child", "Revisar el punto de red 14").await;
        let child = desk.newest().await;
        let first = desk.ticket(parent).await;
        assert_eq!(child.parent_id, Some(first.id));
        assert_eq!((&*child.group_key, &*child.category), ("infraestructura", "conectividad"));
        assert_eq!((child.requester_id, &child.place), (first.requester_id, &first.place));
        assert_eq!(first.status, Status::InProgress, "the parent stays in progress");
        assert_snapshot!(ana.reads(), @"
        Abrí el caso #2 para Infraestructura y servicios TI, relacionado con el #1.
        ---
        ✎ Caso #1 · El computador no entra a la red
        Estado: En proceso
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «El computador no entra a la red»
        Detalles: Placa 4821
        Casos relacionados: #2 Revisar el punto de red 14 — Registrado
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        assert_snapshot!(marta.reads(), @"
        Para resolver su caso #1 abrimos el caso relacionado #2 (Revisar el punto de red 14) con Infraestructura y servicios TI.
        ---
        Caso #2 · Revisar el punto de red 14
        Estado: Registrado
        Quedó registrado. Lo atenderá el equipo de Infraestructura y servicios TI. Le contestamos a más tardar el lunes 2 de marzo a las 10:00 a. m. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 3:00 p. m.
        Viene del caso #1 El computador no entra a la red
        [Responder]
        ---
        ✎ Caso #1 · El computador no entra a la red
        Estado: En proceso
        Lo atiende Ana. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 3:00 p. m.
        Casos relacionados: #2 Revisar el punto de red 14 — Registrado
        [Responder]
        ");
        assert_snapshot!(raul.reads(), @"
        Caso #2 · Revisar el punto de red 14
        Estado: Registrado
        Red, internet o telefonía · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Infraestructura y servicios TI
        Aceptar a más tardar el lunes 2 de marzo a las 10:00 a. m.
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «Revisar el punto de red 14»
        Viene del caso #1 El computador no entra a la red
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        raul.presses("Aceptar").await;
        have_read(&[&raul, &marta]);
        let card = ana.reads();
        assert!(card.contains("#2 Revisar el punto de red 14 — En proceso"), "{card}");
        raul.presses("Solucionar").await;
        raul.gives("solve", "Cambié el patch cord").await;
        let child = desk.ticket(child.number).await;
        assert_eq!((child.status, child.ending), (Status::Closed, Some(Ending::NoSurvey)));
        raul.reads();
        assert_snapshot!(marta.reads(), @"
        El caso #2 (Revisar el punto de red 14) quedó solucionado y cerrado.
        Solución: Cambié el patch cord
        Si no quedó bien, abra un caso relacionado.
        [Abrir caso relacionado]
        ---
        ✎ Caso #2 · Revisar el punto de red 14
        Estado: Cerrado
        Solución: Cambié el patch cord
        Viene del caso #1 El computador no entra a la red
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · El computador no entra a la red
        Estado: En proceso
        Lo atiende Ana. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 3:00 p. m.
        Casos relacionados: #2 Revisar el punto de red 14 — Cerrado
        [Responder]
        ");
        assert_snapshot!(ana.reads(), @"
        El caso relacionado #2 (Revisar el punto de red 14) quedó solucionado: «Cambié el patch cord». El caso #1 ya no tiene casos relacionados abiertos.
        ---
        ✎ Caso #1 · El computador no entra a la red
        Estado: En proceso
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «El computador no entra a la red»
        Detalles: Placa 4821
        Casos relacionados: #2 Revisar el punto de red 14 — Cerrado
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        assert_eq!(desk.history(parent).await[2..], ["child_opened"]);
        let cases = cases_of_march(desk, &procedure).await;
        assert_eq!(cases[1].parent, Some(parent), "the report relates them as well");
        // The survey is asked once, about the case that the requester knows.
        ana.says("/solucionar 1 Ya entra a la red").await;
        assert_eq!(desk.ticket(parent).await.status, Status::Solved);
        have_read(&[&ana, &marta]);
    });
}

#[test]
fn v6_a_group_may_be_named_and_an_unknown_one_is_asked() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let ines = of(desk, "seguridad", "Inés").await;
        let marta = desk.requester("Marta");
        opens_computer(desk, &marta, "Se abren ventanas solas").await;
        ana.says("/aceptar 1").await;
        have_read(&[&ana, &marta]);
        ana.says("/subcaso 1 [Seguridad de la información] Analizar el equipo").await;
        let child = desk.newest().await;
        assert_eq!((&*child.group_key, child.level, child.approval), ("seguridad", 3, false));
        assert!(ines.reads().contains("Viene del caso #1 Se abren ventanas solas"));
        have_read(&[&ana, &marta]);
        ana.says("/subcaso 1 [fax] Enviarlo").await;
        let asked = ana.reads();
        assert!(asked.starts_with("No hay otro grupo ni categoría de otro grupo con"), "{asked}");
        ana.presses("Cancelar").await;
        ines.says("/subcaso 1 [mesa] Algo más").await;
        assert!(ines.reads().contains("No encuentro el caso #1"), "Inés may not read the parent");
        have_read(&[&ana, &ines]);
    });
}

#[test]
fn v6_with_parent_waits_the_parent_is_solved_last() {
    let waits = ("parent_waits = false", "parent_waits = true");
    let survey = ("child_survey = false", "child_survey = true");
    in_every_pairing_on(&changed(&[waits, survey]), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let raul = of(desk, "infraestructura", "Raúl").await;
        let marta = desk.requester("Marta");
        let parent = opens_computer(desk, &marta, "El computador no entra a la red").await;
        ana.says("/aceptar 1").await;
        ana.says("/subcaso 1 [conectividad] Revisar el punto").await;
        ana.says("/subcaso 1 [bases de datos] Revisar permisos").await;
        have_read(&[&ana, &raul, &marta]);
        ana.says("/solucionar 1 Listo").await;
        assert_snapshot!(ana.reads(), @"El caso #1 se soluciona después de sus casos relacionados. Siguen abiertos: #2, #3.");
        ana.says("/solucionar 1").await;
        assert!(
            ana.reads().contains("Siguen abiertos: #2, #3."),
            "the refusal comes before the question for the solution"
        );
        raul.says("/aceptar 2").await;
        raul.says("/solucionar 2 Cambié el punto").await;
        let messages = ana.reads();
        assert!(messages.contains("Con el #1 siguen abiertos: #3."), "{messages}");
        assert!(
            marta.reads().contains("¿Quedó solucionado?"),
            "with child_survey each case has its survey"
        );
        raul.says("/nogestionar 3 No tiene usuario allí").await;
        assert_snapshot!(ana.reads(), @"
        El caso relacionado #3 (Revisar permisos) terminó sin gestionarse: «No tiene usuario allí». El caso #1 ya no tiene casos relacionados abiertos.
        ---
        ✎ Caso #1 · El computador no entra a la red
        Estado: En proceso
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «El computador no entra a la red»
        Detalles: Placa 4821
        Casos relacionados: #2 Revisar el punto — Solucionado; #3 Revisar permisos — No gestionado
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        ana.says("/solucionar 1 Listo").await;
        assert_eq!(desk.ticket(parent).await.status, Status::Solved);
        have_read(&[&ana, &raul, &marta]);
    });
}

#[test]
fn v8_a_failed_part_suspends_the_case_and_opens_a_vendor_case() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let paula = of(desk, "proveedor", "Paula").await;
        let marta = desk.requester("Marta");
        let parent = opens_computer(desk, &marta, "El computador no enciende").await;
        ana.presses("Aceptar").await;
        have_read(&[&ana, &marta]);
        ana.presses("Pasar al proveedor").await;
        ana.gives("vendor", "Cambiar la tarjeta madre en garantía").await;
        let first = desk.ticket(parent).await;
        assert_eq!((first.status, first.resolve_due_at), (Status::Suspended, None));
        assert_eq!(first.suspension.as_deref(), Some("Cambiar la tarjeta madre en garantía"));
        let child = desk.newest().await;
        assert_eq!((&*child.group_key, child.level), ("proveedor", 3));
        assert_eq!((child.parent_id, child.status), (Some(first.id), Status::New));
        assert_snapshot!(ana.reads(), @"
        El caso #1 queda en espera: «Cambiar la tarjeta madre en garantía». Abrí el caso #2 para Proveedor de dotación; cuando lo solucionen, este sigue por sí solo.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Suspendido
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        En espera: Cambiar la tarjeta madre en garantía
        «El computador no enciende»
        Detalles: Placa 4821
        Casos relacionados: #2 Cambiar la tarjeta madre en garantía — Registrado
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Caso relacionado] [No gestionar]
        ");
        assert_snapshot!(marta.reads(), @"
        Para resolver su caso #1 abrimos el caso relacionado #2 (Cambiar la tarjeta madre en garantía) con Proveedor de dotación.
        ---
        Caso #2 · Cambiar la tarjeta madre en garantía
        Estado: Registrado
        Quedó registrado. Lo atenderá el equipo de Proveedor de dotación. Le contestamos a más tardar el lunes 2 de marzo a las 12:00 m. Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 2:00 p. m.
        Viene del caso #1 El computador no enciende
        [Responder]
        ---
        Su caso #1 queda en espera: «Cambiar la tarjeta madre en garantía». Le avisaremos cuando sigamos.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Suspendido
        Está en espera: Cambiar la tarjeta madre en garantía
        Casos relacionados: #2 Cambiar la tarjeta madre en garantía — Registrado
        [Responder]
        ");
        assert_snapshot!(paula.reads(), @"
        Caso #2 · Cambiar la tarjeta madre en garantía
        Estado: Registrado
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Proveedor de dotación
        Aceptar a más tardar el lunes 2 de marzo a las 12:00 m.
        Solucionar a más tardar el miércoles 4 de marzo a las 2:00 p. m.
        «Cambiar la tarjeta madre en garantía»
        Viene del caso #1 (reservado)
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Caso relacionado] [No gestionar]
        ");
        // V1: the status is "Activo proveedor" once a specialist of the vendor has the case.
        paula.presses("Aceptar").await;
        assert_eq!(desk.ticket(child.number).await.status, Status::WithVendor);
        assert_snapshot!(paula.reads(), @"
        El caso #2 es suyo.
        ---
        ✎ Caso #2 · Cambiar la tarjeta madre en garantía
        Estado: Activo proveedor
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Paula
        Solucionar a más tardar el miércoles 4 de marzo a las 2:00 p. m.
        «Cambiar la tarjeta madre en garantía»
        Viene del caso #1 (reservado)
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Caso relacionado] [No gestionar]
        ");
        assert_snapshot!(marta.reads(), @"
        Paula ya atiende su caso #2 (Cambiar la tarjeta madre en garantía). Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 2:00 p. m.
        ---
        ✎ Caso #2 · Cambiar la tarjeta madre en garantía
        Estado: Activo proveedor
        Lo atiende Paula, de Proveedor de dotación.
        Viene del caso #1 El computador no enciende
        [Responder]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Suspendido
        Está en espera: Cambiar la tarjeta madre en garantía
        Casos relacionados: #2 Cambiar la tarjeta madre en garantía — Activo proveedor
        [Responder]
        ");
        ana.reads();
        paula.says("/reanudar 2").await;
        assert!(
            paula.reads().starts_with("Ahora no se puede"),
            "a vendor case in progress cannot resume"
        );
        paula.says("/proveedor 2 Otra parte").await;
        assert!(
            paula.reads().starts_with("Ahora no se puede"),
            "the case is with the vendor already"
        );
        // The vendor's specialist suspends for a part, and resumes with the vendor's status.
        paula.says("/suspender 2 no hay hardware disponible").await;
        let waits = desk.ticket(child.number).await;
        assert_eq!((waits.status, waits.resolve_due_at), (Status::Suspended, None));
        paula.says("/reanudar 2").await;
        assert_eq!(desk.ticket(child.number).await.status, Status::WithVendor);
        have_read(&[&ana, &marta, &paula]);
        desk.passes(6 * HOUR).await;
        paula.says("/solucionar 2 Tarjeta cambiada").await;
        let first = desk.ticket(parent).await;
        assert_eq!((first.status, first.suspension), (Status::InProgress, None));
        assert!(first.resolve_due_at.is_some(), "its clock runs again");
        assert_snapshot!(ana.reads(), @"
        El caso relacionado #2 (Cambiar la tarjeta madre en garantía) quedó solucionado: «Tarjeta cambiada». Su caso #1 sigue en curso.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En proceso
        Computador o periférico · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el miércoles 4 de marzo a las 12:00 m.
        «El computador no enciende»
        Detalles: Placa 4821
        Casos relacionados: #2 Cambiar la tarjeta madre en garantía — Cerrado
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        assert_snapshot!(marta.reads(), @"
        El caso #2 (Cambiar la tarjeta madre en garantía) quedó solucionado y cerrado.
        Solución: Tarjeta cambiada
        Si no quedó bien, abra un caso relacionado.
        [Abrir caso relacionado]
        ---
        Seguimos con su caso #1. Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 12:00 m.
        ---
        ✎ Caso #2 · Cambiar la tarjeta madre en garantía
        Estado: Cerrado
        Solución: Tarjeta cambiada
        Viene del caso #1 El computador no enciende
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En proceso
        Lo atiende Ana. Esperamos solucionarlo a más tardar el miércoles 4 de marzo a las 12:00 m.
        Casos relacionados: #2 Cambiar la tarjeta madre en garantía — Cerrado
        [Responder]
        ");
        paula.reads();
        assert_eq!(
            desk.history(parent).await,
            ["opened", "accepted", "suspended", "child_opened", "resumed"]
        );
        assert_eq!(
            desk.history(child.number).await,
            [
                "opened",
                "accepted",
                "taken_by_vendor",
                "suspended",
                "resumed",
                "taken_by_vendor",
                "solved",
                "closed"
            ]
        );
    });
}

#[test]
fn v8_printer_supplies_open_a_vendor_case_and_other_waits_stay() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let paula = of(desk, "proveedor", "Paula").await;
        let marta = desk.requester("Marta");
        let parent = opens(
            desk,
            &marta,
            Topic { category: "Impresión e insumos", details: None },
            "Falta tóner",
        )
        .await;
        ana.says("/proveedor 1 Enviar tóner para la del piso 2").await;
        let first = desk.ticket(parent).await;
        assert!(
            first.technician_id.is_some(),
            "the technician who opened the vendor case has the parent"
        );
        // The technician resumes the parent and then suspends it for another reason.
        ana.says("/reanudar 1").await;
        ana.says("/suspender 1 la persona no está").await;
        have_read(&[&ana, &paula, &marta]);
        paula.presses("Aceptar").await;
        paula.says("/solucionar 2 Tóner entregado").await;
        assert_eq!(
            desk.ticket(parent).await.status,
            Status::Suspended,
            "the parent still waits for Marta"
        );
        let messages = ana.reads();
        assert!(messages.contains("ya no tiene casos relacionados abiertos"), "{messages}");
        have_read(&[&paula, &marta]);
    });
}
