//! Reads where Telegram is to call the desk and what a call has to show. Deliberately absent: whether
//! the address leads here, which only Telegram can tell, and a secret made up at the start, which
//! another replica would not know.

use reqwest::Url;

use super::{section::Section, settings::Webhook};

/// The shortest secret that nobody guesses, and the longest that Telegram takes.
const SECRET: std::ops::RangeInclusive<usize> = 32..=256;
/// The ports that Telegram's own servers call.
const PORTS: [u16; 4] = [443, 80, 88, 8443];
/// Where Telegram's own servers answer.
const TELEGRAM: &str = "https://api.telegram.org";
/// Paths that mean something else to whoever asks for them here.
const TAKEN: [&str; 4] = ["/healthz", "/readyz", "/metrics", "/discord/interactions"];

const REMEDY: &str = "Write one such as https://desk.example.org/telegram/3f9c1e7a, where your \
                      proxy ends TLS and hands on to http.listen.";

/// Both keys. `api_url` is where the Bot API answers.
pub(super) fn read(section: &Section<'_>, api_url: Option<&str>) -> Option<Webhook> {
    let (url, secret) =
        (section.optional_text("webhook_url"), section.optional_text("webhook_secret"));
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let sound = |secret: &str| SECRET.contains(&secret.len()) && secret.bytes().all(letter);
    if !secret.is_none_or(sound) {
        section.fault(
            "webhook_secret",
            "this is no secret that Telegram takes and nobody guesses",
            "Write 32 to 256 of the letters A-Z and a-z, digits, _ and -, such as `openssl rand \
             -hex 32` prints.",
        );
    }
    let url = url?;
    if secret.is_none() {
        section.fault(
            "webhook_url",
            "without `webhook_secret` anybody could speak for Telegram",
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

/// The address, or why Telegram could not call it or the desk not tell it apart.
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
