//! Files that users upload and bots download, and files that the bot uploads, with Telegram's
//! limits and error descriptions.

use std::collections::HashMap;

use axum::{
    extract::{ConnectInfo, Path, State as Extract},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{
    super::{
        connection::Connection,
        multipart::Part,
        upload::{Shape, Upload},
    },
    Emulator,
    faults::Fault,
    ledger::{Call, Post, SentFile},
    methods::{Refusal, Reply, bounds, keyboard},
    server,
    state::State,
};

/// The limits on a bot's download, on a photo and on a file that it uploads, in bytes, and on a
/// caption, in UTF-16 units.
const DOWNLOAD: usize = 20 << 20;
const PHOTO: usize = 10 << 20;
const UPLOAD: usize = 50 << 20;
const CAPTION: usize = 1024;

/// The name under which faults list downloads, which are no API method.
pub const DOWNLOADING: &str = "download";

/// Uploaded files by file id.
pub struct Files(HashMap<String, Upload>);

impl Files {
    /// The files that every account has at hand.
    pub fn new() -> Self {
        let photo = Upload::photo;
        let known = [
            ("photo-small", photo().holding(&b"\x89PNG\r\n\x1a\n small"[..])),
            ("photo-large", photo()),
            ("document-1", Upload::document("informe.pdf", "Informe")),
            ("voice-1", Upload::voice()),
        ];
        Self(known.map(|(id, upload)| (id.to_owned(), upload)).into())
    }
}

impl Emulator {
    /// The user sends a file.
    pub fn sends_upload(&self, user: i64, chat: i64, upload: &Upload, caption: &str) -> i64 {
        let id = self.change(|state| {
            let id = format!("file-{}", state.next_serial());
            state.files.0.insert(id.clone(), upload.clone());
            id
        });
        let size = upload.bytes.len();
        let file = json!({"file_id": id, "file_unique_id": format!("u{id}"), "file_size": size});
        let named = |mut file: Value| {
            file["file_name"] = upload.name.as_str().into();
            file["mime_type"] = upload.declared.as_str().into();
            file
        };
        let mut content = match upload.shape {
            Shape::Photo => {
                let mut photo = file;
                (photo["width"], photo["height"]) = (json!(1280), json!(960));
                json!({"photo": [photo]})
            }
            Shape::Document => json!({"document": named(file)}),
            Shape::Voice => json!({"voice": file}),
        };
        if !caption.is_empty() {
            content["caption"] = caption.into();
        }
        self.writes(user, chat, content)
    }

    /// The file id of the newest upload.
    pub fn newest_file(&self) -> String {
        let newest = |state: &mut State| format!("file-{}", state.serial);
        self.change(newest)
    }

    /// Deletes every uploaded file.
    pub fn forgets_files(&self) {
        self.change(|state| state.files.0.clear());
    }
}

pub fn get_file(state: &State, params: &Map<String, Value>) -> Reply {
    let id = params.get("file_id").and_then(Value::as_str).unwrap_or_default();
    let Some(upload) = state.files.0.get(id) else {
        let words = "Bad Request: wrong file_id or the file is temporarily unavailable";
        return Err(Refusal::new(400, words));
    };
    if upload.bytes.len() > DOWNLOAD {
        return Err(Refusal::new(400, "Bad Request: file is too big"));
    }
    Ok(json!({
        "file_id": id, "file_unique_id": format!("u{id}"), "file_size": upload.bytes.len(),
        "file_path": format!("documents/{id}"),
    }))
}

/// `sendPhoto` and `sendDocument`: the content of the new message.
pub fn face(
    chat: i64,
    field: &'static str,
    params: &Map<String, Value>,
    uploads: &[Part],
) -> Result<Post, Refusal> {
    let bad = |description: &str| Refusal::new(400, &format!("Bad Request: {description}"));
    let named = params.get(field).and_then(Value::as_str).unwrap_or_default();
    let part = named.strip_prefix("attach://").unwrap_or(field);
    let Some(part) = uploads.iter().find(|upload| upload.name == part) else {
        return Err(bad(&format!("there is no {field} in the request")));
    };
    if part.bytes.is_empty() {
        return Err(bad("file must be non-empty"));
    }
    if part.bytes.len() > UPLOAD {
        return Err(Refusal::new(413, "Request Entity Too Large"));
    }
    if field == "photo" {
        photo(&part.bytes).map_err(bad)?;
    }
    let text = params.get("caption").and_then(Value::as_str).unwrap_or_default().to_owned();
    if text.encode_utf16().count() > CAPTION {
        return Err(bad("message caption is too long"));
    }
    let entities = params.get("caption_entities").and_then(Value::as_array).cloned();
    let entities = entities.unwrap_or_default();
    for entity in &entities {
        bounds(&text, entity)?;
    }
    let name = part.file.clone().unwrap_or_default();
    Ok(Post {
        chat,
        message_id: 0,
        text,
        entities,
        buttons: keyboard(params.get("reply_markup"))?,
        file: Some(SentFile { field, name, bytes: part.bytes.clone() }),
        at: Instant::now(),
    })
}

/// Checks the limits on a photo: an image, within the limits on size, width and height.
fn photo(bytes: &Bytes) -> Result<(), &'static str> {
    if bytes.len() > PHOTO {
        return Err("file is too big");
    }
    let side = |at: usize| bytes.get(at..at + 4).and_then(|side| side.try_into().ok());
    let side = |at| side(at).map_or(0, u32::from_be_bytes);
    if bytes.starts_with(b"\x89PNG") {
        let width = side(16);
        let height = side(20);
        let thin = u64::from(width.max(height)) > 20 * u64::from(width.min(height));
        if u64::from(width) + u64::from(height) > 10_000 || thin {
            return Err("PHOTO_INVALID_DIMENSIONS");
        }
        return Ok(());
    }
    if bytes.starts_with(b"\xff\xd8\xff") || bytes.starts_with(b"RIFF") {
        return Ok(());
    }
    Err("IMAGE_PROCESS_FAILED")
}

/// `GET /file/bot<token>/<path>`.
pub async fn download(
    Extract(emulator): Extract<Emulator>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    Path((bot, path)): Path<(String, String)>,
) -> Response {
    if bot.strip_prefix("bot") != Some(emulator.token()) {
        return server::answer(Err(Refusal::new(401, "Unauthorized")));
    }
    let note = |status: u16| {
        let method = DOWNLOADING.to_owned();
        let call = Call { method, chat: None, status, at: Instant::now() };
        emulator.change(|state| state.ledger.calls.push(call));
    };
    let refuse = |refusal: Refusal| {
        note(refusal.code);
        let wait = refusal.parameters.as_ref().map(|told| told["retry_after"].to_string());
        let mut response = server::answer(Err(refusal));
        if let Some(wait) = wait.and_then(|wait| wait.parse().ok()) {
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    };
    match emulator.change(|state| state.faults.strike(DOWNLOADING, None)) {
        Some(Fault::DropBefore | Fault::DropAfter | Fault::BrokenAnswer) => {
            note(0);
            connection.sever().await
        }
        Some(Fault::RetryAfter(seconds)) => return refuse(Refusal::wait(seconds)),
        Some(Fault::ServerError502Html) => return refuse(Refusal::new(502, "Bad Gateway")),
        Some(Fault::Http400(words)) => return refuse(Refusal::new(400, &words)),
        Some(Fault::Refuse(code, words)) => return refuse(Refusal::new(code, &words)),
        Some(Fault::Hang(gate)) => gate.pass().await,
        None => {}
    }
    let id = path.strip_prefix("documents/").unwrap_or_default();
    let found = emulator.change(|state| state.files.0.get(id).cloned());
    match found {
        Some(upload) => {
            note(200);
            let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
            (StatusCode::OK, kind, upload.bytes).into_response()
        }
        None => refuse(Refusal::new(404, "Not Found: file not found")),
    }
}
