//! Files: what people sent is asked for by its file id and then downloaded, what the desk keeps is
//! uploaded, as a photo where the platform shows it as one and as a document otherwise. Deliberately
//! absent: sending a file again by its id. It would be another bot's, or gone; the bytes are ours.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use serde_json::json;
use teloxide_core::{
    payloads::{GetFile, SendDocument, SendPhoto},
    requests::Payload,
    types::FileId,
};

use super::{
    errors::Request,
    render::spans,
    send::{Asked, Posted, Telegram, place, settled},
};
use crate::{
    channel::{Envelope, FetchError, SendError, download::download},
    chat::outgoing::Enclosure,
};

/// The largest photo that the platform takes as one, in bytes.
const PHOTO: usize = 10 * 1024 * 1024;
/// What it takes as a photo.
const PHOTOS: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// What the part of a form is called that holds the file.
const CONTENT: &str = "content";

/// As what a file is shown.
#[derive(Debug, Clone, Copy)]
struct Upload {
    method: &'static str,
    field: &'static str,
}

/// The part of a file's description that is needed.
#[derive(Deserialize)]
struct Found {
    file_path: Option<String>,
    file_size: Option<u64>,
}

impl Telegram {
    /// Shows a kept file.
    pub(super) async fn carry(
        &self,
        to: &Envelope<'_>,
        file: &Enclosure,
        bytes: &Bytes,
    ) -> Result<String, SendError> {
        place(to.chat)?;
        if bytes.len() <= PHOTO && PHOTOS.contains(&file.media.as_str()) {
            let shown = Upload { method: SendPhoto::NAME, field: "photo" };
            match self.upload(to, file, bytes, shown).await {
                // One that is too wide, too high or not quite what it says is a document still.
                Err(SendError::Refused(why)) => tracing::debug!(why, "sent as a document instead"),
                settled => return key(settled),
            }
        }
        let shown = Upload { method: SendDocument::NAME, field: "document" };
        key(self.upload(to, file, bytes, shown).await)
    }

    /// Fetches what somebody sent.
    pub(super) async fn bring(&self, file_id: &str, largest: u64) -> Result<Bytes, FetchError> {
        let asked = GetFile::new(FileId(file_id.to_owned()));
        let found: Asked<Found> = self.ask(Request::Other, asked).await;
        let found = found.map_err(unfound)?;
        let found = found.ok_or_else(|| FetchError::Transient("no file came back".to_owned()))?;
        if found.file_size.is_some_and(|size| size > largest) {
            return Err(FetchError::TooLarge);
        }
        let path = found.file_path.unwrap_or_default();
        let parts: Vec<&str> = path.split('/').collect();
        if parts.iter().any(|part| matches!(*part, "" | "." | "..") || part.contains('\\')) {
            return Err(FetchError::Gone("the platform gave no usable path".to_owned()));
        }
        let address = self.address(&["file"], &parts).map_err(unfound)?;
        download(self.carrier.get(address), largest).await
    }

    /// Uploads a file with what is said with it.
    async fn upload(
        &self,
        to: &Envelope<'_>,
        file: &Enclosure,
        bytes: &Bytes,
        shown: Upload,
    ) -> Asked<Posted> {
        let (chat, topic) = place(to.chat)?;
        let (caption, entities) = spans(&file.caption);
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let content = Part::stream_with_length(bytes.clone(), size).file_name(file.name.clone());
        let mut form = Form::new()
            .text("chat_id", chat.to_string())
            .text("caption", caption)
            .text("caption_entities", json!(entities).to_string())
            .text(shown.field, format!("attach://{CONTENT}"))
            .part(CONTENT, content);
        if let Some(topic) = topic {
            form = form.text("message_thread_id", topic.to_string());
        }
        let address = self.address(&[], &[shown.method])?;
        settled(Request::SendFile, self.carrier.post(address).multipart(form)).await
    }
}

fn key(posted: Asked<Posted>) -> Result<String, SendError> {
    let posted = posted?.ok_or_else(|| SendError::Unknown("no message came back".to_owned()))?;
    Ok(posted.message_id.to_string())
}

/// Why there is no file, by the platform's own sentence.
fn unfound(error: SendError) -> FetchError {
    match error {
        SendError::RetryAfter(wait) => FetchError::RetryAfter(wait),
        SendError::Transient(why) | SendError::Unknown(why) => FetchError::Transient(why),
        SendError::Refused(why) if why.to_lowercase().contains("file is too big") => {
            FetchError::TooLarge
        }
        SendError::Refused(why) | SendError::Unreachable(why) | SendError::Vanished(why) => {
            FetchError::Gone(why)
        }
        SendError::Moved { .. } | SendError::Gone => FetchError::Gone("it moved".to_owned()),
    }
}
