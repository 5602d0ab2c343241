//! The data behind a month's figures: each history row keeps the promises after its event and the
//! name of its actor; each ticket keeps its requester's name and whether the requester was asked
//! for a rating. Older rows, and rows that the previous release writes, have none of these; the
//! figures then fall back on the ticket.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: [(&str, &str); 6] = [
    ("ticket_owned", "ticket (owned_at)"),
    ("ticket_unended", "ticket (created_at) WHERE closed_at IS NULL"),
    ("ticket_event_accepted", "ticket_event (at) WHERE kind = 'accepted'"),
    ("ticket_event_solved", "ticket_event (at) WHERE kind = 'solved'"),
    ("ticket_event_rated", "ticket_event (at) WHERE kind = 'rated'"),
    ("ticket_event_recategorised", "ticket_event (ticket_id, id) WHERE kind = 'recategorised'"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("ticket_event", text_null("actor_name").take()),
            ("ticket_event", big_integer_null("own_due_at").take()),
            ("ticket_event", big_integer_null("resolve_due_at").take()),
            ("ticket_event", big_integer_null("resolve_left").take()),
            ("ticket", text_null("requester_name").take()),
            ("ticket", boolean_null("survey_asked").take()),
        ] {
            manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
        }
        for (name, holds) in INDEXES {
            let index = format!("CREATE INDEX {name} ON {holds}");
            manager.get_connection().execute_unprepared(&index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, holds) in INDEXES {
            let table = holds.split(' ').next().unwrap_or_default();
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        for (table, column) in [
            ("ticket", "survey_asked"),
            ("ticket", "requester_name"),
            ("ticket_event", "resolve_left"),
            ("ticket_event", "resolve_due_at"),
            ("ticket_event", "own_due_at"),
            ("ticket_event", "actor_name"),
        ] {
            manager.alter_table(Table::alter().table(table).drop_column(column).take()).await?;
        }
        Ok(())
    }
}
