//! Dialogues off the straight path: back, cancel, unexpected input, interruptions.

use insta::assert_snapshot;
use mesabot::domain::status::Status;

use crate::support::pairing::in_every_pairing;

/// Answers of a requester whose mail does not work.
const MAIL: [(&str, &str); 4] = [
    ("category", "Correo y ofimática"),
    ("place", "Piso 3"),
    ("impact", "Solo a mí"),
    ("urgency", "Con dificultad"),
];

#[test]
fn a_summary_goes_back_step_by_step_and_can_be_cancelled() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("/nuevo No abre el correo").await;
        marta.fills(&MAIL).await;
        marta.reads();
        let mut questions = Vec::new();
        for _ in 0..2 {
            marta.presses("Atrás").await;
            questions.push(marta.reads());
        }
        assert_snapshot!(questions.join("\n===\n"), @"
        ¿Puede trabajar mientras tanto?
        [Sí, sin problema] [Con dificultad] [No puedo trabajar] [Atrás] [Cancelar]
        ===
        ¿A quién afecta?
        [Solo a mí] [A mi área] [A toda la entidad] [Atrás] [Cancelar]
        ");
        marta.presses("A mi área").await;
        marta.presses("No puedo trabajar").await;
        assert_snapshot!(marta.reads(), @"
        ¿Puede trabajar mientras tanto?
        [Sí, sin problema] [Con dificultad] [No puedo trabajar] [Atrás] [Cancelar]
        ---
        Así quedaría su caso:
        Descripción: No abre el correo
        Categoría: Correo y ofimática
        Lugar: Piso 3
        Afecta: A mi área
        ¿Puede trabajar?: No puedo trabajar
        Prioridad: Alta

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        marta.presses("Cancelar").await;
        assert_snapshot!(marta.reads(), @"Listo, lo dejé así.");
        marta.says("/cancelar").await;
        assert_snapshot!(marta.reads(), @"No hay nada por cancelar.");
        // A question for words is a form on Discord, and can be closed all the same.
        marta.says("/nuevo").await;
        marta.gives_up().await;
        assert_snapshot!(marta.reads(), @"Listo, lo dejé así.");
    });
}

#[test]
fn unexpected_input_gets_guidance_and_loses_no_answer() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("No imprime").await;
        marta.says("y hace ruido").await;
        marta.reads();
        marta.says("abrir CASO").await;
        assert_snapshot!(marta.reads(), @"
        ¿De qué se trata?
        [Equipo, red o sistema] [Correo y ofimática] [Impresión y copiado] [Cuentas y entrega de equipos] [Configurar red o aplicación] [Desarrollo de software] [Publicación en la página web] [Incidente de seguridad] [Cancelar]
        ");
        marta.says("es la del segundo piso").await;
        assert_snapshot!(marta.reads(), @"
        Lo agregué a la descripción. Ahora, por favor, elija con los botones:

        ¿De qué se trata?
        [Equipo, red o sistema] [Correo y ofimática] [Impresión y copiado] [Cuentas y entrega de equipos] [Configurar red o aplicación] [Desarrollo de software] [Publicación en la página web] [Incidente de seguridad] [Cancelar]
        ");
        marta.says("impresión y copiado").await;
        let answers = [
            ("details", "No lo sé"),
            ("place", "Sede principal"),
            ("impact", "A mi área"),
            ("urgency", "Con dificultad"),
        ];
        marta.fills(&answers).await;
        marta.reads();
        marta.says("¿y eso cuánto tarda?").await;
        assert_snapshot!(marta.reads(), @"
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
        [Registrar] [Atrás] [Cancelar]
        ");
        marta.presses("Registrar").await;
        marta.reads();
        let ticket = desk.newest().await;
        assert_snapshot!(ticket.description, @"
        No imprime
        y hace ruido
        es la del segundo piso
        ¿y eso cuánto tarda?
        ");
    });
}

#[test]
fn buttons_of_past_questions_are_refused() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("No abre el correo").await;
        let open = marta.holds("Abrir caso");
        marta.presses_held(&open).await;
        marta.fills(&MAIL).await;
        marta.reads();
        marta.presses_held(&open).await;
        assert_snapshot!(marta.reads(), @"Esa pregunta ya pasó. Siga con la más reciente, o escriba /ayuda.");
        marta.says("/cancelar").await;
        assert_snapshot!(marta.reads(), @"Listo, lo dejé así.");
        marta.presses_held(&open).await;
        assert_snapshot!(marta.reads(), @"Esa pregunta ya pasó. Siga con la más reciente, o escriba /ayuda.");
    });
}

#[test]
fn an_interrupted_dialogue_continues() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.says("/nuevo Necesito una silla").await;
        ana.reads_beside_the_question();
        ana.says("/nota 1").await;
        ana.gives("note", "Parece el servidor").await;
        assert_snapshot!(ana.reads(), @"
        Guardé la nota en el caso #1.
        ---
        Sigamos con lo que quedó pendiente.

        ¿De qué se trata?
        [Equipo, red o sistema] [Correo y ofimática] [Impresión y copiado] [Cuentas y entrega de equipos] [Configurar red o aplicación] [Desarrollo de software] [Publicación en la página web] [Incidente de seguridad] [Cancelar]
        ");
        ana.fills(&MAIL).await;
        assert_snapshot!(ana.reads(), @"
        Así quedaría su caso:
        Descripción: Necesito una silla
        Categoría: Correo y ofimática
        Lugar: Piso 3
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        ana.says("/cancelar").await;
        ana.reads();
    });
}

#[test]
fn words_may_be_added_to_an_open_ticket_instead() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        marta.reads();
        ana.reads();
        marta.says("Ahora tampoco abre el calendario").await;
        assert_snapshot!(marta.reads(), @"
        «Ahora tampoco abre el calendario»

        ¿Abro un caso con esto?
        [Abrir caso] [Agregar al #1 No abre el correo] [Cancelar]
        ");
        marta.presses("Agregar al #1 No abre el correo").await;
        assert_snapshot!(marta.reads(), @"Listo, lo agregué al caso #1.");
        assert_snapshot!(ana.reads(), @"
        Marta escribe sobre el caso #1:
        Ahora tampoco abre el calendario
        [Responder]
        ");
        ana.presses("Responder").await;
        ana.gives("reply", "Ya lo reviso").await;
        assert_snapshot!(ana.reads(), @"Envié su mensaje sobre el caso #1.");
        assert_snapshot!(marta.reads(), @"
        Ana escribe sobre el caso #1:
        Ya lo reviso
        [Responder]
        ");
        assert_eq!(desk.history(number).await, ["opened", "accepted", "replied", "replied"]);
    });
}

#[test]
fn a_ticket_can_be_withdrawn_before_it_is_accepted() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();
        marta.says("/retirar").await;
        assert_snapshot!(marta.reads(), @"
        ¿Cuál caso quiere retirar?
        [#1 No abre el correo] [Cancelar]
        ");
        marta.presses("#1 No abre el correo").await;
        marta.presses("Sí, retirarlo").await;
        assert_snapshot!(marta.reads(), @"
        Retiré su caso #1. Si lo necesita otra vez, escríbame.
        ---
        ¿Retiro su caso #1? Nadie lo atenderá.
        [Sí, retirarlo] [Cancelar]
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
        Origen: por chat
        Grupo: Mesa de ayuda
        «No abre el correo»
        ");
        assert_eq!(desk.ticket(number).await.status, Status::Closed);
        desk.opens_ticket(&marta, "No abre el calendario").await;
        ana.says("/aceptar 2").await;
        marta.reads();
        ana.reads();
        marta.says("/retirar 2").await;
        assert_snapshot!(marta.reads(), @"Ya lo atiende Ana. Cuéntele con /responder 2 que ya no lo necesita.");
    });
}

#[test]
fn repeated_questions_are_asked_once_and_obsolete_ones_are_dropped() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let berta = desk.technician("Berta").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        marta.presses("Retirar").await;
        marta.says("/retirar 1").await;
        marta.presses("Sí, retirarlo").await;
        assert!(!marta.reads().contains("Sigamos"), "no dialogue is left to resume");

        desk.opens_ticket(&marta, "No abre el calendario").await;
        ana.says("/suspender 2").await;
        berta.says("/aceptar 2").await;
        ana.reads();
        berta.reads();
        marta.reads();
        ana.says("/cola").await;
        ana.says("/nuevo Necesito una silla").await;
        ana.gives_up().await;
        assert!(!ana.reads().contains("Sigamos"), "Berta has the ticket now");
    });
}
