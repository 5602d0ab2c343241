//! Visits at the requester's workplace, and equipment that was taken along. A visit is open while
//! it has no outcome; its next message is due at `due_at`.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("visit")
                    .col(big_pk_auto("id"))
                    .col(big_integer("ticket_id"))
                    .col(big_integer("technician_id"))
                    .col(big_integer("scheduled_at"))
                    .col(big_integer_null("arrived_at"))
                    .col(big_integer_null("ended_at"))
                    .col(text_null("outcome"))
                    .col(text_null("note"))
                    .col(big_integer("scheduled_by"))
                    .col(boolean("agreed"))
                    .col(big_integer_null("due_at"))
                    .foreign_key(ForeignKey::create().from("visit", "ticket_id").to("ticket", "id"))
                    .foreign_key(
                        ForeignKey::create().from("visit", "technician_id").to("person", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("visit_ticket", &["ticket_id", "id"][..]),
            ("visit_technician", &["technician_id", "scheduled_at"]),
            ("visit_due", &["due_at", "id"]),
        ] {
            super::create_index(manager, name, "visit", columns).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("equipment")
                    .col(big_integer("ticket_id").primary_key())
                    .col(text("what"))
                    .col(text("whereabouts"))
                    .col(big_integer("moved_at"))
                    .col(big_integer_null("returned_at"))
                    .col(big_integer_null("received_at"))
                    .foreign_key(
                        ForeignKey::create().from("equipment", "ticket_id").to("ticket", "id"),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(manager, &["equipment", "visit"]).await
    }
}
