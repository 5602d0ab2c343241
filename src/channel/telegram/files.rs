//! Files: what people sent is asked for by its file id and then downloaded, what the desk keeps is
//! uploaded, as a photo where the platform shows it as one and as a document otherwise. Deliberately
//! absent: sending a file again by its id. It would be another bot's, or gone; the bytes are ours.

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use teloxide_core::{
    payloads::{GetFile, SendDocument, SendDocumentSetters, SendPhoto, SendPhotoSetters},
    requests::{MultipartPayload, MultipartRequest, Payload, Request as _},
    types::{FileId, InputFile},
};

use super::{
    errors::{Request, outcome},
    render::spans,
    send::{Asked, Asking, Posted, Telegram, chat_id},
};
use crate::{
    channel::{Envelope, FILE_TIME, FetchError, SendError, download::download},
    chat::outgoing::Enclosure,
};

/// The largest photo that the platform takes as one, in bytes.
const PHOTO: usize = 10 * 1024 * 1024;
/// What it takes as a photo.
const PHOTOS: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

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
        let chat = chat_id(to.chat)?;
        let (caption, entities) = spans(&file.caption);
        let content = || InputFile::memory(bytes.clone()).file_name(file.name.clone());
        if bytes.len() <= PHOTO && PHOTOS.contains(&file.media.as_str()) {
            let photo = SendPhoto::new(chat, content())
                .caption(caption.clone())
                .caption_entities(entities.clone());
            match self.upload(photo).await {
                // One that is too wide, too high or not quite what it says is a document still.
                Err(SendError::Refused(why)) => tracing::debug!(why, "sent as a document instead"),
                settled => return key(settled),
            }
        }
        let document =
            SendDocument::new(chat, content()).caption(caption).caption_entities(entities);
        key(self.upload(document).await)
    }

    /// Fetches what somebody sent.
    pub(super) async fn bring(&self, file_id: &str, largest: u64) -> Result<Bytes, FetchError> {
        let asked = GetFile::new(FileId(file_id.to_owned()));
        let found: Asked<Found> = self.ask(Request::Send, asked).await;
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
        let mut address = self.carrier.api_url();
        let folder = format!("bot{}", self.carrier.token());
        match address.path_segments_mut() {
            Ok(mut segments) => {
                segments.pop_if_empty().push("file").push(&folder).extend(parts);
            }
            Err(()) => return Err(FetchError::Gone("there is no such address".to_owned())),
        }
        download(self.carrier.client().get(address), largest).await
    }

    /// Uploads what a payload holds.
    async fn upload<P>(&self, payload: P) -> Asked<Posted>
    where
        P: MultipartPayload + Serialize + Send + 'static,
    {
        let payload: Asking<P, Posted> = Asking::new(payload);
        let answer = MultipartRequest::new(self.carrier.clone(), payload).send();
        match tokio::time::timeout(FILE_TIME, answer).await {
            Err(_) => Err(SendError::Unknown("no answer in time".to_owned())),
            Ok(Ok(posted)) => Ok(Some(posted)),
            Ok(Err(error)) => outcome(Request::Send, &error).map(|()| None),
        }
    }
}

impl<P, O> MultipartPayload for Asking<P, O>
where
    P: MultipartPayload,
    Self: Payload,
    O: DeserializeOwned,
{
    fn copy_files(&self, into: &mut dyn FnMut(InputFile)) {
        self.payload.copy_files(into);
    }

    fn move_files(&mut self, into: &mut dyn FnMut(InputFile)) {
        self.payload.move_files(into);
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
