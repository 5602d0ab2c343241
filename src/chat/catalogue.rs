//! A command as data: its names in both languages, its audience, its argument. Deliberately absent:
//! the commands themselves, which stand in [`crate::chat::commands`] and
//! [`crate::chat::operation`].

use crate::{
    chat::{
        named,
        outgoing::Audience,
        wording::{Arg, say},
    },
    domain::{channel::ChannelKind, locale::Locale, person::Role, verb::Verb},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    pub spanish: &'static str,
    /// The English name. It also names the command's messages in the text catalogue.
    pub english: &'static str,
    /// The lowest role that may run it.
    pub audience: Audience,
    pub argument: Argument,
    /// The verb of the permission table that it needs; `None` when every procedure has the command.
    pub verb: Option<Verb>,
}

/// What a command reads after its name. A dialogue asks for each part that is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    Nothing,
    Text,
    /// A code that the person was given. Help does not show it, because a person without a code has
    /// no use for it.
    Code,
    Ticket,
    TicketAndText,
    /// A category in brackets and words.
    CategoryAndText,
    /// A ticket's number, a group in brackets, and words.
    TicketGroupAndText,
    /// A ticket's number, a category or a group in brackets, and words.
    TicketDestinationAndText,
    /// A ticket's number and the name of a technician.
    TicketAndTechnician,
    Person,
    TicketAndPriority,
    /// A ticket's number and a category in brackets.
    TicketAndCategory,
}

/// One part of an argument. Networks that list commands ask for each part by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    Ticket,
    Category,
    Group,
    /// Where a related case goes: a category or a group.
    Destination,
    Technician,
    /// Any person that the desk knows.
    Person,
    Text,
    Priority,
}

impl Argument {
    /// The parts of the argument, in the order in which they are written.
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
    /// The English name. It also names the part's messages in the text catalogue.
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

    /// The value as it is written after a command. Brackets separate a name from the words after
    /// it; `#` marks a ticket's number, which could otherwise be a number among the words.
    pub fn spelled(self, value: &str) -> String {
        match self {
            Self::Category | Self::Group | Self::Destination => named::in_brackets(value),
            Self::Ticket => format!("#{}", value.trim_start_matches('#')),
            Self::Technician | Self::Person | Self::Text | Self::Priority => value.to_owned(),
        }
    }

    /// The part as help shows it.
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
    /// The command's name in a language.
    pub fn name(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::Es => self.spanish,
            Locale::En => self.english,
        }
    }

    /// Whether `name` is the command's name in any language. Case makes no difference.
    pub fn is_called(&self, name: &str) -> bool {
        [self.spanish, self.english].contains(&name.to_lowercase().as_str())
    }

    /// The command's argument as help shows it.
    pub fn argument(&self, locale: Locale) -> String {
        // Only a person who was given a code needs to know that the command takes one.
        let shown = self.argument.parameters().iter().filter(|_| self.argument != Argument::Code);
        shown.map(|parameter| format!(" {}", parameter.shown(locale))).collect()
    }
}

/// The audience that a person with this role belongs to.
pub fn audience(role: Role) -> Audience {
    match role {
        Role::Requester => Audience::Requester,
        Role::Technician => Audience::Technician,
        Role::Supervisor => Audience::Supervisor,
        Role::Administrator => Audience::Administrator,
    }
}

/// The argument `$lists` of messages: whether the network's client lists the commands. There people
/// fill commands in; elsewhere they reply to a card.
pub fn lists_commands(network: ChannelKind) -> Arg<'static> {
    ("lists", network.shows_forms().into())
}

/// The catalogue key of a command's help line.
pub fn help_key(command: &Command) -> String {
    format!("help-{}", command.english)
}
