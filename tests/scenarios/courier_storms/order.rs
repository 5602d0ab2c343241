//! The order of sending under load: members before strangers, an urgent notice before replies on
//! other tickets, one merged message instead of a burst. Also the platform's own limits, which a
//! full load must not exceed.

use std::time::Instant;

use mesabot::{
    chat::outgoing::{Delivery, Outgoing, RichText},
    domain::{
        channel::ChannelKind,
        id::TicketId,
        time::{MINUTE, SECOND},
    },
    entity::outbox::Precedence,
    service::{
        Error, Result,
        outbox::{self, NewDelivery, lane},
    },
};

use super::{CROWD, NETWORKS, START, Storm, key, network::Enforced};
use crate::support::settings;

/// The rate of the default configuration, in messages per second.
const USUAL: f64 = 28.0;

struct Word {
    chat: String,
    text: String,
    ticket: Option<i64>,
    precedence: Precedence,
}

impl Word {
    fn notice(chat: usize, ticket: i64, text: String) -> Self {
        Self { chat: key(chat), text, ticket: Some(ticket), precedence: Precedence::Notice }
    }
}

impl Storm {
    async fn says(&self, words: Vec<Word>) {
        let kind = self.kind();
        let now = self.clock_now();
        let words = &words;
        let queued: Result<()> = self
            .app
            .database
            .write(|tx| {
                Box::pin(async move {
                    for word in words {
                        let text = RichText::plain(word.text.as_str());
                        let message = Outgoing { text, ..Default::default() };
                        let delivery = Delivery::Send { message, card: None, via: None };
                        let member = word.precedence != Precedence::Stranger
                            && !word.chat.starts_with("group");
                        let new = NewDelivery {
                            channel: kind,
                            chat_key: word.chat.clone(),
                            lane: lane(kind, &word.chat),
                            delivery: serde_json::to_string(&delivery).unwrap(),
                            card: None,
                            ticket: word.ticket.map(TicketId),
                            person: self.people[0].filter(|_| member),
                            critical: true,
                            precedence: word.precedence,
                            asked: word.precedence == Precedence::Asked,
                        };
                        outbox::enqueue(tx, new, now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await;
        queued.unwrap();
    }

    /// How long after the start a text was read, in milliseconds, and in which message.
    fn read_after(&self, text: &str) -> Option<(i64, usize)> {
        let seen = self.network.ledger().seen;
        let at = seen.iter().position(|seen| seen.text.contains(text))?;
        Some((seen[at].at.since(START), at))
    }
}

#[tokio::test]
async fn a_crowd_of_strangers_delays_no_member() {
    for (kind, seed) in NETWORKS {
        let storm = Storm::gathers_at(kind, seed, USUAL).await;
        let stranger = |n: usize| Word {
            chat: format!("stranger{n:04}"),
            text: "Esta mesa atiende a personas registradas.".to_owned(),
            ticket: None,
            precedence: Precedence::Stranger,
        };
        storm.says((0..2_000).map(stranger).collect()).await;
        storm.says(vec![Word::notice(1, 1, "Su caso".to_owned())]).await;
        storm.goes_on(START.plus(10 * SECOND)).await;
        let (waited, before) = storm.read_after("Su caso").expect("the member is told");
        let count = storm.network.ledger().seen.len() - 1;
        println!(
            "2,000 strangers on {}: the member waits {waited} ms behind {before} messages (by age: \
             {:.0} s), strangers told in 10 s: {count}",
            kind.as_str(),
            2_000.0 / USUAL
        );
        assert!(waited <= 200, "{waited}");
        assert!((20..=32).contains(&count), "a tenth of the rate: {count}");
        storm.app.database.close().await;
    }
}

#[tokio::test]
async fn replies_on_two_tickets_do_not_delay_an_urgent_notice_on_a_third() {
    for (kind, seed) in NETWORKS {
        let storm = Storm::gathers_at(kind, seed, USUAL).await;
        let reply = |n: i64| Word::notice(0, 1 + n % 2, format!("respuesta {n:03} del caso"));
        storm.says((0..140).map(reply).collect()).await;
        let urgent = "Caso nuevo".to_owned();
        let urgent = Word { precedence: Precedence::Urgent, ..Word::notice(0, 3, urgent) };
        storm.says(vec![urgent]).await;
        let end = storm.goes_on(START.plus(10 * MINUTE)).await;
        let (waited, _) = storm.read_after("Caso nuevo").expect("the technician is count");
        let messages = storm.network.ledger().seen.len();
        println!(
            "140 replies on {}: the urgent notice waits {waited} ms (by age: 135 s), all is read after \
             {} ms in {messages} messages",
            kind.as_str(),
            end.since(START)
        );
        assert!(waited <= SECOND, "{waited}");
        assert!(messages <= 8, "{messages}");
        // No text is lost, and each ticket is read in its own order.
        for ticket in 0..2 {
            let of: Vec<_> = (0..140).filter(|n| n % 2 == ticket).collect();
            let read = |n: &i64| {
                let text = format!("respuesta {n:03}");
                let (_, message) = storm.read_after(&text).expect("the text is read");
                let seen = storm.network.ledger().seen;
                (message, seen[message].text.find(&text))
            };
            let order: Vec<_> = of.iter().map(read).collect();
            assert!(order.is_sorted(), "ticket {ticket}: {order:?}");
        }
        storm.app.database.close().await;
    }
}

#[tokio::test]
async fn an_urgent_message_never_overtakes_its_own_ticket() {
    for (kind, seed) in NETWORKS {
        let storm = Storm::gathers_at(kind, seed, USUAL).await;
        let word = |ticket: i64, text: &str, precedence: Precedence| Word {
            precedence,
            ..Word::notice(0, ticket, text.to_owned())
        };
        storm
            .says(vec![
                word(1, "uno", Precedence::Notice),
                word(2, "dos", Precedence::Notice),
                word(1, "tres", Precedence::Urgent),
                word(3, "cuatro", Precedence::Asked),
                word(2, "cinco", Precedence::Asked),
            ])
            .await;
        storm.goes_on(START.plus(MINUTE)).await;
        let seen = storm.network.ledger().seen;
        let texts: Vec<&str> = seen.iter().map(|seen| seen.text.as_str()).collect();
        assert_eq!(texts, ["dos", "cuatro", "cinco", "uno\n\ntres"]);
        storm.app.database.close().await;
    }
}

#[tokio::test]
async fn a_full_load_meets_no_429_and_uses_the_limits() {
    let kind = ChannelKind::Telegram;
    let seed = 11;
    let storm = Storm::gathers_at(kind, seed, USUAL).await;
    let minutes = settings::count(3, 1);
    let from = Instant::now();
    storm.network.enforces(Enforced { per_second: 30, group_per_minute: 20 });
    let end = START.plus(minutes * MINUTE);
    // More than the limits permit for forty private chats and a group.
    let word = |n: usize| {
        let text = format!("mensaje {n:05}");
        let chat = if n.is_multiple_of(80) { key(CROWD) } else { format!("chat{:04}", n % 40) };
        Word { ticket: None, chat, ..Word::notice(0, 0, text) }
    };
    storm.says((0..settings::count(6_000, 2_400)).map(word).collect()).await;
    storm.goes_on(end).await;
    let ledger = storm.network.ledger();
    let span = (minutes * MINUTE) as f64 / SECOND as f64;
    let used = ledger.seen.len() as f64 / (USUAL * span);
    let group = ledger.seen.iter().filter(|seen| seen.chat == key(CROWD)).count();
    let group_used = group as f64 / (18.0 * minutes as f64);
    println!(
        "{minutes} minutes of full load: {} sent, {} answered 429, {used:.4} of the rate used, \
         {group_used:.4} of a group's ({:?})",
        ledger.seen.len(),
        ledger.refused,
        from.elapsed()
    );
    assert_eq!(ledger.refused, 0);
    assert!(used >= 0.95 && group_used >= 0.95, "{used} {group_used}");
    storm.app.database.close().await;
}
