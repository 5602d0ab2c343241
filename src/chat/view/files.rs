//! The files of a ticket, shown to whoever asks for them: all of them to the desk, and to the requester
//! those that belong to no internal note. What a file is called and how large it is, in words.

use crate::{
    chat::{
        outgoing::{Delivery, Enclosure, RichText},
        say::{self, About},
        turn::Turn,
        view::card::line,
        wording::{Arg, Voice, number},
    },
    domain::{file::file_name, id::TicketNumber},
    entity::ticket,
    service::{
        Act, Result,
        files::{self, Count, Kept},
        people::Address,
        ticket::find,
    },
};

/// One kilobyte, as people count.
const KILO: u64 = 1024;

/// Shows somebody the files of a ticket, in private.
///
/// # Errors
/// Refuses alike what is not there and what is not theirs.
pub async fn show(turn: &Turn<'_>, asked: TicketNumber) -> Result<()> {
    let ticket = find::one(turn.act.tx, turn.reader(), asked).await?;
    // Staff who asked for help themselves are requesters of that ticket.
    let all = ticket.requester_id != turn.actor.id;
    let kept = files::of_ticket(turn.act.tx, ticket.id).await?;
    let kept: Vec<Kept> =
        kept.into_iter().filter(|file| all || !file.attachment.internal).collect();
    if kept.is_empty() {
        return turn.tell("files-none", &[("number", number(&ticket))]).await;
    }
    let Some(to) = turn.private() else {
        return turn.tell(turn.closed_key(), &[]).await;
    };
    for (at, file) in kept.iter().enumerate() {
        files::show(turn.act.tx, &file.attachment, &to).await?;
        let mut file = enclosure(&turn.act, (&ticket, file), &to).await?;
        if let Delivery::File(file) = &mut file
            && at + 1 == kept.len()
        {
            file.pointer = turn.pointer();
        }
        say::enqueue(&turn.act, &to, &file, About::ticket(ticket.id)).await?;
    }
    turn.point_to_private().await
}

/// How many files there are, how many are missing, and what is kept as a reference alone.
pub fn lines(text: &mut RichText, voice: &Voice<'_>, files: &Count, references: usize) {
    for (key, count) in [
        ("card-files", files.files),
        ("card-files-missing", files.missing),
        ("card-attachments", references),
    ] {
        if count > 0 {
            line(text, voice.say(key, &[("count", count.into())]));
        }
    }
}

/// A file as it is shown in a chat.
pub async fn enclosure(
    act: &Act<'_>,
    (ticket, kept): (&ticket::Model, &Kept),
    to: &Address,
) -> Result<Delivery> {
    let voice = Voice { locale: to.locale, procedure: act.procedure, now: act.now };
    let sender = files::sender(act.tx, &kept.attachment).await?;
    let sender = sender.map(|person| person.name).unwrap_or_default();
    let fallback = name(&voice, &kept.attachment.kind);
    let named = file_name(kept.attachment.name.as_deref(), &kept.file.media, &fallback);
    let large = size(&voice, u64::try_from(kept.file.size).unwrap_or_default());
    let args: [Arg<'_>; 5] = [
        ("number", number(ticket)),
        ("name", sender.as_str().into()),
        ("file", named.as_str().into()),
        ("media", kept.file.media.as_str().into()),
        ("size", large.into()),
    ];
    let caption = match kept.attachment.internal {
        true => voice.plain("file-caption-internal", &args),
        false => voice.plain("file-caption", &args),
    };
    Ok(Delivery::File(Enclosure {
        caption,
        words: voice.say("file-words", &args),
        otherwise: voice.say("file-not-shown", &args),
        digest: kept.file.digest.clone(),
        media: kept.file.media.clone(),
        name: named,
        pointer: None,
    }))
}

/// What a file without a name is called, by what it was sent as.
fn name(voice: &Voice<'_>, kind: &str) -> String {
    voice.say("file-name", &[("kind", kind.into())])
}

/// How large something is, rounded up.
pub fn size(voice: &Voice<'_>, bytes: u64) -> String {
    let kilobytes = bytes.div_ceil(KILO);
    if kilobytes < KILO {
        voice.say("size-kilobytes", &[("size", kilobytes.to_string().into())])
    } else {
        let megabytes = kilobytes.div_ceil(KILO).to_string();
        voice.say("size-megabytes", &[("size", megabytes.into())])
    }
}
