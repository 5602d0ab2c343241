//! Who is told of visits (N5), of equipment (N6) and of another priority (N3), with the buttons that
//! answer. Deliberately absent: what happened, which is `service::ticket::visit`'s.

use super::Notice;
use crate::{
    chat::{
        button::Code,
        outgoing::{Button, Outgoing},
        say::{self, About, clip},
        wording::{Arg, Voice, instants, number},
    },
    domain::{
        event::Event, priority::Priority, status::Status, time::Timestamp, verb::Verb,
        visit::Whereabouts,
    },
    entity::{ticket, visit},
    service::{
        Act, Result, editions, people,
        people::Address,
        threads,
        ticket::{self as service, visit::Word},
    },
};

/// How much of a note is shown.
const NOTE: usize = 600;

impl Notice<'_> {
    /// Tells of what happened on the way to the requester's workplace.
    pub(super) async fn visit(&self, event: &Event) -> Result<()> {
        match event {
            Event::VisitScheduled { at, .. } => self.scheduled(*at).await,
            Event::VisitAgreed { at } => self.staff("notice-visit-agreed", *at).await,
            Event::VisitCancelled { at } => self.cancelled(*at).await,
            Event::VisitArrived { .. } => {
                self.requester_at("notice-visit-arrived", (self.act.now, &[]), vec![]).await
            }
            Event::VisitMissed { note, .. } => self.missed(note).await,
            Event::EquipmentMoved { what, to, .. } => {
                let key = match to {
                    Whereabouts::Workshop => "notice-equipment-workshop",
                    Whereabouts::Vendor => "notice-equipment-vendor",
                };
                self.requester(key, &[("what", what.as_str().into()), self.by()]).await
            }
            Event::EquipmentReturned { what, .. } => self.returned(what).await,
            Event::EquipmentReceived => {
                self.technician("notice-equipment-received", &[]).await?;
                self.tell_threads("notice-equipment-received", &[]).await
            }
            _ => Ok(()),
        }
    }

    async fn scheduled(&self, at: Timestamp) -> Result<()> {
        if self.did_it(self.ticket.requester_id) {
            return self.staff("notice-visit-chosen", at).await;
        }
        let agree = Code::Agree(self.ticket.number, at);
        let another = Code::Ticket(Verb::ChooseVisit, self.ticket.number);
        let buttons = vec![("button-agree", agree), ("button-other-moment", another)];
        self.requester_at("notice-visit-scheduled", (at, &[]), buttons).await?;
        self.technician_at("notice-visit-planned", at).await
    }

    async fn missed(&self, note: &str) -> Result<()> {
        let choose = Code::Ticket(Verb::ChooseVisit, self.ticket.number);
        let note = clip(note, NOTE);
        let note = [("note", note.as_str().into())];
        let at = (self.act.now, &note[..]);
        self.requester_at("notice-visit-missed", at, vec![("button-choose-moment", choose)]).await
    }

    /// A visit that is not made any more is taken back before its time, by whichever act ended it.
    async fn cancelled(&self, at: Timestamp) -> Result<()> {
        let over = self.ticket.status == Status::Solved || self.ticket.status.is_final();
        match over {
            true if at <= self.act.now => Ok(()),
            true => {
                self.requester_at("notice-visit-not-needed", (at, &[]), vec![]).await?;
                // A supervisor may have ended it in the technician's stead.
                match self.ticket.technician_id {
                    Some(_) => self.technician_at("notice-visit-not-needed-technician", at).await,
                    None => Ok(()),
                }
            }
            false => self.requester_at("notice-visit-cancelled", (at, &[]), vec![]).await,
        }
    }

    /// Who did it, who may be another than the ticket's technician.
    fn by(&self) -> Arg<'_> {
        ("name", self.act.doer.person().map_or("", |actor| actor.name.as_str()).into())
    }

    async fn returned(&self, what: &str) -> Result<()> {
        let Some(to) = self.address(self.ticket.requester_id).await? else { return Ok(()) };
        let code = Code::Ticket(Verb::ReceiveEquipment, self.ticket.number);
        let buttons = row(&self.voice(&to), vec![("button-received", code)]);
        let args = [("what", what.into()), self.by()];
        self.post_with(&to, ("notice-equipment-returned", &args), buttons).await
    }

    /// Tells the requester that another priority promises other times; nothing where it does not.
    pub(super) async fn reprioritised(&self, from: Priority, to: Priority) -> Result<()> {
        let ticket = self.ticket;
        let rules = editions::of(self.act.tx, self.act.procedure, ticket).await?;
        let promised = |priority| {
            let ticket = ticket::Model { priority, ..ticket.clone() };
            service::times(&rules, &ticket)
        };
        let key = match ticket.resolve_due_at {
            Some(_) => "notice-priority",
            None => "notice-priority-waits",
        };
        if promised(from) != promised(to)
            && let Some(address) = self.address(ticket.requester_id).await?
        {
            let priority = self.voice(&address).priority(to);
            self.post(&address, key, &[("priority", priority.into())]).await?;
        }
        // A group sees it on the ticket's card.
        let owners = if ticket.technician_id.is_some() { self.owners().await? } else { vec![] };
        for address in owners {
            let priority = self.voice(&address).priority(to);
            let args = [("priority", priority.into())];
            self.post(&address, "notice-priority-technician", &args).await?;
        }
        Ok(())
    }

    /// Tells whoever has the ticket what its requester said, in its thread too.
    async fn staff(&self, key: &str, at: Timestamp) -> Result<()> {
        self.technician_at(key, at).await?;
        for thread in self.threads().await? {
            self.post_at(&threads::address(&thread), key, at).await?;
        }
        Ok(())
    }

    async fn technician_at(&self, key: &str, at: Timestamp) -> Result<()> {
        for to in self.owners().await? {
            self.post_at(&to, key, at).await?;
        }
        Ok(())
    }

    async fn post_at(&self, to: &Address, key: &str, at: Timestamp) -> Result<()> {
        let when = self.voice(to).when(at);
        self.post(to, key, &[("when", when.into())]).await
    }

    async fn requester_at(
        &self,
        key: &str,
        (at, more): (Timestamp, &[Arg<'_>]),
        buttons: Vec<(&'static str, Code)>,
    ) -> Result<()> {
        let Some(to) = self.address(self.ticket.requester_id).await? else { return Ok(()) };
        let voice = self.voice(&to);
        let mut args: Vec<Arg<'_>> = vec![("when", voice.when(at).into())];
        args.extend_from_slice(more);
        self.post_with(&to, (key, &args), row(&voice, buttons)).await
    }
}

/// Reminds the technician of a visit, or asks how it was.
pub async fn say_of_visit(
    act: &Act<'_>,
    (ticket, visit, word): (&ticket::Model, &visit::Model, Word),
) -> Result<()> {
    let own = people::addresses(act.tx, visit.technician_id).await?.into_iter().next();
    match own {
        Some(to) => say_of_visit_to(act, &to, ticket, visit, word).await,
        None => {
            let notice = Notice { act, ticket };
            for to in notice.stand_ins().await? {
                say_of_visit_to(act, &to, ticket, visit, word).await?;
            }
            Ok(())
        }
    }
}

async fn say_of_visit_to(
    act: &Act<'_>,
    to: &Address,
    ticket: &ticket::Model,
    visit: &visit::Model,
    word: Word,
) -> Result<()> {
    let requester = people::person(act.tx, ticket.requester_id).await?;
    let voice = voice(act, to);
    let key = match word {
        Word::Reminder => "visit-reminder",
        Word::Question => "visit-question",
    };
    let args = [
        ("number", number(ticket)),
        ("title", ticket.title.as_str().into()),
        ("requester", requester.map(|person| person.name).unwrap_or_default().into()),
        ("place", ticket.place.as_str().into()),
    ];
    let text = voice.rich(key, &args, &[instants::when(Some(visit.scheduled_at))]);
    let verbs = [
        (Verb::Arrive, "button-arrive"),
        (Verb::Miss, "button-miss"),
        (Verb::Visit, "button-visit-another"),
    ];
    let buttons = verbs.map(|(verb, key)| (key, Code::Ticket(verb, ticket.number)));
    // Who stands in for the technician has the ticket assigned before the visit is answered for.
    let is_own = to.person == Some(visit.technician_id);
    let buttons = if is_own { row(&voice, buttons.to_vec()) } else { vec![] };
    let message = Outgoing { text, buttons, ..Outgoing::default() };
    let message = (Notice { act, ticket }).named(to, message).await?;
    say::post(act, to, message, About::critical(ticket.id)).await
}

fn voice<'a>(act: &'a Act<'_>, to: &Address) -> Voice<'a> {
    Voice { locale: to.locale, procedure: act.procedure, now: act.now }
}

fn row(voice: &Voice<'_>, buttons: Vec<(&'static str, Code)>) -> Vec<Vec<Button>> {
    let button =
        |(key, code): (&'static str, Code)| Button { label: voice.text(key), code: code.encode() };
    let row: Vec<Button> = buttons.into_iter().map(button).collect();
    if row.is_empty() { vec![] } else { vec![row] }
}
