//! The program itself on Discord: it starts, answers over the gateway and over HTTP, many people at
//! once and during a database stall, fetches the messages it missed, and stops in order when it is
//! told to.

mod first_messages;
mod registering;

use std::process::{Child, Command, Stdio};

use mesabot::{
    clock::{Clock, SystemClock},
    service::database::{Database, DatabaseError},
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::support::{
    desk::DEADLINE,
    discord::{BOT_ID, ChannelKind, Effect, Emulator, Gate, Ledger, Signature},
    port,
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

/// A program that is killed with the test, however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn stops_in_order(mut running: Running) {
    kill_process(Pid::from_child(&running.0), Signal::TERM).unwrap();
    let ending = tokio::task::spawn_blocking(move || running.0.wait().unwrap());
    let ended = tokio::time::timeout(DEADLINE, ending).await.expect("the program ends").unwrap();
    assert!(ended.success(), "{ended}");
}

#[tokio::test]
async fn the_program_answers_in_private_and_stops_in_order() {
    let emulator = emulator().await;
    let directory = tempfile::tempdir().unwrap();
    let running = start(&emulator, directory.path(), &[]);
    emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    emulator.dms(MARTA, "No imprime la impresora");
    let chat = emulator.direct(MARTA);
    emulator.wait_until(|ledger| !ledger.said_to(chat).is_empty(), DEADLINE).await;
    let offered = emulator.messages(chat).pop().unwrap();
    assert!(offered.text().contains("¿Abro un caso con esto?"), "{}", offered.text());
    stops_in_order(running).await;
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations));
}

#[tokio::test]
async fn the_program_takes_interactions_over_http() {
    let emulator = emulator().await;
    emulator.interactions_over_http(true);
    let directory = tempfile::tempdir().unwrap();
    let address = port::free();
    let key = emulator.public_key();
    let listen = address.to_string();
    let more =
        [("MESABOT_DISCORD__PUBLIC_KEY", key.as_str()), ("MESABOT_HTTP__LISTEN", listen.as_str())];
    let running = start(&emulator, directory.path(), &more);
    emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    let url = format!("http://{address}/discord/interactions");
    let now = SystemClock.now().0 / 1_000;
    let used = emulator.uses_command(MARTA, CHANNEL, "help", &[]);
    let forged = emulator.sign_and_post(&url, used, now, Signature::Wrong).await;
    assert_eq!(forged.0, 401);
    let taken = emulator.sign_and_post(&url, used, now, Signature::Right).await;
    assert_eq!(taken.0, 202, "{}", taken.1);
    emulator.wait_until(|ledger| ledger.response_to(used).is_some(), DEADLINE).await;
    let shown = emulator.ephemerals(MARTA);
    assert!(shown.iter().any(|post| post.text().contains("Esto es lo que puedo hacer")));
    stops_in_order(running).await;
}

/// This many members of the server.
fn people(emulator: &Emulator, count: u64) -> Vec<u64> {
    let people: Vec<u64> = (600..).take(usize::try_from(count).unwrap()).collect();
    for person in &people {
        emulator.add_user(*person, &format!("Persona {person}"), "es-419");
        emulator.joins(GUILD, *person);
    }
    people
}

/// Whether the interaction was answered visibly.
fn is_shown(ledger: &Ledger, interaction: u64) -> bool {
    ledger.effects.iter().any(|effect| match effect {
        Effect::Sent(post) | Effect::Edited(post) => {
            post.interaction == Some(interaction) && !post.loading()
        }
        Effect::Modal(modal) => modal.interaction == interaction,
        _ => false,
    })
}

#[tokio::test]
async fn many_are_answered_at_once_in_one_channel() {
    let emulator = emulator().await;
    let directory = tempfile::tempdir().unwrap();
    let running = start(&emulator, directory.path(), &[]);
    emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    let people = people(&emulator, 40);
    let ask = |person: &u64| emulator.uses_command(*person, CHANNEL, "help", &[]);
    let asked: Vec<u64> = people.iter().map(ask).collect();
    let all = |ledger: &Ledger| asked.iter().all(|one| is_shown(ledger, *one));
    emulator.wait_until(all, DEADLINE).await;
    emulator.read(|ledger| {
        let put_off = ledger.responses().filter(|response| response.kind != 4).count();
        assert_eq!(put_off, 0, "an answer to an interaction counts against no limit");
    });
    stops_in_order(running).await;
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations));
}

#[tokio::test]
async fn replies_in_a_channel_without_earlier_messages_are_fetched() {
    let emulator = emulator().await;
    let directory = tempfile::tempdir().unwrap();
    let running = start(&emulator, directory.path(), &[]);
    emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    let chat = emulator.direct(MARTA);
    let opened =
        emulator.uses_command(MARTA, chat, "new", &[("text", json!("No prende el portátil"))]);
    emulator.wait_until(|ledger| ledger.response_to(opened).is_some(), DEADLINE).await;
    let filled = [
        ("category", json!("ofimatica")),
        ("place", json!("Piso 2")),
        ("impact", json!("low")),
        ("urgency", json!("low")),
    ];
    emulator.submits(MARTA, opened, &filled);
    let asked = |ledger: &Ledger| !ledger.said_to(chat).is_empty();
    emulator.wait_until(asked, DEADLINE).await;
    stops_in_order(running).await;
    emulator.dms(MARTA, "sí");
    let running = start(&emulator, directory.path(), &[]);
    let registered = |ledger: &Ledger| {
        ledger.said_to(chat).iter().any(|said| said.contains("Quedó registrado."))
    };
    emulator.wait_until(registered, DEADLINE).await;
    stops_in_order(running).await;
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations));
}

#[tokio::test]
async fn during_a_database_stall_every_interaction_is_acknowledged() {
    let emulator = emulator().await;
    let directory = tempfile::tempdir().unwrap();
    let running = start(&emulator, directory.path(), &[]);
    emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    let people = people(&emulator, 15);
    let (press, others) = people.split_at(5);
    let (submit, command) = others.split_at(5);
    for person in press {
        emulator.dms(*person, "No imprime la impresora");
    }
    let opened: Vec<(u64, u64)> = submit
        .iter()
        .map(|person| (*person, emulator.uses_command(*person, CHANNEL, "new", &[])))
        .collect();
    let prepared = |ledger: &Ledger| {
        opened.iter().all(|(_, form)| is_shown(ledger, *form))
            && ledger.sends().filter(|post| post.text().contains("¿Abro un caso")).count() == 5
    };
    emulator.wait_until(prepared, DEADLINE).await;

    let held = Gate::closed();
    let free = Gate::closed();
    let url = format!("sqlite://{}", directory.path().join("desk.db").display());
    let stalling = {
        let held = held.clone();
        let free = free.clone();
        tokio::spawn(async move {
            let database = Database::open(&url).await.unwrap();
            let held = &held;
            let free = &free;
            let holding = database.write(|_| {
                Box::pin(async move {
                    held.open();
                    free.pass().await;
                    Ok::<_, DatabaseError>(())
                })
            });
            holding.await.unwrap();
            database.close().await;
        })
    };
    held.pass().await;
    let mut done = Vec::new();
    for person in press {
        let chat = emulator.direct(*person);
        let (message, code) = emulator.button(chat, "Abrir caso").unwrap();
        done.push(emulator.presses(*person, chat, message, &code));
    }
    for (person, form) in &opened {
        let filled = [
            ("description", json!("El monitor parpadea")),
            ("category", json!("ofimatica")),
            ("place", json!("Piso 2")),
            ("impact", json!("low")),
            ("urgency", json!("low")),
        ];
        done.push(emulator.submits(*person, *form, &filled));
    }
    for person in command {
        done.push(emulator.uses_command(*person, CHANNEL, "help", &[]));
    }
    // The stall lasts longer than the two waves together may wait: longer than the platform's
    // deadline.
    for wave in 0..2 {
        let all = |ledger: &Ledger| done.iter().all(|one| ledger.response_to(*one).is_some());
        emulator.wait_until(all, DEADLINE).await;
        if wave == 0 {
            for person in &people {
                done.push(emulator.uses_command(*person, CHANNEL, "mytickets", &[]));
            }
        }
    }
    let acknowledged = emulator.read(|ledger| {
        let latency = |one: &u64| ledger.response_to(*one).map(|response| response.latency);
        done.iter().filter_map(latency).max().unwrap()
    });
    assert!(acknowledged < std::time::Duration::from_secs(3), "{acknowledged:?}");
    let answered = emulator.read(|ledger| done.iter().any(|one| is_shown(ledger, *one)));
    assert!(!answered, "no answer exists while nothing can be stored");
    free.open();
    stalling.await.unwrap();
    let all = |ledger: &Ledger| done.iter().all(|one| is_shown(ledger, *one));
    emulator.wait_until(all, DEADLINE).await;
    stops_in_order(running).await;
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations));
}
