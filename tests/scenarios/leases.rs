//! Exclusive work under a lease, with two candidates: the work starts once the lease is held, ends
//! once it is lost, and the second candidate continues it (G8). The leases are shorter than the
//! program's, and the tests wait only for events.

use std::{sync::Arc, time::Duration};

use mesabot::{
    clock::Clock,
    domain::{status::Status, time::DAY},
    entity::lease,
    migrations::Migrator,
    service::{Error, Result, database::Database},
    worker::{
        Shutdown,
        leases::{LeaseTimes, Leases, Tenure},
        stopped,
    },
};
use sea_orm::{EntityTrait, ExprTrait, sea_query::Expr};
use tokio::{
    sync::{Notify, mpsc, watch},
    task::JoinHandle,
};

use crate::support::{
    desk::{DEADLINE, scenario},
    engine::TestDatabase,
};

const NAME: &str = "sender:telegram";
const TIMES: LeaseTimes = LeaseTimes {
    length: Duration::from_secs(3),
    renew_every: Duration::from_millis(20),
    look_every: Duration::from_millis(20),
    margin: Duration::from_secs(1),
    patience: Duration::from_secs(1),
    absence: Duration::from_millis(500),
};

/// What a working candidate reports.
#[derive(Debug)]
enum News {
    Began(Tenure),
    Ended,
}

/// A process that could do the work.
struct Candidate {
    database: Database,
    leases: Arc<Leases>,
    stop: watch::Sender<bool>,
    leave: Arc<Notify>,
    news: mpsc::UnboundedReceiver<News>,
    keeping: JoinHandle<anyhow::Result<()>>,
    renewing: JoinHandle<()>,
}

impl Candidate {
    async fn joins(place: &TestDatabase) -> Self {
        let database = Database::open(&place.url).await.unwrap();
        database.migrate::<Migrator>().await.unwrap();
        let leases = Arc::new(Leases::new(database.clone(), TIMES));
        let (stop, shutdown) = watch::channel(false);
        let (tell, news) = mpsc::unbounded_channel();
        let kept = Arc::clone(&leases);
        let stopping = shutdown.clone();
        let leave = Arc::<Notify>::default();
        let leaving = Arc::clone(&leave);
        let work = move |tenure: Tenure, mut stop: Shutdown| {
            let tell = tell.clone();
            let leaving = Arc::clone(&leaving);
            async move {
                tell.send(News::Began(tenure))?;
                tokio::select! {
                    () = stopped(&mut stop) => {}
                    () = leaving.notified() => {}
                }
                tell.send(News::Ended)?;
                Ok(())
            }
        };
        let keeping = tokio::spawn(async move { kept.keep(NAME, stopping, work).await });
        let renewed = Arc::clone(&leases);
        let renewing = tokio::spawn(async move { renewed.run(shutdown).await });
        Self { database, leases, stop, leave, news, keeping, renewing }
    }

    async fn begins(&mut self) -> Tenure {
        match self.next_news().await {
            News::Began(tenure) => tenure,
            News::Ended => panic!("the work ended before it began"),
        }
    }

    async fn ends(&mut self) {
        assert!(matches!(self.next_news().await, News::Ended));
    }

    async fn next_news(&mut self) -> News {
        tokio::time::timeout(DEADLINE, self.news.recv()).await.expect("in time").unwrap()
    }

    async fn writes(&self, tenure: &Tenure) -> Result<()> {
        self.database.write(|tx| Box::pin(async move { tenure.hold(tx).await })).await
    }

    async fn stops(self) {
        self.stop.send_replace(true);
        self.keeping.await.unwrap().unwrap();
        self.renewing.await.unwrap();
        drop(self.leases);
        self.database.close().await;
    }
}

/// The lease goes to a new holder without notice to the old one.
async fn move_lease(database: &Database, to: Option<&str>) {
    let changed: Result<()> = database
        .write(|tx| {
            Box::pin(async move {
                let epoch = Expr::col(lease::Column::Epoch).add(1);
                let mut change = lease::Entity::update_many().col_expr(lease::Column::Epoch, epoch);
                if let Some(holder) = to {
                    change = change.col_expr(lease::Column::Holder, Expr::value(holder));
                }
                change.exec(tx).await?;
                Ok(())
            })
        })
        .await;
    changed.unwrap();
}

#[tokio::test]
async fn g8_a_stopped_holder_frees_its_lease_at_once() {
    let place = TestDatabase::for_story().await;
    let mut first = Candidate::joins(&place).await;
    let tenure = first.begins().await;
    assert!(tenure.is_trusted());
    first.writes(&tenure).await.unwrap();
    let mut second = Candidate::joins(&place).await;
    first.stop.send_replace(true);
    first.ends().await;
    let next = second.begins().await;
    second.writes(&next).await.unwrap();
    assert!(matches!(second.writes(&tenure).await, Err(Error::LeaseLost)));
    first.stops().await;
    second.stops().await;
}

/// For example, because the resource is unreachable for this replica.
#[tokio::test]
async fn g8_a_released_lease_is_taken_again_if_no_other_replica_takes_it() {
    let place = TestDatabase::for_story().await;
    let mut first = Candidate::joins(&place).await;
    let tenure = first.begins().await;
    first.leave.notify_one();
    first.ends().await;
    let again = first.begins().await;
    assert_eq!(
        again.patience(),
        tenure.patience().map(|before| 2 * before),
        "the holder waits twice as long"
    );
    let mut second = Candidate::joins(&place).await;
    first.leave.notify_one();
    first.ends().await;
    let next = second.begins().await;
    second.writes(&next).await.unwrap();
    assert!(matches!(second.writes(&again).await, Err(Error::LeaseLost)));
    first.stops().await;
    second.stops().await;
}

#[tokio::test]
async fn g8_a_holder_that_lost_its_lease_stops_and_applies_again() {
    let place = TestDatabase::for_story().await;
    let mut first = Candidate::joins(&place).await;
    let tenure = first.begins().await;
    move_lease(&first.database, Some("another-replica")).await;
    assert!(
        matches!(first.writes(&tenure).await, Err(Error::LeaseLost)),
        "the write is refused before the holder knows"
    );
    first.ends().await;
    // The new holder does not renew, so the lease expires and is free.
    let again = first.begins().await;
    first.writes(&again).await.unwrap();
    first.stops().await;
}

#[tokio::test]
async fn g8_a_lease_granted_with_a_lost_answer_is_free_at_once() {
    let place = TestDatabase::for_story().await;
    let mut first = Candidate::joins(&place).await;
    first.begins().await;
    // As if the first had acquired the lease again and never received the answer: its own name,
    // with an epoch it does not know.
    move_lease(&first.database, None).await;
    first.ends().await;
    let began = tokio::time::timeout(TIMES.length / 2, first.begins()).await;
    began.expect("the lease is taken before it expires");
    first.stops().await;
}

#[tokio::test]
async fn g8_a_holder_that_cannot_renew_stops_trusting_its_lease() {
    let place = TestDatabase::for_story().await;
    let mut first = Candidate::joins(&place).await;
    let tenure = first.begins().await;
    first.database.clone().close().await;
    let doubts = async {
        while tenure.is_trusted() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TIMES.length, doubts)
        .await
        .expect("before another replica can take the lease");
    first.keeping.abort();
    first.renewing.abort();
}

#[tokio::test]
async fn g8_a_sweeper_without_its_lease_changes_nothing() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        for number in 1..=2 {
            desk.opens_ticket(&marta, "No abre el correo").await;
            ana.says(&format!("/aceptar {number}")).await;
            ana.says(&format!("/solucionar {number} Se reinició")).await;
        }
        let mut candidate = Candidate::joins(desk.database()).await;
        let tenure = candidate.begins().await;
        move_lease(&candidate.database, Some("another-replica")).await;
        desk.clock.set(desk.clock.now().plus(30 * DAY));
        let swept = desk.workers.sweeper.pass_in(&tenure).await;
        assert!(matches!(swept, Err(Error::LeaseLost)), "{swept:?}");
        assert_eq!(desk.newest().await.status, Status::Solved);
        candidate.stops().await;
        desk.workers.sweeper.pass().await.unwrap();
        assert_eq!(desk.newest().await.status, Status::Closed);
        desk.settle().await;
        ana.reads();
        marta.reads();
    })
    .await;
}
