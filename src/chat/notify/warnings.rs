//! Warnings on promises: to the ticket's technician before one is broken, to supervisors too when
//! it is broken, and to the next level when it stays broken. A recipient gets the warnings of
//! several tickets in one message.

use super::notice::Notice;
use crate::{
    chat::{
        button::Code,
        outgoing::{Button, Outgoing, RichText, Style},
        posting::{self, About},
        wording::{Voice, instants, number},
    },
    domain::{
        event::Event,
        person::Role,
        verb::Verb,
        warning::{Clock, Receiver, Stage},
    },
    entity::{outbox::Precedence, ticket},
    service::{
        Act, Result, people,
        people::Address,
        ticket::{Done, find, readers::is_confidential},
    },
};

/// How many tickets of a message have a button each.
const MOST_BUTTONS: usize = 6;

/// A warning to report.
#[derive(Clone, Copy)]
struct Warning<'n> {
    ticket: &'n ticket::Model,
    clock: Clock,
    stage: Stage,
}

impl Warning<'_> {
    fn is_of_the_same_as(&self, other: &Warning<'_>) -> bool {
        self.ticket.id == other.ticket.id && self.clock == other.clock
    }
}

/// Tells the people concerned how the promises of these tickets stand, in one message each.
pub async fn warn(act: &Act<'_>, warned: &[Done]) -> Result<()> {
    let mut told: Vec<(Address, Vec<Warning<'_>>)> = Vec::new();
    for done in warned {
        for event in &done.events {
            let &Event::Warned { clock, stage } = event else { continue };
            let warning = Warning { ticket: &done.ticket, clock, stage };
            for to in recipients(act, warning).await? {
                match told.iter_mut().find(|(known, _)| *known == to) {
                    Some((_, all)) => {
                        // The latest warning on a promise replaces the earlier ones.
                        all.retain(|earlier| !earlier.is_of_the_same_as(&warning));
                        all.push(warning);
                    }
                    None => told.push((to, vec![warning])),
                }
            }
        }
    }
    for (to, all) in &told {
        post_warnings(act, to, all).await?;
    }
    Ok(())
}

/// The recipients of a warning, each once.
async fn recipients(act: &Act<'_>, warning: Warning<'_>) -> Result<Vec<Address>> {
    let notice = Notice { act, ticket: warning.ticket };
    let mut addresses = Vec::new();
    for receiver in warning.stage.receivers() {
        match receiver {
            Receiver::Owner => {
                addresses.extend(notice.technician_or_substitutes().await?);
                if addresses.is_empty() {
                    // The technician cannot be reached, and the promise does not wait until they
                    // can.
                    addresses.extend(notice.group_recipients().await?);
                }
            }
            Receiver::NextLevel => addresses.extend(notice.next_level_chats().await?),
            Receiver::Supervisors => {
                for supervisor in people::with_role(act.tx, Role::Supervisor).await? {
                    let own = people::addresses(act.tx, supervisor.id).await?;
                    addresses.extend(own.into_iter().next());
                }
            }
        }
    }
    let mut each: Vec<Address> = Vec::new();
    for to in addresses {
        if !each.contains(&to) {
            each.push(to);
        }
    }
    Ok(each)
}

async fn post_warnings(act: &Act<'_>, to: &Address, all: &[Warning<'_>]) -> Result<()> {
    let (text, ticket) = match all {
        [only] => (line(act, to, *only).await?, Some(only.ticket.id)),
        several => {
            let mut text = RichText::default();
            text.push(voice(act, to).text("digest-heading"), Style::Bold);
            for warning in several {
                text.append("\n• ", line(act, to, *warning).await?);
            }
            (text, None)
        }
    };
    let mut tickets: Vec<&ticket::Model> = Vec::new();
    for warning in all {
        if !tickets.contains(&warning.ticket) {
            tickets.push(warning.ticket);
        }
    }
    tickets.truncate(MOST_BUTTONS);
    let open = |ticket: &&ticket::Model| Button {
        label: format!("#{}", ticket.number),
        code: Code::Ticket(Verb::View, ticket.number).encode(),
    };
    let mut buttons: Vec<Vec<Button>> =
        tickets.chunks(3).map(|row| row.iter().map(open).collect()).collect();
    if let [only] = tickets.as_slice() {
        let notice = Notice { act, ticket: only };
        let unheard = notice.unreachable_technician().await?;
        if unheard.is_some() && unheard != to.person {
            buttons.extend(notice.assign_row(&voice(act, to)));
        }
    }
    let about = About { ticket, critical: true, precedence: Precedence::Urgent };
    posting::post(act, to, Outgoing { text, buttons, ..Default::default() }, about).await
}

async fn line(act: &Act<'_>, to: &Address, warning: Warning<'_>) -> Result<RichText> {
    let Warning { ticket, clock, stage } = warning;
    let voice = voice(act, to);
    let technician = find::facts(act.tx, act.procedure, ticket).await?.technician;
    let owner = match technician {
        Some((_, name)) => name,
        None => voice.group(&ticket.group_key).to_owned(),
    };
    let key = match (clock, stage) {
        (Clock::Own, Stage::Warning) => "warning-own",
        (Clock::Own, Stage::Breach) => "breach-own",
        (Clock::Own, Stage::Escalation) => "escalation-own",
        (Clock::Resolve, Stage::Warning) => "warning-resolve",
        (Clock::Resolve, Stage::Breach) => "breach-resolve",
        (Clock::Resolve, Stage::Escalation) => "escalation-resolve",
    };
    let due = match clock {
        Clock::Own => Some(ticket.own_due_at),
        Clock::Resolve => ticket.resolve_due_at,
    };
    let args = [
        ("number", number(ticket)),
        ("title", ticket.title.as_str().into()),
        ("owner", owner.into()),
    ];
    Ok(voice.rich(key, &args, &[instants::due(due)]))
}

fn voice<'a>(act: &'a Act<'_>, to: &Address) -> Voice<'a> {
    Voice::of(act, to.locale)
}

impl Notice<'_> {
    /// The chats of the next level's groups, which may then read the ticket. None above the highest
    /// level, and none for a confidential ticket or a vendor's.
    async fn next_level_chats(&self) -> Result<Vec<Address>> {
        let mut addresses = Vec::new();
        if is_confidential(self.act.procedure, self.ticket) {
            return Ok(addresses);
        }
        for group in self.act.procedure.called_in(self.ticket.level) {
            addresses.extend(self.recipients_of(&group.key).await?);
        }
        Ok(addresses)
    }
}
