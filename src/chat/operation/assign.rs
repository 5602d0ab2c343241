//! `/asignar N técnico` · `/assign N technician`: gives the ticket to a colleague, or to a
//! specialist.

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome, people};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        named::{self, Candidate, Listed, Meant},
        outgoing::Audience,
        question::{Choice, Options},
        refusal,
        turn::Turn,
        wording::Voice,
    },
    domain::{
        id::{PersonId, TicketNumber},
        refusal::Refusal,
        verb::Verb,
    },
    entity::ticket,
    service::{
        Result, people as desk_people,
        ticket::{find, hand_over},
    },
};

pub const COMMAND: Command = Command {
    spanish: "asignar",
    english: "assign",
    audience: Audience::Technician,
    argument: Argument::TicketAndTechnician,
    verb: Some(Verb::Assign),
};

#[derive(Debug)]
pub struct Assign;

#[async_trait]
impl Operation for Assign {
    fn name(&self) -> &'static str {
        "assign"
    }

    fn verb(&self) -> Verb {
        Verb::Assign
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Choice]
    }

    async fn read(
        &self,
        turn: &Turn<'_>,
        form: Form,
        words: Option<&str>,
    ) -> Result<(Form, Option<String>)> {
        let Some(name) = words else { return Ok((form, None)) };
        let number = form.number;
        let colleagues =
            named::colleagues(turn.act.tx, turn.act.procedure, &turn.actor, number).await?;
        let listed = colleagues.into_iter().map(Listed::from).collect();
        let colleagues = named::candidates(turn.act.tx, &turn.voice(), listed).await?;
        let several = |form: Form| {
            let why = turn.voice().say("named-several", &[("name", name.into())]);
            (Form { typed: Some(name.to_owned()), ..form }, Some(why))
        };
        Ok(match named::fitting(&colleagues, name).as_slice() {
            // The name may be meant for the technician who has the ticket already.
            [_] if holder(turn, number, name).await?.is_some() => several(form),
            [one] => (Form { choice: Some(one.id.to_string()), ..form }, None),
            [] => {
                let why = match holder(turn, number, name).await? {
                    Some(refusal) => refusal,
                    None => Refusal::CannotTakeIt(name.to_owned()),
                };
                (form, Some(refusal::text(&turn.voice(), &why)))
            }
            _ => several(form),
        })
    }

    async fn offer(
        &self,
        turn: &Turn<'_>,
        _form: &Form,
        ticket: &ticket::Model,
        options: &mut Options,
    ) -> Result<()> {
        let members = desk_people::members(turn.act.tx, &ticket.group_key).await?;
        let others = members.into_iter().filter(|one| Some(one.id) != ticket.technician_id);
        let listed = others.map(Listed::from).collect();
        options.people = named::candidates(turn.act.tx, &turn.voice(), listed).await?;
        Ok(())
    }

    fn choice_question(&self, _form: &Form, _voice: &Voice<'_>, options: &Options) -> String {
        if options.people.is_empty() { "ask-assign-none" } else { "ask-assign-choice" }.to_owned()
    }

    fn choices(&self, form: &Form, _voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
        let shown = people::fitting(form, options).into_iter();
        shown.map(|one| Choice::new(one.label.clone(), one.id.to_string())).collect()
    }

    fn called(
        &self,
        _form: &Form,
        typed: &str,
        _voice: &Voice<'_>,
        options: &Options,
    ) -> Meant<String> {
        people::called(options, typed, |id| id.to_string())
    }

    fn names_person(&self, _form: &Form) -> bool {
        true
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        let to = form.choice().parse().map(PersonId);
        let to = to.map_err(|_| Refusal::CannotTakeIt(form.choice().to_owned()))?;
        Ok(hand_over::assign(&turn.act, number, to).await?.into())
    }

    fn hands_over(&self) -> bool {
        true
    }
}

/// The refusal that says that the technician has the ticket already, when the typed name fits that
/// technician.
async fn holder(
    turn: &Turn<'_>,
    number: Option<TicketNumber>,
    name: &str,
) -> Result<Option<Refusal>> {
    let Some(number) = number else { return Ok(None) };
    let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
    let Some(holder) = ticket.technician_id else { return Ok(None) };
    let Some(holder) = desk_people::person(turn.act.tx, holder).await? else { return Ok(None) };
    let known = Candidate { id: holder.id, label: holder.name.clone(), name: holder.name };
    Ok(match named::fitting(std::slice::from_ref(&known), name).as_slice() {
        [] => None,
        _ if known.id == turn.actor.id => Some(Refusal::AlreadyYours(number)),
        _ => Some(Refusal::AlreadyTaken { number, technician: known.name }),
    })
}
