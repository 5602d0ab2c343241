//! The message catalogues (Fluent, `config/locales/{es,en}`) and the instants and names put into
//! them. Every sentence a person reads in a chat comes through [`Voice::say`]. Deliberately absent:
//! markup; a message is plain text, styled in pieces by the view that says it. Instants are worded in
//! [`instants`].

pub mod instants;

use std::{borrow::Cow, collections::HashMap};

use fluent_templates::{Loader, fluent_bundle::FluentValue, static_loader};
use unic_langid::{LanguageIdentifier, langid};

use crate::{
    chat::{
        incoming::AttachmentKind,
        outgoing::{RichText, Style},
    },
    domain::{
        event::Ending,
        locale::{Locale, Localized},
        priority::Priority,
        procedure::Procedure,
        source::Source,
        status::Status,
        time::Timestamp,
        verb::Verb,
    },
    entity::ticket,
};

static_loader! {
    static CATALOGUES = {
        locales: "./config/locales",
        fallback_language: "es",
        // Bidirectional isolation marks would be visible boxes in some terminals and chats; names
        // are stripped of direction-changing characters where they come in.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static SPANISH: LanguageIdentifier = langid!("es");
static ENGLISH: LanguageIdentifier = langid!("en");

/// A named value put into a message.
pub type Arg<'a> = (&'static str, Value<'a>);

/// A value put into a message. Fluent's own cannot be shared between threads.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    /// Words.
    Text(Cow<'a, str>),
    /// A number that a message may count by.
    Number(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<u8> for Value<'_> {
    fn from(number: u8) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The desk speaking one language under one procedure at one instant.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    /// The language.
    pub locale: Locale,
    /// Whose names and hours apply.
    pub procedure: &'a Procedure,
    /// The present.
    pub now: Timestamp,
}

/// A message of the catalogues.
pub fn say(locale: Locale, key: &str, args: &[Arg<'_>]) -> String {
    let args: HashMap<Cow<'static, str>, FluentValue<'_>> =
        args.iter().map(|(name, value)| (Cow::Borrowed(*name), fluent(value))).collect();
    CATALOGUES.lookup_with_args(language(locale), key, &args)
}

/// Whether the catalogues have a message with this key, in this very language.
pub fn has(locale: Locale, key: &str) -> bool {
    CATALOGUES
        .try_lookup_with_args(
            language(locale),
            key,
            &HashMap::<Cow<'static, str>, FluentValue<'_>>::new(),
        )
        .is_some()
}

fn fluent<'v>(value: &'v Value<'_>) -> FluentValue<'v> {
    match value {
        Value::Text(text) => FluentValue::from(text.as_ref()),
        Value::Number(number) => FluentValue::from(*number),
    }
}

fn language(locale: Locale) -> &'static LanguageIdentifier {
    match locale {
        Locale::Es => &SPANISH,
        Locale::En => &ENGLISH,
    }
}

impl<'a> Voice<'a> {
    /// A message with values.
    pub fn say(&self, key: &str, args: &[Arg<'_>]) -> String {
        let vendor = match &self.procedure.vendor_name {
            Some(name) => name.get(self.locale).to_owned(),
            None => say(self.locale, "vendor", &[]),
        };
        let args: Vec<Arg<'_>> = args.iter().cloned().chain([("vendor", vendor.into())]).collect();
        say(self.locale, key, &args)
    }

    /// A message without values.
    pub fn text(&self, key: &str) -> String {
        self.say(key, &[])
    }

    /// A message as plain rich text.
    pub fn plain(&self, key: &str, args: &[Arg<'_>]) -> RichText {
        RichText::plain(self.say(key, args))
    }

    /// Whether a ticket can be passed on to others.
    pub fn escalates(&self) -> Arg<'static> {
        ("escalates", if self.procedure.has(Verb::Escalate) { "yes" } else { "no" }.into())
    }

    /// The same desk in another language.
    pub fn in_locale(&self, locale: Locale) -> Self {
        Self { locale, ..*self }
    }

    /// What a status is called here.
    pub fn status(&self, status: Status) -> &'a str {
        self.procedure.status_name(status, self.locale)
    }

    /// What a priority is called.
    pub fn priority(&self, priority: Priority) -> String {
        super::named::priority_name(self.locale, priority)
    }

    /// What a group is called here.
    pub fn group<'k>(&self, key: &'k str) -> &'k str
    where
        'a: 'k,
    {
        self.procedure.group_name(key, self.locale)
    }

    /// What a category is called here.
    pub fn category<'k>(&self, key: &'k str) -> &'k str
    where
        'a: 'k,
    {
        self.procedure.category_name(key, self.locale)
    }

    /// How a request came, with what the procedure calls requests that came so.
    pub fn source(&self, source: Source) -> String {
        let came = self.say("source", &[("source", source.as_str().into())]);
        let Some(natures) = &self.procedure.natures else { return came };
        let nature = natures.of(source).get(self.locale);
        if source.is_proactive() {
            return nature.to_owned();
        }
        self.say("source-of-nature", &[("nature", nature.into()), ("source", came.into())])
    }

    /// Where a ticket stands: its status, that it waits for a stated reason, or that it belongs
    /// elsewhere, whatever status ended it.
    ///
    /// What the group that received it passed to a higher level stays on hold for it, also while a
    /// technician works on it.
    pub fn standing(&self, ticket: &ticket::Model) -> String {
        let received = ticket.promise_group.as_deref();
        match ticket.ending {
            Some(Ending::Routed) => self.text("status-routed"),
            None if ticket.status == Status::InProgress
                && self.procedure.answers_to(received, &ticket.group_key).is_some() =>
            {
                self.status(Status::Escalated).to_owned()
            }
            _ => self.waiting(ticket).unwrap_or_else(|| self.status(ticket.status).to_owned()),
        }
    }

    /// A status that is named after a planned visit does not name what waits for another reason.
    fn waiting(&self, ticket: &ticket::Model) -> Option<String> {
        let other = ticket.suspension.is_some() && self.is_of_visits(ticket.status);
        other.then(|| self.text("status-on-hold"))
    }

    /// What a status is called where it is not known what the ticket waits for.
    pub fn general_status(&self, status: Status) -> String {
        match self.is_of_visits(status) {
            true => self.text("status-on-hold"),
            false => self.status(status).to_owned(),
        }
    }

    fn is_of_visits(&self, status: Status) -> bool {
        let named = self.procedure.visits.and_then(|visits| visits.status);
        named == Some(status) && status == Status::Suspended
    }

    /// Why a ticket waits: the listed reason with this key, or somebody's own words as they are.
    pub fn reason<'k>(&self, reason: &'k str) -> &'k str
    where
        'a: 'k,
    {
        let listed = self.procedure.reason(reason);
        listed.map_or(reason, |listed| listed.name.get(self.locale))
    }

    /// The procedure's own words, or the usual ones where it has none.
    pub fn or_usual(&self, own: Option<&Localized>, usual: &str) -> String {
        own.map_or_else(|| self.text(usual), |own| own.get(self.locale).to_owned())
    }

    /// What kind of thing an attachment is.
    pub fn attachment(&self, kind: AttachmentKind) -> String {
        self.say("attachment", &[("kind", attachment_name(kind).into())])
    }

    /// Somebody's own words, in this language's quotation marks.
    pub fn quote(&self, words: &str) -> String {
        self.say("quote", &[("text", words.into())])
    }

    /// Splits a tag from the word behind it that says that it was held against the inventory.
    pub fn verified(&self, text: &str) -> (String, bool) {
        let text = text.trim();
        match text.rsplit_once(char::is_whitespace) {
            Some((tag, word)) if self.is_among("words-verified", word.trim_matches(['(', ')'])) => {
                (tag.trim_end_matches([' ', ',']).to_owned(), true)
            }
            _ => (text.to_owned(), false),
        }
    }

    /// Whether somebody only says hello.
    pub fn is_greeting(&self, text: &str) -> bool {
        self.is_among("words-greeting", text)
    }

    fn is_among(&self, key: &str, text: &str) -> bool {
        let text = text.trim().trim_end_matches(['.', '!', ',']).to_lowercase();
        self.text(key).split(',').any(|word| word.trim() == text)
    }

    /// Whether somebody answered yes or no in words; `None` when they said anything else.
    pub fn yes_or_no(&self, text: &str) -> Option<bool> {
        match (self.is_among("words-yes", text), self.is_among("words-no", text)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    /// `Caso #12 · La impresora no imprime`, stressed.
    pub fn heading(&self, ticket: &ticket::Model) -> RichText {
        let mut text = RichText::default();
        let args = [("number", number(ticket)), ("title", ticket.title.as_str().into())];
        text.push(self.say("ticket-heading", &args), Style::Bold);
        text
    }
}

/// A ticket's number as an argument: text, so that no language groups its digits.
pub fn number(ticket: &ticket::Model) -> Value<'static> {
    ticket.number.to_string().into()
}

/// The stable name of a kind of attachment.
pub fn attachment_name(kind: AttachmentKind) -> &'static str {
    match kind {
        AttachmentKind::Photo => "photo",
        AttachmentKind::Document => "document",
        AttachmentKind::Audio => "audio",
        AttachmentKind::Video => "video",
        AttachmentKind::Sticker => "sticker",
        AttachmentKind::Location => "location",
        AttachmentKind::Contact => "contact",
        AttachmentKind::Other => "other",
    }
}
