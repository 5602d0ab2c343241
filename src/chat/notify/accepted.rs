//! The notice to a requester that a technician has their ticket: who it is, and what is promised
//! from then on. Deliberately absent: what the technician is shown.

use super::notice::Notice;
use crate::{domain::event::Event, service::Result};

/// Whether another event of the same act tells the requester more than this notice does, so that
/// one act leads to one notice.
pub(super) fn is_told_by(events: &[Event]) -> bool {
    let tells = |event: &Event| {
        matches!(
            event,
            Event::Resumed
                | Event::Suspended { .. }
                | Event::PassedToVendor { .. }
                | Event::VisitScheduled { .. }
                | Event::VisitArrived { .. }
                | Event::VisitMissed { .. }
                | Event::EquipmentMoved { .. }
        )
    };
    events.iter().any(tells)
}

impl Notice<'_> {
    /// Tells the requester who has the ticket now. A ticket on hold stays on hold and promises
    /// nothing.
    pub(super) async fn tell_accepted(&self) -> Result<()> {
        match (&self.ticket.suspension, self.ticket.resolve_due_at) {
            (Some(reason), _) => {
                self.tell_requester_why_it_waits("notice-accepted-on-hold", reason).await
            }
            (None, Some(_)) => self.tell_requester("notice-accepted", &[]).await,
            (None, None) => self.tell_requester("notice-accepted-waits", &[]).await,
        }
    }
}
