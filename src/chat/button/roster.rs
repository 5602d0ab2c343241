//! The button codes of the list of people, invitations and linked chats. Like every code they grant
//! nothing: each press checks whether the presser is an administrator.

use crate::domain::{id::PersonId, person::Role};

/// A page or a step of the list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The people whose id is greater than this one.
    People(PersonId),
    Show(PersonId),
    /// Offers the roles.
    AskRole(PersonId),
    /// Asks whether to give the role.
    ConfirmRole(PersonId, Role),
    Role(PersonId, Role),
    /// Offers the groups.
    AskGroup(PersonId),
    AddGroup(PersonId, String),
    RemoveGroup(PersonId, String),
    /// Asks whether to revoke the person's access.
    ConfirmRevoke(PersonId),
    /// Revokes the person's access.
    Revoke(PersonId),
    /// Undoes the link with this id of the person's accounts.
    Unlink(PersonId, i64),
    /// The invitations older than the one with this id; 0 shows the newest.
    Invitations(i64),
    RevokeInvitation(i64),
    /// The linked chats whose id is greater than this one.
    Chats(i64),
    /// Asks whether to unlink the chat.
    ConfirmChat(i64),
    UnlinkChat(i64),
}

impl Step {
    /// The code without its prefix.
    pub(super) fn encode(&self) -> String {
        match self {
            Self::People(after) => format!("l:{after}"),
            Self::Show(person) => format!("s:{person}"),
            Self::AskRole(person) => format!("r:{person}"),
            Self::ConfirmRole(person, role) => format!("q:{person}:{}", role.as_str()),
            Self::Role(person, role) => format!("R:{person}:{}", role.as_str()),
            Self::AskGroup(person) => format!("g:{person}"),
            Self::AddGroup(person, group) => format!("a:{person}:{group}"),
            Self::RemoveGroup(person, group) => format!("z:{person}:{group}"),
            Self::ConfirmRevoke(person) => format!("x:{person}"),
            Self::Revoke(person) => format!("X:{person}"),
            Self::Unlink(person, link) => format!("u:{person}:{link}"),
            Self::Invitations(before) => format!("i:{before}"),
            Self::RevokeInvitation(id) => format!("I:{id}"),
            Self::Chats(after) => format!("c:{after}"),
            Self::ConfirmChat(id) => format!("d:{id}"),
            Self::UnlinkChat(id) => format!("D:{id}"),
        }
    }

    /// Reads a code without its prefix.
    pub(super) fn decode(code: &str) -> Option<Self> {
        let (kind, rest) = code.split_once(':')?;
        let (id, more) = match rest.split_once(':') {
            Some((id, more)) => (id, Some(more)),
            None => (rest, None),
        };
        let id: i64 = id.parse().ok()?;
        let person = PersonId(id);
        let role = || Role::ALL.into_iter().find(|role| more == Some(role.as_str()));
        let group = || more.filter(|key| !key.is_empty()).map(str::to_owned);
        let alone = |step: Self| more.is_none().then_some(step);
        match kind {
            "l" => alone(Self::People(person)),
            "s" => alone(Self::Show(person)),
            "r" => alone(Self::AskRole(person)),
            "q" => Some(Self::ConfirmRole(person, role()?)),
            "R" => Some(Self::Role(person, role()?)),
            "g" => alone(Self::AskGroup(person)),
            "a" => Some(Self::AddGroup(person, group()?)),
            "z" => Some(Self::RemoveGroup(person, group()?)),
            "x" => alone(Self::ConfirmRevoke(person)),
            "X" => alone(Self::Revoke(person)),
            "u" => Some(Self::Unlink(person, more?.parse().ok()?)),
            "i" => alone(Self::Invitations(id)),
            "I" => alone(Self::RevokeInvitation(id)),
            "c" => alone(Self::Chats(id)),
            "d" => alone(Self::ConfirmChat(id)),
            "D" => alone(Self::UnlinkChat(id)),
            _ => None,
        }
    }
}

/// One example of each step, with the longest values.
#[cfg(test)]
pub(super) fn every() -> impl Iterator<Item = Step> {
    let person = PersonId(i64::MAX);
    let group = || "una-clave-de-veinticuatr".to_owned();
    let steps = [
        Step::People(PersonId(0)),
        Step::Show(person),
        Step::AskRole(person),
        Step::AskGroup(person),
        Step::AddGroup(person, group()),
        Step::RemoveGroup(person, group()),
        Step::ConfirmRevoke(person),
        Step::Revoke(person),
        Step::Unlink(person, i64::MAX),
        Step::Invitations(i64::MAX),
        Step::RevokeInvitation(i64::MAX),
        Step::Chats(i64::MAX),
        Step::ConfirmChat(i64::MAX),
        Step::UnlinkChat(i64::MAX),
    ];
    let roles = Role::ALL.into_iter();
    let roles = roles.flat_map(move |r| [Step::ConfirmRole(person, r), Step::Role(person, r)]);
    steps.into_iter().chain(roles)
}
