//! Revokes a person's access, and restores it. The rows of the person and their accounts stay,
//! because the history names them. A revoked account is answered like a stranger's, even when the
//! desk's access is open, until an invitation readmits it.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

use super::{guard, role::Changed};
use crate::{
    domain::{
        channel::ChannelKind,
        id::{AccountId, PersonId},
        person::Role,
        person_event::{By, PersonEvent},
    },
    entity::{
        conversation, link_code, link_request, membership,
        outbox::{self, DeliveryState},
        person,
    },
    service::{
        Act, Result,
        outbox::lane,
        people::{self, history, linking},
        ticket::release,
    },
};

/// Revokes a person's access: the role, the groups, pending codes and join requests, open dialogues
/// and queued messages. Their open tickets go back to the groups.
///
/// # Errors
/// Refuses an unknown person, one who was revoked before, and the last administrator.
pub async fn revoke(act: &Act<'_>, by: By, id: PersonId) -> Result<Changed> {
    let before = guard::locked_unless_last(act.tx, id).await?;
    let role = before.role;
    let groups = people::actor(act.tx, id).await?.map(|actor| actor.groups).unwrap_or_default();
    let of_person = membership::Column::PersonId.eq(id);
    membership::Entity::delete_many().filter(of_person).exec(act.tx).await?;
    link_code::Entity::delete_by_id(id).exec(act.tx).await?;
    for account in linking::accounts(act.tx, id).await? {
        let key = account.external_key.as_str();
        end_requests(act, account.id, account.channel, key).await?;
        conversation::Entity::delete_by_id(account.id).exec(act.tx).await?;
        if let Some(chat) = &account.private_chat {
            drop_waiting(act, &lane(account.channel, chat)).await?;
        }
    }
    let mut change = person::ActiveModel::from(before);
    change.role = Set(Role::Requester);
    change.revoked_at = Set(Some(act.now));
    let person = change.update(act.tx).await?;
    let released = release::release(act, id).await?;
    let numbers = released.iter().map(|done| done.ticket.number).collect();
    let event = PersonEvent::Revoked { role, groups, released: numbers };
    history::append(act, by, Some(id), &event).await?;
    Ok(Changed { person, released })
}

/// Restores the access of a revoked person. The invitation sets the role and the groups.
pub async fn readmit(act: &Act<'_>, before: person::Model) -> Result<person::Model> {
    let id = before.id;
    let mut change = person::ActiveModel::from(before);
    change.revoked_at = Set(None);
    let person = change.update(act.tx).await?;
    history::append(act, By::Person(id), Some(id), &PersonEvent::Readmitted).await?;
    Ok(person)
}

/// Ends the join requests in which an account is a side.
async fn end_requests(
    act: &Act<'_>,
    account: AccountId,
    channel: ChannelKind,
    key: &str,
) -> Result<()> {
    let asked = link_request::Column::AskerAccount.eq(account);
    let brought = link_request::Column::BringerChannel.eq(channel);
    let brought = brought.and(link_request::Column::BringerKey.eq(key));
    link_request::Entity::update_many()
        .col_expr(link_request::Column::SettledAt, Expr::value(act.now))
        .filter(asked.or(brought))
        .filter(link_request::Column::SettledAt.is_null())
        .exec(act.tx)
        .await?;
    Ok(())
}

/// Supersedes the messages queued for a chat, because its reader may no longer read them.
async fn drop_waiting(act: &Act<'_>, lane: &str) -> Result<()> {
    outbox::Entity::update_many()
        .col_expr(outbox::Column::State, Expr::value(DeliveryState::Superseded))
        .col_expr(outbox::Column::OpenLane, Expr::value(Option::<String>::None))
        .col_expr(outbox::Column::SettledAt, Expr::value(act.now))
        .filter(outbox::Column::OpenLane.eq(lane))
        .filter(outbox::Column::State.eq(DeliveryState::Queued))
        .exec(act.tx)
        .await?;
    Ok(())
}
