//! Tickets of an unreachable technician: the group's other technicians and the supervisors are told
//! at the block, and at each message that the technician does not receive, with a button that
//! assigns the ticket.

use insta::assert_snapshot;
use mesabot::domain::person::Role;

use crate::support::pairing::{Group, PairedDesk, Person, in_every_pairing};

/// Ana has Marta's ticket; Luis belongs to the same group, and Rosa is an administrator.
struct Scene<'d> {
    rosa: Person<'d>,
    ana: Person<'d>,
    luis: Person<'d>,
    marta: Person<'d>,
}

async fn scene(desk: &PairedDesk) -> Scene<'_> {
    let rosa = desk.staff("Rosa", Role::Administrator, &[]).await;
    let ana = desk.technician("Ana").await;
    let luis = desk.technician("Luis").await;
    let marta = desk.requester("Marta");
    desk.opens_ticket(&marta, "No abre el correo").await;
    ana.says("/aceptar 1").await;
    desk.all_read();
    Scene { rosa, ana, luis, marta }
}

/// Causes a message that belongs to no ticket, through which the desk learns of an unreachable
/// technician.
async fn makes_supervisor(rosa: &Person<'_>, id: i64) {
    rosa.says("/personas").await;
    rosa.presses(&format!("#{id}")).await;
    rosa.presses("Cambiar rol").await;
    rosa.presses("supervisor").await;
    rosa.presses("Cambiar").await;
}

#[test]
fn g17_tickets_of_an_unreachable_technician_are_reported() {
    in_every_pairing(async |desk| {
        let Scene { rosa, ana, luis, marta } = scene(desk).await;
        ana.disappears();
        // The loss is reported without any message about the ticket.
        makes_supervisor(&rosa, 2).await;
        assert_snapshot!(luis.reads(), @"
        Ana tiene a cargo el caso #1 (No abre el correo) y no le llegan mis mensajes. Por favor, avísele por otro medio o asígnele el caso a otra persona con /asignar 1.
        [Asignar]
        ");
        luis.presses("Asignar").await;
        assert!(luis.reads().contains("[Luis]"));
        luis.presses("Luis").await;
        assert!(luis.reads().contains("El caso #1 queda a cargo de Luis."));
        marta.says("/responder 1 ¿Hay novedades?").await;
        assert!(luis.reads().contains("¿Hay novedades?"));
        desk.all_read();
    });
}

#[test]
fn g17_each_undelivered_message_offers_to_assign_the_ticket() {
    in_every_pairing(async |desk| {
        let Scene { ana, luis, marta, .. } = scene(desk).await;
        ana.shuts_out().await;
        marta.says("/responder 1 Ahora tampoco imprime").await;
        luis.reads();
        marta.says("/responder 1 Y ahora el correo").await;
        assert_snapshot!(luis.reads(), @"
        Para Ana, a quien no le llegan mis mensajes:
        Marta escribe sobre el caso #1:
        Y ahora el correo
        [Responder]
        [Asignar]
        ");
        // An assignment to Ana is confirmed without claiming that Ana knows of it.
        luis.says("/asignar 1 Luis").await;
        luis.reads();
        luis.says("/asignar 1 Ana").await;
        let messages = luis.reads();
        assert!(
            messages.starts_with("El caso #1 queda a cargo de Ana. A Ana no le llega"),
            "{messages}"
        );
        assert!(!messages.contains("Le asignaron"), "{messages}");
        desk.all_read();
    });
}

#[test]
fn g17_the_group_chat_can_assign_an_unreachable_technicians_ticket() {
    in_every_pairing(async |desk| {
        let Scene { ana, luis, marta, .. } = scene(desk).await;
        let group: Group = desk.linked_group(&luis).await;
        luis.reads_in(&group);
        ana.shuts_out().await;
        marta.says("/responder 1 Ahora tampoco imprime").await;
        let messages = luis.reads_in(&group);
        assert!(messages.contains("Ana tiene a cargo el caso #1"), "{messages}");
        assert!(messages.contains("Ahora tampoco imprime"), "{messages}");
        assert!(messages.contains("[Asignar]"), "{messages}");
        desk.all_read();
    });
}

#[test]
fn g17_a_ticket_for_an_unreachable_specialist_goes_to_a_supervisor() {
    in_every_pairing(async |desk| {
        let Scene { ana, luis, .. } = scene(desk).await;
        let olga = desk.staff("Olga", Role::Supervisor, &[]).await;
        let ivan = desk.staff("Iván", Role::Technician, &["tecnologia"]).await;
        let paula = desk.staff("Paula", Role::Technician, &["tecnologia"]).await;
        ana.says("/escalar 1 [Iván] Es del servidor").await;
        desk.all_read();
        ivan.shuts_out().await;
        // Where the network does not report a block, the first refused notice reveals it.
        olga.says("/asignar 1 Paula").await;
        olga.says("/escalar 1 [Iván] Es suyo").await;
        let messages = olga.reads();
        assert!(messages.contains("espera a Iván, y no le llegan mis mensajes"), "{messages}");
        olga.presses("Asignar").await;
        olga.presses("Paula").await;
        assert!(olga.reads().contains("El caso #1 queda a cargo de Paula."));
        assert!(paula.reads().contains("Le asignaron el caso #1"));
        luis.reads();
        desk.all_read();
    });
}

#[test]
fn g17_many_tickets_of_an_unreachable_technician_are_one_message() {
    in_every_pairing(async |desk| {
        let Scene { ana, luis, marta, rosa } = scene(desk).await;
        for number in 2..=4 {
            desk.opens_ticket(&marta, "Otra falla").await;
            ana.says(&format!("/aceptar {number}")).await;
        }
        desk.all_read();
        ana.disappears();
        makes_supervisor(&rosa, 2).await;
        assert_snapshot!(luis.reads(), @"
        Ana tiene a cargo estos casos y no le llegan mis mensajes: #4, #3, #2, #1. Por favor, avísele por otro medio o asígneselos a otra persona.
        [Asignar #4] [Asignar #3]
        [Asignar #2] [Asignar #1]
        ");
        luis.presses("Asignar #3").await;
        luis.presses("Luis").await;
        assert!(luis.reads().contains("El caso #3 queda a cargo de Luis."));
        desk.all_read();
    });
}
