//! Leases for several replicas of one desk: which replica alone polls, sends, sweeps or listens,
//! and until when.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let lease = Table::create()
            .table("lease")
            .col(text("name").primary_key())
            .col(text("holder"))
            .col(big_integer("epoch"))
            .col(big_integer("expires_at"))
            .to_owned();
        manager.create_table(lease).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::drop_tables(manager, &["lease"]).await
    }
}
