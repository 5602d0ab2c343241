//! Who is told what when a ticket goes elsewhere, is decided on, or is a part of another: escalation
//! to a specialist or on site (V3), related cases (V6, V8), approvals (V10), and the answer that
//! resumes what waited for it (V4).

use super::{Notice, on, refresh};
use crate::{
    chat::{
        button::Code,
        outgoing::Button,
        refusal::numbers,
        say::{About, clip},
        view::card,
        wording::number,
    },
    domain::{
        event::{Ending, Event},
        id::{PersonId, TicketNumber},
        person::Doer,
        verb::Verb,
    },
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

/// What happens to a related case is seen on the card of the ticket it belongs to; whoever has that
/// ticket is told when the case is done, with its solution.
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
    /// Tells whoever has a ticket how a related case ended and what that leaves.
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
        // What is confidential is told with its number and its outcome alone.
        let rules = self.act.procedure;
        let hidden = is_confidential(rules, child) && !is_confidential(rules, self.ticket);
        for to in self.owners().await? {
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

    /// Tells the requester of a related case, or of what follows an approval.
    pub(super) async fn related_opened(&self, parent: TicketNumber) -> Result<()> {
        let Some(id) = self.ticket.parent_id else { return Ok(()) };
        let follows = find::by_id(self.act.tx, id).await?.approval;
        let key = if follows { "notice-next-opened" } else { "notice-child-opened" };
        self.requester(key, &[("parent", parent.to_string().into())]).await
    }

    /// Tells the requester who has the ticket now, and draws it for whoever is to take it.
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
        self.requester(key, &args).await?;
        let Some(person) = person else {
            self.draw_for_group().await?;
            return self.show_files_to_group().await;
        };
        if people::addresses(self.act.tx, person).await?.is_empty() {
            self.passed_to_unheard(&specialist).await?;
            self.draw_for_group().await?;
            return self.show_files_to_group().await;
        }
        self.draw(person, card::TECHNICIAN, true).await?;
        self.show_files_to(Some(person)).await?;
        // The group sees it where it has a chat; nobody else of it has anything to do.
        for to in people::destinations(self.act.tx, &self.ticket.group_key).await? {
            let about = About::urgent(self.ticket.id);
            card::draw(self.act, (&to, card::GROUP), self.ticket, about).await?;
        }
        Ok(())
    }

    /// Tells the technician who informs the requester, or that technician's group, what a higher level
    /// answered.
    pub(super) async fn answered(&self, text: &str) -> Result<()> {
        let by = self.act.doer.person().map(|actor| actor.name.as_str()).unwrap_or_default();
        let args = [("by", by.into()), ("text", clip(text, 1_000).into())];
        self.technician("notice-answered", &args).await?;
        self.draw_for_owner().await
    }

    /// Tells the requester which group has the ticket by its new category, and shows it to that group.
    pub(super) async fn recategorised(&self) -> Result<()> {
        if let Some(to) = self.address(self.ticket.requester_id).await? {
            let category = self.voice(&to).category(&self.ticket.category).to_owned();
            let approval = if self.ticket.approval { "yes" } else { "no" };
            let args = [("category", category.into()), ("approval", approval.into())];
            self.post(&to, "notice-recategorised", &args).await?;
        }
        self.draw_for_group().await?;
        self.show_files_to_group().await
    }

    /// Tells the requester why work waits; when it waits for their answer, how to give it (V4).
    pub(super) async fn suspended(&self, reason: &str) -> Result<()> {
        let rules = editions::of(self.act.tx, self.act.procedure, self.ticket).await?;
        if !rules.answer_resumes(reason) {
            return self.waits("notice-suspended", reason).await;
        }
        let Some(to) = self.address(self.ticket.requester_id).await? else { return Ok(()) };
        let voice = self.voice(&to);
        let args = [("reason", voice.reason(reason).into())];
        let code = Code::Ticket(Verb::Reply, self.ticket.number).encode();
        let button = Button { label: voice.text("button-reply"), code };
        self.post_with(&to, ("notice-suspended-answer", &args), vec![vec![button]]).await
    }

    /// Tells that work goes on: the requester, or whoever has the ticket when the requester's answer
    /// resumed it.
    pub(super) async fn resumed(&self) -> Result<()> {
        if self.did_it(self.ticket.requester_id) && self.ticket.technician_id.is_some() {
            self.technician("notice-answer-resumed", &[]).await?;
            return self.tell_threads("notice-answer-resumed", &[]).await;
        }
        self.requester("notice-resumed", &[]).await
    }

    /// Tells that it was approved; what follows is told with its own number.
    pub(super) async fn approved(&self) -> Result<()> {
        self.requester("notice-approved", &[]).await?;
        self.decided("notice-approved-technician", "").await
    }

    /// Tells the requester why it was not approved.
    pub(super) async fn declined(&self, reason: &str) -> Result<()> {
        if let Some(to) = self.address(self.ticket.requester_id).await? {
            let args = [("reason", reason.into())];
            self.post_with(&to, ("notice-declined", &args), self.follow_up(&to)).await?;
        }
        self.decided("notice-declined-technician", reason).await
    }

    /// Whoever had it is told what somebody else decided.
    async fn decided(&self, key: &str, reason: &str) -> Result<()> {
        match self.ticket.technician_id {
            Some(_) => self.technician(key, &[("reason", reason.into())]).await,
            None => Ok(()),
        }
    }
}
