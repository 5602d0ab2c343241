//! The connection to the server is cut at the statements of registering a ticket and confirming it,
//! once before the server receives the statement and once after it has executed it.
//!
//! Each run tries one statement in six, from a random start; `MESABOT_TEST_EVERY_CUT` tries all of
//! them, which takes minutes.

use std::time::Duration;

use rand::RngExt;

use super::office::{Office, RECOVERY, REGISTER};
use crate::support::{
    engine::{POSTGRES, TestDatabase, postgres_url},
    server_line::{Cut, ServerLine},
    settings,
};

/// How many desks share the work; each waits most of the time.
const DESKS: usize = 6;
/// One statement in this many is tried.
const SOME: usize = 6;

/// How long it took until a requester was told.
#[derive(Default)]
struct Waits {
    /// After a cut.
    cut: Vec<Duration>,
    /// Without one.
    whole: Vec<Duration>,
}

#[tokio::test(flavor = "multi_thread")]
async fn g13_a_desk_cut_off_at_any_statement_confirms_only_stored_tickets() {
    let Some(admin_url) = postgres_url() else {
        eprintln!("skipped: {POSTGRES} is not set");
        return;
    };
    let every = settings::is_set(settings::EVERY_CUT);
    let stride = if every { 1 } else { SOME };
    let mut desks = tokio::task::JoinSet::new();
    for desk in 0..DESKS {
        let first = 1 + desk * stride + rand::rng().random_range(0..stride);
        let admin_url = admin_url.clone();
        desks.spawn(async move { cut_everywhere(&admin_url, first, DESKS * stride).await });
    }
    let mut waits = Waits::default();
    for desk in desks.join_all().await {
        waits.cut.extend(desk.cut);
        waits.whole.extend(desk.whole);
    }
    waits.cut.sort_unstable();
    waits.whole.sort_unstable();
    let worst = *waits.cut.last().expect("the connection was cut");
    println!(
        "{} cuts while a ticket was registered and said: waits after p50 {:.1?}, worst {worst:.1?} \
         (without a cut {:.1?})",
        waits.cut.len(),
        waits.cut[waits.cut.len() / 2],
        waits.whole[waits.whole.len() / 2],
    );
    assert!(waits.cut.len() * stride > 60, "handling and saying take many questions");
    assert!(worst < RECOVERY);
}

/// Cuts the connection of one desk at every `step`-th statement from `first`, until the story ends
/// without a cut.
async fn cut_everywhere(admin_url: &str, first: usize, step: usize) -> Waits {
    let test = TestDatabase::postgres(admin_url).await;
    let line = ServerLine::to(&test.url).await;
    let mut office = Office::opens(&test, line.url()).await;
    let mut waits = Waits::default();
    for question in (first..).step_by(step) {
        let mut cut = false;
        for what in [Cut::Question, Cut::Answer] {
            let person = office.new_report().await;
            office.is_at_rest().await;
            line.cut_at(u64::try_from(question).unwrap(), what);
            office.presses(person, REGISTER).await;
            let took = office.is_acknowledged(person).await;
            office.is_at_rest().await;
            if line.was_cut() {
                cut = true;
                waits.cut.push(took);
            } else {
                waits.whole.push(took);
            }
        }
        if !cut {
            break;
        }
    }
    office.closes().await;
    waits
}
