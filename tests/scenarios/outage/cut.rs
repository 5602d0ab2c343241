//! The line to the server is cut at every single question of registering a ticket and saying so, once
//! before the server hears the question and once after it has done what was asked.

use std::time::Duration;

use super::office::{Office, RECOVERY, REGISTER};
use crate::support::{
    engine::{POSTGRES, TestDatabase, postgres_url},
    server_line::{Cut, ServerLine},
};

/// How many desks share the work; each waits most of the time.
const DESKS: u64 = 6;

#[tokio::test(flavor = "multi_thread")]
async fn g13_cut_at_every_question_a_desk_says_nothing_that_is_not_so() {
    let Some(admin_url) = postgres_url() else {
        eprintln!("skipped: {POSTGRES} is not set");
        return;
    };
    let mut desks = tokio::task::JoinSet::new();
    for first in 1..=DESKS {
        let admin_url = admin_url.clone();
        desks.spawn(async move { cut_everywhere(&admin_url, first).await });
    }
    let mut recoveries: Vec<Duration> = desks.join_all().await.into_iter().flatten().collect();
    recoveries.sort_unstable();
    let worst = *recoveries.last().expect("it was cut");
    println!(
        "{} cuts while a ticket was registered and said: told after p50 {:.0?}, worst {worst:.0?}",
        recoveries.len(),
        recoveries[recoveries.len() / 2],
    );
    assert!(recoveries.len() > 60, "handling and saying take many questions");
    assert!(worst < RECOVERY);
}

/// Cuts the line of one desk at every so-manieth question, until the story ends without being cut.
/// Gives how long it took to be told, cut or not.
async fn cut_everywhere(admin_url: &str, first: u64) -> Vec<Duration> {
    let test = TestDatabase::postgres(admin_url).await;
    let line = ServerLine::to(&test.url).await;
    let mut office = Office::opens(&test, line.url()).await;
    let mut recoveries = Vec::new();
    for question in (first..).step_by(usize::try_from(DESKS).unwrap()) {
        let mut cut = false;
        for what in [Cut::Question, Cut::Answer] {
            let person = office.somebody_reports().await;
            office.is_at_rest().await;
            line.cut_at(question, what);
            office.presses(person, REGISTER).await;
            let took = office.is_acknowledged(person).await;
            office.is_at_rest().await;
            if line.was_cut() {
                cut = true;
                recoveries.push(took);
            }
        }
        if !cut {
            break;
        }
    }
    office.closes().await;
    recoveries
}
