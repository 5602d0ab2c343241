//! `mesabot inbox`: what was told and could not be handled, to be handled again or dropped. A desk
//! that runs on the same database handles what is retried within seconds.

use std::{process::ExitCode, sync::Arc};

use clap::Args;

use super::{
    House, desk,
    letters::{self, Page, Rows, Verb},
};
use crate::{
    clock::{Clock, SystemClock},
    config::Loaded,
    domain::id::InboxId,
    service::{
        Error,
        inbox::quarantined::{self, Quarantined},
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
        Verb::Retry(rows) => decide(&house, rows, true).await,
        Verb::Drop(rows) => decide(&house, rows, false).await,
    };
    house.database.close().await;
    ended
}

async fn list(house: &House, loaded: &Loaded, page: &Page) -> anyhow::Result<ExitCode> {
    let before = page.before.map(InboxId);
    let asides = quarantined::list(house.database.reader(), before, page.limit).await?;
    let row = |aside: &Quarantined| {
        let cells = [
            aside.id.to_string(),
            letters::written(loaded, aside.at),
            aside.source.clone(),
            aside.reference.clone(),
            aside.attempts.to_string(),
            letters::reason(&aside.why),
        ];
        (aside.id.0, cells)
    };
    let rows: Vec<_> = asides.iter().map(row).collect();
    let headings = ["ID", "WHEN", "CHANNEL", "REFERENCE", "TRIES", "WHY"];
    letters::print(("inbox", page), headings, &rows)
}

async fn decide(house: &House, rows: &Rows, again: bool) -> anyhow::Result<ExitCode> {
    let mut all = true;
    for id in rows.ids.iter().copied().map(InboxId) {
        let now = SystemClock.now();
        let decided: Result<bool, Error> = house
            .database
            .write(|tx| {
                Box::pin(async move {
                    if again {
                        quarantined::retry(tx, id).await
                    } else {
                        quarantined::drop(tx, id, now).await
                    }
                })
            })
            .await;
        match (decided?, again) {
            (true, true) => println!("{id} will be handled again."),
            (true, false) => println!("{id} is dropped."),
            (false, _) => {
                eprintln!("{id} is not on the list.");
                all = false;
            }
        }
    }
    Ok(letters::ended(all))
}
