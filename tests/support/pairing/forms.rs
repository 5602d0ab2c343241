//! Answers to the desk's questions. Telegram asks one question after another in the chat; Discord
//! opens a modal, and asks in the chat again what did not fit or was invalid. Both use the texts of
//! the catalogues, which each answer checks. A question that is answered here counts as read.
//!
//! The procedure's typed fields are named by their keys. A field for files is answered with a
//! file's name, and an optional field that stays empty with the label of its skip button.

use mesabot::{
    chat::wording::{Voice, has, say},
    domain::{
        field::{Field, Kind},
        locale::Locale,
        procedure::Procedure,
        time::Timestamp,
    },
};
use serde_json::{Value, json};

use super::{
    Person,
    account::{Account, Face, unsigned},
};
use crate::support::{discord::Modal, telegram::AttachmentSample};

/// The component type of a file upload in a modal.
const FILES: u64 = 19;

/// The answers of a person with a computer problem.
pub const USUAL: [(&str, &str); 5] = [
    ("category", "Equipo, red o sistema"),
    ("details", "No lo sé"),
    ("place", "Piso 2"),
    ("impact", "Solo a mí"),
    ("urgency", "Con dificultad"),
];

/// The questions that have the same text on every platform, by their catalogue keys.
const ASKED: [&str; 9] = [
    "source",
    "person",
    "description",
    "category",
    "place",
    "impact",
    "urgency",
    "solution",
    "asset",
];
/// The prefix of the custom ids of the procedure's fields.
const FIELD: &str = "f:";
/// The prefix of the custom ids of a modal's other fields.
const BESIDE: char = '=';
/// Stands for a person's name in a catalogue text.
const ANYBODY: &str = "\u{1}";

impl Person<'_> {
    /// The person answers the open question; `verb` is the question's catalogue key.
    pub async fn gives(&self, verb: &str, text: &str) {
        self.reader.overlook_questions();
        if let Some(form) = self.form() {
            let label = form.components[0]["label"].as_str().unwrap_or_default();
            assert_eq!(label, self.voice().text(&format!("form-{verb}")));
            self.hands_in(&form, vec![("text".to_owned(), json!(text))]).await;
        } else {
            let question = self.question();
            let asked = digits_hidden(&question.text);
            let is_asked = |reads: &str| {
                let args = [("number", "0".into()), ("reads", reads.into())];
                asked.ends_with(&self.voice().say(&format!("ask-{verb}-text"), &args))
            };
            assert!(is_asked("yes") || is_asked("no"), "{} was asked: {asked}", self.name);
            self.says(text).await;
        }
    }

    /// The person answers these questions in the order in which they are asked; each is named by
    /// its catalogue key.
    pub async fn fills(&self, answers: &[(&str, &str)]) {
        let open = self.fills_some(answers).await;
        if !open.is_empty() {
            let procedure = &self.desk.app.desk.procedure;
            let asked = asked(&self.question(), self.reader.locale, procedure);
            panic!("{} is asked for {asked}, and has answers to {open:?}", self.name);
        }
    }

    /// Like [`fills`](Self::fills), until the desk asks another question. Returns the answers that
    /// are left.
    pub async fn fills_some<'a>(&self, answers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut open = answers.to_vec();
        while !open.is_empty() {
            if let Some(form) = self.form() {
                self.reader.overlook_questions();
                let procedure = &self.desk.app.desk.procedure;
                let filled = filled(&form, &mut open, self.reader.locale, procedure);
                self.hands_in(&form, filled).await;
                continue;
            }
            let question = self.question();
            let procedure = &self.desk.app.desk.procedure;
            let asked = asked(&question, self.reader.locale, procedure);
            let Some(at) = open.iter().position(|(key, _)| *key == asked) else { break };
            self.reader.overlook_questions();
            let answer = open[at].1;
            let field = field_of(&question, self.reader.locale, procedure);
            let is_file = field.is_some_and(|field| field.kind == Kind::File)
                && question.buttons().all(|button| button.label != answer && !button.writes());
            if is_file {
                self.sends(AttachmentSample::Document, "").await;
            } else if question.buttons().any(|button| button.label == answer) {
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
        open
    }

    /// The person skips the open question.
    pub async fn skips(&self) {
        self.reader.overlook_questions();
        match self.form() {
            Some(form) => self.hands_in(&form, vec![]).await,
            None => self.presses(&say(self.reader.locale, "button-skip", &[])).await,
        }
    }

    /// The person cancels the dialogue.
    pub async fn gives_up(&self) {
        self.reader.overlook_questions();
        match self.form() {
            Some(_) => self.says("/cancelar").await,
            None => self.presses(&say(self.reader.locale, "button-cancel", &[])).await,
        }
    }

    /// The texts in the person's language.
    fn voice(&self) -> Voice<'_> {
        let procedure = &self.desk.app.desk.procedure;
        Voice { locale: self.reader.locale, procedure, now: Timestamp(0) }
    }

    /// The open modal, on a platform with modals.
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

/// Fills a modal with the answers to its fields, and removes these answers from `open`.
fn filled(
    form: &Modal,
    open: &mut Vec<(&str, &str)>,
    locale: Locale,
    procedure: &Procedure,
) -> Vec<(String, Value)> {
    let mut filled = Vec::new();
    let before = open.len();
    for part in &form.components {
        let field = &part["component"];
        let key = field["custom_id"].as_str().unwrap_or_default();
        let label = part["label"].as_str().unwrap_or_default();
        // Files that belong to a text are sent in the chat: both platforms can do that.
        if field["type"] == FILES && !key.starts_with(FIELD) {
            continue;
        }
        let code = key;
        let key = match key.strip_prefix(FIELD) {
            // Fields beside the procedure's are named by their catalogue keys.
            Some(key) if key.starts_with(BESIDE) => {
                let key = key.trim_start_matches(BESIDE);
                let named =
                    ["form", "field"].map(|kind| say(locale, &format!("{kind}-{key}"), &[]));
                assert!(named.iter().any(|name| name == label), "{label} is no name of {key}");
                key
            }
            Some(key) => {
                let named = |field: &Field| field.key == key && field.name.get(locale) == label;
                assert!(fields(procedure).any(named), "{label} is no name of {key}");
                key
            }
            // The text field of a modal on a ticket is named by the modal's operation.
            None if key == "text" => {
                let now = Timestamp(0);
                let voice = Voice { locale, procedure, now };
                let verb = |key: &&str| voice.text(&format!("form-{key}")) == label;
                open.iter().map(|(known, _)| *known).find(verb).unwrap_or(key)
            }
            None => {
                let known = worded(label, locale, &format!("form-{key}"));
                assert!(known, "{label} is no label of {key}");
                key
            }
        };
        let Some(at) = open.iter().position(|(known, _)| *known == key) else {
            // A field without an answer keeps its default or is asked again; the modal knows
            // whether it is required.
            continue;
        };
        let (_, answer) = open.remove(at);
        if answer == say(locale, "button-skip", &[]) {
            continue;
        }
        let value = match field["options"].as_array() {
            Some(options) => {
                let chosen = options.iter().find(|option| option["label"] == answer);
                chosen.unwrap_or_else(|| panic!("no {answer} in {options:?}"))["value"].clone()
            }
            None if field["type"] == FILES => json!([answer]),
            None => json!(answer),
        };
        filled.push((code.to_owned(), value));
    }
    assert!(open.len() < before, "a form of {:?} has no answer in {open:?}", form.title);
    filled
}

/// The catalogue key of a question about a new request.
fn asked(question: &Face, locale: Locale, procedure: &Procedure) -> String {
    for key in ASKED {
        if worded(&question.text, locale, &format!("ask-{key}")) {
            return key.to_owned();
        }
    }
    let which =
        |key: &&str| reads_as(&question.text, &say(locale, key, &[("name", ANYBODY.into())]));
    if ["ask-which", "ask-which-none", "ask-which-many"].iter().any(which) {
        return "which".to_owned();
    }
    let hidden = digits_hidden(&question.text);
    for verb in ["solve", "answer"] {
        let is_asked = |reads: &&str| {
            let args = [("number", "0".into()), ("reads", (*reads).into())];
            hidden.ends_with(&say(locale, &format!("ask-{verb}-text"), &args))
        };
        if ["yes", "no"].iter().any(is_asked) {
            return verb.to_owned();
        }
    }
    if question.text.ends_with(&say(locale, "ask-field-training", &[])) {
        return "training".to_owned();
    }
    if let Some(field) = field_of(question, locale, procedure) {
        return field.key.clone();
    }
    if question.text.ends_with(&say(locale, "self-help-ask", &[])) {
        return "self-help".to_owned();
    }
    let mut details = procedure.categories.iter().filter_map(|known| known.details.as_ref());
    let known = details.any(|details| question.text.ends_with(details.get(locale)));
    assert!(known, "this is no question of a new request: {}", question.text);
    "details".to_owned()
}

/// The typed field that a question asks for, if any.
fn field_of<'p>(question: &Face, locale: Locale, procedure: &'p Procedure) -> Option<&'p Field> {
    let is_asked = |field: &&Field| {
        let words = field.question.as_ref().unwrap_or(&field.name).get(locale).to_owned();
        let hint = match (&field.hint, &field.kind) {
            (Some(hint), _) => Some(hint.get(locale).to_owned()),
            (None, Kind::Date { .. }) => Some(say(locale, "field-hint-date", &[])),
            (None, Kind::File) => Some(say(locale, "field-hint-file", &[])),
            (None, _) => None,
        };
        question.text.ends_with(&hint.map_or(words.clone(), |hint| format!("{words}\n{hint}")))
    };
    fields(procedure).find(is_asked)
}

/// Every typed field that a request or a solution may ask for.
fn fields(procedure: &Procedure) -> impl Iterator<Item = &Field> {
    let categories = procedure.categories.iter();
    categories.flat_map(|category| category.fields.iter().chain(&category.solution_fields))
}

/// Whether a text ends with this message in one of its variants: about the reader, about another
/// person (`-for`), or about the past (`-after`). The message may contain any name.
fn worded(text: &str, locale: Locale, key: &str) -> bool {
    assert!(has(locale, key), "there is no message {key}");
    // A variant that does not exist matches no question.
    ["", "-for", "-after"].iter().any(|about| {
        reads_as(text, &say(locale, &format!("{key}{about}"), &[("name", ANYBODY.into())]))
    })
}

/// Whether a text ends with the message, with any name in it.
fn reads_as(text: &str, said: &str) -> bool {
    let (before, after) = said.split_once(ANYBODY).unwrap_or(("", said));
    text.ends_with(after) && text.contains(before)
}

/// Replaces digits, because a ticket's number is no part of the question.
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
