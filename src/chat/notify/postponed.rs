//! Notices that days without service postponed a promise: to the requester and to the technician
//! who has the ticket, once. A group reads it on the ticket's card.

use chrono::NaiveDate;

use super::notice::Notice;
use crate::{
    chat::wording::Voice,
    domain::time::Timestamp,
    service::{Result, ticket},
};

impl Notice<'_> {
    pub(super) async fn postponed(
        &self,
        days: &[NaiveDate],
        close_at: Option<Timestamp>,
    ) -> Result<()> {
        let mut readers: Vec<_> =
            self.address_unless_doer(self.ticket.requester_id).await?.into_iter().collect();
        if close_at.is_none() && self.ticket.technician_id.is_some() {
            for owner in self.technician_or_substitutes().await? {
                if !readers.contains(&owner) {
                    readers.push(owner);
                }
            }
        }
        for to in readers {
            let voice = self.voice(&to);
            let named = self.named_days(&voice, days);
            let when = close_at.map_or(String::new(), |at| voice.when(at));
            let requester = to.person == Some(self.ticket.requester_id);
            let key = match (close_at, requester) {
                (Some(_), _) => "notice-postponed-answer",
                (None, true) => "notice-postponed",
                (None, false) => "notice-postponed-technician",
            };
            self.post(&to, key, &[("days", named.into()), ("when", when.into())]).await?;
        }
        Ok(())
    }

    /// The days in words, each with its name where it has one.
    fn named_days(&self, voice: &Voice<'_>, days: &[NaiveDate]) -> String {
        let calendar = ticket::calendar(self.act.procedure, self.ticket);
        let one = |day: &NaiveDate| {
            let name = calendar.holidays().name_of(*day, voice.locale);
            voice.named_day(*day, name.as_deref())
        };
        days.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}
