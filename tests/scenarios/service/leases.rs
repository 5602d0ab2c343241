//! Who alone does something (G8), by the database's own clock.

use mesabot::{
    entity::lease,
    service::{
        Error, Result,
        leases::{self, Claim, Fence},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{Ground, on_every_engine};

/// Longer than any test takes.
const TERM: i64 = 3_600_000;
const NAME: &str = "sender:telegram";

/// Somebody asks for the lease as the program does: after a look, and with what was seen.
async fn takes(ground: &Ground, holder: &str) -> Option<Fence> {
    takes_over(ground, holder, None).await
}

async fn takes_over(ground: &Ground, holder: &str, instead_of: Option<&str>) -> Option<Fence> {
    let seen = leases::observe(ground.database.reader(), NAME, TERM).await.unwrap();
    let seen = seen.map(|(lease, _)| lease.epoch);
    let claim = Claim { holder, term: TERM, instead_of };
    let taken: Result<Option<Fence>> = ground
        .database
        .write(|tx| Box::pin(async move { leases::take(tx, NAME, claim, seen).await }))
        .await;
    taken.unwrap()
}

async fn renews(ground: &Ground, holder: &str) -> Vec<Fence> {
    let renewed: Result<Vec<Fence>> = ground
        .database
        .write(|tx| Box::pin(async move { leases::renew(tx, holder, &[NAME], TERM).await }))
        .await;
    renewed.unwrap()
}

async fn writes(ground: &Ground, fence: &Fence) -> Result<()> {
    ground.database.write(|tx| Box::pin(async move { leases::hold(tx, fence).await })).await
}

/// Moves the end of the lease, which is as if the database's clock were moved the other way.
async fn ends(ground: &Ground, moved: i64) {
    let done: Result<()> = ground
        .database
        .write(|tx| {
            Box::pin(async move {
                let end = Expr::col(lease::Column::ExpiresAt);
                lease::Entity::update_many()
                    .col_expr(lease::Column::ExpiresAt, sea_orm::ExprTrait::add(end, moved))
                    .filter(lease::Column::Name.eq(NAME))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await;
    done.unwrap();
}

#[tokio::test]
async fn g8_one_has_it_until_it_runs_out() {
    on_every_engine(async |ground| {
        let first = takes(ground, "a").await.expect("it is nobody's");
        assert_eq!(takes(ground, "b").await, None, "it is somebody's");
        writes(ground, &first).await.unwrap();
        ends(ground, -TERM / 2).await;
        assert_eq!(takes(ground, "b").await, None, "not before its time");
        assert_eq!(renews(ground, "a").await, std::slice::from_ref(&first));
        ends(ground, -TERM).await;
        let second = takes(ground, "b").await.expect("it has run out");
        assert_eq!((first.epoch, second.epoch), (1, 2));
    })
    .await;
}

#[tokio::test]
async fn g8_who_lost_it_without_noticing_writes_nothing() {
    on_every_engine(async |ground| {
        let first = takes(ground, "a").await.unwrap();
        ends(ground, -TERM).await;
        writes(ground, &first).await.expect("nobody has taken it yet");
        let second = takes(ground, "b").await.unwrap();
        assert!(matches!(writes(ground, &first).await, Err(Error::LeaseLost)));
        writes(ground, &second).await.unwrap();
        assert_eq!(renews(ground, "a").await, [], "nor renews it");
        assert_eq!(renews(ground, "b").await, [second]);
    })
    .await;
}

#[tokio::test]
async fn g8_a_lease_that_is_given_back_is_free_at_once() {
    on_every_engine(async |ground| {
        let first = &takes(ground, "a").await.unwrap();
        let given: Result<()> = ground
            .database
            .write(|tx| Box::pin(async move { leases::release(tx, first).await }))
            .await;
        given.unwrap();
        assert_eq!(renews(ground, "a").await, [], "what was given back is not renewed");
        let second = takes(ground, "b").await.expect("nobody waits");
        assert_eq!(second.epoch, 2);
        let late: Result<()> = ground
            .database
            .write(|tx| Box::pin(async move { leases::release(tx, first).await }))
            .await;
        late.unwrap();
        assert_eq!(takes(ground, "c").await, None, "nobody gives back what is another's");
    })
    .await;
}

#[tokio::test]
async fn g8_who_is_known_to_be_dead_is_not_waited_for() {
    on_every_engine(async |ground| {
        takes(ground, "a").await.unwrap();
        assert_eq!(takes_over(ground, "c", Some("b")).await, None, "another one died");
        assert!(takes_over(ground, "b", Some("a")).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn g8_a_clock_put_back_by_an_hour_keeps_nobody_out() {
    on_every_engine(async |ground| {
        let first = takes(ground, "a").await.unwrap();
        ends(ground, TERM / 2).await;
        let second = takes(ground, "b").await.expect("nobody may hold it that long");
        assert_eq!(second.epoch, first.epoch + 1);
        assert!(matches!(writes(ground, &first).await, Err(Error::LeaseLost)));
    })
    .await;
}

#[tokio::test]
async fn g8_of_two_who_ask_at_once_one_has_it() {
    on_every_engine(async |ground| {
        let names: Vec<String> = (0..8).map(|number| number.to_string()).collect();
        let asked = names.iter().map(|name| takes(ground, name));
        let taken = futures::future::join_all(asked).await;
        assert_eq!(taken.iter().flatten().count(), 1, "{taken:?}");
    })
    .await;
}
