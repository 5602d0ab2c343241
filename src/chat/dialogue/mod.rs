//! Conversations as pure step machines. A machine's state is a row, the same on every network; it is
//! shown as a [`Question`] and moved by an [`Answer`]. One dialogue may interrupt another: the
//! interrupted one goes on afterwards, so nothing typed is lost. Deliberately absent: anything a
//! machine would have to wait for; what it offers is read beforehand into [`Options`].

use serde::{Deserialize, Serialize};

use crate::{
    chat::{
        button::Code, commands, incoming::Attachment, turn::Turn, view::help::lists_commands,
        wording::Voice,
    },
    service::Result,
};

pub mod fields;
pub mod form;
mod limit;
pub mod new_ticket;
pub mod offer;
mod open;
mod options;
mod question;
pub mod register;
pub mod requester;
mod typed_answer;
pub mod visit;

pub use question::{Answer, Choice, Options, Question, Step};

use open::Open;
use question::{BACK, CANCEL, FORM};

/// Any dialogue, with how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "dialogue", rename_all = "snake_case")]
pub enum Dialogue {
    /// Somebody wrote freely: is it a request?
    Offer(offer::Offer),
    /// How a request came that the staff registers, and for whom.
    Register(register::Register),
    /// A request in the making.
    NewTicket(new_ticket::NewTicket),
    /// Something to do to a ticket that needs a word more.
    Form(form::Form),
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

    /// Whether both do the same to the same ticket.
    fn is_about_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Form(one), Self::Form(other)) => {
                (one.verb, one.number) == (other.verb, other.number)
            }
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
            Self::Form(form) => form.advance(answer, voice, options),
            Self::Visit(visit) => visit.advance(answer, voice, options),
        }
    }
}

/// What somebody wrote without a command.
pub async fn hear(turn: &Turn<'_>, text: &str) -> Result<()> {
    if turn.in_group() {
        // People talk to each other in groups; only an answer to the desk is meant for it.
        return if turn.incoming.reply_to.is_some() {
            turn.tell("group-replies-need-a-command", &[lists_commands(turn.incoming.channel)])
                .await
        } else {
            Ok(())
        };
    }
    let mut open = Open::load(turn).await?;
    open.let_go_of_what_was_left();
    if open.dialogues.is_empty() {
        if turn.voice().is_greeting(text) {
            return commands::start::run(turn, "").await;
        }
        if typed_answer::answer(turn, text).await? {
            return Ok(());
        }
        return open.push(turn, Dialogue::Offer(offer::Offer::of_text(text)), None).await;
    }
    if open.left_a_form() {
        return open.ask(turn, Some(turn.voice().text("form-left"))).await;
    }
    open.answer(turn, Answer::Text(text.to_owned())).await
}

/// Something that is not text.
pub async fn hear_attachment(turn: &Turn<'_>, attachment: &Attachment) -> Result<()> {
    if turn.in_group() {
        return Ok(());
    }
    let mut open = Open::load(turn).await?;
    open.let_go_of_what_was_left();
    if open.dialogues.is_empty() {
        let offer = offer::Offer::of_attachment(attachment.clone());
        return open.push(turn, Dialogue::Offer(offer), None).await;
    }
    if open.left_a_form() {
        return open.ask(turn, Some(turn.voice().text("form-left"))).await;
    }
    open.answer(turn, Answer::Attachment(attachment.clone())).await
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
    (fields, attachments): (&[(String, String)], &[Attachment]),
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
