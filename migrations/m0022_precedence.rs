//! Urgent messages go first in a chat: each outbox row has a class that orders its lane, and says
//! whether its reader asked for it. A row that the previous release writes is an ordinary notice.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in
            [small_integer("precedence").default(2).take(), boolean("asked").default(false).take()]
        {
            let alter = Table::alter().table("outbox").add_column(column).take();
            manager.alter_table(alter).await?;
        }
        for statement in [
            "CREATE INDEX outbox_turn ON outbox (open_lane, precedence, id) \
             WHERE open_lane IS NOT NULL",
            "CREATE INDEX outbox_stranger ON outbox (channel, chat_key, created_at) \
             WHERE precedence = 4",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["outbox_stranger", "outbox_turn"] {
            manager.drop_index(Index::drop().name(name).table("outbox").to_owned()).await?;
        }
        for name in ["asked", "precedence"] {
            let alter = Table::alter().table("outbox").drop_column(name).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
