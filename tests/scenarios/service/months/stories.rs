//! Single cases of a month's figures: in which month an event counts, and for which person.

use mesabot::{
    domain::{
        ending::Ending,
        event::Event,
        id::TicketNumber,
        person::{Doer, Role},
        person_event::By,
        priority::Priority,
        report::Month,
        status::Status,
        time::{DAY, HOUR},
    },
    service::{
        Error,
        membership::joining,
        people as service_people,
        ticket::{categorise, close, find, hand_over, not_manage, open, solve, survey, triage},
    },
};

use super::{
    super::{START, acts, on_every_engine, request},
    Reported, cvc, hears, id,
};
use crate::support::reported;

#[tokio::test]
async fn a_ticket_accepted_late_next_month_counts_once_in_that_month() {
    on_every_engine(async |ground| {
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let (february, march): (Month, Month) =
            ("2026-03".parse().unwrap(), "2026-04".parse().unwrap());
        let received = february.span(ground.procedure.desk_calendar()).end.plus(-DAY);
        let new = &request(&marta, "plataforma");
        for _ in 0..2 {
            acts!(ground, marta, received, |act| open::open(act, new.clone())).unwrap();
        }
        let late = received.plus(4 * DAY);
        acts!(ground, ana, late, |act| hand_over::accept(act, TicketNumber(1))).unwrap();
        acts!(ground, marta, late, |act| close::withdraw(act, TicketNumber(2))).unwrap();
        let reader = ground.database.reader();
        let rules = &*ground.procedure;
        let figures = async |month| reported::figures(reader, rules, month).await;
        let first = figures(february).await;
        let second = figures(march).await;
        assert_eq!(
            (first.owned.of, second.owned.of),
            (0, 2),
            "one accepted late, one never accepted"
        );
        assert_eq!(second.owned.met, 0);
        assert_eq!(
            (first.backlog.end, first.backlog.untaken),
            (2, 2),
            "both wait at the month's end"
        );
        assert_eq!((first.withdrawn, second.withdrawn), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn an_unmanaged_ticket_counts_separately_in_one_month() {
    on_every_engine(async |ground| {
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        ground.runs_on(cvc()).await;
        ground.opens(&marta, "equipo").await.unwrap();
        let (march, april): (Month, Month) =
            ("2026-03".parse().unwrap(), "2026-04".parse().unwrap());
        let later = april.span(ground.procedure.desk_calendar()).start.plus(DAY);
        let ended = acts!(ground, ana, later, |act| {
            not_manage::not_manage(act, TicketNumber(1), "Faltó información")
        });
        assert_eq!(ended.unwrap().ticket.status, Status::NotManaged);
        let reader = ground.database.reader();
        let rules = &*ground.procedure;
        let first = reported::figures(reader, rules, march).await;
        let second = reported::figures(reader, rules, april).await;
        assert_eq!((first.not_managed, second.not_managed), (0, 1));
        assert_eq!(
            (first.total.received, second.total.received),
            (1, 0),
            "the ticket was open in March"
        );
    })
    .await;
}

#[tokio::test]
async fn a_reopening_next_month_leaves_the_past_month_unchanged() {
    on_every_engine(async |ground| {
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let march: Month = "2026-03".parse().unwrap();
        let end = march.span(ground.procedure.desk_calendar()).end;
        let solved = end.plus(-HOUR);
        let one = TicketNumber(1);
        let new = &request(&marta, "plataforma");
        acts!(ground, marta, solved, |act| open::open(act, new.clone())).unwrap();
        acts!(ground, ana, solved, |act| hand_over::accept(act, one)).unwrap();
        acts!(ground, ana, solved, |act| solve::solve(act, one, "Listo")).unwrap();
        let before = Reported::of(ground, march, end).await;
        assert_eq!((before.figures.total.solved, before.figures.backlog.end), (1, 0));
        let later = end.plus(HOUR);
        acts!(ground, marta, later, |act| solve::reject(act, one, 1, "Sigue igual")).unwrap();
        acts!(ground, ana, later, |act| categorise::categorise(
            act,
            one,
            "ofimatica",
            Default::default()
        ))
        .unwrap();
        acts!(ground, ana, later, |act| triage::prioritise(act, one, Priority::Critical)).unwrap();
        acts!(ground, ana, later, |act| hand_over::escalate(act, one, "impresion", "Es de allá"))
            .unwrap();
        let renamed: Result<(), Error> = ground
            .database
            .write(|tx| {
                let people = [id(&ana), id(&marta)];
                Box::pin(async move {
                    for person in people {
                        service_people::rename(tx, person, "Otro nombre".into()).await?;
                    }
                    Ok(())
                })
            })
            .await;
        renamed.unwrap();
        let after = Reported::of(ground, march, later).await;
        assert_eq!((&after.figures, &after.cases), (&before.figures, &before.cases));
        assert!(after.book == before.book, "the same bytes");
        let case = &after.cases[0];
        assert_eq!((case.status, case.category.as_str()), (Status::Solved, "plataforma"));
        let april =
            reported::figures(ground.database.reader(), &ground.procedure, march.next()).await;
        assert_eq!((april.reopened, april.reopenings, april.total.solved), (1, 1, 0));
    })
    .await;
}

#[tokio::test]
async fn the_solver_gets_the_credit_and_own_tickets_are_not_rated() {
    on_every_engine(async |ground| {
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let luz = ground.enrols("Luz", Role::Supervisor, &["soporte"]).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let one = TicketNumber(1);
        let two = TicketNumber(2);
        ground.opens(&marta, "plataforma").await.unwrap();
        acts!(ground, ana, START, |act| hand_over::accept(act, one)).unwrap();
        let solved = acts!(ground, luz, START, |act| solve::solve(act, one, "Listo")).unwrap();
        let solver = find::solver(ground.database.reader(), solved.ticket.id).await.unwrap();
        assert_eq!(solver, Some((id(&luz), "Luz".to_owned())), "the supervisor solved it");
        acts!(ground, marta, START, |act| survey::rate(act, one, 1, 5)).unwrap();
        ground.opens(&ana, "plataforma").await.unwrap();
        acts!(ground, ana, START, |act| hand_over::accept(act, two)).unwrap();
        let own = acts!(ground, ana, START, |act| solve::solve(act, two, "Listo")).unwrap();
        assert_eq!(own.ticket.ending, Some(Ending::NoSurvey), "no survey is asked");
        assert!(own.events.contains(&Event::Closed { ending: Ending::NoSurvey }));
        let march = "2026-03".parse().unwrap();
        let figures = reported::figures(ground.database.reader(), &ground.procedure, march).await;
        let of = |person: &Doer| {
            let actor = person.person().unwrap();
            let tally = figures.technicians.get(&(actor.name.clone(), actor.id));
            tally.map(|tally| (tally.solved, tally.ratings.count)).unwrap_or_default()
        };
        assert_eq!((of(&luz), of(&ana)), ((1, 1), (1, 0)));
        assert_eq!((figures.closed, figures.asked), (2, 1));
    })
    .await;
}

#[tokio::test]
async fn a_solver_linked_to_the_requester_is_not_rated() {
    on_every_engine(async |ground| {
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let asks = ground.enrols("Ana en casa", Role::Requester, &[]).await;
        let one = TicketNumber(1);
        ground.opens(&asks, "plataforma").await.unwrap();
        acts!(ground, ana, START, |act| hand_over::accept(act, one)).unwrap();
        acts!(ground, ana, START, |act| solve::solve(act, one, "Listo")).unwrap();
        let gone = id(&asks);
        let into = id(&ana);
        let joined = acts!(ground, ana, START, |act| {
            let by = By::Person(into);
            joining::join(act, by, gone, into)
        });
        joined.unwrap();
        let rated = acts!(ground, ana, START, |act| survey::rate(act, one, 1, 5)).unwrap();
        assert_eq!(rated.ticket.ending, Some(Ending::Authorised), "confirmed without a rating");
        let march = "2026-03".parse().unwrap();
        let figures = reported::figures(ground.database.reader(), &ground.procedure, march).await;
        assert_eq!((figures.total.ratings.count, figures.asked, figures.closed), (0, 0, 1));
    })
    .await;
}

#[tokio::test]
async fn an_unreachable_requester_does_not_count_as_asked() {
    on_every_engine(async |ground| {
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let pedro = ground.enrols("Pedro", Role::Requester, &[]).await;
        hears(ground, id(&marta)).await;
        for (person, number) in [(&marta, TicketNumber(1)), (&pedro, TicketNumber(2))] {
            ground.opens(person, "plataforma").await.unwrap();
            acts!(ground, ana, START, |act| hand_over::accept(act, number)).unwrap();
            acts!(ground, ana, START, |act| solve::solve(act, number, "Listo")).unwrap();
            let desk = Doer::Desk;
            let later = START.plus(10 * DAY);
            acts!(ground, desk, later, |act| close::pass_time(act, number)).unwrap();
        }
        let march = "2026-03".parse().unwrap();
        let figures = reported::figures(ground.database.reader(), &ground.procedure, march).await;
        assert_eq!((figures.closed, figures.asked), (2, 1));
    })
    .await;
}
