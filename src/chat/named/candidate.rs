//! The people to choose from, each with a unique label. People with the same name are distinguished
//! by place, group, network, account, latest ticket, and at last by the id of their record.
//! Deliberately absent: choosing; where a typed name fits several people, the person who typed it
//! chooses.

use super::{called, folded};
use crate::{
    chat::{Reading, shorten::clip, wording::Voice},
    domain::id::PersonId,
    entity::person,
    service::{
        Connection, Result,
        people::traits::{self, Traits},
    },
};

/// The prefix of a person's number that a suggestion filled in.
const NUMBER: &str = "@";
/// The longest name and the longest remark beside it, in characters, in a label of two parts.
const TWO_PARTS: (usize, usize) = (40, 36);
/// The longest name, remark and distinguishing fact, in characters, in a label of three parts.
const THREE_PARTS: (usize, usize, usize) = (30, 20, 24);
/// The longest distinguishing fact, in characters, where no remark stands before it.
const ALONE: usize = 44;
/// How many digits at the end of an account's key are shown.
const DIGITS: usize = 4;

/// A person in a list, before the label is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: PersonId,
    pub name: String,
    /// The remark that the list shows beside the name, if any.
    pub beside: Option<String>,
}

impl From<person::Model> for Listed {
    fn from(person: person::Model) -> Self {
        Self { id: person.id, name: person.name, beside: None }
    }
}

/// A person who may be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: PersonId,
    pub name: String,
    /// The label of the button.
    pub label: String,
}

/// These people, each with a unique label.
pub fn candidates<'a>(
    conn: &'a impl Connection,
    voice: &'a Voice<'_>,
    listed: Vec<Listed>,
) -> Reading<'a, Vec<Candidate>> {
    Box::pin(told_apart(conn, voice, listed))
}

async fn told_apart(
    conn: &impl Connection,
    voice: &Voice<'_>,
    listed: Vec<Listed>,
) -> Result<Vec<Candidate>> {
    let known = traits::of(conn, &alike(&listed)).await?;
    let usual = Traits::default();
    let facts = listed.iter().map(|one| {
        let mut facts = facts(voice, known.get(&one.id).unwrap_or(&usual));
        facts.push(voice.say("told-apart-record", &[("id", one.id.to_string().into())]));
        facts
    });
    let labels = labels(&listed, &facts.collect::<Vec<_>>());
    let candidate = |(Listed { id, name, .. }, label)| Candidate { id, name, label };
    Ok(listed.into_iter().zip(labels).map(candidate).collect())
}

/// The candidates that fit the typed text: the person that a suggestion filled in by number, or
/// whose label was typed; otherwise each person whose name has words that begin with the typed
/// ones. A person with exactly the typed name does not hide one with a longer name.
pub fn fitting<'c>(candidates: &'c [Candidate], typed: &str) -> Vec<&'c Candidate> {
    if let Some(id) = numbered(typed) {
        return candidates.iter().filter(|one| one.id == id).collect();
    }
    let typed = folded(typed);
    let labelled = candidates.iter().filter(|one| folded(&one.label) == typed);
    let labelled: Vec<&Candidate> = labelled.filter(|one| one.label != one.name).collect();
    let words: Vec<String> = typed.split_whitespace().map(str::to_owned).collect();
    if !labelled.is_empty() || words.is_empty() {
        return labelled;
    }
    candidates.iter().filter(|one| called(&one.name, &words)).collect()
}

/// The id of the person that a suggestion filled in by number.
pub fn numbered(typed: &str) -> Option<PersonId> {
    typed.trim().strip_prefix(NUMBER)?.parse().ok().map(PersonId)
}

/// The text that a suggestion fills in for a person whose name fits other people, too.
pub fn number(id: PersonId) -> String {
    format!("{NUMBER}{id}")
}

/// The text that a suggestion fills in for a candidate: the name where it fits this candidate
/// alone, otherwise the number.
pub fn fill(candidates: &[Candidate], one: &Candidate) -> String {
    match fitting(candidates, &one.name).as_slice() {
        [only] if only.id == one.id => one.name.clone(),
        _ => number(one.id),
    }
}

/// The people who share name and remark with another person of the list.
fn alike(listed: &[Listed]) -> Vec<PersonId> {
    let is_alike = |one: &&Listed| listed.iter().any(|other| is_same(one, other));
    listed.iter().filter(is_alike).map(|one| one.id).collect()
}

fn is_same(one: &Listed, other: &Listed) -> bool {
    one.id != other.id && folded(&short(one)) == folded(&short(other))
}

/// The name with the remark beside it.
fn short(one: &Listed) -> String {
    let (name, beside) = TWO_PARTS;
    match &one.beside {
        Some(remark) => format!("{} · {}", clip(&one.name, name), clip(remark, beside)),
        None => clip(&one.name, name),
    }
}

/// A label for each person, with the first fact that no person of the same name and remark shares.
/// The last fact of each list is unique.
fn labels(listed: &[Listed], facts: &[Vec<String>]) -> Vec<String> {
    let shares = |at: usize, other: usize, fact: &str| {
        is_same(&listed[at], &listed[other])
            && facts[other].iter().any(|theirs| folded(theirs) == folded(fact))
    };
    let label = |at: usize| {
        if !listed.iter().any(|other| is_same(&listed[at], other)) {
            return short(&listed[at]);
        }
        let remark = listed[at].beside.as_deref().map(folded);
        let is_own = |fact: &&String| {
            remark.as_deref() != Some(folded(fact).as_str())
                && !(0..listed.len()).any(|other| shares(at, other, fact))
        };
        let own = facts[at].iter().find(is_own).or(facts[at].last());
        with_fact(&listed[at], own.map(String::as_str).unwrap_or_default())
    };
    let mut labels: Vec<String> = (0..listed.len()).map(label).collect();
    // A name or a place may be written like another person's label.
    for _ in 0..listed.len() {
        let before = labels.clone();
        for (at, label) in labels.iter_mut().enumerate() {
            let same = before.iter().filter(|other| folded(other) == folded(&before[at]));
            if same.count() > 1 {
                let record = facts[at].last().map(String::as_str).unwrap_or_default();
                label.push_str(&format!(" · {record}"));
            }
        }
        if labels == before {
            break;
        }
    }
    labels
}

fn with_fact(one: &Listed, fact: &str) -> String {
    let (name, beside, own) = THREE_PARTS;
    let name = clip(&one.name, name);
    match &one.beside {
        Some(remark) => format!("{name} · {} · {}", clip(remark, beside), clip(fact, own)),
        None => format!("{name} · {}", clip(fact, ALONE)),
    }
}

/// The facts about a person that distinguish them, in the order in which they are tried.
fn facts(voice: &Voice<'_>, known: &Traits) -> Vec<String> {
    let network = |channel: &crate::domain::channel::ChannelKind| {
        voice.say("network", &[("network", channel.as_str().into())])
    };
    let mut facts = Vec::new();
    facts.extend(known.place.clone());
    let groups: Vec<&str> = known.groups.iter().map(|group| voice.group(group)).collect();
    facts.push(groups.join(", "));
    let mut networks: Vec<String> = known.accounts.iter().map(|(one, _)| network(one)).collect();
    networks.dedup();
    facts.push(networks.join(", "));
    for (channel, key) in &known.accounts {
        let cut = key.char_indices().rev().nth(DIGITS - 1).map_or(0, |(at, _)| at);
        let args = [("network", network(channel).into()), ("digits", key[cut..].into())];
        facts.push(voice.say("told-apart-account", &args));
    }
    if let Some(number) = known.latest {
        let args = [("number", number.to_string().into())];
        facts.push(voice.say("told-apart-ticket", &args));
    }
    facts.retain(|fact| !fact.trim().is_empty());
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(id: i64, name: &str, beside: Option<&str>) -> Listed {
        Listed { id: PersonId(id), name: name.to_owned(), beside: beside.map(str::to_owned) }
    }

    fn candidate(id: i64, name: &str, label: &str) -> Candidate {
        Candidate { id: PersonId(id), name: name.to_owned(), label: label.to_owned() }
    }

    fn fits(candidates: &[Candidate], typed: &str) -> Vec<i64> {
        fitting(candidates, typed).into_iter().map(|one| one.id.0).collect()
    }

    #[test]
    fn people_of_one_name_are_told_apart_by_the_first_fact_of_their_own() {
        let people = [listed(1, "Marta", None), listed(2, "MARTÁ", None), listed(3, "Luis", None)];
        let facts = |own: &[&str]| own.iter().map(|&fact| fact.to_owned()).collect::<Vec<_>>();
        let known = [
            facts(&["Piso 2", "Telegram", "Telegram …1001", "registro 1"]),
            facts(&["Piso 2", "Telegram", "Telegram …1002", "registro 2"]),
            facts(&["Piso 2", "registro 3"]),
        ];
        let told = labels(&people, &known);
        assert_eq!(told, ["Marta · Telegram …1001", "MARTÁ · Telegram …1002", "Luis"]);
    }

    #[test]
    fn labels_differ_for_any_names_and_places() {
        let names = ["Ana", "ana ", "Ana · Piso 2", "Ana · registro 2", "Ana · registro 1"];
        let places = ["Piso 2", "registro 2", "", "Telegram"];
        let mut seed = 7_u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(seed >> 33).unwrap() % below
        };
        for _ in 0..2_000 {
            let count = 2 + next(6);
            let mut people = Vec::new();
            let mut known = Vec::new();
            for id in 1..=i64::try_from(count).unwrap() {
                let beside = (next(3) == 0).then(|| places[next(places.len())]);
                people.push(listed(id, names[next(names.len())], beside));
                known.push(vec![places[next(places.len())].to_owned(), format!("registro {id}")]);
            }
            let mut told: Vec<String> =
                labels(&people, &known).iter().map(|label| folded(label)).collect();
            told.sort();
            told.dedup();
            assert_eq!(told.len(), count, "{people:?} {known:?}");
        }
    }

    #[test]
    fn a_typed_name_gives_every_person_it_fits() {
        let people = [
            candidate(1, "Ana", "Ana · Piso 1"),
            candidate(2, "Ana", "Ana · Piso 2"),
            candidate(3, "Ana María Ruiz", "Ana María Ruiz"),
        ];
        assert_eq!(fits(&people, "ana"), [1, 2, 3], "a whole name hides no longer one");
        assert_eq!(fits(&people, "ruiz ana"), [3]);
        assert_eq!(fits(&people, "ana · piso 2"), [2], "the label of one button");
        assert_eq!(fits(&people, "@2"), [2], "what a suggestion filled in");
        for nothing in ["@9", "", "  ", "luis"] {
            assert_eq!(fits(&people, nothing), [0_i64; 0], "{nothing}");
        }
        assert_eq!(fill(&people, &people[0]), "@1");
        assert_eq!(fill(&people, &people[2]), "Ana María Ruiz");
    }
}
