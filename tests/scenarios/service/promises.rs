//! Promised times, over random histories: no message names a due instant before its own instant,
//! every clock uses the calendar of its group, and a promise broken under the times of its moment
//! stays broken. Also the single rules behind that.

mod histories;
mod postponed;
mod promised_times;

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

/// The shipped rules with times by priority, and a help desk with hours of its own.
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
    procedure::read("own.toml", &text).expect("the procedure is valid")
}

/// A help desk that works in the afternoon.
const AFTERNOON: &str = "monday = [\"14:00-20:00\"]\ntuesday = [\"14:00-20:00\"]\n\
                         wednesday = [\"14:00-20:00\"]\nthursday = [\"14:00-20:00\"]";

/// The text of `/sla 1` at an instant.
async fn sla_text(ground: &Ground, viewer: &Doer, now: Timestamp) -> String {
    let sla_text: Result<String> = acts!(ground, *viewer, now, |act| async {
        let ticket = find::one(act.tx, ground.reader(viewer), ONE).await?;
        let voice = Voice { locale: Locale::Es, procedure: act.procedure, now };
        Ok(sla::message(act, &voice, &ticket).await?.text.to_plain())
    });
    sla_text.expect("the clocks are explained").replace('\u{a0}', " ")
}

#[test]
fn hours_are_worded_with_article_noon_and_non_breaking_spaces() {
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
async fn a_new_priority_uses_the_calendar_of_the_tickets_group() {
    on_every_engine(async |ground| {
        ground.runs_on(graded(AFTERNOON)).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        let low = acts!(ground, ana, at(1), |act| triage::prioritise(act, ONE, Priority::Low));
        let low = low.unwrap().ticket;
        // The group opens at 14:00: two hours end at 16:00, six at 20:00.
        assert_eq!(low.own_due_at, START.plus(8 * HOUR));
        assert_eq!(low.resolve_due_at, Some(START.plus(12 * HOUR)));
    })
    .await;
}

#[tokio::test]
async fn a_broken_promise_stays_broken_under_a_new_priority() {
    on_every_engine(async |ground| {
        ground.runs_on(graded("monday = [\"08:00-17:00\"]")).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        triage_to(ground, &ana, Priority::Critical, 0).await;
        // Ten minutes to own and one hour to resolve pass; then the ticket gets low priority.
        triage_to(ground, &ana, Priority::Low, 90).await;
        acts!(ground, ana, at(91), |act| hand_over::accept(act, ONE)).unwrap();
        let solved = acts!(ground, ana, at(95), |act| solve::solve(act, ONE, "Listo")).unwrap();
        assert_eq!(
            solved.ticket.resolve_left,
            Some(-35 * MINUTE),
            "the ticket was late, and stays late"
        );
        assert!(solved.ticket.owned_at > Some(solved.ticket.own_due_at));
        let sla_text = sla_text(ground, &ana, at(96)).await;
        assert!(sla_text.contains("Ana lo tomó hoy a las 9:31 a. m., tarde"), "{sla_text}");
        assert!(sla_text.contains("ya se había vencido y así queda"), "{sla_text}");
        assert!(sla_text.contains("Suma: 1 h 35 min de 1 h. Tarde, por 35 min."), "{sla_text}");
    })
    .await;
}

#[tokio::test]
async fn a_new_promise_that_would_be_past_counts_from_now() {
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
        let sla_text = sla_text(ground, &ana, at(101)).await;
        assert!(sla_text.contains("Suma: 1 h 41 min de 2 h 40 min; saldo: 59 min."), "{sla_text}");
    })
    .await;
}

#[tokio::test]
async fn elapsed_time_is_named_and_warned_of_in_working_hours() {
    on_every_engine(async |ground| {
        ground.runs_on(graded("friday = [\"08:00-17:00\"]\nmonday = [\"08:00-17:00\"]")).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        triage_to(ground, &ana, Priority::High, 0).await;
        acts!(ground, ana, at(5), |act| hand_over::accept(act, ONE)).unwrap();
        let due = START.plus(2 * DAY);
        let sla_text = sla_text(ground, &ana, due.plus(18 * HOUR)).await;
        assert!(sla_text.contains("Solución (hasta 2 días, en tiempo corrido)"), "{sla_text}");
        assert!(sla_text.contains("El plazo ya pasó, hace 18 h en tiempo corrido."), "{sla_text}");
        assert!(sla_text.contains("Atención (hasta 30 min, en horario de servicio)"), "{sla_text}");
        // Due on Wednesday; the group works again on Friday, 08:00.
        let reader = ground.database.reader();
        let friday = START.plus(4 * DAY);
        assert_eq!(warn::due(reader, friday.plus(-1), 9).await.unwrap(), []);
        assert_eq!(warn::due(reader, friday, 9).await.unwrap().len(), 1);
    })
    .await;
}

/// Gives the ticket another priority this many minutes after the start.
async fn triage_to(ground: &Ground, doer: &Doer, priority: Priority, minutes: i64) {
    acts!(ground, *doer, at(minutes), |act| triage::prioritise(act, ONE, priority)).unwrap();
}
