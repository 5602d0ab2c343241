//! The lines of a card on the request's origin (U1), on attempted guidance (C5), trainings (C7), a
//! higher level's answer (U7) and the procedure that a ticket was routed to (C2). Deliberately
//! absent: the rest of the card.

use super::lines::{EXCERPT, line};
use crate::{
    chat::{
        outgoing::RichText,
        shorten::clip,
        wording::{Arg, Voice},
    },
    domain::{event::Event, locale::Localized, procedure::Route, source::Source, status::Status},
    entity::ticket,
    service::{
        Act, Result, editions,
        ticket::find::{self, Entry},
    },
};

/// What a ticket's history says about these.
#[derive(Debug, Default)]
pub struct HistoryFacts {
    /// The guidance steps that did not help.
    tried: Vec<Localized>,
    /// The trainings of the requester, in order.
    trainings: Vec<String>,
    /// The procedure that the ticket belongs to instead.
    route: Option<Route>,
    /// The latest answer.
    answer: Option<Answer>,
    /// The name of the technician whose solution waits for the survey.
    pub solver: Option<String>,
}

/// The answer of a higher level (U7).
#[derive(Debug)]
struct Answer {
    /// The key of the group that answered.
    group: String,
    text: String,
}

/// Reads the facts from a ticket's history, in the words of the procedure edition of the ticket.
pub async fn of(act: &Act<'_>, ticket: &ticket::Model, history: &[Entry]) -> Result<HistoryFacts> {
    let mut facts = HistoryFacts::default();
    if ticket.status == Status::Solved {
        facts.solver = find::solver(act.tx, ticket.id).await?.map(|(_, name)| name);
    }
    for entry in history {
        match &entry.event {
            Event::SelfHelpTried { steps } => {
                let rules = editions::of(act.tx, act.procedure, ticket).await?;
                let known = rules.category(&ticket.category).map(|category| &category.self_help);
                let known = known.into_iter().flatten();
                facts.tried = known.take(usize::from(*steps)).cloned().collect();
            }
            Event::Answered { text, from, .. } => {
                facts.answer = Some(Answer { group: from.clone(), text: text.clone() })
            }
            Event::TrainingRecorded { text } => facts.trainings.push(text.clone()),
            Event::Routed { route, .. } => {
                let rules = editions::of(act.tx, act.procedure, ticket).await?;
                let known = act.procedure.route(route).or_else(|| rules.route(route));
                facts.route = known.cloned();
            }
            _ => {}
        }
    }
    Ok(facts)
}

/// Adds how the request came in (U1), and for any source but a chat, who registered it.
pub fn origin(text: &mut RichText, voice: &Voice<'_>, source: Source, registered_by: &str) {
    let came = voice.source(source);
    if source == Source::Chat {
        return line(text, voice.say("card-nature", &[("value", came.into())]));
    }
    line(
        text,
        voice.say("card-source", &[("source", came.into()), ("name", registered_by.into())]),
    );
}

/// Adds what only staff reads: the attempted guidance, the trainings, the answer of a higher level,
/// the route.
pub fn staff_lines(text: &mut RichText, voice: &Voice<'_>, facts: &HistoryFacts) {
    if !facts.tried.is_empty() {
        line(text, voice.text("card-tried"));
        for (place, step) in facts.tried.iter().enumerate() {
            let step = clip(step.get(voice.locale), EXCERPT);
            let args = [("place", (place + 1).into()), ("step", step.into())];
            line(text, voice.say("card-tried-step", &args));
        }
    }
    trainings(text, voice, facts);
    if let Some(Answer { group, text: answer }) = &facts.answer {
        let answer = ("value", clip(answer, EXCERPT).into());
        line(text, voice.say("card-answer", &[("group", voice.group(group).into()), answer]));
    }
    if let Some(route) = &facts.route {
        line(text, voice.say("card-routed", &of_route(voice, route)));
    }
}

/// Adds where the request belongs, for its requester. Returns whether it belongs elsewhere.
pub fn requester_route(text: &mut RichText, voice: &Voice<'_>, facts: &HistoryFacts) -> bool {
    if let Some(route) = &facts.route {
        line(text, voice.say("requester-routed", &of_route(voice, route)));
    }
    facts.route.is_some()
}

/// Adds the trainings of the requester.
pub fn trainings(text: &mut RichText, voice: &Voice<'_>, facts: &HistoryFacts) {
    for training in &facts.trainings {
        line(text, voice.say("card-training", &[("value", clip(training, EXCERPT).into())]));
    }
}

fn of_route<'r>(voice: &Voice<'_>, route: &'r Route) -> [Arg<'r>; 2] {
    [
        ("route", route.procedure.get(voice.locale).into()),
        ("where", route.destination.get(voice.locale).into()),
    ]
}
