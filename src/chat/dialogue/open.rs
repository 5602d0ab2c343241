//! The open dialogues of an account: asking, answering, interrupting and resuming. Deliberately
//! absent: the questions of any one dialogue.

use super::{Dialogue, Step, form, new_ticket, offer, options, visit};
use crate::{
    chat::{
        incoming::Input,
        limit, operation,
        outgoing::{RichText, Style},
        posting::{self, About, NewCard},
        question::Answer,
        refusal,
        turn::Turn,
    },
    domain::refusal::Refusal,
    entity::{card, card::CardView},
    service::{
        Result, cards,
        conversations::{self, Conversation},
        from_json, to_json,
    },
};

/// How many dialogues may be open before the oldest is dropped.
const DEEPEST: usize = 4;

/// How a question may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prompt {
    /// A form where the network shows forms, otherwise a message.
    FormOrMessage,
    /// A message, because a form would not show why an answer is invalid.
    Message,
}

/// The content that a dialogue begins with came in one message, so that message is too long, not a
/// text it was added to.
fn as_one_message(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::TextFull { longest } => Refusal::TextTooLong { longest },
        other => other,
    }
}

/// The open dialogues of an account, the current one last.
pub(super) struct Open {
    pub(super) conversation: Conversation,
    pub(super) dialogues: Vec<Dialogue>,
}

impl Open {
    pub(super) async fn load(turn: &Turn<'_>) -> Result<Self> {
        let conversation = conversations::find(turn.act.tx, turn.account.id).await?;
        // A release that no longer knows a stored dialogue drops it, because an error would shut
        // the person out.
        let dialogues =
            from_json(&conversation.dialogues, || format!("conversation {}", turn.account.id))
                .unwrap_or_default();
        Ok(Self { conversation, dialogues })
    }

    /// Whether the current question has no message that stays in the chat, because it was a form that
    /// the person closed, or an answer that only this person saw. Words in the chat are then no answer
    /// to it, least of all in a group.
    pub(super) fn left_a_form(&self) -> bool {
        matches!(self.dialogues.last(), Some(Dialogue::Form(_))) && self.conversation.card.is_none()
    }

    /// Drops the current dialogue when its form was optional and the person closed it.
    pub(super) fn let_go_of_what_was_left(&mut self) {
        if self.left_a_form()
            && matches!(self.dialogues.last(), Some(Dialogue::Form(form)) if form.is_optional())
        {
            self.dialogues.pop();
        }
    }

    pub(super) async fn push(
        mut self,
        turn: &Turn<'_>,
        dialogue: Dialogue,
        why: Option<String>,
    ) -> Result<()> {
        // The same operation on the same ticket starts again; it does not interrupt itself.
        self.dialogues.retain(|open| !open.is_about_the_same(&dialogue));
        if let Some(refusal) = dialogue.over(&turn.act.procedure.limits) {
            // The person keeps their words in the chat; the open dialogues go on.
            return Err(as_one_message(refusal).into());
        }
        self.dialogues.push(dialogue);
        if self.dialogues.len() > DEEPEST {
            self.dialogues.remove(0);
        }
        self.ask(turn, why).await
    }

    pub(super) async fn answer(mut self, turn: &Turn<'_>, answer: Answer) -> Result<()> {
        let Some(dialogue) = self.dialogues.pop() else { return Ok(()) };
        let options = options::load(turn, &dialogue).await?;
        let voice = turn.voice();
        if let Answer::Text(text) = &answer
            && dialogue.question(&voice, &options).yes.is_some()
            && voice.yes_or_no(text) == Some(false)
        {
            self.dialogues.push(dialogue);
            return self.cancel(turn).await;
        }
        let before = dialogue.clone();
        let said = answer.text().map(str::to_owned);
        let step = dialogue.advance(answer, &voice, &options);
        if let Some(refusal) = step.dialogue().over(&turn.act.procedure.limits) {
            self.dialogues.push(before);
            let refusal = limit::of_message(refusal, said.as_deref().unwrap_or_default());
            return self.ask_as(turn, Prompt::Message, Some(refusal::text(&voice, &refusal))).await;
        }
        match step {
            Step::Ask(next) => {
                self.dialogues.push(next);
                self.ask(turn, None).await
            }
            Step::Again(same, why) => {
                self.dialogues.push(same);
                self.ask_as(turn, Prompt::Message, Some(why)).await
            }
            Step::Complete(dialogue) => self.complete(turn, dialogue).await,
        }
    }

    async fn complete(mut self, turn: &Turn<'_>, dialogue: Dialogue) -> Result<()> {
        self.fade(turn).await?;
        let interrupted = self.dialogues.len();
        self.keep(turn).await?;
        match dialogue {
            Dialogue::Offer(offer) => offer::carry_out(turn, offer).await,
            Dialogue::Register(_) => Ok(()), // It goes on as a new request instead.
            Dialogue::NewTicket(new) => Box::pin(new_ticket::carry_out(turn, new)).await,
            Dialogue::Form(form) => Box::pin(form::carry_out(turn, form)).await,
            Dialogue::Visit(visit) => Box::pin(visit::carry_out(turn, visit)).await,
        }?;
        if interrupted == 0 {
            return Ok(());
        }
        let open = Self::load(turn).await?;
        // The operation may have begun a dialogue of its own, which has asked already.
        let asks = open.dialogues.len() != interrupted;
        if asks { Ok(()) } else { open.go_on(turn).await }
    }

    pub(super) async fn cancel(mut self, turn: &Turn<'_>) -> Result<()> {
        self.dialogues.pop();
        self.fade(turn).await?;
        self.keep(turn).await?;
        turn.say("cancelled", &[]).await?;
        if self.dialogues.is_empty() { Ok(()) } else { self.go_on(turn).await }
    }

    /// Resumes the interrupted dialogue, without those that have become pointless since.
    async fn go_on(mut self, turn: &Turn<'_>) -> Result<()> {
        while let Some(dialogue) = self.dialogues.last() {
            let makes_sense = match dialogue {
                Dialogue::Form(form) => operation::still_makes_sense(turn, form).await?,
                Dialogue::Visit(visit) => visit::still_makes_sense(turn, visit).await?,
                _ => true,
            };
            if makes_sense {
                break;
            }
            self.dialogues.pop();
        }
        if self.dialogues.is_empty() {
            return self.keep(turn).await;
        }
        let why = turn.voice().text("going-on");
        self.ask(turn, Some(why)).await
    }

    /// Asks the current question: on the message whose button was pressed, in a new message, or as
    /// a form where the network shows forms.
    pub(super) async fn ask(self, turn: &Turn<'_>, why: Option<String>) -> Result<()> {
        self.ask_as(turn, Prompt::FormOrMessage, why).await
    }

    /// Asks the current question as `prompt` says.
    async fn ask_as(mut self, turn: &Turn<'_>, prompt: Prompt, why: Option<String>) -> Result<()> {
        // In a group, where the network can, the dialogue goes on in answers that only this person
        // sees. Such answers do not need an open private chat.
        let alone = turn.alone();
        let to = alone.as_ref().map(|alone| alone.to.clone()).or_else(|| turn.private());
        let (Some(dialogue), Some(to)) = (self.dialogues.last(), to) else {
            return turn.tell(turn.closed_key(), &[]).await;
        };
        let options = options::load(turn, dialogue).await?;
        let voice = turn.voice();
        let mut question = dialogue.question(&voice, &options);
        if let Some(why) = why {
            let mut text = RichText::default();
            text.push(format!("{why}\n\n"), Style::Plain);
            text.0.append(&mut question.text.0);
            question.text = text;
        }
        self.conversation.serial += 1;
        let mut message = question.render(&voice, self.conversation.serial);
        // A form answers a command or a press; the network does not accept a form as the answer to
        // a form.
        let filled = matches!(turn.incoming.input, Input::Submit { .. });
        let opens = prompt == Prompt::FormOrMessage && message.form.is_some() && !filled;
        let via = alone.map(|alone| alone.via).or_else(|| turn.via().filter(|_| opens));
        match self.pressed_prompt(turn).await?.filter(|_| via.is_none()) {
            Some(card) => posting::redraw(&turn.act, &card, message).await?,
            None => {
                self.fade(turn).await?;
                // A lost question leaves the person waiting. A question asked twice does no harm.
                let about = About { critical: true, ..About::default() };
                let shown = via.is_some();
                message.form_on_request = shown && !opens;
                message.pointer = turn.pointer().filter(|_| !shown);
                let prompt = NewCard { view: CardView::Prompt, message, about, via };
                let card = posting::draw(&turn.act, &to, prompt).await?;
                // A form disappears once it is submitted or closed, and an answer that one person
                // alone sees cannot be edited later.
                self.conversation.card = Some(card).filter(|_| !shown);
                if shown {
                    turn.answered_by_form();
                } else {
                    turn.point_to_private().await?;
                }
            }
        }
        self.keep(turn).await
    }

    /// Removes the buttons of the last question.
    async fn fade(&mut self, turn: &Turn<'_>) -> Result<()> {
        let Some(id) = self.conversation.card.take() else { return Ok(()) };
        match cards::find(turn.act.tx, id).await? {
            Some(card) => posting::remove_buttons(&turn.act, &card).await,
            None => Ok(()),
        }
    }

    /// The card of the current question, when the pressed button belongs to it.
    async fn pressed_prompt(&self, turn: &Turn<'_>) -> Result<Option<card::Model>> {
        let Input::Press { message: Some(message), .. } = &turn.incoming.input else {
            return Ok(None);
        };
        let Some(id) = self.conversation.card else { return Ok(None) };
        let card = cards::find(turn.act.tx, id).await?;
        Ok(card.filter(|card| card.message_key.as_deref() == Some(message)))
    }

    async fn keep(&mut self, turn: &Turn<'_>) -> Result<()> {
        self.conversation.dialogues = to_json(&self.dialogues);
        conversations::keep(turn.act.tx, self.conversation.clone(), turn.act.now).await
    }
}
