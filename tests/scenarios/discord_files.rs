//! Files over the wire of Discord: posted once, and fetched only from the platform's own file host.

use std::time::Duration;

use bytes::Bytes;
use mesabot::{
    channel::{
        Channel, Envelope, FetchError, SendError,
        discord::{Discord, DiscordSettings, connect},
    },
    chat::outgoing::{Enclosure, RichText},
};

use crate::support::{
    discord::{ChannelKind, Emulator, FETCHING, Fault},
    upload::Upload,
};

const ANA: u64 = 5;
const GUILD: u64 = 70;
const MESA: u64 = 71;
const MEGABYTE: u64 = 1 << 20;

async fn world() -> (Emulator, Discord) {
    let emulator = Emulator::start().await;
    emulator.add_user(ANA, "Ana", "es-419");
    emulator.add_guild(GUILD, "Oficina");
    emulator.add_channel(MESA, GUILD, ChannelKind::Text, "mesa");
    emulator.joins(GUILD, ANA);
    let settings = DiscordSettings {
        token: emulator.token().into(),
        api_url: emulator.api_url().parse().unwrap(),
        guild_id: Some(GUILD),
        channel_id: Some(MESA),
        staff_permission: None,
        request_timeout: Duration::from_secs(5),
    };
    let (discord, _) = connect(&settings).await.unwrap();
    (emulator, discord)
}

fn enclosure(caption: &str) -> Enclosure {
    Enclosure {
        digest: String::new(),
        name: "señal 1.pdf".to_owned(),
        media: "application/pdf".to_owned(),
        caption: RichText::plain(caption),
        words: String::new(),
        otherwise: String::new(),
        pointer: None,
    }
}

/// The address of the file in Ana's newest message.
fn address(emulator: &Emulator) -> String {
    let upload = Upload::document("informe.pdf", "Informe");
    emulator.sends_upload(ANA, emulator.direct(ANA), &upload, "");
    emulator.newest_file()
}

#[tokio::test]
async fn a_file_is_posted_once_without_mentions() {
    let (emulator, discord) = world().await;
    let bytes = Upload::document("a", "b").bytes;
    let file = enclosure("Caso #1: @everyone *Marta* envió este archivo.");
    let to = Envelope { nonce: Some("1f.2a"), ..Envelope::to("@5") };
    emulator.faults().next("POST /channels/*/messages", 1, Fault::DropAfter);
    let lost = discord.send_file(&to, &file, &bytes).await;
    assert!(matches!(lost, Err(SendError::Unknown(_))), "{lost:?}");
    let key = discord.send_file(&to, &file, &bytes).await.unwrap();
    let posts = emulator.messages(emulator.direct(ANA));
    let [post] = posts.as_slice() else { panic!("it was posted {} times", posts.len()) };
    assert_eq!(key, format!("{}/{}", post.channel, post.message_id));
    assert_eq!(post.content, "Caso #1: \\@everyone \\*Marta\\* envió este archivo.");
    assert_eq!(post.attachments[0]["filename"], "señal 1.pdf");
    assert_eq!(post.attachments[0]["content_type"], "application/pdf");
    assert_eq!(emulator.content(&post.attachments[0]), bytes, "byte for byte");
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:?}", ledger.violations));
}

#[tokio::test]
async fn a_file_for_closed_dms_is_not_shown_to_others() {
    let (emulator, discord) = world().await;
    emulator.closes_dms(ANA);
    let bytes = Upload::document("a", "b").bytes;
    let to = Envelope { nonce: Some("1f.2a"), ..Envelope::to("@5") };
    let sent = discord.send_file(&to, &enclosure("Caso #1"), &bytes).await;
    let posts: Vec<_> = emulator.threads(MESA).into_iter().map(|t| emulator.messages(t)).collect();
    match sent {
        // In a private thread of the person.
        Ok(_) => {
            let post = &posts[0][0];
            assert_eq!(post.content, "<@5>\nCaso #1");
            assert_eq!(emulator.content(&post.attachments[0]), bytes);
        }
        Err(error) => panic!("{error}"),
    }
    assert!(emulator.messages(MESA).iter().all(|post| post.attachments.is_empty()));
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:?}", ledger.violations));
}

#[tokio::test]
async fn a_file_too_large_for_discord_is_refused() {
    let (_emulator, discord) = world().await;
    let bytes = Bytes::from(vec![b'%'; 11 << 20]);
    let refused = discord.send_file(&Envelope::to("@5"), &enclosure("Caso #1"), &bytes).await;
    assert!(matches!(refused, Err(SendError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn a_file_is_fetched_within_bounds_and_without_the_token() {
    let (emulator, discord) = world().await;
    let address = address(&emulator);
    let bytes = Upload::document("informe.pdf", "Informe").bytes;
    let size = u64::try_from(bytes.len()).unwrap();
    assert_eq!(discord.fetch(&address, size).await, Ok(bytes));
    assert_eq!(discord.fetch(&address, size - 1).await, Err(FetchError::TooLarge));
    let unsigned = address.split('?').next().unwrap();
    assert!(matches!(discord.fetch(unsigned, MEGABYTE).await, Err(FetchError::Gone(_))));
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:?}", ledger.violations));
}

#[tokio::test]
async fn files_are_fetched_only_from_discord() {
    let (emulator, discord) = world().await;
    let address = address(&emulator);
    for wrong in [
        "http://169.254.169.254/attachments/1/2/latest".to_owned(),
        "https://evil.example/attachments/1/2/a.png".to_owned(),
        format!("{}/api/v10/users/@me", emulator.api_url()),
        address.replace("http://", "http://ana@"),
    ] {
        let refused = discord.fetch(&wrong, MEGABYTE).await;
        assert!(matches!(refused, Err(FetchError::Gone(_))), "{wrong}");
    }
    assert_eq!(emulator.read(|ledger| ledger.calls_of(FETCHING)), 0, "no request was made");
    // A redirect is not followed, wherever it leads.
    let elsewhere = Fault::Status(302, 0, "http://169.254.169.254/latest/meta-data".into());
    emulator.faults().next(FETCHING, 1, elsewhere);
    assert!(matches!(discord.fetch(&address, MEGABYTE).await, Err(FetchError::Gone(_))));
    assert_eq!(emulator.read(|ledger| ledger.calls_of(FETCHING)), 1);
}

#[tokio::test]
async fn fetch_errors_are_distinguished() {
    let (emulator, discord) = world().await;
    let address = address(&emulator);
    let fails = async |fault: Fault| {
        emulator.faults().next(FETCHING, 1, fault);
        discord.fetch(&address, MEGABYTE).await.unwrap_err()
    };
    assert!(matches!(fails(Fault::DropBefore).await, FetchError::Transient(_)));
    assert!(matches!(fails(Fault::ServerError502Html).await, FetchError::Transient(_)));
    let absent = Fault::Status(404, 0, String::new());
    assert!(matches!(fails(absent).await, FetchError::Gone(_)));
    let wait = Fault::RateLimited { retry_after: 1.5, global: false, scope: "user" };
    assert_eq!(fails(wait).await, FetchError::RetryAfter(Duration::from_millis(1_500)));
}
