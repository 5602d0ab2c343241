//! Brings the tables up to date, and gets along with those that are ahead: yesterday's program runs
//! on today's schema (G15), because migrations expand before they contract.
//!
//! Deliberately absent: the migrations, and a way back.

use std::{collections::BTreeSet, marker::PhantomData};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, DynIden, Statement};
use sea_orm_migration::{MigrationTrait, MigratorTrait, seaql_migrations};

use super::{Database, DatabaseError};

/// The key under which one replica at a time migrates a PostgreSQL database: "mesabot" in ASCII.
const MIGRATION_LOCK: i64 = 0x006d_6573_6162_6f74;

impl Database {
    /// Brings the tables up to date, all steps or none.
    ///
    /// Several programs may do so at the same time: one migrates, the others
    /// wait and find nothing left to do. Steps that this program does not know
    /// were taken by a later one; it says so and goes on.
    ///
    /// # Errors
    /// When the database cannot be read or changed.
    pub async fn migrate<M: MigratorTrait>(&self) -> Result<(), DatabaseError> {
        // A step takes as long as its tables are large.
        let later: Result<Vec<String>, DatabaseError> =
            self.write_within(None, |tx| Box::pin(async move { Ok(step::<M>(tx).await?) })).await;
        let later = later?;
        if !later.is_empty() {
            let steps = later.join(", ");
            tracing::warn!(
                steps,
                "a later version of the desk has changed this database; this one goes on with it"
            );
        }
        Ok(())
    }
}

/// Takes every step that is missing. Gives those that nobody here knows.
async fn step<M: MigratorTrait>(tx: &DatabaseTransaction) -> Result<Vec<String>, DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // Whoever waits here waits for another program's steps, and they take as long as they take.
        tx.execute_unprepared("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
            .await?;
        let lock = "SELECT pg_advisory_xact_lock($1)";
        let key = [MIGRATION_LOCK.into()];
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, lock, key)).await?;
    }
    Known::<M>::up(tx, None).await?;
    let known = names::<M>();
    let taken = M::get_migration_models(tx).await?.into_iter().map(|row| row.version);
    Ok(taken.filter(|version| !known.contains(version)).collect())
}

fn names<M: MigratorTrait>() -> BTreeSet<String> {
    M::migrations().iter().map(|step| step.name().to_owned()).collect()
}

/// The same steps for somebody who does not look at others. The library refuses to go on where a
/// step was taken that it does not find.
struct Known<M>(PhantomData<M>);

#[async_trait::async_trait]
impl<M: MigratorTrait> MigratorTrait for Known<M> {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        M::migrations()
    }

    fn migration_table_name() -> DynIden {
        M::migration_table_name()
    }

    async fn get_migration_models<C>(db: &C) -> Result<Vec<seaql_migrations::Model>, DbErr>
    where
        C: ConnectionTrait,
    {
        let known = names::<M>();
        let mut taken = M::get_migration_models(db).await?;
        taken.retain(|row| known.contains(&row.version));
        Ok(taken)
    }
}
