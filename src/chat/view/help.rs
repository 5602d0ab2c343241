//! Help and menus, generated from the command catalogue for one role.

use crate::{
    chat::{
        commands::{self, Command},
        outgoing::{Audience, Outgoing, RichText, Style},
        wording::{Arg, Voice, say},
    },
    domain::{channel::ChannelKind, locale::Locale, person::Role, procedure::Procedure},
};

/// The commands of an audience that the procedure uses, in the order of the catalogue.
fn commands(procedure: &Procedure, audience: Audience) -> impl Iterator<Item = &'static Command> {
    commands::of(procedure).filter(move |command| command.audience <= audience)
}

/// The menu of an audience: each command's name in a language, with its description.
pub fn menu(procedure: &Procedure, audience: Audience, locale: Locale) -> Vec<(String, String)> {
    let entry =
        |command: &Command| (command.name(locale).to_owned(), say(locale, &help_key(command), &[]));
    commands(procedure, audience).map(entry).collect()
}

pub fn audience(role: Role) -> Audience {
    match role {
        Role::Requester => Audience::Requester,
        Role::Technician => Audience::Technician,
        Role::Supervisor => Audience::Supervisor,
        Role::Administrator => Audience::Administrator,
    }
}

/// The help message for a role, in its reader's language and for their network.
pub fn message(voice: &Voice<'_>, role: Role, network: ChannelKind) -> Outgoing {
    let mut text = RichText::default();
    text.push(voice.text("help-heading"), Style::Bold);
    text.push(format!("\n{}", voice.text("help-introduction")), Style::Plain);
    for command in commands(voice.procedure, audience(role)) {
        let name = format!("\n/{}{}", command.name(voice.locale), command.argument(voice.locale));
        text.push(name, Style::Bold);
        text.push(format!(" — {}", voice.text(&help_key(command))), Style::Plain);
    }
    if role >= Role::Technician {
        text.push(
            format!("\n\n{}", voice.say("help-staff", &[lists_commands(network)])),
            Style::Plain,
        );
    }
    Outgoing { text, buttons: vec![], ..Default::default() }
}

/// Whether the network's client lists the commands, so that people fill them in there instead of
/// replying to a card; as `$lists`.
pub fn lists_commands(network: ChannelKind) -> Arg<'static> {
    ("lists", if network.shows_forms() { "yes" } else { "no" }.into())
}

/// The catalogue key of a command's help line.
pub fn help_key(command: &Command) -> String {
    format!("help-{}", command.english)
}
