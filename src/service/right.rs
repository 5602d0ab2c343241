//! Who may read a ticket at an address now: collects the facts that [`crate::domain::right`]
//! decides by. Deliberately absent: the rule itself, and the filter of ticket lists
//! (`ticket::readers`).

use sea_orm::ConnectionTrait;

use super::{
    Result,
    people::{self, Address},
    threads,
};
use crate::domain::{
    facts::TicketFacts,
    id::PersonId,
    person::Actor,
    right::{Place, Verdict, What, may_see},
};

/// The readers of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// One person, in a private chat, with that person's present rights.
    Of(Actor),
    /// All members of a group chat or a thread.
    OfAll,
}

/// The readers of a ticket at this address; `None` when the ticket may not be shown there now.
pub async fn sight(
    conn: &impl ConnectionTrait,
    to: &Address,
    ticket: &TicketFacts,
) -> Result<Option<Sight>> {
    let what = What::Ticket(ticket);
    let Some(person) = to.person else {
        let linked = linked(conn, to).await?;
        let verdict = may_see(None, what, Place::Chat(&linked));
        return Ok((verdict == Verdict::Here).then_some(Sight::OfAll));
    };
    let actor = people::actor(conn, person).await?;
    let may = |actor: &Actor| may_see(Some(actor), what, Place::Private) == Verdict::Here;
    Ok(actor.filter(may).map(Sight::Of))
}

/// Whether a person may read a ticket now.
pub async fn reads(
    conn: &impl ConnectionTrait,
    person: PersonId,
    ticket: &TicketFacts,
) -> Result<bool> {
    let actor = people::actor(conn, person).await?;
    let what = What::Ticket(ticket);
    Ok(actor.is_some_and(|actor| may_see(Some(&actor), what, Place::Private) == Verdict::Here))
}

/// The groups whose tickets appear in a chat. For a thread, the groups of the chat that contains
/// it.
pub async fn linked(conn: &impl ConnectionTrait, to: &Address) -> Result<Vec<String>> {
    match threads::by_symbolic_key(&to.chat_key) {
        Some(thread) => {
            let thread = threads::find(conn, thread).await?;
            people::groups_of_chat(conn, thread.channel, &thread.place).await
        }
        None => people::groups_of_chat(conn, to.channel, &to.chat_key).await,
    }
}
