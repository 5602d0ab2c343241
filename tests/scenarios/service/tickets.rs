//! Ticket operations: numbers, clocks, guards and history.

use mesabot::{
    domain::{
        ending::Ending,
        id::TicketNumber,
        person::Role,
        refusal::Refusal,
        source::Source,
        status::Status,
        time::{DAY, HOUR, MINUTE},
    },
    entity::{survey as survey_rows, ticket as rows, ticket_event},
    service::{
        Error,
        ticket::{
            close, find, follow_up, hand_over,
            open::{NewTicket, open_solved},
            solve, survey, suspend,
        },
    },
};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::{START, acts, on_every_engine};

const ONE: TicketNumber = TicketNumber(1);

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn u1_u3_a_request_gets_the_next_number_and_its_promise() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ticket = ground.opens(&marta, "plataforma").await.unwrap().ticket;
        assert_eq!((ticket.number, ticket.status), (ONE, Status::New));
        assert_eq!(ticket.own_due_at, START.plus(15 * MINUTE));
        assert_eq!(ticket.resolve_due_at, Some(START.plus(30 * MINUTE)));
        assert_eq!((ticket.group_key.as_str(), ticket.level), ("soporte", 1));
        assert_eq!(ticket.procedure_version, "uspec A3-PR-01 v02");
        let second = ground.opens(&marta, "impresion").await.unwrap().ticket;
        assert_eq!((second.number, second.group_key.as_str()), (TicketNumber(2), "impresion"));
    })
    .await;
}

#[tokio::test]
async fn a_failed_registration_leaves_no_gap_in_the_numbers() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let unknown = ground.opens(&marta, "no-hay").await;
        assert_eq!(refusal(unknown), Refusal::UnknownCategory("no-hay".into()));
        // A number is drawn, and then the transaction fails.
        let new = &super::request(&marta, "plataforma");
        let failed: Result<(), Error> = acts!(ground, marta, START, |act| async {
            mesabot::service::ticket::open::open(act, new.clone()).await?;
            Err(Error::Unreadable("something else went wrong".into()))
        });
        assert!(failed.is_err());
        assert_eq!(ground.opens(&marta, "plataforma").await.unwrap().ticket.number, ONE);
    })
    .await;
}

#[tokio::test]
async fn only_staff_registers_for_another_person() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let luis = ground.enrols("Luis", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["impresion"]).await;
        let new = &super::request(&marta, "plataforma");
        let open = mesabot::service::ticket::open::open;
        let refused = acts!(ground, luis, START, |act| open(act, new.clone()));
        assert_eq!(refusal(refused), Refusal::StaffRegisters);
        let ticket = acts!(ground, ana, START, |act| open(act, new.clone())).unwrap().ticket;
        let id = |doer: &mesabot::domain::person::Doer| doer.person().unwrap().id;
        assert_eq!((ticket.requester_id, ticket.registered_by), (id(&marta), id(&ana)));
    })
    .await;
}

#[tokio::test]
async fn suspending_stops_the_clock_and_resuming_restarts_it() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        let taken = START.plus(5 * MINUTE);
        acts!(ground, ana, taken, |act| hand_over::accept(act, ONE)).unwrap();
        let waiting = START.plus(10 * MINUTE);
        let reason = "Falta un repuesto";
        let held = acts!(ground, ana, waiting, |act| suspend::suspend(act, ONE, reason)).unwrap();
        assert_eq!(held.ticket.status, Status::Suspended);
        assert_eq!(
            (held.ticket.resolve_due_at, held.ticket.resolve_left),
            (None, Some(20 * MINUTE))
        );
        assert_eq!(held.ticket.suspension.as_deref(), Some(reason));
        assert!(held.ticket.queue_rank.is_some(), "a suspended ticket stays in the queue");
        // Tuesday, 08:00: twenty working minutes are left.
        let back = START.plus(DAY);
        let resumed = acts!(ground, ana, back, |act| suspend::resume(act, ONE)).unwrap().ticket;
        assert_eq!(resumed.resolve_due_at, Some(back.plus(20 * MINUTE)));
        let late = back.plus(HOUR);
        let held = acts!(ground, ana, late, |act| suspend::suspend(act, ONE, reason)).unwrap();
        assert_eq!(held.ticket.resolve_left, Some(-40 * MINUTE), "an overdue clock stays overdue");
    })
    .await;
}

#[tokio::test]
async fn u9_u10_the_answer_closes_and_only_surveyed_categories_ask() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte", "impresion"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        ground.opens(&marta, "impresion").await.unwrap();
        for number in [1, 2].map(TicketNumber) {
            acts!(ground, ana, START, |act| hand_over::accept(act, number)).unwrap();
        }
        let asked = acts!(ground, ana, START, |act| solve::solve(act, ONE, "Listo")).unwrap();
        assert_eq!(asked.ticket.status, Status::Solved);
        assert_eq!(asked.ticket.close_at, Some(START.plus(DAY)), "one business day");
        let two = TicketNumber(2);
        let unasked = acts!(ground, ana, START, |act| solve::solve(act, two, "Listo")).unwrap();
        assert_eq!(unasked.ticket.ending, Some(Ending::NoSurvey));
        assert_eq!(unasked.ticket.status, Status::Closed);

        let yes = acts!(ground, marta, START, |act| survey::authorise(act, ONE, 1)).unwrap();
        assert_eq!((yes.ticket.status, yes.events.len()), (Status::Solved, 1));
        let again = acts!(ground, marta, START, |act| survey::authorise(act, ONE, 1)).unwrap();
        assert!(again.events.is_empty(), "a second yes has no effect");
        let rated = acts!(ground, marta, START, |act| survey::rate(act, ONE, 1, 5)).unwrap();
        assert_eq!(rated.ticket.ending, Some(Ending::Authorised));
        let twice = acts!(ground, marta, START, |act| survey::rate(act, ONE, 1, 1));
        let over = Refusal::SurveyOver { number: ONE, status: Status::Closed };
        assert_eq!(refusal(twice), over);
        acts!(ground, marta, START, |act| survey::comment(act, ONE, 1, "Gracias")).unwrap();
        let second = acts!(ground, marta, START, |act| survey::comment(act, ONE, 1, "Más"));
        assert_eq!(refusal(second), over);
        let rows = survey_rows::Entity::find().all(ground.database.reader()).await.unwrap();
        assert_eq!((rows.len(), rows[0].stars), (1, Some(5)));
        assert_eq!(rows[0].comment.as_deref(), Some("Gracias"));
    })
    .await;
}

#[tokio::test]
async fn a_rejection_returns_the_ticket_and_silence_closes_it() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        acts!(ground, ana, START, |act| hand_over::accept(act, ONE)).unwrap();
        acts!(ground, ana, START, |act| solve::solve(act, ONE, "Listo")).unwrap();
        let later = START.plus(HOUR);
        let no = acts!(ground, marta, later, |act| solve::reject(act, ONE, 1, "Sigue")).unwrap();
        assert_eq!(no.ticket.status, Status::Reopened);
        assert_eq!(no.ticket.technician_id, Some(ana.person().unwrap().id));
        assert_eq!(no.ticket.resolve_due_at, Some(later.plus(30 * MINUTE)), "the clock restarts");
        assert_eq!(no.ticket.next_due_at, None);
        let late = acts!(ground, marta, later, |act| solve::reject(act, ONE, 1, "Sigue"));
        let over = Refusal::SurveyOver { number: ONE, status: Status::Reopened };
        assert_eq!(refusal(late), over);

        acts!(ground, ana, later, |act| solve::solve(act, ONE, "Ahora sí")).unwrap();
        let desk = mesabot::domain::person::Doer::Desk;
        let reader = ground.database.reader();
        assert!(close::due(reader, later, 10).await.unwrap().is_empty());
        let reminder = later.plus(4 * HOUR);
        assert_eq!(close::due(reader, reminder, 10).await.unwrap(), [ONE]);
        let reminded = acts!(ground, desk, reminder, |act| close::pass_time(act, ONE)).unwrap();
        assert_eq!(reminded.unwrap().ticket.status, Status::Solved);
        let again = acts!(ground, desk, reminder, |act| close::pass_time(act, ONE)).unwrap();
        assert!(again.is_none(), "one reminder");
        let end = later.plus(DAY);
        let early = acts!(ground, desk, end.plus(-1), |act| close::pass_time(act, ONE)).unwrap();
        assert!(early.is_none(), "never early");
        let closed = acts!(ground, desk, end, |act| close::pass_time(act, ONE)).unwrap();
        assert_eq!(closed.unwrap().ticket.ending, Some(Ending::Silence));
    })
    .await;
}

#[tokio::test]
async fn u6_escalating_needs_a_reason_and_another_group() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["tecnologia"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        acts!(ground, ana, START, |act| hand_over::accept(act, ONE)).unwrap();
        let same = acts!(ground, ana, START, |act| {
            hand_over::escalate(act, ONE, "soporte", "porque sí")
        });
        assert_eq!(refusal(same), Refusal::SameGroup("soporte".into()));
        let silent =
            acts!(ground, ana, START, |act| hand_over::escalate(act, ONE, "tecnologia", " "));
        assert!(matches!(refusal(silent), Refusal::TextMissing(_)));
        let up = acts!(ground, ana, START, |act| {
            hand_over::escalate(act, ONE, "tecnologia", "Es del servidor")
        });
        let up = up.unwrap().ticket;
        assert_eq!((up.status, up.level, up.technician_id), (Status::Escalated, 2, None));
        let foreign = acts!(ground, ana, START, |act| hand_over::accept(act, ONE));
        assert_eq!(refusal(foreign), Refusal::NotYourGroup("tecnologia".into()));
        let taken = acts!(ground, luis, START, |act| hand_over::accept(act, ONE)).unwrap();
        assert_eq!(taken.ticket.technician_id, Some(luis.person().unwrap().id));
        let to = marta.person().unwrap().id;
        let assigned = acts!(ground, luis, START, |act| hand_over::assign(act, ONE, to));
        assert_eq!(refusal(assigned), Refusal::CannotTakeIt("Marta".into()));
    })
    .await;
}

#[tokio::test]
async fn u13_history_is_append_only() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        acts!(ground, marta, START, |act| follow_up::reply(act, ONE, "¿Ya casi?")).unwrap();
        acts!(ground, marta, START, |act| close::withdraw(act, ONE)).unwrap();
        for tampering in
            ["UPDATE ticket_event SET kind = 'nothing'", "DELETE FROM ticket_event WHERE id > 0"]
        {
            let refused: Result<(), Error> = acts!(ground, marta, START, |act| async {
                act.tx.execute_unprepared(tampering).await?;
                Ok(())
            });
            let why = refused.expect_err("history is evidence").to_string();
            assert!(why.contains("append-only"), "{why}");
        }
        let kinds = ticket_event::Entity::find().order_by_asc(ticket_event::Column::Id);
        let kinds = kinds.all(ground.database.reader()).await.unwrap();
        let kinds: Vec<_> = kinds.iter().map(|row| row.kind.as_str()).collect();
        assert_eq!(kinds, ["opened", "replied", "closed"]);
    })
    .await;
}

#[tokio::test]
async fn lists_page_by_key_and_show_only_readable_tickets() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let other = ground.enrols("Otra", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        for _ in 0..7 {
            ground.opens(&marta, "plataforma").await.unwrap();
        }
        let reader = ground.database.reader();
        let groups = ["soporte".to_owned(), "impresion".to_owned()];
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = find::queue(reader, &groups, after, 3).await.unwrap();
            seen.extend(page.tickets.iter().map(|ticket| ticket.number.0));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7]);
        let id = marta.person().unwrap().id;
        let first = find::mine(reader, id, None, 5).await.unwrap();
        let numbers: Vec<i64> = first.tickets.iter().map(|ticket| ticket.number.0).collect();
        assert_eq!(numbers, [7, 6, 5, 4, 3], "the newest first");
        let rest = find::mine(reader, id, first.next, 5).await.unwrap();
        assert_eq!((rest.tickets.len(), rest.next), (2, None));
        let absent = find::one(reader, ground.reader(&other), TicketNumber(99)).await;
        let foreign = find::one(reader, ground.reader(&other), ONE).await;
        assert_eq!(refusal(absent), Refusal::UnknownTicket(TicketNumber(99)));
        assert_eq!(refusal(foreign), Refusal::UnknownTicket(ONE));
        assert!(find::one(reader, ground.reader(&ana), ONE).await.is_ok());
        let all = rows::Entity::find().all(reader).await.unwrap();
        assert_eq!(all.len(), 7);
    })
    .await;
}

#[tokio::test]
async fn v7_finished_work_is_opened_accepted_and_solved_at_once() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["impresion"]).await;
        let sonia = ground.enrols("Sonia", Role::Supervisor, &[]).await;
        let new = &super::request(&marta, "plataforma");
        // A supervisor without a group cannot have had the ticket, and a blank text is no solution.
        // Both refusals come before any write, so a refused attempt leaves nothing behind.
        for (doer, solution) in [(&sonia, "Cambié el cable"), (&ana, "  "), (&marta, "Lo apagué")]
        {
            let refused: Result<bool, Error> = acts!(ground, *doer, START, |act| async {
                Ok(matches!(open_solved(act, new.clone(), solution).await, Err(Error::Refused(_))))
            });
            assert!(refused.unwrap(), "{solution}");
        }
        let rows = rows::Entity::find().all(ground.database.reader()).await.unwrap();
        assert!(rows.is_empty(), "{rows:?}");
        let done = acts!(ground, ana, START, |act| open_solved(act, new.clone(), "El cable"));
        let ticket = done.unwrap().ticket;
        let id = |doer: &mesabot::domain::person::Doer| doer.person().unwrap().id;
        assert_eq!((ticket.number, ticket.status), (ONE, Status::Solved));
        assert_eq!((ticket.source, ticket.round), (Source::AfterTheFact, 1));
        assert_eq!((ticket.requester_id, ticket.technician_id), (id(&marta), Some(id(&ana))));
        assert_eq!(ticket.group_key, "impresion", "the group of the technician who did it");
        assert_eq!((ticket.owned_at, ticket.solved_at), (Some(START), Some(START)));
        assert!(ticket.queue_rank.is_none() && ticket.close_at.is_some());
        let history = find::history(ground.database.reader(), ticket.id).await.unwrap();
        let kinds: Vec<_> = history.iter().map(|entry| entry.event.kind()).collect();
        assert_eq!(kinds, ["opened", "accepted", "solved"]);
    })
    .await;
}

#[tokio::test]
async fn n1_only_staff_names_an_origin_other_than_chat() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let open = mesabot::service::ticket::open::open;
        for source in Source::REGISTERED {
            let own = &NewTicket { source, ..super::request(&marta, "plataforma") };
            let refused = acts!(ground, marta, START, |act| open(act, own.clone()));
            assert_eq!(refusal(refused), Refusal::StaffRegisters);
            let done = acts!(ground, ana, START, |act| open(act, own.clone())).unwrap();
            assert_eq!(done.ticket.source, source);
        }
    })
    .await;
}

#[tokio::test]
async fn g15_tickets_of_the_previous_version_came_by_chat() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        // The previous version knows every column except the one added after it.
        let columns = "version, status, kind, category, title, description, place, origin, \
                       requester_id, registered_by, impact, urgency, priority, group_key, level, \
                       procedure_version, own_due_at, round, created_at";
        let row =
            &format!("INSERT INTO ticket (number, {columns}) SELECT 2, {columns} FROM ticket");
        let added: Result<(), Error> = acts!(ground, marta, START, |act| async {
            act.tx.execute_unprepared(row).await?;
            Ok(())
        });
        added.unwrap();
        let rows = rows::Entity::find().all(ground.database.reader()).await.unwrap();
        let sources: Vec<Source> = rows.into_iter().map(|row| row.source).collect();
        assert_eq!(sources, [Source::Chat, Source::Chat]);
    })
    .await;
}
