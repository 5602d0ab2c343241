//! The monthly reports that were sent, and the indexes that find a month's tickets.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("report")
                    .col(text("month").primary_key())
                    .col(big_integer("sent_at"))
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("ticket_created", &["created_at"][..]),
            ("ticket_solved", &["solved_at"][..]),
            ("ticket_closed", &["closed_at"][..]),
        ] {
            super::create_index(manager, name, "ticket", columns).await?;
        }
        // Few events are of this kind, and no other kind is searched by time.
        let reopened =
            "CREATE INDEX ticket_event_reopened ON ticket_event (at) WHERE kind = 'reopened'";
        manager.get_connection().execute_unprepared(reopened).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in [
            ("ticket_event_reopened", "ticket_event"),
            ("ticket_closed", "ticket"),
            ("ticket_solved", "ticket"),
            ("ticket_created", "ticket"),
        ] {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        super::drop_tables(manager, &["report"]).await
    }
}
