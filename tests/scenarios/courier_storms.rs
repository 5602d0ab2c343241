//! The courier under network faults, on both networks, in virtual time: many chats with long queues
//! while the network asks for waits, is down for hours, hangs, or loses its answers. No message is
//! lost (G5), only a message in doubt is repeated (G6), every chat reads in order (G7), and after
//! the fault the backlog drains as fast as the pace permits. The test prints the measured ratios.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use mesabot::{
    app::{App, DeliverySettings, Workers},
    channel::Channel,
    chat::{
        Desk,
        outgoing::{Delivery, Outgoing, RichText},
    },
    clock::{Clock, HandClock},
    domain::{
        channel::ChannelKind,
        id::PersonId,
        locale::Locale,
        person::Access,
        time::{HOUR, MINUTE, SECOND, Timestamp},
    },
    entity::outbox::{self as entity, DeliveryState},
    service::{
        Error, Result,
        outbox::{self, NewDelivery, lane},
        people::{self, NewPerson},
    },
    worker::{delivery::Patience, pacing::Limits},
};
use sea_orm::EntityTrait;

use crate::support::{
    desk::{shipped, uspec},
    engine::TestDatabase,
    settings,
};

use network::{Network, Weather};

mod network;
mod order;

/// Monday, 2 March 2026, 08:00 in Bogotá.
const START: Timestamp = Timestamp(1_772_456_400_000);
/// The number of private chats, and of groups after them.
const CROWD: usize = 24;
const GROUPS: usize = 2;
/// The longest that draining may take, as a multiple of what the pace permits.
const MOST: f64 = 1.1;

/// Networks under test, each with a seed.
const NETWORKS: [(ChannelKind, u64); 2] = [(ChannelKind::Telegram, 11), (ChannelKind::Discord, 12)];

/// A courier with a crowd of chats.
struct Storm {
    app: App,
    workers: Workers,
    clock: Arc<HandClock>,
    network: Arc<Network>,
    limits: Limits,
    people: Vec<Option<PersonId>>,
    _database: TestDatabase,
}

/// The number of messages still to be sent, chat by chat.
type Backlog = BTreeMap<String, usize>;

impl Storm {
    async fn gathers(kind: ChannelKind, seed: u64) -> Self {
        // An eighth of the usual pace, so that an eighth of the messages takes as long.
        Self::gathers_at(kind, seed, 28.0 / 8.0).await
    }

    async fn gathers_at(kind: ChannelKind, seed: u64, per_second: f64) -> Self {
        let database = TestDatabase::for_story().await;
        let clock = Arc::new(HandClock::new(START));
        let procedure = Arc::new(uspec());
        let desk = Desk { procedure, access: Access::Open, locale: Locale::Es, server: None };
        let app = App::open(&database.url, desk, clock.clone()).await.unwrap();
        let pacing = shipped().config.telegram.pacing;
        let limits = Limits {
            per_second,
            private_burst: f64::from(pacing.private_burst),
            private_per_second: pacing.private_per_second,
            group_per_minute: f64::from(pacing.group_per_minute),
        };
        let network = Network::new(kind, clock.clone(), seed);
        let channel: Arc<dyn Channel> = network.clone();
        let delivery = DeliverySettings { limits, patience: Patience::default() };
        let receive = Box::new(|_: &_| Ok(None));
        let workers = app.workers(HashMap::from([(kind, channel)]), receive, delivery);
        let mut people = Vec::new();
        for chat in 0..CROWD {
            people.push(Some(enrol(&app, kind, &key(chat)).await));
        }
        people.resize(CROWD + GROUPS, None);
        Self { app, workers, clock, network, limits, people, _database: database }
    }

    fn kind(&self) -> ChannelKind {
        self.network.kind()
    }

    fn clock_now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Queues this range of messages in every chat, one per chat by turns; fewer in groups. Every
    /// third message is of the kind that may be dropped.
    async fn queues(&self, each: std::ops::Range<usize>) {
        let kind = self.kind();
        let now = self.clock.now();
        let people = &self.people;
        let queued: Result<()> = self
            .app
            .database
            .write(|tx| {
                let each = each.clone();
                Box::pin(async move {
                    for n in each {
                        for (chat, person) in people.iter().enumerate() {
                            if person.is_none() && n % 2 == 1 {
                                continue;
                            }
                            let text = RichText::plain(format!("{} {n:03}", key(chat)));
                            let message = Outgoing { text, ..Default::default() };
                            let delivery = Delivery::Send { message, card: None, via: None };
                            let new = NewDelivery {
                                channel: kind,
                                chat_key: key(chat),
                                lane: lane(kind, &key(chat)),
                                delivery: serde_json::to_string(&delivery).unwrap(),
                                card: None,
                                ticket: None,
                                person: *person,
                                critical: n % 3 > 0,
                                precedence: Default::default(),
                                asked: false,
                            };
                            outbox::enqueue(tx, new, now).await?;
                        }
                    }
                    Ok::<_, Error>(())
                })
            })
            .await;
        queued.unwrap();
    }

    /// Runs the courier until an instant, or until the outbox is empty. Returns when it ended.
    async fn goes_on(&self, until: Timestamp) -> Timestamp {
        let courier = &self.workers.courier;
        let mut round = courier.round.lock().await;
        loop {
            let next = courier.step(&mut round).await.unwrap();
            let under_way = round.under_way();
            tokio::select! {
                biased;
                true = round.waits(|| self.clock.now()) => continue,
                () = self.network.stalls(under_way) => {}
            }
            let Some(to) = next.into_iter().chain(self.network.next()).min() else {
                return self.clock.now();
            };
            if to >= until {
                self.clock.set(until);
                return until;
            }
            assert!(
                to > self.clock.now() || self.network.next() == Some(to),
                "virtual time advances"
            );
            self.clock.set(to.max(self.clock.now()));
            self.network.wakes();
        }
    }

    async fn rows(&self) -> Vec<entity::Model> {
        entity::Entity::find().all(self.app.database.reader()).await.unwrap()
    }

    async fn backlog(&self) -> Backlog {
        let mut backlog = Backlog::new();
        for row in self.rows().await.iter().filter(|row| row.open_lane.is_some()) {
            *backlog.entry(row.chat_key.clone()).or_default() += 1;
        }
        backlog
    }

    /// The least time, in milliseconds, in which this backlog can be sent from now on without
    /// exceeding the pace, nor earlier in a chat than the network asked for.
    fn permitted(&self, backlog: &Backlog) -> i64 {
        let now = self.clock.now();
        let Limits { per_second, private_burst, private_per_second, group_per_minute } =
            self.limits;
        let own = backlog.iter().map(|(chat, count)| {
            let (burst, a_millisecond) = match is_group(chat) {
                true => (group_per_minute / 4.0, group_per_minute / MINUTE as f64),
                false => (private_burst, private_per_second / SECOND as f64),
            };
            let wait = self.network.waits(chat).map_or(0, |until| until.since(now).max(0)) as f64;
            wait + (*count as f64 - burst).max(0.0) / a_millisecond
        });
        let all: usize = backlog.values().sum();
        let all = (all as f64 - per_second / 8.0).max(0.0) / (per_second / SECOND as f64);
        own.fold(all, f64::max) as i64
    }

    /// Sends the whole backlog and compares the time with the pace; `repeats` is the fraction of
    /// messages that is sent twice.
    async fn drains(&self, story: &str, repeats: f64) {
        let backlog = self.backlog().await;
        let from = self.clock.now();
        let permitted = self.permitted(&backlog) as f64 * (1.0 + repeats);
        let took = self.goes_on(from.plus(24 * HOUR)).await.since(from);
        let ratio = took as f64 / permitted;
        println!(
            "{story} on {}: {} left, permitted {:.1} s, took {:.1} s, ratio {ratio:.3}",
            self.kind().as_str(),
            backlog.values().sum::<usize>(),
            permitted / 1e3,
            took as f64 / 1e3,
        );
        assert!(ratio <= MOST, "{story}: {ratio}");
    }

    /// Compares what people saw, and how rows ended, with the guarantees. Returns the number of
    /// rows in doubt.
    async fn checks(self, blocked: &[usize]) -> usize {
        let ledger = self.network.ledger();
        let mut times = HashMap::<&str, usize>::new();
        let mut last = HashMap::<&str, &str>::new();
        for seen in &ledger.seen {
            *times.entry(&seen.text).or_default() += 1;
            let before = last.insert(&seen.chat, &seen.text);
            assert!(before.is_none_or(|before| before <= seen.text.as_str()), "order in {seen:?}");
        }
        for (text, times) in &times {
            let doubts = match self.kind() {
                ChannelKind::Discord => 0,
                _ => ledger.doubts.get(*text).copied().unwrap_or(0),
            };
            assert!(*times <= 1 + doubts, "{text} was seen {times} times, {doubts} in doubt");
        }
        let mut in_doubt = 0;
        for row in self.rows().await {
            let delivery: Delivery = serde_json::from_str(&row.delivery).unwrap();
            let Delivery::Send { message, .. } = delivery else {
                unreachable!("a storm only sends messages")
            };
            let text = message.text.to_plain();
            let shut_out = blocked.iter().any(|chat| key(*chat) == row.chat_key);
            match row.state {
                DeliveryState::Sent => assert!(times.contains_key(text.as_str()), "{text} is lost"),
                DeliveryState::Failed => assert!(shut_out, "{text}: {:?}", row.failure),
                DeliveryState::Unknown => {
                    in_doubt += 1;
                    let doubts = ledger.doubts.get(&text).copied().unwrap_or(0);
                    let needed = 1 + usize::from(row.critical);
                    assert_eq!((self.kind(), doubts), (ChannelKind::Telegram, needed), "{text}");
                }
                other => panic!("{text} is {other:?}"),
            }
        }
        assert_eq!(ledger.impatient.len(), 0, "{:?}", ledger.impatient.first());
        let most = self.limits.per_second.ceil() as usize;
        for (n, at) in ledger.calls.iter().enumerate().skip(most) {
            let before = ledger.calls[n - most];
            assert!(at.since(before) >= SECOND, "more than {most} in a second");
        }
        self.app.database.close().await;
        in_doubt
    }
}

async fn enrol(app: &App, channel: ChannelKind, key: &str) -> PersonId {
    let new = NewPerson {
        channel,
        external_key: key.to_owned(),
        name: key.to_owned(),
        locale: Locale::Es,
    };
    let new = &new;
    let enrolled: Result<PersonId> = app
        .database
        .write(|tx| {
            Box::pin(async move {
                let (account, person) = people::enrol(tx, new.clone(), START).await?;
                people::note_private_message(tx, &account, &new.external_key, START).await?;
                Ok(person.id)
            })
        })
        .await;
    enrolled.unwrap()
}

fn key(chat: usize) -> String {
    let kind = if chat < CROWD { "chat" } else { "group" };
    format!("{kind}{}", network::name(chat))
}

fn is_group(chat: &str) -> bool {
    chat.starts_with("group")
}

#[tokio::test]
async fn g5_a_storm_of_429_loses_nothing_and_the_backlog_drains() {
    for (kind, seed) in NETWORKS {
        // At the small count, one kind of limit on each network.
        let telegram = kind == ChannelKind::Telegram;
        for global in settings::count(vec![false, true], vec![telegram]) {
            let storm = Storm::gathers(kind, seed).await;
            let end = START.plus(2 * MINUTE);
            storm.network.forecast(START..end, Weather::TooMany { per_mille: 300, global });
            storm.queues(0..25).await;
            storm.goes_on(end).await;
            let said = storm.network.ledger().seen.len();
            println!("{said} were sent during the storm");
            storm.drains(if global { "429 for all" } else { "429 in chats" }, 0.0).await;
            assert_eq!(storm.checks(&[]).await, 0);
        }
    }
}

#[tokio::test]
async fn g7_chats_under_constant_429_delay_no_other_chat() {
    for (kind, seed) in NETWORKS {
        let storm = Storm::gathers(kind, seed).await;
        storm.network.forecast(START..START.plus(HOUR), Weather::TooManyIn(&[3, 7]));
        storm.queues(0..25).await;
        let others = (CROWD - 2) * 25 + GROUPS * 13;
        let mut backlog = storm.backlog().await;
        backlog.retain(|chat, _| *chat != key(3) && *chat != key(7));
        let permitted = storm.permitted(&backlog);
        storm.goes_on(START.plus((permitted as f64 * MOST) as i64)).await;
        let seen = storm.network.ledger().seen;
        assert_eq!(seen.len(), others, "{permitted} ms");
        let last = seen.last().unwrap().at;
        println!("beside two chats: ratio {:.3}", last.since(START) as f64 / permitted as f64);
        storm.goes_on(START.plus(HOUR)).await;
        storm.goes_on(START.plus(24 * HOUR)).await;
        assert_eq!(storm.checks(&[]).await, 0);
    }
}

#[tokio::test]
async fn g5_an_outage_of_hours_loses_nothing_and_the_backlog_drains() {
    for (kind, seed) in NETWORKS {
        let all = [(Weather::Refused, 1), (Weather::Page, 2), (Weather::Dead, 1)];
        // At the small count, two kinds of outage, one of them on each network.
        let few = if kind == ChannelKind::Telegram { &all[2..] } else { &all[1..2] };
        for &(weather, hours) in settings::count(&all[..], few) {
            let storm = Storm::gathers(kind, seed).await;
            let begin = START.plus(10 * SECOND);
            let end = begin.plus(hours * HOUR);
            storm.network.forecast(begin..end, weather);
            storm.queues(0..12).await;
            storm.goes_on(begin.plus(HOUR / 2)).await;
            storm.queues(12..25).await;
            storm.goes_on(end).await;
            let ledger = storm.network.ledger();
            let during = ledger.calls.iter().filter(|at| **at >= begin).count();
            let questions = ledger.questions.len();
            println!("{weather:?} for {hours} h: {during} messages tried, {questions} questions");
            // Nothing arrives for as long as it takes to notice the fault.
            let noticed = if weather == Weather::Dead { 6.0 } else { 1.0 };
            assert!(during as f64 <= 1.0 + storm.limits.per_second * noticed, "{during}");
            storm.drains(&format!("{weather:?}"), 0.0).await;
            let in_doubt = storm.checks(&[]).await;
            // A droppable message that was in flight when the fault began is not sent again.
            assert!(in_doubt <= during, "{in_doubt} in doubt");
            if kind == ChannelKind::Discord || weather != Weather::Dead {
                assert_eq!(in_doubt, 0);
            }
        }
    }
}

#[tokio::test]
async fn g6_lost_answers_repeat_only_messages_in_doubt() {
    for (kind, seed) in NETWORKS {
        for &per_mille in settings::count(&[10, 100][..], &[100]) {
            let storm = Storm::gathers(kind, seed + per_mille).await;
            storm.network.forecast(START..START.plus(HOUR), Weather::Lossy { per_mille });
            storm.queues(0..25).await;
            let story = format!("{per_mille} in a thousand answers lost");
            storm.drains(&story, per_mille as f64 / 1e3).await;
            let ledger = storm.network.ledger();
            let doubts: usize = ledger.doubts.values().sum();
            let twice = ledger.seen.len() - (CROWD * 25 + GROUPS * 13);
            println!("{doubts} answers lost, {twice} messages came twice");
            assert!(doubts > 0);
            storm.checks(&[]).await;
        }
    }
}

#[tokio::test]
async fn g5_hanging_connections_delay_only_their_own_chat() {
    for (kind, seed) in NETWORKS {
        let storm = Storm::gathers(kind, seed).await;
        let end = START.plus(MINUTE);
        storm.network.forecast(START..end, Weather::Hanging { per_mille: 100 });
        storm.queues(0..25).await;
        storm.goes_on(end).await;
        let said = storm.network.ledger().seen.len();
        println!("{said} were sent while one in ten hung");
        storm.drains("after connections hung", 0.0).await;
        storm.checks(&[]).await;
    }
}

#[tokio::test]
async fn g5_a_blocked_chat_fails_visibly_and_delays_no_other() {
    for (kind, seed) in NETWORKS {
        let storm = Storm::gathers(kind, seed).await;
        let blocked = [2, 20, CROWD];
        blocked.iter().for_each(|chat| storm.network.blocks(&key(*chat)));
        let end = START.plus(MINUTE);
        storm.network.forecast(START..end, Weather::TooMany { per_mille: 300, global: false });
        storm.queues(0..25).await;
        storm.goes_on(end).await;
        storm.drains("beside chats that shut us out", 0.0).await;
        let failed = |row: &entity::Model| row.state == DeliveryState::Failed;
        let failed = storm.rows().await.into_iter().filter(failed).count();
        assert_eq!(failed, 25 + 25 + 13, "every message to a blocked chat is a visible failure");
        assert_eq!(storm.checks(&blocked).await, 0);
    }
}
