//! What is offered while somebody types what a command takes, on networks that ask for it: only what
//! that person may see and use. Reading only; what is offered grants nothing.

use crate::{
    chat::{
        Desk,
        catalogue::Parameter,
        catalogue::audience,
        commands,
        named::{self, Candidate, Listed, Meant, folded},
        operation::open_child::destinations as destinations_of,
        question::Options,
        shorten::clip,
        wording::{Voice, priority_name},
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
        Connection, Result, people,
        ticket::{
            find,
            suggested::{Sought, suggested},
        },
    },
};

/// How much of a title is shown.
const TITLE: usize = 80;
/// How many people are offered.
const MOST_PEOPLE: usize = 25;

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
    conn: &impl Connection,
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
        Some(Parameter::Group) => groups(conn, desk, &actor, locale, typing).await,
        Some(Parameter::Destination) => destinations(conn, desk, &actor, locale, typing).await,
        Some(Parameter::Technician) => technicians(conn, desk, &actor, locale, typing).await,
        Some(Parameter::Priority) => Ok(priorities(locale, typing.typed)),
        Some(Parameter::Person) => {
            people_called(conn, &actor, &voice(desk, locale), typing.typed).await
        }
        Some(Parameter::Text) | None => Ok(Vec::new()),
    }
}

/// The person's tickets whose number begins as typed or whose title holds the words that were typed: those
/// they asked for, those they have, and those that wait for their groups.
async fn tickets(
    conn: &impl Connection,
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
    let named = Priority::ALL.map(|one| (priority_name(locale, one), one.as_str()));
    keyed(named.iter().map(|(name, key)| (name.as_str(), *key)), typed)
}

/// The groups, without the one that has the ticket already.
async fn groups(
    conn: &impl Connection,
    desk: &Desk,
    actor: &Actor,
    locale: Locale,
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
    let known = named::specialists(conn, &desk.procedure).await?;
    let others = known.into_iter().map(|(person, _)| person);
    let listed = others.filter(|person| person.id != actor.id).map(Listed::from).collect();
    let people = named::candidates(conn, &voice(desk, locale), listed).await?;
    for one in people.iter().filter(|one| fits(&one.label, typing.typed)) {
        // What fits a group, too, says by number which person it means.
        let fill = match named::group(&desk.procedure, &one.name) {
            Meant::Nothing => named::fill(&people, one),
            Meant::One(_) | Meant::Several => named::number(one.id),
        };
        found.push(Suggestion { label: one.label.clone(), fill: Fill::Name(fill) });
    }
    Ok(found)
}

/// The group that has a ticket which the person may read.
async fn group_with(
    conn: &impl Connection,
    desk: &Desk,
    actor: &Actor,
    number: TicketNumber,
) -> Option<String> {
    let reader = Reader { actor, procedure: &desk.procedure };
    find::one(conn, reader, number).await.ok().map(|ticket| ticket.group_key)
}

/// Where a related case may go, as it is offered when it is asked.
async fn destinations(
    conn: &impl Connection,
    desk: &Desk,
    actor: &Actor,
    locale: Locale,
    typing: Typing<'_>,
) -> Result<Vec<Suggestion>> {
    let group = match typing.ticket {
        Some(number) => group_with(conn, desk, actor, number).await,
        None => None,
    };
    let options = Options { group, ..Options::default() };
    let labels =
        destinations_of(&voice(desk, locale), &options).into_iter().map(|choice| choice.label);
    let fitting = labels.filter(|label| fits(label, typing.typed));
    Ok(fitting.map(|label| Suggestion { label: label.clone(), fill: Fill::Name(label) }).collect())
}

async fn technicians(
    conn: &impl Connection,
    desk: &Desk,
    actor: &Actor,
    locale: Locale,
    typing: Typing<'_>,
) -> Result<Vec<Suggestion>> {
    // A number that stands for nothing yet, or not for them, is no reason to offer nobody.
    let number = match typing.ticket {
        Some(number) if group_with(conn, desk, actor, number).await.is_some() => Some(number),
        _ => None,
    };
    let people = named::colleagues(conn, &desk.procedure, actor, number).await?;
    let listed = people.into_iter().map(Listed::from).collect();
    let people = named::candidates(conn, &voice(desk, locale), listed).await?;
    let fitting = people.iter().filter(|one| fits(&one.label, typing.typed));
    let offer = |one: &Candidate| Suggestion {
        label: one.label.clone(),
        fill: Fill::Name(named::fill(&people, one)),
    };
    Ok(fitting.map(offer).collect())
}

/// Each person that the typed name fits; of those of one name, which of them is filled in.
async fn people_called(
    conn: &impl Connection,
    actor: &Actor,
    voice: &Voice<'_>,
    typed: &str,
) -> Result<Vec<Suggestion>> {
    let found = named::people(conn, typed, actor.id).await?;
    let listed = found.into_iter().take(MOST_PEOPLE).map(|found| Listed {
        id: found.id,
        name: found.name,
        beside: None,
    });
    let people = named::candidates(conn, voice, listed.collect()).await?;
    let namesakes = |one: &Candidate| {
        people.iter().filter(|other| folded(&other.name) == folded(&one.name)).count()
    };
    let offer = |one: &Candidate| Suggestion {
        label: one.label.clone(),
        fill: Fill::Name(match namesakes(one) {
            1 => one.name.clone(),
            _ => named::number(one.id),
        }),
    };
    Ok(people.iter().map(offer).collect())
}

/// How suggestions are worded; they name no instant.
fn voice(desk: &Desk, locale: Locale) -> Voice<'_> {
    Voice { locale, procedure: &desk.procedure, now: Timestamp(0) }
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
