//! What only Telegram shows: every question of a dialogue as a message that replaces the previous
//! one, buttons in rows, notes on pressed buttons (`~`), and kinds of messages that Discord lacks.
//! The same stories in words alone run in every pairing.

use insta::assert_snapshot;
use mesabot::domain::{
    person::{Access, Role},
    status::Status,
};

use crate::support::{
    desk::{scenario, scenario_with},
    telegram::AttachmentSample,
};

#[tokio::test]
async fn every_step_can_go_back_and_be_cancelled() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("/nuevo").await;
        assert_snapshot!(marta.reads(), @"
        Cuénteme qué pasa o qué necesita, con sus palabras.
        [Cancelar]
        ");
        marta.says("No abre el correo").await;
        marta.presses("Correo y ofimática").await;
        marta.says("Piso 3").await;
        marta.presses("Solo a mí").await;
        marta.reads();
        let mut questions = Vec::new();
        for _ in 0..4 {
            marta.presses("Atrás").await;
            questions.push(marta.reads());
        }
        assert_snapshot!(questions.join("\n===\n"), @"
        ✎ ¿A quién afecta?
        [Solo a mí]
        [A mi área]
        [A toda la entidad]
        [Atrás] [Cancelar]
        ===
        ✎ ¿Dónde está usted? Elija o escriba el lugar: sede, piso, oficina.
        [Sede principal]
        [Trabajo en casa]
        [Atrás] [Cancelar]
        ===
        ✎ ¿De qué se trata?
        [Equipo, red o sistema] [Correo y ofimática]
        [Impresión y copiado] [Cuentas y entrega de equipos]
        [Configurar red o aplicación] [Desarrollo de software]
        [Publicación en la página web] [Incidente de seguridad]
        [Atrás] [Cancelar]
        ===
        ✎ Cuénteme qué pasa o qué necesita, con sus palabras.
        [Cancelar]
        ");
        marta.presses("Cancelar").await;
        assert_snapshot!(marta.reads(), @"
        ✎ Cuénteme qué pasa o qué necesita, con sus palabras.
        ---
        Listo, lo dejé así.
        ");
        marta.says("/cancelar").await;
        assert_snapshot!(marta.reads(), @"No hay nada por cancelar.");
    })
    .await;
}

#[tokio::test]
async fn each_question_is_a_message_and_each_short_answer_a_note() {
    scenario(async |desk| {
        let requester = desk.requester("Marta");
        let technician = desk.technician("Ana").await;

        requester.says("El computador no enciende").await;
        assert_snapshot!(requester.reads(), @"
        «El computador no enciende»

        ¿Abro un caso con esto?
        [Abrir caso]
        [Cancelar]
        ");
        requester.presses("Abrir caso").await;
        assert_snapshot!(requester.reads(), @"
        ✎ ¿De qué se trata?
        [Equipo, red o sistema] [Correo y ofimática]
        [Impresión y copiado] [Cuentas y entrega de equipos]
        [Configurar red o aplicación] [Desarrollo de software]
        [Publicación en la página web] [Incidente de seguridad]
        [Cancelar]
        ");
        requester.presses("Equipo, red o sistema").await;
        assert_snapshot!(requester.reads(), @"
        ✎ ¿Qué equipo o sistema es? Si el equipo tiene placa de inventario, escríbala.
        [No lo sé]
        [Atrás] [Cancelar]
        ");
        requester.says("Placa 4711").await;
        assert_snapshot!(requester.reads(), @"
        ✎ ¿Qué equipo o sistema es? Si el equipo tiene placa de inventario, escríbala.
        ---
        ¿Dónde está usted? Elija o escriba el lugar: sede, piso, oficina.
        [Sede principal]
        [Trabajo en casa]
        [Atrás] [Cancelar]
        ");
        requester.says("Sede principal, piso 2").await;
        assert_snapshot!(requester.reads(), @"
        ✎ ¿Dónde está usted? Elija o escriba el lugar: sede, piso, oficina.
        ---
        ¿A quién afecta?
        [Solo a mí]
        [A mi área]
        [A toda la entidad]
        [Atrás] [Cancelar]
        ");
        requester.presses("Solo a mí").await;
        assert_snapshot!(requester.reads(), @"
        ✎ ¿Puede trabajar mientras tanto?
        [Sí, sin problema]
        [Con dificultad]
        [No puedo trabajar]
        [Atrás] [Cancelar]
        ");
        requester.presses("No puedo trabajar").await;
        assert_snapshot!(requester.reads(), @"
        ✎ Así quedaría su caso:
        Descripción: El computador no enciende
        Categoría: Equipo, red o sistema
        Detalles: Placa 4711
        Lugar: Sede principal, piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: No puedo trabajar
        Prioridad: Media

        ¿Lo registro?
        [Registrar]
        [Atrás] [Cancelar]
        ");
        requester.presses("Registrar").await;
        assert_snapshot!(requester.reads(), @"
        ✎ Así quedaría su caso:
        Descripción: El computador no enciende
        Categoría: Equipo, red o sistema
        Detalles: Placa 4711
        Lugar: Sede principal, piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: No puedo trabajar
        Prioridad: Media

        ¿Lo registro?
        ---
        Caso #1 · El computador no enciende
        Estado: Nueva
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda. Le contestamos a más tardar el lunes 2 de marzo a las 8:15 a. m. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        [Retirar]
        ");
        assert_snapshot!(technician.reads(), @"
        Caso #1 · El computador no enciende
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Media
        Solicita: Marta · Sede principal, piso 2
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «El computador no enciende»
        Detalles: Placa 4711
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");

        technician.presses("Aceptar").await;
        assert_snapshot!(technician.reads(), @"
        ~ El caso #1 es suyo.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Media
        Solicita: Marta · Sede principal, piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «El computador no enciende»
        Detalles: Placa 4711
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
        assert_snapshot!(requester.reads(), @"
        Ana ya atiende su caso #1 (El computador no enciende). Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        ");

        technician.presses("Suspender").await;
        assert_snapshot!(technician.reads(), @"
        ¿Por qué queda en espera el caso #1? Elija el motivo o escríbalo; el solicitante lo leerá.
        [Depende del proveedor]
        [Falta información]
        [La persona no está]
        [Falta un repuesto]
        [Cancelar]
        ");
        technician.presses("Falta un repuesto").await;
        assert_snapshot!(technician.reads(), @"
        ✎ ¿Por qué queda en espera el caso #1? Elija el motivo o escríbalo; el solicitante lo leerá.
        ---
        ~ El caso #1 queda en espera: «Falta un repuesto».
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Media
        Solicita: Marta · Sede principal, piso 2
        Origen: por chat
        Atiende: Ana
        En espera: Falta un repuesto
        «El computador no enciende»
        Detalles: Placa 4711
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        ");
        assert_snapshot!(requester.reads(), @"
        Su caso #1 queda en espera: «Falta un repuesto». Le avisaremos cuando sigamos.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En espera
        Está en espera: Falta un repuesto
        [Responder]
        ");

        technician.presses("Reanudar").await;
        assert!(technician.reads().starts_with("~ El caso #1 sigue en curso."));
        requester.reads();

        technician.says("/solucionar 1 Cambié la fuente").await;
        assert_snapshot!(technician.reads(), @"
        Guardé la solución del caso #1 y se la envié al solicitante.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Resuelta
        Equipo, red o sistema · Incidente · Prioridad Media
        Solicita: Marta · Sede principal, piso 2
        Origen: por chat
        Atiende: Ana
        «El computador no enciende»
        Detalles: Placa 4711
        Solución: Cambié la fuente
        [Responder] [Nota interna]
        ");
        assert_snapshot!(requester.reads(), @"
        Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Cambié la fuente»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el martes 3 de marzo a las 8:00 a. m.
        [Sí] [No]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Resuelta
        Ana dio una solución: Cambié la fuente
        [Responder]
        ");

        requester.presses("No").await;
        assert_snapshot!(requester.reads(), @"
        Lamento que el caso #1 siga sin solución. ¿Qué falta?
        [Cancelar]
        ");
        requester.says("Se apaga sola").await;
        assert_snapshot!(requester.reads(), @"
        ✎ Lamento que el caso #1 siga sin solución. ¿Qué falta?
        ---
        Reabrí su caso #1. Lo atiende de nuevo Ana.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        ---
        ✎ Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Cambié la fuente»

        El caso #1 está abierto de nuevo.
        ");
        technician.reads();

        technician.presses("Solucionar").await;
        assert_snapshot!(technician.reads(), @"
        ¿Cómo se solucionó el caso #1? El solicitante leerá su respuesta.
        [Cancelar]
        ");
        technician.says("Limpié el ventilador").await;
        assert!(technician.reads().starts_with("✎ ¿Cómo se solucionó el caso #1?"));
        requester.reads();

        requester.presses("Sí").await;
        assert_snapshot!(requester.reads(), @"
        ✎ Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Limpié el ventilador»

        ¡Qué bueno! ¿Cómo califica la atención? 1 es mala y 5 es excelente.
        [1] [2] [3] [4] [5]
        ");
        requester.presses("5").await;
        assert_snapshot!(requester.reads(), @"
        ✎ Caso #1 · El computador no enciende
        Estado: Cerrada
        Solución: Limpié el ventilador
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Limpié el ventilador»

        Gracias por calificarnos con 5 de 5. El caso #1 queda cerrado.
        [Abrir caso relacionado]
        ---
        Si quiere, escriba un comentario sobre la atención del caso #1.
        [Omitir]
        ");
        technician.reads();
        requester.says("Muy amable").await;
        assert_snapshot!(requester.reads(), @"
        ✎ Si quiere, escriba un comentario sobre la atención del caso #1.
        ---
        Gracias. Guardé su comentario en el caso #1.
        ");
        assert_snapshot!(technician.reads(), @"Comentario del solicitante sobre el caso #1: Muy amable");

        let number = desk.newest().await.number;
        assert_eq!(desk.ticket(number).await.status, Status::Closed);
    })
    .await;
}

#[tokio::test]
async fn a_forged_code_grants_nothing() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        ana.says("/solucionar 1 Listo").await;
        let (message, no) = desk.emulator.button(marta.id, "No").unwrap();
        marta.reads();
        ana.reads();
        marta.presses_code(marta.id, message, "zz:9").await;
        assert_snapshot!(marta.reads(), @"~ Ese botón ya no sirve. Escriba /ayuda para ver qué puede hacer.");
        // The technician presses a button of the requester's chat: a code grants no right.
        ana.presses_code(ana.id, 1, &no).await;
        assert_snapshot!(ana.reads(), @"~ Solo quien pidió el caso #1 puede responder esto.");
        assert_eq!(desk.newest().await.status, Status::Solved);
        assert_eq!(desk.emulator.read(|ledger| ledger.answers().count()), desk.presses_so_far());
    })
    .await;
}

#[tokio::test]
async fn g16_a_stranger_who_presses_a_button_gets_the_neutral_answer() {
    scenario_with(Access::Invite, async |desk| {
        let ana = desk.staff("Ana", Role::Technician, &["soporte"]).await;
        let marta = desk.stranger("Marta", "es");
        marta.presses_code(marta.id, 1, "t:a:1").await;
        assert_snapshot!(marta.reads(), @"~ Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.");
        assert_eq!(ana.reads(), "");
    })
    .await;
}

#[tokio::test]
async fn locations_and_stickers_are_kept_by_reference() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        for sample in [AttachmentSample::Location, AttachmentSample::Sticker] {
            desk.emulator.sends_attachment(marta.id, marta.id, sample, "");
            desk.settle().await;
        }
        assert_snapshot!(marta.reads(), @"
        Recibí la ubicación. En el caso queda solo la referencia, así que cuénteme también con palabras de qué se trata.

        ¿Abro un caso con esto?
        [Abrir caso]
        [Cancelar]
        ---
        ✎ Recibí la ubicación. En el caso queda solo la referencia, así que cuénteme también con palabras de qué se trata.

        ¿Abro un caso con esto?
        ---
        Recibí 2 adjuntos. En el caso queda solo la referencia, así que cuénteme también con palabras de qué se trata.

        ¿Abro un caso con esto?
        [Abrir caso]
        [Cancelar]
        ");
    })
    .await;
}

#[tokio::test]
async fn blanks_are_no_description() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("/nuevo").await;
        marta.says("  ").await;
        let asked = marta.reads();
        assert_eq!(asked.matches("[Cancelar]").count(), 2, "asked again: {asked}");
        marta.says("/cancelar").await;
        marta.reads();
    })
    .await;
}
