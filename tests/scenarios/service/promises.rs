//! What is promised, over random histories: no sentence that is sent names a due instant before the
//! moment it is sent, no clock is reckoned in another calendar than its group's, and what was broken
//! under the promise of its time stays broken. Beside it the single rules behind that.

mod histories;
mod postponed;
mod said;

use mesabot::{
    chat::{view::sla, wording::Voice},
    config::procedure,
    domain::{
        id::TicketNumber,
        locale::Locale,
        person::{Doer, Role},
        priority::Priority,
        procedure::Procedure,
        time::{DAY, HOUR, MINUTE, Timestamp},
    },
    service::{
        Result,
        ticket::{find, hand_over, solve, triage, warn},
    },
};

use super::{Ground, START, acts, on_every_engine};
use crate::support::desk::uspec;

const ONE: TicketNumber = TicketNumber(1);

fn at(minutes: i64) -> Timestamp {
    START.plus(minutes * MINUTE)
}

/// The shipped rules with times by priority, and a help desk in hours of its own.
fn graded(hours: &str) -> Procedure {
    let group = "name = { es = \"Mesa de ayuda\", en = \"Help desk\" }";
    let rows = "\n[[times.for]]\npriority = \"critical\"\nown = \"10m\"\nresolve = \"1h\"\n\
                [[times.for]]\npriority = \"high\"\nown = \"30m\"\nresolve = \"2d\"\n\
                [[times.for]]\npriority = \"low\"\nown = \"2h\"\nresolve = \"6h\"\n\
                [closing]\n";
    let text = include_str!("../../../config/procedures/uspec.toml")
        .replace("\n[closing]\n", rows)
        .replace("before = \"5m\"", "before = \"20%\"")
        .replacen(group, &format!("{group}\n[groups.calendar]\n{hours}"), 1);
    procedure::read("own.toml", &text).expect("it is sound")
}

/// A help desk that works in the afternoon.
const AFTERNOON: &str = "monday = [\"14:00-20:00\"]\ntuesday = [\"14:00-20:00\"]\n\
                         wednesday = [\"14:00-20:00\"]\nthursday = [\"14:00-20:00\"]";

/// What `/sla 1` says at an instant.
async fn told(ground: &Ground, viewer: &Doer, now: Timestamp) -> String {
    let told: Result<String> = acts!(ground, *viewer, now, |act| async {
        let ticket = find::one(act.tx, ground.reader(viewer), ONE).await?;
        let voice = Voice { locale: Locale::Es, procedure: act.procedure, now };
        Ok(sla::message(act, &voice, &ticket).await?.text.to_plain())
    });
    told.expect("the clocks are explained").replace('\u{a0}', " ")
}

#[test]
fn an_hour_carries_its_article_noon_is_noon_and_neither_breaks() {
    let rules = uspec();
    let midnight = START.plus(-8 * HOUR);
    let es = Voice { locale: Locale::Es, procedure: &rules, now: START };
    let when = |hour: i64, minute: i64| es.when(midnight.plus(hour * HOUR + minute * MINUTE));
    assert_eq!(when(13, 5), "hoy a la 1:05\u{a0}p.\u{a0}m.");
    assert_eq!(when(1, 0), "hoy a la 1:00\u{a0}a.\u{a0}m.");
    assert_eq!(when(12, 0), "hoy a las 12:00\u{a0}m.");
    assert_eq!(when(12, 1), "hoy a las 12:01\u{a0}p.\u{a0}m.");
    assert_eq!(when(24 + 11, 0), "mañana a las 11:00\u{a0}a.\u{a0}m.");
    assert_eq!(es.date(START), "el lunes 2 de marzo a las 8:00\u{a0}a.\u{a0}m.");
    let en = es.in_locale(Locale::En);
    assert_eq!(en.when(START.plus(9 * DAY)), "Wednesday 11 March at 8:00\u{a0}a.m.");
}

#[tokio::test]
async fn another_priority_is_reckoned_in_the_calendar_of_its_group() {
    on_every_engine(async |ground| {
        ground.runs_on(graded(AFTERNOON)).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        let low = acts!(ground, ana, at(1), |act| triage::prioritise(act, ONE, Priority::Low));
        let low = low.unwrap().ticket;
        // The group opens at two in the afternoon: two hours are over at four, six at eight.
        assert_eq!(low.own_due_at, START.plus(8 * HOUR));
        assert_eq!(low.resolve_due_at, Some(START.plus(12 * HOUR)));
    })
    .await;
}

#[tokio::test]
async fn what_was_broken_under_the_promise_of_its_time_stays_broken() {
    on_every_engine(async |ground| {
        ground.runs_on(graded("monday = [\"08:00-17:00\"]")).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        triage_to(ground, &ana, Priority::Critical, 0).await;
        // Ten minutes to take it and an hour for a solution pass; then it is called unimportant.
        triage_to(ground, &ana, Priority::Low, 90).await;
        acts!(ground, ana, at(91), |act| hand_over::accept(act, ONE)).unwrap();
        let solved = acts!(ground, ana, at(95), |act| solve::solve(act, ONE, "Listo")).unwrap();
        assert_eq!(solved.ticket.resolve_left, Some(-35 * MINUTE), "it was late, and stays so");
        assert!(solved.ticket.owned_at > Some(solved.ticket.own_due_at));
        let told = told(ground, &ana, at(96)).await;
        assert!(told.contains("Ana lo tomó hoy a las 9:31 a. m., tarde"), "{told}");
        assert!(told.contains("ya se había vencido y así queda"), "{told}");
        assert!(told.contains("Suma: 1 h 35 min de 1 h. Tarde, por 35 min."), "{told}");
    })
    .await;
}

#[tokio::test]
async fn a_promise_that_would_be_over_already_counts_from_now() {
    on_every_engine(async |ground| {
        ground.runs_on(graded("monday = [\"08:00-17:00\"]")).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        triage_to(ground, &ana, Priority::Low, 0).await;
        triage_to(ground, &ana, Priority::Critical, 100).await;
        let ticket = find::one(ground.database.reader(), ground.reader(&ana), ONE);
        let ticket = ticket.await.unwrap();
        assert_eq!((ticket.own_due_at, ticket.resolve_due_at), (at(110), Some(at(160))));
        let told = told(ground, &ana, at(101)).await;
        assert!(told.contains("Suma: 1 h 41 min de 2 h 40 min; saldo: 59 min."), "{told}");
    })
    .await;
}

#[tokio::test]
async fn elapsed_time_is_named_and_told_of_when_people_work() {
    on_every_engine(async |ground| {
        ground.runs_on(graded("friday = [\"08:00-17:00\"]\nmonday = [\"08:00-17:00\"]")).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        triage_to(ground, &ana, Priority::High, 0).await;
        acts!(ground, ana, at(5), |act| hand_over::accept(act, ONE)).unwrap();
        let due = START.plus(2 * DAY);
        let told = told(ground, &ana, due.plus(18 * HOUR)).await;
        assert!(told.contains("Solución (hasta 2 días, en tiempo corrido)"), "{told}");
        assert!(told.contains("El plazo ya pasó, hace 18 h en tiempo corrido."), "{told}");
        assert!(told.contains("Atención (hasta 30 min, en horario de servicio)"), "{told}");
        // Due on Wednesday; the group works again on Friday at eight.
        let reader = ground.database.reader();
        let friday = START.plus(4 * DAY);
        assert_eq!(warn::due(reader, friday.plus(-1), 9).await.unwrap(), []);
        assert_eq!(warn::due(reader, friday, 9).await.unwrap().len(), 1);
    })
    .await;
}

/// Gives the ticket another priority so many minutes after the start.
async fn triage_to(ground: &Ground, doer: &Doer, priority: Priority, minutes: i64) {
    acts!(ground, *doer, at(minutes), |act| triage::prioritise(act, ONE, priority)).unwrap();
}
