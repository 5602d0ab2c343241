//! Who receives the notices of a ticket. One chain decides everywhere: the technician, the group's
//! chats, its members, the supervisors, the administrators. Deliberately absent: what follows when
//! a chat rejects a notice ([`super::chats`]).

use super::notice::Notice;
use crate::{
    chat::{
        Reading,
        outgoing::{Outgoing, RichText},
    },
    domain::{id::PersonId, person::Role},
    service::{
        Act, Result,
        membership::groups,
        people::{self, Address},
        threads,
    },
};

/// The stages of the chain after the technician, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Chats,
    /// The group's members, in private.
    Members,
    /// The supervisors, when no member can be reached.
    Supervisors,
    /// The administrators, when no supervisor can be reached.
    Administrators,
}

/// The recipients of a notice, and their stage of the chain.
pub(super) struct Recipients {
    pub(super) rank: Rank,
    pub(super) addresses: Vec<Address>,
}

/// The recipients of a group's notices now: the first stage of the chain with a reachable address.
pub(super) async fn of_group(act: &Act<'_>, group: &str) -> Result<Recipients> {
    let mut chats = people::destinations(act.tx, group).await?;
    if !chats.is_empty() {
        // A group without members has no technician who reads its chat, so the supervisors are told
        // as well.
        if groups::is_empty(act.tx, group).await? {
            chats.extend(supervisors_or_administrators(act).await?.addresses);
        }
        return Ok(Recipients { rank: Rank::Chats, addresses: chats });
    }
    let members = people::members(act.tx, group).await?.into_iter().map(|member| member.id);
    let members = first_addresses(act, members).await?;
    if !members.is_empty() {
        return Ok(Recipients { rank: Rank::Members, addresses: members });
    }
    supervisors_or_administrators(act).await
}

/// The supervisors, or the administrators while no supervisor can be reached.
pub(super) fn supervisors_or_administrators<'a>(act: &'a Act<'_>) -> Reading<'a, Recipients> {
    Box::pin(read_supervisors_or_administrators(act))
}

async fn read_supervisors_or_administrators(act: &Act<'_>) -> Result<Recipients> {
    let people = people::with_role(act.tx, Role::Supervisor).await?;
    let supervisors = people.iter().filter(|person| person.role == Role::Supervisor);
    let supervisors = first_addresses(act, supervisors.map(|person| person.id)).await?;
    if !supervisors.is_empty() {
        return Ok(Recipients { rank: Rank::Supervisors, addresses: supervisors });
    }
    Ok(Recipients { rank: Rank::Administrators, addresses: administrators(act).await? })
}

pub(super) async fn administrators(act: &Act<'_>) -> Result<Vec<Address>> {
    let people = people::with_role(act.tx, Role::Administrator).await?;
    first_addresses(act, people.into_iter().map(|person| person.id)).await
}

async fn first_addresses(
    act: &Act<'_>,
    people: impl Iterator<Item = PersonId>,
) -> Result<Vec<Address>> {
    let mut addresses = Vec::new();
    for person in people {
        addresses.extend(people::addresses(act.tx, person).await?.into_iter().next());
    }
    Ok(addresses)
}

/// The stage at which a person receives a group's notices.
pub(super) async fn rank_of(act: &Act<'_>, person: PersonId, group: &str) -> Result<Rank> {
    let Some(actor) = people::actor(act.tx, person).await? else { return Ok(Rank::Members) };
    Ok(match actor.role {
        Role::Administrator if !actor.groups.iter().any(|own| own == group) => Rank::Administrators,
        Role::Supervisor if !actor.groups.iter().any(|own| own == group) => Rank::Supervisors,
        _ => Rank::Members,
    })
}

impl Notice<'_> {
    /// The recipients of a notice to staff: the technician who has the ticket, or the substitutes.
    /// The person who acted is left out.
    pub(super) async fn technician_or_substitutes(&self) -> Result<Vec<Address>> {
        if let Some(technician) = self.current_technician().await? {
            if self.is_doer(technician) {
                return Ok(vec![]);
            }
            let own = people::addresses(self.act.tx, technician).await?.into_iter().next();
            if let Some(own) = own {
                return Ok(vec![own]);
            }
        }
        match self.unreachable_technician().await? {
            Some(_) => {
                let mut readers = self.substitutes().await?;
                readers.retain(|to| !to.person.is_some_and(|person| self.is_doer(person)));
                Ok(readers)
            }
            None => self.group_recipients().await,
        }
    }

    /// A message to a substitute, headed by the name of the unreachable technician and with the
    /// button that assigns the ticket; any other message is unchanged.
    pub(super) async fn with_substitution_note(
        &self,
        to: &Address,
        message: Outgoing,
    ) -> Result<Outgoing> {
        let Some(technician) = self.unreachable_technician().await? else { return Ok(message) };
        let other = to.person != Some(technician) && to.person != Some(self.ticket.requester_id);
        if !other || threads::by_symbolic_key(&to.chat_key).is_some() {
            return Ok(message);
        }
        let voice = self.voice(to);
        let name = people::person(self.act.tx, technician).await?.map(|person| person.name);
        let args = [("name", name.unwrap_or_default().into())];
        let mut text = RichText::plain(voice.say("notice-instead-of", &args));
        text.append("\n", message.text);
        let mut buttons = message.buttons;
        buttons.extend(self.assign_row(&voice));
        Ok(Outgoing { text, buttons, ..message })
    }

    /// The recipients of the notices to the ticket's group.
    pub(super) async fn group_recipients(&self) -> Result<Vec<Address>> {
        self.recipients_of(&self.ticket.group_key).await
    }

    pub(super) async fn recipients_of(&self, group: &str) -> Result<Vec<Address>> {
        Ok(of_group(self.act, group).await?.addresses)
    }
}
