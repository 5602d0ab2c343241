//! From an update that the platform has to the reply that it gets, everything between being real:
//! HTTP, inbox, dialogue, synchronous commits, outbox. The platform is played on the same cores, so
//! what it takes is taken from the desk.

use std::{
    collections::HashMap,
    io::{self, Seek, Write},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::{
    directory, parameter,
    support::{
        live::LiveDesk,
        telegram::{Emulator, Post},
    },
    table::{Times, heading},
};

/// How long somebody looks at a message before they press. A person is slower; without any pause
/// nobody ever presses a message that the desk already knows to be there.
const GLANCE: Duration = Duration::from_millis(25);
/// What people press to register a ticket, in the order of the questions.
const PRESSED: [&str; 7] = [
    "Abrir caso",
    "Correo y ofimática",
    "Sede principal",
    "Solo a mí",
    "Con dificultad",
    "Registrar",
    "Sí",
];
const ACKNOWLEDGED: &str = "Quedó registrado.";
const DEADLINE: Duration = Duration::from_secs(60);

/// Measures it all and prints it.
pub async fn measure() {
    heading("End to end: update enqueued → stored → handled → committed → reply received");
    let disk = disk();
    println!("{:<44} {:>9} {:>9}", "", "p50", "p99");
    println!("{:<44} {disk}", "the disk: 4 KiB written and fdatasync'ed");
    let updates: usize = parameter("MESABOT_BENCH_UPDATES", 10_000);
    let people: usize = parameter("MESABOT_BENCH_PEOPLE", 50);
    for (people, updates) in [(1, updates / 50), (people, updates)] {
        let (replies, took) = conversation(people, updates).await;
        let name = format!("reply with {people} at once ({updates} updates)");
        // One person alone is as fast as they read, not as the desk handles.
        let pace = match people {
            1 => String::new(),
            _ => format!("   {:>6.0} updates/s", updates as f64 / took.as_secs_f64()),
        };
        println!("{name:<44} {replies}{pace}");
    }
    match at_rest().await {
        Ok(kilobytes) => {
            println!("{:<44} {:>6.1} MiB", "resident memory at rest", kilobytes as f64 / 1024.0);
        }
        Err(error) => println!("{:<44} unknown: {error}", "resident memory at rest"),
    }
}

/// How long the disk takes to keep a page for good.
fn disk() -> Times {
    let mut times = Times::default();
    let mut file = tempfile::tempfile_in(directory()).expect("a file can be made");
    let page = [7_u8; 4096];
    for _ in 0..500 {
        let begun = Instant::now();
        file.write_all(&page).expect("there is space");
        file.sync_data().expect("the disk keeps it");
        times.push(begun.elapsed());
        if file.stream_position().is_ok_and(|at| at > 1 << 20) {
            file.rewind().expect("a file can be rewound");
        }
    }
    times
}

/// Lets people register tickets until the desk has had so many updates.
async fn conversation(people: usize, updates: usize) -> (Times, Duration) {
    let place = TempDir::new_in(directory()).expect("a directory can be made");
    let url = format!("sqlite://{}", place.path().join("desk.db").display());
    let emulator = Emulator::start().await;
    let mut desk = LiveDesk::open(&emulator, &url).await;
    desk.start().await;
    let letters: Arc<Mutex<HashMap<i64, UnboundedSender<Post>>>> = Arc::default();
    let post_office = Arc::clone(&letters);
    emulator.on_send(move |_, post| {
        let letters = post_office.lock().expect("nobody panics with it");
        if let Some(letters) = letters.get(&post.chat) {
            // Somebody who has left reads nothing more.
            let _ = letters.send(post.clone());
        }
    });
    let begun = Instant::now();
    let mut writing = tokio::task::JoinSet::new();
    for at in 0..people {
        let id = 1_000 + i64::try_from(at).expect("few people");
        emulator.add_user(id, "Empleado", "es");
        let (sender, letters_of_one) = mpsc::unbounded_channel();
        letters.lock().expect("nobody panics with it").insert(id, sender);
        let share = updates / people + usize::from(at < updates % people);
        writing.spawn(converse(emulator.clone(), id, letters_of_one, share));
    }
    let mut replies = Times::default();
    while let Some(times) = writing.join_next().await {
        replies.extend(times.expect("nobody panics"));
    }
    let took = begun.elapsed();
    desk.close().await;
    (replies, took)
}

/// One person registers one ticket after another.
pub async fn converse(
    emulator: Emulator,
    id: i64,
    mut letters: UnboundedReceiver<Post>,
    updates: usize,
) -> Vec<Duration> {
    let mut times = Vec::with_capacity(updates);
    let mut next: Option<(i64, String)> = None;
    for _ in 0..updates {
        let begun = Instant::now();
        match next.take() {
            Some((message, code)) => drop(emulator.presses(id, id, message, &code)),
            None => drop(emulator.says(id, id, "El correo no abre desde esta mañana")),
        }
        let reading = async {
            while let Some(post) = letters.recv().await {
                if let Some(read) = read(&post) {
                    return read;
                }
            }
            unreachable!("the emulator outlives its people")
        };
        let read = tokio::time::timeout(DEADLINE, reading).await;
        next = read.unwrap_or_else(|_| panic!("no reply; {}", emulator.read(|l| l.summary())));
        times.push(begun.elapsed());
        tokio::time::sleep(GLANCE).await;
    }
    times
}

/// What a message asks of its reader: a press, or nothing more when the ticket is registered. Other
/// messages do not reply to anything.
fn read(post: &Post) -> Option<Option<(i64, String)>> {
    if post.text.contains(ACKNOWLEDGED) {
        return Some(None);
    }
    let wanted = |label: &str| post.buttons.iter().flatten().find(|button| button.label == label);
    let button = PRESSED.iter().find_map(|label| wanted(label))?;
    Some(Some((post.message_id, button.code.clone())))
}

/// Kilobytes that the program itself occupies once it has nothing to do.
async fn at_rest() -> io::Result<u64> {
    let place = TempDir::new_in(directory())?;
    let emulator = Emulator::start().await;
    let mut program = Command::new(env!("CARGO_BIN_EXE_mesabot"))
        .current_dir(place.path())
        .env_clear()
        .env("MESABOT_TELEGRAM__TOKEN", emulator.token())
        .env("MESABOT_TELEGRAM__API_URL", emulator.api_url())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    emulator.wait_until(|ledger| ledger.polls > 0, DEADLINE).await;
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id()));
    program.kill()?;
    program.wait()?;
    let status = status?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.ok_or_else(|| io::Error::other("the system does not say"))
}
