//! Who is told what when something happens to a ticket (U6, U8, U10). Notices are written in the
//! transaction that caused them. The person who acted gets no notice of their own act. Every card
//! of the ticket is redrawn.

mod accepted;
pub mod catch_up;
pub mod chats;
mod draw;
pub mod empty_group;
mod failures;
pub mod files;
mod followers;
mod notice;
pub mod permissions;
mod postponed;
mod recipients;
mod relations;
mod routing;
pub mod threads;
mod undelivered;
mod unreachable_technician;
mod visits;
mod warnings;

pub use failures::{blocked, quarantined, unreachable};
pub use undelivered::{Loss, undelivered};
pub use visits::prompt_about_visit;
pub use warnings::warn;

use notice::Notice;

use crate::{
    chat::{Doing, posting, shorten::clip, view::card},
    domain::{ending::Ending, event::Event, status::Status},
    entity::{card::CardView, ticket},
    service::{
        Act, Result, cards,
        ticket::{Done, attachment::is_file},
    },
};

/// Tells the people concerned by an act, then redraws every card of the ticket.
pub fn tell<'a>(act: &'a Act<'_>, done: &'a Done) -> Doing<'a> {
    Box::pin(tell_people_concerned(act, done))
}

async fn tell_people_concerned(act: &Act<'_>, done: &Done) -> Result<()> {
    threads::unarchive(act, &done.ticket).await?;
    let events = match done.events.as_slice() {
        [Event::Opened { .. }, Event::Accepted, ended @ ..] => {
            Notice { act, ticket: &done.ticket }.registered_after().await?;
            ended
        }
        [Event::Opened { .. }, Event::Routed { .. } | Event::SelfHelped { .. }, ..] => {
            Notice { act, ticket: &done.ticket }.tell_closed_at_registration().await?;
            &[]
        }
        events => events,
    };
    for event in events {
        if matches!(event, Event::Accepted | Event::Assigned { .. })
            && !accepted::is_told_by(events)
        {
            Box::pin(Notice { act, ticket: &done.ticket }.tell_accepted()).await?;
        }
        on(act, &done.ticket, event).await?;
    }
    Box::pin(Notice { act, ticket: &done.ticket }.followers()).await?;
    refresh(act, &done.ticket).await?;
    relations::tell_parent(act, done).await
}

fn on<'a>(act: &'a Act<'_>, ticket: &'a ticket::Model, event: &'a Event) -> Doing<'a> {
    Box::pin(tell_of(act, ticket, event))
}

async fn tell_of(act: &Act<'_>, ticket: &ticket::Model, event: &Event) -> Result<()> {
    let notice = Notice { act, ticket };
    match event {
        Event::Opened { parent, .. } => {
            match parent {
                Some(parent) => notice.related_opened(*parent).await?,
                None => notice.registered_for().await?,
            }
            notice.draw(ticket.requester_id, CardView::Requester).await?;
            notice.draw_for_group().await
        }
        Event::Accepted => {
            notice.draw_for_technician(ticket.technician_id).await?;
            notice.open_threads(ticket.technician_id).await?;
            notice.show_files_to(ticket.technician_id).await
        }
        Event::Assigned { to, .. } => {
            notice.tell_technician_urgently("notice-assigned", &[]).await?;
            notice.draw_for_technician(Some(*to)).await?;
            notice.open_threads(Some(*to)).await?;
            notice.show_files_to(Some(*to)).await
        }
        Event::Released { name, .. } => Box::pin(notice.released(name)).await,
        Event::Escalated { person, on_site, .. } => Box::pin(notice.escalated(*person, *on_site)).await,
        Event::Approved => notice.approved().await,
        Event::Declined { reason } => notice.declined(reason).await,
        Event::Suspended { reason } => notice.suspended(reason).await,
        Event::PassedToVendor { reason } => notice.with_vendor(reason).await,
        Event::Routed { route, .. } => notice.routed(route).await,
        Event::TrainingRecorded { text } => {
            notice.tell_requester("notice-training", &[("text", clip(text, 1_000).into())]).await
        }
        Event::NotManaged { reason } => notice.not_managed(reason).await,
        Event::Resumed => notice.resumed().await,
        Event::Replied { text } => Box::pin(notice.reply(text)).await,
        // The file itself is shown once it is stored.
        Event::AttachmentReferenced { attachment, .. } if is_file(attachment) => Ok(()),
        Event::AttachmentReferenced { .. } if notice.is_doer(ticket.requester_id) => {
            notice.tell_technician("notice-attachment", &[]).await?;
            notice.tell_threads("notice-attachment", &[]).await
        }
        Event::Solved { close_at: Some(_), .. } => {
            notice.draw(ticket.requester_id, CardView::Survey).await
        }
        Event::Answered { text, .. } => Box::pin(notice.answered(text)).await,
        Event::Reminded => {
            notice.tell_requester("reminder", &[]).await?;
            notice.draw(ticket.requester_id, CardView::Survey).await
        }
        Event::Reopened { missing } => {
            let args = [("missing", missing.as_str().into())];
            notice.tell_technician_urgently("notice-reopened", &args).await?;
            notice.tell_threads("notice-reopened", &args).await?;
            notice.draw_for_owner().await
        }
        Event::Rated { stars } => {
            notice.tell_technician("notice-rated", &[("stars", (*stars).into())]).await
        }
        Event::Commented { text } => {
            notice.tell_technician("notice-commented", &[("text", clip(text, 1_000).into())]).await
        }
        Event::Closed { ending } => Box::pin(notice.closed(*ending)).await,
        Event::VisitScheduled { .. }
        | Event::VisitAgreed { .. }
        | Event::VisitCancelled { .. }
        | Event::VisitArrived { .. }
        | Event::VisitMissed { .. }
        | Event::EquipmentMoved { .. }
        | Event::EquipmentReturned { .. }
        | Event::EquipmentReceived => Box::pin(notice.visit(event)).await,
        Event::Postponed { days, close_at } => {
            Box::pin(notice.postponed(days, *close_at)).await
        }
        Event::Reprioritised { from, to, .. } => notice.reprioritised(*from, *to).await,
        Event::Recategorised { group: Some(_), .. } => Box::pin(notice.recategorised()).await,
        Event::Recategorised { group: None, .. }
        | Event::Solved { close_at: None, .. }
        | Event::SelfHelpTried { .. }
        | Event::SelfHelped { .. }
        | Event::Authorised
        // `warn` tells several tickets' warnings in one message.
        | Event::Warned { .. }
        | Event::TakenByVendor
        | Event::ChildOpened { .. }
        | Event::AssetChecked { .. }
        | Event::Noted { .. }
        | Event::AttachmentReferenced { .. }
        | Event::FileRefused { .. }
        | Event::FollowedUp { .. }
        | Event::Unreachable { .. } => Ok(()),
    }
}

/// Redraws every card of the ticket.
pub fn refresh<'a>(act: &'a Act<'_>, ticket: &'a ticket::Model) -> Doing<'a> {
    Box::pin(redraw_cards(act, ticket))
}

async fn redraw_cards(act: &Act<'_>, ticket: &ticket::Model) -> Result<()> {
    for shown in cards::of_ticket(act.tx, ticket.id).await? {
        let to = posting::address_of(&shown);
        match card::content(act, &to, shown.view, ticket).await? {
            Some(content) => posting::redraw(act, &shown, content).await?,
            None => posting::close_card(act, &shown).await?,
        }
    }
    threads::archive_idle(act, ticket).await
}

/// Tells a requester about the tickets that were registered for them before the desk could reach
/// them, and draws the card of each, with the survey when it waits for one.
pub async fn registered_before(act: &Act<'_>, tickets: &[ticket::Model]) -> Result<()> {
    let Some(latest) = tickets.first() else { return Ok(()) };
    let told = Notice { act, ticket: latest };
    let count = [("count", tickets.len().into())];
    told.tell_requester("notice-registered-before", &count).await?;
    for ticket in tickets.iter().rev() {
        if !ticket.status.is_final() {
            let solved = ticket.status == Status::Solved;
            let view = if solved { CardView::Survey } else { CardView::Requester };
            Notice { act, ticket }.draw(ticket.requester_id, view).await?;
        }
        refresh(act, ticket).await?;
    }
    Ok(())
}

/// Whether a chat reaches the technician who has the ticket, or the group while it has no
/// technician.
pub async fn reaches_staff(act: &Act<'_>, ticket: &ticket::Model) -> Result<bool> {
    Ok(!Notice { act, ticket }.technician_or_substitutes().await?.is_empty())
}

impl Notice<'_> {
    /// Tells a requester who registered the ticket for them.
    async fn registered_for(&self) -> Result<()> {
        match self.act.doer.person() {
            Some(by) => {
                self.tell_requester("notice-registered-for", &[("by", by.name.as_str().into())])
                    .await
            }
            None => Ok(()),
        }
    }

    /// Tells the requester about work that was registered after it was done. The requester did not
    /// wait for it, and no group has to accept it.
    async fn registered_after(&self) -> Result<()> {
        if let Some(by) = self.act.doer.person() {
            let args = [("by", by.name.as_str().into())];
            self.tell_requester("notice-registered-after", &args).await?;
        }
        self.draw_for_technician(self.ticket.technician_id).await
    }

    /// Tells the requester why the ticket is not managed, and its technician that it is closed.
    async fn not_managed(&self, reason: &str) -> Result<()> {
        if let Some(to) = self.address_unless_doer(self.ticket.requester_id).await? {
            let args = [("reason", self.voice(&to).reason(reason).into())];
            self.post_with(&to, "notice-not-managed", &args, self.follow_up_button(&to)).await?;
        }
        let Some(technician) = self.ticket.technician_id else { return Ok(()) };
        let Some(to) = self.address_unless_doer(technician).await? else { return Ok(()) };
        let args = [("reason", self.voice(&to).reason(reason).into())];
        self.post(&to, "notice-not-managed-technician", &args).await
    }

    /// Tells the group that a ticket is its own again, because its technician may no longer hold
    /// it.
    async fn released(&self, from: &str) -> Result<()> {
        for to in self.group_recipients().await? {
            self.post_urgently(&to, "notice-released", &[("from", from.into())]).await?;
        }
        self.draw_for_group().await
    }

    /// Sends a requester's reply to staff, or a reply of staff to the requester.
    async fn reply(&self, text: &str) -> Result<()> {
        if !self.is_doer(self.ticket.requester_id) {
            return match self.address_unless_doer(self.ticket.requester_id).await? {
                Some(to) => self.post_reply(&to, text).await,
                None => Ok(()),
            };
        }
        for to in self.technician_or_substitutes().await? {
            self.post_reply(&to, text).await?;
        }
        self.copy_to_threads(text).await
    }

    async fn closed(&self, ending: Ending) -> Result<()> {
        match ending {
            // The survey's card thanks the requester, and the notice of the rating tells the
            // technician; without a rating, this notice tells the technician.
            Ending::Authorised if self.act.doer.person().is_some() => Ok(()),
            Ending::Authorised => {
                self.tell_requester("notice-closed-confirmed", &[]).await?;
                self.tell_technician("notice-closed-authorised", &[]).await
            }
            Ending::Silence => {
                self.tell_requester_with_follow_up("notice-closed-silence").await?;
                self.tell_technician("notice-closed-silence-technician", &[]).await
            }
            Ending::NoSurvey if self.ticket.parent_id.is_some() => {
                self.tell_requester_with_follow_up("notice-closed-related").await
            }
            Ending::NoSurvey => self.tell_requester_with_follow_up("notice-closed-no-survey").await,
            // Another event of the same act tells why.
            Ending::NotManaged
            | Ending::Approved
            | Ending::Rejected
            | Ending::Routed
            | Ending::SelfHelp => Ok(()),
            Ending::Withdrawn => self.tell_technician("notice-withdrawn", &[]).await,
        }
    }
}
