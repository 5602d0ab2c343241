//! What is offered while somebody types what a command takes, on networks that ask for it: only what
//! that person may see and use. Reading only; what is offered grants nothing.

use sea_orm::ConnectionTrait;

use crate::{
    chat::{
        Desk,
        commands::{self, Parameter},
        dialogue::{Options, form},
        named::{self, folded},
        say::clip,
        view::help::audience,
        wording::Voice,
    },
    domain::{
        channel::ChannelKind,
        id::TicketNumber,
        locale::Locale,
        person::{Access, Actor, Role},
        priority::Priority,
        right::{Reader, queue_of},
        time::Timestamp,
    },
    entity::ticket,
    service::{
        Result, people,
        ticket::{
            find,
            suggested::{Sought, suggested},
        },
    },
};

/// How much of a title is shown.
const TITLE: usize = 80;

/// Somebody who types a command.
#[derive(Debug, Clone, Copy)]
pub struct Typing<'t> {
    /// Their account.
    pub account: (ChannelKind, &'t str),
    /// The language of their app, when the network tells.
    pub language: Option<&'t str>,
    /// The command's name, in any language.
    pub command: &'t str,
    /// The name of what is being typed.
    pub parameter: &'t str,
    /// What was typed of it so far.
    pub typed: &'t str,
    /// The ticket that was filled in already.
    pub ticket: Option<TicketNumber>,
}

/// Something that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What is read.
    pub label: String,
    /// What it fills in.
    pub fill: Fill,
}

/// What a suggestion fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fill {
    /// A ticket's number.
    Ticket(TicketNumber),
    /// A name.
    Name(String),
}

/// What fits what was typed. Nothing of a command that is not theirs.
pub async fn suggestions(
    conn: &impl ConnectionTrait,
    desk: &Desk,
    typing: Typing<'_>,
) -> Result<Vec<Suggestion>> {
    let Some(command) = commands::find(typing.command) else { return Ok(Vec::new()) };
    let mut parameters = command.argument.parameters().iter().copied();
    let parameter = parameters.find(|parameter| parameter.name() == typing.parameter);
    let (channel, key) = typing.account;
    let person = people::find_account(conn, channel, key).await?.map(|(_, person)| person);
    let actor = match &person {
        Some(person) => people::actor(conn, person.id).await?,
        None => None,
    };
    let spoken = typing.language.and_then(Locale::from_tag).unwrap_or(desk.locale);
    let locale = person.map_or(spoken, |person| person.locale);
    let Some(actor) = actor else {
        // Whoever may report may see what can be reported; a stranger sees nothing else.
        let open = desk.access == Access::Open && parameter == Some(Parameter::Category);
        return Ok(if open { categories(desk, locale, typing.typed) } else { Vec::new() });
    };
    if command.audience > audience(actor.role) {
        return Ok(Vec::new());
    }
    match parameter {
        Some(Parameter::Ticket) => tickets(conn, desk, &actor, typing.typed).await,
        Some(Parameter::Category) => Ok(categories(desk, locale, typing.typed)),
        Some(Parameter::Group) => groups(conn, desk, (&actor, locale), typing).await,
        Some(Parameter::Destination) => destinations(conn, desk, (&actor, locale), typing).await,
        Some(Parameter::Technician) => technicians(conn, desk, &actor, typing).await,
        Some(Parameter::Priority) => Ok(priorities(locale, typing.typed)),
        Some(Parameter::Person) => people_called(conn, &actor, typing.typed).await,
        Some(Parameter::Text) | None => Ok(Vec::new()),
    }
}

/// The person's tickets whose number begins as typed or whose title holds the words that were typed: those
/// they asked for, those they have, and those that wait for their groups.
async fn tickets(
    conn: &impl ConnectionTrait,
    desk: &Desk,
    actor: &Actor,
    typed: &str,
) -> Result<Vec<Suggestion>> {
    let reader = Reader { actor, procedure: &desk.procedure };
    let groups = if actor.role >= Role::Technician { queue_of(reader) } else { Vec::new() };
    let typed = folded(typed.trim().trim_start_matches('#'));
    let words: Vec<String> = typed.split_whitespace().map(str::to_owned).collect();
    let digits = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then_some(typed.as_str());
    let meant = |ticket: &ticket::Model| {
        // What is over is offered to a person who looks for it.
        if words.is_empty() && ticket.status.is_final() {
            return false;
        }
        let title = folded(&ticket.title);
        number.is_some_and(|number| ticket.number.to_string().starts_with(number))
            || words.iter().all(|word| title.contains(word))
    };
    let sought = Sought { words: &words, number };
    let mut found = suggested(conn, reader, &groups, sought, meant).await?;
    // What the person has themselves comes first, and then what is most pressing.
    found.sort_by_key(|ticket| {
        let theirs = ticket.requester_id == actor.id || ticket.technician_id == Some(actor.id);
        (ticket.status.is_final(), !theirs, ticket.queue_rank, ticket.id)
    });
    let offer = |ticket: ticket::Model| Suggestion {
        label: format!("#{} {}", ticket.number, clip(&ticket.title, TITLE)),
        fill: Fill::Ticket(ticket.number),
    };
    Ok(found.into_iter().map(offer).collect())
}

fn categories(desk: &Desk, locale: Locale, typed: &str) -> Vec<Suggestion> {
    let known = desk.procedure.categories.iter();
    let named = known.map(|category| (category.name.get(locale), category.key.as_str()));
    keyed(named, typed)
}

fn priorities(locale: Locale, typed: &str) -> Vec<Suggestion> {
    let named = Priority::ALL.map(|one| (named::priority_name(locale, one), one.as_str()));
    keyed(named.iter().map(|(name, key)| (name.as_str(), *key)), typed)
}

/// The groups, without the one that has the ticket already.
async fn groups(
    conn: &impl ConnectionTrait,
    desk: &Desk,
    (actor, locale): (&Actor, Locale),
    typing: Typing<'_>,
) -> Result<Vec<Suggestion>> {
    let has_it = match typing.ticket {
        Some(number) => group_with(conn, desk, actor, number).await,
        None => None,
    };
    let others = desk.procedure.groups.iter().filter(|group| Some(&group.key) != has_it.as_ref());
    let named = others.map(|group| (group.name.get(locale), group.key.as_str()));
    let mut found = keyed(named, typing.typed);
    // A ticket may go to a specialist by name, too.
    for (person, _) in named::specialists(conn, &desk.procedure).await? {
        if person.id != actor.id && fits(&person.name, typing.typed) {
            found.push(Suggestion { label: person.name.clone(), fill: Fill::Name(person.name) });
        }
    }
    Ok(found)
}

/// The group that has a ticket which the person may read.
async fn group_with(
    conn: &impl ConnectionTrait,
    desk: &Desk,
    actor: &Actor,
    number: TicketNumber,
) -> Option<String> {
    let reader = Reader { actor, procedure: &desk.procedure };
    find::one(conn, reader, number).await.ok().map(|ticket| ticket.group_key)
}

/// Where a related case may go, as it is offered when it is asked.
async fn destinations(
    conn: &impl ConnectionTrait,
    desk: &Desk,
    (actor, locale): (&Actor, Locale),
    typing: Typing<'_>,
) -> Result<Vec<Suggestion>> {
    let group = match typing.ticket {
        Some(number) => group_with(conn, desk, actor, number).await,
        None => None,
    };
    let voice = Voice { locale, procedure: &desk.procedure, now: Timestamp(0) };
    let options = Options { group, ..Options::default() };
    let labels = form::destinations(&voice, &options).into_iter().map(|choice| choice.label);
    let fitting = labels.filter(|label| fits(label, typing.typed));
    Ok(fitting.map(|label| Suggestion { label: label.clone(), fill: Fill::Name(label) }).collect())
}

async fn technicians(
    conn: &impl ConnectionTrait,
    desk: &Desk,
    actor: &Actor,
    typing: Typing<'_>,
) -> Result<Vec<Suggestion>> {
    // A number that stands for nothing yet, or not for them, is no reason to offer nobody.
    let number = match typing.ticket {
        Some(number) if group_with(conn, desk, actor, number).await.is_some() => Some(number),
        _ => None,
    };
    let people = named::colleagues(conn, &desk.procedure, actor, number).await?;
    let names = people.into_iter().map(|person| person.name);
    let fitting = names.filter(|name| fits(name, typing.typed));
    Ok(fitting.map(|name| Suggestion { label: name.clone(), fill: Fill::Name(name) }).collect())
}

/// Everybody who may be meant; which of those of one name it is, is asked later.
async fn people_called(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    typed: &str,
) -> Result<Vec<Suggestion>> {
    let mut names: Vec<String> = Vec::new();
    for found in named::people(conn, typed, actor.id).await? {
        if !names.contains(&found.name) {
            names.push(found.name);
        }
    }
    let named = |name: String| Suggestion { label: name.clone(), fill: Fill::Name(name) };
    Ok(names.into_iter().map(named).collect())
}

fn keyed<'k>(known: impl Iterator<Item = (&'k str, &'k str)>, typed: &str) -> Vec<Suggestion> {
    let fitting = known.filter(|(name, key)| fits(name, typed) || fits(key, typed));
    fitting
        .map(|(name, key)| Suggestion { label: name.to_owned(), fill: Fill::Name(key.to_owned()) })
        .collect()
}

fn fits(name: &str, typed: &str) -> bool {
    folded(name).contains(&folded(typed))
}
