//! Warns of secrets that other users of the machine can read or replace: in the operator's file,
//! and in the files that `*_FILE` variables name. Deliberately absent: changing the permissions,
//! which are the operator's.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use super::{
    fault::FaultLog,
    layers::{SECRETS, Sources},
    tree::{self, Node, Value},
};

/// The permission bits of the file's group and of every other user.
const OTHERS: u32 = 0o077;

/// A warning for each file with a secret that its group or other users can read or write.
pub fn exposed(sources: &Sources) -> Vec<String> {
    let mut warnings = Vec::new();
    let (name, path) = sources.operators_place();
    if let Some(mode) = open_to_others(&path) {
        let secrets = secrets_in(&name, &path);
        if !secrets.is_empty() {
            warnings.push(warning(&name, mode, &secrets.join(", ")));
        }
    }
    for (variable, secret, path) in sources.secret_files() {
        if let Some(mode) = open_to_others(&path) {
            // The path may be the secret itself, by mistake, so the warning names the variable.
            warnings.push(warning(&format!("the file that {variable} names"), mode, secret));
        }
    }
    warnings
}

fn warning(file: &str, mode: u32, secrets: &str) -> String {
    format!(
        "{file} holds {secrets}, and others on this machine can read or write it (mode {mode:04o}); \
         take that away with chmod 600"
    )
}

/// The permissions of a file that is open to users other than its owner.
fn open_to_others(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & OTHERS != 0).then_some(mode)
}

/// The secrets in the operator's file.
fn secrets_in(name: &str, path: &Path) -> Vec<&'static str> {
    let text = fs::read_to_string(path).unwrap_or_default();
    // The code that reads the values reports the faults of the file.
    let parsed = tree::parse(&name.into(), &text, &FaultLog::default());
    let Some(top) = parsed else { return Vec::new() };
    SECRETS.into_iter().filter(|key| holds_secret(&top, key)).collect()
}

fn holds_secret(top: &Node, key: &str) -> bool {
    let node = key.split('.').try_fold(top, |node, part| node.entry(part));
    match node.map(|node| &node.value) {
        // The address of a file, or of a server without a password, is no secret.
        Some(Value::Text(text)) if key == "database.url" => text.contains('@'),
        Some(Value::Text(text)) => !text.is_empty(),
        _ => false,
    }
}
