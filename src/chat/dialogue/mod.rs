//! Conversations as pure step machines. A machine's state is a row, the same on every network; it is
//! shown as a [`Question`] and moved by an [`Answer`]. One dialogue may interrupt another: the
//! interrupted one goes on afterwards, so nothing typed is lost. Deliberately absent: anything a
//! machine would have to wait for (what it offers is read beforehand into [`Options`]), and what words mean
//! while no question is open.

use serde::{Deserialize, Serialize};

use crate::{
    chat::{
        button::Code,
        incoming::Attachment,
        operation::Form,
        question::{self, Answer, BACK, CANCEL, FORM, Options, Question},
        turn::Turn,
        wording::Voice,
    },
    domain::{limits::Limits, refusal::Refusal},
    service::Result,
};

pub mod form;
pub mod new_ticket;
pub mod offer;
mod open;
mod options;
pub mod register;
pub mod requester;
pub mod visit;

use self::{new_ticket::NewTicket, offer::Offer, open::Open, register::Register};

/// What follows an answer in a dialogue.
pub type Step = question::Step<Dialogue>;

/// Any dialogue, with how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "dialogue", rename_all = "snake_case")]
pub enum Dialogue {
    /// Somebody wrote freely: is it a request?
    Offer(Offer),
    /// How a request came that the staff registers, and for whom.
    Register(Register),
    /// A request in the making.
    NewTicket(NewTicket),
    /// Something to do to a ticket that needs a word more.
    Form(Form),
    /// When somebody goes to a requester's workplace.
    Visit(visit::Visit),
}

impl Dialogue {
    /// What is asked now.
    pub fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        match self {
            Self::Offer(offer) => offer.question(voice, options),
            Self::Register(register) => register.question(voice, options),
            Self::NewTicket(new) => new.question(voice, options),
            Self::Form(form) => form.question(voice, options),
            Self::Visit(visit) => visit.question(voice, options),
        }
    }

    /// Why the desk does not keep this much, if it does not.
    fn over(&self, limits: &Limits) -> Option<Refusal> {
        match self {
            Self::Offer(offer) => offer.over(limits),
            Self::NewTicket(new) => new.over(limits),
            Self::Form(form) => form.over(limits),
            Self::Register(_) | Self::Visit(_) => None,
        }
    }

    /// Whether both do the same to the same ticket.
    fn is_about_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Form(one), Self::Form(other)) => one.is_about_the_same(other),
            (Self::Register(_), Self::Register(_)) => true,
            (Self::Visit(one), Self::Visit(other)) => one.number == other.number,
            _ => false,
        }
    }

    /// Takes an answer.
    pub fn advance(self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step {
        let answer = match answer {
            // Somebody who types what a button says means the button, and so does a plain yes.
            Answer::Text(text) => {
                let question = self.question(voice, options);
                let yes = question.yes.filter(|_| voice.yes_or_no(&text) == Some(true));
                match question.meant(&text).or(yes.map(str::to_owned)) {
                    Some(value) => Answer::Choice(value),
                    None => Answer::Text(text),
                }
            }
            other => other,
        };
        match self {
            Self::Offer(offer) => offer.advance(answer, voice),
            Self::Register(register) => register.advance(answer, voice, options),
            Self::NewTicket(new) => new.advance(answer, voice, options),
            Self::Form(form) => form.advance(answer, voice, options).map(Self::Form),
            Self::Visit(visit) => visit.advance(answer, voice, options),
        }
    }
}

/// Whether what a person wrote or sent without a command answered a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It did, or the question was asked again.
    AsAnswer,
    /// No question is open.
    NothingIsOpen,
}

/// Takes what a person wrote or sent without a command as the answer to the open question.
pub async fn answer(turn: &Turn<'_>, answer: Answer) -> Result<Heard> {
    let mut open = Open::load(turn).await?;
    open.let_go_of_what_was_left();
    if open.dialogues.is_empty() {
        return Ok(Heard::NothingIsOpen);
    }
    if open.left_a_form() {
        open.ask(turn, Some(turn.voice().text("form-left"))).await?;
    } else {
        open.answer(turn, answer).await?;
    }
    Ok(Heard::AsAnswer)
}

/// Offers to open a ticket with what was written or sent.
pub async fn offer(turn: &Turn<'_>, offer: Offer) -> Result<()> {
    let mut open = Open::load(turn).await?;
    open.let_go_of_what_was_left();
    open.push(turn, Dialogue::Offer(offer), None).await
}

/// The dialogue in which the staff said for whom a request is registered; `None` for a person's own
/// request.
fn registration_of(new: &NewTicket) -> Option<Dialogue> {
    Register::of_request(new).map(Dialogue::Register)
}

/// A pressed button of question number `serial`.
pub async fn choose(turn: &Turn<'_>, serial: i64, choice: String) -> Result<()> {
    let open = Open::load(turn).await?;
    if open.dialogues.is_empty() || open.conversation.serial != serial {
        return turn.tell("question-passed", &[]).await;
    }
    match choice.as_str() {
        CANCEL => open.cancel(turn).await,
        BACK => open.answer(turn, Answer::Back).await,
        _ => open.answer(turn, Answer::Choice(choice)).await,
    }
}

/// A form that was filled in and sent.
pub async fn submit(
    turn: &Turn<'_>,
    code: &str,
    fields: &[(String, String)],
    attachments: &[Attachment],
) -> Result<()> {
    let open = Open::load(turn).await?;
    match Code::decode(code) {
        Some(Code::Dialogue(serial, choice))
            if choice == FORM
                && !open.dialogues.is_empty()
                && open.conversation.serial == serial =>
        {
            let answer = Answer::Fields(fields.to_vec(), attachments.to_vec());
            open.answer(turn, answer).await
        }
        _ => turn.tell("question-passed", &[]).await,
    }
}

/// Asks question number `serial` again, as a form where the network shows forms.
pub async fn write(turn: &Turn<'_>, serial: i64) -> Result<()> {
    let open = Open::load(turn).await?;
    if open.dialogues.is_empty() || open.conversation.serial != serial {
        return turn.tell("question-passed", &[]).await;
    }
    open.ask(turn, None).await
}

/// Starts a dialogue; the one it interrupts goes on afterwards.
pub async fn begin(turn: &Turn<'_>, dialogue: Dialogue) -> Result<()> {
    begin_because(turn, dialogue, None).await
}

/// The same, with a word on why it asks.
async fn begin_because(turn: &Turn<'_>, dialogue: Dialogue, why: Option<String>) -> Result<()> {
    Open::load(turn).await?.push(turn, dialogue, why).await
}

/// Gives up the current dialogue.
pub async fn cancel(turn: &Turn<'_>) -> Result<()> {
    let open = Open::load(turn).await?;
    if open.dialogues.is_empty() {
        return turn.tell("nothing-to-cancel", &[]).await;
    }
    open.cancel(turn).await
}
