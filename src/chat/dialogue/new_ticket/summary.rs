//! A request as it would be registered, for its author to read once more.

use super::{Field, NewTicket};
use crate::{
    chat::{
        dialogue::offer::received,
        outgoing::{RichText, Style},
        say::clip,
        view::answers,
        wording::Voice,
    },
    domain::{field::Value, source::Source},
};

impl NewTicket {
    /// Everything known, and whether it is to be registered.
    pub(super) fn summary(&self, voice: &Voice<'_>) -> RichText {
        let said = |answered: Vec<(crate::domain::field::Field, Value)>| {
            answers::lines(voice, answered.iter().map(|(field, value)| (field, value)))
        };
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
        for answer in said(self.recorded(Field::Filled, voice)) {
            text.push(format!("\n{answer}"), Style::Plain);
        }
        let mut line = |key: &str, value: &str| {
            text.push(format!("\n{}", voice.say(key, &[("value", value.into())])), Style::Plain);
        };
        if let Some(place) = &self.place {
            line("summary-place", place);
        }
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
        if let Some(asset) = self.asset.as_deref().filter(|asset| !asset.is_empty()) {
            line("summary-asset", asset);
        }
        for answer in said(self.recorded(Field::Report, voice)) {
            text.push(format!("\n{answer}"), Style::Plain);
        }
        if self.source != Source::Chat {
            let value = [("value", voice.source(self.source).into())];
            text.push(format!("\n{}", voice.say("summary-source", &value)), Style::Plain);
        }
        if !self.attachments.is_empty() {
            text.push(format!("\n{}", received(voice, &self.attachments)), Style::Plain);
        }
        text.push(format!("\n\n{}", voice.text("ask-register")), Style::Plain);
        text
    }
}
