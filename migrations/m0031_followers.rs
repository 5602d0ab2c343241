//! The followers of tickets, each with the status they were last told. Only a new table, which the
//! previous release does not use.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("ticket_follower")
            .col(big_integer("ticket_id"))
            .col(big_integer("person_id"))
            .col(text("status_told"))
            .primary_key(Index::create().col("ticket_id").col("person_id"))
            .foreign_key(
                ForeignKey::create()
                    .from("ticket_follower", "ticket_id")
                    .to("ticket", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .foreign_key(
                ForeignKey::create().from("ticket_follower", "person_id").to("person", "id"),
            )
            .take();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("ticket_follower").take()).await
    }
}
