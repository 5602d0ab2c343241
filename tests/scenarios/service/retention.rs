//! The data that retention deletes, and the data that it never deletes.

use mesabot::{
    domain::{
        channel::ChannelKind,
        id::OutboxId,
        locale::Locale,
        person::Role,
        time::{DAY, HOUR},
    },
    entity::{
        card::{self, CardView},
        conversation, inbox as inbox_entity, invitation, link_code, link_try, outbox as entity,
        ticket,
    },
    service::{
        Result, cards, conversations,
        conversations::Conversation,
        inbox::{self, NewIncoming, Quarantine},
        outbox::{self, NewDelivery, Outcome},
        people::{
            self, Address,
            invitations::{self, NewInvitation},
            linking::{self, Visitor},
        },
        retention::BATCH,
    },
    worker::{leases::Tenure, retention::Pruner},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait, QueryOrder};

use super::{Ground, START, on_every_engine};

/// Runs an expression in one transaction.
macro_rules! writes {
    ($ground:expr, |$tx:ident| $work:expr) => {{
        let done: Result<_> =
            $ground.database.write(|$tx| Box::pin(async move { $work.await })).await;
        done.unwrap()
    }};
}

/// What the tests keep of a message.
fn bare(raw: &str) -> Option<String> {
    (raw != "bare").then(|| "bare".to_owned())
}

async fn prunes(ground: &Ground, pruner: &Pruner, after: i64) -> u64 {
    pruner.pass(&ground.database, &Tenure::alone(), START.plus(after)).await.unwrap()
}

/// A fresh pruner, which checks everything.
async fn prunes_all(ground: &Ground, after: i64) -> u64 {
    let pruner = Pruner::new(bare);
    let changed = prunes(ground, &pruner, after).await;
    assert_eq!(prunes(ground, &Pruner::new(bare), after).await, 0, "a second run deletes nothing");
    changed
}

fn update(key: &str, lane: &str) -> NewIncoming {
    NewIncoming {
        source: "discord:1".into(),
        external_key: key.into(),
        lane: lane.into(),
        raw: format!("words of {key}"),
    }
}

async fn receives(ground: &Ground, batch: &[NewIncoming], after: i64) -> u64 {
    writes!(ground, |tx| inbox::receive(tx, batch, START.plus(after)))
}

async fn row(ground: &Ground, key: &str) -> Option<inbox_entity::Model> {
    let rows = inbox_entity::Entity::find().all(ground.database.reader()).await.unwrap();
    rows.into_iter().find(|row| row.external_key == key)
}

async fn settles(ground: &Ground, keys: &[&str], after: i64) {
    for key in keys {
        let id = row(ground, key).await.expect("the update is stored").id;
        assert!(writes!(ground, |tx| inbox::settle(tx, id, START.plus(after))));
    }
}

async fn keys(ground: &Ground) -> Vec<String> {
    let rows = inbox_entity::Entity::find().order_by_asc(inbox_entity::Column::Id);
    let rows = rows.all(ground.database.reader()).await.unwrap();
    rows.into_iter().map(|row| row.external_key).collect()
}

#[tokio::test]
async fn g2_g9_updates_are_deleted_once_no_network_can_repeat_them() {
    on_every_engine(async |ground| {
        let batch = [
            update("i:1", "a"),
            update("m:1", "a"),
            update("m:2", "a"),
            update("i:2", "a"),
            update("m:3", "b"),
            update("m:4", "c"),
            update("aside", "d"),
            update("m:5", "d"),
            update("late", "e"),
            update("open", "f"),
        ];
        assert_eq!(receives(ground, &batch, 0).await, 10);
        settles(ground, &["i:1", "m:1", "m:2", "i:2", "m:3", "m:4"], 5).await;
        for key in ["aside", "m:5"] {
            let aside = &row(ground, key).await.unwrap();
            let why = Quarantine { reference: "M-1", reason: "unreadable" };
            writes!(ground, |tx| inbox::quarantine(tx, aside.id, why, START));
        }
        settles(ground, &["late"], 80 * HOUR).await;

        assert_eq!(prunes_all(ground, 72 * HOUR).await, 0, "no row is old enough");
        assert_eq!(
            receives(ground, &batch, 71 * HOUR).await,
            0,
            "delivered again, no update is new"
        );
        // Three are deleted: i:1, i:2 and a message that another one followed.
        assert_eq!(prunes_all(ground, 72 * HOUR + 6).await, 3 + 3);
        let left = ["m:2", "m:3", "m:4", "aside", "m:5", "late", "open"];
        assert_eq!(keys(ground).await, left);
        let last = inbox::last_messages(ground.database.reader(), "discord:1").await.unwrap();
        let mut seen: Vec<_> = last.iter().map(|row| (&*row.external_key, &*row.raw)).collect();
        seen.sort_unstable();
        let bare_ones = [("m:2", "bare"), ("m:3", "bare"), ("m:4", "bare")];
        assert_eq!(seen, [&bare_ones[..], &[("m:5", "words of m:5")]].concat());

        // The next message of a chat takes the place of the last.
        assert_eq!(receives(ground, &[update("m:9", "b")], 73 * HOUR).await, 1);
        settles(ground, &["m:9"], 73 * HOUR).await;
        assert_eq!(prunes_all(ground, 74 * HOUR).await, 1);
        assert!(row(ground, "m:3").await.is_none(), "the older message is deleted");

        prunes_all(ground, 30 * DAY + HOUR).await;
        assert_eq!(keys(ground).await, ["m:2", "m:4", "m:5", "open", "m:9"]);
        let aside = row(ground, "m:5").await.unwrap();
        assert_eq!(
            (aside.raw.as_str(), aside.quarantine),
            ("bare", None),
            "the update is reduced and released"
        );
        assert_eq!(
            row(ground, "open").await.unwrap().raw,
            "words of open",
            "an unhandled update keeps its text"
        );
    })
    .await;
}

#[tokio::test]
async fn rows_settled_by_an_older_version_are_deleted_too() {
    on_every_engine(async |ground| {
        receives(ground, &[update("i:1", "a")], 0).await;
        let old = &row(ground, "i:1").await.unwrap();
        writes!(ground, |tx| async move {
            let mut change = inbox_entity::ActiveModel::from(old.clone());
            change.open_lane = Set(None);
            Ok(change.update(tx).await?)
        });
        assert_eq!(prunes_all(ground, 71 * HOUR).await, 0);
        assert_eq!(prunes_all(ground, 73 * HOUR).await, 1);
    })
    .await;
}

async fn says(ground: &Ground, chat: &str, new: NewDelivery) -> OutboxId {
    let new = &NewDelivery {
        chat_key: chat.into(),
        lane: outbox::lane(ChannelKind::Console, chat),
        ..new
    };
    writes!(ground, |tx| outbox::enqueue(tx, new.clone(), START)).id
}

#[tokio::test]
async fn sent_messages_lose_their_text_and_keep_their_ticket() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let about = ground.opens(&marta, "plataforma").await.unwrap().ticket.id;
        let new = NewDelivery {
            channel: ChannelKind::Console,
            chat_key: String::new(),
            lane: String::new(),
            delivery: "words".into(),
            card: None,
            ticket: None,
            person: None,
            critical: false,
            precedence: Default::default(),
            asked: false,
        };
        let sent = |key: &str| Outcome::Sent(Some(key.to_owned()));
        let mut ids = Vec::new();
        for (chat, ticket, outcome) in [
            ("a", Some(about), sent("1")),
            ("a", None, sent("2")),
            ("b", None, sent("3")),
            ("b", None, sent("4")),
            ("b", None, Outcome::Sent(None)),
            ("b", None, Outcome::Failed("closed".into())),
        ] {
            let id = says(ground, chat, NewDelivery { ticket, ..new.clone() }).await;
            let outcome = &outcome;
            writes!(ground, |tx| outbox::record(tx, id, outcome.clone(), START));
            ids.push(id);
        }
        let waiting = says(ground, "c", new).await;
        assert_eq!(prunes_all(ground, 30 * DAY).await, 0);
        assert_eq!(prunes_all(ground, 30 * DAY + 1).await, 6);
        let reader = ground.database.reader();
        let rows = entity::Entity::find().order_by_asc(entity::Column::Id).all(reader).await;
        let rows: Vec<_> = rows.unwrap().into_iter().map(|row| (row.id, row.delivery)).collect();
        let words = "words".to_owned();
        // Of a chat without a message about a ticket, one message is kept to show that the chat is
        // known (G9).
        let expected = [(ids[0], String::new()), (ids[2], String::new()), (waiting, words.clone())];
        assert_eq!(rows, expected);
        let answers = outbox::ticket_of_message(reader, ChannelKind::Console, "a", "1").await;
        assert_eq!(answers.unwrap(), Some(about));
        let mut chats = outbox::chats(reader, ChannelKind::Console).await.unwrap();
        chats.sort_unstable();
        assert_eq!(chats, [("a".into(), Some("1".into())), ("b".into(), Some("3".into()))]);
    })
    .await;
}

#[tokio::test]
async fn finished_conversations_codes_and_cards_are_deleted() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let reader = ground.database.reader();
        let known = people::find_account(reader, ChannelKind::Console, "marta").await.unwrap();
        let account = &known.unwrap().0;
        let talk = &Conversation {
            account: account.id,
            serial: 41,
            dialogues: "[\"half a ticket\"]".into(),
            card: None,
        };
        writes!(ground, |tx| conversations::keep(tx, talk.clone(), START));
        let invited = NewInvitation {
            role: Some(Role::Technician),
            groups: vec![],
            name: None,
            uses: 1,
            expires_at: START.plus(HOUR),
        };
        let valid = NewInvitation { expires_at: START.plus(9 * DAY), ..invited.clone() };
        for (new, code) in [(&invited, "uno"), (&valid, "dos")] {
            writes!(ground, |tx| invitations::invite(tx, new.clone(), code, START));
        }
        writes!(ground, |tx| linking::offer(tx, account, "CODE", START));
        let channel = ChannelKind::Console;
        let external_key = "stranger";
        let visitor = &Visitor { channel, external_key, person: None };
        writes!(ground, |tx| linking::try_code(tx, visitor, "WRONG", START));
        let open = ground.opens(&marta, "plataforma").await.unwrap().ticket;
        let over = ground.opens(&marta, "plataforma").await.unwrap().ticket;
        let end = &ticket::ActiveModel {
            id: Set(over.id),
            closed_at: Set(Some(START)),
            ..Default::default()
        };
        writes!(ground, |tx| async move { Ok(end.clone().update(tx).await?) });
        let to = &Address {
            channel: ChannelKind::Console,
            chat_key: "marta".into(),
            person: None,
            locale: Locale::Es,
        };
        let open = Some(open.id);
        let over = Some(over.id);
        let hangs = writes!(ground, |tx| cards::draw(tx, over, CardView::Requester, to));
        writes!(ground, |tx| cards::keep_message(tx, hangs, "7"));
        let standing = writes!(ground, |tx| cards::draw(tx, open, CardView::Requester, to));
        writes!(ground, |tx| cards::draw(tx, over, CardView::Technician, to));

        // A day after they expired: one invitation, the link code and the wrong attempt.
        assert_eq!(prunes_all(ground, DAY + HOUR).await, 2);
        assert_eq!(prunes_all(ground, DAY + HOUR + 1).await, 1);
        assert_eq!(invitation::Entity::find().count(reader).await.unwrap(), 1);
        assert_eq!(link_code::Entity::find().count(reader).await.unwrap(), 0);
        assert_eq!(link_try::Entity::find().count(reader).await.unwrap(), 0);
        assert_eq!(prunes_all(ground, 30 * DAY + 1).await, 2, "a card and the second invitation");
        let cards = card::Entity::find().order_by_asc(card::Column::Id).all(reader).await.unwrap();
        let left: Vec<_> = cards.iter().map(|card| card.id).collect();
        assert_eq!(left, [hangs, standing]);

        assert_eq!(prunes_all(ground, 90 * DAY).await, 0);
        assert_eq!(prunes_all(ground, 90 * DAY + 1).await, 1);
        let talk = conversations::find(reader, account.id).await.unwrap();
        assert_eq!((talk.serial, talk.dialogues.as_str()), (41, "[]"), "old buttons stay old");
        assert_eq!(conversation::Entity::find().count(reader).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn one_pass_deletes_a_batch_and_the_next_continues() {
    on_every_engine(async |ground| {
        let many = BATCH * 10 + 50;
        let batch: Vec<_> = (0..many).map(|n| update(&format!("i:{n}"), "a")).collect();
        receives(ground, &batch, 0).await;
        writes!(ground, |tx| async move {
            let settled = inbox_entity::ActiveModel { open_lane: Set(None), ..Default::default() };
            Ok(inbox_entity::Entity::update_many().set(settled).exec(tx).await?)
        });
        let pruner = Pruner::new(bare);
        assert_eq!(prunes(ground, &pruner, 73 * HOUR).await, BATCH * 10);
        assert_eq!(prunes(ground, &pruner, 73 * HOUR).await, 50);
        // Then it pauses, though there is more by now.
        receives(ground, &[update("i:0", "a")], 0).await;
        settles(ground, &["i:0"], 0).await;
        assert_eq!(prunes(ground, &pruner, 74 * HOUR - 1).await, 0);
        assert_eq!(prunes(ground, &pruner, 74 * HOUR).await, 1);
        // A clock set back delays no pass.
        assert_eq!(prunes(ground, &pruner, 10 * HOUR).await, 0);
    })
    .await;
}
