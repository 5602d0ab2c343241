//! `mesabot people`: lists people, shows one with their history, and changes roles, groups, links
//! and access.

use std::{process::ExitCode, sync::Arc};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    App,
    changes::{self, Change},
    dead_letter_list::{reason, written},
    desk,
    invite::InvitedRole,
};
use crate::{
    clock::SystemClock,
    config::Loaded,
    domain::id::PersonId,
    service::{
        membership::joining,
        people::{
            history,
            list::{self, Listed},
        },
    },
};

#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Lists people, the oldest first
    List {
        /// Only people after this one
        #[arg(long, value_name = "ID", default_value_t = 0)]
        after: i64,
        /// How many people at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
        limit: u64,
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
    /// Shows a person with accounts, links and history
    Show {
        /// The person, by the identity that the list shows
        id: i64,
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
    /// Gives a person a role; tickets that it may not hold go back to their groups
    Role {
        /// The person
        id: i64,
        /// The role
        role: InvitedRole,
    },
    /// Adds a person to a group, or takes them out of one
    Group {
        #[command(subcommand)]
        verb: GroupVerb,
    },
    /// Revokes a person's access; open tickets go back to their groups
    Revoke {
        /// The person
        id: i64,
    },
    /// Undoes a link between two accounts of a person
    Unlink {
        /// The person
        id: i64,
        /// The link, by the identity that `show` gives it
        link: i64,
    },
}

#[derive(Debug, Subcommand)]
enum GroupVerb {
    /// Adds a person to a group
    Add(Membership),
    /// Takes a person out of a group; its tickets go back to it
    Remove(Membership),
}

#[derive(Debug, Args)]
struct Membership {
    /// The person
    id: i64,
    /// The group of the procedure, by its key
    group: String,
}

pub(super) async fn run(loaded: &Loaded, options: Options) -> anyhow::Result<ExitCode> {
    let app =
        App::open(loaded.config.database.expose(), desk(loaded), Arc::new(SystemClock)).await?;
    let ended = carry_out(&app, loaded, options.verb).await;
    app.database.close().await;
    ended
}

async fn carry_out(app: &App, loaded: &Loaded, verb: Verb) -> anyhow::Result<ExitCode> {
    let change = match verb {
        Verb::List { after, limit, json } => {
            return print_list(app, PersonId(after), limit, json).await;
        }
        Verb::Show { id, json } => return show(app, loaded, PersonId(id), json).await,
        Verb::Role { id, role } => Change::Role(PersonId(id), role.into()),
        Verb::Group { verb: GroupVerb::Add(Membership { id, group }) } => {
            Change::AddGroup(PersonId(id), group)
        }
        Verb::Group { verb: GroupVerb::Remove(Membership { id, group }) } => {
            Change::RemoveGroup(PersonId(id), group)
        }
        Verb::Revoke { id } => Change::Revoke(PersonId(id)),
        Verb::Unlink { id, link } => Change::Unlink(PersonId(id), link),
    };
    changes::make(app, change).await
}

async fn print_list(
    app: &App,
    after: PersonId,
    limit: u64,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let reader = app.database.reader();
    let mut people = Vec::new();
    for person in list::page(reader, after, limit).await? {
        people.extend(list::one(reader, person.id).await?);
    }
    if as_json {
        let people: Vec<Value> = people.iter().map(described).collect();
        println!("{}", Value::from(people));
        return Ok(ExitCode::SUCCESS);
    }
    for listed in &people {
        println!("{}", line(listed));
    }
    if let Some(last) = people.last().filter(|_| people.len() as u64 == limit) {
        println!("More: mesabot people list --after {}", last.person.id);
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(app: &App, loaded: &Loaded, id: PersonId, as_json: bool) -> anyhow::Result<ExitCode> {
    let reader = app.database.reader();
    let Some(listed) = list::one(reader, id).await? else {
        eprintln!("there is no such person; see mesabot people list");
        return Ok(ExitCode::FAILURE);
    };
    let links = joining::links(reader, id).await?;
    let history = history::of(reader, id).await?;
    if as_json {
        let mut shown = described(&listed);
        let link = |link: &joining::Link| json!({"id": link.id, "at": link.at, "name": link.name});
        shown["links"] = links.iter().map(link).collect();
        let happened = |one: &history::Happened| {
            json!({"id": one.id, "at": one.at, "by": one.actor_kind, "actor": one.actor,
                "event": one.event})
        };
        shown["history"] = history.iter().map(happened).collect();
        println!("{shown}");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", line(&listed));
    for account in &listed.accounts {
        let network = account.channel.as_str();
        let key = &account.external_key;
        println!("account  {network} {key}, heard {}", written(loaded, account.last_heard_at));
    }
    for link in &links {
        println!("link {}  {}, since {}", link.id, reason(&link.name), written(loaded, link.at));
    }
    for one in &history {
        let by = one.actor.map_or(one.actor_kind.clone(), |actor| format!("person {actor}"));
        println!("{}  {} by {by}", written(loaded, one.at), one.event.kind());
    }
    Ok(ExitCode::SUCCESS)
}

fn line(listed: &Listed) -> String {
    let person = &listed.person;
    let role = match person.revoked_at {
        Some(_) => "revoked",
        None => person.role.as_str(),
    };
    let groups = listed.groups.join(",");
    let holds = listed.holds;
    let groups = if groups.is_empty() { "-".to_owned() } else { groups };
    format!("{}  {}  {role}  {groups}  holds {holds}", person.id, reason(&person.name))
}

fn described(listed: &Listed) -> Value {
    let person = &listed.person;
    let account = |account: &crate::entity::account::Model| {
        json!({"network": account.channel, "key": account.external_key,
            "heard_at": account.last_heard_at, "unreachable_since": account.unreachable_since})
    };
    json!({
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "groups": listed.groups,
        "revoked_at": person.revoked_at,
        "holds": listed.holds,
        "accounts": listed.accounts.iter().map(account).collect::<Vec<_>>(),
    })
}
