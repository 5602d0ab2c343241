//! No person waits in silence (G17): under every fault of both networks three tickets are
//! registered, and within a stated time a person who can accept it sees each ticket, and each
//! requester has an answer. Faults of the program itself (a full disk, a closed log, a worker's
//! panic) are in `supervision/silence.rs`.

use mesabot::{
    chat::button::Code,
    domain::{id::TicketNumber, person::Role, verb::Verb},
};

use crate::support::pairing::{Group, Mishap, PairedDesk, Person, USUAL, in_every_pairing};

/// How long an outage of a whole network lasts, in seconds.
const OUTAGE: i64 = 30;
/// Within this many seconds of a refusal, or of the end of an outage, people must see their
/// messages.
const BOUND: i64 = 10;
/// The seconds between two checks; an outage lasts a multiple of it.
const STEP: usize = 2;
const TICKETS: usize = 3;

/// The people around one fault.
struct Scene<'d> {
    desk: &'d PairedDesk,
    group: Group,
    members: Vec<Person<'d>>,
}

/// When, in seconds after the registration, the last person saw their message.
#[derive(Debug, PartialEq, Eq, Default, Clone, Copy)]
struct Seen {
    taken: Option<i64>,
    answered: Option<i64>,
}

impl<'d> Scene<'d> {
    async fn new(desk: &'d PairedDesk) -> Self {
        desk.staff("Olga", Role::Administrator, &[]).await;
        let members = vec![desk.technician("Ana").await, desk.technician("Iván").await];
        let group = desk.linked_group(&members[0]).await;
        Self { desk, group, members }
    }

    /// Requesters who have filled in everything and not registered yet.
    async fn requesters(&self) -> Vec<Person<'d>> {
        let mut ready = Vec::new();
        for name in ["Marta", "Pedro", "Luisa"].iter().take(TICKETS) {
            let person = self.desk.requester(name);
            person.says("No abre el correo").await;
            person.presses("Abrir caso").await;
            person.fills(&USUAL).await;
            ready.push(person);
        }
        ready
    }

    fn can_be_taken(&self, number: TicketNumber) -> bool {
        let code = Code::Ticket(Verb::Accept, number).encode();
        self.members.iter().any(|member| member.sees_button(&self.group, &code))
    }

    /// Registers three tickets under the fault that `begin` starts; `end` stops the fault after
    /// `lasts` seconds.
    async fn under_fault(&self, begin: impl Fn(), end: impl Fn(), lasts: Option<i64>) -> Seen {
        let requesters = self.requesters().await;
        begin();
        let mut tickets = Vec::new();
        for person in &requesters {
            person.presses("Registrar").await;
            tickets.push(self.desk.newest().await.number);
        }
        let mut seen = Seen::default();
        for second in (0..=lasts.unwrap_or_default() + BOUND).step_by(STEP) {
            if tickets.iter().all(|number| self.can_be_taken(*number)) {
                seen.taken.get_or_insert(second);
            }
            if requesters.iter().all(|person| person.sees_words("Quedó registrado")) {
                seen.answered.get_or_insert(second);
            }
            if lasts == Some(second) {
                end();
            }
            let is_over = lasts.is_none_or(|lasts| second >= lasts);
            if is_over && seen.taken.is_some() && seen.answered.is_some() {
                break;
            }
            self.desk.passes(1_000 * i64::try_from(STEP).unwrap()).await;
        }
        end();
        self.catch_up(&requesters);
        seen
    }

    /// A ticket after the fault appears in the group again.
    async fn group_is_back(&self, mishap: &Mishap) {
        let person = self.desk.requester("Nora");
        let number = self.desk.opens_ticket(&person, "No abre el correo").await;
        self.desk.passes(1_000).await;
        let code = Code::Ticket(Verb::Accept, number).encode();
        assert!(self.group.shows_button(&self.members[0], &code), "{}: #{number}", mishap.name);
        self.catch_up(&[person]);
    }

    fn catch_up(&self, requesters: &[Person<'d>]) {
        for person in requesters.iter().chain(&self.members) {
            person.reads_beside_the_question();
        }
    }
}

fn print(desk: &PairedDesk, mishap: &Mishap, seen: Seen) {
    println!("{:?} | {} | {:?} s | {:?} s", desk.pairing, mishap.name, seen.taken, seen.answered);
}

#[test]
fn g17_a_refused_group_card_reaches_a_technician() {
    in_every_pairing(async |desk| {
        let scene = Scene::new(desk).await;
        let technician = &scene.members[0];
        for mishap in Mishap::refusals_of_a_group(technician.network()) {
            let begin = || technician.group_refuses(&scene.group, &mishap);
            let end = || technician.fault_ends(&mishap);
            let seen = scene.under_fault(begin, end, None).await;
            print(desk, &mishap, seen);
            assert!(seen.taken.is_some(), "{}: no technician sees the tickets", mishap.name);
            assert!(seen.answered.is_some(), "{}: a requester has no answer", mishap.name);
            scene.group_is_back(&mishap).await;
        }
        desk.all_read();
    });
}

#[test]
fn g17_an_outage_of_a_network_delays_but_loses_no_answer() {
    in_every_pairing(async |desk| {
        let scene = Scene::new(desk).await;
        let technician = &scene.members[0];
        for mishap in Mishap::outages(technician.network()) {
            let begin = || technician.network_fails_for_all(&mishap);
            let end = || technician.fault_ends(&mishap);
            let seen = scene.under_fault(begin, end, Some(OUTAGE)).await;
            print(desk, &mishap, seen);
            assert!(seen.taken.is_some(), "{}: no technician sees the tickets", mishap.name);
            assert!(seen.answered.is_some(), "{}: a requester has no answer", mishap.name);
        }
        desk.all_read();
    });
}
