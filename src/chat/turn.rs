//! The turn of one person: the person's account and rights, the chat, and the ways to answer.
//! Deliberately absent: what a command or a dialogue does with it.

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

pub struct Turn<'t> {
    /// The context in which the person changes things.
    pub act: Act<'t>,
    pub desk: &'t Desk,
    /// Whether the disk is so full that the desk registers no new tickets.
    pub disk_low: bool,
    pub incoming: &'t Incoming,
    /// The account that the person used.
    pub account: account::Model,
    /// The person, with the rights that they have in this transaction.
    pub actor: Actor,
    pub locale: Locale,
    /// Whether the person's private chat was unreachable before this turn, which is in another chat.
    pub was_silent: bool,
    /// The place where the person last asked for help.
    pub place: Option<String>,
    /// The ticket thread that this is written in, if it is one.
    pub thread: Option<thread::Model>,
    /// Whether the press or the command was acknowledged.
    pub(super) acknowledged: AtomicBool,
}

/// How a person in a group gets an answer that the other members do not see.
pub struct Alone {
    /// The address that takes the answer once the token has expired.
    pub to: Address,
    /// The token of the press or the command.
    pub via: String,
}

impl<'t> Turn<'t> {
    /// The voice of the desk in the person's language.
    pub fn voice(&self) -> Voice<'t> {
        Voice { locale: self.locale, procedure: self.act.procedure, now: self.act.now }
    }

    /// Whether other people read this chat.
    pub fn in_group(&self) -> bool {
        self.incoming.chat.kind == ChatKind::Group
    }

    /// The address of the chat that the person used.
    pub fn here(&self) -> Address {
        // Messages in a thread share the lane of the thread, so that they keep their order.
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

    /// The person's private chat, if there is one and it is not known to be closed.
    pub fn private(&self) -> Option<Address> {
        self.own_chat().filter(|_| self.account.unreachable_since.is_none())
    }

    /// The person's private chat, closed or not.
    fn own_chat(&self) -> Option<Address> {
        let chat_key = self.account.private_chat.clone()?;
        let channel = self.incoming.channel;
        let person = Some(self.actor.id);
        Some(Address { channel, chat_key, person, locale: self.locale })
    }

    /// The person as a reader under the present procedure.
    pub fn reader(&self) -> Reader<'_> {
        Reader { actor: &self.actor, procedure: self.act.procedure }
    }

    /// Whether only this person reads an answer given in this chat.
    pub fn is_alone(&self) -> bool {
        !self.in_group() || self.via().is_some()
    }

    /// The groups whose tickets appear in this chat; none where only the person reads the answer.
    pub async fn linked(&self) -> Result<Vec<String>> {
        if self.is_alone() { Ok(vec![]) } else { right::linked(self.act.tx, &self.here()).await }
    }

    /// Whether, and where, the person may now see something that belongs to the staff.
    pub async fn sees(&self, what: What<'_>) -> Result<Verdict> {
        let linked = self.linked().await?;
        let place = if self.is_alone() { Place::Private } else { Place::Chat(&linked) };
        Ok(may_see(Some(&self.actor), what, place))
    }

    /// How to answer this person alone in a group: by the token of the press or the command. The
    /// address is that of the private chat, which takes the answer once the token has expired.
    pub fn alone(&self) -> Option<Alone> {
        let via = self.via().filter(|_| self.in_group())?;
        Some(Alone { to: self.own_chat().unwrap_or_else(|| self.here()), via })
    }

    /// Whether the person belongs to the staff.
    pub fn is_staff(&self) -> bool {
        self.actor.role >= Role::Technician
    }

    /// Sends a message of the catalogue to this chat.
    pub async fn say(&self, key: &str, args: &[Arg<'_>]) -> Result<()> {
        self.post(Outgoing {
            text: self.voice().plain(key, args),
            buttons: vec![],
            ..Default::default()
        })
        .await
    }

    /// The token by which the network shows an answer to this person alone.
    pub fn via(&self) -> Option<String> {
        self.incoming.token.clone().filter(|_| self.incoming.channel.shows_forms())
    }

    /// Sends a message to this chat; to this person alone where the network can.
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

    /// Sends a message that only this person should read: to them alone where the network can,
    /// otherwise to the private chat. In a group, the person is told that the message went to the
    /// private chat, or how to open one.
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

    /// The note for the group that is sent once it is known whether the answer arrived in the
    /// private chat.
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

    /// In a group, tells on a pressed button that the answer goes to the private chat. In every
    /// other case the [`Pointer`] of the answer tells this, once the answer has arrived.
    pub async fn point_to_private(&self) -> Result<()> {
        if self.in_group() && self.toasts() {
            self.tell("answering-privately", &[]).await
        } else {
            Ok(())
        }
    }

    /// Whether the network shows a short text on the pressed button. That text cannot wait for the
    /// delivery of another message.
    fn toasts(&self) -> bool {
        self.incoming.token.is_some() && self.via().is_none()
    }

    /// The key of the message that tells how to let the desk write in private.
    pub fn closed_key(&self) -> &'static str {
        // On such a network the desk itself opens the private chat, unless the person closed it.
        if self.incoming.channel.shows_forms() {
            "private-messages-closed"
        } else {
            "write-me-privately"
        }
    }

    /// Answers with a short message of the catalogue: on the pressed button, or as a message.
    pub async fn tell(&self, key: &str, args: &[Arg<'_>]) -> Result<()> {
        let text = self.voice().say(key, args);
        self.tell_text(text).await
    }

    /// Answers with a short text: on the pressed button, or as a message.
    pub async fn tell_text(&self, text: String) -> Result<()> {
        let waits = self.incoming.token.is_some();
        let fits = text.chars().count() <= posting::LONGEST_TOAST;
        if waits && fits && !self.acknowledged.load(Ordering::Relaxed) {
            return self.acknowledge(Some(text)).await;
        }
        self.post(Outgoing { text: RichText::plain(text), buttons: vec![], ..Default::default() })
            .await
    }

    /// The address for a later answer that only this person should read, and the token by which the
    /// network waits for it. `None` after the person was told how to open a private chat.
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

    /// Notes that a form acknowledges the press or the command.
    pub fn answered_by_form(&self) {
        self.acknowledged.store(true, Ordering::Relaxed);
    }

    /// Tells the person why an operation is refused, and what they can do instead.
    pub async fn refuse(&self, refusal: &Refusal) -> Result<()> {
        self.tell_text(super::refusal::text(&self.voice(), refusal)).await
    }

    /// Acknowledges the press or the command, once. Other inputs need no acknowledgement.
    pub async fn acknowledge(&self, text: Option<String>) -> Result<()> {
        let Some(token) = &self.incoming.token else { return Ok(()) };
        if self.acknowledged.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let answer = Delivery::Answer { token: token.clone(), text };
        posting::enqueue(&self.act, &self.here(), &answer, About::asked()).await
    }

    /// The ticket that the desk's message is about to which the person replies.
    pub async fn ticket_in_reply(&self) -> Result<Option<ticket::Model>> {
        let Some(message) = &self.incoming.reply_to else { return Ok(None) };
        let chat = self.incoming.chat.key.as_str();
        let channel = self.incoming.channel;
        match outbox::ticket_of_message(self.act.tx, channel, chat, message).await? {
            None => Ok(None),
            Some(id) => Ok(Some(find::by_id(self.act.tx, id).await?)),
        }
    }

    /// The number of the ticket that the person means without naming it: the ticket of the thread,
    /// or the ticket of the desk's message to which the person replies.
    pub async fn number_meant(&self) -> Result<Option<TicketNumber>> {
        if let Some(thread) = &self.thread {
            return Ok(Some(find::by_id(self.act.tx, thread.ticket_id).await?.number));
        }
        Ok(self.ticket_in_reply().await?.map(|ticket| ticket.number))
    }
}
