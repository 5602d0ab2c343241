//! Cases solved by guidance, routed cases, trainings, and hours of a group's own, on every engine.

use mesabot::{
    config::procedure,
    domain::{
        ending::Ending,
        event::Event,
        id::TicketNumber,
        person::Role,
        procedure::Procedure,
        refusal::Refusal,
        report::Month,
        status::Status,
        time::{DAY, HOUR, MINUTE, Timestamp},
        verb::Verb,
    },
    service::{
        Error,
        ticket::{
            find, hand_over, route,
            self_help::{self, HelpfulStep},
            solve, suspend, train, warn,
        },
    },
};

use super::{START, acts, on_every_engine, request};
use crate::support::reported;

const ONE: TicketNumber = TicketNumber(1);
const TWO: TicketNumber = TicketNumber(2);
const CVC: &str = include_str!("../../../config/procedures/cvc.toml");

fn cvc() -> Procedure {
    procedure::read("cvc.toml", CVC).expect("the procedure is valid")
}

/// The same without the status "not managed".
fn without_not_managed() -> Procedure {
    let text = CVC.replace("not_managed = {", "# not_managed = {");
    procedure::read("own.toml", &text).expect("the procedure is valid")
}

/// The same with a help desk that works in the evening, 18:00 to 23:00 in Bogotá.
fn evenings() -> Procedure {
    let group = "name = { es = \"Mesa de ayuda\", en = \"Help desk\" }";
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
    let hours: String = days.map(|day| format!("{day} = [\"18:00-23:00\"]\n")).concat();
    let text = CVC.replacen(group, &format!("{group}\n[groups.calendar]\n{hours}"), 1);
    procedure::read("own.toml", &text).expect("the procedure is valid")
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refusal {
    match answer.expect_err("the act is refused") {
        Error::Refused(refusal) => refusal,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn c5_a_case_solved_by_guidance_is_closed_and_counts_as_solved() {
    on_every_engine(async |ground| {
        ground.runs_on(cvc()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let new = &request(&marta, "equipo");
        let step = &HelpfulStep { number: 2, text: "Pruebe con otra toma.".to_owned() };
        let helped = acts!(ground, marta, START, |act| {
            self_help::open_helped(act, new.clone(), step.clone())
        });
        let ticket = helped.unwrap().ticket;
        assert_eq!((ticket.status, ticket.ending), (Status::Closed, Some(Ending::SelfHelp)));
        assert_eq!((ticket.queue_rank, ticket.warn_at, ticket.next_due_at), (None, None, None));
        let history = find::history(ground.database.reader(), ticket.id).await.unwrap();
        let kinds: Vec<&str> = history.iter().map(|entry| entry.event.kind()).collect();
        assert_eq!(kinds, ["opened", "self_helped", "closed"]);
        let tried = acts!(ground, marta, START, |act| self_help::open_after(act, new.clone(), 2));
        let tried = tried.unwrap();
        assert_eq!((tried.ticket.number, tried.ticket.status), (TWO, Status::New));
        assert_eq!(tried.events[1], Event::SelfHelpTried { steps: 2 });
        let untried = acts!(ground, marta, START, |act| self_help::open_after(act, new.clone(), 0));
        assert_eq!(untried.unwrap().events.len(), 1, "no guidance is recorded");
        let month: Month = "2026-03".parse().unwrap();
        let figures = reported::figures(ground.database.reader(), &ground.procedure, month).await;
        assert_eq!((figures.self_help, figures.total.solved, figures.total.received), (1, 1, 3));
    })
    .await;
}

#[tokio::test]
async fn c2_a_routed_case_ends_as_the_procedure_states() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        for (rules, status) in
            [(cvc(), Status::NotManaged), (without_not_managed(), Status::Closed)]
        {
            ground.runs_on(rules).await;
            let number = ground.opens(&marta, "equipo").await.unwrap().ticket.number;
            let own = acts!(ground, marta, START, |act| route::route(act, number, "redes"));
            assert_eq!(refused(own), Refusal::NotYourRole(Verb::Route), "C2: only the desk routes");
            acts!(ground, ana, START, |act| hand_over::accept(act, number)).unwrap();
            let nowhere = acts!(ground, ana, START, |act| route::route(act, number, "fax"));
            assert_eq!(refused(nowhere), Refusal::NotInProcedure(number));
            let sent = acts!(ground, ana, START, |act| route::route(act, number, "redes"));
            let sent = sent.unwrap();
            assert_eq!((sent.ticket.status, sent.ticket.ending), (status, Some(Ending::Routed)));
            assert_eq!(sent.events, [Event::Routed { route: "redes".into(), status }]);
            assert_eq!((sent.ticket.queue_rank, sent.ticket.warn_at), (None, None));
            let twice = acts!(ground, ana, START, |act| route::route(act, number, "redes"));
            assert!(matches!(refused(twice), Refusal::NotNow { .. }));
            let solved = ground.opens(&marta, "equipo").await.unwrap().ticket.number;
            acts!(ground, ana, START, |act| hand_over::accept(act, solved)).unwrap();
            acts!(ground, ana, START, |act| solve::solve(act, solved, "Listo")).unwrap();
            let late = acts!(ground, ana, START, |act| route::route(act, solved, "redes"));
            assert!(
                matches!(refused(late), Refusal::NotNow { .. }),
                "a case solved by guidance is credited to the desk"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn c7_trainings_appear_in_the_report_in_order() {
    on_every_engine(async |ground| {
        ground.runs_on(cvc()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "uso").await.unwrap();
        let early = acts!(ground, ana, START, |act| train::train(act, ONE, "Antes"));
        assert!(matches!(refused(early), Refusal::NotNow { .. }), "the case is not accepted yet");
        acts!(ground, ana, START, |act| hand_over::accept(act, ONE)).unwrap();
        let empty = acts!(ground, ana, START, |act| train::train(act, ONE, "  "));
        assert_eq!(refused(empty), Refusal::TextMissing(Verb::Train));
        for text in ["Combinar correspondencia", "Imprimir sobres"] {
            acts!(ground, ana, START, |act| train::train(act, ONE, text)).unwrap();
        }
        let month: Month = "2026-03".parse().unwrap();
        let cases = reported::cases(ground.database.reader(), &ground.procedure, month).await;
        assert_eq!(cases[0].training, ["Combinar correspondencia", "Imprimir sobres"]);
    })
    .await;
}

#[tokio::test]
async fn a_groups_hours_hold_from_the_promise_to_the_validation() {
    on_every_engine(async |ground| {
        ground.runs_on(evenings()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["nivel2"]).await;
        // High priority: thirty minutes to own, four hours to resolve. 08:00 to 18:00 is outside
        // the hours of every group here.
        let ticket = ground.opens(&marta, "equipo").await.unwrap().ticket;
        let six = START.plus(10 * HOUR);
        assert_eq!(ticket.promise_group.as_deref(), Some("soporte"));
        assert_eq!(ticket.own_due_at, six.plus(30 * MINUTE));
        assert_eq!(ticket.resolve_due_at, Some(six.plus(4 * HOUR)));
        assert_eq!(ticket.warn_at, Some(six.plus(24 * MINUTE)), "a fifth before");
        let warned = acts!(ground, ana, six.plus(24 * MINUTE), |act| warn::pass_time(act, ONE));
        assert_eq!(warned.unwrap().events.len(), 1);
        let at = six.plus(25 * MINUTE);
        acts!(ground, ana, at, |act| hand_over::accept(act, ONE)).unwrap();
        let passed = acts!(ground, ana, at, |act| {
            hand_over::escalate(act, ONE, "nivel2", "No es de primer nivel")
        });
        assert_eq!(passed.unwrap().ticket.resolve_due_at, Some(six.plus(4 * HOUR)));
        acts!(ground, luis, at, |act| hand_over::accept(act, ONE)).unwrap();
        let waits = acts!(ground, luis, six.plus(HOUR), |act| {
            suspend::pass_to_vendor(act, ONE, "Repuesto")
        });
        assert_eq!(waits.unwrap().ticket.resolve_left, Some(3 * HOUR));
        // In the morning the second level works, and the resumed clock stands still until the
        // evening.
        let morning: Timestamp = START.plus(DAY);
        let resumed = acts!(ground, luis, morning, |act| suspend::resume(act, ONE)).unwrap();
        assert_eq!(resumed.ticket.resolve_due_at, Some(six.plus(DAY + 3 * HOUR)));
        let solved = acts!(ground, luis, six.plus(DAY), |act| solve::solve(act, ONE, "Listo"));
        let solved = solved.unwrap().ticket;
        assert_eq!(solved.close_at, Some(six.plus(3 * DAY)), "two business days of the evening");
    })
    .await;
}
