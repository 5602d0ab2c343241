//! The forms of A3-PR-01: the web site (U11), and accounts and equipment (U12).

use insta::assert_snapshot;
use mesabot::domain::{ending::Ending, id::TicketNumber, person::Role, status::Status};

use super::{super::history, about, reports};
use crate::support::pairing::in_every_pairing;

#[test]
fn u11_the_site_takes_contents_and_sections_only() {
    in_every_pairing(async |desk| {
        let luis = desk.technician("Luis").await;
        let marta = desk.requester("Marta");
        marta.says("Quiero cambiar la página de contratación").await;
        marta.presses("Abrir caso").await;
        let design = about(
            "Publicación en la página web",
            &[
                ("cambio", "Diseño o estilo"),
                ("seccion", "Contratación"),
                ("contenido", "El plan anual de 2026"),
                ("documento", "informe.pdf"),
            ],
        );
        let mut left = marta.fills_some(&design).await;
        assert_snapshot!(marta.reads(), @"
        Por el procedimiento A3-PR-01, en la página solo actualizamos contenidos y secciones; no atendemos diseño ni corrección de estilo. Si también necesita publicar, eliminar o actualizar algo, elíjalo aquí; si no, cancele: no registré nada.

        ¿Qué quiere cambiar en la página?
        [Publicar un contenido] [Eliminar un contenido] [Actualizar una sección] [Diseño o estilo] [Atrás] [Cancelar]
        ");
        assert_eq!(luis.reads(), "", "no ticket was registered");
        // The earlier answers are kept; a permitted change is accepted.
        left.push(("cambio", "Publicar un contenido"));
        marta.fills(&left).await;
        assert_snapshot!(marta.reads(), @"
        Así quedaría su caso:
        Descripción: Quiero cambiar la página de contratación
        Categoría: Publicación en la página web
        Cambio: Publicar un contenido
        Página o sección: Contratación
        Contenido: El plan anual de 2026
        Documento: informe.pdf
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja
        Recibí el archivo. Irá con el caso, a la vista de quien lo atienda.

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        marta.presses("Registrar").await;
        marta.reads();
        assert_snapshot!(luis.reads(), @"
        Caso #1 · Quiero cambiar la página de contratación
        Estado: Nueva
        Publicación en la página web · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «Quiero cambiar la página de contratación»
        Cambio: Publicar un contenido
        Página o sección: Contratación
        Contenido: El plan anual de 2026
        Documento: informe.pdf
        Un archivo.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ---
        📎 informe.pdf
        Caso #1: Marta envió este archivo.
        ---
        ✎ Caso #1 · Quiero cambiar la página de contratación
        Estado: Nueva
        Publicación en la página web · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «Quiero cambiar la página de contratación»
        Cambio: Publicar un contenido
        Página o sección: Contratación
        Contenido: El plan anual de 2026
        Documento: informe.pdf
        Un archivo.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Archivos]
        [Pasar al proveedor]
        ");
        let ticket = desk.newest().await;
        assert_eq!(ticket.number, TicketNumber(1), "the refused request took no number");
        assert_eq!(ticket.description, "Quiero cambiar la página de contratación");
    });
}

#[test]
fn u12_u13_accounts_and_equipment_are_handed_over_by_form() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        marta.says("Llega una contratista nueva").await;
        marta.presses("Abrir caso").await;
        marta
            .fills(&[
                ("category", "Cuentas y entrega de equipos"),
                ("tramite", "Entregar cuentas o equipos"),
                ("persona", "Sara  Peña"),
                ("documento", "52.123.456"),
                ("vinculo", "Contratista"),
                ("dependencia", "Oficina Jurídica"),
                ("inicio", "mañana"),
                ("fin", "15/12/2026"),
                ("sistemas", "Correo y ORFEO"),
                ("equipos", "Omitir"),
                ("diligencia", "Supervisor del contrato"),
                ("aprueba", "Rosa Díaz"),
                ("formato", "informe.pdf"),
                ("place", "Piso 4"),
                ("impact", "Solo a mí"),
                ("urgency", "Sí, sin problema"),
            ])
            .await;
        assert_snapshot!(marta.reads(), @"
        Así quedaría su caso:
        Descripción: Llega una contratista nueva
        Categoría: Cuentas y entrega de equipos
        Trámite: Entregar cuentas o equipos
        Persona: Sara Peña
        Documento: 52.123.456
        Vínculo: Contratista
        Dependencia: Oficina Jurídica
        Fecha de inicio: 3 de marzo de 2026
        Fecha de terminación: 15 de diciembre de 2026
        Sistemas: Correo y ORFEO
        Diligencia A3-S1-FO-01: Supervisor del contrato
        Aprueba: Rosa Díaz
        Formato firmado: informe.pdf
        Lugar: Piso 4
        Afecta: Solo a mí
        ¿Puede trabajar?: Sí, sin problema
        Prioridad: Baja
        Recibí el archivo. Irá con el caso, a la vista de quien lo atienda.

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        marta.presses("Registrar").await;
        marta.reads();
        assert_snapshot!(ana.reads(), @"
        Caso #1 · Llega una contratista nueva
        Estado: Nueva
        Cuentas y entrega de equipos · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 4
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «Llega una contratista nueva»
        Trámite: Entregar cuentas o equipos
        Persona: Sara Peña
        Documento: 52.123.456
        Vínculo: Contratista
        Dependencia: Oficina Jurídica
        Fecha de inicio: 3 de marzo de 2026
        Fecha de terminación: 15 de diciembre de 2026
        Sistemas: Correo y ORFEO
        Diligencia A3-S1-FO-01: Supervisor del contrato
        Aprueba: Rosa Díaz
        Formato firmado: informe.pdf
        Un archivo.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ---
        📎 informe.pdf
        Caso #1: Marta envió este archivo.
        ---
        ✎ Caso #1 · Llega una contratista nueva
        Estado: Nueva
        Cuentas y entrega de equipos · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 4
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «Llega una contratista nueva»
        Trámite: Entregar cuentas o equipos
        Persona: Sara Peña
        Documento: 52.123.456
        Vínculo: Contratista
        Dependencia: Oficina Jurídica
        Fecha de inicio: 3 de marzo de 2026
        Fecha de terminación: 15 de diciembre de 2026
        Sistemas: Correo y ORFEO
        Diligencia A3-S1-FO-01: Supervisor del contrato
        Aprueba: Rosa Díaz
        Formato firmado: informe.pdf
        Un archivo.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Archivos]
        [Pasar al proveedor]
        ");
        ana.presses("Aceptar").await;
        marta.reads();
        ana.reads();
        // Without the hand-over and the induction the request cannot be solved.
        ana.says("/solucionar 1 Creé las cuentas y entregué el portátil").await;
        assert_eq!(desk.newest().await.status, Status::InProgress);
        ana.fills(&[("entregado", "Sí"), ("induccion", "Sí"), ("matriz", "Sí")]).await;
        assert_snapshot!(ana.reads(), @"
        Guardé la solución del caso #1 y se la envié al solicitante.
        ---
        ✎ Caso #1 · Llega una contratista nueva
        Estado: Cerrada
        Cuentas y entrega de equipos · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 4
        Origen: por chat
        Atiende: Ana
        «Llega una contratista nueva»
        Trámite: Entregar cuentas o equipos
        Persona: Sara Peña
        Documento: 52.123.456
        Vínculo: Contratista
        Dependencia: Oficina Jurídica
        Fecha de inicio: 3 de marzo de 2026
        Fecha de terminación: 15 de diciembre de 2026
        Sistemas: Correo y ORFEO
        Diligencia A3-S1-FO-01: Supervisor del contrato
        Aprueba: Rosa Díaz
        Formato firmado: informe.pdf
        Un archivo.
        Solución: Creé las cuentas y entregué el portátil
        Entrega formal: Sí
        Inducción: Sí
        Matriz A3-FO-11: Sí
        [Archivos]
        ");
        marta.reads();
        let steps = history(desk, TicketNumber(1)).await;
        let recorded = r#""answers":[{"field":"entregado","value":{"yes_no":true}},{"field":"induccion","value":{"yes_no":true}},{"field":"matriz","value":{"yes_no":true}}]"#;
        let solved = steps.lines().find(|line| line.starts_with("03-02 08:00 Ana: solved "));
        assert!(solved.is_some_and(|line| line.contains(recorded)), "{steps}");
    });
}

#[test]
fn u12_a_leaving_employees_accounts_are_disabled_and_recorded() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.staff("Luis", Role::Technician, &["tecnologia"]).await;
        let marta = desk.requester("Marta");
        let leaving = about(
            "Cuentas y entrega de equipos",
            &[
                ("tramite", "Una persona se retira"),
                ("persona", "Sara Peña"),
                ("documento", "52123456"),
                ("vinculo", "Funcionario"),
                ("dependencia", "Oficina Jurídica"),
                ("retiro", "31 de marzo"),
                ("aprueba", "Rosa Díaz"),
                ("formato", "Omitir"),
            ],
        );
        reports(desk, &marta, "Sara se retira de la entidad", &leaving).await;
        ana.presses("Aceptar").await;
        ana.reads();
        // The technology office fills A3-FO-12.
        ana.presses("Solucionar").await;
        let messages = ana.reads();
        assert!(
            messages.contains(
                "le falta «Cuentas deshabilitadas», que diligencia Oficina de Tecnología"
            ),
            "{messages}"
        );
        ana.says("/escalar 1 [Luis] Se retira el 31").await;
        luis.says("/aceptar 1").await;
        luis.presses("Dar respuesta").await;
        luis.fills(&[
            ("answer", "Deshabilité todas sus cuentas"),
            ("deshabilitadas", "Sí"),
            ("registro", "Fila 18 del 2 de marzo"),
        ])
        .await;
        luis.reads();
        ana.reads();
        marta.reads();
        ana.says("/solucionar 1 Deshabilitamos todas sus cuentas").await;
        assert_snapshot!(ana.reads(), @"
        Guardé la solución del caso #1 y se la envié al solicitante.
        ---
        ✎ Caso #1 · Sara se retira de la entidad
        Estado: Cerrada
        Cuentas y entrega de equipos · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        «Sara se retira de la entidad»
        Trámite: Una persona se retira
        Persona: Sara Peña
        Documento: 52123456
        Vínculo: Funcionario
        Dependencia: Oficina Jurídica
        Fecha de retiro: 31 de marzo de 2026
        Aprueba: Rosa Díaz
        Respuesta de Oficina de Tecnología: Deshabilité todas sus cuentas
        Solución: Deshabilitamos todas sus cuentas
        Cuentas deshabilitadas: Sí
        Registro A3-FO-12: Fila 18 del 2 de marzo
        ");
        assert!(marta.reads().contains("Deshabilitamos todas sus cuentas"));
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::Closed, Some(Ending::NoSurvey)));
        let steps = history(desk, ticket.number).await;
        assert!(steps.contains("Fila 18 del 2 de marzo"), "{steps}");
        luis.reads();
    });
}
