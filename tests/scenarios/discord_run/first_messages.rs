//! Private chats unknown to the desk: a person's first message while the desk was down arrives
//! once, when the person acts in the chat again or when the desk opens the chat.

use super::*;

const OFFER: &str = "¿Abro un caso con esto?";

/// How often the desk offers to open a ticket in a chat.
fn offers(ledger: &Ledger, chat: u64) -> usize {
    ledger.said_to(chat).iter().filter(|said| said.contains(OFFER)).count()
}

/// Marta writes to the bot for the first time while it is down; then it starts.
async fn came_late(act: impl Fn(&Emulator)) {
    let emulator = emulator().await;
    let directory = tempfile::tempdir().unwrap();
    let running = start(&emulator, directory.path(), &[]);
    emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    // The desk registers its commands before it is stopped.
    let offered = |ledger: &Ledger| {
        ledger.effects.iter().any(|effect| matches!(effect, Effect::Commands { .. }))
    };
    emulator.wait_until(offered, DEADLINE).await;
    stops_in_order(running).await;
    emulator.dms(MARTA, "No imprime la impresora");
    let running = start(&emulator, directory.path(), &[]);
    emulator.wait_until(|ledger| ledger.readies > 1, DEADLINE).await;
    act(&emulator);
    let chat = emulator.direct(MARTA);
    emulator.wait_until(|ledger| offers(ledger, chat) > 0, DEADLINE).await;
    // The next session finds the chat in the database and fetches it again.
    emulator.forgets_sessions();
    emulator.kill_sockets();
    emulator.wait_until(|ledger| ledger.readies > 2, DEADLINE).await;
    let luis = people(&emulator, 1)[0];
    emulator.dms(luis, "No hay red");
    let last = emulator.direct(luis);
    emulator.wait_until(|ledger| offers(ledger, last) > 0, DEADLINE).await;
    stops_in_order(running).await;
    emulator.read(|ledger| {
        assert_eq!(offers(ledger, chat), 1, "once: {:?}", ledger.said_to(chat));
        assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations);
    });
}

#[tokio::test]
async fn a_first_message_in_a_gap_arrives_once_at_the_next_message() {
    came_late(|emulator| {
        emulator.dms(MARTA, "/ayuda");
    })
    .await;
}

#[tokio::test]
async fn a_first_message_in_a_gap_arrives_once_at_the_next_command() {
    came_late(|emulator| {
        emulator.uses_command(MARTA, emulator.direct(MARTA), "help", &[]);
    })
    .await;
}
