//! Reads an interaction (a command, a press, a choice or a submitted modal) as what the person would have
//! written or pressed. Commands and components are read with serenity's models, modals from the raw JSON.
//! Deliberately absent: which commands there are. A command becomes the line that a person would type on
//! every other network.

use serde_json::Value;
use serenity::all::{
    CommandData, CommandDataOption, CommandDataOptionValue as Given, CommandInteraction,
    CommandType, ComponentInteraction, ComponentInteractionDataKind as Pressed, GuildId,
    ResolvedTarget,
};

use super::{Unreadable, attachment, chat, lasting, parse, sender};
use crate::{
    channel::discord::{
        modal::{read_fields, read_files},
        token::{InteractionKind, InteractionToken},
        wire::{Interaction, User},
    },
    chat::{
        commands::{find, new},
        incoming::{Chat, ChatKind, Incoming, Input, Sender},
    },
    domain::channel::ChannelKind,
};

/// What an interaction says, read from whichever model carries it.
struct Act {
    token: InteractionToken,
    guild: Option<String>,
    channel: Option<String>,
    locale: Option<String>,
    author: User,
    input: Input,
}

/// What the person did; `None` for what is not for the desk. An interaction that cannot be read becomes
/// [`Input::Unreadable`], because the person waits for an answer all the same.
///
/// # Errors
/// When not even the fields that an answer takes can be read.
pub(super) fn receive(raw: &Value) -> Result<Option<Incoming>, Unreadable> {
    let Some(kind) = raw["type"].as_u64() else {
        return Err(Unreadable { field: "type".to_owned() });
    };
    let Some(kind) = InteractionKind::from_number(kind) else { return Ok(None) };
    let act = match kind {
        InteractionKind::Command => parse(raw).map(|interaction| command(interaction, raw)),
        InteractionKind::Component => parse(raw).map(|interaction| press(interaction, raw)),
        InteractionKind::Modal => parse(raw).map(|interaction| submission(interaction, raw)),
        // Suggestions are answered at once and never stored.
        InteractionKind::Autocomplete => return Ok(None),
    };
    match act {
        Ok(Some(act)) if !act.author.bot => Ok(Some(incoming(act))),
        Ok(_) => Ok(unreadable(raw, kind, "data".to_owned())),
        Err(error) => match unreadable(raw, kind, error.field.clone()) {
            Some(incoming) => Ok(Some(incoming)),
            None => Err(error),
        },
    }
}

fn incoming(act: Act) -> Incoming {
    let token = InteractionToken { user: act.author.id.parse().ok(), ..act.token };
    Incoming {
        channel: ChannelKind::Discord,
        chat: chat(act.guild.as_deref(), act.channel.as_deref(), &act.author),
        sender: sender(&act.author, act.locale),
        input: act.input,
        reply_to: None,
        server: act.guild,
        token: Some(token.encode()),
    }
}

/// An interaction that cannot be read, with the fields that an answer takes; `None` where one of those is
/// missing too, and for programs.
fn unreadable(raw: &Value, kind: InteractionKind, field: String) -> Option<Incoming> {
    let text = |path: &str| raw.pointer(path).and_then(Value::as_str);
    let author = text("/member/user/id").or_else(|| text("/user/id"))?;
    let user = author.parse().ok()?;
    let program = ["/member/user/bot", "/user/bot"]
        .into_iter()
        .any(|path| raw.pointer(path).and_then(Value::as_bool) == Some(true));
    if program {
        return None;
    }
    let token = InteractionToken {
        id: text("/id")?.to_owned(),
        token: text("/token")?.to_owned(),
        kind,
        user: Some(user),
    };
    Some(Incoming {
        channel: ChannelKind::Discord,
        chat: Chat { key: format!("@{author}"), kind: ChatKind::Private },
        sender: Sender {
            key: author.to_owned(),
            name: author.to_owned(),
            language: text("/locale").map(str::to_owned),
        },
        input: Input::Unreadable(field),
        reply_to: None,
        server: None,
        token: Some(token.encode()),
    })
}

/// serenity fills a default account in where the platform names none, so the raw JSON is asked.
fn names_its_author(raw: &Value) -> bool {
    raw["user"].is_object() || raw["guild_id"].is_string() && raw["member"].is_object()
}

fn command(interaction: CommandInteraction, raw: &Value) -> Option<Act> {
    let data = &interaction.data;
    let input = match data.kind {
        CommandType::ChatInput => Input::Text(typed(data)),
        CommandType::User => open_for(data)?,
        CommandType::Message => Input::Text(report(data, interaction.guild_id)?),
        _ => return None,
    };
    names_its_author(raw).then(|| Act {
        token: InteractionToken {
            id: interaction.id.to_string(),
            token: interaction.token,
            kind: InteractionKind::Command,
            user: None,
        },
        guild: interaction.guild_id.map(|guild| guild.to_string()),
        channel: Some(interaction.channel_id.to_string()),
        locale: Some(interaction.locale),
        author: User::from(&interaction.user),
        input,
    })
}

/// A button stands for its own code, a menu for the code of the chosen entry.
fn press(interaction: ComponentInteraction, raw: &Value) -> Option<Act> {
    let data = interaction.data;
    let code = match data.kind {
        Pressed::StringSelect { values } => values.into_iter().next().unwrap_or(data.custom_id),
        _ => data.custom_id,
    };
    let message = &interaction.message;
    let message = Some(format!("{}/{}", message.channel_id, message.id));
    names_its_author(raw).then(|| Act {
        token: InteractionToken {
            id: interaction.id.to_string(),
            token: interaction.token,
            kind: InteractionKind::Component,
            user: None,
        },
        guild: interaction.guild_id.map(|guild| guild.to_string()),
        channel: Some(interaction.channel_id.to_string()),
        locale: Some(interaction.locale),
        author: User::from(&interaction.user),
        input: Input::Press { code, message },
    })
}

fn submission(interaction: Interaction, raw: &Value) -> Option<Act> {
    let data = interaction.data;
    let fields = read_fields(&raw["data"]);
    let files = read_files(&raw["data"]).into_iter();
    let files = files.filter_map(|key| data.resolved.attachments.get(key));
    let attachments = files.map(|file| attachment(file, String::new())).collect();
    let input = Input::Submit { code: data.custom_id?, fields, attachments };
    Some(Act {
        token: InteractionToken {
            id: interaction.id,
            token: interaction.token,
            kind: InteractionKind::Modal,
            user: None,
        },
        guild: interaction.guild_id,
        channel: interaction.channel_id,
        locale: interaction.locale,
        author: interaction.member.map(|member| member.user).or(interaction.user)?,
        input,
    })
}

/// `/name value value …`, in the order and the spelling that the command takes. The platform sends the
/// options in the order in which the person filled them in. Options that the command does not declare
/// come last, numbers before texts.
fn typed(data: &CommandData) -> String {
    let mut line = format!("/{}", data.name);
    let mut values = Vec::new();
    collect(&data.options, data, &mut line, &mut values);
    let takes = find(&data.name).map_or(&[][..], |command| command.argument.parameters());
    let place =
        |option: &CommandDataOption| takes.iter().position(|known| known.name() == option.name);
    values.sort_by_key(|(option, value)| {
        let integer = matches!(option.value, Given::Integer(_));
        (place(option).unwrap_or(takes.len()), !integer, !is_number(value))
    });
    for (option, value) in values {
        line.push(' ');
        match place(option) {
            Some(at) => line.push_str(&takes[at].spelled(&value)),
            None => line.push_str(&value),
        }
    }
    line
}

fn collect<'o>(
    options: &'o [CommandDataOption],
    data: &CommandData,
    line: &mut String,
    values: &mut Vec<(&'o CommandDataOption, String)>,
) {
    for option in options {
        let value = match &option.value {
            Given::SubCommand(inner) | Given::SubCommandGroup(inner) => {
                line.push(' ');
                line.push_str(&option.name);
                collect(inner, data, line, values);
                continue;
            }
            Given::String(text) => text.trim().to_owned(),
            Given::Integer(number) => number.to_string(),
            Given::Number(number) => number.to_string(),
            Given::Boolean(yes) => yes.to_string(),
            Given::Attachment(id) => match data.resolved.attachments.get(id) {
                Some(file) => lasting(&file.url),
                None => id.to_string(),
            },
            Given::User(id) => id.to_string(),
            Given::Channel(id) => id.to_string(),
            Given::Role(id) => id.to_string(),
            Given::Mentionable(id) => id.to_string(),
            _ => continue,
        };
        if !value.is_empty() {
            values.push((option, value));
        }
    }
}

fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix('#').unwrap_or(value);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A command on a person opens a ticket for that person.
fn open_for(data: &CommandData) -> Option<Input> {
    let Some(ResolvedTarget::User(person, _)) = data.target() else { return None };
    let program = person.bot || person.system;
    Some(Input::OpenFor { person: sender(&User::from(person), None), program })
}

/// A command on a message reports that message: its text, its files and a link back to it.
fn report(data: &CommandData, guild: Option<GuildId>) -> Option<String> {
    let Some(ResolvedTarget::Message(reported)) = data.target() else { return None };
    let mut lines = vec![format!("/{} {}", new::COMMAND.spanish, reported.content.trim())];
    lines.extend(reported.attachments.iter().map(|file| lasting(&file.url)));
    let guild = guild.map_or_else(|| "@me".to_owned(), |guild| guild.to_string());
    let channel = reported.channel_id;
    lines.push(format!("https://discord.com/channels/{guild}/{channel}/{}", reported.id));
    Some(lines.join("\n"))
}
