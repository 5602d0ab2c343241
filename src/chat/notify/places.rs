//! Who hears of a ticket, and what happens when a chat refuses to take it. One chain decides
//! everywhere: the technician, the group's chats, its members, the supervisors, the administrators.
//! Deliberately absent: when a chat is tried again, which is the sweeper's.

use sea_orm::DatabaseTransaction;

use super::Notice;
use crate::{
    chat::{
        Desk, Reading,
        outgoing::{Delivery, Outgoing, RichText},
        say::{self, About},
        view::card,
        wording::{Arg, Voice},
    },
    domain::{
        id::PersonId,
        person::{Doer, Role},
        time::Timestamp,
    },
    entity::{outbox as row, ticket},
    service::{
        Act, Result, cards, from_json, outbox,
        people::{self, Address, groups, places, places::Lost},
        threads,
        ticket::find,
    },
};

/// The most cards that are drawn anew in a chat that is back in reach.
const MOST_CARDS: usize = 50;

/// Who stands in for a group, from the nearest to the farthest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The group's chats.
    Chats,
    /// Its members in private.
    Members,
    /// Supervisors: no member can be told.
    Supervisors,
    /// Administrators: no supervisor can be told.
    Administrators,
}

/// Who hears of a group's tickets now: the first of the chain who can be told.
pub(super) async fn hearers(act: &Act<'_>, group: &str) -> Result<(Rank, Vec<Address>)> {
    let mut chats = people::destinations(act.tx, group).await?;
    if !chats.is_empty() {
        // Where no person may take a ticket, the chat alone is not enough.
        if groups::is_empty(act.tx, group).await? {
            chats.extend(chiefs(act).await?.1);
        }
        return Ok((Rank::Chats, chats));
    }
    let members = people::members(act.tx, group).await?.into_iter().map(|member| member.id);
    let members = first_addresses(act, members).await?;
    if !members.is_empty() {
        return Ok((Rank::Members, members));
    }
    chiefs(act).await
}

/// The supervisors, or the administrators while no supervisor can be told.
pub(super) fn chiefs<'a>(act: &'a Act<'_>) -> Reading<'a, (Rank, Vec<Address>)> {
    Box::pin(first_chiefs(act))
}

async fn first_chiefs(act: &Act<'_>) -> Result<(Rank, Vec<Address>)> {
    let chiefs = people::with_role(act.tx, Role::Supervisor).await?;
    let supervisors = chiefs.iter().filter(|chief| chief.role == Role::Supervisor);
    let supervisors = first_addresses(act, supervisors.map(|chief| chief.id)).await?;
    if !supervisors.is_empty() {
        return Ok((Rank::Supervisors, supervisors));
    }
    Ok((Rank::Administrators, administrators(act).await?))
}

async fn administrators(act: &Act<'_>) -> Result<Vec<Address>> {
    let chiefs = people::with_role(act.tx, Role::Administrator).await?;
    first_addresses(act, chiefs.into_iter().map(|chief| chief.id)).await
}

async fn first_addresses(
    act: &Act<'_>,
    people: impl Iterator<Item = PersonId>,
) -> Result<Vec<Address>> {
    let mut addresses = Vec::new();
    for person in people {
        addresses.extend(people::addresses(act.tx, person).await?.into_iter().next());
    }
    Ok(addresses)
}

/// The rank at which a person hears of a group's tickets.
async fn rank_of(act: &Act<'_>, person: PersonId, group: &str) -> Result<Rank> {
    let Some(actor) = people::actor(act.tx, person).await? else { return Ok(Rank::Members) };
    Ok(match actor.role {
        Role::Administrator if !actor.groups.iter().any(|own| own == group) => Rank::Administrators,
        Role::Supervisor if !actor.groups.iter().any(|own| own == group) => Rank::Supervisors,
        _ => Rank::Members,
    })
}

/// A group chat refused a delivery: administrators hear of it once, and what the chat should have
/// shown goes to those who stand in for it.
pub(super) async fn refused(act: &Act<'_>, refused: &row::Model, why: &str) -> Result<()> {
    match place_of(act, refused).await? {
        Some(place) => lost(act, &place, Refused { why, row: Some(refused) }).await,
        None => Ok(()),
    }
}

/// The desk was shut out of a chat: every linked part of it is out of reach.
pub async fn shut_out(act: &Act<'_>, place: &Address) -> Result<()> {
    for part in places::within(act.tx, place.channel, &place.chat_key).await? {
        lost(act, &part, Refused::default()).await?;
    }
    Ok(())
}

/// The desk was let into a chat again.
pub async fn let_in(act: &Act<'_>, place: &Address) -> Result<()> {
    for part in places::within(act.tx, place.channel, &place.chat_key).await? {
        let groups = places::regain(act.tx, part.channel, &part.chat_key).await?;
        if !groups.is_empty() {
            taken(act, &part, groups).await?;
        }
    }
    Ok(())
}

/// Marks a chat; when that is news, tells administrators and hands on what waits for it.
///
/// A try in a chat that is known to be out of reach is no news: those who stand in were told directly.
async fn lost(act: &Act<'_>, place: &Address, refused: Refused<'_>) -> Result<()> {
    let lost = places::lose(act.tx, place.channel, &place.chat_key, act.now).await?;
    if lost != Lost::News {
        return Ok(());
    }
    tell_administrators(act, place, Told::Lost(refused.why)).await?;
    if let Some(row) = refused.row {
        stand_in(act, row).await?;
    }
    let lane = outbox::lane(place.channel, &place.chat_key);
    let waiting = outbox::waiting_in(act.tx, &lane).await?;
    let ids: Vec<_> = waiting.iter().map(|waiting| waiting.id).collect();
    outbox::supersede(act.tx, &ids, act.now).await?;
    for waiting in &waiting {
        stand_in(act, waiting).await?;
    }
    Ok(())
}

/// A chat took a message. When it was out of reach, its tickets return to it.
///
/// # Errors
/// When the database fails.
pub async fn took(
    tx: &DatabaseTransaction,
    desk: &Desk,
    delivered: &row::Model,
    now: Timestamp,
) -> Result<()> {
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    let groups = places::regain(tx, delivered.channel, &delivered.chat_key).await?;
    match place_of(&act, delivered).await? {
        Some(place) if !groups.is_empty() => taken(&act, &place, groups).await,
        _ => Ok(()),
    }
}

async fn taken(act: &Act<'_>, place: &Address, groups: Vec<String>) -> Result<()> {
    tell_administrators(act, place, Told::Back).await?;
    for shown in cards::in_chat(act.tx, place).await?.iter().rev().take(MOST_CARDS) {
        draw_again(act, place, shown).await?;
    }
    for group in groups {
        let queue = find::queue(act.tx, &[group], None, MOST_CARDS as u64).await?;
        for ticket in queue.tickets.iter().rev().filter(|ticket| ticket.technician_id.is_none()) {
            let shown = cards::of_ticket(act.tx, ticket.id).await?;
            if !shown.iter().any(|card| is_at(card, place)) {
                let about = About::critical(ticket.id);
                card::draw(act, (place, card::GROUP), ticket, about).await?;
            }
        }
    }
    Ok(())
}

/// Tries a chat that is out of reach with the oldest card that it should show.
///
/// # Errors
/// When the database fails.
pub async fn try_again(
    tx: &DatabaseTransaction,
    desk: &Desk,
    place: &Address,
    now: Timestamp,
) -> Result<()> {
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    places::note_try(tx, place, now).await?;
    for shown in cards::in_chat(tx, place).await? {
        if shown.message_key.is_none() && draw_again(&act, place, &shown).await? {
            return Ok(());
        }
    }
    for group in people::groups_of_chat(tx, place.channel, &place.chat_key).await? {
        let queue = find::queue(tx, &[group], None, MOST_CARDS as u64).await?;
        if let Some(ticket) = queue.tickets.iter().find(|ticket| ticket.technician_id.is_none()) {
            let about = About::critical(ticket.id);
            return card::draw(&act, (place, card::GROUP), ticket, about).await;
        }
    }
    Ok(())
}

/// Sends a card of an open ticket with its present face, in place of what it showed before.
async fn draw_again(
    act: &Act<'_>,
    place: &Address,
    shown: &crate::entity::card::Model,
) -> Result<bool> {
    let Some(id) = shown.ticket_id else { return Ok(false) };
    let ticket = find::by_id(act.tx, id).await?;
    if ticket.status.is_final() {
        return Ok(false);
    }
    let to = Address { locale: shown.locale, ..place.clone() };
    let Some(message) = card::face(act, &to, &shown.view, &ticket).await? else {
        return Ok(false);
    };
    cards::keep_face(act.tx, shown.id, crate::service::to_json(&message)).await?;
    let delivery = Delivery::Edit { message, card: shown.id };
    say::enqueue(act, &to, &delivery, About::critical(id)).await?;
    Ok(true)
}

/// Says what a chat did not take to those who stand in for it.
async fn stand_in(act: &Act<'_>, refused: &row::Model) -> Result<()> {
    let ticket = match refused.ticket_id {
        Some(id) => Some(find::by_id(act.tx, id).await?),
        None => None,
    };
    let mut groups = people::groups_of_chat(act.tx, refused.channel, &refused.chat_key).await?;
    if let Some(ticket) = &ticket
        && groups.contains(&ticket.group_key)
    {
        groups = vec![ticket.group_key.clone()];
    }
    for group in groups {
        let (rank, readers) = hearers(act, &group).await?;
        // Another chat of the group was told by itself.
        if rank > Rank::Chats {
            hand_on(act, refused, (ticket.as_ref(), &readers)).await?;
        }
    }
    Ok(())
}

/// What did not reach a person of the staff goes to the next who can be told.
pub(super) async fn instead_of(
    act: &Act<'_>,
    refused: &row::Model,
    person: PersonId,
) -> Result<()> {
    let Some(id) = refused.ticket_id else { return Ok(()) };
    let ticket = find::by_id(act.tx, id).await?;
    if ticket.requester_id == person || ticket.status.is_final() {
        return Ok(());
    }
    let (rank, readers) = hearers(act, &ticket.group_key).await?;
    let in_charge = ticket.technician_id == Some(person);
    if in_charge || rank > rank_of(act, person, &ticket.group_key).await? {
        hand_on(act, refused, (Some(&ticket), &readers)).await?;
    }
    Ok(())
}

async fn hand_on(
    act: &Act<'_>,
    refused: &row::Model,
    (ticket, readers): (Option<&ticket::Model>, &[Address]),
) -> Result<()> {
    let delivery: Delivery = from_json(&refused.delivery, || format!("outbox {}", refused.id))?;
    let precedence = refused.precedence;
    let about = About { ticket: refused.ticket_id, critical: refused.critical, precedence };
    match (delivery, ticket) {
        (Delivery::Send { message, card: None, via: None }, _) => {
            for to in readers {
                let message = match ticket {
                    Some(ticket) => Notice { act, ticket }.named(to, message.clone()).await?,
                    None => message.clone(),
                };
                say::post(act, to, message, about).await?;
            }
        }
        (delivery @ Delivery::File(_), _) => {
            for to in readers {
                say::enqueue(act, to, &delivery, about).await?;
            }
        }
        (Delivery::Send { card: Some(_), .. } | Delivery::Edit { .. }, Some(ticket)) => {
            let notice = Notice { act, ticket };
            let unheard = match ticket.technician_id {
                Some(technician) => people::addresses(act.tx, technician).await?.is_empty(),
                None => true,
            };
            if ticket.status.is_final() || !unheard {
                return Ok(());
            }
            for to in readers {
                notice.draw_once(to).await?;
            }
            notice.show_files_to_group().await?;
        }
        _ => {}
    }
    Ok(())
}

/// What a chat refused, and why.
#[derive(Clone, Copy, Default)]
struct Refused<'r> {
    why: &'r str,
    row: Option<&'r row::Model>,
}

enum Told<'t> {
    /// The chat refuses messages, with the platform's own sentence where there is one.
    Lost(&'t str),
    /// The chat takes messages again.
    Back,
}

async fn tell_administrators(act: &Act<'_>, place: &Address, told: Told<'_>) -> Result<()> {
    let groups = people::groups_of_chat(act.tx, place.channel, &place.chat_key).await?;
    for to in administrators(act).await? {
        let voice = Voice { locale: to.locale, procedure: act.procedure, now: act.now };
        let names: Vec<&str> = groups.iter().map(|group| voice.group(group)).collect();
        let mut args: Vec<Arg<'_>> = vec![
            ("groups", names.join(", ").into()),
            ("network", voice.say("network", &[("network", place.channel.as_str().into())]).into()),
        ];
        let key = match told {
            Told::Lost("") => "notice-place-shut-out",
            Told::Lost(why) => {
                args.push(("why", why.into()));
                "notice-place-refused"
            }
            Told::Back => "notice-place-back",
        };
        let message = Outgoing { text: voice.plain(key, &args), ..Default::default() };
        say::post(act, &to, message, About { critical: true, ..About::default() }).await?;
    }
    Ok(())
}

/// The linked chat that a row goes to.
async fn place_of(act: &Act<'_>, row: &row::Model) -> Result<Option<Address>> {
    let places = places::within(act.tx, row.channel, &row.chat_key).await?;
    Ok(places.into_iter().find(|place| place.chat_key == row.chat_key))
}

fn is_at(card: &crate::entity::card::Model, place: &Address) -> bool {
    (card.channel, &card.chat_key) == (place.channel, &place.chat_key)
}

impl Notice<'_> {
    /// Who hears of the ticket: the technician in charge, or those who stand in. The person who did it is
    /// not told.
    pub(super) async fn owners(&self) -> Result<Vec<Address>> {
        if let Some(technician) = self.holder().await? {
            if self.did_it(technician) {
                return Ok(vec![]);
            }
            let own = people::addresses(self.act.tx, technician).await?.into_iter().next();
            if let Some(own) = own {
                return Ok(vec![own]);
            }
        }
        match self.unheard().await? {
            Some(_) => {
                let mut readers = self.stand_ins().await?;
                readers.retain(|to| !to.person.is_some_and(|person| self.did_it(person)));
                Ok(readers)
            }
            None => self.group().await,
        }
    }

    /// A message on the ticket under the name of the technician in whose place the reader gets it.
    pub(super) async fn named(&self, to: &Address, message: Outgoing) -> Result<Outgoing> {
        let Some(technician) = self.unheard().await? else { return Ok(message) };
        let other = to.person != Some(technician) && to.person != Some(self.ticket.requester_id);
        if !other || threads::meant(&to.chat_key).is_some() {
            return Ok(message);
        }
        let voice = self.voice(to);
        let name = people::person(self.act.tx, technician).await?.map(|person| person.name);
        let args = [("name", name.unwrap_or_default().into())];
        let mut text = RichText::plain(voice.say("notice-instead-of", &args));
        text.append("\n", message.text);
        let mut buttons = message.buttons;
        buttons.extend(self.assign_row(&voice));
        Ok(Outgoing { text, buttons, ..message })
    }

    /// A card for a reader who has none of this ticket.
    async fn draw_once(&self, to: &Address) -> Result<()> {
        let view = if to.person.is_some() { card::TECHNICIAN } else { card::GROUP };
        let shown = cards::of_ticket(self.act.tx, self.ticket.id).await?;
        if shown.iter().any(|card| card.view == view && is_at(card, to)) {
            return Ok(());
        }
        card::draw(self.act, (to, view), self.ticket, About::critical(self.ticket.id)).await
    }
}
