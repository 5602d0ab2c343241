//! The changes of `mesabot people`, `invite` and `chats`: each is one transaction, with the
//! operator as its actor, through the same operations as the administrators' buttons.

use std::process::ExitCode;

use super::App;
use crate::{
    chat::access,
    clock::{Clock, SystemClock},
    domain::{
        id::PersonId,
        person::{Access, Doer, Role},
        person_event::By,
        refusal::Refusal,
    },
    service::{Act, Error, Result, people::invitations},
};

/// A change that the operator asks for.
#[derive(Debug, Clone)]
pub(super) enum Change {
    Role(PersonId, Role),
    AddGroup(PersonId, String),
    RemoveGroup(PersonId, String),
    Revoke(PersonId),
    Unlink(PersonId, i64),
    Invitation(i64),
    Chat(i64),
}

/// Makes a change and prints its result.
pub(super) async fn make(app: &App, change: Change) -> anyhow::Result<ExitCode> {
    let desk = &app.desk;
    let now = SystemClock.now();
    let wanted = &change;
    let made: Result<String> = app
        .database
        .write(|tx| {
            Box::pin(async move {
                let procedure = &desk.procedure;
                let act = Act { tx, procedure, now, doer: Doer::Desk, channel: None };
                apply(&act, wanted, desk.access).await
            })
        })
        .await;
    match made {
        Ok(said) => {
            println!("{said}");
            Ok(ExitCode::SUCCESS)
        }
        Err(Error::Refused(refusal)) => {
            eprintln!("{}", refused(&refusal));
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}

async fn apply(act: &Act<'_>, change: &Change, access: Access) -> Result<String> {
    let by = By::Operator;
    let said = |changed: bool, yes: String| if changed { yes } else { "Nothing to change.".into() };
    Ok(match change {
        Change::Role(id, role) => {
            let changed = access::set_role(act, by, *id, *role).await?;
            said(changed, format!("Person {id} is {} now.", role.as_str()))
        }
        Change::AddGroup(id, group) => {
            let changed = access::add_group(act, by, *id, group).await?;
            said(changed, format!("Person {id} is in {group} now."))
        }
        Change::RemoveGroup(id, group) => {
            let changed = access::remove_group(act, by, *id, group).await?;
            said(changed, format!("Person {id} is not in {group} any more."))
        }
        Change::Revoke(id) => {
            let released = access::revoke(act, by, *id).await?;
            format!("Person {id} has no access any more; {released} ticket(s) went back.")
        }
        Change::Unlink(id, link) => {
            access::unlink(act, by, *id, *link, access).await?;
            format!("Link {link} of person {id} is undone.")
        }
        Change::Invitation(id) => {
            let changed = invitations::revoke(act, by, *id).await?;
            said(changed, format!("Invitation {id} does not work any more."))
        }
        Change::Chat(id) => {
            let changed = access::unlink_chat(act, by, *id).await?;
            said(changed, format!("Chat {id} is not linked any more."))
        }
    })
}

fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::UnknownPerson => {
            "there is no such person with access; see mesabot people list".to_owned()
        }
        Refusal::LastAdministrator => {
            "this is the last administrator; make another person administrator first".to_owned()
        }
        Refusal::UnknownGroup(key) => format!("the procedure has no group {key}"),
        Refusal::LinkInvalid => "the person has no such link; see mesabot people show".to_owned(),
        other => format!("refused: {other:?}"),
    }
}
