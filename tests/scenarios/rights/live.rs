//! Live edits and suggestions: a card follows its ticket while its reader has the right, shows one
//! neutral line once the right is gone, and is not edited any more after that.

use mesabot::{
    chat::{
        catalogue::Parameter,
        commands::CATALOGUE,
        notify,
        outgoing::Delivery,
        suggest::{self, Typing},
    },
    domain::{channel::ChannelKind, id::OutboxId},
    entity::{outbox, ticket},
    service::ticket::find,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    TransactionTrait,
};

use super::{
    stated::Who,
    world::{FOREIGN, LINKED, MARKS, World, cards_ticket},
};

/// Renames the ticket and redraws every card of it. Returns the edits.
async fn changes(
    world: &World,
    tx: &DatabaseTransaction,
    number: i64,
    title: &str,
) -> Vec<(ChannelKind, String, String)> {
    let id = cards_ticket(tx, number).await;
    ticket::Entity::update_many()
        .set(ticket::ActiveModel { title: Set(title.to_owned()), ..Default::default() })
        .filter(ticket::Column::Id.eq(id))
        .exec(tx)
        .await
        .unwrap();
    let last = outbox::Entity::find().order_by_desc(outbox::Column::Id).one(tx).await.unwrap();
    let before = last.map_or(OutboxId(0), |row| row.id);
    let act = world.act(tx, Who::Supervisor).await.unwrap();
    let row = find::by_id(tx, id).await.unwrap();
    notify::refresh(&act, &row).await.unwrap();
    let edits = outbox::Entity::find().filter(outbox::Column::Id.gt(before));
    let rows = edits.all(tx).await.unwrap().into_iter();
    let edits = rows.filter(|row| {
        matches!(serde_json::from_str(&row.delivery).unwrap(), Delivery::Edit { .. })
    });
    edits.map(|row| (row.channel, row.chat_key, row.delivery)).collect()
}

#[tokio::test]
async fn a_card_is_updated_only_for_present_readers() {
    let world = World::build().await;
    let mut cells = 0;
    for who in Who::ALL.into_iter().filter(|who| *who != Who::Stranger) {
        for number in 1..=6 {
            let tx = world.conn.begin().await.unwrap();
            world.loses(&tx, who).await;
            let first = changes(&world, &tx, number, "turquesa").await;
            let second = changes(&world, &tx, number, "turmalina").await;
            tx.rollback().await.unwrap();
            let mark = MARKS[usize::try_from(number).unwrap() - 1];
            for (channel, chat, words) in &first {
                let theirs = world.private(who, *channel).as_ref() == Some(chat);
                let reader = if theirs { Some(who) } else { world.whose(*channel, chat) };
                let may = match reader {
                    // The tickets' requester has changed: this person is the only one who lost the
                    // right.
                    Some(reader) => reader.reads().contains(&number),
                    None => chat != FOREIGN && !(chat == LINKED && number == 3),
                };
                cells += 1;
                let shown = words.contains("turquesa");
                // Two threads exist: one beside the linked chat, and one beside the chat that was
                // unlinked.
                if !chat.starts_with('~') {
                    assert_eq!(shown, may, "{who:?} {number} {channel:?} {chat}: {words}");
                }
                if !shown {
                    assert!(!words.to_lowercase().contains(mark), "{words}");
                    assert!(words.contains("\"buttons\":[]"), "{words}");
                    assert!(words.contains("ya no se muestra"), "{words}");
                    let again = second.iter().any(|(c, k, _)| (c, k) == (channel, chat));
                    assert!(!again, "{who:?} {number} {chat} is edited once more");
                } else {
                    let again = second.iter().find(|(c, k, _)| (c, k) == (channel, chat));
                    let again = again.map(|(.., words)| words.contains("turmalina"));
                    assert_eq!(again, Some(true), "{who:?} {number} {chat} keeps following");
                }
            }
            // Every reader has a card that follows the ticket.
            for channel in [ChannelKind::Telegram, ChannelKind::Discord] {
                let chat = world.private(who, channel);
                let follows = first.iter().any(|(known, key, words)| {
                    *known == channel && Some(key) == chat.as_ref() && words.contains("turquesa")
                });
                cells += 1;
                assert_eq!(follows, who.reads().contains(&number), "{who:?} {number} {channel:?}");
            }
        }
    }
    println!("live edits: {cells} cells, 0 wrong");
}

#[tokio::test]
async fn a_thread_of_an_unlinked_chat_stops_showing_its_ticket() {
    let world = World::build().await;
    let tx = world.conn.begin().await.unwrap();
    let edits = changes(&world, &tx, 6, "turquesa").await;
    let threads: Vec<bool> = edits
        .iter()
        .filter(|(_, chat, _)| chat.starts_with('~'))
        .map(|(.., words)| words.contains("turquesa"))
        .collect();
    assert_eq!(threads, [true, false], "{edits:#?}");
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn autocomplete_suggests_only_readable_tickets() {
    let world = World::build().await;
    let mut cells = 0;
    for who in Who::ALL {
        let tx = world.conn.begin().await.unwrap();
        world.loses(&tx, who).await;
        for command in CATALOGUE {
            let asks = command.argument.parameters();
            for parameter in asks.iter().filter(|one| **one == Parameter::Ticket) {
                let key = world.key(who, ChannelKind::Discord);
                let typing = Typing {
                    account: (ChannelKind::Discord, &key),
                    language: None,
                    command: command.english,
                    parameter: parameter.name(),
                    typed: "",
                    ticket: None,
                };
                let offered = suggest::suggestions(&tx, &world.desk, typing).await.unwrap();
                cells += 1;
                for suggestion in offered {
                    let label = suggestion.label.to_lowercase();
                    for (number, mark) in (1..).zip(MARKS) {
                        let leaks = label.contains(mark) && !who.reads().contains(&number);
                        assert!(!leaks, "{who:?} /{}: {label}", command.english);
                    }
                }
            }
        }
        tx.rollback().await.unwrap();
    }
    println!("suggestions: {cells} cells, 0 wrong");
}
