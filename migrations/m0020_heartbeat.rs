//! The table of the trial write, with which a running desk tests whether the database accepts
//! writes. SQLite's writer has created the table already, for its own check.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let create = "CREATE TABLE IF NOT EXISTS heartbeat \
            (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), beats BIGINT NOT NULL)";
        manager.get_connection().execute_unprepared(create).await?;
        Ok(())
    }
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP TABLE heartbeat").await?;
        }
        Ok(())
    }
}
