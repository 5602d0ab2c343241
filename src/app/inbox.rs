//! `mesabot inbox`: lists events that could not be handled, and retries or drops them. A desk that
//! runs on the same database handles retried events within seconds.

use std::{process::ExitCode, sync::Arc};

use clap::Args;

use super::{
    App,
    dead_letter_list::{self, Page, Rows, Verb},
    desk,
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

#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    verb: Verb,
}

pub(super) async fn run(loaded: &Loaded, options: &Options) -> anyhow::Result<ExitCode> {
    let app =
        App::open(loaded.config.database.expose(), desk(loaded), Arc::new(SystemClock)).await?;
    let ended = match &options.verb {
        Verb::List(page) => list(&app, loaded, page).await,
        Verb::Retry(rows) => decide(&app, rows, Decision::Retry).await,
        Verb::Drop(rows) => decide(&app, rows, Decision::Drop).await,
    };
    app.database.close().await;
    ended
}

async fn list(app: &App, loaded: &Loaded, page: &Page) -> anyhow::Result<ExitCode> {
    let before = page.before.map(InboxId);
    let asides = quarantined::list(app.database.reader(), before, page.limit).await?;
    let row = |aside: &Quarantined| {
        let cells = [
            aside.id.to_string(),
            dead_letter_list::written(loaded, aside.at),
            aside.source.clone(),
            aside.reference.clone(),
            aside.attempts.to_string(),
            dead_letter_list::reason(&aside.why),
        ];
        (aside.id.0, cells)
    };
    let rows: Vec<_> = asides.iter().map(row).collect();
    let headings = ["ID", "WHEN", "CHANNEL", "REFERENCE", "TRIES", "WHY"];
    dead_letter_list::print("inbox", page, headings, &rows)
}

#[derive(Debug, Clone, Copy)]
enum Decision {
    Retry,
    Drop,
}

async fn decide(app: &App, rows: &Rows, decision: Decision) -> anyhow::Result<ExitCode> {
    let mut all = true;
    for id in rows.ids.iter().copied().map(InboxId) {
        let now = SystemClock.now();
        let decided: Result<bool, Error> = app
            .database
            .write(|tx| {
                Box::pin(async move {
                    match decision {
                        Decision::Retry => quarantined::retry(tx, id).await,
                        Decision::Drop => quarantined::drop(tx, id, now).await,
                    }
                })
            })
            .await;
        match (decided?, decision) {
            (true, Decision::Retry) => println!("{id} will be handled again."),
            (true, Decision::Drop) => println!("{id} is dropped."),
            (false, _) => {
                eprintln!("{id} is not on the list.");
                all = false;
            }
        }
    }
    Ok(dead_letter_list::ended(all))
}
