//! An unreachable technician: the substitutes are told at once which tickets that technician has,
//! and get each message that does not reach the technician, with a button that assigns the ticket
//! to another technician. Deliberately absent: taking the ticket away, which a person decides.

use super::{
    notice::{Heading, Notice, Text},
    recipients,
};
use crate::{
    chat::{
        Doing, Reading,
        button::Code,
        outgoing::{Button, Outgoing},
        posting::{self, About},
        wording::Voice,
        wording::numbers,
    },
    domain::{
        id::{PersonId, TicketNumber},
        status::Status,
        verb::Verb,
    },
    entity::{outbox::Precedence, ticket},
    service::{Act, Result, people, people::Address, ticket::find},
};

/// The key of the notice that a ticket's technician cannot be reached. It names the technician
/// itself, so it gets no heading with that name.
const TECHNICIAN: &str = "notice-technician-unreachable";
/// The key of the same notice on the technician that a ticket is meant for.
const SPECIALIST: &str = "notice-specialist-unreachable";

/// How many tickets of the technician are read.
const MANY: u64 = 200;
/// Up to this many tickets, each has its own message; more share one.
const EACH: usize = 3;
/// How many tickets of a shared message have a button each.
const BUTTONS: usize = 6;

/// Tells the substitutes which tickets an unreachable technician has.
pub(super) fn report<'a>(act: &'a Act<'_>, technician: PersonId, name: &'a str) -> Doing<'a> {
    Box::pin(report_to_substitutes(act, technician, name))
}

async fn report_to_substitutes(act: &Act<'_>, technician: PersonId, name: &str) -> Result<()> {
    let mut told: Vec<(Address, Vec<ticket::Model>)> = Vec::new();
    for ticket in find::in_charge(act.tx, technician, MANY).await? {
        for to in (Notice { act, ticket: &ticket }).substitutes().await? {
            match told.iter_mut().find(|(known, _)| *known == to) {
                Some((_, tickets)) => tickets.push(ticket.clone()),
                None => told.push((to, vec![ticket.clone()])),
            }
        }
    }
    for (to, tickets) in &told {
        if tickets.len() > EACH {
            post_list(act, to, name, tickets).await?;
            continue;
        }
        for ticket in tickets {
            let notice = Notice { act, ticket };
            let key = if ticket.technician_id.is_some() { TECHNICIAN } else { SPECIALIST };
            let buttons = notice.assign_row(&notice.voice(to));
            let args = [("name", name.into())];
            let text = Text { buttons, heading: Heading::None, ..Text::new(key, &args) };
            notice.post_notice(to, text).await?;
        }
    }
    Ok(())
}

/// Sends one message on many tickets.
async fn post_list(
    act: &Act<'_>,
    to: &Address,
    name: &str,
    tickets: &[ticket::Model],
) -> Result<()> {
    let voice = Voice::of(act, to.locale);
    let all: Vec<TicketNumber> = tickets.iter().map(|ticket| ticket.number).collect();
    let args = [("name", name.into()), ("numbers", numbers(&all).into())];
    let text = voice.plain("notice-technician-unreachable-many", &args);
    let button = |number: &TicketNumber| Button {
        label: voice.say("button-assign-number", &[("number", number.to_string().into())]),
        code: Code::Ticket(Verb::Assign, *number).encode(),
    };
    let shown = &all[..all.len().min(BUTTONS)];
    let buttons = shown.chunks(2).map(|row| row.iter().map(button).collect()).collect();
    let about = About { ticket: None, critical: true, precedence: Precedence::Urgent };
    posting::post(act, to, Outgoing { text, buttons, ..Default::default() }, about).await
}

impl Notice<'_> {
    /// The substitutes of the ticket's technician: the group, or the supervisors while the ticket
    /// is meant for a technician by name, because then the group may not give it to another.
    pub(super) fn substitutes(&self) -> Reading<'_, Vec<Address>> {
        Box::pin(self.substitutes_for_technician())
    }

    async fn substitutes_for_technician(&self) -> Result<Vec<Address>> {
        match (self.ticket.technician_id, self.ticket.meant_for) {
            (None, Some(_)) => {
                let readers = recipients::supervisors_or_administrators(self.act).await?.addresses;
                if readers.is_empty() { self.group_recipients().await } else { Ok(readers) }
            }
            _ => self.group_recipients().await,
        }
    }

    /// The technician who has the ticket or is meant to get it, when that technician is unreachable.
    pub(super) async fn unreachable_technician(&self) -> Result<Option<PersonId>> {
        let Some(person) = self.ticket.technician_id.or(self.ticket.meant_for) else {
            return Ok(None);
        };
        let silent = people::addresses(self.act.tx, person).await?.is_empty();
        Ok(Some(person).filter(|_| silent))
    }

    /// The button that assigns the ticket to another technician, while it can be assigned.
    pub(super) fn assign_row(&self, voice: &Voice<'_>) -> Vec<Vec<Button>> {
        let ticket = self.ticket;
        if ticket.status.is_final() || ticket.status == Status::Solved || ticket.approval {
            return vec![];
        }
        let code = Code::Ticket(Verb::Assign, ticket.number).encode();
        vec![vec![Button { label: voice.text("button-assign"), code }]]
    }

    /// Tells the supervisors that a ticket was escalated to an unreachable technician.
    pub(super) fn escalated_to_unreachable<'a>(&'a self, name: &'a str) -> Doing<'a> {
        Box::pin(self.tell_of_escalation_to_unreachable(name))
    }

    async fn tell_of_escalation_to_unreachable(&self, name: &str) -> Result<()> {
        for to in self.substitutes().await? {
            let is_doer = to.person.is_some_and(|person| self.is_doer(person));
            if !is_doer {
                let buttons = self.assign_row(&self.voice(&to));
                let args = [("name", name.into())];
                let text = Text { buttons, heading: Heading::None, ..Text::new(SPECIALIST, &args) };
                self.post_notice(&to, text).await?;
            }
        }
        Ok(())
    }
}
