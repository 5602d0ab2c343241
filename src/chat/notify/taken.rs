//! What a requester is told when a technician gets their ticket: who has it, and what is promised from
//! then on. Deliberately absent: what the technician is shown.

use super::Notice;
use crate::{domain::event::Event, service::Result};

/// Whether another event of the same act tells the requester more than that a technician has it, so
/// that one act is one notice.
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
    /// Tells the requester who has the ticket now. What is on hold stays so, and promises nothing.
    pub(super) async fn taken(&self) -> Result<()> {
        match (&self.ticket.suspension, self.ticket.resolve_due_at) {
            (Some(reason), _) => self.waits("notice-accepted-on-hold", reason).await,
            (None, Some(_)) => self.requester("notice-accepted", &[]).await,
            (None, None) => self.requester("notice-accepted-waits", &[]).await,
        }
    }
}
