//! Reasons that the procedure lists, or that are given in words. Deliberately absent: the use of a
//! reason.

use crate::{
    chat::{question::Choice, wording::Voice},
    domain::procedure::Reason,
};

/// The buttons of listed reasons.
pub(super) fn listed(voice: &Voice<'_>, listed: &[Reason]) -> Vec<Choice> {
    let choice = |reason: &Reason| Choice::new(reason.name.get(voice.locale), reason.key.clone());
    listed.iter().map(choice).collect()
}

/// The key of a listed reason, which each reader reads in their own language, or the words in its
/// place.
pub(super) fn meant<'f>(choice: &'f str, text: &'f str) -> &'f str {
    if choice.is_empty() { text } else { choice }
}
