//! Inbox, outbox, conversations and cards. `open_lane` becomes NULL when a row is settled, so that
//! its index holds little more than the open rows.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("inbox")
                    .col(big_pk_auto("id"))
                    .col(text("source"))
                    .col(text("external_key"))
                    .col(text("lane"))
                    .col(text("raw"))
                    .col(text_null("open_lane"))
                    .col(integer("attempts"))
                    .col(text_null("quarantine"))
                    .col(big_integer("received_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("outbox")
                    .col(big_pk_auto("id"))
                    .col(text("channel"))
                    .col(text("chat_key"))
                    .col(text("lane"))
                    .col(text_null("open_lane"))
                    .col(text("delivery"))
                    .col(big_integer_null("ticket_id"))
                    .col(big_integer_null("person_id"))
                    .col(boolean("critical"))
                    .col(text("state"))
                    .col(integer("attempts"))
                    .col(big_integer("not_before"))
                    .col(text_null("message_key"))
                    .col(text_null("failure"))
                    .col(big_integer("created_at"))
                    .col(big_integer_null("settled_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("card")
                    .col(big_pk_auto("id"))
                    .col(big_integer_null("ticket_id"))
                    .col(text("view"))
                    .col(text("channel"))
                    .col(text("chat_key"))
                    .col(big_integer_null("viewer_id"))
                    .col(text("locale"))
                    .col(text_null("message_key"))
                    .col(text_null("face"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("conversation")
                    .col(big_integer("account_id").primary_key())
                    .col(big_integer("serial"))
                    .col(text("dialogues"))
                    .col(big_integer_null("card_id"))
                    .col(big_integer("updated_at"))
                    .foreign_key(
                        ForeignKey::create().from("conversation", "account_id").to("account", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        super::create_unique_index(manager, "inbox_external", "inbox", &["source", "external_key"])
            .await?;
        for (name, table, columns) in [
            ("inbox_open", "inbox", &["open_lane", "id"][..]),
            ("outbox_open", "outbox", &["open_lane", "id"][..]),
            ("outbox_message", "outbox", &["channel", "chat_key", "message_key"][..]),
            ("card_ticket", "card", &["ticket_id"][..]),
            ("card_chat", "card", &["channel", "chat_key", "message_key"][..]),
        ] {
            super::create_index(manager, name, table, columns).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(manager, &["conversation", "card", "outbox", "inbox"]).await
    }
}
