//! The words after a command: the ticket's number, then what the operation reads.

use super::{Form, Operation};
use crate::{chat::turn::Turn, domain::id::TicketNumber, service::Result};

/// The form of an operation with what the words after its command say. The text says why a question
/// follows although the words answered it, if one does.
///
/// # Errors
/// When the database fails, and what the service refuses about a named ticket.
pub async fn form_of_words(
    turn: &Turn<'_>,
    operation: &'static dyn Operation,
    rest: &str,
) -> Result<(Form, Option<String>)> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    operation.read(turn, Form::of(operation, number), words).await
}

/// Reads a ticket's number as people write it: `12` or `#12`.
pub fn ticket_number(text: &str) -> Option<TicketNumber> {
    let digits = text.trim().trim_start_matches('#');
    digits.parse().ok().filter(|number| *number > 0).map(TicketNumber)
}

/// Splits `12 words` into the number and the words. Without a number, the ticket of the thread or
/// of the answered message is meant, and the whole text is words. In a thread, where the number is
/// left out, a bare number before words is one of the words, unless it is the number of the
/// thread's ticket.
///
/// # Errors
/// When the database fails.
pub async fn ticket_and_words<'w>(
    turn: &Turn<'_>,
    rest: &'w str,
) -> Result<(Option<TicketNumber>, Option<&'w str>)> {
    let (first, words) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let some = |words: &'w str| Some(words.trim()).filter(|words| !words.is_empty());
    let meant = turn.number_meant().await?;
    let is_named = |number: TicketNumber| {
        turn.thread.is_none() || first.starts_with('#') || words.is_empty() || meant == Some(number)
    };
    match ticket_number(first).filter(|number| is_named(*number)) {
        Some(number) => Ok((Some(number), some(words))),
        None => Ok((meant, some(rest))),
    }
}
