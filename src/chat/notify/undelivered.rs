//! Notices that a message was lost for good, to the person who relies on it. When a requester
//! missed it, the technician is told, or the group while the ticket has no technician. When a
//! group's chat missed it, each member gets it. When a member of staff missed it, the rest of the
//! group is told. Deliberately absent: threads, whose messages all have a copy elsewhere, and the
//! loss of these notices themselves, which would lead to an endless chain.

use super::notice::Notice;
use crate::{
    chat::{
        Desk,
        button::Code,
        outgoing::{Button, Delivery, Outgoing},
        posting::{self, About},
        shorten::clip,
        view::card,
        wording::{Arg, number},
    },
    domain::{
        id::PersonId,
        person::{Doer, Role},
        time::Timestamp,
        verb::Verb,
    },
    entity::{
        card::CardView,
        outbox::{self, Precedence},
    },
    service::{
        Act, Result, Transaction, from_json, people, people::Address, threads, ticket::find,
    },
};

/// The most characters of a lost message in the notice.
const QUOTE: usize = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The message was not delivered.
    Certain,
    /// The message may have been delivered.
    Doubtful,
}

/// Tells the people who rely on a message that it was lost.
///
/// # Errors
/// When the database fails.
pub async fn undelivered(
    tx: &Transaction,
    desk: &Desk,
    row: &outbox::Model,
    loss: Loss,
    now: Timestamp,
) -> Result<()> {
    let Some(ticket) = row.ticket_id else { return Ok(()) };
    if threads::by_symbolic_key(&row.chat_key).is_some() {
        return Ok(());
    }
    let lost: Delivery = from_json(&row.delivery, || format!("outbox {}", row.id))?;
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    let ticket = find::by_id(tx, ticket).await?;
    let notice = Notice { act: &act, ticket: &ticket };
    match (&lost, row.person_id) {
        (Delivery::Send { card: Some(_), .. }, None) => notice.draw_for_each_member().await,
        (Delivery::Send { message, card: None, .. }, None) => {
            notice.post_to_each_member(message).await
        }
        (Delivery::Send { message, .. }, Some(person)) => {
            notice.tell_of_loss(person, &message.text.to_plain(), row, loss).await
        }
        (Delivery::File(file), Some(person)) => {
            notice.tell_of_loss(person, &file.name, row, loss).await
        }
        _ => Ok(()),
    }
}

impl Notice<'_> {
    /// Draws the card in private for each member of the group, whose chat should have shown it.
    async fn draw_for_each_member(&self) -> Result<()> {
        for to in self.members_of_open_ticket().await? {
            let about = About::urgent(self.ticket.id);
            card::draw(self.act, &to, CardView::Technician, self.ticket, about).await?;
        }
        Ok(())
    }

    /// Sends each member of the group in private what the group's chat should have shown.
    async fn post_to_each_member(&self, message: &Outgoing) -> Result<()> {
        for to in self.members_of_open_ticket().await? {
            posting::post(self.act, &to, message.clone(), About::urgent(self.ticket.id)).await?;
        }
        Ok(())
    }

    /// An address of each reachable member of the ticket's group; none when the ticket is closed.
    async fn members_of_open_ticket(&self) -> Result<Vec<Address>> {
        let mut addresses = Vec::new();
        if self.ticket.status.is_final() {
            return Ok(addresses);
        }
        for member in people::members(self.act.tx, &self.ticket.group_key).await? {
            addresses.extend(people::addresses(self.act.tx, member.id).await?.into_iter().next());
        }
        Ok(addresses)
    }

    /// Tells the people concerned that a person missed a message, or perhaps missed it.
    async fn tell_of_loss(
        &self,
        reader: PersonId,
        text: &str,
        row: &outbox::Model,
        loss: Loss,
    ) -> Result<()> {
        let mut told = if reader == self.ticket.requester_id {
            self.technician_or_substitutes().await?
        } else if self.ticket.meant_for == Some(reader) {
            self.substitutes().await?
        } else {
            self.group_recipients().await?
        };
        let is_lost = |to: &Address| {
            to.person == Some(reader) || (to.channel, &to.chat_key) == (row.channel, &row.chat_key)
        };
        told.retain(|to| !is_lost(to));
        if told.is_empty() {
            for supervisor in people::with_role(self.act.tx, Role::Supervisor).await? {
                let own = people::addresses(self.act.tx, supervisor.id).await?;
                told.extend(own.into_iter().next());
            }
            told.retain(|to| !is_lost(to));
        }
        let name = people::person(self.act.tx, reader).await?.map(|person| person.name);
        let name = name.unwrap_or_default();
        let key = match loss {
            Loss::Certain => "notice-undelivered",
            Loss::Doubtful => "notice-undelivered-doubtful",
        };
        let text = clip(text, QUOTE);
        for to in &told {
            let args: [Arg<'_>; 4] = [
                ("number", number(self.ticket)),
                ("title", self.ticket.title.as_str().into()),
                ("name", name.as_str().into()),
                ("text", text.as_str().into()),
            ];
            let text = self.voice(to).rich(key, &args, &[]);
            let label = format!("#{}", self.ticket.number);
            let code = Code::Ticket(Verb::View, self.ticket.number).encode();
            let mut buttons = vec![vec![Button { label, code }]];
            if [self.ticket.technician_id, self.ticket.meant_for].contains(&Some(reader)) {
                buttons.extend(self.assign_row(&self.voice(to)));
            }
            // A notice without a ticket: its own loss leads to no further notice.
            let about = About { ticket: None, critical: true, precedence: Precedence::Urgent };
            posting::post(self.act, to, Outgoing { text, buttons, ..Default::default() }, about)
                .await?;
        }
        Ok(())
    }
}
