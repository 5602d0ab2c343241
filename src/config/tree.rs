//! A configuration as a tree that remembers the place of each key and value, in whichever layer.
//! Deliberately absent: what the keys mean.

use std::rc::Rc;

use toml::de::{DeTable, DeValue};

use super::fault::{Fault, FaultLog, Place};

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// The place of the key, or of the item of a list.
    pub place: Place,
    pub value: Value,
}

#[derive(Debug, Clone)]
pub enum Value {
    /// Text in quotes, or the content of a variable.
    Text(String),
    /// A number, as it was written.
    Number(String),
    Boolean(bool),
    /// A date, as it was written.
    Date(String),
    /// Items in brackets, or repeated sections.
    List(Vec<Node>),
    /// A section, with its keys in the written order.
    Table(Vec<(String, Node)>),
}

impl Value {
    /// The name of such a value in a fault.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a section",
        }
    }
}

impl Node {
    pub fn entry(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// Lays another tree over this one: sections are joined, other values replaced.
    pub fn overlay(&mut self, over: Self) {
        let (Value::Table(entries), true) = (&mut self.value, over.is_table()) else {
            *self = over;
            return;
        };
        let Value::Table(overlaid) = over.value else { return };
        for (key, node) in overlaid {
            match entries.iter_mut().find(|(k, _)| *k == key) {
                Some((_, below)) => below.overlay(node),
                None => entries.push((key, node)),
            }
        }
    }

    fn is_table(&self) -> bool {
        matches!(self.value, Value::Table(_))
    }
}

/// The tree of a TOML text. Invalid TOML yields only faults.
pub fn parse(name: &Rc<str>, text: &str, log: &FaultLog) -> Option<Node> {
    let file = File { name, text };
    match DeTable::parse(text) {
        Ok(table) => Some(Node {
            place: Place::File(name.clone(), None),
            value: file.table(table.into_inner()),
        }),
        Err(error) => {
            log.add(Fault {
                place: file.at(error.span().map_or(0, |span| span.start)),
                key: String::new(),
                problem: format!("this is not TOML: {}", error.message()),
                remedy: "Correct this line; the rest of the file has not been read.".into(),
            });
            None
        }
    }
}

struct File<'a> {
    name: &'a Rc<str>,
    text: &'a str,
}

impl File<'_> {
    fn at(&self, offset: usize) -> Place {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Place::File(self.name.clone(), Some(line))
    }

    fn table(&self, table: DeTable<'_>) -> Value {
        let entry = |(key, value): (toml::Spanned<_>, toml::Spanned<DeValue<'_>>)| {
            let place = self.at(key.span().start);
            let key: std::borrow::Cow<'_, str> = key.into_inner();
            (key.into_owned(), Node { place, value: self.value(value.into_inner()) })
        };
        Value::Table(table.into_iter().map(entry).collect())
    }

    fn value(&self, value: DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Integer(number) => Value::Number(number.to_string()),
            DeValue::Float(number) => Value::Number(number.to_string()),
            DeValue::Boolean(boolean) => Value::Boolean(boolean),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Table(table) => self.table(table),
            DeValue::Array(array) => Value::List(
                array
                    .into_iter()
                    .map(|item| Node {
                        place: self.at(item.span().start),
                        value: self.value(item.into_inner()),
                    })
                    .collect(),
            ),
        }
    }
}
