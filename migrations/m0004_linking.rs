//! Several accounts per person: when each account was last used, the person a person was joined to,
//! the codes that join, and wrong attempts. New columns have defaults, so that the previous
//! release, which does not know them, can still write.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, mut column) in [
            ("account", big_integer("last_heard_at").default(0).to_owned()),
            ("person", big_integer_null("joined_into")),
        ] {
            let alter = Table::alter().table(table).add_column(&mut column).to_owned();
            manager.alter_table(alter).await?;
        }
        manager
            .get_connection()
            .execute_unprepared("UPDATE account SET last_heard_at = created_at")
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("link_code")
                    .col(big_integer("person_id").primary_key())
                    .col(big_integer("account_id"))
                    .col(text_uniq("digest"))
                    .col(big_integer("expires_at"))
                    .foreign_key(
                        ForeignKey::create().from("link_code", "person_id").to("person", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create().from("link_code", "account_id").to("account", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("link_try")
                    .col(big_pk_auto("id"))
                    .col(text("channel"))
                    .col(text("external_key"))
                    .col(big_integer("at"))
                    .to_owned(),
            )
            .await?;
        for (name, table, columns) in [
            ("link_try_account", "link_try", &["channel", "external_key", "at"][..]),
            ("link_try_at", "link_try", &["at"][..]),
            ("ticket_registered", "ticket", &["registered_by"][..]),
        ] {
            super::create_index(manager, name, table, columns).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(manager, &["link_try", "link_code"]).await?;
        let index = Index::drop().name("ticket_registered").table("ticket").to_owned();
        manager.drop_index(index).await?;
        for (table, column) in [("account", "last_heard_at"), ("person", "joined_into")] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
