//! Notices on visits (N5), on equipment (N6) and on a changed priority (N3), with the buttons that
//! answer. Deliberately absent: the rules of visits, which are in `service::ticket::visit`.

use super::notice::Notice;
use crate::{
    chat::{
        button::Code,
        outgoing::{Button, Outgoing},
        posting::{self, About},
        shorten::clip,
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
        ticket::{self as service, visit::VisitMessage},
    },
};

/// The most characters of a note.
const NOTE: usize = 600;

impl Notice<'_> {
    /// Tells of an event of a visit or of equipment.
    pub(super) async fn visit(&self, event: &Event) -> Result<()> {
        match event {
            Event::VisitScheduled { at, .. } => self.visit_scheduled(*at).await,
            Event::VisitAgreed { at } => self.tell_staff_of_time("notice-visit-agreed", *at).await,
            Event::VisitCancelled { at } => self.visit_cancelled(*at).await,
            Event::VisitArrived { .. } => {
                self.tell_requester_of_time("notice-visit-arrived", self.act.now, &[], vec![]).await
            }
            Event::VisitMissed { note, .. } => self.visit_missed(note).await,
            Event::EquipmentMoved { what, to, .. } => {
                let key = match to {
                    Whereabouts::Workshop => "notice-equipment-workshop",
                    Whereabouts::Vendor => "notice-equipment-vendor",
                };
                self.tell_requester(key, &[("what", what.as_str().into()), self.doer_arg()]).await
            }
            Event::EquipmentReturned { what, .. } => self.equipment_returned(what).await,
            Event::EquipmentReceived => {
                self.tell_technician("notice-equipment-received", &[]).await?;
                self.tell_threads("notice-equipment-received", &[]).await
            }
            _ => Ok(()),
        }
    }

    async fn visit_scheduled(&self, at: Timestamp) -> Result<()> {
        if self.is_doer(self.ticket.requester_id) {
            return self.tell_staff_of_time("notice-visit-chosen", at).await;
        }
        let agree = Code::Agree(self.ticket.number, at);
        let another = Code::Ticket(Verb::ChooseVisit, self.ticket.number);
        let buttons = vec![("button-agree", agree), ("button-other-moment", another)];
        self.tell_requester_of_time("notice-visit-scheduled", at, &[], buttons).await?;
        self.tell_technician_of_time("notice-visit-planned", at).await
    }

    async fn visit_missed(&self, note: &str) -> Result<()> {
        let choose = Code::Ticket(Verb::ChooseVisit, self.ticket.number);
        let note = clip(note, NOTE);
        let args = [("note", note.as_str().into())];
        let buttons = vec![("button-choose-moment", choose)];
        self.tell_requester_of_time("notice-visit-missed", self.act.now, &args, buttons).await
    }

    /// Tells that a visit is cancelled. When the ticket was solved or closed, the visit is not
    /// needed any more; a visit of the past needs no notice.
    async fn visit_cancelled(&self, at: Timestamp) -> Result<()> {
        let over = self.ticket.status == Status::Solved || self.ticket.status.is_final();
        match over {
            true if at <= self.act.now => Ok(()),
            true => {
                self.tell_requester_of_time("notice-visit-not-needed", at, &[], vec![]).await?;
                // A supervisor may have closed the ticket instead of its technician.
                match self.ticket.technician_id {
                    Some(_) => {
                        self.tell_technician_of_time("notice-visit-not-needed-technician", at).await
                    }
                    None => Ok(()),
                }
            }
            false => self.tell_requester_of_time("notice-visit-cancelled", at, &[], vec![]).await,
        }
    }

    /// The person who acted, who need not be the ticket's technician.
    fn doer_arg(&self) -> Arg<'_> {
        ("name", self.act.doer.person().map_or("", |actor| actor.name.as_str()).into())
    }

    async fn equipment_returned(&self, what: &str) -> Result<()> {
        let Some(to) = self.address_unless_doer(self.ticket.requester_id).await? else {
            return Ok(());
        };
        let code = Code::Ticket(Verb::ReceiveEquipment, self.ticket.number);
        let buttons = row(&self.voice(&to), vec![("button-received", code)]);
        let args = [("what", what.into()), self.doer_arg()];
        self.post_with(&to, "notice-equipment-returned", &args, buttons).await
    }

    /// Tells the requester about a changed priority that promises other times, and the technician
    /// about every changed priority.
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
            && let Some(address) = self.address_unless_doer(ticket.requester_id).await?
        {
            let priority = self.voice(&address).priority(to);
            self.post(&address, key, &[("priority", priority.into())]).await?;
        }
        // A group reads it on the ticket's card.
        let owners = if ticket.technician_id.is_some() {
            self.technician_or_substitutes().await?
        } else {
            vec![]
        };
        for address in owners {
            let priority = self.voice(&address).priority(to);
            let args = [("priority", priority.into())];
            self.post(&address, "notice-priority-technician", &args).await?;
        }
        Ok(())
    }

    /// Tells the technician what the requester chose, in the ticket's threads too.
    async fn tell_staff_of_time(&self, key: &str, at: Timestamp) -> Result<()> {
        self.tell_technician_of_time(key, at).await?;
        for thread in self.threads().await? {
            self.post_with_time(&threads::address(&thread), key, at).await?;
        }
        Ok(())
    }

    async fn tell_technician_of_time(&self, key: &str, at: Timestamp) -> Result<()> {
        for to in self.technician_or_substitutes().await? {
            self.post_with_time(&to, key, at).await?;
        }
        Ok(())
    }

    async fn post_with_time(&self, to: &Address, key: &str, at: Timestamp) -> Result<()> {
        let when = self.voice(to).when(at);
        self.post(to, key, &[("when", when.into())]).await
    }

    async fn tell_requester_of_time(
        &self,
        key: &str,
        at: Timestamp,
        more: &[Arg<'_>],
        buttons: Vec<(&'static str, Code)>,
    ) -> Result<()> {
        let Some(to) = self.address_unless_doer(self.ticket.requester_id).await? else {
            return Ok(());
        };
        let voice = self.voice(&to);
        let mut args: Vec<Arg<'_>> = vec![("when", voice.when(at).into())];
        args.extend_from_slice(more);
        self.post_with(&to, key, &args, row(&voice, buttons)).await
    }
}

/// Reminds the technician of a visit, or asks how it went.
pub async fn prompt_about_visit(
    act: &Act<'_>,
    ticket: &ticket::Model,
    visit: &visit::Model,
    word: VisitMessage,
) -> Result<()> {
    let own = people::addresses(act.tx, visit.technician_id).await?.into_iter().next();
    match own {
        Some(to) => prompt_reader(act, &to, ticket, visit, word).await,
        None => {
            let notice = Notice { act, ticket };
            for to in notice.substitutes().await? {
                prompt_reader(act, &to, ticket, visit, word).await?;
            }
            Ok(())
        }
    }
}

async fn prompt_reader(
    act: &Act<'_>,
    to: &Address,
    ticket: &ticket::Model,
    visit: &visit::Model,
    word: VisitMessage,
) -> Result<()> {
    let requester = people::person(act.tx, ticket.requester_id).await?;
    let voice = voice(act, to);
    let key = match word {
        VisitMessage::Reminder => "visit-reminder",
        VisitMessage::Question => "visit-question",
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
    // A substitute gets no buttons: the ticket has to be assigned to them before they can report on
    // the visit.
    let is_own = to.person == Some(visit.technician_id);
    let buttons = if is_own { row(&voice, buttons.to_vec()) } else { vec![] };
    let message = Outgoing { text, buttons, ..Outgoing::default() };
    let message = (Notice { act, ticket }).with_substitution_note(to, message).await?;
    posting::post(act, to, message, About::critical(ticket.id)).await
}

fn voice<'a>(act: &'a Act<'_>, to: &Address) -> Voice<'a> {
    Voice::of(act, to.locale)
}

fn row(voice: &Voice<'_>, buttons: Vec<(&'static str, Code)>) -> Vec<Vec<Button>> {
    let button =
        |(key, code): (&'static str, Code)| Button { label: voice.text(key), code: code.encode() };
    let row: Vec<Button> = buttons.into_iter().map(button).collect();
    if row.is_empty() { vec![] } else { vec![row] }
}
