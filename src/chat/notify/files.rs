//! Who is shown the files of a ticket (U1, N5, U10): what the requester sent, whoever has the ticket; what
//! the desk sent, the requester. Whoever gets the ticket later is shown what came before, nobody the same
//! twice. What belongs to an internal note is shown to nobody unasked, and never to the requester.
//! Deliberately absent: the bytes, which the courier takes out of the store.

use super::Notice;
use crate::{
    chat::{
        outgoing::{Outgoing, RichText},
        say::{self, About},
        view::files::{enclosure, size},
        wording::Arg,
    },
    domain::{file::Unkept, id::PersonId},
    entity::attachment,
    service::{
        Act, Result,
        files::{self, Kept},
        people::{self, Address},
        threads,
        ticket::{attachment::refuse, find},
    },
};

/// A file was kept: it is shown to the other side, and the cards say that there is one.
pub async fn kept(act: &Act<'_>, kept: &Kept) -> Result<()> {
    let number = find::by_id(act.tx, kept.attachment.ticket_id).await?.number;
    // Locked, so that whoever takes the ticket meanwhile is shown it by one of the two.
    let ticket = find::locked(act, number).await?.ticket;
    let notice = Notice { act, ticket: &ticket };
    for to in notice.readers(&kept.attachment).await? {
        notice.hand(kept, &to).await?;
    }
    super::refresh(act, &ticket).await
}

/// A file is not kept: the history says so, and whoever sent it is told why and what to do.
pub async fn refused(
    act: &Act<'_>,
    lost: &attachment::Model,
    (why, largest): (Unkept, u64),
) -> Result<()> {
    let number = find::by_id(act.tx, lost.ticket_id).await?.number;
    let ticket = find::locked(act, number).await?.ticket;
    let given = lost.name.as_deref().and_then(crate::domain::name::shown).unwrap_or_default();
    refuse(act, &ticket, (&given, why)).await?;
    let notice = Notice { act, ticket: &ticket };
    if let Some(sender) = files::sender(act.tx, lost).await?
        && let Some(to) = people::addresses(act.tx, sender.id).await?.into_iter().next()
    {
        let voice = notice.voice(&to);
        let unnamed = || voice.say("attachment", &[("kind", lost.kind.as_str().into())]);
        let named = if given.is_empty() { unnamed() } else { given };
        let args: [Arg<'_>; 4] = [
            ("number", super::number(&ticket)),
            ("file", named.into()),
            ("limit", size(&voice, largest).into()),
            ("network", voice.say("network", &[("network", lost.channel.as_str().into())]).into()),
        ];
        let key = match why {
            Unkept::TooLarge => "file-too-large",
            Unkept::WrongType => "file-wrong-type",
            Unkept::Empty => "file-empty",
            Unkept::Gone => "file-gone",
            Unkept::Unreached => "file-unreached",
        };
        let text = RichText::plain(voice.say(key, &args));
        let message = Outgoing { text, ..Default::default() };
        say::post(act, &to, message, About::critical(ticket.id)).await?;
    }
    super::refresh(act, &ticket).await
}

impl Notice<'_> {
    /// Whoever has got the ticket is shown the files that came before, in private and in its threads.
    pub(super) async fn show_files_to(&self, technician: Option<PersonId>) -> Result<()> {
        let kept = files::of_ticket(self.act.tx, self.ticket.id).await?;
        if kept.is_empty() {
            return Ok(());
        }
        let Some(technician) = technician else { return Ok(()) };
        if !self.reads(technician).await? {
            return Ok(());
        }
        let private = people::addresses(self.act.tx, technician).await?.into_iter().next();
        let threads = self.threads().await?;
        for file in &kept {
            let own = files::is_from(self.act.tx, &file.attachment, technician).await?;
            if let Some(to) = private.as_ref().filter(|_| !own) {
                self.hand(file, to).await?;
            }
            for thread in threads.iter().filter(|_| !file.attachment.internal) {
                self.hand(file, &threads::address(thread)).await?;
            }
        }
        Ok(())
    }

    /// The group that has got the ticket is shown the files that came before.
    pub(super) async fn show_files_to_group(&self) -> Result<()> {
        let kept = files::of_ticket(self.act.tx, self.ticket.id).await?;
        let chats = if kept.is_empty() { vec![] } else { self.group().await? };
        for file in kept.iter().filter(|file| !file.attachment.internal) {
            for to in &chats {
                self.hand(file, to).await?;
            }
        }
        Ok(())
    }

    /// Who is shown a file the moment it is kept.
    async fn readers(&self, sent: &attachment::Model) -> Result<Vec<Address>> {
        let mut readers = Vec::new();
        if sent.internal {
            return Ok(readers);
        }
        let sender = files::sender(self.act.tx, sent).await?.map(|sender| sender.id);
        let requester = self.ticket.requester_id;
        if sender != Some(requester) {
            readers.extend(people::addresses(self.act.tx, requester).await?.into_iter().next());
        }
        if sender == Some(requester) || sender == Some(self.ticket.registered_by) {
            readers.extend(self.owners().await?);
            readers.extend(self.threads().await?.iter().map(threads::address));
        }
        readers.retain(|to| to.person.is_none() || to.person != sender);
        Ok(readers)
    }

    /// Shows a file in a chat, unless it was shown there.
    async fn hand(&self, kept: &Kept, to: &Address) -> Result<()> {
        if !files::show(self.act.tx, &kept.attachment, to).await? {
            return Ok(());
        }
        let file = enclosure(self.act, (self.ticket, kept), to).await?;
        say::enqueue(self.act, to, &file, About::critical(self.ticket.id)).await
    }
}
