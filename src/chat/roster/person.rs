//! The pages about people: the list, one person, and the questions before a change.

use super::{button, numbered, post, role};
use crate::{
    chat::{
        button::{Code, Step},
        outgoing::{Button, RichText, Style},
        shorten::clip,
        turn::Turn,
    },
    domain::{id::PersonId, person::Role, refusal::Refusal},
    entity::person,
    service::{
        Result,
        membership::joining,
        people::list::{self, Listed},
    },
};

const PAGE: u64 = 6;
const NAME: usize = 60;
/// How many links of a person have a button.
const LINKS: usize = 2;

/// A page of the people whose id is greater than `after`.
pub(super) async fn page(turn: &Turn<'_>, after: PersonId) -> Result<()> {
    let voice = turn.voice();
    let mut people = list::page(turn.act.tx, after, PAGE + 1).await?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = people.len() > page;
    people.truncate(page);
    let mut text = RichText::default();
    text.push(voice.text("roster-people"), Style::Bold);
    for person in &people {
        let state = if person.revoked_at.is_some() { "revoked" } else { "present" };
        let args = [
            ("id", person.id.to_string().into()),
            ("name", clip(&person.name, NAME).into()),
            ("role", role(&voice, person.role).into()),
            ("state", state.into()),
        ];
        text.push(format!("\n{}", voice.say("roster-line", &args)), Style::Plain);
    }
    let open = |person: &person::Model| numbered(person.id.0, Step::Show(person.id));
    let mut buttons: Vec<Vec<Button>> =
        people.chunks(3).map(|row| row.iter().map(open).collect()).collect();
    if let Some(last) = people.last().filter(|_| more) {
        buttons.push(vec![button(&voice, "button-more", Step::People(last.id))]);
    }
    buttons.push(vec![
        button(&voice, "button-roster-invitations", Step::Invitations(0)),
        button(&voice, "button-roster-chats", Step::Chats(0)),
    ]);
    post(turn, text, buttons).await
}

/// The page of one person.
pub(super) async fn show(turn: &Turn<'_>, id: PersonId) -> Result<()> {
    let voice = turn.voice();
    let listed = found(turn, id).await?;
    let person = &listed.person;
    let groups: Vec<&str> = listed.groups.iter().map(|group| voice.group(group)).collect();
    let mut text = RichText::default();
    text.push(clip(&person.name, NAME), Style::Bold);
    let args = [
        ("role", role(&voice, person.role).into()),
        ("groups", groups.join(", ").into()),
        ("count", listed.groups.len().into()),
        ("holds", listed.holds.to_string().into()),
    ];
    text.push(format!("\n{}", voice.say("roster-person", &args)), Style::Plain);
    for account in &listed.accounts {
        let args = [
            ("network", voice.network(account.channel).into()),
            ("key", account.external_key.as_str().into()),
            ("when", voice.when(account.last_heard_at).into()),
        ];
        text.push(format!("\n{}", voice.say("roster-account", &args)), Style::Plain);
    }
    let back = vec![button(&voice, "button-roster-people", Step::People(PersonId(0)))];
    if let Some(since) = person.revoked_at {
        let args = [("when", voice.when(since).into())];
        text.push(format!("\n{}", voice.say("roster-revoked-since", &args)), Style::Plain);
        return post(turn, text, vec![back]).await;
    }
    let mut buttons = vec![
        vec![
            button(&voice, "button-roster-role", Step::AskRole(id)),
            button(&voice, "button-roster-groups", Step::AskGroup(id)),
        ],
        vec![button(&voice, "button-roster-revoke", Step::ConfirmRevoke(id))],
    ];
    for link in joining::links(turn.act.tx, id).await?.iter().rev().take(LINKS) {
        let args = [("name", clip(&link.name, NAME).into()), ("when", voice.when(link.at).into())];
        text.push(format!("\n{}", voice.say("roster-link", &args)), Style::Plain);
        let label = voice.say("button-unlink", &[("name", clip(&link.name, NAME).into())]);
        buttons
            .push(vec![Button { label, code: Code::Roster(Step::Unlink(id, link.id)).encode() }]);
    }
    if buttons.len() < 5 {
        buttons.push(back);
    }
    post(turn, text, buttons).await
}

/// Offers the roles that the person does not have.
pub(super) async fn ask_role(turn: &Turn<'_>, id: PersonId) -> Result<()> {
    let voice = turn.voice();
    let listed = found(turn, id).await?;
    let args = [
        ("name", clip(&listed.person.name, NAME).into()),
        ("role", role(&voice, listed.person.role).into()),
    ];
    let others = Role::ALL.into_iter().filter(|other| *other != listed.person.role);
    let buttons: Vec<Vec<Button>> = others
        .map(|other| {
            let code = Code::Roster(Step::ConfirmRole(id, other)).encode();
            vec![Button { label: role(&voice, other), code }]
        })
        .collect();
    post(turn, voice.plain("roster-ask-role", &args), buttons).await
}

/// Asks before a role is given.
pub(super) async fn confirm_role(turn: &Turn<'_>, id: PersonId, to: Role) -> Result<()> {
    let voice = turn.voice();
    let listed = found(turn, id).await?;
    let args = [
        ("name", clip(&listed.person.name, NAME).into()),
        ("from", role(&voice, listed.person.role).into()),
        ("to", role(&voice, to).into()),
        ("direction", if to < listed.person.role { "down" } else { "up" }.into()),
    ];
    let buttons = vec![vec![
        button(&voice, "button-roster-confirm", Step::Role(id, to)),
        button(&voice, "button-roster-keep", Step::Show(id)),
    ]];
    post(turn, voice.plain("roster-confirm-role", &args), buttons).await
}

/// Offers to add the person to groups of the procedure, and to remove the person from their groups.
pub(super) async fn ask_group(turn: &Turn<'_>, id: PersonId) -> Result<()> {
    let voice = turn.voice();
    let listed = found(turn, id).await?;
    let args = [("name", clip(&listed.person.name, NAME).into())];
    let known = turn.act.procedure.groups.iter().map(|group| group.key.clone());
    let mut keys: Vec<String> = known.collect();
    // A person may still be in a group of an earlier edition, and can be removed from it.
    keys.extend(
        listed.groups.iter().filter(|key| !keys.contains(*key)).cloned().collect::<Vec<_>>(),
    );
    let choice = |key: &String| {
        let (sign, step) = match listed.groups.contains(key) {
            true => ("button-roster-remove", Step::RemoveGroup(id, key.clone())),
            false => ("button-roster-add", Step::AddGroup(id, key.clone())),
        };
        let label = voice.say(sign, &[("group", voice.group(key).into())]);
        vec![Button { label, code: Code::Roster(step).encode() }]
    };
    let buttons: Vec<Vec<Button>> = keys.iter().map(choice).collect();
    post(turn, voice.plain("roster-ask-group", &args), buttons).await
}

/// Asks before a person's access is revoked.
pub(super) async fn confirm_revoke(turn: &Turn<'_>, id: PersonId) -> Result<()> {
    let voice = turn.voice();
    let listed = found(turn, id).await?;
    let args = [
        ("name", clip(&listed.person.name, NAME).into()),
        ("count", listed.holds.to_string().into()),
    ];
    let buttons = vec![vec![
        button(&voice, "button-roster-revoke", Step::Revoke(id)),
        button(&voice, "button-roster-keep", Step::Show(id)),
    ]];
    post(turn, voice.plain("roster-confirm-revoke", &args), buttons).await
}

async fn found(turn: &Turn<'_>, id: PersonId) -> Result<Listed> {
    Ok(list::one(turn.act.tx, id).await?.ok_or(Refusal::UnknownPerson)?)
}
