//! HTTP: finds the method, reads its parameters in every encoding that Telegram accepts, injects
//! scripted faults, and records how each request ended.

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, DefaultBodyLimit, Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{
    super::{
        connection::{Connection, Loopback},
        multipart::{self, Part},
        spaces,
    },
    Emulator,
    faults::Fault,
    files,
    ledger::{Call, Effect},
    methods::{self, Refusal, Reply},
    queue, validate, webhook,
};

type Params = Map<String, Value>;

const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n\
                           <body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n";

pub async fn serve(listener: Loopback, emulator: Emulator) {
    let app = Router::new()
        .route("/{bot}/{method}", any(handle))
        .route("/file/{bot}/{*path}", get(files::download))
        .layer(DefaultBodyLimit::disable())
        .fallback(async || answer(Err(Refusal::new(404, "Not Found"))))
        .with_state(emulator);
    let service = app.into_make_service_with_connect_info::<Connection>();
    axum::serve(listener, service).await.expect("serving on loopback does not end");
}

/// A request as it arrived.
struct Request {
    method: &'static str,
    params: Params,
    uploads: Vec<Part>,
}

async fn handle(
    State(emulator): State<Emulator>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    Path((bot, method)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    content: Content,
) -> Response {
    if bot.strip_prefix("bot") != Some(emulator.token()) {
        return answer(Err(Refusal::new(401, "Unauthorized")));
    }
    let Some(method) = validate::method(&method) else {
        emulator.change(|state| state.ledger.violations.push(format!("{method} is no method")));
        return answer(Err(Refusal::new(404, "Not Found")));
    };
    let uploads = content.uploads();
    let params = content.params(method, query.as_deref().unwrap_or_default());
    let request = Request { method, params, uploads };
    let chat = request.params.get("chat_id").and_then(Value::as_i64);
    let fault = emulator.change(|state| state.faults.strike(method, chat));
    let broken = matches!(fault, Some(Fault::BrokenAnswer));
    let cut = matches!(fault, Some(Fault::DropBefore | Fault::DropAfter));
    let reply = match fault {
        Some(Fault::DropBefore) => {
            note(&emulator, &request, 0);
            connection.sever().await
        }
        Some(Fault::ServerError502Html) => {
            note(&emulator, &request, 502);
            let html = [(header::CONTENT_TYPE, "text/html")];
            return (StatusCode::BAD_GATEWAY, html, BAD_GATEWAY).into_response();
        }
        Some(Fault::RetryAfter(seconds)) => Err(Refusal::wait(seconds)),
        Some(Fault::Http400(description)) => Err(Refusal::new(400, &description)),
        Some(Fault::Refuse(code, description)) => Err(Refusal::new(code, &description)),
        Some(Fault::Hang(gate)) => {
            gate.pass().await;
            perform(&emulator, &request).await
        }
        Some(Fault::DropAfter | Fault::BrokenAnswer) | None => perform(&emulator, &request).await,
    };
    let status = reply.as_ref().map_or_else(|refusal| refusal.code, |_| 200);
    note(&emulator, &request, if cut { 0 } else { status });
    if cut {
        connection.sever().await
    }
    if broken {
        return (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], "{\"ok\":tr")
            .into_response();
    }
    answer(reply)
}

/// Checks the parameters and executes the method.
async fn perform(emulator: &Emulator, request: &Request) -> Reply {
    let faults = validate::faults(request.method, &request.params);
    if !faults.is_empty() {
        let description = format!("Bad Request: {}", faults.join("; "));
        emulator.change(|state| state.ledger.violations.extend(faults));
        return Err(Refusal::new(400, &description));
    }
    if request.method == "getUpdates" {
        return queue::get_updates(emulator, &request.params).await;
    }
    let (reply, shown) = emulator.change(|state| {
        let before = state.ledger.effects.len();
        let reply = methods::call(state, request.method, &request.params, &request.uploads);
        (reply, state.ledger.effects.get(before).cloned())
    });
    if request.method == "setWebhook" && reply.is_ok() {
        webhook::deliver(emulator);
    }
    if let (Some(robot), Some(Effect::Sent(post) | Effect::Edited(post))) =
        (emulator.robot(), shown)
    {
        robot(emulator, &post);
    }
    reply
}

fn note(emulator: &Emulator, request: &Request, status: u16) {
    let call = Call {
        method: request.method.to_owned(),
        chat: request.params.get("chat_id").and_then(Value::as_i64),
        status,
        at: Instant::now(),
    };
    emulator.change(|state| state.ledger.calls.push(call));
}

pub fn answer(reply: Reply) -> Response {
    let (code, body) = match reply {
        Ok(result) => (200, json!({"ok": true, "result": result})),
        Err(Refusal { code, description, parameters }) => {
            let mut body = json!({"ok": false, "error_code": code, "description": description});
            if let Some(parameters) = parameters {
                body["parameters"] = parameters;
            }
            (code, body)
        }
    };
    let status = StatusCode::from_u16(code).expect("the platform's codes are HTTP's");
    (status, axum::Json(body)).into_response()
}

/// The body of a request with its content type.
struct Content {
    kind: String,
    bytes: Bytes,
}

impl<S: Send + Sync> axum::extract::FromRequest<S> for Content {
    type Rejection = Response;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Response> {
        let headers: &HeaderMap = request.headers();
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        let bytes =
            Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self { kind, bytes })
    }
}

impl Content {
    /// The files of a multipart body.
    fn uploads(&self) -> Vec<Part> {
        let parts = multipart::parts(&self.kind, &self.bytes).unwrap_or_default();
        parts.into_iter().filter(|part| part.file.is_some()).collect()
    }

    /// The parameters: JSON, or a form in the body or the query string. A body that cannot be read
    /// becomes an unknown parameter, which the check reports.
    fn params(&self, method: &str, query: &str) -> Params {
        if self.kind.starts_with("application/json") && !self.bytes.is_empty() {
            return match serde_json::from_slice(&spaces::ordinary(&self.bytes)) {
                Ok(Value::Object(params)) => params,
                _ => Map::from_iter([("a body that is no object".to_owned(), Value::Null)]),
            };
        }
        if self.kind.starts_with("multipart/form-data") {
            let parts = match multipart::parts(&self.kind, &self.bytes) {
                Ok(parts) => parts,
                Err(words) => return Map::from_iter([(words, Value::Null)]),
            };
            let fields = parts.iter().filter(|part| part.file.is_none());
            let field = |part: &Part| {
                let bytes = spaces::ordinary(&part.bytes);
                let text = String::from_utf8_lossy(&bytes);
                (part.name.clone(), validate::from_form(method, &part.name, &text))
            };
            return fields.map(field).collect();
        }
        if !self.bytes.is_empty() && !self.kind.starts_with("application/x-www-form-urlencoded") {
            return Map::from_iter([(format!("a body of the kind {}", self.kind), Value::Null)]);
        }
        let form = String::from_utf8_lossy(&self.bytes);
        let form = reqwest::Url::parse(&format!("http://form/?{query}&{form}"));
        let form = form.expect("whatever follows a question mark is a query");
        let value = |name: &str, text: &str| validate::from_form(method, name, text);
        form.query_pairs()
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, text)| (name.to_string(), value(&name, &text)))
            .collect()
    }
}
