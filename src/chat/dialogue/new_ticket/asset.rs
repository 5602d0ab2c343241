//! The question about the equipment, when work that was done already is registered (V7, V11).
//! Deliberately absent: looking the equipment up; the desk keeps no inventory.

use super::NewTicket;
use crate::{
    chat::{
        dialogue::{Dialogue, Step},
        refusal,
        wording::Voice,
    },
    domain::id::TicketNumber,
    service::ticket::asset,
};

impl NewTicket {
    /// Takes a typed tag. An empty text stands for no equipment; an invalid tag is asked again.
    pub(super) fn touch(mut self, text: &str, voice: &Voice<'_>) -> Step {
        let tag = voice.typed_tag(text).tag;
        if tag.is_empty() {
            self.asset = Some(tag);
            return Step::Ask(Dialogue::NewTicket(self));
        }
        // The ticket has no number yet. The refusals of an equipment tag name no number.
        match asset::read(voice.procedure, TicketNumber(0), &tag) {
            Ok(_) => {
                self.asset = Some(text.trim().to_owned());
                Step::Ask(Dialogue::NewTicket(self))
            }
            Err(no) => Step::Again(Dialogue::NewTicket(self), refusal::text(voice, &no)),
        }
    }
}
