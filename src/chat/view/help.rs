//! Help and menus, generated from the command catalogue for one role.

use crate::{
    chat::{
        catalogue::{Command, audience, help_key, lists_commands},
        outgoing::{Audience, Outgoing, RichText, Style},
        wording::{Voice, say},
    },
    domain::{channel::ChannelKind, locale::Locale, person::Role},
};

/// A command of a menu, in one language.
#[derive(Debug)]
pub struct MenuLine {
    /// The command's name, without the slash.
    pub name: String,
    /// What the command does.
    pub help: String,
}

/// The menu of an audience: its commands among the procedure's `commands`.
pub fn menu(
    commands: impl Iterator<Item = &'static Command>,
    audience: Audience,
    locale: Locale,
) -> Vec<MenuLine> {
    let line = |command: &Command| MenuLine {
        name: command.name(locale).to_owned(),
        help: say(locale, &help_key(command), &[]),
    };
    commands.filter(|command| command.audience <= audience).map(line).collect()
}

/// The help message for a role with its commands among the procedure's `commands`, for the network
/// of its reader.
pub fn message(
    voice: &Voice<'_>,
    commands: impl Iterator<Item = &'static Command>,
    role: Role,
    network: ChannelKind,
) -> Outgoing {
    let audience = audience(role);
    let mut text = RichText::default();
    text.push(voice.text("help-heading"), Style::Bold);
    text.push(format!("\n{}", voice.text("help-introduction")), Style::Plain);
    for command in commands.filter(|command| command.audience <= audience) {
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
