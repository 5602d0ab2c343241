//! Every update delivered three times, shuffled, to two replicas that store and handle
//! concurrently: each update takes effect once (G2). A benchmark because of its size; it fails when
//! an update takes effect twice or not at all.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Instant,
};

use mesabot::{
    app::{App, DeliverySettings, Workers},
    channel::{raw_json, telegram},
    chat::Desk,
    clock::{Clock, SystemClock},
    domain::{locale::Locale, person::Access},
    entity::{inbox, outbox},
    service::inbox::NewIncoming,
    worker::{
        admission::{Admission, Allowance, Budget},
        delivery::Patience,
        handler,
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::json;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    directory, parameter,
    support::{
        desk::{NO_LIMITS, line, uspec},
        engine::{TestDatabase, postgres_url},
        telegram::{BOT_ID, Emulator},
    },
    table::heading,
};

/// How many people write.
const PEOPLE: usize = 1_000;
/// How many times each update is delivered.
const TIMES: usize = 3;
/// How many updates come at once, at most.
const BATCH: usize = 100;

/// Delivers them on each available engine, and prints the result.
pub async fn measure() {
    let updates: usize = parameter("MESABOT_BENCH_TOLD", 10_000);
    let seed: u64 = parameter("MESABOT_TEST_SEED", 7);
    heading("Every update told three times, shuffled, to two replicas: effects");
    deliver(TestDatabase::sqlite_on(&directory()), updates, seed).await;
    if let Some(server) = postgres_url() {
        deliver(TestDatabase::postgres(&server).await, updates, seed).await;
    }
}

async fn deliver(database: TestDatabase, updates: usize, seed: u64) {
    let begun = Instant::now();
    let emulator = Emulator::start().await;
    let (stop, shutdown) = watch::channel(false);
    let mut telling = JoinSet::new();
    let mut handling = JoinSet::new();
    let mut dice = StdRng::seed_from_u64(seed);
    let mut told: Vec<usize> = (0..updates * TIMES).map(|telling| telling / TIMES).collect();
    told.shuffle(&mut dice);
    let half = told.len() / 2;
    let other = told.split_off(half);
    let mut houses = Vec::new();
    for told in [told, other] {
        let (app, workers) = replica(&database.url, &emulator).await;
        let stop = shutdown.clone();
        handling.spawn(async move { workers.handler.run(stop).await });
        houses.push(app.clone());
        let mut dice = StdRng::seed_from_u64(dice.random());
        telling.spawn(async move {
            let mut rest = told.as_slice();
            while !rest.is_empty() {
                let (batch, after) = rest.split_at(dice.random_range(1..=BATCH).min(rest.len()));
                tell(&app, batch).await;
                rest = after;
            }
        });
    }
    while let Some(told) = telling.join_next().await {
        told.expect("no task panics");
    }
    let told_after = begun.elapsed();
    let reader = houses[0].database.reader();
    let mut looking = tokio::time::interval(std::time::Duration::from_secs(1));
    let open = inbox::Entity::find().filter(inbox::Column::OpenLane.gte(""));
    while open.clone().count(reader).await.expect("it is counted") > 0 {
        looking.tick().await;
    }
    let took = begun.elapsed();
    stop.send_replace(true);
    while let Some(handled) = handling.join_next().await {
        handled.expect("no handler panics");
    }
    check(reader, updates).await;
    println!(
        "{:?}, seed {seed}: {} tellings of {updates} updates in {told_after:.1?}, handled after {:.1?} \
         ({:.0} updates/s): every effect once",
        database.engine,
        updates * TIMES,
        took,
        updates as f64 / took.as_secs_f64()
    );
    for app in houses {
        app.database.close().await;
    }
}

/// A desk on the database with a handler of its own.
async fn replica(url: &str, emulator: &Emulator) -> (App, Arc<Workers>) {
    let desk = Desk {
        procedure: Arc::new(uspec()),
        access: Access::Open,
        locale: Locale::Es,
        server: None,
    };
    let app = App::open(url, desk, Arc::new(SystemClock)).await.expect("a desk opens");
    let (_, bot) = telegram::connect(&line(emulator)).await.expect("the emulator answers");
    let receive = Box::new(move |row: &inbox::Model| {
        let raw = raw_json::read(&row.raw)?;
        telegram::receive(&raw, &bot).map_err(|error| error.to_string())
    });
    let delivery = DeliverySettings { limits: NO_LIMITS, patience: Patience::default() };
    let mut workers = app.workers(HashMap::new(), receive, delivery);
    let unlimited = Allowance { at_once: u32::MAX, per_minute: u32::MAX };
    workers.handler.admission = Admission::new(Budget { person: unlimited, chat: unlimited });
    (app, Arc::new(workers))
}

/// The platform delivers updates until the desk confirms that they are stored.
async fn tell(app: &App, updates: &[usize]) {
    let batch: Vec<NewIncoming> = updates.iter().map(|update| incoming(*update)).collect();
    let now = SystemClock.now();
    while handler::store(&app.database, &batch, now, &app.wake).await.is_err() {}
}

fn incoming(update: usize) -> NewIncoming {
    let person = 1_000 + update % PEOPLE;
    let who =
        json!({"id": person, "is_bot": false, "first_name": "Empleado", "language_code": "es"});
    let raw = json!({"update_id": update, "message": {
        "message_id": update + 1, "date": 1_772_456_400, "text": "/miscasos", "from": who,
        "chat": {"id": person, "type": "private", "first_name": "Empleado"},
        "entities": [{"type": "bot_command", "offset": 0, "length": 9}]}});
    let source = format!("telegram:{BOT_ID}");
    NewIncoming {
        external_key: update.to_string(),
        lane: format!("{source}:{person}"),
        raw: raw.to_string(),
        source,
    }
}

/// Every person got as many answers as requests.
async fn check(reader: &impl sea_orm::ConnectionTrait, updates: usize) {
    let stored = inbox::Entity::find().count(reader).await.expect("it is counted");
    assert_eq!(stored, updates as u64, "each is stored once");
    let aside = inbox::Entity::find().filter(inbox::Column::Quarantine.gte(""));
    assert_eq!(aside.count(reader).await.expect("it is counted"), 0, "none is set aside");
    let answers: Vec<(String, i64)> = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::ChatKey)
        .column_as(outbox::Column::Id.count(), "answers")
        .filter(outbox::Column::Delivery.contains(r#""do":"send""#))
        .group_by(outbox::Column::ChatKey)
        .into_tuple()
        .all(reader)
        .await
        .expect("it is counted");
    let mut asked: BTreeMap<String, i64> = BTreeMap::new();
    for update in 0..updates {
        *asked.entry((1_000 + update % PEOPLE).to_string()).or_default() += 1;
    }
    let answered: BTreeMap<String, i64> = answers.into_iter().collect();
    assert_eq!(answered, asked, "each acts once");
}
