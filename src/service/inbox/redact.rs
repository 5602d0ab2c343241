//! Replaces invitation and linking codes in raw events by their digests before the events are
//! stored, on every network alike, so that codes are never stored in clear. The handler accepts
//! such a digest in place of the code. A digest that a person types is hashed like any other input,
//! so reading the database yields no working code. Deliberately absent: differences between
//! platforms; a command is found in any text of an event, and a slash command by its name and
//! options.

use serde_json::Value;

use crate::service::codes::{self, MARK};

/// The kinds of codes.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Invitation,
    Link,
}

/// The commands that take a code, in every language.
const COMMANDS: [(&str, Kind); 3] =
    [("start", Kind::Invitation), ("vincular", Kind::Link), ("link", Kind::Link)];

impl Kind {
    /// The kind of code that a command takes.
    fn taken_by(command: &str) -> Option<Self> {
        let command = command.to_lowercase();
        COMMANDS.iter().find(|(known, _)| *known == command).map(|(_, kind)| *kind)
    }

    /// The digest of the code in the words after a command. An invitation is one word; a linking
    /// code may be typed in groups of characters.
    fn digest_of(self, words: &str) -> Option<String> {
        let words = words.trim();
        let digest = match self {
            Self::Invitation => codes::hash_of_invitation(words.split_whitespace().next()?),
            Self::Link if words.is_empty() => return None,
            Self::Link => codes::hash_of_link(words),
        };
        Some(format!("{MARK}{digest}"))
    }
}

/// The raw event with its codes replaced; `None` when it contains no code.
pub(super) fn redacted(raw: &str) -> Option<String> {
    let lower = raw.to_ascii_lowercase();
    if COMMANDS.iter().all(|(name, _)| !lower.contains(name)) {
        return None;
    }
    let mut event: Value = serde_json::from_str(raw).ok()?;
    redact(&mut event).then(|| event.to_string())
}

/// Replaces the codes in a value and its descendants. Returns whether there were any.
fn redact(value: &mut Value) -> bool {
    let mut found = false;
    match value {
        Value::String(text) => {
            if let Some(redacted) = without_code(text) {
                *text = redacted;
                found = true;
            }
        }
        Value::Array(items) => {
            for item in items {
                found |= redact(item);
            }
        }
        Value::Object(fields) => {
            for field in fields.values_mut() {
                found |= redact(field);
            }
            let kind = fields.get("name").and_then(Value::as_str).and_then(Kind::taken_by);
            if let (Some(kind), Some(Value::Array(options))) = (kind, fields.get_mut("options")) {
                for option in options {
                    found |= redact_option(option, kind);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    found
}

/// Replaces the code in an option of a slash command.
fn redact_option(option: &mut Value, kind: Kind) -> bool {
    let Some(Value::String(code)) = option.get_mut("value") else { return false };
    match kind.digest_of(code) {
        Some(digest) => {
            *code = digest;
            true
        }
        None => false,
    }
}

/// A text with the code of `/start CODE` and the like replaced; `None` when it has none.
fn without_code(text: &str) -> Option<String> {
    let (before, line) = text.split_once('/')?;
    // In a channel only the bot's mention may stand before a command.
    if !before.trim().is_empty() && !before.trim_start().starts_with("<@") {
        return None;
    }
    let (command, words) = line.split_once(char::is_whitespace)?;
    let name = command.split('@').next().unwrap_or(command);
    let digest = Kind::taken_by(name)?.digest_of(words)?;
    Some(format!("{before}/{command} {digest}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn after(event: Value) -> Value {
        let stored = redacted(&event.to_string()).expect("a code was found");
        serde_json::from_str(&stored).unwrap()
    }

    #[test]
    fn a_code_anywhere_in_an_event_is_replaced_by_its_digest() {
        let invitation = format!("sha256:{}", codes::hash_of_invitation("abcdefgh"));
        let link = format!("sha256:{}", codes::hash_of_link("ABCD2345"));
        for (typed, expected) in [
            ("/start abcdefgh", format!("/start {invitation}")),
            ("/start@mesa_bot ABCDEFGH  gracias", format!("/start@mesa_bot {invitation}")),
            ("<@42> /start abcdefgh", format!("<@42> /start {invitation}")),
            ("  /START abcdefgh", format!("  /START {invitation}")),
            ("/vincular abcd 2345", format!("/vincular {link}")),
            ("/link\nABCD-2345", format!("/link {link}")),
        ] {
            let told = after(json!({"message": {"text": typed, "reply": [{"text": typed}]}}));
            assert_eq!(told["message"]["text"], expected);
            assert_eq!(told["message"]["reply"][0]["text"], expected);
        }
        let slash = json!({"d": {"data": {"name": "link", "options": [
            {"name": "text", "value": "abcd 2345"}, {"name": "number", "value": 1}]}}});
        let told = after(slash);
        assert_eq!(told.pointer("/d/data/options/0/value").unwrap(), link.as_str());
    }

    #[test]
    fn an_event_without_a_code_is_unchanged() {
        for text in
            ["/start", "/start  ", "/vincular", "start abc", "ver /start abc", "/nuevo link"]
        {
            let event = json!({"text": text, "name": "start"}).to_string();
            assert_eq!(redacted(&event), None, "{text}");
        }
        assert_eq!(redacted("{no json /start abc"), None);
    }

    #[test]
    fn a_typed_digest_is_hashed_again_and_is_no_valid_code() {
        let digest = codes::hash_of_invitation("abcdefgh");
        let told = after(json!({"text": format!("/start sha256:{digest}")}));
        let stored = told["text"].as_str().unwrap().strip_prefix("/start ").unwrap();
        assert_ne!(codes::digest_in(stored), Some(digest.as_str()));
        assert!(codes::digest_in(stored).is_some());
    }
}
