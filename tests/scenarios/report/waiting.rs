//! A requested report is a row until it is answered: the transaction that handles the command reads
//! no ticket, a crash loses no request, and no request is answered twice.

use std::sync::Arc;

use mesabot::{
    clock::Clock,
    domain::{person::Role, time::SECOND},
    entity::report_request,
    service::database::Database,
    worker::{handler::Pass, monthly::Monthly, reporter::Reporter},
};
use sea_orm::EntityTrait;

use super::a_busy_morning;
use crate::support::{
    desk::{DEADLINE, HelpDesk, scenario},
    person::Person,
    telegram::Ledger,
};

/// A person writes, and only the handler runs.
async fn says_and_is_handled(desk: &HelpDesk, person: &Person<'_>, text: &str) {
    desk.emulator.says(person.id, person.id, text);
    let pending = desk.emulator.pending();
    let confirmed = |ledger: &Ledger| pending.iter().all(|id| ledger.confirmed.contains(id));
    desk.emulator.wait_until(confirmed, DEADLINE).await;
    assert_eq!(desk.workers.handler.pass().await.unwrap(), Pass::Idle);
}

async fn wishes(desk: &HelpDesk) -> usize {
    report_request::Entity::find().all(desk.app.database.reader()).await.unwrap().len()
}

#[tokio::test]
async fn a_crash_before_the_answer_loses_no_report_and_repeats_none() {
    scenario(async |desk| {
        a_busy_morning(desk).await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        says_and_is_handled(desk, &luz, "/informe").await;
        desk.workers.courier.pass().await.unwrap();
        assert_eq!((wishes(desk).await, luz.reads()), (1, String::new()), "handled, not answered");
        // The process dies here, and another one starts on the same database.
        let another = Reporter {
            database: Database::open(&desk.database().url).await.unwrap(),
            desk: desk.app.desk.clone(),
            clock: desk.clock.clone(),
            wake: Arc::default(),
            monthly: Monthly::default(),
        };
        another.pass().await.unwrap();
        another.pass().await.unwrap();
        another.database.close().await;
        desk.settle().await;
        let messages = luz.reads();
        assert!(
            messages.starts_with("Informe de marzo de 2026, hasta hoy\nRecibidos: 3"),
            "{messages}"
        );
        desk.settle().await;
        assert_eq!((wishes(desk).await, luz.reads()), (0, String::new()), "once");
    })
    .await;
}

#[tokio::test]
async fn several_report_requests_are_answered_each_in_its_chat() {
    scenario(async |desk| {
        a_busy_morning(desk).await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        let sonia = desk.staff("Sonia", Role::Supervisor, &[]).await;
        for (person, text) in [(&luz, "/informe"), (&luz, "/informe 2026-02"), (&sonia, "/informe")]
        {
            says_and_is_handled(desk, person, text).await;
        }
        desk.settle().await;
        let messages = luz.reads();
        assert!(messages.contains("Recibidos: 3"), "{messages}");
        assert!(messages.contains("En febrero de 2026 no hubo casos."), "{messages}");
        assert!(sonia.reads().contains("Recibidos: 3"));
    })
    .await;
}

#[tokio::test]
async fn a_supervisor_who_lost_the_role_gets_no_report() {
    scenario(async |desk| {
        a_busy_morning(desk).await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        says_and_is_handled(desk, &luz, "/informe").await;
        desk.database().execute("UPDATE person SET role = 'requester' WHERE name = 'Luz'").await;
        desk.settle().await;
        assert_eq!((wishes(desk).await, luz.reads()), (0, String::new()));
    })
    .await;
}

#[tokio::test]
async fn a_failed_report_is_reported_after_the_last_attempt() {
    scenario(async |desk| {
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        says_and_is_handled(desk, &luz, "/informe").await;
        desk.database().execute("UPDATE report_wish SET month = 'damaged'").await;
        for _ in 0..4 {
            desk.settle().await;
            assert_eq!((wishes(desk).await, luz.reads()), (1, String::new()), "the report is retried");
            desk.clock.set(desk.clock.now().plus(11 * SECOND));
        }
        desk.settle().await;
        assert_eq!(
            luz.reads(),
            "No pude hacer el informe que pidió. Pídalo de nuevo; si vuelve a fallar, avise a quien \
             administra la mesa de ayuda."
        );
        assert_eq!(wishes(desk).await, 0);
    })
    .await;
}
