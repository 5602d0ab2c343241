//! A technicians' group chat: new tickets appear in it, the technician who accepts gets the ticket,
//! and the chat may be lost. What only Telegram's groups do is in `telegram_groups.rs`.

use insta::assert_snapshot;

use crate::support::pairing::in_every_pairing;

#[test]
fn new_tickets_appear_in_the_group_and_continue_in_private() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let group = desk.linked_group(&ana).await;
        assert_snapshot!(group.newest(&ana), @"Listo. Aquí aparecerán los casos de Mesa de ayuda. Cada técnico debe escribirme también en privado.");
        ana.reads_in(&group);
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        assert_snapshot!(ana.reads_in(&group), @"
        Caso #1 · No abre el correo
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        [Aceptar]
        ");
        ana.presses_in(&group, "Aceptar").await;
        assert_snapshot!(ana.reads_in(&group), @"
        El caso #1 es suyo.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        ");
        assert_snapshot!(ana.reads(), @"
        Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
        marta.reads();
        ana.says_on_card(&group, 1, "/solucionar Reinicié el servidor").await;
        assert_snapshot!(ana.reads_in(&group), @"
        Guardé la solución del caso #1 y se la envié al solicitante.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: Resuelta
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        «No abre el correo»
        Solución: Reinicié el servidor
        ");
        assert!(marta.reads().contains("¿Quedó solucionado?"));
        assert!(ana.reads().contains("Estado: Resuelta"));
    });
}

#[test]
fn an_unknown_person_may_link_a_group_with_its_code() {
    in_every_pairing(async |desk| {
        let sonia = desk.somebody(desk.pairing.technician, "Sonia", "es");
        let group = desk.linked_group(&sonia).await;
        assert!(group.newest(&sonia).starts_with("Listo. Aquí aparecerán los casos"));
        assert!(sonia.reads_in(&group).starts_with("Listo. Aquí aparecerán los casos"));
    });
}

#[test]
fn a_lost_group_chat_is_replaced_by_its_members_chats() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let group = desk.linked_group(&ana).await;
        ana.reads_in(&group);
        group.is_lost(&ana).await;
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        assert_snapshot!(ana.reads(), @"
        Caso #1 · No abre el correo
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
    });
}

#[test]
fn a_non_member_gets_no_ticket_in_a_group() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let group = desk.linked_group(&ana).await;
        let berta = desk.somebody(desk.pairing.technician, "Berta", "es");
        berta.says("hola").await;
        berta.reads();
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads_in(&group);
        berta.reads_in(&group);
        berta.presses_in(&group, "Aceptar").await;
        assert_snapshot!(berta.reads_in(&group), @"No encuentro el caso #1 entre los suyos. Con /miscasos ve los que puede consultar.");
        assert_eq!(ana.reads_in(&group), "", "other members are not notified");
        assert_eq!(desk.newest().await.technician_id, None);
    });
}
