//! Files that come with a solution or a note about a ticket are kept with the ticket.

use insta::assert_snapshot;

use crate::support::{desk::scenario, telegram::AttachmentSample};

#[tokio::test]
async fn a_file_sent_with_a_solution_is_kept_with_the_ticket() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        ana.says("/solucionar 1").await;
        marta.reads();
        ana.reads();
        let sends = |sample, words| desk.emulator.sends_attachment(ana.id, ana.id, sample, words);
        sends(AttachmentSample::Photo, "");
        desk.settle().await;
        assert_snapshot!(ana.reads(), @"
        ✎ ¿Cómo se solucionó el caso #1? El solicitante leerá su respuesta.
        ---
        Recibí su archivo, pero aquí necesito una respuesta escrita. Por favor, escríbala.

        ¿Cómo se solucionó el caso #1? El solicitante leerá su respuesta.
        [Cancelar]
        ");
        sends(AttachmentSample::Photo, "Reinicié el servicio");
        desk.settle().await;
        assert_snapshot!(ana.reads(), @"
        ✎ Recibí su archivo, pero aquí necesito una respuesta escrita. Por favor, escríbala.

        ¿Cómo se solucionó el caso #1? El solicitante leerá su respuesta.
        ---
        Guardé la solución del caso #1 y se la envié al solicitante. Guardo también los 2 archivos.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: Resuelta
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        «No abre el correo»
        2 archivos.
        Solución: Reinicié el servicio
        [Responder] [Nota interna] [Archivos]
        ");
        assert_snapshot!(marta.reads(), @"
        Caso #1 · No abre el correo
        Ana dio esta solución:
        «Reinicié el servicio»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el martes 3 de marzo a las 8:00 a. m.
        [Sí] [No]
        ---
        📎 foto.png
        Caso #1: Ana envió este archivo.
        ---
        📎 foto.png
        Caso #1: Ana envió este archivo.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: Resuelta
        Ana dio una solución: Reinicié el servicio
        2 archivos.
        [Responder] [Archivos]
        ");
        let kept =
            ["opened", "accepted", "solved", "attachment_referenced", "attachment_referenced"];
        assert_eq!(desk.history(number).await, kept);
    })
    .await;
}

#[tokio::test]
async fn a_file_sent_with_a_note_notifies_no_one() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let carlos = desk.technician("Carlos").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        for person in [&ana, &carlos, &marta] {
            person.reads();
        }
        carlos.says("/nota 1").await;
        carlos.reads();
        desk.emulator.sends_attachment(carlos.id, carlos.id, AttachmentSample::Photo, "La clave");
        desk.settle().await;
        assert_snapshot!(carlos.reads(), @"
        ✎ Escriba la nota interna del caso #1. El solicitante no la ve.
        ---
        Guardé la nota en el caso #1. Guardo también el archivo.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        Un archivo.
        [Nota interna] [Archivos]
        ");
        assert!(!ana.reads().contains("envió un adjunto"), "the requester sent nothing");
        assert_eq!(marta.reads(), "", "a note is invisible on the requester's card");
    })
    .await;
}
