//! Questions that a form asks as one more field: the own question of a ticket's new category,
//! before the category's fields, and the training with a solution (C7). Deliberately absent: asking
//! one field, which is the same in every dialogue.

use super::Form;
use crate::{
    chat::{question::Recorded, turn::Turn, wording::say},
    domain::{
        field::{Answer, Field, Kind, Value},
        locale::{Locale, Localized},
        procedure::Procedure,
        verb::Verb,
    },
    entity::ticket,
    service::{
        Result, editions,
        ticket::{
            answer,
            answers::Solution,
            categorise::{Particulars, asks_form},
            train,
        },
    },
};

/// The key of the category's own question among its fields. Keys of the procedure's fields never
/// begin with `=`.
const DETAILS: &str = "=details";

/// The key of the training among the fields of a solution.
const TRAINING: &str = "=training";
/// The longest text about a training, in characters.
const LONGEST_TRAINING: usize = 1_000;

/// The fields that the chosen category asks of this ticket; none before a category is chosen.
pub(super) async fn asked(
    turn: &Turn<'_>,
    form: &Form,
    ticket: &ticket::Model,
) -> Result<Recorded> {
    let rules = editions::of(turn.act.tx, turn.act.procedure, ticket).await?;
    let category = form.choice.as_deref().and_then(|key| rules.category(key));
    let asking =
        category.filter(|category| asks_form(ticket, category) && category.key != ticket.category);
    let Some(category) = asking else { return Ok(Recorded::default()) };
    let name = |locale| say(locale, "form-details", &[]);
    let details = category.details.as_ref().map(|question| Field {
        key: DETAILS.to_owned(),
        name: Localized { es: name(Locale::Es), en: name(Locale::En) },
        question: Some(question.clone()),
        hint: None,
        // The requester need not have answered this question either.
        required: false,
        by: None,
        when: vec![],
        kind: Kind::Text { longest: turn.act.procedure.limits.message },
    });
    let fields = details.into_iter().chain(category.fields.iter().cloned()).collect();
    Ok(Recorded { fields, before: vec![] })
}

/// Separates the answer to the category's own question from the answers to its fields.
pub(super) fn split(answers: Vec<Answer>) -> Particulars {
    let (details, answers) = part(answers, DETAILS);
    Particulars { details, answers }
}

/// The fields that this person records when the ticket is solved or answered.
pub(super) async fn recorded(
    turn: &Turn<'_>,
    ticket: &ticket::Model,
    verb: Verb,
) -> Result<Recorded> {
    let rules = editions::of(turn.act.tx, turn.act.procedure, ticket).await?;
    let mut fields = answer::part(&turn.act, ticket, &rules, verb);
    if verb == Verb::Solve && !train::is_recorded(turn.act.tx, ticket.id).await? {
        fields.extend(training(&rules));
    }
    Ok(Recorded { fields, before: answer::before(ticket)? })
}

/// The question about the training of the requester, where the procedure asks it with a solution.
fn training(rules: &Procedure) -> Option<Field> {
    let both = |key: &'static str| {
        let said = |locale| say(locale, key, &[]);
        Localized { es: said(Locale::Es), en: said(Locale::En) }
    };
    rules.asks_training.then(|| Field {
        key: TRAINING.to_owned(),
        name: both("field-training"),
        question: Some(both("ask-field-training")),
        hint: None,
        required: false,
        by: None,
        when: vec![],
        kind: Kind::Text { longest: LONGEST_TRAINING },
    })
}

/// Separates the training from the other answers that are recorded with a solution.
pub(super) fn solution(text: &str, answers: Vec<Answer>) -> Solution {
    let (training, answers) = part(answers, TRAINING);
    Solution { text: text.to_owned(), answers, training }
}

/// The text of the answer to one field, and the other answers.
fn part(answers: Vec<Answer>, key: &str) -> (Option<String>, Vec<Answer>) {
    let (own, answers): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.field == key);
    let text = own.into_iter().find_map(|answer| match answer.value {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    });
    (text, answers)
}
