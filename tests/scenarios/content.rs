//! Kinds of messages from people: greetings, empty answers, long texts, edits and files.

use insta::assert_snapshot;

use crate::support::{pairing::in_every_pairing, telegram::AttachmentSample};

#[test]
fn attachments_are_kept_by_reference_and_answered() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        marta.sends(AttachmentSample::Photo, "Sale este error").await;
        assert_snapshot!(marta.reads(), @"
        «Sale este error»

        Recibí la foto. Irá con el caso, a la vista de quien lo atienda.

        ¿Abro un caso con esto?
        [Abrir caso] [Cancelar]
        ");
        marta.presses("Abrir caso").await;
        marta.reads_beside_the_question();
        marta.sends(AttachmentSample::Document, "").await;
        assert_snapshot!(marta.reads(), @"
        Recibí 2 archivos. Irán con el caso, a la vista de quien lo atienda.

        ¿De qué se trata?
        [Equipo, red o sistema] [Correo y ofimática] [Impresión y copiado] [Cuentas y entrega de equipos] [Configurar red o aplicación] [Desarrollo de software] [Publicación en la página web] [Incidente de seguridad] [Cancelar]
        ");
        let answers = [
            ("category", "Correo y ofimática"),
            ("place", "Sede principal"),
            ("impact", "Solo a mí"),
            ("urgency", "Con dificultad"),
        ];
        marta.fills(&answers).await;
        marta.presses("Registrar").await;
        marta.reads();
        assert_snapshot!(ana.reads(), @"
        Caso #1 · Sale este error
        Estado: Nueva
        Correo y ofimática · Incidente · Prioridad Baja
        Solicita: Marta · Sede principal
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «Sale este error»
        2 archivos.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ---
        📎 foto.png
        Caso #1: Marta envió este archivo.
        ---
        📎 informe.pdf
        Caso #1: Marta envió este archivo.
        ---
        ✎ Caso #1 · Sale este error
        Estado: Nueva
        Correo y ofimática · Incidente · Prioridad Baja
        Solicita: Marta · Sede principal
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «Sale este error»
        2 archivos.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Archivos]
        [Pasar al proveedor]
        ");
        marta.sends(AttachmentSample::Voice, "").await;
        marta.reads();
        marta.presses("Agregar al #1 Sale este error").await;
        assert_snapshot!(marta.reads(), @"
        Listo, lo agregué al caso #1.
        ---
        ✎ Caso #1 · Sale este error
        Estado: Nueva
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda. Le contestamos a más tardar el lunes 2 de marzo a las 8:15 a. m. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        3 archivos.
        [Responder] [Archivos]
        [Retirar]
        ");
        assert_snapshot!(ana.reads(), @"
        📎 audio.ogg
        Caso #1: Marta envió este archivo.
        ---
        ✎ Caso #1 · Sale este error
        Estado: Nueva
        Correo y ofimática · Incidente · Prioridad Baja
        Solicita: Marta · Sede principal
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «Sale este error»
        3 archivos.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Archivos]
        [Pasar al proveedor]
        ");
        let number = desk.newest().await.number;
        let kept =
            ["opened", "attachment_referenced", "attachment_referenced", "attachment_referenced"];
        assert_eq!(desk.history(number).await, kept);
    });
}

#[test]
fn long_texts_arrive_complete() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let words = "La pantalla parpadea 🖥️ y se apaga. ".repeat(100);
        let words = words.trim();
        let number = desk.opens_ticket(&marta, words).await;
        assert_eq!(desk.ticket(number).await.description, words);
        marta.reads();
        ana.reads();
        ana.says("/caso 1").await;
        let read = ana.reads();
        assert!(read.ends_with(words), "the whole description follows the card");
        let reply = "Reinicie, por favor. ".repeat(190);
        ana.says("/aceptar 1").await;
        ana.says(&format!("/responder 1 {reply}")).await;
        ana.reads();
        let read = marta.reads().replace("\n---\n", "");
        assert!(read.contains(reply.trim()), "{read}");
    });
}

#[test]
fn edits_are_acknowledged_and_change_nothing() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("No abre el correo").await;
        marta.reads();
        marta.rewrites("No abre nada").await;
        assert_snapshot!(marta.reads(), @"Vi que cambió un mensaje. Lo que ya registré no cambia; si hace falta, escríbame de nuevo lo correcto.");
    });
}

#[test]
fn a_greeting_is_greeted() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("Buenos días").await;
        assert_snapshot!(marta.reads(), @"Hola, Marta. Soy la mesa de ayuda. Escríbame qué pasa o qué necesita y abro un caso. Con /ayuda ve todo lo que puedo hacer.");
    });
}

#[test]
fn an_empty_message_is_no_answer() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        let ana = desk.technician("Ana").await;
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        marta.reads();
        ana.reads();
        ana.says("/solucionar 1").await;
        ana.gives("solve", " ").await;
        assert_snapshot!(ana.reads(), @"
        Falta la solución. Escríbala, por favor.

        ¿Cómo se solucionó el caso #1? El solicitante leerá su respuesta.
        [Cancelar]
        ");
        ana.says("/cancelar").await;
        ana.reads();
    });
}
