//! A linked chat that refuses messages keeps its link: the row records since when the chat is
//! unreachable, and when it was last tried. Deliberately absent: a default; an older release writes
//! neither column.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["unreachable_since", "tried_at"] {
            let column = &mut big_integer_null(name);
            let alter = Table::alter().table("destination").add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["tried_at", "unreachable_since"] {
            let alter = Table::alter().table("destination").drop_column(name).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
