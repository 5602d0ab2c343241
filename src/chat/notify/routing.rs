//! Notices on tickets that self-help or routing closed at registration, on tickets that belong to
//! another procedure, and on waits for a vendor (C2, C5, C6). Deliberately absent: the card, which
//! shows the same permanently.

use super::notice::Notice;
use crate::{entity::card::CardView, service::Result};

impl Notice<'_> {
    /// Shows the requester a ticket that was closed at its registration; no group has to accept it.
    pub(super) async fn tell_closed_at_registration(&self) -> Result<()> {
        self.registered_for().await?;
        self.draw(self.ticket.requester_id, CardView::Requester).await
    }

    /// Tells the requester where their request belongs, and the technician that the ticket is
    /// closed.
    pub(super) async fn routed(&self, key: &str) -> Result<()> {
        let Some(route) = self.act.procedure.route(key) else { return Ok(()) };
        if let Some(to) = self.address_unless_doer(self.ticket.requester_id).await? {
            let args = [
                ("route", route.procedure.get(to.locale).into()),
                ("where", route.destination.get(to.locale).into()),
            ];
            self.post_with(&to, "notice-routed", &args, self.follow_up_button(&to)).await?;
        }
        let Some(technician) = self.ticket.technician_id else { return Ok(()) };
        let Some(to) = self.address_unless_doer(technician).await? else { return Ok(()) };
        let args = [("route", route.procedure.get(to.locale).into())];
        self.post(&to, "notice-routed-technician", &args).await
    }

    /// Tells the requester that the ticket waits for a vendor, or for another procedure of the
    /// organisation.
    pub(super) async fn with_vendor(&self, reason: &str) -> Result<()> {
        let Some(procedure) = &self.act.procedure.vendor_procedure else {
            return self.tell_requester_why_it_waits("notice-vendor", reason).await;
        };
        let Some(to) = self.address_unless_doer(self.ticket.requester_id).await? else {
            return Ok(());
        };
        let args = [
            ("procedure", procedure.get(to.locale).into()),
            ("reason", self.voice(&to).reason(reason).into()),
        ];
        self.post(&to, "notice-vendor-procedure", &args).await
    }
}
