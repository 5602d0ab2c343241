//! The last resort of an interaction that was put off: shortly before its token ends, a placeholder that
//! still says that the desk is thinking is replaced by a sentence that says so. Whatever kept the answer
//! away (a database that is gone, a row that was dropped by hand), the person is told to try again.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Call, Interactions, LIFE, Stage, Waiting, ephemeral, is_loading, messages};
use crate::{
    chat::{
        outgoing::{Outgoing, RichText},
        wording::say,
    },
    domain::locale::Locale,
};

/// How long before the end of its token a placeholder is replaced.
const MARGIN: Duration = Duration::from_secs(60);
/// How often the placeholders are looked at.
const LOOK: Duration = Duration::from_secs(20);

impl Interactions {
    /// Replaces every placeholder whose token ends soon. Gives how many were replaced.
    pub async fn close_overdue(&self, now: Instant) -> usize {
        let mut closed = 0;
        for waiting in self.overdue(now) {
            closed += usize::from(self.close(&waiting).await);
        }
        closed
    }

    /// Looks after the placeholders for as long as this is polled.
    pub async fn keep_closing(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            self.close_overdue(Instant::now()).await;
        }
    }

    fn overdue(&self, now: Instant) -> Vec<Arc<Waiting>> {
        let known = self.known();
        let old = known.order.iter().take_while(|(at, _)| {
            now.saturating_duration_since(*at) >= LIFE.saturating_sub(MARGIN)
        });
        old.filter_map(|(_, id)| known.waiting.get(id)).map(Arc::clone).collect()
    }

    async fn close(&self, waiting: &Waiting) -> bool {
        let mut stage = waiting.stage.lock().await;
        if *stage != Stage::Thinking {
            return false;
        }
        // Another process may have answered in its place.
        match self.http.ask(Call::get(self.original(&waiting.token))).await {
            Ok(shown) if is_loading(&shown) => {}
            Ok(_) => {
                *stage = Stage::Answered;
                return false;
            }
            Err(_) => return false,
        }
        // Who it was for is known here, and in which language is not.
        let text = [Locale::Es, Locale::En].map(|locale| say(locale, "answer-overdue", &[]));
        let message = Outgoing { text: RichText::plain(text.join("\n")), ..Default::default() };
        let token = &waiting.token;
        let Some(body) = messages(&message).pop() else { return false };
        match self.http.ask(Call::patch(self.original(token), ephemeral(body))).await {
            Ok(_) => {
                *stage = Stage::Answered;
                tracing::warn!(interaction = token.id, "an answer did not come before its end");
                true
            }
            Err(failure) => {
                tracing::warn!(interaction = token.id, %failure, "a placeholder was not replaced");
                false
            }
        }
    }
}
