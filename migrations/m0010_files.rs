//! Stored files, one row per content; attachments of tickets, stored or still to be fetched; and
//! the chats in which each was shown. Only new tables, which the previous release does not use.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("stored_file")
                    .col(text("digest").primary_key())
                    .col(big_integer("size"))
                    .col(text("media"))
                    .col(big_integer("kept_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("attachment")
                    .col(big_pk_auto("id"))
                    .col(big_integer("ticket_id"))
                    .col(big_integer("event_id").unique_key())
                    .col(big_integer_null("person_id"))
                    .col(text("channel"))
                    .col(text("kind"))
                    .col(text("reference"))
                    .col(text_null("name"))
                    .col(text("caption"))
                    .col(boolean("internal"))
                    .col(text("state"))
                    .col(text_null("why"))
                    .col(text_null("digest"))
                    .col(integer("attempts"))
                    .col(big_integer_null("due_at"))
                    .col(big_integer("created_at"))
                    .col(big_integer_null("settled_at"))
                    .foreign_key(
                        ForeignKey::create().from("attachment", "ticket_id").to("ticket", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("attachment", "event_id")
                            .to("ticket_event", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create().from("attachment", "person_id").to("person", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("attachment", "digest")
                            .to("stored_file", "digest"),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, columns) in
            [("attachment_ticket", &["ticket_id"][..]), ("attachment_due", &["due_at", "id"])]
        {
            super::create_index(manager, name, "attachment", columns).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("file_showing")
                    .col(big_integer("attachment_id"))
                    .col(text("channel"))
                    .col(text("chat_key"))
                    .primary_key(
                        Index::create().col("attachment_id").col("channel").col("chat_key"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("file_showing", "attachment_id")
                            .to("attachment", "id"),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(manager, &["file_showing", "attachment", "stored_file"]).await
    }
}
