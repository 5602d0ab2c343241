//! Conversations that do not go straight: back, cancel, the unexpected, interruptions.

use insta::assert_snapshot;
use mesabot::domain::status::Status;

use crate::support::desk::scenario;

#[tokio::test]
async fn every_step_goes_back_and_can_be_left() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.says(&marta, "/nuevo").await;
        assert_snapshot!(marta.reads(), @"
        Cuénteme qué pasa o qué necesita, con sus palabras.
        [Cancelar]
        ");
        desk.says(&marta, "No abre el correo").await;
        desk.presses(&marta, "Correo y ofimática").await;
        desk.says(&marta, "Piso 3").await;
        desk.presses(&marta, "Solo a mí").await;
        marta.reads();
        let mut questions = Vec::new();
        for _ in 0..4 {
            desk.presses(&marta, "Atrás").await;
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
        desk.presses(&marta, "Cancelar").await;
        assert_snapshot!(marta.reads(), @"
        ✎ Cuénteme qué pasa o qué necesita, con sus palabras.
        ---
        Listo, lo dejé así.
        ");
        desk.says(&marta, "/cancelar").await;
        assert_snapshot!(marta.reads(), @"No hay nada por cancelar.");
    })
    .await;
}

#[tokio::test]
async fn the_unexpected_is_met_with_what_to_do_and_loses_nothing() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.says(&marta, "No imprime").await;
        desk.says(&marta, "y hace ruido").await;
        marta.reads();
        desk.says(&marta, "abrir CASO").await;
        assert_snapshot!(marta.reads(), @"
        ✎ «No imprime
        y hace ruido»

        ¿Abro un caso con esto?
        ---
        ¿De qué se trata?
        [Equipo, red o sistema] [Correo y ofimática]
        [Impresión y copiado] [Cuentas y entrega de equipos]
        [Configurar red o aplicación] [Desarrollo de software]
        [Publicación en la página web] [Incidente de seguridad]
        [Cancelar]
        ");
        desk.says(&marta, "es la del segundo piso").await;
        assert_snapshot!(marta.reads(), @"
        ✎ ¿De qué se trata?
        ---
        Lo agregué a la descripción. Ahora, por favor, elija con los botones:

        ¿De qué se trata?
        [Equipo, red o sistema] [Correo y ofimática]
        [Impresión y copiado] [Cuentas y entrega de equipos]
        [Configurar red o aplicación] [Desarrollo de software]
        [Publicación en la página web] [Incidente de seguridad]
        [Cancelar]
        ");
        desk.says(&marta, "impresión y copiado").await;
        desk.presses(&marta, "No lo sé").await;
        for label in ["Sede principal", "A mi área", "Con dificultad"] {
            desk.presses(&marta, label).await;
        }
        marta.reads();
        desk.says(&marta, "¿y eso cuánto tarda?").await;
        assert_snapshot!(marta.reads(), @"
        ✎ Así quedaría su caso:
        Descripción: No imprime
        y hace ruido
        es la del segundo piso
        Categoría: Impresión y copiado
        Lugar: Sede principal
        Afecta: A mi área
        ¿Puede trabajar?: Con dificultad
        Prioridad: Media

        ¿Lo registro?
        ---
        Lo agregué a la descripción. Ahora, por favor, elija con los botones:

        Así quedaría su caso:
        Descripción: No imprime
        y hace ruido
        es la del segundo piso
        ¿y eso cuánto tarda?
        Categoría: Impresión y copiado
        Lugar: Sede principal
        Afecta: A mi área
        ¿Puede trabajar?: Con dificultad
        Prioridad: Media

        ¿Lo registro?
        [Registrar]
        [Atrás] [Cancelar]
        ");
        desk.presses(&marta, "Registrar").await;
        marta.reads();
        let ticket = desk.newest().await;
        assert_snapshot!(ticket.description, @"
        No imprime
        y hace ruido
        es la del segundo piso
        ¿y eso cuánto tarda?
        ");
    })
    .await;
}

#[tokio::test]
async fn buttons_of_questions_that_passed_say_so() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.says(&marta, "No abre el correo").await;
        let (message, open) = desk.emulator.button(marta.id, "Abrir caso").unwrap();
        desk.presses(&marta, "Abrir caso").await;
        desk.presses(&marta, "Correo y ofimática").await;
        marta.reads();
        desk.presses_code(&marta, (marta.id, message), &open).await;
        assert_snapshot!(marta.reads(), @"~ Esa pregunta ya pasó. Siga con la más reciente, o escriba /ayuda.");
        desk.presses_code(&marta, (marta.id, message), "zz:9").await;
        assert_snapshot!(marta.reads(), @"~ Ese botón ya no sirve. Escriba /ayuda para ver qué puede hacer.");
        desk.says(&marta, "/cancelar").await;
        desk.presses_code(&marta, (marta.id, message), &open).await;
        marta.reads();
    })
    .await;
}

#[tokio::test]
async fn an_interrupted_conversation_goes_on() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        desk.says(&ana, "/nuevo Necesito una silla").await;
        desk.presses(&ana, "Correo y ofimática").await;
        ana.reads();
        desk.says(&ana, "/nota 1").await;
        assert_snapshot!(ana.reads(), @"
        ✎ ¿Dónde está usted? Elija o escriba el lugar: sede, piso, oficina.
        ---
        Escriba la nota interna del caso #1. El solicitante no la ve.
        [Cancelar]
        ");
        desk.says(&ana, "Parece el servidor").await;
        assert_snapshot!(ana.reads(), @"
        ✎ Escriba la nota interna del caso #1. El solicitante no la ve.
        ---
        Guardé la nota en el caso #1.
        ---
        Sigamos con lo que quedó pendiente.

        ¿Dónde está usted? Elija o escriba el lugar: sede, piso, oficina.
        [Sede principal]
        [Trabajo en casa]
        [Atrás] [Cancelar]
        ");
        desk.says(&ana, "Piso 1").await;
        assert_snapshot!(ana.reads(), @"
        ✎ Sigamos con lo que quedó pendiente.

        ¿Dónde está usted? Elija o escriba el lugar: sede, piso, oficina.
        ---
        ¿A quién afecta?
        [Solo a mí]
        [A mi área]
        [A toda la entidad]
        [Atrás] [Cancelar]
        ");
        desk.says(&ana, "/cancelar").await;
        ana.reads();
    })
    .await;
}

#[tokio::test]
async fn words_may_be_added_to_an_open_ticket_instead() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        desk.says(&ana, "/aceptar 1").await;
        marta.reads();
        ana.reads();
        desk.says(&marta, "Ahora tampoco abre el calendario").await;
        assert_snapshot!(marta.reads(), @"
        «Ahora tampoco abre el calendario»

        ¿Abro un caso con esto?
        [Abrir caso]
        [Agregar al #1 No abre el correo]
        [Cancelar]
        ");
        desk.presses(&marta, "Agregar al #1 No abre el correo").await;
        assert_snapshot!(marta.reads(), @"
        ✎ «Ahora tampoco abre el calendario»

        ¿Abro un caso con esto?
        ---
        Listo, lo agregué al caso #1.
        ");
        assert_snapshot!(ana.reads(), @"
        Marta escribe sobre el caso #1:
        Ahora tampoco abre el calendario
        [Responder]
        ");
        desk.presses(&ana, "Responder").await;
        desk.says(&ana, "Ya lo reviso").await;
        assert_snapshot!(ana.reads(), @"
        Escriba su mensaje sobre el caso #1.
        [Cancelar]
        ---
        ✎ Escriba su mensaje sobre el caso #1.
        ---
        Envié su mensaje sobre el caso #1.
        ");
        assert_snapshot!(marta.reads(), @"
        Ana escribe sobre el caso #1:
        Ya lo reviso
        [Responder]
        ");
        assert_eq!(desk.history(number).await, ["opened", "accepted", "replied", "replied"]);
    })
    .await;
}

#[tokio::test]
async fn a_request_may_be_withdrawn_while_nobody_works_on_it() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();
        desk.says(&marta, "/retirar").await;
        assert_snapshot!(marta.reads(), @"
        ¿Cuál caso quiere retirar?
        [#1 No abre el correo]
        [Cancelar]
        ");
        desk.presses(&marta, "#1 No abre el correo").await;
        desk.presses(&marta, "Sí, retirarlo").await;
        assert_snapshot!(marta.reads(), @"
        ✎ ¿Retiro su caso #1? Nadie lo atenderá.
        [Sí, retirarlo]
        [Cancelar]
        ---
        ✎ ¿Retiro su caso #1? Nadie lo atenderá.
        ---
        ~ Retiré su caso #1. Si lo necesita otra vez, escríbame.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: Cerrada
        Usted lo retiró.
        [Abrir caso relacionado]
        ");
        assert_snapshot!(ana.reads(), @"
        El solicitante retiró el caso #1 (No abre el correo).
        ---
        ✎ Caso #1 · No abre el correo
        Estado: Cerrada
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Grupo: Mesa de ayuda
        «No abre el correo»
        ");
        assert_eq!(desk.ticket(number).await.status, Status::Closed);
        desk.opens_ticket(&marta, "No abre el calendario").await;
        desk.says(&ana, "/aceptar 2").await;
        marta.reads();
        ana.reads();
        desk.says(&marta, "/retirar 2").await;
        assert_snapshot!(marta.reads(), @"Ya lo atiende Ana. Cuéntele con /responder 2 que ya no lo necesita.");
    })
    .await;
}

#[tokio::test]
async fn asking_twice_asks_once_and_what_became_pointless_is_not_resumed() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let berta = desk.technician("Berta").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        desk.presses(&marta, "Retirar").await;
        desk.says(&marta, "/retirar 1").await;
        desk.presses(&marta, "Sí, retirarlo").await;
        assert!(!marta.reads().contains("Sigamos"), "there is nothing left to go on with");

        desk.opens_ticket(&marta, "No abre el calendario").await;
        desk.says(&ana, "/suspender 2").await;
        desk.says(&berta, "/aceptar 2").await;
        ana.reads();
        berta.reads();
        marta.reads();
        desk.says(&ana, "/cola").await;
        desk.says(&ana, "/nuevo Necesito una silla").await;
        desk.presses(&ana, "Cancelar").await;
        assert!(!ana.reads().contains("Sigamos"), "the ticket is Berta's by now");
    })
    .await;
}
