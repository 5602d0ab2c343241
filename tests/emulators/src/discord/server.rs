//! HTTP: finds the route, checks the token, enforces the global rate limit, injects scripted
//! faults, and records how each request ended. Every response carries the rate-limit headers of its
//! route.

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, DefaultBodyLimit, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    super::{
        connection::{Connection, Loopback},
        multipart::{self, Part},
        spaces,
    },
    Emulator, cdn,
    facts::{self, RouteFacts},
    faults::Fault,
    gateway,
    ledger::Call,
    refusal::{Refusal, Reply},
    routes,
};

const BASE: &str = "/api/v10";
const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n\
                           <body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n";

pub async fn serve(listener: Loopback, emulator: Emulator) {
    let app = Router::new()
        .route("/", get(gateway::connect))
        .route("/attachments/{*path}", get(cdn::fetch))
        .route("/ephemeral-attachments/{*path}", get(cdn::fetch))
        .fallback(handle)
        .layer(DefaultBodyLimit::disable())
        .with_state(emulator);
    let service = app.into_make_service_with_connect_info::<Connection>();
    axum::serve(listener, service).await.expect("serving on loopback does not end");
}

/// A request as it arrived.
pub struct Request {
    pub method: Method,
    /// Without the base URL and the API version.
    pub path: String,
    pub route: &'static str,
    pub query: Vec<(String, String)>,
    pub body: Value,
    /// The files of a multipart body.
    pub uploads: Vec<Part>,
}

impl Request {
    fn spelled(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// A query parameter.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

async fn handle(
    State(emulator): State<Emulator>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    parts: Parts,
    bytes: Bytes,
) -> Response {
    let Parts { method, uri, headers, .. } = parts;
    let path = uri.path().strip_prefix(BASE).unwrap_or_default();
    let Some((route, known)) = facts::route(method.as_str(), path) else {
        let words = format!("{method} {} is no route", uri.path());
        emulator.change(|state| state.ledger.violations.push(words));
        return answer(Err(Refusal::not_found()));
    };
    let mut request = Request {
        method,
        path: path.to_owned(),
        route,
        query: query(uri.query().unwrap_or_default()),
        body: Value::Null,
        uploads: Vec::new(),
    };
    if needs_token(route) && !has_token(&headers, emulator.token()) {
        return end(&emulator, &request, Err(Refusal::unauthorized()));
    }
    if needs_token(route)
        && let Err(retry_after) = emulator.change(|state| state.admit())
    {
        note(&emulator, &request, 429, 0);
        emulator.change(|state| state.ledger.invalid_requests += 1);
        return rate_limited(retry_after, true, "global");
    }
    let spelled = request.spelled();
    let fault = emulator.change(|state| state.faults.strike(&spelled));
    let cut = matches!(fault, Some(Fault::DropBefore | Fault::DropAfter));
    let broken = matches!(fault, Some(Fault::BrokenAnswer));
    let reply = match fault {
        Some(Fault::DropBefore) => {
            note(&emulator, &request, 0, 0);
            connection.sever().await
        }
        Some(Fault::ServerError502Html) => {
            note(&emulator, &request, 502, 0);
            let html = [(header::CONTENT_TYPE, "text/html")];
            return (StatusCode::BAD_GATEWAY, html, BAD_GATEWAY).into_response();
        }
        Some(Fault::RateLimited { retry_after, global, scope }) => {
            note(&emulator, &request, 429, 0);
            emulator
                .change(|state| state.ledger.invalid_requests += usize::from(scope != "shared"));
            return rate_limited(retry_after, global, scope);
        }
        Some(Fault::UnknownInteraction) => Err(Refusal::new(404, 10062, "Unknown interaction")),
        Some(Fault::Status(status, code, message)) => Err(Refusal::new(status, code, &message)),
        Some(Fault::Hang(gate)) => {
            gate.pass().await;
            perform(&emulator, &mut request, known, &headers, &bytes)
        }
        Some(Fault::DropAfter | Fault::BrokenAnswer) | None => {
            perform(&emulator, &mut request, known, &headers, &bytes)
        }
    };
    if cut {
        note(&emulator, &request, 0, 0);
        connection.sever().await
    }
    if broken {
        note(&emulator, &request, 200, 0);
        return (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], "{\"id\":")
            .into_response();
    }
    end(&emulator, &request, reply)
}

/// Checks the parameters, calls the route's handler, and shows the effects to the robots.
fn perform(
    emulator: &Emulator,
    request: &mut Request,
    known: &RouteFacts,
    headers: &HeaderMap,
    bytes: &Bytes,
) -> Reply {
    let mut problems = facts::check_query(known, &request.query);
    match read_body(headers, bytes) {
        Ok((body, uploads)) => (request.body, request.uploads) = (body, uploads),
        Err(words) => {
            let words = format!("{}: {words}", request.route);
            emulator.change(|state| state.ledger.violations.push(words));
            return Err(Refusal::new(400, 50109, "The request body contains invalid JSON."));
        }
    }
    if let Some(kind) = &known.body {
        problems.extend(facts::check(kind, &request.body));
    }
    emulator.change(|state| state.ledger.violations.extend(problems.lines(request.route)));
    if let Some(refusal) = problems.refusal() {
        return Err(refusal);
    }
    let (reply, effects) = emulator.change(|state| {
        let before = state.ledger.effects.len();
        let reply = routes::call(state, request);
        (reply, state.ledger.effects[before..].to_vec())
    });
    for robot in emulator.robots() {
        effects.iter().for_each(|effect| robot(emulator, effect));
    }
    reply
}

fn end(emulator: &Emulator, request: &Request, reply: Reply) -> Response {
    let (status, code) = match &reply {
        Ok((status, _)) => (*status, 0),
        Err(refusal) => (refusal.status, refusal.code),
    };
    note(emulator, request, status, code);
    emulator.change(|state| {
        state.ledger.invalid_requests += usize::from(matches!(status, 401 | 403 | 429));
    });
    let mut response = answer(reply);
    let headers = response.headers_mut();
    let bucket: u64 =
        request.route.bytes().fold(7, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    for (name, value) in [
        ("x-ratelimit-limit", "50".to_owned()),
        ("x-ratelimit-remaining", "49".to_owned()),
        ("x-ratelimit-reset", "1767225601.000".to_owned()),
        ("x-ratelimit-reset-after", "1.000".to_owned()),
        ("x-ratelimit-bucket", format!("{bucket:016x}")),
    ] {
        headers.insert(name, HeaderValue::from_str(&value).expect("it is plain text"));
    }
    response
}

fn note(emulator: &Emulator, request: &Request, status: u16, code: i64) {
    let route = request.route.to_owned();
    let request = request.spelled();
    let call = Call { route, request, status, code, at: Instant::now() };
    emulator.change(|state| state.ledger.calls.push(call));
}

fn answer(reply: Reply) -> Response {
    let (status, body) = reply.unwrap_or_else(|refusal| (refusal.status, refusal.body()));
    let status = StatusCode::from_u16(status).expect("the platform's codes are HTTP's");
    if body.is_null() { status.into_response() } else { (status, axum::Json(body)).into_response() }
}

fn rate_limited(retry_after: f64, global: bool, scope: &str) -> Response {
    let body = json!({
        "message": "You are being rate limited.", "retry_after": retry_after, "global": global,
    });
    let mut response = (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response();
    let headers = response.headers_mut();
    let text = |text: &str| HeaderValue::from_str(text).expect("it is plain text");
    headers.insert("retry-after", text(&format!("{}", retry_after.ceil())));
    headers.insert("x-ratelimit-scope", text(scope));
    if global {
        headers.insert("x-ratelimit-global", text("true"));
    } else {
        headers.insert("x-ratelimit-limit", text("5"));
        headers.insert("x-ratelimit-remaining", text("0"));
        headers.insert("x-ratelimit-reset-after", text(&format!("{retry_after:.3}")));
    }
    response
}

/// Routes under an interaction token need no bot token.
fn needs_token(route: &str) -> bool {
    !route.contains(" /interactions/") && !route.contains(" /webhooks/")
}

fn has_token(headers: &HeaderMap, token: &str) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    given.and_then(|given| given.strip_prefix("Bot ")) == Some(token)
}

fn query(text: &str) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://query/?{text}"));
    let url = url.expect("whatever follows a question mark is a query");
    let pairs = url.query_pairs().map(|(name, value)| (name.to_string(), value.to_string()));
    pairs.filter(|(name, _)| !name.is_empty()).collect()
}

/// The body as JSON, either plain or as the `payload_json` of a multipart body with files.
fn read_body(headers: &HeaderMap, bytes: &Bytes) -> Result<(Value, Vec<Part>), String> {
    if bytes.is_empty() {
        return Ok((Value::Null, Vec::new()));
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default();
    let json = |bytes: &[u8]| {
        serde_json::from_slice(&spaces::ordinary(bytes)).map_err(|error| error.to_string())
    };
    if kind.starts_with("application/json") {
        return Ok((json(bytes)?, Vec::new()));
    }
    let (fields, files): (Vec<Part>, Vec<Part>) =
        multipart::parts(kind, bytes)?.into_iter().partition(|part| part.file.is_none());
    match fields.as_slice() {
        [payload] if payload.name == "payload_json" => Ok((json(&payload.bytes)?, files)),
        _ => Err("a form with other fields than payload_json and files".to_owned()),
    }
}
