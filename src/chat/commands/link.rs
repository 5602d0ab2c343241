//! `/vincular` · `/link`: a code for one's other account, and which accounts are linked already.
//! `/vincular CODE` · `/link CODE`, from that other account: both are asked whether they are one person's.

use crate::{
    chat::{
        commands::{Argument, Command, find},
        link_request,
        outgoing::{Audience, Delivery, Outgoing, RichText},
        posting::{self, About},
        turn::Turn,
        view,
        wording::{Arg, Voice},
    },
    domain::{
        id::{AccountId, PersonId},
        person::Role,
    },
    entity::{account, person},
    service::{
        Act, Result,
        people::{
            self, Address,
            linking::{self, Joined, Tried, Visitor},
        },
    },
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "vincular",
    english: "link",
    audience: Audience::Requester,
    argument: Argument::Code,
    verb: None,
};

/// Gives a code, or uses the one brought. In a group others would read it.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    if turn.in_group() {
        return turn.tell("link-in-private", &[]).await;
    }
    if rest.is_empty() {
        return offer(turn).await;
    }
    let visitor = Visitor {
        channel: turn.account.channel,
        external_key: &turn.account.external_key,
        person: Some(turn.actor.id),
    };
    match linking::try_code(turn.act.tx, &visitor, rest, turn.act.now).await? {
        Tried::Refused(refusal) => turn.refuse(&refusal).await,
        Tried::Good(asker) => {
            let here = turn.private().unwrap_or_else(|| turn.here());
            match link_request::ask(&turn.act, turn.incoming, asker, &here).await? {
                Some(question) => turn.post(question).await,
                None => turn.tell("link-changed", &[]).await,
            }
        }
    }
}

/// The code in `/vincular CODE`, when that is what was written.
pub fn code(text: &str) -> Option<&str> {
    let (name, rest) = text.trim().strip_prefix('/')?.split_once(char::is_whitespace)?;
    find(name).filter(|command| **command == COMMAND)?;
    Some(rest.trim()).filter(|rest| !rest.is_empty())
}

/// Tells both accounts that they are one person's from now on, and what came along; both get the
/// menu of what that person is.
pub async fn linked(
    act: &Act<'_>,
    into: PersonId,
    pair: [AccountId; 2],
    joined: Joined,
) -> Result<()> {
    let Some(person) = people::person(act.tx, into).await? else { return Ok(()) };
    let voice = Voice { locale: person.locale, procedure: act.procedure, now: act.now };
    let accounts = linking::accounts(act.tx, person.id).await?;
    let along = along(act, &voice, &person, joined).await?;
    let menu =
        Delivery::Menu { audience: view::help::audience(person.role), locale: person.locale };
    for [own, other] in [[pair[0], pair[1]], [pair[1], pair[0]]] {
        let find = |id: AccountId| accounts.iter().find(|account| account.id == id);
        let (Some(own), Some(other)) = (find(own), find(other)) else { continue };
        let Some(chat_key) = own.private_chat.clone() else { continue };
        let (channel, locale) = (own.channel, person.locale);
        let to = Address { channel, chat_key, person: Some(person.id), locale };
        let args = [
            ("name", person.name.as_str().into()),
            ("network", voice.network(other.channel).into()),
        ];
        let text = RichText::plain(voice.say("link-joined", &args) + &along);
        posting::enqueue(act, &to, &menu, About::default()).await?;
        posting::post(act, &to, Outgoing { text, ..Default::default() }, About::default()).await?;
    }
    Ok(())
}

async fn offer(turn: &Turn<'_>) -> Result<()> {
    let code = linking::code(rand::random());
    linking::offer(turn.act.tx, &turn.account, &code, turn.act.now).await?;
    let voice = turn.voice();
    let mut text = voice.say("link-code", &[("code", code.into())]);
    let accounts = linking::accounts(turn.act.tx, turn.actor.id).await?;
    if accounts.len() > 1 {
        text.push_str(&format!("\n\n{}", voice.text("link-list")));
        for account in &accounts {
            text.push_str(&format!("\n{}", line(turn, &voice, account)));
        }
    }
    turn.post(Outgoing { text: RichText::plain(text), ..Default::default() }).await
}

fn line(turn: &Turn<'_>, voice: &Voice<'_>, account: &account::Model) -> String {
    let state = match account {
        own if own.id == turn.account.id => "here",
        lost if lost.unreachable_since.is_some() => "lost",
        _ => "there",
    };
    let args: [Arg<'_>; 3] = [
        ("network", voice.network(account.channel).into()),
        ("when", voice.when(account.last_heard_at).into()),
        ("state", state.into()),
    ];
    voice.say("link-account", &args)
}

/// What somebody has now that they are one: tickets that came along, and what they are to the desk.
async fn along(
    act: &Act<'_>,
    voice: &Voice<'_>,
    person: &person::Model,
    joined: Joined,
) -> Result<String> {
    let mut text = String::new();
    if joined.tickets > 0 {
        let count = usize::try_from(joined.tickets).unwrap_or(usize::MAX);
        let tickets = voice.say("link-tickets", &[("count", count.into())]);
        text.push_str(&format!("\n{tickets}"));
    }
    if person.role > Role::Requester {
        let groups = people::actor(act.tx, person.id).await?.map(|actor| actor.groups);
        let groups = groups.unwrap_or_default();
        let groups: Vec<&str> = groups.iter().map(|group| voice.group(group)).collect();
        let key = if groups.is_empty() { "link-role" } else { "link-role-groups" };
        let role = voice.text(&format!("role-{}", person.role.as_str()));
        let args = [("role", role.into()), ("groups", groups.join(", ").into())];
        text.push_str(&format!("\n{}", voice.say(key, &args)));
    }
    Ok(text)
}
