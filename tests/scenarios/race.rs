//! Two technicians race for the same ticket, a thousand times: one wins, and the loser is told who
//! won (G3). Once through the chat with the whole desk running, once directly at the service with
//! true concurrency on each engine, and a few times on every pair of networks.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use mesabot::{
    app::App,
    chat::{Desk, button::Code},
    clock::{Clock, SystemClock},
    domain::{
        channel::ChannelKind,
        id::TicketNumber,
        locale::Locale,
        person::{Access, Actor, Doer, Role},
        priority::Degree,
        refusal::Refusal,
        source::Source,
        status::Status,
        verb::Verb,
    },
    entity::{ticket, ticket_event},
    service::{
        Act, Error,
        ticket::{
            hand_over,
            open::{self, NewTicket},
        },
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use sea_orm::EntityTrait;
use tokio::sync::Barrier;

use crate::support::{
    desk::uspec,
    engine::{Engine, TestDatabase, migrated_engines},
    live::{LiveDesk, enrol},
    pairing::{Person, in_every_pairing},
    telegram::{Effect, Emulator},
};

const RACES: i64 = 1_000;
const ANA: i64 = 1;
const TECHNICIANS: [(i64, &str); 2] = [(11, "Marta"), (12, "Luis")];
const DEADLINE: Duration = Duration::from_secs(60);

/// Opens this many tickets for one requester, and returns their numbers.
async fn open_tickets(app: &App, requester: &Actor, tickets: i64) -> Vec<TicketNumber> {
    let mut numbers = Vec::new();
    let opened: Result<Vec<TicketNumber>, Error> = app
        .database
        .write(|tx| {
            Box::pin(async move {
                let procedure = &app.desk.procedure;
                let doer = Doer::Person(requester.clone());
                let channel = Some(ChannelKind::Telegram);
                let act = Act { tx, procedure, now: SystemClock.now(), doer, channel };
                let mut numbers = Vec::new();
                for _ in 0..tickets {
                    let new = NewTicket {
                        requester: requester.id,
                        category: "ofimatica".into(),
                        group: None,
                        description: "No imprime".into(),
                        details: None,
                        answers: vec![],
                        place: "Sede principal".into(),
                        impact: Degree::Low,
                        urgency: Degree::Low,
                        follow_up_of: None,
                        parent: None,
                        source: Source::Chat,
                    };
                    numbers.push(open::open(&act, new).await?.ticket.number);
                }
                Ok(numbers)
            })
        })
        .await;
    numbers.extend(opened.unwrap());
    numbers
}

/// Checks that each ticket is in progress and was accepted once. Returns the winner of each.
async fn winners(app: &App) -> BTreeMap<TicketNumber, i64> {
    let tickets = ticket::Entity::find().all(app.database.reader()).await.unwrap();
    let events = ticket_event::Entity::find().all(app.database.reader()).await.unwrap();
    let mut accepted: BTreeMap<i64, usize> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == "accepted") {
        *accepted.entry(event.ticket_id.0).or_default() += 1;
    }
    let winner = |ticket: &ticket::Model| {
        assert_eq!(ticket.status, Status::InProgress);
        assert_eq!(accepted.get(&ticket.id.0), Some(&1), "accepted once: #{}", ticket.number);
        (ticket.number, ticket.technician_id.expect("the ticket has a technician").0)
    };
    tickets.iter().map(winner).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_pressed_accepts_one_wins_and_the_loser_is_told_who() {
    let seed = rand::random();
    println!("seed {seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let database = TestDatabase::in_memory();
    let emulator = Emulator::start().await;
    let mut desk = LiveDesk::open(&emulator, &database.url).await;
    let ana = desk.enrol(ANA, "Ana", Role::Requester, &[]).await;
    emulator.add_user(ANA, "Ana", "es");
    emulator.says(ANA, ANA, "/ayuda");
    let mut names = BTreeMap::new();
    for (id, name) in TECHNICIANS {
        emulator.add_user(id, name, "es");
        emulator.says(id, id, "/ayuda");
        let technician = desk.enrol(id, name, Role::Technician, &["soporte"]).await;
        names.insert(technician.id.0, (id, name));
    }
    let tickets = open_tickets(&desk.app, &ana, RACES).await;
    desk.start().await;

    // In half of the races the two presses are adjacent, in one batch or across two; in the other
    // half any number of presses on other tickets lie between.
    let mut order: Vec<(TicketNumber, i64)> = Vec::new();
    let (close, wide) = tickets.split_at(tickets.len() / 2);
    let mut racers = TECHNICIANS.map(|(id, _)| id);
    for number in wide {
        order.extend(racers.map(|racer| (*number, racer)));
    }
    order.shuffle(&mut dice);
    for number in close {
        racers.shuffle(&mut dice);
        order.extend(racers.map(|racer| (*number, racer)));
    }
    let mut presses = BTreeMap::new();
    while !order.is_empty() {
        let batch = dice.random_range(1..=order.len().min(60));
        for (number, racer) in order.drain(..batch) {
            let code = Code::Ticket(Verb::Accept, number).encode();
            presses.insert((number, racer), emulator.presses(racer, racer, 1, &code));
        }
        let answered = presses.len();
        emulator.wait_until(|ledger| ledger.answers().count() >= answered, DEADLINE).await;
    }

    let winners = winners(&desk.app).await;
    assert_eq!(winners.len(), tickets.len());
    let mut answers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    emulator.read(|ledger| {
        for effect in &ledger.effects {
            if let Effect::Answered { query, text, .. } = effect {
                answers.entry(query.clone()).or_default().push(text.clone().unwrap_or_default());
            }
        }
    });
    let mut score: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, winner) in winners {
        let (id, name) = names[&winner];
        *score.entry(name).or_default() += 1;
        for (racer, _) in TECHNICIANS {
            let expected = if racer == id {
                format!("El caso #{number} es suyo.")
            } else {
                format!("El caso #{number} ya lo tiene {name}.")
            };
            assert_eq!(answers[&presses[&(number, racer)]], [expected]);
        }
    }
    println!("{RACES} races over the wire: {score:?}");
    assert!(emulator.read(|ledger| ledger.violations.is_empty()));
    desk.close().await;
}

#[test]
fn on_every_pair_of_networks_one_technician_wins_a_race() {
    let seed = rand::random();
    println!("seed {seed}");
    in_every_pairing(async |desk| {
        let mut dice = StdRng::seed_from_u64(seed);
        // One technician on each side of the pairing.
        let marta =
            desk.staff_on(desk.pairing.requester, "Marta", Role::Technician, &["soporte"]).await;
        let luis =
            desk.staff_on(desk.pairing.technician, "Luis", Role::Technician, &["soporte"]).await;
        let ana = desk.requester("Ana");
        for n in 1..=5 {
            desk.opens_ticket(&ana, &format!("Falla número {n}")).await;
            for person in [&ana, &marta, &luis] {
                person.reads();
            }
            let mut racers = [&marta, &luis];
            racers.shuffle(&mut dice);
            for racer in racers {
                racer.taps(&racer.holds("Aceptar"));
            }
            for racer in racers {
                desk.settles_after(racer).await;
            }
            let ticket = desk.newest().await;
            let accepted = desk.history(ticket.number).await;
            assert_eq!(accepted, ["opened", "accepted"]);
            let answers = racers.map(Person::reads);
            let won = racers
                .iter()
                .zip(&answers)
                .filter(|(_, answer)| answer.starts_with(&format!("El caso #{n} es suyo.")));
            let won: Vec<&str> = won.map(|(racer, _)| racer.name.as_str()).collect();
            let [winner] = won[..] else { panic!("one wins: {answers:?}") };
            let lost = format!("El caso #{n} ya lo tiene {winner}.");
            assert_eq!(
                answers.iter().filter(|answer| answer.starts_with(&lost)).count(),
                1,
                "{answers:?}"
            );
            ana.reads();
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_concurrent_accepts_one_wins_on_each_engine() {
    for database in migrated_engines().await {
        race_at_the_service(&database).await;
    }
}

/// Two desks on one database, like two replicas, each let a technician accept at the same time.
async fn race_at_the_service(database: &TestDatabase) {
    let desk = Desk {
        procedure: Arc::new(uspec()),
        access: Access::Open,
        locale: Locale::Es,
        server: None,
    };
    let open =
        async || App::open(&database.url, desk.clone(), Arc::new(SystemClock)).await.unwrap();
    let houses = [open().await, open().await];
    let ana = enrol(&houses[0], ANA, "Ana", Role::Requester, &[]).await;
    let mut technicians = Vec::new();
    for (id, name) in TECHNICIANS {
        technicians.push(enrol(&houses[0], id, name, Role::Technician, &["soporte"]).await);
    }
    let tickets = open_tickets(&houses[0], &ana, RACES).await;
    let start = Arc::new(Barrier::new(2));
    let racing = houses.iter().cloned().zip(technicians.clone()).map(|(app, technician)| {
        let tickets = tickets.clone();
        let start = Arc::clone(&start);
        tokio::spawn(async move {
            let mut outcomes = Vec::new();
            for number in tickets {
                start.wait().await;
                outcomes.push(accept(&app, &technician, number).await);
            }
            outcomes
        })
    });
    let racing: Vec<_> = racing.collect();
    let mut outcomes = Vec::new();
    for racer in racing {
        outcomes.push(racer.await.unwrap());
    }

    let winners = winners(&houses[0]).await;
    let mut score = [0, 0];
    for (at, number) in tickets.iter().enumerate() {
        let winner = technicians.iter().position(|one| one.id.0 == winners[number]).unwrap();
        score[winner] += 1;
        assert!(matches!(&outcomes[winner][at], Ok(())), "{:?}", outcomes[winner][at]);
        let Err(Error::Refused(refusal)) = &outcomes[1 - winner][at] else {
            panic!("#{number}: the other one was not refused: {:?}", outcomes[1 - winner][at]);
        };
        let technician = technicians[winner].name.clone();
        assert_eq!(*refusal, Refusal::AlreadyTaken { number: *number, technician });
    }
    let engine = if database.engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    println!("{RACES} races on {engine}: {score:?}");
    for app in houses {
        app.database.close().await;
    }
}

async fn accept(app: &App, technician: &Actor, number: TicketNumber) -> Result<(), Error> {
    let accepting = app.database.write(|tx| {
        Box::pin(async move {
            let procedure = &app.desk.procedure;
            let doer = Doer::Person(technician.clone());
            let channel = Some(ChannelKind::Telegram);
            let act = Act { tx, procedure, now: SystemClock.now(), doer, channel };
            hand_over::accept(&act, number).await.map(drop)
        })
    });
    accepting.await
}
