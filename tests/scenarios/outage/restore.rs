//! The restore drill on PostgreSQL: a desk in the middle of its work is dumped by the server's own
//! tools, restored into another database, and continues from there.
//!
//! The drill needs `pg_dump` and `pg_restore`, on the PATH or in the system's folder of server
//! programs.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use mesabot::{
    domain::{person::Access, status::Status},
    entity::{inbox, outbox},
    service::inbox::NewIncoming,
    worker::handler,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tempfile::TempDir;

use crate::support::{
    desk::{DEADLINE, HelpDesk, uspec},
    engine::{POSTGRES, TestDatabase, postgres_url},
    telegram::Ledger,
};

/// One of the server's programs, in its newest version.
fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(name));
    let mut kept: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin").join(name)))
        .collect();
    kept.sort();
    // The wrapper on the PATH may be older than the server.
    kept.into_iter().rev().chain(on_path).find(|file| file.is_file())
}

async fn runs(tool: &Path, arguments: &[&str]) {
    let mut command = Command::new(tool);
    command.args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Every update so far, as a platform would deliver it again.
async fn updates_so_far(desk: &HelpDesk) -> Vec<NewIncoming> {
    let rows = inbox::Entity::find().all(desk.app.database.reader()).await.unwrap();
    let again = |row: inbox::Model| NewIncoming {
        source: row.source,
        external_key: row.external_key,
        lane: row.lane,
        raw: row.raw,
    };
    rows.into_iter().map(again).collect()
}

#[tokio::test]
async fn g15_a_desk_continues_from_a_dump_made_during_its_work() {
    let Some(admin_url) = postgres_url() else {
        eprintln!("skipped: {POSTGRES} is not set");
        return;
    };
    let (Some(dump), Some(restore)) = (tool("pg_dump"), tool("pg_restore")) else {
        eprintln!("skipped: there is no pg_dump here");
        return;
    };
    let database = TestDatabase::postgres(&admin_url).await;
    let mut desk = HelpDesk::open_in(database, Access::Open, uspec()).await;
    let technician = desk.technician("Ana").await;
    let requester = desk.requester("Marta");
    let number = desk.opens_ticket(&requester, "No enciende").await;
    technician.presses("Aceptar").await;
    requester.reads();
    technician.reads();

    // One update is handled but its answer not sent, and one is stored but not handled.
    desk.emulator.says(requester.id, requester.id, "/mis");
    is_stored(&desk).await;
    desk.workers.handler.pass().await.unwrap();
    let solved = format!("/solucionar {number} Cambié el cable");
    desk.emulator.says(technician.id, technician.id, &solved);
    is_stored(&desk).await;
    let reader = desk.app.database.reader();
    let open = outbox::Entity::find().filter(outbox::Column::OpenLane.is_not_null());
    let unsent = open.count(reader).await.unwrap();
    assert!(unsent > 0, "the desk has messages to send");

    let folder = TempDir::new().unwrap();
    let file = folder.path().join("desk.dump");
    let file = file.to_str().unwrap();
    let to = [format!("--file={file}"), format!("--dbname={}", desk.database().url)];
    runs(&dump, &["--format=custom", &to[0], &to[1]]).await;
    let copy = TestDatabase::postgres(&admin_url).await;
    let into = format!("--dbname={}", copy.url);
    let whole = ["--exit-on-error", "--single-transaction", "--no-owner"];
    runs(&restore, &[&whole[..], &[&into, file]].concat()).await;

    let readers = (requester.reader(), technician.reader());
    let left = desk.moves_to(copy).await;
    drop(left);
    let requester = desk.person_of(readers.0);
    let technician = desk.person_of(readers.1);
    assert_eq!(requester.reads(), "", "no message was sent in between");
    desk.settle().await;
    let mine = requester.reads();
    let theirs = technician.reads();
    assert!(mine.contains("No enciende"), "the unsent message arrives: {mine}");
    assert_eq!(desk.ticket(number).await.status, Status::Solved, "the unhandled update is handled");
    assert!(!theirs.is_empty());

    // An update that the platform delivers again is not new.
    let again = updates_so_far(&desk).await;
    assert!(again.len() > 8, "{}", again.len());
    let app = &desk.app;
    let now = mesabot::clock::Clock::now(&*desk.clock);
    let stored = handler::store(&app.database, &again, now, &app.wake).await.unwrap();
    assert_eq!(stored, 0, "no update acts twice");
    desk.settle().await;
    assert_eq!(requester.reads() + &technician.reads(), "");

    // The story continues.
    for label in ["Sí", "5"] {
        requester.presses(label).await;
    }
    assert_eq!(desk.ticket(number).await.status, Status::Closed);
    let other = desk.requester("Luis");
    let next = desk.opens_ticket(&other, "No imprime").await;
    assert_eq!(next.0, number.0 + 1, "the next number");
    other.reads();
    requester.reads();
    technician.reads();
    desk.close().await;
    println!(
        "restore drill: {} rows of the inbox came back, {unsent} messages were unsent",
        again.len()
    );
}

/// Waits until every delivered update is in the inbox.
async fn is_stored(desk: &HelpDesk) {
    let pending = desk.emulator.pending();
    let stored = |ledger: &Ledger| pending.iter().all(|id| ledger.confirmed.contains(id));
    desk.emulator.wait_until(stored, DEADLINE).await;
}
