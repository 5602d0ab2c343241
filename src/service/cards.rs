//! Messages that the desk keeps up to date by editing them. A card is a view of a ticket: when its
//! message is lost, the card is sent again. Deliberately absent: what a card shows.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction,
    EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use super::{Result, people::Address};
use crate::{
    domain::{
        channel::ChannelKind,
        id::{CardId, TicketId},
    },
    entity::card::{self, CardView},
};

/// Stops updating the cards of this view of this ticket in this chat, because a newer card replaces
/// them. Returns them as they are.
pub async fn retire(
    tx: &DatabaseTransaction,
    ticket: TicketId,
    view: CardView,
    to: &Address,
) -> Result<Vec<card::Model>> {
    let older = card::Entity::find()
        .filter(card::Column::TicketId.eq(ticket))
        .filter(card::Column::View.eq(view))
        .filter(card::Column::Channel.eq(to.channel))
        .filter(card::Column::ChatKey.eq(&to.chat_key))
        .all(tx)
        .await?;
    card::Entity::update_many()
        .col_expr(card::Column::TicketId, Expr::value(Option::<i64>::None))
        .filter(card::Column::Id.is_in(older.iter().map(|card| card.id)))
        .exec(tx)
        .await?;
    Ok(older)
}

/// Stops updating one card, because the ticket may no longer be read in its chat.
pub async fn release(tx: &DatabaseTransaction, id: CardId) -> Result<()> {
    card::Entity::update_many()
        .col_expr(card::Column::TicketId, Expr::value(Option::<i64>::None))
        .filter(card::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Registers a card that is about to be sent.
pub async fn draw(
    tx: &DatabaseTransaction,
    ticket: Option<TicketId>,
    view: CardView,
    to: &Address,
) -> Result<CardId> {
    let row = card::ActiveModel {
        ticket_id: Set(ticket),
        view: Set(view),
        channel: Set(to.channel),
        chat_key: Set(to.chat_key.clone()),
        viewer_id: Set(to.person),
        locale: Set(to.locale),
        message_key: Set(None),
        face: Set(None),
        ..Default::default()
    };
    Ok(row.insert(tx).await?.id)
}

/// The updated cards of a chat that show a ticket.
pub async fn in_chat(conn: &impl ConnectionTrait, at: &Address) -> Result<Vec<card::Model>> {
    Ok(card::Entity::find()
        .filter(card::Column::Channel.eq(at.channel))
        .filter(card::Column::ChatKey.eq(&at.chat_key))
        .filter(card::Column::TicketId.is_not_null())
        .order_by_asc(card::Column::Id)
        .all(conn)
        .await?)
}

/// Clears the message keys of all cards in a chat that no longer exists, so that the cards are sent
/// again.
pub async fn forget_messages(tx: &DatabaseTransaction, at: &Address) -> Result<()> {
    card::Entity::update_many()
        .col_expr(card::Column::MessageKey, Expr::value(Option::<String>::None))
        .filter(card::Column::Channel.eq(at.channel))
        .filter(card::Column::ChatKey.eq(&at.chat_key))
        .exec(tx)
        .await?;
    Ok(())
}

/// Stops updating every card in a chat that the desk can no longer write to.
pub async fn abandon(tx: &DatabaseTransaction, at: &Address) -> Result<()> {
    card::Entity::update_many()
        .col_expr(card::Column::TicketId, Expr::value(Option::<i64>::None))
        .filter(card::Column::Channel.eq(at.channel))
        .filter(card::Column::ChatKey.eq(&at.chat_key))
        .exec(tx)
        .await?;
    Ok(())
}

/// The updated cards that show a ticket.
pub async fn of_ticket(conn: &impl ConnectionTrait, ticket: TicketId) -> Result<Vec<card::Model>> {
    Ok(card::Entity::find()
        .filter(card::Column::TicketId.eq(ticket))
        .order_by_asc(card::Column::Id)
        .all(conn)
        .await?)
}

/// The updated cards in the chats of a network.
pub async fn on(conn: &impl ConnectionTrait, channel: ChannelKind) -> Result<Vec<card::Model>> {
    Ok(card::Entity::find()
        .filter(card::Column::Channel.eq(channel))
        .filter(card::Column::MessageKey.is_not_null())
        .order_by_asc(card::Column::Id)
        .all(conn)
        .await?)
}

/// Reads one card.
pub async fn find(conn: &impl ConnectionTrait, id: CardId) -> Result<Option<card::Model>> {
    Ok(card::Entity::find_by_id(id).one(conn).await?)
}

/// Stores the content that a card shows now.
pub async fn keep_face(tx: &DatabaseTransaction, id: CardId, face: String) -> Result<()> {
    card::Entity::update_many()
        .col_expr(card::Column::Face, Expr::value(face))
        .filter(card::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Stores the platform's key of the message that shows a card.
pub async fn keep_message(tx: &DatabaseTransaction, id: CardId, message_key: &str) -> Result<()> {
    card::Entity::update_many()
        .col_expr(card::Column::MessageKey, Expr::value(message_key))
        .filter(card::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Clears the message key of a card whose message was deleted, so that the card is sent again.
pub async fn forget_message(tx: &DatabaseTransaction, id: CardId) -> Result<()> {
    card::Entity::update_many()
        .col_expr(card::Column::MessageKey, Expr::value(Option::<String>::None))
        .filter(card::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
