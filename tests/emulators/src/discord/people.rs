//! The users' side: accounts and guilds, what users write, and what they do to channels.

use serde_json::{Value, json};

use super::{
    Emulator, channels, messages, objects,
    state::{Channel, ChannelKind, Guild, Intents, User},
};
use crate::upload::Upload;

impl Emulator {
    /// Adds an account that is in no guild yet. `locale` is the language of the user's client.
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

    /// Adds a guild that the bot is in.
    pub fn add_guild(&self, id: u64, name: &str) {
        let guild = Guild { id, name: name.to_owned(), members: Default::default() };
        self.change(|state| {
            let told = objects::guild(state, &guild);
            state.guilds.insert(id, guild);
            state.dispatch("GUILD_CREATE", Intents::GUILDS, &told);
        });
    }

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

    /// The user joins a guild.
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

    /// The user leaves a guild.
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

    /// A guild administrator removes the bot.
    pub fn throws_bot_out(&self, guild: u64) {
        self.change(|state| {
            state.guilds.remove(&guild);
            let told = json!({"id": guild.to_string()});
            state.dispatch("GUILD_DELETE", Intents::GUILDS, &told);
        });
    }

    /// The user writes in a channel. Returns the id of the message.
    pub fn says(&self, user: u64, channel: u64, text: &str) -> u64 {
        self.writes(user, channel, text, Words::default())
    }

    /// The user sends the bot a direct message. Returns the id of the message.
    pub fn dms(&self, user: u64, text: &str) -> u64 {
        let channel = self.direct(user);
        self.says(user, channel, text)
    }

    /// The direct-message channel between a user and the bot.
    pub fn direct(&self, user: u64) -> u64 {
        self.change(|state| state.direct(user))
    }

    /// The user replies to a message. Returns the id of the new message.
    pub fn replies(&self, user: u64, channel: u64, message: u64, text: &str) -> u64 {
        self.writes(user, channel, text, Words { reply_to: Some(message), ..Words::default() })
    }

    /// The user sends a message with a file. Returns the id of the message.
    pub fn sends_file(&self, user: u64, channel: u64, name: &str, text: &str) -> u64 {
        self.sends_upload(user, channel, &sample(name), text)
    }

    /// The user sends a message with a file that is already in the file store.
    pub(super) fn writes_with(&self, user: u64, channel: u64, text: &str, file: Value) -> u64 {
        self.writes(user, channel, text, Words { attachments: vec![file], ..Words::default() })
    }

    /// The user edits a message of their own.
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

    /// Deletes a message of any author and tells the bot.
    pub fn deletes(&self, channel: u64, message: u64) {
        self.change(|state| {
            state.channel(channel).posts.remove(&message);
            state.dispatch_deleted(channel, message);
        });
    }

    /// Deletes a channel with the threads in it.
    pub fn deletes_channel(&self, channel: u64) {
        self.change(|state| channels::disappears(state, channel));
    }

    pub fn deletes_thread(&self, thread: u64) {
        self.deletes_channel(thread);
    }

    /// A member of a thread adds another user.
    pub fn brings_in(&self, user: u64, thread: u64, other: u64) {
        self.change(|state| {
            let place = state.channel(thread);
            assert!(place.invitable && place.lets_in(user), "{user} may not bring anybody in");
            place.members.insert(other);
        });
    }

    /// Archives a thread, as a user or the inactivity timer does.
    pub fn archives_thread(&self, thread: u64) {
        self.change(|state| {
            state.channel(thread).archived = true;
            let told = objects::channel(state.channel(thread));
            state.dispatch("THREAD_UPDATE", Intents::GUILDS, &told);
        });
    }

    /// The user blocks direct messages from the bot.
    pub fn closes_dms(&self, user: u64) {
        self.change(|state| state.user(user).dms_closed = true);
    }

    /// The user allows direct messages from the bot again.
    pub fn opens_dms(&self, user: u64) {
        self.change(|state| state.user(user).dms_closed = false);
    }

    /// Limits the user's permissions in every guild to these.
    pub fn may_only(&self, user: u64, permissions: u64) {
        self.change(|state| state.user(user).permissions = permissions);
    }

    /// Denies the bot these permissions in a channel, instead of those denied before; threads take
    /// the permissions of their channel.
    pub fn denies_bot(&self, channel: u64, permissions: u64) {
        self.change(|state| state.channel(channel).denied = permissions);
    }

    /// Dispatches any event.
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
            // A new message unarchives the thread.
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

/// What accompanies the text of a message.
#[derive(Default)]
struct Words {
    reply_to: Option<u64>,
    attachments: Vec<Value>,
}

/// A file with this name, of the type that its extension stands for.
pub fn sample(name: &str) -> Upload {
    let upload = match name.rsplit_once('.') {
        Some((_, "png")) => Upload::photo(),
        Some((_, "ogg")) => Upload::voice(),
        _ => Upload::document(name, "Informe"),
    };
    Upload { name: name.to_owned(), ..upload }
}
