//! A ticket runs under the rules it was registered with, even after the file changes.

use mesabot::{
    config::procedure,
    domain::{
        field::{Answer, Value},
        id::TicketNumber,
        locale::Locale,
        person::Role,
        refusal::Refusal,
        time::{DAY, HOUR, MINUTE, Timestamp},
    },
    entity::edition,
    service::{
        Error, editions as kept_editions,
        ticket::{answers, hand_over, open, solve, suspend},
    },
};
use sea_orm::EntityTrait;

use super::{START, acts, on_every_engine};
use crate::support::desk::uspec;

const ONE: TicketNumber = TicketNumber(1);
const TWO: TicketNumber = TicketNumber(2);

/// The same procedure after an edit: mornings only, other times, no survey, so that no case is
/// reopened.
fn edited() -> mesabot::domain::procedure::Procedure {
    let text = include_str!("../../../config/procedures/uspec.toml")
        .replace("[\"08:00-17:00\"]", "[\"08:00-12:00\"]")
        .replace("resolve = \"30m\"", "resolve = \"8h\"")
        .replace("validate = \"1bd\"", "validate = \"5bd\"")
        .replace("reopened = {", "# reopened = {")
        .replace("survey = true", "survey = false");
    procedure::read("own.toml", &text).expect("the procedure is valid")
}

#[test]
fn only_changed_rules_make_a_new_edition() {
    let text = include_str!("../../../config/procedures/uspec.toml");
    let commented = procedure::read("own.toml", &format!("# A remark.\n{text}")).unwrap();
    assert_eq!(commented.digest, uspec().digest);
    assert_eq!(uspec().digest.len(), 32);
    assert_ne!(edited().digest, uspec().digest);
}

#[tokio::test]
async fn editing_the_procedure_changes_no_running_promise() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        acts!(ground, ana, START.plus(10 * MINUTE), |act| hand_over::accept(act, ONE)).unwrap();
        let waits = acts!(ground, ana, START.plus(10 * MINUTE), |act| {
            suspend::suspend(act, ONE, "proveedor")
        });
        assert_eq!(waits.unwrap().ticket.resolve_left, Some(20 * MINUTE));

        ground.runs_on(edited()).await;
        // 14:00: working time under the rules it was registered with, and not under the present
        // ones.
        let afternoon = START.plus(6 * HOUR);
        let goes_on = acts!(ground, ana, afternoon, |act| suspend::resume(act, ONE)).unwrap();
        assert_eq!(goes_on.ticket.resolve_due_at, Some(afternoon.plus(20 * MINUTE)));
        let solved = acts!(ground, ana, afternoon, |act| solve::solve(act, ONE, "Listo")).unwrap();
        assert_eq!(solved.ticket.close_at, Some(afternoon.plus(DAY)), "one business day, surveyed");

        let new = &super::request(&marta, "plataforma");
        let fresh = acts!(ground, marta, afternoon, |act| open::open(act, new.clone()));
        let fresh = fresh.unwrap().ticket;
        let morning: Timestamp = START.plus(DAY);
        assert_eq!(fresh.own_due_at, morning.plus(15 * MINUTE));
        assert_eq!(fresh.resolve_due_at, Some(morning.plus(DAY + 4 * HOUR)));
        acts!(ground, ana, morning, |act| hand_over::accept(act, TWO)).unwrap();
        let closed = acts!(ground, ana, morning, |act| solve::solve(act, TWO, "Listo")).unwrap();
        assert_eq!(closed.ticket.close_at, None, "new rules ask no survey");
    })
    .await;
}

#[tokio::test]
async fn an_edition_is_stored_once_and_reads_back_unchanged() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ticket = ground.opens(&marta, "plataforma").await.unwrap().ticket;
        ground.runs_on(edited()).await;
        ground.runs_on(edited()).await;
        let kept = edition::Entity::find().all(ground.database.reader()).await.unwrap();
        assert_eq!(kept.len(), 2);
        let rules = kept_editions::of(ground.database.reader(), &ground.procedure, &ticket).await;
        assert_eq!(rules.unwrap().into_owned(), uspec());
    })
    .await;
}

#[tokio::test]
async fn answers_are_read_in_the_words_of_their_edition() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let answer = |field: &str, value| Answer { field: field.to_owned(), value: Some(value) };
        let mut new = super::request(&marta, "web");
        new.answers = vec![
            answer("cambio", Value::Choice("publicar".into())),
            answer("seccion", Value::Text("Contratación".into())),
        ];
        let lacking = &new.clone();
        let refused = acts!(ground, marta, START, |act| open::open(act, lacking.clone()));
        assert!(matches!(refused, Err(Error::Refused(Refusal::FormIncomplete))), "{refused:?}");
        new.answers[0] = answer("cambio", Value::Choice("diseno".into()));
        new.answers.push(answer("contenido", Value::Text("El plan anual".into())));
        let refusing = &new.clone();
        let refused = acts!(ground, marta, START, |act| open::open(act, refusing.clone()));
        assert!(matches!(refused, Err(Error::Refused(Refusal::FormIncomplete))), "{refused:?}");
        new.answers[0] = answer("cambio", Value::Choice("publicar".into()));
        let whole = &new;
        let opened = acts!(ground, marta, START, |act| open::open(act, whole.clone())).unwrap();
        assert_eq!(opened.ticket.number, ONE, "the refused ticket took no number");

        // The choice is renamed from now on; this ticket was asked with the former name.
        let text = include_str!("../../../config/procedures/uspec.toml");
        let text = text.replace("Publicar un contenido", "Subir un contenido");
        ground.runs_on(procedure::read("own.toml", &text).unwrap()).await;
        let reader = ground.database.reader();
        let answered = answers::of(reader, &ground.procedure, &opened.ticket).await.unwrap();
        let (field, value) = &answered.request[0];
        assert_eq!(*value, Value::Choice("publicar".into()));
        let chosen = field.choice("publicar").expect("the choice is there");
        assert_eq!(chosen.name.get(Locale::Es), "Publicar un contenido");
        assert_eq!(answered.request.len(), 3);
    })
    .await;
}
