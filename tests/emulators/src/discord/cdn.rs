//! The file store (CDN): files that users and the bot uploaded, each under a signed address. A
//! download needs the signature and no token; a request that carries the bot's token leaks it and
//! is recorded as a violation.

use axum::{
    extract::{ConnectInfo, State as Extract},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    super::{connection::Connection, multipart::Part, upload::Upload},
    Emulator,
    faults::Fault,
    ledger::Call,
    messages::report,
    refusal::{Problems, Refusal},
    state::State,
};

/// The upload limit of a bot for one message, in bytes.
const MOST: usize = 10 << 20;

/// The route name under which faults and calls list downloads.
pub const FETCHING: &str = "GET /attachments/*/*/*";

impl Emulator {
    /// The user sends a message with a file. Returns the id of the message.
    pub fn sends_upload(&self, user: u64, channel: u64, upload: &Upload, text: &str) -> u64 {
        let file = self.change(|state| keep(state, &format!("attachments/{channel}"), upload));
        self.writes_with(user, channel, text, file)
    }

    /// Makes a file available, by its name, to users who submit a form.
    pub fn has_at_hand(&self, upload: &Upload) {
        self.change(|state| state.at_hand.insert(upload.name.clone(), upload.clone()));
    }

    /// The content of a message attachment.
    pub fn content(&self, attachment: &Value) -> Bytes {
        let url: Uri = attachment["url"].as_str().unwrap_or_default().parse().expect("an address");
        self.change(|state| state.files.get(url.path()).cloned()).expect("the platform keeps it")
    }

    /// The address of the file that was uploaded last.
    pub fn newest_file(&self) -> String {
        self.change(|state| {
            let posts = state.channels.values().flat_map(|place| place.posts.values());
            let newest = posts.filter(|post| !post.attachments.is_empty());
            let newest = newest.max_by_key(|post| post.message_id).expect("somebody sent a file");
            newest.attachments[0]["url"].as_str().unwrap_or_default().to_owned()
        })
    }

    /// Deletes every stored file.
    pub fn forgets_files(&self) {
        self.change(|state| state.files.clear());
    }
}

/// Stores a file in a folder and returns its attachment object.
pub fn keep(state: &mut State, folder: &str, upload: &Upload) -> Value {
    let id = state.next_id();
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' };
    let path = format!("/{folder}/{id}/{}", upload.name.chars().map(plain).collect::<String>());
    let url = format!("{}{path}?ex=1&is=1&hm={id}", state.api_url);
    state.files.insert(path, upload.bytes.clone());
    json!({
        "id": id.to_string(), "filename": upload.name, "size": upload.bytes.len(),
        "content_type": upload.declared, "url": url, "proxy_url": url,
    })
}

/// The uploads of a message: each file has an attachment object, and each attachment object has its
/// file.
pub fn posted(
    state: &mut State,
    of: &str,
    channel: u64,
    body: &Value,
    uploads: &[Part],
) -> Result<Vec<Value>, Refusal> {
    if uploads.iter().map(|part| part.bytes.len()).sum::<usize>() > MOST {
        return Err(Refusal::new(413, 40005, "Request entity too large"));
    }
    let described = body["attachments"].as_array().cloned().unwrap_or_default();
    let mut problems = Problems::default();
    let mut kept = Vec::new();
    for about in &described {
        let field = format!("files[{}]", about["id"].to_string().trim_matches('"'));
        let Some(part) = uploads.iter().find(|part| part.name == field) else {
            problems.add("attachments", "ATTACHMENT_NOT_FOUND", "There is no such file");
            continue;
        };
        let name = about["filename"].as_str().or(part.file.as_deref()).unwrap_or_default();
        let declared = part.media.clone().unwrap_or_default();
        let upload = Upload { declared, ..Upload::document(name, "") };
        let upload = upload.holding(part.bytes.clone());
        kept.push(keep(state, &format!("attachments/{channel}"), &upload));
    }
    if uploads.len() != described.len() {
        problems.add("attachments", "ATTACHMENT_UNKNOWN", "A file that nothing describes");
    }
    report(state, of, &problems)?;
    Ok(kept)
}

/// `GET /attachments/…`.
pub async fn fetch(
    Extract(emulator): Extract<Emulator>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let note = |status: u16| {
        let request = format!("GET {}", uri.path());
        let call =
            Call { route: FETCHING.to_owned(), request, status, code: 0, at: Instant::now() };
        emulator.change(|state| state.ledger.calls.push(call));
    };
    let refuse = |status: u16| {
        note(status);
        let status = StatusCode::from_u16(status).expect("the platform's codes are HTTP's");
        (status, "This content is no longer available.").into_response()
    };
    if headers.contains_key(header::AUTHORIZATION) {
        let words = "the token was given to where files lie".to_owned();
        emulator.change(|state| state.ledger.violations.push(words));
    }
    let asked = format!("GET {}", uri.path());
    match emulator.change(|state| state.faults.strike(&asked)) {
        Some(Fault::DropBefore | Fault::DropAfter | Fault::BrokenAnswer) => {
            note(0);
            connection.sever().await
        }
        Some(Fault::RateLimited { retry_after, .. }) => {
            note(429);
            let wait = [(header::RETRY_AFTER, retry_after.to_string())];
            return (StatusCode::TOO_MANY_REQUESTS, wait, "").into_response();
        }
        Some(Fault::ServerError502Html) => return refuse(502),
        Some(Fault::UnknownInteraction) => return refuse(404),
        Some(Fault::Status(302, _, to)) => {
            note(302);
            return (StatusCode::FOUND, [(header::LOCATION, to)], "").into_response();
        }
        Some(Fault::Status(status, ..)) => return refuse(status),
        Some(Fault::Hang(gate)) => gate.pass().await,
        None => {}
    }
    let id = uri.path().rsplit('/').nth(1).unwrap_or_default();
    let signed = uri.query().is_some_and(|query| query == format!("ex=1&is=1&hm={id}"));
    let found = emulator.change(|state| state.files.get(uri.path()).cloned());
    match found.filter(|_| signed) {
        Some(bytes) => {
            note(200);
            (StatusCode::OK, bytes).into_response()
        }
        None => refuse(404),
    }
}
