//! `/start` · `/start CODE`: the first hello, and the door for whoever brings an invitation. In a
//! group chat a group's code lets that group's tickets appear there.

use crate::{
    chat::{
        commands::{Argument, Command},
        outgoing::{Audience, Delivery},
        say::{self, About},
        turn::Turn,
        view,
    },
    domain::person::Role,
    service::{
        Result,
        people::{
            self,
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
};

/// Greets, or uses the code.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    match rest.split_whitespace().next() {
        Some(code) => {
            let in_group = turn.in_group();
            let redeemed = invitations::redeem(turn.act.tx, code, in_group, turn.act.now).await?;
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

/// Gives somebody, or a group chat, what an invitation promises.
pub async fn redeemed(turn: &Turn<'_>, redeemed: Redeemed) -> Result<()> {
    let voice = turn.voice();
    let groups: Vec<&str> = redeemed.groups.iter().map(|group| voice.group(group)).collect();
    let groups = groups.join(", ");
    let Some(role) = redeemed.role else {
        for group in &redeemed.groups {
            people::link_destination(turn.act.tx, group, &turn.here()).await?;
        }
        return turn.say("chat-linked", &[("groups", groups.into())]).await;
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
