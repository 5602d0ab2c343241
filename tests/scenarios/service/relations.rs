//! Related cases, on every engine: what is written in one transaction and what is not.

use mesabot::{
    config::procedure,
    domain::{
        ending::Ending,
        event::Event,
        id::TicketNumber,
        person::{Doer, Role},
        procedure::Procedure,
        refusal::Refusal,
        status::Status,
    },
    service::{
        Error,
        ticket::{
            approve, asset,
            child::{self, Destination},
            find, follow_up, hand_over, not_manage, solve, suspend,
        },
    },
};
use sea_orm::EntityTrait;

use super::{Ground, START, acts, on_every_engine};

const ONE: TicketNumber = TicketNumber(1);
const TWO: TicketNumber = TicketNumber(2);

fn victimas() -> Procedure {
    let text = include_str!("../../../config/procedures/victimas.toml");
    procedure::read("victimas.toml", text).expect("the procedure is valid")
}

async fn staffed(ground: &mut Ground) -> (Doer, Doer, Doer) {
    ground.runs_on(victimas()).await;
    let marta = ground.enrols("Marta", Role::Requester, &[]).await;
    let ana = ground.enrols("Ana", Role::Technician, &["hardware"]).await;
    let paula = ground.enrols("Paula", Role::Technician, &["proveedor", "seguridad"]).await;
    (marta, ana, paula)
}

async fn how_many(ground: &Ground) -> usize {
    let all = mesabot::entity::ticket::Entity::find();
    all.all(ground.database.reader()).await.unwrap().len()
}

#[tokio::test]
async fn v8_the_parent_waits_for_the_vendor_case_and_resumes_by_itself() {
    on_every_engine(async |ground| {
        let (marta, ana, paula) = staffed(ground).await;
        ground.opens(&marta, "equipo").await.unwrap();
        acts!(ground, ana, START, |act| hand_over::accept(act, ONE)).unwrap();
        let (waits, opened) =
            acts!(ground, ana, START, |act| child::pass_to_vendor(act, ONE, "Cambiar el disco"))
                .unwrap();
        assert_eq!(waits.ticket.status, Status::Suspended);
        assert_eq!(opened.unwrap().ticket.parent_id, Some(waits.ticket.id));
        let taken = acts!(ground, paula, START, |act| hand_over::accept(act, TWO)).unwrap();
        assert_eq!(taken.ticket.status, Status::WithVendor);
        assert_eq!(taken.events, [Event::Accepted, Event::TakenByVendor]);
        let solved =
            acts!(ground, paula, START, |act| solve::solve(act, TWO, "Disco nuevo")).unwrap();
        assert_eq!(solved.ticket.ending, Some(Ending::NoSurvey));
        let solved = &solved;
        let parent = acts!(ground, paula, START, |act| child::ended(act, solved)).unwrap().unwrap();
        assert_eq!(parent.done.ticket.status, Status::InProgress);
        assert_eq!((parent.done.events, parent.open), (vec![Event::Resumed], vec![]));
        // A second call has nothing left to resume.
        let parent = acts!(ground, paula, START, |act| child::ended(act, solved)).unwrap().unwrap();
        assert_eq!(parent.done.events, vec![]);
        let first = acts!(ground, ana, START, |act| find::by_id(act.tx, waits.ticket.id)).unwrap();
        let history = acts!(ground, ana, START, |act| find::history(act.tx, first.id)).unwrap();
        let last = history.last().unwrap();
        assert_eq!(
            (&last.event, last.row.actor_id),
            (&Event::Resumed, None),
            "the desk resumed it"
        );
    })
    .await;
}

#[tokio::test]
async fn v10_an_approval_opens_one_case_of_its_own() {
    on_every_engine(async |ground| {
        let (marta, ana, paula) = staffed(ground).await;
        let asked = ground.opens(&marta, "software_libre").await.unwrap();
        assert!(asked.ticket.approval);
        assert_eq!(asked.ticket.group_key, "seguridad");
        let denied = acts!(ground, ana, START, |act| approve::approve(act, ONE));
        assert!(matches!(denied, Err(Error::Refused(Refusal::UnknownTicket(ONE)))), "{denied:?}");
        let denied = acts!(ground, paula, START, |act| approve::decline(act, ONE, " "));
        assert!(matches!(denied, Err(Error::Refused(Refusal::TextMissing(_)))), "{denied:?}");
        let (approved, next) =
            acts!(ground, paula, START, |act| approve::approve(act, ONE)).unwrap();
        assert_eq!(approved.ticket.ending, Some(Ending::Approved));
        assert!(approved.ticket.owned_at.is_some(), "a decision counts as owning");
        assert_eq!((next.ticket.number, &*next.ticket.category), (TWO, "instalacion"));
        let again = acts!(ground, paula, START, |act| approve::approve(act, ONE));
        assert!(matches!(again, Err(Error::Refused(Refusal::NotNow { .. }))), "{again:?}");
        assert_eq!(how_many(ground).await, 2);
        // The case after an approval is the requester's own, with its survey.
        acts!(ground, ana, START, |act| hand_over::accept(act, TWO)).unwrap();
        let solved = acts!(ground, ana, START, |act| solve::solve(act, TWO, "Listo")).unwrap();
        assert_eq!(solved.ticket.status, Status::Solved);
    })
    .await;
}

#[tokio::test]
async fn v10_no_approval_when_the_following_category_is_gone() {
    on_every_engine(async |ground| {
        let (marta, _, paula) = staffed(ground).await;
        ground.opens(&marta, "software_libre").await.unwrap();
        let mut later = victimas();
        later.categories.retain(|category| category.key != "instalacion");
        ground.runs_on(later.sealed()).await;
        let refused = acts!(ground, paula, START, |act| approve::approve(act, ONE));
        assert!(matches!(refused, Err(Error::Refused(Refusal::UnknownCategory(_)))), "{refused:?}");
        assert_eq!(how_many(ground).await, 1);
        let declined = acts!(ground, paula, START, |act| approve::decline(act, ONE, "No")).unwrap();
        assert_eq!(declined.ticket.ending, Some(Ending::Rejected));
    })
    .await;
}

#[tokio::test]
async fn v3_a_named_specialist_is_kept_until_the_case_is_accepted() {
    on_every_engine(async |ground| {
        let (marta, ana, _) = staffed(ground).await;
        let ivan = ground.enrols("Iván", Role::Technician, &["sistemas"]).await;
        let to = ivan.person().unwrap().id;
        let requester_id = marta.person().unwrap().id;
        ground.opens(&marta, "equipo").await.unwrap();
        let refused = acts!(ground, ana, START, |act| {
            hand_over::escalate_to_person(act, ONE, requester_id, "Sí")
        });
        assert!(matches!(refused, Err(Error::Refused(Refusal::UnknownSpecialist(_)))));
        let passed = acts!(ground, ana, START, |act| {
            hand_over::escalate_to_person(act, ONE, to, "Lo conoce")
        })
        .unwrap();
        assert_eq!((passed.ticket.meant_for, passed.ticket.technician_id), (Some(to), None));
        let Event::Escalated { level, person, on_site, .. } = &passed.events[0] else {
            panic!("{:?}", passed.events)
        };
        assert_eq!((*level, *person, *on_site), (Some(3), Some(to), false));
        let again = acts!(ground, ivan, START, |act| {
            hand_over::escalate_to_person(act, ONE, to, "Otra vez")
        });
        assert!(matches!(again, Err(Error::Refused(Refusal::AlreadyYours(_)))), "{again:?}");
        let taken = acts!(ground, ivan, START, |act| hand_over::accept(act, ONE)).unwrap();
        assert_eq!((taken.ticket.meant_for, taken.ticket.technician_id), (None, Some(to)));
    })
    .await;
}

#[tokio::test]
async fn v4_only_the_requesters_answer_resumes_a_waiting_case() {
    on_every_engine(async |ground| {
        let (marta, ana, _) = staffed(ground).await;
        ground.opens(&marta, "equipo").await.unwrap();
        let asked = acts!(ground, ana, START, |act| {
            suspend::ask(act, ONE, "informacion", "¿Cuál equipo?")
        })
        .unwrap();
        assert_eq!(asked.ticket.technician_id, ana.person().map(|ana| ana.id));
        let waits = acts!(ground, ana, START, |act| follow_up::reply(act, ONE, "¿?")).unwrap();
        assert_eq!(waits.ticket.status, Status::Suspended);
        let goes_on = acts!(ground, marta, START, |act| follow_up::reply(act, ONE, "Ese")).unwrap();
        assert_eq!(goes_on.ticket.status, Status::InProgress);
        assert_eq!(goes_on.events[1], Event::Resumed);
        acts!(ground, ana, START, |act| suspend::suspend(act, ONE, "ausente")).unwrap();
        let waits = acts!(ground, marta, START, |act| follow_up::reply(act, ONE, "Ya")).unwrap();
        assert_eq!(waits.ticket.status, Status::Suspended);
    })
    .await;
}

#[tokio::test]
async fn v6_v11_invalid_related_cases_and_equipment_are_refused() {
    on_every_engine(async |ground| {
        let (marta, ana, _) = staffed(ground).await;
        ground.opens(&marta, "equipo").await.unwrap();
        let to = |key: &str| Destination::Group(key.to_owned());
        for (destination, text) in [
            (to("hardware"), "Lo mismo"),
            (to("fax"), "Enviarlo"),
            (Destination::Category("fax".into()), "Enviarlo"),
            (to("mesa"), "  "),
        ] {
            let destination = &destination;
            let refused =
                acts!(ground, ana, START, |act| { child::open_child(act, ONE, destination, text) });
            assert!(matches!(refused, Err(Error::Refused(_))), "{destination:?}: {refused:?}");
        }
        assert_eq!(how_many(ground).await, 1);
        for tag in ["", "12", &"9".repeat(31)] {
            let refused = acts!(ground, ana, START, |act| asset::check(act, ONE, tag, false));
            assert!(matches!(refused, Err(Error::Refused(Refusal::NoAsset { .. }))), "{tag}");
        }
        acts!(ground, ana, START, |act| not_manage::not_manage(act, ONE, "alcance")).unwrap();
        let late = "Tarde";
        let mesa = &to("mesa");
        let refused = acts!(ground, ana, START, |act| child::open_child(act, ONE, mesa, late));
        assert!(matches!(refused, Err(Error::Refused(Refusal::NotNow { .. }))), "{refused:?}");
    })
    .await;
}
