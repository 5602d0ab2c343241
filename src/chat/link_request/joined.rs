//! The messages to both accounts once they belong to one person. Deliberately absent: joining the
//! accounts, which the service does.

use crate::{
    chat::{
        catalogue,
        outgoing::{Delivery, Outgoing, RichText},
        posting::{self, About},
        wording::Voice,
    },
    domain::{
        id::{AccountId, PersonId},
        person::Role,
    },
    entity::person,
    service::{
        Act, Result,
        people::{
            self, Address,
            linking::{self, Joined},
        },
    },
};

/// Tells both accounts that they belong to one person now, and what that person has. Both get the
/// menu of the person's role.
pub(super) async fn tell(
    act: &Act<'_>,
    into: PersonId,
    pair: [AccountId; 2],
    joined: Joined,
) -> Result<()> {
    let Some(person) = people::person(act.tx, into).await? else { return Ok(()) };
    let voice = Voice { locale: person.locale, procedure: act.procedure, now: act.now };
    let accounts = linking::accounts(act.tx, person.id).await?;
    let along = along(act, &voice, &person, joined).await?;
    let menu = Delivery::Menu { audience: catalogue::audience(person.role), locale: person.locale };
    for [own, other] in [[pair[0], pair[1]], [pair[1], pair[0]]] {
        let find = |id: AccountId| accounts.iter().find(|account| account.id == id);
        let (Some(own), Some(other)) = (find(own), find(other)) else { continue };
        let Some(chat_key) = own.private_chat.clone() else { continue };
        let channel = own.channel;
        let locale = person.locale;
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

/// What the person has now: the tickets that moved to them, and their role and groups.
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
