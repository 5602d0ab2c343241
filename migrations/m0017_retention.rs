//! Indexes that find old rows. Deleted and emptied rows leave them, so that each holds little more
//! than the rows that are still to be examined.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The indexes: name, table, and columns with condition.
const INDICES: [(&str, &str, &str); 7] = [
    ("inbox_received", "inbox", "(received_at, id)"),
    ("inbox_lane", "inbox", "(lane, id)"),
    (
        "outbox_settled",
        "outbox",
        "(settled_at, id) WHERE delivery <> '' AND settled_at IS NOT NULL",
    ),
    ("conversation_idle", "conversation", "(updated_at) WHERE dialogues <> '[]'"),
    ("card_gone", "card", "(ticket_id, id) WHERE message_key IS NULL"),
    ("invitation_expiry", "invitation", "(expires_at)"),
    ("link_code_expiry", "link_code", "(expires_at)"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, holds) in INDICES {
            let index = format!("CREATE INDEX {name} ON {table} {holds}");
            manager.get_connection().execute_unprepared(&index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in INDICES {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        Ok(())
    }
}
