//! One cell: a person tries an act in a place, in a transaction that is rolled back afterwards, and
//! the cell records every message and every effect.

use mesabot::{
    chat::{
        Moment,
        incoming::{Chat, ChatKind, Incoming, Input, Sender},
        outgoing::Delivery,
    },
    domain::{channel::ChannelKind, person::Role},
    entity::{conversation, membership, outbox, person, ticket, ticket_event, ticket_follower},
    service::right,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, TransactionTrait,
};

use super::{
    stated::{Tickets, What, Who},
    world::{FOREIGN, LINKED, MARKS, THREAD, World},
};

/// Where the act is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Private,
    /// A group chat that shows the tickets of soporte.
    Linked,
    /// A group chat that shows none now, and did before.
    Foreign,
    /// The thread of ticket 6.
    Thread,
}

/// Who tries the act, through which network, and where.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    pub who: Who,
    pub channel: ChannelKind,
    pub place: Place,
}

/// A cell under test.
struct Trial<'t> {
    who: Who,
    incoming: &'t Incoming,
    passes_on: bool,
}

/// The outcome of a cell.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The tickets whose words only this person reads.
    pub alone: Tickets,
    /// The tickets whose words every reader in the place reads, in an answer.
    pub here: Tickets,
    /// Whether a ticket changed, or a dialogue began.
    pub acted: bool,
    /// The answer, with the ticket's number removed.
    pub answer: Vec<String>,
    /// Words shown to a person without the right to read them.
    pub leaks: Vec<String>,
}

impl Outcome {
    /// The printed form.
    pub fn sign(&self) -> char {
        match (self.here.is_empty(), self.alone.is_empty(), self.acted) {
            (false, ..) => 'h',
            (true, _, true) => 'x',
            (true, false, false) => 'a',
            (true, true, false) => '.',
        }
    }
}

/// How many events the tickets have, and how many followers.
async fn changes(tx: &DatabaseTransaction) -> (u64, u64) {
    let events = ticket_event::Entity::find().count(tx).await.unwrap();
    let followers = ticket_follower::Entity::find().count(tx).await.unwrap();
    (events, followers)
}

impl World {
    /// A person tries an act.
    pub async fn tries(&self, cell: Cell, what: &What) -> Outcome {
        let Cell { who, channel, .. } = cell;
        let tx = self.conn.begin().await.unwrap();
        self.loses(&tx, who).await;
        let before = changes(&tx).await;
        let asked = self.asked(&tx, who, channel).await;
        let incoming = self.incoming(cell, what);
        let trial = Trial { who, incoming: &incoming, passes_on: passes_on(what) };
        let moment = Moment { now: self.now, disk_low: false };
        mesabot::chat::handle(&tx, &self.desk, &incoming, moment).await.unwrap();
        let changed = changes(&tx).await != before;
        let asks = self.asked(&tx, who, channel).await.is_some_and(|now| Some(now) != asked);
        let mut outcome = Outcome { acted: changed || asks, ..Outcome::default() };
        let said = outbox::Entity::find()
            .filter(outbox::Column::Id.gt(self.said))
            .order_by_asc(outbox::Column::Id);
        for row in said.all(&tx).await.unwrap() {
            self.look(&tx, &mut outcome, &trial, &row).await;
        }
        tx.rollback().await.unwrap();
        outcome
    }

    /// Inspects one outgoing message.
    async fn look(
        &self,
        tx: &DatabaseTransaction,
        outcome: &mut Outcome,
        trial: &Trial<'_>,
        row: &outbox::Model,
    ) {
        let Trial { who, incoming, passes_on } = *trial;
        let delivery: Delivery = serde_json::from_str(&row.delivery).unwrap();
        let words = row.delivery.to_lowercase();
        let tickets: Tickets =
            (1..).zip(MARKS).filter(|(_, mark)| words.contains(mark)).map(|(at, _)| at).collect();
        let answers =
            matches!(&delivery, Delivery::Send { via: Some(_), .. } | Delivery::Answer { .. });
        let private = self.private(who, row.channel);
        let alone = answers || private.as_ref() == Some(&row.chat_key);
        let edits = matches!(delivery, Delivery::Edit { .. });
        if alone {
            outcome.answer.push(without_numbers(&row.delivery));
            outcome.alone.extend(&tickets);
            self.expect(outcome, "the person", &tickets, who.reads());
        } else if let Some(person) = self.whose(row.channel, &row.chat_key) {
            // A right that was lost in this cell belongs to the person who tries.
            let mut reads = person.reads().to_vec();
            reads.extend((passes_on && person == Who::Other).then_some(1));
            self.expect(outcome, "another person", &tickets, &reads);
        } else {
            let to = mesabot::service::people::Address {
                channel: row.channel,
                chat_key: row.chat_key.clone(),
                person: None,
                locale: mesabot::domain::locale::Locale::Es,
            };
            // Which groups a chat belongs to is a fact of this world; the visible tickets are
            // stated.
            let linked = right::linked(tx, &to).await.unwrap();
            let shown: &[i64] = match linked.first().map(String::as_str) {
                Some("soporte") => &[1, 2, 4, 5, 6],
                Some("especialistas") if passes_on => &[1, 3],
                Some("especialistas") => &[3],
                _ => &[],
            };
            self.expect(outcome, "a chat", &tickets, shown);
            if row.chat_key == incoming.chat.key && !edits {
                outcome.here.extend(&tickets);
                outcome.answer.push(without_numbers(&row.delivery));
            }
        }
        let internal = words.contains("rubí");
        if internal && matches!(who, Who::Requester) && alone {
            outcome.leaks.push("an internal word reaches the requester".into());
        }
    }

    fn expect(&self, outcome: &mut Outcome, whom: &str, read: &Tickets, may: &[i64]) {
        for ticket in read.iter().filter(|ticket| !may.contains(ticket)) {
            outcome.leaks.push(format!("{whom} reads words of ticket {ticket}"));
        }
    }

    /// Takes the right away before the act.
    pub async fn loses(&self, tx: &DatabaseTransaction, who: Who) {
        match who {
            Who::FormerRequester => {
                let other = self.person(Who::Stranger);
                ticket::Entity::update_many()
                    .set(ticket::ActiveModel { requester_id: Set(other), ..Default::default() })
                    .filter(ticket::Column::RequesterId.eq(self.person(who)))
                    .exec(tx)
                    .await
                    .unwrap();
            }
            Who::OutOfGroup => {
                membership::Entity::delete_many()
                    .filter(membership::Column::PersonId.eq(self.person(who)))
                    .exec(tx)
                    .await
                    .unwrap();
            }
            Who::FormerTechnician
            | Who::FormerOther
            | Who::FormerVendor
            | Who::FormerSupervisor
            | Who::FormerAdministrator => {
                person::Entity::update_many()
                    .set(person::ActiveModel { role: Set(Role::Requester), ..Default::default() })
                    .filter(person::Column::Id.eq(self.person(who)))
                    .exec(tx)
                    .await
                    .unwrap();
            }
            _ => {}
        }
    }

    /// The open dialogues of an account, with the number of the last question.
    async fn asked(
        &self,
        tx: &DatabaseTransaction,
        who: Who,
        channel: ChannelKind,
    ) -> Option<(i64, String)> {
        let account = self.account(who, channel)?;
        let row = conversation::Entity::find_by_id(account).one(tx).await.unwrap()?;
        Some((row.serial, row.dialogues)).filter(|(_, dialogues)| dialogues != "[]")
    }

    fn incoming(&self, cell: Cell, what: &What) -> Incoming {
        let Cell { who, channel, place } = cell;
        let own = self.key(who, channel);
        let (key, kind) = match place {
            Place::Private => (self.private_of_key(channel, &own), ChatKind::Private),
            Place::Linked => (LINKED.to_owned(), ChatKind::Group),
            Place::Foreign => (FOREIGN.to_owned(), ChatKind::Group),
            Place::Thread => (THREAD.to_owned(), ChatKind::Group),
        };
        let input = match what {
            What::Command(line) => Input::Text(line.clone()),
            What::Press(code) => Input::Press { code: code.encode(), message: None },
        };
        let waits = channel == ChannelKind::Discord || matches!(what, What::Press(_));
        Incoming {
            channel,
            chat: Chat { key, kind },
            sender: Sender { key: own, name: who.name(), language: Some("es".into()) },
            input,
            reply_to: None,
            server: None,
            token: waits.then(|| "token".to_owned()),
        }
    }
}

/// Whether the act moves ticket 1 to especialistas, or opens a related case there that names its
/// title.
fn passes_on(what: &What) -> bool {
    matches!(what, What::Command(line) if line.starts_with("/escalate") || line.starts_with("/child"))
}

/// A forbidden ticket and an absent one are answered alike, except for the requested number.
fn without_numbers(delivery: &str) -> String {
    delivery.chars().filter(|character| !character.is_ascii_digit()).collect()
}
