//! `mesabot outbox`: lists messages that could not be delivered, and retries or drops them. A desk
//! that runs on the same database sends retried messages within seconds.

use std::{process::ExitCode, sync::Arc};

use clap::Args;

use super::{
    App,
    dead_letter_list::{self, Page, Rows, Verb},
    desk,
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
        Verb::Retry(rows) => retry_all(&app, rows).await,
        Verb::Drop(rows) => drop_all(&app, rows).await,
    };
    app.database.close().await;
    ended
}

async fn list(app: &App, loaded: &Loaded, page: &Page) -> anyhow::Result<ExitCode> {
    let before = page.before.map(OutboxId);
    let letters = dead_letters::list(app.database.reader(), before, page.limit).await?;
    let row = |letter: &DeadLetter| {
        let state = match letter.state {
            DeliveryState::Unknown => "perhaps delivered",
            _ => "failed",
        };
        let cells = [
            letter.id.to_string(),
            dead_letter_list::written(loaded, letter.at),
            letter.channel.as_str().to_owned(),
            letter.ticket.map_or("-".to_owned(), |number| format!("#{number}")),
            letter.attempts.to_string(),
            state.to_owned(),
            dead_letter_list::reason(&letter.why),
        ];
        (letter.id.0, cells)
    };
    let rows: Vec<_> = letters.iter().map(row).collect();
    let headings = ["ID", "WHEN", "CHANNEL", "TICKET", "TRIES", "STATE", "WHY"];
    dead_letter_list::print("outbox", page, headings, &rows)
}

async fn retry_all(app: &App, rows: &Rows) -> anyhow::Result<ExitCode> {
    let mut all = true;
    for id in rows.ids.iter().copied().map(OutboxId) {
        let now = SystemClock.now();
        let retried: Result<Retried, Error> =
            app.database.write(|tx| Box::pin(async move { retry(tx, id, now).await })).await;
        match retried {
            Ok(Retried::As(new)) => println!("{id} will be said again, as {new}."),
            Ok(Retried::Pointless) => println!("{id} has nothing to say any more; it is dropped."),
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
    Ok(dead_letter_list::ended(all))
}

async fn drop_all(app: &App, rows: &Rows) -> anyhow::Result<ExitCode> {
    let mut all = true;
    for id in rows.ids.iter().copied().map(OutboxId) {
        let now = SystemClock.now();
        let dropped: Result<bool, Error> = app
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
    Ok(dead_letter_list::ended(all))
}
