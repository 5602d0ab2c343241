//! Conversations as pure step machines. A machine's state is a row, the same on every network; it is
//! shown as a [`Question`] and moved by an [`Answer`]. One dialogue may interrupt another: the
//! interrupted one goes on afterwards, so nothing typed is lost. Deliberately absent: anything a
//! machine would have to wait for; what it offers is read beforehand into [`Options`].

use serde::{Deserialize, Serialize};

use crate::{
    chat::{
        button::Code,
        commands,
        incoming::{Attachment, Input},
        named::Found,
        outgoing::{Button, Form, FormField, Outgoing, RichText, Style},
        say::{self, About},
        turn::Turn,
        view::help::lists_commands,
        wording::Voice,
    },
    domain::id::{PersonId, TicketNumber},
    service::{
        Result, cards,
        conversations::{self, Conversation},
        from_json, to_json,
    },
};

pub mod form;
pub mod new_ticket;
pub mod offer;
mod options;
pub mod register;
pub mod requester;
mod typed_answer;

pub(in crate::chat) use options::groups_of;

/// How many dialogues may interrupt each other before the oldest is given up.
const DEEPEST: usize = 4;

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
}

/// What somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// They wrote.
    Text(String),
    /// They pressed the button with this value.
    Choice(String),
    /// They sent something that is not text.
    Attachment(Attachment),
    /// They filled in a form: what they filled in, by the key of each field, and the files with it.
    Fields(Vec<(String, String)>, Vec<Attachment>),
    /// They want the former question again.
    Back,
}

/// What follows an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The next question, or the same again.
    Ask(Dialogue),
    /// The same question, with a word on why.
    Again(Dialogue, String),
    /// All is said: do it.
    Complete(Dialogue),
}

/// A question as every network can show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub text: RichText,
    /// What may be pressed.
    pub choices: Vec<Choice>,
    /// How many buttons stand side by side.
    pub columns: usize,
    /// Whether there is a former question to go back to.
    pub back: bool,
    /// Whether giving up differs from what the other buttons do.
    pub cancel: bool,
    /// The same as a form, where writing answers it.
    pub form: Vec<FormField>,
    /// What stands above the form; something general when there is nothing to say.
    pub title: Option<String>,
    /// What a plain "yes" stands for, where it answers the question; a plain "no" then cancels.
    pub yes: Option<&'static str>,
}

/// A button that answers a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is read on it.
    pub label: String,
    /// What it stands for.
    pub value: String,
}

/// What a question offers that must be read first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Tickets to choose from, with their titles.
    pub tickets: Vec<(TicketNumber, String)>,
    /// People to choose from.
    pub people: Vec<(PersonId, String)>,
    /// Where the requester last asked for help.
    pub place: Option<String>,
    /// The group that has the ticket, which is not offered.
    pub group: Option<String>,
    /// People who are called as somebody is looked for.
    pub found: Vec<Found>,
    /// Whether there are more of them.
    pub more: bool,
    /// Whether tickets may be given to the person who is asked.
    pub attends: bool,
}

impl Choice {
    /// A button.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

impl Dialogue {
    /// What is asked now.
    pub fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        match self {
            Self::Offer(offer) => offer.question(voice, options),
            Self::Register(register) => register.question(voice, options),
            Self::NewTicket(new) => new.question(voice, options),
            Self::Form(form) => form.question(voice, options),
        }
    }

    /// Whether both do the same to the same ticket.
    fn is_about_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Form(one), Self::Form(other)) => {
                (one.verb, one.number) == (other.verb, other.number)
            }
            (Self::Register(_), Self::Register(_)) => true,
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
        }
    }
}

impl Question {
    fn meant(&self, text: &str) -> Option<String> {
        let text = text.trim().to_lowercase();
        let choice = self.choices.iter().find(|choice| choice.label.to_lowercase() == text)?;
        Some(choice.value.clone())
    }

    fn render(self, voice: &Voice<'_>, serial: i64) -> Outgoing {
        let form = (!self.form.is_empty()).then(|| Form {
            title: self.title.unwrap_or_else(|| voice.text("form-title")),
            code: Code::Dialogue(serial, FORM.to_owned()).encode(),
            fields: self.form,
        });
        let button = |choice: Choice| Button {
            label: choice.label,
            code: Code::Dialogue(serial, choice.value).encode(),
        };
        let columns = self.columns.max(1);
        let mut buttons: Vec<Vec<Button>> = Vec::new();
        for choice in self.choices {
            match buttons.last_mut() {
                Some(row) if row.len() < columns => row.push(button(choice)),
                _ => buttons.push(vec![button(choice)]),
            }
        }
        let mut last = Vec::new();
        if self.back {
            last.push(button(Choice::new(voice.text("button-back"), BACK)));
        }
        if self.cancel {
            last.push(button(Choice::new(voice.text("button-cancel"), CANCEL)));
        }
        if !last.is_empty() {
            buttons.push(last);
        }
        Outgoing { text: self.text, buttons, form }
    }
}

const BACK: &str = "<";
const CANCEL: &str = "x";
const FORM: &str = "=";

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

/// An account's open dialogues, the current one last.
struct Open {
    conversation: Conversation,
    dialogues: Vec<Dialogue>,
}

impl Open {
    async fn load(turn: &Turn<'_>) -> Result<Self> {
        let conversation = conversations::find(turn.act.tx, turn.account.id).await?;
        // A release that no longer knows a dialogue lets it go rather than shut the person out.
        let dialogues =
            from_json(&conversation.dialogues, || format!("conversation {}", turn.account.id))
                .unwrap_or_default();
        Ok(Self { conversation, dialogues })
    }

    /// Whether the question is to be seen nowhere, because it was a form that was left: words in the
    /// chat are no answer to it then, least of all one that others would read.
    fn left_a_form(&self) -> bool {
        matches!(self.dialogues.last(), Some(Dialogue::Form(_))) && self.conversation.card.is_none()
    }

    /// Whoever leaves a form that need not be filled in is done with it.
    fn let_go_of_what_was_left(&mut self) {
        if self.left_a_form()
            && matches!(self.dialogues.last(), Some(Dialogue::Form(form)) if form.is_optional())
        {
            self.dialogues.pop();
        }
    }

    async fn push(
        mut self,
        turn: &Turn<'_>,
        dialogue: Dialogue,
        why: Option<String>,
    ) -> Result<()> {
        // Asking for the same again starts it again rather than once more on top.
        self.dialogues.retain(|open| !open.is_about_the_same(&dialogue));
        self.dialogues.push(dialogue);
        if self.dialogues.len() > DEEPEST {
            self.dialogues.remove(0);
        }
        self.ask(turn, why).await
    }

    async fn answer(mut self, turn: &Turn<'_>, answer: Answer) -> Result<()> {
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
        match dialogue.advance(answer, &voice, &options) {
            Step::Ask(next) => {
                self.dialogues.push(next);
                self.ask(turn, None).await
            }
            Step::Again(same, why) => {
                self.dialogues.push(same);
                self.ask(turn, Some(why)).await
            }
            Step::Complete(dialogue) => self.complete(turn, dialogue).await,
        }
    }

    async fn complete(mut self, turn: &Turn<'_>, dialogue: Dialogue) -> Result<()> {
        self.fade(turn).await?;
        let interrupted = !self.dialogues.is_empty();
        self.keep(turn).await?;
        match dialogue {
            Dialogue::Offer(offer) => offer::carry_out(turn, offer).await,
            Dialogue::Register(_) => Ok(()), // It goes on as a new request instead.
            Dialogue::NewTicket(new) => new_ticket::carry_out(turn, new).await,
            Dialogue::Form(form) => form::carry_out(turn, form).await,
        }?;
        if interrupted { Self::load(turn).await?.go_on(turn).await } else { Ok(()) }
    }

    async fn cancel(mut self, turn: &Turn<'_>) -> Result<()> {
        self.dialogues.pop();
        self.fade(turn).await?;
        self.keep(turn).await?;
        turn.say("cancelled", &[]).await?;
        if self.dialogues.is_empty() { Ok(()) } else { self.go_on(turn).await }
    }

    /// Goes on with what was interrupted, leaving out what has become pointless meanwhile.
    async fn go_on(mut self, turn: &Turn<'_>) -> Result<()> {
        while let Some(Dialogue::Form(form)) = self.dialogues.last() {
            if form::still_makes_sense(turn, form).await? {
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

    /// Asks the current question: on the message whose button was pressed, or in a new one.
    async fn ask(mut self, turn: &Turn<'_>, why: Option<String>) -> Result<()> {
        let (Some(dialogue), Some(to)) = (self.dialogues.last(), turn.private()) else {
            return turn.tell("write-me-privately", &[]).await;
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
        let message = question.render(&voice, self.conversation.serial);
        // A form answers the command or the button that asks for it; one form cannot answer another.
        let filled = matches!(turn.incoming.input, Input::Submit { .. });
        let via = turn.via().filter(|_| message.form.is_some() && !filled);
        match self.pressed_prompt(turn).await?.filter(|_| via.is_none()) {
            Some(card) => say::redraw(&turn.act, &card, message).await?,
            None => {
                self.fade(turn).await?;
                // A question that is lost leaves the person waiting; asked twice it does no harm.
                let about = About { ticket: None, critical: true };
                let shown = via.is_some();
                let message = (message, about, via);
                let card = say::draw(&turn.act, &to, "prompt", message).await?;
                // A form is gone once it is sent or left: there is no message to change later.
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

    /// Takes the buttons off the last question, which is over.
    async fn fade(&mut self, turn: &Turn<'_>) -> Result<()> {
        let Some(id) = self.conversation.card.take() else { return Ok(()) };
        match cards::find(turn.act.tx, id).await? {
            Some(card) => say::fade(&turn.act, &card).await,
            None => Ok(()),
        }
    }

    /// The card of the current question, when the button just pressed hangs on it.
    async fn pressed_prompt(&self, turn: &Turn<'_>) -> Result<Option<crate::entity::card::Model>> {
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
