//! Requests for a report, until they are answered.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("report_wish")
                    .col(big_pk_auto("id"))
                    .col(text("month"))
                    .col(text("channel"))
                    .col(text("chat_key"))
                    .col(big_integer_null("person_id"))
                    .col(big_integer("asked_by"))
                    .col(text("locale"))
                    .col(text_null("via"))
                    .col(integer("attempts"))
                    .col(big_integer("not_before"))
                    .col(big_integer("asked_at"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(manager, &["report_wish"]).await
    }
}
