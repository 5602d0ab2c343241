//! The editions of a procedure: a ticket keeps the one it was registered under, even when the file
//! changes later. Older tickets have none and run under the present edition.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("edition")
                    .col(text("digest").primary_key())
                    .col(text("procedure"))
                    .col(text("version"))
                    .col(text("rules"))
                    .col(big_integer("kept_at"))
                    .to_owned(),
            )
            .await?;
        let column = &mut text_null("edition");
        manager.alter_table(Table::alter().table("ticket").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("ticket").drop_column("edition").to_owned())
            .await?;
        super::drop_tables(manager, &["edition"]).await
    }
}
