//! Private chats that nothing was known of: what a person first wrote while the desk was away arrives
//! once, when they do anything there or when the desk opens the chat.

use super::*;

const OFFER: &str = "¿Abro un caso con esto?";

/// How often the desk offers to open a ticket in a chat.
fn offers(ledger: &Ledger, chat: u64) -> usize {
    ledger.said_to(chat).iter().filter(|said| said.contains(OFFER)).count()
}

/// Marta writes to the bot for the first time while it is away; then it comes.
async fn came_late(act: impl Fn(&Emulator)) {
    let emulator = emulator().await;
    let directory = tempfile::tempdir().unwrap();
    let running = start(&emulator, directory.path(), &[]);
    emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    // Everything is registered before it goes.
    let offered = |ledger: &Ledger| {
        ledger.effects.iter().any(|effect| matches!(effect, Effect::Commands { .. }))
    };
    emulator.wait_until(offered, DEADLINE).await;
    ends_in_peace(running).await;
    emulator.dms(MARTA, "No imprime la impresora");
    let running = start(&emulator, directory.path(), &[]);
    emulator.wait_until(|ledger| ledger.readies > 1, DEADLINE).await;
    act(&emulator);
    let chat = emulator.direct(MARTA);
    emulator.wait_until(|ledger| offers(ledger, chat) > 0, DEADLINE).await;
    // The next session finds the chat in the rows and fetches it again.
    emulator.forgets_sessions();
    emulator.kill_sockets();
    emulator.wait_until(|ledger| ledger.readies > 2, DEADLINE).await;
    let luis = people(&emulator, 1)[0];
    emulator.dms(luis, "No hay red");
    let last = emulator.direct(luis);
    emulator.wait_until(|ledger| offers(ledger, last) > 0, DEADLINE).await;
    ends_in_peace(running).await;
    emulator.read(|ledger| {
        assert_eq!(offers(ledger, chat), 1, "once: {:?}", ledger.said_to(chat));
        assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations);
    });
}

#[tokio::test]
async fn first_words_in_a_gap_arrive_once_when_their_author_writes_again() {
    came_late(|emulator| {
        emulator.dms(MARTA, "/ayuda");
    })
    .await;
}

#[tokio::test]
async fn first_words_in_a_gap_arrive_once_when_their_author_uses_a_command() {
    came_late(|emulator| {
        emulator.uses_command(MARTA, emulator.direct(MARTA), "help", &[]);
    })
    .await;
}
