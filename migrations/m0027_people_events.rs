//! The append-only history of roles, groups, joins, revocations and invitations; the requests to
//! join two accounts; and the uses of invitations. Every addition is nullable or a new table, so
//! that the previous release can still write.

use sea_orm::DbBackend;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["person", "invitation"] {
            let column = &mut big_integer_null("revoked_at");
            let alter = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("person_event")
                    .col(big_pk_auto("id"))
                    .col(big_integer("at"))
                    .col(text("actor_kind"))
                    .col(big_integer_null("actor_id"))
                    .col(text_null("channel"))
                    .col(big_integer_null("person_id"))
                    .col(text("kind"))
                    .col(text("detail"))
                    .foreign_key(
                        ForeignKey::create().from("person_event", "actor_id").to("person", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create().from("person_event", "person_id").to("person", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("link_request")
                    .col(big_pk_auto("id"))
                    .col(big_integer("asker_account"))
                    .col(text("asker_role"))
                    .col(boolean("asker_agreed").default(false))
                    .col(text("bringer_channel"))
                    .col(text("bringer_key"))
                    .col(text("bringer_chat"))
                    .col(text("bringer_name"))
                    .col(text("bringer_locale"))
                    .col(text_null("bringer_role"))
                    .col(boolean("bringer_agreed").default(false))
                    .col(big_integer("expires_at"))
                    .col(big_integer_null("settled_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("link_request", "asker_account")
                            .to("account", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("invitation_use")
                    .col(big_integer("invitation_id"))
                    .col(text("user_key"))
                    .col(big_integer("at"))
                    .primary_key(Index::create().col("invitation_id").col("user_key"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("invitation_use", "invitation_id")
                            .to("invitation", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, table, columns) in [
            ("person_event_person", "person_event", &["person_id", "id"][..]),
            ("link_request_asker", "link_request", &["asker_account"][..]),
            ("link_request_bringer", "link_request", &["bringer_channel", "bringer_key"][..]),
        ] {
            super::create_index(manager, name, table, columns).await?;
        }
        let triggers: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &[
                "CREATE FUNCTION person_event_is_append_only() RETURNS trigger AS $$ \
                 BEGIN RAISE EXCEPTION 'person_event is append-only'; END; $$ LANGUAGE plpgsql",
                "CREATE TRIGGER person_event_append_only BEFORE UPDATE OR DELETE ON person_event \
                 FOR EACH ROW EXECUTE FUNCTION person_event_is_append_only()",
            ],
            _ => &[
                "CREATE TRIGGER person_event_no_update BEFORE UPDATE ON person_event \
                 BEGIN SELECT RAISE(ABORT, 'person_event is append-only'); END",
                "CREATE TRIGGER person_event_no_delete BEFORE DELETE ON person_event \
                 BEGIN SELECT RAISE(ABORT, 'person_event is append-only'); END",
            ],
        };
        for statement in triggers {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(manager, &["invitation_use", "link_request", "person_event"]).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let drop = "DROP FUNCTION person_event_is_append_only()";
            manager.get_connection().execute_unprepared(drop).await?;
        }
        for table in ["invitation", "person"] {
            let alter = Table::alter().table(table).drop_column("revoked_at").to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
