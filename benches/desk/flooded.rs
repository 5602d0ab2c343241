//! How long calm people wait while one person floods the desk, compared with their wait without the
//! flood: from an update at the platform to its reply, within the default budget.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use mesabot::{
    config,
    worker::admission::{Allowance, Budget},
};
use tempfile::TempDir;
use tokio::{sync::mpsc, task::JoinSet, time::MissedTickBehavior};

use crate::{
    directory,
    flow::converse,
    parameter,
    support::{
        engine::{TestDatabase, postgres_url},
        live::LiveDesk,
        telegram::Emulator,
    },
    table::{Times, heading},
};

/// How many calm people write at the same time.
const CALM: i64 = 5;
/// How many updates each of them causes before another person comes: within a person's budget.
const UPDATES: usize = 70;
/// How many people follow each other at least.
const TURNS: i64 = 3;
/// The key of the person who floods.
const LOUD: i64 = 900;
/// By how much the wait of 99 % may grow.
const MOST: f64 = 2.0;

/// Prints the measurement. Gives whether the wait stays within its bound.
pub async fn measure() -> bool {
    let flood: u64 = parameter("MESABOT_BENCH_FLOOD", 10_000);
    heading("Overload: a calm person's reply while another person floods");
    println!("{:<44} {:>9} {:>9}", "", "p50", "p99");
    let place = TempDir::new_in(directory()).expect("a directory can be made");
    let mut fine = true;
    let file = |name| format!("sqlite://{}", place.path().join(name).display());
    fine &= compare("SQLite", &file("quiet.db"), &file("flooded.db"), flood).await;
    if let Some(server) = postgres_url() {
        let quiet = TestDatabase::postgres(&server).await;
        let flooded = TestDatabase::postgres(&server).await;
        fine &= compare("PostgreSQL", &quiet.url, &flooded.url, flood).await;
    }
    fine
}

async fn compare(engine: &str, quiet: &str, flooded: &str, flood: u64) -> bool {
    let (before, _) = wait(quiet, 0).await;
    println!("{:<44} {before}", format!("{engine}: without a flood"));
    let (during, took) = wait(flooded, flood).await;
    let ratio = during.within(0.99).as_secs_f64() / before.within(0.99).as_secs_f64();
    let verdict = if ratio < MOST { "" } else { "  TOO MUCH" };
    println!(
        "{:<44} {during}   p99 ×{ratio:.2}{verdict}",
        format!("{engine}: {flood} messages of one in {:.0} s", took.as_secs_f64())
    );
    ratio < MOST
}

/// The waits of calm people, and the time of the flood.
async fn wait(url: &str, flood: u64) -> (Times, Duration) {
    let emulator = Emulator::start().await;
    let mut desk = LiveDesk::open(&emulator, url).await.within(budget());
    desk.start().await;
    let letters: Arc<Mutex<HashMap<i64, mpsc::UnboundedSender<_>>>> = Arc::default();
    let post_office = Arc::clone(&letters);
    emulator.on_send(move |_, post| {
        if let Some(letters) = post_office.lock().expect("no task panics with it").get(&post.chat) {
            // A person who has left reads no further message.
            let _ = letters.send(post.clone());
        }
    });
    emulator.add_user(LOUD, "Luis", "es");
    let over = Arc::new(AtomicBool::new(flood == 0));
    let begun = Instant::now();
    let flooding = tokio::spawn(floods(emulator.clone(), flood, Arc::clone(&over)));
    let mut calm = JoinSet::new();
    for seat in 0..CALM {
        let emulator = emulator.clone();
        let over = Arc::clone(&over);
        let letters = Arc::clone(&letters);
        calm.spawn(async move {
            let mut times = Vec::new();
            for turn in 0.. {
                if turn >= TURNS && over.load(Ordering::SeqCst) {
                    break;
                }
                let id = 1_000 + turn * CALM + seat;
                emulator.add_user(id, "Empleado", "es");
                let (sender, mine) = mpsc::unbounded_channel();
                letters.lock().expect("no task panics with it").insert(id, sender);
                times.extend(converse(emulator.clone(), id, mine, UPDATES).await);
            }
            times
        });
    }
    flooding.await.expect("no task panics");
    let took = begun.elapsed();
    let mut times = Times::default();
    while let Some(waited) = calm.join_next().await {
        times.extend(waited.expect("no task panics"));
    }
    desk.close().await;
    (times, took)
}

/// One person writes as fast as the pace allows.
async fn floods(emulator: Emulator, messages: u64, over: Arc<AtomicBool>) {
    let pace: u32 = parameter("MESABOT_BENCH_FLOOD_PACE", 500);
    let mut tick = tokio::time::interval(Duration::from_secs(1) / pace);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for n in 0..messages {
        tick.tick().await;
        emulator.says(LOUD, LOUD, &format!("No abre el correo, se lo digo por {n}.ª vez"));
    }
    over.store(true, Ordering::SeqCst);
}

/// The default budget.
fn budget() -> Budget {
    let loaded = config::Config::load(config::Sources::new("."));
    let budget = loaded.expect("the shipped configuration is sound").config.budget;
    let allowance = |at_once, per_minute| Allowance { at_once, per_minute };
    Budget {
        person: allowance(budget.person_at_once, budget.person_per_minute),
        chat: allowance(budget.chat_at_once, budget.chat_per_minute),
    }
}
