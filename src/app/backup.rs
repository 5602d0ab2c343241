//! `mesabot backup`: copies the database while the desk runs. For PostgreSQL it names the command
//! to run instead, and fails, so that a scheduled job reports it.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Args;

use crate::{config::Loaded, service::database::back_up};

#[derive(Debug, Args)]
pub struct Options {
    /// The file to write; it must not be there yet
    file: PathBuf,
}

pub(super) async fn run(loaded: &Loaded, options: &Options) -> anyhow::Result<ExitCode> {
    let database = &loaded.config.database;
    if !database.expose().starts_with("sqlite:") {
        let command = dump(&database.to_string(), &options.file);
        bail!(
            "PostgreSQL makes its own backups, beside a desk at work. Run\n\n    {command}\n\nwith \
             the password in PGPASSWORD or ~/.pgpass; pg_restore brings it back"
        );
    }
    let size = back_up(database.expose(), &options.file)
        .await
        .with_context(|| format!("{database} was not backed up"))?;
    println!("{}: {size} bytes", options.file.display());
    Ok(ExitCode::SUCCESS)
}

/// The command that backs up a server's database; `shown` is the address without the password.
fn dump(shown: &str, file: &Path) -> String {
    let address = match shown.replacen(":***@", "@", 1) {
        // An address that cannot be shown without its password is named by its variable.
        hidden if hidden.contains("***") => "\"$MESABOT_DATABASE__URL\"".to_owned(),
        address => quoted(&address),
    };
    let file = quoted(&file.display().to_string());
    format!("pg_dump --format=custom --file={file} --dbname={address}")
}

/// A word quoted for a shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dump_command_has_no_password_and_is_quoted_for_a_shell() {
        let told = dump("postgres://desk:***@db.example/desk", Path::new("it's.dump"));
        let expected = r"pg_dump --format=custom --file='it'\''s.dump' --dbname='postgres://desk@db.example/desk'";
        assert_eq!(told, expected);
        let told = dump("postgres://***", Path::new("x"));
        assert!(told.ends_with("--dbname=\"$MESABOT_DATABASE__URL\""), "{told}");
    }
}
