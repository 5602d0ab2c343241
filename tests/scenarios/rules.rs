//! The rules of the ticket against independent statements of them: whatever anybody tries in
//! whatever order, the table is kept, nobody acts without the right, and what is over stays over.

use mesabot::domain::{
    id::{PersonId, TicketNumber},
    person::{Actor, Doer, Role},
    refusal::Refusal,
    status::Status,
    verb::{TicketFacts, Verb, decide},
};
use proptest::prelude::*;

const REQUESTER: PersonId = PersonId(1);
const TECHNICIAN: PersonId = PersonId(2);
const COLLEAGUE: PersonId = PersonId(3);

fn person(id: PersonId, role: Role, groups: &[&str]) -> Doer {
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    Doer::Person(Actor { id, name: format!("P{id}"), role, groups })
}

/// Everybody who might try something.
fn cast() -> Vec<Doer> {
    vec![
        person(REQUESTER, Role::Requester, &[]),
        person(TECHNICIAN, Role::Technician, &["soporte"]),
        person(COLLEAGUE, Role::Technician, &["soporte", "tecnologia"]),
        person(PersonId(4), Role::Technician, &["impresion"]),
        person(PersonId(5), Role::Supervisor, &[]),
        person(PersonId(6), Role::Administrator, &[]),
        person(PersonId(7), Role::Requester, &[]),
        Doer::Desk,
    ]
}

fn facts(status: Status, technician: Option<PersonId>) -> TicketFacts {
    TicketFacts {
        number: TicketNumber(1),
        status,
        requester: REQUESTER,
        group: "soporte".into(),
        technician: technician.map(|id| (id, format!("P{id}"))),
    }
}

/// What design §3 says, written down once more, by hand.
fn stated(from: Status) -> Vec<Status> {
    use Status::*;
    match from {
        New => {
            vec![InProgress, Escalated, EscalatedOnSite, Suspended, WithVendor, NotManaged, Closed]
        }
        InProgress | Reopened => {
            vec![Escalated, EscalatedOnSite, Suspended, WithVendor, Solved, NotManaged, New]
        }
        Escalated | EscalatedOnSite => {
            vec![InProgress, Escalated, EscalatedOnSite, Suspended, WithVendor, Solved, NotManaged]
        }
        Suspended | WithVendor => vec![InProgress, Escalated, Solved, NotManaged],
        Solved => vec![Closed, Reopened],
        Closed | NotManaged => vec![],
    }
}

#[test]
fn the_table_is_the_stated_one() {
    for from in Status::ALL {
        for to in Status::ALL {
            let may = from.may_become().contains(&to);
            assert_eq!(may, stated(from).contains(&to), "{from:?} to {to:?}");
        }
    }
}

proptest! {
    #[test]
    fn no_sequence_of_moves_leaves_the_table(
        moves in prop::collection::vec((0..8usize, 0..Verb::ALL.len()), 0..60),
    ) {
        let cast = cast();
        let mut ticket = facts(Status::New, None);
        for (doer, verb) in moves {
            let (doer, verb) = (&cast[doer], Verb::ALL[verb]);
            let Ok(Some(next)) = decide(doer, verb, &ticket) else { continue };
            prop_assert!(stated(ticket.status).contains(&next), "{:?} by {verb:?}", ticket.status);
            ticket.status = next;
            match (verb, doer) {
                (Verb::Accept, Doer::Person(actor)) => {
                    ticket.technician = Some((actor.id, actor.name.clone()));
                }
                (Verb::Assign, _) => ticket.technician = Some((TECHNICIAN, "P2".into())),
                (Verb::Escalate, _) => ticket.technician = None,
                _ => {}
            }
        }
    }

    #[test]
    fn strangers_learn_nothing_and_move_nothing(
        status in prop::sample::select(Status::ALL.to_vec()),
        verb in prop::sample::select(Verb::ALL.to_vec()),
        technician in prop::option::of(Just(TECHNICIAN)),
    ) {
        let stranger = person(PersonId(7), Role::Requester, &["soporte"]);
        let refused = decide(&stranger, verb, &facts(status, technician));
        prop_assert_eq!(refused, Err(Refusal::UnknownTicket(TicketNumber(1))));
    }
}

#[test]
fn what_is_over_never_changes() {
    for status in [Status::Closed, Status::NotManaged] {
        for doer in cast() {
            for verb in Verb::ALL.into_iter().filter(|verb| *verb != Verb::View) {
                for technician in [None, Some(TECHNICIAN)] {
                    let decided = decide(&doer, verb, &facts(status, technician));
                    assert!(decided.is_err(), "{doer:?} may {verb:?} a {status:?} ticket");
                }
            }
        }
    }
}

#[test]
fn each_verb_is_for_those_it_is_for() {
    // Who may, in a status where the verb makes sense, on a ticket that P2 has (or nobody, to take).
    let has = Some(TECHNICIAN);
    for (verb, status, technician, may) in [
        (Verb::View, Status::Closed, has, &[1, 2, 3, 4, 5, 6][..]),
        (Verb::Accept, Status::New, None, &[2, 3]),
        (Verb::Accept, Status::Escalated, None, &[2, 3]),
        (Verb::Assign, Status::InProgress, has, &[2, 3, 5, 6]),
        (Verb::Escalate, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Escalate, Status::New, None, &[2, 3, 5, 6]),
        (Verb::Note, Status::InProgress, has, &[2, 3, 4, 5, 6]),
        (Verb::Reply, Status::InProgress, has, &[1, 2, 5, 6]),
        (Verb::Suspend, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Resume, Status::Suspended, has, &[2, 5, 6]),
        (Verb::Solve, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Solve, Status::Reopened, has, &[2, 5, 6]),
        (Verb::PassToVendor, Status::InProgress, has, &[2, 5, 6]),
        (Verb::NotManage, Status::New, None, &[2, 3, 5, 6]),
        (Verb::NotManage, Status::Suspended, has, &[2, 5, 6]),
        (Verb::Route, Status::New, None, &[2, 3, 5, 6]),
        (Verb::Route, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Train, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Train, Status::Solved, has, &[2, 5, 6]),
        (Verb::Authorise, Status::Solved, has, &[1]),
        (Verb::Reject, Status::Solved, has, &[1]),
        (Verb::Withdraw, Status::New, None, &[1]),
        (Verb::CloseOnSilence, Status::Solved, has, &[]),
    ] {
        for doer in cast().iter().filter(|doer| doer.person().is_some()) {
            let id = doer.person().unwrap().id.0;
            let decided = decide(doer, verb, &facts(status, technician));
            assert_eq!(
                decided.is_ok(),
                may.contains(&id),
                "P{id} {verb:?} {status:?}: {decided:?}"
            );
        }
    }
    assert!(decide(&Doer::Desk, Verb::CloseOnSilence, &facts(Status::Solved, has)).is_ok());
}

#[test]
fn the_loser_of_a_race_is_told_who_won() {
    let loser = person(COLLEAGUE, Role::Technician, &["soporte"]);
    let taken = decide(&loser, Verb::Accept, &facts(Status::InProgress, Some(TECHNICIAN)));
    let technician = "P2".to_owned();
    assert_eq!(taken, Err(Refusal::AlreadyTaken { number: TicketNumber(1), technician }));
}
