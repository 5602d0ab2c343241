//! Failures with files: files that the desk refuses, files that it cannot fetch, and a desk that
//! dies between any two steps. The sender is told, nothing else is lost, and no file arrives twice.

use insta::assert_snapshot;
use mesabot::{
    domain::time::{HOUR, MINUTE, SECOND},
    entity::{
        attachment::{self, FileState},
        stored_file,
    },
};
use sea_orm::EntityTrait;

use crate::support::{
    pairing::{Hitch, PairedDesk, Person, in_every_pairing},
    telegram::Gate,
    upload::Upload,
};

/// A ticket that Ana has accepted, with all messages read.
async fn taken(desk: &PairedDesk, ana: &Person<'_>, marta: &Person<'_>) {
    desk.opens_ticket(marta, "No abre el correo").await;
    ana.says("/aceptar 1").await;
    ana.reads();
    marta.reads();
}

/// The requester adds a file to the ticket and reads the answers to that.
async fn adds(marta: &Person<'_>, upload: &Upload) {
    marta.sends_file(upload, "").await;
    marta.reads_beside_the_question();
    marta.presses("Agregar al #1 No abre el correo").await;
}

/// The states of all files.
async fn states(desk: &PairedDesk) -> Vec<FileState> {
    let rows = attachment::Entity::find().all(desk.app.database.reader()).await.unwrap();
    rows.into_iter().map(|row| row.state).collect()
}

#[test]
fn a_file_that_is_too_large_is_refused_with_what_to_do() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        taken(desk, &ana, &marta).await;
        let video = Upload::document("video.pdf", "").holding(vec![b'%'; 21 << 20]);
        adds(&marta, &video).await;
        assert_snapshot!(marta.reads(), @"
        Listo, lo agregué al caso #1.
        ---
        No pude guardar video.pdf en el caso #1: pesa más de 20 MB. Envíe una versión más liviana, por ejemplo una foto o un PDF más corto. El resto del caso quedó bien.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        Un archivo no se pudo guardar.
        [Responder]
        ");
        assert_snapshot!(ana.reads(), @"
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        Un archivo no se pudo guardar.
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
        assert!(ana.files().is_empty());
        let number = desk.newest().await.number;
        let kept = ["opened", "accepted", "attachment_referenced", "file_refused"];
        assert_eq!(desk.history(number).await, kept);
        assert_eq!(states(desk).await, [FileState::Refused]);
    });
}

#[test]
fn a_file_type_is_decided_by_its_content() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        taken(desk, &ana, &marta).await;
        adds(&marta, &Upload::document("foto.png", "").holding(&b"MZ\x90\0\x03\0\0\0"[..])).await;
        assert_snapshot!(marta.reads(), @"
        Listo, lo agregué al caso #1.
        ---
        No pude guardar foto.png en el caso #1: aquí no se recibe ese tipo de archivo. Envíelo como foto, PDF o documento. El resto del caso quedó bien.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        Un archivo no se pudo guardar.
        [Responder]
        ");
        adds(&marta, &Upload::document("pagina.txt", "").holding(&b"<html><script>"[..])).await;
        marta.reads();
        adds(&marta, &Upload::document("nada.pdf", "").holding(&b""[..])).await;
        assert_snapshot!(marta.reads(), @"
        Listo, lo agregué al caso #1.
        ---
        No pude guardar nada.pdf en el caso #1: llegó vacío. Revíselo y envíelo otra vez. El resto del caso quedó bien.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        3 archivos no se pudieron guardar.
        [Responder]
        ");
        assert_eq!(states(desk).await, [FileState::Refused; 3]);
        let stored = stored_file::Entity::find().all(desk.app.database.reader()).await.unwrap();
        assert!(stored.is_empty() && ana.files().is_empty());
        ana.reads();
    });
}

#[test]
fn a_failed_download_is_retried() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        taken(desk, &ana, &marta).await;
        marta.fetching_fails(1, &Hitch::Broken);
        marta.fetching_fails(1, &Hitch::Absent);
        marta.fetching_fails(1, &Hitch::Wait);
        adds(&marta, &Upload::photo()).await;
        assert!(ana.files().is_empty());
        desk.passes(SECOND).await;
        desk.passes(2 * SECOND).await;
        desk.passes(29 * SECOND).await;
        assert!(ana.files().is_empty(), "no attempt before the wait is over");
        desk.passes(SECOND).await;
        assert_eq!(ana.files(), [("foto.png".to_owned(), Upload::photo().bytes)]);
        assert_eq!(marta.fetched(), 1);
        desk.passes(HOUR).await;
        assert_eq!(ana.files().len(), 1);
        for person in [&ana, &marta] {
            person.reads();
        }
    });
}

#[test]
fn the_sender_is_asked_for_a_lost_file_again() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        taken(desk, &ana, &marta).await;
        marta.sends_file(&Upload::document("informe.pdf", "Informe"), "").await;
        marta.network_forgets_files();
        marta.presses("Agregar al #1 No abre el correo").await;
        marta.reads();
        desk.passes(SECOND).await;
        assert_eq!(states(desk).await, [FileState::Wanted], "one failure is not final");
        desk.passes(2 * SECOND).await;
        let messages = marta.reads().replace("Telegram", "Discord");
        assert_snapshot!(messages, @"
        No pude guardar informe.pdf en el caso #1: Discord ya no lo tiene. Por favor, envíelo otra vez. El resto del caso quedó bien.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        Un archivo no se pudo guardar.
        [Responder]
        ");
        assert_eq!(states(desk).await, [FileState::Lost]);
        assert!(ana.reads().contains("Un archivo no se pudo guardar."));
    });
}

#[test]
fn a_file_that_cannot_be_fetched_for_a_day_is_abandoned() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        taken(desk, &ana, &marta).await;
        marta.fetching_fails(40, &Hitch::Broken);
        adds(&marta, &Upload::document("informe.pdf", "Informe")).await;
        marta.reads();
        for _ in 0..12 {
            desk.passes(2 * MINUTE).await;
        }
        assert_eq!(states(desk).await, [FileState::Wanted]);
        marta.reads();
        desk.passes(24 * HOUR).await;
        assert_snapshot!(marta.reads(), @"
        No pude guardar informe.pdf en el caso #1: lo intenté durante horas y no lo pude descargar. Por favor, envíelo otra vez. El resto del caso quedó bien.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Nos hemos demorado más de lo que le prometimos: le pedimos disculpas.
        Un archivo no se pudo guardar.
        [Responder]
        ");
        assert_eq!(states(desk).await, [FileState::Lost]);
        ana.reads();
    });
}

#[test]
fn a_desk_that_dies_while_fetching_loses_nothing_and_doubles_nothing() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        taken(desk, &ana, &marta).await;
        let fetcher = desk.workers.fetcher.as_ref().expect("files are kept");
        let photo = Upload::photo();
        let gate = Gate::closed();
        marta.fetching_fails(1, &Hitch::Hangs(gate.clone()));
        let added = async {
            adds(&marta, &photo).await;
            unreachable!("the download never ends");
        };
        let mut calls = std::pin::pin!(added);
        // The whole desk is dropped in the middle of the download.
        let deadline = std::time::Duration::from_millis(700);
        assert!(tokio::time::timeout(deadline, &mut calls).await.is_err());
        assert_eq!(states(desk).await, [FileState::Wanted]);
        gate.open();
        desk.settle().await;
        assert!(ana.files().is_empty(), "the lease of the dead desk still runs");
        // The desk died after it had written to the store.
        fetcher.store.put(&photo.bytes).await.unwrap();
        desk.clock.set(mesabot::clock::Clock::now(&*desk.clock).plus(5 * MINUTE));
        let (one, other) = tokio::join!(fetcher.pass(), fetcher.pass());
        one.and(other).expect("both go on");
        desk.settle().await;
        assert_eq!(ana.files(), [("foto.png".to_owned(), photo.bytes.clone())]);
        assert_eq!(states(desk).await, [FileState::Kept]);
        fetcher.pass().await.unwrap();
        desk.settle().await;
        assert_eq!(ana.files().len(), 1);
        for person in [&ana, &marta] {
            person.reads();
        }
    });
}

#[test]
fn an_identical_file_is_stored_once_and_shown_each_time() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        taken(desk, &ana, &marta).await;
        for name in ["uno.pdf", "dos.pdf"] {
            let same = Upload::document(name, "").holding(&b"%PDF-1.7\nigual\n"[..]);
            adds(&marta, &same).await;
        }
        let stored = stored_file::Entity::find().all(desk.app.database.reader()).await.unwrap();
        assert_eq!(stored.len(), 1);
        assert_eq!(stored[0].media, "application/pdf");
        assert_eq!(states(desk).await, [FileState::Kept; 2]);
        let named: Vec<String> = ana.files().into_iter().map(|(name, _)| name).collect();
        assert_eq!(named, ["uno.pdf", "dos.pdf"]);
        for person in [&ana, &marta] {
            person.reads();
        }
    });
}

#[test]
fn a_file_too_large_for_the_recipients_network_is_reported() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        taken(desk, &ana, &marta).await;
        let mut large = Upload::document("planos.pdf", "").bytes.to_vec();
        large.resize(12 << 20, b' ');
        adds(&marta, &Upload::document("planos.pdf", "").holding(large)).await;
        marta.reads();
        let read = ana.reads();
        // Discord takes ten megabytes from a bot, Telegram fifty.
        match ana.network() {
            mesabot::domain::channel::ChannelKind::Discord => {
                assert!(ana.files().is_empty());
                assert!(read.contains(
                    "Caso #1: Marta envió un archivo que no se puede mostrar en este chat: \
                     planos.pdf, de 12 MB. Lo tengo guardado; si lo necesita aquí, pida una \
                     versión más liviana."
                ));
            }
            _ => assert_eq!(ana.files().len(), 1),
        }
    });
}
