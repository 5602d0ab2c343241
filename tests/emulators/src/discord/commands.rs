//! Interactions that users start: commands, buttons and select menus. A user can use only what
//! Discord's own clients would show them; anything else fails the test.

use serde_json::{Map, Value, json};

use super::{
    BOT_ID, Emulator, catalogue,
    ledger::Post,
    objects,
    state::{Interaction, State},
};

/// The user runs a slash command in a channel; `name` may include subcommands. Returns the id of
/// the interaction.
#[derive(Clone, Copy)]
pub struct Origin {
    pub user: u64,
    pub channel: u64,
}

/// The user has typed `partial` into an option of a slash command. [`Emulator::choices`] returns
/// the suggestions.
pub struct Typing<'a> {
    /// Like [`types`](Self::types), with other options already filled in.
    pub command: &'a str,
    pub option: &'a str,
    pub partial: &'a str,
    /// The user runs a command of the message context menu.
    pub before: &'a [(&'a str, Value)],
}

impl<'a> Typing<'a> {
    /// The user runs a command of the user context menu.
    pub fn new(command: &'a str, option: &'a str, partial: &'a str) -> Self {
        Self { command, option, partial, before: &[] }
    }

    /// The same after these options were filled in.
    pub fn after(self, before: &'a [(&'a str, Value)]) -> Self {
        Self { before, ..self }
    }
}

/// The slash commands that the client shows the user in a channel.
#[derive(Clone, Copy)]
pub struct MenuRef<'a> {
    pub message: u64,
    pub code: &'a str,
}

impl Emulator {
    /// The user presses a button. The button must be on the message, or must have been on an
    /// earlier version of it: the message may be edited while the user presses.
    pub fn uses_command(
        &self,
        user: u64,
        channel: u64,
        name: &str,
        given: &[(&str, Value)],
    ) -> u64 {
        self.change(|state| {
            let origin = Origin { user, channel };
            let data = slash(state, origin, name, given, None);
            state.interact(2, origin, data, None)
        })
    }

    /// The user chooses options from a select menu of a message.
    pub fn types(&self, user: u64, channel: u64, typing: &Typing<'_>) -> u64 {
        self.change(|state| {
            let mut given = typing.before.to_vec();
            given.push((typing.option, json!(typing.partial)));
            let origin = Origin { user, channel };
            let data = slash(state, origin, typing.command, &given, Some(typing.option));
            state.interact(4, origin, data, None)
        })
    }

    /// Every interaction so far becomes too old for a first response.
    pub fn uses_on_message(&self, user: u64, channel: u64, message: u64, name: &str) -> u64 {
        self.change(|state| {
            let post = state.post(channel, message).cloned();
            let post = post.unwrap_or_else(|| panic!("there is no message {message}"));
            let told = objects::message(state, &post);
            let resolved = json!({"messages": {message.to_string(): told}});
            let origin = Origin { user, channel };
            let command = state.offered(origin, 3, name);
            state.interact(2, origin, on_target(&command, message, resolved), None)
        })
    }

    /// Dispatches the same interaction again, as happens when a session resumes.
    pub fn uses_on_user(&self, user: u64, channel: u64, target: u64, name: &str) -> u64 {
        self.change(|state| {
            let resolved = people(state, channel, &[target]);
            let origin = Origin { user, channel };
            let command = state.offered(origin, 2, name);
            state.interact(2, origin, on_target(&command, target, resolved), None)
        })
    }

    /// The user repeats an interaction that the client reported as failed, if it is still possible.
    /// Returns the id of the new interaction.
    pub fn offers(&self, user: u64, channel: u64) -> Vec<String> {
        self.change(|state| {
            let guild = state.channel(channel).guild;
            let held = state.user(user).permissions;
            let scopes = guild.map(Some).into_iter().chain([None]);
            let known = scopes.filter_map(|scope| state.commands.get(&scope));
            let open = |command: &&Value| {
                fits(command, guild)
                    && (guild.is_none() || held & needed(command) == needed(command))
            };
            let slash = known.flatten().filter(|command| catalogue::kind_of(command) == 1);
            let names = slash.filter(open).filter_map(|command| command["name"].as_str());
            names.map(str::to_owned).collect()
        })
    }

    /// The payload of an interaction.
    pub fn presses(&self, user: u64, channel: u64, message: u64, code: &str) -> u64 {
        self.change(|state| {
            let post = pressable(state, user, channel, message, code);
            let data = json!({"custom_id": code, "component_type": 2, "id": 1});
            state.interact(3, Origin { user, channel }, data, Some(post))
        })
    }

    /// Stores an interaction and dispatches it to the gateway, unless interactions go to a webhook
    /// address.
    pub fn selects(&self, user: u64, channel: u64, menu: MenuRef<'_>, values: &[&str]) -> u64 {
        let MenuRef { message, code } = menu;
        self.change(|state| {
            let post = pressable(state, user, channel, message, code);
            let mut kind = 3;
            super::components::walk(&post.components, &mut |part| {
                if part["custom_id"] == code {
                    kind = part["type"].as_u64().unwrap_or(3);
                    let options = part["options"].as_array().cloned().unwrap_or_default();
                    let offered =
                        |value: &str| options.iter().any(|option| option["value"] == value);
                    let all = kind != 3 || values.iter().all(|value| offered(value));
                    assert!(all, "{values:?} are not among {options:?}");
                }
            });
            let data =
                json!({"custom_id": code, "component_type": kind, "id": 1, "values": values});
            state.interact(3, Origin { user, channel }, data, Some(post))
        })
    }

    /// The command with this name that the client shows in a channel: the guild's command or the
    /// global one. In a direct message every command is shown.
    pub fn interactions_expire(&self) {
        self.change(|state| state.interactions.values_mut().for_each(|known| known.expired = true));
    }

    /// Whether the command's contexts allow guild channels, or direct messages when `guild` is
    /// `None`.
    pub fn repeats_interaction(&self, interaction: u64) {
        self.change(|state| {
            let payload = state.interactions[&interaction].payload.clone();
            state.dispatch("INTERACTION_CREATE", 0, &payload);
        });
    }

    /// The permissions that a guild member needs for the command.
    pub fn tries_again(&self, interaction: u64) -> Option<u64> {
        self.change(|state| {
            let failed = &state.interactions[&interaction];
            let kind = failed.kind;
            let source = failed.source;
            let origin = Origin { user: failed.user, channel: failed.channel };
            let data = failed.payload["data"].clone();
            let post = source.and_then(|source| state.post(origin.channel, source).cloned());
            (source.is_some() == post.is_some()).then(|| state.interact(kind, origin, data, post))
        })
    }

    /// The data of a slash command, with its options nested and typed as registered.
    pub fn interaction(&self, interaction: u64) -> Value {
        self.change(|state| state.interactions[&interaction].payload.clone())
    }
}

impl State {
    /// The `users` and `members` that an interaction resolves.
    pub fn interact(
        &mut self,
        kind: u64,
        origin: Origin,
        data: Value,
        source: Option<Post>,
    ) -> u64 {
        let Origin { user, channel } = origin;
        let id = self.next_id();
        let token = format!("aW50ZXJhY3Rpb246canary{id}");
        let place = self.channel(channel);
        let guild = place.guild;
        let recipient = place.recipient;
        assert!(recipient.is_none_or(|one| one == user), "{channel} is somebody else's");
        assert!(place.lets_in(user), "{user} is not in {channel}");
        assert!(!place.archived, "in an archived thread nothing can be used");
        let mut told = objects::channel(place);
        told["permissions"] = objects::PERMISSIONS.to_string().into();
        let mut payload = json!({
            "id": id.to_string(), "application_id": BOT_ID.to_string(), "type": kind, "data": data,
            "token": token, "version": 1, "channel_id": channel.to_string(), "channel": told,
            "locale": self.user(user).locale, "app_permissions": objects::PERMISSIONS.to_string(),
            "entitlements": [], "attachment_size_limit": 10_485_760,
        });
        let person = self.user(user);
        if let Some(guild) = guild {
            let mut member = objects::member(person, true);
            member["permissions"] = person.permissions.to_string().into();
            objects::merge(
                &mut payload,
                json!({
                    "guild_id": guild.to_string(), "guild_locale": "es-ES", "member": member,
                    "guild": {"id": guild.to_string(), "locale": "es-ES", "features": []},
                    "context": 0, "authorizing_integration_owners": {"0": guild.to_string()},
                }),
            );
        } else {
            objects::merge(
                &mut payload,
                json!({
                    "user": objects::user(person), "context": 1,
                    "authorizing_integration_owners": {"0": "0"},
                }),
            );
        }
        if let Some(post) = &source {
            payload["message"] = objects::message(self, post);
        }
        let told = if self.over_http { vec![] } else { self.listeners(guild) };
        let open = |name: &String| self.gateway.sessions[name].socket.is_some();
        let heard = told.iter().any(open);
        let interaction = Interaction {
            id,
            token,
            kind,
            user,
            channel,
            payload: payload.clone(),
            at: self.now(),
            told,
            heard,
            expired: false,
            answered: None,
            original: None,
            followups: Default::default(),
            source: source.map(|post| post.message_id),
            choices: None,
        };
        self.interactions.insert(id, interaction);
        if !self.over_http {
            self.dispatch("INTERACTION_CREATE", 0, &payload);
        }
        id
    }

    /// The message that has or had this button, if the user can see the message.
    fn offered(&mut self, origin: Origin, kind: u64, name: &str) -> Value {
        let Origin { user, channel } = origin;
        let guild = self.channel(channel).guild;
        let scopes = [guild, None];
        let mut known = scopes.iter().filter_map(|scope| self.commands.get(scope)).flatten();
        let named = |known: &&Value| known["name"] == name && catalogue::kind_of(known) == kind;
        let found = known.find(named).cloned();
        let found = found.unwrap_or_else(|| panic!("no command {name:?} is offered in {channel}"));
        assert!(fits(&found, guild), "the command {name:?} is not offered in this kind of channel");
        let needed = needed(&found);
        let may = guild.is_none() || self.user(user).permissions & needed == needed;
        assert!(may, "the command {name:?} is not offered to {user}, who lacks {needed}");
        found
    }
}

/// Whether a command is offered in a guild's channels, or in private.
fn fits(command: &Value, guild: Option<u64>) -> bool {
    let here = if guild.is_some() { 0 } else { 1 };
    let contexts = command["contexts"].as_array();
    contexts.is_none_or(|contexts| contexts.contains(&json!(here)))
}

/// What somebody needs in a guild to be offered a command.
fn needed(command: &Value) -> u64 {
    objects::snowflake(&command["default_member_permissions"]).unwrap_or_default()
}

/// The data of a slash command, its options nested and typed as they are registered.
fn slash(
    state: &mut State,
    origin: Origin,
    name: &str,
    given: &[(&str, Value)],
    focused: Option<&str>,
) -> Value {
    let mut words = name.split_whitespace();
    let root = words.next().unwrap_or_default();
    let command = state.offered(origin, 1, root);
    let mut path = Vec::new();
    let mut level = command.clone();
    for word in words {
        level = option_of(&level, word);
        path.push((word.to_owned(), level["type"].clone()));
    }
    let mut persons = Vec::new();
    let mut options: Vec<Value> = Vec::new();
    for (name, value) in given {
        let known = option_of(&level, name);
        let mut option = json!({"name": name, "type": known["type"], "value": value});
        if focused == Some(name) {
            assert!(known["autocomplete"] == true, "nothing is suggested for {name}");
            option["focused"] = true.into();
        } else if known["type"] == 6 {
            persons.extend(objects::snowflake(value));
        }
        options.push(option);
    }
    for known in level["options"].as_array().into_iter().flatten() {
        let there = given.iter().any(|(name, _)| known["name"] == *name);
        let enough = focused.is_some() || known["required"] != true || there;
        assert!(enough, "{} of /{name} is required", known["name"]);
    }
    for (word, kind) in path.into_iter().rev() {
        options = vec![json!({"name": word, "type": kind, "options": options})];
    }
    let mut data = json!({"id": command["id"], "name": root, "type": 1, "options": options});
    if let Some(guild) = command.get("guild_id") {
        data["guild_id"] = guild.clone();
    }
    if !persons.is_empty() {
        data["resolved"] = people(state, origin.channel, &persons);
    }
    data
}

fn option_of(level: &Value, name: &str) -> Value {
    let mut options = level["options"].as_array().into_iter().flatten();
    let found = options.find(|option| option["name"] == name).cloned();
    found.unwrap_or_else(|| panic!("{} has no option {name:?}", level["name"]))
}

fn on_target(command: &Value, target: u64, resolved: Value) -> Value {
    json!({
        "id": command["id"], "name": command["name"], "type": catalogue::kind_of(command),
        "target_id": target.to_string(), "resolved": resolved,
    })
}

/// People as an interaction speaks of them.
fn people(state: &mut State, channel: u64, ids: &[u64]) -> Value {
    let in_guild = state.channel(channel).guild.is_some();
    let mut users = Map::new();
    let mut members = Map::new();
    for id in ids {
        if *id == BOT_ID {
            users.insert(id.to_string(), objects::bot());
            continue;
        }
        let person = state.user(*id);
        users.insert(id.to_string(), objects::user(person));
        let mut member = objects::member(person, false);
        member["permissions"] = person.permissions.to_string().into();
        members.insert(id.to_string(), member);
    }
    if in_guild { json!({"users": users, "members": members}) } else { json!({"users": users}) }
}

/// The message that a button hangs or hung on, if this person sees it.
fn pressable(state: &mut State, user: u64, channel: u64, message: u64, code: &str) -> Post {
    let post = state.post(channel, message).cloned();
    let post = post.unwrap_or_else(|| panic!("there is no message {message} in {channel}"));
    assert!(post.only_for.is_none_or(|one| one == user), "{user} does not see {message}");
    assert!(post.codes.iter().any(|known| known == code), "{code} never hung on {message}");
    post
}
