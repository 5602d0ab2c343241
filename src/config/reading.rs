//! Reads each setting and refuses values that could not work. Deliberately absent: defaults, which
//! stand in `config/default.toml` alone.

use std::{net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use tracing_subscriber::EnvFilter;

use super::{
    fault::Place,
    files,
    section::Section,
    settings::{
        Budget, Config, Courier, DatabaseUrl, Discord, Log, LogFormat, Pacing, Retention, Telegram,
    },
    webhook,
};
use crate::domain::{limits::Limits, locale::Locale, person::Access};

/// Reads everything but the procedure's name, which only its own module needs. `beside` gives the
/// directory that a relative path, written at a place, starts from.
pub(super) fn read(top: &Section<'_>, beside: &dyn Fn(&Place) -> PathBuf) -> Option<Config> {
    let locale = top.choice("locale", &Locale::ALL.map(|locale| (locale.as_str(), locale)));
    let access = top.choice("access", &[("invite", Access::Invite), ("open", Access::Open)]);
    let database = top.section("database").and_then(|section| database(&section));
    let telegram = top.section("telegram").and_then(|section| telegram(&section));
    let discord = top.section("discord").and_then(|section| discord(&section));
    let listen = top.section("http").and_then(|section| listen(&section));
    let files = top.section("files").and_then(|section| files::read(&section, beside));
    let courier = top.section("courier").and_then(|section| courier(&section));
    let sweep_every = top.section("sweep").and_then(|section| sweep_every(&section));
    let retention = top.section("retention").and_then(|section| retention(&section));
    let budget = top.section("budget").and_then(|section| budget(&section));
    let limits = top.section("limits").and_then(|section| limits(&section));
    let log = top.section("log").and_then(|section| log(&section));
    Some(Config {
        locale: locale?,
        access: access?,
        database: database?,
        telegram: telegram?,
        discord: discord?,
        listen: listen?,
        files: files?,
        courier: courier?,
        sweep_every: sweep_every?,
        retention: retention?,
        budget: budget?,
        limits: limits?,
        log: log?,
    })
}

fn database(section: &Section<'_>) -> Option<DatabaseUrl> {
    let url = section.text("url");
    section.finish();
    let url = url?;
    if !["sqlite:", "postgres://", "postgresql://"].iter().any(|start| url.starts_with(start)) {
        section.fault(
            "url",
            "this is not the address of a database the desk can use",
            "Write sqlite://FILE.db or postgres://USER:PASSWORD@HOST/DATABASE.",
        );
        return None;
    }
    Some(DatabaseUrl(url.to_owned().into()))
}

fn telegram(section: &Section<'_>) -> Option<Telegram> {
    let token = section.optional_text("token");
    if !token.is_none_or(looks_like_a_token) {
        section.fault(
            "token",
            "this does not look like the token of a bot",
            "Copy it whole from @BotFather; it reads like 123456789:AAE….",
        );
    }
    let api_url = address(section, "https://api.telegram.org");
    let webhook = webhook::read(section, api_url.as_deref());
    let poll_timeout = wait(section, "poll_timeout", Duration::ZERO);
    if poll_timeout.is_some_and(|timeout| timeout > Duration::from_secs(50)) {
        section.fault(
            "poll_timeout",
            "Telegram keeps no question open for longer than 50s",
            "Write 25s.",
        );
    }
    let request_timeout = wait(section, "request_timeout", SHORTEST);
    let pacing = section.section("pacing").and_then(|section| pacing(&section));
    section.finish();
    Some(Telegram {
        token: token.map(|token| token.to_owned().into()),
        api_url: api_url?,
        webhook,
        poll_timeout: poll_timeout?,
        request_timeout: request_timeout?,
        pacing: pacing?,
    })
}

/// The address of a platform's API, without a slash at its end.
fn address(section: &Section<'_>, usual: &str) -> Option<String> {
    let url = section.text("api_url");
    if !url.is_none_or(|url| url.starts_with("https://") || url.starts_with("http://")) {
        let remedy = format!("Write one such as {usual}.");
        section.fault("api_url", "this is not a web address", remedy);
    }
    Some(url?.trim_end_matches('/').to_owned())
}

/// Permissions that support staff usually have in a server, with Discord's names and bits.
const STAFF_PERMISSIONS: [(&str, Option<u64>); 5] = [
    ("none", None),
    ("manage_messages", Some(1 << 13)),
    ("manage_threads", Some(1 << 34)),
    ("moderate_members", Some(1 << 40)),
    ("manage_guild", Some(1 << 5)),
];

fn discord(section: &Section<'_>) -> Option<Discord> {
    let token = section.optional_text("token");
    if !token.is_none_or(|token| token.split('.').count() == 3 && token.len() >= 20) {
        section.fault(
            "token",
            "this does not look like the token of a bot",
            "Copy it whole from the Bot page of the Developer Portal; it has two dots.",
        );
    }
    let api_url = address(section, "https://discord.com");
    let guild_id = snowflake(section, "guild_id");
    let channel_id = snowflake(section, "channel_id");
    let staff_permission = section.choice("staff_permission", &STAFF_PERMISSIONS);
    let message_content = section.choice("message_content", &[("no", false), ("yes", true)]);
    let public_key = section.optional_text("public_key");
    let hexadecimal = |key: &str| key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit());
    if !public_key.is_none_or(hexadecimal) {
        section.fault(
            "public_key",
            "this is no public key",
            "Copy it from General Information in the Developer Portal; it has 64 digits.",
        );
    }
    let request_timeout = wait(section, "request_timeout", SHORTEST);
    section.finish();
    Some(Discord {
        token: token.map(|token| token.to_owned().into()),
        api_url: api_url?,
        guild_id,
        channel_id,
        staff_permission: staff_permission?,
        message_content: message_content?,
        public_key: public_key.map(str::to_owned),
        request_timeout: request_timeout?,
    })
}

fn listen(section: &Section<'_>) -> Option<SocketAddr> {
    let text = section.text("listen");
    section.finish();
    let address = text?.parse().ok();
    if address.is_none() {
        let remedy = "Write one such as 127.0.0.1:8080.";
        section.fault("listen", "this is not an address to listen on", remedy);
    }
    address
}

/// A Discord snowflake. It is written as text, because it is too long for the numbers of some
/// tools.
fn snowflake(section: &Section<'_>, key: &'static str) -> Option<u64> {
    let text = section.optional_text(key)?;
    let id = text.parse().ok().filter(|id| *id > 0);
    if id.is_none() {
        section.fault(
            key,
            "this is no identity of Discord's",
            "Copy it with Developer Mode on, and write it in quotation marks.",
        );
    }
    id
}

fn looks_like_a_token(token: &str) -> bool {
    let Some((bot, secret)) = token.split_once(':') else { return false };
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let digits = !bot.is_empty() && bot.bytes().all(|byte| byte.is_ascii_digit());
    digits && secret.len() >= 10 && secret.bytes().all(letter)
}

fn pacing(section: &Section<'_>) -> Option<Pacing> {
    let per_second = section.number("per_second", 1, 1_000);
    let private_burst = section.number("private_burst", 1, 100);
    let private_per_second = section.number("private_per_second", 0.01, 100.0);
    let group_per_minute = section.number("group_per_minute", 1, 1_000);
    section.finish();
    Some(Pacing {
        per_second: per_second?,
        private_burst: private_burst?,
        private_per_second: private_per_second?,
        group_per_minute: group_per_minute?,
    })
}

fn courier(section: &Section<'_>) -> Option<Courier> {
    let retry_first = wait(section, "retry_first", SHORTEST);
    let retry_longest = wait(section, "retry_longest", SHORTEST);
    let give_up_after = wait(section, "give_up_after", SHORTEST);
    section.finish();
    let first = Setting { key: "retry_first", wait: retry_first };
    let longest = Setting { key: "retry_longest", wait: retry_longest };
    let give_up = Setting { key: "give_up_after", wait: give_up_after };
    in_order(section, first, longest);
    in_order(section, longest, give_up);
    Some(Courier {
        retry_first: retry_first?,
        retry_longest: retry_longest?,
        give_up_after: give_up_after?,
    })
}

/// A wait as it was read; `None` when it is at fault.
#[derive(Clone, Copy)]
struct Setting {
    key: &'static str,
    wait: Option<Duration>,
}

/// Reports that the first of two waits is longer than the second, at the key that the operator
/// wrote.
fn in_order(section: &Section<'_>, short: Setting, long: Setting) {
    if short.wait <= long.wait || long.wait.is_none() {
        return;
    }
    if section.is_default(long.key) {
        let remedy = "Write the same or less, or change that too.";
        section.fault(short.key, format!("this is longer than `{}`", long.key), remedy);
    } else {
        let remedy = "Write the same or more.";
        section.fault(long.key, format!("this is shorter than `{}`", short.key), remedy);
    }
}

fn sweep_every(section: &Section<'_>) -> Option<Duration> {
    let every = wait(section, "every", SHORTEST);
    section.finish();
    every
}

fn retention(section: &Section<'_>) -> Option<Retention> {
    const DAY: Duration = Duration::from_secs(24 * 3_600);
    let read = |key: &'static str, problem: &str, remedy: &str| {
        let age = wait(section, key, SHORTEST)?;
        if age < DAY {
            section.fault(key, problem, remedy);
            return None;
        }
        Some(age)
    };
    let inbox = read("inbox", "a network may tell the same thing again for 24h", "Write 72h.");
    let texts = read("texts", "this leaves too little time to look at what failed", "Write 30d.");
    let idle = "this would take questions away from people who mean to answer them";
    let conversations = read("conversations", idle, "Write 24h or more.");
    let every = wait(section, "every", SHORTEST);
    section.finish();
    Some(Retention { inbox: inbox?, texts: texts?, conversations: conversations?, every: every? })
}

fn budget(section: &Section<'_>) -> Option<Budget> {
    let person_at_once = section.number("person_at_once", 10, 1_000_000);
    let person_per_minute = section.number("person_per_minute", 1, 60_000);
    let chat_at_once = section.number("chat_at_once", 10, 1_000_000);
    let chat_per_minute = section.number("chat_per_minute", 1, 60_000);
    section.finish();
    Some(Budget {
        person_at_once: person_at_once?,
        person_per_minute: person_per_minute?,
        chat_at_once: chat_at_once?,
        chat_per_minute: chat_per_minute?,
    })
}

fn log(section: &Section<'_>) -> Option<Log> {
    let filter = section.text("level");
    let format = section.choice("format", &[("text", LogFormat::Text), ("json", LogFormat::Json)]);
    section.finish();
    let filter = filter?;
    // A filter of one word that is no level would silently name a module.
    let level = ["error", "warn", "info", "debug", "trace", "off"].contains(&filter);
    if !level && (!filter.contains('=') || EnvFilter::builder().parse(filter).is_err()) {
        let remedy =
            "Write error, warn, info, debug or trace, or a filter like mesabot=debug,warn.";
        section.fault("level", format!("`{filter}` says nothing about what to log"), remedy);
    }
    Some(Log { filter: filter.to_owned(), format: format? })
}

/// A shorter wait would turn waiting into a busy loop.
const SHORTEST: Duration = Duration::from_millis(10);

fn wait(section: &Section<'_>, key: &'static str, least: Duration) -> Option<Duration> {
    let Wait(wait) = section.parsed(key)?;
    if wait < least {
        section.fault(key, "this is no time at all", "Write 1s or more.");
        return None;
    }
    Some(wait)
}

/// A span of elapsed time, as an operator writes it.
struct Wait(Duration);

impl FromStr for Wait {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refusal =
            || format!("`{text}` is not a length of time: write 500ms, 25s, 5m, 24h or 30d");
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(refusal)?;
        let (amount, unit) = text.split_at(digits);
        let amount: u64 = amount.parse::<u32>().map_err(|_| refusal())?.into();
        match unit {
            "ms" => Ok(Self(Duration::from_millis(amount))),
            "s" => Ok(Self(Duration::from_secs(amount))),
            "m" => Ok(Self(Duration::from_secs(amount * 60))),
            "h" => Ok(Self(Duration::from_secs(amount * 3_600))),
            "d" => Ok(Self(Duration::from_secs(amount * 86_400))),
            _ => Err(refusal()),
        }
    }
}

fn limits(section: &Section<'_>) -> Option<Limits> {
    let description = section.number("description", 200, 4_000);
    let message = section.number("message", 200, 4_000);
    let files = section.number("files", 1, 1_000);
    let open_tickets = section.number("open_tickets", 1, 10_000);
    section.finish();
    Some(Limits {
        description: description?,
        message: message?,
        files: files?,
        open_tickets: open_tickets?,
    })
}
