//! `/start` · `/start CODE`: the first hello, and the door for whoever brings an invitation. In a
//! group chat a group's code lets that group's tickets appear there.

use crate::{
    chat::{
        commands::{Argument, Command},
        incoming::{ChatKind, Incoming},
        outgoing::{Audience, Delivery, Outgoing},
        say::{self, About},
        turn::Turn,
        view,
    },
    domain::{person::Role, refusal::Refusal},
    service::{
        Act, Error, Result,
        people::{
            self, Address,
            invitations::{self, Redeemed},
        },
    },
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "start",
    english: "start",
    audience: Audience::Requester,
    argument: Argument::Code,
    verb: None,
};

/// Greets, or uses the code.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    match rest.split_whitespace().next() {
        Some(code) => {
            let redeemed = redeem(&turn.act, turn.incoming, code).await?;
            self::redeemed(turn, redeemed).await
        }
        None if turn.in_group() => Ok(()),
        None => turn.say("welcome", &[("name", turn.actor.name.as_str().into())]).await,
    }
}

/// The code in `/start CODE`, when that is what was written.
pub fn code(text: &str) -> Option<&str> {
    let mut words = text.split_whitespace();
    (words.next()? == "/start").then(|| words.next())?
}

/// Uses an invitation where it was brought. On networks that show answers to one person alone a
/// person's code works in a group too: nobody else sees it.
pub async fn redeem(act: &Act<'_>, incoming: &Incoming, code: &str) -> Result<Redeemed> {
    let in_group = incoming.chat.kind == ChatKind::Group;
    let alone = incoming.token.is_some() && incoming.channel.shows_forms();
    match invitations::redeem(act.tx, code, in_group, act.now).await {
        Err(Error::Refused(Refusal::InvitationMisplaced)) if in_group && alone => {
            invitations::redeem(act.tx, code, false, act.now).await
        }
        other => other,
    }
}

/// Gives somebody, or a group chat, what an invitation promises.
pub async fn redeemed(turn: &Turn<'_>, redeemed: Redeemed) -> Result<()> {
    let voice = turn.voice();
    let groups: Vec<&str> = redeemed.groups.iter().map(|group| voice.group(group)).collect();
    let groups = groups.join(", ");
    let Some(role) = redeemed.role else {
        let here = Address { chat_key: turn.incoming.chat.key.clone(), ..turn.here() };
        for group in &redeemed.groups {
            people::link_destination(turn.act.tx, group, &here).await?;
        }
        // It concerns all who read there, so it is said to all.
        let text = voice.plain("chat-linked", &[("groups", groups.into())]);
        let message = Outgoing { text, ..Default::default() };
        return say::post(&turn.act, &turn.here(), message, About::default()).await;
    };
    let Some(person) = people::person(turn.act.tx, turn.actor.id).await? else { return Ok(()) };
    people::promote(turn.act.tx, &person, role, &redeemed.groups).await?;
    let name = redeemed.name.unwrap_or_else(|| turn.actor.name.clone());
    if name != person.name {
        people::rename(turn.act.tx, person.id, name.clone()).await?;
    }
    let role = role.max(person.role);
    let menu = Delivery::Menu { audience: view::help::audience(role), locale: turn.locale };
    say::enqueue(&turn.act, &turn.here(), &menu, About::default()).await?;
    let key = match role {
        Role::Requester => "welcome",
        _ if groups.is_empty() => "welcome-staff",
        _ => "welcome-staff-groups",
    };
    let role = voice.text(&format!("role-{}", role.as_str()));
    let args = [("name", name.into()), ("role", role.into()), ("groups", groups.into())];
    turn.say(key, &args).await
}
