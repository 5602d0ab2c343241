//! Computes the state of a ticket at an instant from its history, so that the report of a past
//! month does not change with later events. Deliberately absent: what no event changes, such as the
//! description, which the ticket itself holds.

use super::case::Step;
use crate::domain::{
    clocks::turns, event::Event, field::Answer, id::PersonId, priority::Priority, status::Status,
    time::Timestamp,
};

/// An entry of a ticket's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it happened (UTC).
    pub at: Timestamp,
    /// The acting person; `None` when the desk acted.
    pub actor: Option<PersonId>,
    /// The actor's name at that time; `None` in entries that do not record it.
    pub name: Option<String>,
    /// When the ticket was promised to be taken; `None` in entries that do not record it.
    pub own_due: Option<Timestamp>,
    /// When the solution is due after this entry, while the resolution clock runs.
    pub resolve_due: Option<Timestamp>,
    /// The milliseconds left after this entry, while the resolution clock is stopped.
    pub resolve_left: Option<i64>,
    /// What happened.
    pub event: Event,
}

/// A person with their name at that time, where it is recorded.
pub type Named = (PersonId, Option<String>);

/// A solution that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// When it was given (UTC).
    pub at: Timestamp,
    /// The person who gave it; `None` when self-help did.
    pub by: Option<Named>,
    /// The milliseconds left of the promised time; `None` where it is not recorded.
    pub left: Option<i64>,
    /// The text of the solution.
    pub text: String,
    /// The answers recorded with it.
    pub answers: Vec<Answer>,
    /// Whether the requester rejected it later.
    pub refused: bool,
}

/// The state of a ticket at an instant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Its status; `None` before it was registered.
    pub status: Option<Status>,
    /// Its category, when that changed later.
    pub category: Option<String>,
    /// Its priority, when that changed later.
    pub priority: Option<Priority>,
    /// The group that had it.
    pub group: Option<String>,
    /// The technician who had it.
    pub technician: Option<Named>,
    /// When it was promised to be taken; `None` where it is not recorded.
    pub own_due: Option<Timestamp>,
    /// When its solution was last promised; `None` where it is not recorded.
    pub resolve_due: Option<Timestamp>,
    /// The last solution.
    pub solution: Option<Given>,
    /// When its requester rejected a solution, each time.
    pub reopened: Vec<Timestamp>,
    /// The requester's rating.
    pub stars: Option<u8>,
    /// The requester's comment on the service.
    pub comment: Option<String>,
    /// What the requester was trained in.
    pub training: Vec<String>,
    /// The recorded equipment, each piece once.
    pub assets: Vec<String>,
    /// Further events that the report lists.
    pub steps: Vec<Step>,
}

/// The state of a ticket right before `end`, from its whole history in order.
pub fn standing(history: Vec<Entry>, end: Timestamp) -> Standing {
    let (before, after): (Vec<Entry>, Vec<Entry>) =
        history.into_iter().partition(|entry| entry.at < end);
    let turns = turns(before.iter().map(|entry| (entry.at, &entry.event)));
    let mut standing =
        Standing { status: turns.last().map(|turn| turn.status), ..Standing::default() };
    for entry in before {
        standing.take_in(entry);
    }
    // Later events only tell the values that they replaced.
    for entry in after {
        match entry.event {
            Event::Recategorised { from, .. } if standing.category.is_none() => {
                standing.category = Some(from);
            }
            Event::Reprioritised { from, .. } if standing.priority.is_none() => {
                standing.priority = Some(from);
            }
            _ => {}
        }
    }
    standing
}

impl Standing {
    fn take_in(&mut self, entry: Entry) {
        let Entry { at, actor, name, own_due, resolve_due, resolve_left, event } = entry;
        self.own_due = own_due.or(self.own_due);
        self.resolve_due = resolve_due.or(self.resolve_due);
        if lists(&event) {
            self.steps.push(Step { at, event: event.clone() });
        }
        let by = actor.map(|actor| (actor, name));
        match event {
            Event::Opened { group, .. } => self.group = Some(group),
            Event::Accepted => self.technician = by,
            Event::Assigned { to, name } => self.technician = Some((to, Some(name))),
            Event::Released { from, .. } => {
                self.technician.take_if(|(technician, _)| *technician == from);
            }
            Event::Escalated { to, .. } => {
                self.group = Some(to);
                self.technician = None;
            }
            Event::Answered { to, technician, .. } => {
                self.group = Some(to);
                self.technician = technician.map(|technician| (technician, None));
            }
            Event::Recategorised { group: Some(group), .. } => {
                self.group = Some(group);
                self.technician = None;
            }
            Event::Approved | Event::Declined { .. } if self.technician.is_none() => {
                self.technician = by;
            }
            Event::Solved { solution, answers, .. } => {
                if self.technician.is_none() {
                    self.technician.clone_from(&by);
                }
                let left = resolve_left;
                self.solution =
                    Some(Given { at, by, left, text: solution, answers, refused: false });
            }
            Event::SelfHelped { text, .. } => {
                let answers = vec![];
                let left = resolve_left;
                self.solution = Some(Given { at, by: None, left, text, answers, refused: false });
            }
            Event::Reopened { .. } => {
                self.reopened.push(at);
                if let Some(solution) = &mut self.solution {
                    solution.refused = true;
                }
            }
            Event::Rated { stars } => self.stars = Some(stars),
            Event::Commented { text } => self.comment = Some(text),
            Event::TrainingRecorded { text } => self.training.push(text),
            Event::AssetChecked { tag, .. } if !self.assets.contains(&tag) => self.assets.push(tag),
            _ => {}
        }
    }
}

/// Whether the report lists an event in words.
fn lists(event: &Event) -> bool {
    matches!(
        event,
        Event::Escalated { .. }
            | Event::Suspended { .. }
            | Event::PassedToVendor { .. }
            | Event::Resumed
            | Event::VisitScheduled { .. }
            | Event::VisitCancelled { .. }
            | Event::VisitArrived { .. }
            | Event::VisitMissed { .. }
            | Event::EquipmentMoved { .. }
            | Event::EquipmentReturned { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(at: i64, event: Event) -> Entry {
        let actor = Some(PersonId(7));
        let name = Some("Ana".to_owned());
        let at = Timestamp(at);
        Entry { at, actor, name, own_due: None, resolve_due: None, resolve_left: Some(-1), event }
    }

    fn history() -> Vec<Entry> {
        let to = |from: &str, to: &str| Event::Recategorised {
            from: from.into(),
            to: to.into(),
            group: None,
            status: None,
        };
        let solved =
            |text: &str| Event::Solved { solution: text.into(), close_at: None, answers: vec![] };
        vec![
            entry(1, Event::Opened { group: "mesa".into(), follow_up_of: None, parent: None }),
            entry(2, Event::Accepted),
            entry(3, to("a", "b")),
            entry(4, solved("Una")),
            entry(5, Event::Reopened { missing: "Todo".into() }),
            entry(6, to("b", "c")),
            entry(7, to("c", "d")),
            entry(8, solved("Otra")),
            entry(9, Event::Rated { stars: 2 }),
        ]
    }

    #[test]
    fn standing_at_an_instant_ignores_later_changes() {
        let then = standing(history(), Timestamp(6));
        assert_eq!((then.status, then.category.as_deref()), (Some(Status::Reopened), Some("b")));
        assert_eq!((then.stars, then.reopened.len()), (None, 1));
        let given = then.solution.unwrap();
        assert_eq!((given.text.as_str(), given.refused, given.left), ("Una", true, Some(-1)));
        assert_eq!(then.technician, Some((PersonId(7), Some("Ana".into()))));
    }

    #[test]
    fn events_after_the_instant_are_not_listed() {
        let cut = history().into_iter().filter(|entry| entry.at < Timestamp(6)).collect();
        let whole = standing(history(), Timestamp(6));
        let cut = standing(cut, Timestamp(6));
        assert_eq!(cut, Standing { category: None, ..whole }, "the ticket tells the category");
    }
}
