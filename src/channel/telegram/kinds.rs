//! The content of a message without text: an attachment of a known kind, an unknown kind of content, or a
//! notice of the platform. Deliberately absent: downloading files, which happens by the platform's reference
//! once the files belong to a ticket.

use serde_json::Value;

use super::wire::{Contact, File, Location, Message, Picture};
use crate::chat::incoming::{Attachment, AttachmentKind};

/// Fields of a message beside its content.
const ENVELOPE: [&str; 46] = [
    "author_signature",
    "business_connection_id",
    "caption",
    "caption_entities",
    "chat",
    "date",
    "direct_messages_topic",
    "edit_date",
    "effect_id",
    "entities",
    "external_reply",
    "forward_date",
    "forward_from",
    "forward_from_chat",
    "forward_from_message_id",
    "forward_origin",
    "forward_sender_name",
    "from",
    "guest_bot_caller_chat",
    "guest_bot_caller_user",
    "guest_query_id",
    "has_media_spoiler",
    "has_protected_content",
    "is_automatic_forward",
    "is_from_offline",
    "is_paid_post",
    "is_topic_message",
    "link_preview_options",
    "media_group_id",
    "message_id",
    "message_thread_id",
    "paid_star_count",
    "quote",
    "reply_markup",
    "reply_to_checklist_task_id",
    "reply_to_message",
    "reply_to_poll_option_id",
    "reply_to_story",
    "sender_boost_count",
    "sender_business_bot",
    "sender_chat",
    "sender_tag",
    "show_caption_above_media",
    "suggested_post_info",
    "text",
    "via_bot",
];

/// Content of people for which the desk has no kind of its own.
const OTHER: [&str; 10] = [
    "checklist",
    "dice",
    "game",
    "giveaway",
    "invoice",
    "live_photo",
    "paid_media",
    "poll",
    "rich_message",
    "story",
];

/// Notices that the platform puts into private chats.
const NOTICES: [&str; 31] = [
    "boost_added",
    "chat_background_set",
    "chat_shared",
    "checklist_tasks_added",
    "checklist_tasks_done",
    "connected_website",
    "delete_chat_photo",
    "direct_message_price_changed",
    "forum_topic_closed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "gift",
    "gift_upgrade_sent",
    "managed_bot_created",
    "message_auto_delete_timer_changed",
    "new_chat_photo",
    "new_chat_title",
    "paid_message_price_changed",
    "passport_data",
    "pinned_message",
    "poll_option_added",
    "poll_option_deleted",
    "proximity_alert_triggered",
    "refunded_payment",
    "successful_payment",
    "unique_gift",
    "users_shared",
    "write_access_allowed",
];

/// The content of `message`, which has no text. `None` for notices.
pub(super) fn attachment(message: Message, raw: &Value, private: bool) -> Option<Attachment> {
    let caption = message.caption.clone().unwrap_or_default();
    let (kind, reference, name) = known(message).or_else(|| other(raw, private))?;
    Some(Attachment { kind, reference, name, caption })
}

type Known = (AttachmentKind, String, Option<String>);

fn known(message: Message) -> Option<Known> {
    use AttachmentKind::{Audio, Contact, Document, Location, Photo, Sticker, Video};

    let file = |kind| move |file: File| (kind, file.file_id, file.file_name);
    // The platform sends an animation as a document too, and a venue as a location too.
    None.or(message.photo.and_then(largest).map(|file_id| (Photo, file_id, None)))
        .or(message.animation.map(file(Video)))
        .or(message.video.map(file(Video)))
        .or(message.video_note.map(file(Video)))
        .or(message.document.map(file(Document)))
        .or(message.voice.map(file(Audio)))
        .or(message.audio.map(file(Audio)))
        .or(message.sticker.map(file(Sticker)))
        .or(message.venue.map(|venue| (Location, point(&venue.location), Some(venue.title))))
        .or(message.location.map(|location| (Location, point(&location), None)))
        .or(message.contact.map(|contact| {
            let name = full_name(&contact);
            (Contact, contact.phone_number, name)
        }))
}

fn other(raw: &Value, private: bool) -> Option<Known> {
    let fields = raw.as_object()?;
    let named = |name: &str| (AttachmentKind::Other, name.to_owned(), None);
    if let Some(name) = OTHER.into_iter().find(|name| fields.contains_key(*name)) {
        return Some(named(name));
    }
    // A kind that is newer than these lists. In a private chat a person waits for an answer to it; in a group
    // it is more likely a notice.
    let unknown = fields
        .keys()
        .map(String::as_str)
        .find(|name| !ENVELOPE.contains(name) && !NOTICES.contains(name));
    unknown.filter(|_| private).map(named)
}

fn largest(sizes: Vec<Picture>) -> Option<String> {
    let area = |size: &Picture| size.width.saturating_mul(size.height);
    sizes.into_iter().max_by_key(area).map(|size| size.file_id)
}

fn point(location: &Location) -> String {
    format!("{},{}", location.latitude, location.longitude)
}

fn full_name(contact: &Contact) -> Option<String> {
    let last = contact.last_name.as_deref().unwrap_or_default();
    let name = format!("{} {last}", contact.first_name).trim().to_owned();
    (!name.is_empty()).then_some(name)
}
