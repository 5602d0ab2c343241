//! The commands that Discord lists, made from the one catalogue in both languages, and registered only when
//! they differ from the registered ones. With a configured server, that server holds the whole set and the
//! global set is limited to private messages, where the commands of a server never appear; without a
//! configured server, the global set serves both. Any other server holds none of our commands, so that a
//! person sees each command once. Deliberately absent: retries, which belong to the running desk, and the
//! decision which person may do what. Discord hides a command for tidiness; the desk decides when it runs.

use serde_json::{Map, Value, json};
use serenity::all::{
    CommandOptionType, CommandType, CreateCommand, CreateCommandOption, InteractionContext,
    Permissions,
};

use super::{Discord, Failure, http::Call, render::clip};
use crate::{
    chat::{
        catalogue::help_key,
        catalogue::{Command, Parameter},
        outgoing::Audience,
        wording::say,
    },
    domain::locale::Locale,
};

/// Discord's names of Spanish. English is the default of every other language.
const SPANISH: [&str; 2] = ["es-419", "es-ES"];
/// The longest help line.
const HELP: usize = 100;
/// Where a global command is offered.
const CONTEXTS: &str = "contexts";
const PERMISSIONS: &str = "default_member_permissions";
/// The fields of a command and of its options that the desk sets.
const OURS: [&str; 11] = [
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "type",
    "required",
    "autocomplete",
    "min_value",
    "options",
    PERMISSIONS,
    CONTEXTS,
];
/// The fields that the platform adds to a command and does not accept in a registration.
const ASSIGNED: [&str; 4] = ["id", "application_id", "guild_id", "version"];

/// Where a set of commands is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// In every server and in private messages.
    Global,
    /// In one server.
    Server(u64),
}

/// The commands of a listing. With a `staff` permission, the commands of technicians are offered to members
/// who have that permission, and those of supervisors to members who manage the server; the
/// administrators of a server may decide otherwise.
fn commands(
    listed: impl Iterator<Item = &'static Command>,
    staff: Option<Permissions>,
) -> Vec<CreateCommand> {
    let listed = listed.map(|known| offered(command(known), known.audience, staff));
    let pointed = [
        offered(report(), Audience::Requester, staff),
        offered(open_for(), Audience::Technician, staff),
    ];
    listed.chain(pointed).collect()
}

fn offered(command: CreateCommand, to: Audience, staff: Option<Permissions>) -> CreateCommand {
    match needed(to, staff) {
        Some(permission) => command.default_member_permissions(permission),
        None => command,
    }
}

/// The permission that a member needs to be offered the commands of an audience.
fn needed(audience: Audience, staff: Option<Permissions>) -> Option<Permissions> {
    match audience {
        Audience::Requester => None,
        Audience::Technician => staff,
        Audience::Supervisor | Audience::Administrator => {
            staff.and(Some(Permissions::MANAGE_GUILD))
        }
    }
}

/// A text in both languages.
struct Bilingual {
    english: String,
    spanish: String,
}

impl Bilingual {
    fn of(key: &str) -> Self {
        Self { english: say(Locale::En, key, &[]), spanish: say(Locale::Es, key, &[]) }
    }

    fn help(key: &str) -> Self {
        let line = |locale| clip(&say(locale, key, &[]), HELP);
        Self { english: line(Locale::En), spanish: line(Locale::Es) }
    }
}

fn named(name: &Bilingual, kind: CommandType) -> CreateCommand {
    let command = CreateCommand::new(name.english.as_str()).kind(kind);
    SPANISH
        .iter()
        .fold(command, |command, locale| command.name_localized(*locale, name.spanish.as_str()))
}

fn command(known: &Command) -> CreateCommand {
    let name = Bilingual { english: known.english.into(), spanish: known.spanish.into() };
    let help = Bilingual::help(&help_key(known));
    let command = named(&name, CommandType::ChatInput).description(help.english.as_str());
    let command = SPANISH.iter().fold(command, |command, locale| {
        command.description_localized(*locale, help.spanish.as_str())
    });
    let options = known.argument.parameters().iter().map(|parameter| option(*parameter));
    command.set_options(options.collect())
}

/// The command on a message that reports it.
fn report() -> CreateCommand {
    named(&Bilingual::of("report-message"), CommandType::Message)
}

/// The command on a person that opens a ticket for them.
fn open_for() -> CreateCommand {
    named(&Bilingual::of("open-for"), CommandType::User)
}

/// No option is required, because the desk asks for each one that is left out.
fn option(parameter: Parameter) -> CreateCommandOption {
    let key = format!("option-{}", parameter.name());
    let number = parameter == Parameter::Ticket;
    let kind = if number { CommandOptionType::Integer } else { CommandOptionType::String };
    let help = Bilingual::help(&format!("{key}-help"));
    let mut option = CreateCommandOption::new(kind, parameter.name(), help.english.as_str());
    for locale in SPANISH {
        option = option
            .name_localized(locale, say(Locale::Es, &key, &[]))
            .description_localized(locale, help.spanish.as_str());
    }
    if number {
        option = option.min_int_value(1);
    }
    // A person words a text alone; every other value can be suggested.
    option.set_autocomplete(parameter != Parameter::Text)
}

/// The commands, offered in these contexts alone.
fn offered_in(contexts: &[InteractionContext], commands: Vec<CreateCommand>) -> Vec<CreateCommand> {
    commands.into_iter().map(|command| command.contexts(contexts.to_vec())).collect()
}

/// The comparable part of registered commands: the fields that the desk sets, without default values, in a
/// fixed order.
fn comparable(commands: &Value) -> Vec<Value> {
    let mut commands: Vec<Value> = commands.as_array().into_iter().flatten().map(essence).collect();
    commands.sort_by_key(|command| (command["type"].to_string(), command["name"].to_string()));
    commands
}

fn essence(value: &Value) -> Value {
    let mut entry = Map::new();
    for field in OURS {
        let kept = match &value[field] {
            Value::Null | Value::Bool(false) => continue,
            Value::String(text) if text.is_empty() => continue,
            Value::Array(options) if options.is_empty() => continue,
            Value::Object(texts) if texts.is_empty() => continue,
            Value::Array(contexts) if field == CONTEXTS => sorted(contexts),
            Value::Array(options) => options.iter().map(essence).collect(),
            // The platform may return a number with a fraction.
            Value::Number(number) => json!(number.as_f64()),
            other => other.clone(),
        };
        entry.insert(field.to_owned(), kept);
    }
    Value::Object(entry)
}

fn sorted(numbers: &[Value]) -> Value {
    let mut numbers: Vec<u64> = numbers.iter().filter_map(Value::as_u64).collect();
    numbers.sort_unstable();
    json!(numbers)
}

/// The commands of a server without ours; `None` when none of them is ours.
fn without_ours(there: &Value, ours: &Value) -> Option<Value> {
    let key = |command: &Value| (command["name"].clone(), command["type"].as_u64().unwrap_or(1));
    let ours: Vec<_> = ours.as_array().into_iter().flatten().map(key).collect();
    let there = there.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut others: Vec<Value> =
        there.iter().filter(|command| !ours.contains(&key(command))).cloned().collect();
    if others.len() == there.len() {
        return None;
    }
    for command in others.iter_mut().filter_map(Value::as_object_mut) {
        command.retain(|field, value| !ASSIGNED.contains(&field.as_str()) && !value.is_null());
    }
    Some(others.into())
}

impl Discord {
    /// The scopes in which this desk registers its commands.
    pub fn command_scopes(&self) -> Vec<Scope> {
        // The global set comes first: until it is limited, a member of the server sees each command twice.
        [Some(Scope::Global), self.guild_id.map(Scope::Server)].into_iter().flatten().collect()
    }

    /// Registers the commands in each scope of this desk. Returns whether any registration changed.
    ///
    /// # Errors
    /// The first failure.
    pub async fn register_commands(
        &self,
        listed: impl Iterator<Item = &'static Command>,
    ) -> Result<bool, Failure> {
        let listed: Vec<&'static Command> = listed.collect();
        let mut changed = false;
        for scope in self.command_scopes() {
            changed |= self.register_in(scope, &listed).await?;
        }
        Ok(changed)
    }

    /// Registers the commands in one scope where they differ; removes ours from a server that is not the
    /// configured one. Returns whether the registration changed.
    ///
    /// # Errors
    /// The platform's refusal, or the failure of the network.
    pub async fn register_in(
        &self,
        scope: Scope,
        listed: &[&'static Command],
    ) -> Result<bool, Failure> {
        let application = self.application_id;
        let path = match scope {
            Scope::Server(guild) => format!("/applications/{application}/guilds/{guild}/commands"),
            Scope::Global => format!("/applications/{application}/commands"),
        };
        let staff = self.staff_permission.map(Permissions::from_bits_retain);
        let all = commands(listed.iter().copied(), staff);
        let there = self.http.ask(Call::get(format!("{path}?with_localizations=true"))).await?;
        let wanted = match (scope, self.guild_id) {
            (Scope::Global, None) => {
                json!(offered_in(&[InteractionContext::Guild, InteractionContext::BotDm], all))
            }
            (Scope::Global, Some(_)) => json!(offered_in(&[InteractionContext::BotDm], all)),
            (Scope::Server(server), Some(own)) if server == own => json!(all),
            (Scope::Server(_), _) => match without_ours(&there, &json!(all)) {
                Some(others) => others,
                None => return Ok(false),
            },
        };
        if comparable(&there) == comparable(&wanted) {
            return Ok(false);
        }
        self.http.ask(Call::put(path, Some(wanted))).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::chat::commands::CATALOGUE;

    fn listed(staff: Option<Permissions>) -> Value {
        json!(commands(CATALOGUE.iter(), staff))
    }

    /// Fails on what the platform would refuse.
    fn check(entry: &Value) {
        let spanish = entry["name_localizations"]["es-419"].as_str().unwrap();
        let slash = entry.get("description").is_some();
        for name in [entry["name"].as_str().unwrap(), spanish] {
            assert!((1..=32).contains(&name.chars().count()), "{name}");
            let plain = |c: char| c.is_alphanumeric() && !c.is_uppercase() || "-_".contains(c);
            assert!(!slash || name.chars().all(plain), "{name}");
        }
        if slash {
            for line in [&entry["description"], &entry["description_localizations"]["es-ES"]] {
                assert!((1..=HELP).contains(&line.as_str().unwrap().chars().count()), "{line}");
            }
        }
        for option in entry["options"].as_array().into_iter().flatten() {
            check(option);
        }
    }

    #[test]
    fn the_platform_takes_every_command() {
        let commands = listed(None);
        let commands = commands.as_array().unwrap();
        assert_eq!(commands.len(), CATALOGUE.len() + 2);
        commands.iter().for_each(check);
        let spanish: BTreeSet<_> =
            commands.iter().map(|c| c["name_localizations"]["es-419"].to_string()).collect();
        assert_eq!(spanish.len(), commands.len());
        for parameter in CATALOGUE.iter().flat_map(|command| command.argument.parameters()) {
            let name = parameter.name();
            assert_eq!(say(Locale::En, &format!("option-{name}"), &[]), name);
        }
    }

    #[test]
    fn fields_that_the_platform_adds_are_not_compared() {
        let wanted = listed(None);
        let mut there = wanted.clone();
        let list = there.as_array_mut().unwrap();
        list.reverse();
        for command in list.iter_mut() {
            command["id"] = json!("5");
            command["default_member_permissions"] = Value::Null;
            command["nsfw"] = json!(false);
        }
        assert_eq!(comparable(&there), comparable(&wanted));
        there[0]["name"] = json!("other");
        assert_ne!(comparable(&there), comparable(&wanted));
        assert_ne!(comparable(&json!([])), comparable(&wanted));
    }

    #[test]
    fn only_our_commands_are_removed_from_another_server() {
        let ours = listed(None);
        let foreign = json!({"id": "9", "name": "cafeteria", "type": 1, "options": [],
            "guild_id": "7", "version": "1", "application_id": "3", "description": "Menú"});
        let mut there = ours.clone();
        there.as_array_mut().unwrap().push(foreign.clone());
        let left = json!([{"name": "cafeteria", "type": 1, "options": [], "description": "Menú"}]);
        assert_eq!(without_ours(&there, &ours), Some(left));
        assert_eq!(without_ours(&ours, &ours), Some(json!([])));
        assert_eq!(without_ours(&json!([foreign]), &ours), None);
        assert_eq!(without_ours(&json!([]), &ours), None);
    }

    #[test]
    fn contexts_are_compared_in_any_order() {
        use InteractionContext::{BotDm, Guild};
        let offered = |contexts: &[InteractionContext]| {
            json!(offered_in(contexts, commands(CATALOGUE.iter(), None)))
        };
        let wanted = offered(&[Guild, BotDm]);
        let there = offered(&[BotDm, Guild]);
        assert_eq!(comparable(&there), comparable(&wanted));
        let private = offered(&[BotDm]);
        assert_ne!(comparable(&private), comparable(&wanted));
    }

    #[test]
    fn only_commands_of_staff_need_a_permission() {
        let messages = Permissions::MANAGE_MESSAGES;
        let shown = listed(Some(messages));
        for (entry, known) in shown.as_array().unwrap().iter().zip(CATALOGUE) {
            let asked = match known.audience {
                Audience::Requester => None,
                Audience::Technician => Some(messages),
                Audience::Supervisor | Audience::Administrator => Some(Permissions::MANAGE_GUILD),
            };
            let asked = asked.map(|permission| permission.bits().to_string());
            assert_eq!(entry[PERMISSIONS].as_str(), asked.as_deref(), "{entry}");
        }
        assert_eq!(needed(Audience::Administrator, None), None);
        assert_ne!(comparable(&shown), comparable(&listed(None)));
        let other = listed(Some(Permissions::MANAGE_GUILD));
        assert_ne!(comparable(&shown), comparable(&other));
    }
}
