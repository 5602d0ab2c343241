//! The three layers of a configuration: the shipped defaults, the operator's file over them, the
//! environment on top. Deliberately absent: what the keys mean.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    fault::{Fault, FaultLog, Place},
    tree::{self, Node, Value},
};

/// The defaults, with every key explained.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// The name of the defaults in faults.
pub const DEFAULTS_NAME: &str = "config/default.toml";

/// The file that is read unless another is named.
const USUAL_FILE: &str = "mesabot.toml";
const PREFIX: &str = "MESABOT_";

/// Keys whose value may come from a file, which the variable with the suffix `_FILE` names.
pub(super) const SECRETS: [&str; 4] =
    ["database.url", "telegram.token", "telegram.webhook_secret", "discord.token"];

#[derive(Debug, Clone)]
pub struct Sources {
    directory: PathBuf,
    file: Option<PathBuf>,
    variables: Vec<(String, String)>,
}

impl Sources {
    /// Reads files relative to `directory`, and no environment.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), file: None, variables: Vec::new() }
    }

    /// The environment of this process, and `mesabot.toml` unless another file is given.
    pub fn from_process(file: Option<PathBuf>) -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        };
        Self::new("").file(file).variables(std::env::vars_os().filter_map(text))
    }

    /// Reads this file, which must exist, instead of an optional `mesabot.toml`.
    pub fn file(mut self, file: Option<PathBuf>) -> Self {
        self.file = file;
        self
    }

    /// Reads these variables too; those without the program's prefix are ignored.
    pub fn variables<K: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.variables.extend(variables.into_iter().map(|(k, v)| (k.into(), v.into())));
        self
    }

    /// A path of the configuration, relative to the working directory.
    pub fn resolve(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.join(path)
    }

    /// The directory that a relative path, written at `place`, starts from: that of the operator's
    /// file, or the working directory.
    pub fn beside(&self, place: &Place) -> PathBuf {
        match place {
            Place::File(name, _) if **name != *DEFAULTS_NAME => {
                self.resolve(Path::new(&**name).parent().unwrap_or(Path::new("")))
            }
            Place::File(..) | Place::Variable(_) => self.directory.clone(),
        }
    }

    /// The operator's file: its name in faults, and its path.
    pub(super) fn operators_place(&self) -> (String, PathBuf) {
        let path = self.file.as_deref().unwrap_or(Path::new(USUAL_FILE));
        (path.to_string_lossy().into_owned(), self.resolve(path))
    }

    /// The files that variables name for a secret: the variable, the secret's key, and the path.
    pub(super) fn secret_files(&self) -> Vec<(&str, &'static str, PathBuf)> {
        let mut files: Vec<_> = self
            .variables
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .filter_map(|(name, value)| {
                let rest = name.strip_prefix(PREFIX)?.strip_suffix("_FILE")?;
                let key = rest.replace("__", ".").to_ascii_lowercase();
                let secret = SECRETS.into_iter().find(|secret| **secret == *key)?;
                Some((name.as_str(), secret, self.resolve(value)))
            })
            .collect();
        files.sort();
        files
    }

    /// The layers, joined. A layer that cannot be read is a fault and left out.
    pub fn stack(&self, log: &FaultLog) -> Node {
        let mut stack = defaults(log);
        if let Some(file) = self.operators_file(log) {
            stack.overlay(file);
        }
        for layer in self.environment(log) {
            stack.overlay(layer);
        }
        stack
    }

    fn operators_file(&self, log: &FaultLog) -> Option<Node> {
        let path = self.file.as_deref().unwrap_or(Path::new(USUAL_FILE));
        let name: Rc<str> = path.to_string_lossy().into();
        match std::fs::read_to_string(self.resolve(path)) {
            Ok(text) => tree::parse(&name, &text, log),
            Err(error) if error.kind() == ErrorKind::NotFound && self.file.is_none() => None,
            Err(error) => {
                log.add(Fault {
                    place: Place::File(name, None),
                    key: String::new(),
                    problem: unreadable(error.kind()),
                    remedy: "Name a file that exists with --config.".into(),
                });
                None
            }
        }
    }

    /// One tree for each variable, sorted by name, so that the result does not depend on the order
    /// in which the system lists them. An empty variable counts as absent, because container files
    /// pass an unset variable so.
    fn environment(&self, log: &FaultLog) -> Vec<Node> {
        let mut variables: Vec<_> = self.variables.iter().filter(|(_, v)| !v.is_empty()).collect();
        variables.sort();
        variables.into_iter().filter_map(|(name, value)| self.variable(name, value, log)).collect()
    }

    fn variable(&self, name: &str, value: &str, log: &FaultLog) -> Option<Node> {
        let rest = name.strip_prefix(PREFIX)?;
        if rest.starts_with("TEST_") || ["KILL_AT", "PANIC_AT"].contains(&rest) {
            return None;
        }
        let mut key = rest.replace("__", ".").to_ascii_lowercase();
        let mut value = value.to_owned();
        let place = Place::Variable(name.into());
        if let Some(secret) = key.strip_suffix("_file").filter(|key| SECRETS.contains(key)) {
            let own = variable_of(secret);
            let fault = |problem, remedy| {
                log.add(Fault { place: place.clone(), key: secret.to_owned(), problem, remedy });
            };
            if self.variables.iter().any(|(name, value)| *name == own && !value.is_empty()) {
                fault(format!("{own} is set as well"), "Keep one of the two.".into());
            }
            match std::fs::read_to_string(self.resolve(&value)) {
                Ok(text) => value = text.trim_end_matches(['\r', '\n']).to_owned(),
                Err(error) => {
                    // The value may be the secret itself, so it is not repeated.
                    let problem = unreadable(error.kind());
                    fault(problem, format!("Name the file that holds the secret, or set {own}."));
                    return None;
                }
            }
            key = secret.to_owned();
        }
        let leaf = Node { place: place.clone(), value: Value::Text(value) };
        Some(key.rsplit('.').fold(leaf, |node, key| Node {
            place: place.clone(),
            value: Value::Table(vec![(key.to_owned(), node)]),
        }))
    }
}

pub fn defaults(log: &FaultLog) -> Node {
    tree::parse(&DEFAULTS_NAME.into(), DEFAULTS, log)
        .expect("the embedded defaults are TOML: a test reads them")
}

/// The variable that sets a key.
pub fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

/// Why a file could not be read.
pub fn unreadable(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound => "there is no such file".into(),
        ErrorKind::InvalidData => "the file is not text in UTF-8".into(),
        kind => format!("the file cannot be read ({kind})"),
    }
}
