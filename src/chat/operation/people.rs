//! People and groups to whom a ticket may be passed, as buttons. Deliberately absent: who may take it, which
//! the service decides.

use super::Form;
use crate::{
    chat::{
        named::{self, Candidate, Meant},
        question::Options,
        wording::Voice,
    },
    domain::{id::PersonId, procedure::Group},
};

/// The people who are offered: those whom the typed name fits, or all.
pub(super) fn fitting<'o>(form: &Form, options: &'o Options) -> Vec<&'o Candidate> {
    let typed = form.typed.as_deref().unwrap_or_default();
    let fitting = named::fitting(&options.people, typed);
    if fitting.is_empty() { options.people.iter().collect() } else { fitting }
}

/// The person whom a typed name fits, as `value` writes the choice. A person without a button is found
/// too.
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

/// A group with its level, and whether its technicians go to the requester.
pub(super) fn group_label(voice: &Voice<'_>, group: &Group) -> String {
    let args = [("level", group.level.into()), ("name", group.name.get(voice.locale).into())];
    let key = if group.on_site { "group-choice-on-site" } else { "group-choice" };
    voice.say(key, &args)
}
