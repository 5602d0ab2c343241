//! Finds what a typed name means: a category, a group, a priority, a person. Case and accents make
//! no difference, and the beginning of a word is enough where it fits one name alone. Deliberately
//! absent: guessing; the person chooses among several.

mod candidate;

pub use candidate::{Candidate, Listed, candidates, fill, fitting, number, numbered};

pub use crate::domain::text::folded;

use super::{
    Reading,
    choice::Choice,
    wording::{Voice, priority_name},
};
use crate::{
    domain::{
        channel::ChannelKind,
        id::{PersonId, TicketNumber},
        locale::{Locale, Localized},
        person::Actor,
        priority::Priority,
        procedure::{Group, Procedure, Reason},
        right::{Reader, queue_of},
    },
    entity::person,
    service::{
        Connection, Result,
        people::{
            self,
            known::{self, Known},
        },
        ticket::find,
    },
};

/// No platform has account keys with fewer digits, so a shorter number is no key.
const SHORTEST_KEY: usize = 4;

/// What a typed name fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant<T> {
    One(T),
    Several,
    Nothing,
}

/// The key of the category with this name in any language.
pub fn category<'p>(procedure: &'p Procedure, typed: &str) -> Meant<&'p str> {
    let known = procedure.categories.iter();
    meant(
        typed,
        known.map(|category| (category.key.as_str(), names(&category.key, &category.name))),
    )
}

/// The key of the group with this name in any language.
pub fn group<'p>(procedure: &'p Procedure, typed: &str) -> Meant<&'p str> {
    let known = procedure.groups.iter();
    meant(typed, known.map(|group| (group.key.as_str(), names(&group.key, &group.name))))
}

/// The priority with this name in any language.
pub fn priority(typed: &str) -> Meant<Priority> {
    let names = Priority::ALL.map(|one| {
        let called = Locale::ALL.map(|locale| priority_name(locale, one));
        (one, called)
    });
    let known = names.iter().map(|(one, called)| {
        (*one, called.iter().map(String::as_str).chain([one.as_str()]).collect())
    });
    meant(typed, known)
}

/// Whether a text is the whole name of a group and nothing more.
pub fn is_group(procedure: &Procedure, text: &str) -> bool {
    whole_group(procedure, text).is_some()
}

/// The key of the one group that has this text as its whole name.
pub fn whole_group<'p>(procedure: &'p Procedure, text: &str) -> Option<&'p str> {
    let text = folded(text);
    let is_called = |group: &&'p Group| {
        names(&group.key, &group.name).into_iter().any(|name| folded(name) == text)
    };
    let mut called = procedure.groups.iter().filter(is_called);
    let first = called.next()?;
    called.next().is_none().then_some(first.key.as_str())
}

/// The value of the choice with this name. The level of a group need not be typed.
pub fn choice(choices: &[Choice], typed: &str) -> Meant<String> {
    let called = |choice: &Choice| {
        let label = choice.label.clone();
        let bare = label.split_once(" · ").map(|(_, name)| name.to_owned());
        (choice.value.clone(), label, bare)
    };
    let known: Vec<_> = choices.iter().map(called).collect();
    let named = known.iter().map(|(value, label, bare)| {
        let key = value.split_once(':').map_or(value.as_str(), |(_, key)| key);
        let names = [key, label.as_str()].into_iter().chain(bare.as_deref());
        (value, names.collect::<Vec<_>>())
    });
    match meant(typed, named) {
        Meant::One(value) => Meant::One(value.clone()),
        Meant::Several => Meant::Several,
        Meant::Nothing => Meant::Nothing,
    }
}

/// The key of the suspend reason with this name in any language.
pub fn suspend_reason<'p>(procedure: &'p Procedure, typed: &str) -> Option<&'p str> {
    let typed = folded(typed);
    let mut known = procedure.suspend_reasons.iter();
    let called = |reason: &&Reason| {
        names(&reason.key, &reason.name).into_iter().any(|name| folded(name) == typed)
    };
    known.find(called).map(|reason| reason.key.as_str())
}

/// Every technician of any group, in the order of their names, each with the first of their groups.
pub async fn specialists(
    conn: &impl Connection,
    procedure: &Procedure,
) -> Result<Vec<(person::Model, String)>> {
    let mut found: Vec<(person::Model, String)> = Vec::new();
    for group in &procedure.groups {
        for member in people::members(conn, &group.key).await? {
            if found.iter().all(|(known, _)| known.id != member.id) {
                found.push((member, group.key.clone()));
            }
        }
    }
    found.sort_by_key(|(person, _)| (folded(&person.name), person.id));
    Ok(found)
}

/// The name of a technician, with a distinguishing fact where another technician has the same name.
pub fn among_specialists<'a>(
    conn: &'a impl Connection,
    voice: &'a Voice<'_>,
    id: PersonId,
) -> Reading<'a, Option<String>> {
    Box::pin(label_among_specialists(conn, voice, id))
}

async fn label_among_specialists(
    conn: &impl Connection,
    voice: &Voice<'_>,
    id: PersonId,
) -> Result<Option<String>> {
    let mut known: Vec<person::Model> =
        specialists(conn, voice.procedure).await?.into_iter().map(|(person, _)| person).collect();
    if known.iter().all(|person| person.id != id) {
        known.extend(people::person(conn, id).await?);
    }
    let listed = known.into_iter().map(Listed::from).collect();
    let all = candidates(conn, voice, listed).await?;
    Ok(all.into_iter().find(|one| one.id == id).map(|one| one.label))
}

/// The technicians that can get a ticket from `actor`: the others of its group, where `actor` may
/// assign it. Without a ticket: all technicians of the groups of `actor`.
pub async fn colleagues(
    conn: &impl Connection,
    procedure: &Procedure,
    actor: &Actor,
    number: Option<TicketNumber>,
) -> Result<Vec<person::Model>> {
    let reader = Reader { actor, procedure };
    let mut groups = queue_of(reader);
    let mut has_it = None;
    if let Some(number) = number {
        let ticket = find::one(conn, reader, number).await?;
        // The person who registered a ticket may give it to a technician of its group.
        if ticket.registered_by == actor.id && ticket.technician_id.is_none() {
            groups = vec![ticket.group_key.clone()];
        }
        groups.retain(|group| *group == ticket.group_key);
        has_it = ticket.technician_id;
    }
    let mut found: Vec<person::Model> = Vec::new();
    for group in groups {
        for member in people::members(conn, &group).await? {
            if Some(member.id) != has_it && found.iter().all(|known| known.id != member.id) {
                found.push(member);
            }
        }
    }
    Ok(found)
}

/// A person that a typed name or key fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub id: PersonId,
    pub name: String,
    /// The label of the button: the name, until [`told_apart`] adds a distinguishing fact.
    pub label: String,
    /// The place where the person last asked for help.
    pub place: Option<String>,
    /// The networks on which the person has an account.
    pub networks: Vec<ChannelKind>,
}

/// The people, without `except`, whose names have words that begin with the typed ones, or who own
/// the account when a key was typed. People with exactly the typed name come first.
pub async fn people(conn: &impl Connection, typed: &str, except: PersonId) -> Result<Vec<Found>> {
    let key = typed.trim().trim_start_matches(['<', '@', '!']).trim_end_matches('>');
    let is_key = key.len() >= SHORTEST_KEY && key.bytes().all(|byte| byte.is_ascii_digit());
    let typed = folded(typed);
    let words: Vec<String> = typed.split_whitespace().map(str::to_owned).collect();
    let known = match (is_key, words.is_empty()) {
        (true, _) => known::with_key(conn, key).await?,
        (false, true) => return Ok(Vec::new()),
        (false, false) => known::find_by_name(conn, &words).await?,
    };
    let fits = |known: &Known| is_key || called(&known.person.name, &words);
    let others = known.into_iter().filter(|known| known.person.id != except && fits(known));
    let mut found: Vec<Found> = others
        .map(|Known { person, networks }| {
            let id = person.id;
            let name = person.name;
            let place = person.place;
            Found { id, label: name.clone(), name, place, networks }
        })
        .collect();
    found.sort_by_key(|found| folded(&found.name) != typed);
    Ok(found)
}

/// The person that a suggestion filled in by number, while the desk knows that person.
pub async fn picked(
    conn: &impl Connection,
    id: PersonId,
    except: PersonId,
) -> Result<Option<Found>> {
    let Some(person) = people::person(conn, id).await? else { return Ok(None) };
    let found = self::people(conn, &person.name, except).await?;
    Ok(found.into_iter().find(|found| found.id == id))
}

/// The same people, each with a unique label.
pub async fn told_apart(
    conn: &impl Connection,
    voice: &Voice<'_>,
    found: Vec<Found>,
) -> Result<Vec<Found>> {
    let network =
        |network: &ChannelKind| voice.say("network", &[("network", network.as_str().into())]);
    let beside = |found: &Found| match &found.place {
        Some(place) => place.clone(),
        None if found.networks.is_empty() => voice.text("known-nowhere"),
        None => found.networks.iter().map(network).collect::<Vec<_>>().join(", "),
    };
    let listed = found.iter().map(|one| Listed {
        id: one.id,
        name: one.name.clone(),
        beside: Some(beside(one)),
    });
    let labelled = candidates(conn, voice, listed.collect()).await?;
    let with_label = |(found, one): (Found, Candidate)| Found { label: one.label, ..found };
    Ok(found.into_iter().zip(labelled).map(with_label).collect())
}

/// Whether each of these words is the beginning of a word of the name.
fn called(name: &str, words: &[String]) -> bool {
    let name = folded(name);
    words.iter().all(|word| name.split_whitespace().any(|part| part.starts_with(word)))
}

/// Splits `[name] words` into the name in brackets and the words after it.
pub fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (name, words) = text.trim_start().strip_prefix('[')?.split_once(']')?;
    Some((name.trim(), words.trim())).filter(|(name, _)| !name.is_empty())
}

/// The name as it is written in brackets.
pub fn in_brackets(name: &str) -> String {
    format!("[{}]", name.replace(['[', ']'], " ").trim())
}

fn names<'p>(key: &'p str, name: &'p Localized) -> Vec<&'p str> {
    vec![key, &name.es, &name.en]
}

fn meant<'p, T>(typed: &str, known: impl Iterator<Item = (T, Vec<&'p str>)>) -> Meant<T> {
    let typed = folded(typed);
    if typed.is_empty() {
        return Meant::Nothing;
    }
    let mut exactly = Vec::new();
    let mut partly = Vec::new();
    for (key, names) in known {
        let names: Vec<String> = names.into_iter().map(folded).collect();
        if names.contains(&typed) {
            exactly.push(key);
        } else if names.iter().any(|name| format!(" {name}").contains(&format!(" {typed}"))) {
            partly.push(key);
        }
    }
    let mut found = if exactly.is_empty() { partly } else { exactly };
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Meant::One(one),
        (Some(_), false) => Meant::Several,
        (None, _) => Meant::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_understood_without_accents_and_in_part() {
        let known = || {
            [
                ("imp", vec!["impresion", "Impresión y copiado"]),
                ("red", vec!["Red"]),
                ("r2", vec!["Redes"]),
            ]
            .into_iter()
        };
        assert_eq!(meant(" IMPRESION ", known()), Meant::One("imp"));
        assert_eq!(meant("impresión y copiado", known()), Meant::One("imp"));
        assert_eq!(meant("copia", known()), Meant::One("imp"));
        assert_eq!(meant("red", known()), Meant::One("red"), "the whole name comes first");
        assert_eq!(meant("re", known()), Meant::Several);
        assert_eq!(meant("piado", known()), Meant::Nothing, "no word begins so");
        assert_eq!(meant("  ", known()), Meant::Nothing);
        assert_eq!(meant("fax", known()), Meant::Nothing);
    }

    #[test]
    fn people_are_called_by_beginnings_of_their_names_in_any_order() {
        let called = |typed: &str| {
            let words: Vec<String> = folded(typed).split_whitespace().map(str::to_owned).collect();
            called("Marta Lucía Gómez", &words)
        };
        for typed in ["marta", "Gómez", "gomez mar", "LUCIA", "m l g"] {
            assert!(called(typed), "{typed}");
        }
        for typed in ["arta", "marta ruiz", "martas"] {
            assert!(!called(typed), "{typed}");
        }
    }

    #[test]
    fn a_name_in_brackets_is_told_from_the_words() {
        assert_eq!(bracketed("[Red] no hay"), Some(("Red", "no hay")));
        assert_eq!(bracketed("[Red]"), Some(("Red", "")));
        for words in ["no hay [Red]", "[] no hay", "[no hay", ""] {
            assert_eq!(bracketed(words), None, "{words}");
        }
        assert_eq!(in_brackets("a]b["), "[a b]");
    }
}
