//! The desk can know a person by name alone, without an account, and that person may write one day. A name proves no
//! identity, so the desk asks the technician who registered a ticket for that person whether the
//! newcomer is the same; on a yes, the newcomer becomes the requester of those tickets and is told.
//! Deliberately absent: joining two people who both have accounts; that takes a link code.

use crate::{
    chat::{
        button::Code,
        named::{self, Found},
        notify,
        outgoing::{Button, Outgoing},
        posting::{self, About},
        turn::Turn,
        wording::{Voice, number},
    },
    domain::{
        id::PersonId,
        person::{Actor, Role},
        person_event::By,
    },
    entity::ticket,
    service::{
        Result,
        membership::joining,
        people::{self, linking},
        right,
        ticket::find,
    },
};

/// How many tickets of the noted person are read.
const LOOKED_AT: u64 = 20;

/// Asks about a newcomer when the desk noted a person with the same name.
pub(super) async fn ask(turn: &Turn<'_>) -> Result<()> {
    let tx = turn.act.tx;
    let Some(newcomer) = people::person(tx, turn.actor.id).await? else { return Ok(()) };
    for noted in named::people(tx, &newcomer.name, newcomer.id).await? {
        if !is_noted_as(&noted, &newcomer.name) {
            continue;
        }
        let registered = find::mine(tx, noted.id, None, 1).await?.tickets;
        let Some(ticket) = registered.first() else { continue };
        let facts = find::facts(tx, turn.act.procedure, ticket).await?;
        if !right::reads(tx, ticket.registered_by, &facts).await? {
            continue;
        }
        let asked = people::addresses(tx, ticket.registered_by).await?;
        let Some(to) = asked.first() else { continue };
        let voice = Voice::of(&turn.act, to.locale);
        let network = [("network", turn.incoming.channel.as_str().into())];
        let args = [
            ("name", newcomer.name.as_str().into()),
            ("network", voice.say("network", &network).into()),
            ("number", number(ticket)),
            ("title", ticket.title.as_str().into()),
        ];
        let button = |key: &str, yes| Button {
            label: voice.text(key),
            code: Code::Same { noted: noted.id, newcomer: newcomer.id, yes }.encode(),
        };
        let buttons = vec![vec![button("button-same-yes", true), button("button-same-no", false)]];
        let text = voice.plain("same-ask", &args);
        let message = Outgoing { text, buttons, ..Outgoing::default() };
        posting::post(&turn.act, to, message, About::critical(ticket.id)).await?;
    }
    Ok(())
}

/// The answer to the question whether a newcomer is a person noted by name.
pub(super) struct Answer {
    /// The person that the desk knows by name alone.
    pub noted: PersonId,
    /// The person who wrote for the first time.
    pub newcomer: PersonId,
    /// Whether both are the same person.
    pub is_same: bool,
}

/// Takes the answer of the technician who registered a ticket for the noted person, or of an
/// administrator.
pub(super) async fn answer(turn: &Turn<'_>, answer: Answer) -> Result<()> {
    let Answer { noted, newcomer, is_same } = answer;
    if !turn.is_staff() {
        return turn.tell("button-unknown", &[]).await;
    }
    let tx = turn.act.tx;
    let Some(person) = people::person(tx, newcomer).await? else {
        return turn.tell("question-passed", &[]).await;
    };
    // The question is still valid: the noted person has no account, and the newcomer has one.
    let found = named::people(tx, &person.name, newcomer).await?;
    let stands = found.iter().any(|found| found.id == noted && is_noted_as(found, &person.name));
    let wrote = !linking::accounts(tx, newcomer).await?.is_empty();
    // A name may bring tickets, never a role or a group.
    let noted_actor = people::actor(tx, noted).await?;
    let is_plain = |actor: &Actor| actor.role == Role::Requester && actor.groups.is_empty();
    if !stands || !wrote || !noted_actor.as_ref().is_some_and(is_plain) {
        return turn.tell("question-passed", &[]).await;
    }
    let tickets = find::mine(tx, noted, None, LOOKED_AT).await?.tickets;
    let registered = tickets.iter().any(|ticket| ticket.registered_by == turn.actor.id);
    if !registered && turn.actor.role < Role::Administrator {
        return turn.tell("same-not-yours", &[]).await;
    }
    if !is_same {
        return turn.tell("same-kept", &[]).await;
    }
    joining::join(&turn.act, By::Person(turn.actor.id), noted, newcomer).await?;
    let mut theirs: Vec<ticket::Model> = Vec::new();
    for ticket in tickets {
        theirs.push(find::by_id(tx, ticket.id).await?);
    }
    notify::registered_before(&turn.act, &theirs).await?;
    turn.tell("same-done", &[("name", person.name.as_str().into())]).await
}

/// Whether this person has the name and no account.
fn is_noted_as(found: &Found, name: &str) -> bool {
    found.networks.is_empty() && named::folded(&found.name) == named::folded(name)
}
