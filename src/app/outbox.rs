//! `mesabot outbox`: what could not be delivered, to be said again or dropped. A desk that runs on
//! the same database sends what is retried within seconds.

use std::{process::ExitCode, sync::Arc};

use clap::Args;

use super::{
    House, desk,
    letters::{self, Page, Rows, Verb},
};
use crate::{
    chat::retry::{Retried, retry},
    clock::{Clock, SystemClock},
    config::Loaded,
    domain::id::OutboxId,
    entity::outbox::DeliveryState,
    service::{
        Error,
        outbox::dead_letters::{self, DeadLetter},
    },
};

/// What is to be done.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    verb: Verb,
}

pub(super) async fn run(loaded: &Loaded, options: &Options) -> anyhow::Result<ExitCode> {
    let house =
        House::open(loaded.config.database.expose(), desk(loaded), Arc::new(SystemClock)).await?;
    let ended = match &options.verb {
        Verb::List(page) => list(&house, loaded, page).await,
        Verb::Retry(rows) => retry_all(&house, rows).await,
        Verb::Drop(rows) => drop_all(&house, rows).await,
    };
    house.database.close().await;
    ended
}

async fn list(house: &House, loaded: &Loaded, page: &Page) -> anyhow::Result<ExitCode> {
    let before = page.before.map(OutboxId);
    let letters = dead_letters::list(house.database.reader(), before, page.limit).await?;
    let row = |letter: &DeadLetter| {
        let state = match letter.state {
            DeliveryState::Unknown => "perhaps delivered",
            _ => "failed",
        };
        let cells = [
            letter.id.to_string(),
            letters::written(loaded, letter.at),
            letter.channel.as_str().to_owned(),
            letter.ticket.map_or("-".to_owned(), |number| format!("#{number}")),
            letter.attempts.to_string(),
            state.to_owned(),
            letters::reason(&letter.why),
        ];
        (letter.id.0, cells)
    };
    let rows: Vec<_> = letters.iter().map(row).collect();
    let headings = ["ID", "WHEN", "CHANNEL", "TICKET", "TRIES", "STATE", "WHY"];
    letters::print(("outbox", page), headings, &rows)
}

async fn retry_all(house: &House, rows: &Rows) -> anyhow::Result<ExitCode> {
    let mut all = true;
    for id in rows.ids.iter().copied().map(OutboxId) {
        let now = SystemClock.now();
        let retried: Result<Retried, Error> =
            house.database.write(|tx| Box::pin(async move { retry(tx, id, now).await })).await;
        match retried {
            Ok(Retried::As(new)) => println!("{id} will be said again, as {new}."),
            Ok(Retried::Pointless) => println!("{id} would say nothing any more; it is dropped."),
            Ok(Retried::NotThere) => {
                eprintln!("{id} is not on the list.");
                all = false;
            }
            Err(Error::Unreadable(row) | Error::Missing(row)) => {
                eprintln!("{id} cannot be read ({row}); all that can be done is to drop it.");
                all = false;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(letters::ended(all))
}

async fn drop_all(house: &House, rows: &Rows) -> anyhow::Result<ExitCode> {
    let mut all = true;
    for id in rows.ids.iter().copied().map(OutboxId) {
        let now = SystemClock.now();
        let dropped: Result<bool, Error> = house
            .database
            .write(|tx| {
                Box::pin(async move {
                    let Some(row) = dead_letters::find(tx, id).await? else { return Ok(false) };
                    let note = format!("dropped: {}", row.failure.unwrap_or_default());
                    dead_letters::settle(tx, id, &note, now).await
                })
            })
            .await;
        if dropped? {
            println!("{id} is dropped.");
        } else {
            eprintln!("{id} is not on the list.");
            all = false;
        }
    }
    Ok(letters::ended(all))
}
