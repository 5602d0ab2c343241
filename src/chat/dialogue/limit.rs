//! What a dialogue may hold: texts and files within the operator's limits. It is looked at when an
//! answer was taken; one that would be too much is refused, and the dialogue stays as it was. Deliberately
//! absent: how many tickets a requester may have open, which is the service's.

use super::{Dialogue, fields::Filling, form::Form, new_ticket::NewTicket, offer::Offer};
use crate::domain::{field::Value, limits::Limits, refusal::Refusal};

impl Dialogue {
    /// Why the desk does not keep this much, if it does not.
    pub(super) fn over(&self, limits: &Limits) -> Option<Refusal> {
        match self {
            Self::Offer(offer) => offer.over(limits),
            Self::NewTicket(new) => new.over(limits),
            Self::Form(form) => form.over(limits),
            Self::Register(_) | Self::Visit(_) => None,
        }
    }
}

impl Offer {
    fn over(&self, limits: &Limits) -> Option<Refusal> {
        text_over([self.text.as_str()], limits.description)
            .or_else(|| files_over(self.attachments.len(), limits))
    }
}

impl NewTicket {
    fn over(&self, limits: &Limits) -> Option<Refusal> {
        let described = [&self.description, &self.details];
        text_over(described.into_iter().flatten().map(String::as_str), limits.description)
            .or_else(|| text_over(self.solution.as_deref(), limits.message))
            .or_else(|| text_over(words(&self.filled), limits.message))
            .or_else(|| text_over(words(&self.report), limits.message))
            .or_else(|| files_over(self.attachments.len(), limits))
    }
}

impl Form {
    pub(super) fn over(&self, limits: &Limits) -> Option<Refusal> {
        text_over(self.text.as_deref(), limits.message)
            .or_else(|| text_over(words(&self.report), limits.message))
            .or_else(|| files_over(self.attachments.len(), limits))
    }
}

/// The words that fields were answered with.
fn words(filling: &Filling) -> impl Iterator<Item = &str> {
    filling.answers.iter().filter_map(|answer| match &answer.value {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    })
}

fn text_over<'t>(texts: impl IntoIterator<Item = &'t str>, longest: usize) -> Option<Refusal> {
    let over = texts.into_iter().any(|text| text.chars().count() > longest);
    over.then_some(Refusal::TextFull { longest })
}

fn files_over(files: usize, limits: &Limits) -> Option<Refusal> {
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
