//! Leases for exclusive work (G8), by the database's own clock.

use mesabot::{
    entity::lease,
    service::{
        Error, Result,
        leases::{self, Claim, Fence},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{Ground, on_every_engine};

/// The length of a lease in milliseconds: longer than any test takes.
const TERM: i64 = 3_600_000;
const NAME: &str = "sender:telegram";

/// Acquires the lease as the program does: reads its row first, and then writes under what was
/// read.
async fn takes(ground: &Ground, holder: &str) -> Option<Fence> {
    takes_over(ground, holder, None).await
}

async fn takes_over(ground: &Ground, holder: &str, instead_of: Option<&str>) -> Option<Fence> {
    let seen = leases::observe(ground.database.reader(), NAME, TERM).await.unwrap();
    let seen = seen.map(|(lease, _)| lease.epoch);
    let claim = Claim { holder, length: TERM, instead_of };
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

/// Moves the end of the lease, which equals moving the database's clock the other way.
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
async fn g8_a_lease_has_one_holder_until_it_expires() {
    on_every_engine(async |ground| {
        let first = takes(ground, "a").await.expect("the lease is free");
        assert_eq!(takes(ground, "b").await, None, "the lease is held");
        writes(ground, &first).await.unwrap();
        ends(ground, -TERM / 2).await;
        assert_eq!(takes(ground, "b").await, None, "the lease has not expired");
        assert_eq!(renews(ground, "a").await, std::slice::from_ref(&first));
        ends(ground, -TERM).await;
        let second = takes(ground, "b").await.expect("the lease has expired");
        assert_eq!((first.epoch, second.epoch), (1, 2));
    })
    .await;
}

#[tokio::test]
async fn g8_a_holder_that_lost_its_lease_cannot_write() {
    on_every_engine(async |ground| {
        let first = takes(ground, "a").await.unwrap();
        ends(ground, -TERM).await;
        writes(ground, &first).await.expect("no replica has taken it yet");
        let second = takes(ground, "b").await.unwrap();
        assert!(matches!(writes(ground, &first).await, Err(Error::LeaseLost)));
        writes(ground, &second).await.unwrap();
        assert_eq!(renews(ground, "a").await, [], "the former holder cannot renew");
        assert_eq!(renews(ground, "b").await, [second]);
    })
    .await;
}

#[tokio::test]
async fn g8_a_released_lease_is_free_at_once() {
    on_every_engine(async |ground| {
        let first = &takes(ground, "a").await.unwrap();
        let given: Result<()> = ground
            .database
            .write(|tx| Box::pin(async move { leases::release(tx, first).await }))
            .await;
        given.unwrap();
        assert_eq!(renews(ground, "a").await, [], "a released lease is not renewed");
        let second = takes(ground, "b").await.expect("the lease is free at once");
        assert_eq!(second.epoch, 2);
        let late: Result<()> = ground
            .database
            .write(|tx| Box::pin(async move { leases::release(tx, first).await }))
            .await;
        late.unwrap();
        assert_eq!(
            takes(ground, "c").await,
            None,
            "a former holder cannot release a new holder's lease"
        );
    })
    .await;
}

#[tokio::test]
async fn g8_the_lease_of_a_dead_holder_is_taken_over_at_once() {
    on_every_engine(async |ground| {
        takes(ground, "a").await.unwrap();
        assert_eq!(takes_over(ground, "c", Some("b")).await, None, "b does not hold the lease");
        assert!(takes_over(ground, "b", Some("a")).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn g8_a_clock_set_back_by_an_hour_blocks_no_lease() {
    on_every_engine(async |ground| {
        let first = takes(ground, "a").await.unwrap();
        ends(ground, TERM / 2).await;
        let second = takes(ground, "b").await.expect("no lease runs that long");
        assert_eq!(second.epoch, first.epoch + 1);
        assert!(matches!(writes(ground, &first).await, Err(Error::LeaseLost)));
    })
    .await;
}

#[tokio::test]
async fn g8_of_concurrent_acquisitions_one_succeeds() {
    on_every_engine(async |ground| {
        let names: Vec<String> = (0..8).map(|number| number.to_string()).collect();
        let asked = names.iter().map(|name| takes(ground, name));
        let taken = futures::future::join_all(asked).await;
        assert_eq!(taken.iter().flatten().count(), 1, "{taken:?}");
    })
    .await;
}
