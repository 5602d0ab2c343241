//! Reads one section of a configuration key by key. A wrong value is reported and reading goes on,
//! so that one run reports every fault; a key that was written but never read is unknown.
//! Deliberately absent: what the keys mean.

use std::{cell::RefCell, str::FromStr};

use super::{
    fault::{Fault, FaultLog, Place, nearest},
    layers::{DEFAULTS_NAME, variable_of},
    tree::{Node, Value},
};

pub struct Section<'a> {
    node: &'a Node,
    path: String,
    log: &'a FaultLog,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub fn top(node: &'a Node, log: &'a FaultLog) -> Self {
        Self { node, path: String::new(), log, asked: RefCell::default() }
    }

    /// The value of a key that may be absent.
    pub fn optional(&self, key: &'static str) -> Option<&'a Node> {
        if !self.asked.borrow().contains(&key) {
            self.asked.borrow_mut().push(key);
        }
        let node = self.node.entry(key);
        if !matches!(node, Some(Node { value: Value::Table(_), .. })) {
            self.log.know(self.path_of(key));
        }
        node
    }

    /// The value of a key that must be there.
    pub fn required(&self, key: &'static str) -> Option<&'a Node> {
        let node = self.optional(key);
        if node.is_none() {
            self.fault(key, "it is missing", format!("Add `{key} = …` here."));
        }
        node
    }

    pub fn text(&self, key: &'static str) -> Option<&'a str> {
        self.required(key).and_then(|node| self.text_in(key, node))
    }

    pub fn optional_text(&self, key: &'static str) -> Option<&'a str> {
        self.optional(key).and_then(|node| self.text_in(key, node))
    }

    fn text_in(&self, key: &str, node: &'a Node) -> Option<&'a str> {
        match &node.value {
            Value::Text(text) => Some(text),
            other => self.wrong_kind(key, node, other, "Write text in quotes."),
        }
    }

    /// A text, for a second read: the first read reports its faults.
    pub fn quiet_text(&self, key: &str) -> Option<&'a str> {
        match self.node.entry(key)? {
            Node { value: Value::Text(text), .. } => Some(text),
            _ => None,
        }
    }

    /// Whether a key is true, for a second read.
    pub fn quiet_true(&self, key: &str) -> bool {
        matches!(self.node.entry(key), Some(Node { value: Value::Boolean(true), .. }))
    }

    /// A text that `T` parses.
    pub fn parsed<T: FromStr<Err = String>>(&self, key: &'static str) -> Option<T> {
        let text = self.text(key)?;
        let refuse = |refusal: String| {
            self.log.add(Fault::from_refusal(self.place(key), self.path_of(key), &refusal));
        };
        text.parse().map_err(refuse).ok()
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let remedy = format!("Write {}.", either(words.iter().map(|(word, _)| *word)));
            self.fault(key, format!("`{text}` is not a choice"), remedy);
        }
        found.map(|(_, value)| *value)
    }

    /// A number within bounds.
    pub fn number<T>(&self, key: &'static str, least: T, most: T) -> Option<T>
    where
        T: FromStr + PartialOrd + std::fmt::Display,
    {
        let node = self.required(key)?;
        let remedy = format!("Write a number from {least} to {most}.");
        let written = match (&node.value, &node.place) {
            (Value::Number(written), _) | (Value::Text(written), Place::Variable(_)) => written,
            (other, _) => return self.wrong_kind(key, node, other, &remedy),
        };
        let number = written.parse().ok().filter(|number| *number >= least && *number <= most);
        if number.is_none() {
            self.fault(key, format!("`{written}` will not do"), remedy);
        }
        number
    }

    pub fn boolean(&self, key: &'static str) -> Option<bool> {
        let node = self.required(key)?;
        match &node.value {
            Value::Boolean(boolean) => Some(*boolean),
            other => self.wrong_kind(key, node, other, "Write true or false, without quotes."),
        }
    }

    /// The items of a list; an absent list has none.
    pub fn list(&self, key: &'static str) -> &'a [Node] {
        match self.optional(key) {
            None => &[],
            Some(Node { value: Value::List(items), .. }) => items,
            Some(node) => {
                self.wrong_kind::<()>(key, node, &node.value, "Write a list in brackets.");
                &[]
            }
        }
    }

    /// A section within this one.
    pub fn section(&self, key: &'static str) -> Option<Section<'a>> {
        let section = self.optional_section(key);
        if self.node.entry(key).is_none() {
            self.fault(key, "it is missing", format!("Add a section `[{}]`.", self.path_of(key)));
        }
        section
    }

    /// A section within this one that may be absent.
    pub fn optional_section(&self, key: &'static str) -> Option<Section<'a>> {
        let node = self.optional(key)?;
        self.inner(key, self.path_of(key), node)
    }

    /// Repeated sections, such as `[[groups]]`.
    pub fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        let each = |(i, node)| self.inner(key, format!("{}[{}]", self.path_of(key), i + 1), node);
        self.list(key).iter().enumerate().filter_map(each).collect()
    }

    fn inner(&self, key: &str, path: String, node: &'a Node) -> Option<Section<'a>> {
        match &node.value {
            Value::Table(_) => {
                Some(Section { node, path, log: self.log, asked: RefCell::default() })
            }
            other => {
                let remedy = match &node.place {
                    Place::File(..) if path.ends_with(']') => {
                        format!("Write sections `[[{key}]]`.")
                    }
                    Place::File(..) => format!("Write a section `[{path}]`."),
                    Place::Variable(name) => format!("Name one of its keys: {name}__KEY."),
                };
                self.wrong_kind(key, node, other, &remedy)
            }
        }
    }

    /// The keys written in this section.
    pub fn written(&self) -> impl Iterator<Item = &'a str> {
        let entries: &[(String, Node)] = match &self.node.value {
            Value::Table(entries) => entries,
            _ => &[],
        };
        entries.iter().map(|(key, _)| key.as_str())
    }

    /// The place of a key; the place of its section when the key is absent.
    pub fn place(&self, key: &str) -> Place {
        self.node.entry(key).map_or_else(|| self.node.place.clone(), |node| node.place.clone())
    }

    /// Whether the operator did not set a key.
    pub fn is_default(&self, key: &str) -> bool {
        matches!(self.place(key), Place::File(name, _) if *name == *DEFAULTS_NAME)
    }

    /// A key, dotted from the top.
    pub fn path_of(&self, key: &str) -> String {
        match (self.path.as_str(), key) {
            ("", key) => key.to_owned(),
            (path, "") => path.to_owned(),
            (path, key) => format!("{path}.{key}"),
        }
    }

    /// Reports a fault of a key, or of this whole section when the key is empty.
    pub fn fault(&self, key: &str, problem: impl Into<String>, remedy: impl Into<String>) {
        self.fault_at(self.place(key), key, problem.into(), remedy.into());
    }

    /// Reports a fault of a key at a place of its own, such as an item of a list.
    pub fn fault_at(&self, place: Place, key: &str, problem: String, remedy: String) {
        self.note(Fault { place, key: self.path_of(key), problem, remedy });
    }

    pub fn note(&self, fault: Fault) {
        self.log.add(fault);
    }

    fn wrong_kind<T>(&self, key: &str, node: &Node, value: &Value, remedy: &str) -> Option<T> {
        let problem = format!("this cannot be {}", value.kind());
        self.fault_at(node.place.clone(), key, problem, remedy.to_owned());
        None
    }

    /// Ends the reading: every key that was written but never read is a fault.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for key in self.written().filter(|key| !asked.contains(key)) {
            let Some(node) = self.node.entry(key) else { continue };
            if let Place::Variable(_) = node.place {
                self.unknown_variables(&self.path_of(key), node);
                continue;
            }
            let remedy = match nearest(key, asked.iter().copied()) {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None => format!("Here you may write {}.", either(asked.iter().copied())),
            };
            self.fault(key, "unknown key", remedy);
        }
    }

    /// Each variable below an unknown key is a fault of its own. [`suggest_variables`] adds the
    /// likely key later, when every key has been read.
    fn unknown_variables(&self, path: &str, node: &Node) {
        match (&node.value, &node.place) {
            (Value::Table(entries), _) => {
                for (key, node) in entries {
                    self.unknown_variables(&format!("{path}.{key}"), node);
                }
            }
            (_, place) => self.log.add(Fault {
                place: place.clone(),
                key: path.to_owned(),
                problem: UNKNOWN_VARIABLE.into(),
                remedy: String::new(),
            }),
        }
    }
}

const UNKNOWN_VARIABLE: &str = "no setting has this name";

/// Adds to each unknown variable the name that was probably meant.
pub fn suggest_variables(faults: &mut [Fault], keys: &[String]) {
    let names: Vec<String> = keys.iter().map(|key| variable_of(key)).collect();
    for fault in faults.iter_mut().filter(|fault| fault.problem == UNKNOWN_VARIABLE) {
        let name = fault.place.to_string();
        fault.remedy = match nearest(&name, names.iter().map(String::as_str)) {
            Some(meant) => format!("Did you mean {meant}?"),
            None => "Remove it; config/default.toml lists every key.".into(),
        };
    }
}

/// "a, b or c", each in code quotes.
pub fn either<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "nothing".into(),
    }
}
