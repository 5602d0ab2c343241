//! The last resort for a deferred interaction: shortly before its token expires, a placeholder that still
//! shows that the desk is thinking becomes a sentence that asks the person to try again. The cause may be a
//! database that is down or an outbox row that an operator deleted.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Call, Interactions, Stage, TOKEN_LIFE, Waiting, is_loading, messages};
use crate::{
    chat::{
        outgoing::{Outgoing, RichText},
        wording::say,
    },
    domain::locale::Locale,
};

/// How long before its token expires a placeholder is replaced.
const MARGIN: Duration = Duration::from_secs(60);
const CHECK_INTERVAL: Duration = Duration::from_secs(20);

impl Interactions {
    /// Replaces every placeholder whose token expires soon. Returns how many were replaced.
    pub async fn close_overdue(&self, now: Instant) -> usize {
        let mut closed = 0;
        for waiting in self.overdue(now) {
            closed += usize::from(self.close(&waiting).await);
        }
        closed
    }

    /// Runs [`Self::close_overdue`] again and again; never ends.
    pub async fn keep_closing(&self) {
        loop {
            tokio::time::sleep(CHECK_INTERVAL).await;
            self.close_overdue(Instant::now()).await;
        }
    }

    fn overdue(&self, now: Instant) -> Vec<Arc<Waiting>> {
        let known = self.known();
        let old = known.order.iter().take_while(|(at, _)| {
            now.saturating_duration_since(*at) >= TOKEN_LIFE.saturating_sub(MARGIN)
        });
        old.filter_map(|(_, id)| known.waiting.get(id)).map(Arc::clone).collect()
    }

    async fn close(&self, waiting: &Waiting) -> bool {
        let mut stage = waiting.stage.lock().await;
        if *stage != Stage::Deferred {
            return false;
        }
        // Another process may have answered.
        match self.http.ask(Call::get(self.original(&waiting.token))).await {
            Ok(shown) if is_loading(&shown) => {}
            Ok(_) => {
                *stage = Stage::Answered;
                return false;
            }
            Err(_) => return false,
        }
        // The language of the person is not known here, so the sentence stands in both.
        let text = [Locale::Es, Locale::En].map(|locale| say(locale, "answer-overdue", &[]));
        let message = Outgoing { text: RichText::plain(text.join("\n")), ..Default::default() };
        let token = &waiting.token;
        let Some(message) = messages(&message).pop() else { return false };
        let body = message.ephemeral().into_json();
        match self.http.ask(Call::patch(self.original(token), body)).await {
            Ok(_) => {
                *stage = Stage::Answered;
                tracing::warn!(interaction = token.id, "no answer came before the token expired");
                true
            }
            Err(failure) => {
                tracing::warn!(interaction = token.id, %failure, "could not replace a placeholder");
                false
            }
        }
    }
}
