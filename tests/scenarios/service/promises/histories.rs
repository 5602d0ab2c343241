//! The property: random histories of tickets, each step compared with a model that counts by hand.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use mesabot::{
    chat::{
        notify,
        outgoing::{Delivery, Outgoing},
    },
    domain::{
        calendar::Calendar,
        id::{OutboxId, PersonId, TicketNumber},
        person::{Doer, Role},
        priority::Priority,
        procedure::Procedure,
        promise::Measure,
        time::{DAY, HOUR, MINUTE, Span, Timestamp},
    },
    entity::{outbox, ticket},
    service::{
        Error, Result,
        ticket::{Done, close, find, follow_up, hand_over, open, solve, suspend, triage, warn},
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::support::settings;

use super::{
    super::{Ground, START, acts, on_every_engine, request},
    AFTERNOON, graded,
    promised_times::promised,
};

/// How many histories run on each engine.
const HISTORIES: u64 = 40;
/// The same at the small count.
const FEW_HISTORIES: u64 = 12;
/// How many steps each history has.
const STEPS: usize = 14;

/// The steps of a history.
const DEEDS: [&str; 12] = [
    "accept", "suspend", "resume", "critical", "high", "low", "escalate", "solve", "reject",
    "reply", "assign", "wait",
];

/// Pseudo-random numbers that are the same in every build.
struct Chance(u64);

impl Chance {
    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    /// A pause in milliseconds: minutes, hours or days.
    fn pause(&mut self) -> i64 {
        let amount = i64::try_from(self.below(50)).unwrap();
        match self.below(4) {
            0 => amount * MINUTE / 3,
            1 => amount * MINUTE,
            2 => amount * HOUR / 4,
            _ => amount * DAY / 20,
        }
    }
}

/// The promised times of a priority, by the rules of these tests.
fn times(priority: Priority) -> (Span, Span) {
    let minutes = |own, resolve| (Span::Working(own * MINUTE), Span::Working(resolve * MINUTE));
    match priority {
        Priority::Critical => minutes(10, 60),
        Priority::High => (Span::Working(30 * MINUTE), Span::Elapsed(2 * DAY)),
        Priority::Medium => minutes(15, 30),
        Priority::Low => minutes(120, 360),
    }
}

/// A ticket, computed from its steps and the calendar alone.
struct Model<'c> {
    /// The hours of the group that received it.
    calendar: &'c Calendar,
    received: Timestamp,
    own_due: Timestamp,
    owned: Option<Timestamp>,
    /// When the clock ran.
    ran: Vec<(Timestamp, Timestamp)>,
    runs_since: Option<Timestamp>,
    /// The working time of the whole promise, and how it is counted.
    whole: i64,
    span: Span,
    priority: Priority,
    /// The promises that the model saw broken.
    broken: BTreeSet<&'static str>,
}

impl<'c> Model<'c> {
    fn new(calendar: &'c Calendar, ticket: &ticket::Model) -> Self {
        let (own, span) = times(ticket.priority);
        let received = ticket.created_at;
        let mut model = Self {
            calendar,
            received,
            own_due: calendar.due(received, own),
            owned: None,
            ran: vec![],
            runs_since: Some(received),
            whole: 0,
            span,
            priority: ticket.priority,
            broken: BTreeSet::new(),
        };
        model.whole = model.of(span, received);
        model
    }

    /// The milliseconds of a span that is promised at an instant.
    fn of(&self, span: Span, from: Timestamp) -> i64 {
        Measure::of(self.calendar, span).between(from, self.calendar.due(from, span))
    }

    /// The milliseconds used of a promise in this span.
    fn used(&self, span: Span, now: Timestamp) -> i64 {
        let measure = Measure::of(self.calendar, span);
        let running = self.runs_since.map(|since| (since, now));
        self.ran.iter().copied().chain(running).map(|(from, to)| measure.between(from, to)).sum()
    }

    fn left(&self, now: Timestamp) -> i64 {
        self.whole - self.used(self.span, now)
    }

    /// Takes in that time has passed until `now`.
    fn passes(&mut self, now: Timestamp) {
        if self.owned.unwrap_or(now) > self.own_due {
            self.broken.insert("own");
        }
        // At the promised instant the promise can still be kept; a millisecond later it is broken.
        if self.runs_since.is_some() && self.left(now.plus(-1)) <= 0 {
            self.broken.insert("resolve");
        }
    }

    /// Takes in what a step made of the ticket.
    fn becomes(&mut self, ticket: &ticket::Model, rules: &Procedure, now: Timestamp) {
        if ticket.priority != self.priority {
            self.prioritise(ticket.priority, now);
        }
        self.owned = self.owned.or(ticket.owned_at);
        match (self.runs_since, rules.clock_runs(ticket.status)) {
            (Some(since), false) => {
                self.ran.push((since, now));
                self.runs_since = None;
            }
            (None, true) => self.runs_since = Some(now),
            _ => {}
        }
    }

    fn prioritise(&mut self, priority: Priority, now: Timestamp) {
        let (own, span) = times(priority);
        self.priority = priority;
        if self.owned.is_none() && !self.broken.contains("own") {
            let due = self.calendar.due(self.received, own);
            self.own_due = if due > now { due } else { self.calendar.due(now, own) };
        }
        if !self.broken.contains("resolve") {
            let used = self.used(span, now);
            let whole = self.of(span, self.received);
            self.whole = if used < whole { whole } else { used + self.of(span, now) };
            self.span = span;
        }
    }

    /// Compares a ticket with the model.
    fn check(&self, ticket: &ticket::Model, now: Timestamp) {
        assert_eq!(ticket.own_due_at, self.own_due, "the instant to own it");
        let measure = Measure::of(self.calendar, self.span);
        let left = match (ticket.resolve_due_at, ticket.resolve_left) {
            (Some(due), _) if due >= now => measure.between(now, due),
            (Some(due), _) => -measure.between(due, now),
            (None, left) => left.expect("a clock runs or has a remainder"),
        };
        if self.broken.contains("own") {
            assert!(
                ticket.owned_at.unwrap_or(now) > ticket.own_due_at,
                "a late acceptance stays late"
            );
        }
        if self.broken.contains("resolve") {
            let late = ticket.resolve_due_at.is_some_and(|due| due < now);
            assert!(
                late || ticket.resolve_left.is_some_and(|left| left < 0),
                "a broken promise stays broken"
            );
        } else {
            assert_eq!(left, self.left(now), "the remainder to resolve, in its group's hours");
        }
    }
}

/// A message as it was written to the outbox.
struct Said {
    reader: Option<PersonId>,
    text: String,
    at: Timestamp,
}

/// Every message written after an outbox row.
async fn said_since(ground: &Ground, last: &mut OutboxId) -> Vec<Said> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::Id.gt(*last))
        .order_by_asc(outbox::Column::Id)
        .all(ground.database.reader())
        .await
        .unwrap();
    let mut said = Vec::new();
    for row in rows {
        *last = row.id;
        let delivery: Delivery = serde_json::from_str(&row.delivery).unwrap();
        let message: Outgoing = match delivery {
            Delivery::Send { message, .. } | Delivery::Edit { message, .. } => message,
            _ => continue,
        };
        let text = message.text.to_plain();
        said.push(Said { reader: row.person_id, text, at: row.created_at });
    }
    said
}

/// Does a step, where the ticket allows it, and writes its notices.
async fn does(
    ground: &Ground,
    deed: &str,
    number: TicketNumber,
    now: Timestamp,
    [marta, ana, luis]: [&Doer; 3],
) -> Option<Done> {
    let doer = match deed {
        "reject" | "reply" => marta,
        _ => ana,
    };
    let to = luis.person().expect("a person").id;
    let done: Result<Done> = acts!(ground, *doer, now, |act| async {
        let round = find::one(act.tx, ground.reader(ana), number).await?.round;
        let done = match deed {
            "accept" => hand_over::accept(act, number).await?,
            "assign" => hand_over::assign(act, number, to).await?,
            "suspend" => suspend::suspend(act, number, "repuesto").await?,
            "resume" => suspend::resume(act, number).await?,
            "critical" => triage::prioritise(act, number, Priority::Critical).await?,
            "high" => triage::prioritise(act, number, Priority::High).await?,
            "low" => triage::prioritise(act, number, Priority::Low).await?,
            "escalate" => hand_over::escalate(act, number, "tecnologia", "Servidor").await?,
            "solve" => solve::solve(act, number, "Listo").await?,
            "reject" => solve::reject(act, number, round, "Sigue igual").await?,
            _ => follow_up::reply(act, number, "Hola").await?,
        };
        notify::tell(act, &done).await?;
        Ok(done)
    });
    match done {
        Ok(done) => Some(done),
        Err(Error::Refused(_)) => None,
        Err(error) => panic!("{deed}: {error}"),
    }
}

/// Does what is due at an instant, as the sweeper does.
async fn sweeps(ground: &Ground, now: Timestamp) {
    let reader = ground.database.reader();
    for (_, number) in warn::due(reader, now, 100).await.unwrap() {
        let swept: Result<()> = acts!(ground, Doer::Desk, now, |act| async {
            let warned = warn::pass_time(act, number).await?;
            notify::warn(act, &[warned]).await
        });
        swept.unwrap();
    }
    for number in close::due(reader, now, 100).await.unwrap() {
        let swept: Result<()> = acts!(ground, Doer::Desk, now, |act| async {
            match close::pass_time(act, number).await? {
                Some(done) => notify::tell(act, &done).await,
                None => Ok(()),
            }
        });
        swept.unwrap();
    }
}

fn wall(calendar: &Calendar, at: Timestamp) -> NaiveDateTime {
    calendar.local(at).naive_local()
}

#[tokio::test]
async fn no_history_promises_the_past_or_repairs_a_breach() {
    on_every_engine(async |ground| {
        ground.runs_on(graded(AFTERNOON)).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Supervisor, &["soporte", "tecnologia"]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["soporte", "tecnologia"]).await;
        // Every person has written in private, so every person can be notified.
        let reached: Result<()> = acts!(ground, Doer::Desk, START, |act| async {
            let chats = "UPDATE account SET private_chat = external_key";
            act.tx.execute_unprepared(chats).await?;
            Ok(())
        });
        reached.unwrap();
        let rules = ground.procedure.clone();
        let calendar = rules.calendar_of(Some("soporte"));
        let requester = marta.person().map(|person| person.id);
        let mut last = OutboxId(0);
        let mut now = START;
        let histories = settings::count(HISTORIES, FEW_HISTORIES);
        let mut breaches = 0;
        let mut promises = 0;
        for seed in 0..histories {
            let mut chance = Chance(seed);
            now = now.plus(chance.pause());
            let new = &request(&marta, "plataforma");
            let opened: Result<Done> = acts!(ground, marta, now, |act| async {
                let done = open::open(act, new.clone()).await?;
                notify::tell(act, &done).await?;
                Ok(done)
            });
            let mut ticket = opened.unwrap().ticket;
            let number = ticket.number;
            let mut model = Model::new(calendar, &ticket);
            let mut story = Vec::new();
            let mut known = BTreeSet::new();
            for _ in 0..STEPS {
                now = now.plus(chance.pause());
                sweeps(ground, now).await;
                let place = chance.below(DEEDS.len() as u64);
                let deed = DEEDS[usize::try_from(place).unwrap()];
                story.push(format!("{deed} at {now}"));
                ticket = find::by_id(ground.database.reader(), ticket.id).await.unwrap();
                model.becomes(&ticket, &rules, now);
                if ticket.status.is_final() {
                    break;
                }
                model.passes(now);
                let done = match deed {
                    "wait" => None,
                    deed => does(ground, deed, number, now, [&marta, &ana, &luis]).await,
                };
                if let Some(done) = done {
                    ticket = done.ticket;
                    model.becomes(&ticket, &rules, now);
                }
                model.check(&ticket, now);
                for Said { reader, text, at } in said_since(ground, &mut last).await {
                    // A card that only loses its buttons keeps its earlier text.
                    if !known.insert(text.clone()) {
                        continue;
                    }
                    for promise in promised(&text, wall(calendar, at)) {
                        promises += 1;
                        let minute = wall(calendar, at.plus(-MINUTE));
                        assert!(promise > minute, "{promise} is before {at}: {text}\n{story:#?}");
                    }
                    let blames = reader == requester && text.contains("se venció");
                    assert!(!blames, "a requester reads no date in the past: {text}");
                }
            }
            breaches += model.broken.len();
        }
        let told = format!("{breaches} breaches, {promises} promises in {histories} histories");
        assert!(breaches > histories as usize / 2 && promises > histories * 5, "{told}");
    })
    .await;
}
