//! What is done under a lease, by two who could: begun once it is had, ended once it is lost, and gone
//! on with by the other (G8). The leases are shorter than the program's, and nobody waits for anything
//! but what happens.

use std::{sync::Arc, time::Duration};

use mesabot::{
    clock::Clock,
    domain::{status::Status, time::DAY},
    entity::lease,
    migrations::Migrator,
    service::{Error, Result, database::Database},
    worker::{
        Shutdown,
        leases::{Leases, Term, Terms},
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
const TERMS: Terms = Terms {
    length: Duration::from_secs(3),
    renew_every: Duration::from_millis(20),
    look_every: Duration::from_millis(20),
    margin: Duration::from_secs(1),
    patience: Duration::from_secs(1),
    absence: Duration::from_millis(500),
};

/// What somebody who works tells.
#[derive(Debug)]
enum News {
    Began(Term),
    Ended,
}

/// Somebody who could do the work.
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
    async fn steps_up(place: &TestDatabase) -> Self {
        let database = Database::open(&place.url).await.unwrap();
        database.migrate::<Migrator>().await.unwrap();
        let leases = Arc::new(Leases::new(database.clone(), TERMS));
        let (stop, shutdown) = watch::channel(false);
        let (tell, news) = mpsc::unbounded_channel();
        let (kept, stopping) = (Arc::clone(&leases), shutdown.clone());
        let leave = Arc::<Notify>::default();
        let leaving = Arc::clone(&leave);
        let work = move |term: Term, mut stop: Shutdown| {
            let (tell, leaving) = (tell.clone(), Arc::clone(&leaving));
            async move {
                tell.send(News::Began(term))?;
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

    async fn begins(&mut self) -> Term {
        match self.hears().await {
            News::Began(term) => term,
            News::Ended => panic!("it ended before it began"),
        }
    }

    async fn ends(&mut self) {
        assert!(matches!(self.hears().await, News::Ended));
    }

    async fn hears(&mut self) -> News {
        tokio::time::timeout(DEADLINE, self.news.recv()).await.expect("in time").unwrap()
    }

    async fn writes(&self, term: &Term) -> Result<()> {
        self.database.write(|tx| Box::pin(async move { term.hold(tx).await })).await
    }

    async fn goes_in_peace(self) {
        self.stop.send_replace(true);
        self.keeping.await.unwrap().unwrap();
        self.renewing.await.unwrap();
        drop(self.leases);
        self.database.close().await;
    }
}

/// The lease changes hands without its holder having noticed.
async fn changes_hands(database: &Database, to: Option<&str>) {
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
async fn g8_who_stops_in_peace_makes_room_at_once() {
    let place = TestDatabase::for_story().await;
    let mut first = Candidate::steps_up(&place).await;
    let term = first.begins().await;
    assert!(term.is_trusted());
    first.writes(&term).await.unwrap();
    let mut second = Candidate::steps_up(&place).await;
    first.stop.send_replace(true);
    first.ends().await;
    let next = second.begins().await;
    second.writes(&next).await.unwrap();
    assert!(matches!(second.writes(&term).await, Err(Error::LeaseLost)));
    first.goes_in_peace().await;
    second.goes_in_peace().await;
}

/// What it is for is out of reach from there, say.
#[tokio::test]
async fn g8_who_leaves_it_makes_room_and_goes_on_when_nobody_else_does() {
    let place = TestDatabase::for_story().await;
    let mut first = Candidate::steps_up(&place).await;
    let term = first.begins().await;
    first.leave.notify_one();
    first.ends().await;
    let again = first.begins().await;
    assert_eq!(again.patience(), term.patience().map(|before| 2 * before), "it is in no hurry");
    let mut second = Candidate::steps_up(&place).await;
    first.leave.notify_one();
    first.ends().await;
    let next = second.begins().await;
    second.writes(&next).await.unwrap();
    assert!(matches!(second.writes(&again).await, Err(Error::LeaseLost)));
    first.goes_in_peace().await;
    second.goes_in_peace().await;
}

#[tokio::test]
async fn g8_who_has_lost_it_is_told_and_asks_again() {
    let place = TestDatabase::for_story().await;
    let mut first = Candidate::steps_up(&place).await;
    let term = first.begins().await;
    changes_hands(&first.database, Some("somebody elsewhere")).await;
    assert!(matches!(first.writes(&term).await, Err(Error::LeaseLost)), "before it knows");
    first.ends().await;
    // The other renews nothing, and after its time it is anybody's.
    let again = first.begins().await;
    first.writes(&again).await.unwrap();
    first.goes_in_peace().await;
}

#[tokio::test]
async fn g8_what_was_given_without_the_answer_arriving_is_not_kept_from_everybody() {
    let place = TestDatabase::for_story().await;
    let mut first = Candidate::steps_up(&place).await;
    first.begins().await;
    // As if it had asked, been given it, and never heard: its own name, and a number it does not know.
    changes_hands(&first.database, None).await;
    first.ends().await;
    let began = tokio::time::timeout(TERMS.length / 2, first.begins()).await;
    began.expect("nobody has to wait until it has run out");
    first.goes_in_peace().await;
}

#[tokio::test]
async fn g8_who_cannot_renew_it_trusts_it_no_longer() {
    let place = TestDatabase::for_story().await;
    let mut first = Candidate::steps_up(&place).await;
    let term = first.begins().await;
    first.database.clone().close().await;
    let doubts = async {
        while term.is_trusted() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TERMS.length, doubts).await.expect("before anybody else can have it");
    first.keeping.abort();
    first.renewing.abort();
}

#[tokio::test]
async fn g8_whoever_sweeps_and_has_lost_it_touches_nothing_more() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        for number in 1..=2 {
            desk.opens_ticket(&marta, "No abre el correo").await;
            ana.says(&format!("/aceptar {number}")).await;
            ana.says(&format!("/solucionar {number} Se reinició")).await;
        }
        let mut candidate = Candidate::steps_up(desk.database()).await;
        let term = candidate.begins().await;
        changes_hands(&candidate.database, Some("somebody elsewhere")).await;
        desk.clock.set(desk.clock.now().plus(30 * DAY));
        let swept = desk.workers.sweeper.pass_in(&term).await;
        assert!(matches!(swept, Err(Error::LeaseLost)), "{swept:?}");
        assert_eq!(desk.newest().await.status, Status::Solved);
        candidate.goes_in_peace().await;
        desk.workers.sweeper.pass().await.unwrap();
        assert_eq!(desk.newest().await.status, Status::Closed);
        desk.settle().await;
        ana.reads();
        marta.reads();
    })
    .await;
}
