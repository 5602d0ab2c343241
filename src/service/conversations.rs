//! What each account is in the middle of, as rows: nothing of a dialogue lives in memory.
//! Deliberately absent: what a dialogue asks; its state is opaque JSON here.

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, sea_query::OnConflict,
};

use super::Result;
use crate::{
    domain::{
        id::{AccountId, CardId},
        time::Timestamp,
    },
    entity::conversation,
};

/// What an account is in the middle of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Whose.
    pub account: AccountId,
    /// The number of the last question asked.
    pub serial: i64,
    /// The open dialogues, the current one last, as JSON.
    pub dialogues: String,
    /// The message that asks the current question.
    pub card: Option<CardId>,
}

/// The conversation of an account; an empty one when there is none.
pub async fn find(conn: &impl ConnectionTrait, account: AccountId) -> Result<Conversation> {
    let row = conversation::Entity::find_by_id(account).one(conn).await?;
    Ok(row.map_or(Conversation { account, serial: 0, dialogues: "[]".into(), card: None }, |row| {
        Conversation { account, serial: row.serial, dialogues: row.dialogues, card: row.card_id }
    }))
}

/// Keeps a conversation.
pub async fn keep(
    tx: &DatabaseTransaction,
    conversation: Conversation,
    now: Timestamp,
) -> Result<()> {
    let row = conversation::ActiveModel {
        account_id: Set(conversation.account),
        serial: Set(conversation.serial),
        dialogues: Set(conversation.dialogues),
        card_id: Set(conversation.card),
        updated_at: Set(now),
    };
    let columns = [
        conversation::Column::Serial,
        conversation::Column::Dialogues,
        conversation::Column::CardId,
        conversation::Column::UpdatedAt,
    ];
    conversation::Entity::insert(row)
        .on_conflict(
            OnConflict::column(conversation::Column::AccountId).update_columns(columns).to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
