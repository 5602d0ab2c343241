//! Each warning is recorded in the transaction that sends it: it is sent once, whichever sweeper
//! runs.

use mesabot::{
    config::procedure,
    domain::{
        event::Event,
        id::TicketNumber,
        person::{Doer, Role},
        procedure::Procedure,
        time::{DAY, HOUR, MINUTE, Timestamp},
        warning::{Clock, Stage},
    },
    entity::ticket as rows,
    service::ticket::{close, hand_over, solve, survey, suspend, warn},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{Ground, START, acts, on_every_engine};

const ONE: TicketNumber = TicketNumber(1);

fn warning() -> Procedure {
    let text = include_str!("../../../config/procedures/uspec.toml")
        .replace("before = \"5m\"", "before = \"20%\"");
    procedure::read("own.toml", &text).expect("the procedure is valid")
}

fn at(minutes: i64) -> Timestamp {
    START.plus(minutes * MINUTE)
}

/// The warnings sent for the ticket at an instant.
async fn warned(ground: &Ground, now: Timestamp) -> Vec<(Clock, Stage)> {
    let done = acts!(ground, Doer::Desk, now, |act| warn::pass_time(act, ONE)).unwrap();
    let warned = |event| match event {
        Event::Warned { clock, stage } => (clock, stage),
        other => panic!("no other event is expected: {other:?}"),
    };
    done.events.into_iter().map(warned).collect()
}

/// The instant of the ticket's next warning.
async fn next(ground: &Ground) -> Option<Timestamp> {
    let reader = ground.database.reader();
    rows::Entity::find().one(reader).await.unwrap().expect("there is a ticket").warn_at
}

/// Whether the sweep finds the ticket.
async fn is_due(ground: &Ground, now: Timestamp) -> bool {
    !warn::due(ground.database.reader(), now, 10).await.unwrap().is_empty()
}

#[tokio::test]
async fn each_stage_is_warned_of_once() {
    on_every_engine(async |ground| {
        ground.runs_on(warning()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        // A fifth of fifteen minutes is three.
        assert_eq!(next(ground).await, Some(at(12)));
        assert!(!is_due(ground, at(12).plus(-1)).await, "never early");
        assert!(is_due(ground, at(12)).await);
        assert_eq!(warned(ground, at(11)).await, [], "too early");
        assert_eq!(warned(ground, at(12)).await, [(Clock::Own, Stage::Warning)]);
        assert_eq!(warned(ground, at(12)).await, [], "the second time");
        assert!(!is_due(ground, at(12)).await);
        // The desk was down for an hour: no warning is sent for a promise that is broken already.
        let late = warned(ground, at(60)).await;
        assert_eq!(late, [(Clock::Own, Stage::Breach), (Clock::Resolve, Stage::Breach)]);
        assert_eq!(next(ground).await, None, "there is no next level to notify");
    })
    .await;
}

#[tokio::test]
async fn two_concurrent_sweepers_warn_once() {
    on_every_engine(async |ground| {
        ground.runs_on(warning()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        let ground = &*ground;
        let (one, other) = tokio::join!(warned(ground, at(12)), warned(ground, at(12)));
        assert_eq!([one, other].concat(), [(Clock::Own, Stage::Warning)]);
    })
    .await;
}

#[tokio::test]
async fn no_warning_while_the_clock_is_stopped() {
    on_every_engine(async |ground| {
        ground.runs_on(warning()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        acts!(ground, ana, at(1), |act| hand_over::accept(act, ONE)).unwrap();
        assert_eq!(next(ground).await, Some(at(24)), "the TTO is kept, the TTR runs");
        acts!(ground, ana, at(20), |act| suspend::suspend(act, ONE, "proveedor")).unwrap();
        assert_eq!(next(ground).await, None);
        assert_eq!(warned(ground, at(300)).await, []);
        acts!(ground, ana, START.plus(DAY), |act| suspend::resume(act, ONE)).unwrap();
        assert_eq!(next(ground).await, Some(START.plus(DAY + 4 * MINUTE)));
        assert_eq!(warned(ground, START.plus(DAY + 4 * MINUTE)).await.len(), 1);
        // Solved and rejected: the clock resumes where it stopped, past its warning.
        let solved = START.plus(DAY + 5 * MINUTE);
        acts!(ground, ana, solved, |act| solve::solve(act, ONE, "Listo")).unwrap();
        assert_eq!(next(ground).await, None);
        let reopened = START.plus(DAY + HOUR);
        acts!(ground, marta, reopened, |act| solve::reject(act, ONE, 1, "Sigue igual")).unwrap();
        assert_eq!(next(ground).await, Some(reopened.plus(5 * MINUTE + 1)));
        acts!(ground, ana, reopened, |act| solve::solve(act, ONE, "Ahora sí")).unwrap();
        acts!(ground, marta, reopened, |act| survey::rate(act, ONE, 2, 5)).unwrap();
        assert_eq!(next(ground).await, None, "the ticket is solved");
    })
    .await;
}

#[tokio::test]
async fn a_warning_instant_left_by_an_older_version_is_corrected_silently() {
    on_every_engine(async |ground| {
        ground.runs_on(warning()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        acts!(ground, ana, at(1), |act| hand_over::accept(act, ONE)).unwrap();
        acts!(ground, ana, at(2), |act| suspend::suspend(act, ONE, "proveedor")).unwrap();
        // The older version does not know the column, and leaves it unchanged.
        let stale: mesabot::service::Result<()> = acts!(ground, ana, at(2), |act| async {
            rows::Entity::update_many()
                .set(rows::ActiveModel { warn_at: Set(Some(at(24))), ..Default::default() })
                .filter(rows::Column::Number.eq(ONE))
                .exec(act.tx)
                .await?;
            Ok(())
        });
        stale.unwrap();
        assert!(is_due(ground, at(30)).await);
        assert_eq!(warned(ground, at(30)).await, []);
        assert!(!is_due(ground, at(30)).await, "the sweep ends");
    })
    .await;
}

#[tokio::test]
async fn the_desk_knows_its_next_due_instant() {
    on_every_engine(async |ground| {
        ground.runs_on(warning()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        let reader = ground.database.reader();
        assert_eq!(close::next_due(reader, START, at(60)).await.unwrap(), Some(at(12)));
        assert_eq!(close::next_due(reader, START, at(11)).await.unwrap(), None);
    })
    .await;
}
