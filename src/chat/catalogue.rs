//! What a command is: its names in both languages, who has it, what it takes. Deliberately absent: the
//! commands themselves, which stand in [`crate::chat::commands`] and [`crate::chat::operation`].

use crate::{
    chat::{
        named,
        outgoing::Audience,
        wording::{Arg, say},
    },
    domain::{channel::ChannelKind, locale::Locale, person::Role, verb::Verb},
};

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl Command {
    /// Its name in a language.
    pub fn name(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::Es => self.spanish,
            Locale::En => self.english,
        }
    }

    /// Whether this is its name in any language. Case makes no difference.
    pub fn is_called(&self, name: &str) -> bool {
        [self.spanish, self.english].contains(&name.to_lowercase().as_str())
    }

    /// What it takes, as help shows it.
    pub fn argument(&self, locale: Locale) -> String {
        // Only a person who was given a code needs to know that the command takes one.
        let shown = self.argument.parameters().iter().filter(|_| self.argument != Argument::Code);
        shown.map(|parameter| format!(" {}", parameter.shown(locale))).collect()
    }
}

/// Whose commands a person with this role has.
pub fn audience(role: Role) -> Audience {
    match role {
        Role::Requester => Audience::Requester,
        Role::Technician => Audience::Technician,
        Role::Supervisor => Audience::Supervisor,
        Role::Administrator => Audience::Administrator,
    }
}

/// Whether the network's client lists the commands, so that people fill them in there instead of
/// replying to a card; as `$lists`.
pub fn lists_commands(network: ChannelKind) -> Arg<'static> {
    ("lists", network.shows_forms().into())
}

/// The catalogue key of a command's help line.
pub fn help_key(command: &Command) -> String {
    format!("help-{}", command.english)
}
