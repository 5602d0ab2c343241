//! The threads in which taken tickets are discussed, on networks that have threads. Only a new
//! table, which the previous release does not use.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("thread")
                    .col(big_pk_auto("id"))
                    .col(big_integer("ticket_id"))
                    .col(text("channel"))
                    .col(text("place"))
                    .col(text("locale"))
                    .col(text("name"))
                    .col(text_null("chat_key"))
                    .col(boolean("overheard"))
                    .col(boolean("asleep"))
                    .col(boolean("given_up"))
                    .col(integer("openings"))
                    .foreign_key(
                        ForeignKey::create().from("thread", "ticket_id").to("ticket", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        super::create_unique_index(
            manager,
            "thread_place",
            "thread",
            &["ticket_id", "channel", "place"],
        )
        .await?;
        for (name, columns) in [("thread_chat", &["channel", "chat_key"][..])] {
            super::create_index(manager, name, "thread", columns).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(manager, &["thread"]).await
    }
}
