//! `/escalar N [grupo o persona] texto` · `/escalate N [group or person] text`: passes a ticket to
//! another group of any level, on site or not, or to a specialist by name, with a justification (U6,
//! V3). What is left out is asked for. The name stands in brackets, unless it is a group's and nothing
//! comes behind it.

use crate::{
    chat::{
        Doing,
        commands::{Argument, Command, ticket_and_words},
        dialogue::form::{self, Form, FormVerb},
        named::{self, Listed, Meant},
        outgoing::Audience,
        refusal,
        turn::Turn,
    },
    domain::{refusal::Refusal, verb::Verb},
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "escalar",
    english: "escalate",
    audience: Audience::Technician,
    argument: Argument::TicketGroupAndText,
    verb: Some(Verb::Escalate),
};

/// Passes the ticket on, asking for what is missing.
pub fn run<'a>(turn: &'a Turn<'_>, rest: &'a str) -> Doing<'a> {
    Box::pin(pass_on(turn, rest))
}

async fn pass_on(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    let (words, procedure) = (words.unwrap_or_default(), turn.act.procedure);
    let (name, text) = match named::bracketed(words) {
        Some((name, text)) => (Some(name), text),
        None if named::is_group(procedure, words) => (Some(words), ""),
        None => (None, words),
    };
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let form = Form { text: some(text), ..Form::of(FormVerb::Escalate, number) };
    let Some(name) = name else { return form::begin(turn, form).await };
    if let Some(group) = named::whole_group(procedure, name) {
        return form::begin(turn, Form { choice: some(group), ..form }).await;
    }
    let known = named::specialists(turn.act.tx, procedure).await?;
    let known = known.into_iter().map(|(person, _)| person);
    let (own, others): (Vec<_>, Vec<_>) = known.partition(|person| person.id == turn.actor.id);
    let listed = |people: Vec<_>| people.into_iter().map(Listed::from).collect();
    let voice = turn.voice();
    let mut people = named::candidates(turn.act.tx, &voice, listed(others)).await?;
    let group = named::group(procedure, name);
    if matches!(group, Meant::Nothing) && named::fitting(&people, name).is_empty() {
        // A person's own name is known, too: the answer says who has the ticket.
        people = named::candidates(turn.act.tx, &voice, listed(own)).await?;
    }
    let several = turn.voice().say("named-several", &[("name", name.into())]);
    match (group, named::fitting(&people, name).as_slice()) {
        (Meant::One(group), []) => form::begin(turn, Form { choice: some(group), ..form }).await,
        (Meant::Several, []) => form::begin(turn, form).await,
        (Meant::Nothing, []) => {
            let why = refusal::text(&turn.voice(), &Refusal::UnknownSpecialist(name.to_owned()));
            form::begin_because(turn, form, Some(why)).await
        }
        (Meant::Nothing, [one]) => {
            form::begin(turn, Form { choice: Some(form::of_person(one.id)), ..form }).await
        }
        (Meant::Nothing, _) => {
            let (choice, typed) = (Some(form::of_some_person()), some(name));
            form::begin_because(turn, Form { choice, typed, ..form }, Some(several)).await
        }
        // The beginning of a group's name may be the beginning of a person's.
        (Meant::One(_) | Meant::Several, _) => form::begin_because(turn, form, Some(several)).await,
    }
}
