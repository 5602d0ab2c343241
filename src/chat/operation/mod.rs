//! The operations on a ticket, one per file: the command, the words after it, the questions, the
//! call into the service and the confirmation. [`Form`] is the state of an operation that is being
//! asked for; [`begin()`] and [`carry_out()`] run it. The recipients of a change
//! follow from its events, which other causes have too ([`crate::chat::notify`]). Deliberately
//! absent: whether an operation is allowed, which the service decides
//! ([`allowed`](crate::service::ticket::allowed)), and planning a visit, which is a dialogue of its
//! own.

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

/// The operation that a verb's button on a card begins; `None` for a verb with a dialogue or a
/// survey of its own.
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
    Choice,
    /// One of a list, or the person's own words instead.
    ChoiceOrWords,
    /// A plain yes.
    Confirmation,
    Text,
    OptionalText,
    /// The fields that the procedure records.
    Fields,
    /// A photo, which may be left out.
    Photo,
    /// Files, which a form takes beside the words.
    Files,
    /// Files that only the staff may see.
    InternalFiles,
}

/// The result of carrying an operation out.
pub enum Outcome {
    /// Nothing changed; the person got an answer.
    Answered,
    Changed(Box<Changed>),
}

/// The ticket that an operation changed.
pub struct Changed {
    pub done: Done,
    /// The related case that changed too, if there is one.
    pub related: Option<Done>,
}

impl Outcome {
    fn changed(done: Done, related: Option<Done>) -> Self {
        Self::Changed(Box::new(Changed { done, related }))
    }
}

impl From<Done> for Outcome {
    fn from(done: Done) -> Self {
        Self::changed(done, None)
    }
}

/// The question that follows an operation.
pub enum Next {
    Nothing,
    /// Asks what the form lacks. The text says why.
    Ask(Form, Option<String>),
    /// Asks when the next visit takes place.
    PlanVisit(TicketNumber),
}

/// One operation on a ticket.
#[async_trait]
pub trait Operation: Sync {
    /// The name in stored conversations. A conversation outlives a release, so the name must not
    /// change.
    fn name(&self) -> &'static str;

    /// The operation's entry in the permission table.
    fn verb(&self) -> Verb;

    /// The part of message keys that names the operation: `ask-KEY-text`, `done-KEY`.
    fn key(&self) -> &'static str {
        self.verb().as_str()
    }

    /// The same key, where the texts depend on the procedure.
    fn key_in(&self, _procedure: &Procedure) -> &'static str {
        self.key()
    }

    /// The operation's entry in the catalogue; `None` where only buttons begin it.
    fn command(&self) -> Option<&'static Command> {
        None
    }

    /// Whether the button of the verb on a card begins the operation.
    fn has_button(&self) -> bool {
        true
    }

    fn asks(&self) -> &'static [Ask] {
        &[]
    }

    /// Whether a text is asked after this choice.
    fn asks_text(&self, _choice: Option<&str>) -> bool {
        self.asks().contains(&Ask::Text) || self.asks().contains(&Ask::OptionalText)
    }

    /// Reads the words after the command into the form. The text says why a question follows
    /// although the words answered it, if one does.
    async fn read(
        &self,
        _turn: &Turn<'_>,
        form: Form,
        words: Option<&str>,
    ) -> Result<(Form, Option<String>)> {
        let text = words.filter(|_| self.asks_text(None)).map(str::to_owned);
        Ok((Form { text, ..form }, None))
    }

    /// Reads from the database what the questions about this ticket offer.
    async fn offer(
        &self,
        _turn: &Turn<'_>,
        _form: &Form,
        _ticket: &ticket::Model,
        _options: &mut Options,
    ) -> Result<()> {
        Ok(())
    }

    /// The message key of the question for the choice.
    fn choice_question(&self, _form: &Form, voice: &Voice<'_>, _options: &Options) -> String {
        format!("ask-{}-choice", self.key_in(voice.procedure))
    }

    /// The choices that the question offers.
    fn choices(&self, _form: &Form, _voice: &Voice<'_>, _options: &Options) -> Vec<Choice> {
        vec![]
    }

    /// The choice with this name, for a person who types instead of pressing a button.
    fn called(
        &self,
        _form: &Form,
        _typed: &str,
        _voice: &Voice<'_>,
        _options: &Options,
    ) -> Meant<String> {
        Meant::Nothing
    }

    /// Whether a person is chosen by name. A name that fits several people then narrows the list.
    fn names_person(&self, _form: &Form) -> bool {
        false
    }

    /// Whether this choice leads to another list.
    fn chooses_on(&self, _choice: &str) -> bool {
        false
    }

    /// The operation that this choice begins instead.
    fn turns_into(&self, _choice: &str) -> Option<&'static dyn Operation> {
        None
    }

    /// The form with the operation that the person's relation to the ticket calls for. A solution by a
    /// person outside the group that gets the answer becomes an answer.
    async fn meant(&self, _turn: &Turn<'_>, form: Form) -> Result<Form> {
        Ok(form)
    }

    /// Refuses a choice at once that the service would refuse after the last answer.
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

    /// Whether the files that came with the words belong to the related case that was opened.
    fn files_belong_to_related(&self) -> bool {
        false
    }

    /// Whether the confirmation names the technician who has the ticket now, and says when no chat
    /// reaches that technician.
    fn hands_over(&self) -> bool {
        false
    }

    /// Whether the operation passes the ticket to a group. The confirmation warns when that group
    /// has no members.
    fn reaches_group(&self) -> bool {
        false
    }

    /// Whether the person gets a confirmation, with this many files kept.
    fn confirms(&self, _files: usize) -> bool {
        true
    }

    /// The message key of the confirmation.
    fn confirmation(&self, done: &Confirmation<'_>) -> String {
        format!("done-{}", self.key_in(done.voice.procedure))
    }

    /// The question that follows the operation.
    fn next(&self, _voice: &Voice<'_>, _form: &Form, _number: TicketNumber, _files: usize) -> Next {
        Next::Nothing
    }

    /// The optional status that the operation leads to. A procedure without that status does not
    /// have the operation.
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
