//! A request as it would be registered, for its author to read once more.

use super::NewTicket;
use crate::{
    chat::{
        dialogue::offer::received,
        outgoing::{RichText, Style},
        say::clip,
        wording::Voice,
    },
    domain::source::Source,
};

impl NewTicket {
    /// Everything known, and whether it is to be registered.
    pub(super) fn summary(&self, voice: &Voice<'_>) -> RichText {
        let mut text = RichText::default();
        text.push(self.say(voice, "summary-heading"), Style::Bold);
        let mut line = |key: &str, value: &str| {
            text.push(format!("\n{}", voice.say(key, &[("value", value.into())])), Style::Plain);
        };
        line("summary-description", &clip(self.description.as_deref().unwrap_or(""), 1_500));
        if let Some(category) = &self.category {
            line("summary-category", voice.category(category));
        }
        if let Some(details) = self.details.as_deref().filter(|details| !details.is_empty()) {
            line("summary-details", &clip(details, 500));
        }
        line("summary-place", self.place.as_deref().unwrap_or(""));
        if let (Some(impact), Some(urgency)) = (self.impact, self.urgency) {
            line("summary-impact", &self.degree(voice, ("impact", impact)));
            let other = self.requester.is_some();
            let key = if other { "summary-urgency-for" } else { "summary-urgency" };
            line(key, &self.degree(voice, ("urgency", urgency)));
            let priority = voice.procedure.priorities.priority(impact, urgency);
            line("summary-priority", &voice.text(&format!("priority-{}", priority.as_str())));
        }
        if let Some(solution) = &self.solution {
            line("summary-solution", &clip(solution, 500));
        }
        if self.source != Source::Chat {
            let source = [("source", self.source.as_str().into())];
            line("summary-source", &voice.say("source", &source));
        }
        if !self.attachments.is_empty() {
            text.push(format!("\n{}", received(voice, &self.attachments)), Style::Plain);
        }
        text.push(format!("\n\n{}", voice.text("ask-register")), Style::Plain);
        text
    }
}
