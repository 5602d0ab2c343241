//! What comes with words and is not text: how it is kept, how a form offers to take it, and what the person is
//! told of it. Deliberately absent: fetching files.

use crate::{
    chat::{
        incoming::{Attachment, AttachmentKind},
        outgoing::FormField,
        wording::{Voice, attachment_name},
    },
    service::ticket::attachment::{self, NewAttachment},
};

/// How many files can be given in a form.
const FILES: u8 = 5;

/// Adds a line to what was said before.
pub(super) fn append(text: &mut String, more: &str) {
    let more = more.trim();
    if !text.is_empty() && !more.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}

/// What the desk keeps of something that is not text.
pub(super) fn reference(kept: Attachment) -> NewAttachment {
    NewAttachment {
        kind: attachment_name(kept.kind).to_owned(),
        reference: kept.reference,
        name: kept.name,
        caption: kept.caption,
        internal: false,
    }
}

/// Where a form has room for them, files can be given in it.
pub(super) fn file_field(voice: &Voice<'_>) -> FormField {
    FormField {
        key: "file".to_owned(),
        label: voice.text("form-file"),
        optional: true,
        files: FILES,
        ..FormField::default()
    }
}

/// Says honestly what becomes of what is not text.
pub(super) fn received(voice: &Voice<'_>, attachments: &[Attachment]) -> String {
    let last = attachments.last().map_or(AttachmentKind::Other, |attachment| attachment.kind);
    let args = [("count", attachments.len().into()), ("what", voice.attachment(last).into())];
    let kinds = attachments.iter().map(|attachment| attachment_name(attachment.kind));
    match kinds.filter(|kind| attachment::is_file(kind)).count() {
        0 => voice.say("attachment-noted", &args),
        files if files == attachments.len() => voice.say("attachment-kept", &args),
        _ => voice.say("attachment-mixed", &args),
    }
}
