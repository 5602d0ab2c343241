//! The program itself on Discord: it opens, answers over the gateway and over HTTP, and ends in
//! peace when it is told to.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use mesabot::clock::{Clock, SystemClock};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{
    desk::DEADLINE,
    discord::{ChannelKind, Emulator, Signature},
};

const MARTA: u64 = 501;
const GUILD: u64 = 7_001;
const CHANNEL: u64 = 7_002;

async fn emulator() -> Emulator {
    let emulator = Emulator::start().await;
    emulator.add_guild(GUILD, "Entidad");
    emulator.add_channel(CHANNEL, GUILD, ChannelKind::Text, "mesa");
    emulator.add_user(MARTA, "Marta", "es-419");
    emulator.joins(GUILD, MARTA);
    emulator
}

fn start(emulator: &Emulator, directory: &std::path::Path, more: &[(&str, &str)]) -> Running {
    let database = format!("sqlite://{}", directory.join("desk.db").display());
    let child = Command::new(env!("CARGO_BIN_EXE_mesabot"))
        .current_dir(directory)
        .env_clear()
        .env("MESABOT_DISCORD__TOKEN", emulator.token())
        .env("MESABOT_DISCORD__API_URL", emulator.api_url())
        .env("MESABOT_DATABASE__URL", database)
        .env("MESABOT_ACCESS", "open")
        .envs(more.iter().copied())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Running(child.unwrap())
}

/// A program that is stopped with the test, however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn ends_in_peace(mut running: Running) {
    kill_process(Pid::from_child(&running.0), Signal::TERM).unwrap();
    let ending = tokio::task::spawn_blocking(move || running.0.wait().unwrap());
    let ended = tokio::time::timeout(DEADLINE, ending).await.expect("it ends").unwrap();
    assert!(ended.success(), "{ended}");
}

#[tokio::test]
async fn the_program_answers_in_private_and_ends_in_peace() {
    let emulator = emulator().await;
    let directory = tempfile::tempdir().unwrap();
    let running = start(&emulator, directory.path(), &[]);
    emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    emulator.dms(MARTA, "No imprime la impresora");
    let chat = emulator.direct(MARTA);
    emulator.wait_until(|ledger| !ledger.said_to(chat).is_empty(), DEADLINE).await;
    let offered = emulator.messages(chat).pop().unwrap();
    assert!(offered.text().contains("¿Abro un caso con esto?"), "{}", offered.text());
    ends_in_peace(running).await;
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations));
}

#[tokio::test]
async fn the_program_takes_interactions_over_http() {
    let emulator = emulator().await;
    emulator.interactions_over_http(true);
    let directory = tempfile::tempdir().unwrap();
    // A port that was free a moment ago; the program is told it beforehand.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (key, listen) = (emulator.public_key(), address.to_string());
    let more =
        [("MESABOT_DISCORD__PUBLIC_KEY", key.as_str()), ("MESABOT_HTTP__LISTEN", listen.as_str())];
    let running = start(&emulator, directory.path(), &more);
    emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    let url = format!("http://{address}/discord/interactions");
    let now = SystemClock.now().0 / 1_000;
    let used = emulator.uses_command(MARTA, CHANNEL, "help", &[]);
    let forged = emulator.sign_and_post(&url, used, (now, Signature::Wrong)).await;
    assert_eq!(forged.0, 401);
    let taken = emulator.sign_and_post(&url, used, (now, Signature::Right)).await;
    assert_eq!(taken.0, 202, "{}", taken.1);
    emulator.wait_until(|ledger| ledger.response_to(used).is_some(), DEADLINE).await;
    let shown = emulator.ephemerals(MARTA);
    assert!(shown.iter().any(|post| post.text().contains("Esto es lo que puedo hacer")));
    ends_in_peace(running).await;
}
