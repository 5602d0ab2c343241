//! Free software: information security approves each request before the installation.

use insta::assert_snapshot;
use mesabot::domain::{ending::Ending, person::Role, report::Month, status::Status};

use super::{Topic, have_read, of, opens, victimas};
use crate::support::{
    pairing::{PairedDesk, Person, in_every_pairing_on},
    reported,
};

async fn asks_for_gimp(desk: &PairedDesk, person: &Person<'_>) {
    let category = Topic { category: "Software libre", details: Some("GIMP, para retocar fotos") };
    opens(desk, person, category, "Necesito GIMP").await;
}

#[test]
fn v10_an_approval_opens_the_installation_for_the_hardware_group() {
    let procedure = victimas();
    in_every_pairing_on(&procedure, async |desk| {
        let ines = of(desk, "seguridad", "Inés").await;
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        asks_for_gimp(desk, &marta).await;
        assert_snapshot!(marta.reads(), @"
        Así quedaría su caso:
        Descripción: Necesito GIMP
        Categoría: Software libre
        Detalles: GIMP, para retocar fotos
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ---
        Caso #1 · Necesito GIMP
        Estado: Registrado
        Quedó registrado. El equipo de Seguridad de la información decide si se aprueba. Le contestamos a más tardar el lunes 2 de marzo a las 12:00 m.
        [Responder]
        [Retirar]
        ");
        assert_snapshot!(ines.reads(), @"
        Caso #1 · Necesito GIMP
        Estado: Registrado
        Software libre · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Seguridad de la información
        Decidir a más tardar el lunes 2 de marzo a las 12:00 m.
        «Necesito GIMP»
        Detalles: GIMP, para retocar fotos
        [Aprobar] [Rechazar]
        [Suspender]
        [Responder] [Nota interna]
        [No gestionar]
        ");
        assert_eq!(ana.reads(), "", "no installation before the approval");
        for command in ["/aceptar 1", "/solucionar 1 Instalado", "/escalar 1 [mesa] No sé"] {
            ines.says(command).await;
            let messages = ines.reads();
            assert!(
                messages.starts_with("El caso #1 espera una aprobación"),
                "{command}: {messages}"
            );
        }
        ines.presses("Aprobar").await;
        let asked = desk.ticket(mesabot::domain::id::TicketNumber(1)).await;
        assert_eq!((asked.status, asked.ending), (Status::Closed, Some(Ending::Approved)));
        let next = desk.newest().await;
        assert_eq!((&*next.category, &*next.group_key), ("instalacion", "hardware"));
        assert_eq!(next.parent_id, Some(asked.id));
        assert_eq!(
            (next.requester_id, &next.description, &next.place, next.impact, next.urgency),
            (asked.requester_id, &asked.description, &asked.place, asked.impact, asked.urgency)
        );
        assert_snapshot!(ines.reads(), @"
        Aprobó el caso #1. Abrí el caso #2 para Hardware y software.
        ---
        ✎ Caso #1 · Necesito GIMP
        Estado: Cerrado
        Software libre · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Inés
        «Necesito GIMP»
        Detalles: GIMP, para retocar fotos
        Casos relacionados: #2 Necesito GIMP — Registrado
        Quedó aprobado.
        ");
        assert_snapshot!(marta.reads(), @"
        Lo que pidió en el caso #1 sigue en el caso #2 (Necesito GIMP), con Hardware y software.
        ---
        Caso #2 · Necesito GIMP
        Estado: Registrado
        Quedó registrado. Lo atenderá el equipo de Hardware y software. Le contestamos a más tardar el lunes 2 de marzo a las 10:00 a. m. Esperamos solucionarlo a más tardar el martes 3 de marzo a las 3:00 p. m.
        Viene del caso #1 Necesito GIMP
        [Responder]
        [Retirar]
        ---
        Se aprobó su caso #1 (Necesito GIMP).
        ---
        ✎ Caso #1 · Necesito GIMP
        Estado: Cerrado
        Quedó aprobado.
        Casos relacionados: #2 Necesito GIMP — Registrado
        [Abrir caso relacionado]
        ");
        assert_snapshot!(ana.reads(), @"
        Caso #2 · Necesito GIMP
        Estado: Registrado
        Instalación de software · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Hardware y software
        Aceptar a más tardar el lunes 2 de marzo a las 10:00 a. m.
        Solucionar a más tardar el martes 3 de marzo a las 3:00 p. m.
        «Necesito GIMP»
        Detalles: GIMP, para retocar fotos
        Viene del caso #1 Necesito GIMP
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Equipo]
        [Pasar al proveedor] [Caso relacionado] [No gestionar]
        ");
        ana.presses("Aceptar").await;
        ana.says("/solucionar 2 Quedó instalado").await;
        assert_eq!(desk.ticket(next.number).await.status, Status::Solved, "with its survey");
        have_read(&[&ines, &ana, &marta]);
        let month: Month = "2026-03".parse().unwrap();
        let figures = reported::figures(desk.app.database.reader(), &procedure, month).await;
        assert_eq!((figures.total.received, figures.total.solved), (2, 1));
        assert_eq!((figures.closed, figures.asked), (1, 0), "a decision is not rated");
    });
}

#[test]
fn v10_a_refusal_tells_the_requester_why() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ines = of(desk, "seguridad", "Inés").await;
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        asks_for_gimp(desk, &marta).await;
        have_read(&[&ines, &marta]);
        ines.presses("Rechazar").await;
        ines.gives("decline", "Ya hay un programa con licencia para eso").await;
        let asked = desk.newest().await;
        assert_eq!(asked.number.0, 1, "no installation is opened");
        assert_eq!((asked.status, asked.ending), (Status::Closed, Some(Ending::Rejected)));
        assert_snapshot!(ines.reads(), @"
        Rechazó el caso #1. Se lo conté al solicitante con su motivo.
        ---
        ✎ Caso #1 · Necesito GIMP
        Estado: Cerrado
        Software libre · Requerimiento · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Inés
        «Necesito GIMP»
        Detalles: GIMP, para retocar fotos
        No se aprobó: Ya hay un programa con licencia para eso
        ");
        assert_snapshot!(marta.reads(), @"
        No se aprobó su caso #1 (Necesito GIMP): «Ya hay un programa con licencia para eso». Si algo cambia o falta por contar, abra un caso relacionado.
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · Necesito GIMP
        Estado: Cerrado
        No se aprobó: Ya hay un programa con licencia para eso
        [Abrir caso relacionado]
        ");
        assert_eq!(ana.reads(), "", "the hardware group is not notified");
    });
}

#[test]
fn v10_only_the_approving_group_decides_and_not_on_own_requests() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ines = of(desk, "seguridad", "Inés").await;
        let ana = of(desk, "hardware", "Ana").await;
        let sonia = desk.staff("Sonia", Role::Supervisor, &[]).await;
        ines.says("/nuevo [software_libre] Necesito GIMP").await;
        ines.fills(&[
            ("details", "GIMP, para fotos"),
            ("place", "Piso 2"),
            ("impact", "Solo a mí"),
            ("urgency", "Con dificultad"),
        ])
        .await;
        ines.presses("Registrar").await;
        let card = ines.reads();
        assert!(
            !card.contains("[Aprobar]"),
            "a supervisor outside the group is not offered the decision: {card}"
        );
        let sent = desk.newest().await;
        assert!(sent.approval);
        ana.says("/caso 1").await;
        let card = ana.reads();
        assert!(!card.contains("Aprobar"), "{card}");
        sonia.says("/caso 1").await;
        sonia.presses("Aprobar").await;
        assert_eq!(desk.newest().await.number.0, 2);
        have_read(&[&ines, &ana, &sonia]);
    });
}

#[test]
fn v4_v10_the_approver_may_ask_first() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ines = of(desk, "seguridad", "Inés").await;
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        asks_for_gimp(desk, &marta).await;
        have_read(&[&ines, &marta]);
        ines.presses("Suspender").await;
        ines.presses("Falta información").await;
        ines.gives("suspend", "¿Quién lo usará además de usted?").await;
        marta.says("/responder 1 Nadie más").await;
        let asked = desk.newest().await;
        assert_eq!(asked.status, Status::InProgress);
        have_read(&[&ines, &marta]);
        ines.says("/caso 1").await;
        ines.presses("Aprobar").await;
        let asked = desk.ticket(asked.number).await;
        assert_eq!((asked.status, asked.ending), (Status::Closed, Some(Ending::Approved)));
        have_read(&[&ines, &ana, &marta]);
    });
}
