//! A request in the making: description, category, the details the category needs, place, who is
//! affected, can they work, summary. Which question comes next follows from what is still unknown;
//! Back forgets the last answer.

use serde::{Deserialize, Serialize};

use super::{
    Answer, Choice, Dialogue, Options, Question, Step,
    offer::{append, file_field, received, reference},
    register::Register,
    requester::Requester,
};
use crate::{
    chat::{
        incoming::Attachment,
        notify,
        outgoing::{FORM_FIELDS, FormChoice, FormField, RichText, Style},
        say::clip,
        turn::Turn,
        view,
        wording::Voice,
    },
    domain::{id::TicketNumber, priority::Degree, refusal::Refusal, source::Source},
    service::{
        Result,
        ticket::{self, attachment, find},
    },
};

/// What is known so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTicket {
    /// In the requester's words.
    pub description: Option<String>,
    /// What came that is not text.
    pub attachments: Vec<Attachment>,
    /// The category's key.
    pub category: Option<String>,
    /// The answer to the category's own question.
    pub details: Option<String>,
    /// Where help is needed.
    pub place: Option<String>,
    /// How far it reaches.
    pub impact: Option<Degree>,
    /// How badly it hinders.
    pub urgency: Option<Degree>,
    /// The ticket that was not enough.
    pub follow_up_of: Option<TicketNumber>,
    /// Whom it is for, when it is not for whoever makes it.
    pub requester: Option<Requester>,
    /// How it came to the desk.
    #[serde(default)]
    pub source: Source,
    /// What was done, where it was done before it is registered.
    #[serde(default)]
    pub solution: Option<String>,
    /// Whether the description came before the dialogue, so that Back stops behind it.
    pub given: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Description,
    Category,
    Details,
    Place,
    Impact,
    Urgency,
    Solution,
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
/// What reads otherwise when it is over.
const PAST: [&str; 4] = ["ask-description", "ask-urgency", "form-description", "form-urgency"];

impl NewTicket {
    /// A request whose words are known already.
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
        } else if asks_details && self.details.is_none() {
            Field::Details
        } else if self.place.is_none() {
            Field::Place
        } else if self.impact.is_none() {
            Field::Impact
        } else if self.urgency.is_none() {
            Field::Urgency
        } else if self.asks_solution() {
            Field::Solution
        } else {
            Field::Summary
        }
    }

    /// What was done already is asked what was done.
    fn asks_solution(&self) -> bool {
        self.source == Source::AfterTheFact && self.solution.is_none()
    }

    /// The questions that came before these, when there were any.
    fn registered(&self) -> Option<Register> {
        let source = Some(self.source).filter(|source| *source != Source::Chat)?;
        let name = self.requester.as_ref().map(|requester| requester.name.clone());
        Some(Register { source: Some(source), name })
    }

    pub(super) fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        let field = self.field(voice);
        let mut columns = 1;
        let (text, choices) = match field {
            Field::Description => (self.plain(voice, "ask-description"), vec![]),
            Field::Category => {
                columns = 2;
                (voice.plain("ask-category", &[]), categories(voice))
            }
            Field::Details => (self.details_question(voice), vec![no_details(voice)]),
            Field::Place => (self.plain(voice, "ask-place"), places(voice, options)),
            Field::Impact => (voice.plain("ask-impact", &[]), self.degrees(voice, "impact")),
            Field::Urgency => (self.plain(voice, "ask-urgency"), self.degrees(voice, "urgency")),
            Field::Solution => (voice.plain("ask-solution", &[]), vec![]),
            Field::Summary => {
                (self.summary(voice), vec![Choice::new(voice.text("button-register"), CONFIRM)])
            }
        };
        let first = field == Field::Description || (field == Field::Category && self.given);
        let yes = (field == Field::Summary).then_some(CONFIRM);
        let form = self.form(field, voice, options);
        let title = self.requester.as_ref().map(|_| self.say(voice, "form-title"));
        let back = !first || self.registered().is_some();
        Question { text, choices, columns, back, cancel: true, form, title, yes }
    }

    /// A message as it reads when it is about oneself, or about somebody else.
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
            |degree: Degree| Choice::new(self.degree(voice, (question, degree)), degree.as_str());
        Degree::ALL.into_iter().map(choice).collect()
    }

    fn degree(&self, voice: &Voice<'_>, (question, degree): (&str, Degree)) -> String {
        self.say(voice, &format!("{question}-{}", degree.as_str()))
    }

    /// What one form can ask at once: everything at the start, the details when they are asked.
    fn form(&self, field: Field, voice: &Voice<'_>, options: &Options) -> Vec<FormField> {
        let written = |key: &str, value: &Option<String>| FormField {
            key: key.to_owned(),
            label: match key {
                CATEGORY | DETAILS | IMPACT | SOLUTION => voice.text(&format!("form-{key}")),
                _ => self.say(voice, &format!("form-{key}")),
            },
            value: value.clone(),
            optional: false,
            choices: vec![],
            ..FormField::default()
        };
        let chosen = |key: &str, value: Option<&str>, choices: Vec<Choice>| {
            let choice = |Choice { label, value }| FormChoice { label, value };
            let choices = choices.into_iter().map(choice).collect();
            FormField { choices, ..written(key, &value.map(str::to_owned)) }
        };
        let mut fields = match field {
            Field::Description | Field::Category => {
                let mut fields = vec![written(DESCRIPTION, &self.description)];
                // What was given with the command is not asked again.
                if self.category.is_none() {
                    fields.push(chosen(CATEGORY, None, categories(voice)));
                }
                fields
            }
            Field::Details => {
                let hint = Some(self.details_question(voice).to_plain());
                vec![FormField { optional: true, hint, ..written(DETAILS, &self.details) }]
            }
            Field::Place => vec![],
            Field::Solution => vec![written(SOLUTION, &None)],
            Field::Impact | Field::Urgency | Field::Summary => return vec![],
        };
        if self.place.is_none() {
            fields.push(written(PLACE, &options.place));
        }
        for (key, known) in [(IMPACT, self.impact), (URGENCY, self.urgency)] {
            if known.is_none() {
                fields.push(chosen(key, None, self.degrees(voice, key)));
            }
        }
        if field == Field::Details && self.asks_solution() && fields.len() < FORM_FIELDS {
            fields.push(written(SOLUTION, &None));
        }
        // Where there is no room for files they come in the chat, as everywhere.
        if fields.len() < FORM_FIELDS {
            fields.push(file_field(voice));
        }
        fields
    }

    /// Takes what a form brought; what is not as it should be stays unknown and is asked again.
    fn fill(&mut self, fields: Vec<(String, String)>, voice: &Voice<'_>) {
        let degree = |text: &str| Degree::ALL.into_iter().find(|degree| degree.as_str() == text);
        for (key, text) in fields {
            let text = text.trim();
            let given = Some(text.to_owned()).filter(|text| !text.is_empty());
            match key.as_str() {
                DESCRIPTION => self.description = given,
                CATEGORY => self.category = voice.procedure.category(text).map(|c| c.key.clone()),
                DETAILS => self.details = Some(text.to_owned()),
                PLACE => self.place = given.map(|place| clip(&place, 120)),
                IMPACT => self.impact = degree(text),
                URGENCY => self.urgency = degree(text),
                SOLUTION => self.solution = given,
                _ => {}
            }
        }
    }

    fn details_question(&self, voice: &Voice<'_>) -> RichText {
        let category = self.category.as_deref().and_then(|key| voice.procedure.category(key));
        let question = category.and_then(|category| category.details.as_ref());
        RichText::plain(question.map_or("", |question| question.get(voice.locale)))
    }

    fn summary(&self, voice: &Voice<'_>) -> RichText {
        let mut text = RichText::default();
        text.push(self.say(voice, "summary-heading"), Style::Bold);
        let mut line = |key: &str, value: &str| {
            text.push(format!("\n{}", voice.say(key, &[("value", value.into())])), Style::Plain);
        };
        line("summary-description", &clip(self.description.as_deref().unwrap_or(""), 1_500));
        if let Some(category) = &self.category {
            line("summary-category", voice.category(category));
        }
        if let Some(details) = self.details.as_deref().filter(|details| !details.is_empty()) {
            line("summary-details", &clip(details, 500));
        }
        line("summary-place", self.place.as_deref().unwrap_or(""));
        if let (Some(impact), Some(urgency)) = (self.impact, self.urgency) {
            line("summary-impact", &self.degree(voice, ("impact", impact)));
            let other = self.requester.is_some();
            let key = if other { "summary-urgency-for" } else { "summary-urgency" };
            line(key, &self.degree(voice, ("urgency", urgency)));
            let priority = voice.procedure.priorities.priority(impact, urgency);
            line("summary-priority", &voice.text(&format!("priority-{}", priority.as_str())));
        }
        if let Some(solution) = &self.solution {
            line("summary-solution", &clip(solution, 500));
        }
        if self.source != Source::Chat {
            let source = [("source", self.source.as_str().into())];
            line("summary-source", &voice.say("source", &source));
        }
        if !self.attachments.is_empty() {
            text.push(format!("\n{}", received(voice, &self.attachments)), Style::Plain);
        }
        text.push(format!("\n\n{}", voice.text("ask-register")), Style::Plain);
        text
    }

    pub(super) fn advance(mut self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step {
        let field = self.field(voice);
        match answer {
            Answer::Back => {
                if self.description.is_none()
                    && let Some(before) = self.registered()
                {
                    return Step::Ask(Dialogue::Register(before));
                }
                self.forget_last();
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
            Answer::Choice(choice) => match self.choose(field, &choice, voice, options) {
                Some(()) => Step::Ask(Dialogue::NewTicket(self)),
                None => Step::Again(Dialogue::NewTicket(self), voice.text("choose-a-button")),
            },
            Answer::Text(text) => self.write(field, &text, voice),
            Answer::Fields(fields, attachments) => {
                self.fill(fields, voice);
                self.attachments.extend(attachments);
                if self.details.is_none() && field == Field::Details {
                    self.details = Some(String::new());
                }
                Step::Ask(Dialogue::NewTicket(self))
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
            Field::Category => self.category = Some(voice.procedure.category(choice)?.key.clone()),
            Field::Details if choice == NO_DETAILS => self.details = Some(String::new()),
            Field::Place if choice == LAST_PLACE => self.place = Some(options.place.clone()?),
            Field::Place => {
                let place = voice.procedure.places.get(choice.parse::<usize>().ok()?)?;
                self.place = Some(place.get(voice.locale).to_owned());
            }
            Field::Impact => self.impact = Some(degree()?),
            Field::Urgency => self.urgency = Some(degree()?),
            Field::Description | Field::Details | Field::Solution | Field::Summary => return None,
        }
        Some(())
    }

    /// What is typed answers the open question; where only buttons answer, it is added to the
    /// description, and the person is told so.
    fn write(mut self, field: Field, text: &str, voice: &Voice<'_>) -> Step {
        let text = text.trim();
        if text.is_empty() {
            return Step::Ask(Dialogue::NewTicket(self));
        }
        match field {
            Field::Description => self.description = Some(text.to_owned()),
            Field::Details => self.details = Some(text.to_owned()),
            Field::Solution => self.solution = Some(text.to_owned()),
            Field::Place => self.place = Some(clip(text, 120)),
            Field::Category | Field::Impact | Field::Urgency | Field::Summary => {
                append(self.description.get_or_insert_default(), text);
                let why = voice.text("added-to-description");
                return Step::Again(Dialogue::NewTicket(self), why);
            }
        }
        Step::Ask(Dialogue::NewTicket(self))
    }

    fn forget_last(&mut self) {
        if self.solution.take().is_some()
            || self.urgency.take().is_some()
            || self.impact.take().is_some()
            || self.place.take().is_some()
            || self.details.take().is_some()
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

/// Registers the request and tells everybody whom it concerns.
pub(super) async fn carry_out(turn: &Turn<'_>, new: NewTicket) -> Result<()> {
    if turn.disk_low {
        // The request stays open in the dialogue's last question, which is asked again.
        super::begin(turn, Dialogue::NewTicket(new)).await?;
        return Err(Refusal::DiskFull.into());
    }
    let attachments = new.attachments;
    let requester = match &new.requester {
        Some(requester) => requester.enrolled(turn).await?,
        None => turn.actor.id,
    };
    let request = ticket::open::NewTicket {
        requester,
        category: new.category.unwrap_or_default(),
        description: new.description.unwrap_or_default(),
        details: new.details.filter(|details| !details.is_empty()),
        place: new.place.unwrap_or_default(),
        impact: new.impact.unwrap_or(Degree::Low),
        urgency: new.urgency.unwrap_or(Degree::Low),
        follow_up_of: new.follow_up_of,
        source: new.source,
    };
    let done = match &new.solution {
        Some(solution) => ticket::open::open_solved(&turn.act, request, solution).await,
        None => ticket::open::open(&turn.act, request).await,
    }?;
    for kept in attachments {
        attachment::keep(&turn.act, &done.ticket, reference(kept)).await?;
    }
    notify::tell(&turn.act, &done).await?;
    match &new.requester {
        Some(requester) => requester.confirm(turn, &done.ticket).await,
        None => Ok(()),
    }
}

/// Starts a request that follows a ticket that is over.
pub async fn follow_up(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let earlier = find::one(turn.act.tx, &turn.actor, number).await?;
    if earlier.requester_id != turn.actor.id {
        return Err(Refusal::NotYourRequest(number).into());
    }
    if !earlier.status.is_final() {
        return view::card::show(turn, &earlier).await;
    }
    let new = NewTicket { follow_up_of: Some(number), ..NewTicket::default() };
    super::begin(turn, Dialogue::NewTicket(new)).await
}
