//! `/seguir N` · `/follow N`: the person is notified when the ticket's status changes, until the
//! same command ends this. The ticket's requester and technician are notified without it.

use async_trait::async_trait;

use super::{Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        turn::Turn,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{
        Result,
        ticket::{
            find,
            follow::{self, Following},
        },
    },
};

pub const COMMAND: Command = Command {
    spanish: "seguir",
    english: "follow",
    audience: Audience::Technician,
    argument: Argument::Ticket,
    verb: Some(Verb::Follow),
};

#[derive(Debug)]
pub struct Follow;

#[async_trait]
impl Operation for Follow {
    fn name(&self) -> &'static str {
        "follow"
    }

    fn verb(&self) -> Verb {
        Verb::Follow
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        _form: &Form,
    ) -> Result<Outcome> {
        let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
        let key = match follow::follow(&turn.act, number).await? {
            Following::Begun => "done-follow",
            Following::Ended => "done-unfollow",
        };
        let voice = turn.voice();
        let args =
            [("number", number.to_string().into()), ("status", voice.standing(&ticket).into())];
        turn.tell(key, &args).await?;
        Ok(Outcome::Answered)
    }
}
