//! Drawing a ticket's card for its readers. Deliberately absent: what the card shows
//! ([`crate::chat::view`]).

use super::notice::Notice;
use crate::{
    chat::{posting::About, view::card},
    domain::id::PersonId,
    entity::card::CardView,
    service::{Result, cards, people},
};

impl Notice<'_> {
    pub(super) async fn draw(&self, reader: PersonId, view: CardView) -> Result<()> {
        let addresses = people::addresses(self.act.tx, reader).await?;
        let Some(to) = addresses.first() else { return Ok(()) };
        let about = About::urgent(self.ticket.id);
        card::draw(self.act, to, view, self.ticket, about).await
    }

    /// Draws the card of a waiting ticket in its group's chats, or for each member where the group
    /// has no chat.
    pub(super) async fn draw_for_group(&self) -> Result<()> {
        self.tell_when_group_is_empty().await?;
        let silent = people::places::out_of_reach(self.act.tx, &self.ticket.group_key).await?;
        // Each new card also tries the group's unreachable chats again.
        for to in self.group_recipients().await?.into_iter().chain(silent) {
            let view = if to.person.is_some() { CardView::Technician } else { CardView::Group };
            let about = About::urgent(self.ticket.id);
            card::draw(self.act, &to, view, self.ticket, about).await?;
        }
        Ok(())
    }

    /// Draws the card for the technician who has the ticket, unless they have it already.
    pub(super) async fn draw_for_technician(&self, technician: Option<PersonId>) -> Result<()> {
        let Some(technician) = technician else { return Ok(()) };
        let shown = cards::of_ticket(self.act.tx, self.ticket.id).await?;
        let has_it = shown
            .iter()
            .any(|known| known.viewer_id == Some(technician) && known.view == CardView::Technician);
        let heard = self.is_doer(technician)
            || !people::addresses(self.act.tx, technician).await?.is_empty();
        match (has_it, heard) {
            (true, true) => Ok(()),
            (false, true) => self.draw(technician, CardView::Technician).await,
            (_, false) => self.draw_for_group().await,
        }
    }

    /// Draws a new card for the technician who has the ticket, at the end of their chat.
    pub(super) async fn draw_for_owner(&self) -> Result<()> {
        match self.current_technician().await? {
            Some(technician) if !people::addresses(self.act.tx, technician).await?.is_empty() => {
                self.draw(technician, CardView::Technician).await
            }
            _ => self.draw_for_group().await,
        }
    }
}
