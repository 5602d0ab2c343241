//! Does what a complete form says, tells everybody whom it concerns, and confirms. Deliberately
//! absent: asking, which is the machine's ([`super`]).

use super::{Field, Form, FormVerb, choices, particulars, recorded};
use crate::{
    chat::{
        Doing,
        dialogue::{self, Dialogue, Options, offer, options},
        named, notify,
        posting::About,
        turn::Turn,
        view,
        wording::TypedTag,
    },
    domain::{
        event::Event,
        id::{PersonId, TicketNumber},
        priority::Priority,
        refusal::Refusal,
        status::Status,
        verb::decide,
        visit::Whereabouts,
    },
    service::{
        Error, Result, editions,
        ticket::{
            Done, answer,
            answers::Solution,
            approve, asset,
            attachment::{self, NewAttachment},
            categorise, child, close, equipment, evidence, find, follow_up, hand_over, not_manage,
            route, solve, survey, suspend, train, triage, visit,
        },
    },
};

/// Whether the person may still do what the form is about.
pub(in crate::chat::dialogue) async fn still_makes_sense(
    turn: &Turn<'_>,
    form: &Form,
) -> Result<bool> {
    match allowed(turn, form).await {
        Ok(()) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Refuses at once what would be refused after the last answer.
async fn allowed(turn: &Turn<'_>, form: &Form) -> Result<()> {
    let Some(number) = form.number else {
        let needs = form.verb.verb().leads_to();
        let there = needs.is_none_or(|status| turn.act.procedure.uses(status));
        return if there { Ok(()) } else { Err(Refusal::NoSuchStep.into()) };
    };
    let ticket = Box::pin(allowed::check(&turn.act, number, form.verb.verb())).await?;
    match &form.choice {
        Some(group) if form.verb == FormVerb::Escalate && *group == ticket.group_key => {
            Err(Refusal::SameGroup(group.clone()).into())
        }
        _ => Ok(()),
    }
}

/// Does what the form says, asking first what it lacks.
pub fn begin<'a>(turn: &'a Turn<'_>, form: Form) -> Doing<'a> {
    begin_because(turn, form, None)
}

/// The same, with a word on why something is asked that was given.
pub fn begin_because<'a>(turn: &'a Turn<'_>, form: Form, why: Option<String>) -> Doing<'a> {
    Box::pin(ask_or_do(turn, form, why))
}

async fn ask_or_do(turn: &Turn<'_>, form: Form, why: Option<String>) -> Result<()> {
    let form = Box::pin(answering(turn, form)).await?;
    match form.over(&turn.act.procedure.limits) {
        Some(Refusal::TextFull { longest }) => {
            return Err(Refusal::TextTooLong { longest }.into());
        }
        Some(other) => return Err(other.into()),
        None => {}
    }
    let field = form.field(recorded(&turn.voice(), &Options::default()));
    if field != Field::Nothing {
        Box::pin(allowed(turn, &form)).await?;
    }
    match field {
        Field::Nothing => Box::pin(carry_out(turn, form)).await,
        _ => Box::pin(dialogue::begin_because(turn, Dialogue::Form(form), why)).await,
    }
}

/// The same form, as an answer to the group that received the request where the person may only give
/// that: a solution is meant by both.
async fn answering(turn: &Turn<'_>, form: Form) -> Result<Form> {
    let Some(number) = form.number.filter(|_| form.verb == FormVerb::Solve) else {
        return Ok(form);
    };
    let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
    let facts = find::facts(turn.act.tx, turn.act.procedure, &ticket).await?;
    let decided = decide(&turn.act.doer, form.verb.verb(), &facts);
    let goes_back = matches!(decided, Err(Refusal::AnswerGoesBack { .. }));
    let verb = if goes_back { FormVerb::Answer } else { form.verb };
    Ok(Form { verb, ..form })
}

/// Asks for a comment on the rating just given.
pub async fn ask_comment(turn: &Turn<'_>, number: TicketNumber, round: i32) -> Result<()> {
    let form = Form { round, ..Form::of(FormVerb::Comment, Some(number)) };
    dialogue::begin(turn, Dialogue::Form(form)).await
}

/// Ends a survey without a comment.
pub async fn skip_comment(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    turn.tell("done-comment-skipped", &[("number", number.to_string().into())]).await
}

/// Does what a complete form says, tells everybody whom it concerns, and confirms.
pub(in crate::chat::dialogue) fn carry_out<'a>(turn: &'a Turn<'_>, form: Form) -> Doing<'a> {
    Box::pin(work(turn, form))
}

async fn work(turn: &Turn<'_>, form: Form) -> Result<()> {
    let form = Box::pin(answering(turn, form)).await?;
    if form.verb.has_fields() && asks_more(turn, &form).await? {
        Box::pin(allowed(turn, &form)).await?;
        return Box::pin(dialogue::begin(turn, Dialogue::Form(form))).await;
    }
    let Some(number) = form.number else { return Ok(()) };
    match form.verb {
        FormVerb::View => return show(turn, number).await,
        FormVerb::Explain => return explain(turn, number).await,
        FormVerb::Comment if form.text.as_deref().unwrap_or_default().trim().is_empty() => {
            return skip_comment(turn, number).await;
        }
        _ => {}
    }
    let act = &turn.act;
    let has_room = form.attachments.is_empty()
        || attachment::has_room(act, number, form.attachments.len()).await?;
    // On the heap, as what follows: the stack of a thread holds no whole desk.
    let (mut done, related) = Box::pin(operate(turn, number, &form)).await?;
    // Without room the words are kept all the same.
    let attachments = if has_room { form.attachments } else { vec![] };
    let files = attachments.len();
    for kept in attachments {
        let internal = matches!(form.verb, FormVerb::Note | FormVerb::Answer);
        let kept = NewAttachment { internal, ..offer::reference(kept) };
        match &related {
            // What comes with the words of a related case belongs there.
            Some(child) if form.verb == FormVerb::OpenChild => {
                attachment::keep(act, &child.ticket, kept).await?;
            }
            _ => {
                let kept = attachment::keep(act, &done.ticket, kept).await?;
                done.events.extend(kept.events);
            }
        }
    }
    if form.verb != FormVerb::Evidence || files > 0 {
        confirm(turn, (form.verb, files), (&done, related.as_ref())).await?;
    }
    Box::pin(notify::tell(act, &done)).await?;
    if let Some(related) = &related {
        Box::pin(notify::tell(act, related)).await?;
    }
    if !has_room {
        turn.refuse(&attachment::no_room(act)).await?;
    }
    let evidence = || Dialogue::Form(Form::of(FormVerb::Evidence, Some(number)));
    match form.verb {
        // The absence counts by now, with or without the photo.
        FormVerb::Miss if files == 0 => Box::pin(dialogue::begin(turn, evidence())).await,
        FormVerb::Evidence if form.text.is_some() && files == 0 => {
            let why = turn.voice().text("added-to-note");
            Box::pin(dialogue::begin_because(turn, evidence(), Some(why))).await
        }
        FormVerb::Miss | FormVerb::Evidence => dialogue::visit::begin_again(turn, number).await,
        _ => Ok(()),
    }
}

/// The operation that a form stands for: what it did, and what it opened beside it.
async fn operate(
    turn: &Turn<'_>,
    number: TicketNumber,
    form: &Form,
) -> Result<(Done, Option<Done>)> {
    let act = &turn.act;
    let text = form.text.as_deref().unwrap_or_default();
    let choice = form.choice.as_deref().unwrap_or_default();
    let done = match form.verb {
        // These change nothing.
        FormVerb::View | FormVerb::Explain => {
            return Err(Refusal::NotYourRole(form.verb.verb()).into());
        }
        FormVerb::PassToVendor => return child::pass_to_vendor(act, number, text).await,
        FormVerb::OpenChild => {
            let to = choices::destination(choice);
            let to = to.ok_or_else(|| Refusal::UnknownCategory(choice.to_owned()))?;
            let (done, child) = child::open_child(act, number, &to, text).await?;
            return Ok((done, Some(child)));
        }
        FormVerb::Approve => {
            let (done, next) = Box::pin(approve::approve(act, number)).await?;
            return Ok((done, Some(next)));
        }
        FormVerb::Accept => hand_over::accept(act, number).await,
        FormVerb::Assign => {
            let to = PersonId(choice.parse().unwrap_or_default());
            hand_over::assign(act, number, to).await
        }
        FormVerb::Escalate => match choices::person(choice) {
            Some(person) => hand_over::escalate_to_person(act, number, person, text).await,
            None => hand_over::escalate(act, number, choice, text).await,
        },
        FormVerb::Note => follow_up::note(act, number, text).await,
        FormVerb::Reply => follow_up::reply(act, number, text).await,
        FormVerb::Suspend => match choices::asking(choice) {
            Some(reason) => suspend::ask(act, number, reason, text).await,
            None => suspend::suspend(act, number, reason(choice, text)).await,
        },
        FormVerb::Resume => suspend::resume(act, number).await,
        FormVerb::Decline => Box::pin(approve::decline(act, number, text)).await,
        FormVerb::CheckAsset => {
            let TypedTag { tag, verified } = turn.voice().typed_tag(text);
            asset::check(act, number, &tag, verified).await
        }
        FormVerb::Solve => {
            let solution = particulars::solution(text, form.report.answers.clone());
            Box::pin(solve::solve(act, number, solution)).await
        }
        FormVerb::Answer => {
            let answers = form.report.answers.clone();
            let answer = Solution { text: text.to_owned(), answers, training: None };
            Box::pin(answer::answer(act, number, answer)).await
        }
        FormVerb::NotManage => not_manage::not_manage(act, number, reason(choice, text)).await,
        FormVerb::Route => route::route(act, number, choice).await,
        FormVerb::Train => train::train(act, number, text).await,
        FormVerb::Reject => solve::reject(act, number, form.round, text).await,
        FormVerb::Comment => survey::comment(act, number, form.round, text).await,
        FormVerb::Withdraw => close::withdraw(act, number).await,
        FormVerb::Arrive => visit::arrive(act, number).await,
        FormVerb::Miss => visit::miss(act, number, text).await,
        FormVerb::Evidence => evidence::add(act, number, text).await,
        FormVerb::MoveToWorkshop => equipment::take(act, number, Whereabouts::Workshop, text).await,
        FormVerb::MoveToVendor => equipment::take(act, number, Whereabouts::Vendor, text).await,
        FormVerb::ReturnEquipment => equipment::give_back(act, number).await,
        FormVerb::ReceiveEquipment => equipment::receive(act, number).await,
        FormVerb::Prioritise => {
            let priority = Priority::ALL.into_iter().find(|one| one.as_str() == choice);
            let unknown = || Refusal::UnknownPriority(choice.to_owned());
            triage::prioritise(act, number, priority.ok_or_else(unknown)?).await
        }
        FormVerb::Categorise => {
            let particulars = particulars::split(form.report.answers.clone());
            Box::pin(categorise::categorise(act, number, choice, particulars)).await
        }
    }?;
    Ok((done, None))
}

/// Whether the ticket, once it is known, has something recorded with its solution, or asked by its new
/// category, that was not said.
async fn asks_more(turn: &Turn<'_>, form: &Form) -> Result<bool> {
    let asked = Dialogue::Form(form.clone());
    let options = Box::pin(options::load(turn, &asked)).await?;
    Ok(form.field(recorded(&turn.voice(), &options)) != Field::Nothing)
}

/// Tells the person that it is done.
async fn confirm(
    turn: &Turn<'_>,
    (verb, files): (FormVerb, usize),
    (done, related): (&Done, Option<&Done>),
) -> Result<()> {
    let voice = turn.voice();
    let facts = find::facts(turn.act.tx, turn.act.procedure, &done.ticket).await?;
    let receiver = facts.technician.or(facts.meant_for);
    let unheard = match (&receiver, verb) {
        (Some((id, _)), FormVerb::Assign | FormVerb::Escalate) => {
            crate::chat::unreachable::reason(turn, *id).await?
        }
        _ => None,
    };
    let technician = match (receiver, verb) {
        // Of two technicians of one name the confirmation says who got the ticket.
        (Some((id, _)), FormVerb::Assign | FormVerb::Escalate) => {
            named::among_specialists(turn.act.tx, &voice, id).await?
        }
        (technician, _) => technician.map(|(_, name)| name),
    };
    let other = related.map(|related| &related.ticket);
    let assets = done.events.iter().find_map(|event| match event {
        Event::AssetChecked { tag, .. } => Some(tag.as_str()),
        _ => None,
    });
    let category = voice.procedure.category(&done.ticket.category);
    let usual = category.map_or(done.ticket.group_key.as_str(), |category| &category.group);
    let route = done.events.iter().find_map(|event| match event {
        Event::Routed { route, .. } => turn.act.procedure.route(route),
        _ => None,
    });
    let moved =
        done.events.iter().any(|e| matches!(e, Event::Recategorised { group: Some(_), .. }));
    let args = [
        ("approval", if done.ticket.approval { "yes" } else { "no" }.into()),
        ("route", route.map_or("", |route| route.procedure.get(voice.locale)).into()),
        ("status", voice.standing(&done.ticket).into()),
        ("number", done.ticket.number.to_string().into()),
        ("group", voice.group(&done.ticket.group_key).into()),
        ("reason", voice.reason(done.ticket.suspension.as_deref().unwrap_or_default()).into()),
        ("name", technician.clone().unwrap_or_default().into()),
        ("other", other.map_or(String::new(), |ticket| ticket.number.to_string()).into()),
        ("to", other.map_or("", |ticket| voice.group(&ticket.group_key)).into()),
        ("tag", assets.unwrap_or_default().into()),
        ("priority", voice.priority(done.ticket.priority).into()),
        ("category", voice.category(&done.ticket.category).into()),
        ("usual", voice.group(usual).into()),
        ("elsewhere", if usual == done.ticket.group_key { "no" } else { "yes" }.into()),
        voice.escalates(),
    ];
    let on_site = done.ticket.status == Status::EscalatedOnSite;
    let key = match (verb, technician) {
        (FormVerb::Solve, _) if done.ticket.requester_id == turn.actor.id => {
            "done-solve-own".to_owned()
        }
        (FormVerb::Reject, None) => "done-reject-group".to_owned(),
        (FormVerb::Escalate, Some(_)) => "done-escalate-person".to_owned(),
        (FormVerb::Escalate, None) if on_site => "done-escalate-on-site".to_owned(),
        (FormVerb::Categorise, _) if route.is_some() => "done-route".to_owned(),
        (FormVerb::Categorise, _) if moved => "done-category-moved".to_owned(),
        (FormVerb::PassToVendor, _) if other.is_some() => "done-vendor-child".to_owned(),
        _ => format!("done-{}", verb.key_in(turn.act.procedure)),
    };
    let mut message = match crate::chat::unreachable::confirmation(turn, &key, &done.ticket).await?
    {
        Some((twin, why)) => format!("{} {why}", voice.say(twin, &args)).trim_end().to_owned(),
        None => voice.say(&key, &args),
    };
    if let Some(why) = unheard {
        message.push_str(&format!(" {why}"));
    }
    let came_to_group = match verb {
        FormVerb::Escalate => Some(&done.ticket),
        _ => other,
    };
    if let Some(ticket) = came_to_group
        && let Some(word) = notify::empty_group::confirmation_note(turn, ticket).await?
    {
        message.push_str(&format!(" {word}"));
    }
    if files > 0 {
        message.push_str(&format!(" {}", voice.say("files-kept", &[("count", files.into())])));
    }
    turn.tell_text(message).await
}

/// The key of the listed reason, which each reader reads in their language, or one's own words.
fn reason<'f>(choice: &'f str, text: &'f str) -> &'f str {
    if choice.is_empty() { text } else { choice }
}

async fn show(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
    view::card::show(turn, &ticket).await
}

async fn explain(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
    let message = view::sla::message(&turn.act, &turn.voice(), &ticket).await?;
    turn.post_privately(message, About::ticket(ticket.id)).await
}
