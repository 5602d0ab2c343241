//! A copy of an SQLite database that is in use: consistent as of one instant, complete, and synced
//! to the disk before it gets its name. PostgreSQL has its own backup tools. Deliberately absent:
//! schedules, and restoring a copy.

use std::{
    io,
    path::{Path, PathBuf},
};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use tokio::fs;

use super::{DatabaseError, sqlite};

/// Why no copy was made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file of that name exists already. It was not touched.
    #[error("{0} exists already; choose another name")]
    Exists(PathBuf),
    /// The path does not end in a usable file name.
    #[error("{0} is not a usable file name")]
    Name(PathBuf),
    /// There is no database to copy.
    #[error("there is no database at {0}")]
    NoDatabase(PathBuf),
    /// The copy could not be read back.
    #[error("the copy is damaged: {0}")]
    Damaged(String),
    /// The disk refused.
    #[error("the copy cannot be written: {0}")]
    Disk(#[from] io::Error),
    /// The address of the database cannot be used.
    #[error(transparent)]
    Address(#[from] DatabaseError),
    /// The database engine refused.
    #[error("the database cannot be copied: {0}")]
    Engine(#[from] DbErr),
}

/// Copies the SQLite database at `url` to `file`, which must not exist yet. Only the owner can read
/// the copy. Returns the size of the copy in bytes.
///
/// # Errors
/// When the copy is not complete. No file is left behind then.
pub async fn back_up(url: &str, file: &Path) -> Result<u64, BackupError> {
    let source = sqlite::file_options(url)?.create_if_missing(false);
    let original = source.get_filename().to_owned();
    if !fs::try_exists(&original).await? {
        return Err(BackupError::NoDatabase(original));
    }
    if fs::try_exists(file).await? {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let name = file.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| BackupError::Name(file.to_owned()))?;
    let folder = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    // An absolute path: the engine could read a relative one as a database address.
    let folder = fs::canonicalize(folder).await?;
    let partial = folder.join(format!(".{name}.{:016x}.partial", rand::random::<u64>()));
    let copied = copy(source, &partial, &folder.join(name)).await;
    // On success `file` is a second name of the same content by now, so the partial name can go.
    let removed = fs::remove_file(&partial).await;
    copied?;
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    fs::File::open(&folder).await?.sync_all().await?;
    Ok(fs::metadata(file).await?.len())
}

async fn copy(source: sqlite::FileOptions, partial: &Path, file: &Path) -> Result<(), BackupError> {
    let name = partial.to_str().ok_or_else(|| BackupError::Name(file.to_owned()))?;
    // The engine fills an existing empty file and keeps its permissions.
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(partial).await?;
    let connection = sqlite::connect(source, 1).await?;
    let vacuum = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [name.into()]);
    let done = connection.execute_raw(vacuum).await;
    connection.close().await?;
    done?;
    check(name).await?;
    fs::File::open(partial).await?.sync_all().await?;
    match fs::hard_link(partial, file).await {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(BackupError::Exists(file.to_owned()))
        }
        // Not every file system supports hard links.
        Err(_) if !fs::try_exists(file).await? => Ok(fs::rename(partial, file).await?),
        Err(error) => Err(error.into()),
    }
}

/// Reads the whole copy to verify it.
async fn check(name: &str) -> Result<(), BackupError> {
    let copy = sqlite::FileOptions::new().filename(name).immutable(true).read_only(true);
    let connection = sqlite::connect(copy, 1).await?;
    let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA quick_check(1)");
    let found = connection.query_one_raw(check).await;
    connection.close().await?;
    let said = found?.map(|row| row.try_get_by_index::<String>(0)).transpose()?;
    match said.as_deref() {
        Some("ok") => Ok(()),
        other => Err(BackupError::Damaged(other.unwrap_or("nothing can be read").to_owned())),
    }
}
