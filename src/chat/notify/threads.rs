//! The thread of a ticket beside its group's chat, on networks with threads: opened when a
//! technician of the group gets the ticket, archived when it is solved or goes elsewhere, and
//! opened again when it was deleted. Deliberately absent: the calls that create a thread, which the
//! courier makes.

use super::notice::Notice;
use crate::{
    chat::{
        Desk,
        outgoing::Delivery,
        posting::{self, About},
        view::card,
        wording::Arg,
    },
    domain::{
        id::{CardId, PersonId, TicketNumber},
        person::Doer,
        status::Status,
        time::Timestamp,
    },
    entity::{
        card::{self as shown, CardView},
        thread, ticket,
    },
    service::{Act, Result, Transaction, cards, from_json, people, threads, ticket::find},
};

/// The longest name of a thread, in UTF-16 units.
const LONGEST_NAME: usize = 100;

/// Takes the threads of a ticket that is in progress again out of the archive, before the notices
/// that go there.
pub(super) async fn unarchive(act: &Act<'_>, ticket: &ticket::Model) -> Result<()> {
    for thread in threads::of_ticket(act.tx, ticket.id).await? {
        if thread.asleep && is_at_work(act, &thread, ticket).await? {
            threads::set_archived(act.tx, thread.id, false).await?;
            enqueue(act, &thread, &Delivery::Archive { archived: false }).await?;
        }
    }
    Ok(())
}

/// Archives the threads of a ticket in which no technician works. A message takes a thread out of
/// the archive, so an archived thread is archived again after the messages that wait for it.
pub(super) async fn archive_idle(act: &Act<'_>, ticket: &ticket::Model) -> Result<()> {
    for thread in threads::of_ticket(act.tx, ticket.id).await? {
        if is_at_work(act, &thread, ticket).await? {
            continue;
        }
        let disturbed = match threads::waiting(act.tx, &thread).await?.last() {
            None => false,
            Some(row) => {
                let last: Delivery = from_json(&row.delivery, || format!("outbox {}", row.id))?;
                last != Delivery::Archive { archived: true }
            }
        };
        if !thread.asleep || disturbed {
            threads::set_archived(act.tx, thread.id, true).await?;
            enqueue(act, &thread, &Delivery::Archive { archived: true }).await?;
        }
    }
    Ok(())
}

/// Handles a deleted thread: while the ticket belongs there, the thread is created again, with its
/// card and its technician. `waiting` is a card that waits to be sent there anyway.
pub async fn deleted(
    tx: &Transaction,
    desk: &Desk,
    gone: &thread::Model,
    waiting: Option<CardId>,
    now: Timestamp,
) -> Result<()> {
    if !threads::forget(tx, gone).await? {
        return Ok(());
    }
    let ticket = find::by_id(tx, gone.ticket_id).await?;
    if !threads::is_current(tx, gone, &ticket).await? {
        return Ok(());
    }
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    for lost in cards::in_chat(tx, &threads::address(gone)).await? {
        if Some(lost.id) != waiting {
            draw_again(&act, &lost, gone, &ticket).await?;
        }
    }
    admit(&act, gone, ticket.technician_id).await?;
    archive_idle(&act, &ticket).await
}

/// Redraws the ticket's cards, because a property of the thread itself changed.
pub async fn redraw(
    tx: &Transaction,
    desk: &Desk,
    thread: &thread::Model,
    now: Timestamp,
) -> Result<()> {
    let ticket = find::by_id(tx, thread.ticket_id).await?;
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    super::refresh(&act, &ticket).await
}

impl Notice<'_> {
    /// The threads in which the ticket belongs now.
    pub(super) async fn threads(&self) -> Result<Vec<thread::Model>> {
        let mut current = Vec::new();
        for thread in threads::of_ticket(self.act.tx, self.ticket.id).await? {
            if threads::is_current(self.act.tx, &thread, self.ticket).await? {
                current.push(thread);
            }
        }
        Ok(current)
    }

    /// Gives the ticket a thread beside each of its group's chats, and adds its technician.
    pub(super) async fn open_threads(&self, technician: Option<PersonId>) -> Result<()> {
        for place in people::destinations(self.act.tx, &self.ticket.group_key).await? {
            if !place.channel.has_threads() {
                continue;
            }
            let name = name(self.ticket.number, &self.ticket.title);
            let thread = threads::register(self.act.tx, self.ticket.id, &place, name).await?;
            let to = threads::address(&thread);
            if cards::in_chat(self.act.tx, &to).await?.is_empty() {
                let about = About::critical(self.ticket.id);
                card::draw(self.act, &to, CardView::Thread, self.ticket, about).await?;
            }
            admit(self.act, &thread, technician).await?;
        }
        Ok(())
    }

    /// Tells the ticket's threads what its technician is told in private.
    pub(super) async fn tell_threads(&self, key: &str, args: &[Arg<'_>]) -> Result<()> {
        for thread in self.threads().await? {
            self.post(&threads::address(&thread), key, args).await?;
        }
        Ok(())
    }

    /// Copies a requester's reply to the ticket's threads.
    pub(super) async fn copy_to_threads(&self, text: &str) -> Result<()> {
        for thread in self.threads().await? {
            self.post_reply(&threads::address(&thread), text).await?;
        }
        Ok(())
    }
}

async fn is_at_work(act: &Act<'_>, thread: &thread::Model, ticket: &ticket::Model) -> Result<bool> {
    Ok(ticket.status != Status::Solved && threads::is_current(act.tx, thread, ticket).await?)
}

async fn enqueue(act: &Act<'_>, thread: &thread::Model, delivery: &Delivery) -> Result<()> {
    let about = About::ticket(thread.ticket_id);
    posting::enqueue(act, &threads::address(thread), delivery, about).await
}

async fn admit(act: &Act<'_>, thread: &thread::Model, technician: Option<PersonId>) -> Result<()> {
    let Some(technician) = technician else { return Ok(()) };
    for account in threads::accounts(act.tx, thread, technician).await? {
        enqueue(act, thread, &Delivery::Admit { account }).await?;
    }
    Ok(())
}

/// Sends a card again whose message was deleted, even when its content is unchanged.
async fn draw_again(
    act: &Act<'_>,
    lost: &shown::Model,
    thread: &thread::Model,
    ticket: &ticket::Model,
) -> Result<()> {
    let to = threads::address(thread);
    let Some(message) = card::content(act, &to, lost.view, ticket).await? else { return Ok(()) };
    cards::keep_face(act.tx, lost.id, crate::service::to_json(&message)).await?;
    let delivery = Delivery::Edit { message, card: lost.id };
    posting::enqueue(act, &to, &delivery, About::critical(ticket.id)).await
}

/// `#12 · title`, cut to the longest name.
fn name(number: TicketNumber, title: &str) -> String {
    let whole: String = format!("#{number} · {title}")
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    let units = |text: &str| text.encode_utf16().count();
    if units(&whole) <= LONGEST_NAME {
        return whole;
    }
    let mut cut = whole;
    while units(&cut) >= LONGEST_NAME {
        cut.pop();
    }
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_the_number_and_as_much_of_the_title_as_fits() {
        assert_eq!(name(TicketNumber(12), "No\nimprime"), "#12 · No imprime");
        let exact = "x".repeat(94);
        assert_eq!(name(TicketNumber(12), &exact), format!("#12 · {exact}"));
        for long in ["x".repeat(95), "🖨".repeat(60), "uno ".repeat(40)] {
            let cut = name(TicketNumber(12), &long);
            assert!(cut.encode_utf16().count() <= LONGEST_NAME, "{cut}");
            assert!(cut.starts_with("#12 · ") && cut.ends_with('…'), "{cut}");
        }
    }
}
