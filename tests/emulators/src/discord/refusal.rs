//! Discord's error responses: an HTTP status, Discord's error code, and for bodies a tree of errors
//! by field.

use serde_json::{Value, json};

/// The response to a request: a status and a body; `null` is no body.
pub type Reply = Result<(u16, Value), Refusal>;

/// An error response.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub status: u16,
    pub code: i64,
    pub message: String,
    pub errors: Option<Value>,
}

impl Refusal {
    pub fn new(status: u16, code: i64, message: &str) -> Self {
        Self { status, code, message: message.to_owned(), errors: None }
    }

    pub fn unauthorized() -> Self {
        Self::new(401, 0, "401: Unauthorized")
    }

    pub fn not_found() -> Self {
        Self::new(404, 0, "404: Not Found")
    }

    pub fn unknown_channel() -> Self {
        Self::new(404, 10003, "Unknown Channel")
    }

    pub fn unknown_message() -> Self {
        Self::new(404, 10008, "Unknown Message")
    }

    pub fn missing_access() -> Self {
        Self::new(403, 50001, "Missing Access")
    }

    pub fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

/// The errors of a body, by field.
#[derive(Debug, Default)]
pub struct Problems {
    wrong: Vec<(String, String, String)>,
    unknown: Vec<String>,
}

impl Problems {
    /// Adds an error for which Discord refuses the body.
    pub fn add(&mut self, path: &str, code: &str, message: &str) {
        self.wrong.push((path.to_owned(), code.to_owned(), message.to_owned()));
    }

    /// Adds a field that Discord ignores, and on which a client should not rely.
    pub fn unknown(&mut self, path: &str) {
        self.unknown.push(path.to_owned());
    }

    pub fn extend(&mut self, more: Self) {
        self.wrong.extend(more.wrong);
        self.unknown.extend(more.unknown);
    }

    /// One line for each problem, for the ledger.
    pub fn lines(&self, of: &str) -> Vec<String> {
        let wrong =
            self.wrong.iter().map(|(path, code, words)| format!("{of}: {path}: {code} {words}"));
        wrong.chain(self.unknown.iter().map(|path| format!("{of}: {path} is unknown"))).collect()
    }

    /// The error response, unless every problem is an ignored field.
    pub fn refusal(&self) -> Option<Refusal> {
        if self.wrong.is_empty() {
            return None;
        }
        let mut errors = json!({});
        for (path, code, message) in &self.wrong {
            let place = path.split('.').filter(|part| !part.is_empty());
            let node = place.fold(&mut errors, |node, part| &mut node[part]);
            if !node["_errors"].is_array() {
                node["_errors"] = json!([]);
            }
            if let Some(list) = node["_errors"].as_array_mut() {
                list.push(json!({"code": code, "message": message}));
            }
        }
        let refusal = Refusal::new(400, 50035, "Invalid Form Body");
        Some(Refusal { errors: Some(errors), ..refusal })
    }
}
