//! Threads that are deleted, cannot be created, or were being created when a fault occurred.

use mesabot::entity::outbox::{self, DeliveryState};
use sea_orm::EntityTrait;
use serde_json::json;

use super::*;
use crate::support::{
    desk::DEADLINE,
    discord::{ATTACH_FILES, Fault},
};

/// How many threads were ever created.
fn made(discord: &DiscordLine) -> usize {
    let made = |effect: &&Effect| matches!(effect, Effect::ThreadCreated { .. });
    discord.emulator.read(|ledger| ledger.effects.iter().filter(made).count())
}

/// How every delivery into a thread ended, and how many attempts it took.
async fn deliveries(desk: &HelpDesk) -> Vec<(DeliveryState, i32)> {
    let rows = outbox::Entity::find().all(desk.app.database.reader()).await.unwrap();
    let there = rows.iter().filter(|row| row.chat_key.starts_with('~'));
    there.map(|row| (row.state, row.attempts)).collect()
}

#[tokio::test]
async fn a_deleted_thread_is_recreated_at_the_event() {
    scenario_on_both(async |desk, discord| {
        let (ana, _, first) = taken(desk, discord).await;
        let before = discord.reads_in(first);
        discord.emulator.deletes_thread(first);
        discord.after(desk, format!("x:{first}")).await;
        let second = thread(discord);
        assert_ne!(first, second);
        assert_eq!(discord.reads_in(second), before);
        assert_eq!(discord.emulator.thread(second).2, [ana.id]);
        let ended = deliveries(desk).await;
        assert!(ended.iter().all(|ended| *ended == (DeliveryState::Sent, 1)), "{ended:?}");
        discord.uses(desk, ana.at(second), "note", &[("text", json!("Sigo aquí"))]).await;
        assert_eq!(notes(desk).await, ["Sigo aquí"]);
    })
    .await;
}

#[tokio::test]
async fn a_thread_deleted_without_an_event_is_recreated_at_the_next_message() {
    scenario_on_both(async |desk, discord| {
        let (ana, marta, first) = taken(desk, discord).await;
        discord.emulator.loses_events(1);
        discord.emulator.deletes_thread(first);
        marta.says("/responder 1 ¿Cómo va?").await;
        marta.reads();
        let second = thread(discord);
        let said = discord.reads_in(second);
        assert!(said.contains("¿Cómo va?") && said.contains("[Solucionar]"), "{said}");
        assert_eq!(discord.emulator.thread(second).2, [ana.id]);
        assert_eq!(made(discord), 2);
    })
    .await;
}

#[tokio::test]
async fn the_thread_of_a_closed_ticket_stays_deleted() {
    scenario_on_both(async |desk, discord| {
        let (ana, marta, first) = taken(desk, discord).await;
        discord.uses(desk, ana.at(first), "solve", &[("text", json!("Renové la clave"))]).await;
        marta.presses("Sí").await;
        marta.presses("5").await;
        marta.reads();
        discord.emulator.deletes_thread(first);
        discord.after(desk, format!("x:{first}")).await;
        marta.says("Gracias").await;
        marta.reads();
        assert_eq!(discord.emulator.threads(ROOM), Vec::<u64>::new());
    })
    .await;
}

#[tokio::test]
async fn where_threads_are_forbidden_the_desk_works_without_them() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord).await;
        let marta = ticket(desk).await;
        let forbidden = || Fault::Status(403, 50_013, "Missing Permissions".to_owned());
        discord.emulator.faults().next("POST /channels/*/threads", 1, forbidden());
        discord.presses_in(desk, ana.at(ROOM), "Aceptar").await;
        marta.reads();
        assert_eq!(made(discord), 0);
        let ended = deliveries(desk).await;
        assert!(ended.iter().all(|(state, _)| *state == DeliveryState::Failed), "{ended:?}");
        marta.says("/responder 1 ¿Cómo va?").await;
        marta.reads();
        let private = discord.reads(ana);
        assert!(private.contains("¿Cómo va?") && private.contains("[Solucionar]"), "{private}");
        let kinds = desk.history(TicketNumber(1)).await;
        assert!(kinds.iter().all(|kind| kind != "unreachable"), "{kinds:?}");
        assert!(discord.reads_in(ROOM).contains("Atiende: Ana"), "the channel's card is updated");

        // The next technician finds the channel with the right permission.
        let luis = enrolled(desk, discord, 503, "Luis").await;
        discord.uses(desk, ana.at(ROOM), "assign", &[("ticket", json!(1))]).await;
        discord.presses(desk, ana, "Luis").await;
        marta.reads();
        assert_eq!(discord.emulator.thread(thread(discord)).2, [luis.id]);
    })
    .await;
}

#[tokio::test]
async fn a_thread_that_keeps_vanishing_is_given_up() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord).await;
        let marta = ticket(desk).await;
        discord.emulator.on_effect(|emulator, effect| {
            if let Effect::ThreadCreated { thread, .. } = effect {
                emulator.deletes_thread(*thread);
            }
        });
        discord.presses_in(desk, ana.at(ROOM), "Aceptar").await;
        marta.reads();
        marta.says("/responder 1 ¿Cómo va?").await;
        marta.reads();
        assert_eq!(made(discord), 3);
        assert!(discord.reads(ana).contains("[Solucionar]"), "the private card exists");
    })
    .await;
}

#[tokio::test]
async fn deleting_every_thread_ends_their_recreation() {
    scenario_on_both(async |desk, discord| {
        let (ana, marta, first) = taken(desk, discord).await;
        let mut last = first;
        for _ in 0..2 {
            discord.emulator.deletes_thread(last);
            discord.after(desk, format!("x:{last}")).await;
            last = thread(discord);
        }
        discord.emulator.deletes_thread(last);
        discord.after(desk, format!("x:{last}")).await;
        marta.says("/responder 1 ¿Cómo va?").await;
        marta.reads();
        assert_eq!(discord.emulator.threads(ROOM), Vec::<u64>::new());
        assert!(discord.reads(ana).contains("¿Cómo va?"));
    })
    .await;
}

#[tokio::test]
async fn a_deleted_channel_takes_its_threads_with_it() {
    scenario_on_both(async |desk, discord| {
        let (ana, marta, first) = taken(desk, discord).await;
        discord.emulator.deletes_channel(ROOM);
        discord.after(desk, format!("x:{first}")).await;
        marta.says("/responder 1 ¿Cómo va?").await;
        marta.reads();
        assert!(discord.reads(ana).contains("¿Cómo va?"));
        assert_eq!(made(discord), 1);
    })
    .await;
}

#[tokio::test]
async fn a_created_but_unrecorded_thread_is_found_again() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord).await;
        let marta = ticket(desk).await;
        // The thread is created, and the answer is lost, as in a kill of the program.
        discord.emulator.faults().next("POST /channels/*/threads", 1, Fault::DropAfter);
        discord.presses_in(desk, ana.at(ROOM), "Aceptar").await;
        assert_eq!(discord.reads_in(thread(discord)), "", "no thread is recorded yet");
        // Archived threads are searched too.
        discord.emulator.archives_thread(thread(discord));
        desk.passes(60_000).await;
        marta.reads();
        assert_eq!(made(discord), 1);
        let found = thread(discord);
        assert!(discord.reads_in(found).contains("[Solucionar]"));
        assert_eq!(discord.emulator.thread(found).2, [ana.id]);
    })
    .await;
}

#[tokio::test]
async fn a_courier_that_died_while_creating_a_thread_finds_it_again() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord).await;
        let marta = ticket(desk).await;
        let (card, code) = discord.emulator.button(ROOM, "Aceptar").unwrap();
        let pressed = discord.emulator.presses(ana.id, ROOM, card, &code);
        discord.hears(format!("i:{pressed}")).await;
        desk.workers.handler.pass().await.unwrap();
        let created = |effect: &Effect| matches!(effect, Effect::ThreadCreated { .. });
        tokio::select! {
            biased;
            () = discord.emulator.wait_until(|l| l.effects.iter().any(created), DEADLINE) => {}
            ended = desk.workers.courier.pass() => panic!("the courier did not die: {ended:?}"),
        }
        let unopened = discord.reads_in(thread(discord));
        assert_eq!(unopened, "");
        desk.workers.courier.recover().await.unwrap();
        desk.passes(60_000).await;
        marta.reads();
        assert_eq!(made(discord), 1);
        assert!(discord.reads_in(thread(discord)).contains("[Solucionar]"));
        assert_eq!(discord.emulator.thread(thread(discord)).2, [ana.id]);
    })
    .await;
}

#[tokio::test]
async fn a_foreign_thread_with_the_same_name_is_left_alone() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord).await;
        let marta = ticket(desk).await;
        // The desk creates threads that only added members can see; this foreign one has other
        // properties.
        let body = json!({"name": "#1 · No abre el correo", "type": 12, "invitable": false});
        let url = format!("{}/api/v10/channels/{ROOM}/threads", discord.emulator.api_url());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let token = format!("Bot {}", discord.emulator.token());
        let made = client.post(url).header("authorization", token).json(&body).send().await;
        assert_eq!(made.unwrap().status(), 201);
        let other = thread(discord);
        discord.presses_in(desk, ana.at(ROOM), "Aceptar").await;
        marta.reads();
        assert_eq!(discord.emulator.threads(ROOM).len(), 2);
        assert_eq!(discord.reads_in(other), "");
    })
    .await;
}

#[tokio::test]
async fn messages_missed_in_a_new_thread_are_fetched() {
    scenario_overhearing(async |desk, discord| {
        let (ana, marta, thread) = taken(desk, discord).await;
        discord.emulator.loses_events(1);
        discord.emulator.says(ana.id, thread, "El buzón está lleno");
        discord.comes_back(desk).await;
        assert_eq!(notes(desk).await, ["El buzón está lleno"]);
        assert_eq!(
            discord.emulator.messages(thread).len(),
            1,
            "a missed message is noted without an answer"
        );

        // Once the ticket is closed, messages in its thread are not fetched.
        discord.uses(desk, ana.at(thread), "solve", &[("text", json!("Vacié el buzón"))]).await;
        desk.passes(WEEK).await;
        desk.passes(WEEK).await;
        marta.reads();
        assert_eq!(desk.newest().await.status, Status::Closed);
        let asked = || {
            let route = format!("GET /channels/{thread}/messages");
            discord.emulator.read(|ledger| ledger.calls_of(&route))
        };
        let before = asked();
        assert!(before > 0);
        discord.comes_back(desk).await;
        assert_eq!(asked(), before);
    })
    .await;
}

/// The requester adds a file to the ticket.
async fn adds_file(desk: &HelpDesk, marta: &Person<'_>, name: &str) {
    let upload = Upload::document(name, name);
    desk.emulator.sends_upload(marta.id, marta.id, &upload, "");
    desk.settle().await;
    marta.presses("Agregar al #1 No abre el correo").await;
    marta.reads();
}

#[tokio::test]
async fn a_refused_file_is_named_and_its_thread_stays_in_use() {
    scenario_on_both(async |desk, discord| {
        let (_, marta, thread) = taken(desk, discord).await;
        discord.reads_in(thread);
        discord.emulator.denies_bot(ROOM, ATTACH_FILES);
        adds_file(desk, &marta, "captura.pdf").await;
        let said = discord.reads_in(thread);
        assert!(said.contains("captura.pdf") && !said.contains("📎"), "{said}");
        marta.says("/responder 1 ¿La vio?").await;
        marta.reads();
        assert!(discord.reads_in(thread).contains("¿La vio?"), "the thread was given up");

        discord.emulator.denies_bot(ROOM, 0);
        adds_file(desk, &marta, "otra.pdf").await;
        assert!(discord.reads_in(thread).contains("📎 otra.pdf"), "the next file is tried");
    })
    .await;
}

#[tokio::test]
async fn a_thread_whose_name_is_refused_is_named_by_number() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord).await;
        let marta = ticket(desk).await;
        let words = "Invalid Form Body: INVALID_COMMUNITY_PROPERTY_NAME".to_owned();
        let refused = Fault::Status(400, 50_035, words);
        discord.emulator.faults().next("POST /channels/*/threads", 1, refused);
        discord.presses_in(desk, ana.at(ROOM), "Aceptar").await;
        marta.reads();
        let thread = thread(discord);
        assert_eq!(discord.emulator.thread(thread).0, "#1");
        assert!(discord.reads_in(thread).contains("[Solucionar]"));
    })
    .await;
}

#[tokio::test]
async fn a_locked_thread_is_unlocked_for_a_new_message() {
    scenario_on_both(async |desk, discord| {
        let (_, marta, thread) = taken(desk, discord).await;
        let locked = || Fault::Status(403, 160_005, "Thread is locked".to_owned());
        // The technician's private chat gets the message too, and is not locked.
        let route = format!("POST /channels/{thread}/messages");
        discord.emulator.faults().next(&route, 1, locked());
        marta.says("/responder 1 ¿Cómo va?").await;
        marta.reads();
        assert!(discord.reads_in(thread).contains("¿Cómo va?"));
        let unlocked = |effect: &Effect| {
            matches!(effect, Effect::ThreadChanged { thread: one, locked: false, .. } if *one == thread)
        };
        assert!(discord.emulator.read(|ledger| ledger.effects.iter().any(unlocked)));
    })
    .await;
}
