//! The bot's registration at Telegram while the desk runs: menus and profile are registered with
//! retries, and identity and webhook are checked again. Deliberately absent: removing a webhook
//! that an operator set.

use std::{convert::Infallible, time::Duration};

use tokio::sync::watch;

use crate::{
    backoff::Backoff,
    channel::{
        SendError,
        telegram::{Profile, ProfileText, ScopedMenu, Telegram},
    },
    chat::{Desk, wording},
    domain::locale::Locale,
};

/// The pauses between tries to register what the platform did not accept.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
const CHECK: Duration = Duration::from_secs(180);

/// Registers menus and profile until the platform has accepted both.
pub(super) async fn register(telegram: &Telegram, menus: &[ScopedMenu<'_>], desk: &Desk) {
    let profiles = profiles(desk);
    let mut shown = false;
    let mut introduced = false;
    let mut failures = BACKOFF.counter();
    loop {
        let mut wait = failures.failed();
        if !shown {
            shown = is_done("the command menus", telegram.register_menus(menus).await, &mut wait);
        }
        if !introduced {
            let done = telegram.write_profile(&profiles).await;
            introduced = is_done("the bot's descriptions", done, &mut wait);
        }
        if shown && introduced {
            return;
        }
        tokio::time::sleep(wait).await;
    }
}

/// Whether a step needs no retry. A refusal needs none: a retry would change nothing.
fn is_done(what: &str, outcome: Result<(), SendError>, wait: &mut Duration) -> bool {
    match outcome {
        Ok(()) => true,
        Err(SendError::Refused(why)) => {
            tracing::error!(what, why, "Telegram refuses to register them");
            true
        }
        Err(SendError::RetryAfter(told)) => {
            *wait = told;
            false
        }
        Err(error) => {
            tracing::warn!(what, %error, "they could not be registered at Telegram; trying again");
            false
        }
    }
}

/// Checks identity and webhook every few minutes, and at once when polling is refused.
pub(super) async fn check(telegram: &Telegram, mut refused: watch::Receiver<bool>) -> Infallible {
    loop {
        tokio::select! {
            () = tokio::time::sleep(CHECK) => {}
            Ok(()) = refused.changed() => {}
        }
        if let Err(SendError::Refused(why)) = telegram.check_token().await {
            tracing::error!(
                why,
                "copy the current token from @BotFather into MESABOT_TELEGRAM__TOKEN and start again"
            );
        }
        match telegram.webhook_address().await {
            Ok(Some(address)) => {
                let host = address.split('/').nth(2).unwrap_or_default();
                tracing::error!(
                    host,
                    "a webhook is set for this bot, so it cannot be polled: set \
                     MESABOT_TELEGRAM__WEBHOOK_URL, or remove the webhook by hand (deleteWebhook)"
                );
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "the webhook's state is not known"),
        }
    }
}

/// The texts of the profile: in the desk's language by default, and in every language that the
/// catalogues have.
fn profiles(desk: &Desk) -> Vec<Profile> {
    let profile = |language, locale: Locale| {
        let name = desk.procedure.name.get(locale).to_owned();
        let text = |before: &str, after: &str| ProfileText {
            before: wording::say(locale, before, &[]),
            name: name.clone(),
            after: wording::say(locale, after, &[]),
        };
        Profile {
            language,
            short: text("profile-short-before", "profile-short-after"),
            long: text("profile-long-before", "profile-long-after"),
        }
    };
    let own = Locale::ALL.into_iter().map(|locale| profile(Some(locale.as_str()), locale));
    std::iter::once(profile(None, desk.locale)).chain(own).collect()
}
