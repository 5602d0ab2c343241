//! What a requester missed while none of their chats accepted messages: one message when they can
//! be reached again, with the replies, the state of each ticket, and the buttons it waits for.
//! Deliberately absent: cards of tickets that wait for no survey; the next change of such a ticket
//! draws its card.

use crate::{
    chat::{
        button::Code,
        outgoing::{Button, Outgoing, RichText, Style},
        posting::{self, About, NewCard},
        shorten::clip,
        view::card,
        wording::{Voice, number},
    },
    domain::{event::Event, id::PersonId, time::Timestamp, verb::Verb},
    entity::{card::CardView, ticket},
    service::{
        Act, Result, outbox,
        people::{self, Address},
        ticket::find,
    },
};

/// How many of the requester's latest tickets are read.
const LATEST: u64 = 20;
/// The most characters of each reply.
const EXCERPT: usize = 1_000;

/// A ticket with events that its requester does not know.
struct News {
    ticket: ticket::Model,
    replies: Vec<(PersonId, String)>,
}

/// Tells a requester at `to` what happened since the desk could not reach them.
pub async fn tell(act: &Act<'_>, to: &Address, since: Timestamp) -> Result<()> {
    let Some(requester) = to.person else { return Ok(()) };
    // The first rejected notice is older than the mark that its rejection set.
    let since = outbox::first_refused(act.tx, requester, since).await?.unwrap_or(since);
    let mut news = Vec::new();
    for ticket in find::mine(act.tx, requester, None, LATEST).await?.tickets {
        news.extend(news_of(act, ticket, requester, since).await?);
    }
    let Some(latest) = news.first() else { return Ok(()) };
    let voice = Voice::of(act, to.locale);
    let mut text = RichText::default();
    text.push(voice.text("missed-heading"), Style::Bold);
    let mut buttons = Vec::new();
    for News { ticket, replies } in news.iter().rev() {
        for (writer, words) in replies {
            let name = people::person(act.tx, *writer).await?.map(|person| person.name);
            let args = [("number", number(ticket)), ("name", name.unwrap_or_default().into())];
            text.push(format!("\n\n{}", voice.say("notice-reply", &args)), Style::Bold);
            text.push(format!("\n{}", clip(words, EXCERPT)), Style::Plain);
        }
        let view = card::view_for(requester, ticket);
        let Some(content) = card::content(act, to, view, ticket).await? else { continue };
        text.append("\n\n", content.text);
        let open = Code::Ticket(Verb::View, ticket.number).encode();
        match news.len() {
            1 => buttons = content.buttons,
            _ => buttons.push(vec![Button { label: format!("#{}", ticket.number), code: open }]),
        }
    }
    let message = Outgoing { text, buttons, ..Default::default() };
    let view = card::view_for(requester, &latest.ticket);
    if news.len() == 1 && view == CardView::Survey && message.text.utf16_len() <= posting::LONGEST {
        // The survey continues in its own message, so this one is a card.
        let about = About::critical(latest.ticket.id);
        let card = NewCard { view, message, about, via: None };
        return posting::draw(act, to, card).await.map(drop);
    }
    let ticket = (news.len() == 1).then_some(latest.ticket.id);
    let about = About { ticket, critical: true, ..About::default() };
    posting::post(act, to, message, about).await
}

async fn news_of(
    act: &Act<'_>,
    ticket: ticket::Model,
    requester: PersonId,
    since: Timestamp,
) -> Result<Option<News>> {
    let mut replies = Vec::new();
    let mut happened = false;
    for entry in find::history(act.tx, ticket.id).await? {
        let by_requester = entry.row.actor_id == Some(requester);
        if entry.row.at < since || by_requester {
            continue;
        }
        match entry.event {
            Event::Replied { text } => {
                happened = true;
                replies.extend(entry.row.actor_id.map(|writer| (writer, text)));
            }
            Event::Noted { .. }
            | Event::Warned { .. }
            | Event::Unreachable { .. }
            | Event::FileRefused { .. }
            | Event::AssetChecked { .. } => {}
            _ => happened = true,
        }
    }
    Ok(happened.then_some(News { ticket, replies }))
}
