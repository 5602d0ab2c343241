//! Tickets, their history and their surveys. Every frequent query has an index. The columns
//! `queue_rank` and `next_due_at` become NULL when a ticket ends, which keeps ended tickets out of
//! the indexes of open ones.

use sea_orm_migration::{
    prelude::*,
    schema::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("counter")
                    .col(text("name").primary_key())
                    .col(big_integer("value"))
                    .to_owned(),
            )
            .await?;
        let first = Query::insert()
            .into_table("counter")
            .columns(["name", "value"])
            .values_panic(["ticket".into(), 0i64.into()])
            .to_owned();
        manager.execute(first).await?;
        manager.create_table(ticket()).await?;
        manager
            .create_table(
                Table::create()
                    .table("ticket_event")
                    .col(big_pk_auto("id"))
                    .col(big_integer("ticket_id"))
                    .col(big_integer("at"))
                    .col(big_integer_null("actor_id"))
                    .col(text_null("channel"))
                    .col(text("kind"))
                    .col(text("detail"))
                    .foreign_key(
                        ForeignKey::create().from("ticket_event", "ticket_id").to("ticket", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("survey")
                    .col(big_integer("ticket_id"))
                    .col(integer("round"))
                    .col(big_integer("authorised_at"))
                    .col(integer_null("stars"))
                    .col(text_null("comment"))
                    .primary_key(Index::create().col("ticket_id").col("round"))
                    .foreign_key(
                        ForeignKey::create().from("survey", "ticket_id").to("ticket", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, table, columns) in [
            ("ticket_queue", "ticket", &["group_key", "queue_rank", "id"][..]),
            ("ticket_requester", "ticket", &["requester_id", "id"][..]),
            ("ticket_technician", "ticket", &["technician_id", "queue_rank", "id"][..]),
            ("ticket_due", "ticket", &["next_due_at", "id"][..]),
            ("ticket_event_ticket", "ticket_event", &["ticket_id", "id"][..]),
        ] {
            super::create_index(manager, name, table, columns).await?;
        }
        make_append_only(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(manager, &["survey", "ticket_event", "ticket", "counter"]).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager
                .get_connection()
                .execute_unprepared("DROP FUNCTION IF EXISTS refuse_change()")
                .await?;
        }
        Ok(())
    }
}

fn ticket() -> TableCreateStatement {
    Table::create()
        .table("ticket")
        .col(big_pk_auto("id"))
        .col(big_integer_uniq("number"))
        .col(big_integer("version"))
        .col(text("status"))
        .col(text("kind"))
        .col(text("category"))
        .col(text("title"))
        .col(text("description"))
        .col(text_null("details"))
        .col(text("place"))
        .col(text("origin"))
        .col(big_integer("requester_id"))
        .col(big_integer("registered_by"))
        .col(text("impact"))
        .col(text("urgency"))
        .col(text("priority"))
        .col(text("group_key"))
        .col(integer("level"))
        .col(big_integer_null("technician_id"))
        .col(big_integer_null("follow_up_of"))
        .col(text("procedure_version"))
        .col(big_integer_null("queue_rank"))
        .col(big_integer("own_due_at"))
        .col(big_integer_null("owned_at"))
        .col(big_integer_null("resolve_due_at"))
        .col(big_integer_null("resolve_left"))
        .col(text_null("suspension"))
        .col(text_null("solution"))
        .col(integer("round"))
        .col(big_integer_null("solved_at"))
        .col(big_integer_null("next_due_at"))
        .col(big_integer_null("close_at"))
        .col(big_integer_null("closed_at"))
        .col(text_null("ending"))
        .col(big_integer("created_at"))
        .foreign_key(ForeignKey::create().from("ticket", "requester_id").to("person", "id"))
        .foreign_key(ForeignKey::create().from("ticket", "technician_id").to("person", "id"))
        .to_owned()
}

/// The history is evidence (U13), so the database itself refuses to change or delete it.
async fn make_append_only(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let statements: &[&str] = match manager.get_database_backend() {
        DbBackend::Postgres => &[
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'ticket_event is append-only'; END $$",
            "CREATE TRIGGER ticket_event_append_only BEFORE UPDATE OR DELETE ON ticket_event \
             FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        ],
        _ => &[
            "CREATE TRIGGER ticket_event_no_update BEFORE UPDATE ON ticket_event \
             BEGIN SELECT RAISE(ABORT, 'ticket_event is append-only'); END",
            "CREATE TRIGGER ticket_event_no_delete BEFORE DELETE ON ticket_event \
             BEGIN SELECT RAISE(ABORT, 'ticket_event is append-only'); END",
        ],
    };
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
