//! Service desk agents act for a specialist: they register finished work and assign it (activity
//! E), and open related cases (activities D and F). Also the day for which a request is wanted.

use mesabot::domain::{id::TicketNumber, status::Status};

use super::{have_read, of, opens_computer, victimas};
use crate::support::pairing::in_every_pairing_on;

#[test]
fn v6_v7_the_desk_opens_and_assigns_cases_for_specialists() {
    in_every_pairing_on(&victimas(), async |desk| {
        let olga = of(desk, "mesa", "Olga").await;
        let ana = of(desk, "hardware", "Ana").await;
        let luis = of(desk, "hardware", "Luis").await;
        let raul = of(desk, "infraestructura", "Raúl").await;
        olga.says("/registrar").await;
        olga.fills(&[("source", "Por correo"), ("person", "Marta")]).await;
        olga.presses("Anotar a Marta").await;
        olga.fills(&[
            ("description", "Ana le cambió el disco al portátil de Marta"),
            ("category", "Computador o periférico"),
            ("details", "Placa 4821"),
            ("place", "Piso 2"),
            ("impact", "Solo a esa persona"),
            ("urgency", "Con dificultad"),
        ])
        .await;
        olga.presses("Registrar").await;
        have_read(&[&olga, &ana, &luis]);
        // E: assigned to the specialist who did the work.
        olga.says("/asignar 1 Ana").await;
        let case = desk.ticket(TicketNumber(1)).await;
        assert_eq!((case.status, &*case.group_key), (Status::InProgress, "hardware"));
        let card = ana.reads();
        assert!(card.contains("Ana le cambió el disco"), "{card}");
        // An agent cannot take the case away from its specialist.
        olga.says("/asignar 1 Luis").await;
        assert_eq!(desk.ticket(TicketNumber(1)).await.technician_id, case.technician_id);
        have_read(&[&olga, &luis]);
        // D: a related case for another group, on the specialist's request.
        olga.says("/subcaso 1 [conectividad] Revisar el punto de red 14").await;
        let child = desk.newest().await;
        assert_eq!((child.parent_id, &*child.group_key), (Some(case.id), "infraestructura"));
        have_read(&[&olga, &ana, &luis, &raul]);
        // A group without a part in a case opens no related case on it.
        raul.says("/subcaso 1 [mesa] Otra cosa").await;
        assert_eq!(desk.newest().await.number, child.number);
        have_read(&[&olga, &ana, &luis, &raul]);
    });
}

#[test]
fn v13_a_request_may_be_scheduled_for_a_day() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        opens_computer(desk, &marta, "El mouse no funciona").await;
        have_read(&[&ana, &marta]);
        marta.says("Instalar Excel en la sala").await;
        marta.presses("Abrir caso").await;
        marta
            .fills(&[
                ("category", "Instalación de software"),
                ("fecha", "mañana"),
                ("place", "Piso 2"),
                ("impact", "Solo a mí"),
                ("urgency", "Sí, sin problema"),
            ])
            .await;
        marta.presses("Registrar").await;
        let card = ana.reads();
        assert!(card.contains("Fecha deseada: 3 de marzo de 2026"), "{card}");
        assert!(card.contains("Requerimiento"), "the norm's own term: {card}");
        marta.reads();
    });
}
