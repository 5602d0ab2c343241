//! The questions of a request: description, category, the details and the fields that the category
//! needs, place, who is affected, can they work, summary. The next question follows from the
//! answers that are still missing; Back forgets the last answer.

mod asset;
mod carry_out;
mod form;
mod recorded;
mod self_help;
mod summary;

use serde::{Deserialize, Serialize};

use super::{Dialogue, Step, requester::Requester};
use crate::{
    chat::{
        attached::{append, received},
        fields::{Brought, Filling},
        incoming::Attachment,
        limit,
        outgoing::{FORM_FIELDS, RichText},
        question::{Answer, Choice, Options, Question},
        shorten::clip,
        wording::Voice,
    },
    domain::{
        id::TicketNumber, limits::Limits, priority::Degree, refusal::Refusal, source::Source,
    },
};

pub(super) use carry_out::carry_out;
pub use carry_out::{begin, follow_up};
pub use self_help::Guidance;

use self::recorded::Said;

/// The answers so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTicket {
    /// The description in the requester's words.
    pub description: Option<String>,
    pub attachments: Vec<Attachment>,
    /// The category's key.
    pub category: Option<String>,
    /// The answer to the category's own question.
    pub details: Option<String>,
    /// The answers to the category's fields.
    #[serde(default, skip_serializing_if = "Filling::is_empty")]
    pub filled: Filling,
    /// The place where help is needed.
    pub place: Option<String>,
    /// How many people the problem affects.
    pub impact: Option<Degree>,
    /// How much the problem hinders the work.
    pub urgency: Option<Degree>,
    /// The finished ticket that this request follows.
    pub follow_up_of: Option<TicketNumber>,
    /// The requester, when a staff member registers the request for another person.
    pub requester: Option<Requester>,
    /// How the request came to the desk.
    #[serde(default)]
    pub source: Source,
    /// The solution, when the work was done before it is registered.
    #[serde(default)]
    pub solution: Option<String>,
    /// The answers to the fields that are recorded with the solution.
    #[serde(default, skip_serializing_if = "Filling::is_empty")]
    pub report: Filling,
    /// The tag of the equipment, where it is asked; empty for no equipment.
    #[serde(default)]
    pub asset: Option<String>,
    /// How many steps of the category's guidance were tried, and whether one helped (C5).
    #[serde(default)]
    pub guidance: Guidance,
    /// Whether the description came before the dialogue. Back then stops after it.
    pub given: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Description,
    Category,
    SelfHelp,
    Details,
    /// A field of the category.
    Filled,
    Place,
    Impact,
    Urgency,
    Solution,
    /// A field that is recorded with a solution.
    Report,
    Asset,
    Summary,
}

const CONFIRM: &str = "ok";
const LAST_PLACE: &str = "last";
const NO_DETAILS: &str = "none";
const DESCRIPTION: &str = "description";
const CATEGORY: &str = "category";
const DETAILS: &str = "details";
const PLACE: &str = "place";
const IMPACT: &str = "impact";
const URGENCY: &str = "urgency";
const SOLUTION: &str = "solution";
const ASSET: &str = "asset";
const NO_ASSET: &str = "none";
/// The messages with a past tense, for work that was done already.
const PAST: [&str; 4] = ["ask-description", "ask-urgency", "form-description", "form-urgency"];

impl NewTicket {
    /// A request whose description is known already.
    pub fn with(description: String, attachments: Vec<Attachment>) -> Self {
        let description = Some(description).filter(|text| !text.trim().is_empty());
        let given = description.is_some();
        Self { description, attachments, given, ..Self::default() }
    }

    fn field(&self, voice: &Voice<'_>) -> Field {
        let asks_details = self
            .category
            .as_deref()
            .and_then(|key| voice.procedure.category(key))
            .is_some_and(|category| category.details.is_some());
        if self.description.is_none() {
            Field::Description
        } else if self.category.is_none() {
            Field::Category
        } else if self.route(voice).is_some() {
            // The request belongs to another procedure, so nothing more is asked.
            Field::Summary
        } else if self.step(voice).is_some() {
            Field::SelfHelp
        } else if asks_details && self.details.is_none() {
            Field::Details
        } else if self.filled.next(self.request(voice)).is_some() {
            Field::Filled
        } else if self.place.is_none() {
            Field::Place
        } else if self.impact.is_none() {
            Field::Impact
        } else if self.urgency.is_none() {
            Field::Urgency
        } else if self.asks_solution() {
            Field::Solution
        } else if self.records(voice) {
            Field::Report
        } else if self.asks_asset(voice) {
            Field::Asset
        } else {
            Field::Summary
        }
    }

    /// Whether the solution is asked: the work was done already.
    fn asks_solution(&self) -> bool {
        self.source == Source::AfterTheFact && self.solution.is_none()
    }

    /// Whether the equipment is asked: the work was done already and the procedure notes equipment
    /// (V7, V11).
    fn asks_asset(&self, voice: &Voice<'_>) -> bool {
        let after = self.source == Source::AfterTheFact;
        after && self.asset.is_none() && voice.procedure.assets.is_some()
    }

    /// The refusal when the texts or the files exceed the operator's limits.
    pub(super) fn over(&self, limits: &Limits) -> Option<Refusal> {
        let described = [&self.description, &self.details].into_iter().flatten();
        limit::text_over(described.map(String::as_str), limits.description)
            .or_else(|| limit::text_over(self.solution.as_deref(), limits.message))
            .or_else(|| limit::text_over(self.filled.texts(), limits.message))
            .or_else(|| limit::text_over(self.report.texts(), limits.message))
            .or_else(|| limit::files_over(self.attachments.len(), limits))
    }

    pub(super) fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        self.clone().settled(voice).asked(voice, options)
    }

    fn asked(&self, voice: &Voice<'_>, options: &Options) -> Question {
        let field = self.field(voice);
        let mut columns = 1;
        let (text, choices) = match field {
            Field::Description => (self.plain(voice, "ask-description"), vec![]),
            Field::Category => {
                columns = 2;
                (voice.plain("ask-category", &[]), categories(voice))
            }
            Field::SelfHelp => self.guide(voice),
            Field::Details => (self.details_question(voice), vec![no_details(voice)]),
            Field::Filled | Field::Report => {
                let asked = self.asks(field, voice, options);
                columns = asked.columns;
                (asked.text, asked.choices)
            }
            Field::Place => (self.plain(voice, "ask-place"), places(voice, options)),
            Field::Impact => (voice.plain("ask-impact", &[]), self.degrees(voice, "impact")),
            Field::Urgency => (self.plain(voice, "ask-urgency"), self.degrees(voice, "urgency")),
            Field::Solution => (voice.plain("ask-solution", &[]), vec![]),
            Field::Asset => {
                let none = Choice::new(voice.text("button-no-asset"), NO_ASSET);
                (voice.plain("ask-asset", &[]), vec![none])
            }
            Field::Summary => {
                (self.summary(voice), vec![Choice::new(voice.text("button-register"), CONFIRM)])
            }
        };
        let first = field == Field::Description || (field == Field::Category && self.given);
        let yes = (field == Field::Summary).then_some(CONFIRM);
        let form = self.form(field, voice, options);
        let title = self.requester.as_ref().map(|_| self.say(voice, "form-title"));
        let back = !first || super::registration_of(self).is_some();
        Question { text, choices, columns, back, cancel: true, form, title, yes }
    }

    /// A message in its wording for the person's own request, or for another requester.
    fn say(&self, voice: &Voice<'_>, key: &str) -> String {
        match &self.requester {
            None => voice.text(key),
            Some(other) => {
                let over = self.source == Source::AfterTheFact && PAST.contains(&key);
                let key = format!("{key}-{}", if over { "after" } else { "for" });
                voice.say(&key, &[("name", other.name.as_str().into())])
            }
        }
    }

    fn plain(&self, voice: &Voice<'_>, key: &str) -> RichText {
        RichText::plain(self.say(voice, key))
    }

    fn degrees(&self, voice: &Voice<'_>, question: &str) -> Vec<Choice> {
        let choice =
            |degree: Degree| Choice::new(self.degree(voice, question, degree), degree.as_str());
        Degree::ALL.into_iter().map(choice).collect()
    }

    fn degree(&self, voice: &Voice<'_>, question: &str, degree: Degree) -> String {
        self.say(voice, &format!("{question}-{}", degree.as_str()))
    }

    fn details_question(&self, voice: &Voice<'_>) -> RichText {
        let category = self.category.as_deref().and_then(|key| voice.procedure.category(key));
        let question = category.and_then(|category| category.details.as_ref());
        RichText::plain(question.map_or("", |question| question.get(voice.locale)))
    }

    pub(super) fn advance(self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step {
        self.settled(voice).take(answer, voice, options)
    }

    fn take(mut self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step {
        let field = self.field(voice);
        match answer {
            Answer::Back if field == Field::SelfHelp => {
                self.step_back();
                Step::Ask(Dialogue::NewTicket(self))
            }
            Answer::Back => {
                if self.description.is_none()
                    && let Some(before) = super::registration_of(&self)
                {
                    return Step::Ask(before);
                }
                self.forget_last(field, voice);
                Step::Ask(Dialogue::NewTicket(self))
            }
            Answer::Attachment(attachment) if self.take_file(field, &attachment, voice) => {
                Step::Ask(Dialogue::NewTicket(self))
            }
            Answer::Attachment(attachment) => {
                if !attachment.caption.trim().is_empty() {
                    append(self.description.get_or_insert_default(), &attachment.caption);
                }
                self.attachments.push(attachment);
                let kept = received(voice, &self.attachments);
                Step::Again(Dialogue::NewTicket(self), kept)
            }
            Answer::Choice(choice) if field == Field::Summary && choice == CONFIRM => {
                Step::Complete(Dialogue::NewTicket(self))
            }
            Answer::Choice(choice) if field.is_recorded() => {
                self.record(field, Said::Pressed(&choice), voice, options)
            }
            Answer::Text(text) if field.is_recorded() => {
                self.record(field, Said::Typed(&text), voice, options)
            }
            Answer::Choice(choice) if field == Field::SelfHelp => self.guided(&choice, voice),
            Answer::Choice(choice) => match self.choose(field, &choice, voice, options) {
                Some(()) => self.go_on(voice),
                None => Step::Again(Dialogue::NewTicket(self), voice.text("choose-a-button")),
            },
            Answer::Text(text) if field == Field::Asset => self.touch(&text, voice),
            Answer::Text(text) => self.write(field, &text, voice),
            Answer::Fields(fields, attachments) => {
                let brought = Brought { filled: &fields, files: &attachments, room: FORM_FIELDS };
                let faults = self.record_all(field, &brought, voice, options);
                self.fill(fields, voice);
                self.attachments.extend(attachments);
                if !faults.is_empty() {
                    return Step::Again(Dialogue::NewTicket(self), faults.join("\n"));
                }
                if self.details.is_none() && field == Field::Details {
                    self.details = Some(String::new());
                }
                match self.asset.take().filter(|_| field == Field::Asset) {
                    Some(tag) => self.touch(&tag, voice),
                    None => self.go_on(voice),
                }
            }
        }
    }

    fn choose(
        &mut self,
        field: Field,
        choice: &str,
        voice: &Voice<'_>,
        options: &Options,
    ) -> Option<()> {
        let degree = || Degree::ALL.into_iter().find(|degree| degree.as_str() == choice);
        match field {
            Field::Category => {
                self.category = Some(voice.procedure.category(choice)?.key.clone());
                self.guidance = Guidance::default();
            }
            Field::Details if choice == NO_DETAILS => self.details = Some(String::new()),
            Field::Place if choice == LAST_PLACE => self.place = Some(options.place.clone()?),
            Field::Place => {
                let place = voice.procedure.places.get(choice.parse::<usize>().ok()?)?;
                self.place = Some(place.get(voice.locale).to_owned());
            }
            Field::Asset if choice == NO_ASSET => self.asset = Some(String::new()),
            Field::Impact => self.impact = Some(degree()?),
            Field::Urgency => self.urgency = Some(degree()?),
            Field::Description
            | Field::SelfHelp
            | Field::Details
            | Field::Filled
            | Field::Report
            | Field::Solution
            | Field::Asset
            | Field::Summary => return None,
        }
        Some(())
    }

    /// Takes typed words as the answer to the open question. Where only buttons answer, the words
    /// are added to the description, and the person is told so.
    fn write(mut self, field: Field, text: &str, voice: &Voice<'_>) -> Step {
        let text = text.trim();
        if text.is_empty() {
            return Step::Ask(Dialogue::NewTicket(self));
        }
        if field == Field::SelfHelp
            && let Some(worked) = voice.yes_or_no(text)
        {
            return self.guided(self_help::answer(worked), voice);
        }
        match field {
            Field::Description => self.description = Some(text.to_owned()),
            Field::Details => self.details = Some(text.to_owned()),
            Field::Solution => self.solution = Some(text.to_owned()),
            Field::Place => self.place = Some(clip(text, 120)),
            Field::Category
            | Field::SelfHelp
            | Field::Filled
            | Field::Report
            | Field::Impact
            | Field::Urgency
            | Field::Asset
            | Field::Summary => {
                append(self.description.get_or_insert_default(), text);
                let why = voice.text("added-to-description");
                return Step::Again(Dialogue::NewTicket(self), why);
            }
        }
        self.go_on(voice)
    }

    /// Asks the next question, or completes a request that belongs to another procedure.
    fn go_on(self, voice: &Voice<'_>) -> Step {
        if self.is_for_elsewhere(voice) {
            Step::Complete(Dialogue::NewTicket(self))
        } else {
            Step::Ask(Dialogue::NewTicket(self))
        }
    }

    fn forget_last(&mut self, field: Field, voice: &Voice<'_>) {
        // A form may ask the later questions before the fields, which come first in a chat.
        let rest = field != Field::Filled;
        if self.asset.take().is_some()
            || self.forget_recorded(Field::Report, voice)
            || rest && self.solution.take().is_some()
            || rest && self.urgency.take().is_some()
            || rest && self.impact.take().is_some()
            || rest && self.place.take().is_some()
            || self.forget_recorded(Field::Filled, voice)
            || self.details.take().is_some()
            || self.guidance.forget_last()
            || self.category.take().is_some()
            || self.given
        {
            return;
        }
        self.description = None;
    }
}

fn categories(voice: &Voice<'_>) -> Vec<Choice> {
    let choice = |category: &crate::domain::procedure::Category| {
        Choice::new(category.name.get(voice.locale), category.key.clone())
    };
    voice.procedure.categories.iter().map(choice).collect()
}

fn places(voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
    let known = options.place.iter().map(|place| Choice::new(clip(place, 40), LAST_PLACE));
    let last = options.place.as_deref();
    let listed = voice.procedure.places.iter().enumerate();
    let others = listed.filter(|(_, place)| Some(place.get(voice.locale)) != last);
    let others = others.map(|(at, place)| Choice::new(place.get(voice.locale), at.to_string()));
    known.chain(others).collect()
}

fn no_details(voice: &Voice<'_>) -> Choice {
    Choice::new(voice.text("button-no-details"), NO_DETAILS)
}
