//! The three layers of a configuration: the defaults shipped with the program, under the operator's
//! file, under the environment. Deliberately absent: what the keys mean.

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

/// What faults call the defaults.
pub const DEFAULTS_NAME: &str = "config/default.toml";

/// The file read when no other is named.
const USUAL_FILE: &str = "mesabot.toml";
const PREFIX: &str = "MESABOT_";

/// Keys whose value may stand in a file of its own, named by the variable with `_FILE` at its end.
pub(super) const SECRETS: [&str; 4] =
    ["database.url", "telegram.token", "telegram.webhook_secret", "discord.token"];

/// Where a configuration is read from.
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

    /// What this process was given.
    pub fn from_process(file: Option<PathBuf>) -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        };
        Self::new("").file(file).variables(std::env::vars_os().filter_map(text))
    }

    /// Reads this file, which must exist, in place of an optional `mesabot.toml`.
    pub fn file(mut self, file: Option<PathBuf>) -> Self {
        self.file = file;
        self
    }

    /// Reads these variables too. Those without the program's prefix are left aside.
    pub fn variables<K: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.variables.extend(variables.into_iter().map(|(k, v)| (k.into(), v.into())));
        self
    }

    /// A path as the configuration spells it, seen from where this process stands.
    pub fn resolve(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.join(path)
    }

    /// The directory that something written at a place is seen from: that of the operator's file, or
    /// where this process stands.
    pub fn beside(&self, place: &Place) -> PathBuf {
        match place {
            Place::File(name, _) if **name != *DEFAULTS_NAME => {
                self.resolve(Path::new(&**name).parent().unwrap_or(Path::new("")))
            }
            Place::File(..) | Place::Variable(_) => self.directory.clone(),
        }
    }

    /// The operator's file: what faults call it, and where it is.
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

    /// The layers laid one over the other. A layer that cannot be read is a fault and left out.
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

    /// One small tree for each variable, in the order of their names, so that the outcome never
    /// hangs on the order in which a system lists them. An empty variable counts as absent, for
    /// that is what container files make of one that nobody set.
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
                    // What stands here may be the secret itself, so it is not repeated.
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

/// The lowest layer alone.
pub fn defaults(log: &FaultLog) -> Node {
    tree::parse(&DEFAULTS_NAME.into(), DEFAULTS, log)
        .expect("the embedded defaults are TOML: a test reads them")
}

/// The variable that sets a key.
pub fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

/// What hindered the reading of a file.
pub fn unreadable(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound => "there is no such file".into(),
        ErrorKind::InvalidData => "the file is not text in UTF-8".into(),
        kind => format!("the file cannot be read ({kind})"),
    }
}
