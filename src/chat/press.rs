//! The effect of a pressed button. A late press is answered from the present state of the ticket;
//! an unknown code gets a polite answer.

use crate::{
    chat::{
        Doing,
        button::{Code, SurveyAnswer},
        commands, dialogue, link_request, notify,
        operation::{self, Form},
        roster, same_person,
        turn::Turn,
        view,
    },
    domain::{id::TicketNumber, refusal::Refusal, status::Status, verb::Verb},
    service::{
        Result,
        ticket::{find, survey},
    },
};

/// Does what the button's code says. Each code has its own future on the heap: one future that held
/// all of them would be too large for the stack of a thread.
pub(super) fn press<'a>(turn: &'a Turn<'_>, code: &str) -> Doing<'a> {
    match Code::decode(code) {
        Some(Code::Ticket(verb, number)) => Box::pin(on_ticket(turn, verb, number)),
        Some(Code::FollowUp(number)) => Box::pin(dialogue::new_ticket::follow_up(turn, number)),
        Some(Code::Files(number)) => Box::pin(view::files::show(turn, number)),
        Some(Code::Survey(number, round, answer)) => {
            Box::pin(on_survey(turn, number, round, answer))
        }
        Some(Code::Agree(number, at)) => Box::pin(dialogue::visit::agree(turn, number, at)),
        Some(Code::Dialogue(serial, choice)) => {
            Box::pin(async move { dialogue::choose(turn, serial, choice).await })
        }
        Some(Code::Write(serial)) => Box::pin(dialogue::write(turn, serial)),
        Some(Code::More(list, cursor)) => Box::pin(commands::queue::page(turn, list, Some(cursor))),
        Some(Code::Language(locale)) => Box::pin(commands::language::choose(turn, locale)),
        Some(Code::Command(name)) => Box::pin(async move { commands::run(turn, &name).await }),
        Some(Code::Same { noted, newcomer, yes }) => Box::pin(same_person::answer(
            turn,
            same_person::Answer { noted, newcomer, is_same: yes },
        )),
        Some(Code::Link(request, answer)) => Box::pin(link_request::press(turn, request, answer)),
        Some(Code::Unlink(link)) => Box::pin(commands::unlink::undo(turn, link)),
        Some(Code::Roster(step)) => Box::pin(roster::press(turn, step)),
        None => Box::pin(turn.tell("button-unknown", &[])),
    }
}

async fn on_ticket(turn: &Turn<'_>, verb: Verb, number: TicketNumber) -> Result<()> {
    match verb {
        Verb::Visit => return dialogue::visit::begin_planning(turn, number).await,
        Verb::ChooseVisit => return dialogue::visit::begin_for_requester(turn, number).await,
        _ => {}
    }
    let Some(operation) = operation::of_verb(verb) else {
        return turn.tell("button-unknown", &[]).await;
    };
    dialogue::form::begin(turn, Form::of(operation, Some(number))).await
}

/// Takes an answer to a survey, pressed or typed.
pub(super) async fn on_survey(
    turn: &Turn<'_>,
    number: TicketNumber,
    round: i32,
    answer: SurveyAnswer,
) -> Result<()> {
    let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
    if ticket.requester_id != turn.actor.id {
        return Err(Refusal::NotYourRequest(number).into());
    }
    match answer {
        SurveyAnswer::Yes => {
            let done = survey::authorise(&turn.act, number, round).await?;
            notify::tell(&turn.act, &done).await?;
            // The survey's message is in the private chat, which may be closed.
            view::ephemeral::show_next(turn, &done.ticket).await
        }
        SurveyAnswer::Stars(stars) => {
            let done = survey::rate(&turn.act, number, round, stars).await?;
            notify::tell(&turn.act, &done).await?;
            dialogue::form::ask(turn, operation::comment_form(number, round)).await
        }
        SurveyAnswer::No => {
            if ticket.round != round || ticket.status != Status::Solved {
                return Err(Refusal::SurveyOver { number, status: ticket.status }.into());
            }
            dialogue::form::begin(turn, operation::reject_form(number, round)).await
        }
        SurveyAnswer::Skip => operation::skip_comment(turn, number).await,
    }
}
