//! What people told the bot, and whether it can know: the platform's own memory, to hold against a
//! desk's.

use std::time::Duration;

use super::{BOT_ID, Emulator, lock};

/// Something that somebody did and that waited for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The interaction.
    pub id: u64,
    /// Who.
    pub user: u64,
    /// As the platform numbers it: 2 command, 3 component, 4 autocomplete, 5 modal.
    pub kind: u64,
    /// When, by the platform's clock.
    pub at: Duration,
    /// Whether the bot was listening.
    pub heard: bool,
    /// Whether the bot has heard it or will when it takes a session up again.
    pub may_be_heard: bool,
    /// The kind of the first answer, once there is one.
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

    /// Who used an interaction.
    pub fn user_of(&self, interaction: u64) -> Option<u64> {
        lock(&self.inner.state).interactions.get(&interaction).map(|known| known.user)
    }

    /// The keys of everything that people wrote to the bot in private, with who did, oldest first.
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

    /// How long the platform has been running by its own clock.
    pub fn clock(&self) -> Duration {
        lock(&self.inner.state).now()
    }
}
