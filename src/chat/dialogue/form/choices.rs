//! What is chosen when a ticket goes elsewhere: a group with its level, a specialist by name, where a
//! related case goes; and the reasons for waiting that ask the requester something. A chosen value
//! says which of these it is. Deliberately absent: asking, which is the machine's ([`super`]).

use super::{Form, FormVerb, reasons};
use crate::{
    chat::{
        dialogue::{Choice, Options},
        named::{self, Meant},
        say::clip,
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
/// The longest text on a button.
const LABEL: usize = 60;

impl Form {
    /// Whether a person is still to be chosen.
    pub(super) fn wants_person(&self) -> bool {
        self.verb == FormVerb::Escalate && self.choice.as_deref() == Some(PERSON)
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
pub fn specialists(options: &Options) -> Vec<Choice> {
    let shown = options.people.iter().take(SHOWN);
    shown.map(|(id, name)| Choice::new(clip(name, LABEL), of_person(*id))).collect()
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

/// The one choice that is called so, when somebody types instead of pressing.
pub fn called(form: &Form, text: &str, (voice, options): (&Voice<'_>, &Options)) -> Option<String> {
    if !matches!(form.verb, FormVerb::Escalate | FormVerb::OpenChild) {
        return None;
    }
    let choices = if form.wants_person() {
        // Those who are not shown may be typed all the same.
        let all = options.people.iter();
        all.map(|(id, name)| Choice::new(name.clone(), of_person(*id))).collect()
    } else {
        form.choices(voice, options)
    };
    match named::choice(&choices, text) {
        Meant::One(value) => Some(value),
        Meant::Several | Meant::Nothing => None,
    }
}
