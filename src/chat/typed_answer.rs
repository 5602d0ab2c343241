//! A survey answered in words: "sí", "no" or a number of stars, when exactly one solution waits for
//! the person's answer. Any other text is no answer to the survey.

use crate::{
    chat::{button::SurveyAnswer, posting::About, press, turn::Turn, view::card},
    domain::status::Status,
    entity::card::CardView,
    service::{
        Result,
        ticket::{find, survey, survey::Progress},
    },
};

/// How many open tickets of a person are read.
const OPEN: u64 = 20;

/// Takes the text as an answer to the one open survey. Gives whether it was one.
pub(super) async fn answer(turn: &Turn<'_>, text: &str) -> Result<bool> {
    let stars = text.trim().parse().ok().filter(|stars| (1..=5).contains(stars));
    let said = turn.voice().yes_or_no(text);
    if stars.is_none() && said.is_none() {
        return Ok(false);
    }
    let open = find::mine_open(turn.act.tx, turn.actor.id, OPEN).await?;
    let mut waiting = open.into_iter().filter(|ticket| ticket.status == Status::Solved);
    let (Some(ticket), None) = (waiting.next(), waiting.next()) else { return Ok(false) };
    let meant = match (survey::progress(turn.act.tx, &ticket).await?, said, stars) {
        (Progress::Asked, Some(true), _) => SurveyAnswer::Yes,
        (Progress::Asked, Some(false), _) => SurveyAnswer::No,
        (Progress::Authorised, _, Some(stars)) => SurveyAnswer::Stars(stars),
        _ => return Ok(false),
    };
    press::on_survey(turn, ticket.number, ticket.round, meant).await?;
    if meant == SurveyAnswer::Yes {
        // A change to a message further up is not noticed by a person who types at the end of the
        // chat.
        let about = About::critical(ticket.id);
        card::draw(&turn.act, &turn.here(), CardView::Survey, &ticket, about).await?;
    }
    Ok(true)
}
