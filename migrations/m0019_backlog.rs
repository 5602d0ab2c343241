//! Keeps the cost of one sending step independent of the backlog: a row names the card that it
//! updates, and waiting rows are found by their next attempt.

use sea_orm::DbBackend;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = &mut big_integer_null("card_id");
        let alter = Table::alter().table("outbox").add_column(column).to_owned();
        manager.alter_table(alter).await?;
        // Rows that wait now were queued without it.
        let fill = match manager.get_database_backend() {
            DbBackend::Postgres => {
                "UPDATE outbox SET card_id = CAST(CAST(delivery AS json) ->> 'card' AS BIGINT) \
                 WHERE open_lane IS NOT NULL AND delivery LIKE '{\"do\":\"edit\"%'"
            }
            _ => {
                "UPDATE outbox SET card_id = json_extract(delivery, '$.card') \
                 WHERE open_lane IS NOT NULL AND delivery LIKE '{\"do\":\"edit\"%'"
            }
        };
        for statement in [
            fill,
            "CREATE INDEX outbox_face ON outbox (card_id, id) WHERE open_lane IS NOT NULL",
            "CREATE INDEX outbox_later ON outbox (not_before) WHERE open_lane IS NOT NULL",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["outbox_later", "outbox_face"] {
            manager.drop_index(Index::drop().name(name).table("outbox").to_owned()).await?;
        }
        let alter = Table::alter().table("outbox").drop_column("card_id").to_owned();
        manager.alter_table(alter).await
    }
}
