//! Files. A file that a person sent is looked up by its file id and downloaded; a file that the desk keeps is
//! uploaded, as a photo where the platform shows it as one and as a document otherwise. Deliberately absent:
//! sending a file again by its id, which may belong to another bot or be deleted; the desk has the bytes.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use serde_json::json;
use teloxide::{
    payloads::{GetFile, SendDocument, SendPhoto},
    requests::Payload,
    types::FileId,
};

use super::{
    errors::Request,
    render::entities,
    send::{Asked, Place, Posted, Telegram, send_request},
};
use crate::{
    channel::{Envelope, FetchError, SendError, download::download},
    chat::outgoing::Enclosure,
};

/// The largest photo that the platform accepts, in bytes.
const PHOTO: usize = 10 * 1024 * 1024;
/// The media types that the platform accepts as photos.
const PHOTOS: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// The name of the multipart field with the file.
const CONTENT: &str = "content";

/// The form in which the chat shows a file.
#[derive(Debug, Clone, Copy)]
struct Upload {
    method: &'static str,
    field: &'static str,
}

/// The fields of a file's description that the desk needs.
#[derive(Deserialize)]
struct Found {
    file_path: Option<String>,
    file_size: Option<u64>,
}

impl Telegram {
    pub(super) async fn post_file(
        &self,
        to: &Envelope<'_>,
        file: &Enclosure,
        bytes: &Bytes,
    ) -> Result<String, SendError> {
        Place::read(to.chat)?;
        if bytes.len() <= PHOTO && PHOTOS.contains(&file.media.as_str()) {
            let shown = Upload { method: SendPhoto::NAME, field: "photo" };
            match self.upload(to, file, bytes, shown).await {
                // A picture that is too wide, too high or not of its declared type is sent as a document.
                Err(SendError::Refused(why)) => {
                    tracing::debug!(why, "sending a photo as a document")
                }
                settled => return key(settled),
            }
        }
        let shown = Upload { method: SendDocument::NAME, field: "document" };
        key(self.upload(to, file, bytes, shown).await)
    }

    pub(super) async fn download(&self, file_id: &str, largest: u64) -> Result<Bytes, FetchError> {
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
        download(self.file_client.get(address), largest).await
    }

    /// Uploads a file with its caption.
    async fn upload(
        &self,
        to: &Envelope<'_>,
        file: &Enclosure,
        bytes: &Bytes,
        shown: Upload,
    ) -> Asked<Posted> {
        let Place { chat, topic } = Place::read(to.chat)?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let content = Part::stream_with_length(bytes.clone(), size).file_name(file.name.clone());
        let mut form = Form::new()
            .text("chat_id", chat.to_string())
            .text("caption", file.caption.to_plain())
            .text("caption_entities", json!(entities(&file.caption)).to_string())
            .text(shown.field, format!("attach://{CONTENT}"))
            .part(CONTENT, content);
        if let Some(topic) = topic {
            form = form.text("message_thread_id", topic.to_string());
        }
        let address = self.address(&[], &[shown.method])?;
        send_request(Request::SendFile, self.file_client.post(address).multipart(form)).await
    }
}

fn key(posted: Asked<Posted>) -> Result<String, SendError> {
    let posted = posted?.ok_or_else(|| SendError::Unknown("no message came back".to_owned()))?;
    Ok(posted.message_id.to_string())
}

/// Classifies a failed look-up by the platform's sentence.
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
