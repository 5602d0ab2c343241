//! Conversations as pure step machines. The state of a machine is a row, the same on every network.
//! It is shown as a [`Question`] and changed by an [`Answer`]. One dialogue may interrupt another;
//! the interrupted one goes on afterwards, so nothing typed is lost. Deliberately absent: anything
//! that a machine would have to wait for (the data that it offers is read beforehand into
//! [`Options`]), and the meaning of words while no question is open.

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

/// Any dialogue, with the answers so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "dialogue", rename_all = "snake_case")]
pub enum Dialogue {
    /// Asks what to do with words that a person sent without a command.
    Offer(Offer),
    /// Asks how a request came that the staff registers, and for which person.
    Register(Register),
    /// Asks for a new request.
    NewTicket(NewTicket),
    /// Asks for what an operation on a ticket lacks.
    Form(Form),
    /// Asks when the technician visits the requester's workplace.
    Visit(visit::Visit),
}

impl Dialogue {
    /// The question that is asked now.
    pub fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        match self {
            Self::Offer(offer) => offer.question(voice, options),
            Self::Register(register) => register.question(voice, options),
            Self::NewTicket(new) => new.question(voice, options),
            Self::Form(form) => form.question(voice, options),
            Self::Visit(visit) => visit.question(voice, options),
        }
    }

    /// The refusal when the texts or the files exceed the operator's limits.
    fn over(&self, limits: &Limits) -> Option<Refusal> {
        match self {
            Self::Offer(offer) => offer.over(limits),
            Self::NewTicket(new) => new.over(limits),
            Self::Form(form) => form.over(limits),
            Self::Register(_) | Self::Visit(_) => None,
        }
    }

    /// Whether both dialogues are for the same operation on the same ticket.
    fn is_about_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Form(one), Self::Form(other)) => one.is_about_the_same(other),
            (Self::Register(_), Self::Register(_)) => true,
            (Self::Visit(one), Self::Visit(other)) => one.number == other.number,
            _ => false,
        }
    }

    pub fn advance(self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step {
        let answer = match answer {
            // The label of a button, typed, stands for the button. So does a plain yes.
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

/// Whether words or an attachment without a command answered a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// They did, or the question was asked again.
    AsAnswer,
    NothingIsOpen,
}

/// Takes words or an attachment without a command as the answer to the open question.
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

/// Offers to open a ticket with what the person wrote or sent.
pub async fn offer(turn: &Turn<'_>, offer: Offer) -> Result<()> {
    let mut open = Open::load(turn).await?;
    open.let_go_of_what_was_left();
    open.push(turn, Dialogue::Offer(offer), None).await
}

/// The dialogue that asks how a request came and for which person, with the answers in `new`.
/// `None` for a person's own request.
fn registration_of(new: &NewTicket) -> Option<Dialogue> {
    Register::of_request(new).map(Dialogue::Register)
}

/// Handles a pressed button of question number `serial`.
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

/// Handles a submitted form.
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

/// Begins a dialogue. The dialogue that it interrupts goes on afterwards.
pub async fn begin(turn: &Turn<'_>, dialogue: Dialogue) -> Result<()> {
    begin_because(turn, dialogue, None).await
}

/// Begins a dialogue and says why it asks.
async fn begin_because(turn: &Turn<'_>, dialogue: Dialogue, why: Option<String>) -> Result<()> {
    Open::load(turn).await?.push(turn, dialogue, why).await
}

/// Cancels the current dialogue.
pub async fn cancel(turn: &Turn<'_>) -> Result<()> {
    let open = Open::load(turn).await?;
    if open.dialogues.is_empty() {
        return turn.tell("nothing-to-cancel", &[]).await;
    }
    open.cancel(turn).await
}
