//! The open dialogues of each account, stored as rows: no state of a dialogue is only in memory.
//! Deliberately absent: what a dialogue asks; here its state is opaque JSON.

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

/// The open dialogues of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// The account that answers the questions.
    pub account: AccountId,
    /// The number of the last question asked. A button of an earlier question has an older number.
    pub serial: i64,
    /// The open dialogues, the current one last, as JSON.
    pub dialogues: String,
    /// The message that asks the current question.
    pub card: Option<CardId>,
}

/// The conversation of an account; an empty one when none is stored.
pub async fn find(conn: &impl ConnectionTrait, account: AccountId) -> Result<Conversation> {
    let row = conversation::Entity::find_by_id(account).one(conn).await?;
    Ok(row.map_or(Conversation { account, serial: 0, dialogues: "[]".into(), card: None }, |row| {
        Conversation { account, serial: row.serial, dialogues: row.dialogues, card: row.card_id }
    }))
}

/// Stores a conversation.
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
