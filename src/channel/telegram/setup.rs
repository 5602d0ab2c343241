//! The start: asks the platform for the bot's identity and registers the command menus. Deliberately absent:
//! retries, which are up to the caller, and removing a webhook, which is the operator's decision.

use teloxide::{
    payloads::{GetMe, SetMyCommands, SetMyCommandsSetters},
    types::{BotCommand, BotCommandScope},
};

use super::{
    BotIdentity, Telegram, TelegramSettings,
    errors::{Request, cause},
    send::{Ignored, first_units},
};
use crate::channel::{MenuEntry, SendError};

/// The most commands of one menu.
const COMMANDS: usize = 100;
/// The longest name of a command.
const NAME: usize = 32;
/// The longest help line of a command.
const HELP: usize = 256;

/// Why the bot could not connect, and what the operator can do.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The platform refuses the token.
    #[error(
        "Telegram does not accept the token: copy it again from @BotFather into \
         MESABOT_TELEGRAM__TOKEN, and see that MESABOT_TELEGRAM__API_URL names a Bot API server"
    )]
    Token,
    /// The platform cannot be reached or its answer is not the Bot API's.
    #[error(
        "the Telegram Bot API cannot be reached ({0}): see that this machine may open connections \
         to it, or set MESABOT_TELEGRAM__API_URL to a server that answers"
    )]
    Network(String),
    /// This machine cannot create an HTTP client.
    #[error("this machine cannot create an HTTP client: {0}")]
    Client(String),
}

/// The chats of a menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenuScope {
    /// Every private chat without a menu of its own.
    AllPrivateChats,
    /// Every group without a menu of its own.
    AllGroupChats,
    /// Every chat without another menu.
    Default,
}

/// A command menu for a kind of chats and, if it names a language, for apps in that language.
#[derive(Debug, Clone)]
pub struct ScopedMenu<'a> {
    pub scope: MenuScope,
    /// The two-letter code of the apps' language; `None` for all languages without a menu of their own.
    pub language: Option<&'a str>,
    /// The commands in the order of the list.
    pub entries: Vec<MenuEntry>,
}

/// The fields of the bot's account that the desk needs.
#[derive(serde::Deserialize)]
struct Myself {
    id: i64,
    username: Option<String>,
}

/// Asks the platform for the bot's identity, which also checks the token.
///
/// # Errors
/// When the token is refused or the platform cannot be reached.
pub async fn connect(settings: &TelegramSettings) -> Result<(Telegram, BotIdentity), ConnectError> {
    let telegram = Telegram::new(settings).map_err(|error| ConnectError::Client(cause(&error)))?;
    let myself = telegram.ask::<_, Myself>(Request::Identity, GetMe::new()).await;
    match myself {
        Ok(Some(Myself { id, username: Some(username) })) => {
            Ok((telegram, BotIdentity { id, username }))
        }
        Ok(_) => Err(ConnectError::Network("the answer names no bot".to_owned())),
        Err(SendError::Refused(_)) => Err(ConnectError::Token),
        Err(other) => Err(ConnectError::Network(other.to_string())),
    }
}

impl Telegram {
    /// Registers the command menus.
    ///
    /// # Errors
    /// When the platform refuses a menu or cannot be reached.
    pub async fn register_menus(&self, menus: &[ScopedMenu<'_>]) -> Result<(), SendError> {
        for menu in menus {
            let scope = match menu.scope {
                MenuScope::AllPrivateChats => BotCommandScope::AllPrivateChats,
                MenuScope::AllGroupChats => BotCommandScope::AllGroupChats,
                MenuScope::Default => BotCommandScope::Default,
            };
            self.register(scope, menu.language, &menu.entries).await?;
        }
        Ok(())
    }

    pub(super) async fn register(
        &self,
        scope: BotCommandScope,
        language: Option<&str>,
        entries: &[MenuEntry],
    ) -> Result<(), SendError> {
        let mut payload = SetMyCommands::new(commands(entries)?).scope(scope);
        if let Some(language) = language {
            payload = payload.language_code(language);
        }
        self.ask::<_, Ignored>(Request::Other, payload).await.map(drop)
    }
}

/// The address that opens a private chat with the bot and passes it `code`.
pub fn invite_link(username: &str, code: &str) -> String {
    format!("https://t.me/{username}?start={code}")
}

/// The address that adds the bot to a group and passes it `code` there.
pub fn group_link(username: &str, code: &str) -> String {
    format!("https://t.me/{username}?startgroup={code}")
}

fn commands(entries: &[MenuEntry]) -> Result<Vec<BotCommand>, SendError> {
    if entries.len() > COMMANDS {
        return Err(SendError::Refused(format!("a menu has at most {COMMANDS} commands")));
    }
    entries.iter().map(command).collect()
}

fn command(entry: &MenuEntry) -> Result<BotCommand, SendError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !(1..=NAME).contains(&entry.name.len()) || !entry.name.bytes().all(allowed) {
        return Err(SendError::Refused(format!(
            "/{} cannot be in a menu: 1 to {NAME} small letters, digits and _",
            entry.name
        )));
    }
    if entry.help.trim().is_empty() {
        return Err(SendError::Refused(format!("/{} has no help line", entry.name)));
    }
    Ok(BotCommand::new(entry.name.as_str(), first_units(&entry.help, HELP)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, help: &str) -> MenuEntry {
        MenuEntry { name: name.to_owned(), help: help.to_owned() }
    }

    #[test]
    fn a_refused_command_name_is_named() {
        assert!(commands(&[entry("mis_casos2", "Mis casos")]).is_ok());
        for name in ["", "Nuevo", "categoría", "a-b", &"x".repeat(33)] {
            let refused = commands(&[entry(name, "Algo")]);
            assert!(matches!(refused, Err(SendError::Refused(_))), "{name}");
        }
        assert!(commands(&[entry("nuevo", " ")]).is_err());
        assert!(commands(&vec![entry("nuevo", "Abrir"); 101]).is_err());
    }

    #[test]
    fn long_help_is_cut_to_what_a_menu_shows() {
        let commands = commands(&[entry("nuevo", &"á".repeat(300))]).unwrap();
        assert_eq!(commands[0].description.chars().count(), 256);
    }

    #[test]
    fn links_pass_the_code() {
        assert_eq!(invite_link("MesaBot", "abc"), "https://t.me/MesaBot?start=abc");
        assert_eq!(group_link("MesaBot", "abc"), "https://t.me/MesaBot?startgroup=abc");
    }
}
