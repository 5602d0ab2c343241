//! `/escalar N [grupo] motivo` · `/escalate N [group] reason`: passes the ticket to another group,
//! or to a specialist by name (V3).

use async_trait::async_trait;

use super::{Ask, Confirmation, Form, Operation, Outcome, people};
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
        status::Status,
        verb::Verb,
    },
    entity::ticket,
    service::{Result, ticket::hand_over},
};

pub const COMMAND: Command = Command {
    spanish: "escalar",
    english: "escalate",
    audience: Audience::Technician,
    argument: Argument::TicketGroupAndText,
    verb: Some(Verb::Escalate),
};

/// The value of the button that leads to the list of people, and the prefix of a chosen person's
/// id.
const PERSON: &str = "@";
/// How many specialists have a button; the name of any other can be typed.
const SHOWN: usize = 20;

#[derive(Debug)]
pub struct Escalate;

#[async_trait]
impl Operation for Escalate {
    fn name(&self) -> &'static str {
        "escalate"
    }

    fn verb(&self) -> Verb {
        Verb::Escalate
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Choice, Ask::Text]
    }

    async fn read(
        &self,
        turn: &Turn<'_>,
        form: Form,
        words: Option<&str>,
    ) -> Result<(Form, Option<String>)> {
        let words = words.unwrap_or_default();
        let procedure = turn.act.procedure;
        let (name, text) = match named::bracketed(words) {
            Some((name, text)) => (Some(name), text),
            None if named::is_group(procedure, words) => (Some(words), ""),
            None => (None, words),
        };
        let form = Form { text: some(text), ..form };
        let Some(name) = name else { return Ok((form, None)) };
        if let Some(group) = named::whole_group(procedure, name) {
            return Ok((Form { choice: some(group), ..form }, None));
        }
        let known = named::specialists(turn.act.tx, procedure).await?;
        let known = known.into_iter().map(|(person, _)| person);
        let (own, others): (Vec<_>, Vec<_>) = known.partition(|one| one.id == turn.actor.id);
        let listed = |people: Vec<_>| people.into_iter().map(Listed::from).collect();
        let voice = turn.voice();
        let mut people = named::candidates(turn.act.tx, &voice, listed(others)).await?;
        let group = named::group(procedure, name);
        if matches!(group, Meant::Nothing) && named::fitting(&people, name).is_empty() {
            // The name of the person who escalates is known, too: the refusal then says who has the
            // ticket.
            people = named::candidates(turn.act.tx, &voice, listed(own)).await?;
        }
        let several = || Some(voice.say("named-several", &[("name", name.into())]));
        Ok(match (group, named::fitting(&people, name).as_slice()) {
            (Meant::One(group), []) => (Form { choice: some(group), ..form }, None),
            (Meant::Several, []) => (form, None),
            (Meant::Nothing, []) => {
                let unknown = Refusal::UnknownSpecialist(name.to_owned());
                (form, Some(refusal::text(&voice, &unknown)))
            }
            (Meant::Nothing, [one]) => (Form { choice: Some(value(one.id)), ..form }, None),
            (Meant::Nothing, _) => {
                let choice = Some(PERSON.to_owned());
                (Form { choice, typed: some(name), ..form }, several())
            }
            // The beginning of a group's name may also be the beginning of a person's.
            (Meant::One(_) | Meant::Several, _) => (form, several()),
        })
    }

    async fn offer(
        &self,
        turn: &Turn<'_>,
        _form: &Form,
        ticket: &ticket::Model,
        options: &mut Options,
    ) -> Result<()> {
        options.people = specialists(turn, ticket).await?;
        Ok(())
    }

    fn choice_question(&self, form: &Form, _voice: &Voice<'_>, options: &Options) -> String {
        match (self.names_person(form), options.people.is_empty()) {
            (true, true) => "ask-escalate-nobody",
            (true, false) => "ask-escalate-person",
            (false, _) => "ask-escalate-choice",
        }
        .to_owned()
    }

    fn choices(&self, form: &Form, voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
        if self.names_person(form) {
            let shown = people::fitting(form, options).into_iter().take(SHOWN);
            return shown.map(|one| Choice::new(one.label.clone(), value(one.id))).collect();
        }
        let others = people::other_groups(voice, options);
        let others = others.filter(|group| voice.procedure.escalated_to(group).is_some());
        let groups =
            others.map(|group| Choice::new(people::group_label(voice, group), group.key.clone()));
        groups.chain([Choice::new(voice.text("button-person"), PERSON)]).collect()
    }

    fn called(
        &self,
        form: &Form,
        typed: &str,
        voice: &Voice<'_>,
        options: &Options,
    ) -> Meant<String> {
        match self.names_person(form) {
            true => people::called(options, typed, value),
            false => named::choice(&self.choices(form, voice, options), typed),
        }
    }

    fn names_person(&self, form: &Form) -> bool {
        form.choice.as_deref() == Some(PERSON)
    }

    fn chooses_on(&self, choice: &str) -> bool {
        choice == PERSON
    }

    fn check_choice(&self, choice: &str, ticket: &ticket::Model) -> Result<()> {
        match choice == ticket.group_key {
            true => Err(Refusal::SameGroup(choice.to_owned()).into()),
            false => Ok(()),
        }
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        let done = match person(form.choice()) {
            Some(person) => {
                hand_over::escalate_to_person(&turn.act, number, person, form.text()).await
            }
            None => hand_over::escalate(&turn.act, number, form.choice(), form.text()).await,
        };
        Ok(done?.into())
    }

    fn hands_over(&self) -> bool {
        true
    }

    fn reaches_group(&self) -> bool {
        true
    }

    fn confirmation(&self, done: &Confirmation<'_>) -> String {
        match done.technician {
            Some(_) => "done-escalate-person",
            None if done.done.ticket.status == Status::EscalatedOnSite => "done-escalate-on-site",
            None => "done-escalate",
        }
        .to_owned()
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// The value of a specialist's button.
fn value(id: PersonId) -> String {
    format!("{PERSON}{id}")
}

/// The chosen specialist; `None` where a group was chosen.
fn person(choice: &str) -> Option<PersonId> {
    choice.strip_prefix(PERSON)?.parse().ok().map(PersonId)
}

/// The specialists that can get the ticket by name, each with their group.
async fn specialists(turn: &Turn<'_>, ticket: &ticket::Model) -> Result<Vec<Candidate>> {
    let voice = turn.voice();
    let except = [Some(turn.actor.id), ticket.technician_id, ticket.meant_for];
    let known = named::specialists(turn.act.tx, turn.act.procedure).await?;
    let others = known.into_iter().filter(|(person, _)| !except.contains(&Some(person.id)));
    let listed = others.map(|(person, group)| Listed {
        id: person.id,
        name: person.name,
        beside: Some(voice.group(&group).to_owned()),
    });
    named::candidates(turn.act.tx, &voice, listed.collect()).await
}
