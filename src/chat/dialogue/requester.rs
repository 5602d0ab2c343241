//! Whom a request is for when somebody of the desk's staff registers it for them. They are known by
//! what any network can say: a person of the desk's, an account, or a name alone. Deliberately absent: enrolling
//! before the ticket is registered; a dialogue that was left leaves no trace.

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

/// Whom a request is for, other than whoever makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// The name they go by.
    pub name: String,
    /// How the desk finds them.
    pub known_by: KnownBy,
}

/// How the desk finds somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// They are enrolled.
    Person(PersonId),
    /// By the name alone; they are noted with the ticket.
    Name,
    /// They have an account that the desk has not met; it is enrolled with the ticket.
    Account {
        /// On which network.
        channel: ChannelKind,
        /// The platform's key of the account.
        key: String,
    },
}

/// Registering for others is the staff's, when it begins and when it ends.
pub(super) fn staff_only(turn: &Turn<'_>) -> Result<()> {
    if turn.is_staff() { Ok(()) } else { Err(Refusal::StaffRegisters.into()) }
}

impl Requester {
    /// Where they last asked for help, as far as the desk knows them.
    pub(super) async fn place(&self, turn: &Turn<'_>) -> Result<Option<String>> {
        let person = match self.met(turn).await? {
            Some(id) => people::person(turn.act.tx, id).await?,
            None => None,
        };
        Ok(person.and_then(|person| person.place))
    }

    /// Who they are to the desk. Whoever it has not met is enrolled, in the desk's language.
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

    /// Who they are, once the desk has met them. They may have become one with somebody meanwhile.
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

    /// Tells whoever registered the ticket that it is done, and whether the requester could be told.
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
