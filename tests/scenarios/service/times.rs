//! A ticket's promised times depend on its priority and on the level that receives it, and do not
//! change when the ticket is escalated.

use mesabot::{
    chat::{view::sla, wording::Voice},
    config::procedure,
    domain::{
        id::TicketNumber,
        locale::Locale,
        person::Role,
        priority::{Degree, Priority},
        procedure::Procedure,
        time::{DAY, HOUR, MINUTE, Span},
        times::Times,
    },
    service::{
        Result,
        ticket::{answer, find, hand_over, open, solve, suspend},
    },
};

use super::{START, acts, on_every_engine};

const ONE: TicketNumber = TicketNumber(1);

/// The shipped procedure with other times for some tickets.
fn graded() -> Procedure {
    let rows = "\n[[times.for]]\npriority = \"critical\"\nown = \"5m\"\nresolve = \"10m\"\n\
                [[times.for]]\nlevel = 2\nown = \"1h\"\nresolve = \"2d\"\n\
                validate = \"3bd\"\nremind = \"1bd\"\n\
                [[times.for]]\npriority = \"critical\"\nlevel = 2\nown = \"10m\"\nresolve = \"1h\"\n\
                [closing]\n";
    let text = include_str!("../../../config/procedures/uspec.toml")
        .replace("\n[closing]\n", rows)
        // Some tickets are promised only five minutes.
        .replace("before = \"5m\"", "before = \"20%\"");
    procedure::read("own.toml", &text).expect("the procedure is valid")
}

#[test]
fn of_several_rows_of_times_the_most_specific_holds() {
    let rules = graded();
    let own = |priority, level| rules.times_for(priority, level).own;
    assert_eq!(own(Priority::Low, 1), Span::Working(15 * MINUTE), "no row matches");
    assert_eq!(own(Priority::Critical, 1), Span::Working(5 * MINUTE), "the row of the priority");
    assert_eq!(own(Priority::Low, 2), Span::Working(HOUR), "the row of the level");
    assert_eq!(own(Priority::Critical, 2), Span::Working(10 * MINUTE), "the row of both");
    // A key that a row omits comes from the general times.
    let Times { validate, remind, .. } = rules.times_for(Priority::Critical, 2);
    assert_eq!((validate, remind), (rules.times.validate, rules.times.remind));
    // Priority is more specific than level, in any order of the rows.
    let mut turned = rules.clone();
    turned.special_times.retain(|row| row.priority.is_none() || row.level.is_none());
    for _ in 0..2 {
        assert_eq!(turned.times_for(Priority::Critical, 2).own, Span::Working(5 * MINUTE));
        turned.special_times.reverse();
    }
}

#[test]
fn a_procedure_without_special_times_keeps_its_edition() {
    let mut rules = crate::support::desk::uspec();
    rules.warnings = None;
    let stored = serde_json::to_string(&rules).unwrap();
    assert!(!stored.contains("special_times") && !stored.contains("warnings"), "{stored}");
    assert!(!stored.contains("stopped_in"), "{stored}");
    let read: Procedure = serde_json::from_str(&serde_json::to_string(&graded()).unwrap()).unwrap();
    assert_eq!(read.sealed(), graded());
}

#[tokio::test]
async fn the_clock_stops_only_in_the_stated_statuses() {
    on_every_engine(async |ground| {
        let text = include_str!("../../../config/procedures/uspec.toml").replace(
            "# stopped_in = [\"suspended\", \"with_vendor\"]",
            "stopped_in = [\"suspended\"]",
        );
        ground.runs_on(procedure::read("own.toml", &text).expect("the procedure is valid")).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        let at = |minutes: i64| START.plus(minutes * MINUTE);
        acts!(ground, ana, at(5), |act| hand_over::accept(act, ONE)).unwrap();
        let given = acts!(ground, ana, at(10), |act| {
            suspend::pass_to_vendor(act, ONE, "El fabricante")
        });
        let given = given.unwrap().ticket;
        assert_eq!(given.resolve_due_at, Some(at(30)), "the vendor's time counts");
        assert_eq!(given.warn_at, Some(at(25)), "and the warning is set");
        let sla_text: Result<String> = acts!(ground, ana, at(20), |act| async {
            let ticket = find::by_id(act.tx, given.id).await?;
            let voice = Voice { locale: Locale::Es, procedure: act.procedure, now: at(20) };
            Ok(sla::message(act, &voice, &ticket).await?.text.to_plain())
        });
        let sla_text = sla_text.unwrap();
        assert!(sla_text.contains("Suma: 20 min de 30 min; saldo: 10 min. Vence"), "{sla_text}");
        assert!(!sla_text.contains("en pausa"), "{sla_text}");
        acts!(ground, ana, at(20), |act| suspend::resume(act, ONE)).unwrap();
        let waits = acts!(ground, ana, at(22), |act| suspend::suspend(act, ONE, "repuesto"));
        let waits = waits.unwrap().ticket;
        assert_eq!((waits.resolve_due_at, waits.resolve_left), (None, Some(8 * MINUTE)));
        assert_eq!(waits.warn_at, None);
    })
    .await;
}

#[tokio::test]
async fn a_tickets_times_follow_its_priority_and_level() {
    on_every_engine(async |ground| {
        ground.runs_on(graded()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        for (category, degree, own, resolve) in [
            ("plataforma", Degree::Low, 15 * MINUTE, 30 * MINUTE),
            ("plataforma", Degree::High, 5 * MINUTE, 10 * MINUTE),
            ("seguridad", Degree::High, 10 * MINUTE, HOUR),
            ("seguridad", Degree::Low, HOUR, 2 * DAY),
        ] {
            let mut new = super::request(&marta, category);
            (new.impact, new.urgency) = (degree, degree);
            // The technology office receives a security incident directly.
            new.group = (category == "seguridad").then(|| "tecnologia".to_owned());
            let new = &new;
            let opened = acts!(ground, marta, START, |act| open::open(act, new.clone()));
            let ticket = opened.unwrap().ticket;
            assert_eq!(ticket.own_due_at, START.plus(own), "{category} {degree:?}");
            assert_eq!(ticket.resolve_due_at, Some(START.plus(resolve)), "{category} {degree:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_escalation_keeps_the_promised_times() {
    on_every_engine(async |ground| {
        ground.runs_on(graded()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let tito = ground.enrols("Tito", Role::Technician, &["tecnologia"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        let at = |minutes: i64| START.plus(minutes * MINUTE);
        acts!(ground, ana, at(5), |act| hand_over::accept(act, ONE)).unwrap();
        let passed = acts!(ground, ana, at(10), |act| {
            hand_over::escalate(act, ONE, "tecnologia", "Es del servidor")
        });
        let passed = passed.unwrap().ticket;
        assert_eq!((passed.level, passed.resolve_due_at), (2, Some(at(30))));
        acts!(ground, tito, at(12), |act| hand_over::accept(act, ONE)).unwrap();
        let waits = acts!(ground, tito, at(20), |act| suspend::suspend(act, ONE, "proveedor"));
        // That level's two days are elapsed time; these thirty minutes remain working time.
        assert_eq!(waits.unwrap().ticket.resolve_left, Some(10 * MINUTE));
        let resumed = acts!(ground, tito, at(9 * 60), |act| suspend::resume(act, ONE));
        let morning = START.plus(DAY);
        assert_eq!(resumed.unwrap().ticket.resolve_due_at, Some(morning.plus(10 * MINUTE)));
        let sla_text: Result<String> = acts!(ground, tito, morning, |act| async {
            let ticket = find::by_id(act.tx, passed.id).await?;
            let voice = Voice { locale: Locale::Es, procedure: act.procedure, now: morning };
            Ok(sla::message(act, &voice, &ticket).await?.text.to_plain())
        });
        let sla_text = sla_text.unwrap();
        assert!(sla_text.contains("Atención (hasta 15 min, en horario de servicio)"), "{sla_text}");
        assert!(sla_text.contains("Solución (hasta 30 min, en horario de servicio)"), "{sla_text}");
        assert!(sla_text.contains("Suma: 20 min de 30 min; saldo: 10 min"), "{sla_text}");
        acts!(ground, tito, morning, |act| answer::answer(act, ONE, "Listo")).unwrap();
        let solved = acts!(ground, ana, morning, |act| solve::solve(act, ONE, "Listo"));
        assert_eq!(solved.unwrap().ticket.close_at, Some(morning.plus(DAY)), "one business day");
    })
    .await;
}
