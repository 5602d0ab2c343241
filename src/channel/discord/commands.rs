//! The commands that Discord lists, made from the one catalogue in both languages, and registered
//! only when they differ from what is registered. With a server configured, that server holds the
//! whole set and the global set is limited to private messages, because commands of a server never
//! appear there; without one, the global set serves both. A server that is not the configured one
//! holds none of ours, so that a person is offered each command once. Deliberately absent: retries, which belong to the running desk, and who may do what. A command
//! that the platform hides from somebody is hidden for tidiness; the desk decides when it is run.

use serde_json::{Map, Value, json};

use super::{Discord, Failure, http::Call, render::clip};
use crate::{
    chat::{
        commands::{Command, Parameter},
        outgoing::Audience,
        view::help::help_key,
        wording::say,
    },
    domain::locale::Locale,
};

/// Discord's names of Spanish. English needs none: it is what every other language sees.
const SPANISH: [&str; 2] = ["es-419", "es-ES"];
/// The longest help line.
const HELP: usize = 100;
/// The fields of a command, and of what it takes, that we set.
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
/// Where a global command is offered.
const CONTEXTS: &str = "contexts";
/// The context of a server.
const IN_SERVERS: u8 = 0;
/// The context of the private chat with the bot.
const IN_PRIVATE: u8 = 1;
/// What the platform adds to a command and does not take back in a registration.
const ASSIGNED: [&str; 4] = ["id", "application_id", "guild_id", "version"];

/// Where a set of commands is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// In every server and in private messages.
    Global,
    /// In one server.
    Server(u64),
}
/// What somebody needs in a server to be shown a command, unless its administrators decide otherwise.
const PERMISSIONS: &str = "default_member_permissions";
/// The permission to manage a server.
const MANAGE_GUILD: u64 = 1 << 5;

/// Everything that is registered, of the commands that the desk has a use for. Where there is a `staff` permission, what belongs to the desk's
/// staff is offered to whoever has it; what belongs to its heads, to whoever manages the server.
pub fn commands(listed: impl Iterator<Item = &'static Command>, staff: Option<u64>) -> Value {
    let listed = listed.map(|known| (command(known), known.audience));
    let pointed = [(report(), Audience::Requester), (open_for(), Audience::Technician)];
    let all = listed.chain(pointed);
    all.map(|(mut entry, audience)| {
        if let Some(permission) = needed(audience, staff) {
            entry[PERMISSIONS] = json!(permission);
        }
        entry
    })
    .collect()
}

/// What somebody needs to be offered the commands of an audience.
fn needed(audience: Audience, staff: Option<u64>) -> Option<u64> {
    match audience {
        Audience::Requester => None,
        Audience::Technician => staff,
        Audience::Supervisor | Audience::Administrator => staff.and(Some(MANAGE_GUILD)),
    }
}

/// The name of the command on a message that reports it, as it arrives when it is run.
pub fn report_name() -> String {
    say(Locale::En, "report-message", &[])
}

fn command(command: &Command) -> Value {
    let key = help_key(command);
    let mut entry = named(command.english, command.spanish);
    describe(&mut entry, &key);
    entry.insert("type".to_owned(), json!(1));
    let options = command.argument.parameters().iter().map(|parameter| option(*parameter));
    entry.insert("options".to_owned(), options.collect());
    Value::Object(entry)
}

fn report() -> Value {
    let mut entry = named(&report_name(), &say(Locale::Es, "report-message", &[]));
    entry.insert("type".to_owned(), json!(3));
    Value::Object(entry)
}

fn open_for() -> Value {
    let name = |locale| say(locale, "open-for", &[]);
    let mut entry = named(&name(Locale::En), &name(Locale::Es));
    entry.insert("type".to_owned(), json!(2));
    Value::Object(entry)
}

/// Whatever is left out is asked for, so nothing is required.
fn option(parameter: Parameter) -> Value {
    let key = format!("option-{}", parameter.name());
    let mut entry = named(parameter.name(), &say(Locale::Es, &key, &[]));
    describe(&mut entry, &format!("{key}-help"));
    let number = parameter == Parameter::Ticket;
    entry.insert("type".to_owned(), json!(if number { 4 } else { 3 }));
    if number {
        entry.insert("min_value".to_owned(), json!(1));
    }
    // Words are one's own; everything else can be suggested.
    if parameter != Parameter::Text {
        entry.insert("autocomplete".to_owned(), json!(true));
    }
    Value::Object(entry)
}

fn named(english: &str, spanish: &str) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("name".to_owned(), json!(english));
    entry.insert("name_localizations".to_owned(), spanish_only(spanish));
    entry
}

fn describe(entry: &mut Map<String, Value>, key: &str) {
    let line = |locale| clip(&say(locale, key, &[]), HELP);
    entry.insert("description".to_owned(), json!(line(Locale::En)));
    entry.insert("description_localizations".to_owned(), spanish_only(&line(Locale::Es)));
}

fn spanish_only(text: &str) -> Value {
    SPANISH.iter().map(|locale| ((*locale).to_owned(), json!(text))).collect()
}

/// What of registered commands can be compared with ours: our fields, without those that say no
/// more than their absence, in an order of its own.
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
            Value::Array(contexts) if field == CONTEXTS => sorted(contexts),
            Value::Array(options) => options.iter().map(essence).collect(),
            // Permissions go as a number and come back as its digits.
            Value::String(digits) if field == PERMISSIONS => json!(digits.parse::<f64>().ok()),
            // A number that went through the platform may come back with a fraction.
            Value::Number(number) => json!(number.as_f64()),
            other => other.clone(),
        };
        entry.insert(field.to_owned(), kept);
    }
    Value::Object(entry)
}

/// Numbers in the order of their size.
fn sorted(numbers: &[Value]) -> Value {
    let mut numbers: Vec<u64> = numbers.iter().filter_map(Value::as_u64).collect();
    numbers.sort_unstable();
    json!(numbers)
}

/// The same commands, offered in these contexts only.
fn offered_in(contexts: &[u8], mut commands: Value) -> Value {
    for command in commands.as_array_mut().into_iter().flatten() {
        command[CONTEXTS] = json!(contexts);
    }
    commands
}

/// What stays of the commands of a server when ours are taken away; `None` when none is ours.
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
    /// The places in which this desk registers its commands.
    pub fn command_scopes(&self) -> Vec<Scope> {
        // The global set is limited first: until then a member of the server would see both.
        [Some(Scope::Global), self.guild_id.map(Scope::Server)].into_iter().flatten().collect()
    }

    /// Registers the commands wherever they belong. Gives whether anything changed.
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

    /// Brings the commands registered in one place to what they should be there, unless they are:
    /// in a server that is not the configured one, ours are removed. Gives whether anything changed.
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
        let all = commands(listed.iter().copied(), self.staff_permission);
        let there = self.http.ask(Call::get(format!("{path}?with_localizations=true"))).await?;
        let wanted = match (scope, self.guild_id) {
            (Scope::Global, None) => offered_in(&[IN_SERVERS, IN_PRIVATE], all),
            (Scope::Global, Some(_)) => offered_in(&[IN_PRIVATE], all),
            (Scope::Server(server), Some(own)) if server == own => all,
            (Scope::Server(_), _) => match without_ours(&there, &all) {
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

    /// Checks what the platform would refuse.
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
    fn every_command_is_one_that_the_platform_takes() {
        let commands = commands(CATALOGUE.iter(), None);
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
    fn what_the_platform_adds_makes_no_difference() {
        let wanted = commands(CATALOGUE.iter(), None);
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
    fn only_our_commands_are_taken_out_of_another_server() {
        let ours = commands(CATALOGUE.iter(), None);
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
    fn contexts_are_compared_whatever_their_order() {
        let wanted = offered_in(&[0, 1], commands(CATALOGUE.iter(), None));
        let there = offered_in(&[1, 0], commands(CATALOGUE.iter(), None));
        assert_eq!(comparable(&there), comparable(&wanted));
        let private = offered_in(&[1], commands(CATALOGUE.iter(), None));
        assert_ne!(comparable(&private), comparable(&wanted));
    }

    #[test]
    fn only_what_belongs_to_staff_asks_for_a_permission() {
        let messages = 1 << 13;
        let shown = commands(CATALOGUE.iter(), Some(messages));
        for (entry, known) in shown.as_array().unwrap().iter().zip(CATALOGUE) {
            let asked = match known.audience {
                Audience::Requester => None,
                Audience::Technician => Some(messages),
                Audience::Supervisor | Audience::Administrator => Some(MANAGE_GUILD),
            };
            assert_eq!(entry[PERMISSIONS].as_u64(), asked, "{entry}");
        }
        assert_eq!(needed(Audience::Administrator, None), None);
        let mut there = shown.clone();
        for command in there.as_array_mut().unwrap() {
            command[PERMISSIONS] = command[PERMISSIONS].as_u64().map(|n| n.to_string()).into();
        }
        assert_eq!(comparable(&there), comparable(&shown));
        assert_ne!(comparable(&there), comparable(&commands(CATALOGUE.iter(), None)));
        assert_ne!(comparable(&there), comparable(&commands(CATALOGUE.iter(), Some(MANAGE_GUILD))));
    }
}
