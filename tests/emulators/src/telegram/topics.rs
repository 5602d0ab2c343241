//! Forum topics, and groups that refuse the bot's messages.

use super::{Emulator, updates};

impl Emulator {
    /// Creates an open topic in a forum.
    pub fn opens_topic(&self, group: i64, topic: i64) {
        self.change(|state| state.chat(group).topics.open.insert(topic, true));
    }

    /// Closes a topic to the bot.
    pub fn closes_topic(&self, group: i64, topic: i64) {
        self.change(|state| state.chat(group).topics.open.insert(topic, false));
    }

    /// Deletes a topic; the bot is not told.
    pub fn deletes_topic(&self, group: i64, topic: i64) {
        self.change(|state| state.chat(group).topics.open.remove(&topic));
    }

    /// Closes the General topic to the bot, or opens it again.
    pub fn closes_general(&self, group: i64, closed: bool) {
        self.change(|state| state.chat(group).topics.general_closed = closed);
    }

    /// Refuses every message to a group with this code and description; `None` ends it.
    pub fn refuses_messages(&self, group: i64, refusal: Option<(u16, &str)>) {
        self.change(|state| {
            state.chat(group).refusal = refusal.map(|(code, text)| (code, text.to_owned()));
        });
    }

    /// The user writes in a topic.
    pub fn says_in_topic(&self, user: i64, group: i64, topic: i64, text: &str) -> i64 {
        let mut content = updates::text(text);
        content["message_thread_id"] = topic.into();
        content["is_topic_message"] = true.into();
        self.writes(user, group, content)
    }

    /// The bot's messages in a topic, oldest first.
    pub fn read_topic(&self, group: i64, topic: i64) -> Vec<String> {
        let in_topic = self.change(|state| state.chat(group).topics.messages.clone());
        let posts = self.messages(group).into_iter();
        let here = posts.filter(|post| in_topic.get(&post.message_id) == Some(&topic));
        here.map(|post| post.text).collect()
    }

    /// The user adds the bot to a group again.
    pub fn readds_bot(&self, user: i64, group: i64) -> i64 {
        self.change(|state| {
            state.chat(group).kicked = false;
            super::people::membership(state, user, group, "left", "member")
        })
    }
}
