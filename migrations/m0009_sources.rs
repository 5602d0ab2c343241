//! The source of each ticket. Older tickets, and those that the previous release registers, were
//! all reported in a chat.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text("source").default("chat").to_owned();
        manager.alter_table(Table::alter().table("ticket").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("ticket").drop_column("source").to_owned()).await
    }
}
