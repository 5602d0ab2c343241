//! What becomes of an SQLite database whose file is lost as a whole: the desk has to stop, for whatever
//! it wrote would be lost, or would make the damage worse. Deliberately absent: damage that only some
//! rows meet, which is set aside row by row.

use std::{
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use tokio::sync::watch;

/// Why a file cannot be used any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Ruin {
    /// Its path leads to nothing, or to another file.
    #[error(
        "the database's file was deleted, moved or replaced while the desk had it open, so nothing \
         is saved any more: put the file back or restore the newest backup, and start again"
    )]
    Replaced,
    /// It is no database.
    #[error(
        "the database's file is not a database any more: restore the newest backup, and start again"
    )]
    NoDatabase,
    /// It is damaged where every row, or the note about a damaged row, has to be written.
    #[error(
        "the database's file is damaged: see with the sqlite3 program what `PRAGMA integrity_check` \
         says, restore the newest backup (or save what can still be read with `.recover`), and start \
         again"
    )]
    Damaged,
}

/// The file that was opened, and whether it is lost.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    /// Device and inode; none where they could not be read.
    identity: Option<(u64, u64)>,
    ruin: watch::Sender<Option<Ruin>>,
}

impl Place {
    /// The file at `path`, which was just opened.
    pub(super) fn of(path: &Path) -> Self {
        let identity = identity(path).ok();
        Self { path: path.to_owned(), identity, ruin: watch::Sender::new(None) }
    }

    /// Whether the file is lost. The path is looked at, and never opened: closing it would give up the
    /// locks that SQLite holds on the same file.
    pub(super) fn inspect(&self) -> Option<Ruin> {
        if self.identity.is_some() {
            match identity(&self.path) {
                Ok(now) if Some(now) != self.identity => self.condemn(Ruin::Replaced),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.condemn(Ruin::Replaced);
                }
                Ok(_) | Err(_) => {}
            }
        }
        *self.ruin.borrow()
    }

    /// The file is lost. The first reason stays.
    pub(super) fn condemn(&self, ruin: Ruin) {
        self.ruin.send_if_modified(|known| {
            let first = known.is_none();
            known.get_or_insert(ruin);
            first
        });
    }

    /// Waits until the file is lost.
    pub(super) async fn ruined(&self) -> Ruin {
        let mut ruin = self.ruin.subscribe();
        match ruin.wait_for(Option::is_some).await.map(|ruin| *ruin) {
            Ok(Some(ruin)) => ruin,
            // The sender lives as long as this does.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    std::fs::metadata(path).map(|file| (file.dev(), file.ino()))
}
