//! The confirmation of an operation: what changed, which technician has the ticket now, and which
//! people cannot be reached. Deliberately absent: the notices to other people
//! ([`crate::chat::notify`]).

use super::Operation;
use crate::{
    chat::{named, notify, turn::Turn, unreachable, wording::Voice},
    domain::{event::Event, id::PersonId, procedure::Route},
    service::{
        Result,
        ticket::{Done, find},
    },
};

/// What a confirmation may depend on.
pub struct Confirmation<'c> {
    pub voice: Voice<'c>,
    /// The person who carried the operation out and gets the confirmation.
    pub actor: PersonId,
    pub done: &'c Done,
    /// The related case that changed too.
    pub related: Option<&'c Done>,
    /// The technician who has the ticket, or who is meant to take it.
    pub technician: Option<String>,
}

impl Confirmation<'_> {
    /// The external procedure to which the requester was sent.
    pub fn route(&self) -> Option<&Route> {
        self.done.events.iter().find_map(|event| match event {
            Event::Routed { route, .. } => self.voice.procedure.route(route),
            _ => None,
        })
    }

    /// The tag of the equipment that was noted.
    fn tag(&self) -> &str {
        let tag = self.done.events.iter().find_map(|event| match event {
            Event::AssetChecked { tag, .. } => Some(tag.as_str()),
            _ => None,
        });
        tag.unwrap_or_default()
    }

    /// The group that usually handles the category.
    fn usual_group(&self) -> &str {
        let ticket = &self.done.ticket;
        let category = self.voice.procedure.category(&ticket.category);
        category.map_or(ticket.group_key.as_str(), |category| &category.group)
    }

    fn text_of(&self, key: &str) -> String {
        let voice = &self.voice;
        let ticket = &self.done.ticket;
        let other = self.related.map(|related| &related.ticket);
        let usual = self.usual_group();
        let args = [
            ("approval", if ticket.approval { "yes" } else { "no" }.into()),
            ("route", self.route().map_or("", |one| one.procedure.get(voice.locale)).into()),
            ("status", voice.standing(ticket).into()),
            ("number", ticket.number.to_string().into()),
            ("group", voice.group(&ticket.group_key).into()),
            ("reason", voice.reason(ticket.suspension.as_deref().unwrap_or_default()).into()),
            ("name", self.technician.as_deref().unwrap_or_default().into()),
            ("other", other.map_or(String::new(), |ticket| ticket.number.to_string()).into()),
            ("to", other.map_or("", |ticket| voice.group(&ticket.group_key)).into()),
            ("tag", self.tag().into()),
            ("priority", voice.priority(ticket.priority).into()),
            ("category", voice.category(&ticket.category).into()),
            ("usual", voice.group(usual).into()),
            ("elsewhere", if usual == ticket.group_key { "no" } else { "yes" }.into()),
            voice.escalates(),
        ];
        voice.say(key, &args)
    }
}

/// Confirms the operation to the person, with this many files kept.
pub(super) async fn confirm(
    turn: &Turn<'_>,
    operation: &dyn Operation,
    done: &Done,
    related: Option<&Done>,
    files: usize,
) -> Result<()> {
    let voice = turn.voice();
    let facts = find::facts(turn.act.tx, turn.act.procedure, &done.ticket).await?;
    let receiver = facts.technician.or(facts.meant_for);
    let mut unreached = None;
    let mut technician = receiver.as_ref().map(|(_, name)| name.clone());
    if let Some((id, _)) = receiver.filter(|_| operation.hands_over()) {
        unreached = unreachable::reason(turn, id).await?;
        // Where two technicians have one name, the confirmation says which of them got the ticket.
        technician = named::among_specialists(turn.act.tx, &voice, id).await?;
    }
    let confirmation = Confirmation { voice, actor: turn.actor.id, done, related, technician };
    let key = operation.confirmation(&confirmation);
    let mut message = match unreachable::confirmation(turn, &key, &done.ticket).await? {
        Some((twin, why)) => format!("{} {why}", confirmation.text_of(twin)).trim_end().to_owned(),
        None => confirmation.text_of(&key),
    };
    let mut add = |sentence: String| message.push_str(&format!(" {sentence}"));
    if let Some(why) = unreached {
        add(why);
    }
    let came_to_group = match operation.reaches_group() {
        true => Some(&done.ticket),
        false => related.map(|related| &related.ticket),
    };
    if let Some(ticket) = came_to_group
        && let Some(warning) = notify::empty_group::confirmation_note(turn, ticket).await?
    {
        add(warning);
    }
    if files > 0 {
        add(confirmation.voice.say("files-kept", &[("count", files.into())]));
    }
    turn.tell_text(message).await
}
