//! The list of people for administrators, with invitations and linked chats: its pages, and the
//! steps of their buttons. Every press checks whether the presser is an administrator. Deliberately
//! absent: the changes themselves ([`crate::chat::access`]).

use crate::{
    chat::{
        access,
        button::{Code, Step},
        outgoing::{Button, Outgoing, RichText},
        posting::About,
        turn::Turn,
        wording::Voice,
    },
    domain::{id::PersonId, person::Role, person_event::By},
    service::{Result, people::invitations},
};

mod others;
mod person;

/// Shows a page, or carries out a step.
pub async fn press(turn: &Turn<'_>, step: Step) -> Result<()> {
    if turn.actor.role < Role::Administrator {
        return turn.tell("button-unknown", &[]).await;
    }
    let act = &turn.act;
    let by = By::Person(turn.actor.id);
    match step {
        Step::People(after) => person::page(turn, after).await,
        Step::Show(id) => person::show(turn, id).await,
        Step::AskRole(id) => person::ask_role(turn, id).await,
        Step::ConfirmRole(id, role) => person::confirm_role(turn, id, role).await,
        Step::Role(id, role) => {
            access::set_role(act, by, id, role).await?;
            // An administrator who gave up the role may not see the list any more.
            match id == turn.actor.id {
                true => turn.tell("roster-done", &[]).await,
                false => person::show(turn, id).await,
            }
        }
        Step::AskGroup(id) => person::ask_group(turn, id).await,
        Step::AddGroup(id, group) => {
            access::add_group(act, by, id, &group).await?;
            person::ask_group(turn, id).await
        }
        Step::RemoveGroup(id, group) => {
            access::remove_group(act, by, id, &group).await?;
            person::ask_group(turn, id).await
        }
        Step::ConfirmRevoke(id) => person::confirm_revoke(turn, id).await,
        Step::Revoke(id) => revoke(turn, by, id).await,
        Step::Unlink(id, link) => {
            access::unlink(act, by, id, link, turn.desk.access).await?;
            turn.tell("roster-done", &[]).await
        }
        Step::Invitations(before) => others::invitations(turn, before).await,
        Step::RevokeInvitation(id) => match invitations::revoke(act, by, id).await? {
            true => turn.tell("roster-invitation-revoked", &[]).await,
            false => turn.tell("question-passed", &[]).await,
        },
        Step::Chats(after) => others::chats(turn, after).await,
        Step::ConfirmChat(id) => others::confirm_chat(turn, id).await,
        Step::UnlinkChat(id) => match access::unlink_chat(act, by, id).await? {
            true => turn.tell("roster-done", &[]).await,
            false => turn.tell("question-passed", &[]).await,
        },
    }
}

async fn revoke(turn: &Turn<'_>, by: By, id: PersonId) -> Result<()> {
    let released = access::revoke(&turn.act, by, id).await?;
    if id == turn.actor.id {
        return turn.acknowledge(None).await;
    }
    turn.tell("roster-revoked", &[("count", released.into())]).await
}

/// Sends a page to its administrator alone.
async fn post(turn: &Turn<'_>, text: RichText, buttons: Vec<Vec<Button>>) -> Result<()> {
    turn.post_privately(Outgoing { text, buttons, ..Default::default() }, About::default()).await
}

fn button(voice: &Voice<'_>, key: &str, step: Step) -> Button {
    Button { label: voice.text(key), code: Code::Roster(step).encode() }
}

fn numbered(id: i64, step: Step) -> Button {
    Button { label: format!("#{id}"), code: Code::Roster(step).encode() }
}

fn role(voice: &Voice<'_>, role: Role) -> String {
    voice.text(&format!("role-{}", role.as_str()))
}
