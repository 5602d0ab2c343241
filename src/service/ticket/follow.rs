//! Followers of a ticket: a person who may read it is told when its status changes, until the
//! person stops or the ticket is over. Deliberately absent: sending the messages, which is the chat
//! layer's, and an event, because following does not change the ticket.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::prepare;
use crate::{
    domain::{
        id::{PersonId, TicketNumber},
        refusal::Refusal,
        verb::Verb,
    },
    entity::{ticket, ticket_follower},
    service::{Act, Result},
};

/// Whether a person follows a ticket after the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Following {
    /// The person is told of changes from now on.
    Begun,
    /// The person is no longer told.
    Ended,
}

/// Follows a ticket, or stops following it.
///
/// # Errors
/// Refuses a person who may not read the ticket, the desk itself, and a ticket that is over.
pub async fn follow(act: &Act<'_>, number: TicketNumber) -> Result<Following> {
    let (subject, _) = prepare(act, number, Verb::Follow).await?;
    let actor = act.doer.person().ok_or(Refusal::NotYourRole(Verb::Follow))?;
    let key = (subject.ticket.id, actor.id);
    if ticket_follower::Entity::delete_by_id(key).exec(act.tx).await?.rows_affected > 0 {
        return Ok(Following::Ended);
    }
    let row = ticket_follower::ActiveModel {
        ticket_id: Set(subject.ticket.id),
        person_id: Set(actor.id),
        status_told: Set(subject.ticket.status),
    };
    ticket_follower::Entity::insert(row).exec_without_returning(act.tx).await?;
    Ok(Following::Begun)
}

/// Takes the followers who were not told of the ticket's present status, and records that they are
/// told now. The followers of an ended ticket are deleted.
///
/// # Errors
/// When the database fails.
pub async fn take_untold(
    conn: &impl ConnectionTrait,
    ticket: &ticket::Model,
) -> Result<Vec<PersonId>> {
    let of_ticket = ticket_follower::Column::TicketId.eq(ticket.id);
    let untold = ticket_follower::Entity::find()
        .filter(of_ticket.clone())
        .filter(ticket_follower::Column::StatusTold.ne(ticket.status))
        .order_by_asc(ticket_follower::Column::PersonId)
        .all(conn)
        .await?;
    if untold.is_empty() {
        return Ok(vec![]);
    }
    if ticket.status.is_final() {
        ticket_follower::Entity::delete_many().filter(of_ticket).exec(conn).await?;
    } else {
        let told =
            ticket_follower::ActiveModel { status_told: Set(ticket.status), ..Default::default() };
        ticket_follower::Entity::update_many().set(told).filter(of_ticket).exec(conn).await?;
    }
    Ok(untold.into_iter().map(|row| row.person_id).collect())
}

/// Moves what a person follows to the person they were joined to.
///
/// # Errors
/// When the database fails.
pub async fn pass_on(conn: &impl ConnectionTrait, gone: PersonId, into: PersonId) -> Result<()> {
    use sea_orm::sea_query::{Expr, Query};
    let followed = Query::select()
        .column(ticket_follower::Column::TicketId)
        .from(ticket_follower::Entity)
        .and_where(ticket_follower::Column::PersonId.eq(into))
        .take();
    ticket_follower::Entity::delete_many()
        .filter(ticket_follower::Column::PersonId.eq(gone))
        .filter(ticket_follower::Column::TicketId.in_subquery(followed))
        .exec(conn)
        .await?;
    ticket_follower::Entity::update_many()
        .col_expr(ticket_follower::Column::PersonId, Expr::value(into))
        .filter(ticket_follower::Column::PersonId.eq(gone))
        .exec(conn)
        .await?;
    Ok(())
}
