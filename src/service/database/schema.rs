//! Applies the migrations, and accepts a schema that is newer than this program: the previous
//! release runs on the present schema (G15), because migrations expand before they contract.
//!
//! Deliberately absent: the migrations themselves, and a way back.

use std::{collections::BTreeSet, marker::PhantomData};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, DynIden, Statement};
use sea_orm_migration::{MigrationTrait, MigratorTrait, seaql_migrations};

use super::{Database, DatabaseError};

/// The advisory lock under which one replica at a time migrates a PostgreSQL database: "mesabot" in
/// ASCII.
const MIGRATION_LOCK: i64 = 0x006d_6573_6162_6f74;

impl Database {
    /// Applies all missing migrations, or none.
    ///
    /// Several programs may call this at the same time: one migrates, and the others wait and find
    /// nothing left to do. Migrations that this program does not know were applied by a newer one;
    /// they are logged and accepted.
    ///
    /// # Errors
    /// When the database cannot be read or changed.
    pub async fn migrate<M: MigratorTrait>(&self) -> Result<(), DatabaseError> {
        // No time limit: a migration takes as long as its tables are large.
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

/// Applies every missing migration. Returns the names of applied migrations that this program does
/// not know.
async fn step<M: MigratorTrait>(tx: &DatabaseTransaction) -> Result<Vec<String>, DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // This waits for another program's migrations, which may take long.
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

/// The same migrations without the check of unknown ones. The library refuses to run when a
/// migration was applied that it does not find.
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
