//! A technician who is out of reach: those who stand in are told at once which tickets that technician
//! has, and get each message that the technician does not hear, with a button that gives the ticket to
//! another technician. Deliberately absent: taking the ticket away; a person decides that.

use super::{Notice, places};
use crate::{
    chat::{
        Doing, Reading,
        button::Code,
        outgoing::{Button, Outgoing},
        refusal::numbers,
        say::{self, About},
        wording::Voice,
    },
    domain::{
        id::{PersonId, TicketNumber},
        status::Status,
        verb::Verb,
    },
    entity::{outbox::Precedence, ticket},
    service::{Act, Result, people, people::Address, ticket::find},
};

/// Says that the technician of a ticket cannot be told; it needs no name above it.
pub(super) const TECHNICIAN: &str = "notice-technician-unreachable";
/// The same of the technician who alone is to take it.
pub(super) const SPECIALIST: &str = "notice-specialist-unreachable";

/// How many tickets are looked at.
const MANY: u64 = 200;
/// How many tickets have a message each; more are told in one.
const EACH: usize = 3;
/// How many tickets of one message have a button each.
const BUTTONS: usize = 6;

/// Tells those who stand in which tickets a technician has who is out of reach.
pub(super) fn lost<'a>(act: &'a Act<'_>, technician: PersonId, name: &'a str) -> Doing<'a> {
    Box::pin(tell_of_lost(act, technician, name))
}

async fn tell_of_lost(act: &Act<'_>, technician: PersonId, name: &str) -> Result<()> {
    let mut told: Vec<(Address, Vec<ticket::Model>)> = Vec::new();
    for ticket in find::in_charge(act.tx, technician, MANY).await? {
        for to in (Notice { act, ticket: &ticket }).stand_ins().await? {
            match told.iter_mut().find(|(known, _)| *known == to) {
                Some((_, tickets)) => tickets.push(ticket.clone()),
                None => told.push((to, vec![ticket.clone()])),
            }
        }
    }
    for (to, tickets) in &told {
        if tickets.len() > EACH {
            list(act, to, name, tickets).await?;
            continue;
        }
        for ticket in tickets {
            let notice = Notice { act, ticket };
            let key = if ticket.technician_id.is_some() { TECHNICIAN } else { SPECIALIST };
            let buttons = notice.assign_row(&notice.voice(to));
            notice.post_with(to, (key, &[("name", name.into())]), buttons).await?;
        }
    }
    Ok(())
}

/// One message on many tickets.
async fn list(act: &Act<'_>, to: &Address, name: &str, tickets: &[ticket::Model]) -> Result<()> {
    let voice = Voice { locale: to.locale, procedure: act.procedure, now: act.now };
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
    say::post(act, to, Outgoing { text, buttons, ..Default::default() }, about).await
}

impl Notice<'_> {
    /// Who hears of the ticket in its technician's place: the group, or the supervisors while it waits
    /// for a technician by name, because then the group may not give it to another.
    pub(super) fn stand_ins(&self) -> Reading<'_, Vec<Address>> {
        Box::pin(self.in_their_place())
    }

    async fn in_their_place(&self) -> Result<Vec<Address>> {
        match (self.ticket.technician_id, self.ticket.meant_for) {
            (None, Some(_)) => {
                let (_, chiefs) = places::chiefs(self.act).await?;
                if chiefs.is_empty() { self.group().await } else { Ok(chiefs) }
            }
            _ => self.group().await,
        }
    }

    /// The technician that the ticket waits for, when that technician is out of reach.
    pub(super) async fn unheard(&self) -> Result<Option<PersonId>> {
        let Some(person) = self.ticket.technician_id.or(self.ticket.meant_for) else {
            return Ok(None);
        };
        let silent = people::addresses(self.act.tx, person).await?.is_empty();
        Ok(Some(person).filter(|_| silent))
    }

    /// The button that gives the ticket to another technician, while it can be given.
    pub(super) fn assign_row(&self, voice: &Voice<'_>) -> Vec<Vec<Button>> {
        let ticket = self.ticket;
        if ticket.status.is_final() || ticket.status == Status::Solved || ticket.approval {
            return vec![];
        }
        let code = Code::Ticket(Verb::Assign, ticket.number).encode();
        vec![vec![Button { label: voice.text("button-assign"), code }]]
    }

    /// The supervisors hear that a ticket was passed to a technician who is out of reach.
    pub(super) fn passed_to_unheard<'a>(&'a self, name: &'a str) -> Doing<'a> {
        Box::pin(self.tell_of_unheard(name))
    }

    async fn tell_of_unheard(&self, name: &str) -> Result<()> {
        for to in self.stand_ins().await? {
            let is_doer = to.person.is_some_and(|person| self.did_it(person));
            if !is_doer {
                let buttons = self.assign_row(&self.voice(&to));
                self.post_with(&to, (SPECIALIST, &[("name", name.into())]), buttons).await?;
            }
        }
        Ok(())
    }
}
