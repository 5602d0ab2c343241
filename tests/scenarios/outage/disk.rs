//! The disk under an SQLite desk is read-only for a while, as after an error of the file system.
//! The test runs where this process may mount, that is, as root on Linux.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use mesabot::service::database::Database;
use sea_orm::DbErr;

use super::office::{Office, RECOVERY, REGISTER};
use crate::support::engine::TestDatabase;

/// A folder that is read-only until this value is dropped.
struct ReadOnly(PathBuf);

fn mounted(arguments: &[&str], folder: &Path) -> bool {
    let mut mount = Command::new("mount");
    mount.args(arguments).arg(folder);
    mount.output().is_ok_and(|output| output.status.success())
}

impl ReadOnly {
    /// Makes a folder read-only for files that are opened from now on; `None` where mounting is
    /// impossible.
    fn new(folder: &Path) -> Option<Self> {
        let itself = folder.to_str().expect("a temporary folder has a plain name");
        if !mounted(&["--bind", itself], folder) {
            return None;
        }
        let made = Self(folder.to_owned());
        mounted(&["-o", "remount,bind,ro"], folder).then_some(made)
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        // Files that are still open stay readable.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).output();
    }
}

/// The writer loses its connection, as after any error of the storage.
async fn the_writer_is_lost(database: &Database) {
    let database = database.clone();
    let lost = tokio::spawn(async move {
        let writing = database.write(|_| {
            Box::pin(async move { Err::<(), _>(panics("the connection dies with its work")) })
        });
        writing.await
    });
    assert!(lost.await.is_err_and(|error| error.is_panic()));
}

fn panics(why: &str) -> DbErr {
    panic!("{why}")
}

#[tokio::test(flavor = "multi_thread")]
async fn g13_after_a_read_only_disk_the_desk_writes_again() {
    let test = TestDatabase::sqlite();
    let file = PathBuf::from(test.url.trim_start_matches("sqlite://"));
    let mut office = Office::opens(&test, &test.url).await;
    let person = office.new_report().await;
    office.is_at_rest().await;
    let Some(read_only) = ReadOnly::new(file.parent().unwrap()) else {
        eprintln!("skipped: nothing can be mounted here");
        return;
    };
    the_writer_is_lost(&office.desk.app.database).await;
    let database = office.desk.app.database.clone();
    let refused = async || {
        let write = database.write(|tx| {
            Box::pin(async move {
                sea_orm::ConnectionTrait::execute_unprepared(tx, "DELETE FROM link_code").await
            })
        });
        let refused: Result<_, DbErr> = write.await;
        refused.expect_err("nothing can be written").to_string()
    };
    let said = refused().await;
    assert!(said.contains("readonly") || said.contains("unable to open"), "{said}");
    office.presses(person, REGISTER).await;
    for _ in 0..3 {
        refused().await;
    }
    assert_eq!(office.acknowledged(person), 0, "no ticket is confirmed");
    drop(read_only);
    let end = Instant::now();
    office.is_acknowledged(person).await;
    println!("a read-only disk: confirmed {:.1?} after its end", end.elapsed());
    assert!(end.elapsed() < RECOVERY);
    office.closes().await;
}
