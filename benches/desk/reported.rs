//! The cost of a report: its time, the memory of a process that makes it, and the wait for the
//! answer to a trivial command during it. Each measurement runs in a process of its own, because
//! the system counts the peak memory of a whole process. Fails when a workbook takes 200 MB or a
//! command waits 50 ms longer than without the report.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use mesabot::{
    app::{App, DeliverySettings, FileStorage, Workers},
    channel::console::{ConsoleEvent, receive, receive::ConsoleInput},
    chat::Desk,
    clock::{Clock, HandClock},
    domain::{
        channel::ChannelKind,
        locale::Locale,
        person::Access,
        time::{DAY, HOUR, Timestamp},
    },
    migrations::Migrator,
    service::{database::Database, inbox::NewIncoming, outbox, report::requests},
    store::Store,
    worker::{delivery::Patience, handler},
};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::{
    directory,
    support::{
        desk::{NO_LIMITS, uspec, usual_rules},
        engine::{TestDatabase, direct, postgres_url},
    },
    table::{Times, heading, short},
};

/// The name of the part that runs in a process of its own.
pub const ONCE: &str = "reported-once";
/// The variable with the database to report on.
const URL: &str = "MESABOT_BENCH_REPORTED_URL";
/// Monday, 2 March 2026, 08:00 in Bogotá, in milliseconds since the epoch: the first ticket.
const START: i64 = 1_772_456_400_000;
/// The distance between two tickets, in milliseconds: 200,000 fit into a month.
const APART: i64 = 10_000;
/// How many rows one statement makes.
const CHUNK: i64 = 20_000;
/// The pause between two commands.
const PAUSE: Duration = Duration::from_millis(5);
/// The largest peak memory, in megabytes.
const MOST_MEMORY: u64 = 200;
/// How much longer than without the report a command may wait.
const MOST_WAITING: Duration = Duration::from_millis(50);

/// Prints the measurements for each available engine. Gives whether they stay within their bounds.
pub async fn measure() -> bool {
    let sizes: String = crate::parameter("MESABOT_BENCH_REPORTED", "10000,200000".to_owned());
    heading(
        "A report: time, the wait of other commands (alone, during: median and most), peak memory",
    );
    let mut fine = true;
    for tickets in sizes.split(',').filter_map(|size| size.trim().parse::<i64>().ok()) {
        fine &= measure_in(TestDatabase::sqlite_on(&directory()), tickets).await;
        if let Some(server) = postgres_url() {
            fine &= measure_in(TestDatabase::postgres(&server).await, tickets).await;
        }
    }
    fine
}

async fn measure_in(place: TestDatabase, tickets: i64) -> bool {
    fill(&place.url, tickets).await;
    println!("{:?}, {tickets} tickets", place.engine);
    let program = std::env::current_exe().expect("this program has a path");
    let child = Command::new(program).args(["--bench", ONCE]).env(URL, &place.url).status();
    child.expect("a process starts").success()
}

/// Fills a month with tickets that were solved and closed, on either engine.
async fn fill(url: &str, tickets: i64) {
    let database = Database::open(url).await.expect("a database opens");
    database.migrate::<Migrator>().await.expect("the schema is made");
    let server = database.backend() == DbBackend::Postgres;
    database.close().await;
    let connection = direct(url).await.expect("it opens again");
    let run = async |sql: &str| {
        connection.execute_unprepared(sql).await.expect("rows are made");
    };
    run("INSERT INTO person (id, name, role, locale, created_at) VALUES \
         (1, 'Luz', 'supervisor', 'es', 0), (2, 'Marta', 'requester', 'es', 0), \
         (3, 'Ana', 'technician', 'es', 0), (4, 'Luis', 'technician', 'es', 0)")
    .await;
    run("INSERT INTO account (id, channel, external_key, person_id, private_chat, created_at) VALUES \
         (1, 'console', 'luz', 1, 'luz', 0), (2, 'console', 'marta', 2, 'marta', 0)")
    .await;
    let mut first = 1;
    while first <= tickets {
        let last = (first + CHUNK - 1).min(tickets);
        let numbers = format!(
            "WITH RECURSIVE n(i) AS (SELECT CAST({first} AS BIGINT) UNION ALL \
             SELECT i + 1 FROM n WHERE i < {last})"
        );
        let at = format!("{START} + i * {APART}");
        run(&format!(
            "{numbers} INSERT INTO ticket (id, number, version, status, kind, category, title, \
             description, place, origin, requester_id, registered_by, impact, urgency, priority, \
             group_key, level, technician_id, procedure_version, own_due_at, owned_at, \
             resolve_due_at, resolve_left, solution, round, solved_at, closed_at, ending, created_at) \
             SELECT i, i, 1, 'closed', 'incident', \
             CASE i % 2 WHEN 0 THEN 'ofimatica' ELSE 'equipo' END, 'El correo no abre ' || i, \
             'El correo no abre desde esta mañana y sale un aviso que dice que la cuenta no existe; \
             ya reinicié el computador dos veces y a los demás sí les funciona. ' || i, \
             'Sede principal', 'telegram', 2, 2, 'low', 'low', 'low', 'soporte', 1, 3 + i % 2, \
             'uspec 02', {at} + 900000, {at} + 600000, {at} + 9000000, 60000, \
             'Se configuró de nuevo la cuenta y se probó con la persona: abre y envía.', 1, \
             {at} + 1200000, {at} + 1800000, 'authorised', {at} FROM n"
        ))
        .await;
        run(&format!(
            "{numbers} INSERT INTO survey (ticket_id, round, authorised_at, stars) \
             SELECT i, 1, {at} + 1800000, 1 + i % 5 FROM n"
        ))
        .await;
        for kind in ["accepted", "authorised"] {
            run(&format!(
                "{numbers} INSERT INTO ticket_event (ticket_id, at, kind, detail) \
                 SELECT i, {at}, '{kind}', '{{\"kind\":\"{kind}\"}}' FROM n"
            ))
            .await;
        }
        first = last + 1;
    }
    if server {
        run("ANALYZE").await;
    }
    connection.close().await.expect("it closes");
}

/// Makes both reports in this process, and prints their costs. Gives whether these stay within
/// their bounds.
pub async fn once() -> bool {
    let url = std::env::var(URL).expect("the process that started this one names a database");
    let clock = Arc::new(HandClock::new(Timestamp(START).plus(28 * DAY)));
    let desk = Desk {
        procedure: Arc::new(uspec()),
        access: Access::Open,
        locale: Locale::Es,
        server: None,
    };
    let app = App::open(&url, desk, Arc::<HandClock>::clone(&clock)).await;
    let files = tempfile::TempDir::new_in(directory()).expect("a directory can be made");
    let store = Store::folder(files.path()).expect("files can be kept");
    let app = app.expect("a desk opens").with_files(FileStorage { store, rules: usual_rules() });
    let delivery = DeliverySettings { limits: NO_LIMITS, patience: Patience::default() };
    let workers = app.workers(HashMap::new(), Box::new(|row| receive(&row.raw)), delivery);
    let app = Arc::new(app);
    let workers = Arc::new(workers);
    let alone = others(&app, &workers, async { tokio::time::sleep(Duration::from_secs(2)).await });
    let alone = alone.await.1;
    let asked = async {
        says(&app, "luz", "/informe 2026-03").await;
        while requests::due(app.database.reader(), clock.now(), 1).await.expect("read").is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        workers.reporter.pass().await.expect("the report is made");
    };
    let (took, during) = others(&app, &workers, asked).await;
    let fine = report("/informe", took, &during, &alone);
    // 1 April, 10:00: the month's report is due.
    clock.set(Timestamp(START).plus(30 * DAY + 2 * HOUR));
    let sent = async { workers.reporter.pass().await.expect("the workbooks are made") };
    let (took, during) = others(&app, &workers, sent).await;
    report("workbooks, es and en", took, &during, &alone) && fine
}

fn report(what: &str, took: Duration, during: &Times, alone: &Times) -> bool {
    let memory = peak_memory();
    let most = during.within(1.0);
    let fine = memory < MOST_MEMORY && most < alone.within(1.0) + MOST_WAITING;
    println!(
        "  {what:<22} {:>9}   alone {:>8} {:>8}   during {:>8} {:>8}   {memory:>5} MB{}",
        short(took),
        short(alone.median()),
        short(alone.within(1.0)),
        short(during.median()),
        short(most),
        if fine { "" } else { "  too much" },
    );
    fine
}

/// Runs `doing` while a person in another chat sends one trivial command after another. Gives the
/// time of `doing`, and of each command.
async fn others(
    app: &Arc<App>,
    workers: &Arc<Workers>,
    doing: impl Future<Output = ()>,
) -> (Duration, Times) {
    let over = Arc::new(AtomicBool::new(false));
    let end = Arc::clone(&over);
    let app = Arc::clone(app);
    let workers = Arc::clone(workers);
    let asking = tokio::spawn(async move {
        let mut times = Times::default();
        loop {
            let begun = Instant::now();
            says(&app, "marta", "/idioma").await;
            workers.handler.pass().await.expect("it is handled");
            times.push(begun.elapsed());
            if end.load(Ordering::Relaxed) {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        times
    });
    let begun = Instant::now();
    doing.await;
    let took = begun.elapsed();
    over.store(true, Ordering::Relaxed);
    (took, asking.await.expect("the others go on"))
}

async fn says(app: &App, who: &str, text: &str) {
    static SAID: AtomicU64 = AtomicU64::new(0);
    let number = SAID.fetch_add(1, Ordering::Relaxed);
    let now = app.clock.now();
    let told = ConsoleEvent {
        who: who.to_owned(),
        name: who.to_owned(),
        what: ConsoleInput::Text(text.to_owned()),
    };
    let row = NewIncoming {
        source: "console".into(),
        external_key: number.to_string(),
        lane: outbox::lane(ChannelKind::Console, who),
        raw: serde_json::to_string(&told).expect("it is JSON"),
    };
    handler::store(&app.database, &[row], now, &app.wake).await.expect("it is stored");
}

/// The peak memory of this process, in megabytes.
fn peak_memory() -> u64 {
    let status = fs::read_to_string(Path::new("/proc/self/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}
