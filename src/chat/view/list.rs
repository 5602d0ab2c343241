//! Lists of tickets, with keyset pagination: one line and one button per ticket, and a button for
//! the next page.

use crate::{
    chat::{
        button::{Code, List},
        outgoing::{Button, Outgoing, RichText, Style},
        posting::About,
        shorten::clip,
        turn::Turn,
        wording::{Voice, number},
    },
    domain::{
        right::{Verdict, What, queue_of},
        verb::Verb,
    },
    entity::ticket,
    service::{
        Result, people,
        ticket::find::{self, Cursor, Page},
    },
};

/// Tickets per page.
const PAGE: u64 = 6;

/// Whether a list was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Page,
    /// The person may not see the list.
    NotForThem,
}

/// Shows a page of a list, from its start or after a cursor.
pub async fn show(turn: &Turn<'_>, list: List, after: Option<Cursor>) -> Result<Shown> {
    let tx = turn.act.tx;
    let groups = queue_here(turn).await?;
    let verdict = match list {
        // A person's own requests are for that person alone.
        List::Mine => Verdict::InPrivate,
        List::Assigned => turn.sees(What::Work).await?,
        List::Queue => turn.sees(What::Queue(&groups)).await?,
    };
    if verdict == Verdict::Never {
        return Ok(Shown::NotForThem);
    }
    let page = match list {
        List::Mine => find::mine(tx, turn.actor.id, after, PAGE).await?,
        List::Assigned => find::assigned(tx, turn.actor.id, after, PAGE).await?,
        List::Queue => find::queue(tx, &groups, after, PAGE).await?,
    };
    let voice = turn.voice();
    if page.tickets.is_empty() {
        let key = if after.is_some() { "list-end" } else { empty_key(list) };
        turn.say(key, &[]).await?;
        return Ok(Shown::Page);
    }
    let mut technicians = Vec::new();
    for ticket in &page.tickets {
        let technician = match ticket.technician_id {
            Some(id) => people::person(tx, id).await?.map(|person| person.name),
            None => None,
        };
        technicians.push(technician);
    }
    let message = render(&voice, list, &page, &technicians);
    match verdict {
        Verdict::Here => turn.post(message).await?,
        _ => turn.post_privately(message, About::default()).await?,
    }
    Ok(Shown::Page)
}

/// The groups whose queue this chat shows: the person's groups that are linked to the chat,
/// otherwise all of the person's groups, in private.
async fn queue_here(turn: &Turn<'_>) -> Result<Vec<String>> {
    let theirs = queue_of(turn.reader());
    let linked = turn.linked().await?;
    let here: Vec<String> = theirs.iter().filter(|group| linked.contains(group)).cloned().collect();
    Ok(if here.is_empty() { theirs } else { here })
}

fn render(voice: &Voice<'_>, list: List, page: &Page, technicians: &[Option<String>]) -> Outgoing {
    let mut text = RichText::default();
    let heading = match list {
        List::Mine => "list-mine",
        List::Assigned => "list-assigned",
        List::Queue => "list-queue",
    };
    text.push(voice.text(heading), Style::Bold);
    for (ticket, technician) in page.tickets.iter().zip(technicians) {
        text.push(format!("\n{}", line(voice, ticket, technician.as_deref())), Style::Plain);
    }
    let open = |ticket: &ticket::Model| Button {
        label: format!("#{}", ticket.number),
        code: Code::Ticket(Verb::View, ticket.number).encode(),
    };
    let mut buttons: Vec<Vec<Button>> =
        page.tickets.chunks(3).map(|row| row.iter().map(open).collect()).collect();
    if let Some(next) = page.next {
        let code = Code::More(list, next).encode();
        buttons.push(vec![Button { label: voice.text("button-more"), code }]);
    }
    Outgoing { text, buttons, ..Default::default() }
}

fn line(voice: &Voice<'_>, ticket: &ticket::Model, technician: Option<&str>) -> String {
    let due = ticket.resolve_due_at.filter(|_| !ticket.status.is_final());
    let args = [
        ("number", number(ticket)),
        ("title", clip(&ticket.title, 50).into()),
        ("status", voice.standing(ticket).into()),
        ("name", technician.unwrap_or_default().into()),
        ("due", due.map_or(String::new(), |due| voice.when(due)).into()),
        ("late", due.is_some_and(|due| due < voice.now).into()),
    ];
    let key = match (technician, due) {
        (Some(_), Some(_)) => "list-line-technician-due",
        (Some(_), None) => "list-line-technician",
        (None, Some(_)) => "list-line-due",
        (None, None) => "list-line",
    };
    voice.say(key, &args)
}

fn empty_key(list: List) -> &'static str {
    match list {
        List::Mine => "list-mine-empty",
        List::Assigned => "list-assigned-empty",
        List::Queue => "list-queue-empty",
    }
}
