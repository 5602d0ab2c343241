//! A notice on a ticket: who acted, the address of a reader, and wording and posting a text.
//! Deliberately absent: which event causes which notice ([`super`]), and who stands in for an
//! unreachable reader ([`super::recipients`]).

use crate::{
    chat::{
        Doing,
        button::Code,
        outgoing::{Button, Outgoing, RichText, Style},
        posting::{self, About},
        shorten::clip,
        wording::{Arg, Voice, instants, number},
    },
    domain::{id::PersonId, verb::Verb},
    entity::{outbox::Precedence, ticket},
    service::{
        Act, Result, editions,
        people::{self, Address},
        right,
        ticket::find,
    },
};

/// The notices on one ticket that one act causes.
pub(super) struct Notice<'n> {
    pub(super) act: &'n Act<'n>,
    pub(super) ticket: &'n ticket::Model,
}

/// The text of a notice, and how it is posted.
pub(super) struct Text<'a> {
    /// The catalogue key.
    pub(super) key: &'a str,
    /// The values besides those that every notice has.
    pub(super) args: &'a [Arg<'a>],
    pub(super) buttons: Vec<Vec<Button>>,
    pub(super) precedence: Precedence,
    pub(super) heading: Heading,
}

/// What a notice says above its text.
pub(super) enum Heading {
    /// To a substitute, the name of the unreachable technician.
    ForSubstitutes,
    /// Nothing: the text itself names the technician.
    None,
}

impl<'a> Text<'a> {
    pub(super) fn new(key: &'a str, args: &'a [Arg<'a>]) -> Self {
        let precedence = Precedence::Notice;
        Self { key, args, buttons: vec![], precedence, heading: Heading::ForSubstitutes }
    }
}

impl Notice<'_> {
    pub(super) fn is_doer(&self, person: PersonId) -> bool {
        self.act.doer.person().is_some_and(|actor| actor.id == person)
    }

    /// The address of a person; `None` for the person who acted.
    pub(super) async fn address_unless_doer(&self, person: PersonId) -> Result<Option<Address>> {
        if self.is_doer(person) {
            return Ok(None);
        }
        Ok(people::addresses(self.act.tx, person).await?.into_iter().next())
    }

    /// Tells the requester why the ticket waits.
    pub(super) async fn tell_requester_why_it_waits(&self, key: &str, reason: &str) -> Result<()> {
        match self.address_unless_doer(self.ticket.requester_id).await? {
            Some(to) => {
                let reason = self.voice(&to).reason(reason);
                self.post(&to, key, &[("reason", reason.into())]).await
            }
            None => Ok(()),
        }
    }

    /// The button that opens a follow-up ticket.
    pub(super) fn follow_up_button(&self, to: &Address) -> Vec<Vec<Button>> {
        let code = Code::FollowUp(self.ticket.number).encode();
        vec![vec![Button { label: self.voice(to).text("button-follow-up"), code }]]
    }

    pub(super) async fn tell_requester(&self, key: &str, args: &[Arg<'_>]) -> Result<()> {
        match self.address_unless_doer(self.ticket.requester_id).await? {
            Some(to) => self.post(&to, key, args).await,
            None => Ok(()),
        }
    }

    /// Tells the technician who has the ticket, or its group while it has no technician.
    pub(super) async fn tell_technician(&self, key: &str, args: &[Arg<'_>]) -> Result<()> {
        for to in self.technician_or_substitutes().await? {
            self.post(&to, key, args).await?;
        }
        Ok(())
    }

    /// The same, as a notice that its reader has to act on.
    pub(super) async fn tell_technician_urgently(&self, key: &str, args: &[Arg<'_>]) -> Result<()> {
        for to in self.technician_or_substitutes().await? {
            self.post_urgently(&to, key, args).await?;
        }
        Ok(())
    }

    /// The technician who has the ticket, while they may read it. A technician without that right
    /// gets no more notices; the group gets them.
    pub(super) async fn current_technician(&self) -> Result<Option<PersonId>> {
        let Some(technician) = self.ticket.technician_id else { return Ok(None) };
        Ok(self.reads(technician).await?.then_some(technician))
    }

    /// Whether a person may read the ticket now.
    pub(super) async fn reads(&self, person: PersonId) -> Result<bool> {
        let facts = find::facts(self.act.tx, self.act.procedure, self.ticket).await?;
        right::reads(self.act.tx, person, &facts).await
    }

    pub(super) async fn post(&self, to: &Address, key: &str, args: &[Arg<'_>]) -> Result<()> {
        self.post_with(to, key, args, vec![]).await
    }

    pub(super) async fn post_urgently(
        &self,
        to: &Address,
        key: &str,
        args: &[Arg<'_>],
    ) -> Result<()> {
        let precedence = Precedence::Urgent;
        self.post_notice(to, Text { precedence, ..Text::new(key, args) }).await
    }

    pub(super) fn post_with<'a>(
        &'a self,
        to: &'a Address,
        key: &'a str,
        args: &'a [Arg<'a>],
        buttons: Vec<Vec<Button>>,
    ) -> Doing<'a> {
        self.post_notice(to, Text { buttons, ..Text::new(key, args) })
    }

    pub(super) fn post_notice<'a>(&'a self, to: &'a Address, text: Text<'a>) -> Doing<'a> {
        Box::pin(self.word_and_post(to, text))
    }

    async fn word_and_post(&self, to: &Address, notice: Text<'_>) -> Result<()> {
        let Text { key, args: extra, buttons, precedence, heading } = notice;
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
        let about = About { precedence, ..About::critical(self.ticket.id) };
        let message = Outgoing { text, buttons, ..Default::default() };
        let message = match heading {
            Heading::None => message,
            Heading::ForSubstitutes => self.with_substitution_note(to, message).await?,
        };
        posting::post(self.act, to, message, about).await
    }

    pub(super) async fn post_reply(&self, to: &Address, text: &str) -> Result<()> {
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

    pub(super) async fn tell_requester_with_follow_up(&self, key: &str) -> Result<()> {
        let Some(to) = self.address_unless_doer(self.ticket.requester_id).await? else {
            return Ok(());
        };
        self.post_with(&to, key, &[], self.follow_up_button(&to)).await
    }

    pub(super) fn voice(&self, to: &Address) -> Voice<'_> {
        Voice::of(self.act, to.locale)
    }
}
