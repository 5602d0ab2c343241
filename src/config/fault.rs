//! A fault of a configuration, described so that the operator can correct it: the place, the key,
//! the problem and the remedy. Deliberately absent: the values of secrets.

use std::{cell::RefCell, fmt, rc::Rc};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A file, with the line counted from 1; without a line when the file as a whole is meant.
    File(Rc<str>, Option<usize>),
    /// An environment variable.
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

/// One problem that keeps the desk from starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    /// The key, dotted from the top; empty when no key is at fault.
    pub key: String,
    pub problem: String,
    /// What to write instead, as a sentence.
    pub remedy: String,
}

impl Fault {
    /// Splits a parser's message, such as "`7x` is not a span: write 30m", into problem and remedy.
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
        // The name of a variable already names the key.
        if key.is_empty() || matches!(place, Place::Variable(_)) {
            write!(f, "{place}: {problem}. {remedy}")
        } else {
            write!(f, "{place}: {key}: {problem}. {remedy}")
        }
    }
}

/// The faults found so far, and every key that was read.
#[derive(Debug, Default)]
pub struct FaultLog {
    faults: RefCell<Vec<Fault>>,
    keys: RefCell<Vec<String>>,
}

impl FaultLog {
    pub fn add(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }

    /// Takes over the faults of another log, without its keys.
    pub fn absorb(&self, other: Self) {
        self.faults.borrow_mut().extend(other.faults.into_inner());
    }

    /// Records that a key, dotted from the top, has a meaning.
    pub fn know(&self, key: String) {
        self.keys.borrow_mut().push(key);
    }

    pub fn keys(&self) -> Vec<String> {
        self.keys.borrow().clone()
    }

    /// The faults, grouped by file and in the order of the lines.
    pub fn into_faults(self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Vec::new();
        // Several reads of one key report the same fault; one remains.
        for fault in self.faults.into_inner() {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        faults.sort_by(|a, b| a.place.cmp(&b.place));
        faults
    }
}

/// The candidate that is most likely meant by `word`, if any is close.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_word_is_offered_only_when_close() {
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
