//! What the database counts is what counting ticket by ticket gives, whatever happened to the tickets,
//! and every ticket of the month is listed once, page by page.

use std::ops::Range;

use mesabot::{
    domain::{
        channel::ChannelKind,
        event::Ending,
        id::{PersonId, TicketId, TicketNumber},
        locale::Locale,
        person::Role,
        priority::{Degree, Priority},
        procedure::{Procedure, TicketKind},
        report::{Case, Figures, Month, Ratings, Share, Tally},
        source::Source,
        status::Status,
        time::{DAY, Timestamp},
    },
    entity::{person, survey, ticket, ticket_event},
    migrations::Migrator,
    service::{Error, database::Database},
};
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::support::{desk::uspec, engine::engines, reported};

/// More than two pages.
const TICKETS: i64 = 1_600;
const TECHNICIANS: u64 = 3;

/// Numbers that look like chance and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % sides
    }

    /// An instant around the month: before, within or after it.
    fn instant(&mut self, span: &Range<Timestamp>) -> Timestamp {
        let days = self.number(-30, 90);
        // Also the very first instant and the one after the last.
        match self.below(20) {
            0 => span.start,
            1 => span.end,
            _ => span.start.plus(days * DAY + self.number(0, 1_000)),
        }
    }

    /// A number from `least` on.
    fn number(&mut self, least: i64, sides: u64) -> i64 {
        least + i64::try_from(self.below(sides)).unwrap()
    }

    fn perhaps<T>(&mut self, value: T) -> Option<T> {
        (self.below(2) == 0).then_some(value)
    }
}

/// A ticket to which anything may have happened.
fn ticket(dice: &mut Dice, number: i64, span: &Range<Timestamp>) -> ticket::ActiveModel {
    let endings: Vec<Ending> = Ending::all().collect();
    let ending = endings[usize::try_from(dice.below(9)).unwrap()];
    let closed = dice.instant(span);
    let closed = dice.perhaps(closed);
    let (solved, owned, created) = (dice.instant(span), dice.instant(span), dice.instant(span));
    let technician = PersonId(dice.number(2, TECHNICIANS));
    let left = dice.number(-1, 3);
    let source = if dice.below(4) == 0 { Source::Proactive } else { Source::Chat };
    ticket::ActiveModel {
        confidential: Set(false),
        id: Set(TicketId(number)),
        number: Set(TicketNumber(number)),
        version: Set(0),
        status: Set(if closed.is_some() { Status::Closed } else { Status::InProgress }),
        kind: Set(TicketKind::Incident),
        category: Set(["equipo", "ofimatica"][usize::try_from(dice.below(2)).unwrap()].into()),
        title: Set("El correo no abre".into()),
        description: Set("El correo no abre".into()),
        details: Set(None),
        answers: Set(None),
        place: Set("Piso 2".into()),
        origin: Set(ChannelKind::Telegram),
        source: Set(source),
        requester_id: Set(PersonId(1)),
        registered_by: Set(PersonId(1)),
        impact: Set(Degree::Low),
        urgency: Set(Degree::Low),
        priority: Set(Priority::Low),
        group_key: Set("soporte".into()),
        level: Set(1),
        technician_id: Set(dice.perhaps(technician)),
        follow_up_of: Set(None),
        parent_id: Set(None),
        meant_for: Set(None),
        approval: Set(false),
        procedure_version: Set("uspec".into()),
        edition: Set(None),
        queue_rank: Set(None),
        own_due_at: Set(dice.instant(span)),
        owned_at: Set(dice.perhaps(owned)),
        resolve_due_at: Set(None),
        resolve_left: Set(dice.perhaps(left)),
        promise_level: Set(None),
        promise_group: Set(None),
        warn_at: Set(None),
        own_told: Set(0),
        resolve_told: Set(0),
        suspension: Set(None),
        solution: Set(None),
        solution_answers: Set(None),
        round: Set(i32::try_from(dice.below(2)).unwrap()),
        solved_at: Set(dice.perhaps(solved)),
        next_due_at: Set(None),
        close_at: Set(None),
        closed_at: Set(closed),
        ending: Set(closed.map(|_| ending)),
        created_at: Set(created),
    }
}

async fn fill(database: &Database, span: &Range<Timestamp>) {
    let mut dice = Dice(7);
    let tickets: Vec<_> = (1..=TICKETS).map(|n| ticket(&mut dice, n, span)).collect();
    let people = (1..=4).map(|id| person::ActiveModel {
        id: Set(PersonId(id)),
        name: Set(format!("Persona {id}")),
        role: Set(Role::Technician),
        locale: Set(Locale::Es),
        place: Set(None),
        joined_into: Set(None),
        created_at: Set(Timestamp(0)),
        revoked_at: Set(None),
    });
    let people: Vec<_> = people.collect();
    let (mut surveys, mut events) = (Vec::new(), Vec::new());
    for number in 1..=TICKETS {
        let ticket_id = TicketId(number);
        if dice.below(2) == 0 {
            let stars = i32::try_from(dice.number(1, 5)).unwrap();
            surveys.push(survey::ActiveModel {
                ticket_id: Set(ticket_id),
                round: Set(i32::try_from(dice.below(2)).unwrap()),
                authorised_at: Set(dice.instant(span)),
                stars: Set(dice.perhaps(stars)),
                comment: Set(None),
            });
        }
        for _ in 0..dice.below(3) {
            events.push(ticket_event::ActiveModel {
                ticket_id: Set(ticket_id),
                at: Set(dice.instant(span)),
                actor_id: Set(None),
                channel: Set(None),
                kind: Set("reopened".into()),
                detail: Set(r#"{"kind":"reopened","missing":"todo"}"#.into()),
                ..Default::default()
            });
        }
    }
    let written: Result<(), Error> = database
        .write(|tx| {
            let (people, tickets) = (people.clone(), tickets.clone());
            let (surveys, events) = (surveys.clone(), events.clone());
            Box::pin(async move {
                person::Entity::insert_many(people).exec_without_returning(tx).await?;
                for some in tickets.chunks(200) {
                    let some = some.to_vec();
                    ticket::Entity::insert_many(some).exec_without_returning(tx).await?;
                }
                survey::Entity::insert_many(surveys).exec_without_returning(tx).await?;
                ticket_event::Entity::insert_many(events).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await;
    written.unwrap();
}

/// Counts ticket by ticket.
fn count(cases: &[Case], span: &Range<Timestamp>, procedure: &Procedure) -> Figures {
    let within = |at: Option<Timestamp>| at.is_some_and(|at| span.contains(&at));
    let mut figures = Figures { tickets: cases.len(), ..Figures::default() };
    for case in cases {
        let (received, closed) = (span.contains(&case.received), within(case.closed));
        let counts = case.counts(&procedure.left_out);
        let apart = match case.ending {
            Some(Ending::NotManaged) => Some(&mut figures.not_managed),
            Some(Ending::Withdrawn) => Some(&mut figures.withdrawn),
            Some(Ending::Routed) => Some(&mut figures.routed),
            _ => None,
        };
        let is_apart = apart.is_some();
        if let Some(apart) = apart {
            *apart += usize::from(closed || (!counts && received));
        }
        if !counts {
            continue;
        }
        let solved = within(case.solved);
        let in_time = case.in_time.filter(|_| solved);
        let stars = case.stars.filter(|_| closed);
        let tally = Tally {
            received: usize::from(received),
            solved: usize::from(solved),
            in_time: Share {
                met: usize::from(in_time == Some(true)),
                of: usize::from(in_time.is_some()),
            },
            ratings: Ratings {
                count: usize::from(stars.is_some()),
                sum: usize::from(stars.unwrap_or(0)),
            },
        };
        let technician = case.technician.clone().map(|(id, name)| (name, id));
        let own = technician.map(|technician| figures.technicians.entry(technician).or_default());
        let category = figures.categories.entry(case.category.clone()).or_default();
        for sum in [Some(&mut figures.total), Some(category), own].into_iter().flatten() {
            add(sum, tally);
        }
        figures.proactive += usize::from(received && case.source.is_proactive());
        figures.reopened += case.reopened.len();
        if let Some(prompt) = case.owned_in_time().filter(|_| within(case.owned)) {
            figures.owned.of += 1;
            figures.owned.met += usize::from(prompt);
        }
        if closed && !is_apart {
            figures.closed += 1;
            match case.ending {
                Some(Ending::SelfHelp) => figures.self_help += 1,
                Some(Ending::NoSurvey | Ending::Approved | Ending::Rejected) => {}
                _ => figures.asked += 1,
            }
        }
    }
    figures
}

fn add(sum: &mut Tally, tally: Tally) {
    sum.received += tally.received;
    sum.solved += tally.solved;
    sum.in_time.met += tally.in_time.met;
    sum.in_time.of += tally.in_time.of;
    sum.ratings.count += tally.ratings.count;
    sum.ratings.sum += tally.ratings.sum;
}

#[tokio::test]
async fn the_database_counts_what_counting_ticket_by_ticket_gives() {
    for place in engines().await {
        let database = Database::open(&place.url).await.unwrap();
        database.migrate::<Migrator>().await.unwrap();
        let mut procedure = uspec();
        let month: Month = "2026-03".parse().unwrap();
        let span = month.span(&procedure.calendar);
        fill(&database, &span).await;
        let reader = database.reader();
        let cases = reported::cases(reader, &procedure, month).await;
        for left_out in [vec![], vec![Ending::NotManaged], vec![Ending::Withdrawn, Ending::Silence]]
        {
            procedure.left_out = left_out;
            let figures = reported::figures(reader, &procedure, month).await;
            assert_eq!(figures, count(&cases, &span, &procedure), "{:?}", place.engine);
            assert!(figures.total.received > 0 && figures.owned.met > 0 && figures.reopened > 0);
        }
        let listed: Vec<i64> = cases.iter().map(|case| case.number.0).collect();
        let touched =
            ticket::Entity::find().all(reader).await.unwrap().into_iter().filter(|ticket| {
                let at = [Some(ticket.created_at), ticket.solved_at, ticket.closed_at];
                at.into_iter().flatten().any(|at| span.contains(&at))
            });
        let mut expected: Vec<i64> = touched.map(|ticket| ticket.number.0).collect();
        let events = ticket_event::Entity::find().all(reader).await.unwrap();
        let again = events.into_iter().filter(|event| span.contains(&event.at));
        expected.extend(again.map(|event| event.ticket_id.0));
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(listed, expected, "each once, by number");
        assert!(listed.len() > 1_000, "more than two pages");
        database.close().await;
    }
}
