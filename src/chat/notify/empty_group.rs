//! Groups without members: the supervisors are told of a ticket that comes to such a group, with
//! the way out, and of a group whose last member leaves. Deliberately absent: refusing the step;
//! the ticket keeps the group that the procedure gives it, and a supervisor decides.

use super::{notice::Notice, recipients};
use crate::{
    chat::{
        Doing, Reading,
        button::Code,
        outgoing::{Button, Outgoing},
        posting::{self, About},
        turn::Turn,
        wording::{Voice, numbers},
    },
    domain::{id::TicketNumber, verb::Verb},
    entity::{outbox::Precedence, ticket},
    service::{Act, Result, membership::groups, people::Address, ticket::find},
};

/// The most tickets that the notice on an emptied group names.
const NAMED: u64 = 30;

impl Notice<'_> {
    /// Tells the supervisors that the ticket's group has no member who can accept it.
    pub(super) fn tell_when_group_is_empty(&self) -> Doing<'_> {
        Box::pin(self.tell_of_empty_group())
    }

    async fn tell_of_empty_group(&self) -> Result<()> {
        let is_over = self.ticket.status.is_final();
        if is_over || !groups::is_empty(self.act.tx, &self.ticket.group_key).await? {
            return Ok(());
        }
        for to in recipients::supervisors_or_administrators(self.act).await?.addresses {
            if !to.person.is_some_and(|person| self.is_doer(person)) {
                let buttons = self.escalate_row(&self.voice(&to));
                self.post_with(&to, "notice-group-empty", &[], buttons).await?;
            }
        }
        Ok(())
    }

    fn escalate_row(&self, voice: &Voice<'_>) -> Vec<Vec<Button>> {
        if self.ticket.approval || !voice.procedure.has(Verb::Escalate) {
            return vec![];
        }
        let code = Code::Ticket(Verb::Escalate, self.ticket.number).encode();
        vec![vec![Button { label: voice.text("button-escalate"), code }]]
    }
}

/// What a confirmation adds when the ticket came to a group without members: who was told, or what
/// to do.
pub fn confirmation_note<'a>(
    turn: &'a Turn<'_>,
    ticket: &'a ticket::Model,
) -> Reading<'a, Option<String>> {
    Box::pin(write_confirmation_note(turn, ticket))
}

async fn write_confirmation_note(
    turn: &Turn<'_>,
    ticket: &ticket::Model,
) -> Result<Option<String>> {
    let act = &turn.act;
    if ticket.status.is_final() || !groups::is_empty(act.tx, &ticket.group_key).await? {
        return Ok(None);
    }
    let readers = recipients::supervisors_or_administrators(act).await?.addresses;
    let is_doer = |to: &&Address| to.person == Some(turn.actor.id);
    let told = match (readers.iter().any(|to| !is_doer(&to)), readers.iter().any(|to| is_doer(&to)))
    {
        (true, _) => "yes",
        (false, true) => "self",
        (false, false) => "no",
    };
    let voice = turn.voice();
    let args = [("group", voice.group(&ticket.group_key).into()), ("told", told.into())];
    Ok(Some(voice.say("done-group-empty", &args)))
}

/// Tells the supervisors which of these groups have no members left, and which tickets wait there.
pub fn report_emptied<'a>(act: &'a Act<'_>, groups: &'a [String]) -> Doing<'a> {
    Box::pin(tell_of_left(act, groups))
}

async fn tell_of_left(act: &Act<'_>, groups: &[String]) -> Result<()> {
    for group in groups {
        if act.procedure.group(group).is_none() || !groups::is_empty(act.tx, group).await? {
            continue;
        }
        let queue = find::queue(act.tx, std::slice::from_ref(group), None, NAMED).await?;
        let waiting: Vec<TicketNumber> = queue.tickets.iter().map(|ticket| ticket.number).collect();
        for to in recipients::supervisors_or_administrators(act).await?.addresses {
            let voice = Voice::of(act, to.locale);
            let args = [
                ("group", voice.group(group).into()),
                ("count", waiting.len().into()),
                ("numbers", numbers(&waiting).into()),
            ];
            let text = voice.plain("notice-group-left-empty", &args);
            let about = About { ticket: None, critical: true, precedence: Precedence::Urgent };
            posting::post(act, &to, Outgoing { text, ..Default::default() }, about).await?;
        }
    }
    Ok(())
}
