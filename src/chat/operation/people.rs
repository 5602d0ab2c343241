//! The buttons for the people and groups that can get a ticket. Deliberately absent: the decision
//! whether a person or a group may take it, which is the service's.

use super::Form;
use crate::{
    chat::{
        named::{self, Candidate, Meant},
        question::Options,
        wording::Voice,
    },
    domain::{id::PersonId, procedure::Group},
};

/// The people to offer: those that the typed name fits, or all when it fits none.
pub(super) fn fitting<'o>(form: &Form, options: &'o Options) -> Vec<&'o Candidate> {
    let typed = form.typed.as_deref().unwrap_or_default();
    let fitting = named::fitting(&options.people, typed);
    if fitting.is_empty() { options.people.iter().collect() } else { fitting }
}

/// The choice that a typed name fits; `value` gives the choice's value. A person for which there is
/// no button is found too.
pub(super) fn called(
    options: &Options,
    typed: &str,
    value: impl Fn(PersonId) -> String,
) -> Meant<String> {
    match named::fitting(&options.people, typed).as_slice() {
        [] => Meant::Nothing,
        [one] => Meant::One(value(one.id)),
        _ => Meant::Several,
    }
}

/// The groups that do not have the ticket.
pub(super) fn other_groups<'v>(
    voice: &'v Voice<'_>,
    options: &'v Options,
) -> impl Iterator<Item = &'v Group> {
    let groups = voice.procedure.groups.iter();
    groups.filter(|group| Some(&group.key) != options.group.as_ref())
}

/// The label of a group: its name, its level, and whether its technicians go to the requester.
pub(super) fn group_label(voice: &Voice<'_>, group: &Group) -> String {
    let args = [("level", group.level.into()), ("name", group.name.get(voice.locale).into())];
    let key = if group.on_site { "group-choice-on-site" } else { "group-choice" };
    voice.say(key, &args)
}
