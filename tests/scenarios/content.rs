//! What people send: greetings, nothing, long texts, edits, and what is not text.

use insta::assert_snapshot;

use crate::support::{desk::scenario, telegram::AttachmentSample};

#[tokio::test]
async fn what_is_not_text_is_kept_by_reference_and_honestly_answered() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.emulator.sends_attachment(
            marta.id,
            marta.id,
            AttachmentSample::Photo,
            "Sale este error",
        );
        desk.settle().await;
        assert_snapshot!(marta.reads(), @"
        «Sale este error»

        Recibí la foto. Guardo la referencia en el caso; todavía no puedo abrir ni reenviar archivos, así que cuénteme también con palabras de qué se trata.

        ¿Abro un caso con esto?
        [Abrir caso]
        [Cancelar]
        ");
        desk.presses(&marta, "Abrir caso").await;
        marta.reads();
        desk.emulator.sends_attachment(marta.id, marta.id, AttachmentSample::Location, "");
        desk.settle().await;
        assert_snapshot!(marta.reads(), @"
        ✎ ¿De qué se trata?
        ---
        Recibí 2 adjuntos. Guardo sus referencias en el caso; todavía no puedo abrir ni reenviar archivos, así que cuénteme también con palabras de qué se trata.

        ¿De qué se trata?
        [Equipo, red o sistema] [Correo y ofimática]
        [Impresión y copiado] [Cuentas y entrega de equipos]
        [Configurar red o aplicación] [Desarrollo de software]
        [Publicación en la página web] [Incidente de seguridad]
        [Cancelar]
        ");
        for label in ["Correo y ofimática", "Sede principal", "Solo a mí", "Con dificultad"] {
            desk.presses(&marta, label).await;
        }
        desk.presses(&marta, "Registrar").await;
        marta.reads();
        assert_snapshot!(ana.reads(), @"
        Caso #1 · Sale este error
        Estado: Nueva
        Correo y ofimática · Incidente · Prioridad Baja
        Solicita: Marta · Sede principal
        Grupo: Mesa de ayuda
        Aceptar a más tardar hoy a las 8:15 a. m.
        Solucionar a más tardar hoy a las 8:30 a. m.
        «Sale este error»
        2 adjuntos en referencia.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        ");
        desk.emulator.sends_attachment(marta.id, marta.id, AttachmentSample::Sticker, "");
        desk.settle().await;
        marta.reads();
        desk.presses(&marta, "Agregar al #1 Sale este error").await;
        assert_snapshot!(marta.reads(), @"
        ✎ Recibí el sticker. Guardo la referencia en el caso; todavía no puedo abrir ni reenviar archivos, así que cuénteme también con palabras de qué se trata.

        ¿Abro un caso con esto?
        ---
        ✎ Caso #1 · Sale este error
        Estado: Nueva
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda: le contestamos a más tardar hoy a las 8:15 a. m. y esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        3 adjuntos en referencia.
        [Responder]
        [Retirar]
        ---
        Listo, lo agregué al caso #1.
        ");
        assert_snapshot!(ana.reads(), @"
        El solicitante envió un adjunto al caso #1. Queda en referencia.
        ---
        ✎ Caso #1 · Sale este error
        Estado: Nueva
        Correo y ofimática · Incidente · Prioridad Baja
        Solicita: Marta · Sede principal
        Grupo: Mesa de ayuda
        Aceptar a más tardar hoy a las 8:15 a. m.
        Solucionar a más tardar hoy a las 8:30 a. m.
        «Sale este error»
        3 adjuntos en referencia.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        ");
        let number = desk.newest().await.number;
        let kept =
            ["opened", "attachment_referenced", "attachment_referenced", "attachment_referenced"];
        assert_eq!(desk.history(number).await, kept);
    })
    .await;
}

#[tokio::test]
async fn long_texts_arrive_whole() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let words = "La pantalla parpadea 🖥️ y se apaga. ".repeat(100);
        let words = words.trim();
        let number = desk.opens_ticket(&marta, words).await;
        assert_eq!(desk.ticket(number).await.description, words);
        marta.reads();
        ana.reads();
        desk.says(&ana, "/caso 1").await;
        let read = ana.reads();
        assert!(read.ends_with(words), "the whole description follows the card");
        let reply = "Reinicie, por favor. ".repeat(190);
        desk.says(&ana, "/aceptar 1").await;
        desk.says(&ana, &format!("/responder 1 {reply}")).await;
        ana.reads();
        let read = marta.reads().replace("\n---\n", "");
        assert!(read.contains(reply.trim()), "{read}");
    })
    .await;
}

#[tokio::test]
async fn edits_are_seen_and_change_nothing() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.says(&marta, "No abre el correo").await;
        marta.reads();
        desk.emulator.edits(marta.id, marta.id, 1, "No abre nada");
        desk.settle().await;
        assert_snapshot!(marta.reads(), @"Vi que cambió un mensaje. Lo que ya registré no cambia; si hace falta, escríbame de nuevo lo correcto.");
    })
    .await;
}

#[tokio::test]
async fn a_greeting_is_greeted() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.says(&marta, "Buenos días").await;
        assert_snapshot!(marta.reads(), @"Hola, Marta. Soy la mesa de ayuda. Escríbame qué pasa o qué necesita y abro un caso. Con /ayuda ve todo lo que puedo hacer.");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_no_answer() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        let ana = desk.technician("Ana").await;
        desk.says(&marta, "/nuevo").await;
        desk.says(&marta, "  ").await;
        let asked = marta.reads();
        assert_eq!(asked.matches("[Cancelar]").count(), 2, "asked again: {asked}");
        desk.says(&marta, "/cancelar").await;
        desk.opens_ticket(&marta, "No abre el correo").await;
        desk.says(&ana, "/aceptar 1").await;
        marta.reads();
        ana.reads();
        desk.says(&ana, "/solucionar 1").await;
        desk.says(&ana, " ").await;
        assert!(ana.reads().contains("Falta la solución. Escríbala, por favor."));
        desk.says(&ana, "/cancelar").await;
        ana.reads();
    })
    .await;
}
