//! How a person reads, in the same words on both platforms. This file holds every difference
//! between the platforms that tests ignore:
//!
//! 1. **Marks.** Discord's text is Markdown; stars and backslashes are removed, and a mark that
//!    comes from a person's own text fails the test. Relative times after a worded one, ` (<t:…:R>)`,
//!    are checked and left out.
//! 2. **Answers.** The immediate answer to a press, a command or a modal is a note on the button or
//!    a message on Telegram, and an ephemeral message on Discord. It reads the same. It takes another
//!    way than the messages of the chat, so it is put before the messages that arrived at the same
//!    time.
//! 3. **Questions.** A new question replaces the former one, comes in a new message, or is a modal,
//!    which leaves no message behind. So a question reads as one wherever it is, and a question that
//!    is over, when only its buttons disappear, is not read again. Its choices are rows or a menu;
//!    they are written in one line. The button that opens a question's modal is left out.
//!
//! That buttons disappear when a question is over is checked, not assumed: each time a person
//! reads, only their newest question may have buttons.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use mesabot::domain::locale::Locale;

use super::{
    account::{Account, Button, Face, Seen, unsigned},
    discord, telegram,
};

/// The screen of one person.
#[derive(Clone)]
pub struct Reader {
    pub account: Account,
    pub name: String,
    pub locale: Locale,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The number of the platform's effects that were looked at.
    effects: usize,
    unread: Vec<Seen>,
    /// Messages that were read, by chat and message id.
    known: HashSet<(i64, i64)>,
    /// Those of them that are or were questions.
    questions: HashSet<(i64, i64)>,
    /// This person's callback queries on Telegram, with the chat of each.
    presses: HashMap<String, i64>,
    /// The keys of this person's actions on Discord after which the desk was not stepped yet.
    undone: Vec<String>,
}

impl Reader {
    pub fn new(account: Account, name: &str, language: &str) -> Self {
        let locale = Locale::from_tag(language).unwrap_or(Locale::Es);
        Self { account, name: name.to_owned(), locale, state: Arc::default() }
    }

    /// Records a press in this chat.
    pub fn pressed(&self, press: String, chat: i64) {
        self.state().presses.insert(press, chat);
    }

    /// Records an action that the desk stores under this key.
    pub fn did(&self, key: String) {
        self.state().undone.push(key);
    }

    /// The keys of the actions since the desk was last stepped.
    pub fn undone(&self) -> Vec<String> {
        std::mem::take(&mut self.state().undone)
    }

    /// What is new in a chat.
    pub fn reads_in(&self, chat: i64) -> String {
        self.assert_one_question();
        let mut state = self.state();
        self.look(&mut state);
        let (here, rest) = state.unread.drain(..).partition(|seen| seen.face().chat == chat);
        state.unread = rest;
        let here: Vec<Seen> = here;
        let answers = here.iter().filter(|seen| matches!(seen, Seen::Answer(_)));
        let messages = here.iter().filter(|seen| matches!(seen, Seen::Message(_)));
        let read: Vec<String> =
            answers.chain(messages).filter_map(|seen| read(&mut state, seen)).collect();
        read.join("\n---\n")
    }

    /// Everything new that was sent to this person alone.
    pub fn unread(&self) -> String {
        let private = self.account.private();
        let mut chats = vec![private];
        {
            let mut state = self.state();
            self.look(&mut state);
            let alone = state.unread.iter().filter(|seen| matches!(seen, Seen::Answer(_)));
            chats.extend(alone.map(|seen| seen.face().chat).filter(|chat| *chat != private));
        }
        chats.into_iter().map(|chat| self.reads_in(chat)).collect()
    }

    /// Counts the open questions as read, because they are answered.
    pub fn overlook_questions(&self) {
        let mut state = self.state();
        self.look(&mut state);
        let state = &mut *state;
        for seen in &state.unread {
            let key = (seen.face().chat, seen.face().message);
            if seen.face().asks() {
                state.questions.insert(key);
                state.known.insert(key);
            }
        }
        let questions = &state.questions;
        state.unread.retain(|seen| !questions.contains(&(seen.face().chat, seen.face().message)));
    }

    /// The current versions of the messages in a chat, oldest first.
    pub fn faces(&self, chat: i64) -> Vec<Face> {
        match &self.account {
            Account::Telegram { emulator, .. } => telegram::faces(emulator, chat),
            Account::Discord { emulator, id, .. } => discord::faces(emulator, chat, *id),
        }
    }

    /// The open question in private, unless it is a modal.
    pub fn question(&self) -> Option<Face> {
        self.faces(self.account.private()).into_iter().rev().find(Face::asks)
    }

    /// Asserts that no modal is open.
    pub fn assert_nothing_waits(&self) {
        if let Account::Discord { emulator, id, .. } = &self.account {
            let form = emulator.modal_shown(unsigned(*id));
            assert!(form.is_none(), "{} has a form before them: {form:#?}", self.name);
        }
    }

    fn assert_one_question(&self) {
        let faces = self.faces(self.account.private());
        let asking: Vec<&Face> = faces.iter().filter(|face| face.asks()).collect();
        assert!(asking.len() < 2, "{} has several questions open: {asking:#?}", self.name);
    }

    fn look(&self, state: &mut State) {
        let (new, effects) = match &self.account {
            Account::Telegram { emulator, .. } => {
                telegram::seen(emulator, state.effects, &state.presses)
            }
            Account::Discord { emulator, id, .. } => discord::seen(emulator, state.effects, *id),
        };
        state.effects = effects;
        state.unread.extend(new);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is read of something that appeared; `None` for a question that is over.
fn read(state: &mut State, seen: &Seen) -> Option<String> {
    let face = seen.face();
    let key = (face.chat, face.message);
    let known = face.message != 0 && !state.known.insert(key);
    if face.asks() {
        state.questions.insert(key);
        return Some(shown(face, true));
    }
    if state.questions.contains(&key) {
        return None;
    }
    Some(if known { format!("✎ {}", shown(face, false)) } else { shown(face, false) })
}

/// A message with its buttons below the text.
pub fn shown(face: &Face, in_one_line: bool) -> String {
    let row = |row: &Vec<Button>| {
        let labels = row.iter().filter(|button| !button.writes());
        let labels: Vec<String> = labels.map(|button| format!("[{}]", button.label)).collect();
        labels.join(" ")
    };
    let rows = face.rows.iter().map(row).filter(|row| !row.is_empty());
    let rows: Vec<String> = rows.collect();
    let rows = rows.join(if in_one_line { " " } else { "\n" });
    format!("{}\n{rows}", face.text).trim_end().to_owned()
}

/// The plain text of Discord's Markdown.
pub fn unmarked(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some(character) = rest.chars().next() {
        if let Some(after) = relative_time(rest) {
            rest = after;
            continue;
        }
        if let Some(address) = address(rest) {
            text.push_str(address);
            rest = &rest[address.len()..];
            continue;
        }
        rest = &rest[character.len_utf8()..];
        match character {
            '\\' => {
                let escaped = rest.chars().next().expect("a backslash stands before something");
                text.push(escaped);
                rest = &rest[escaped.len_utf8()..];
            }
            '*' => {}
            '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' => {
                panic!("{character:?} would be taken for a mark in {markdown:?}")
            }
            '\u{200b}' => {}
            other => text.push(other),
        }
    }
    text
}

/// The rest of the text after a relative time.
fn relative_time(text: &str) -> Option<&str> {
    let (seconds, after) = text.strip_prefix(" (<t:")?.split_once(":R>)")?;
    assert!(seconds.parse::<i64>().is_ok(), "{seconds:?} is no instant");
    Some(after)
}

/// A web address, which contains no marks.
fn address(text: &str) -> Option<&str> {
    let found = text.starts_with("https://") || text.starts_with("http://");
    found.then(|| text.split_whitespace().next().unwrap_or(text))
}
