//! Files. A file that a person sent is downloaded from the hosts of the platform alone; a file that the
//! desk keeps is posted with a message of the first version, which shows pictures and plays sounds.
//! Deliberately absent: the bot's token in a download, because the address of a file is signed.

use bytes::Bytes;
use reqwest::Url;
use serde_json::{Value, json};
use serenity::all::{CreateMessage, MessageFlags};

use super::{Discord, http::Upload, render::markdown};
use crate::{
    channel::{FetchError, download::download},
    chat::outgoing::Enclosure,
};

/// The hosts of the platform for files.
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];
/// The folders of files on these hosts.
const FOLDERS: [&str; 2] = ["/attachments/", "/ephemeral-attachments/"];
/// The host of the platform. Any other API server holds its files itself.
const PLATFORM: &str = "discord.com";

impl Discord {
    pub(super) async fn download(&self, address: &str, largest: u64) -> Result<Bytes, FetchError> {
        let Some(url) = allowed(address, self.http.api()) else {
            return Err(FetchError::Gone("files are fetched from the platform alone".to_owned()));
        };
        download(self.http.client().get(url), largest).await
    }
}

/// An address from which a file may be downloaded: over TLS, without user name and port, on a host of the
/// platform by its whole name.
fn allowed(address: &str, api: &Url) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let bare = url.username().is_empty() && url.password().is_none();
    let host = url.host_str().unwrap_or_default();
    let official = url.scheme() == "https" && url.port().is_none() && HOSTS.contains(&host);
    let own = api.host_str() != Some(PLATFORM) && url.origin() == api.origin();
    let lies = FOLDERS.iter().any(|folder| url.path().starts_with(folder));
    (bare && (official || own) && lies).then_some(url)
}

/// The message that shows a file, with a mention of the account where other people read along.
pub(super) fn body(file: &Enclosure, account: Option<u64>) -> Value {
    let caption = markdown(&file.caption);
    let content = match account {
        Some(account) => format!("<@{account}>\n{caption}"),
        None => caption,
    };
    let message = CreateMessage::new().content(content).flags(MessageFlags::SUPPRESS_EMBEDS);
    let mut body = json!(message);
    // serenity's attachment would own a copy of the bytes, which the upload shares.
    body["attachments"] = json!([{ "id": 0, "filename": file.name }]);
    body
}

pub(super) fn upload(file: &Enclosure, bytes: &Bytes) -> Upload {
    Upload { name: file.name.clone(), media: file.media.clone(), bytes: bytes.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_downloaded_from_the_platform_alone() {
        let discord: Url = "https://discord.com".parse().unwrap();
        let good = "https://cdn.discordapp.com/attachments/30/1/a.png?ex=1&is=2&hm=3";
        assert_eq!(allowed(good, &discord).unwrap().as_str(), good);
        for good in [
            "https://media.discordapp.net/attachments/30/1/a.png",
            "https://cdn.discordapp.com/ephemeral-attachments/30/1/a.png",
            "https://cdn.discordapp.com:443/attachments/30/1/a.png",
        ] {
            assert!(allowed(good, &discord).is_some(), "{good}");
        }
        for wrong in [
            "http://cdn.discordapp.com/attachments/30/1/a.png",
            "https://cdn.discordapp.com:8443/attachments/30/1/a.png",
            "https://cdn.discordapp.com@169.254.169.254/attachments/30/1/a.png",
            "https://ana:x@cdn.discordapp.com/attachments/30/1/a.png",
            "https://cdn.discordapp.com.evil.example/attachments/30/1/a.png",
            "https://evil.example/?https://cdn.discordapp.com/attachments/30/1/a.png",
            "https://xcdn.discordapp.com/attachments/30/1/a.png",
            "https://cdn.discordapp.com./attachments/30/1/a.png",
            "https://cdn.discordapp.com/avatars/30/1.png",
            "https://cdn.discordapp.com/attachments/../avatars/30/1.png",
            "https://169.254.169.254/attachments/latest",
            "https://[64:ff9b::a9fe:a9fe]/attachments/latest",
            "https://discord.com/attachments/30/1/a.png",
            "http://127.0.0.1/attachments/30/1/a.png",
            "file:///attachments/etc/passwd",
            "ftp://cdn.discordapp.com/attachments/30/1/a.png",
            "cdn.discordapp.com/attachments/30/1/a.png",
            "AgACAgEAAxkBAAI",
            "",
        ] {
            assert!(allowed(wrong, &discord).is_none(), "{wrong}");
        }
    }

    #[test]
    fn another_api_server_holds_its_own_files() {
        let own: Url = "http://127.0.0.1:4000".parse().unwrap();
        assert!(allowed("http://127.0.0.1:4000/attachments/30/1/a.png", &own).is_some());
        assert!(allowed("https://cdn.discordapp.com/attachments/30/1/a.png", &own).is_some());
        for wrong in [
            "http://127.0.0.1:4001/attachments/30/1/a.png",
            "https://127.0.0.1:4000/attachments/30/1/a.png",
            "http://127.0.0.1:4000/api/v10/users/@me",
        ] {
            assert!(allowed(wrong, &own).is_none(), "{wrong}");
        }
    }
}
