//! Several leases that replicas divide among themselves (G8): evenly, as replicas join and leave,
//! and without a gap when a lease moves between live replicas.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use mesabot::{
    service::database::Database,
    worker::leases::{LeaseTimes, Leases},
};
use tokio::{sync::watch, task::JoinHandle};

use super::on_every_engine;

const FAMILY: &str = "listener:discord:1:";
const SOON: Duration = Duration::from_secs(30);

fn times() -> LeaseTimes {
    LeaseTimes {
        length: Duration::from_secs(2),
        renew_every: Duration::from_millis(300),
        look_every: Duration::from_millis(100),
        margin: Duration::from_millis(400),
        patience: Duration::from_secs(1),
        absence: Duration::from_millis(500),
    }
}

/// Which replica does which work now, and which work a stopped replica left without a successor.
#[derive(Debug, Default, Clone)]
struct Board {
    working: BTreeMap<String, BTreeSet<&'static str>>,
    abandoned: Vec<String>,
}

impl Board {
    /// How many pieces of work a replica does.
    fn of(&self, who: &str) -> usize {
        self.working.values().filter(|them| them.contains(who)).count()
    }

    /// Whether each piece is done by one replica, and these replicas do this many each.
    fn is_divided(&self, count: usize, expected: &[(&str, usize)]) -> bool {
        let single = self.working.values().filter(|them| them.len() == 1).count() == count;
        single && expected.iter().all(|(who, share)| self.of(who) == *share)
    }
}

struct Replica {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Replica {
    /// A replica that would do all `count` pieces.
    fn comes(
        database: &Database,
        who: &'static str,
        count: usize,
        board: &watch::Sender<Board>,
    ) -> Self {
        let (stop, shutdown) = watch::channel(false);
        let leases = Arc::new(Leases::new(database.clone(), times()));
        let board = board.clone();
        let task = tokio::spawn(async move {
            let keep = |number: usize| {
                let leases = Arc::clone(&leases);
                let board = board.clone();
                let stop = shutdown.clone();
                async move {
                    let name = format!("{FAMILY}{number}");
                    let board = &board;
                    let name = &name;
                    let work = async |_, mut stop: watch::Receiver<bool>| {
                        let _working = Working::begin(board, name, who);
                        let _ = stop.wait_for(|stop| *stop).await;
                        Ok(())
                    };
                    leases.keep_one_of(FAMILY, name, stop, work).await.unwrap();
                }
            };
            let all = futures::future::join_all((0..count).map(keep));
            tokio::join!(all, leases.run(shutdown.clone()));
        });
        Self { stop, task }
    }

    async fn leaves(self) {
        self.stop.send_replace(true);
        self.task.await.unwrap();
    }

    /// The replica ends without releasing its leases.
    async fn vanishes(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|error| error.is_cancelled()));
    }
}

/// A piece of work in progress.
struct Working<'w> {
    board: &'w watch::Sender<Board>,
    name: &'w str,
    who: &'static str,
}

impl<'w> Working<'w> {
    fn begin(board: &'w watch::Sender<Board>, name: &'w str, who: &'static str) -> Self {
        board.send_modify(|board| {
            board.working.entry(name.to_owned()).or_default().insert(who);
        });
        Self { board, name, who }
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.board.send_modify(|board| {
            let them = board.working.get_mut(self.name).expect("the work was begun");
            them.remove(self.who);
            if them.is_empty() {
                board.abandoned.push(self.name.to_owned());
            }
        });
    }
}

async fn until(board: &watch::Sender<Board>, count: usize, expected: &[(&str, usize)]) {
    let mut seen = board.subscribe();
    let divided = seen.wait_for(|board| board.is_divided(count, expected));
    let divided = tokio::time::timeout(SOON, divided).await.map(drop);
    assert!(divided.is_ok(), "{expected:?}: {:?}", board.borrow());
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_replicas_divide_the_leases_and_take_over_from_each_other() {
    on_every_engine(async |ground| {
        let board = watch::Sender::new(Board::default());
        let database = &ground.database;
        let ana = Replica::comes(database, "ana", 4, &board);
        until(&board, 4, &[("ana", 4)]).await;
        let luis = Replica::comes(database, "luis", 4, &board);
        until(&board, 4, &[("ana", 2), ("luis", 2)]).await;
        assert_eq!(
            board.borrow().abandoned,
            Vec::<String>::new(),
            "two replicas overlap for a moment"
        );
        let eva = Replica::comes(database, "eva", 4, &board);
        // Of four pieces among three replicas, one replica has two.
        let mut seen = board.subscribe();
        let divided = seen.wait_for(|board| {
            let shares = ["ana", "luis", "eva"].map(|who| board.of(who));
            board.is_divided(4, &[]) && shares.iter().all(|share| (1..=2).contains(share))
        });
        tokio::time::timeout(SOON, divided).await.expect("the work is divided").map(drop).unwrap();
        assert_eq!(board.borrow().abandoned, Vec::<String>::new());
        luis.leaves().await;
        until(&board, 4, &[("ana", 2), ("eva", 2)]).await;
        eva.vanishes().await;
        until(&board, 4, &[("ana", 4)]).await;
        ana.leaves().await;
    })
    .await;
}
