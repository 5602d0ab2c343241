//! `/start` · `/start CODE`: the greeting, and the use of an invitation. In a group chat, the code
//! of a group's invitation makes that group's tickets appear in the chat.

use crate::{
    chat::{
        catalogue::{Argument, Command, audience},
        incoming::{ChatKind, Incoming},
        outgoing::{Audience, Delivery, Outgoing},
        posting::{self, About},
        turn::Turn,
    },
    domain::{
        person::Role,
        person_event::{By, PersonEvent},
        refusal::Refusal,
    },
    service::{
        Act, Error, Result,
        people::{
            self, Address,
            invitations::{self, Brought, Place, Redeemed},
        },
    },
};

pub const COMMAND: Command = Command {
    spanish: "start",
    english: "start",
    audience: Audience::Requester,
    argument: Argument::Code,
    verb: None,
};

/// Greets the person, or redeems the code.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    match rest.split_whitespace().next() {
        Some(code) => {
            let redeemed = redeem(&turn.act, turn.incoming, code).await?;
            self::redeemed(turn, redeemed).await
        }
        None if turn.in_group() && turn.alone().is_none() => Ok(()),
        None => turn.say("welcome", &[("name", turn.actor.name.as_str().into())]).await,
    }
}

/// The code, when the text is `/start CODE`.
pub fn code(text: &str) -> Option<&str> {
    let mut words = text.split_whitespace();
    (words.next()? == "/start").then(|| words.next())?
}

/// Redeems an invitation for the chat or the person that brought it. On networks that show an
/// answer to one person alone, a person's invitation works in a group too, because the other
/// members do not see it.
pub async fn redeem(act: &Act<'_>, incoming: &Incoming, code: &str) -> Result<Redeemed> {
    let channel = incoming.channel;
    let now = act.now;
    let private = Place::Private { channel, account: &incoming.sender.key };
    let is_group = incoming.chat.kind == ChatKind::Group;
    let place = match is_group {
        true => Place::Group { channel, chat: &incoming.chat.key },
        false => private,
    };
    let alone = incoming.token.is_some() && incoming.channel.shows_forms();
    match invitations::redeem(act.tx, Brought { code, place, now }).await {
        Err(Error::Refused(Refusal::InvitationMisplaced)) if is_group && alone => {
            invitations::redeem(act.tx, Brought { code, place: private, now }).await
        }
        other => other,
    }
}

/// Gives a person, or a group chat, the rights of an invitation. An invitation that the same
/// account or chat used before gives nothing again, so that it does not restore a role that was
/// taken away.
pub async fn redeemed(turn: &Turn<'_>, redeemed: Redeemed) -> Result<()> {
    let voice = turn.voice();
    let groups: Vec<&str> = redeemed.groups.iter().map(|group| voice.group(group)).collect();
    let groups = groups.join(", ");
    let event = PersonEvent::InvitationUsed {
        invitation: redeemed.id,
        role: redeemed.role,
        groups: redeemed.groups.clone(),
    };
    let Some(role) = redeemed.role else {
        let here = Address { chat_key: turn.incoming.chat.key.clone(), ..turn.here() };
        if redeemed.is_repeated {
            let linked = people::groups_of_chat(turn.act.tx, here.channel, &here.chat_key).await?;
            if redeemed.groups.iter().any(|group| !linked.contains(group)) {
                return Err(Refusal::InvitationInvalid.into());
            }
        } else {
            people::history::append(&turn.act, By::Person(turn.actor.id), None, &event).await?;
        }
        for group in &redeemed.groups {
            people::link_destination(turn.act.tx, group, &here).await?;
        }
        // The link concerns all members of the chat, so all of them read it.
        let text = voice.plain("chat-linked", &[("groups", groups.into())]);
        let message = Outgoing { text, ..Default::default() };
        return posting::post(&turn.act, &turn.here(), message, About::default()).await;
    };
    if redeemed.is_repeated {
        return turn.say("welcome", &[("name", turn.actor.name.as_str().into())]).await;
    }
    let actor = turn.actor.id;
    people::history::append(&turn.act, By::Person(actor), Some(actor), &event).await?;
    let Some(person) = people::person(turn.act.tx, turn.actor.id).await? else { return Ok(()) };
    people::promote(turn.act.tx, &person, role, &redeemed.groups).await?;
    let name = redeemed.name.unwrap_or_else(|| turn.actor.name.clone());
    if name != person.name {
        people::rename(turn.act.tx, person.id, name.clone()).await?;
    }
    let role = role.max(person.role);
    let menu = Delivery::Menu { audience: audience(role), locale: turn.locale };
    posting::enqueue(&turn.act, &turn.here(), &menu, About::default()).await?;
    let key = match role {
        Role::Requester => "welcome",
        _ if groups.is_empty() => "welcome-staff",
        _ => "welcome-staff-groups",
    };
    let role = voice.text(&format!("role-{}", role.as_str()));
    let args = [("name", name.into()), ("role", role.into()), ("groups", groups.into())];
    turn.say(key, &args).await
}
