//! Files: what people send with a report, an answer or a note is stored and shown to the other side
//! on its own network, byte for byte, and only to people it concerns.

mod trouble;

use insta::assert_snapshot;
use mesabot::domain::person::Role;

use crate::support::{
    pairing::{USUAL, in_every_pairing},
    upload::Upload,
};

#[test]
fn u1_a_photo_of_a_report_reaches_the_technician_byte_for_byte() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let photo = Upload::photo();
        marta.sends_file(&photo, "Sale este error").await;
        assert_snapshot!(marta.reads(), @"
        «Sale este error»

        Recibí la foto. Irá con el caso, a la vista de quien lo atienda.

        ¿Abro un caso con esto?
        [Abrir caso] [Cancelar]
        ");
        marta.presses("Abrir caso").await;
        let answers = [
            ("category", "Correo y ofimática"),
            ("place", "Sede principal"),
            ("impact", "Solo a mí"),
            ("urgency", "Con dificultad"),
        ];
        marta.fills(&answers).await;
        marta.reads_beside_the_question();
        marta.presses("Registrar").await;
        assert_snapshot!(marta.reads(), @"
        Caso #1 · Sale este error
        Estado: Nueva
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda. Le contestamos a más tardar el lunes 2 de marzo a las 8:15 a. m. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        Un archivo.
        [Responder]
        [Retirar]
        ---
        ✎ Caso #1 · Sale este error
        Estado: Nueva
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda. Le contestamos a más tardar el lunes 2 de marzo a las 8:15 a. m. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        Un archivo.
        [Responder] [Archivos]
        [Retirar]
        ");
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
        Un archivo.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ---
        📎 foto.png
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
        Un archivo.
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Archivos]
        [Pasar al proveedor]
        ");
        assert_eq!(ana.files(), [("foto.png".to_owned(), photo.bytes.clone())]);
        ana.presses("Aceptar").await;
        assert_eq!(ana.files().len(), 1, "the file is in her chat already");
        assert!(marta.files().is_empty(), "the sender is not shown her own file");
        for person in [&ana, &marta] {
            person.reads();
        }
    });
}

#[test]
fn u1_a_ticket_takes_its_files_to_its_technician() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let group = desk.linked_group(&ana).await;
        let luis = desk.staff("Luis", Role::Technician, &["tecnologia"]).await;
        ana.reads_in(&group);
        let marta = desk.requester("Marta");
        let log = Upload::document("registro.pdf", "No abre el correo");
        marta.sends_file(&log, "No abre el correo").await;
        marta.presses("Abrir caso").await;
        marta.fills(&USUAL).await;
        marta.presses("Registrar").await;
        marta.reads();
        assert_snapshot!(ana.reads_in(&group), @"
        Caso #1 · No abre el correo
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        Un archivo.
        [Aceptar]
        ---
        📎 registro.pdf
        Caso #1: Marta envió este archivo.
        ");
        assert!(ana.files().is_empty(), "the group chat shows the file");
        ana.presses_in(&group, "Aceptar").await;
        assert_eq!(ana.files(), [("registro.pdf".to_owned(), log.bytes.clone())]);
        ana.says("/escalar 1").await;
        ana.presses("Nivel 2 · Oficina de Tecnología").await;
        ana.gives("escalate", "Es del servidor").await;
        assert_eq!(luis.files(), [("registro.pdf".to_owned(), log.bytes.clone())]);
        luis.presses("Aceptar").await;
        assert_eq!(luis.files().len(), 1, "a file is shown once per chat unless it is asked for");
        for person in [&ana, &luis, &marta] {
            person.reads();
        }
        ana.reads_in(&group);
    });
}

#[test]
fn u10_the_evidence_of_a_solution_reaches_the_requester() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        marta.reads();
        ana.reads();
        ana.says("/solucionar 1").await;
        let photo = Upload::photo();
        ana.encloses("Reinicié el servicio", &photo).await;
        assert_snapshot!(ana.reads(), @"
        Guardé la solución del caso #1 y se la envié al solicitante. Guardo también el archivo.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: Resuelta
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        «No abre el correo»
        Un archivo.
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
        ✎ Caso #1 · No abre el correo
        Estado: Resuelta
        Ana dio una solución: Reinicié el servicio
        Un archivo.
        [Responder] [Archivos]
        ");
        assert_eq!(marta.files(), [("foto.png".to_owned(), photo.bytes)]);
        assert!(ana.files().is_empty());
        let kept = ["opened", "accepted", "solved", "attachment_referenced"];
        assert_eq!(desk.history(number).await, kept);
    });
}

#[test]
fn the_files_of_a_note_are_for_the_desk_only_and_on_request() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let carlos = desk.technician("Carlos").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        for person in [&ana, &carlos, &marta] {
            person.reads();
        }
        carlos.says("/nota 1").await;
        let keys = Upload::document("claves.pdf", "La clave es otra");
        carlos.encloses("La clave", &keys).await;
        assert_snapshot!(carlos.reads(), @"
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
        assert_eq!(marta.reads(), "", "a note is invisible to the requester");
        assert!(marta.files().is_empty() && ana.files().is_empty());
        assert_snapshot!(ana.reads(), @"
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        Un archivo.
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna] [Archivos]
        [Pasar al proveedor]
        ");
        ana.presses("Archivos").await;
        assert_snapshot!(ana.reads(), @"
        📎 claves.pdf
        Caso #1: archivo de una nota interna de Carlos.
        ");
        assert_eq!(ana.files(), [("claves.pdf".to_owned(), keys.bytes)]);
        marta.says("/caso 1").await;
        assert!(!marta.reads().contains("rchivo"), "the requester cannot ask for its files");
    });
}

#[test]
fn both_sides_can_ask_for_the_files_again() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        for (name, words) in [("uno.pdf", "Uno"), ("dos.pdf", "Dos")] {
            marta.sends_file(&Upload::document(name, words), "").await;
            marta.presses("Agregar al #1 No abre el correo").await;
        }
        for person in [&ana, &marta] {
            person.reads();
        }
        marta.presses("Archivos").await;
        assert_snapshot!(marta.reads(), @"
        📎 uno.pdf
        Caso #1: Marta envió este archivo.
        ---
        📎 dos.pdf
        Caso #1: Marta envió este archivo.
        ");
        let names = |files: Vec<(String, bytes::Bytes)>| -> Vec<String> {
            files.into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(marta.files()), ["uno.pdf", "dos.pdf"]);
        assert_eq!(names(ana.files()), ["uno.pdf", "dos.pdf"]);
        ana.presses("Archivos").await;
        assert_eq!(names(ana.files()), ["uno.pdf", "dos.pdf", "uno.pdf", "dos.pdf"]);
        ana.reads();
    });
}

#[test]
fn a_file_name_is_sanitised_with_its_real_extension() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        let photo = Upload::photo().bytes;
        let kinds = [
            ("..\\..\\secreto.pdf", Upload::document("", "Uno").bytes),
            ("factura_\u{202e}fdp.exe", Upload::document("", "Dos").bytes),
            ("informe.pdf", photo),
            ("notas.bat", bytes::Bytes::from_static(b"echo hola")),
        ];
        for (name, bytes) in kinds {
            marta.sends_file(&Upload::document(name, "").holding(bytes), "").await;
            marta.presses("Agregar al #1 No abre el correo").await;
        }
        let named: Vec<String> = ana.files().into_iter().map(|(name, _)| name).collect();
        let safe = ["secreto.pdf", "factura_fdp.exe.pdf", "informe.pdf.png", "notas.bat.txt"];
        assert_eq!(named, safe);
        for person in [&ana, &marta] {
            person.reads();
        }
    });
}

#[test]
fn files_of_a_colleagues_answer_reach_only_the_requester() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.technician("Luis").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        for person in [&ana, &luis, &marta] {
            person.reads();
        }
        let eva = desk.staff("Eva", Role::Supervisor, &["soporte"]).await;
        eva.says("/responder 1").await;
        eva.encloses("Siga esta guía", &Upload::document("guía.pdf", "Pasos")).await;
        assert_snapshot!(eva.reads(), @"Envié su mensaje sobre el caso #1. Guardo también el archivo.");
        assert_snapshot!(marta.reads(), @"
        Eva escribe sobre el caso #1:
        Siga esta guía
        [Responder]
        ---
        📎 guía.pdf
        Caso #1: Eva envió este archivo.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        Un archivo.
        [Responder] [Archivos]
        ");
        assert!(luis.files().is_empty() && ana.files().is_empty());
        for person in [&ana, &luis] {
            person.reads();
        }
    });
}
