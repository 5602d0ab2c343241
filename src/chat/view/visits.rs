//! What a ticket's card shows of visits (N5), of equipment that was taken along (N6), and of the
//! tickets before it (N4), with the buttons for them. Deliberately absent: what they do.

use super::card::Shown;
use crate::{
    chat::{
        button::Code,
        outgoing::{Button, RichText},
        say::clip,
        wording::{Voice, instants},
    },
    domain::{event::Event, status::Status, verb::Verb},
};

/// How much of the note of a visit in vain is shown.
const NOTE: usize = 300;

/// The lines of a card. That somebody is with them, its requester reads elsewhere on it.
pub fn lines(text: &mut RichText, voice: &Voice<'_>, shown: &Shown, staff: bool) {
    let Some(standing) = shown.standing.as_ref().filter(|_| !shown.ticket.status.is_final()) else {
        return;
    };
    if let Some(open) = standing.open.as_ref().filter(|open| staff || open.arrived_at.is_none()) {
        let (key, at) = match open.arrived_at {
            Some(arrived) => ("card-visit-there", arrived),
            None => ("card-visit", open.scheduled_at),
        };
        let agreed = ("agreed", if open.agreed { "yes" } else { "no" }.into());
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

/// How many tickets come before this one, for whoever waits for it to be taken.
pub fn queue_line(text: &mut RichText, voice: &Voice<'_>, shown: &Shown) {
    if let Some(before) = shown.before.filter(|_| shown.ticket.status == Status::New) {
        let count = usize::try_from(before).unwrap_or(usize::MAX);
        text.append("\n", voice.plain("requester-queue", &[("count", count.into())]));
    }
}

/// The message that tells a requester how their ticket stands, where visits or equipment say it.
pub fn requester_key(shown: &Shown) -> Option<&'static str> {
    let standing = shown.standing.as_ref()?;
    match shown.ticket.status {
        Status::EscalatedOnSite if shown.facts.technician.is_some() => Some("requester-there"),
        Status::Suspended | Status::WithVendor if shown.ticket.suspension.is_some() => None,
        Status::Suspended if standing.to_come().is_some() => Some("requester-visit-pending"),
        Status::Suspended if standing.missed => Some("requester-visit-missed"),
        Status::Suspended | Status::WithVendor => Some("requester-waits-equipment"),
        _ => None,
    }
}

/// The rows of buttons, of those verbs that the viewer may use now.
pub fn buttons(voice: &Voice<'_>, shown: &Shown, may: impl Fn(Verb) -> bool) -> [Vec<Button>; 2] {
    let Some(standing) = &shown.standing else { return [vec![], vec![]] };
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

/// Why a clock stands because of a visit or of equipment; empty for anything else.
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
