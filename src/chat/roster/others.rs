//! The pages of the invitations that are still valid and of the linked chats. Invitations admit
//! people; a linked chat shows a group's tickets.

use super::{button, numbered, post, role};
use crate::{
    chat::{
        button::Step,
        outgoing::{Button, RichText, Style},
        turn::Turn,
    },
    entity::{destination, invitation},
    service::{
        Result,
        people::{chats, invitations},
    },
};

const PAGE: usize = 6;

/// A page of the invitations that are still valid, the newest first: those with an id below
/// `before`, or the first page for 0.
pub(super) async fn invitations(turn: &Turn<'_>, before: i64) -> Result<()> {
    let voice = turn.voice();
    let now = turn.act.now;
    let works = |row: &invitation::Model| {
        row.uses_left > 0 && row.revoked_at.is_none() && row.expires_at > now
    };
    let mut rows = invitations::list(turn.act.tx).await?;
    rows.retain(|row| works(row) && (before == 0 || row.id < before));
    if rows.is_empty() {
        return turn.say("roster-invitations-none", &[]).await;
    }
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let mut text = RichText::default();
    text.push(voice.text("roster-invitations"), Style::Bold);
    for row in &rows {
        let groups = row.groups.split(',').filter(|key| !key.is_empty());
        let groups: Vec<&str> = groups.map(|key| voice.group(key)).collect();
        let gives = match row.role {
            Some(given) => role(&voice, given),
            None => voice.text("roster-group-chat"),
        };
        let args = [
            ("id", row.id.to_string().into()),
            ("gives", gives.into()),
            ("groups", groups.join(", ").into()),
            ("count", groups.len().into()),
            ("uses", row.uses_left.unsigned_abs().into()),
            ("when", voice.when(row.expires_at).into()),
        ];
        text.push(format!("\n{}", voice.say("roster-invitation", &args)), Style::Plain);
    }
    text.push(format!("\n{}", voice.text("roster-invitations-hint")), Style::Plain);
    let revoke = |row: &invitation::Model| numbered(row.id, Step::RevokeInvitation(row.id));
    let mut buttons: Vec<Vec<Button>> =
        rows.chunks(3).map(|row| row.iter().map(revoke).collect()).collect();
    if let Some(last) = rows.last().filter(|_| more) {
        buttons.push(vec![button(&voice, "button-more", Step::Invitations(last.id))]);
    }
    post(turn, text, buttons).await
}

/// A page of the linked chats whose id is greater than `after`.
pub(super) async fn chats(turn: &Turn<'_>, after: i64) -> Result<()> {
    let voice = turn.voice();
    let mut rows = chats::all(turn.act.tx).await?;
    rows.retain(|row| row.id > after);
    if rows.is_empty() {
        return turn.say("roster-chats-none", &[]).await;
    }
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let mut text = RichText::default();
    text.push(voice.text("roster-chats"), Style::Bold);
    for row in &rows {
        text.push(format!("\n{}", line(turn, row)), Style::Plain);
    }
    let open = |row: &destination::Model| numbered(row.id, Step::ConfirmChat(row.id));
    let mut buttons: Vec<Vec<Button>> =
        rows.chunks(3).map(|row| row.iter().map(open).collect()).collect();
    if let Some(last) = rows.last().filter(|_| more) {
        buttons.push(vec![button(&voice, "button-more", Step::Chats(last.id))]);
    }
    post(turn, text, buttons).await
}

/// Asks before a chat is unlinked.
pub(super) async fn confirm_chat(turn: &Turn<'_>, id: i64) -> Result<()> {
    let voice = turn.voice();
    let Some(row) = chats::one(turn.act.tx, id).await? else {
        return turn.tell("question-passed", &[]).await;
    };
    let text = voice.plain("roster-confirm-chat", &[("chat", line(turn, &row).into())]);
    let buttons = vec![vec![
        button(&voice, "button-roster-unlink", Step::UnlinkChat(id)),
        button(&voice, "button-roster-keep", Step::Chats(0)),
    ]];
    post(turn, text, buttons).await
}

fn line(turn: &Turn<'_>, row: &destination::Model) -> String {
    let voice = turn.voice();
    let args = [
        ("id", row.id.to_string().into()),
        ("network", voice.network(row.channel).into()),
        ("key", row.chat_key.as_str().into()),
        ("group", voice.group(&row.group_key).into()),
    ];
    voice.say("roster-chat", &args)
}
