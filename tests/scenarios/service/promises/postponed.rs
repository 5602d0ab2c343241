//! Days without service that are decreed after a promise.

use mesabot::{
    config::procedure,
    domain::{
        event::Event,
        id::TicketNumber,
        person::{Doer, Role},
        procedure::Procedure,
        time::{DAY, HOUR, MINUTE},
    },
    entity::ticket,
    service::{
        Result,
        ticket::{Done, find, hand_over, postpone, solve},
    },
};

use super::{
    super::{Ground, START, acts, on_every_engine},
    ONE, at, sla_text,
};

const TWO: TicketNumber = TicketNumber(2);

/// The shipped rules with two business days to resolve, with or without a day without service.
fn rules(decreed: bool) -> Procedure {
    let day = "[[calendar.closing_days]]\ndate = 2026-03-03\n\
               name = { es = \"Día cívico\", en = \"Civic day\" }\n";
    let text = include_str!("../../../../config/procedures/uspec.toml")
        .replace("resolve = \"30m\"", "resolve = \"2bd\"")
        .replacen("\n[times]\n", &format!("\n{}[times]\n", if decreed { day } else { "" }), 1);
    procedure::read("own.toml", &text).expect("the procedure is valid")
}

async fn moves(ground: &Ground, number: TicketNumber, minutes: i64) -> Option<Done> {
    let moved: Result<Option<Done>> =
        acts!(ground, Doer::Desk, at(minutes), |act| postpone::move_promises(act, number));
    moved.unwrap()
}

#[tokio::test]
async fn a_decreed_day_without_service_moves_earlier_promises() {
    on_every_engine(async |ground| {
        ground.runs_on(rules(false)).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        ground.opens(&marta, "plataforma").await.unwrap();
        for number in [ONE, TWO] {
            acts!(ground, ana, at(5), |act| hand_over::accept(act, number)).unwrap();
        }
        let solved = acts!(ground, ana, at(60), |act| solve::solve(act, TWO, "Listo"));
        let solved = solved.unwrap().ticket;
        assert_eq!(solved.close_at, Some(at(60).plus(DAY)));
        assert!(moves(ground, ONE, 90).await.is_none(), "no day was decreed");
        // Tuesday is decreed on Monday: the desk restarts with it.
        ground.runs_on(rules(true)).await;
        let reader = ground.database.reader();
        let editions = postpone::editions(reader, &ground.procedure).await.unwrap();
        assert_eq!(editions, [rules(false).digest]);
        let moved = moves(ground, ONE, 120).await.expect("the promise moves");
        assert_eq!(moved.ticket.resolve_due_at, Some(START.plus(3 * DAY)));
        let days = match moved.events.as_slice() {
            [Event::Postponed { days, close_at: None }] => days.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(days.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-03-03"]);
        let closes = moves(ground, TWO, 120).await.expect("the closing moves").ticket;
        assert_eq!(closes.close_at, Some(at(60).plus(2 * DAY)));
        assert_eq!(closes.next_due_at.map(|at| at < closes.close_at.unwrap()), Some(true));
        for number in [ONE, TWO] {
            assert!(moves(ground, number, 130).await.is_none(), "the move is reported once");
        }
        let sla_text = sla_text(ground, &marta, START.plus(2 * DAY + HOUR)).await;
        assert!(sla_text.contains("(sin servicio: martes 3 de marzo (Día cívico))"), "{sla_text}");
    })
    .await;
}

#[tokio::test]
async fn a_day_without_service_repairs_no_broken_promise() {
    on_every_engine(async |ground| {
        ground.runs_on(rules(false)).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        ground.runs_on(rules(true)).await;
        let late = START.plus(4 * DAY).since(START) / MINUTE;
        assert!(moves(ground, ONE, late).await.is_none());
        let reader = ground.database.reader();
        let row: ticket::Model = find::one(reader, ground.reader(&marta), ONE).await.unwrap();
        assert_eq!(row.resolve_due_at, Some(START.plus(2 * DAY)));
    })
    .await;
}
