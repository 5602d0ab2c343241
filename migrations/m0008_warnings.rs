//! Warnings about promises: when the next one is due, how many were sent, and the level whose times
//! were promised. Older tickets run under editions without warnings; the oldest, which have no
//! edition, are warned about after their next change.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut own_told = integer("own_told");
        let mut resolve_told = integer("resolve_told");
        for column in [
            &mut integer_null("promise_level"),
            &mut big_integer_null("warn_at"),
            own_told.default(0),
            resolve_told.default(0),
        ] {
            manager
                .alter_table(Table::alter().table("ticket").add_column(column).to_owned())
                .await?;
        }
        super::create_index(manager, "ticket_warn", "ticket", &["warn_at", "id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ticket_warn").table("ticket").to_owned()).await?;
        for column in ["resolve_told", "own_told", "warn_at", "promise_level"] {
            manager
                .alter_table(Table::alter().table("ticket").drop_column(column).to_owned())
                .await?;
        }
        Ok(())
    }
}
