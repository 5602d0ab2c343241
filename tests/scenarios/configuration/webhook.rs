//! The webhook address at which Telegram calls the desk, and the secret that Telegram must send.

use insta::assert_snapshot;
use mesabot::config::Config;
use secrecy::ExposeSecret;

use super::{Place, TOKEN, checked};

const SECRET: &str = "CANARY_0123456789-0123456789abcdef";

#[test]
fn a_webhook_has_an_address_and_a_secret_that_is_never_shown() {
    let place = Place::new().with("secret", &format!("{SECRET}\n"));
    let variables = [
        ("MESABOT_TELEGRAM__TOKEN", TOKEN),
        ("MESABOT_TELEGRAM__WEBHOOK_URL", "https://desk.example.org:8443/telegram/3f9c1e7a"),
        ("MESABOT_TELEGRAM__WEBHOOK_SECRET_FILE", "secret"),
    ];
    let config = Config::load(place.sources().variables(variables)).unwrap().config;
    assert!(!format!("{config:?}").contains("CANARY"));
    let webhook = config.telegram.webhook.unwrap();
    assert_eq!(webhook.url.as_str(), "https://desk.example.org:8443/telegram/3f9c1e7a");
    assert_eq!(webhook.secret.expose_secret(), SECRET);
    let of_its_own = [
        ("MESABOT_TELEGRAM__API_URL", "http://bot-api:8081"),
        ("MESABOT_TELEGRAM__WEBHOOK_URL", "http://127.0.0.1:8080/telegram"),
        ("MESABOT_TELEGRAM__WEBHOOK_SECRET", SECRET),
    ];
    let config = Config::load(Place::new().sources().variables(of_its_own)).unwrap().config;
    assert_eq!(config.telegram.webhook.unwrap().url.path(), "/telegram");
    let without = Config::load(Place::new().sources()).unwrap().config;
    assert!(without.telegram.webhook.is_none());
}

#[test]
fn faults_of_webhook_settings() {
    assert_snapshot!(checked("[telegram]\nwebhook_url = \"https://desk.example.org/x\"\n"), @"
    mesabot.toml:2: telegram.webhook_url: without `webhook_secret` every caller could pose as Telegram. Set MESABOT_TELEGRAM__WEBHOOK_SECRET_FILE, the same for every replica, to a file with what `openssl rand -hex 32` prints.
    1 fault.
    ");
    assert_snapshot!(checked("[telegram]\nwebhook_secret = \"hunter2\"\n"), @"
    mesabot.toml:2: telegram.webhook_secret: this is no secret that Telegram accepts and that cannot be guessed. Write 32 to 256 of the letters A-Z and a-z, digits, _ and -, such as `openssl rand -hex 32` prints.
    1 fault.
    ");
    let url = |url: &str| {
        let secret = format!("webhook_secret = \"{SECRET}\"");
        checked(&format!("[telegram]\n{secret}\nwebhook_url = \"{url}\"\n"))
    };
    assert_snapshot!(url("http://desk.example.org/x"), @"
    mesabot.toml:3: telegram.webhook_url: Telegram calls https:// only, and http:// only on this very machine. Write one such as https://desk.example.org/telegram/3f9c1e7a, where your proxy ends TLS and hands on to http.listen.
    1 fault.
    ");
    for (wrong, why) in [
        ("desk.example.org/x", "this is not a web address"),
        ("ftp://127.0.0.1/x", "Telegram calls https:// only"),
        ("https://desk.example.org:9443/x", "the ports 443, 80, 88 and 8443 only"),
        ("https://mesa:hunter2@desk.example.org/x", "and nothing else"),
        ("https://desk.example.org/x?y=hunter2", "and nothing else"),
        ("https://desk.example.org/x#y", "and nothing else"),
        ("https://desk.example.org", "it needs a path"),
        ("https://desk.example.org/{bot}", "it needs a path"),
        ("https://desk.example.org/canción", "it needs a path"),
        ("https://desk.example.org/readyz", "means something else here already"),
        ("https://desk.example.org/discord/interactions", "means something else here already"),
    ] {
        let checked = url(wrong);
        assert!(checked.contains(why) && checked.contains("mesabot.toml:3"), "{wrong}: {checked}");
        assert!(!checked.contains("hunter2") && !checked.contains("CANARY"), "{checked}");
    }
    for wrong in ["a".repeat(31), "a".repeat(257), format!("{}.", "a".repeat(40))] {
        let checked = checked(&format!("[telegram]\nwebhook_secret = \"{wrong}\"\n"));
        assert!(checked.contains("cannot be guessed") && !checked.contains(&wrong), "{checked}");
    }
}
