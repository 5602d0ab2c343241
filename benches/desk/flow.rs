//! The time from an update at the platform to its reply, with everything between them real: HTTP,
//! inbox, dialogue, synchronous commits, outbox. The emulator runs on the same cores, so its own
//! cost counts too.

use std::{
    collections::HashMap,
    io::{Seek, Write},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use mesabot::{
    domain::time::Timestamp,
    migrations::Migrator,
    service::{
        Result,
        database::Database,
        inbox::{self, NewIncoming},
    },
};
use tempfile::TempDir;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::{
    desk_process::DeskProcess,
    directory, parameter,
    support::{
        engine::{TestDatabase, postgres_url},
        telegram::{Emulator, Post},
    },
    table::{Times, heading, short},
};

/// The pause before a person presses a button. Real people are slower; without a pause no press
/// would arrive after the desk knows the message.
const POLL_INTERVAL: Duration = Duration::from_millis(25);
/// The buttons that register a ticket, in the order of the questions.
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

/// The smallest number of updates stored to measure the rate.
const STORED: usize = 2_000;

/// Prints the measurements for each available engine.
pub async fn measure() {
    heading("End to end: update enqueued → stored → handled → committed → reply received");
    let disk = disk();
    println!("the disk, 4 KiB written and fdatasync'ed: p50 and p99 {disk}");
    let updates: usize = parameter("MESABOT_BENCH_UPDATES", 10_000);
    let people: usize = parameter("MESABOT_BENCH_PEOPLE", 50);
    println!(
        "\n{:<28} {:>9} {:>9} {:>10} {:>10} {:>12} {:>9}",
        "reply", "p50", "p99", "updates/s", "replies/s", "CPU-ms/1000", "resident"
    );
    for database in databases().await {
        for (people, updates) in [(1, updates / 50), (people, updates)] {
            let name = format!("{:?}, {people} at once", database.engine);
            println!("{name:<28} {}", conversation(&database, people, updates).await);
        }
    }
    println!("\n{:<28} {:>10} {:>10} {:>10}", "stored in one commit", 1, 10, 100);
    for database in databases().await {
        let mut line = format!("{:<28}", format!("{:?}, updates/s", database.engine));
        for batch in [1, 10, 100] {
            line += &format!(" {:>10.0}", stored(&database, batch).await);
        }
        println!("{line}");
    }
}

/// An empty database on each engine.
async fn databases() -> Vec<TestDatabase> {
    let mut databases = vec![TestDatabase::sqlite_on(&directory())];
    if let Some(server) = postgres_url() {
        databases.push(TestDatabase::postgres(&server).await);
    }
    databases
}

/// How many updates a second are stored with so many in one commit.
async fn stored(database: &TestDatabase, batch: usize) -> f64 {
    let database = Database::open(&database.url).await.expect("a database opens");
    database.migrate::<Migrator>().await.expect("the schema is made");
    let raw = "x".repeat(600);
    let begun = Instant::now();
    for first in (0..STORED).step_by(batch) {
        let updates: Vec<NewIncoming> = (first..first + batch)
            .map(|update| NewIncoming {
                source: format!("stored by {batch}"),
                external_key: update.to_string(),
                lane: format!("stored:{}", update % 50),
                raw: raw.clone(),
            })
            .collect();
        let updates = &updates;
        let stored: Result<u64> = database
            .write(|tx| Box::pin(async move { inbox::receive(tx, updates, Timestamp(0)).await }))
            .await;
        assert_eq!(stored.expect("it is stored"), batch as u64);
    }
    let pace = STORED as f64 / begun.elapsed().as_secs_f64();
    database.close().await;
    pace
}

/// The time the disk takes to make a page durable.
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

/// Lets people register tickets until the desk has received so many updates; prints the
/// measurement.
async fn conversation(database: &TestDatabase, people: usize, updates: usize) -> String {
    let place = TempDir::new_in(directory()).expect("a directory can be made");
    let emulator = Emulator::start().await;
    let desk = DeskProcess::start(&emulator, &database.url, place.path()).expect("it starts");
    emulator.wait_until(|ledger| ledger.polls > 0, DEADLINE).await;
    let before = desk.cpu().expect("the system says");
    let letters: Arc<Mutex<HashMap<i64, UnboundedSender<Post>>>> = Arc::default();
    let post_office = Arc::clone(&letters);
    emulator.on_send(move |_, post| {
        let letters = post_office.lock().expect("no task panics with it");
        if let Some(letters) = letters.get(&post.chat) {
            // A person who has left reads no further message.
            let _ = letters.send(post.clone());
        }
    });
    let begun = Instant::now();
    let mut writing = tokio::task::JoinSet::new();
    for at in 0..people {
        let id = 1_000 + i64::try_from(at).expect("few people");
        emulator.add_user(id, "Empleado", "es");
        let (sender, letters_of_one) = mpsc::unbounded_channel();
        letters.lock().expect("no task panics with it").insert(id, sender);
        let share = updates / people + usize::from(at < updates % people);
        writing.spawn(converse(emulator.clone(), id, letters_of_one, share));
    }
    let mut replies = Times::default();
    while let Some(times) = writing.join_next().await {
        replies.extend(times.expect("no task panics"));
    }
    let took = begun.elapsed().as_secs_f64();
    let cpu = desk.cpu().expect("the system says") - before;
    let said = emulator.read(|ledger| ledger.sends().count());
    let memory = desk.memory().expect("the system says") as f64 / 1024.0;
    format!(
        "{:>9} {:>9} {:>10.0} {:>10.0} {:>12.0} {memory:>5.1} MiB",
        short(replies.median()),
        short(replies.within(0.99)),
        updates as f64 / took,
        said as f64 / took,
        cpu.as_secs_f64() * 1e6 / updates as f64,
    )
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
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    times
}

/// What a message asks of its reader: a press, or nothing more when the ticket is registered. Other
/// messages give `None`.
fn read(post: &Post) -> Option<Option<(i64, String)>> {
    if post.text.contains(ACKNOWLEDGED) {
        return Some(None);
    }
    let wanted = |label: &str| post.buttons.iter().flatten().find(|button| button.label == label);
    let button = PRESSED.iter().find_map(|label| wanted(label))?;
    Some(Some((post.message_id, button.code.clone())))
}
