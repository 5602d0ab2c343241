//! The time of a visit to the requester's workplace (N5): free times as buttons, any other time
//! typed. When a visit is planned, its technician is asked for its outcome instead; equipment can
//! be taken along or brought back from here too (N6). A requester chooses another time when the
//! planned one is not suitable. Deliberately absent: outcomes that need words or a photo, which a
//! form asks ([`super::form`]).

use serde::{Deserialize, Serialize};

use super::{Dialogue, Step};
use crate::{
    chat::{
        notify,
        offered::tickets,
        operation::{self, Form, ticket_number},
        question::{Answer, Choice, Options, Question, Visiting},
        refusal,
        turn::Turn,
        unreachable,
        wording::Voice,
    },
    domain::{
        id::TicketNumber,
        refusal::Refusal,
        time::{MINUTE, Timestamp},
        verb::Verb,
        visit::{self as rules, typed_time},
    },
    entity::ticket,
    service::{
        Error, Result, editions,
        ticket::{allowed, visit, visiting_hours},
    },
};

/// The answers so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub number: Option<TicketNumber>,
    /// Whether the requester is asked.
    pub requester: bool,
    /// Whether a time other than the planned one is wanted.
    pub another: bool,
    /// The chosen time, UTC.
    pub at: Option<Timestamp>,
}

const ANOTHER: &str = "another";
/// The prefix of an offered time, which follows in minutes since 1970, UTC.
const SLOT: char = '@';
/// The operations besides planning: value, label and verb of each button.
const DEEDS: [(&str, &str, Verb); 5] = [
    ("arrive", "button-arrive", Verb::Arrive),
    ("miss", "button-miss", Verb::Miss),
    ("workshop", "button-workshop", Verb::MoveToWorkshop),
    ("vendor", "button-to-vendor", Verb::MoveToVendor),
    ("return", "button-return", Verb::ReturnEquipment),
];

impl Visit {
    pub fn of(number: Option<TicketNumber>) -> Self {
        Self { number, ..Self::default() }
    }

    pub(super) fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        let number = self.number.map_or(String::new(), |number| number.to_string());
        let mut args = vec![("number", number.into())];
        let mut columns = 1;
        let (key, choices) = match (&options.visiting, self.number) {
            (_, None) => {
                args.push(("verb", Verb::Visit.as_str().into()));
                let none = options.tickets.is_empty();
                (if none { "ask-ticket-none" } else { "ask-ticket" }, tickets(options))
            }
            (Some(visiting), Some(_)) => {
                columns = 2;
                if let Some(planned) = visiting.planned {
                    args.push(("when", voice.when(planned).into()));
                }
                (self.asks(visiting), self.choices(voice, visiting))
            }
            (None, Some(_)) => ("ask-visit-when", vec![]),
        };
        Question {
            text: voice.plain(key, &args),
            choices,
            columns,
            back: false,
            cancel: true,
            form: vec![],
            title: None,
            yes: None,
        }
    }

    fn asks(&self, visiting: &Visiting) -> &'static str {
        match (visiting.planned, visiting.there) {
            _ if self.requester => "ask-visit-requester",
            (Some(_), _) if self.another => "ask-visit-another",
            (Some(_), _) => "ask-visit-planned",
            (None, true) if !self.another => "ask-visit-there",
            (None, _) => "ask-visit-when",
        }
    }

    /// Whether a time is asked now.
    fn wants_time(&self, visiting: &Visiting) -> bool {
        self.requester || self.another || (visiting.planned.is_none() && !visiting.there)
    }

    fn choices(&self, voice: &Voice<'_>, visiting: &Visiting) -> Vec<Choice> {
        let mut choices = Vec::new();
        if self.wants_time(visiting) {
            let slot = |at: &Timestamp| {
                Choice::new(voice.slot(*at), format!("{SLOT}{}", at.0.div_euclid(MINUTE)))
            };
            choices.extend(visiting.slots.iter().map(slot));
        }
        if self.requester || self.another {
            return choices;
        }
        let offered = DEEDS.iter().filter(|(_, _, verb)| is_offered(visiting, *verb));
        choices.extend(offered.map(|(value, label, _)| Choice::new(voice.text(label), *value)));
        if !self.wants_time(visiting) {
            let key = if visiting.there { "button-visit-again" } else { "button-visit-another" };
            choices.push(Choice::new(voice.text(key), ANOTHER));
        }
        choices
    }

    pub(super) fn advance(mut self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step {
        match (answer, &options.visiting) {
            (Answer::Choice(text) | Answer::Text(text), _) if self.number.is_none() => {
                match ticket_number(&text) {
                    Some(number) => self.number = Some(number),
                    None => return self.again(voice.text("choose-a-ticket")),
                }
                Step::Ask(Dialogue::Visit(self))
            }
            (Answer::Choice(choice), Some(visiting)) => self.choose(&choice, voice, visiting),
            (Answer::Text(text), Some(visiting)) => self.hear(&text, voice, visiting),
            (Answer::Back, _) => Step::Ask(Dialogue::Visit(self)),
            (Answer::Attachment(_) | Answer::Fields(..), _) => {
                self.again(voice.text("attachment-needs-words"))
            }
            (Answer::Choice(_) | Answer::Text(_), None) => {
                self.again(voice.text("choose-a-button"))
            }
        }
    }

    fn choose(mut self, choice: &str, voice: &Voice<'_>, visiting: &Visiting) -> Step {
        if let Some(minutes) = choice.strip_prefix(SLOT).and_then(|at| at.parse::<i64>().ok()) {
            return self.take(Timestamp(minutes.saturating_mul(MINUTE)), voice, visiting);
        }
        if choice == ANOTHER && !self.requester {
            self.another = true;
            return Step::Ask(Dialogue::Visit(self));
        }
        let deed =
            DEEDS.iter().find(|(value, _, verb)| *value == choice && is_offered(visiting, *verb));
        let deed = deed.filter(|_| !self.requester);
        match deed.and_then(|(_, _, verb)| operation::of_verb(*verb)) {
            Some(operation) => {
                let form = Form::of(operation, self.number);
                match form.is_complete() {
                    true => Step::Complete(Dialogue::Form(form)),
                    false => Step::Ask(Dialogue::Form(form)),
                }
            }
            None => self.again(voice.text("choose-a-button")),
        }
    }

    fn hear(self, text: &str, voice: &Voice<'_>, visiting: &Visiting) -> Step {
        match (typed_time::instant(text, &visiting.hours, voice.now), self.number) {
            (Some(at), _) => self.take(at, voice, visiting),
            (None, Some(number)) => {
                let why = refusal::text(voice, &Refusal::TimeNotUnderstood(number));
                self.again(why)
            }
            (None, None) => self.again(voice.text("choose-a-ticket")),
        }
    }

    fn take(mut self, at: Timestamp, voice: &Voice<'_>, visiting: &Visiting) -> Step {
        let fits = rules::fits(&visiting.hours, &visiting.visits, &visiting.taken, at, voice.now);
        match (fits, self.number) {
            (Err(why), Some(number)) => {
                let refusal = Refusal::NoVisitThen { number, at, why };
                self.again(refusal::text(voice, &refusal))
            }
            _ => {
                self.at = Some(at);
                Step::Complete(Dialogue::Visit(self))
            }
        }
    }

    fn again(self, why: String) -> Step {
        Step::Again(Dialogue::Visit(self), why)
    }
}

/// Whether the operation is possible now.
fn is_offered(visiting: &Visiting, verb: Verb) -> bool {
    match verb {
        Verb::Arrive => !visiting.there,
        Verb::Miss => true,
        Verb::MoveToWorkshop => !visiting.away,
        Verb::MoveToVendor => visiting.vendor && !visiting.away,
        Verb::ReturnEquipment => visiting.away,
        _ => false,
    }
}

/// The data for a question about the ticket's visit; `None` where the procedure has no visits.
pub(super) async fn visiting(turn: &Turn<'_>, ticket: &ticket::Model) -> Result<Option<Visiting>> {
    let tx = turn.act.tx;
    let now = turn.act.now;
    let rules = editions::of(tx, turn.act.procedure, ticket).await?;
    let Some(standing) = visit::standing(tx, &rules, ticket).await? else { return Ok(None) };
    let technician = ticket.technician_id.unwrap_or(turn.actor.id);
    Ok(Some(Visiting {
        visits: standing.visits,
        slots: visit::slots(tx, &rules, ticket, technician, now).await?,
        taken: visit::taken(tx, technician, ticket.id, now).await?,
        planned: standing.to_come().map(|open| open.scheduled_at),
        there: standing.open.as_ref().is_some_and(|open| open.arrived_at.is_some()),
        away: standing.away.is_some(),
        vendor: rules.uses(crate::domain::status::Status::WithVendor),
        hours: visiting_hours(&rules, ticket).clone(),
    }))
}

/// Plans a visit for the typed time, or asks for a time or an outcome.
pub async fn begin(
    turn: &Turn<'_>,
    number: Option<TicketNumber>,
    words: Option<&str>,
) -> Result<()> {
    let visit = Visit::of(number);
    if let Some(number) = number {
        allowed(turn, number, Verb::Visit).await?;
    }
    let (Some(number), Some(words)) = (number, words) else {
        return super::begin(turn, Dialogue::Visit(visit)).await;
    };
    let voice = turn.voice();
    let why = match typed_time::instant(words, voice.procedure.desk_calendar(), voice.now) {
        Some(at) => match carry_out(turn, Visit { at: Some(at), ..visit.clone() }).await {
            // The service wrote nothing; the dialogue says why and asks for another time.
            Err(Error::Refused(why @ Refusal::NoVisitThen { .. })) => why,
            done => return done,
        },
        None => Refusal::TimeNotUnderstood(number),
    };
    let why = refusal::text(&voice, &why);
    super::begin_because(turn, Dialogue::Visit(Visit { another: true, ..visit }), Some(why)).await
}

/// Plans a visit from a card or a notice. It replaces a planned visit, or follows one that has
/// begun.
pub async fn begin_planning(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let ticket = allowed(turn, number, Verb::Visit).await?;
    let visiting = visiting(turn, &ticket).await?;
    let another = visiting.is_some_and(|known| known.planned.is_some() || known.there);
    super::begin(turn, Dialogue::Visit(Visit { another, ..Visit::of(Some(number)) })).await
}

/// Asks a requester for a suitable time.
pub async fn begin_for_requester(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let ticket = allowed(turn, number, Verb::ChooseVisit).await?;
    if visit::technician_for_new_time(turn.act.tx, &ticket).await?.is_none() {
        return Err(Refusal::VisitOver(number).into());
    }
    let visit = Visit { requester: true, ..Visit::of(Some(number)) };
    super::begin(turn, Dialogue::Visit(visit)).await
}

/// Plans the next visit at once after a visit in vain.
pub(super) async fn begin_again(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let visit = Visit { another: true, ..Visit::of(Some(number)) };
    super::begin(turn, Dialogue::Visit(visit)).await
}

/// The requester agrees to the planned time.
pub async fn agree(turn: &Turn<'_>, number: TicketNumber, at: Timestamp) -> Result<()> {
    let done = visit::agree(&turn.act, number, at).await?;
    let args = [("number", number.to_string().into()), ("when", turn.voice().when(at).into())];
    turn.tell("done-visit-agreed", &args).await?;
    notify::tell(&turn.act, &done).await
}

/// Plans the visit, confirms it and notifies the people concerned.
pub(super) async fn carry_out(turn: &Turn<'_>, visit: Visit) -> Result<()> {
    let (Some(number), Some(at)) = (visit.number, visit.at) else { return Ok(()) };
    let (done, key) = match visit.requester {
        true => (visit::choose(&turn.act, number, at).await?, "done-visit-chosen"),
        false => (visit::schedule(&turn.act, number, at).await?, "done-visit"),
    };
    let args = [("number", number.to_string().into()), ("when", turn.voice().when(at).into())];
    match unreachable::confirmation(turn, key, &done.ticket).await? {
        Some((twin, why)) => {
            let text = format!("{} {why}", turn.voice().say(twin, &args));
            turn.tell_text(text).await?;
        }
        None => turn.tell(key, &args).await?,
    }
    notify::tell(&turn.act, &done).await
}

/// Whether the person may still plan the visit.
pub(super) async fn still_makes_sense(turn: &Turn<'_>, visit: &Visit) -> Result<bool> {
    let Some(number) = visit.number else { return Ok(true) };
    let verb = if visit.requester { Verb::ChooseVisit } else { Verb::Visit };
    match allowed(turn, number, verb).await {
        Ok(_) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Refuses at once what the service would refuse after the last answer.
async fn allowed(turn: &Turn<'_>, number: TicketNumber, verb: Verb) -> Result<ticket::Model> {
    Box::pin(allowed::check(&turn.act, number, verb)).await
}
