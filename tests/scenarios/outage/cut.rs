//! The line to the server is cut at the questions of registering a ticket and saying so, once before the
//! server hears the question and once after it has done what was asked.
//!
//! Each run tries one question in a few, beginning anywhere; `MESABOT_TEST_EVERY_CUT` tries them all,
//! which takes minutes.

use std::time::Duration;

use rand::RngExt;

use super::office::{Office, RECOVERY, REGISTER};
use crate::support::{
    engine::{POSTGRES, TestDatabase, postgres_url},
    server_line::{Cut, ServerLine},
};

/// How many desks share the work; each waits most of the time.
const DESKS: usize = 6;
/// One question in so many is tried.
const SOME: usize = 6;

/// How long it took until somebody was told.
#[derive(Default)]
struct Told {
    /// After a cut.
    cut: Vec<Duration>,
    /// Without one.
    whole: Vec<Duration>,
}

#[tokio::test(flavor = "multi_thread")]
async fn g13_cut_at_any_question_a_desk_says_nothing_that_is_not_so() {
    let Some(admin_url) = postgres_url() else {
        eprintln!("skipped: {POSTGRES} is not set");
        return;
    };
    let every = std::env::var_os("MESABOT_TEST_EVERY_CUT").is_some();
    let stride = if every { 1 } else { SOME };
    let mut desks = tokio::task::JoinSet::new();
    for desk in 0..DESKS {
        let first = 1 + desk * stride + rand::rng().random_range(0..stride);
        let admin_url = admin_url.clone();
        desks.spawn(async move { cut_everywhere(&admin_url, (first, DESKS * stride)).await });
    }
    let mut told = Told::default();
    for desk in desks.join_all().await {
        told.cut.extend(desk.cut);
        told.whole.extend(desk.whole);
    }
    told.cut.sort_unstable();
    told.whole.sort_unstable();
    let worst = *told.cut.last().expect("it was cut");
    println!(
        "{} cuts while a ticket was registered and said: told after p50 {:.1?}, worst {worst:.1?} \
         (without a cut {:.1?})",
        told.cut.len(),
        told.cut[told.cut.len() / 2],
        told.whole[told.whole.len() / 2],
    );
    assert!(told.cut.len() * stride > 60, "handling and saying take many questions");
    assert!(worst < RECOVERY);
}

/// Cuts the line of one desk at every so-manieth question, until the story ends without being cut.
async fn cut_everywhere(admin_url: &str, (first, step): (usize, usize)) -> Told {
    let test = TestDatabase::postgres(admin_url).await;
    let line = ServerLine::to(&test.url).await;
    let mut office = Office::opens(&test, line.url()).await;
    let mut told = Told::default();
    for question in (first..).step_by(step) {
        let mut cut = false;
        for what in [Cut::Question, Cut::Answer] {
            let person = office.somebody_reports().await;
            office.is_at_rest().await;
            line.cut_at(u64::try_from(question).unwrap(), what);
            office.presses(person, REGISTER).await;
            let took = office.is_acknowledged(person).await;
            office.is_at_rest().await;
            if line.was_cut() {
                cut = true;
                told.cut.push(took);
            } else {
                told.whole.push(took);
            }
        }
        if !cut {
            break;
        }
    }
    office.closes().await;
    told
}
