//! Marks the database file of a console demonstration, so that the console can tell it from a
//! desk's real database. The console sets the mark before its first other write, and deletes no
//! file without the mark. Deliberately absent: a mark on a server, where no demonstration runs.

use std::fs;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::{DatabaseError, sqlite};

/// The SQLite `application_id` of a demonstration: "mesa" in ASCII.
const MARK: i64 = 0x6d65_7361;
/// Whether the migration table exists, which every database of a desk has.
const OURS: &str = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'seaql_migrations'";

/// What the console found at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The console made this file, just now or in an earlier run.
    Demonstration,
    /// A desk's database without the console's mark.
    Unmarked,
    /// Another program's database.
    Foreign,
}

/// Finds out what the file at `url` is. A missing or empty file is created and marked.
///
/// # Errors
/// When the file is no database, or cannot be read or created.
pub async fn inspect(url: &str) -> Result<Standing, DatabaseError> {
    let file = sqlite::file_options(url)?;
    let size = fs::metadata(file.get_filename()).map_or(0, |file| file.len());
    let options = if size == 0 {
        file.create_if_missing(true)
    } else {
        file.create_if_missing(false).read_only(true)
    };
    let connection = sqlite::connect(options, 1).await.map_err(DatabaseError::Open)?;
    let standing = if size == 0 { mark(&connection).await } else { read(&connection).await };
    let closed = connection.close().await;
    let standing = standing.map_err(DatabaseError::Open)?;
    closed.map_err(DatabaseError::Open)?;
    Ok(standing)
}

async fn mark(connection: &DatabaseConnection) -> Result<Standing, DbErr> {
    connection.execute_unprepared(&format!("PRAGMA application_id = {MARK}")).await?;
    Ok(Standing::Demonstration)
}

async fn read(connection: &DatabaseConnection) -> Result<Standing, DbErr> {
    let number = async |sql: &str| {
        let asked = Statement::from_string(DbBackend::Sqlite, sql);
        let row = connection.query_one_raw(asked).await?;
        row.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))
    };
    if number("PRAGMA application_id").await? == MARK {
        return Ok(Standing::Demonstration);
    }
    Ok(if number(OURS).await? == 0 { Standing::Foreign } else { Standing::Unmarked })
}
