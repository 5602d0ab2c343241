//! The equipment that was touched, asked where what was done already is registered (V7, V11).
//! Deliberately absent: looking it up; the desk keeps no inventory.

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
    /// Takes a tag that was typed; nothing typed is no equipment, and what is no tag is asked again.
    pub(super) fn touch(mut self, text: &str, voice: &Voice<'_>) -> Step {
        let tag = voice.typed_tag(text).tag;
        if tag.is_empty() {
            self.asset = Some(tag);
            return Step::Ask(Dialogue::NewTicket(self));
        }
        // The ticket has no number yet, and none is named where equipment is noted.
        match asset::read(voice.procedure, TicketNumber(0), &tag) {
            Ok(_) => {
                self.asset = Some(text.trim().to_owned());
                Step::Ask(Dialogue::NewTicket(self))
            }
            Err(no) => Step::Again(Dialogue::NewTicket(self), refusal::text(voice, &no)),
        }
    }
}
