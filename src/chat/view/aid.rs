//! What a card says of how a request came (U1), of guidance that was tried (C5), of trainings (C7), of the
//! answer of a higher level (U7) and of the procedure that a ticket belongs to (C2). Deliberately absent:
//! the rest of the card.

use super::card::{EXCERPT, line};
use crate::{
    chat::{outgoing::RichText, say::clip, wording::Voice},
    domain::{event::Event, locale::Localized, procedure::Route, source::Source, status::Status},
    entity::ticket,
    service::{
        Act, Result, editions,
        ticket::find::{self, Entry},
    },
};

/// What a ticket's history says of these.
#[derive(Debug, Default)]
pub struct Aid {
    /// The steps that did not help.
    tried: Vec<Localized>,
    /// What the requester was trained in, in order.
    trainings: Vec<String>,
    /// Where it belongs.
    route: Option<Route>,
    /// The last answer of a higher level, with the key of its group.
    answer: Option<(String, String)>,
    /// Who gave the solution that waits for the requester's word.
    pub solver: Option<String>,
}

/// Reads it from a ticket's history, with the words of the rules it runs under.
pub async fn of(act: &Act<'_>, ticket: &ticket::Model, history: &[Entry]) -> Result<Aid> {
    let mut aid = Aid::default();
    if ticket.status == Status::Solved {
        aid.solver = find::solver(act.tx, ticket.id).await?.map(|(_, name)| name);
    }
    for entry in history {
        match &entry.event {
            Event::SelfHelpTried { steps } => {
                let rules = editions::of(act.tx, act.procedure, ticket).await?;
                let known = rules.category(&ticket.category).map(|category| &category.self_help);
                let known = known.into_iter().flatten();
                aid.tried = known.take(usize::from(*steps)).cloned().collect();
            }
            Event::Answered { text, from, .. } => aid.answer = Some((from.clone(), text.clone())),
            Event::TrainingRecorded { text } => aid.trainings.push(text.clone()),
            Event::Routed { route, .. } => {
                let rules = editions::of(act.tx, act.procedure, ticket).await?;
                let known = act.procedure.route(route).or_else(|| rules.route(route));
                aid.route = known.cloned();
            }
            _ => {}
        }
    }
    Ok(aid)
}

/// How the request came to the desk (U1), and who registered it where it did not come by chat.
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

/// What staff reads: what was tried, in what the requester was trained, and what a higher level answered.
pub fn staff_lines(text: &mut RichText, voice: &Voice<'_>, aid: &Aid) {
    if !aid.tried.is_empty() {
        line(text, voice.text("card-tried"));
        for (place, step) in aid.tried.iter().enumerate() {
            let step = clip(step.get(voice.locale), EXCERPT);
            let args = [("place", (place + 1).into()), ("step", step.into())];
            line(text, voice.say("card-tried-step", &args));
        }
    }
    trainings(text, voice, aid);
    if let Some((group, answer)) = &aid.answer {
        let answer = ("value", clip(answer, EXCERPT).into());
        line(text, voice.say("card-answer", &[("group", voice.group(group).into()), answer]));
    }
    if let Some(route) = &aid.route {
        line(text, voice.say("card-routed", &of_route(voice, route)));
    }
}

/// What the requester reads where their request belongs elsewhere. Gives whether it does.
pub fn requester_route(text: &mut RichText, voice: &Voice<'_>, aid: &Aid) -> bool {
    if let Some(route) = &aid.route {
        line(text, voice.say("requester-routed", &of_route(voice, route)));
    }
    aid.route.is_some()
}

/// In what the requester was trained.
pub fn trainings(text: &mut RichText, voice: &Voice<'_>, aid: &Aid) {
    for training in &aid.trainings {
        line(text, voice.say("card-training", &[("value", clip(training, EXCERPT).into())]));
    }
}

fn of_route<'r>(voice: &Voice<'_>, route: &'r Route) -> [crate::chat::wording::Arg<'r>; 2] {
    [
        ("route", route.procedure.get(voice.locale).into()),
        ("where", route.destination.get(voice.locale).into()),
    ]
}
