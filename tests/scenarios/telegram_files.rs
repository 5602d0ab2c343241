//! Files over the wire of Telegram: how each kind is sent, and how files are fetched.

use bytes::Bytes;
use mesabot::{
    app::FileStorage,
    channel::{
        Channel, Envelope, FetchError, SendError,
        telegram::{Telegram, connect},
    },
    chat::outgoing::{Enclosure, RichText, Style},
    domain::{
        channel::ChannelKind,
        person::{Doer, Role},
        priority::Degree,
        source::Source,
    },
    service::{Act, Error, ticket::open},
    store::Store,
};

use insta::assert_snapshot;

use super::telegram_adapter::settings;
use crate::support::{
    desk::{DEADLINE, scenario, usual_rules},
    engine::TestDatabase,
    live::LiveDesk,
    telegram::{DOWNLOADING, Emulator, Fault},
    upload::Upload,
};

const ANA: i64 = 5;
const MEGABYTE: u64 = 1 << 20;

async fn world() -> (Emulator, Telegram) {
    let emulator = Emulator::start().await;
    emulator.add_user(ANA, "Ana", "es");
    emulator.says(ANA, ANA, "hola");
    let (telegram, _) = connect(&settings(&emulator)).await.unwrap();
    (emulator, telegram)
}

fn enclosure(name: &str, media: &str) -> Enclosure {
    let mut caption = RichText::default();
    caption.push("Caso #1", Style::Bold);
    caption.push(": Marta envió este archivo.", Style::Plain);
    Enclosure {
        digest: String::new(),
        name: name.to_owned(),
        media: media.to_owned(),
        caption,
        words: String::new(),
        otherwise: String::new(),
        pointer: None,
    }
}

/// Sends a file and returns the kind, the name and the size with which it appeared.
async fn sent(media: &str, name: &str, bytes: &Bytes) -> (&'static str, String, usize) {
    let (emulator, telegram) = world().await;
    let file = enclosure(name, media);
    let key = telegram.send_file(&Envelope::to("5"), &file, bytes).await.unwrap();
    let post = emulator.messages(ANA).remove(0);
    assert_eq!(key, post.message_id.to_string());
    assert_eq!(post.text, "Caso #1: Marta envió este archivo.");
    let bold = post.entities.iter().filter(|entity| entity["type"] == "bold");
    assert_eq!(bold.map(|entity| entity["length"].as_u64()).collect::<Vec<_>>(), [Some(7)]);
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:?}", ledger.violations));
    let file = post.file.unwrap();
    assert_eq!(file.bytes, *bytes, "byte for byte");
    (file.field, file.name, file.bytes.len())
}

#[tokio::test]
async fn a_picture_is_sent_as_a_photo_and_other_files_as_documents() {
    let photo = Upload::photo().bytes;
    let size = photo.len();
    let name = "señal 1.png".to_owned();
    assert_eq!(sent("image/png", &name, &photo).await, ("photo", name.clone(), size));
    let report = Upload::document("a", "b").bytes;
    let (kind, ..) = sent("application/pdf", "informe.pdf", &report).await;
    assert_eq!(kind, "document");
    assert_eq!(sent("audio/ogg", "audio.ogg", &Upload::voice().bytes).await.0, "document");
}

#[tokio::test]
async fn a_picture_outside_the_photo_limits_is_sent_as_a_document() {
    let mut wide = Upload::photo().bytes.to_vec();
    wide[16..20].copy_from_slice(&20_000_u32.to_be_bytes());
    assert_eq!(sent("image/png", "ancha.png", &wide.into()).await.0, "document");
    let mut large = Upload::photo().bytes.to_vec();
    large.resize(11 << 20, 0);
    assert_eq!(sent("image/png", "grande.png", &large.into()).await.0, "document");
}

#[tokio::test]
async fn file_send_errors_are_distinguished() {
    let (emulator, telegram) = world().await;
    let file = enclosure("a.pdf", "application/pdf");
    let bytes = Bytes::from_static(b"%PDF");
    let sends = async || telegram.send_file(&Envelope::to("5"), &file, &bytes).await;
    emulator.faults().next("sendDocument", 1, Fault::RetryAfter(7));
    assert!(matches!(sends().await, Err(SendError::RetryAfter(wait)) if wait.as_secs() == 7));
    emulator.faults().next("sendDocument", 1, Fault::DropAfter);
    assert!(matches!(sends().await, Err(SendError::Unknown(_))));
    let huge = Bytes::from(vec![b'%'; 51 << 20]);
    let refused = telegram.send_file(&Envelope::to("5"), &file, &huge).await;
    assert!(matches!(refused, Err(SendError::Refused(_))), "{refused:?}");
    emulator.blocks(ANA);
    assert!(matches!(sends().await, Err(SendError::Unreachable(_))));
}

#[tokio::test]
async fn a_file_is_fetched_within_bounds() {
    let (emulator, telegram) = world().await;
    let photo = Upload::photo().bytes;
    assert_eq!(telegram.fetch("photo-large", MEGABYTE).await, Ok(photo.clone()));
    let size = u64::try_from(photo.len()).unwrap();
    assert_eq!(telegram.fetch("photo-large", size).await, Ok(photo));
    assert_eq!(telegram.fetch("photo-large", size - 1).await, Err(FetchError::TooLarge));
    let huge = Upload::document("video.pdf", "").holding(vec![b'%'; 21 << 20]);
    emulator.sends_upload(ANA, ANA, &huge, "");
    let newest = emulator.newest_file();
    assert_eq!(telegram.fetch(&newest, 100 * MEGABYTE).await, Err(FetchError::TooLarge));
    assert!(matches!(telegram.fetch("unknown", MEGABYTE).await, Err(FetchError::Gone(_))));
}

#[tokio::test]
async fn fetch_errors_are_distinguished_and_hide_the_token() {
    let (emulator, telegram) = world().await;
    let fails = async |method: &str, fault: Fault| {
        emulator.faults().next(method, 1, fault);
        let failed = telegram.fetch("photo-large", MEGABYTE).await.unwrap_err();
        let shown = format!("{failed} {failed:?}");
        assert!(!shown.contains(emulator.token()), "{shown}");
        failed
    };
    assert!(matches!(fails(DOWNLOADING, Fault::DropBefore).await, FetchError::Transient(_)));
    assert!(matches!(
        fails(DOWNLOADING, Fault::Refuse(404, "Not Found".into())).await,
        FetchError::Gone(_)
    ));
    assert!(matches!(
        fails(DOWNLOADING, Fault::RetryAfter(9)).await,
        FetchError::RetryAfter(wait) if wait.as_secs() == 9
    ));
    assert!(matches!(fails("getFile", Fault::RetryAfter(3)).await, FetchError::RetryAfter(_)));
    assert!(matches!(fails("getFile", Fault::DropBefore).await, FetchError::Transient(_)));
    let gone = Fault::Http400("Bad Request: invalid file id".into());
    assert!(matches!(fails("getFile", gone).await, FetchError::Gone(_)));
}

/// A button's code grants no right: a person who forges one sees only what they may see.
#[tokio::test]
async fn a_forged_button_shows_only_readable_tickets() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let eva = desk.requester("Eva");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        ana.says("/nota 1").await;
        desk.emulator.sends_upload(ana.id, ana.id, &Upload::photo(), "La clave");
        desk.settle().await;
        eva.says("hola").await;
        for person in [&ana, &marta, &eva] {
            person.reads();
        }
        for (person, answer) in [
            (&marta, "~ El caso #1 no tiene archivos para mostrarle."),
            (&eva, "~ No encuentro el caso #1 entre los suyos. Con /miscasos ve los que puede consultar."),
        ] {
            let newest = desk.emulator.messages(person.id).last().unwrap().message_id;
            person.presses_code(person.id, newest, "fi:1").await;
            assert_eq!(person.reads(), answer);
            assert!(desk.emulator.messages(person.id).iter().all(|post| post.file.is_none()));
        }
        let newest = desk.emulator.messages(ana.id).last().unwrap().message_id;
        ana.presses_code(ana.id, newest, "fi:1").await;
        assert_snapshot!(ana.reads(), @"
        📎 foto.png
        Caso #1: archivo de una nota interna de Ana.
        ");
    })
    .await;
}

/// Without a test to step them, the workers wake each other.
#[tokio::test]
async fn a_running_desk_stores_and_shows_files_by_itself() {
    const MARTA: i64 = 6;
    let database = TestDatabase::in_memory();
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start().await;
    for (id, name) in [(ANA, "Ana"), (MARTA, "Marta")] {
        emulator.add_user(id, name, "es");
        emulator.says(id, id, "hola");
    }
    let mut desk = LiveDesk::open(&emulator, &database.url).await;
    let store = Store::folder(&folder.path().join("files")).unwrap();
    desk.app =
        desk.app.clone().with_files(FileStorage { store: store.clone(), rules: usual_rules() });
    desk.enrol(ANA, "Ana", Role::Technician, &["soporte"]).await;
    let marta = desk.enrol(MARTA, "Marta", Role::Requester, &[]).await;
    let new = open::NewTicket {
        requester: marta.id,
        category: "plataforma".into(),
        description: "No enciende".into(),
        details: None,
        place: "Piso 2".into(),
        impact: Degree::Low,
        urgency: Degree::Low,
        follow_up_of: None,
        parent: None,
        group: None,
        answers: vec![],
        source: Source::Chat,
    };
    let new = &new;
    let procedure = &desk.app.desk.procedure;
    let doer = &Doer::Person(marta);
    let now = desk.app.clock.now();
    let opened: Result<_, Error> = desk
        .app
        .database
        .write(|tx| {
            Box::pin(async move {
                let doer = doer.clone();
                let channel = Some(ChannelKind::Telegram);
                open::open(&Act { tx, procedure, now, doer, channel }, new.clone()).await
            })
        })
        .await;
    opened.unwrap();
    desk.start().await;
    let photo = Upload::photo();
    emulator.sends_upload(MARTA, MARTA, &photo, "");
    let label = "Agregar al #1 No enciende";
    let offered = |post: &crate::support::telegram::Post| {
        post.buttons.iter().flatten().any(|button| button.label == label)
    };
    emulator.wait_until(|ledger| ledger.sends().any(offered), DEADLINE).await;
    let (message, code) = emulator.button(MARTA, label).unwrap();
    emulator.presses(MARTA, MARTA, message, &code);
    let shown = |post: &crate::support::telegram::Post| {
        post.chat == ANA && post.file.as_ref().is_some_and(|file| file.bytes == photo.bytes)
    };
    emulator.wait_until(|ledger| ledger.sends().any(shown), DEADLINE).await;
    let digest = mesabot::store::digest(&photo.bytes);
    assert_eq!(store.get(&digest).await.unwrap(), Some(photo.bytes.clone()));
    assert!(folder.path().join("files").join(&digest[..2]).join(&digest).is_file());
    desk.close().await;
}
