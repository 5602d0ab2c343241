//! Who is told what when something happens to a ticket (U6, U8, U10). Notices are written in the
//! transaction that caused them. The person who acted gets no notice of their own act. Every card
//! of the ticket is redrawn.

mod accepted;
pub mod catch_up;
pub mod chats;
pub mod empty_group;
mod failures;
pub mod files;
pub mod permissions;
mod postponed;
mod precedence;
mod recipients;
mod relations;
mod routing;
pub mod threads;
mod undelivered;
mod unreachable_technician;
mod visits;
mod warnings;

pub use failures::{quarantined, silent, unreachable};
pub use undelivered::{Loss, undelivered};
pub use visits::prompt_about_visit;
pub use warnings::warn;

use precedence::precedence;

use crate::{
    chat::{
        Doing,
        button::Code,
        outgoing::{Button, Outgoing, RichText, Style},
        posting::{self, About},
        shorten::clip,
        view::card,
        wording::{Arg, Voice, instants, number},
    },
    domain::{
        event::{Ending, Event},
        id::PersonId,
        status::Status,
        verb::Verb,
    },
    entity::{card::CardView, ticket},
    service::{
        Act, Result, cards, editions, people,
        people::Address,
        right,
        ticket::{Done, attachment::is_file, find},
    },
};

/// Tells the people concerned by an act, then redraws every card of the ticket.
pub fn tell<'a>(act: &'a Act<'_>, done: &'a Done) -> Doing<'a> {
    Box::pin(tell_everybody(act, done))
}

async fn tell_everybody(act: &Act<'_>, done: &Done) -> Result<()> {
    threads::wake(act, &done.ticket).await?;
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
            notice.tell_technician("notice-assigned", &[]).await?;
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
            notice.tell_technician("notice-reopened", &args).await?;
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
    Box::pin(draw_anew(act, ticket))
}

async fn draw_anew(act: &Act<'_>, ticket: &ticket::Model) -> Result<()> {
    for shown in cards::of_ticket(act.tx, ticket.id).await? {
        let to = Address {
            channel: shown.channel,
            chat_key: shown.chat_key.clone(),
            person: shown.viewer_id,
            locale: shown.locale,
        };
        match card::face(act, &to, shown.view, ticket).await? {
            Some(face) => posting::redraw(act, &shown, face).await?,
            None => posting::withdraw(act, &shown).await?,
        }
    }
    threads::rest(act, ticket).await
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
pub async fn is_heard(act: &Act<'_>, ticket: &ticket::Model) -> Result<bool> {
    Ok(!Notice { act, ticket }.technician_or_substitutes().await?.is_empty())
}

struct Notice<'n> {
    act: &'n Act<'n>,
    ticket: &'n ticket::Model,
}

impl Notice<'_> {
    fn is_doer(&self, person: PersonId) -> bool {
        self.act.doer.person().is_some_and(|actor| actor.id == person)
    }

    /// The address of a person; `None` for the person who acted.
    async fn address_unless_doer(&self, person: PersonId) -> Result<Option<Address>> {
        if self.is_doer(person) {
            return Ok(None);
        }
        Ok(people::addresses(self.act.tx, person).await?.into_iter().next())
    }

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

    /// Tells the requester why the ticket waits.
    async fn tell_requester_why_it_waits(&self, key: &str, reason: &str) -> Result<()> {
        match self.address_unless_doer(self.ticket.requester_id).await? {
            Some(to) => {
                let reason = self.voice(&to).reason(reason);
                self.post(&to, key, &[("reason", reason.into())]).await
            }
            None => Ok(()),
        }
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

    /// The button that opens a follow-up ticket.
    fn follow_up_button(&self, to: &Address) -> Vec<Vec<Button>> {
        let code = Code::FollowUp(self.ticket.number).encode();
        vec![vec![Button { label: self.voice(to).text("button-follow-up"), code }]]
    }

    async fn tell_requester(&self, key: &str, args: &[Arg<'_>]) -> Result<()> {
        match self.address_unless_doer(self.ticket.requester_id).await? {
            Some(to) => self.post(&to, key, args).await,
            None => Ok(()),
        }
    }

    /// Tells the technician who has the ticket, or its group while it has no technician.
    async fn tell_technician(&self, key: &str, args: &[Arg<'_>]) -> Result<()> {
        for to in self.technician_or_substitutes().await? {
            self.post(&to, key, args).await?;
        }
        Ok(())
    }

    /// The technician who has the ticket, while they may read it. A technician without that right
    /// gets no more notices; the group gets them.
    async fn current_technician(&self) -> Result<Option<PersonId>> {
        let Some(technician) = self.ticket.technician_id else { return Ok(None) };
        Ok(self.reads(technician).await?.then_some(technician))
    }

    /// Whether a person may read the ticket now.
    async fn reads(&self, person: PersonId) -> Result<bool> {
        let facts = find::facts(self.act.tx, self.act.procedure, self.ticket).await?;
        right::reads(self.act.tx, person, &facts).await
    }

    /// The recipients of the notices to the ticket's group.
    async fn group_recipients(&self) -> Result<Vec<Address>> {
        self.recipients_of(&self.ticket.group_key).await
    }

    async fn recipients_of(&self, group: &str) -> Result<Vec<Address>> {
        Ok(recipients::of_group(self.act, group).await?.addresses)
    }

    /// Tells the group that a ticket is its own again, because its technician may no longer hold
    /// it.
    async fn released(&self, from: &str) -> Result<()> {
        for to in self.group_recipients().await? {
            self.post(&to, "notice-released", &[("from", from.into())]).await?;
        }
        self.draw_for_group().await
    }

    async fn post(&self, to: &Address, key: &str, args: &[Arg<'_>]) -> Result<()> {
        self.post_with(to, key, args, vec![]).await
    }

    fn post_with<'a>(
        &'a self,
        to: &'a Address,
        key: &'a str,
        args: &'a [Arg<'a>],
        buttons: Vec<Vec<Button>>,
    ) -> Doing<'a> {
        Box::pin(self.word_and_post(to, key, args, buttons))
    }

    async fn word_and_post(
        &self,
        to: &Address,
        key: &str,
        extra: &[Arg<'_>],
        buttons: Vec<Vec<Button>>,
    ) -> Result<()> {
        let voice = self.voice(to);
        let facts = find::facts(self.act.tx, self.act.procedure, self.ticket).await?;
        let rules = editions::of(self.act.tx, self.act.procedure, self.ticket).await?;
        let closing = &rules.closing;
        let mut args: Vec<Arg<'_>> = vec![
            ("number", number(self.ticket)),
            ("title", self.ticket.title.as_str().into()),
            ("name", facts.technician.map(|(_, name)| name).unwrap_or_default().into()),
            ("group", voice.group(&self.ticket.group_key).into()),
            ("status", voice.standing(self.ticket).into()),
            ("silence", voice.or_usual(closing.silence_rule.as_ref(), "rule-silence").into()),
            ("nosurvey", voice.or_usual(closing.no_survey_rule.as_ref(), "rule-no-survey").into()),
            ("solution", clip(self.ticket.solution.as_deref().unwrap_or(""), 1_500).into()),
        ];
        args.extend_from_slice(extra);
        let text = voice.rich(key, &args, &[instants::due(self.ticket.resolve_due_at)]);
        let about = About { precedence: precedence(key), ..About::critical(self.ticket.id) };
        let message = Outgoing { text, buttons, ..Default::default() };
        let message = match key {
            unreachable_technician::TECHNICIAN | unreachable_technician::SPECIALIST => message,
            _ => self.with_substitution_note(to, message).await?,
        };
        posting::post(self.act, to, message, about).await
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

    async fn post_reply(&self, to: &Address, text: &str) -> Result<()> {
        let writer = self.act.doer.person().map(|actor| actor.name.as_str()).unwrap_or_default();
        let voice = self.voice(to);
        let mut message = RichText::default();
        let args = [("number", number(self.ticket)), ("name", writer.into())];
        message.push(voice.say("notice-reply", &args), Style::Bold);
        message.push(format!("\n{text}"), Style::Plain);
        let code = Code::Ticket(Verb::Reply, self.ticket.number).encode();
        let buttons = vec![vec![Button { label: voice.text("button-reply"), code }]];
        let message = Outgoing { text: message, buttons, ..Default::default() };
        let message = self.with_substitution_note(to, message).await?;
        posting::post(self.act, to, message, About::critical(self.ticket.id)).await
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

    async fn tell_requester_with_follow_up(&self, key: &str) -> Result<()> {
        let Some(to) = self.address_unless_doer(self.ticket.requester_id).await? else {
            return Ok(());
        };
        self.post_with(&to, key, &[], self.follow_up_button(&to)).await
    }

    fn voice(&self, to: &Address) -> Voice<'_> {
        Voice { locale: to.locale, procedure: self.act.procedure, now: self.act.now }
    }

    async fn draw(&self, reader: PersonId, view: CardView) -> Result<()> {
        let addresses = people::addresses(self.act.tx, reader).await?;
        let Some(to) = addresses.first() else { return Ok(()) };
        let about = About::urgent(self.ticket.id);
        card::draw(self.act, to, view, self.ticket, about).await
    }

    /// Draws the card of a waiting ticket in its group's chats, or for each member where the group
    /// has no chat.
    async fn draw_for_group(&self) -> Result<()> {
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
    async fn draw_for_technician(&self, technician: Option<PersonId>) -> Result<()> {
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
    async fn draw_for_owner(&self) -> Result<()> {
        match self.current_technician().await? {
            Some(technician) if !people::addresses(self.act.tx, technician).await?.is_empty() => {
                self.draw(technician, CardView::Technician).await
            }
            _ => self.draw_for_group().await,
        }
    }
}
