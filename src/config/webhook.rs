//! Reads the webhook: its address, and the secret that a call has to show. Deliberately absent:
//! whether the address leads to this desk, which only Telegram can tell, and a generated secret,
//! which another replica would not know.

use reqwest::Url;

use super::{section::Section, settings::Webhook};

/// The shortest secret that cannot be guessed, and the longest that Telegram accepts.
const SECRET: std::ops::RangeInclusive<usize> = 32..=256;
/// The ports that Telegram's own servers call.
const PORTS: [u16; 4] = [443, 80, 88, 8443];
/// The address of Telegram's own servers.
const TELEGRAM: &str = "https://api.telegram.org";
/// Paths with another meaning at this listener or to common clients.
const TAKEN: [&str; 4] = ["/healthz", "/readyz", "/metrics", "/discord/interactions"];

const REMEDY: &str = "Write one such as https://desk.example.org/telegram/3f9c1e7a, where your \
                      proxy ends TLS and hands on to http.listen.";

/// Reads both keys. `api_url` is the address of the Bot API.
pub(super) fn read(section: &Section<'_>, api_url: Option<&str>) -> Option<Webhook> {
    let url = section.optional_text("webhook_url");
    let secret = section.optional_text("webhook_secret");
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let sound = |secret: &str| SECRET.contains(&secret.len()) && secret.bytes().all(letter);
    if !secret.is_none_or(sound) {
        section.fault(
            "webhook_secret",
            "this is no secret that Telegram accepts and that cannot be guessed",
            "Write 32 to 256 of the letters A-Z and a-z, digits, _ and -, such as `openssl rand \
             -hex 32` prints.",
        );
    }
    let url = url?;
    if secret.is_none() {
        section.fault(
            "webhook_url",
            "without `webhook_secret` every caller could pose as Telegram",
            "Set MESABOT_TELEGRAM__WEBHOOK_SECRET_FILE, the same for every replica, to a file with \
             what `openssl rand -hex 32` prints.",
        );
    }
    match address(url, api_url == Some(TELEGRAM)) {
        Ok(url) => Some(Webhook { url, secret: secret?.to_owned().into() }),
        Err(problem) => {
            section.fault("webhook_url", problem, REMEDY);
            None
        }
    }
}

/// The address, or why Telegram could not call it or the listener not tell it apart.
fn address(text: &str, by_telegram: bool) -> Result<Url, &'static str> {
    let url: Url = text.parse().map_err(|_| "this is not a web address")?;
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !(here && url.scheme() == "http") {
        return Err("Telegram calls https:// only, and http:// only on this very machine");
    }
    let ports = || url.port_or_known_default().is_some_and(|port| PORTS.contains(&port));
    if by_telegram && !here && !ports() {
        return Err("Telegram calls the ports 443, 80, 88 and 8443 only");
    }
    let bare = url.username().is_empty() && url.password().is_none();
    if !bare || url.query().is_some() || url.fragment().is_some() {
        return Err("it may hold a host, a port and a path, and nothing else");
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if url.path() == "/" || !url.path().bytes().all(plain) {
        return Err("it needs a path of letters, digits, `-`, `_`, `.` and `/`");
    }
    if TAKEN.contains(&url.path()) {
        return Err("its path means something else here already");
    }
    Ok(url)
}
