//! The files of a ticket on request: staff get all of them, the requester those that belong to no
//! internal note. Also the name and size of a file in words.

use crate::{
    chat::{
        outgoing::{Delivery, Enclosure, RichText},
        posting::{self, About},
        turn::Turn,
        view::lines::line,
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

/// Bytes per kilobyte.
const KILO: u64 = 1024;

/// Sends a person the files of a ticket, in private.
///
/// # Errors
/// Refuses an unknown ticket and a ticket of another requester alike.
pub async fn show(turn: &Turn<'_>, asked: TicketNumber) -> Result<()> {
    let ticket = find::one(turn.act.tx, turn.reader(), asked).await?;
    // A member of staff who asked for help is the requester of that ticket.
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
        let mut file = enclosure(&turn.act, &ticket, file, &to).await?;
        if let Delivery::File(file) = &mut file
            && at + 1 == kept.len()
        {
            file.pointer = turn.pointer();
        }
        posting::enqueue(&turn.act, &to, &file, About::ticket(ticket.id)).await?;
    }
    turn.point_to_private().await
}

/// Adds the number of files, of missing files, and of attachments kept only as a reference.
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

/// A file as a chat shows it.
pub async fn enclosure(
    act: &Act<'_>,
    ticket: &ticket::Model,
    kept: &Kept,
    to: &Address,
) -> Result<Delivery> {
    let voice = Voice::of(act, to.locale);
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

/// The name of a file that was sent without one, by its kind.
fn name(voice: &Voice<'_>, kind: &str) -> String {
    voice.say("file-name", &[("kind", kind.into())])
}

/// A size in kilobytes or megabytes, rounded up.
pub fn size(voice: &Voice<'_>, bytes: u64) -> String {
    let kilobytes = bytes.div_ceil(KILO);
    if kilobytes < KILO {
        voice.say("size-kilobytes", &[("size", kilobytes.to_string().into())])
    } else {
        let megabytes = kilobytes.div_ceil(KILO).to_string();
        voice.say("size-megabytes", &[("size", megabytes.into())])
    }
}
