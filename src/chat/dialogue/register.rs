//! The questions before a request that the staff registers: how it came, for which person, and
//! which of the people with that name is meant. The questions of any new request follow.
//! Deliberately absent: taking a name for an identity; the staff member chooses a person, or has
//! the name noted as a person of its own.

use serde::{Deserialize, Serialize};

use super::{
    Dialogue, Step,
    new_ticket::NewTicket,
    requester::{KnownBy, Requester, staff_only},
};
use crate::{
    chat::{
        incoming::Sender,
        named::Found,
        outgoing::{FormChoice, FormField},
        question::{Answer, Choice, Options, Question, which_person},
        shorten::clip,
        turn::Turn,
        wording::Voice,
    },
    domain::{id::PersonId, source::Source},
    service::{Result, people},
};

/// The answers so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// How the request came.
    pub source: Option<Source>,
    /// The requester's name as it was typed.
    pub name: Option<String>,
    /// The person with that name that a suggestion filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picked: Option<PersonId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Source,
    Person,
    Which,
}

const SOURCE: &str = "source";
const PERSON: &str = "person";
const NOBODY: &str = "nobody";
const NOTED: &str = "noted";
/// The longest name that is kept, in characters.
const NAME: usize = 80;

impl Register {
    /// A registration with the name that was given.
    pub fn of(name: &str) -> Self {
        Self { name: given(name), ..Self::default() }
    }

    /// The registration with the answers in a new request; `None` for a person's own request.
    pub(super) fn of_request(new: &NewTicket) -> Option<Self> {
        let source = Some(new.source).filter(|source| *source != Source::Chat)?;
        let name = new.requester.as_ref().map(|requester| requester.name.clone());
        Some(Self { source: Some(source), name, ..Self::default() })
    }

    /// A registration for a person that a suggestion filled in.
    pub fn picked(found: &Found) -> Self {
        Self { picked: Some(found.id), ..Self::of(&found.name) }
    }

    fn field(&self) -> Field {
        match (&self.source, &self.name) {
            (None, _) => Field::Source,
            (Some(_), None) => Field::Person,
            (Some(_), Some(_)) => Field::Which,
        }
    }

    /// The name to look up.
    pub(super) fn looks_for(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub(super) fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        let field = self.field();
        let (text, choices) = match field {
            Field::Source => (voice.plain("ask-source", &[]), sources(voice, options)),
            Field::Person => {
                let nobody = (self.source == Some(Source::Proactive))
                    .then(|| Choice::new(voice.text("button-nobody"), NOBODY));
                (voice.plain("ask-person", &[]), nobody.into_iter().collect())
            }
            Field::Which => {
                which_person(voice, options, self.name.as_deref().unwrap_or_default(), NOTED)
            }
        };
        let form = match field {
            Field::Which => vec![],
            Field::Source | Field::Person => self.form(voice, options),
        };
        let title = Some(voice.text("form-title-register"));
        let back = field != Field::Source;
        Question { text, choices, columns: 1, back, cancel: true, form, title, yes: None }
    }

    /// The unanswered questions, as one form.
    fn form(&self, voice: &Voice<'_>, options: &Options) -> Vec<FormField> {
        let mut fields = Vec::new();
        if self.source.is_none() {
            let choice = |Choice { label, value }| FormChoice { label, value };
            fields.push(FormField {
                key: SOURCE.to_owned(),
                label: voice.text("form-source"),
                choices: sources(voice, options).into_iter().map(choice).collect(),
                ..FormField::default()
            });
        }
        if self.name.is_none() {
            let may_be_nobody = match self.source {
                Some(source) => source == Source::Proactive,
                None => voice.procedure.origins.contains(&Source::Proactive),
            };
            fields.push(FormField {
                key: PERSON.to_owned(),
                label: voice.text("form-person"),
                hint: may_be_nobody.then(|| voice.text("form-person-hint")),
                optional: may_be_nobody,
                ..FormField::default()
            });
        }
        fields
    }

    pub(super) fn advance(mut self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step {
        match (self.field(), answer) {
            (Field::Source | Field::Person, Answer::Back) => self.source = None,
            (Field::Which, Answer::Back) => {
                self.name = None;
                self.picked = None;
            }
            (_, Answer::Attachment(_)) => {
                return Step::Again(Dialogue::Register(self), voice.text("attachment-needs-words"));
            }
            (_, Answer::Fields(fields, _)) => return self.fill(&fields, voice, options),
            (Field::Source, Answer::Choice(choice)) => match source(&choice, voice, options) {
                Some(source) => self.source = Some(source),
                None => return self.not_understood(voice),
            },
            (Field::Source, Answer::Text(_)) => return self.not_understood(voice),
            (Field::Person, Answer::Choice(choice))
                if choice == NOBODY && self.source == Some(Source::Proactive) =>
            {
                return self.so_far(None);
            }
            (Field::Person, Answer::Choice(_)) => return self.not_understood(voice),
            // A typed name replaces the former one.
            (Field::Person | Field::Which, Answer::Text(text)) => {
                self.name = given(&text);
                self.picked = None;
            }
            (Field::Which, Answer::Choice(choice)) => {
                return match self.meant(&choice, options) {
                    Some(requester) => self.so_far(Some(requester)),
                    None => self.not_understood(voice),
                };
            }
        }
        self.go_on(options)
    }

    /// Continues with the person that a suggestion filled in, or with the next question.
    fn go_on(self, options: &Options) -> Step {
        let picked = self.picked.filter(|_| self.source.is_some());
        match picked.and_then(|id| options.found.iter().find(|found| found.id == id)) {
            Some(found) => {
                let known_by = KnownBy::Person(found.id);
                let requester = Requester { name: found.name.clone(), known_by };
                self.so_far(Some(requester))
            }
            None => Step::Ask(Dialogue::Register(self)),
        }
    }

    /// Takes a submitted form. Invalid answers stay open and are asked again.
    fn fill(mut self, fields: &[(String, String)], voice: &Voice<'_>, options: &Options) -> Step {
        for (key, text) in fields {
            match key.as_str() {
                SOURCE => self.source = source(text, voice, options),
                PERSON => self.name = given(text),
                _ => {}
            }
        }
        // The desk found the fault by itself: without a name, there is no other requester.
        if self.source == Some(Source::Proactive) && self.name.is_none() {
            return self.so_far(None);
        }
        self.go_on(options)
    }

    fn meant(&self, choice: &str, options: &Options) -> Option<Requester> {
        if choice == NOTED {
            return Some(Requester { name: self.name.clone()?, known_by: KnownBy::Name });
        }
        let found = options.found.iter().find(|found| found.id.to_string() == choice)?;
        Some(Requester { name: found.name.clone(), known_by: KnownBy::Person(found.id) })
    }

    /// Continues with the questions of any new request.
    fn so_far(self, requester: Option<Requester>) -> Step {
        let source = self.source.unwrap_or_default();
        Step::Ask(Dialogue::NewTicket(NewTicket { requester, source, ..NewTicket::default() }))
    }

    fn not_understood(self, voice: &Voice<'_>) -> Step {
        Step::Again(Dialogue::Register(self), voice.text("choose-a-button"))
    }
}

fn given(name: &str) -> Option<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(clip(&name, NAME)).filter(|name| !name.is_empty())
}

/// The origins that the procedure allows (N1). Work that was done already needs a staff member who
/// belongs to a group.
fn offered<'o>(voice: &Voice<'o>, options: &'o Options) -> impl Iterator<Item = Source> + 'o {
    let all = voice.procedure.origins.iter().copied();
    all.filter(|source| *source != Source::AfterTheFact || options.attends)
}

fn source(text: &str, voice: &Voice<'_>, options: &Options) -> Option<Source> {
    offered(voice, options).find(|source| source.as_str() == text)
}

fn sources(voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
    let choice = |source: Source| {
        let label = voice.say("source-choice", &[("source", source.as_str().into())]);
        Choice::new(label, source.as_str())
    };
    offered(voice, options).map(choice).collect()
}

/// Starts a request for an account that a staff member pointed at.
pub async fn point(turn: &Turn<'_>, account: &Sender, program: bool) -> Result<()> {
    staff_only(turn)?;
    if program {
        return turn.tell("open-for-program", &[("name", account.name.as_str().into())]).await;
    }
    let channel = turn.incoming.channel;
    let known = people::find_account(turn.act.tx, channel, &account.key).await?;
    let requester = match known {
        Some((_, person)) if person.id == turn.actor.id => None,
        Some((_, person)) => {
            Some(Requester { name: person.name, known_by: KnownBy::Person(person.id) })
        }
        None => {
            let known_by = KnownBy::Account { channel, key: account.key.clone() };
            Some(Requester { name: account.name.clone(), known_by })
        }
    };
    let new = NewTicket { requester, ..NewTicket::default() };
    super::begin(turn, Dialogue::NewTicket(new)).await
}
