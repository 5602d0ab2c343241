//! Does what a complete form says, tells everybody whom it concerns, and confirms. Deliberately
//! absent: asking, which is the machine's ([`super`]).

use super::{Field, Form, FormVerb, recorded};
use crate::{
    chat::{
        dialogue::{self, Dialogue, Options, offer, options},
        notify,
        say::About,
        turn::Turn,
        view,
    },
    domain::{
        id::{PersonId, TicketNumber},
        refusal::Refusal,
        verb::decide,
    },
    service::{
        Error, Result, editions,
        ticket::{
            Done,
            answers::Solution,
            attachment::{self, NewAttachment},
            close, find, follow_up, hand_over, not_manage, solve, survey, suspend,
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
    let ticket = find::one(turn.act.tx, &turn.actor, number).await?;
    let facts = find::facts(turn.act.tx, &ticket).await?;
    let status = decide(&turn.act.doer, form.verb.verb(), &facts)?;
    let rules = editions::of(turn.act.tx, turn.act.procedure, &ticket).await?;
    if status.is_some_and(|status| !rules.uses(status)) {
        return Err(Refusal::NotInProcedure(number).into());
    }
    match &form.choice {
        Some(group) if form.verb == FormVerb::Escalate && *group == ticket.group_key => {
            Err(Refusal::SameGroup(group.clone()).into())
        }
        _ => Ok(()),
    }
}

/// Does what the form says, asking first what it lacks.
pub async fn begin(turn: &Turn<'_>, form: Form) -> Result<()> {
    begin_because(turn, form, None).await
}

/// The same, with a word on why something is asked that was given.
pub async fn begin_because(turn: &Turn<'_>, form: Form, why: Option<String>) -> Result<()> {
    let field = form.field(recorded(&turn.voice(), &Options::default()));
    if field != Field::Nothing {
        allowed(turn, &form).await?;
    }
    match field {
        Field::Nothing => Box::pin(carry_out(turn, form)).await,
        _ => Box::pin(dialogue::begin_because(turn, Dialogue::Form(form), why)).await,
    }
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
pub(in crate::chat::dialogue) async fn carry_out(turn: &Turn<'_>, form: Form) -> Result<()> {
    if form.verb == FormVerb::Solve && asks_more(turn, &form).await? {
        allowed(turn, &form).await?;
        return Box::pin(dialogue::begin(turn, Dialogue::Form(form))).await;
    }
    let Some(number) = form.number else { return Ok(()) };
    let text = form.text.as_deref().unwrap_or_default();
    let choice = form.choice.as_deref().unwrap_or_default();
    let act = &turn.act;
    let mut done = match form.verb {
        FormVerb::View => return show(turn, number).await,
        FormVerb::Explain => return explain(turn, number).await,
        FormVerb::Comment if text.trim().is_empty() => return skip_comment(turn, number).await,
        FormVerb::Accept => hand_over::accept(act, number).await,
        FormVerb::Assign => {
            let to = PersonId(choice.parse().unwrap_or_default());
            hand_over::assign(act, number, to).await
        }
        FormVerb::Escalate => hand_over::escalate(act, number, choice, text).await,
        FormVerb::Note => follow_up::note(act, number, text).await,
        FormVerb::Reply => follow_up::reply(act, number, text).await,
        FormVerb::Suspend => suspend::suspend(act, number, reason(choice, text)).await,
        FormVerb::Resume => suspend::resume(act, number).await,
        FormVerb::PassToVendor => suspend::pass_to_vendor(act, number, text).await,
        FormVerb::Solve => {
            let answers = form.report.answers.clone();
            solve::solve(act, number, Solution { text: text.to_owned(), answers }).await
        }
        FormVerb::NotManage => not_manage::not_manage(act, number, reason(choice, text)).await,
        FormVerb::Reject => solve::reject(act, number, form.round, text).await,
        FormVerb::Comment => survey::comment(act, number, form.round, text).await,
        FormVerb::Withdraw => close::withdraw(act, number).await,
    }?;
    let files = form.attachments.len();
    for kept in form.attachments {
        let internal = form.verb == FormVerb::Note;
        let kept = NewAttachment { internal, ..offer::reference(kept) };
        let kept = attachment::keep(act, &done.ticket, kept).await?;
        done.events.extend(kept.events);
    }
    confirm(turn, (form.verb, files), &done).await?;
    notify::tell(act, &done).await
}

/// Whether the ticket, once it is known, has something recorded with its solution that was not said.
async fn asks_more(turn: &Turn<'_>, form: &Form) -> Result<bool> {
    let asked = Dialogue::Form(form.clone());
    let options = Box::pin(options::load(turn, &asked)).await?;
    Ok(form.field(recorded(&turn.voice(), &options)) != Field::Nothing)
}

/// Tells the person that it is done.
async fn confirm(turn: &Turn<'_>, (verb, files): (FormVerb, usize), done: &Done) -> Result<()> {
    let voice = turn.voice();
    let technician = find::facts(turn.act.tx, &done.ticket).await?.technician;
    let technician = technician.map(|(_, name)| name);
    let args = [
        ("number", done.ticket.number.to_string().into()),
        ("group", voice.group(&done.ticket.group_key).into()),
        ("reason", voice.reason(done.ticket.suspension.as_deref().unwrap_or_default()).into()),
        ("name", technician.clone().unwrap_or_default().into()),
    ];
    let key = match (verb, technician) {
        (FormVerb::Reject, None) => "done-reject-group".to_owned(),
        _ => format!("done-{}", verb.key()),
    };
    let mut message = voice.say(&key, &args);
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
    let ticket = find::one(turn.act.tx, &turn.actor, number).await?;
    view::card::show(turn, &ticket).await
}

async fn explain(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let ticket = find::one(turn.act.tx, &turn.actor, number).await?;
    let message = view::sla::message(&turn.act, &turn.voice(), &ticket).await?;
    turn.post_privately(message, About::ticket(ticket.id)).await
}
