//! The queries that the desk makes all day, with a short history and with a long one. The cost of a
//! page has to depend on the page, not on the history.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use mesabot::{
    domain::{
        channel::ChannelKind,
        id::{PersonId, TicketId},
        time::Timestamp,
    },
    service::{
        inbox, outbox,
        ticket::{
            close,
            find::{self, Cursor},
        },
    },
};

use crate::{
    grown::{Grown, NOW, PEOPLE, TECHNICIANS},
    parameter,
    table::{Times, heading},
};

/// How many times each query runs at each size.
const ASKED: i64 = 2_000;
/// How many lines a list shows.
const PAGE: u64 = 6;
/// How many due tickets a sweep reads at a time.
const SWEPT: u64 = 100;
/// By how much the larger history may be slower.
const MOST: f64 = 2.0;

#[derive(Debug, Clone, Copy)]
enum Question {
    Queue,
    QueueDeep,
    Mine,
    MineDeep,
    Assigned,
    Due,
    Inbox,
    Outbox,
}

const QUESTIONS: [(Question, &str); 8] = [
    (Question::Queue, "queue, first page"),
    (Question::QueueDeep, "queue, page in the middle"),
    (Question::Mine, "my tickets, first page"),
    (Question::MineDeep, "my tickets, a later page"),
    (Question::Assigned, "what a technician has"),
    (Question::Due, "sweep: what is due"),
    (Question::Inbox, "inbox: what is open"),
    (Question::Outbox, "outbox: what may be sent"),
];

/// Prints the measurements. Gives whether the growth stays within its bound.
pub async fn measure() -> bool {
    let sizes: String = parameter("MESABOT_BENCH_TICKETS", "10000,1000000".to_owned());
    let (small, large) = sizes.split_once(',').expect("MESABOT_BENCH_TICKETS holds two sizes");
    let size = |text: &str| text.trim().parse::<i64>().expect("a size is a number");
    let begun = Instant::now();
    let desks = [Grown::with(size(small)).await, Grown::with(size(large)).await];
    println!("\n{small} and {large} tickets made in {:.0?}", begun.elapsed());
    let mut fine = compare("Growth with 2,000 open tickets and a growing history", &desks).await;
    for desk in &desks {
        desk.open_a_fraction().await;
    }
    fine &= compare("Growth with one open ticket in fifty besides", &desks).await;
    for desk in desks {
        desk.database.close().await;
    }
    fine
}

async fn compare(title: &str, [small, large]: &[Grown; 2]) -> bool {
    heading(title);
    let few = small.tickets;
    let many = large.tickets;
    println!("{:<28} {:>19} {:>19}   larger/smaller", "", format!("{few}"), format!("{many}"));
    println!("{:<28} {:>9} {:>9} {:>9} {:>9}", "", "p50", "p99", "p50", "p99");
    let mut fine = true;
    for (question, name) in QUESTIONS {
        let of_small = Asking::of(question, small).await;
        let of_large = Asking::of(question, large).await;
        let mut times = [Times::default(), Times::default()];
        // In turns, so that other load of the machine affects both sizes.
        for turn in -100..ASKED {
            let asked = [of_small.ask(turn).await, of_large.ask(turn).await];
            if turn >= 0 {
                times.iter_mut().zip(asked).for_each(|(times, time)| times.push(time));
            }
        }
        let [few, many] = times;
        let ratio = many.median().as_secs_f64() / few.median().as_secs_f64();
        let verdict = if ratio > MOST { "  TOO MUCH" } else { "" };
        fine &= ratio <= MOST;
        println!("{name:<28} {few} {many}   {ratio:.2}{verdict}");
    }
    fine
}

/// One query at one desk.
struct Asking<'a> {
    question: Question,
    desk: &'a Grown,
    after: Option<Cursor>,
}

impl<'a> Asking<'a> {
    async fn of(question: Question, desk: &'a Grown) -> Self {
        let after = match question {
            Question::QueueDeep => {
                let open = "FROM ticket WHERE group_key = 'soporte' AND queue_rank >= 0";
                let half = desk.number(&format!("SELECT count(*) / 2 {open}")).await;
                let middle =
                    format!("SELECT id {open} ORDER BY queue_rank, id LIMIT 1 OFFSET {half}");
                let id = desk.number(&middle).await;
                let rank =
                    desk.number(&format!("SELECT queue_rank FROM ticket WHERE id = {id}")).await;
                Some(Cursor { rank, id: TicketId(id) })
            }
            Question::MineDeep => Some(Cursor { rank: 0, id: TicketId(desk.tickets * 8 / 10) }),
            _ => None,
        };
        Self { question, desk, after }
    }

    async fn ask(&self, turn: i64) -> Duration {
        let reader = self.desk.database.reader();
        let person = PersonId(1 + turn.rem_euclid(PEOPLE));
        let technician = PersonId(PEOPLE + 1 + turn.rem_euclid(TECHNICIANS));
        let groups = ["soporte".to_owned()];
        let after = self.after;
        let now = Timestamp(NOW);
        let held = HashSet::new();
        let begun = Instant::now();
        let found = match self.question {
            Question::Queue | Question::QueueDeep => {
                find::queue(reader, &groups, after, PAGE).await.map(|page| page.tickets.len())
            }
            Question::Mine | Question::MineDeep => {
                find::mine(reader, person, after, PAGE).await.map(|page| page.tickets.len())
            }
            Question::Assigned => {
                find::assigned(reader, technician, after, PAGE).await.map(|page| page.tickets.len())
            }
            Question::Due => close::due(reader, now, SWEPT).await.map(|due| due.len()),
            Question::Inbox => inbox::heads(reader, 100, &held).await.map(|rows| rows.len()),
            Question::Outbox => {
                outbox::ready(reader, Some(ChannelKind::Telegram), &Default::default(), now, 64)
                    .await
                    .map(|rows| rows.len())
            }
        };
        let time = begun.elapsed();
        let found = found.expect("it is answered");
        let settled = matches!(self.question, Question::Inbox | Question::Outbox);
        assert_eq!(found == 0, settled, "{:?} finds {found}", self.question);
        time
    }
}
