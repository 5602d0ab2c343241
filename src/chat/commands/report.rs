//! `/informe [AAAA-MM]` · `/report`: the general figures of a month, of the present one when none is
//! named.

use crate::{
    chat::{
        commands::{Argument, Command},
        outgoing::Audience,
        say::About,
        turn::Turn,
        view,
    },
    domain::report::Month,
    service::{Result, report},
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "informe",
    english: "report",
    audience: Audience::Supervisor,
    argument: Argument::Text,
    verb: None,
};

/// Shows the figures.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let calendar = &turn.act.procedure.calendar;
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
    let cases = report::cases(turn.act.tx, turn.act.procedure, &month.span(calendar)).await?;
    let message = view::report::message(&turn.voice(), &cases, month);
    turn.post_privately(message, About::default()).await
}
