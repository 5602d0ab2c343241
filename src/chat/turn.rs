//! One person's turn: who they are, where they did what they did, and how they are answered.
//! Deliberately absent: what any command or dialogue does with it.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{
    chat::{
        Desk,
        incoming::{ChatKind, Incoming},
        outgoing::{Delivery, Outgoing, Pointer, RichText},
        posting::{self, About},
        wording::{Arg, Voice},
    },
    domain::{
        id::TicketNumber,
        locale::Locale,
        person::{Actor, Role},
        refusal::Refusal,
        right::{Place, Reader, Verdict, What, may_see},
    },
    entity::{account, thread, ticket},
    service::{Act, Result, outbox, people::Address, right, threads, ticket::find},
};

/// One person's turn.
pub struct Turn<'t> {
    /// What they do, as an act of theirs.
    pub act: Act<'t>,
    /// The desk they speak with.
    pub desk: &'t Desk,
    /// Whether new tickets must wait for disk space.
    pub disk_low: bool,
    /// What they did.
    pub incoming: &'t Incoming,
    /// The account they did it with.
    pub account: account::Model,
    /// Who they are, with the rights they have in this transaction.
    pub actor: Actor,
    /// Their language.
    pub locale: Locale,
    /// Whether they could not be told anything in private before this.
    pub was_silent: bool,
    /// Where they last asked for help.
    pub place: Option<String>,
    /// The ticket's thread that it happened in, when it happened in one.
    pub thread: Option<thread::Model>,
    /// Whether the press was acknowledged.
    pub(super) acknowledged: AtomicBool,
}

/// How a person is answered alone where others read along.
pub struct Alone {
    /// Where the answer goes once the token has ended.
    pub to: Address,
    /// The token of what they did.
    pub via: String,
}

impl<'t> Turn<'t> {
    /// The desk speaking their language.
    pub fn voice(&self) -> Voice<'t> {
        Voice { locale: self.locale, procedure: self.act.procedure, now: self.act.now }
    }

    /// Whether others read along.
    pub fn in_group(&self) -> bool {
        self.incoming.chat.kind == ChatKind::Group
    }

    /// The chat it happened in.
    pub fn here(&self) -> Address {
        // What is said in a thread keeps its order with everything else that is said there.
        if let Some(thread) = &self.thread {
            return Address { locale: self.locale, ..threads::address(thread) };
        }
        Address {
            channel: self.incoming.channel,
            chat_key: self.incoming.chat.key.clone(),
            person: (!self.in_group()).then_some(self.actor.id),
            locale: self.locale,
        }
    }

    /// The chat in which only they read, when there is one and it is not known to be closed.
    pub fn private(&self) -> Option<Address> {
        self.own_chat().filter(|_| self.account.unreachable_since.is_none())
    }

    /// The same, closed or not.
    fn own_chat(&self) -> Option<Address> {
        let chat_key = self.account.private_chat.clone()?;
        let (channel, person) = (self.incoming.channel, Some(self.actor.id));
        Some(Address { channel, chat_key, person, locale: self.locale })
    }

    /// Them, under the present rules.
    pub fn reader(&self) -> Reader<'_> {
        Reader { actor: &self.actor, procedure: self.act.procedure }
    }

    /// Whether they alone read what answers them here.
    pub fn is_alone(&self) -> bool {
        !self.in_group() || self.via().is_some()
    }

    /// The groups whose tickets appear in this chat, when others read along.
    pub async fn linked(&self) -> Result<Vec<String>> {
        if self.is_alone() { Ok(vec![]) } else { right::linked(self.act.tx, &self.here()).await }
    }

    /// Whether, and where, they may see something now that belongs to the staff.
    pub async fn sees(&self, what: What<'_>) -> Result<Verdict> {
        let linked = self.linked().await?;
        let place = if self.is_alone() { Place::Private } else { Place::Chat(&linked) };
        Ok(may_see(Some(&self.actor), what, place))
    }

    /// How they are answered alone in a place where others read along: under the token of what they did.
    /// The address is that of their private chat, where the answer goes once the token has ended.
    pub fn alone(&self) -> Option<Alone> {
        let via = self.via().filter(|_| self.in_group())?;
        Some(Alone { to: self.own_chat().unwrap_or_else(|| self.here()), via })
    }

    /// Whether they belong to the desk's staff.
    pub fn is_staff(&self) -> bool {
        self.actor.role >= Role::Technician
    }

    /// Says a message of the catalogues where it happened.
    pub async fn say(&self, key: &str, args: &[Arg<'_>]) -> Result<()> {
        self.post(Outgoing {
            text: self.voice().plain(key, args),
            buttons: vec![],
            ..Default::default()
        })
        .await
    }

    /// The token under which the network waits for an answer that it shows to this person alone.
    pub fn via(&self) -> Option<String> {
        self.incoming.token.clone().filter(|_| self.incoming.channel.shows_forms())
    }

    /// Says something where it happened; to this person alone where the network can.
    pub async fn post(&self, message: Outgoing) -> Result<()> {
        if let Some(Alone { to, via }) = self.alone() {
            self.acknowledged.store(true, Ordering::Relaxed);
            return posting::answer(&self.act, &to, message, Some(via), About::default()).await;
        }
        let via = self.via();
        if via.is_some() {
            self.acknowledged.store(true, Ordering::Relaxed);
        }
        posting::answer(&self.act, &self.here(), message, via, About::asked()).await
    }

    /// Says something that only they should read: to them alone where the network can. Otherwise, in
    /// a group, they are told that it went to their private chat, or how to open one.
    pub async fn post_privately(&self, message: Outgoing, about: About) -> Result<()> {
        if self.via().is_some() {
            return self.post(message).await;
        }
        match self.private() {
            Some(to) => {
                let message = Outgoing { pointer: self.pointer(), ..message };
                posting::post(&self.act, &to, message, about).await?;
                self.point_to_private().await
            }
            None => self.tell(self.closed_key(), &[]).await,
        }
    }

    /// What is said in a group once it is known whether an answer arrived in the private chat.
    pub fn pointer(&self) -> Option<Box<Pointer>> {
        if !self.in_group() || self.toasts() {
            return None;
        }
        let voice = self.voice();
        Some(Box::new(Pointer {
            chat: self.here().chat_key,
            via: self.via(),
            arrived: voice.text("answered-privately"),
            closed: voice.text(self.closed_key()),
        }))
    }

    /// In a group, tells on a pressed button that the answer goes to the private chat. Everything else is
    /// told by the [`Pointer`] of the answer, once that has arrived.
    pub async fn point_to_private(&self) -> Result<()> {
        if self.in_group() && self.toasts() {
            self.tell("answering-privately", &[]).await
        } else {
            Ok(())
        }
    }

    /// Whether a short word is shown on the button itself, which cannot wait for anything.
    fn toasts(&self) -> bool {
        self.incoming.token.is_some() && self.via().is_none()
    }

    /// What tells how to let the desk write in private.
    pub fn closed_key(&self) -> &'static str {
        // Only such a network lets the desk open the private chat itself, unless the person closed it.
        if self.incoming.channel.shows_forms() {
            "private-messages-closed"
        } else {
            "write-me-privately"
        }
    }

    /// Answers shortly: on the pressed button itself, or as a message.
    pub async fn tell(&self, key: &str, args: &[Arg<'_>]) -> Result<()> {
        let text = self.voice().say(key, args);
        self.tell_text(text).await
    }

    /// Answers shortly with a text that is worded already.
    pub async fn tell_text(&self, text: String) -> Result<()> {
        let waits = self.incoming.token.is_some();
        let fits = text.chars().count() <= posting::LONGEST_TOAST;
        if waits && fits && !self.acknowledged.load(Ordering::Relaxed) {
            return self.acknowledge(Some(text)).await;
        }
        self.post(Outgoing { text: RichText::plain(text), buttons: vec![], ..Default::default() })
            .await
    }

    /// Where something is answered later that only they should read, and the token under which the
    /// network waits for that answer. `None` after the desk told them how to open a private chat.
    pub async fn answers_later(&self) -> Result<Option<(Address, Option<String>)>> {
        if let Some(via) = self.via() {
            self.acknowledged.store(true, Ordering::Relaxed);
            return Ok(Some((self.here(), Some(via))));
        }
        let Some(to) = self.private() else {
            self.tell("write-me-privately", &[]).await?;
            return Ok(None);
        };
        self.point_to_private().await?;
        Ok(Some((to, None)))
    }

    /// Notes that a form is the answer to what they did.
    pub fn answered_by_form(&self) {
        self.acknowledged.store(true, Ordering::Relaxed);
    }

    /// Tells why not, and the way out.
    pub async fn refuse(&self, refusal: &Refusal) -> Result<()> {
        self.tell_text(super::refusal::text(&self.voice(), refusal)).await
    }

    /// Acknowledges the press, once; anything else needs none.
    pub async fn acknowledge(&self, text: Option<String>) -> Result<()> {
        let Some(token) = &self.incoming.token else { return Ok(()) };
        if self.acknowledged.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let answer = Delivery::Answer { token: token.clone(), text };
        posting::enqueue(&self.act, &self.here(), &answer, About::asked()).await
    }

    /// The ticket that the answered message of ours speaks of.
    pub async fn ticket_in_reply(&self) -> Result<Option<ticket::Model>> {
        let Some(message) = &self.incoming.reply_to else { return Ok(None) };
        let chat = self.incoming.chat.key.as_str();
        let channel = self.incoming.channel;
        match outbox::ticket_of_message(self.act.tx, channel, chat, message).await? {
            None => Ok(None),
            Some(id) => Ok(Some(find::by_id(self.act.tx, id).await?)),
        }
    }

    /// The number of the ticket that is meant without being named: the one whose thread this is, or
    /// the one that the answered message of ours speaks of.
    pub async fn number_meant(&self) -> Result<Option<TicketNumber>> {
        if let Some(thread) = &self.thread {
            return Ok(Some(find::by_id(self.act.tx, thread.ticket_id).await?.number));
        }
        Ok(self.ticket_in_reply().await?.map(|ticket| ticket.number))
    }
}
