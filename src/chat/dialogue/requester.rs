//! The requester, when a staff member registers the request. The requester is identified by what
//! any network can tell: a person that the desk knows, an account, or a name alone. Deliberately
//! absent: enrolling the requester before the ticket is registered, because a cancelled dialogue
//! must leave no person behind.

use serde::{Deserialize, Serialize};

use crate::{
    chat::{notify, turn::Turn},
    domain::{channel::ChannelKind, id::PersonId, refusal::Refusal, source::Source},
    entity::ticket,
    service::{
        Result,
        people::{self, NewPerson},
    },
};

/// A requester who is not the person that registers the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    pub name: String,
    pub known_by: KnownBy,
}

/// How the desk identifies a requester.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// A person that is enrolled.
    Person(PersonId),
    /// A name alone. It is enrolled with the ticket, as a person without an account.
    Name,
    /// An account that the desk does not know. It is enrolled with the ticket.
    Account {
        channel: ChannelKind,
        /// The platform's key of the account.
        key: String,
    },
}

/// Refuses people outside the staff, when the registration begins and again when it ends.
pub(super) fn staff_only(turn: &Turn<'_>) -> Result<()> {
    if turn.is_staff() { Ok(()) } else { Err(Refusal::StaffRegisters.into()) }
}

impl Requester {
    /// The place where the requester last asked for help, where the desk knows the person.
    pub(super) async fn place(&self, turn: &Turn<'_>) -> Result<Option<String>> {
        let person = match self.met(turn).await? {
            Some(id) => people::person(turn.act.tx, id).await?,
            None => None,
        };
        Ok(person.and_then(|person| person.place))
    }

    /// The requester's id. A requester that the desk does not know is enrolled, with the desk's
    /// language.
    pub(super) async fn enrolled(&self, turn: &Turn<'_>) -> Result<PersonId> {
        staff_only(turn)?;
        let (channel, key) = match (self.met(turn).await?, &self.known_by) {
            (Some(id), _) => return Ok(id),
            (None, KnownBy::Person(id)) => return Ok(*id),
            (None, KnownBy::Name) => {
                let name = self.name.clone();
                let locale = turn.desk.locale;
                return Ok(people::known::enrol_by_name(turn.act.tx, name, locale, turn.act.now)
                    .await?
                    .id);
            }
            (None, KnownBy::Account { channel, key }) => (channel, key),
        };
        let new = NewPerson {
            channel: *channel,
            external_key: key.clone(),
            name: self.name.clone(),
            locale: turn.desk.locale,
        };
        Ok(people::enrol_for_reporter(turn.act.tx, new, turn.act.now).await?.id)
    }

    /// The requester's id, if the desk knows the person. A person who was joined with another one
    /// since has that other one's id.
    async fn met(&self, turn: &Turn<'_>) -> Result<Option<PersonId>> {
        match &self.known_by {
            KnownBy::Person(id) => Ok(Some(people::joined(turn.act.tx, *id).await?)),
            KnownBy::Name => Ok(None),
            KnownBy::Account { channel, key } => {
                let known = people::find_account(turn.act.tx, *channel, key).await?;
                Ok(known.map(|(_, person)| person.id))
            }
        }
    }

    /// Confirms to the staff member that the ticket is registered, and whether the requester was
    /// notified.
    pub(super) async fn confirm(&self, turn: &Turn<'_>, ticket: &ticket::Model) -> Result<()> {
        let told = !people::addresses(turn.act.tx, ticket.requester_id).await?.is_empty();
        let key = match (ticket.source, told) {
            (Source::AfterTheFact, true) => "done-registered-after",
            (Source::AfterTheFact, false) => "done-registered-after-untold",
            (_, true) => "done-registered-for",
            (_, false) => "done-registered-for-untold",
        };
        let number = ticket.number.to_string();
        let args = [("number", number.into()), ("name", self.name.as_str().into())];
        let mut message = turn.voice().say(key, &args);
        if let Some(word) = notify::empty_group::confirmation_note(turn, ticket).await? {
            message.push_str(&format!(" {word}"));
        }
        turn.tell_text(message).await
    }
}
