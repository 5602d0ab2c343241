//! A month's figures over random histories, on every engine: each event counts in exactly one
//! month, a past month does not change, and the sums agree with a naive count.

mod journal;
mod stories;

use std::ops::Range;

use mesabot::{
    config::procedure,
    domain::{
        ending::Ending,
        id::{PersonId, TicketNumber},
        person::{Doer, Role},
        priority::Priority,
        procedure::Procedure,
        report::{Case, Figures, Month},
        status::Status,
        time::{HOUR, MINUTE, Timestamp},
    },
    entity::ticket as row,
    service::{
        Error, people as service_people,
        ticket::{
            Done, categorise, close, follow_up, hand_over, not_manage, open, route,
            self_help::{self, HelpfulStep},
            solve, survey, suspend, triage,
        },
    },
};

use self::journal::{Journal, Totals};
use super::{Ground, START, acts, on_every_engine, request};
use crate::support::reported;

/// How many acts are tried in a history of about eight months.
const TRIES: usize = 2_200;

/// Pseudo-random numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one<'o, T>(&mut self, of: &'o [T]) -> &'o T {
        &of[self.below(of.len())]
    }

    /// The next instant: some hours later, and now and then the exact edge of a month.
    fn later(&mut self, now: Timestamp, month: &Range<Timestamp>) -> Timestamp {
        let hours = i64::try_from(self.below(6)).unwrap();
        let next = now.plus(hours * HOUR + MINUTE);
        if next < month.end {
            return next;
        }
        match self.below(3) {
            0 => month.end,
            1 if now < month.end.plus(-1) => month.end.plus(-1),
            _ => next,
        }
    }
}

/// The people of the desk and their choices. Ana is a technician and also a requester; Pedro has no
/// reachable chat.
struct People {
    groups: [&'static str; 2],
    categories: [&'static str; 3],
    staff: [Doer; 3],
    luz: Doer,
    requesters: [Doer; 3],
}

impl People {
    async fn of(ground: &Ground, groups: [&'static str; 2], categories: [&'static str; 3]) -> Self {
        let ana = ground.enrols("Ana", Role::Technician, &groups[..1]).await;
        let beto = ground.enrols("Beto", Role::Technician, &groups).await;
        let olga = ground.enrols("Olga", Role::Technician, &groups[1..]).await;
        let luz = ground.enrols("Luz", Role::Supervisor, &groups[..1]).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let pedro = ground.enrols("Pedro", Role::Requester, &[]).await;
        for person in [&ana, &marta] {
            hears(ground, id(person)).await;
        }
        let staff = [ana.clone(), beto, olga];
        let requesters = [ana, marta, pedro];
        Self { groups, categories, staff, luz, requesters }
    }

    fn reachable(&self) -> [PersonId; 2] {
        [id(&self.requesters[0]), id(&self.requesters[1])]
    }
}

fn id(person: &Doer) -> PersonId {
    person.person().unwrap().id
}

/// Gives a person a private chat.
async fn hears(ground: &Ground, person: PersonId) {
    let heard: Result<(), Error> = ground
        .database
        .write(|tx| {
            Box::pin(async move {
                let account = service_people::linking::accounts(tx, person).await?.remove(0);
                service_people::note_private_message(tx, &account, &format!("chat-{person}"), START)
                    .await
            })
        })
        .await;
    heard.unwrap();
}

/// A month as it was reported right after its end.
struct Reported {
    month: Month,
    figures: Figures,
    cases: Vec<Case>,
    book: Vec<u8>,
}

impl Reported {
    async fn of(ground: &Ground, month: Month, now: Timestamp) -> Self {
        let reader = ground.database.reader();
        let rules = &*ground.procedure;
        Self {
            month,
            figures: reported::figures(reader, rules, month).await,
            cases: reported::cases(reader, rules, month).await,
            book: reported::workbook(reader, rules, month, now).await,
        }
    }
}

/// Tries an event of a ticket's life, caused by one of the people at `now`.
async fn tries(
    ground: &Ground,
    people: &People,
    dice: &mut Dice,
    now: Timestamp,
    known: usize,
) -> (Doer, Result<Done, Error>) {
    let number = TicketNumber(i64::try_from(dice.below(known.clamp(1, 8))).unwrap());
    // Mostly recent tickets, and a few older ones.
    let number = TicketNumber(i64::try_from(known).unwrap() - number.0);
    let found = row_of(ground, number).await;
    let holder = found.as_ref().and_then(|ticket| {
        people.staff.iter().find(|person| Some(id(person)) == ticket.technician_id)
    });
    let staff = match (dice.below(8), holder) {
        (0, _) => people.luz.clone(),
        (1, _) | (_, None) => dice.one(&people.staff).clone(),
        (_, Some(holder)) => holder.clone(),
    };
    let to = id(dice.one(&people.staff));
    let group = *dice.one(&people.groups);
    let category = *dice.one(&people.categories);
    let priority = *dice.one(&[Priority::Low, Priority::Medium, Priority::Critical]);
    let stars = u8::try_from(dice.below(5)).unwrap() + 1;
    let asker = found.as_ref().and_then(|ticket| {
        people.requesters.iter().find(|person| id(person) == ticket.requester_id)
    });
    let asker = asker.unwrap_or(&people.requesters[0]).clone();
    let round = found.as_ref().map_or(0, |ticket| ticket.round);
    // Most events on a solved ticket come from its requester.
    let solved = found.as_ref().is_some_and(|ticket| ticket.status == Status::Solved);
    let what = if solved && dice.below(3) > 0 { 15 + dice.below(5) } else { dice.below(27) };
    match what {
        0..3 | 24..27 if found.as_ref().is_none_or(|ticket| ticket.closed_at.is_some()) => {
            let asker = dice.one(&people.requesters).clone();
            let new = &request(&asker, category);
            let done = match dice.below(8) {
                0 => {
                    let step = &HelpfulStep { number: 1, text: "Reinícielo.".to_owned() };
                    acts!(ground, asker, now, |act| {
                        self_help::open_helped(act, new.clone(), step.clone())
                    })
                }
                _ => acts!(ground, asker, now, |act| open::open(act, new.clone())),
            };
            (asker, done)
        }
        0..7 => (staff.clone(), acts!(ground, staff, now, |act| hand_over::accept(act, number))),
        7 => {
            let done = acts!(ground, people.luz, now, |act| hand_over::assign(act, number, to));
            (people.luz.clone(), done)
        }
        8 => {
            let done = acts!(ground, staff, now, |act| {
                hand_over::escalate(act, number, group, "No es de aquí")
            });
            (staff, done)
        }
        9 => {
            let done =
                acts!(ground, staff, now, |act| suspend::suspend(act, number, "Falta un dato"));
            (staff, done)
        }
        10 => {
            let done =
                acts!(ground, staff, now, |act| suspend::pass_to_vendor(act, number, "Garantía"));
            (staff, done)
        }
        11 => (staff.clone(), acts!(ground, staff, now, |act| suspend::resume(act, number))),
        12..15 => {
            (staff.clone(), acts!(ground, staff, now, |act| solve::solve(act, number, "Listo")))
        }
        15..17 => (
            asker.clone(),
            acts!(ground, asker, now, |act| solve::reject(act, number, round, "No")),
        ),
        17 => {
            (asker.clone(), acts!(ground, asker, now, |act| survey::authorise(act, number, round)))
        }
        18..20 => (
            asker.clone(),
            acts!(ground, asker, now, |act| survey::rate(act, number, round, stars)),
        ),
        20 => match dice.below(3) {
            1 => {
                (staff.clone(), acts!(ground, staff, now, |act| route::route(act, number, "redes")))
            }
            0 => (asker.clone(), acts!(ground, asker, now, |act| close::withdraw(act, number))),
            _ => {
                let done =
                    acts!(ground, staff, now, |act| not_manage::not_manage(act, number, "Faltó"));
                (staff, done)
            }
        },
        21 => {
            let done = acts!(ground, staff, now, |act| triage::prioritise(act, number, priority));
            (staff, done)
        }
        22 => {
            let done = acts!(ground, staff, now, |act| categorise::categorise(
                act,
                number,
                category,
                Default::default()
            ));
            (staff, done)
        }
        _ => (staff.clone(), acts!(ground, staff, now, |act| follow_up::note(act, number, "Nota"))),
    }
}

async fn row_of(ground: &Ground, number: TicketNumber) -> Option<row::Model> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let found = row::Entity::find().filter(row::Column::Number.eq(number));
    found.one(ground.database.reader()).await.unwrap()
}

/// Runs what is due: silence closes tickets.
async fn sweeps(ground: &Ground, journal: &mut Journal, now: Timestamp) {
    for number in close::due(ground.database.reader(), now, 1_000).await.unwrap() {
        let desk = Doer::Desk;
        let done = acts!(ground, desk, now, |act| close::pass_time(act, number));
        if let Some(done) = done.unwrap() {
            journal.note(now, &Doer::Desk, done);
        }
    }
}

/// Runs months of random history; returns the report of each month right at its end, and the
/// current month.
async fn lives(
    ground: &Ground,
    people: &People,
    journal: &mut Journal,
    seed: u64,
) -> (Vec<Reported>, Month) {
    let calendar = ground.procedure.desk_calendar();
    let mut dice = Dice(seed);
    let mut now = START;
    let mut month = Month::of(calendar, now);
    let mut over = Vec::new();
    for _ in 0..TRIES {
        now = dice.later(now, &month.span(calendar));
        if Month::of(calendar, now) != month {
            over.push(Reported::of(ground, month, now).await);
            stands_as_stored(ground, &over.last().unwrap().cases).await;
            month = month.next();
        }
        sweeps(ground, journal, now).await;
        let (doer, done) = tries(ground, people, &mut dice, now, journal.tickets()).await;
        match done {
            Ok(done) => journal.note(now, &doer, done),
            Err(Error::Refused(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    (over, month)
}

/// A report of the month that has just ended agrees with the rows of its tickets.
async fn stands_as_stored(ground: &Ground, cases: &[Case]) {
    for case in cases {
        let row = row_of(ground, case.number).await.unwrap();
        assert_eq!(
            (case.status, case.priority, &case.category, &case.group),
            (row.status, row.priority, &row.category, &row.group_key),
            "{}",
            case.number
        );
        assert_eq!(case.technician.as_ref().map(|(id, _)| *id), row.technician_id);
        assert_eq!(
            (case.solved, case.closed, case.ending),
            (row.solved_at, row.closed_at, row.ending)
        );
        assert_eq!((&case.solution, case.owned), (&row.solution, row.owned_at));
        let in_time = row.solved_at.and(row.resolve_left).map(|left| left >= 0);
        assert_eq!((case.in_time, case.own_due), (in_time, row.own_due_at), "{}", case.number);
    }
}

#[tokio::test]
async fn each_event_counts_in_one_month_and_past_months_stay() {
    on_every_engine(async |ground| {
        let categories = ["plataforma", "ofimatica", "impresion"];
        let people = People::of(ground, ["soporte", "impresion"], categories).await;
        counts_as_it_happened(ground, &people, 7).await;
    })
    .await;
}

#[tokio::test]
async fn each_event_counts_in_one_month_with_routed_and_unmanaged_requests() {
    on_every_engine(async |ground| {
        ground.runs_on(cvc()).await;
        let categories = ["equipo", "ofimatica", "impresora"];
        let people = People::of(ground, ["soporte", "nivel2"], categories).await;
        counts_as_it_happened(ground, &people, 11).await;
    })
    .await;
}

/// A desk with routed and unmanaged requests.
fn cvc() -> Procedure {
    const CVC: &str = include_str!("../../../config/procedures/cvc.toml");
    procedure::read("cvc.toml", CVC).expect("the procedure is valid")
}

async fn counts_as_it_happened(ground: &Ground, people: &People, seed: u64) {
    let mut journal = Journal::new(people.reachable());
    let (over, under_way) = lives(ground, people, &mut journal, seed).await;
    assert!(over.len() >= 4, "several months: {}", over.len());
    let calendar = ground.procedure.desk_calendar();
    let mut months: Vec<Month> = over.iter().map(|reported| reported.month).collect();
    months.push(under_way);
    let end = under_way.span(calendar).end;
    for reported in &over {
        let again = Reported::of(ground, reported.month, end).await;
        assert_eq!(again.figures, reported.figures, "{}", reported.month);
        assert_eq!(again.cases, reported.cases, "{}", reported.month);
        assert!(again.book == reported.book, "{}: the same bytes", reported.month);
    }
    let mut rules = (*ground.procedure).clone();
    for left_out in [vec![Ending::NotManaged], vec![Ending::Withdrawn, Ending::Silence], vec![]] {
        rules.left_out = left_out;
        let mut end = 0;
        for month in &months {
            let figures = reported::figures(ground.database.reader(), &rules, *month).await;
            let counted = journal.count(&month.span(calendar), &rules.left_out);
            assert_eq!(figures, counted, "{month}");
            let backlog = figures.backlog;
            assert_eq!(backlog.start, end, "{month}: it starts with the last month's end");
            end = backlog.end;
            assert_eq!(backlog.start + backlog.entered - backlog.left, end, "{month}");
        }
    }
    sums_are_totals(ground, &rules, &months, &journal).await;
}

/// If no outcome is left out, every event counts in one month.
async fn sums_are_totals(ground: &Ground, rules: &Procedure, months: &[Month], journal: &Journal) {
    let mut sums = Totals::default();
    for month in months {
        let figures = reported::figures(ground.database.reader(), rules, *month).await;
        sums.received += figures.total.received;
        sums.taken += figures.owned.of;
        sums.solved += figures.total.solved;
        sums.ended += figures.closed + figures.withdrawn + figures.not_managed + figures.routed;
        sums.reopened += figures.reopenings;
        sums.rated += figures.total.ratings.count;
    }
    assert_eq!(sums, journal.totals(), "each event in one month");
    assert!(sums.received >= 60 && sums.taken >= 40 && sums.ended >= 40, "{sums:?}");
    assert!(sums.solved >= 40 && sums.reopened >= 8 && sums.rated >= 8, "{sums:?}");
}
