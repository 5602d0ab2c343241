//! Deletes old rows, in small batches. Each batch is a transaction that can be repeated or run
//! beside others. Inbox rows are kept for as long as a platform may deliver them again (G2). The
//! last message of every chat is kept longer, because the next start looks from there for missed
//! messages (G9). Outbox rows lose their content, but still tell which message speaks of which
//! ticket.
//!
//! Deliberately absent: tickets and their history, which are never deleted, and when a batch is due
//! (see `crate::worker::retention`).

use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

use super::{Result, inbox::is_message};
use crate::{
    domain::{
        id::{AccountId, CardId, InboxId, OutboxId, PersonId, TicketId},
        time::Timestamp,
    },
    entity::{
        card, conversation, inbox, invitation, invitation_use, link_code, link_request, link_try,
        outbox, ticket,
    },
};

/// How many rows a batch examines.
pub const BATCH: u64 = 200;

/// Reduces a kept message to where it was sent, without its content. `None` when there is nothing
/// to remove.
pub type StripContent = fn(&str) -> Option<String>;

/// The result of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch<Place> {
    /// How many rows were deleted or lost their content.
    pub changed: u64,
    /// Where the next batch starts; `None` after the last one.
    pub next: Option<Place>,
}

/// A position in the inbox, ordered by time of receipt.
pub type InboxPlace = (Timestamp, InboxId);

/// Which inbox rows are old enough to be deleted.
#[derive(Debug, Clone, Copy)]
pub struct InboxCutoffs {
    /// Handled rows received before this instant are deleted.
    pub handled: Timestamp,
    /// Quarantined rows received before this instant are deleted.
    pub quarantined: Timestamp,
}

/// Deletes the inbox rows that are older than `before` allows. The last message of each chat stays,
/// without its content.
pub async fn inbox(
    tx: &DatabaseTransaction,
    before: InboxCutoffs,
    after: Option<InboxPlace>,
    strip: StripContent,
) -> Result<Batch<InboxPlace>> {
    let mut query = inbox::Entity::find()
        .select_only()
        .columns([inbox::Column::ReceivedAt, inbox::Column::Id])
        .filter(inbox::Column::ReceivedAt.lt(before.handled))
        .order_by_asc(inbox::Column::ReceivedAt)
        .order_by_asc(inbox::Column::Id)
        .limit(BATCH);
    if let Some((at, id)) = after {
        let beyond = inbox::Column::ReceivedAt.gt(at).or(inbox::Column::Id.gt(id));
        query = query.filter(inbox::Column::ReceivedAt.gte(at)).filter(beyond);
    }
    // Open rows are examined too: a filter on settled rows has its own index, and the engine would
    // scan that one from end to end.
    let places: Vec<InboxPlace> = query.into_tuple().all(tx).await?;
    if places.is_empty() {
        return Ok(Batch { changed: 0, next: None });
    }
    let ids = || places.iter().map(|(_, id)| *id);
    // Rows that an older release settled have no `handled_at`.
    let old = || {
        let over =
            inbox::Column::HandledAt.is_null().or(inbox::Column::HandledAt.lt(before.handled));
        let waits = inbox::Column::Quarantine
            .is_null()
            .or(inbox::Column::ReceivedAt.lt(before.quarantined));
        Condition::all().add(inbox::Column::OpenLane.is_null()).add(over).add(waits)
    };
    let newer = Alias::new("newer");
    let of_newer = |column: inbox::Column| Expr::col((newer.clone(), column));
    let of_this = |column: inbox::Column| Expr::col((inbox::Entity, column));
    let followed = Query::select()
        .expr(Expr::val(1))
        .from_as(inbox::Entity, newer.clone())
        .and_where(of_newer(inbox::Column::Lane).eq(of_this(inbox::Column::Lane)))
        .and_where(of_newer(inbox::Column::Id).gt(of_this(inbox::Column::Id)))
        .and_where(is_message(newer.clone()))
        .to_owned();
    let forgotten = inbox::Entity::delete_many()
        .filter(inbox::Column::Id.is_in(ids()))
        .filter(old())
        .filter(is_message(inbox::Entity).not().or(Expr::exists(followed)))
        .exec(tx)
        .await?;
    let mut changed = forgotten.rows_affected;
    let kept =
        inbox::Entity::find().filter(inbox::Column::Id.is_in(ids())).filter(old()).all(tx).await?;
    // Without its content, a row that was set aside can no longer be retried.
    inbox::Entity::update_many()
        .col_expr(inbox::Column::Quarantine, Expr::value(Option::<String>::None))
        .filter(inbox::Column::Id.is_in(kept.iter().map(|row| row.id)))
        .filter(inbox::Column::Quarantine.is_not_null())
        .exec(tx)
        .await?;
    for row in kept {
        if let Some(bare) = strip(&row.raw) {
            inbox::Entity::update_many()
                .col_expr(inbox::Column::Raw, Expr::value(bare))
                .filter(inbox::Column::Id.eq(row.id))
                .filter(inbox::Column::OpenLane.is_null())
                .exec(tx)
                .await?;
            changed += 1;
        }
    }
    let next = places.last().copied().filter(|_| places.len() as u64 == BATCH);
    Ok(Batch { changed, next })
}

/// Clears the content of outbox rows settled before `settled`. A row stays when it tells which
/// ticket a message speaks of, or that the desk ever wrote in a chat.
pub async fn outbox(tx: &DatabaseTransaction, settled: Timestamp) -> Result<Batch<()>> {
    let ids: Vec<OutboxId> = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Id)
        // Must match the condition of the partial index. A row without content is not examined
        // again.
        .filter(Expr::cust("delivery <> ''"))
        .filter(outbox::Column::SettledAt.lt(settled))
        .order_by_asc(outbox::Column::SettledAt)
        .order_by_asc(outbox::Column::Id)
        .limit(BATCH)
        .into_tuple()
        .all(tx)
        .await?;
    if ids.is_empty() {
        return Ok(Batch { changed: 0, next: None });
    }
    let other = Alias::new("other");
    let of_other = |column: outbox::Column| Expr::col((other.clone(), column));
    let of_this = |column: outbox::Column| Expr::col((outbox::Entity, column));
    let same = |column: outbox::Column| of_other(column).eq(of_this(column));
    let lower = of_other(outbox::Column::MessageKey).lt(of_this(outbox::Column::MessageKey));
    let another = Query::select()
        .expr(Expr::val(1))
        .from_as(outbox::Entity, other.clone())
        .and_where(same(outbox::Column::Channel))
        .and_where(same(outbox::Column::ChatKey))
        .and_where(lower)
        .to_owned();
    let needless = outbox::Column::TicketId.is_null().and(Expr::exists(another));
    let forgotten = outbox::Entity::delete_many()
        .filter(outbox::Column::Id.is_in(ids.iter().copied()))
        .filter(outbox::Column::OpenLane.is_null())
        .filter(outbox::Column::MessageKey.is_null().or(needless))
        .exec(tx)
        .await?;
    let emptied = outbox::Entity::update_many()
        .col_expr(outbox::Column::Delivery, Expr::value(""))
        .filter(outbox::Column::Id.is_in(ids.iter().copied()))
        .filter(outbox::Column::OpenLane.is_null())
        .exec(tx)
        .await?;
    let changed = forgotten.rows_affected + emptied.rows_affected;
    Ok(Batch { changed, next: more_after_full_batch(ids.len()) })
}

/// Closes conversations that were not continued since `touched`. Their serials stay, so that an old
/// button is never taken for a button of a new question.
pub async fn conversations(tx: &DatabaseTransaction, touched: Timestamp) -> Result<Batch<()>> {
    let idle = || {
        conversation::Entity::find()
            // Must match the condition of the partial index.
            .filter(Expr::cust("dialogues <> '[]'"))
            .filter(conversation::Column::UpdatedAt.lt(touched))
    };
    let ids: Vec<AccountId> = idle()
        .select_only()
        .column(conversation::Column::AccountId)
        .order_by_asc(conversation::Column::UpdatedAt)
        .limit(BATCH)
        .into_tuple()
        .all(tx)
        .await?;
    if ids.is_empty() {
        return Ok(Batch { changed: 0, next: None });
    }
    let given_up = conversation::Entity::update_many()
        .col_expr(conversation::Column::Dialogues, Expr::value("[]"))
        .col_expr(conversation::Column::CardId, Expr::value(Option::<i64>::None))
        .filter(conversation::Column::AccountId.is_in(ids.iter().copied()))
        .filter(conversation::Column::UpdatedAt.lt(touched))
        .exec(tx)
        .await?;
    Ok(Batch { changed: given_up.rows_affected, next: more_after_full_batch(ids.len()) })
}

/// Deletes codes that expired before `expired`, and the recorded wrong attempts of that age. A
/// deleted code is refused like an expired one.
pub async fn codes(tx: &DatabaseTransaction, expired: Timestamp) -> Result<Batch<()>> {
    let requests = link_request::Column::ExpiresAt.lt(expired);
    link_request::Entity::delete_many().filter(requests).exec(tx).await?;
    let invitations: Vec<i64> = invitation::Entity::find()
        .select_only()
        .column(invitation::Column::Id)
        .filter(invitation::Column::ExpiresAt.lt(expired))
        .order_by_asc(invitation::Column::ExpiresAt)
        .limit(BATCH)
        .into_tuple()
        .all(tx)
        .await?;
    let codes: Vec<PersonId> = link_code::Entity::find()
        .select_only()
        .column(link_code::Column::PersonId)
        .filter(link_code::Column::ExpiresAt.lt(expired))
        .order_by_asc(link_code::Column::ExpiresAt)
        .limit(BATCH)
        .into_tuple()
        .all(tx)
        .await?;
    let tries: Vec<i64> = link_try::Entity::find()
        .select_only()
        .column(link_try::Column::Id)
        .filter(link_try::Column::At.lt(expired))
        .order_by_asc(link_try::Column::At)
        .limit(BATCH)
        .into_tuple()
        .all(tx)
        .await?;
    let most = invitations.len().max(codes.len()).max(tries.len());
    if most == 0 {
        return Ok(Batch { changed: 0, next: None });
    }
    let mut changed = 0;
    invitation_use::Entity::delete_many()
        .filter(invitation_use::Column::InvitationId.is_in(invitations.iter().copied()))
        .exec(tx)
        .await?;
    changed += invitation::Entity::delete_many()
        .filter(invitation::Column::Id.is_in(invitations))
        .exec(tx)
        .await?
        .rows_affected;
    // A person who has requested a new code since keeps it.
    changed += link_code::Entity::delete_many()
        .filter(link_code::Column::PersonId.is_in(codes))
        .filter(link_code::Column::ExpiresAt.lt(expired))
        .exec(tx)
        .await?
        .rows_affected;
    changed += link_try::Entity::delete_many()
        .filter(link_try::Column::Id.is_in(tries))
        .exec(tx)
        .await?
        .rows_affected;
    Ok(Batch { changed, next: more_after_full_batch(most) })
}

/// A position in the cards, ordered by ticket.
pub type CardPlace = (TicketId, CardId);

/// Deletes the cards of tickets that ended before `ended`, when no message shows them any more.
pub async fn cards(
    tx: &DatabaseTransaction,
    ended: Timestamp,
    after: Option<CardPlace>,
) -> Result<Batch<CardPlace>> {
    let mut query = card::Entity::find()
        .select_only()
        .columns([card::Column::TicketId, card::Column::Id])
        .filter(card::Column::MessageKey.is_null())
        .filter(card::Column::TicketId.gte(after.map_or(TicketId(0), |(ticket, _)| ticket)))
        .order_by_asc(card::Column::TicketId)
        .order_by_asc(card::Column::Id)
        .limit(BATCH);
    if let Some((ticket, card)) = after {
        let beyond = card::Column::TicketId.gt(ticket).or(card::Column::Id.gt(card));
        query = query.filter(beyond);
    }
    let places: Vec<CardPlace> = query.into_tuple().all(tx).await?;
    if places.is_empty() {
        return Ok(Batch { changed: 0, next: None });
    }
    let over: Vec<TicketId> = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Id)
        .filter(ticket::Column::Id.is_in(places.iter().map(|(ticket, _)| *ticket)))
        .filter(ticket::Column::ClosedAt.lt(ended))
        .into_tuple()
        .all(tx)
        .await?;
    let gone: Vec<CardId> =
        places.iter().filter(|(ticket, _)| over.contains(ticket)).map(|(_, card)| *card).collect();
    let next = places.last().copied().filter(|_| places.len() as u64 == BATCH);
    if gone.is_empty() {
        return Ok(Batch { changed: 0, next });
    }
    let forgotten = card::Entity::delete_many()
        .filter(card::Column::Id.is_in(gone))
        .filter(card::Column::MessageKey.is_null())
        .exec(tx)
        .await?;
    Ok(Batch { changed: forgotten.rows_affected, next })
}

/// Whether another batch can have work, when a batch leaves none of its rows behind.
fn more_after_full_batch(looked_at: usize) -> Option<()> {
    (looked_at as u64 == BATCH).then_some(())
}
