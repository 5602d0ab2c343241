//! The command catalogue: names in both languages, who has it, what it takes. Menus, help and
//! dispatch are generated from it; both names are understood in every language. One file a command.

use crate::{
    chat::{Doing, named, outgoing::Audience, turn::Turn, wording::say},
    domain::{id::TicketNumber, locale::Locale, procedure::Procedure, verb::Verb},
    service::Result,
};

pub mod accept;
pub mod asset;
pub mod assign;
pub mod cancel;
pub mod category;
pub mod child;
pub mod escalate;
pub mod help;
pub mod language;
pub mod link;
pub mod my_tickets;
pub mod new;
pub mod not_managed;
pub mod note;
pub mod people;
pub mod priority;
pub mod queue;
pub mod register;
pub mod reply;
pub mod report;
pub mod resume;
pub mod sla;
pub mod solve;
pub mod start;
pub mod suspend;
pub mod ticket;
pub mod training;
pub mod unlink;
pub mod vendor;
pub mod visit;
pub mod withdraw;

/// A command.
#[derive(Debug, PartialEq, Eq)]
pub struct Command {
    /// Its Spanish name.
    pub spanish: &'static str,
    /// Its English name, which also names its messages.
    pub english: &'static str,
    /// Who has it.
    pub audience: Audience,
    /// What it takes.
    pub argument: Argument,
    /// The step that it takes, where it takes one.
    pub verb: Option<Verb>,
}

/// What a command takes behind its name. Whatever is left out is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    Nothing,
    /// Words.
    Text,
    /// A code that somebody was given; only when there is one.
    Code,
    /// A ticket's number.
    Ticket,
    /// A ticket's number and words.
    TicketAndText,
    /// A category in brackets and words.
    CategoryAndText,
    /// A ticket's number, a group in brackets, and words.
    TicketGroupAndText,
    /// A ticket's number, a category or a group in brackets, and words.
    TicketDestinationAndText,
    /// A ticket's number and the name of a technician.
    TicketAndTechnician,
    /// What somebody is called.
    Person,
    /// A ticket's number and a priority.
    TicketAndPriority,
    /// A ticket's number and a category in brackets.
    TicketAndCategory,
}

/// One thing that a command takes. Networks that list commands ask for each by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// A ticket's number.
    Ticket,
    /// What a request is about.
    Category,
    /// A team.
    Group,
    /// Where a related case goes: a category or a team.
    Destination,
    /// One of the desk's technicians.
    Technician,
    /// Anybody.
    Person,
    /// Words.
    Text,
    /// How pressing a ticket is.
    Priority,
}

impl Argument {
    /// What it consists of, in the order in which it is written.
    pub fn parameters(self) -> &'static [Parameter] {
        match self {
            Self::Nothing => &[],
            Self::Text | Self::Code => &[Parameter::Text],
            Self::Ticket => &[Parameter::Ticket],
            Self::TicketAndText => &[Parameter::Ticket, Parameter::Text],
            Self::CategoryAndText => &[Parameter::Category, Parameter::Text],
            Self::TicketGroupAndText => &[Parameter::Ticket, Parameter::Group, Parameter::Text],
            Self::TicketDestinationAndText => {
                &[Parameter::Ticket, Parameter::Destination, Parameter::Text]
            }
            Self::TicketAndTechnician => &[Parameter::Ticket, Parameter::Technician],
            Self::Person => &[Parameter::Person],
            Self::TicketAndPriority => &[Parameter::Ticket, Parameter::Priority],
            Self::TicketAndCategory => &[Parameter::Ticket, Parameter::Category],
        }
    }
}

impl Parameter {
    /// Its English name, which also names its messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Category => "category",
            Self::Group => "group",
            Self::Destination => "destination",
            Self::Technician => "technician",
            Self::Person => "person",
            Self::Text => "text",
            Self::Priority => "priority",
        }
    }

    /// A value of it as it is written behind a command: what the words after it could be taken for
    /// stands in brackets, and a ticket is no mere number among the words.
    pub fn spelled(self, value: &str) -> String {
        match self {
            Self::Category | Self::Group | Self::Destination => named::in_brackets(value),
            Self::Ticket => format!("#{}", value.trim_start_matches('#')),
            Self::Technician | Self::Person | Self::Text | Self::Priority => value.to_owned(),
        }
    }

    /// As help shows it.
    fn shown(self, locale: Locale) -> String {
        let name = |key| say(locale, key, &[]);
        match self {
            Self::Ticket => name("argument-ticket"),
            Self::Text => name("argument-text"),
            Self::Category => named::in_brackets(&name("option-category")),
            Self::Group => named::in_brackets(&name("option-group")),
            Self::Destination => named::in_brackets(&name("argument-destination")),
            Self::Technician => name("option-technician"),
            Self::Person => name("option-person"),
            Self::Priority => name("option-priority"),
        }
    }
}

/// Every command, in the order of menus and help.
pub const CATALOGUE: &[Command] = &[
    new::COMMAND,
    my_tickets::COMMAND,
    ticket::COMMAND,
    reply::COMMAND,
    withdraw::COMMAND,
    sla::COMMAND,
    queue::COMMAND,
    accept::COMMAND,
    note::COMMAND,
    suspend::COMMAND,
    resume::COMMAND,
    visit::COMMAND,
    escalate::COMMAND,
    vendor::COMMAND,
    child::COMMAND,
    asset::COMMAND,
    solve::COMMAND,
    training::COMMAND,
    not_managed::COMMAND,
    assign::COMMAND,
    priority::COMMAND,
    category::COMMAND,
    register::COMMAND,
    report::COMMAND,
    language::COMMAND,
    link::COMMAND,
    unlink::COMMAND,
    people::COMMAND,
    help::COMMAND,
    cancel::COMMAND,
    start::COMMAND,
];

impl Command {
    /// Its name in a language.
    pub fn name(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::Es => self.spanish,
            Locale::En => self.english,
        }
    }

    /// What it takes, as help shows it.
    pub fn argument(&self, locale: Locale) -> String {
        // A code is given only when there is one, so nobody need know that it can be.
        let shown = self.argument.parameters().iter().filter(|_| self.argument != Argument::Code);
        shown.map(|parameter| format!(" {}", parameter.shown(locale))).collect()
    }
}

/// The commands that these rules have a use for, in the order of the catalogue. Menus and help show no
/// others; one that is typed all the same is answered with why it cannot be.
pub fn of(procedure: &Procedure) -> impl Iterator<Item = &'static Command> {
    CATALOGUE.iter().filter(|command| command.verb.is_none_or(|verb| procedure.has(verb)))
}

/// The command with this name in any language.
pub fn find(name: &str) -> Option<&'static Command> {
    let name = name.to_lowercase();
    CATALOGUE.iter().find(|command| command.spanish == name || command.english == name)
}

/// Whether what was written behind the slash is a command of ours.
pub fn is_known(line: &str) -> bool {
    line.split_whitespace().next().and_then(find).is_some()
}

/// Runs what was written behind the slash.
pub fn run<'a>(turn: &'a Turn<'_>, line: &'a str) -> Doing<'a> {
    Box::pin(dispatch(turn, line))
}

async fn dispatch(turn: &Turn<'_>, line: &str) -> Result<()> {
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let Some(command) = find(name) else {
        return help::unknown(turn, name).await;
    };
    if command.audience > crate::chat::view::help::audience(turn.actor.role) {
        return not_yours(turn, command).await;
    }
    match command.english {
        "start" => start::run(turn, rest).await,
        "new" => new::run(turn, rest).await,
        "mytickets" => my_tickets::run(turn).await,
        "ticket" => ticket::run(turn, rest).await,
        "reply" => reply::run(turn, rest).await,
        "withdraw" => withdraw::run(turn, rest).await,
        "sla" => sla::run(turn, rest).await,
        "language" => language::run(turn, rest).await,
        "link" => link::run(turn, rest).await,
        "unlink" => unlink::run(turn).await,
        "people" => people::run(turn).await,
        "help" => help::run(turn).await,
        "cancel" => cancel::run(turn).await,
        "queue" => queue::run(turn).await,
        "accept" => accept::run(turn, rest).await,
        "note" => note::run(turn, rest).await,
        "suspend" => suspend::run(turn, rest).await,
        "resume" => resume::run(turn, rest).await,
        "escalate" => escalate::run(turn, rest).await,
        "vendor" => vendor::run(turn, rest).await,
        "child" => child::run(turn, rest).await,
        "asset" => asset::run(turn, rest).await,
        "visit" => visit::run(turn, rest).await,
        "priority" => priority::run(turn, rest).await,
        "category" => category::run(turn, rest).await,
        "solve" => solve::run(turn, rest).await,
        "training" => training::run(turn, rest).await,
        "notmanaged" => not_managed::run(turn, rest).await,
        "assign" => assign::run(turn, rest).await,
        "register" => register::run(turn, rest).await,
        "report" => report::run(turn, rest).await,
        unlisted => unreachable!("/{unlisted} is in the catalogue and not in the dispatch"),
    }
}

/// Tells whose command it is.
pub(super) async fn not_yours(turn: &Turn<'_>, command: &Command) -> Result<()> {
    let audience = match command.audience {
        Audience::Requester | Audience::Technician => "technician",
        Audience::Supervisor => "supervisor",
        Audience::Administrator => "administrator",
    };
    let name = command.name(turn.locale);
    let args = [("name", name.into()), ("audience", audience.into())];
    turn.tell("command-not-yours", &args).await
}

/// Reads a ticket's number as people write it: `12` or `#12`.
pub fn ticket_number(text: &str) -> Option<TicketNumber> {
    let digits = text.trim().trim_start_matches('#');
    digits.parse().ok().filter(|number| *number > 0).map(TicketNumber)
}

/// Splits `12 words` into the number and the words. Without a number, the ticket of the thread or of
/// the answered message is meant and everything is words. In a thread, where the number is left out,
/// a mere number before words is one of them, unless it is the ticket's own.
pub(crate) async fn ticket_and_words<'w>(
    turn: &Turn<'_>,
    rest: &'w str,
) -> Result<(Option<TicketNumber>, Option<&'w str>)> {
    let (first, words) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let some = |words: &'w str| Some(words.trim()).filter(|words| !words.is_empty());
    let meant = turn.number_meant().await?;
    let is_named = |number: TicketNumber| {
        turn.thread.is_none() || first.starts_with('#') || words.is_empty() || meant == Some(number)
    };
    match ticket_number(first).filter(|number| is_named(*number)) {
        Some(number) => Ok((Some(number), some(words))),
        None => Ok((meant, some(rest))),
    }
}
