//! Changes of a person's role, groups, access and links, with their consequences in the chats:
//! notices to the groups that get tickets back, cards, menus. The command line and the
//! administrators' buttons both use these functions.

use crate::{
    chat::{
        notify,
        outgoing::{Delivery, Outgoing},
        posting::{self, About},
        view::card,
        wording::{Arg, Voice},
    },
    domain::{
        id::PersonId,
        person::{Access, Role},
        person_event::By,
    },
    entity::{account, person},
    service::{
        Act, Result, cards,
        membership::{groups, joining, revoke as access, role},
        people::{self, Address, chats, linking},
        ticket::{Done, find},
    },
};

/// Sets a person's role. Returns whether that changed anything.
///
/// # Errors
/// Refuses an unknown person, and a lesser role for the last administrator.
pub async fn set_role(act: &Act<'_>, by: By, id: PersonId, role: Role) -> Result<bool> {
    let Some(changed) = role::set_role(act, by, id, role).await? else { return Ok(false) };
    tell_released(act, &changed.released).await?;
    if changed.person.role == Role::Requester
        && let Some(actor) = people::actor(act.tx, id).await?
    {
        notify::empty_group::report_emptied(act, &actor.groups).await?;
    }
    let person = &changed.person;
    for account in linking::accounts(act.tx, id).await? {
        redraw_cards(act, &account, person).await?;
        set_menu(act, &account, person).await?;
    }
    if let Some(to) = people::addresses(act.tx, id).await?.first() {
        let voice = Voice::of(act, to.locale);
        let role = voice.text(&format!("role-{}", role.as_str()));
        tell(act, to, "standing-role", &[("role", role.into())]).await?;
    }
    Ok(true)
}

/// Adds a person to a group. Returns whether that changed anything.
///
/// # Errors
/// Refuses an unknown person and an unknown group.
pub async fn add_group(act: &Act<'_>, by: By, id: PersonId, group: &str) -> Result<bool> {
    groups::add_group(act, by, id, group).await
}

/// Removes a person from a group. Returns whether that changed anything.
///
/// # Errors
/// Refuses an unknown person.
pub async fn remove_group(act: &Act<'_>, by: By, id: PersonId, group: &str) -> Result<bool> {
    let removed = groups::remove_group(act, by, id, group).await?;
    let Some(changed) = removed else { return Ok(false) };
    tell_released(act, &changed.released).await?;
    notify::empty_group::report_emptied(act, &[group.to_owned()]).await?;
    for account in linking::accounts(act.tx, id).await? {
        redraw_cards(act, &account, &changed.person).await?;
    }
    Ok(true)
}

/// Revokes a person's access. Returns how many tickets went back to their groups.
///
/// # Errors
/// Refuses an unknown person, and the last administrator.
pub async fn revoke(act: &Act<'_>, by: By, id: PersonId) -> Result<usize> {
    let groups = people::actor(act.tx, id).await?.map(|actor| actor.groups).unwrap_or_default();
    let changed = access::revoke(act, by, id).await?;
    for account in linking::accounts(act.tx, id).await? {
        let Some(at) = address(&account, &changed.person) else { continue };
        for shown in cards::in_chat(act.tx, &at).await? {
            match shown.message_key {
                Some(_) => posting::close_card(act, &shown).await?,
                // The card was never sent, and the revocation drops it from the outbox.
                None => cards::release(act.tx, shown.id).await?,
            }
        }
        set_menu(act, &account, &changed.person).await?;
    }
    tell_released(act, &changed.released).await?;
    notify::empty_group::report_emptied(act, &groups).await?;
    Ok(changed.released.len())
}

/// Undoes the link of a person's accounts, and tells both sides.
///
/// # Errors
/// Refuses when the person has no such link.
pub async fn unlink(act: &Act<'_>, by: By, id: PersonId, link: i64, access: Access) -> Result<()> {
    let undone = joining::undo(act, by, id, link, access).await?;
    tell_released(act, &undone.released).await?;
    let Some(stays) = people::person(act.tx, id).await? else { return Ok(()) };
    for account in linking::accounts(act.tx, id).await? {
        redraw_cards(act, &account, &stays).await?;
    }
    for account in &undone.accounts {
        redraw_cards(act, account, &undone.to).await?;
        set_menu(act, account, &undone.to).await?;
    }
    for (told, other) in [(id, undone.to.id), (undone.to.id, id)] {
        let Some(to) = people::addresses(act.tx, told).await?.into_iter().next() else { continue };
        let other = linking::accounts(act.tx, other).await?;
        let voice = Voice::of(act, to.locale);
        let network = other.first().map(|account| voice.network(account.channel));
        let args = [("network", network.unwrap_or_default().into())];
        let key = if other.is_empty() { "unlink-done-noted" } else { "unlink-done" };
        tell(act, &to, key, &args).await?;
    }
    Ok(())
}

/// Unlinks a chat from a group, and says so in the chat. Returns whether it was linked.
pub async fn unlink_chat(act: &Act<'_>, by: By, id: i64) -> Result<bool> {
    let Some(link) = chats::unlink(act, by, id).await? else { return Ok(false) };
    let to = Address {
        channel: link.channel,
        chat_key: link.chat_key,
        person: None,
        locale: link.locale,
    };
    for shown in cards::in_chat(act.tx, &to).await? {
        redraw_card(act, &shown).await?;
    }
    let voice = Voice::of(act, to.locale);
    let group = voice.group(&link.group_key).to_owned();
    tell(act, &to, "chat-unlinked", &[("groups", group.into())]).await?;
    Ok(true)
}

async fn tell_released(act: &Act<'_>, released: &[Done]) -> Result<()> {
    for done in released {
        notify::tell(act, done).await?;
    }
    Ok(())
}

async fn tell(act: &Act<'_>, to: &Address, key: &str, args: &[Arg<'_>]) -> Result<()> {
    let voice = Voice::of(act, to.locale);
    let message = Outgoing { text: voice.plain(key, args), ..Default::default() };
    posting::post(act, to, message, About::default()).await
}

/// Redraws the cards in an account's private chat with what its person may read now.
async fn redraw_cards(
    act: &Act<'_>,
    account: &account::Model,
    person: &person::Model,
) -> Result<()> {
    let Some(at) = address(account, person) else { return Ok(()) };
    for shown in cards::in_chat(act.tx, &at).await? {
        redraw_card(act, &shown).await?;
    }
    Ok(())
}

async fn redraw_card(act: &Act<'_>, shown: &crate::entity::card::Model) -> Result<()> {
    let Some(ticket) = shown.ticket_id else { return Ok(()) };
    let ticket = find::by_id(act.tx, ticket).await?;
    let to = posting::address_of(shown);
    match card::content(act, &to, shown.view, &ticket).await? {
        Some(content) => posting::redraw(act, shown, content).await,
        None => posting::close_card(act, shown).await,
    }
}

async fn set_menu(act: &Act<'_>, account: &account::Model, person: &person::Model) -> Result<()> {
    let Some(to) = address(account, person) else { return Ok(()) };
    let menu = Delivery::Menu {
        audience: crate::chat::catalogue::audience(person.role),
        locale: to.locale,
    };
    posting::enqueue(act, &to, &menu, About::default()).await
}

fn address(account: &account::Model, person: &person::Model) -> Option<Address> {
    Some(Address {
        channel: account.channel,
        chat_key: account.private_chat.clone()?,
        person: Some(person.id),
        locale: person.locale,
    })
}
