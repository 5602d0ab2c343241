//! The message catalogues (Fluent, `config/locales/{es,en}`) and the names put into them. Every
//! sentence a person reads in a chat comes through [`Voice::say`]. Instants are worded in
//! [`instants`]. Deliberately absent: markup; a message is plain text, which the view styles piece
//! by piece.

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
        channel::ChannelKind,
        ending::Ending,
        id::TicketNumber,
        locale::{Locale, Localized},
        priority::Priority,
        procedure::Procedure,
        source::Source,
        status::Status,
        time::Timestamp,
        verb::Verb,
    },
    entity::ticket,
    service::Act,
};

static_loader! {
    static CATALOGUES = {
        locales: "./config/locales",
        fallback_language: "es",
        // Bidirectional isolation marks would show as boxes in some terminals and chats; names are
        // stripped of direction-changing characters when they come in.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static SPANISH: LanguageIdentifier = langid!("es");
static ENGLISH: LanguageIdentifier = langid!("en");

/// A named value for a message.
pub type Arg<'a> = (&'static str, Value<'a>);

/// A value for a message. Fluent's own value type cannot be shared between threads.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    Text(Cow<'a, str>),
    /// A number that selects a plural form.
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

/// A truth value, which messages select as `yes` or `no`.
impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Text(Cow::Borrowed(if truth { "yes" } else { "no" }))
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

/// An asset tag as a person typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedTag {
    pub tag: String,
    /// Whether the person added that the tag was checked against the inventory.
    pub verified: bool,
}

/// The desk in one language, under one procedure, at one instant.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    pub locale: Locale,
    /// The procedure whose names and hours apply.
    pub procedure: &'a Procedure,
    pub now: Timestamp,
}

/// A catalogue message in a language.
pub fn say(locale: Locale, key: &str, args: &[Arg<'_>]) -> String {
    let args: HashMap<Cow<'static, str>, FluentValue<'_>> =
        args.iter().map(|(name, value)| (Cow::Borrowed(*name), fluent(value))).collect();
    CATALOGUES.lookup_with_args(language(locale), key, &args)
}

/// Whether the catalogue of this language itself has the message, without the fallback language.
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
    /// The voice of an act, in its reader's language.
    pub fn of(act: &'a Act<'_>, locale: Locale) -> Self {
        Self { locale, procedure: act.procedure, now: act.now }
    }

    /// A message with values. Every message also gets `$vendor`, the procedure's name for the
    /// vendor.
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

    /// Whether the procedure escalates tickets, as `$escalates`.
    pub fn escalates(&self) -> Arg<'static> {
        ("escalates", self.procedure.has(Verb::Escalate).into())
    }

    /// The same voice in another language.
    pub fn in_locale(&self, locale: Locale) -> Self {
        Self { locale, ..*self }
    }

    /// The procedure's name of a status.
    pub fn status(&self, status: Status) -> &'a str {
        self.procedure.status_name(status, self.locale)
    }

    pub fn priority(&self, priority: Priority) -> String {
        priority_name(self.locale, priority)
    }

    pub fn network(&self, network: ChannelKind) -> String {
        self.say("network", &[("network", network.as_str().into())])
    }

    /// The procedure's name of a group.
    pub fn group<'k>(&self, key: &'k str) -> &'k str
    where
        'a: 'k,
    {
        self.procedure.group_name(key, self.locale)
    }

    /// The procedure's name of a category.
    pub fn category<'k>(&self, key: &'k str) -> &'k str
    where
        'a: 'k,
    {
        self.procedure.category_name(key, self.locale)
    }

    /// How a request came in, with the procedure's name for requests of that source.
    pub fn source(&self, source: Source) -> String {
        let came = self.say("source", &[("source", source.as_str().into())]);
        let Some(natures) = &self.procedure.natures else { return came };
        let nature = natures.of(source).get(self.locale);
        if source.is_proactive() {
            return nature.to_owned();
        }
        self.say("source-of-nature", &[("nature", nature.into()), ("source", came.into())])
    }

    /// Where a ticket stands: its status, that it waits for a stated reason, or that it belongs to
    /// another procedure, whichever status closed it.
    ///
    /// A ticket that its first group escalated stays on hold for that group, also while a
    /// technician of the higher level works on it.
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

    /// The general word for "on hold", when a ticket waits for another reason but the procedure
    /// names the status after a planned visit.
    fn waiting(&self, ticket: &ticket::Model) -> Option<String> {
        let other = ticket.suspension.is_some() && self.is_of_visits(ticket.status);
        other.then(|| self.text("status-on-hold"))
    }

    /// The name of a status when the reason for waiting is not known.
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

    /// Why a ticket waits: the procedure's name for the listed reason with this key, or the text
    /// itself when a person wrote it.
    pub fn reason<'k>(&self, reason: &'k str) -> &'k str
    where
        'a: 'k,
    {
        let listed = self.procedure.reason(reason);
        listed.map_or(reason, |listed| listed.name.get(self.locale))
    }

    /// The procedure's own text, or the catalogue's usual message where the procedure has none.
    pub fn or_usual(&self, own: Option<&Localized>, usual: &str) -> String {
        own.map_or_else(|| self.text(usual), |own| own.get(self.locale).to_owned())
    }

    /// The name of a kind of attachment.
    pub fn attachment(&self, kind: AttachmentKind) -> String {
        self.say("attachment", &[("kind", attachment_name(kind).into())])
    }

    /// A person's own words, in this language's quotation marks.
    pub fn quote(&self, words: &str) -> String {
        self.say("quote", &[("text", words.into())])
    }

    /// Splits an asset tag from a trailing word that says that the tag was checked against the
    /// inventory. Returns the tag and whether that word was there.
    pub fn typed_tag(&self, text: &str) -> TypedTag {
        let text = text.trim();
        match text.rsplit_once(char::is_whitespace) {
            Some((tag, word)) if self.is_among("words-verified", word.trim_matches(['(', ')'])) => {
                TypedTag { tag: tag.trim_end_matches([' ', ',']).to_owned(), verified: true }
            }
            _ => TypedTag { tag: text.to_owned(), verified: false },
        }
    }

    /// Whether a text is only a greeting.
    pub fn is_greeting(&self, text: &str) -> bool {
        self.is_among("words-greeting", text)
    }

    fn is_among(&self, key: &str, text: &str) -> bool {
        let text = text.trim().trim_end_matches(['.', '!', ',']).to_lowercase();
        self.text(key).split(',').any(|word| word.trim() == text)
    }

    /// Whether a text answers yes or no; `None` for any other text.
    pub fn yes_or_no(&self, text: &str) -> Option<bool> {
        match (self.is_among("words-yes", text), self.is_among("words-no", text)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    /// `Caso #12 · La impresora no imprime`, in bold.
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

/// The name of a priority in a language.
pub fn priority_name(locale: Locale, priority: Priority) -> String {
    say(locale, &format!("priority-{}", priority.as_str()), &[])
}

/// Ticket numbers in a sentence: `#7, #9`.
pub(super) fn numbers(tickets: &[TicketNumber]) -> String {
    tickets.iter().map(|number| format!("#{number}")).collect::<Vec<_>>().join(", ")
}

/// The stable name of a kind of attachment, as the catalogues select by it.
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
