//! Detects that an SQLite file is lost as a whole. The desk then has to stop, because further
//! writes would be lost or would increase the damage. Deliberately absent: damage that affects only
//! some rows; such rows are set aside one by one.

use std::{
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use tokio::sync::watch;

/// Why a database file cannot be used any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileLoss {
    /// The path leads to no file, or to another one.
    #[error(
        "the database's file was deleted, moved or replaced while the desk had it open, so nothing \
         is saved any more: put the file back or restore the newest backup, and start again"
    )]
    Replaced,
    /// The file is not a database.
    #[error(
        "the database's file is not a database any more: restore the newest backup, and start again"
    )]
    NoDatabase,
    /// The file is damaged in pages that every write needs.
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
    /// Device and inode; `None` when they could not be read.
    identity: Option<(u64, u64)>,
    ruin: watch::Sender<Option<FileLoss>>,
}

impl Place {
    /// The file at `path`, which was just opened.
    pub(super) fn of(path: &Path) -> Self {
        let identity = identity(path).ok();
        Self { path: path.to_owned(), identity, ruin: watch::Sender::new(None) }
    }

    /// Whether the file is lost. This examines the path and never opens the file: closing it would
    /// release the locks that SQLite holds on the same file.
    pub(super) fn inspect(&self) -> Option<FileLoss> {
        if self.identity.is_some() {
            match identity(&self.path) {
                Ok(now) if Some(now) != self.identity => self.mark_lost(FileLoss::Replaced),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.mark_lost(FileLoss::Replaced);
                }
                Ok(_) | Err(_) => {}
            }
        }
        *self.ruin.borrow()
    }

    /// Marks the file as lost. The first reason stays.
    pub(super) fn mark_lost(&self, ruin: FileLoss) {
        self.ruin.send_if_modified(|known| {
            let first = known.is_none();
            known.get_or_insert(ruin);
            first
        });
    }

    /// Waits until the file is lost.
    pub(super) async fn wait_until_lost(&self) -> FileLoss {
        let mut ruin = self.ruin.subscribe();
        match ruin.wait_for(Option::is_some).await.map(|ruin| *ruin) {
            Ok(Some(ruin)) => ruin,
            // Unreachable: the sender lives as long as `self`.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    std::fs::metadata(path).map(|file| (file.dev(), file.ino()))
}
