//! Visits and equipment on real engines: each plan, notice and record is written once.

use mesabot::{
    config::procedure,
    domain::{
        event::Event,
        id::TicketNumber,
        person::{Doer, Role},
        priority::Priority,
        procedure::Procedure,
        refusal::Refusal,
        status::Status,
        time::{DAY, HOUR, MINUTE, Timestamp},
        visit::{Outcome, Unfit, Whereabouts},
    },
    entity::{ticket as rows, visit as visits},
    service::{
        Error,
        ticket::{
            categorise::{Particulars, categorise},
            equipment, find, hand_over, solve, suspend, triage, visit,
        },
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Ground, START, acts, on_every_engine};

const ONE: TicketNumber = TicketNumber(1);
const TWO: TicketNumber = TicketNumber(2);

fn narino() -> Procedure {
    let text = include_str!("../../../config/procedures/narino.toml");
    let mut procedure = procedure::read("narino.toml", text).expect("the procedure is valid");
    // The fields of a solution have tests of their own.
    procedure.categories.iter_mut().for_each(|category| category.solution_fields.clear());
    procedure
}

fn at(minutes: i64) -> Timestamp {
    START.plus(minutes * MINUTE)
}

async fn every_visit(ground: &Ground) -> Vec<visits::Model> {
    let all = visits::Entity::find().order_by_asc(visits::Column::Id);
    all.all(ground.database.reader()).await.unwrap()
}

async fn ticket(ground: &Ground, number: TicketNumber) -> rows::Model {
    let found = rows::Entity::find().filter(rows::Column::Number.eq(number));
    found.one(ground.database.reader()).await.unwrap().expect("there is a ticket")
}

/// The notices about visits that are due at an instant.
async fn said(ground: &Ground, now: Timestamp) -> Vec<visit::VisitMessage> {
    let mut said = Vec::new();
    for due in visit::due(ground.database.reader(), now, 10).await.unwrap() {
        let word =
            acts!(ground, Doer::Desk, now, |act| visit::pass_time(act, due.0, due.1)).unwrap();
        said.extend(word.map(|(_, _, word)| word));
    }
    said
}

#[tokio::test]
async fn n5_every_visit_is_a_row_and_each_notice_is_sent_once() {
    on_every_engine(async |ground| {
        ground.runs_on(narino()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["apoyo"]).await;
        ground.opens(&marta, "computador").await.unwrap();
        let done = acts!(ground, luis, at(5), |act| visit::schedule(act, ONE, at(120))).unwrap();
        let kinds: Vec<&str> = done.events.iter().map(Event::kind).collect();
        assert_eq!(
            kinds,
            ["accepted", "visit_scheduled"],
            "the technician who plans the visit has the ticket"
        );
        assert_eq!(done.ticket.status, Status::Suspended);
        assert_eq!((done.ticket.owned_at, done.ticket.resolve_due_at), (Some(at(5)), None));
        assert_eq!(said(ground, at(90).plus(-1)).await, []);
        assert_eq!(said(ground, at(90)).await, [visit::VisitMessage::Reminder]);
        assert_eq!(said(ground, at(100)).await, [], "once");
        assert_eq!(said(ground, at(180).plus(-1)).await, []);
        assert_eq!(said(ground, at(180)).await, [visit::VisitMessage::Question]);
        assert_eq!(said(ground, at(9_000)).await, [], "once");
        let note = "Nadie abrió";
        let done = acts!(ground, luis, at(190), |act| visit::miss(act, ONE, note)).unwrap();
        assert_eq!(done.ticket.status, Status::Suspended);
        let again = at(26 * 60);
        acts!(ground, marta, at(200), |act| visit::choose(act, ONE, again)).unwrap();
        acts!(ground, luis, at(210), |act| visit::schedule(act, ONE, at(27 * 60))).unwrap();
        acts!(ground, luis, at(27 * 60), |act| visit::arrive(act, ONE)).unwrap();
        let once_more =
            acts!(ground, luis, at(27 * 60 + 1), |act| visit::arrive(act, ONE)).unwrap();
        assert_eq!(once_more.events, [], "a second arrival has no effect");
        acts!(ground, luis, at(28 * 60), |act| solve::solve(act, ONE, "Listo")).unwrap();
        let all = every_visit(ground).await;
        let outcomes: Vec<_> = all.iter().map(|row| (row.scheduled_at, row.outcome)).collect();
        let expected = [
            (at(120), Some(Outcome::Absent)),
            (again, Some(Outcome::Moved)),
            (at(27 * 60), Some(Outcome::Made)),
        ];
        assert_eq!(outcomes, expected);
        assert_eq!(all[0].note.as_deref(), Some(note));
        assert_eq!((all[0].arrived_at, all[0].ended_at), (Some(at(190)), Some(at(190))));
        assert_eq!((all[1].scheduled_by, all[1].agreed), (marta.person().unwrap().id, true));
        assert!(all.iter().all(|row| row.due_at.is_none()));
    })
    .await;
}

#[tokio::test]
async fn n5_after_a_night_offline_only_the_latest_notice_is_sent() {
    on_every_engine(async |ground| {
        ground.runs_on(narino()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["apoyo"]).await;
        ground.opens(&marta, "computador").await.unwrap();
        acts!(ground, luis, START, |act| visit::schedule(act, ONE, at(120))).unwrap();
        assert_eq!(said(ground, at(125)).await, [], "too late to remind, too early to ask");
        assert_eq!(said(ground, at(24 * 60)).await, [visit::VisitMessage::Question]);
    })
    .await;
}

#[tokio::test]
async fn n5_visits_of_one_technician_never_overlap() {
    on_every_engine(async |ground| {
        ground.runs_on(narino()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["apoyo"]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["apoyo"]).await;
        for _ in 0..3 {
            ground.opens(&marta, "computador").await.unwrap();
        }
        acts!(ground, luis, START, |act| visit::schedule(act, ONE, at(120))).unwrap();
        for (when, why) in [
            (at(120), Unfit::Taken),
            (at(179), Unfit::Taken),
            (at(-1), Unfit::Past),
            (at(5 * 60), Unfit::OutOfHours),
            (START.plus(91 * DAY), Unfit::TooFar),
        ] {
            let refused = acts!(ground, luis, START, |act| visit::schedule(act, TWO, when));
            let expected = Refusal::NoVisitThen { number: TWO, at: when, why };
            assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal == expected));
        }
        assert_eq!(every_visit(ground).await.len(), 1, "a refused visit leaves no row");
        acts!(ground, luis, START, |act| visit::schedule(act, TWO, at(180))).unwrap();
        let three = TicketNumber(3);
        acts!(ground, ana, START, |act| visit::schedule(act, three, at(120))).unwrap();
        // The requester's choice of a time is bound by the same rule.
        let taken = acts!(ground, marta, START, |act| visit::choose(act, TWO, at(130)));
        assert!(matches!(taken, Err(Error::Refused(Refusal::NoVisitThen { .. }))));
        // A visit moved by half an hour does not overlap with itself.
        acts!(ground, ana, START, |act| visit::schedule(act, three, at(150))).unwrap();
    })
    .await;
}

#[tokio::test]
async fn n6_a_ticket_cannot_end_while_its_equipment_is_away() {
    on_every_engine(async |ground| {
        ground.runs_on(narino()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["apoyo"]).await;
        ground.opens(&marta, "computador").await.unwrap();
        let take = async |to, now| {
            acts!(ground, luis, at(now), |act| equipment::take(act, ONE, to, "CPU"))
        };
        let done = take(Whereabouts::Workshop, 5).await.unwrap();
        assert_eq!(done.ticket.status, Status::InProgress);
        let refused = acts!(ground, luis, at(6), |act| solve::solve(act, ONE, "Listo"));
        let what = "CPU".to_owned();
        let away = Refusal::EquipmentAway { number: ONE, what, at: Whereabouts::Workshop };
        assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal == away));
        let early = acts!(ground, marta, at(7), |act| equipment::receive(act, ONE));
        assert!(
            matches!(early, Err(Error::Refused(Refusal::VisitOver(_)))),
            "the equipment is away"
        );
        // From the workshop to the vendor.
        let done = take(Whereabouts::Vendor, 10).await.unwrap();
        assert_eq!(done.ticket.status, Status::WithVendor);
        let back = acts!(ground, luis, at(70), |act| equipment::give_back(act, ONE)).unwrap();
        assert_eq!(back.ticket.status, Status::InProgress);
        let twice = acts!(ground, luis, at(71), |act| equipment::give_back(act, ONE));
        assert!(matches!(twice, Err(Error::Refused(Refusal::NoEquipmentAway(_)))));
        acts!(ground, marta, at(72), |act| equipment::receive(act, ONE)).unwrap();
        let again = acts!(ground, marta, at(73), |act| equipment::receive(act, ONE)).unwrap();
        assert_eq!(again.events, []);
        acts!(ground, luis, at(75), |act| solve::solve(act, ONE, "Listo")).unwrap();
        let history = find::history(ground.database.reader(), ticket(ground, ONE).await.id).await;
        let moved = history.unwrap().into_iter().filter(|entry| {
            matches!(entry.event, Event::EquipmentMoved { .. } | Event::EquipmentReturned { .. })
        });
        assert_eq!(moved.count(), 3);
    })
    .await;
}

#[tokio::test]
async fn n3_a_new_priority_sets_new_times_and_keeps_the_time_used() {
    on_every_engine(async |ground| {
        ground.runs_on(narino()).await;
        let calendar = narino().desk_calendar().clone();
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["apoyo"]).await;
        ground.opens(&marta, "computador").await.unwrap();
        let before = ticket(ground, ONE).await;
        assert_eq!(before.priority, Priority::Medium);
        let critical = Priority::Critical;
        acts!(ground, luis, at(10), |act| triage::prioritise(act, ONE, critical)).unwrap();
        let now = ticket(ground, ONE).await;
        assert_eq!((now.own_due_at, now.resolve_due_at), (at(30), Some(at(240))));
        assert!(now.queue_rank < before.queue_rank, "its place in the queue is earlier");
        assert!(now.warn_at < before.warn_at, "its warning is earlier");
        // Accepted at minute 20, visited from minute 60, back to low three hours later: one hour
        // has run.
        acts!(ground, luis, at(20), |act| hand_over::accept(act, ONE)).unwrap();
        acts!(ground, luis, at(60), |act| visit::schedule(act, ONE, at(420))).unwrap();
        assert_eq!(ticket(ground, ONE).await.resolve_left, Some(3 * HOUR));
        let low = Priority::Low;
        acts!(ground, luis, at(400), |act| triage::prioritise(act, ONE, low)).unwrap();
        let waits = ticket(ground, ONE).await;
        assert_eq!((waits.own_due_at, waits.resolve_left), (at(30), Some(23 * HOUR)));
        acts!(ground, luis, at(420), |act| visit::arrive(act, ONE)).unwrap();
        let due = calendar.add_working(at(420), 23 * HOUR);
        assert_eq!(ticket(ground, ONE).await.resolve_due_at, Some(due));
        let same = acts!(ground, luis, at(430), |act| triage::prioritise(act, ONE, low));
        assert!(matches!(same, Err(Error::Refused(Refusal::SamePriority(_, Priority::Low)))));
        let asked = Particulars::default;
        let unknown = acts!(ground, luis, at(430), |act| categorise(act, ONE, "nada", asked()));
        assert!(matches!(unknown, Err(Error::Refused(Refusal::UnknownCategory(_)))));
    })
    .await;
}

#[tokio::test]
async fn n5_a_visit_follows_its_ticket() {
    on_every_engine(async |ground| {
        ground.runs_on(narino()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["apoyo"]).await;
        ground.opens(&marta, "computador").await.unwrap();
        ground.opens(&marta, "computador").await.unwrap();
        // Solved remotely, so the visit is cancelled.
        acts!(ground, luis, START, |act| visit::schedule(act, ONE, at(120))).unwrap();
        let done = acts!(ground, luis, at(5), |act| solve::solve(act, ONE, "Listo")).unwrap();
        assert_eq!(done.events.last(), Some(&Event::VisitCancelled { at: at(120) }));
        // A technician who suspends the ticket has left, and arrives a second time.
        acts!(ground, luis, at(10), |act| visit::arrive(act, TWO)).unwrap();
        acts!(ground, luis, at(20), |act| suspend::suspend(act, TWO, "Falta un cable")).unwrap();
        let done = acts!(ground, luis, at(30), |act| visit::arrive(act, TWO)).unwrap();
        assert_eq!(done.ticket.status, Status::EscalatedOnSite);
        assert_eq!(done.ticket.suspension, None);
        let outcomes: Vec<_> = every_visit(ground).await.iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [Some(Outcome::Cancelled), Some(Outcome::Made), None]);
        let reader = ground.database.reader();
        let place =
            |ticket: rows::Model| find::place(&ticket).expect("an open ticket is in a queue");
        let second = place(ticket(ground, TWO).await);
        assert_eq!(find::before(reader, "apoyo", second).await.unwrap(), 0);
        ground.opens(&marta, "computador").await.unwrap();
        // The third ticket is due sooner, for the second was suspended; a solved ticket is in no
        // queue.
        let third = place(ticket(ground, TicketNumber(3)).await);
        assert_eq!(find::before(reader, "apoyo", third).await.unwrap(), 0);
        assert_eq!(find::before(reader, "apoyo", second).await.unwrap(), 1);
        assert_eq!(find::before(reader, "profesional", second).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn n5_a_procedure_without_visits_has_none() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        let refused = acts!(ground, luis, START, |act| visit::schedule(act, ONE, at(120)));
        assert!(matches!(refused, Err(Error::Refused(Refusal::NotInProcedure(_)))));
        let refused = acts!(ground, luis, START, |act| visit::arrive(act, ONE));
        assert!(matches!(refused, Err(Error::Refused(Refusal::NotInProcedure(_)))));
    })
    .await;
}
