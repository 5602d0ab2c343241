//! Dead letters can be listed and retried: why an update was set aside, when it was settled, and
//! partial indexes over the rows that wait for an operator's decision.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [text_null("failure"), big_integer_null("handled_at")] {
            let mut column = column;
            let alter = Table::alter().table("inbox").add_column(&mut column).to_owned();
            manager.alter_table(alter).await?;
        }
        for index in [
            "CREATE INDEX inbox_aside ON inbox (quarantine) WHERE quarantine IS NOT NULL",
            "CREATE INDEX outbox_dead ON outbox (state, id) WHERE state IN ('failed', 'unknown')",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in [("outbox_dead", "outbox"), ("inbox_aside", "inbox")] {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        for column in ["handled_at", "failure"] {
            let alter = Table::alter().table("inbox").drop_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
