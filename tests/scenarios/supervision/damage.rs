//! Damage to the database's file: a damaged row is set aside, a damaged file ends the program with
//! a remedy.

use std::{fs, path::Path};

use mesabot::service::{
    Error, Result,
    database::Database,
    inbox::{self, NewIncoming},
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use super::machine::{BETO, Log, MARTA, Machine, until};
use crate::support::telegram::BOT_ID;

/// The size of a page in bytes.
const PAGE: usize = 4_096;
/// More than one page holds.
const LONG: usize = 3 * PAGE;

/// What the damage does to rows longer than a page.
enum Overflow {
    /// The link from the row to its overflow pages is invalid.
    Link,
    /// The overflow pages hold invalid text.
    Text,
}

/// Damages every row of a table that is longer than a page.
async fn damage(machine: &Machine, table: &str, what: Overflow) {
    let database = Database::open(&machine.database()).await.unwrap();
    let sql = format!(
        "SELECT pageno, pagetype FROM dbstat WHERE name = '{table}' AND pagetype <> 'internal'"
    );
    let reader = database.reader();
    let statement = Statement::from_string(reader.get_database_backend(), sql);
    let rows = reader.query_all_raw(statement).await.unwrap();
    let pages: Vec<(i64, String)> =
        rows.iter().map(|row| row.try_get_many_by_index().unwrap()).collect();
    database.close().await;
    let of = |kind: &str| -> Vec<usize> {
        let found = pages.iter().filter(|(_, known)| known == kind);
        found.map(|(page, _)| usize::try_from(*page).unwrap()).collect()
    };
    let overflow = of("overflow");
    let leaves = of("leaf");
    assert!(!overflow.is_empty(), "no row of {table} is longer than a page: {pages:?}");
    let path = machine.path("desk.db");
    let mut bytes = fs::read(&path).unwrap();
    match what {
        Overflow::Text => {
            for page in overflow {
                let page = &mut bytes[(page - 1) * PAGE..page * PAGE];
                // The last page of a row has no link, and holds the row's other columns.
                if page[..4] != [0; 4] {
                    page[4..].fill(0xff);
                }
            }
        }
        Overflow::Link => {
            let mut cut = 0;
            for page in overflow {
                let link = u32::try_from(page).unwrap().to_be_bytes();
                for leaf in &leaves {
                    let leaf = &mut bytes[(leaf - 1) * PAGE..leaf * PAGE];
                    let places: Vec<usize> = leaf
                        .windows(4)
                        .enumerate()
                        .filter(|(_, w)| *w == link)
                        .map(|(n, _)| n)
                        .collect();
                    for place in places {
                        leaf[place..place + 4].copy_from_slice(&0x7fff_ffff_u32.to_be_bytes());
                        cut += 1;
                    }
                }
            }
            assert!(cut > 0, "no link leads to a further page");
        }
    }
    fs::write(&path, bytes).unwrap();
    assert!(!Path::new(&machine.path("desk.db-wal")).exists(), "no journal remains");
}

/// Writes a long message of Beto's into the inbox, as if the program had died before handling it.
async fn message_of_beto(machine: &Machine) {
    let desk = machine.start(Log::File, &[]);
    until(machine, 200, "ready").await;
    desk.stops_in_order().await;
    let database = Database::open(&machine.database()).await.unwrap();
    let text = "x".repeat(LONG);
    let chat = json!({"id": BETO, "type": "private", "first_name": "Beto"});
    let from = json!({"id": BETO, "is_bot": false, "first_name": "Beto"});
    let message = json!({"message_id": 1, "date": 1, "chat": chat, "from": from, "text": text});
    let raw = json!({"update_id": 1, "message": message}).to_string();
    let source = format!("telegram:{BOT_ID}");
    let lane = format!("{source}:{BETO}");
    let batch = &[NewIncoming { source, external_key: "old".into(), lane, raw }];
    let now = mesabot::domain::time::Timestamp(1);
    let stored: Result<u64, Error> =
        database.write(|tx| Box::pin(async move { inbox::receive(tx, batch, now).await })).await;
    assert_eq!(stored.unwrap(), 1);
    database.close().await;
}

async fn marta_is_answered(machine: &Machine) {
    machine.emulator.says(MARTA, MARTA, "No imprime la impresora");
    machine.hears("¿Abro un caso con esto?").await;
}

#[tokio::test]
async fn an_unreadable_message_is_set_aside_and_stops_nothing() {
    let machine = Machine::new().await;
    message_of_beto(&machine).await;
    damage(&machine, "inbox", Overflow::Text).await;
    let desk = machine.start(Log::File, &[]);
    marta_is_answered(&machine).await;
    machine.logs("an event was set aside").await;
    until(&machine, 200, "ready").await;
    machine.emulator.says(BETO, BETO, "/ayuda");
    machine.hears_in(BETO, "Esto es lo que puedo hacer").await;
    desk.stops_in_order().await;
}

#[tokio::test]
async fn a_damaged_row_sets_aside_its_updates_and_stops_nothing() {
    let machine = Machine::new().await;
    let desk = machine.start(Log::File, &[]);
    // As long as the platform allows, and longer than a page in bytes.
    machine.emulator.says(BETO, BETO, &format!("No imprime {}", "ñ".repeat(3_900)));
    machine.hears_in(BETO, "¿Abro un caso con esto?").await;
    desk.stops_in_order().await;
    damage(&machine, "conversation", Overflow::Link).await;
    let desk = machine.start(Log::File, &[]);
    machine.emulator.says(BETO, BETO, "Tampoco prende el portátil");
    marta_is_answered(&machine).await;
    machine.logs("an event was set aside").await;
    machine.hears_in(BETO, "M-").await;
    until(&machine, 200, "ready").await;
    desk.stops_in_order().await;
}

#[tokio::test]
async fn a_row_that_cannot_be_set_aside_ends_the_program() {
    let machine = Machine::new().await;
    message_of_beto(&machine).await;
    damage(&machine, "inbox", Overflow::Link).await;
    let ended = machine.start(Log::File, &[]).ended().await;
    let log = machine.log();
    assert_eq!(ended.code(), Some(1), "{log}");
    assert!(log.contains("PRAGMA integrity_check"), "{log}");
    assert!(log.contains("restore the newest backup"), "{log}");
}

#[tokio::test]
async fn a_file_that_is_no_database_ends_the_program() {
    let machine = Machine::new().await;
    let desk = machine.start(Log::File, &[]);
    until(&machine, 200, "ready").await;
    desk.stops_in_order().await;
    let mut bytes = fs::read(machine.path("desk.db")).unwrap();
    bytes[..PAGE].fill(7);
    fs::write(machine.path("desk.db"), bytes).unwrap();
    // A remaining journal would restore the page.
    for journal in ["desk.db-wal", "desk.db-shm"] {
        let _ = fs::remove_file(machine.path(journal));
    }
    let ended = machine.start(Log::File, &[]).ended().await;
    let log = machine.log();
    assert_eq!(ended.code(), Some(1), "{log}");
    assert!(log.contains("not a database any more: restore the newest backup"), "{log}");
}
