//! Who reads a ticket: the filter in SQL and the rule over facts agree, for every reader and every
//! ticket, and absent and forbidden tickets are answered alike.

use mesabot::{
    domain::{
        id::TicketNumber,
        permission::decide,
        person::{Actor, Doer, Role},
        procedure::Procedure,
        reading::Reading,
        refusal::Refusal,
        right::{Reader, may_read},
        status::Status,
        verb::Verb,
    },
    service::{
        Error, people,
        ticket::{self, child, find, hand_over},
    },
};

use super::{Ground, START, acts, on_every_engine, request};
use crate::support::desk::uspec;

/// The rules of these stories: a vendor's group, and a confidential category that `soporte`
/// receives.
fn rules(reading: Reading) -> Procedure {
    let mut rules = uspec();
    rules.reading = reading;
    for group in &mut rules.groups {
        group.vendor = group.key == "impresion";
    }
    for category in &mut rules.categories {
        category.confidential = category.key == "cuentas";
        category.fields.clear();
    }
    rules.sealed()
}

/// The people, by their part in the tickets.
struct Cast {
    marta: Doer,
    ana: Doer,
    pedro: Doer,
    sonia: Doer,
    readers: Vec<(&'static str, Doer)>,
}

async fn cast(ground: &Ground) -> Cast {
    let marta = ground.enrols("Marta", Role::Requester, &[]).await;
    let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
    let pedro = ground.enrols("Pedro", Role::Technician, &["tecnologia"]).await;
    let sonia = ground.enrols("Sonia", Role::Supervisor, &[]).await;
    let mut readers = vec![
        ("requester", marta.clone()),
        ("technician of the group", ana.clone()),
        ("technician of another group", pedro.clone()),
        ("supervisor", sonia.clone()),
    ];
    for (what, role, groups) in [
        ("other requester", Role::Requester, &[][..]),
        ("requester invited with a group", Role::Requester, &["soporte"]),
        ("technician of the vendor", Role::Technician, &["impresion"]),
        ("technician of both", Role::Technician, &["impresion", "tecnologia"]),
        ("technician of no group", Role::Technician, &[]),
        ("administrator", Role::Administrator, &[]),
    ] {
        readers.push((what, ground.enrols(what, role, groups).await));
    }
    Cast { marta, ana, pedro, sonia, readers }
}

/// Tickets of every history: waiting, accepted, escalated and back, reassigned, confidential,
/// related.
async fn tickets(ground: &Ground, cast: &Cast) {
    let Cast { marta, ana, pedro, sonia, .. } = cast;
    for category in ["plataforma", "impresion", "cuentas", "redes", "cuentas"] {
        let group = (category == "redes").then(|| "tecnologia".to_owned());
        let new = &ticket::open::NewTicket { group, ..request(marta, category) };
        let opened = acts!(ground, *marta, START, |act| ticket::open::open(act, new.clone()));
        opened.expect("the ticket is registered");
    }
    let group = Some("tecnologia".to_owned());
    let new = ticket::open::NewTicket { group, ..request(marta, "redes") };
    let by_phone =
        &ticket::open::NewTicket { source: mesabot::domain::source::Source::Phone, ..new };
    acts!(ground, *ana, START, |act| ticket::open::open(act, by_phone.clone())).expect("by phone");
    let six = TicketNumber(6);
    let seven = TicketNumber(7);
    ground.opens(marta, "plataforma").await.expect("the ticket is registered");
    let why = "Es del centro de datos";
    for number in [TicketNumber(1), TicketNumber(3)] {
        acts!(ground, *ana, START, |act| hand_over::accept(act, number)).expect("taken");
        acts!(ground, *ana, START, |act| hand_over::escalate(act, number, "tecnologia", why))
            .expect("passed on");
    }
    acts!(ground, *pedro, START, |act| hand_over::accept(act, TicketNumber(1))).expect("taken");
    acts!(ground, *sonia, START, |act| hand_over::escalate(act, six, "impresion", why))
        .expect("passed to the vendor");
    let to = pedro.person().unwrap().id;
    acts!(ground, *sonia, START, |act| hand_over::escalate_to_person(act, seven, to, why))
        .expect("passed to a named person");
}

/// Compares, for every ticket, the reader's query with the rule. Returns the tickets they read.
async fn agree(ground: &Ground, what: &str, actor: &Actor) -> Vec<i64> {
    let conn = ground.database.reader();
    let procedure = &*ground.procedure;
    let mut read = Vec::new();
    for number in 1..=7 {
        let number = TicketNumber(number);
        let found = find::one(conn, Reader { actor, procedure }, number).await;
        let sonia = people::with_role(conn, Role::Supervisor).await.unwrap().remove(0);
        let sees_all = people::actor(conn, sonia.id).await.unwrap().expect("the person exists");
        let row = find::one(conn, Reader { actor: &sees_all, procedure }, number).await.unwrap();
        let facts = find::facts(conn, procedure, &row).await.unwrap();
        let may = may_read(actor, &facts);
        assert_eq!(found.is_ok(), may, "{what} and ticket {number}: {found:?}");
        let doer = Doer::Person(actor.clone());
        for verb in Verb::ALL.into_iter().filter(|_| !may) {
            let refused = decide(&doer, verb, &facts);
            assert_eq!(refused, Err(Refusal::UnknownTicket(number)), "{what}: {verb:?}");
        }
        match found {
            Ok(_) => read.push(number.0),
            Err(error) => {
                assert!(matches!(error, Error::Refused(Refusal::UnknownTicket(n)) if n == number));
            }
        }
    }
    read
}

#[tokio::test]
async fn the_filter_and_the_rule_agree_on_every_reader_and_ticket() {
    on_every_engine(async |ground| {
        ground.runs_on(rules(Reading::Group)).await;
        let cast = cast(ground).await;
        tickets(ground, &cast).await;
        // 1 went from soporte to tecnologia, 2 is with the vendor, 3 is confidential and went to
        // tecnologia, 4 is with tecnologia, 5 is confidential and with soporte, 6 went from
        // tecnologia to the vendor and was registered by Ana, 7 went from soporte to Pedro.
        let all = vec![1, 2, 3, 4, 5, 6, 7];
        let stated = [
            ("requester", all.clone()),
            ("technician of the group", vec![1, 5, 6, 7]),
            ("technician of another group", vec![1, 3, 4, 6, 7]),
            ("supervisor", all.clone()),
            ("other requester", vec![]),
            ("requester invited with a group", vec![]),
            ("technician of the vendor", vec![2, 6]),
            ("technician of both", vec![1, 2, 3, 4, 6, 7]),
            ("technician of no group", vec![]),
            ("administrator", all.clone()),
        ];
        for ((what, doer), (name, stated)) in cast.readers.iter().zip(stated) {
            assert_eq!(*what, name);
            let read = agree(ground, what, doer.person().unwrap()).await;
            assert_eq!(read, stated, "{what}");
        }
        // With wide reading, technicians of the house read everything that is not confidential;
        // vendors do not.
        ground.runs_on(rules(Reading::Desk)).await;
        let opened = [
            ("technician of the group", vec![1, 2, 4, 5, 6, 7]),
            ("technician of another group", vec![1, 2, 3, 4, 6, 7]),
            ("technician of the vendor", vec![2, 6]),
            ("technician of no group", vec![1, 2, 4, 6, 7]),
            ("other requester", vec![]),
        ];
        for (what, stated) in opened {
            let doer =
                cast.readers.iter().find(|(name, _)| *name == what).expect("the reader exists");
            let read = agree(ground, what, doer.1.person().unwrap()).await;
            assert_eq!(read, stated, "{what} of a desk that reads wide");
        }
    })
    .await;
}

#[tokio::test]
async fn former_technicians_keep_reading_until_they_lose_the_role() {
    on_every_engine(async |ground| {
        ground.runs_on(rules(Reading::Group)).await;
        let cast = cast(ground).await;
        ground.opens(&cast.marta, "plataforma").await.expect("the ticket is registered");
        let one = TicketNumber(1);
        acts!(ground, cast.ana, START, |act| hand_over::accept(act, one)).expect("taken");
        acts!(ground, cast.ana, START, |act| hand_over::escalate(act, one, "tecnologia", "Red"))
            .expect("passed on");
        let ana = cast.ana.person().unwrap().clone();
        let ticket = find::one(ground.database.reader(), ground.reader(&cast.ana), one).await;
        let ticket = ticket.expect("the former technician reads on");
        assert_eq!(ticket.status, Status::Escalated);
        // Out of the group, she reads the tickets she had herself; without the role, none.
        for (role, groups, may) in [
            (Role::Technician, vec![], true),
            (Role::Technician, vec!["impresion".to_owned()], true),
            (Role::Requester, vec!["soporte".to_owned()], false),
        ] {
            let now = Doer::Person(Actor { role, groups, ..ana.clone() });
            let found = find::one(ground.database.reader(), ground.reader(&now), one).await;
            assert_eq!(found.is_ok(), may, "{now:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_related_case_gives_its_group_no_right_to_the_parent() {
    on_every_engine(async |ground| {
        let mut rules = rules(Reading::Group);
        rules.children = Some(mesabot::domain::procedure::Children {
            parent_waits: false,
            child_survey: false,
            vendor_child: false,
        });
        ground.runs_on(rules.sealed()).await;
        let cast = cast(ground).await;
        ground.opens(&cast.marta, "plataforma").await.expect("the ticket is registered");
        let to = &child::Destination::Group("impresion".into());
        acts!(ground, cast.ana, START, |act| child::open_child(act, TicketNumber(1), to, "Tóner"))
            .expect("a related case is opened");
        let vendor = cast.readers.iter().find(|(name, _)| *name == "technician of the vendor");
        let vendor = &vendor.expect("the reader exists").1;
        let conn = ground.database.reader();
        let reader = ground.reader(vendor);
        assert!(find::one(conn, reader, TicketNumber(2)).await.is_ok(), "theirs");
        let first = find::one(conn, reader, TicketNumber(1)).await;
        assert!(matches!(first, Err(Error::Refused(Refusal::UnknownTicket(TicketNumber(1))))));
    })
    .await;
}
