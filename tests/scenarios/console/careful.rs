//! Permissions of the files that the program creates, databases that it must not empty, and its
//! messages when there is nothing to run.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use sea_orm::ConnectionTrait;

use super::play;
use crate::support::engine::direct;

/// Runs a shell line in which `$desk` is the program.
fn runs(directory: &Path, line: &str) -> std::process::Output {
    Command::new("/bin/sh")
        .args(["-c", line])
        .env_clear()
        .env("desk", env!("CARGO_BIN_EXE_mesabot"))
        .env("PATH", "/usr/bin:/bin")
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Every file below a directory that its group or others can access.
fn open_to_others(directory: &Path) -> Vec<String> {
    let mut open = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            open.push(format!("{} {mode:04o}", entry.path().display()));
        }
        if entry.path().is_dir() {
            open.extend(open_to_others(&entry.path()));
        }
    }
    open
}

#[test]
fn created_files_are_private_under_every_umask() {
    let place = tempfile::tempdir().unwrap();
    for line in [
        "umask 000; $desk migrate",
        "umask 000; $desk report 2026-02 --out reports",
        "umask 000; $desk backup copy.db",
        "umask 000; echo 'empleado> No abre el correo' | $desk console",
    ] {
        let output = runs(place.path(), line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let made = ["mesabot.db", "copy.db", "mesabot-demo.db", "reports/informe-2026-02.xlsx"];
    assert!(made.iter().all(|made| place.path().join(made).exists()));
    assert_eq!(open_to_others(place.path()), Vec::<String>::new());
}

#[test]
fn without_token_and_input_the_program_says_what_is_missing() {
    let place = tempfile::tempdir().unwrap();
    let output = runs(place.path(), "$desk < /dev/null");
    assert_eq!(output.status.code(), Some(2));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(log.contains("MESABOT_TELEGRAM__TOKEN or MESABOT_DISCORD__TOKEN"), "{log}");
    assert!(log.contains("mesabot console"), "{log}");
    assert_eq!(
        fs::read_dir(place.path()).unwrap().count(),
        0,
        "no demonstration database was created"
    );
    // A script on standard input still plays, and so does an explicit `console`.
    play(place.path(), &[], "empleado> /ayuda").whole();
    play(place.path(), &["console"], "").whole();
}

#[tokio::test]
async fn fresh_empties_only_a_database_of_the_console() {
    let place = tempfile::tempdir().unwrap();
    // A new desk without data, and another program's database.
    assert!(runs(place.path(), "$desk migrate").status.success());
    let url = format!("sqlite://{}?mode=rwc", place.path().join("accounts.db").display());
    let accounts = direct(&url).await.unwrap();
    accounts.execute_unprepared("CREATE TABLE sum (euros INTEGER)").await.unwrap();
    accounts.close().await.unwrap();
    let keeps = |name: &str, fresh: &[&str], complaint: &str| {
        let before = fs::read(place.path().join(name)).unwrap();
        let args = [&["console", "--demo", name], fresh].concat();
        play(place.path(), &args, "empleado> hola").stopped_with(complaint);
        (before, fs::read(place.path().join(name)).unwrap())
    };
    let (before, after) = keeps(
        "mesabot.db",
        &["--fresh"],
        "mesabot: mesabot.db was not made by `mesabot console`, so --fresh does not delete it; \
         remove it by hand, or choose another file with --demo",
    );
    assert_eq!(before.len(), after.len());
    for fresh in [&["--fresh"][..], &[]] {
        let (before, after) = keeps(
            "accounts.db",
            fresh,
            "mesabot: accounts.db is another program's database; choose another file with --demo",
        );
        assert_eq!(before, after, "the database is unchanged");
    }
    fs::write(place.path().join("letter.txt"), "Dear Sirs, this is no database at all.").unwrap();
    let args = ["console", "--demo", "letter.txt", "--fresh"];
    let refused = play(place.path(), &args, "empleado> hola");
    assert_eq!(refused.code, Some(1), "{}", refused.complaint);
    assert!(fs::read_to_string(place.path().join("letter.txt")).unwrap().starts_with("Dear"));
    // The console empties its own database, twice in a row too.
    for _ in 0..2 {
        play(place.path(), &["console", "--demo", "own.db", "--fresh"], "empleado> hola").whole();
    }
}

#[test]
fn a_log_outside_a_terminal_has_no_colours() {
    let place = tempfile::tempdir().unwrap();
    let output = runs(place.path(), "MESABOT_LOG__LEVEL=debug $desk migrate");
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!log.contains('\u{1b}'), "{log}");
}

#[test]
fn a_secret_readable_by_others_causes_a_warning_without_it() {
    let place = tempfile::tempdir().unwrap();
    let token = "123456789:AAEhBOweik6ad6PsVMRxjeQKgrjWIKA-xyz";
    let writes = |name: &str, text: &str, mode: u32| {
        let path = place.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    };
    let checks = |line: &str| {
        let output = runs(place.path(), line);
        assert!(output.status.success(), "a warning does not fail the check");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    writes("mesabot.toml", &format!("[telegram]\ntoken = \"{token}\"\n"), 0o640);
    writes("secret", token, 0o602);
    let log = checks("MESABOT_DISCORD__TOKEN= $desk check");
    let warned = "warning: mesabot.toml holds telegram.token, and others on this machine can read or \
                  write it (mode 0640); take that away with chmod 600.";
    assert!(log.contains(warned) && !log.contains(token), "{log}");
    writes("mesabot.toml", "locale = \"es\"\n", 0o644);
    let log = checks("MESABOT_TELEGRAM__TOKEN_FILE=secret $desk check");
    let warned = "warning: the file that MESABOT_TELEGRAM__TOKEN_FILE names holds telegram.token";
    assert!(log.contains(warned) && log.contains("0602"), "{log}");
    assert!(!log.contains("mesabot.toml"), "a file without a secret may be readable: {log}");
    writes("secret", token, 0o600);
    let log = checks("MESABOT_TELEGRAM__TOKEN_FILE=secret $desk check");
    assert!(!log.contains("warning"), "{log}");
}
