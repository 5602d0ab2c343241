//! Registering for requesters: reports by telephone, mail or in person (N1), incidents found by the
//! desk itself (C1), and work already done (V7).

use insta::assert_snapshot;
use mesabot::domain::{channel::ChannelKind, person::Role, source::Source, status::Status};

use crate::support::pairing::in_every_pairing;

/// Answers about a requester whose computer does not start.
pub const OF_ANOTHER: [(&str, &str); 6] = [
    ("description", "El computador no enciende"),
    ("category", "Equipo, red o sistema"),
    ("details", "Placa 1234"),
    ("place", "Piso 2"),
    ("impact", "Solo a esa persona"),
    ("urgency", "Con dificultad"),
];

#[test]
fn n1_a_request_by_telephone_belongs_to_its_requester() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta Gómez");
        let other = desk.requester("Marta Ruiz");
        desk.opens_ticket(&marta, "No abre el correo").await;
        other.says("/ayuda").await;
        for person in [&ana, &marta, &other] {
            person.reads();
        }
        ana.says("/registrar").await;
        ana.fills(&[("source", "Por teléfono"), ("person", "marta")]).await;
        let asked = ana.reads();
        let network = match other.network() {
            ChannelKind::Discord => "Discord",
            _ => "Telegram",
        };
        assert_eq!(
            asked,
            format!(
                "¿A cuál se refiere? Si no es ninguna de estas personas, anoto el nombre.\n\
                 [Marta Gómez · Piso 2] [Marta Ruiz · {network}] [Anotar a marta] [Atrás] [Cancelar]"
            )
        );
        ana.says("gomez").await;
        assert_snapshot!(ana.reads(), @"
        ¿A cuál se refiere? Si no es ninguna de estas personas, anoto el nombre.
        [Marta Gómez · Piso 2] [Anotar a gomez] [Atrás] [Cancelar]
        ");
        ana.presses("Marta Gómez · Piso 2").await;
        ana.fills(&OF_ANOTHER).await;
        assert_snapshot!(ana.reads(), @"
        Así quedaría el caso de Marta Gómez:
        Descripción: El computador no enciende
        Categoría: Equipo, red o sistema
        Detalles: Placa 1234
        Lugar: Piso 2
        Afecta: Solo a esa persona
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja
        Origen: por teléfono

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads(), @"
        Registré el caso #2 para Marta Gómez y se lo avisé.
        ---
        Caso #2 · El computador no enciende
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta Gómez · Piso 2
        Origen: por teléfono · Registró: Ana
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
        assert_snapshot!(marta.reads(), @"
        Ana, de la mesa de ayuda, registró para usted el caso #2 (El computador no enciende). Aquí puede seguirlo; si algo no es así, use Responder.
        ---
        Caso #2 · El computador no enciende
        Estado: Nueva
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda. Le contestamos a más tardar el lunes 2 de marzo a las 8:15 a. m. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        [Retirar]
        ");
        let ticket = desk.newest().await;
        assert_eq!((ticket.source, ticket.status), (Source::Phone, Status::New));
        assert_ne!(ticket.requester_id, ticket.registered_by);
        assert_eq!(ticket.origin, ana.network());
    });
}

#[test]
fn c1_an_incident_found_by_the_desk_is_distinguished() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        ana.says("/registrar").await;
        ana.fills(&[("source", "Lo encontró la mesa")]).await;
        // A form without a person has answered the question; elsewhere the question is asked.
        if ana.network() == ChannelKind::Telegram {
            assert_snapshot!(ana.reads(), @"
            ¿Para quién es? Escriba su nombre.
            [Para nadie en particular] [Atrás] [Cancelar]
            ");
            ana.presses("Para nadie en particular").await;
        }
        ana.fills(&[
            ("description", "La impresora del piso 3 mancha"),
            ("category", "Impresión y copiado"),
            ("details", "La del pasillo"),
            ("place", "Piso 3"),
            ("impact", "A mi área"),
            ("urgency", "Sí, sin problema"),
        ])
        .await;
        assert_snapshot!(ana.reads(), @"
        Así quedaría su caso:
        Descripción: La impresora del piso 3 mancha
        Categoría: Impresión y copiado
        Detalles: La del pasillo
        Lugar: Piso 3
        Afecta: A mi área
        ¿Puede trabajar?: Sí, sin problema
        Prioridad: Baja
        Origen: proactivo

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads(), @"
        Caso #1 · La impresora del piso 3 mancha
        Estado: Nueva
        Quedó registrado. Lo atenderá el equipo de Impresión y copiado. Le contestamos a más tardar el lunes 2 de marzo a las 8:15 a. m. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder] [Nota interna]
        [Retirar]
        ");
        let ticket = desk.newest().await;
        assert_eq!(ticket.source, Source::Proactive);
        assert_eq!(ticket.requester_id, ticket.registered_by);
        let luis = desk.staff("Luis", Role::Technician, &["impresion"]).await;
        luis.says("/caso 1").await;
        assert_snapshot!(luis.reads(), @"
        Caso #1 · La impresora del piso 3 mancha
        Estado: Nueva
        Impresión y copiado · Incidente · Prioridad Baja
        Solicita: Ana · Piso 3
        Origen: proactivo · Registró: Ana
        Grupo: Impresión y copiado
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «La impresora del piso 3 mancha»
        Detalles: La del pasillo
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
    });
}

#[test]
fn v7_finished_work_is_registered_with_its_solution() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.technician("Luis").await;
        let marta = desk.requester("Marta Gómez");
        marta.says("/ayuda").await;
        marta.reads();
        ana.says("/registrar").await;
        ana.fills(&[("source", "Ya lo atendí"), ("person", "Marta Gómez")]).await;
        let shown = ana.reads();
        assert!(shown.contains("[Marta Gómez · "), "{shown}");
        let network = if marta.network() == ChannelKind::Discord { "Discord" } else { "Telegram" };
        ana.presses(&format!("Marta Gómez · {network}")).await;
        let mut answers = OF_ANOTHER.to_vec();
        answers.push(("solution", "Cambié el cable de poder"));
        ana.fills(&answers).await;
        assert_snapshot!(ana.reads(), @"
        Así quedaría el caso de Marta Gómez:
        Descripción: El computador no enciende
        Categoría: Equipo, red o sistema
        Detalles: Placa 1234
        Lugar: Piso 2
        Afecta: Solo a esa persona
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja
        Qué se hizo: Cambié el cable de poder
        Origen: ya atendido

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads(), @"
        Registré el caso #1 para Marta Gómez con lo que usted hizo, y se lo avisé.
        ---
        Caso #1 · El computador no enciende
        Estado: Resuelta
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta Gómez · Piso 2
        Origen: ya atendido · Registró: Ana
        Atiende: Ana
        «El computador no enciende»
        Detalles: Placa 1234
        Solución: Cambié el cable de poder
        [Responder] [Nota interna]
        ");
        assert_snapshot!(marta.reads(), @"
        Ana, de la mesa de ayuda, registró como caso #1 (El computador no enciende) lo que ya le atendió.
        ---
        Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Cambié el cable de poder»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el martes 3 de marzo a las 8:00 a. m.
        [Sí] [No]
        ");
        assert_eq!(luis.reads(), "", "finished work is offered to no technician");
        marta.presses("Sí").await;
        marta.presses("5").await;
        marta.skips().await;
        assert_snapshot!(marta.reads(), @"
        Gracias por su respuesta.
        ---
        ✎ Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Cambié el cable de poder»

        ¡Qué bueno! ¿Cómo califica la atención? 1 es mala y 5 es excelente.
        [1] [2] [3] [4] [5]
        ---
        ✎ Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Cambié el cable de poder»

        Gracias por calificarnos con 5 de 5. El caso #1 queda cerrado.
        [Abrir caso relacionado]
        ");
        assert_snapshot!(ana.reads(), @"
        El solicitante confirmó la solución del caso #1 y calificó la atención con 5 de 5. El caso queda cerrado.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Cerrada
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta Gómez · Piso 2
        Origen: ya atendido · Registró: Ana
        Atiende: Ana
        «El computador no enciende»
        Detalles: Placa 1234
        Solución: Cambié el cable de poder
        ");
        let ticket = desk.newest().await;
        assert_eq!((ticket.source, ticket.status), (Source::AfterTheFact, Status::Closed));
        ana.says("/sla 1").await;
        assert_snapshot!(ana.reads(), @"
        Tiempos del caso #1

        Atención (hasta 15 min, en horario de servicio)
        Ana lo tomó hoy a las 8:00 a. m., a tiempo: tardó 0 min.

        Solución (hasta 30 min, en horario de servicio)
        Suma: 0 min de 30 min. A tiempo.
        ");
    });
}

#[test]
fn v7_finished_work_without_survey_is_closed_at_once() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta Gómez");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();
        ana.says("/registrar gómez").await;
        ana.fills(&[("source", "Ya lo atendí")]).await;
        ana.presses("Marta Gómez · Piso 2").await;
        let mut answers = OF_ANOTHER.to_vec();
        answers[1].1 = "Impresión y copiado";
        answers.push(("solution", "Quité el papel atascado"));
        ana.fills(&answers).await;
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads_beside_the_question(), @"
        Registré el caso #2 para Marta Gómez con lo que usted hizo, y se lo avisé.
        ---
        Caso #2 · El computador no enciende
        Estado: Cerrada
        Impresión y copiado · Incidente · Prioridad Baja
        Solicita: Marta Gómez · Piso 2
        Origen: ya atendido · Registró: Ana
        Atiende: Ana
        «El computador no enciende»
        Detalles: Placa 1234
        Solución: Quité el papel atascado
        ");
        assert_snapshot!(marta.reads(), @"
        Ana, de la mesa de ayuda, registró como caso #2 (El computador no enciende) lo que ya le atendió.

        Su caso #2 (El computador no enciende) quedó solucionado y cerrado: en esta categoría el procedimiento A3-PR-01 no pide encuesta de satisfacción.
        Solución: Quité el papel atascado
        Si no quedó bien, abra un caso relacionado.
        [Abrir caso relacionado]
        ");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.group_key.as_str()), (Status::Closed, "soporte"));
        marta.says("/registrar").await;
        assert_snapshot!(marta.reads(), @"El comando /registrar es para el personal de la mesa de ayuda. Con /ayuda ve los suyos.");
    });
}

#[test]
fn v7_a_supervisor_without_group_cannot_register_finished_work() {
    in_every_pairing(async |desk| {
        let sonia = desk.staff("Sonia", Role::Supervisor, &[]).await;
        sonia.says("/registrar").await;
        // On Discord the same choices are in a form.
        if sonia.network() == ChannelKind::Telegram {
            assert_snapshot!(sonia.reads(), @"
            ¿Cómo llegó esta solicitud?
            [Por teléfono] [Por correo] [En persona] [Lo encontró la mesa] [Cancelar]
            ");
        }
        sonia.gives_up().await;
        assert_snapshot!(sonia.reads(), @"Listo, lo dejé así.");
    });
}
