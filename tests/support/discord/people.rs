//! The people side: who is there, what they write, and what they do to channels.

use serde_json::{Value, json};

use super::{
    super::upload::Upload,
    Emulator, channels, messages, objects,
    state::{Channel, ChannelKind, Guild, Intents, User},
};

impl Emulator {
    /// A person with an account, in no guild yet. `locale` is the language of their app.
    pub fn add_user(&self, id: u64, name: &str, locale: &str) {
        let user = User {
            id,
            name: name.to_owned(),
            locale: locale.to_owned(),
            dms_closed: false,
            direct: None,
            permissions: objects::PERMISSIONS,
            modal: None,
        };
        self.change(|state| state.users.insert(id, user));
    }

    /// A guild that the bot is in.
    pub fn add_guild(&self, id: u64, name: &str) {
        let guild = Guild { id, name: name.to_owned(), members: Default::default() };
        self.change(|state| {
            let told = objects::guild(state, &guild);
            state.guilds.insert(id, guild);
            state.dispatch("GUILD_CREATE", Intents::GUILDS, &told);
        });
    }

    /// A channel of a guild.
    pub fn add_channel(&self, id: u64, guild: u64, kind: ChannelKind, name: &str) {
        let mut place = Channel::new(id, kind, name);
        place.guild = Some(guild);
        self.change(|state| {
            assert!(state.guilds.contains_key(&guild), "nobody has added the guild {guild}");
            let told = objects::channel(&place);
            state.channels.insert(id, place);
            state.dispatch("CHANNEL_CREATE", Intents::GUILDS, &told);
        });
    }

    /// Somebody comes into a guild.
    pub fn joins(&self, guild: u64, user: u64) {
        self.change(|state| {
            let mut told = objects::member(state.user(user), true);
            told["guild_id"] = guild.to_string().into();
            let place = state.guilds.get_mut(&guild);
            place
                .unwrap_or_else(|| panic!("nobody has added the guild {guild}"))
                .members
                .insert(user);
            state.dispatch("GUILD_MEMBER_ADD", Intents::GUILD_MEMBERS, &told);
        });
    }

    /// Somebody leaves a guild.
    pub fn leaves(&self, guild: u64, user: u64) {
        self.change(|state| {
            let told =
                json!({"guild_id": guild.to_string(), "user": objects::user(state.user(user))});
            if let Some(place) = state.guilds.get_mut(&guild) {
                place.members.remove(&user);
            }
            state.dispatch("GUILD_MEMBER_REMOVE", Intents::GUILD_MEMBERS, &told);
        });
    }

    /// Somebody throws the bot out of a guild.
    pub fn throws_bot_out(&self, guild: u64) {
        self.change(|state| {
            state.guilds.remove(&guild);
            let told = json!({"id": guild.to_string()});
            state.dispatch("GUILD_DELETE", Intents::GUILDS, &told);
        });
    }

    /// Somebody writes. Returns the key of the message.
    pub fn says(&self, user: u64, channel: u64, text: &str) -> u64 {
        self.writes(user, channel, text, Words::default())
    }

    /// Somebody writes to the bot in private. Returns the key of the message.
    pub fn dms(&self, user: u64, text: &str) -> u64 {
        let channel = self.direct(user);
        self.says(user, channel, text)
    }

    /// The channel between a person and the bot.
    pub fn direct(&self, user: u64) -> u64 {
        self.change(|state| state.direct(user))
    }

    /// Somebody replies to a message. Returns the key of the new one.
    pub fn replies(&self, user: u64, channel: u64, message: u64, text: &str) -> u64 {
        self.writes(user, channel, text, Words { reply_to: Some(message), ..Words::default() })
    }

    /// Somebody sends a file with a message. Returns the key of the message.
    pub fn sends_file(&self, user: u64, channel: u64, name: &str, text: &str) -> u64 {
        self.sends_upload(user, channel, &sample(name), text)
    }

    /// Somebody writes with a file that lies where files lie.
    pub(super) fn writes_with(&self, user: u64, channel: u64, text: &str, file: Value) -> u64 {
        self.writes(user, channel, text, Words { attachments: vec![file], ..Words::default() })
    }

    /// Somebody rewrites a message of theirs.
    pub fn edits(&self, user: u64, channel: u64, message: u64, text: &str) {
        self.change(|state| {
            let now = state.now();
            let post = state.post(channel, message).filter(|post| post.author == user);
            let post = post.unwrap_or_else(|| panic!("{user} has not written {message}"));
            text.clone_into(&mut post.content);
            post.edited = Some(now);
            let post = post.clone();
            state.dispatch_message("MESSAGE_UPDATE", &post);
        });
    }

    /// A message disappears, whoever wrote it; the bot is told.
    pub fn deletes(&self, channel: u64, message: u64) {
        self.change(|state| {
            state.channel(channel).posts.remove(&message);
            state.dispatch_deleted(channel, message);
        });
    }

    /// Somebody deletes a channel with the threads in it.
    pub fn deletes_channel(&self, channel: u64) {
        self.change(|state| channels::disappears(state, channel));
    }

    /// Somebody deletes a thread.
    pub fn deletes_thread(&self, thread: u64) {
        self.deletes_channel(thread);
    }

    /// Somebody in a thread brings somebody else in.
    pub fn brings_in(&self, user: u64, thread: u64, other: u64) {
        self.change(|state| {
            let place = state.channel(thread);
            assert!(place.invitable && place.lets_in(user), "{user} may not bring anybody in");
            place.members.insert(other);
        });
    }

    /// Somebody archives a thread, or it was silent for too long.
    pub fn archives_thread(&self, thread: u64) {
        self.change(|state| {
            state.channel(thread).archived = true;
            let told = objects::channel(state.channel(thread));
            state.dispatch("THREAD_UPDATE", Intents::GUILDS, &told);
        });
    }

    /// Somebody lets the bot write to them no longer.
    pub fn closes_dms(&self, user: u64) {
        self.change(|state| state.user(user).dms_closed = true);
    }

    /// Somebody lets the bot write to them again.
    pub fn opens_dms(&self, user: u64) {
        self.change(|state| state.user(user).dms_closed = false);
    }

    /// Somebody may do only this much in any server.
    pub fn may_only(&self, user: u64, permissions: u64) {
        self.change(|state| state.user(user).permissions = permissions);
    }

    /// A channel denies the bot this much and no more; threads follow their channel.
    pub fn denies_bot(&self, channel: u64, permissions: u64) {
        self.change(|state| state.channel(channel).denied = permissions);
    }

    /// Any event at all.
    pub fn raw_event(&self, event: &str, data: &Value) {
        self.change(|state| state.dispatch(event, 0, data));
    }

    fn writes(&self, user: u64, channel: u64, text: &str, words: Words) -> u64 {
        self.change(|state| {
            state.user(user);
            let place = state.channel(channel);
            assert!(!(place.archived && place.locked), "{channel} is locked");
            assert!(place.lets_in(user), "{user} is not in {channel}");
            if let Some(recipient) = place.recipient {
                assert_eq!(recipient, user, "a private channel has one person in it");
            }
            // Whoever writes in an archived thread wakes it.
            if channels::wake(state, channel).is_err() {
                return 0;
            }
            let mut post = messages::blank(state, channel, user);
            text.clone_into(&mut post.content);
            post.attachments = words.attachments;
            post.reply_to = words.reply_to;
            let id = post.message_id;
            messages::publish(state, post);
            id
        })
    }
}

/// What comes with a message besides its text.
#[derive(Default)]
struct Words {
    reply_to: Option<u64>,
    attachments: Vec<Value>,
}

/// A file with this name, of the kind that its ending says.
pub fn sample(name: &str) -> Upload {
    let upload = match name.rsplit_once('.') {
        Some((_, "png")) => Upload::photo(),
        Some((_, "ogg")) => Upload::voice(),
        _ => Upload::document(name, "Informe"),
    };
    Upload { name: name.to_owned(), ..upload }
}
