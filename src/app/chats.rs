//! `mesabot chats`: lists the linked group chats, and unlinks one.

use std::{process::ExitCode, sync::Arc};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    App,
    changes::{self, Change},
    desk,
};
use crate::{clock::SystemClock, config::Loaded, entity::destination, service::people::chats};

#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Lists the linked chats
    List {
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
    /// Unlinks a chat from its group
    Unlink {
        /// The link, by the identity that the list shows
        id: i64,
    },
}

pub(super) async fn run(loaded: &Loaded, options: Options) -> anyhow::Result<ExitCode> {
    let app =
        App::open(loaded.config.database.expose(), desk(loaded), Arc::new(SystemClock)).await?;
    let ended = match options.verb {
        Verb::List { json } => list(&app, json).await,
        Verb::Unlink { id } => changes::make(&app, Change::Chat(id)).await,
    };
    app.database.close().await;
    ended
}

async fn list(app: &App, as_json: bool) -> anyhow::Result<ExitCode> {
    let rows = chats::all(app.database.reader()).await?;
    if as_json {
        let row = |row: &destination::Model| {
            json!({"id": row.id, "network": row.channel, "chat": row.chat_key,
                "group": row.group_key, "unreachable_since": row.unreachable_since})
        };
        println!("{}", rows.iter().map(row).collect::<Value>());
        return Ok(ExitCode::SUCCESS);
    }
    for row in &rows {
        let reach = if row.unreachable_since.is_some() { "  out of reach" } else { "" };
        let network = row.channel.as_str();
        let chat = &row.chat_key;
        println!("{}  {network} {chat}  {}{reach}", row.id, row.group_key);
    }
    Ok(ExitCode::SUCCESS)
}
