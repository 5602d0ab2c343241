//! The operator's limits on the texts and files of an open conversation. Deliberately absent: how
//! many open tickets a requester may have, which the service checks.

use crate::domain::{limits::Limits, refusal::Refusal};

/// The refusal when any of the texts has more than `longest` characters.
pub(super) fn text_over<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    longest: usize,
) -> Option<Refusal> {
    let over = texts.into_iter().any(|text| text.chars().count() > longest);
    over.then_some(Refusal::TextFull { longest })
}

/// The refusal when there are more files than the operator allows.
pub(super) fn files_over(files: usize, limits: &Limits) -> Option<Refusal> {
    (files > limits.files).then_some(Refusal::TooManyFiles { most: limits.files })
}

/// Says that the message itself is too long, when it alone exceeds the limit. Otherwise the refusal
/// says that the text it was added to is full.
pub(super) fn of_message(refusal: Refusal, message: &str) -> Refusal {
    match refusal {
        Refusal::TextFull { longest } if message.chars().count() > longest => {
            Refusal::TextTooLong { longest }
        }
        other => other,
    }
}
