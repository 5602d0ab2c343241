//! How each ticket came to the desk. Those from before were all written in a chat, and so are those
//! that yesterday's binary registers.

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
