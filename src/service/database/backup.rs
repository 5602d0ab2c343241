//! A copy of an SQLite database, made while a desk is at work on it: consistent as of one instant,
//! whole, and on the disk before it has its name. A server has its own tools for this, which this
//! program does not replace. Deliberately absent: schedules, and taking a copy back.

use std::{
    io,
    path::{Path, PathBuf},
};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use tokio::fs;

use super::{DatabaseError, sqlite};

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something has that name already; it was not touched.
    #[error("{0} is there already; choose another name")]
    Exists(PathBuf),
    /// The file's name cannot be used.
    #[error("{0} is no name for a file")]
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
    /// The engine refused.
    #[error("the database cannot be copied: {0}")]
    Engine(#[from] DbErr),
}

/// Copies the SQLite database at `url` to `file`, which must not be there yet, readable by its owner
/// alone. Gives the size of the copy in bytes.
///
/// # Errors
/// When there is no whole copy; then there is no file either.
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
    // Absolute, lest the engine take it for the address of something.
    let folder = fs::canonicalize(folder).await?;
    let partial = folder.join(format!(".{name}.{:016x}.partial", rand::random::<u64>()));
    let copied = copy(source, &partial, &folder.join(name)).await;
    // On success it has a second name by now, and the first is taken away.
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
    // The engine fills an empty file that is there, and leaves its permissions.
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
        // Not every disk knows second names.
        Err(_) if !fs::try_exists(file).await? => Ok(fs::rename(partial, file).await?),
        Err(error) => Err(error.into()),
    }
}

/// Reads the copy from end to end.
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
