//! Reasons that are listed in the procedure, or given in words. Deliberately absent: what a reason is for.

use crate::{
    chat::{question::Choice, wording::Voice},
    domain::procedure::Reason,
};

/// The buttons of listed reasons.
pub(super) fn listed(voice: &Voice<'_>, listed: &[Reason]) -> Vec<Choice> {
    let choice = |reason: &Reason| Choice::new(reason.name.get(voice.locale), reason.key.clone());
    listed.iter().map(choice).collect()
}

/// The key of a listed reason, which each reader reads in their language, or the words in its place.
pub(super) fn meant<'f>(choice: &'f str, text: &'f str) -> &'f str {
    if choice.is_empty() { text } else { choice }
}
