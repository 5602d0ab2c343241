//! The rules of the ticket compared with independent statements of them: for acts in any
//! order, the table of moves is kept, no person acts without the right, and a final status stays
//! final.

use mesabot::domain::{
    facts::{Reach, Readers, TicketFacts},
    id::{PersonId, TicketNumber},
    permission::decide,
    person::{Actor, Doer, Role},
    refusal::Refusal,
    status::Status,
    verb::Verb,
};
use proptest::prelude::*;

const REQUESTER: PersonId = PersonId(1);
const TECHNICIAN: PersonId = PersonId(2);
const COLLEAGUE: PersonId = PersonId(3);

fn person(id: PersonId, role: Role, groups: &[&str]) -> Doer {
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    Doer::Person(Actor { id, name: format!("P{id}"), role, groups })
}

/// Every kind of person who might act.
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
        meant_for: None,
        approval: false,
        related_to: None,
        answers_to: None,
        waits: matches!(status, Status::Suspended | Status::WithVendor),
        readers: Readers {
            registered_by: REQUESTER,
            former_groups: vec![],
            former_technicians: vec![],
            reach: Reach::Group,
        },
    }
}

/// The table of moves, written down a second time, by hand.
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
        // Beyond the table: a planned visit begins (N5), and equipment goes to a vendor or comes
        // back (N6).
        Suspended => {
            vec![InProgress, Escalated, Solved, NotManaged, EscalatedOnSite, WithVendor]
        }
        WithVendor => vec![InProgress, Escalated, Solved, NotManaged, EscalatedOnSite, Suspended],
        Solved => vec![Closed, Reopened],
        Closed | NotManaged => vec![],
    }
}

#[test]
fn the_table_of_moves_is_as_stated() {
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
            let doer = &cast[doer];
            let verb = Verb::ALL[verb];
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
    fn strangers_learn_and_move_nothing(
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
fn a_final_status_never_changes() {
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
fn each_verb_is_allowed_for_the_stated_people() {
    // Who may act, in a status where the verb makes sense, on a ticket of P2 (or of no technician,
    // for accepting).
    let has = Some(TECHNICIAN);
    for (verb, status, technician, may) in [
        (Verb::View, Status::Closed, has, &[1, 2, 3, 5, 6][..]),
        (Verb::Accept, Status::New, None, &[2, 3]),
        (Verb::Accept, Status::Escalated, None, &[2, 3]),
        (Verb::Assign, Status::InProgress, has, &[2, 3, 5, 6]),
        (Verb::Escalate, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Escalate, Status::New, None, &[2, 3, 5, 6]),
        (Verb::Note, Status::InProgress, has, &[2, 3, 5, 6]),
        (Verb::Reply, Status::InProgress, has, &[1, 2, 5, 6]),
        (Verb::Suspend, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Resume, Status::Suspended, has, &[2, 5, 6]),
        (Verb::Solve, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Solve, Status::Reopened, has, &[2, 5, 6]),
        (Verb::PassToVendor, Status::InProgress, has, &[2, 5, 6]),
        (Verb::NotManage, Status::New, None, &[2, 3, 5, 6]),
        (Verb::NotManage, Status::Suspended, has, &[2, 5, 6]),
        (Verb::OpenChild, Status::InProgress, has, &[2, 5, 6]),
        (Verb::OpenChild, Status::New, None, &[2, 3, 5, 6]),
        (Verb::CheckAsset, Status::Solved, has, &[2, 5, 6]),
        (Verb::Approve, Status::New, None, &[]),
        (Verb::Decline, Status::InProgress, has, &[]),
        (Verb::Route, Status::New, None, &[2, 3, 5, 6]),
        (Verb::Route, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Train, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Train, Status::Solved, has, &[2, 5, 6]),
        (Verb::Authorise, Status::Solved, has, &[1]),
        (Verb::Reject, Status::Solved, has, &[1]),
        (Verb::Withdraw, Status::New, None, &[1]),
        (Verb::CloseOnSilence, Status::Solved, has, &[]),
        (Verb::Visit, Status::InProgress, has, &[2, 5, 6]),
        (Verb::Visit, Status::New, None, &[2, 3, 5, 6]),
        (Verb::Arrive, Status::Suspended, has, &[2, 5, 6]),
        (Verb::Miss, Status::Suspended, has, &[2, 5, 6]),
        (Verb::ChooseVisit, Status::Suspended, has, &[1]),
        (Verb::MoveToWorkshop, Status::EscalatedOnSite, has, &[2, 5, 6]),
        (Verb::MoveToVendor, Status::InProgress, has, &[2, 5, 6]),
        (Verb::ReturnEquipment, Status::WithVendor, has, &[2, 5, 6]),
        (Verb::ReceiveEquipment, Status::Solved, has, &[1]),
        (Verb::Prioritise, Status::InProgress, has, &[2, 3, 5, 6]),
        (Verb::Categorise, Status::Reopened, has, &[2, 3, 5, 6]),
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

/// Who may do this to a ticket, by number.
fn who_may(verb: Verb, ticket: &TicketFacts) -> Vec<i64> {
    let cast = cast();
    let people = cast.iter().filter(|doer| decide(doer, verb, ticket).is_ok());
    people.filter_map(|doer| doer.person()).map(|actor| actor.id.0).collect()
}

#[test]
fn v10_an_approval_is_not_worked_on_and_not_decided_by_its_requester() {
    let asked = TicketFacts { approval: true, ..facts(Status::New, None) };
    for verb in [Verb::Approve, Verb::Decline] {
        assert_eq!(who_may(verb, &asked), [2, 3, 5, 6], "{verb:?}");
        let own = TicketFacts { requester: COLLEAGUE, ..asked.clone() };
        assert_eq!(who_may(verb, &own), [2, 5, 6], "{verb:?}");
        let supervisors = TicketFacts { requester: PersonId(5), ..asked.clone() };
        assert_eq!(who_may(verb, &supervisors), [2, 3, 6], "{verb:?}");
        let readers = Readers { registered_by: TECHNICIAN, ..asked.readers.clone() };
        let registered = TicketFacts { readers, ..asked.clone() };
        assert_eq!(who_may(verb, &registered), [3, 5, 6], "{verb:?}");
    }
    for verb in [
        Verb::Accept,
        Verb::Assign,
        Verb::Escalate,
        Verb::PassToVendor,
        Verb::Solve,
        Verb::OpenChild,
        Verb::CheckAsset,
    ] {
        assert_eq!(who_may(verb, &asked), [0; 0], "{verb:?}");
    }
    for status in [Status::Solved, Status::Closed, Status::NotManaged] {
        let over = TicketFacts { status, ..asked.clone() };
        assert_eq!(who_may(Verb::Approve, &over), [0; 0], "{status:?}");
    }
}

#[test]
fn v6_v8_the_requester_cannot_withdraw_a_case_the_desk_opened() {
    let own = facts(Status::New, None);
    assert_eq!(who_may(Verb::Withdraw, &own), [1]);
    let related = TicketFacts { related_to: Some(TicketNumber(9)), ..own };
    assert_eq!(who_may(Verb::Withdraw, &related), [0; 0]);
    assert!(who_may(Verb::Reply, &related).contains(&1), "the requester may still reply");
}

#[test]
fn u7_u8_the_receiving_group_informs_and_a_higher_level_answers() {
    let own = facts(Status::InProgress, Some(TECHNICIAN));
    assert_eq!(who_may(Verb::Answer, &own), [0; 0], "the receiving group cannot answer itself");
    let tecnico = Some((PersonId(4), "P4".to_owned()));
    let passed = TicketFacts {
        group: "impresion".into(),
        technician: tecnico,
        answers_to: Some("soporte".into()),
        ..facts(Status::InProgress, None)
    };
    assert_eq!(who_may(Verb::Answer, &passed), [4, 5, 6]);
    assert_eq!(
        who_may(Verb::Solve, &passed),
        [5, 6],
        "the higher level does not inform the requester"
    );
    let both = TicketFacts { technician: Some((COLLEAGUE, "P3".into())), ..passed };
    assert_eq!(who_may(Verb::Solve, &both), [3, 5, 6], "a member of both groups may");
}

#[test]
fn v1_the_vendors_people_may_suspend_their_own_cases() {
    let works = TicketFacts { waits: false, ..facts(Status::WithVendor, Some(TECHNICIAN)) };
    assert_eq!(who_may(Verb::Suspend, &works), [2, 5, 6]);
    let waits = facts(Status::WithVendor, Some(TECHNICIAN));
    assert_eq!(who_may(Verb::Suspend, &waits), [0; 0], "a waiting ticket is not suspended again");
}

#[test]
fn v6_v7_the_registering_agent_assigns_once_and_opens_related_cases() {
    let readers = Readers { registered_by: PersonId(4), ..facts(Status::New, None).readers };
    let registered = TicketFacts { readers, ..facts(Status::New, None) };
    assert_eq!(who_may(Verb::Assign, &registered), [2, 3, 4, 5, 6]);
    assert_eq!(who_may(Verb::OpenChild, &registered), [2, 3, 4, 5, 6]);
    let status = Status::InProgress;
    let taken = TicketFacts { technician: Some((TECHNICIAN, "P2".into())), status, ..registered };
    assert_eq!(
        who_may(Verb::Assign, &taken),
        [2, 3, 5, 6],
        "an accepted case is not reassigned by its agent"
    );
    assert_eq!(who_may(Verb::OpenChild, &taken), [2, 4, 5, 6]);
}

#[test]
fn v3_a_case_for_a_named_specialist_is_theirs_or_a_supervisors() {
    let ivan = Some((COLLEAGUE, "P3".to_owned()));
    let passed = TicketFacts { meant_for: ivan, ..facts(Status::Escalated, None) };
    for verb in [Verb::Accept, Verb::Assign, Verb::Escalate, Verb::Solve, Verb::Suspend] {
        assert_eq!(who_may(verb, &passed), [3, 5, 6], "{verb:?}");
    }
    assert_eq!(who_may(Verb::Note, &passed), [2, 3, 5, 6], "every reader may write a note");
    let away = person(COLLEAGUE, Role::Technician, &[]);
    assert!(
        decide(&away, Verb::Accept, &passed).is_ok(),
        "the specialist's present groups do not matter"
    );
}

#[test]
fn v1_a_case_in_work_at_the_vendor_is_not_waiting() {
    let taken = TicketFacts { waits: false, ..facts(Status::WithVendor, Some(TECHNICIAN)) };
    assert_eq!(who_may(Verb::Resume, &taken), [0; 0]);
    assert_eq!(who_may(Verb::Solve, &taken), [2, 5, 6]);
    let waits = facts(Status::WithVendor, Some(TECHNICIAN));
    assert_eq!(who_may(Verb::Resume, &waits), [2, 5, 6]);
}

#[test]
fn the_loser_of_a_race_is_told_who_won() {
    let loser = person(COLLEAGUE, Role::Technician, &["soporte"]);
    let taken = decide(&loser, Verb::Accept, &facts(Status::InProgress, Some(TECHNICIAN)));
    let technician = "P2".to_owned();
    assert_eq!(taken, Err(Refusal::AlreadyTaken { number: TicketNumber(1), technician }));
}
