//! PT.0720.19 of the CVC, rules C1 to C9: reported and found incidents, guidance, routes to other
//! procedures, levels, training, and the answer that closes a case.

mod guidance;
mod levels;
mod routes;

use insta::assert_snapshot;
use mesabot::{
    config,
    domain::{
        channel::ChannelKind,
        ending::Ending,
        event::Event,
        person::Role,
        priority::Priority,
        procedure::Procedure,
        status::Status,
        time::{HOUR, MINUTE},
    },
    service::ticket::find,
};

use crate::support::pairing::{PairedDesk, Person, in_every_pairing_on};

/// The questions after the category, on a network that asks one question at a time.
const BEHIND: [(&str, &str); 3] =
    [("place", "Piso 2"), ("impact", "Solo a mí"), ("urgency", "Con dificultad")];

fn cvc() -> Procedure {
    config::procedure::named("cvc", &config::Sources::new(".")).expect("the procedure is valid")
}

/// A requester writes and chooses a category; a form carries the other answers too.
async fn reports(person: &Person<'_>, words: &str, category: &str) {
    person.says(words).await;
    person.presses("Abrir caso").await;
    let mut answers = vec![("category", category)];
    if person.network() == ChannelKind::Discord {
        answers.extend(BEHIND);
    }
    person.fills(&answers).await;
}

/// The requester answers the questions after the category, where a form has not answered them yet,
/// and registers.
async fn goes_on(person: &Person<'_>) {
    if person.network() != ChannelKind::Discord {
        person.fills(&BEHIND).await;
    }
    let summary = person.reads();
    assert!(summary.contains("¿Lo registro?"), "{summary}");
    person.presses("Registrar").await;
}

/// A requester reports an incident in a category without guidance.
async fn opens(person: &Person<'_>, words: &str) {
    reports(person, words, "Instalar o mover un equipo").await;
    goes_on(person).await;
}

async fn history(desk: &PairedDesk) -> Vec<Event> {
    let ticket = desk.newest().await;
    let entries = find::history(desk.app.database.reader(), ticket.id).await.unwrap();
    entries.into_iter().map(|entry| entry.event).collect()
}

#[test]
fn c1_c4_c5_c6_c7_c8_c9_a_case_goes_from_reception_to_its_answer() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.staff("Luis", Role::Technician, &["nivel2"]).await;
        let marta = desk.requester("Marta");
        reports(&marta, "La impresora saca hojas en blanco", "Impresora o escáner").await;
        assert_snapshot!(marta.reads(), @"
        Antes de abrir el caso, pruebe esto (paso 1 de 3):

        Revise que la impresora esté encendida, con papel y sin hojas atascadas.

        ¿Funcionó?
        [Sí] [No, sigamos] [Pasar a un técnico] [Atrás] [Cancelar]
        ");
        marta.fills(&[("self-help", "No, sigamos"), ("self-help", "No, sigamos")]).await;
        assert_snapshot!(marta.reads(), @"
        Probemos otra cosa (paso 3 de 3):

        Apague la impresora, espere un minuto, enciéndala y pruebe otra vez.

        ¿Funcionó?
        [Sí] [No, sigamos] [Pasar a un técnico] [Atrás] [Cancelar]
        ");
        marta.presses("Pasar a un técnico").await;
        goes_on(&marta).await;
        assert_snapshot!(marta.reads(), @"
        Caso #1 · La impresora saca hojas en blanco
        Estado: Recibido
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda. Le contestamos a más tardar el lunes 2 de marzo a las 9:00 a. m. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 5:00 p. m.
        [Responder]
        [Retirar]
        ");
        assert_snapshot!(ana.reads(), @"
        Caso #1 · La impresora saca hojas en blanco
        Estado: Recibido
        Impresora o escáner · Incidente · Prioridad Media
        Solicita: Marta · Piso 2
        Origen: correctivo, por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 9:00 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 5:00 p. m.
        «La impresora saca hojas en blanco»
        Ya intentó:
        1. Revise que la impresora esté encendida, con papel y sin hojas atascadas.
        2. Cancele los trabajos pendientes en la cola de impresión y envíe de nuevo una sola hoja.
        [Aceptar]
        [Escalar]
        [Responder] [Nota interna]
        [Pasar a Mantenimiento correctivo] [No gestionar]
        [Remitir a otro procedimiento]
        ");
        ana.presses("Aceptar").await;
        assert_eq!(desk.newest().await.status, Status::InProgress);
        marta.reads();
        ana.reads();
        ana.says("/escalar 1 [nivel2] El rodillo no calienta").await;
        assert_snapshot!(marta.reads(), @"
        Pasamos su caso #1 al equipo de Soporte de segundo nivel, que puede resolverlo mejor. Le avisaremos cuando lo tomen.
        ---
        ✎ Caso #1 · La impresora saca hojas en blanco
        Estado: Escalado
        Ahora está en manos del equipo de Soporte de segundo nivel. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 5:00 p. m.
        [Responder]
        ");
        assert_snapshot!(luis.reads(), @"
        Caso #1 · La impresora saca hojas en blanco
        Estado: Escalado
        Impresora o escáner · Incidente · Prioridad Media
        Solicita: Marta · Piso 2
        Origen: correctivo, por chat
        Grupo: Soporte de segundo nivel
        Solucionar a más tardar el lunes 2 de marzo a las 5:00 p. m.
        «La impresora saca hojas en blanco»
        Ya intentó:
        1. Revise que la impresora esté encendida, con papel y sin hojas atascadas.
        2. Cancele los trabajos pendientes en la cola de impresión y envíe de nuevo una sola hoja.
        Escalado porque: El rodillo no calienta
        [Aceptar] [Solucionar]
        [Escalar]
        [Responder] [Nota interna]
        [Pasar a Mantenimiento correctivo] [No gestionar]
        [Remitir a otro procedimiento]
        ");
        luis.presses("Aceptar").await;
        luis.reads();
        luis.says("/capacitacion 1 Cómo limpiar el rodillo").await;
        assert_snapshot!(luis.reads(), @"
        Quedó registrada la capacitación en el caso #1. Se lo conté al solicitante.
        ---
        ✎ Caso #1 · La impresora saca hojas en blanco
        Estado: En atención
        Impresora o escáner · Incidente · Prioridad Media
        Solicita: Marta · Piso 2
        Origen: correctivo, por chat
        Atiende: Luis
        Solucionar a más tardar el lunes 2 de marzo a las 5:00 p. m.
        «La impresora saca hojas en blanco»
        Ya intentó:
        1. Revise que la impresora esté encendida, con papel y sin hojas atascadas.
        2. Cancele los trabajos pendientes en la cola de impresión y envíe de nuevo una sola hoja.
        Capacitación: Cómo limpiar el rodillo
        [Solucionar]
        [Escalar]
        [Responder] [Nota interna]
        [Pasar a Mantenimiento correctivo] [No gestionar]
        [Remitir a otro procedimiento]
        ");
        Box::pin(the_requester_rejects_and_then_accepts(desk, [&ana, &luis, &marta])).await;
    });
}

/// Not satisfied, then satisfied (C8); the answer is on the case and in the requester's chat (C9).
async fn the_requester_rejects_and_then_accepts(desk: &PairedDesk, people: [&Person<'_>; 3]) {
    let [ana, luis, marta] = people;
    luis.says("/solucionar 1 Cambié el fusor").await;
    luis.reads();
    ana.reads();
    assert_snapshot!(marta.reads(), @"
    Luis ya atiende su caso #1 (La impresora saca hojas en blanco). Esperamos solucionarlo a más tardar hoy a las 5:00 p. m.
    ---
    ✎ Caso #1 · La impresora saca hojas en blanco
    Estado: En atención
    Lo atiende Luis. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 5:00 p. m.
    [Responder]
    ---
    Quedó registrada la capacitación que recibió con el caso #1 (La impresora saca hojas en blanco): «Cómo limpiar el rodillo».
    ---
    ✎ Caso #1 · La impresora saca hojas en blanco
    Estado: En atención
    Lo atiende Luis. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 5:00 p. m.
    Capacitación: Cómo limpiar el rodillo
    [Responder]
    ---
    Caso #1 · La impresora saca hojas en blanco
    Luis dio esta solución:
    «Cambié el fusor»

    ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el miércoles 4 de marzo a las 8:00 a. m.
    [Sí] [No]
    ---
    ✎ Caso #1 · La impresora saca hojas en blanco
    Estado: Solucionado
    Luis dio una solución: Cambié el fusor
    Capacitación: Cómo limpiar el rodillo
    [Responder]
    ");
    marta.presses("No").await;
    marta.gives("reject", "Sale una raya negra").await;
    assert_eq!(desk.newest().await.status, Status::Reopened, "C8");
    luis.says("/solucionar 1 Cambié también el tóner").await;
    luis.reads();
    marta.reads();
    marta.presses("Sí").await;
    marta.presses("5").await;
    marta.skips().await;
    assert_snapshot!(marta.reads(), @"
    Gracias por su respuesta.
    ---
    ✎ Caso #1 · La impresora saca hojas en blanco
    Luis dio esta solución:
    «Cambié también el tóner»

    ¡Qué bueno! ¿Cómo califica la atención? 1 es mala y 5 es excelente.
    [1] [2] [3] [4] [5]
    ---
    ✎ Caso #1 · La impresora saca hojas en blanco
    Estado: Cerrado
    Solución: Cambié también el tóner
    Capacitación: Cómo limpiar el rodillo
    [Abrir caso relacionado]
    ---
    ✎ Caso #1 · La impresora saca hojas en blanco
    Luis dio esta solución:
    «Cambié también el tóner»

    Gracias por calificarnos con 5 de 5. El caso #1 queda cerrado.
    [Abrir caso relacionado]
    ");
    luis.reads();
    ana.reads();
    let ticket = desk.newest().await;
    assert_eq!(ticket.ending, Some(Ending::Authorised), "C8");
    assert_eq!(ticket.solution.as_deref(), Some("Cambié también el tóner"), "C9");
    assert_eq!((ticket.level, ticket.promise_level), (2, Some(1)), "C6");
}

#[test]
fn c1_reported_and_found_incidents_are_registered_and_distinguished() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        opens(&marta, "Necesito mover mi computador").await;
        assert_snapshot!(ana.reads(), @"
        Caso #1 · Necesito mover mi computador
        Estado: Recibido
        Instalar o mover un equipo · Requerimiento · Prioridad Media
        Solicita: Marta · Piso 2
        Origen: correctivo, por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 9:00 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 5:00 p. m.
        «Necesito mover mi computador»
        [Aceptar]
        [Escalar]
        [Responder] [Nota interna]
        [Pasar a Mantenimiento correctivo] [No gestionar]
        [Remitir a otro procedimiento]
        ");
        marta.reads();
        ana.says("/registrar").await;
        ana.fills(&[("source", "Lo encontró la mesa")]).await;
        if ana.network() == ChannelKind::Telegram {
            ana.presses("Para nadie en particular").await;
        }
        // C5: an incident found by the desk needs no guidance.
        ana.fills(&[
            ("description", "El disco de la sala 3 está por llenarse"),
            ("category", "Computador o portátil"),
            ("details", "Placa 77"),
            ("place", "Sala 3"),
            ("impact", "A mi área"),
            ("urgency", "Sí, sin problema"),
        ])
        .await;
        assert_snapshot!(ana.reads(), @"
        Así quedaría su caso:
        Descripción: El disco de la sala 3 está por llenarse
        Categoría: Computador o portátil
        Detalles: Placa 77
        Lugar: Sala 3
        Afecta: A mi área
        ¿Puede trabajar?: Sí, sin problema
        Prioridad: Media
        Origen: proactivo

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads(), @"
        Caso #2 · El disco de la sala 3 está por llenarse
        Estado: Recibido
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda. Le contestamos a más tardar el lunes 2 de marzo a las 9:00 a. m. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 5:00 p. m.
        [Aceptar]
        [Escalar]
        [Responder] [Nota interna]
        [Pasar a Mantenimiento correctivo] [No gestionar]
        [Remitir a otro procedimiento] [Retirar]
        ---
        Caso #2 · El disco de la sala 3 está por llenarse
        Estado: Recibido
        Computador o portátil · Incidente · Prioridad Media
        Solicita: Ana · Sala 3
        Origen: proactivo · Registró: Ana
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 9:00 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 5:00 p. m.
        «El disco de la sala 3 está por llenarse»
        Detalles: Placa 77
        [Aceptar]
        [Escalar]
        [Responder] [Nota interna]
        [Pasar a Mantenimiento correctivo] [No gestionar]
        [Remitir a otro procedimiento] [Retirar]
        ");
        luz.says("/informe").await;
        assert_snapshot!(luz.reads(), @"
        Informe de marzo de 2026, hasta hoy
        Recibidos: 2 · Resueltos: 0 · Cerrados: 0 · Reabiertos: 0
        Pendientes al empezar: 0 · Entradas: 2 · Salidas: 0 · Al terminar: 2
        Según su origen: correctivo 1, proactivo 1

        Por categoría
        Computador o portátil: recibidos 1, resueltos 0
        Instalar o mover un equipo: recibidos 1, resueltos 0
        [← febrero de 2026]
        ");
    });
}

#[test]
fn c3_a_case_that_is_not_viable_ends_with_a_reason() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "Quiero que revisen mi computador personal").await;
        ana.reads();
        marta.reads();
        ana.says("/nogestionar 1").await;
        assert_snapshot!(ana.reads(), @"
        ¿Por qué termina el caso #1 como «No viable»? Elija el motivo o escríbalo; el solicitante lo leerá.
        [No es equipo de la entidad] [No hay licencia para eso] [El equipo no lo soporta] [Es de otro procedimiento…] [Cancelar]
        ");
        ana.presses("No es equipo de la entidad").await;
        assert_snapshot!(ana.reads(), @"
        El caso #1 terminó como «No viable». Se lo conté al solicitante.
        ---
        ✎ Caso #1 · Quiero que revisen mi computador personal
        Estado: No viable
        Instalar o mover un equipo · Requerimiento · Prioridad Media
        Solicita: Marta · Piso 2
        Origen: correctivo, por chat
        Grupo: Mesa de ayuda
        «Quiero que revisen mi computador personal»
        Motivo: No es equipo de la entidad
        ");
        assert_snapshot!(marta.reads(), @"
        Su caso #1 (Quiero que revisen mi computador personal) termina como «No viable»: «No es equipo de la entidad». Si algo cambia o falta por contar, abra un caso relacionado.
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · Quiero que revisen mi computador personal
        Estado: No viable
        Motivo: No es equipo de la entidad
        [Abrir caso relacionado]
        ");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::NotManaged, Some(Ending::NotManaged)));
    });
}

#[test]
fn c4_the_priority_sets_the_promised_times() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let urgent = [
            ("place", "Piso 2"),
            ("impact", "A toda la entidad"),
            ("urgency", "No puedo trabajar"),
        ];
        marta.says("Nadie puede imprimir nada").await;
        marta.presses("Abrir caso").await;
        let mut answers = vec![("category", "Instalar o mover un equipo")];
        answers.extend(urgent);
        marta.fills(&answers).await;
        assert!(marta.reads().contains("Prioridad: Crítica"));
        marta.presses("Registrar").await;
        let ticket = desk.newest().await;
        assert_eq!(ticket.priority, Priority::Critical);
        let own = ticket.own_due_at.since(ticket.created_at);
        assert_eq!(
            (own, ticket.resolve_due_at.unwrap().since(ticket.created_at)),
            (15 * MINUTE, 2 * HOUR)
        );
        assert!(ana.reads().contains("Prioridad Crítica"));
        marta.reads();
        opens(&marta, "Necesito mover mi escritorio").await;
        let ticket = desk.newest().await;
        assert_eq!(ticket.priority, Priority::Medium);
        let own = ticket.own_due_at.since(ticket.created_at);
        assert_eq!(own, HOUR);
        assert!(ana.reads().contains("Prioridad Media"));
        marta.reads();
    });
}
