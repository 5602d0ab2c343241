//! Who is told how promises stand: whoever has the ticket before one breaks, supervisors too when it
//! is broken, and the next level when it stays so. What somebody is told of several tickets at once
//! is one message.

use super::Notice;
use crate::{
    chat::{
        button::Code,
        outgoing::{Button, Outgoing, RichText, Style},
        say::{self, About},
        wording::{Voice, instants, number},
    },
    domain::{
        event::Event,
        person::Role,
        verb::Verb,
        warning::{Clock, Hearer, Stage},
    },
    entity::{outbox::Precedence, ticket},
    service::{
        Act, Result, people,
        people::Address,
        ticket::{Done, find, readers::is_confidential},
    },
};

/// How many tickets of a message get a button each.
const MOST_BUTTONS: usize = 6;

/// Something to be told of a ticket.
#[derive(Clone, Copy)]
struct News<'n> {
    ticket: &'n ticket::Model,
    clock: Clock,
    stage: Stage,
}

impl News<'_> {
    fn is_of_the_same_as(&self, other: &News<'_>) -> bool {
        self.ticket.id == other.ticket.id && self.clock == other.clock
    }
}

/// Tells everybody whom it concerns how these tickets' promises stand, in one message each.
pub async fn warn(act: &Act<'_>, warned: &[Done]) -> Result<()> {
    let mut told: Vec<(Address, Vec<News<'_>>)> = Vec::new();
    for done in warned {
        for event in &done.events {
            let &Event::Warned { clock, stage } = event else { continue };
            let news = News { ticket: &done.ticket, clock, stage };
            for to in hearers(act, news).await? {
                match told.iter_mut().find(|(known, _)| *known == to) {
                    Some((_, all)) => {
                        // The last word on a promise says what those before it did.
                        all.retain(|earlier| !earlier.is_of_the_same_as(&news));
                        all.push(news);
                    }
                    None => told.push((to, vec![news])),
                }
            }
        }
    }
    for (to, all) in &told {
        say(act, to, all).await?;
    }
    Ok(())
}

/// Whom it concerns, each once.
async fn hearers(act: &Act<'_>, news: News<'_>) -> Result<Vec<Address>> {
    let notice = Notice { act, ticket: news.ticket };
    let mut hearers = Vec::new();
    for hearer in news.stage.hearers() {
        match hearer {
            Hearer::Owner => {
                hearers.extend(notice.owners().await?);
                if hearers.is_empty() {
                    // Whoever has it cannot be told, and the promise does not wait until they can.
                    hearers.extend(notice.group().await?);
                }
            }
            Hearer::NextLevel => hearers.extend(notice.next_level().await?),
            Hearer::Supervisors => {
                for supervisor in people::with_role(act.tx, Role::Supervisor).await? {
                    let own = people::addresses(act.tx, supervisor.id).await?;
                    hearers.extend(own.into_iter().next());
                }
            }
        }
    }
    let mut each: Vec<Address> = Vec::new();
    for to in hearers {
        if !each.contains(&to) {
            each.push(to);
        }
    }
    Ok(each)
}

async fn say(act: &Act<'_>, to: &Address, all: &[News<'_>]) -> Result<()> {
    let (text, ticket) = match all {
        [only] => (line(act, to, *only).await?, Some(only.ticket.id)),
        several => {
            let mut text = RichText::default();
            text.push(voice(act, to).text("digest-heading"), Style::Bold);
            for news in several {
                text.append("\n• ", line(act, to, *news).await?);
            }
            (text, None)
        }
    };
    let mut tickets: Vec<&ticket::Model> = Vec::new();
    for news in all {
        if !tickets.contains(&news.ticket) {
            tickets.push(news.ticket);
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
        let unheard = notice.unheard().await?;
        if unheard.is_some() && unheard != to.person {
            buttons.extend(notice.assign_row(&voice(act, to)));
        }
    }
    let about = About { ticket, critical: true, precedence: Precedence::Urgent };
    say::post(act, to, Outgoing { text, buttons, ..Default::default() }, about).await
}

async fn line(act: &Act<'_>, to: &Address, news: News<'_>) -> Result<RichText> {
    let News { ticket, clock, stage } = news;
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
    Voice { locale: to.locale, procedure: act.procedure, now: act.now }
}

impl Notice<'_> {
    /// The chats of the next level's groups, which then read the ticket; none above the highest, and
    /// none of what is confidential or of a vendor.
    async fn next_level(&self) -> Result<Vec<Address>> {
        let mut addresses = Vec::new();
        if is_confidential(self.act.procedure, self.ticket) {
            return Ok(addresses);
        }
        for group in self.act.procedure.called_in(self.ticket.level) {
            addresses.extend(self.chats_of(&group.key).await?);
        }
        Ok(addresses)
    }
}
