//! The history of the schema: one file per migration, applied in order, never edited after its
//! release. Migrations expand first and contract a release later, so that the previous release runs
//! on the present schema (G15).

use sea_orm_migration::prelude::*;

mod m0001_people;
mod m0002_tickets;
mod m0003_exchange;
mod m0004_linking;
mod m0005_threads;
mod m0006_reports;
mod m0007_editions;
mod m0008_warnings;
mod m0009_sources;
mod m0010_files;
mod m0011_answers;
mod m0012_relations;
mod m0014_visits;
mod m0015_promise_group;
mod m0016_letters;
mod m0017_retention;
mod m0018_leases;
mod m0019_backlog;
mod m0020_heartbeat;
mod m0021_report_wishes;
mod m0022_precedence;
mod m0023_places;
mod m0026_readers;
mod m0027_people_events;
mod m0029_figures;
mod m0031_followers;

/// Applies every migration that the database lacks.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_tickets::Migration),
            Box::new(m0003_exchange::Migration),
            Box::new(m0004_linking::Migration),
            Box::new(m0005_threads::Migration),
            Box::new(m0006_reports::Migration),
            Box::new(m0007_editions::Migration),
            Box::new(m0008_warnings::Migration),
            Box::new(m0009_sources::Migration),
            Box::new(m0010_files::Migration),
            Box::new(m0011_answers::Migration),
            Box::new(m0012_relations::Migration),
            Box::new(m0014_visits::Migration),
            Box::new(m0015_promise_group::Migration),
            Box::new(m0016_letters::Migration),
            Box::new(m0017_retention::Migration),
            Box::new(m0018_leases::Migration),
            Box::new(m0019_backlog::Migration),
            Box::new(m0020_heartbeat::Migration),
            Box::new(m0021_report_wishes::Migration),
            Box::new(m0022_precedence::Migration),
            Box::new(m0023_places::Migration),
            Box::new(m0026_readers::Migration),
            Box::new(m0027_people_events::Migration),
            Box::new(m0029_figures::Migration),
            Box::new(m0031_followers::Migration),
        ]
    }
}

/// Creates an index over `columns`, in which values may repeat.
async fn create_index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    manager.create_index(index(name, table, columns)).await
}

/// Creates an index over `columns` that refuses a second row with the same values.
async fn create_unique_index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    manager.create_index(index(name, table, columns).unique().to_owned()).await
}

fn index(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

/// Drops tables in the order given.
async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).to_owned()).await?;
    }
    Ok(())
}
