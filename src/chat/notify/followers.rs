//! Followers are told when the status of a ticket changes. Its requester and its technician are told by the
//! notices of what happened.

use super::Notice;
use crate::{
    chat::{button::Code, outgoing::Button},
    domain::verb::Verb,
    service::{Result, ticket::follow},
};

impl Notice<'_> {
    /// Tells the followers who may still read the ticket how it stands now.
    pub(super) async fn followers(&self) -> Result<()> {
        for follower in follow::take_untold(self.act.tx, self.ticket).await? {
            let has_part =
                follower == self.ticket.requester_id || Some(follower) == self.ticket.technician_id;
            if has_part || !self.reads(follower).await? {
                continue;
            }
            let Some(to) = self.address_unless_doer(follower).await? else { continue };
            let button = |verb, key| Button {
                label: self.voice(&to).text(key),
                code: Code::Ticket(verb, self.ticket.number).encode(),
            };
            let mut row = vec![button(Verb::View, "button-see-ticket")];
            if !self.ticket.status.is_final() {
                row.push(button(Verb::Follow, "button-unfollow"));
            }
            self.post_with(&to, "notice-followed", &[], vec![row]).await?;
        }
        Ok(())
    }
}
