//! The survey, in one message that every answer edits: whether the problem is solved, the rating,
//! the thanks.

use crate::{
    chat::{
        button::{Code, SurveyAnswer},
        outgoing::{Button, Outgoing, RichText, Style},
        shorten::clip,
        wording::{Voice, instants, number},
    },
    domain::{ending::Ending, status::Status},
    entity::ticket,
    service::{
        Act, Result, editions,
        ticket::{
            find,
            survey::{self, Progress},
        },
    },
};

/// What the survey on a ticket's latest solution shows now.
pub async fn content(act: &Act<'_>, voice: &Voice<'_>, ticket: &ticket::Model) -> Result<Outgoing> {
    let solver = find::solver(act.tx, ticket.id).await?;
    let progress = survey::progress(act.tx, ticket).await?;
    let rules = editions::of(act.tx, act.procedure, ticket).await?;
    let mut text = voice.heading(ticket);
    let args = [
        ("number", number(ticket)),
        ("status", voice.standing(ticket).into()),
        ("name", solver.map(|(_, name)| name).unwrap_or_default().into()),
        ("rule", voice.or_usual(rules.closing.silence_rule.as_ref(), "rule-silence").into()),
        ("question", voice.or_usual(rules.survey.solved.as_ref(), "survey-solved").into()),
        ("rating", voice.or_usual(rules.survey.rating.as_ref(), "survey-rating").into()),
    ];
    text.push(format!("\n{}", voice.say("survey-solution", &args)), Style::Plain);
    let solution = clip(ticket.solution.as_deref().unwrap_or_default(), 1_500);
    text.push(format!("\n{}", voice.quote(&solution)), Style::Italic);
    let code = |answer| Code::Survey(ticket.number, ticket.round, answer).encode();
    let button = |key: &str, answer| Button { label: voice.text(key), code: code(answer) };
    let by = [instants::when(ticket.close_at)];
    let mut line = |key: &str| text.append("\n\n", voice.on_card(key, &args, &by));
    let mut buttons = Vec::new();
    match (ticket.status, progress) {
        (Status::Solved, Progress::Asked) => {
            line("survey-ask");
            buttons.push(vec![
                button("button-yes", SurveyAnswer::Yes),
                button("button-no", SurveyAnswer::No),
            ]);
        }
        (Status::Solved, _) => {
            line("survey-rate");
            let star = |stars: u8| {
                let code = code(SurveyAnswer::Stars(stars));
                Button { label: stars.to_string(), code }
            };
            buttons.push((1..=5).map(star).collect());
        }
        (Status::Closed, Progress::Rated(stars)) => {
            let args = [("number", number(ticket)), ("stars", stars.into())];
            text.push(format!("\n\n{}", voice.say("survey-thanks", &args)), Style::Plain);
        }
        (Status::Closed, _) if ticket.ending == Some(Ending::Silence) => line("survey-silence"),
        (Status::Closed, _) => line("survey-closed"),
        (Status::Reopened, _) => line("survey-reopened"),
        _ => line("survey-over"),
    }
    if ticket.status.is_final() {
        let code = Code::FollowUp(ticket.number).encode();
        buttons.push(vec![Button { label: voice.text("button-follow-up"), code }]);
    }
    Ok(Outgoing { text: RichText(text.0), buttons, ..Default::default() })
}
