//! What an open conversation may hold: texts and files within the operator's limits. Deliberately absent: how
//! many tickets a requester may have open, which is the service's.

use crate::domain::{limits::Limits, refusal::Refusal};

/// The refusal of a text that is longer than this many characters, where one is.
pub(super) fn text_over<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    longest: usize,
) -> Option<Refusal> {
    let over = texts.into_iter().any(|text| text.chars().count() > longest);
    over.then_some(Refusal::TextFull { longest })
}

/// The refusal of too many files.
pub(super) fn files_over(files: usize, limits: &Limits) -> Option<Refusal> {
    (files > limits.files).then_some(Refusal::TooManyFiles { most: limits.files })
}

/// The refusal of one message that is too long by itself, rather than of what it was added to.
pub(super) fn of_message(refusal: Refusal, message: &str) -> Refusal {
    match refusal {
        Refusal::TextFull { longest } if message.chars().count() > longest => {
            Refusal::TextTooLong { longest }
        }
        other => other,
    }
}
