//! The question after words without a command: "¿Abro un caso con esto?". The words become a new
//! request or a message on one of the person's open tickets. Words that follow before the answer
//! are added to them.

use serde::{Deserialize, Serialize};

use super::{Dialogue, Step, new_ticket::NewTicket};
use crate::{
    chat::{
        attached::{append, received, reference},
        incoming::Attachment,
        limit, notify,
        outgoing::{RichText, Style},
        question::{Answer, Choice, Options, Question},
        shorten::clip,
        turn::Turn,
        wording::Voice,
    },
    domain::{id::TicketNumber, limits::Limits, refusal::Refusal},
    service::{
        Result,
        ticket::{attachment, follow_up},
    },
};

/// The words, and the ticket to add them to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub text: String,
    pub attachments: Vec<Attachment>,
    /// The open ticket to add the words to; `None` before one is chosen.
    pub add_to: Option<TicketNumber>,
}

const OPEN: &str = "open";

impl Offer {
    /// An offer about words.
    pub fn of_text(text: &str) -> Self {
        Self { text: text.trim().to_owned(), attachments: vec![], add_to: None }
    }

    /// An offer about an attachment.
    pub fn of_attachment(attachment: Attachment) -> Self {
        Self { text: attachment.caption.clone(), attachments: vec![attachment], add_to: None }
    }

    /// The refusal when the text or the files exceed the operator's limits.
    pub(super) fn over(&self, limits: &Limits) -> Option<Refusal> {
        limit::text_over([self.text.as_str()], limits.description)
            .or_else(|| limit::files_over(self.attachments.len(), limits))
    }

    pub(super) fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        let mut text = RichText::default();
        if !self.text.is_empty() {
            text.push(format!("{}\n\n", voice.quote(&clip(&self.text, 500))), Style::Italic);
        }
        if !self.attachments.is_empty() {
            text.push(format!("{}\n\n", received(voice, &self.attachments)), Style::Plain);
        }
        let mut choices = Vec::new();
        match options.awaited {
            // A requester who was asked a question is most likely answering it (V4).
            Some(number) => {
                let args = [("number", number.to_string().into())];
                text.push(voice.say("offer-awaited", &args), Style::Plain);
                choices.push(Choice::new(voice.say("button-answer", &args), number.to_string()));
            }
            None => text.push(voice.text("offer"), Style::Plain),
        }
        choices.push(Choice::new(voice.text("button-open-ticket"), OPEN));
        let others = options.tickets.iter().filter(|(known, _)| options.awaited != Some(*known));
        for (number, title) in others {
            let args = [("number", number.to_string().into()), ("title", clip(title, 20).into())];
            choices.push(Choice::new(voice.say("button-add-to", &args), number.to_string()));
        }
        Question {
            text,
            choices,
            columns: 1,
            back: false,
            cancel: true,
            form: vec![],
            title: None,
            // A plain yes stands for "open" only where the text asks nothing else.
            yes: Some(OPEN).filter(|_| options.awaited.is_none()),
        }
    }

    pub(super) fn advance(mut self, answer: Answer, voice: &Voice<'_>) -> Step {
        match answer {
            Answer::Choice(choice) if choice == OPEN => {
                let new = NewTicket::with(self.text, self.attachments);
                Step::Ask(Dialogue::NewTicket(new))
            }
            Answer::Choice(choice) => match choice.parse() {
                Ok(number) => {
                    self.add_to = Some(TicketNumber(number));
                    Step::Complete(Dialogue::Offer(self))
                }
                Err(_) => Step::Again(Dialogue::Offer(self), voice.text("choose-a-button")),
            },
            Answer::Text(more) => {
                append(&mut self.text, &more);
                Step::Ask(Dialogue::Offer(self))
            }
            Answer::Attachment(attachment) => {
                append(&mut self.text, &attachment.caption);
                self.attachments.push(attachment);
                Step::Ask(Dialogue::Offer(self))
            }
            Answer::Back | Answer::Fields(..) => Step::Ask(Dialogue::Offer(self)),
        }
    }
}

/// Adds the words and the attachments to an open ticket.
pub(super) async fn carry_out(turn: &Turn<'_>, offer: Offer) -> Result<()> {
    let Some(number) = offer.add_to else { return Ok(()) };
    let mut added = Vec::new();
    let has_room = offer.attachments.is_empty()
        || attachment::has_room(&turn.act, number, offer.attachments.len()).await?;
    if !has_room && offer.text.is_empty() {
        return Err(attachment::no_room(&turn.act).into());
    }
    if !offer.text.is_empty() {
        added.push(follow_up::reply(&turn.act, number, &offer.text).await?);
    }
    // A ticket without room for the files still takes the words.
    let attachments = if has_room { offer.attachments } else { vec![] };
    for kept in attachments {
        added.push(attachment::attach(&turn.act, number, reference(kept)).await?);
    }
    // The person hears first that their message is added, before other people are notified.
    turn.say("done-added", &[("number", number.to_string().into())]).await?;
    for done in &added {
        notify::tell(&turn.act, done).await?;
    }
    if has_room { Ok(()) } else { turn.refuse(&attachment::no_room(&turn.act)).await }
}
