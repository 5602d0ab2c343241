//! What users told the bot, and whether the bot can know it: Discord's record, for comparison with
//! the desk's database.

use std::time::Duration;

use super::{BOT_ID, Emulator, lock};

/// An interaction that a user started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub id: u64,
    pub user: u64,
    /// Discord's interaction type: 2 command, 3 component, 4 autocomplete, 5 modal.
    pub kind: u64,
    /// When it was started, by Discord's clock.
    pub at: Duration,
    /// Whether the bot had a socket.
    pub heard: bool,
    /// Whether the bot has received it, or will when it resumes a session.
    pub may_be_heard: bool,
    /// The type of the first response, once there is one.
    pub answered: Option<u64>,
}

impl Emulator {
    /// Every interaction, oldest first.
    pub fn interactions(&self) -> Vec<Told> {
        let state = lock(&self.inner.state);
        let told = |known: &super::state::Interaction| Told {
            id: known.id,
            user: known.user,
            kind: known.kind,
            at: known.at,
            heard: known.heard,
            may_be_heard: known.told.iter().any(|name| state.gateway.may_go_on(name, state.now())),
            answered: known.answered,
        };
        state.interactions.values().map(told).collect()
    }

    /// The user who started an interaction.
    pub fn user_of(&self, interaction: u64) -> Option<u64> {
        lock(&self.inner.state).interactions.get(&interaction).map(|known| known.user)
    }

    /// The id and author of every direct message to the bot, oldest first.
    pub fn written_in_private(&self) -> Vec<(u64, u64)> {
        let state = lock(&self.inner.state);
        let private = state.channels.values().filter(|place| place.recipient.is_some());
        let posts = private.flat_map(|place| place.posts.values());
        let mut written: Vec<(u64, u64)> = posts
            .filter(|post| post.author != BOT_ID)
            .map(|post| (post.message_id, post.author))
            .collect();
        written.sort_unstable();
        written
    }

    /// The time since the emulator started, by Discord's clock.
    pub fn clock(&self) -> Duration {
        lock(&self.inner.state).now()
    }
}
