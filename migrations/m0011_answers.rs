//! The answers of the request form and of the solution form. Older tickets, and those that the
//! previous release registers, have neither.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 2] = ["answers", "solution_answers"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column per statement.
        for name in COLUMNS {
            let column = text_null(name).to_owned();
            manager
                .alter_table(Table::alter().table("ticket").add_column(column).to_owned())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in COLUMNS {
            manager
                .alter_table(Table::alter().table("ticket").drop_column(name).to_owned())
                .await?;
        }
        Ok(())
    }
}
