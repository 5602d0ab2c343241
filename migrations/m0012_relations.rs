//! Relations of tickets: the parent of a related case, the specialist that a ticket was passed to
//! by name, and whether it waits for an approval. Older tickets, and those that the previous
//! release registers, have none of these.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut approval = boolean("approval");
        for column in [
            &mut big_integer_null("parent_id"),
            &mut big_integer_null("meant_for"),
            approval.default(false),
        ] {
            manager
                .alter_table(Table::alter().table("ticket").add_column(column).to_owned())
                .await?;
        }
        super::create_index(manager, "ticket_parent", "ticket", &["parent_id", "id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ticket_parent").table("ticket").to_owned()).await?;
        for column in ["approval", "meant_for", "parent_id"] {
            manager
                .alter_table(Table::alter().table("ticket").drop_column(column).to_owned())
                .await?;
        }
        Ok(())
    }
}
