//! Files: what people sent is fetched from where the platform keeps files and from nowhere else, what
//! the desk keeps is posted with a message of the old form, which shows pictures and plays sounds.
//! Deliberately absent: our token on the way to a file; its address is signed.

use bytes::Bytes;
use reqwest::Url;
use serde_json::{Value, json};

use super::{
    Discord,
    http::{Call, Freight},
    render::markdown,
};
use crate::{
    channel::{FetchError, download::download},
    chat::outgoing::Enclosure,
};

/// The hosts on which the platform keeps what people send.
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];
/// The folders in which it lies there.
const FOLDERS: [&str; 2] = ["/attachments/", "/ephemeral-attachments/"];
/// Where the platform itself answers; a server of one's own keeps its files itself.
const PLATFORM: &str = "discord.com";
/// The flag of a message whose addresses are not looked up.
const NO_PREVIEWS: u64 = 1 << 2;

impl Discord {
    /// Fetches what somebody sent.
    pub(super) async fn bring(&self, address: &str, largest: u64) -> Result<Bytes, FetchError> {
        let Some(url) = allowed(address, self.http.api()) else {
            return Err(FetchError::Gone("files are fetched from the platform alone".to_owned()));
        };
        download(self.http.client().get(url), largest).await
    }
}

/// An address from which a file may be fetched: encrypted, without a name or a port, of a host of the
/// platform's, by its whole name.
fn allowed(address: &str, api: &Url) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let bare = url.username().is_empty() && url.password().is_none();
    let host = url.host_str().unwrap_or_default();
    let official = url.scheme() == "https" && url.port().is_none() && HOSTS.contains(&host);
    let own = api.host_str() != Some(PLATFORM) && url.origin() == api.origin();
    let lies = FOLDERS.iter().any(|folder| url.path().starts_with(folder));
    (bare && (official || own) && lies).then_some(url)
}

/// The message that shows a file; for `person` above it, where others read along.
pub(super) fn body(file: &Enclosure, person: Option<u64>) -> Value {
    let caption = markdown(&file.caption);
    let content = match person {
        Some(person) => format!("<@{person}>\n{caption}"),
        None => caption,
    };
    json!({
        "content": content,
        "flags": NO_PREVIEWS,
        "attachments": [{ "id": 0, "filename": file.name }],
    })
}

/// What is uploaded with it.
pub(super) fn freight(file: &Enclosure, bytes: &Bytes) -> Freight {
    Freight { name: file.name.clone(), media: file.media.clone(), bytes: bytes.clone() }
}

/// A call that posts a file.
pub(super) fn call(channel: u64, body: Value, freight: Option<Freight>) -> Call {
    let call = Call::post(format!("/channels/{channel}/messages"), body);
    match freight {
        Some(freight) => call.with(freight),
        None => call,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_fetched_from_the_platform_and_from_nowhere_else() {
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
    fn a_server_of_ones_own_keeps_its_own_files() {
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
