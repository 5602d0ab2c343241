//! What a person can do to a ticket, one operation a file: its command, the words behind the command, the
//! questions it asks, the call into the service and the confirmation. [`Form`] is the state of one that is
//! being asked for, [`begin`] and [`carry_out`](carry_out::carry_out) run it. Whom a change is told follows
//! from its events, which other causes have too ([`crate::chat::notify`]). Deliberately absent: whether an
//! operation is allowed, which the service decides
//! ([`allowed`](crate::service::ticket::allowed)), and planning a visit, which is a dialogue of its own.

use std::fmt;

use async_trait::async_trait;

use crate::{
    chat::{
        catalogue::Command,
        named::Meant,
        question::{Choice, Options},
        turn::Turn,
        wording::Voice,
    },
    domain::{id::TicketNumber, procedure::Procedure, status::Status, verb::Verb},
    entity::ticket,
    service::{Result, ticket::Done},
};

pub mod accept;
mod answer;
mod approve;
mod arrive;
pub mod assign;
mod begin;
mod carry_out;
pub mod categorise;
mod check;
pub mod check_asset;
mod comment;
mod confirm;
mod decline;
pub mod escalate;
mod evidence;
pub mod explain;
pub mod follow;
mod form;
mod miss;
mod move_to_vendor;
mod move_to_workshop;
pub mod not_manage;
pub mod note;
mod offers;
pub mod open_child;
mod particulars;
pub mod pass_to_vendor;
mod people;
pub mod prioritise;
mod reasons;
mod receive_equipment;
mod reject;
pub mod reply;
pub mod resume;
mod return_equipment;
mod route;
pub mod solve;
pub mod suspend;
pub mod train;
pub mod view;
pub mod withdraw;
mod words;

pub use begin::begin;
pub use carry_out::carry_out;
pub use check::still_makes_sense;
pub use comment::skip as skip_comment;
pub use confirm::Confirmation;
pub use form::Form;
pub use offers::offers;
pub use words::{form_of_words, ticket_and_words, ticket_number};

/// Every operation.
const OPERATIONS: &[&dyn Operation] = &[
    &accept::Accept,
    &answer::Answer,
    &approve::Approve,
    &arrive::Arrive,
    &assign::Assign,
    &categorise::Categorise,
    &check_asset::CheckAsset,
    &comment::Comment,
    &decline::Decline,
    &escalate::Escalate,
    &evidence::Evidence,
    &explain::Explain,
    &follow::Follow,
    &miss::Miss,
    &move_to_vendor::MoveToVendor,
    &move_to_workshop::MoveToWorkshop,
    &not_manage::NotManage,
    &note::Note,
    &open_child::OpenChild,
    &pass_to_vendor::PassToVendor,
    &prioritise::Prioritise,
    &receive_equipment::ReceiveEquipment,
    &reject::Reject,
    &reply::Reply,
    &resume::Resume,
    &return_equipment::ReturnEquipment,
    &route::Route,
    &solve::Solve,
    &suspend::Suspend,
    &train::Train,
    &view::View,
    &withdraw::Withdraw,
];

/// The operation with this name in stored conversations.
fn named(name: &str) -> Option<&'static dyn Operation> {
    OPERATIONS.iter().copied().find(|operation| operation.name() == name)
}

/// The operation that a verb's button on a card begins; `None` for a verb with a dialogue or a survey of
/// its own.
pub fn of_verb(verb: Verb) -> Option<&'static dyn Operation> {
    let mut all = OPERATIONS.iter().copied();
    all.find(|operation| operation.verb() == verb && operation.has_button())
}

/// The form for a comment on the rating just given.
pub fn comment_form(number: TicketNumber, round: i32) -> Form {
    Form { round, ..Form::of(&comment::Comment, Some(number)) }
}

/// The form for what is still wrong with a solution.
pub fn reject_form(number: TicketNumber, round: i32) -> Form {
    Form { round, ..Form::of(&reject::Reject, Some(number)) }
}

/// What an operation asks before it can be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// One of a list.
    Choice,
    /// One of a list, or words of the person's own in its place.
    ChoiceOrWords,
    /// A plain yes.
    Confirmation,
    /// Words.
    Text,
    /// Words, or nothing.
    OptionalText,
    /// Fields that the procedure has filled in.
    Fields,
    /// A photo, which may be left out.
    Photo,
    /// Files, which a form offers beside the words.
    Files,
    /// The same; they stay within the staff.
    InternalFiles,
}

/// What carrying an operation out came to.
pub enum Outcome {
    /// Nothing changed, and the answer was given.
    Answered,
    /// The ticket changed, and so did a related case where there is one.
    Changed {
        /// The ticket.
        done: Done,
        /// The related case.
        related: Option<Done>,
    },
}

impl From<Done> for Outcome {
    fn from(done: Done) -> Self {
        Self::Changed { done, related: None }
    }
}

/// What the person is asked next.
pub enum Next {
    /// Nothing.
    Nothing,
    /// What this form lacks, with a word on why.
    Ask(Form, Option<String>),
    /// When the next visit takes place.
    PlanVisit(TicketNumber),
}

/// One operation on a ticket.
#[async_trait]
pub trait Operation: Sync {
    /// Its name in stored conversations. A conversation outlives a release, so the name stays.
    fn name(&self) -> &'static str;

    /// Its entry in the permission table.
    fn verb(&self) -> Verb;

    /// The part of message keys that names it: `ask-KEY-text`, `done-KEY`.
    fn key(&self) -> &'static str {
        self.verb().as_str()
    }

    /// The same, where the texts hang on the procedure.
    fn key_in(&self, _procedure: &Procedure) -> &'static str {
        self.key()
    }

    /// Its entry in the catalogue; `None` where buttons alone begin it.
    fn command(&self) -> Option<&'static Command> {
        None
    }

    /// Whether the button of its verb on a card begins it.
    fn has_button(&self) -> bool {
        true
    }

    /// What it asks.
    fn asks(&self) -> &'static [Ask] {
        &[]
    }

    /// Whether words are asked after this choice.
    fn asks_text(&self, _choice: Option<&str>) -> bool {
        self.asks().contains(&Ask::Text) || self.asks().contains(&Ask::OptionalText)
    }

    /// Puts the words behind the command into the form. Gives a word on why something is asked all the
    /// same, where there is one.
    async fn read(
        &self,
        _turn: &Turn<'_>,
        form: Form,
        words: Option<&str>,
    ) -> Result<(Form, Option<String>)> {
        let text = words.filter(|_| self.asks_text(None)).map(str::to_owned);
        Ok((Form { text, ..form }, None))
    }

    /// Reads what its questions about this ticket offer.
    async fn offer(
        &self,
        _turn: &Turn<'_>,
        _form: &Form,
        _ticket: &ticket::Model,
        _options: &mut Options,
    ) -> Result<()> {
        Ok(())
    }

    /// The key of the question for its choice.
    fn choice_question(&self, _form: &Form, voice: &Voice<'_>, _options: &Options) -> String {
        format!("ask-{}-choice", self.key_in(voice.procedure))
    }

    /// What can be chosen.
    fn choices(&self, _form: &Form, _voice: &Voice<'_>, _options: &Options) -> Vec<Choice> {
        vec![]
    }

    /// The choice that is called so, for a person who types what a button says.
    fn called(
        &self,
        _form: &Form,
        _typed: &str,
        _voice: &Voice<'_>,
        _options: &Options,
    ) -> Meant<String> {
        Meant::Nothing
    }

    /// Whether a person is chosen by name, so that a name of several narrows the list.
    fn names_person(&self, _form: &Form) -> bool {
        false
    }

    /// Whether this choice leads to another list instead of settling the question.
    fn chooses_on(&self, _choice: &str) -> bool {
        false
    }

    /// The operation that this choice stands for instead.
    fn turns_into(&self, _choice: &str) -> Option<&'static dyn Operation> {
        None
    }

    /// The same in a form that was already begun, by who the person is to the ticket.
    async fn meant(&self, _turn: &Turn<'_>, form: Form) -> Result<Form> {
        Ok(form)
    }

    /// Refuses at once a choice that the service would refuse after the last answer.
    ///
    /// # Errors
    /// That refusal.
    fn check_choice(&self, _choice: &str, _ticket: &ticket::Model) -> Result<()> {
        Ok(())
    }

    /// Calls the service.
    ///
    /// # Errors
    /// What the service refuses.
    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome>;

    /// Whether files that came with the words belong to the related case that was opened.
    fn files_belong_to_related(&self) -> bool {
        false
    }

    /// Whether the confirmation names the technician who has the ticket now, and says when no chat reaches
    /// that technician.
    fn hands_over(&self) -> bool {
        false
    }

    /// Whether the ticket comes to a group, which may have no people.
    fn reaches_group(&self) -> bool {
        false
    }

    /// Whether the person is told that it is done, with this many files kept.
    fn confirms(&self, _files: usize) -> bool {
        true
    }

    /// The key of the confirmation.
    fn confirmation(&self, done: &Confirmation<'_>) -> String {
        format!("done-{}", self.key_in(done.voice.procedure))
    }

    /// What the person is asked afterwards.
    fn next(&self, _voice: &Voice<'_>, _form: &Form, _number: TicketNumber, _files: usize) -> Next {
        Next::Nothing
    }

    /// The optional status that it needs; where a procedure does without, there is no such step.
    fn needs(&self) -> Option<Status> {
        self.verb().leads_to()
    }
}

impl PartialEq for dyn Operation {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for dyn Operation {}

impl fmt::Debug for dyn Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_stored_name_stands_for_one_operation() {
        let names: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.name()).collect();
        assert_eq!(names.len(), OPERATIONS.len());
        assert!(names.iter().all(|name| named(name).is_some()));
    }

    #[test]
    fn a_card_button_begins_one_operation() {
        for verb in Verb::ALL {
            let begun = OPERATIONS.iter().filter(|one| one.verb() == verb && one.has_button());
            assert!(begun.count() <= 1, "{verb:?}");
        }
    }

    #[test]
    fn conversations_of_earlier_releases_are_read() {
        let stored = r#"{"verb":"open_child","number":7,"round":0,"choice":"c:red","text":null}"#;
        let form: Form = serde_json::from_str(stored).unwrap();
        assert_eq!(form.operation.verb(), Verb::OpenChild);
        assert!(serde_json::to_string(&form).unwrap().contains(r#""verb":"open_child""#));
        let unknown = stored.replace("open_child", "teleport");
        assert!(serde_json::from_str::<Form>(&unknown).is_err());
    }
}
