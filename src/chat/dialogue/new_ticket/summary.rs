//! The summary of a request, for the person to check before it is registered.

use super::{Field, NewTicket};
use crate::{
    chat::{
        attached::received,
        outgoing::{RichText, Style},
        shorten::clip,
        view::answers,
        wording::Voice,
    },
    domain::{
        field::{self, Value},
        source::Source,
    },
};

impl NewTicket {
    /// All answers, and the question whether to register the request.
    pub(super) fn summary(&self, voice: &Voice<'_>) -> RichText {
        let mut text = RichText::default();
        text.push(self.say(voice, "summary-heading"), Style::Bold);
        for line in self.lines(voice) {
            text.push(format!("\n{line}"), Style::Plain);
        }
        if !self.attachments.is_empty() {
            text.push(format!("\n{}", received(voice, &self.attachments)), Style::Plain);
        }
        text.push(format!("\n\n{}", voice.text("ask-register")), Style::Plain);
        text
    }

    /// The answers, one per line.
    fn lines(&self, voice: &Voice<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        let said = |answered: Vec<(field::Field, Value)>| {
            answers::lines(voice, answered.iter().map(|(field, value)| (field, value)))
        };
        let line = |lines: &mut Vec<String>, key: &str, value: &str| {
            lines.push(voice.say(key, &[("value", value.into())]));
        };
        line(
            &mut lines,
            "summary-description",
            &clip(self.description.as_deref().unwrap_or(""), 1_500),
        );
        if let Some(category) = &self.category {
            line(&mut lines, "summary-category", voice.category(category));
        }
        if let Some(details) = self.details.as_deref().filter(|details| !details.is_empty()) {
            line(&mut lines, "summary-details", &clip(details, 500));
        }
        lines.extend(said(self.recorded(Field::Filled, voice)));
        if let Some(place) = &self.place {
            line(&mut lines, "summary-place", place);
        }
        if let (Some(impact), Some(urgency)) = (self.impact, self.urgency) {
            line(&mut lines, "summary-impact", &self.degree(voice, "impact", impact));
            let other = self.requester.is_some();
            let key = if other { "summary-urgency-for" } else { "summary-urgency" };
            line(&mut lines, key, &self.degree(voice, "urgency", urgency));
            let priority = voice.procedure.priorities.priority(impact, urgency);
            line(
                &mut lines,
                "summary-priority",
                &voice.text(&format!("priority-{}", priority.as_str())),
            );
        }
        if let Some(solution) = &self.solution {
            line(&mut lines, "summary-solution", &clip(solution, 500));
        }
        if let Some(asset) = self.asset.as_deref().filter(|asset| !asset.is_empty()) {
            line(&mut lines, "summary-asset", asset);
        }
        lines.extend(said(self.recorded(Field::Report, voice)));
        if self.source != Source::Chat {
            line(&mut lines, "summary-source", &voice.source(self.source));
        }
        lines
    }
}
