//! `/idioma` · `/language`: the language in which the desk writes to this person.

use crate::{
    chat::{
        button::Code,
        catalogue::{Argument, Command, audience},
        outgoing::{Audience, Button, Delivery, Outgoing},
        posting::{self, About},
        turn::Turn,
        wording::say as word,
    },
    domain::locale::Locale,
    service::{Result, people},
};

pub const COMMAND: Command = Command {
    spanish: "idioma",
    english: "language",
    audience: Audience::Requester,
    argument: Argument::Nothing,
    verb: None,
};

/// Offers the languages, or sets the one named.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    if let Some(locale) = named(rest) {
        return choose(turn, locale).await;
    }
    let button = |locale: Locale| Button {
        label: word(locale, "language-name", &[]),
        code: Code::Language(locale).encode(),
    };
    let buttons = vec![Locale::ALL.map(button).to_vec()];
    turn.post(Outgoing {
        text: turn.voice().plain("language-ask", &[]),
        buttons,
        ..Default::default()
    })
    .await
}

/// Sets the person's language.
pub async fn choose(turn: &Turn<'_>, locale: Locale) -> Result<()> {
    people::set_locale(turn.act.tx, turn.actor.id, locale).await?;
    if let Some(to) = turn.private() {
        let audience = audience(turn.actor.role);
        let menu = Delivery::Menu { audience, locale };
        posting::enqueue(&turn.act, &to, &menu, About::default()).await?;
    }
    let text = turn.voice().in_locale(locale).plain("language-chosen", &[]);
    turn.post(Outgoing { text, buttons: vec![], ..Default::default() }).await
}

/// The language with this tag or this name in its own language.
fn named(text: &str) -> Option<Locale> {
    let text = text.trim().to_lowercase();
    Locale::ALL.into_iter().find(|locale| {
        text == locale.as_str() || text == word(*locale, "language-name", &[]).to_lowercase()
    })
}
