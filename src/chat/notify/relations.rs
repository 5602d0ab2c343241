//! Notices on escalation to a specialist or on site (V3), related cases (V6, V8), approvals (V10),
//! and the answer that resumes a waiting ticket (V4).

use super::{notice::Notice, on, refresh};
use crate::{
    chat::{
        button::Code,
        outgoing::Button,
        posting::About,
        shorten::clip,
        view::card,
        wording::{number, numbers},
    },
    domain::{
        ending::Ending,
        event::Event,
        id::{PersonId, TicketNumber},
        person::Doer,
        verb::Verb,
    },
    entity::card::CardView,
    service::{
        Act, Result, editions, people,
        ticket::{
            Done,
            child::{self, Parent},
            find,
            readers::is_confidential,
        },
    },
};

/// Redraws the parent's cards after an event of a related case. When the related case is done,
/// tells the parent's technician, with its solution.
pub(super) async fn tell_parent(act: &Act<'_>, done: &Done) -> Result<()> {
    let Some(id) = done.ticket.parent_id else { return Ok(()) };
    let Some(parent) = child::ended(act, done).await? else {
        return refresh(act, &find::by_id(act.tx, id).await?).await;
    };
    let desk = Act { doer: Doer::Desk, channel: None, ..act.clone() };
    for event in &parent.done.events {
        on(&desk, &parent.done.ticket, event).await?;
    }
    Notice { act, ticket: &parent.done.ticket }.child_done(done, &parent).await?;
    refresh(act, &parent.done.ticket).await
}

impl Notice<'_> {
    /// Tells the technician of the parent how a related case ended and what remains.
    async fn child_done(&self, done: &Done, parent: &Parent) -> Result<()> {
        let child = &done.ticket;
        let reason = done.events.iter().find_map(|event| match event {
            Event::NotManaged { reason } | Event::Declined { reason } => Some(reason.as_str()),
            _ => None,
        });
        let outcome = match child.ending {
            None | Some(Ending::NoSurvey) => "solved",
            Some(ending) => ending.as_str(),
        };
        let next = match (parent.done.events.is_empty(), parent.open.is_empty()) {
            (false, _) => "resumed",
            (true, false) => "open",
            (true, true) => "free",
        };
        // Of a confidential case, the notice tells only the number and the outcome.
        let rules = self.act.procedure;
        let hidden = is_confidential(rules, child) && !is_confidential(rules, self.ticket);
        for to in self.technician_or_substitutes().await? {
            let voice = self.voice(&to);
            let shown = |words: &str, longest| match hidden {
                true => voice.text("card-title-hidden"),
                false => clip(words, longest),
            };
            let args = [
                ("child", number(child)),
                ("subject", shown(&child.title, 60).into()),
                ("outcome", outcome.into()),
                ("answer", shown(child.solution.as_deref().unwrap_or_default(), 1_000).into()),
                ("reason", shown(voice.reason(reason.unwrap_or_default()), 1_000).into()),
                ("next", next.into()),
                ("open", numbers(&parent.open).into()),
            ];
            self.post(&to, "notice-child-done", &args).await?;
        }
        Ok(())
    }

    /// Tells the requester of a related case, or of the ticket that follows an approval.
    pub(super) async fn related_opened(&self, parent: TicketNumber) -> Result<()> {
        let Some(id) = self.ticket.parent_id else { return Ok(()) };
        let follows = find::by_id(self.act.tx, id).await?.approval;
        let key = if follows { "notice-next-opened" } else { "notice-child-opened" };
        self.tell_requester(key, &[("parent", parent.to_string().into())]).await
    }

    /// Tells the requester who has the ticket now, and draws its card for the technician or group
    /// that is to accept it.
    pub(super) async fn escalated(&self, person: Option<PersonId>, on_site: bool) -> Result<()> {
        let name = match person {
            Some(person) => people::person(self.act.tx, person).await?.map(|person| person.name),
            None => None,
        };
        let key = match (&name, on_site) {
            (None, false) => "notice-escalated",
            (None, true) => "notice-escalated-on-site",
            (Some(_), false) => "notice-escalated-person",
            (Some(_), true) => "notice-escalated-on-site-person",
        };
        let specialist = name.unwrap_or_default();
        let args = [("specialist", specialist.as_str().into())];
        self.tell_requester(key, &args).await?;
        let Some(person) = person else {
            self.draw_for_group().await?;
            return self.show_files_to_group().await;
        };
        if people::addresses(self.act.tx, person).await?.is_empty() {
            self.escalated_to_unreachable(&specialist).await?;
            self.draw_for_group().await?;
            return self.show_files_to_group().await;
        }
        self.draw(person, CardView::Technician).await?;
        self.show_files_to(Some(person)).await?;
        // The group's chats show the card; its members have nothing to do, so they are not told in
        // private.
        for to in people::destinations(self.act.tx, &self.ticket.group_key).await? {
            let about = About::urgent(self.ticket.id);
            card::draw(self.act, &to, CardView::Group, self.ticket, about).await?;
        }
        Ok(())
    }

    /// Tells the technician who informs the requester, or that technician's group, what a higher
    /// level answered.
    pub(super) async fn answered(&self, text: &str) -> Result<()> {
        let by = self.act.doer.person().map(|actor| actor.name.as_str()).unwrap_or_default();
        let args = [("by", by.into()), ("text", clip(text, 1_000).into())];
        self.tell_technician("notice-answered", &args).await?;
        self.draw_for_owner().await
    }

    /// Tells the requester which group has the ticket by its new category, and draws it for that
    /// group.
    pub(super) async fn recategorised(&self) -> Result<()> {
        if let Some(to) = self.address_unless_doer(self.ticket.requester_id).await? {
            let category = self.voice(&to).category(&self.ticket.category).to_owned();
            let approval = self.ticket.approval;
            let args = [("category", category.into()), ("approval", approval.into())];
            self.post(&to, "notice-recategorised", &args).await?;
        }
        self.draw_for_group().await?;
        self.show_files_to_group().await
    }

    /// Tells the requester why the ticket waits; when it waits for their answer, how to give it
    /// (V4).
    pub(super) async fn suspended(&self, reason: &str) -> Result<()> {
        let rules = editions::of(self.act.tx, self.act.procedure, self.ticket).await?;
        if !rules.answer_resumes(reason) {
            return self.tell_requester_why_it_waits("notice-suspended", reason).await;
        }
        let Some(to) = self.address_unless_doer(self.ticket.requester_id).await? else {
            return Ok(());
        };
        let voice = self.voice(&to);
        let args = [("reason", voice.reason(reason).into())];
        let code = Code::Ticket(Verb::Reply, self.ticket.number).encode();
        let button = Button { label: voice.text("button-reply"), code };
        self.post_with(&to, "notice-suspended-answer", &args, vec![vec![button]]).await
    }

    /// Tells the requester that work continues, or tells the technician when the requester's answer
    /// resumed the ticket.
    pub(super) async fn resumed(&self) -> Result<()> {
        if self.is_doer(self.ticket.requester_id) && self.ticket.technician_id.is_some() {
            self.tell_technician("notice-answer-resumed", &[]).await?;
            return self.tell_threads("notice-answer-resumed", &[]).await;
        }
        self.tell_requester("notice-resumed", &[]).await
    }

    /// Tells that the ticket was approved; the ticket that follows has its own notice.
    pub(super) async fn approved(&self) -> Result<()> {
        self.tell_requester("notice-approved", &[]).await?;
        self.tell_technician_of_decision("notice-approved-technician", "").await
    }

    /// Tells the requester why the ticket was not approved.
    pub(super) async fn declined(&self, reason: &str) -> Result<()> {
        if let Some(to) = self.address_unless_doer(self.ticket.requester_id).await? {
            let args = [("reason", reason.into())];
            self.post_with(&to, "notice-declined", &args, self.follow_up_button(&to)).await?;
        }
        self.tell_technician_of_decision("notice-declined-technician", reason).await
    }

    /// Tells the technician of the ticket what another person decided.
    async fn tell_technician_of_decision(&self, key: &str, reason: &str) -> Result<()> {
        match self.ticket.technician_id {
            Some(_) => self.tell_technician(key, &[("reason", reason.into())]).await,
            None => Ok(()),
        }
    }
}
