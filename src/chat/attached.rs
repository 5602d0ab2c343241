//! Attachments: how a ticket keeps them, the form field that takes files, and what the sender is
//! told about them. Deliberately absent: fetching files.

use crate::{
    chat::{
        incoming::{Attachment, AttachmentKind},
        outgoing::FormField,
        wording::{Voice, attachment_name},
    },
    service::ticket::attachment::{self, NewAttachment},
};

/// How many files one form field takes.
const FILES: u8 = 5;

/// Appends `more` to `text` on a line of its own.
pub(super) fn append(text: &mut String, more: &str) {
    let more = more.trim();
    if !text.is_empty() && !more.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}

/// The row that a ticket keeps for an attachment that a person sent.
pub(super) fn reference(kept: Attachment) -> NewAttachment {
    NewAttachment {
        kind: attachment_name(kept.kind).to_owned(),
        reference: kept.reference,
        name: kept.name,
        caption: kept.caption,
        internal: false,
    }
}

/// The optional form field that takes files.
pub(super) fn file_field(voice: &Voice<'_>) -> FormField {
    FormField {
        key: "file".to_owned(),
        label: voice.text("form-file"),
        optional: true,
        files: FILES,
        ..FormField::default()
    }
}

/// Tells the sender what the desk keeps: the file itself, or only a note that it came.
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
