//! Threads of tickets: one per ticket and place, with a key of the desk's own; a lost thread is
//! forgotten, and a failing one given up, without losing a message.

use mesabot::{
    domain::{
        channel::ChannelKind,
        id::{TicketId, TicketNumber},
        locale::Locale,
        person::Role,
    },
    entity::{card::CardView, thread, ticket},
    service::{
        Result, cards,
        outbox::{self, NewDelivery, Outcome},
        people::{self, Address},
        threads::{self, Opened},
        ticket::{find, hand_over, solve},
    },
};

use super::{Ground, START, acts, on_every_engine};

const ONE: TicketNumber = TicketNumber(1);

fn room() -> Address {
    let channel = ChannelKind::Discord;
    let chat_key = "#71".to_owned();
    Address { channel, chat_key, person: None, locale: Locale::Es }
}

/// A ticket's thread, as registered at its acceptance.
async fn registered(ground: &Ground) -> thread::Model {
    let ticket = find_one(ground).await;
    let made: Result<thread::Model> = ground
        .database
        .write(|tx| {
            Box::pin(async move {
                threads::register(tx, ticket.id, &room(), "#1 · No va".to_owned()).await
            })
        })
        .await;
    made.unwrap()
}

async fn find_one(ground: &Ground) -> ticket::Model {
    find::by_id(ground.database.reader(), TicketId(1)).await.unwrap()
}

async fn opened(ground: &Ground, thread: &thread::Model, key: &str) {
    let id = thread.id;
    let written: Result<()> = ground
        .database
        .write(|tx| {
            Box::pin(async move {
                threads::opened(tx, id, Opened { chat_key: key, overheard: true }).await
            })
        })
        .await;
    written.unwrap();
}

async fn forgotten(ground: &Ground, thread: &thread::Model) -> bool {
    let forgotten: Result<bool> = ground
        .database
        .write(|tx| Box::pin(async move { threads::forget(tx, thread).await }))
        .await;
    forgotten.unwrap()
}

#[tokio::test]
async fn a_thread_is_unique_per_ticket_and_place_and_found_by_both_keys() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        let first = registered(ground).await;
        assert_eq!(registered(ground).await, first);
        let key = threads::address(&first).chat_key;
        assert_eq!(threads::by_symbolic_key(&key), Some(first.id));
        for other in ["#71", "@71", "71", "~", "~x", ""] {
            assert_eq!(threads::by_symbolic_key(other), None, "{other}");
        }
        opened(ground, &first, "#900").await;
        let reader = ground.database.reader();
        let found = threads::of_chat(reader, ChannelKind::Discord, "#900").await.unwrap().unwrap();
        assert_eq!((found.id, found.overheard, found.openings), (first.id, true, 1));
        let elsewhere = threads::of_chat(reader, ChannelKind::Telegram, "#900").await.unwrap();
        assert_eq!(elsewhere, None);
        let standing =
            async |over| threads::standing(reader, ChannelKind::Discord, over).await.unwrap().len();
        assert_eq!((standing(false).await, standing(true).await), (1, 0));
        assert_eq!(registered(ground).await.openings, 0, "the next technician may try again");
    })
    .await;
}

#[tokio::test]
async fn a_deleted_thread_is_forgotten_once_and_only_if_it_is_current() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ticket = ground.opens(&marta, "plataforma").await.unwrap().ticket;
        let unmade = registered(ground).await;
        assert!(
            !forgotten(ground, &unmade).await,
            "a thread that was never created is not forgotten"
        );
        let to = &threads::address(&unmade);
        let drawn: Result<()> = ground
            .database
            .write(|tx| {
                Box::pin(async move {
                    let card = cards::draw(tx, Some(ticket.id), CardView::Thread, to).await?;
                    cards::keep_message(tx, card, "900/1").await
                })
            })
            .await;
        drawn.unwrap();
        opened(ground, &unmade, "#900").await;
        let reader = ground.database.reader();
        let made = &threads::find(reader, unmade.id).await.unwrap();
        assert!(forgotten(ground, made).await);
        assert!(!forgotten(ground, made).await);
        let cards = cards::in_chat(reader, to).await.unwrap();
        assert_eq!(cards.iter().map(|card| &card.message_key).collect::<Vec<_>>(), [&None]);
        opened(ground, &unmade, "#901").await;
        assert!(!forgotten(ground, made).await, "the event concerns an older thread");
        let gone: Result<()> = ground
            .database
            .write(|tx| Box::pin(async move { threads::give_up(tx, made).await }))
            .await;
        gone.unwrap();
        assert!(cards::in_chat(reader, to).await.unwrap().is_empty());
        assert!(threads::of_ticket(reader, ticket.id).await.unwrap().is_empty());
        let again = registered(ground).await;
        assert_eq!((again.id, again.chat_key, again.given_up), (unmade.id, None, false));
    })
    .await;
}

#[tokio::test]
async fn a_thread_is_current_while_the_groups_technician_has_the_ticket() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte", "tecnologia"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        let thread = registered(ground).await;
        let current = async || {
            let ticket = find_one(ground).await;
            threads::is_current(ground.database.reader(), &thread, &ticket).await.unwrap()
        };
        acts!(ground, ana, START, |act| hand_over::accept(act, ONE)).unwrap();
        assert!(!current().await, "the group has no channel there");
        let linked: Result<()> = ground
            .database
            .write(|tx| {
                Box::pin(async move { people::link_destination(tx, "soporte", &room()).await })
            })
            .await;
        linked.unwrap();
        assert!(current().await);
        acts!(ground, ana, START, |act| solve::solve(act, ONE, "Cambié el cable")).unwrap();
        assert!(current().await, "a solved ticket may be reopened");
        acts!(ground, marta, START, |act| solve::reject(act, ONE, 1, "Sigue igual")).unwrap();
        let why = "Es de la red";
        acts!(ground, ana, START, |act| hand_over::escalate(act, ONE, "tecnologia", why)).unwrap();
        assert!(!current().await);
        acts!(ground, ana, START, |act| hand_over::accept(act, ONE)).unwrap();
        assert!(!current().await, "another group has the ticket");
    })
    .await;
}

#[tokio::test]
async fn creating_the_thread_first_uses_up_no_attempt() {
    on_every_engine(async |ground| {
        let lane = outbox::lane(ChannelKind::Discord, "~1");
        let new = &NewDelivery {
            channel: ChannelKind::Discord,
            chat_key: "~1".to_owned(),
            lane: lane.clone(),
            delivery: "{}".to_owned(),
            card: None,
            ticket: None,
            person: None,
            critical: false,
            precedence: Default::default(),
            asked: false,
        };
        let prepared: Result<()> = ground
            .database
            .write(|tx| {
                Box::pin(async move {
                    let row = outbox::enqueue(tx, new.clone(), START).await?;
                    outbox::claim(tx, &[row.id]).await?;
                    outbox::record(tx, row.id, Outcome::Prepared("made".into()), START).await
                })
            })
            .await;
        prepared.unwrap();
        let waiting = outbox::waiting_in(ground.database.reader(), &lane).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].attempts), (1, 0));
        assert_eq!(waiting[0].not_before, START);
    })
    .await;
}
