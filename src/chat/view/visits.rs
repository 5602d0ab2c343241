//! The lines and buttons of a card on visits (N5), on equipment that was taken away (N6), and on
//! the ticket's place in the queue (N4). Deliberately absent: carrying out the acts.

use super::shown::Shown;
use crate::{
    chat::{
        button::Code,
        outgoing::{Button, RichText},
        shorten::clip,
        wording::{Voice, instants},
    },
    domain::{event::Event, status::Status, verb::Verb},
};

/// The most characters of the note of a missed visit.
const NOTE: usize = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Requester,
    Staff,
}

/// Adds the lines of a card. The requester's card omits a visit in progress; its status line
/// already names the technician.
pub fn lines(text: &mut RichText, voice: &Voice<'_>, shown: &Shown, reader: Reader) {
    let Some(standing) = shown.visits.as_ref().filter(|_| !shown.ticket.status.is_final()) else {
        return;
    };
    if let Some(open) =
        standing.open.as_ref().filter(|open| reader == Reader::Staff || open.arrived_at.is_none())
    {
        let (key, at) = match open.arrived_at {
            Some(arrived) => ("card-visit-there", arrived),
            None => ("card-visit", open.scheduled_at),
        };
        let agreed = ("agreed", open.agreed.into());
        text.append("\n", voice.on_card(key, &[agreed], &[instants::when(Some(at))]));
    }
    if standing.past > 0 {
        let count = usize::try_from(standing.past).unwrap_or(usize::MAX);
        text.append("\n", voice.plain("card-visits-past", &[("count", count.into())]));
    }
    if let Some(missed) = &standing.in_vain {
        let note = clip(missed.note.as_deref().unwrap_or_default(), NOTE);
        let when = instants::when(missed.arrived_at);
        let note = [("note", note.into())];
        text.append("\n", voice.on_card("card-visit-missed", &note, &[when]));
    }
    if let Some(away) = &standing.away {
        let args = [("at", away.whereabouts.as_str().into()), ("what", away.what.as_str().into())];
        text.append("\n", voice.plain("card-equipment", &args));
    }
}

/// Adds how many tickets wait before this one, for its requester.
pub fn queue_line(text: &mut RichText, voice: &Voice<'_>, shown: &Shown) {
    if let Some(before) = shown.queue_ahead.filter(|_| shown.ticket.status == Status::New) {
        let count = usize::try_from(before).unwrap_or(usize::MAX);
        text.append("\n", voice.plain("requester-queue", &[("count", count.into())]));
    }
}

/// The catalogue key of the requester's status line, where a visit or equipment determines it.
pub fn requester_key(shown: &Shown) -> Option<&'static str> {
    let standing = shown.visits.as_ref()?;
    match shown.ticket.status {
        Status::EscalatedOnSite if shown.facts.technician.is_some() => Some("requester-there"),
        Status::Suspended | Status::WithVendor if shown.ticket.suspension.is_some() => None,
        Status::Suspended if standing.to_come().is_some() => Some("requester-visit-pending"),
        Status::Suspended if standing.missed => Some("requester-visit-missed"),
        Status::Suspended | Status::WithVendor => Some("requester-waits-equipment"),
        _ => None,
    }
}

/// The rows of buttons for visits and for equipment, limited to the verbs that the viewer may use
/// now.
pub fn buttons(voice: &Voice<'_>, shown: &Shown, may: impl Fn(Verb) -> bool) -> [Vec<Button>; 2] {
    let Some(standing) = &shown.visits else { return [vec![], vec![]] };
    let there = standing.open.as_ref().is_some_and(|open| open.arrived_at.is_some());
    let visit: &[(Verb, &str)] = match (standing.to_come(), there) {
        (Some(_), _) => &[
            (Verb::Arrive, "button-arrive"),
            (Verb::Miss, "button-miss"),
            (Verb::Visit, "button-visit-another"),
        ],
        (None, true) => &[(Verb::Miss, "button-miss"), (Verb::Visit, "button-visit-again")],
        (None, false) => &[(Verb::Visit, "button-visit")],
    };
    let equipment: &[(Verb, &str)] = match &standing.away {
        Some(_) => &[(Verb::ReturnEquipment, "button-return")],
        None => {
            &[(Verb::MoveToWorkshop, "button-workshop"), (Verb::MoveToVendor, "button-to-vendor")]
        }
    };
    let vendor = voice.procedure.uses(Status::WithVendor);
    [visit, equipment].map(|row| {
        let usable = row.iter().filter(|(verb, _)| may(*verb));
        let usable = usable.filter(|(verb, _)| *verb != Verb::MoveToVendor || vendor);
        usable
            .map(|(verb, key)| button(voice, key, Code::Ticket(*verb, shown.ticket.number)))
            .collect()
    })
}

/// Why a visit or equipment pauses the clock; empty for any other event.
pub fn reason(voice: &Voice<'_>, event: &Event) -> String {
    match event {
        Event::VisitScheduled { at, name, .. } => {
            let when = voice.when(*at);
            voice.say("sla-visit", &[("name", name.as_str().into()), ("when", when.into())])
        }
        Event::VisitMissed { note, .. } => {
            voice.say("sla-visit-missed", &[("note", clip(note, 200).into())])
        }
        Event::EquipmentMoved { what, to, .. } => {
            let args = [("at", to.as_str().into()), ("what", what.as_str().into())];
            voice.say("card-equipment", &args)
        }
        _ => String::new(),
    }
}

fn button(voice: &Voice<'_>, key: &str, code: Code) -> Button {
    Button { label: voice.text(key), code: code.encode() }
}
