//! Guidance before a ticket (C5): the category's steps one at a time, each with "did it work?". A
//! category that belongs to another procedure asks nothing more (C2). Deliberately absent: which
//! requesters get guidance, which [`crate::domain::intake`] decides.

use serde::{Deserialize, Serialize};

use super::NewTicket;
use crate::{
    chat::{
        dialogue::{Dialogue, Step},
        outgoing::{RichText, Style},
        question::Choice,
        wording::Voice,
    },
    domain::{
        intake::{Arrival, IntakePath, intake_path},
        locale::Localized,
        procedure::Route,
    },
    service::ticket::self_help::HelpfulStep,
};

const WORKED: &str = "worked";
const FAILED: &str = "failed";
const SKIP: &str = "technician";

/// The progress in a category's guidance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guidance {
    /// How many steps did not help.
    pub tried: u8,
    /// Whether the requester skipped the remaining steps.
    pub skipped: bool,
    /// Whether the step after the tried ones helped.
    pub helped: bool,
}

impl Guidance {
    /// Forgets the last answer. Gives whether there was one.
    pub(super) fn forget_last(&mut self) -> bool {
        if self.skipped {
            self.skipped = false;
            return true;
        }
        let tried = self.tried > 0;
        self.tried = self.tried.saturating_sub(1);
        tried
    }
}

/// The button value that a plain yes or no stands for.
pub(super) fn answer(worked: bool) -> &'static str {
    if worked { WORKED } else { FAILED }
}

impl NewTicket {
    fn way<'v>(&self, voice: &Voice<'v>) -> Option<(IntakePath<'v>, &'v [Localized])> {
        let category = voice.procedure.category(self.category.as_deref()?)?;
        let way = intake_path(
            voice.procedure,
            category,
            Arrival { source: self.source, for_another: self.requester.is_some() },
        );
        Some((way, &category.self_help))
    }

    /// The other procedure that the request belongs to.
    pub(super) fn route<'v>(&self, voice: &Voice<'v>) -> Option<&'v Route> {
        match self.way(voice)? {
            (IntakePath::Routed(route), _) => Some(route),
            _ => None,
        }
    }

    /// Whether the request belongs to another procedure and nothing more has to be asked.
    pub(super) fn is_for_elsewhere(&self, voice: &Voice<'_>) -> bool {
        self.description.is_some() && self.route(voice).is_some()
    }

    /// The step to try now; `None` when no step is left, or the requester gets no guidance.
    pub(super) fn step<'v>(&self, voice: &Voice<'v>) -> Option<&'v Localized> {
        match self.way(voice)? {
            (IntakePath::SelfHelp, steps) if !self.guidance.skipped => {
                steps.get(usize::from(self.guidance.tried))
            }
            _ => None,
        }
    }

    /// The step that helped.
    pub(super) fn helped_by(&self, voice: &Voice<'_>) -> Option<HelpfulStep> {
        let step = self.step(voice).filter(|_| self.guidance.helped)?;
        Some(HelpfulStep {
            number: self.guidance.tried.saturating_add(1),
            text: step.get(voice.locale).to_owned(),
        })
    }

    /// Asks whether the present step worked.
    pub(super) fn guide(&self, voice: &Voice<'_>) -> (RichText, Vec<Choice>) {
        let steps = self.way(voice).map_or(0, |(_, steps)| steps.len());
        let step = self.step(voice).map_or("", |step| step.get(voice.locale));
        let key = if self.guidance.tried == 0 { "self-help-first" } else { "self-help-next" };
        let place = u32::from(self.guidance.tried) + 1;
        let args = [("step", place.into()), ("steps", steps.into())];
        let mut text = RichText::plain(voice.say(key, &args));
        text.push(format!("\n\n{step}"), Style::Bold);
        text.push(format!("\n\n{}", voice.text("self-help-ask")), Style::Plain);
        let choice = |key: &str, value: &str| Choice::new(voice.text(key), value);
        let choices = vec![
            choice("button-yes", WORKED),
            choice("button-self-help-no", FAILED),
            choice("button-self-help-skip", SKIP),
        ];
        (text, choices)
    }

    /// Takes the answer to a step.
    pub(super) fn guided(mut self, choice: &str, voice: &Voice<'_>) -> Step {
        match choice {
            WORKED => {
                self.guidance.helped = true;
                return Step::Complete(Dialogue::NewTicket(self));
            }
            FAILED => self.guidance.tried = self.guidance.tried.saturating_add(1),
            SKIP => self.guidance.skipped = true,
            _ => {
                let why = voice.text("choose-a-button");
                return Step::Again(Dialogue::NewTicket(self), why);
            }
        }
        Step::Ask(Dialogue::NewTicket(self))
    }

    /// Goes back to the previous step, or to the category.
    pub(super) fn step_back(&mut self) {
        if !self.guidance.forget_last() {
            self.category = None;
        }
    }
}
