//! People, their accounts, groups and invitations.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("person")
                    .col(big_pk_auto("id"))
                    .col(text("name"))
                    .col(text("role"))
                    .col(text("locale"))
                    .col(text_null("place"))
                    .col(big_integer("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("account")
                    .col(big_pk_auto("id"))
                    .col(text("channel"))
                    .col(text("external_key"))
                    .col(big_integer("person_id"))
                    .col(text_null("private_chat"))
                    .col(big_integer_null("unreachable_since"))
                    .col(big_integer("created_at"))
                    .foreign_key(
                        ForeignKey::create().from("account", "person_id").to("person", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("membership")
                    .col(big_integer("person_id"))
                    .col(text("group_key"))
                    .primary_key(Index::create().col("person_id").col("group_key"))
                    .foreign_key(
                        ForeignKey::create().from("membership", "person_id").to("person", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("destination")
                    .col(big_pk_auto("id"))
                    .col(text("group_key"))
                    .col(text("channel"))
                    .col(text("chat_key"))
                    .col(text("locale"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("invitation")
                    .col(big_pk_auto("id"))
                    .col(text_uniq("digest"))
                    .col(text_null("role"))
                    .col(text("groups"))
                    .col(text_null("name"))
                    .col(integer("uses_left"))
                    .col(big_integer("expires_at"))
                    .col(big_integer("created_at"))
                    .to_owned(),
            )
            .await?;
        super::create_unique_index(
            manager,
            "account_external",
            "account",
            &["channel", "external_key"],
        )
        .await?;
        super::create_unique_index(
            manager,
            "destination_chat",
            "destination",
            &["group_key", "channel", "chat_key"],
        )
        .await?;
        for (name, table, columns) in [
            ("account_person", "account", &["person_id"][..]),
            ("account_private_chat", "account", &["channel", "private_chat"][..]),
            ("membership_group", "membership", &["group_key"][..]),
        ] {
            super::create_index(manager, name, table, columns).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(
            manager,
            &["invitation", "destination", "membership", "account", "person"],
        )
        .await
    }
}
