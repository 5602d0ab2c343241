//! Interactions: commands, menus on messages and people, buttons, menus and forms, as what somebody would have
//! written or pressed. Deliberately absent: which commands there are; a command is what was chosen,
//! spelled as on every other network.

use serde_json::Value;

use super::{attachment, chat, lasting, sender};
use crate::{
    channel::discord::{
        intake::Arrived,
        modal::{read_fields, read_files},
        wire::{CommandOption, Data, Interaction, Reported},
    },
    chat::{
        commands::{find, new},
        incoming::{Chat, ChatKind, Incoming, Input, Sender},
    },
    domain::channel::ChannelKind,
};

/// An option that holds further options.
const GROUPS: [u64; 2] = [1, 2];
/// An option that takes a whole number.
const INTEGER: u64 = 4;
/// An option that takes a file.
const ATTACHMENT: u64 = 11;
/// A command that is written.
const WRITTEN: u64 = 1;
/// A command that is chosen on a person.
const ON_PERSON: u64 = 2;
/// A command that is chosen on a message.
const ON_MESSAGE: u64 = 3;

/// What somebody did; `None` for what is not for the desk.
pub(super) fn read(interaction: Interaction, raw: &Value) -> Option<Incoming> {
    let author = interaction.author().filter(|author| !author.bot)?;
    let data = &interaction.data;
    let (input, kind) = match (interaction.kind, data.kind) {
        (2, Some(WRITTEN) | None) => (Input::Text(command(data)?), 'c'),
        (2, Some(ON_PERSON)) => (point(data)?, 'c'),
        (2, Some(ON_MESSAGE)) => (Input::Text(report(&interaction)?), 'c'),
        (3, _) => (press(&interaction)?, 'b'),
        (5, _) => {
            let code = data.custom_id.clone()?;
            let fields = read_fields(&raw["data"]);
            let files = read_files(&raw["data"]).into_iter();
            let files = files.filter_map(|key| data.resolved.attachments.get(key));
            let attachments = files.map(|file| attachment(file, String::new())).collect();
            (Input::Submit { code, fields, attachments }, 'm')
        }
        _ => return None,
    };
    let place = chat(interaction.guild_id.as_deref(), interaction.channel_id.as_deref(), author);
    let sender = sender(author, interaction.locale.clone());
    let author = author.id.clone();
    let arrived = Arrived { id: interaction.id, token: interaction.token, kind };
    let token = format!("{}{author}", arrived.key());
    Some(Incoming {
        channel: ChannelKind::Discord,
        chat: place,
        sender,
        input,
        reply_to: None,
        server: interaction.guild_id,
        token: Some(token),
    })
}

/// An interaction that cannot be read, as far as it takes to answer it; `None` where that is not known
/// either.
pub(super) fn unreadable(raw: &Value, field: String) -> Option<Incoming> {
    let text = |path: &str| raw.pointer(path).and_then(Value::as_str);
    let kind = match raw["type"].as_u64()? {
        2 => 'c',
        3 => 'b',
        5 => 'm',
        _ => return None,
    };
    let author = text("/member/user/id").or_else(|| text("/user/id"))?;
    author.parse::<u64>().ok()?;
    let arrived = Arrived { id: text("/id")?.to_owned(), token: text("/token")?.to_owned(), kind };
    let program = ["/member/user/bot", "/user/bot"]
        .into_iter()
        .any(|path| raw.pointer(path).and_then(Value::as_bool) == Some(true));
    if program {
        return None;
    }
    let language = text("/locale").map(str::to_owned);
    Some(Incoming {
        channel: ChannelKind::Discord,
        chat: Chat { key: format!("@{author}"), kind: ChatKind::Private },
        sender: Sender { key: author.to_owned(), name: author.to_owned(), language },
        input: Input::Unreadable(field),
        reply_to: None,
        server: None,
        token: Some(format!("{}{author}", arrived.key())),
    })
}

/// `/name value value …`, in the order and the spelling in which the command takes them; the platform
/// sends the options in the order in which they were filled in. Of options that the command does not
/// have, numbers come first.
fn command(data: &Data) -> Option<String> {
    let name = data.name.as_deref()?;
    let mut line = format!("/{name}");
    let mut values = Vec::new();
    collect(&data.options, data, &mut line, &mut values);
    let takes = find(name).map_or(&[][..], |command| command.argument.parameters());
    let place = |option: &CommandOption| takes.iter().position(|known| known.name() == option.name);
    values.sort_by_key(|(option, value)| {
        (place(option).unwrap_or(takes.len()), option.kind != INTEGER, !is_number(value))
    });
    for (option, value) in values {
        line.push(' ');
        match place(option) {
            Some(at) => line.push_str(&takes[at].spelled(&value)),
            None => line.push_str(&value),
        }
    }
    Some(line)
}

fn collect<'o>(
    options: &'o [CommandOption],
    data: &Data,
    line: &mut String,
    values: &mut Vec<(&'o CommandOption, String)>,
) {
    for option in options {
        if GROUPS.contains(&option.kind) {
            line.push(' ');
            line.push_str(&option.name);
            collect(&option.options, data, line, values);
            continue;
        }
        let value = match &option.value {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Null) | None => continue,
            Some(other) => other.to_string(),
        };
        let file = data.resolved.attachments.get(&value).filter(|_| option.kind == ATTACHMENT);
        let value = file.map_or(value, |file| lasting(&file.url));
        if !value.is_empty() {
            values.push((option, value));
        }
    }
}

fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix('#').unwrap_or(value);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A person whom somebody pointed at is whom a ticket is wanted for.
fn point(data: &Data) -> Option<Input> {
    let person = data.resolved.users.get(data.target_id.as_ref()?)?;
    Some(Input::OpenFor { person: sender(person, None), program: person.bot || person.system })
}

/// A message that somebody pointed at becomes what they report, with the way back to it.
fn report(interaction: &Interaction) -> Option<String> {
    let data = &interaction.data;
    let reported = data.resolved.messages.get(data.target_id.as_ref()?)?;
    let mut lines = vec![format!("/{} {}", new::COMMAND.spanish, reported.content.trim())];
    lines.extend(reported.attachments.iter().map(|file| lasting(&file.url)));
    lines.push(link(reported, interaction.guild_id.as_deref()));
    Some(lines.join("\n"))
}

fn link(message: &Reported, guild: Option<&str>) -> String {
    let guild = guild.unwrap_or("@me");
    format!("https://discord.com/channels/{guild}/{}/{}", message.channel_id, message.id)
}

/// A button says its own code; a menu says that of the entry that was chosen.
fn press(interaction: &Interaction) -> Option<Input> {
    let data = &interaction.data;
    let code = data.values.first().or(data.custom_id.as_ref())?.clone();
    let message = interaction.message.as_ref();
    let message = message.map(|message| format!("{}/{}", message.channel_id, message.id));
    Some(Input::Press { code, message })
}
