//! Work on tickets: the queue, escalating, assigning, notes, and refused acts.

use insta::assert_snapshot;
use mesabot::domain::person::Role;

use mesabot::config::procedure;

use crate::support::pairing::{in_every_pairing, in_every_pairing_on};

#[test]
fn the_queue_shows_the_most_urgent_first_and_pages_by_key() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        ana.says("/cola").await;
        assert_snapshot!(ana.reads(), @"No hay casos en la cola. Todo al día.");
        for n in 1..=7 {
            desk.opens_ticket(&marta, &format!("Falla número {n}")).await;
            desk.passes(60_000).await;
        }
        ana.says("/aceptar 2").await;
        marta.reads();
        ana.reads();
        ana.says("/cola").await;
        assert_snapshot!(ana.reads(), @"
        Los casos que usted atiende
        #2 Falla número 2 — En curso (asignada), Ana. Vence hoy a las 8:31 a. m.
        [#2]
        ---
        Casos en la cola
        #1 Falla número 1 — Nueva. Vence hoy a las 8:30 a. m.
        #2 Falla número 2 — En curso (asignada), Ana. Vence hoy a las 8:31 a. m.
        #3 Falla número 3 — Nueva. Vence hoy a las 8:32 a. m.
        #4 Falla número 4 — Nueva. Vence hoy a las 8:33 a. m.
        #5 Falla número 5 — Nueva. Vence hoy a las 8:34 a. m.
        #6 Falla número 6 — Nueva. Vence hoy a las 8:35 a. m.
        [#1] [#2] [#3]
        [#4] [#5] [#6]
        [Ver más]
        ");
        ana.presses("Ver más").await;
        assert_snapshot!(ana.reads(), @"
        Casos en la cola
        #7 Falla número 7 — Nueva. Vence hoy a las 8:36 a. m.
        [#7]
        ");
        ana.presses("#7").await;
        assert_snapshot!(ana.reads(), @"
        ✎ Caso #7 · Falla número 7
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:21 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:36 a. m.
        «Falla número 7»
        ---
        Caso #7 · Falla número 7
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:21 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:36 a. m.
        «Falla número 7»
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
        marta.says("/miscasos").await;
        assert_snapshot!(marta.reads(), @"
        Sus casos
        #7 Falla número 7 — Nueva. Vence hoy a las 8:36 a. m.
        #6 Falla número 6 — Nueva. Vence hoy a las 8:35 a. m.
        #5 Falla número 5 — Nueva. Vence hoy a las 8:34 a. m.
        #4 Falla número 4 — Nueva. Vence hoy a las 8:33 a. m.
        #3 Falla número 3 — Nueva. Vence hoy a las 8:32 a. m.
        #2 Falla número 2 — En curso (asignada), Ana. Vence hoy a las 8:31 a. m.
        [#7] [#6] [#5]
        [#4] [#3] [#2]
        [Ver más]
        ");
    });
}

#[test]
fn u6_escalating_tells_the_requester_and_gives_the_new_owner_the_reason() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.staff("Luis", Role::Technician, &["tecnologia"]).await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "El sistema de nómina da error").await;
        ana.presses("Aceptar").await;
        marta.reads();
        ana.reads();
        ana.presses("Escalar").await;
        assert_snapshot!(ana.reads(), @"
        ¿A qué grupo pasa el caso #1, o a qué persona?
        [Nivel 1 · Impresión y copiado] [Nivel 2 · Oficina de Tecnología] [A una persona…] [Cancelar]
        ");
        ana.presses("Nivel 2 · Oficina de Tecnología").await;
        ana.gives("escalate", "El error viene del servidor").await;
        assert_snapshot!(ana.reads(), @"
        El caso #1 pasó al equipo de Oficina de Tecnología.
        ---
        ✎ Caso #1 · El sistema de nómina da error
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Oficina de Tecnología
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «El sistema de nómina da error»
        Escalado porque: El error viene del servidor
        [Nota interna]
        ");
        assert_snapshot!(marta.reads(), @"
        Pasamos su caso #1 al equipo de Oficina de Tecnología, que puede resolverlo mejor. Le avisaremos cuando lo tomen.
        ---
        ✎ Caso #1 · El sistema de nómina da error
        Estado: En espera
        Ahora está en manos del equipo de Oficina de Tecnología. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        ");
        assert_snapshot!(luis.reads(), @"
        Caso #1 · El sistema de nómina da error
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Oficina de Tecnología
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «El sistema de nómina da error»
        Escalado porque: El error viene del servidor
        [Aceptar] [Dar respuesta]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
        luis.presses("Aceptar").await;
        luis.reads();
        assert_snapshot!(marta.reads(), @"
        Luis ya atiende su caso #1 (El sistema de nómina da error). Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        ---
        ✎ Caso #1 · El sistema de nómina da error
        Estado: En espera
        Lo atiende Luis. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        ");
        assert_snapshot!(ana.reads(), @"
        ✎ Caso #1 · El sistema de nómina da error
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Luis
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «El sistema de nómina da error»
        [Nota interna]
        ");
    });
}

#[test]
fn a_supervisor_assigns_and_the_technician_is_told() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let boss = desk.staff("Sonia", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.reads();
        marta.reads();
        boss.says("/asignar 1").await;
        assert_snapshot!(boss.reads(), @"
        ¿Quién atenderá el caso #1?
        [Ana] [Cancelar]
        ");
        boss.presses("Ana").await;
        assert_snapshot!(boss.reads(), @"El caso #1 queda a cargo de Ana.");
        assert_snapshot!(ana.reads(), @"
        Le asignaron el caso #1 (No abre el correo).
        ---
        ✎ Caso #1 · No abre el correo
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
        assert_snapshot!(marta.reads(), @"
        Ana ya atiende su caso #1 (No abre el correo). Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        ");
    });
}

#[test]
fn the_second_technician_to_accept_is_told_who_was_first() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let berta = desk.technician("Berta").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        let accept = berta.holds("Aceptar");
        ana.reads();
        berta.reads();
        ana.presses("Aceptar").await;
        ana.reads();
        assert_snapshot!(berta.reads(), @"
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        [Nota interna]
        ");
        berta.presses_held(&accept).await;
        assert_snapshot!(berta.reads(), @"El caso #1 ya lo tiene Ana.");
        berta.says("/solucionar 1 Listo").await;
        assert_snapshot!(berta.reads(), @"El caso #1 lo atiende Ana. Hable con esa persona o deje una nota con /nota 1.");
        ana.says("/aceptar 1").await;
        assert_snapshot!(ana.reads(), @"El caso #1 ya es suyo.");
        marta.reads();
    });
}

#[test]
fn commands_with_missing_arguments_ask_for_them() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        ana.says("/aceptar").await;
        assert_snapshot!(ana.reads(), @"
        No hay casos por aceptar en sus grupos. Si tiene el número, escríbalo.
        [Cancelar]
        ");
        ana.presses("Cancelar").await;
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.reads();
        marta.reads();
        ana.says("/accept").await;
        assert_snapshot!(ana.reads(), @"
        ¿Cuál caso acepta?
        [#1 No abre el correo] [Cancelar]
        ");
        ana.presses("#1 No abre el correo").await;
        ana.reads();
        ana.says("/suspender 1 Llega mañana el cable").await;
        assert_snapshot!(ana.reads(), @"
        El caso #1 queda en espera: «Llega mañana el cable».
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        En espera: Llega mañana el cable
        «No abre el correo»
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        ");
        ana.says("/solucionar").await;
        ana.says("uno").await;
        assert_snapshot!(ana.reads(), @"
        ¿Cuál caso solucionó?
        [#1 No abre el correo] [Cancelar]
        ---
        Necesito un número de caso, por ejemplo 12. Elija uno de la lista o escríbalo.

        ¿Cuál caso solucionó?
        [#1 No abre el correo] [Cancelar]
        ");
        ana.says("1").await;
        ana.gives("solve", "Cambié el cable").await;
        ana.reads();
        marta.reads();
    });
}

#[test]
fn forbidden_acts_are_refused_with_a_remedy() {
    in_every_pairing(async |desk| {
        let luis = desk.staff("Luis", Role::Technician, &["tecnologia"]).await;
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        let mut messages = Vec::new();
        for command in ["/aceptar 1", "/solucionar 1 Ya", "/reanudar 1", "/retirar 1", "/caso 77"] {
            luis.says(command).await;
            messages.push(format!("{command}: {}", luis.reads()));
        }
        for command in ["/caso 1", "/caso 2", "/responder 1 hola", "/retirar 1", "/cola", "/nada"] {
            pedro.says(command).await;
            messages.push(format!("{command}: {}", pedro.reads()));
        }
        assert_snapshot!(messages.join("\n"), @"
        /aceptar 1: No encuentro el caso #1 entre los suyos. Con /miscasos ve los que puede consultar.
        /solucionar 1 Ya: No encuentro el caso #1 entre los suyos. Con /miscasos ve los que puede consultar.
        /reanudar 1: No encuentro el caso #1 entre los suyos. Con /miscasos ve los que puede consultar.
        /retirar 1: No encuentro el caso #1 entre los suyos. Con /miscasos ve los que puede consultar.
        /caso 77: No encuentro el caso #77 entre los suyos. Con /miscasos ve los que puede consultar.
        /caso 1: No encuentro el caso #1 entre los suyos. Con /miscasos ve los que puede consultar.
        /caso 2: No encuentro el caso #2 entre los suyos. Con /miscasos ve los que puede consultar.
        /responder 1 hola: No encuentro el caso #1 entre los suyos. Con /miscasos ve los que puede consultar.
        /retirar 1: No encuentro el caso #1 entre los suyos. Con /miscasos ve los que puede consultar.
        /cola: El comando /cola es para el personal de la mesa de ayuda. Con /ayuda ve los suyos.
        /nada: No conozco el comando /nada. Con /ayuda ve los que hay, o escríbame con sus palabras.
        ");
    });
}

#[test]
fn assigning_without_another_technician_is_explained() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        ana.reads();
        marta.reads();
        ana.says("/asignar 1").await;
        assert_snapshot!(ana.reads(), @"
        No hay nadie más en el grupo del caso #1 a quien asignarlo. Si hace falta, escálelo a otro grupo.
        [Cancelar]
        ");
    });
}

#[test]
fn u7_a_ticket_at_the_vendor_waits_and_comes_back() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "El computador no enciende").await;
        ana.says("/aceptar 1").await;
        marta.reads();
        ana.reads();
        ana.says("/proveedor 1 Cambiar la fuente en garantía").await;
        assert_snapshot!(ana.reads(), @"
        El caso #1 queda en manos del proveedor: «Cambiar la fuente en garantía».
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        En espera: Cambiar la fuente en garantía
        «El computador no enciende»
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        ");
        assert_snapshot!(marta.reads(), @"
        Su caso #1 necesita un proveedor externo: «Cambiar la fuente en garantía». Le avisaremos cuando sigamos.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En espera
        Está en espera: Cambiar la fuente en garantía
        [Responder]
        ");
        desk.passes(3_600_000).await;
        ana.says("/reanudar 1").await;
        marta.reads();
        ana.reads();
        ana.says("/nogestionar 1 No es de esta mesa").await;
        assert_snapshot!(ana.reads(), @"El procedimiento del caso #1 no tiene ese paso. Con /caso 1 ve qué se puede hacer.");
    });
}

#[test]
fn v1_not_managed_needs_a_reason_and_a_procedure_that_has_it() {
    let text = include_str!("../../config/procedures/uspec.toml").replace(
        "[statuses]",
        "[statuses]\nnot_managed = { es = \"No gestionado\", en = \"Not managed\" }",
    ) + "\n[[not_managed_reasons]]\nkey = \"alcance\"\n\
           name = { es = \"Está fuera del alcance\", en = \"Out of scope\" }\n";
    let procedure = procedure::read("own.toml", &text).expect("the procedure is valid");
    in_every_pairing_on(&procedure, async |desk| {
        let ana = desk.technician("Ana").await;
        let luz = desk.staff("Luz", Role::Supervisor, &["soporte"]).await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "Mi celular personal no carga").await;
        ana.says("/aceptar 1").await;
        for person in [&ana, &luz, &marta] {
            person.reads();
        }
        luz.says("/nogestionar 1").await;
        luz.presses("Está fuera del alcance").await;
        assert_snapshot!(luz.reads(), @"
        El caso #1 terminó como «No gestionado». Se lo conté al solicitante.
        ---
        ¿Por qué termina el caso #1 como «No gestionado»? Elija el motivo o escríbalo; el solicitante lo leerá.
        [Está fuera del alcance] [Cancelar]
        ---
        ✎ Caso #1 · Mi celular personal no carga
        Estado: No gestionado
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        «Mi celular personal no carga»
        Motivo: Está fuera del alcance
        ");
        assert_snapshot!(ana.reads(), @"
        El caso #1 (Mi celular personal no carga) terminó como «No gestionado»: «Está fuera del alcance».
        ---
        ✎ Caso #1 · Mi celular personal no carga
        Estado: No gestionado
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        «Mi celular personal no carga»
        Motivo: Está fuera del alcance
        ");
        assert_snapshot!(marta.reads(), @"
        Su caso #1 (Mi celular personal no carga) termina como «No gestionado»: «Está fuera del alcance». Si algo cambia o falta por contar, abra un caso relacionado.
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · Mi celular personal no carga
        Estado: No gestionado
        Motivo: Está fuera del alcance
        [Abrir caso relacionado]
        ");
        luz.says("/informe").await;
        assert_snapshot!(luz.reads(), @"
        Informe de marzo de 2026, hasta hoy
        Recibidos: 0 · Resueltos: 0 · Cerrados: 0 · Reabiertos: 0
        Pendientes al empezar: 0 · Entradas: 1 · Salidas: 1 · Al terminar: 0
        No gestionado: 1 (aparte, no cuenta en este informe)
        [← febrero de 2026]
        ");
    });
}
