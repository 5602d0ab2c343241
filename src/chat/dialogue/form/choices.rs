//! What is chosen when a ticket goes elsewhere: a group with its level, a specialist by name, where a
//! related case goes; and the reasons for waiting that ask the requester something. A chosen value
//! says which of these it is. Deliberately absent: asking, which is the machine's ([`super`]).

use super::{Form, FormVerb, reasons};
use crate::{
    chat::{
        dialogue::{Choice, Options},
        named::{self, Candidate, Meant},
        wording::Voice,
    },
    domain::{id::PersonId, procedure::Group},
    service::ticket::child::Destination,
};

/// Stands for choosing a person, and before the person who was chosen.
const PERSON: &str = "@";
/// Stands before a reason with which the requester is asked something.
const ASKS: &str = "?";
/// Stands before the category of a related case.
const CATEGORY: &str = "c:";
/// Stands before the group of a related case.
const GROUP: &str = "g:";
/// How many specialists are shown; any other may be typed.
const SHOWN: usize = 20;

impl Form {
    /// Whether a person is still to be chosen.
    pub(super) fn wants_person(&self) -> bool {
        self.verb == FormVerb::Escalate && self.choice.as_deref() == Some(PERSON)
    }

    /// Whether the choice is a person.
    pub(super) fn names_person(&self) -> bool {
        self.verb == FormVerb::Assign || self.wants_person()
    }

    /// Whether the requester is to be asked something before the ticket waits.
    pub(super) fn asks_requester(&self) -> bool {
        self.verb == FormVerb::Suspend
            && self.choice.as_ref().is_some_and(|choice| choice.starts_with(ASKS))
    }
}

/// The specialist who was chosen, when it was one.
pub fn person(choice: &str) -> Option<PersonId> {
    choice.strip_prefix(PERSON)?.parse().ok().map(PersonId)
}

/// The choice of a person, before it is known which.
pub fn of_some_person() -> String {
    PERSON.to_owned()
}

/// The choice that stands for a specialist.
pub fn of_person(id: PersonId) -> String {
    format!("{PERSON}{id}")
}

/// The reason with which the requester is asked, when it is one.
pub fn asking(choice: &str) -> Option<&str> {
    choice.strip_prefix(ASKS)
}

/// The choice that stands for a reason.
pub fn of_reason(key: &str, asks: bool) -> String {
    if asks { format!("{ASKS}{key}") } else { key.to_owned() }
}

/// Where a related case was chosen to go.
pub fn destination(choice: &str) -> Option<Destination> {
    let category = choice.strip_prefix(CATEGORY).map(|key| Destination::Category(key.to_owned()));
    category.or_else(|| Some(Destination::Group(choice.strip_prefix(GROUP)?.to_owned())))
}

/// The reasons for waiting.
pub fn to_suspend(voice: &Voice<'_>) -> Vec<Choice> {
    let mut choices = reasons(voice, &voice.procedure.suspend_reasons);
    for choice in &mut choices {
        choice.value = of_reason(&choice.value, voice.procedure.answer_resumes(&choice.value));
    }
    choices
}

/// The other groups, with their levels; last, a person.
pub fn groups(voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
    let others = others(voice, options).filter(|g| voice.procedure.escalated_to(g).is_some());
    let groups = others.map(|group| Choice::new(label(voice, group), group.key.clone()));
    groups.chain([Choice::new(voice.text("button-person"), PERSON)]).collect()
}

/// Specialists to choose from.
pub fn specialists(form: &Form, options: &Options) -> Vec<Choice> {
    let shown = people(form, options).into_iter().take(SHOWN);
    shown.map(|one| Choice::new(one.label.clone(), of_person(one.id))).collect()
}

/// Technicians of the group to choose from.
pub fn technicians(form: &Form, options: &Options) -> Vec<Choice> {
    let shown = people(form, options).into_iter();
    shown.map(|one| Choice::new(one.label.clone(), one.id.to_string())).collect()
}

/// The people who are offered: those that the typed name fits, or all.
fn people<'o>(form: &Form, options: &'o Options) -> Vec<&'o Candidate> {
    let typed = form.typed.as_deref().unwrap_or_default();
    let fitting = named::fitting(&options.people, typed);
    if fitting.is_empty() { options.people.iter().collect() } else { fitting }
}

/// Where a related case may go: what other groups attend to, then those groups themselves. What is
/// the vendor's goes there another way, where the procedure has one.
pub fn destinations(voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
    let categories = voice.procedure.categories.iter();
    let categories = categories.filter(|category| Some(&category.group) != options.group.as_ref());
    let vendor = voice.procedure.vendor_child().map(|group| &group.key);
    let groups = others(voice, options).filter(|group| Some(&group.key) != vendor);
    let groups = groups
        .map(|group| Choice::new(label(voice, group), format!("{GROUP}{}", group.key)))
        .collect::<Vec<_>>();
    categories
        .map(|category| {
            Choice::new(category.name.get(voice.locale), format!("{CATEGORY}{}", category.key))
        })
        .chain(groups)
        .collect()
}

fn others<'v>(voice: &'v Voice<'_>, options: &'v Options) -> impl Iterator<Item = &'v Group> {
    let groups = voice.procedure.groups.iter();
    groups.filter(|group| Some(&group.key) != options.group.as_ref())
}

/// A group with its level, and whether its people come.
fn label(voice: &Voice<'_>, group: &Group) -> String {
    let args = [("level", group.level.into()), ("name", group.name.get(voice.locale).into())];
    let key = if group.on_site { "group-choice-on-site" } else { "group-choice" };
    voice.say(key, &args)
}

/// What a typed text stands for, when it is typed instead of pressing.
pub fn called(form: &Form, text: &str, (voice, options): (&Voice<'_>, &Options)) -> Meant<String> {
    if form.names_person() {
        // Those who are not shown may be typed all the same.
        return match named::fitting(&options.people, text).as_slice() {
            [] => Meant::Nothing,
            [one] if form.wants_person() => Meant::One(of_person(one.id)),
            [one] => Meant::One(one.id.to_string()),
            _ => Meant::Several,
        };
    }
    match form.verb {
        FormVerb::Escalate | FormVerb::OpenChild => {
            named::choice(&form.choices(voice, options), text)
        }
        _ => Meant::Nothing,
    }
}
