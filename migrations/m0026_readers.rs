//! The groups and technicians that had a ticket before, filled from the history, and whether a
//! ticket was registered as confidential. Tickets that the previous release registers are not
//! confidential, and tickets that it passes on are readable only by those who have them.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut confidential = boolean("confidential");
        let column = confidential.default(false);
        manager.alter_table(Table::alter().table("ticket").add_column(column).to_owned()).await?;
        manager
            .create_table(
                Table::create()
                    .table("ticket_reader")
                    .col(big_pk_auto("id"))
                    .col(big_integer("ticket_id"))
                    .col(text_null("group_key"))
                    .col(big_integer_null("person_id"))
                    .foreign_key(
                        ForeignKey::create().from("ticket_reader", "ticket_id").to("ticket", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create().from("ticket_reader", "person_id").to("person", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("ticket_reader_ticket", &["ticket_id", "id"][..]),
            ("ticket_reader_person", &["person_id", "ticket_id"][..]),
        ] {
            super::create_index(manager, name, "ticket_reader", columns).await?;
        }
        let (left, given) = match manager.get_database_backend() {
            DbBackend::Postgres => (
                "CAST(e.detail AS json) ->> 'from'",
                "CAST(CAST(e.detail AS json) ->> 'to' AS BIGINT)",
            ),
            _ => ("json_extract(e.detail, '$.from')", "json_extract(e.detail, '$.to')"),
        };
        // A person who was joined to another person reads as that person.
        let joined = "COALESCE(p.joined_into, p.id)";
        for statement in [
            format!(
                "INSERT INTO ticket_reader (ticket_id, group_key) \
                 SELECT DISTINCT e.ticket_id, {left} FROM ticket_event e \
                 JOIN ticket t ON t.id = e.ticket_id \
                 WHERE e.kind = 'escalated' AND {left} <> t.group_key"
            ),
            format!(
                "INSERT INTO ticket_reader (ticket_id, person_id) \
                 SELECT DISTINCT e.ticket_id, {joined} FROM ticket_event e \
                 JOIN person p ON p.id = e.actor_id WHERE e.kind = 'accepted'"
            ),
            format!(
                "INSERT INTO ticket_reader (ticket_id, person_id) \
                 SELECT DISTINCT e.ticket_id, {joined} FROM ticket_event e \
                 JOIN person p ON p.id = {given} WHERE e.kind = 'assigned' \
                 AND NOT EXISTS (SELECT 1 FROM ticket_reader r \
                 WHERE r.ticket_id = e.ticket_id AND r.person_id = {joined})"
            ),
        ] {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(manager, &["ticket_reader"]).await?;
        let alter = Table::alter().table("ticket").drop_column("confidential").to_owned();
        manager.alter_table(alter).await
    }
}
