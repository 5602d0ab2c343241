//! C2 of PT.0720.19: a report that belongs to another procedure is routed there, at once or by a
//! technician.

use insta::assert_snapshot;
use mesabot::domain::{
    channel::ChannelKind, ending::Ending, event::Event, person::Role, status::Status,
};

use super::{cvc, history, opens, reports};
use crate::support::pairing::in_every_pairing_on;

#[test]
fn c2_a_routed_category_ends_with_directions_at_once() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        reports(&marta, "No me deja entrar al sistema de nómina", "Sistemas de información").await;
        assert_snapshot!(marta.reads(), @"
        Caso #1 · No me deja entrar al sistema de nómina
        Estado: Remitido a otro procedimiento
        Esto no lo atiende esta mesa: corresponde al procedimiento «Soporte y Mantenimiento de Sistemas de Información».
        Dónde pedirlo: escriba al grupo de Sistemas de Información, en la Oficina de Tecnologías de Información, con el nombre del sistema y lo que muestra la pantalla.
        [Abrir caso relacionado]
        ");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::NotManaged, Some(Ending::Routed)));
        assert_eq!((ticket.queue_rank, ticket.warn_at), (None, None), "the case waits in no queue");
        assert_eq!(ana.reads(), "", "no group is notified");
        ana.says("/caso 1").await;
        if marta.network() == ChannelKind::Telegram {
            assert_snapshot!(ana.reads(), @"
            Caso #1 · No me deja entrar al sistema de nómina
            Estado: Remitido a otro procedimiento
            Sistemas de información · Requerimiento · Prioridad Baja
            Solicita: Marta
            Origen: correctivo, por chat
            Grupo: Mesa de ayuda
            «No me deja entrar al sistema de nómina»
            Corresponde a «Soporte y Mantenimiento de Sistemas de Información».
            Dónde pedirlo: escriba al grupo de Sistemas de Información, en la Oficina de Tecnologías de Información, con el nombre del sistema y lo que muestra la pantalla.
            ");
        } else {
            assert_snapshot!(ana.reads(), @"
            Caso #1 · No me deja entrar al sistema de nómina
            Estado: Remitido a otro procedimiento
            Sistemas de información · Requerimiento · Prioridad Media
            Solicita: Marta · Piso 2
            Origen: correctivo, por chat
            Grupo: Mesa de ayuda
            «No me deja entrar al sistema de nómina»
            Corresponde a «Soporte y Mantenimiento de Sistemas de Información».
            Dónde pedirlo: escriba al grupo de Sistemas de Información, en la Oficina de Tecnologías de Información, con el nombre del sistema y lo que muestra la pantalla.
            ");
        }
        luz.says("/informe").await;
        assert_snapshot!(luz.reads(), @"
        Informe de marzo de 2026, hasta hoy
        Recibidos: 0 · Resueltos: 0 · Cerrados: 0 · Reabiertos: 0
        Pendientes al empezar: 0 · Entradas: 1 · Salidas: 1 · Al terminar: 0
        Según su origen: correctivo 0, proactivo 0
        Remitidos a otro procedimiento: 1 (aparte, no cuentan en este informe)
        [← febrero de 2026]
        ");
        marta.says("/miscasos").await;
        assert_snapshot!(marta.reads(), @"
        Sus casos
        #1 No me deja entrar al sistema de nómina — Remitido a otro procedimiento
        [#1]
        ");
    });
}

#[test]
fn c2_a_complete_command_is_routed_without_a_question() {
    in_every_pairing_on(&cvc(), async |desk| {
        let marta = desk.requester("Marta");
        marta.says("/nuevo [redes] No tengo red en el piso 4").await;
        assert_snapshot!(marta.reads(), @"
        Caso #1 · No tengo red en el piso 4
        Estado: Remitido a otro procedimiento
        Esto no lo atiende esta mesa: corresponde al procedimiento «Administración de Redes y Telecomunicaciones».
        Dónde pedirlo: escriba al grupo de Redes y Telecomunicaciones, en la Oficina de Tecnologías de Información, con su sede y el punto de red.
        [Abrir caso relacionado]
        ");
        assert_eq!(desk.newest().await.ending, Some(Ending::Routed));
    });
}

#[test]
fn c2_a_technician_routes_a_case_and_the_requester_gets_directions() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "No hay internet en mi puesto").await;
        ana.presses("Aceptar").await;
        marta.reads();
        ana.reads();
        ana.says("/nogestionar 1").await;
        assert_snapshot!(ana.reads(), @"
        ¿Por qué termina el caso #1 como «No viable»? Elija el motivo o escríbalo; el solicitante lo leerá.
        [No es equipo de la entidad] [No hay licencia para eso] [El equipo no lo soporta] [Es de otro procedimiento…] [Cancelar]
        ");
        ana.presses("Es de otro procedimiento…").await;
        assert_snapshot!(ana.reads(), @"
        ¿A qué procedimiento corresponde el caso #1? Le diré al solicitante a dónde ir.
        [Sistemas de información] [Redes y telecomunicaciones] [Atrás] [Cancelar]
        ");
        ana.presses("Atrás").await;
        ana.reads();
        ana.presses("Es de otro procedimiento…").await;
        ana.presses("Redes y telecomunicaciones").await;
        assert_snapshot!(ana.reads(), @"
        El caso #1 quedó remitido a «Administración de Redes y Telecomunicaciones». Le conté al solicitante a dónde ir.
        ---
        ¿A qué procedimiento corresponde el caso #1? Le diré al solicitante a dónde ir.
        [Sistemas de información] [Redes y telecomunicaciones] [Atrás] [Cancelar]
        ---
        ✎ Caso #1 · No hay internet en mi puesto
        Estado: Remitido a otro procedimiento
        Instalar o mover un equipo · Requerimiento · Prioridad Media
        Solicita: Marta · Piso 2
        Origen: correctivo, por chat
        Atiende: Ana
        «No hay internet en mi puesto»
        Corresponde a «Administración de Redes y Telecomunicaciones».
        Dónde pedirlo: escriba al grupo de Redes y Telecomunicaciones, en la Oficina de Tecnologías de Información, con su sede y el punto de red.
        ");
        assert_snapshot!(marta.reads(), @"
        Su caso #1 (No hay internet en mi puesto) no lo atiende esta mesa: corresponde al procedimiento «Administración de Redes y Telecomunicaciones». Aquí queda terminado.
        Dónde pedirlo: escriba al grupo de Redes y Telecomunicaciones, en la Oficina de Tecnologías de Información, con su sede y el punto de red.
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · No hay internet en mi puesto
        Estado: Remitido a otro procedimiento
        Esto no lo atiende esta mesa: corresponde al procedimiento «Administración de Redes y Telecomunicaciones».
        Dónde pedirlo: escriba al grupo de Redes y Telecomunicaciones, en la Oficina de Tecnologías de Información, con su sede y el punto de red.
        [Abrir caso relacionado]
        ");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::NotManaged, Some(Ending::Routed)));
        assert!(
            history(desk)
                .await
                .contains(&Event::Routed { route: "redes".into(), status: Status::NotManaged })
        );
    });
}

#[test]
fn c2_a_supervisor_routes_a_case_and_its_technician_is_notified() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luz = desk.staff("Luz", Role::Supervisor, &["soporte"]).await;
        let marta = desk.requester("Marta");
        opens(&marta, "El sistema de nómina no abre").await;
        ana.presses("Aceptar").await;
        for person in [&ana, &luz, &marta] {
            person.reads();
        }
        luz.says("/caso 1").await;
        luz.presses("Remitir a otro procedimiento").await;
        luz.presses("Sistemas de información").await;
        luz.reads();
        let messages = ana.reads();
        assert!(
            messages
                .starts_with("El caso #1 (El sistema de nómina no abre) quedó remitido a «Soporte"),
            "{messages}"
        );
        assert!(marta.reads().contains("Dónde pedirlo: escriba al grupo de Sistemas"));
    });
}
