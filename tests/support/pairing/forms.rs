//! Answering what the desk asks. Telegram asks one thing after the other in the chat; Discord opens
//! a form, and asks in the chat what did not fit or was not right. Both ask in the words of the
//! catalogues, which is checked with every answer. What is answered here counts as read.

use mesabot::{
    chat::wording::{has, say},
    domain::{locale::Locale, procedure::Procedure},
};
use serde_json::{Value, json};

use super::{
    Person,
    account::{Account, Face, unsigned},
};
use crate::support::discord::Modal;

/// A field of a form that takes files.
const FILES: u64 = 19;

/// The answers of somebody whose computer gives trouble.
pub const USUAL: [(&str, &str); 5] = [
    ("category", "Equipo, red o sistema"),
    ("details", "No lo sé"),
    ("place", "Piso 2"),
    ("impact", "Solo a mí"),
    ("urgency", "Con dificultad"),
];

/// The questions that every network asks in the same words, by their keys in the catalogues.
const ASKED: [&str; 8] =
    ["source", "person", "description", "category", "place", "impact", "urgency", "solution"];
/// Stands for a name.
const ANYBODY: &str = "\u{1}";

impl Person<'_> {
    /// They say what they are asked for: `verb` names the question as the catalogues do.
    pub async fn gives(&self, verb: &str, text: &str) {
        self.reader.overlook_questions();
        if let Some(form) = self.form() {
            let label = form.components[0]["label"].as_str().unwrap_or_default();
            assert_eq!(label, say(self.reader.locale, &format!("form-{verb}"), &[]));
            self.hands_in(&form, vec![("text".to_owned(), json!(text))]).await;
        } else {
            let question = self.question();
            let asked = digits_hidden(&question.text);
            let args = [("number", "0".into())];
            let expected = say(self.reader.locale, &format!("ask-{verb}-text"), &args);
            assert!(asked.ends_with(&expected), "{} was asked: {asked}", self.name);
            self.says(text).await;
        }
    }

    /// They answer these questions, whatever is asked first, each named as in the catalogues.
    pub async fn fills(&self, answers: &[(&str, &str)]) {
        let mut open: Vec<(&str, &str)> = answers.to_vec();
        while !open.is_empty() {
            self.reader.overlook_questions();
            if let Some(form) = self.form() {
                let filled = filled(&form, &mut open, self.reader.locale);
                self.hands_in(&form, filled).await;
                continue;
            }
            let question = self.question();
            let asked = asked(&question, self.reader.locale, &self.desk.house.desk.procedure);
            let Some(at) = open.iter().position(|(key, _)| *key == asked) else {
                panic!("{} is asked for {asked}, and has answers to {open:?}", self.name);
            };
            let answer = open[at].1;
            if question.buttons().any(|button| button.label == answer) {
                self.presses(answer).await;
            } else if let Some(write) = question.buttons().find(|button| button.writes()) {
                let label = write.label.clone();
                self.presses(&label).await;
                continue;
            } else {
                self.says(answer).await;
            }
            open.remove(at);
        }
    }

    /// They leave unsaid what they need not say.
    pub async fn skips(&self) {
        self.reader.overlook_questions();
        match self.form() {
            Some(form) => self.hands_in(&form, vec![]).await,
            None => self.presses(&say(self.reader.locale, "button-skip", &[])).await,
        }
    }

    /// They give up what they are asked.
    pub async fn gives_up(&self) {
        self.reader.overlook_questions();
        match self.form() {
            Some(_) => self.says("/cancelar").await,
            None => self.presses(&say(self.reader.locale, "button-cancel", &[])).await,
        }
    }

    /// The form before them, on a network that has forms.
    fn form(&self) -> Option<Modal> {
        match &self.reader.account {
            Account::Telegram { .. } => None,
            Account::Discord { emulator, id, .. } => emulator.modal_shown(unsigned(*id)),
        }
    }

    fn question(&self) -> Face {
        self.reader.question().unwrap_or_else(|| panic!("{} is asked nothing", self.name))
    }

    async fn hands_in(&self, form: &Modal, filled: Vec<(String, Value)>) {
        let Account::Discord { emulator, id, .. } = &self.reader.account else {
            unreachable!("only Discord has forms")
        };
        let fields: Vec<(&str, Value)> =
            filled.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        let handed_in = emulator.submits(unsigned(*id), form.interaction, &fields);
        self.desk.line().after(self.desk, format!("i:{handed_in}")).await;
    }
}

/// Fills a form with the answers to what it asks, and takes those away.
fn filled(form: &Modal, open: &mut Vec<(&str, &str)>, locale: Locale) -> Vec<(String, Value)> {
    let mut filled = Vec::new();
    for part in &form.components {
        let field = &part["component"];
        // Files are sent in the chat: that can be done on both networks.
        if field["type"] == FILES {
            continue;
        }
        let key = field["custom_id"].as_str().unwrap_or_default();
        let label = part["label"].as_str().unwrap_or_default();
        assert!(worded(label, (locale, &format!("form-{key}"))), "{label} is no label of {key}");
        let Some(at) = open.iter().position(|(known, _)| *known == key) else {
            // What stays as the form had it, or is asked again; the form knows what it needs.
            continue;
        };
        let (_, answer) = open.remove(at);
        let value = match field["options"].as_array() {
            Some(options) => {
                let chosen = options.iter().find(|option| option["label"] == answer);
                chosen.unwrap_or_else(|| panic!("no {answer} in {options:?}"))["value"].clone()
            }
            None => json!(answer),
        };
        filled.push((key.to_owned(), value));
    }
    assert!(!filled.is_empty(), "a form of {:?} has no answer in {open:?}", form.title);
    filled
}

/// Which question of a new request this is.
fn asked(question: &Face, locale: Locale, procedure: &Procedure) -> &'static str {
    for key in ASKED {
        if worded(&question.text, (locale, &format!("ask-{key}"))) {
            return key;
        }
    }
    if question.text.ends_with(&say(locale, "self-help-ask", &[])) {
        return "self-help";
    }
    let mut details = procedure.categories.iter().filter_map(|known| known.details.as_ref());
    let known = details.any(|details| question.text.ends_with(details.get(locale)));
    assert!(known, "this is no question of a new request: {}", question.text);
    "details"
}

/// Whether a text ends with this message as it reads about oneself, about somebody else, or about
/// what is over; the name in it may be anybody's.
fn worded(text: &str, (locale, key): (Locale, &str)) -> bool {
    assert!(has(locale, key), "there is no message {key}");
    // A message that is not there reads like no question.
    ["", "-for", "-after"].iter().any(|about| {
        let said = say(locale, &format!("{key}{about}"), &[("name", ANYBODY.into())]);
        let (before, after) = said.split_once(ANYBODY).unwrap_or(("", &said));
        text.ends_with(after) && text.contains(before)
    })
}

/// A ticket's number is none of a question's words.
fn digits_hidden(text: &str) -> String {
    let mut hidden = String::new();
    for character in text.chars() {
        match character.is_ascii_digit() {
            true if hidden.ends_with('0') => {}
            true => hidden.push('0'),
            false => hidden.push(character),
        }
    }
    hidden
}
