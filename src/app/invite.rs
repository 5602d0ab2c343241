//! `mesabot invite`: makes a one-time code, and the link that carries it where the platform tells
//! the bot's name.

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::{bail, ensure};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{
    App,
    changes::{self, Change},
    dead_letter_list::written,
    desk, run,
};
use crate::{
    channel::telegram::{self, setup},
    clock::{Clock, SystemClock},
    config::Loaded,
    domain::{person::Role, time::HOUR},
    entity::invitation,
    service::{
        Error,
        people::invitations::{self, NewInvitation, code, invite},
    },
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Options {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// The role of the person
    #[arg(long, value_enum, required_unless_present = "chat", conflicts_with = "chat")]
    role: Option<InvitedRole>,
    /// Link a group chat instead of a person: the group's new tickets appear there
    #[arg(long)]
    chat: bool,
    /// A group of the procedure, by its key; may be repeated
    #[arg(long = "group", value_name = "KEY")]
    groups: Vec<String>,
    /// The name to call the person by [default: the one they show in the chat]
    #[arg(long)]
    name: Option<String>,
    /// How many people may use the code
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..))]
    uses: i32,
    /// After how many hours the code stops working
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i64).range(1..=8760))]
    hours: i64,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Lists the invitations, the newest first; their codes are not stored
    List {
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
    /// Makes an invitation void
    Revoke {
        /// The invitation, by the identity that the list shows
        id: i64,
    },
}

/// A role as the command line names it.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum InvitedRole {
    Requester,
    Technician,
    Supervisor,
    Administrator,
}

impl From<InvitedRole> for Role {
    fn from(role: InvitedRole) -> Self {
        match role {
            InvitedRole::Requester => Self::Requester,
            InvitedRole::Technician => Self::Technician,
            InvitedRole::Supervisor => Self::Supervisor,
            InvitedRole::Administrator => Self::Administrator,
        }
    }
}

/// How long to wait for the platform to tell the bot's name.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn run(loaded: &Loaded, options: Options) -> anyhow::Result<ExitCode> {
    if let Some(verb) = options.verb {
        return decide(loaded, verb).await;
    }
    check(loaded, &options)?;
    let clock = SystemClock;
    let app = App::open(loaded.config.database.expose(), desk(loaded), Arc::new(clock)).await?;
    let code = &code(rand::random());
    let new = NewInvitation {
        role: options.role.map(Role::from),
        groups: options.groups,
        name: options.name,
        uses: options.uses,
        expires_at: SystemClock.now().plus(options.hours * HOUR),
    };
    let new = &new;
    let now = SystemClock.now();
    app.database
        .write(|tx| Box::pin(async move { invite(tx, new.clone(), code, now).await }))
        .await
        .map_err(|error: Error| error)?;
    app.database.close().await;
    match username(loaded).await {
        Some(bot) if options.chat => println!("{}", setup::group_link(&bot, code)),
        Some(bot) => println!("{}", setup::invite_link(&bot, code)),
        None => {}
    }
    let place = if options.chat { "in the group chat" } else { "to the bot in private" };
    println!("Or send this {place}: /start {code}");
    println!("It works {} time(s) within {} hours.", options.uses, options.hours);
    Ok(ExitCode::SUCCESS)
}

async fn decide(loaded: &Loaded, verb: Verb) -> anyhow::Result<ExitCode> {
    let app =
        App::open(loaded.config.database.expose(), desk(loaded), Arc::new(SystemClock)).await?;
    let ended = match verb {
        Verb::List { json } => list(&app, loaded, json).await,
        Verb::Revoke { id } => changes::make(&app, Change::Invitation(id)).await,
    };
    app.database.close().await;
    ended
}

async fn list(app: &App, loaded: &Loaded, as_json: bool) -> anyhow::Result<ExitCode> {
    let rows = invitations::list(app.database.reader()).await?;
    if as_json {
        let row = |row: &invitation::Model| {
            json!({"id": row.id, "role": row.role, "groups": row.groups, "name": row.name,
                "uses_left": row.uses_left, "expires_at": row.expires_at,
                "revoked_at": row.revoked_at})
        };
        println!("{}", rows.iter().map(row).collect::<Value>());
        return Ok(ExitCode::SUCCESS);
    }
    for row in &rows {
        let gives = row.role.map_or("group chat", |role| role.as_str());
        let state = match row.revoked_at {
            Some(_) => "revoked".to_owned(),
            None => format!("{} use(s) left", row.uses_left),
        };
        let until = written(loaded, row.expires_at);
        println!("{}  {gives}  {}  {state}  until {until}", row.id, row.groups);
    }
    Ok(ExitCode::SUCCESS)
}

fn check(loaded: &Loaded, options: &Options) -> anyhow::Result<()> {
    for key in &options.groups {
        if loaded.procedure.group(key).is_none() {
            let known: Vec<&str> = loaded.procedure.groups.iter().map(|g| g.key.as_str()).collect();
            bail!("--group {key}: the procedure has no such group; it has {}", known.join(", "));
        }
    }
    let serves = options.chat || matches!(options.role, Some(InvitedRole::Technician));
    ensure!(
        !serves || !options.groups.is_empty(),
        "say which group the code is for, such as --group {}",
        loaded.procedure.groups.first().map_or("KEY", |group| group.key.as_str())
    );
    Ok(())
}

/// The bot's name, when there is a bot and the platform answers.
async fn username(loaded: &Loaded) -> Option<String> {
    let settings = run::telegram::settings(&loaded.config.telegram).ok()??;
    let connected = tokio::time::timeout(PATIENCE, telegram::connect(&settings)).await;
    connected.ok()?.ok().map(|(_, identity)| identity.username)
}
