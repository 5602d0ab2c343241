//! `/informe [AAAA-MM]` · `/report`: the general figures of a month, by default of the present one.
//! The command only queues the report: counting a month takes longer than a write transaction may,
//! so a worker answers.

use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        turn::Turn,
        view,
    },
    domain::{
        report::Month,
        right::{Verdict, What},
    },
    service::{
        Result,
        report::requests::{self, NewReportRequest},
    },
};

pub const COMMAND: Command = Command {
    spanish: view::report::COMMAND,
    english: "report",
    audience: Audience::Supervisor,
    argument: Argument::Text,
    verb: None,
};

pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    if turn.sees(What::Figures).await? == Verdict::Never {
        return super::not_yours(turn, &COMMAND).await;
    }
    let calendar = turn.act.procedure.desk_calendar();
    let present = Month::of(calendar, turn.act.now);
    let month = match rest {
        "" => present,
        rest => match rest.parse() {
            Ok(month) => month,
            Err(_) => return turn.tell("report-month-wrong", &[]).await,
        },
    };
    if month > present {
        return turn.tell("report-future", &[]).await;
    }
    let Some((to, via)) = turn.answers_later().await? else { return Ok(()) };
    let wish = NewReportRequest { month, asked_by: turn.actor.id, to, via };
    requests::add(turn.act.tx, wish, turn.act.now).await
}
