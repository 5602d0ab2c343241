//! The consent to link two accounts. Each owner is shown the other owner's name, network and both
//! roles, and agrees or refuses in their own chat. A link between two staff members needs the
//! approval of an administrator who is neither of them. The accounts are not joined when a role has
//! changed since it was shown.

mod joined;

use crate::{
    chat::{
        button::{Code, LinkAnswer},
        incoming::Incoming,
        outgoing::{Button, Outgoing, RichText},
        posting::{self, About},
        turn::Turn,
        wording::Voice,
    },
    domain::{
        channel::ChannelKind,
        locale::Locale,
        person::{Actor, Role},
        time::DAY,
    },
    entity::{account, link_request, person},
    service::{
        Act, Result,
        membership::joining,
        people::{
            self, Address, NewPerson, history,
            link_requests::{self, Bringer, Side},
            linking::{Asker, Joined},
        },
    },
};

/// How long an administrator has to approve a link, in milliseconds.
const APPROVAL: i64 = DAY;

/// The account that presses a button of a request.
pub(super) struct Presser<'p> {
    pub channel: ChannelKind,
    pub external_key: &'p str,
    /// `None` for an account that the desk does not know.
    pub actor: Option<&'p Actor>,
    pub locale: Locale,
}

/// A request with the present state of its two accounts. The asker took the code; the bringer sent
/// it from the account to link.
struct Sides {
    request: link_request::Model,
    asker: (account::Model, person::Model),
    bringer: Option<(account::Model, person::Model)>,
}

/// What the owner of one account is asked.
struct Question<'q> {
    voice: Voice<'q>,
    request: i64,
    /// The owner of the other account.
    name: &'q str,
    channel: ChannelKind,
    /// The roles of the person who is asked and of the other owner.
    own: Role,
    other: Role,
}

/// Asks both owners. The asker is asked in the private chat of the account that took the code; the
/// bringer is asked by the returned message. `None` when the asker's account or person is gone.
pub(super) async fn ask(
    act: &Act<'_>,
    incoming: &Incoming,
    asker: Asker,
    chat: &Address,
) -> Result<Option<Outgoing>> {
    let Some(account) = joining::account(act.tx, asker.account).await? else { return Ok(None) };
    let Some(person) = people::person(act.tx, asker.person).await? else { return Ok(None) };
    let known = people::find_account(act.tx, incoming.channel, &incoming.sender.key).await?;
    let name = known.as_ref().map_or(&incoming.sender.name, |(_, person)| &person.name);
    let bringer = Bringer {
        channel: incoming.channel,
        external_key: &incoming.sender.key,
        chat: &chat.chat_key,
        name,
        locale: chat.locale,
    };
    let request = link_requests::open(act.tx, asker, bringer, act.now).await?;
    let brought = request.bringer_role.unwrap_or(Role::Requester);
    let voice = |locale| Voice { locale, procedure: act.procedure, now: act.now };
    if let Some(to) = private(&account, &person) {
        let question = Question {
            voice: voice(to.locale),
            request: request.id,
            name,
            channel: incoming.channel,
            own: request.asker_role,
            other: brought,
        };
        posting::post(act, &to, question.message(), About::asked()).await?;
    }
    let question = Question {
        voice: voice(chat.locale),
        request: request.id,
        name: &person.name,
        channel: account.channel,
        own: brought,
        other: request.asker_role,
    };
    Ok(Some(question.message()))
}

/// Takes a press by a known person.
pub(super) async fn press(turn: &Turn<'_>, request: i64, answer: LinkAnswer) -> Result<()> {
    let presser = Presser {
        channel: turn.account.channel,
        external_key: &turn.account.external_key,
        actor: Some(&turn.actor),
        locale: turn.locale,
    };
    match self::answer(&turn.act, &presser, request, answer).await? {
        Some(text) => turn.tell_text(text).await,
        None => turn.acknowledge(None).await,
    }
}

/// Takes an answer. Returns the text for the presser, or `None` when both owners were told already.
pub(super) async fn answer(
    act: &Act<'_>,
    presser: &Presser<'_>,
    request: i64,
    answer: LinkAnswer,
) -> Result<Option<String>> {
    let voice = Voice { locale: presser.locale, procedure: act.procedure, now: act.now };
    let Some(request) = link_requests::find(act.tx, request, act.now).await? else {
        return Ok(Some(voice.text("question-passed")));
    };
    let Some(mut sides) = sides(act, &request).await? else {
        link_requests::settle(act.tx, &request, act.now).await?;
        return Ok(Some(voice.text("link-changed")));
    };
    if matches!(answer, LinkAnswer::Approve | LinkAnswer::Decline) {
        return decide(act, presser, sides, answer).await;
    }
    let is_asker = sides.asker.0.channel == presser.channel
        && sides.asker.0.external_key == presser.external_key;
    let is_bringer = sides.request.bringer_channel == presser.channel
        && sides.request.bringer_key == presser.external_key;
    let side = match (is_asker, is_bringer) {
        (true, _) => Side::Asker,
        (_, true) => Side::Bringer,
        _ => return Ok(Some(voice.text("button-unknown"))),
    };
    if answer == LinkAnswer::Refuse {
        link_requests::settle(act.tx, &sides.request, act.now).await?;
        let other = if side == Side::Asker { Side::Bringer } else { Side::Asker };
        tell(act, &sides, other, "link-declined-there").await?;
        return Ok(Some(voice.text("link-declined")));
    }
    sides.request = link_requests::agree(act.tx, sides.request, side).await?;
    if !sides.request.is_agreed() {
        return Ok(Some(voice.text("link-waits")));
    }
    if sides.request.is_between_staff() {
        let administrators = approvers(act, &sides).await?;
        if !administrators.is_empty() {
            let until = act.now.plus(APPROVAL);
            sides.request = link_requests::wait_until(act.tx, sides.request, until).await?;
            ask_approval(act, &sides, &administrators).await?;
            let other = if side == Side::Asker { Side::Bringer } else { Side::Asker };
            tell(act, &sides, other, "link-awaits-approval").await?;
            return Ok(Some(voice.text("link-awaits-approval")));
        }
        // One of the two is an administrator, who has agreed, and there is no other administrator
        // to ask.
        let roles = [Some(sides.request.asker_role), sides.request.bringer_role];
        if !roles.contains(&Some(Role::Administrator)) {
            link_requests::settle(act.tx, &sides.request, act.now).await?;
            return Ok(Some(voice.text("link-no-approver")));
        }
    }
    join(act, sides).await?;
    Ok(None)
}

/// Takes the decision of an administrator on a link between two staff members.
async fn decide(
    act: &Act<'_>,
    presser: &Presser<'_>,
    sides: Sides,
    answer: LinkAnswer,
) -> Result<Option<String>> {
    let voice = Voice { locale: presser.locale, procedure: act.procedure, now: act.now };
    let is_one_of_them = |actor: &Actor| {
        actor.id == sides.asker.1.id
            || sides.bringer.as_ref().is_some_and(|(_, person)| person.id == actor.id)
    };
    let may = |actor: &&Actor| actor.role == Role::Administrator && !is_one_of_them(actor);
    if presser.actor.filter(may).is_none() || !sides.request.is_agreed() {
        return Ok(Some(voice.text("button-unknown")));
    }
    if answer == LinkAnswer::Decline {
        link_requests::settle(act.tx, &sides.request, act.now).await?;
        for side in [Side::Asker, Side::Bringer] {
            tell(act, &sides, side, "link-not-approved").await?;
        }
        return Ok(Some(voice.text("link-not-approved")));
    }
    join(act, sides).await?;
    Ok(Some(voice.text("link-approved")))
}

/// Joins the two people. The person with the higher role stays; of two people with the same role,
/// the asker stays.
async fn join(act: &Act<'_>, sides: Sides) -> Result<()> {
    let request = sides.request;
    link_requests::settle(act.tx, &request, act.now).await?;
    let by = history::by(act);
    let (asker, person) = sides.asker;
    let (account, stays, joined) = match sides.bringer {
        None => {
            let new = NewPerson {
                channel: request.bringer_channel,
                external_key: request.bringer_key.clone(),
                name: request.bringer_name.clone(),
                locale: request.bringer_locale,
            };
            let added = people::add_account(act.tx, new, person.id, act.now).await?;
            people::note_private_message(act.tx, &added, &request.bringer_chat, act.now).await?;
            joining::note_added(act, by, &added, &request.bringer_name).await?;
            (added, person.id, Joined::default())
        }
        Some((account, other)) => {
            let (gone, stays) = match other.role > person.role {
                true => (person.id, other.id),
                false => (other.id, person.id),
            };
            (account, stays, joining::join(act, by, gone, stays).await?)
        }
    };
    joined::tell(act, stays, [asker.id, account.id], joined).await
}

/// Both accounts, when they are as they were shown: since then neither was joined, revoked or given
/// another role. `None` otherwise.
async fn sides(act: &Act<'_>, request: &link_request::Model) -> Result<Option<Sides>> {
    let Some(account) = joining::account(act.tx, request.asker_account).await? else {
        return Ok(None);
    };
    let Some(person) = people::person(act.tx, account.person_id).await? else { return Ok(None) };
    let channel = request.bringer_channel;
    let key = request.bringer_key.as_str();
    let bringer = people::find_account(act.tx, channel, key).await?;
    let has_access = |person: &person::Model| person.revoked_at.is_none();
    let is_as_shown = has_access(&person)
        && person.role == request.asker_role
        && bringer.as_ref().map(|(_, person)| person.role) == request.bringer_role
        && bringer.as_ref().is_none_or(|(_, other)| has_access(other) && other.id != person.id);
    let asker = (account, person);
    Ok(is_as_shown.then(|| Sides { request: request.clone(), asker, bringer }))
}

/// The administrators who may approve a link between these two, each with one address.
async fn approvers(act: &Act<'_>, sides: &Sides) -> Result<Vec<Address>> {
    let mut addresses = Vec::new();
    for administrator in people::with_role(act.tx, Role::Administrator).await? {
        let is_side = administrator.id == sides.asker.1.id
            || sides.bringer.as_ref().is_some_and(|(_, person)| person.id == administrator.id);
        if !is_side {
            addresses.extend(people::addresses(act.tx, administrator.id).await?.into_iter().next());
        }
    }
    Ok(addresses)
}

async fn ask_approval(act: &Act<'_>, sides: &Sides, administrators: &[Address]) -> Result<()> {
    let request = &sides.request;
    for to in administrators {
        let voice = Voice { locale: to.locale, procedure: act.procedure, now: act.now };
        let role = |role: Role| voice.text(&format!("role-{}", role.as_str()));
        let args = [
            ("name", sides.asker.1.name.as_str().into()),
            ("role", role(request.asker_role).into()),
            ("network", voice.network(sides.asker.0.channel).into()),
            ("other", request.bringer_name.as_str().into()),
            ("other-role", role(request.bringer_role.unwrap_or(Role::Requester)).into()),
            ("other-network", voice.network(request.bringer_channel).into()),
        ];
        let button = |key: &str, answer| Button {
            label: voice.text(key),
            code: Code::Link(request.id, answer).encode(),
        };
        let buttons = vec![vec![
            button("button-link-approve", LinkAnswer::Approve),
            button("button-link-decline", LinkAnswer::Decline),
        ]];
        let text = voice.plain("link-approval", &args);
        posting::post(act, to, Outgoing { text, buttons, ..Default::default() }, About::default())
            .await?;
    }
    Ok(())
}

/// Sends a message to one of the two owners.
async fn tell(act: &Act<'_>, sides: &Sides, side: Side, key: &str) -> Result<()> {
    let request = &sides.request;
    let to = match side {
        Side::Asker => private(&sides.asker.0, &sides.asker.1),
        Side::Bringer => Some(Address {
            channel: request.bringer_channel,
            chat_key: request.bringer_chat.clone(),
            person: sides.bringer.as_ref().map(|(_, person)| person.id),
            locale: request.bringer_locale,
        }),
    };
    let Some(to) = to else { return Ok(()) };
    let voice = Voice { locale: to.locale, procedure: act.procedure, now: act.now };
    let message = Outgoing { text: voice.plain(key, &[]), ..Default::default() };
    posting::post(act, &to, message, About::default()).await
}

fn private(account: &account::Model, person: &person::Model) -> Option<Address> {
    Some(Address {
        channel: account.channel,
        chat_key: account.private_chat.clone()?,
        person: Some(person.id),
        locale: person.locale,
    })
}

impl Question<'_> {
    fn message(&self) -> Outgoing {
        let voice = &self.voice;
        let role = |role: Role| voice.text(&format!("role-{}", role.as_str()));
        let own = role(self.own);
        let other = role(self.other);
        let ask = [("name", self.name.into()), ("network", voice.network(self.channel).into())];
        let roles = [("own", own.as_str().into()), ("other", other.as_str().into())];
        let warning = match self.own > Role::Requester {
            true => voice.say("link-warn-staff", &[("role", own.as_str().into())]),
            false => voice.text("link-warn"),
        };
        let lines = [voice.say("link-ask", &ask), voice.say("link-roles", &roles), warning];
        let button = |key: &str, answer| Button {
            label: voice.text(key),
            code: Code::Link(self.request, answer).encode(),
        };
        let buttons = vec![vec![
            button("button-link-yes", LinkAnswer::Agree),
            button("button-link-no", LinkAnswer::Refuse),
        ]];
        Outgoing { text: RichText::plain(lines.join("\n")), buttons, ..Default::default() }
    }
}
