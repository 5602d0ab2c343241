//! What is wrong with a configuration, told so that it can be put right: where, which key, what is
//! wrong and what to write instead. Deliberately absent: the values of secrets.

use std::{cell::RefCell, fmt, rc::Rc};

/// Where a key or value was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a file, at a line counted from 1; no line when the file as a whole is meant.
    File(Rc<str>, Option<usize>),
    /// In an environment variable.
    Variable(Rc<str>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name, Some(line)) => write!(f, "{name}:{line}"),
            Self::File(name, None) => f.write_str(name),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// One thing to put right before the desk can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it was written.
    pub place: Place,
    /// The key, dotted from the top; empty when no key is at fault.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What to write instead, as a sentence.
    pub remedy: String,
}

impl Fault {
    /// Splits what a parser says, such as "`7x` is not a span: write 30m", into problem and remedy.
    pub fn from_refusal(place: Place, key: String, refusal: &str) -> Self {
        let (problem, remedy) = refusal.rsplit_once(": ").unwrap_or((refusal, "write another"));
        let mut letters = remedy.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let remedy = first.into_iter().chain(letters).chain(['.']).collect();
        Self { place, key, problem: problem.to_owned(), remedy }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, key, problem, remedy } = self;
        // The name of a variable already says which key is meant.
        if key.is_empty() || matches!(place, Place::Variable(_)) {
            write!(f, "{place}: {problem}. {remedy}")
        } else {
            write!(f, "{place}: {key}: {problem}. {remedy}")
        }
    }
}

/// The faults found so far, and the keys that were asked for on the way.
#[derive(Debug, Default)]
pub struct FaultLog {
    faults: RefCell<Vec<Fault>>,
    keys: RefCell<Vec<String>>,
}

impl FaultLog {
    /// Notes a fault.
    pub fn add(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }

    /// Takes over the faults of another log, not its keys.
    pub fn absorb(&self, other: Self) {
        self.faults.borrow_mut().extend(other.faults.into_inner());
    }

    /// Notes that a key, dotted from the top, has a meaning.
    pub fn know(&self, key: String) {
        self.keys.borrow_mut().push(key);
    }

    /// The keys that have a meaning.
    pub fn keys(&self) -> Vec<String> {
        self.keys.borrow().clone()
    }

    /// The faults, those of one file together and in the order of its lines.
    pub fn into_faults(self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Vec::new();
        // What several questions ask for is told wrong once.
        for fault in self.faults.into_inner() {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        faults.sort_by(|a, b| a.place.cmp(&b.place));
        faults
    }
}

/// The candidate that somebody who wrote `word` most likely meant, if any is close.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, dropped or replaced, or neighbours swapped, between two words.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut rows = vec![(0..=to.len()).collect::<Vec<_>>()];
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_only_when_it_is_near() {
        assert_eq!(distance("ulr", "url"), 1);
        assert_eq!(distance("", "url"), 3);
        assert_eq!(nearest("ulr", ["url", "token"]), Some("url"));
        assert_eq!(nearest("databse", ["telegram", "database"]), Some("database"));
        assert_eq!(nearest("colour", ["url", "token"]), None);
    }

    #[test]
    fn a_refusal_is_split_at_its_last_colon() {
        let place = Place::File("x.toml".into(), Some(2));
        let fault = Fault::from_refusal(place, "a.b".into(), "`1: 2` is not a span: write 30m");
        assert_eq!(fault.to_string(), "x.toml:2: a.b: `1: 2` is not a span. Write 30m.");
    }
}
