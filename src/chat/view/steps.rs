//! Lines of the monthly workbook's cells about a ticket's course: escalations with their
//! justification, waits with their reason, visits, and moves of equipment.

use crate::{
    chat::wording::{Arg, Voice},
    domain::{event::Event, report::Step, time::Timestamp},
};

/// To which groups the ticket was escalated, and why (U6).
pub fn escalations(voice: &Voice<'_>, steps: &[Step]) -> Vec<String> {
    lines(voice, steps, |line, event| match event {
        Event::Escalated { from, to, justification, .. } => {
            let from = voice.group(from);
            let to = voice.group(to);
            let words = justification.as_str().into();
            Some(line.say(
                "step-escalated",
                &[("from", from.into()), ("to", to.into()), ("words", words)],
            ))
        }
        _ => None,
    })
}

/// When the ticket waited, and for what (U5, U7).
pub fn waits(voice: &Voice<'_>, steps: &[Step]) -> Vec<String> {
    lines(voice, steps, |line, event| {
        let because = |key, reason| Some(line.say(key, &[("words", voice.reason(reason).into())]));
        match event {
            Event::Suspended { reason } => because("step-suspended", reason),
            Event::PassedToVendor { reason } => because("step-vendor", reason),
            Event::Resumed => Some(line.say("step-resumed", &[])),
            _ => None,
        }
    })
}

/// The planned and actual visits to the requester's workplace (N5).
pub fn visits(voice: &Voice<'_>, steps: &[Step]) -> Vec<String> {
    lines(voice, steps, |line, event| {
        let planned = |at: &Timestamp| ("visit", date(voice, *at).into());
        match event {
            Event::VisitScheduled { at, name, .. } => {
                Some(line.say("step-visit-planned", &[planned(at), ("name", name.as_str().into())]))
            }
            Event::VisitCancelled { at } => Some(line.say("step-visit-cancelled", &[planned(at)])),
            Event::VisitArrived { .. } => Some(line.say("step-visit-arrived", &[])),
            Event::VisitMissed { note, .. } => {
                Some(line.say("step-visit-missed", &[("words", note.as_str().into())]))
            }
            _ => None,
        }
    })
}

/// Where equipment was taken, and when it came back (N6).
pub fn moves(voice: &Voice<'_>, steps: &[Step]) -> Vec<String> {
    lines(voice, steps, |line, event| match event {
        Event::EquipmentMoved { what, to, .. } => {
            let args = [("to", to.as_str().into()), ("words", what.as_str().into())];
            Some(line.say("step-moved", &args))
        }
        Event::EquipmentReturned { what, .. } => {
            Some(line.say("step-returned", &[("words", what.as_str().into())]))
        }
        _ => None,
    })
}

/// The voice and the instant of one line.
struct Line<'l> {
    voice: &'l Voice<'l>,
    at: Timestamp,
}

impl Line<'_> {
    fn say(&self, key: &str, args: &[Arg<'_>]) -> String {
        let mut all = vec![("at", date(self.voice, self.at).into())];
        all.extend_from_slice(args);
        self.voice.say(key, &all)
    }
}

fn lines(
    voice: &Voice<'_>,
    steps: &[Step],
    one: impl Fn(&Line<'_>, &Event) -> Option<String>,
) -> Vec<String> {
    steps.iter().filter_map(|step| one(&Line { voice, at: step.at }, &step.event)).collect()
}

/// An instant as in the other columns of the workbook, which never depends on the present; wall
/// time of the procedure's calendar.
fn date(voice: &Voice<'_>, at: Timestamp) -> String {
    voice.procedure.local(at).format("%Y-%m-%d %H:%M").to_string()
}
