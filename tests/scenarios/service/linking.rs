//! Merging two people into one, in every table that refers to them.

use mesabot::{
    domain::{
        channel::ChannelKind,
        person::{Doer, Role},
        person_event::By,
        refusal::Refusal,
        time::{MINUTE, Timestamp},
    },
    service::{
        Error, Result,
        membership::joining,
        people::{
            self,
            linking::{self, Tried, Visitor},
        },
        ticket::{
            self, find,
            follow::{self, Following},
        },
    },
};

use super::{Ground, START, acts, on_every_engine};

/// Requests a link code in the account with this key.
async fn offers(ground: &Ground, key: &str, now: Timestamp) -> String {
    let found = people::find_account(ground.database.reader(), ChannelKind::Console, key).await;
    let account = &found.unwrap().expect("the account is known").0;
    let code = &linking::code(rand::random());
    let kept: Result<()> = ground
        .database
        .write(|tx| Box::pin(async move { linking::offer(tx, account, code, now).await }))
        .await;
    kept.unwrap();
    code.clone()
}

async fn brings(ground: &Ground, who: &Doer, code: &str, now: Timestamp) -> Tried {
    let actor = who.person().unwrap();
    let person = Some(actor.id);
    let key = &actor.name.to_lowercase();
    let tried: Result<Tried> = ground
        .database
        .write(|tx| {
            Box::pin(async move {
                let visitor = Visitor { channel: ChannelKind::Console, external_key: key, person };
                linking::try_code(tx, &visitor, code, now).await
            })
        })
        .await;
    tried.unwrap()
}

async fn joins(ground: &Ground, gone: &Doer, into: &Doer) -> Result<linking::Joined> {
    let gone = gone.person().unwrap().id;
    let into = into.person().unwrap().id;
    acts!(ground, Doer::Desk, START, |act| joining::join(act, By::Operator, gone, into))
}

#[tokio::test]
async fn a_link_moves_everything_to_one_person_and_keeps_the_history() {
    on_every_engine(async |ground| {
        let ana = ground.enrols("Ana", Role::Technician, &["soporte", "impresion"]).await;
        let phone = ground.enrols("Movil", Role::Requester, &["soporte"]).await;
        let asked = ground.opens(&ana, "plataforma").await.unwrap().ticket;
        let other = ground.opens(&phone, "plataforma").await.unwrap().ticket;
        acts!(ground, ana, START, |act| ticket::hand_over::accept(act, other.number)).unwrap();
        let code = offers(ground, "movil", START).await;
        let Tried::Good(asker) = brings(ground, &ana, &code, START).await else {
            panic!("the code is valid")
        };
        let into = phone.person().unwrap().id;
        assert_eq!(asker.person, into);
        assert_eq!(joins(ground, &ana, &phone).await.unwrap().tickets, 2);

        let reader = ground.database.reader();
        let actor = people::actor(reader, into).await.unwrap().unwrap();
        assert_eq!((actor.role, actor.groups.len()), (Role::Technician, 2));
        let mine = find::mine(reader, into, None, 10).await.unwrap().tickets;
        assert_eq!(mine.len(), 2);
        let asked = find::by_id(reader, asked.id).await.unwrap();
        assert_eq!((asked.requester_id, asked.registered_by), (into, into));
        let taken = find::by_id(reader, other.id).await.unwrap();
        assert_eq!(taken.technician_id, Some(into));
        assert_eq!(linking::accounts(reader, into).await.unwrap().len(), 2);

        let left = ana.person().unwrap().id;
        let row =
            people::person(reader, left).await.unwrap().expect("the history refers to the person");
        assert_eq!((row.joined_into, row.role), (Some(into), Role::Requester));
        assert!(people::actor(reader, left).await.unwrap().unwrap().groups.is_empty());
        let history = find::history(reader, other.id).await.unwrap();
        assert_eq!(history.last().unwrap().row.actor_id, Some(left));
        let requesters = people::with_role(reader, Role::Requester).await.unwrap();
        assert_eq!(requesters.iter().map(|person| person.id).collect::<Vec<_>>(), [into]);
        // Neither again nor in the opposite direction.
        for (gone, into) in [(&ana, &phone), (&phone, &ana)] {
            let again = joins(ground, gone, into).await;
            assert!(matches!(again, Err(Error::Refused(Refusal::LinkInvalid))), "{again:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_join_moves_followed_tickets_and_doubles_none() {
    on_every_engine(async |ground| {
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let phone = ground.enrols("Movil", Role::Technician, &["soporte"]).await;
        let luis = ground.enrols("Luis", Role::Technician, &["soporte"]).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let both = ground.opens(&marta, "plataforma").await.unwrap().ticket;
        let hers = ground.opens(&marta, "plataforma").await.unwrap().ticket;
        for (doer, number) in [(&ana, both.number), (&phone, both.number), (&ana, hers.number)] {
            let begun = acts!(ground, *doer, START, |act| follow::follow(act, number)).unwrap();
            assert_eq!(begun, Following::Begun);
        }
        joins(ground, &ana, &phone).await.unwrap();
        let into = phone.person().unwrap().id;
        for number in [both.number, hers.number] {
            let taken = acts!(ground, luis, START, |act| ticket::hand_over::accept(act, number));
            let taken = &taken.unwrap().ticket;
            let told = acts!(ground, Doer::Desk, START, |act| follow::take_untold(act.tx, taken));
            assert_eq!(told.unwrap(), [into]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_works_once_for_ten_minutes_and_a_new_one_voids_it() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let pedro = ground.enrols("Pedro", Role::Requester, &[]).await;
        let refused = Tried::Refused(Refusal::LinkInvalid);
        let old = offers(ground, "marta", START).await;
        let code = offers(ground, "marta", START).await;
        assert_eq!(brings(ground, &pedro, &old, START).await, refused);
        assert_eq!(brings(ground, &marta, &code, START).await, refused, "the account's own code");
        let late = START.plus(10 * MINUTE);
        assert_eq!(brings(ground, &pedro, &code, late).await, refused);
        assert!(matches!(brings(ground, &pedro, &code, late.plus(-1)).await, Tried::Good(_)));
        assert_eq!(brings(ground, &pedro, &code, START).await, refused, "used");
    })
    .await;
}

#[tokio::test]
async fn after_five_wrong_codes_an_hour_codes_are_refused() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        ground.enrols("Pedro", Role::Requester, &[]).await;
        for minute in 0..5 {
            let now = START.plus(minute * MINUTE);
            let wrong = brings(ground, &marta, "ABCD2345", now).await;
            assert_eq!(wrong, Tried::Refused(Refusal::LinkInvalid));
        }
        let good = offers(ground, "pedro", START.plus(55 * MINUTE)).await;
        let until = START.plus(60 * MINUTE);
        let early = brings(ground, &marta, &good, until.plus(-1)).await;
        assert_eq!(early, Tried::Refused(Refusal::LinkTooManyTries { until }));
        assert!(matches!(brings(ground, &marta, &good, until).await, Tried::Good(_)));
    })
    .await;
}

#[tokio::test]
async fn of_two_opposite_links_one_succeeds() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let pedro = ground.enrols("Pedro", Role::Requester, &[]).await;
        let both = tokio::join!(joins(ground, &marta, &pedro), joins(ground, &pedro, &marta));
        assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|ok| **ok).count(), 1);
    })
    .await;
}
