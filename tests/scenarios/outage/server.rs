//! A PostgreSQL server kills connections, has none left, is read-only, is unresponsive or refuses.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};

use super::office::{Office, RECOVERY, REGISTER};
use crate::support::{
    engine::{POSTGRES, TestDatabase, direct, postgres_url},
    server_line::ServerLine,
};

struct Ground {
    test: TestDatabase,
    admin: DatabaseConnection,
    /// The name of the desk's database.
    name: String,
}

async fn server() -> Option<Ground> {
    let Some(admin_url) = postgres_url() else {
        eprintln!("skipped: {POSTGRES} is not set");
        return None;
    };
    let test = TestDatabase::postgres(&admin_url).await;
    let admin = direct(&admin_url).await.expect("the server accepts connections");
    let name = test.url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    Some(Ground { test, admin, name })
}

impl Ground {
    async fn does(&self, sql: &str) {
        self.admin.execute_unprepared(sql).await.expect("an administrator may");
    }

    /// Kills all connections of the desk.
    async fn kills(&self) {
        self.does(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = '{}' AND application_name = 'mesabot'",
            self.name
        ))
        .await;
    }
}

/// Prints how long the recovery took, and checks that it was in time.
fn within(what: &str, took: Duration) {
    println!("{what}: confirmed {took:.1?} after its end");
    assert!(took < RECOVERY, "{what}: {took:.1?}");
}

/// Connections killed by the administrator at random moments, many times, while people report.
#[tokio::test(flavor = "multi_thread")]
async fn g13_repeatedly_killed_connections_lose_nothing() {
    let Some(ground) = server().await else { return };
    let mut office = Office::opens(&ground.test, &ground.test.url).await;
    let mut kills = 0;
    for _ in 0..4 {
        let killing = async {
            let mut moments = tokio::time::interval(Duration::from_millis(37));
            loop {
                moments.tick().await;
                ground.kills().await;
                kills += 1;
                if kills % 25 == 0 {
                    std::future::pending::<()>().await;
                }
            }
        };
        let reporting = async {
            let person = office.new_report().await;
            office.presses(person, REGISTER).await;
            office.is_acknowledged(person).await;
        };
        tokio::select! {
            () = killing => unreachable!("the killing never ends"),
            () = reporting => {}
        }
    }
    println!("killed {kills} times over");
    assert!(kills > 20, "{kills}");
    office.closes().await;
}

/// One person's conversation row is locked, so that their next update cannot be handled yet.
#[tokio::test(flavor = "multi_thread")]
async fn an_update_waiting_for_a_lock_delays_no_other() {
    let Some(ground) = server().await else { return };
    let mut office = Office::opens(&ground.test, &ground.test.url).await;
    let waiting = office.new_report().await;
    let other = office.new_report().await;
    office.is_at_rest().await;
    let locking = direct(&ground.test.url).await.expect("the database opens");
    let lock = locking.begin().await.unwrap();
    let theirs = format!(
        "SELECT 1 FROM conversation WHERE account_id = \
         (SELECT id FROM account WHERE external_key = '{waiting}') FOR UPDATE"
    );
    assert_eq!(lock.execute_unprepared(&theirs).await.unwrap().rows_affected(), 1);
    office.presses(waiting, REGISTER).await;
    let held = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND wait_event_type = 'Lock'",
        ground.name
    );
    office.waits_until(&held, |held: i64| held > 0).await;
    office.presses(other, REGISTER).await;
    office.is_acknowledged(other).await;
    assert_eq!(office.acknowledged(waiting), 0, "the lock is still held");
    lock.rollback().await.unwrap();
    office.is_acknowledged(waiting).await;
    office.closes().await;
}

/// Other clients hold every connection for longer than the pool waits for one.
#[tokio::test(flavor = "multi_thread")]
async fn g13_without_a_free_connection_the_desk_waits() {
    let Some(ground) = server().await else { return };
    let mut office = Office::opens(&ground.test, &ground.test.url).await;
    let person = office.new_report().await;
    office.is_at_rest().await;
    let mut held = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let database = office.desk.app.database.clone();
        held.spawn(async move {
            let holding = database.write(|tx| {
                Box::pin(async move { tx.execute_unprepared("SELECT pg_sleep(12)").await })
            });
            let held: Result<_, DbErr> = holding.await;
            held.expect("the connections are held to the end");
        });
    }
    let holders = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND query LIKE '%pg_sleep%' \
         AND application_name = 'mesabot'",
        ground.name
    );
    office.waits_until(&holders, |holders: i64| holders == 10).await;
    office.presses(person, REGISTER).await;
    held.join_all().await;
    let confirmed = office.acknowledged(person);
    let end = Instant::now();
    office.is_acknowledged(person).await;
    assert_eq!(confirmed, 0, "no ticket was confirmed in between");
    within("no connection for 12 s", end.elapsed());
    office.closes().await;
}

/// A read-only server: a fail-over to a standby meets one, too.
#[tokio::test(flavor = "multi_thread")]
async fn g13_after_a_read_only_server_the_desk_writes_again() {
    let Some(ground) = server().await else { return };
    let mut office = Office::opens(&ground.test, &ground.test.url).await;
    let person = office.new_report().await;
    office.is_at_rest().await;
    let set = |mode: &str| {
        format!("ALTER DATABASE {} SET default_transaction_read_only = {mode}", ground.name)
    };
    ground.does(&set("on")).await;
    ground.kills().await;
    office.presses(person, REGISTER).await;
    // Updates are delivered again until they are stored, which is impossible now: each attempt is a
    // rollback.
    let refused = "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    let before: i64 = office.asks(refused).await;
    office.waits_until(refused, |now: i64| now > before + 3).await;
    assert_eq!(office.acknowledged(person), 0, "no ticket is confirmed");
    ground.does(&set("off")).await;
    within("read-only", office.is_acknowledged(person).await);
    office.closes().await;
}

/// The server's machine is switched off: no answer, and no error.
#[tokio::test(flavor = "multi_thread")]
async fn g13_an_unresponsive_server_blocks_no_update_for_ever() {
    let Some(ground) = server().await else { return };
    let line = ServerLine::to(&ground.test.url).await;
    let mut office = Office::opens(&ground.test, line.url()).await;
    let person = office.new_report().await;
    office.is_at_rest().await;
    // During handling: the update is in the inbox.
    line.falls_silent_at("INSERT INTO \"ticket\"");
    office.presses(person, REGISTER).await;
    line.is_silent().await;
    assert_eq!(office.acknowledged(person), 0, "no ticket is confirmed");
    let held = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND state LIKE 'idle in transaction%'";
    office.waits_until(held, |held: i64| held == 0).await;
    line.heals();
    within("silence", office.is_acknowledged(person).await);
    office.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g13_a_server_that_refuses_connections_is_retried() {
    let Some(ground) = server().await else { return };
    let line = ServerLine::to(&ground.test.url).await;
    let mut office = Office::opens(&ground.test, line.url()).await;
    let person = office.new_report().await;
    office.is_at_rest().await;
    line.is_refused();
    office.presses(person, REGISTER).await;
    // Longer than the pool waits for a connection.
    let mut patience = tokio::time::interval(Duration::from_secs(11));
    patience.tick().await;
    patience.tick().await;
    assert_eq!(office.acknowledged(person), 0, "no ticket is confirmed");
    line.heals();
    within("refusal for 11 s", office.is_acknowledged(person).await);
    office.closes().await;
}
