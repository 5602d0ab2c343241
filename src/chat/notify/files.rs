//! Who is shown the files of a ticket (U1, N5, U10): the technician gets what the requester sent,
//! and the requester gets what staff sent. A later technician is shown the earlier files; each
//! reader is shown a file once. A file of an internal note is shown only on request, and never to
//! the requester. Deliberately absent: the bytes, which the courier reads from the store.

use super::notice::Notice;
use crate::{
    chat::{
        outgoing::{Outgoing, RichText},
        posting::{self, About},
        view::files::{enclosure, size},
        wording::{self, Arg},
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

/// Handles a stored file: the readers opposite its sender are shown it, and the cards count it.
pub async fn kept(act: &Act<'_>, kept: &Kept) -> Result<()> {
    let number = find::by_id(act.tx, kept.attachment.ticket_id).await?.number;
    // Locks the ticket, so that a technician who accepts it at the same time is shown the file by
    // exactly one of the two transactions.
    let ticket = find::locked(act, number).await?.ticket;
    let notice = Notice { act, ticket: &ticket };
    for to in notice.readers(&kept.attachment).await? {
        notice.show_file(kept, &to).await?;
    }
    super::refresh(act, &ticket).await
}

/// Handles a file that is not stored: the history says so, and its sender is told why and what to
/// do.
pub async fn refused(
    act: &Act<'_>,
    lost: &attachment::Model,
    why: Unkept,
    largest_bytes: u64,
) -> Result<()> {
    let number = find::by_id(act.tx, lost.ticket_id).await?.number;
    let ticket = find::locked(act, number).await?.ticket;
    let given = lost.name.as_deref().and_then(crate::domain::name::shown).unwrap_or_default();
    refuse(act, &ticket, &given, why).await?;
    let notice = Notice { act, ticket: &ticket };
    if let Some(sender) = files::sender(act.tx, lost).await?
        && let Some(to) = people::addresses(act.tx, sender.id).await?.into_iter().next()
    {
        let voice = notice.voice(&to);
        let unnamed = || voice.say("attachment", &[("kind", lost.kind.as_str().into())]);
        let named = if given.is_empty() { unnamed() } else { given };
        let args: [Arg<'_>; 4] = [
            ("number", wording::number(&ticket)),
            ("file", named.into()),
            ("limit", size(&voice, largest_bytes).into()),
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
        posting::post(act, &to, message, About::critical(ticket.id)).await?;
    }
    super::refresh(act, &ticket).await
}

impl Notice<'_> {
    /// Shows the earlier files to the technician who got the ticket, in private and in its threads.
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
                self.show_file(file, to).await?;
            }
            for thread in threads.iter().filter(|_| !file.attachment.internal) {
                self.show_file(file, &threads::address(thread)).await?;
            }
        }
        Ok(())
    }

    /// Shows the earlier files to the group that got the ticket.
    pub(super) async fn show_files_to_group(&self) -> Result<()> {
        let kept = files::of_ticket(self.act.tx, self.ticket.id).await?;
        let chats = if kept.is_empty() { vec![] } else { self.group_recipients().await? };
        for file in kept.iter().filter(|file| !file.attachment.internal) {
            for to in &chats {
                self.show_file(file, to).await?;
            }
        }
        Ok(())
    }

    /// The readers of a file at the moment when it is stored.
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
            readers.extend(self.technician_or_substitutes().await?);
            readers.extend(self.threads().await?.iter().map(threads::address));
        }
        readers.retain(|to| to.person.is_none() || to.person != sender);
        Ok(readers)
    }

    /// Shows a file in a chat, unless it was shown there before.
    async fn show_file(&self, kept: &Kept, to: &Address) -> Result<()> {
        if !files::show(self.act.tx, &kept.attachment, to).await? {
            return Ok(());
        }
        let file = enclosure(self.act, self.ticket, kept, to).await?;
        posting::enqueue(self.act, to, &file, About::critical(self.ticket.id)).await
    }
}
