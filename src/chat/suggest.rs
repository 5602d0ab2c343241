//! Suggestions while a person types a command's argument, on networks that ask for them: only what
//! that person may see and use. Deliberately absent: writing; a suggestion grants nothing.

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

/// The longest shown title, in characters.
const TITLE: usize = 80;
/// How many people are suggested.
const MOST_PEOPLE: usize = 25;

/// What the network tells of a person who is typing a command.
#[derive(Debug, Clone, Copy)]
pub struct Typing<'t> {
    /// The person's account: the network and the platform's key.
    pub account: (ChannelKind, &'t str),
    /// The language of the person's app, when the network tells it.
    pub language: Option<&'t str>,
    /// The command's name, in any language.
    pub command: &'t str,
    /// The name of the parameter that is being typed.
    pub parameter: &'t str,
    /// What is typed of the parameter so far.
    pub typed: &'t str,
    /// The ticket that is filled in already.
    pub ticket: Option<TicketNumber>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub label: String,
    pub fill: Fill,
}

/// What a suggestion fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fill {
    Ticket(TicketNumber),
    Name(String),
}

/// The suggestions that fit the typed text. A command that the person may not run gets none.
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
        // An account without access sees the categories where access is open, and nothing else.
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

/// The tickets whose number begins as typed or whose title contains the typed words: those that the
/// person requested, those assigned to them, and those in the queues of their groups.
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
        // Finished tickets are suggested only once the person has typed something.
        if words.is_empty() && ticket.status.is_final() {
            return false;
        }
        let title = folded(&ticket.title);
        number.is_some_and(|number| ticket.number.to_string().starts_with(number))
            || words.iter().all(|word| title.contains(word))
    };
    let sought = Sought { words: &words, number };
    let mut found = suggested(conn, reader, &groups, sought, meant).await?;
    // The person's own tickets come first, then the most pressing ones.
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
        // A name that also fits a group is filled in as the person's number.
        let fill = match named::group(&desk.procedure, &one.name) {
            Meant::Nothing => named::fill(&people, one),
            Meant::One(_) | Meant::Several => named::number(one.id),
        };
        found.push(Suggestion { label: one.label.clone(), fill: Fill::Name(fill) });
    }
    Ok(found)
}

/// The group that has the ticket; `None` when the person may not read it.
async fn group_with(
    conn: &impl Connection,
    desk: &Desk,
    actor: &Actor,
    number: TicketNumber,
) -> Option<String> {
    let reader = Reader { actor, procedure: &desk.procedure };
    find::one(conn, reader, number).await.ok().map(|ticket| ticket.group_key)
}

/// The destinations of a related case, labelled as the question's buttons are.
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
    // A number without a ticket that the person may read still gets suggestions: those without a
    // ticket.
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

/// The people that the typed name fits. Of several with one name, the person's number is filled in.
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

/// The texts of suggestions name no instant, so `now` is zero.
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
