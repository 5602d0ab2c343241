//! The life of a ticket as its people read it, from the first message to the answered survey.

use insta::assert_snapshot;
use mesabot::domain::status::Status;

use crate::support::pairing::in_every_pairing;

#[test]
fn a_ticket_is_reported_solved_rejected_solved_again_and_rated() {
    in_every_pairing(async |desk| {
        let requester = desk.requester("Marta");
        let technician = desk.technician("Ana").await;

        requester.says("El computador no enciende").await;
        assert_snapshot!(requester.reads(), @"
        «El computador no enciende»

        ¿Abro un caso con esto?
        [Abrir caso] [Cancelar]
        ");
        requester.presses("Abrir caso").await;
        let answers = [
            ("category", "Equipo, red o sistema"),
            ("details", "Placa 4711"),
            ("place", "Sede principal, piso 2"),
            ("impact", "Solo a mí"),
            ("urgency", "No puedo trabajar"),
        ];
        requester.fills(&answers).await;
        assert_snapshot!(requester.reads(), @"
        Así quedaría su caso:
        Descripción: El computador no enciende
        Categoría: Equipo, red o sistema
        Detalles: Placa 4711
        Lugar: Sede principal, piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: No puedo trabajar
        Prioridad: Media

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        requester.presses("Registrar").await;
        assert_snapshot!(requester.reads(), @"
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
        El caso #1 es suyo.
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
        [Depende del proveedor] [Falta información] [La persona no está] [Falta un repuesto] [Cancelar]
        ");
        technician.presses("Falta un repuesto").await;
        assert_snapshot!(technician.reads(), @"
        El caso #1 queda en espera: «Falta un repuesto».
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
        assert_snapshot!(technician.reads(), @"
        El caso #1 sigue en curso.
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
        Seguimos con su caso #1. Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        ");

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
        requester.gives("reject", "Se apaga sola").await;
        assert_snapshot!(requester.reads(), @"
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
        assert_snapshot!(technician.reads(), @"
        El caso #1 no quedó solucionado y vuelve a usted. Falta: Se apaga sola
        ---
        Caso #1 · El computador no enciende
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Media
        Solicita: Marta · Sede principal, piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «El computador no enciende»
        Detalles: Placa 4711
        Falta: Se apaga sola
        Solución: Cambié la fuente
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
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
        ");

        technician.presses("Solucionar").await;
        technician.gives("solve", "Limpié el ventilador").await;
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
        Solución: Limpié el ventilador
        [Responder] [Nota interna]
        ");
        assert_snapshot!(requester.reads(), @"
        Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Limpié el ventilador»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el martes 3 de marzo a las 8:00 a. m.
        [Sí] [No]
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Resuelta
        Ana dio una solución: Limpié el ventilador
        [Responder]
        ");

        requester.presses("Sí").await;
        assert_snapshot!(requester.reads(), @"
        ✎ Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Limpié el ventilador»

        ¡Qué bueno! ¿Cómo califica la atención? 1 es mala y 5 es excelente.
        [1] [2] [3] [4] [5]
        ");
        requester.presses("5").await;
        assert_snapshot!(requester.reads_beside_the_question(), @"
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
        ");
        assert_snapshot!(technician.reads(), @"
        El solicitante confirmó la solución del caso #1 y calificó la atención con 5 de 5. El caso queda cerrado.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Cerrada
        Equipo, red o sistema · Incidente · Prioridad Media
        Solicita: Marta · Sede principal, piso 2
        Origen: por chat
        Atiende: Ana
        «El computador no enciende»
        Detalles: Placa 4711
        Solución: Limpié el ventilador
        ");
        requester.gives("comment", "Muy amable").await;
        assert_snapshot!(requester.reads(), @"Gracias. Guardé su comentario en el caso #1.");
        assert_snapshot!(technician.reads(), @"Comentario del solicitante sobre el caso #1: Muy amable");

        let number = desk.newest().await.number;
        assert_eq!(desk.ticket(number).await.status, Status::Closed);
    });
}
