//! Faults that only Telegram has: it does not recognise repeated messages, so a message whose
//! answer was lost is repeated only if a person waits for it (G6).

use mesabot::entity::outbox::{self, DeliveryState};
use sea_orm::EntityTrait;

use crate::support::{
    desk::{HelpDesk, scenario},
    telegram::Fault,
};

async fn states(desk: &HelpDesk, state: DeliveryState) -> Vec<outbox::Model> {
    let rows = outbox::Entity::find().all(desk.app.database.reader()).await.unwrap();
    rows.into_iter().filter(|row| row.state == state).collect()
}

/// The messages with a lost answer that were shown twice, without the mark of a repetition.
fn doubled(desk: &HelpDesk, chat: i64) -> Vec<String> {
    desk.emulator.read(|ledger| {
        let said = ledger.said_to(chat);
        let marked = said.iter().filter_map(|text| text.strip_prefix("(Repetido) "));
        marked
            .inspect(|text| assert!(said.iter().any(|said| said == text), "{text} is a repetition"))
            .map(str::to_owned)
            .collect()
    })
}

#[tokio::test]
async fn g6_a_message_with_a_lost_answer_is_repeated_once_and_marked() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.emulator.faults().next("sendMessage", 1, Fault::DropAfter);
        marta.says("/ayuda").await;
        desk.passes(60_000).await;
        assert_eq!(doubled(desk, marta.id).len(), 1, "the answer to a command is repeated");
        assert_eq!(desk.emulator.read(|ledger| ledger.said_to(marta.id).len()), 2);
        assert_eq!(states(desk, DeliveryState::Unknown).await, []);

        desk.opens_ticket(&marta, "No abre el correo").await;
        let ana = desk.technician("Ana").await;
        ana.says("/aceptar 1").await;
        desk.emulator.faults().next("sendMessage", 2, Fault::DropAfter);
        ana.says("/suspender 1 Falta el cable").await;
        desk.passes(60_000).await;
        desk.passes(60_000).await;
        ana.reads();
        marta.reads();
        assert_eq!(doubled(desk, marta.id).len(), 2, "a notice is repeated");
        assert_eq!(
            doubled(desk, ana.id).len(),
            1,
            "the answer to the technician's command is repeated too"
        );
        assert_eq!(
            desk.emulator.read(|ledger| ledger.repeated()),
            [],
            "every repetition is marked"
        );
    })
    .await;
}

#[tokio::test]
async fn g5_a_technician_is_told_of_a_reply_in_doubt() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        let ana = desk.technician("Ana").await;
        ana.says("/aceptar 1").await;
        marta.reads();
        ana.reads();
        // The answers to the reply and to its repetition are lost.
        desk.emulator.faults().sometimes("sendMessage", 1_000, 7, Fault::DropAfter);
        ana.says("/responder 1 Ya lo reviso").await;
        desk.passes(60_000).await;
        desk.emulator.faults().clear();
        desk.passes(60_000).await;
        desk.passes(60_000).await;
        marta.reads();
        let read = ana.reads();
        assert!(read.contains("No sé si Marta recibió este mensaje sobre el caso #1"), "{read}");
        assert!(read.contains("Ya lo reviso"), "{read}");
    })
    .await;
}

#[tokio::test]
async fn g17_after_thirty_seconds_of_500_every_person_has_an_answer() {
    scenario(async |desk| {
        let people: Vec<_> = (0..10).map(|n| desk.requester(&format!("Persona {n}"))).collect();
        let broken = Fault::Refuse(500, "Internal Server Error".to_owned());
        desk.emulator.faults().sometimes("sendMessage", 1_000, 7, broken);
        for person in &people {
            person.says("/ayuda").await;
        }
        for _ in 0..30 {
            desk.passes(1_000).await;
        }
        let said = |person: i64| desk.emulator.read(|ledger| ledger.said_to(person).len());
        assert!(people.iter().all(|person| said(person.id) == 0));
        desk.emulator.faults().clear();
        for _ in 0..30 {
            desk.passes(1_000).await;
        }
        let answered = people.iter().filter(|person| said(person.id) == 1).count();
        println!("{answered} of {} people have their answer", people.len());
        assert_eq!(answered, people.len());
        assert_eq!(states(desk, DeliveryState::Unknown).await, []);
        people.iter().for_each(|person| drop(person.reads()));
    })
    .await;
}
