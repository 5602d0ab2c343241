//! The bot's profile texts, and the state of its webhook. A profile text that an operator wrote is left alone:
//! only an empty text, or one that the desk wrote before, is replaced. Deliberately absent: the bot's name,
//! which is the operator's.

use serde::Deserialize;
use teloxide::payloads::{
    GetMe, GetMyDescription, GetMyDescriptionSetters, GetMyShortDescription,
    GetMyShortDescriptionSetters, GetWebhookInfo, SetMyDescription, SetMyDescriptionSetters,
    SetMyShortDescription, SetMyShortDescriptionSetters,
};

use super::{
    Telegram,
    errors::Request,
    send::{Ignored, first_units},
};
use crate::channel::SendError;

/// The longest short description, in characters.
const SHORT: usize = 120;
/// The longest description.
const LONG: usize = 512;

/// A profile text with the procedure's name in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileText {
    pub before: String,
    pub name: String,
    pub after: String,
}

/// The profile for apps in one language, or for all languages without a profile of their own.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The two-letter code of the language.
    pub language: Option<&'static str>,
    /// Shown in the profile and with links to the bot.
    pub short: ProfileText,
    /// Shown in a chat without messages.
    pub long: ProfileText,
}

#[derive(Deserialize)]
struct Description {
    description: String,
}

#[derive(Deserialize)]
struct ShortDescription {
    short_description: String,
}

#[derive(Deserialize)]
struct WebhookState {
    #[serde(default)]
    url: String,
}

impl ProfileText {
    fn whole(&self, longest: usize) -> String {
        let whole = format!("{}{}{}", self.before, self.name, self.after);
        first_units(&whole, longest).to_owned()
    }

    /// Whether the desk replaces `present`: it is empty, or the desk wrote it with another name.
    fn replaces(&self, present: &str, longest: usize) -> bool {
        let ours = present.starts_with(&self.before) && present.ends_with(&self.after);
        (present.is_empty() || ours) && present != self.whole(longest)
    }
}

impl Telegram {
    /// Writes the profile texts that no operator wrote.
    ///
    /// # Errors
    /// When the platform refuses a text or does not answer.
    pub async fn write_profile(&self, profiles: &[Profile]) -> Result<(), SendError> {
        for Profile { language, short, long } in profiles {
            let language = language.unwrap_or_default();
            let asked = GetMyShortDescription::new().language_code(language);
            let present: Option<ShortDescription> = self.ask(Request::Other, asked).await?;
            let present = present.map(|present| present.short_description).unwrap_or_default();
            if short.replaces(&present, SHORT) {
                let text = short.whole(SHORT);
                let set =
                    SetMyShortDescription::new().short_description(text).language_code(language);
                self.ask::<_, Ignored>(Request::Other, set).await?;
            }
            let asked = GetMyDescription::new().language_code(language);
            let present: Option<Description> = self.ask(Request::Other, asked).await?;
            let present = present.map(|present| present.description).unwrap_or_default();
            if long.replaces(&present, LONG) {
                let text = long.whole(LONG);
                let set = SetMyDescription::new().description(text).language_code(language);
                self.ask::<_, Ignored>(Request::Other, set).await?;
            }
        }
        Ok(())
    }

    /// The address of the bot's webhook; `None` when the bot has none.
    ///
    /// # Errors
    /// When the platform does not answer.
    pub async fn webhook_address(&self) -> Result<Option<String>, SendError> {
        let state: Option<WebhookState> = self.ask(Request::Other, GetWebhookInfo::new()).await?;
        Ok(state.map(|state| state.url).filter(|url| !url.is_empty()))
    }

    /// Checks that the platform accepts the bot's token.
    ///
    /// # Errors
    /// When the platform refuses the token ([`SendError::Refused`]) or does not answer.
    pub async fn check_token(&self) -> Result<(), SendError> {
        self.ask::<_, Ignored>(Request::Identity, GetMe::new()).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_the_operator_is_never_replaced() {
        let text = ProfileText {
            before: "Mesa de ayuda: ".to_owned(),
            name: "Soporte".to_owned(),
            after: ". Escriba /start.".to_owned(),
        };
        assert!(text.replaces("", SHORT));
        assert!(text.replaces("Mesa de ayuda: Otro nombre. Escriba /start.", SHORT));
        assert!(!text.replaces("Mesa de ayuda: Soporte. Escriba /start.", SHORT), "it is there");
        assert!(!text.replaces("El bot de la oficina", SHORT));
    }
}
