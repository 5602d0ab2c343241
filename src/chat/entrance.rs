//! Identifies the sender of an incoming and passes it on. A stranger gets one neutral sentence
//! (G16). A person who acts in the name of a group is asked to use their own account.

use std::{future::ready, sync::atomic::AtomicBool};

use crate::{
    chat::{
        Desk, Doing, Moment,
        button::{Code, LinkAnswer},
        commands, dialogue, free_text,
        incoming::{Chat, ChatKind, Incoming, Input},
        link_request, notify,
        outgoing::{Delivery, Outgoing, RichText},
        posting::{self, About},
        press, same_person, thread_notes,
        turn::Turn,
        view,
        wording::Voice,
    },
    domain::{
        channel::ChannelKind,
        locale::Locale,
        person::{Access, Doer},
        refusal::Refusal,
        time::{HOUR, MINUTE, Timestamp},
    },
    entity::{account, outbox::Precedence, person},
    service::{
        Act, Error, Result, Transaction, membership,
        outbox::{self, recent},
        people::{
            self, Address, NewPerson,
            linking::{self, Tried, Visitor},
        },
        threads,
    },
};

/// An account that the desk knows, and its person.
struct Known {
    account: account::Model,
    person: person::Model,
}

/// Passes one incoming on to its handler.
pub(super) async fn receive(
    tx: &Transaction,
    desk: &Desk,
    incoming: &Incoming,
    moment: Moment,
) -> Result<()> {
    let channel = incoming.channel;
    match &incoming.input {
        Input::Moved { to } => {
            return people::move_chat(tx, channel, &incoming.chat.key, to).await;
        }
        Input::Gone => {
            return match threads::of_chat(tx, channel, &incoming.chat.key).await? {
                Some(gone) => notify::threads::deleted(tx, desk, &gone, None, moment.now).await,
                None => {
                    let act = desk_act(tx, desk, incoming, moment);
                    notify::chats::removed_from(&act, &chat(incoming, desk.locale)).await
                }
            };
        }
        Input::Blocked => {
            let act = desk_act(tx, desk, incoming, moment);
            if incoming.chat.kind == ChatKind::Group {
                return notify::chats::removed_from(&act, &chat(incoming, desk.locale)).await;
            }
            let key = &incoming.chat.key;
            let now = moment.now;
            let Some(account) = people::mark_unreachable(tx, channel, key, now).await? else {
                return Ok(());
            };
            return notify::blocked(&act, account.person_id).await;
        }
        // The incoming is retried, becomes a dead letter, and is then answered with a reference.
        Input::Unreadable(field) => return Err(Error::Unreadable(field.clone())),
        Input::Unblocked if incoming.chat.kind == ChatKind::Group => {
            let act = desk_act(tx, desk, incoming, moment);
            return notify::chats::returned_to(&act, &chat(incoming, desk.locale)).await;
        }
        _ => {}
    }
    let act = desk_act(tx, desk, incoming, moment);
    if matches!(incoming.input, Input::Anonymous) {
        return refuse_anonymous(&act, desk, incoming).await;
    }
    let known = people::find_account(tx, channel, &incoming.sender.key).await?;
    if matches!(incoming.input, Input::Unblocked) {
        if let Some((account, person)) = known {
            welcome_back(&act, &account, &incoming.chat.key, person.locale).await?;
        }
        return Ok(());
    }
    let own_place = match &known {
        Some((account, _)) => in_own_place(tx, incoming, account).await?,
        None => None,
    };
    let incoming = own_place.as_ref().unwrap_or(incoming);
    match known {
        Some((account, person)) if person.revoked_at.is_some() => {
            Box::pin(readmit(act, desk, incoming, moment, Known { account, person })).await
        }
        Some((account, person)) => {
            let turn = begin(act, desk, incoming, moment, Known { account, person }).await?;
            lead(&turn).await
        }
        None => Box::pin(welcome(act, desk, incoming, moment)).await,
    }
}

/// Reads as private what a person did in the place where the desk delivers messages that their
/// closed private chat does not take. `None` when this chat is not that place.
async fn in_own_place(
    tx: &Transaction,
    incoming: &Incoming,
    account: &account::Model,
) -> Result<Option<Incoming>> {
    let Some(own) = incoming.channel.private_chat(&account.external_key) else { return Ok(None) };
    let Some(place) = incoming.chat.key.strip_prefix('#') else { return Ok(None) };
    let delivered = outbox::was_delivered_in(tx, incoming.channel, &own, place).await?;
    Ok(delivered
        .then(|| Incoming { chat: Chat { key: own, kind: ChatKind::Private }, ..incoming.clone() }))
}

/// The context for changes that the desk makes by itself because of an incoming.
fn desk_act<'a>(
    tx: &'a Transaction,
    desk: &'a Desk,
    incoming: &Incoming,
    moment: Moment,
) -> Act<'a> {
    let procedure = &desk.procedure;
    let channel = Some(incoming.channel);
    Act { tx, procedure, now: moment.now, doer: Doer::Desk, channel }
}

/// Handles an account that the desk does not know. An invitation code enrols its person; open
/// access enrols them as a requester; otherwise they are told how to get access.
async fn welcome(act: Act<'_>, desk: &Desk, incoming: &Incoming, moment: Moment) -> Result<()> {
    let locale = spoken(desk, incoming);
    let code = match &incoming.input {
        Input::Text(text) => commands::start::code(text),
        _ => None,
    };
    let private = incoming.chat.kind == ChatKind::Private;
    // A person who uses a command of the desk in a group addresses the desk, although other people
    // read the group.
    let speaks = private || (incoming.token.is_some() && private_chat(incoming).is_some());
    if let (true, Input::Text(text)) = (speaks, &incoming.input)
        && let Some(code) = commands::link::code(text)
    {
        return bring(act, desk, incoming, code).await;
    }
    if let Input::Press { code, .. } = &incoming.input
        && let Some(Code::Link(request, answer)) = Code::decode(code)
    {
        return press_unknown(&act, incoming, request, answer, locale).await;
    }
    if code.is_none() && !(desk.access == Access::Open && speaks && is_member(desk, incoming)) {
        return turn_away(&act, desk, incoming, locale).await;
    }
    if let Some(code) = code {
        // A wrong code must not enrol a person, not even before the refusal.
        let redeemed = match commands::start::redeem(&act, incoming, code).await {
            Ok(redeemed) => redeemed,
            Err(Error::Refused(refusal)) => {
                let voice = Voice { locale, procedure: act.procedure, now: act.now };
                let text = super::refusal::text(&voice, &refusal);
                return reply(&act, incoming, locale, text).await;
            }
            Err(error) => return Err(error),
        };
        let (account, person) = enrol(&act, incoming, locale).await?;
        let turn = begin(act, desk, incoming, moment, Known { account, person }).await?;
        commands::start::redeemed(&turn, redeemed).await?;
        same_person::ask(&turn).await?;
        return turn.acknowledge(None).await;
    }
    let (account, person) = enrol(&act, incoming, locale).await?;
    let turn = begin(act, desk, incoming, moment, Known { account, person }).await?;
    same_person::ask(&turn).await?;
    lead(&turn).await
}

/// Whether an unknown account is known to belong to the server of the desk; true where the desk
/// requires no server. Only an incoming from that server proves it; a private message does not, nor
/// does another server.
fn is_member(desk: &Desk, incoming: &Incoming) -> bool {
    let has_servers = incoming.channel == ChannelKind::Discord;
    !has_servers || desk.server.is_none() || incoming.server == desk.server
}

/// Answers a revoked account as a stranger's, also where access is open. A new invitation readmits
/// its person; an invitation that the account used before does not.
async fn readmit(
    act: Act<'_>,
    desk: &Desk,
    incoming: &Incoming,
    moment: Moment,
    known: Known,
) -> Result<()> {
    let Known { account, person } = known;
    let locale = person.locale;
    let code = match &incoming.input {
        Input::Text(text) => commands::start::code(text),
        _ => None,
    };
    let Some(code) = code else {
        let closed = Desk { access: Access::Invite, ..desk.clone() };
        return turn_away(&act, &closed, incoming, locale).await;
    };
    let redeemed = match commands::start::redeem(&act, incoming, code).await {
        Ok(redeemed) if redeemed.is_repeated => Err(Refusal::InvitationInvalid),
        Ok(redeemed) => Ok(redeemed),
        Err(Error::Refused(refusal)) => Err(refusal),
        Err(error) => return Err(error),
    };
    match redeemed {
        Ok(redeemed) => {
            let person = membership::revoke::readmit(&act, person).await?;
            let turn = begin(act, desk, incoming, moment, Known { account, person }).await?;
            commands::start::redeemed(&turn, redeemed).await?;
            turn.acknowledge(None).await
        }
        Err(refusal) => {
            let voice = Voice { locale, procedure: act.procedure, now: act.now };
            reply(&act, incoming, locale, super::refusal::text(&voice, &refusal)).await
        }
    }
}

/// Handles a link code from an account that the desk does not know: the owners of both accounts are
/// asked whether they are one person. A wrong code asks neither.
async fn bring(act: Act<'_>, desk: &Desk, incoming: &Incoming, code: &str) -> Result<()> {
    let locale = spoken(desk, incoming);
    let channel = incoming.channel;
    let external_key = incoming.sender.key.as_str();
    let visitor = Visitor { channel, external_key, person: None };
    let asker = match linking::try_code(act.tx, &visitor, code, act.now).await? {
        Tried::Good(asker) => asker,
        Tried::Refused(refusal) => {
            let voice = Voice { locale, procedure: act.procedure, now: act.now };
            return reply(&act, incoming, locale, super::refusal::text(&voice, &refusal)).await;
        }
    };
    let Some(private) = private_chat(incoming) else { return Ok(()) };
    let to = Address { chat_key: private, ..chat(incoming, locale) };
    let Some(question) = link_request::ask(&act, incoming, asker, &to).await? else {
        let text = super::wording::say(locale, "link-changed", &[]);
        return reply(&act, incoming, locale, text).await;
    };
    let via = incoming.token.clone().filter(|_| incoming.channel.shows_forms());
    posting::answer(&act, &chat(incoming, locale), question, via, About::asked()).await
}

/// Handles a press by an account that the desk does not know: the answer to a request to link it.
async fn press_unknown(
    act: &Act<'_>,
    incoming: &Incoming,
    request: i64,
    answer: LinkAnswer,
    locale: Locale,
) -> Result<()> {
    let channel = incoming.channel;
    let external_key = incoming.sender.key.as_str();
    let presser = link_request::Presser { channel, external_key, actor: None, locale };
    let told = link_request::answer(act, &presser, request, answer).await?;
    let Some(token) = incoming.token.clone() else { return Ok(()) };
    let answer = Delivery::Answer { token, text: told };
    posting::enqueue(act, &chat(incoming, locale), &answer, About::asked()).await
}

async fn enrol(
    act: &Act<'_>,
    incoming: &Incoming,
    locale: Locale,
) -> Result<(account::Model, person::Model)> {
    people::enrol(act.tx, newcomer(incoming, locale), act.now).await
}

fn newcomer(incoming: &Incoming, locale: Locale) -> NewPerson {
    NewPerson {
        channel: incoming.channel,
        external_key: incoming.sender.key.clone(),
        name: incoming.sender.name.clone(),
        locale,
    }
}

/// Notes that an account is reachable again. A person who was unreachable on all accounts gets the
/// messages that they missed.
async fn welcome_back(
    act: &Act<'_>,
    account: &account::Model,
    chat_key: &str,
    locale: Locale,
) -> Result<()> {
    let unheard = people::addresses(act.tx, account.person_id).await?.is_empty();
    people::note_private_message(act.tx, account, chat_key, act.now).await?;
    match account.unreachable_since.filter(|_| unheard) {
        Some(since) => {
            let chat_key = chat_key.to_owned();
            let person = Some(account.person_id);
            let to = Address { channel: account.channel, chat_key, person, locale };
            notify::catch_up::tell(act, &to, since).await
        }
        None => Ok(()),
    }
}

async fn begin<'t>(
    mut act: Act<'t>,
    desk: &'t Desk,
    incoming: &'t Incoming,
    moment: Moment,
    known: Known,
) -> Result<Turn<'t>> {
    let Known { mut account, person } = known;
    // In the private chat, the person gets the missed messages there.
    let was_silent = account.unreachable_since.is_some() && incoming.chat.kind != ChatKind::Private;
    if let Some(chat) = private_chat(incoming).filter(|_| may_be_open(&account, incoming, act.now))
    {
        welcome_back(&act, &account, &chat, person.locale).await?;
        account.last_heard_at = act.now;
        account.private_chat = Some(chat);
        account.unreachable_since = None;
    }
    let actor = people::actor(act.tx, person.id)
        .await?
        .ok_or_else(|| Error::Missing(format!("person {}", person.id)))?;
    act.doer = Doer::Person(actor.clone());
    let thread = threads::of_chat(act.tx, incoming.channel, &incoming.chat.key).await?;
    Ok(Turn {
        act,
        desk,
        disk_low: moment.disk_low,
        incoming,
        account,
        actor,
        locale: person.locale,
        was_silent,
        place: person.place,
        thread,
        acknowledged: AtomicBool::new(false),
    })
}

/// Handles an incoming of a known person. A refusal is told to the person; the service refuses
/// before it writes.
async fn lead(turn: &Turn<'_>) -> Result<()> {
    let done = obey(turn).await;
    match done {
        Err(Error::Refused(refusal)) => turn.refuse(&refusal).await?,
        other => other?,
    }
    if turn.was_silent {
        view::ephemeral::ask_again(turn).await?;
    }
    turn.acknowledge(None).await
}

/// Each branch has its own future on the heap, as in `press::press`.
fn obey<'a>(turn: &'a Turn<'_>) -> Doing<'a> {
    match &turn.incoming.input {
        Input::Text(text) => match (text.trim_start().strip_prefix('/'), &turn.thread) {
            // In a thread people talk to each other, so a slash may begin any text.
            (Some(line), Some(thread)) if !commands::is_known(line) => {
                Box::pin(thread_notes::keep(turn, thread, text))
            }
            (Some(command), _) => Box::pin(commands::run(turn, command)),
            (None, Some(thread)) => Box::pin(thread_notes::keep(turn, thread, text)),
            (None, None) => Box::pin(free_text::hear(turn, text)),
        },
        Input::Press { code, .. } => press::press(turn, code),
        Input::Attachment(attachment) => match &turn.thread {
            Some(thread) => Box::pin(thread_notes::keep_attachment(turn, thread, attachment)),
            None => Box::pin(free_text::hear_attachment(turn, attachment)),
        },
        Input::Edited(_) if turn.in_group() => Box::pin(ready(Ok(()))),
        Input::Edited(_) => Box::pin(turn.say("edits-are-not-followed", &[])),
        Input::Submit { code, fields, attachments } => {
            Box::pin(dialogue::submit(turn, code, fields, attachments))
        }
        Input::OpenFor { person, program } => {
            Box::pin(dialogue::register::point(turn, person, *program))
        }
        Input::Blocked
        | Input::Unblocked
        | Input::Moved { .. }
        | Input::Gone
        | Input::Unreadable(_)
        | Input::Anonymous => Box::pin(ready(Ok(()))),
    }
}

/// How long, in milliseconds, the desk does not write to a closed private chat while its person is
/// active in other places.
const CLOSED_FOR: i64 = HOUR;

/// Whether the private chat may be open: the person wrote in it, no message was refused there, or
/// the refusal is at least [`CLOSED_FOR`] ago.
fn may_be_open(account: &account::Model, incoming: &Incoming, now: Timestamp) -> bool {
    incoming.chat.kind == ChatKind::Private
        || account.unreachable_since.is_none_or(|since| now.since(since) >= CLOSED_FOR)
}

/// The private chat of this person: the one they write in, or, on networks where the desk may open
/// one, the one that belongs to the account.
fn private_chat(incoming: &Incoming) -> Option<String> {
    if incoming.chat.kind == ChatKind::Private {
        Some(incoming.chat.key.clone())
    } else {
        incoming.channel.private_chat(&incoming.sender.key)
    }
}

async fn turn_away(act: &Act<'_>, desk: &Desk, incoming: &Incoming, locale: Locale) -> Result<()> {
    let voice = Voice { locale, procedure: act.procedure, now: act.now };
    // With open access, a person needs no invitation: a private message is enough.
    let text = voice.text(match desk.access {
        Access::Open if !is_member(desk, incoming) => "stranger-server",
        Access::Open => "write-me-privately",
        Access::Invite => "stranger",
    });
    match incoming.chat.kind {
        _ if incoming.token.is_some() => answer(act, incoming, locale, text).await,
        // What strangers write in a group is not meant for the desk.
        ChatKind::Group => Ok(()),
        ChatKind::Private => {
            let channel = incoming.channel;
            let chat = incoming.chat.key.as_str();
            let since = act.now.plus(-STRANGERS_PAUSE);
            // A stranger who goes on writing has read the answer already.
            match recent::answered_stranger(act.tx, channel, chat, since).await? {
                true => Ok(()),
                false => post(act, incoming, locale, text).await,
            }
        }
    }
}

/// How long a person without access does not get the same answer again, in milliseconds.
const STRANGERS_PAUSE: i64 = MINUTE;

async fn refuse_anonymous(act: &Act<'_>, desk: &Desk, incoming: &Incoming) -> Result<()> {
    let text = super::wording::say(desk.locale, "anonymous", &[]);
    reply(act, incoming, desk.locale, text).await
}

/// Answers by the token, or else with a message in the chat.
async fn reply(act: &Act<'_>, incoming: &Incoming, locale: Locale, text: String) -> Result<()> {
    match incoming.token {
        Some(_) => answer(act, incoming, locale, text).await,
        None => post(act, incoming, locale, text).await,
    }
}

/// Answers a press or a command with a short text.
async fn answer(act: &Act<'_>, incoming: &Incoming, locale: Locale, text: String) -> Result<()> {
    let Some(token) = incoming.token.clone() else { return Ok(()) };
    let answer = Delivery::Answer { token, text: Some(text) };
    posting::enqueue(act, &chat(incoming, locale), &answer, About::asked()).await
}

async fn post(act: &Act<'_>, incoming: &Incoming, locale: Locale, text: String) -> Result<()> {
    let message = Outgoing { text: RichText::plain(text), buttons: vec![], ..Default::default() };
    // Most people who get such an answer in private have no access. The others only lose their
    // precedence over other chats.
    let precedence = match incoming.chat.kind {
        ChatKind::Private => Precedence::Stranger,
        ChatKind::Group => Precedence::Asked,
    };
    let about = About { precedence, ..About::default() };
    posting::post(act, &chat(incoming, locale), message, about).await
}

fn chat(incoming: &Incoming, locale: Locale) -> Address {
    Address { channel: incoming.channel, chat_key: incoming.chat.key.clone(), person: None, locale }
}

/// The language of the person's app where the desk has its texts, or the desk's default language.
fn spoken(desk: &Desk, incoming: &Incoming) -> Locale {
    incoming.sender.language.as_deref().and_then(Locale::from_tag).unwrap_or(desk.locale)
}
