//! Something to do to a ticket that needs a word more: which ticket, why, to whom, the solution.
//! What was given with the command is not asked again. With nothing left to ask it is done at once.

use serde::{Deserialize, Serialize};

use super::{Answer, Choice, Dialogue, Options, Question, Step, offer};
use crate::{
    chat::{
        commands,
        incoming::Attachment,
        notify,
        outgoing::FormField,
        say::{About, clip},
        turn::Turn,
        view,
        wording::Voice,
    },
    domain::{
        id::{PersonId, TicketNumber},
        procedure::Reason,
        refusal::Refusal,
        verb::{Verb, decide},
    },
    service::{
        Error, Result,
        ticket::{
            Done,
            attachment::{self, NewAttachment},
            close, find, follow_up, hand_over, not_manage, solve, survey, suspend,
        },
    },
};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormVerb {
    /// See the card.
    View,
    /// See its clocks explained.
    Explain,
    /// Take it.
    Accept,
    /// Give it to somebody.
    Assign,
    /// Pass it to another group.
    Escalate,
    /// Write an internal note.
    Note,
    /// Write to the other side.
    Reply,
    /// Let it wait.
    Suspend,
    /// Go on with it.
    Resume,
    /// Let it wait for an outside provider.
    PassToVendor,
    /// Give a solution.
    Solve,
    /// End it without working on it.
    NotManage,
    /// Say what is missing.
    Reject,
    /// Comment on the service.
    Comment,
    /// Take the request back.
    Withdraw,
}

/// What is known so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// What is to be done.
    pub verb: FormVerb,
    /// To which ticket.
    pub number: Option<TicketNumber>,
    /// The round of the survey that is answered; zero elsewhere.
    pub round: i32,
    /// The chosen reason, group, person or "yes".
    pub choice: Option<String>,
    /// What was written.
    pub text: Option<String>,
    /// What came that is not text.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Ticket,
    Choice,
    Text,
    Nothing,
}

impl FormVerb {
    /// The verb of the permission table.
    pub fn verb(self) -> Verb {
        match self {
            Self::View | Self::Explain => Verb::View,
            Self::Accept => Verb::Accept,
            Self::Assign => Verb::Assign,
            Self::Escalate => Verb::Escalate,
            Self::Note => Verb::Note,
            Self::Reply => Verb::Reply,
            Self::Suspend => Verb::Suspend,
            Self::Resume => Verb::Resume,
            Self::PassToVendor => Verb::PassToVendor,
            Self::Solve => Verb::Solve,
            Self::NotManage => Verb::NotManage,
            Self::Reject => Verb::Reject,
            Self::Comment => Verb::View,
            Self::Withdraw => Verb::Withdraw,
        }
    }

    /// The form of a verb that hangs on a ticket's card.
    pub fn from_verb(verb: Verb) -> Option<Self> {
        Some(match verb {
            Verb::View => Self::View,
            Verb::Accept => Self::Accept,
            Verb::Assign => Self::Assign,
            Verb::Escalate => Self::Escalate,
            Verb::Note => Self::Note,
            Verb::Reply => Self::Reply,
            Verb::Suspend => Self::Suspend,
            Verb::Resume => Self::Resume,
            Verb::PassToVendor => Self::PassToVendor,
            Verb::Solve => Self::Solve,
            Verb::NotManage => Self::NotManage,
            Verb::Withdraw => Self::Withdraw,
            Verb::Authorise | Verb::Reject | Verb::CloseOnSilence => return None,
        })
    }

    fn asks_choice(self) -> bool {
        matches!(
            self,
            Self::Assign | Self::Escalate | Self::Suspend | Self::NotManage | Self::Withdraw
        )
    }

    fn asks_text(self) -> bool {
        matches!(
            self,
            Self::Escalate
                | Self::Note
                | Self::Reply
                | Self::PassToVendor
                | Self::Solve
                | Self::Reject
                | Self::Comment
        )
    }

    fn key(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Explain => "sla",
            other => other.verb().as_str(),
        }
    }
}

const YES: &str = "yes";
const TEXT: &str = "text";
const NO_COMMENT: &str = "skip";

impl Form {
    /// A form with nothing known but the ticket.
    pub fn of(verb: FormVerb, number: Option<TicketNumber>) -> Self {
        Self { verb, number, round: 0, choice: None, text: None, attachments: vec![] }
    }

    /// Whether nothing is as good an answer as any.
    pub(super) fn is_optional(&self) -> bool {
        self.verb == FormVerb::Comment
    }

    fn field(&self) -> Field {
        if self.number.is_none() {
            Field::Ticket
        } else if self.verb.asks_choice() && self.choice.is_none() {
            Field::Choice
        } else if self.verb.asks_text() && self.text.is_none() {
            Field::Text
        } else {
            Field::Nothing
        }
    }

    pub(super) fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        let number = self.number.map_or(String::new(), |number| number.to_string());
        let args = [("number", number.into())];
        let key = self.verb.key();
        let (text, choices) = match self.field() {
            Field::Ticket => {
                let what = [("verb", key.into())];
                let nothing = options.tickets.is_empty();
                let key = if nothing { "ask-ticket-none" } else { "ask-ticket" };
                (voice.plain(key, &what), tickets(options))
            }
            Field::Choice if self.verb == FormVerb::Assign && options.people.is_empty() => {
                (voice.plain("ask-assign-none", &args), vec![])
            }
            Field::Choice => {
                (voice.plain(&format!("ask-{key}-choice"), &args), self.choices(voice, options))
            }
            Field::Text | Field::Nothing => {
                let skip = (self.verb == FormVerb::Comment)
                    .then(|| Choice::new(voice.text("button-skip"), NO_COMMENT));
                (voice.plain(&format!("ask-{key}-text"), &args), skip.into_iter().collect())
            }
        };
        let back = self.field() == Field::Text && self.verb.asks_choice();
        let writes = matches!(self.field(), Field::Text | Field::Nothing);
        let form = if writes { self.form(voice) } else { vec![] };
        // A rating stands without a comment: skipping it is all there is to give up.
        let cancel = !self.is_optional();
        let confirms = self.verb == FormVerb::Withdraw && self.field() == Field::Choice;
        let yes = confirms.then_some(YES);
        Question { text, choices, columns: 1, back, cancel, form, title: None, yes }
    }

    fn form(&self, voice: &Voice<'_>) -> Vec<FormField> {
        let evidence = matches!(self.verb, FormVerb::Solve | FormVerb::Reply | FormVerb::Note);
        let text = FormField {
            key: TEXT.to_owned(),
            label: voice.text(&format!("form-{}", self.verb.key())),
            value: self.text.clone(),
            optional: self.is_optional(),
            choices: vec![],
            ..FormField::default()
        };
        std::iter::once(text).chain(evidence.then(|| offer::file_field(voice))).collect()
    }

    fn choices(&self, voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
        match self.verb {
            FormVerb::Suspend => reasons(voice, &voice.procedure.suspend_reasons),
            FormVerb::NotManage => reasons(voice, &voice.procedure.not_managed_reasons),
            FormVerb::Escalate => {
                let groups = voice.procedure.groups.iter();
                let others = groups.filter(|group| Some(&group.key) != options.group.as_ref());
                others.map(|g| Choice::new(g.name.get(voice.locale), g.key.clone())).collect()
            }
            FormVerb::Assign => {
                let people = options.people.iter();
                people.map(|(id, name)| Choice::new(name.clone(), id.to_string())).collect()
            }
            _ => vec![Choice::new(voice.text("button-yes-withdraw"), YES)],
        }
    }

    pub(super) fn advance(mut self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step {
        let field = self.field();
        match (field, answer) {
            (_, Answer::Back) => self.choice = None,
            (_, Answer::Attachment(attachment)) => return self.keep(attachment, voice),
            (_, Answer::Fields(fields, attachments)) => {
                self.attachments.extend(attachments);
                let written = fields.into_iter().find(|(key, _)| key == TEXT);
                let text = written.map(|(_, text)| text).unwrap_or_default();
                if text.trim().is_empty() && !self.is_optional() {
                    return self.nothing_said(voice);
                }
                self.text = Some(text);
            }
            (Field::Ticket, Answer::Choice(text) | Answer::Text(text)) => {
                match commands::ticket_number(&text) {
                    Some(number) => self.number = Some(number),
                    None => {
                        let why = voice.text("choose-a-ticket");
                        return Step::Again(Dialogue::Form(self), why);
                    }
                }
            }
            (Field::Choice, Answer::Choice(choice)) => {
                let known = self.choices(voice, options).iter().any(|c| c.value == choice);
                if !known {
                    let why = voice.text("choose-a-button");
                    return Step::Again(Dialogue::Form(self), why);
                }
                self.choice = Some(choice);
            }
            // A reason of one's own is as good as a listed one.
            (Field::Choice, Answer::Text(text))
                if matches!(self.verb, FormVerb::Suspend | FormVerb::NotManage) =>
            {
                self.choice = Some(String::new());
                self.text = Some(text);
            }
            (Field::Choice, Answer::Text(_)) => {
                let why = voice.text("choose-a-button");
                return Step::Again(Dialogue::Form(self), why);
            }
            (Field::Text, Answer::Choice(choice)) if choice == NO_COMMENT => {
                self.text = Some(String::new());
            }
            (Field::Text | Field::Nothing, Answer::Text(text)) if text.trim().is_empty() => {
                return self.nothing_said(voice);
            }
            (Field::Text | Field::Nothing, Answer::Text(text)) => self.text = Some(text),
            (Field::Text | Field::Nothing, Answer::Choice(_)) => {
                let why = voice.text("choose-a-button");
                return Step::Again(Dialogue::Form(self), why);
            }
        }
        match self.field() {
            Field::Nothing => Step::Complete(Dialogue::Form(self)),
            _ => Step::Ask(Dialogue::Form(self)),
        }
    }

    /// Nothing is no answer, however it was given.
    fn nothing_said(self, voice: &Voice<'_>) -> Step {
        let why = voice.say("refuse-text-missing", &[("verb", self.verb.key().into())]);
        Step::Again(Dialogue::Form(self), why)
    }

    /// A caption answers; what it came with is kept with the answer as a reference, whenever that
    /// comes.
    fn keep(mut self, kept: Attachment, voice: &Voice<'_>) -> Step {
        let caption = kept.caption.trim().to_owned();
        self.attachments.push(kept);
        if self.field() == Field::Text && !caption.is_empty() {
            self.text = Some(caption);
            return Step::Complete(Dialogue::Form(self));
        }
        let why = voice.text("attachment-needs-words");
        Step::Again(Dialogue::Form(self), why)
    }
}

fn reasons(voice: &Voice<'_>, listed: &[Reason]) -> Vec<Choice> {
    let choice = |reason: &Reason| Choice::new(reason.name.get(voice.locale), reason.key.clone());
    listed.iter().map(choice).collect()
}

fn tickets(options: &Options) -> Vec<Choice> {
    let choice = |(number, title): &(TicketNumber, String)| {
        Choice::new(format!("#{number} {}", clip(title, 30)), number.to_string())
    };
    options.tickets.iter().map(choice).collect()
}

/// Whether the person may still do what the form is about.
pub(super) async fn still_makes_sense(turn: &Turn<'_>, form: &Form) -> Result<bool> {
    match allowed(turn, form).await {
        Ok(()) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Refuses at once what would be refused after the last answer.
async fn allowed(turn: &Turn<'_>, form: &Form) -> Result<()> {
    let Some(number) = form.number else { return Ok(()) };
    let ticket = find::one(turn.act.tx, &turn.actor, number).await?;
    let facts = find::facts(turn.act.tx, &ticket).await?;
    decide(&turn.act.doer, form.verb.verb(), &facts)?;
    match &form.choice {
        Some(group) if form.verb == FormVerb::Escalate && *group == ticket.group_key => {
            Err(Refusal::SameGroup(group.clone()).into())
        }
        _ => Ok(()),
    }
}

/// Does what the form says, asking first what it lacks.
pub async fn begin(turn: &Turn<'_>, form: Form) -> Result<()> {
    begin_because(turn, form, None).await
}

/// The same, with a word on why something is asked that was given.
pub async fn begin_because(turn: &Turn<'_>, form: Form, why: Option<String>) -> Result<()> {
    if form.field() != Field::Nothing {
        allowed(turn, &form).await?;
    }
    match form.field() {
        Field::Nothing => carry_out(turn, form).await,
        _ => super::begin_because(turn, Dialogue::Form(form), why).await,
    }
}

/// Asks for a comment on the rating just given.
pub async fn ask_comment(turn: &Turn<'_>, number: TicketNumber, round: i32) -> Result<()> {
    let form = Form { round, ..Form::of(FormVerb::Comment, Some(number)) };
    super::begin(turn, Dialogue::Form(form)).await
}

/// Ends a survey without a comment.
pub async fn skip_comment(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    turn.tell("done-comment-skipped", &[("number", number.to_string().into())]).await
}

/// Does what a complete form says, tells everybody whom it concerns, and confirms.
pub(super) async fn carry_out(turn: &Turn<'_>, form: Form) -> Result<()> {
    let Some(number) = form.number else { return Ok(()) };
    let text = form.text.as_deref().unwrap_or_default();
    let choice = form.choice.as_deref().unwrap_or_default();
    let act = &turn.act;
    let mut done = match form.verb {
        FormVerb::View => return show(turn, number).await,
        FormVerb::Explain => return explain(turn, number).await,
        FormVerb::Comment if text.trim().is_empty() => return skip_comment(turn, number).await,
        FormVerb::Accept => hand_over::accept(act, number).await,
        FormVerb::Assign => {
            let to = PersonId(choice.parse().unwrap_or_default());
            hand_over::assign(act, number, to).await
        }
        FormVerb::Escalate => hand_over::escalate(act, number, choice, text).await,
        FormVerb::Note => follow_up::note(act, number, text).await,
        FormVerb::Reply => follow_up::reply(act, number, text).await,
        FormVerb::Suspend => suspend::suspend(act, number, reason(choice, text)).await,
        FormVerb::Resume => suspend::resume(act, number).await,
        FormVerb::PassToVendor => suspend::pass_to_vendor(act, number, text).await,
        FormVerb::Solve => solve::solve(act, number, text).await,
        FormVerb::NotManage => not_manage::not_manage(act, number, reason(choice, text)).await,
        FormVerb::Reject => solve::reject(act, number, form.round, text).await,
        FormVerb::Comment => survey::comment(act, number, form.round, text).await,
        FormVerb::Withdraw => close::withdraw(act, number).await,
    }?;
    let files = form.attachments.len();
    for kept in form.attachments {
        let internal = form.verb == FormVerb::Note;
        let kept = NewAttachment { internal, ..offer::reference(kept) };
        let kept = attachment::keep(act, &done.ticket, kept).await?;
        done.events.extend(kept.events);
    }
    confirm(turn, (form.verb, files), &done).await?;
    notify::tell(act, &done).await
}

/// Tells the person that it is done.
async fn confirm(turn: &Turn<'_>, (verb, files): (FormVerb, usize), done: &Done) -> Result<()> {
    let voice = turn.voice();
    let technician = find::facts(turn.act.tx, &done.ticket).await?.technician;
    let technician = technician.map(|(_, name)| name);
    let args = [
        ("number", done.ticket.number.to_string().into()),
        ("group", voice.group(&done.ticket.group_key).into()),
        ("reason", voice.reason(done.ticket.suspension.as_deref().unwrap_or_default()).into()),
        ("name", technician.clone().unwrap_or_default().into()),
    ];
    let key = match (verb, technician) {
        (FormVerb::Reject, None) => "done-reject-group".to_owned(),
        _ => format!("done-{}", verb.key()),
    };
    let mut message = voice.say(&key, &args);
    if files > 0 {
        message.push_str(&format!(" {}", voice.say("files-kept", &[("count", files.into())])));
    }
    turn.tell_text(message).await
}

/// The key of the listed reason, which each reader reads in their language, or one's own words.
fn reason<'f>(choice: &'f str, text: &'f str) -> &'f str {
    if choice.is_empty() { text } else { choice }
}

async fn show(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let ticket = find::one(turn.act.tx, &turn.actor, number).await?;
    view::card::show(turn, &ticket).await
}

async fn explain(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let ticket = find::one(turn.act.tx, &turn.actor, number).await?;
    let message = view::sla::message(&turn.act, &turn.voice(), &ticket).await?;
    turn.post_privately(message, About::ticket(ticket.id)).await
}
