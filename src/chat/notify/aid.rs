//! What people are told of guidance, of other procedures, and of what ended as soon as it began
//! (C2, C5, C6). Deliberately absent: the card, which says the same for good.

use super::Notice;
use crate::{chat::view::card, service::Result};

impl Notice<'_> {
    /// What was over as soon as it was registered is shown to whoever asked; no group has to take
    /// it.
    pub(super) async fn over_at_once(&self) -> Result<()> {
        self.registered_for().await?;
        self.draw(self.ticket.requester_id, card::REQUESTER, true).await
    }

    /// Tells the requester where to go, and whoever had it that it is over.
    pub(super) async fn routed(&self, key: &str) -> Result<()> {
        let Some(route) = self.act.procedure.route(key) else { return Ok(()) };
        if let Some(to) = self.address(self.ticket.requester_id).await? {
            let args = [
                ("route", route.procedure.get(to.locale).into()),
                ("where", route.destination.get(to.locale).into()),
            ];
            self.post_with(&to, ("notice-routed", &args), self.follow_up(&to)).await?;
        }
        let Some(technician) = self.ticket.technician_id else { return Ok(()) };
        let Some(to) = self.address(technician).await? else { return Ok(()) };
        let args = [("route", route.procedure.get(to.locale).into())];
        self.post(&to, "notice-routed-technician", &args).await
    }

    /// Tells the requester that an outside provider is waited for, or another procedure of the
    /// house.
    pub(super) async fn with_vendor(&self, reason: &str) -> Result<()> {
        let Some(procedure) = &self.act.procedure.vendor_procedure else {
            return self.waits("notice-vendor", reason).await;
        };
        let Some(to) = self.address(self.ticket.requester_id).await? else { return Ok(()) };
        let args = [
            ("procedure", procedure.get(to.locale).into()),
            ("reason", self.voice(&to).reason(reason).into()),
        ];
        self.post(&to, "notice-vendor-procedure", &args).await
    }
}
