//! What only Telegram does when it stumbles: it does not recognise what comes twice, so a message
//! whose answer was lost is said once more only when it is worth it (G6).

use mesabot::entity::outbox::{self, DeliveryState};
use sea_orm::EntityTrait;

use crate::support::{
    desk::{HelpDesk, scenario},
    telegram::Fault,
};

async fn states(desk: &HelpDesk, state: DeliveryState) -> Vec<outbox::Model> {
    let rows = outbox::Entity::find().all(desk.house.database.reader()).await.unwrap();
    rows.into_iter().filter(|row| row.state == state).collect()
}

#[tokio::test]
async fn g6_a_lost_answer_doubles_a_critical_notice_once_and_nothing_else() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.emulator.faults().next("sendMessage", 1, Fault::DropAfter);
        desk.says(&marta, "/ayuda").await;
        desk.passes(60_000).await;
        assert_eq!(desk.emulator.read(|ledger| ledger.said_to(marta.id).len()), 1);
        let unknown = states(desk, DeliveryState::Unknown).await;
        assert_eq!(unknown.len(), 1, "the doubt stays visible");

        desk.opens_ticket(&marta, "No abre el correo").await;
        let ana = desk.technician("Ana").await;
        marta.reads();
        desk.emulator.faults().next("sendMessage", 1, Fault::DropAfter);
        desk.says(&ana, "/aceptar 1").await;
        desk.passes(1_000).await;
        desk.passes(60_000).await;
        ana.reads();
        marta.reads();
        let repeated = desk.emulator.read(|ledger| ledger.repeated());
        assert_eq!(repeated.len(), 0, "the reply to the technician is not worth a repetition");
        desk.emulator.faults().next("sendMessage", 1, Fault::DropAfter);
        desk.says(&ana, "/responder 1 Ya lo reviso").await;
        desk.passes(60_000).await;
        desk.emulator.faults().clear();
        desk.emulator.faults().next("sendMessage", 2, Fault::DropAfter);
        desk.says(&ana, "/suspender 1 Falta el cable").await;
        desk.passes(60_000).await;
        desk.passes(60_000).await;
        ana.reads();
        marta.reads();
        let repeated = desk.emulator.read(|ledger| ledger.repeated());
        let doubled: Vec<_> = repeated.iter().map(|(chat, _, times)| (*chat, *times)).collect();
        assert!(
            doubled.iter().all(|(chat, times)| (*chat, *times) == (marta.id, 2)),
            "{repeated:?}"
        );
        assert!(!doubled.is_empty(), "a notice whose answer was lost is said once more");
    })
    .await;
}
