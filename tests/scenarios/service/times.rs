//! What a ticket is promised goes by its priority and by the level that receives it, and stays what
//! it was when the ticket is passed on.

use mesabot::{
    chat::{view::sla, wording::Voice},
    config::procedure,
    domain::{
        id::TicketNumber,
        locale::Locale,
        person::Role,
        priority::{Degree, Priority},
        procedure::{Procedure, Times},
        time::{DAY, HOUR, MINUTE, Span},
    },
    service::{
        Result,
        ticket::{answer, find, hand_over, open, solve, suspend},
    },
};

use super::{START, acts, on_every_engine};

const ONE: TicketNumber = TicketNumber(1);

/// The shipped procedure with other promises to some tickets.
fn graded() -> Procedure {
    let rows = "\n[[times.for]]\npriority = \"critical\"\nown = \"5m\"\nresolve = \"10m\"\n\
                [[times.for]]\nlevel = 2\nown = \"1h\"\nresolve = \"2d\"\n\
                validate = \"3bd\"\nremind = \"1bd\"\n\
                [[times.for]]\npriority = \"critical\"\nlevel = 2\nown = \"10m\"\nresolve = \"1h\"\n\
                [closing]\n";
    let text = include_str!("../../../config/procedures/uspec.toml")
        .replace("\n[closing]\n", rows)
        // Five minutes are all that some are promised.
        .replace("before = \"5m\"", "before = \"20%\"");
    procedure::read("own.toml", &text).expect("it is sound")
}

#[test]
fn of_several_promises_the_most_special_holds() {
    let rules = graded();
    let own = |priority, level| rules.times_for(priority, level).own;
    assert_eq!(own(Priority::Low, 1), Span::Working(15 * MINUTE), "none is special");
    assert_eq!(own(Priority::Critical, 1), Span::Working(5 * MINUTE), "the priority is");
    assert_eq!(own(Priority::Low, 2), Span::Working(HOUR), "the level is");
    assert_eq!(own(Priority::Critical, 2), Span::Working(10 * MINUTE), "both are");
    // What a row leaves out is as for all.
    let Times { validate, remind, .. } = rules.times_for(Priority::Critical, 2);
    assert_eq!((validate, remind), (rules.times.validate, rules.times.remind));
    // Priority is closer than level, wherever the rows stand.
    let mut turned = rules.clone();
    turned.special_times.retain(|row| row.priority.is_none() || row.level.is_none());
    for _ in 0..2 {
        assert_eq!(turned.times_for(Priority::Critical, 2).own, Span::Working(5 * MINUTE));
        turned.special_times.reverse();
    }
}

#[test]
fn rules_without_special_promises_and_warnings_are_the_edition_they_always_were() {
    let mut rules = crate::support::desk::uspec();
    rules.warnings = None;
    let stored = serde_json::to_string(&rules).unwrap();
    assert!(!stored.contains("special_times") && !stored.contains("warnings"), "{stored}");
    assert!(!stored.contains("stopped_in"), "{stored}");
    let read: Procedure = serde_json::from_str(&serde_json::to_string(&graded()).unwrap()).unwrap();
    assert_eq!(read.sealed(), graded());
}

#[tokio::test]
async fn the_clock_stands_only_where_the_rules_let_it() {
    on_every_engine(async |ground| {
        let text = include_str!("../../../config/procedures/uspec.toml").replace(
            "# stopped_in = [\"suspended\", \"with_vendor\"]",
            "stopped_in = [\"suspended\"]",
        );
        ground.runs_on(procedure::read("own.toml", &text).expect("it is sound")).await;
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
        assert_eq!(given.warn_at, Some(at(25)), "and is warned of");
        let told: Result<String> = acts!(ground, ana, at(20), |act| async {
            let ticket = find::by_id(act.tx, given.id).await?;
            let voice = Voice { locale: Locale::Es, procedure: act.procedure, now: at(20) };
            Ok(sla::message(act, &voice, &ticket).await?.text.to_plain())
        });
        let told = told.unwrap();
        assert!(told.contains("Suma: 20 min de 30 min; saldo: 10 min. Vence"), "{told}");
        assert!(!told.contains("en pausa"), "{told}");
        acts!(ground, ana, at(20), |act| suspend::resume(act, ONE)).unwrap();
        let waits = acts!(ground, ana, at(22), |act| suspend::suspend(act, ONE, "repuesto"));
        let waits = waits.unwrap().ticket;
        assert_eq!((waits.resolve_due_at, waits.resolve_left), (None, Some(8 * MINUTE)));
        assert_eq!(waits.warn_at, None);
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_promised_what_its_priority_and_level_say() {
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
            // A security incident that the technology office receives at once.
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
async fn a_promise_stays_what_it_was_when_the_ticket_goes_to_another_level() {
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
        // Two days at that level are elapsed time; these thirty minutes are still working time.
        assert_eq!(waits.unwrap().ticket.resolve_left, Some(10 * MINUTE));
        let resumed = acts!(ground, tito, at(9 * 60), |act| suspend::resume(act, ONE));
        let morning = START.plus(DAY);
        assert_eq!(resumed.unwrap().ticket.resolve_due_at, Some(morning.plus(10 * MINUTE)));
        let told: Result<String> = acts!(ground, tito, morning, |act| async {
            let ticket = find::by_id(act.tx, passed.id).await?;
            let voice = Voice { locale: Locale::Es, procedure: act.procedure, now: morning };
            Ok(sla::message(act, &voice, &ticket).await?.text.to_plain())
        });
        let told = told.unwrap();
        assert!(told.contains("Atención (hasta 15 min, en horario de servicio)"), "{told}");
        assert!(told.contains("Solución (hasta 30 min, en horario de servicio)"), "{told}");
        assert!(told.contains("Suma: 20 min de 30 min; saldo: 10 min"), "{told}");
        acts!(ground, tito, morning, |act| answer::answer(act, ONE, "Listo")).unwrap();
        let solved = acts!(ground, ana, morning, |act| solve::solve(act, ONE, "Listo"));
        assert_eq!(solved.unwrap().ticket.close_at, Some(morning.plus(DAY)), "one business day");
    })
    .await;
}
