//! The group that received a ticket, in whose working hours its clocks run. Older tickets, and
//! those that the previous release registers, use the desk's hours.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text_null("promise_group").to_owned();
        manager.alter_table(Table::alter().table("ticket").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("ticket").drop_column("promise_group").to_owned();
        manager.alter_table(column).await
    }
}
