//! How people read, the same words on both networks. What the networks do each in their own way,
//! and what therefore makes no difference here, is all in this file:
//!
//! 1. **Marks.** Discord's text is Markdown; stars and backslashes are taken out, and one that the
//!    app would take for a mark although somebody wrote it so stops the test. Its relative times
//!    behind a worded one, ` (<t:…:R>)`, are looked at and left out.
//! 2. **Answers.** What answers a press, a command or a form at once is a note on the button or a
//!    message on Telegram, and a message for that person alone on Discord. It reads the same. It
//!    goes another way than messages of the chat, so it is put before those that came meanwhile.
//! 3. **Questions.** A new question takes the place of the former one, comes in a new message, or
//!    is a form, which leaves nothing behind. So a question is read as one wherever it stands, and
//!    one that is over, when only its buttons go, is not read again. Its choices are rows or a menu;
//!    they stand in one line. The button that opens a question's form is left out.
//!
//! That buttons go when a question is over is not taken on trust: whenever somebody reads, only
//! their newest question may have any.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use mesabot::domain::locale::Locale;

use super::{
    account::{Account, Button, Face, Seen, unsigned},
    discord, telegram,
};

/// Somebody's eyes.
#[derive(Clone)]
pub struct Reader {
    pub account: Account,
    pub name: String,
    pub locale: Locale,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// How many effects of the network were looked at.
    effects: usize,
    unread: Vec<Seen>,
    /// Messages that were read, by chat and key.
    known: HashSet<(i64, i64)>,
    /// Those of them that ask, or did.
    questions: HashSet<(i64, i64)>,
    /// This person's presses on Telegram, and where.
    presses: HashMap<String, i64>,
    /// What this person did on Discord that the desk was not stepped for yet.
    undone: Vec<String>,
}

impl Reader {
    pub fn new(account: Account, name: &str, language: &str) -> Self {
        let locale = Locale::from_tag(language).unwrap_or(Locale::Es);
        Self { account, name: name.to_owned(), locale, state: Arc::default() }
    }

    /// A button was pressed in this chat.
    pub fn pressed(&self, press: String, chat: i64) {
        self.state().presses.insert(press, chat);
    }

    /// Something was done that the desk will have stored under this key.
    pub fn did(&self, key: String) {
        self.state().undone.push(key);
    }

    /// What was done since the desk was last stepped for it.
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

    /// Everything new that was said to this person alone.
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

    /// The open questions are answered, so they count as read.
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

    /// The messages in a chat as they look now, oldest first.
    pub fn faces(&self, chat: i64) -> Vec<Face> {
        match &self.account {
            Account::Telegram { emulator, .. } => telegram::faces(emulator, chat),
            Account::Discord { emulator, id, .. } => discord::faces(emulator, (chat, *id)),
        }
    }

    /// The question that is open in private, unless it is a form.
    pub fn question(&self) -> Option<Face> {
        self.faces(self.account.private()).into_iter().rev().find(Face::asks)
    }

    /// No form is open that nobody filled in.
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

/// What is read of something that appeared; nothing of a question that is over.
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

/// A message with its buttons below.
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

/// What is read of Discord's Markdown.
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

/// What follows a relative time behind a worded one.
fn relative_time(text: &str) -> Option<&str> {
    let (seconds, after) = text.strip_prefix(" (<t:")?.split_once(":R>)")?;
    assert!(seconds.parse::<i64>().is_ok(), "{seconds:?} is no instant");
    Some(after)
}

/// An address, which stands as it is.
fn address(text: &str) -> Option<&str> {
    let found = text.starts_with("https://") || text.starts_with("http://");
    found.then(|| text.split_whitespace().next().unwrap_or(text))
}
