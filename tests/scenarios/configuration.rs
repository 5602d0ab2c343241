//! Checks of the operator's configuration: all faults are reported at once, each with its place and
//! what to write instead, and no secret is ever repeated.

mod aid;
mod files;
mod relations;
mod simulate;
mod staffing;
mod visits;
mod webhook;

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    time::Duration,
};

use insta::assert_snapshot;
use mesabot::domain::{locale::Locale, procedure::TicketKind, status::Status, time::Span};
use mesabot::{
    config::{self, Config, Sources, check},
    domain::person::Access,
};
use tempfile::TempDir;

const USPEC: &str = include_str!("../../config/procedures/uspec.toml");
const TOKEN: &str = "123456789:AAEhBOweik6ad6PsVMRxjeQKgrjWIKA-xyz";

/// A directory in which an operator starts the desk.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a place for files"))
    }

    fn with(self, name: &str, text: &str) -> Self {
        let path = self.0.path().join(name);
        fs::write(&path, text).expect("a file can be written");
        // The permissions of a file that holds secrets.
        fs::set_permissions(path, Permissions::from_mode(0o600)).expect("permissions can be set");
        self
    }

    fn sources(&self) -> Sources {
        Sources::new(self.0.path())
    }

    fn says(&self) -> String {
        check(self.sources()).to_string()
    }

    fn says_with(&self, variables: &[(&str, &str)]) -> String {
        check(self.sources().variables(variables.iter().copied())).to_string()
    }
}

/// The result of `check` for an operator's file.
fn checked(file: &str) -> String {
    Place::new().with("mesabot.toml", file).says()
}

/// The result of `check` for the procedure of USPEC with some of its text changed.
#[track_caller]
fn checked_procedure(changes: &[(&str, &str)]) -> String {
    let mut text = USPEC.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the procedure no longer says {from}");
        text = text.replacen(from, to, 1);
    }
    Place::new().with("own.toml", &text).says_with(&[("MESABOT_PROCEDURE", "own.toml")])
}

/// The line of the shipped procedure that holds this text.
#[track_caller]
fn line_of(text: &str) -> usize {
    let before = USPEC.split_once(text).expect("the procedure says this").0;
    before.matches('\n').count() + 1
}

#[test]
fn the_defaults_are_a_valid_configuration() {
    let loaded = Config::load(Place::new().sources()).unwrap();
    let config = loaded.config;
    let procedure = loaded.procedure;
    assert_eq!(procedure.id, "uspec");
    assert_eq!((config.locale, config.access), (Locale::Es, Access::Invite));
    assert_eq!(config.database.expose(), "sqlite://mesabot.db");
    assert!(config.telegram.token.is_none());
    assert_eq!(config.telegram.api_url, "https://api.telegram.org");
    assert_eq!(config.telegram.poll_timeout, Duration::from_secs(25));
    assert_eq!(config.telegram.request_timeout, Duration::from_secs(8));
    assert_eq!(config.telegram.pacing.per_second, 28);
    assert_eq!(config.courier.retry_longest, Duration::from_secs(300));
    assert_eq!(config.courier.give_up_after, Duration::from_secs(86_400));
    assert_eq!(config.sweep_every, Duration::from_secs(5));
    assert_snapshot!(Place::new().says(), @"Configuration is fine: procedure uspec (8 categories, 3 groups), database sqlite://mesabot.db, telegram: off, discord: off");
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_known() {
    let mut documented = Vec::new();
    let mut section = String::new();
    let mut explained = false;
    for line in config::DEFAULTS.lines() {
        let setting = line.strip_prefix("# ").unwrap_or(line);
        let word = |key: &str| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if let Some(name) = line.strip_prefix('[') {
            section = format!("{}.", name.trim_end_matches(']'));
        } else if let Some((key, _)) = setting.split_once(" = ").filter(|(key, _)| word(key)) {
            assert!(explained, "{section}{key} has no comment above it");
            documented.push(format!("{section}{key}"));
        }
        explained = line.starts_with('#');
    }
    let mut known = config::keys();
    known.sort();
    documented.sort();
    assert_eq!(documented, known);
}

#[test]
fn variables_override_the_file_and_the_file_overrides_the_defaults() {
    let place = Place::new().with(
        "mesabot.toml",
        "locale = \"en\"\naccess = \"open\"\n[telegram.pacing]\nper_second = 5\n",
    );
    let variables = [
        ("MESABOT_LOCALE", "es"),
        ("MESABOT_TELEGRAM__TOKEN", "123456:TEST_token-1"),
        ("MESABOT_TELEGRAM__API_URL", "http://127.0.0.1:8081/"),
        ("MESABOT_TELEGRAM__PACING__GROUP_PER_MINUTE", "7"),
        ("MESABOT_DATABASE__URL", ""),
        ("MESABOT_TEST_DATABASE", "left aside"),
        ("MESABOT_KILL_AT", "left aside"),
        ("MESABOT_PANIC_AT", "left aside"),
        ("PATH", "/bin"),
    ];
    let config = Config::load(place.sources().variables(variables)).unwrap().config;
    assert_eq!((config.locale, config.access), (Locale::Es, Access::Open));
    assert_eq!(config.telegram.api_url, "http://127.0.0.1:8081");
    assert_eq!(config.telegram.pacing.per_second, 5);
    assert_eq!(config.telegram.pacing.group_per_minute, 7);
    assert_eq!(config.database.expose(), "sqlite://mesabot.db");
    assert!(config.telegram.token.is_some());
}

#[test]
fn secrets_come_from_files_and_are_never_repeated() {
    let place = Place::new()
        .with("token", &format!("{TOKEN}\n"))
        .with("url", "postgres://mesa:s3cr3t@db/mesa");
    let variables =
        [("MESABOT_TELEGRAM__TOKEN_FILE", "token"), ("MESABOT_DATABASE__URL_FILE", "url")];
    let loaded = Config::load(place.sources().variables(variables)).unwrap();
    let shown = format!("{loaded:?}");
    assert!(!shown.contains("AAEhBOweik6ad6") && !shown.contains("s3cr3t"), "{shown}");
    assert_snapshot!(place.says_with(&variables), @"Configuration is fine: procedure uspec (8 categories, 3 groups), database postgres://mesa:***@db/mesa, telegram: on, discord: off");
    for (url, shown) in [
        ("postgres://u:p?w@q@h/d", "postgres://***"),
        ("postgres://u:p@q@h/d?sslmode=require", "postgres://u:***@h/d"),
        ("postgres://h:5432/d", "postgres://h:5432/d"),
        ("sqlite::memory:", "sqlite::memory:"),
    ] {
        let said = place.says_with(&[("MESABOT_DATABASE__URL", url)]);
        assert!(said.contains(&format!("database {shown},")), "{said}");
    }
}

#[test]
fn faults_of_unreadable_secrets() {
    let place = Place::new().with("empty", "\n").with("short", "hunter2");
    assert_snapshot!(place.says_with(&[("MESABOT_TELEGRAM__TOKEN_FILE", "absent")]), @"
    MESABOT_TELEGRAM__TOKEN_FILE: there is no such file. Name the file that holds the secret, or set MESABOT_TELEGRAM__TOKEN.
    1 fault.
    ");
    assert_snapshot!(place.says_with(&[("MESABOT_TELEGRAM__TOKEN_FILE", "empty")]), @"
    MESABOT_TELEGRAM__TOKEN_FILE: this does not look like the token of a bot. Copy it whole from @BotFather; it reads like 123456789:AAE….
    1 fault.
    ");
    assert_snapshot!(place.says_with(&[
        ("MESABOT_TELEGRAM__TOKEN_FILE", "short"), ("MESABOT_TELEGRAM__TOKEN", TOKEN),
    ]), @"
    MESABOT_TELEGRAM__TOKEN_FILE: MESABOT_TELEGRAM__TOKEN is set as well. Keep one of the two.
    MESABOT_TELEGRAM__TOKEN_FILE: this does not look like the token of a bot. Copy it whole from @BotFather; it reads like 123456789:AAE….
    2 faults.
    ");
    assert_snapshot!(checked("[telegram]\ntoken = \"hunter2\"\n"), @"
    mesabot.toml:2: telegram.token: this does not look like the token of a bot. Copy it whole from @BotFather; it reads like 123456789:AAE….
    1 fault.
    ");
    assert_snapshot!(checked("[telegram]\ntoken = 123456789\n"), @"
    mesabot.toml:2: telegram.token: this cannot be a number. Write text in quotes.
    1 fault.
    ");
    assert_snapshot!(checked("[database]\nurl = \"mysql://u:hunter2@h/d\"\n"), @"
    mesabot.toml:2: database.url: this is not the address of a database the desk can use. Write sqlite://FILE.db or postgres://USER:PASSWORD@HOST/DATABASE.
    1 fault.
    ");
}

#[test]
fn faults_of_unknown_keys() {
    assert_snapshot!(checked("\n[database]\nulr = \"sqlite://x.db\"\n"), @"
    mesabot.toml:3: database.ulr: unknown key. Did you mean `url`?
    1 fault.
    ");
    assert_snapshot!(checked("[discord]\ntoken = \"x\"\n"), @"
    mesabot.toml:2: discord.token: this does not look like the token of a bot. Copy it whole from the Bot page of the Developer Portal; it has two dots.
    1 fault.
    ");
    assert_snapshot!(checked("[discord]\nstaff_permission = \"administrator\"\n"), @"
    mesabot.toml:2: discord.staff_permission: `administrator` is not a choice. Write `none`, `manage_messages`, `manage_threads`, `moderate_members` or `manage_guild`.
    1 fault.
    ");
    assert_snapshot!(checked("lokale = \"es\"\n[telegram.pacing]\nper_secnd = 3\n"), @"
    mesabot.toml:1: lokale: unknown key. Did you mean `locale`?
    mesabot.toml:3: telegram.pacing.per_secnd: unknown key. Did you mean `per_second`?
    2 faults.
    ");
    assert_snapshot!(Place::new().says_with(&[
        ("MESABOT_DATABSE__URL", "x"), ("MESABOT_TELEGRAM_TOKEN", "x"), ("MESABOT_COLOUR", "red"),
        ("MESABOT_LOCALE_FILE", "x"),
    ]), @"
    MESABOT_COLOUR: no setting has this name. Remove it; config/default.toml lists every key.
    MESABOT_DATABSE__URL: no setting has this name. Did you mean MESABOT_DATABASE__URL?
    MESABOT_LOCALE_FILE: no setting has this name. Remove it; config/default.toml lists every key.
    MESABOT_TELEGRAM_TOKEN: no setting has this name. Did you mean MESABOT_TELEGRAM__TOKEN?
    4 faults.
    ");
}

#[test]
fn faults_of_values() {
    assert_snapshot!(checked(concat!(
        "locale = \"fr\"\naccess = true\ndatabase = \"sqlite://x.db\"\n",
        "[telegram]\npoll_timeout = \"90s\"\nrequest_timeout = \"soon\"\napi_url = \"telegram\"\n",
        "[telegram.pacing]\nper_second = \"many\"\nprivate_burst = 0\n",
        "[courier]\nretry_first = \"10m\"\ngive_up_after = \"0s\"\n",
        "[retention]\ninbox = \"2h\"\ntexts = \"1x\"\nconversations = \"5m\"\n",
        "[log]\nlevel = \"inof\"\nformat = \"xml\"\n",
    )), @"
    mesabot.toml:1: locale: `fr` is not a choice. Write `es` or `en`.
    mesabot.toml:2: access: this cannot be true or false. Write text in quotes.
    mesabot.toml:3: database: this cannot be text. Write a section `[database]`.
    mesabot.toml:5: telegram.poll_timeout: Telegram keeps no question open for longer than 50s. Write 25s.
    mesabot.toml:6: telegram.request_timeout: `soon` is not a length of time. Write 500ms, 25s, 5m, 24h or 30d.
    mesabot.toml:7: telegram.api_url: this is not a web address. Write one such as https://api.telegram.org.
    mesabot.toml:9: telegram.pacing.per_second: this cannot be text. Write a number from 1 to 1000.
    mesabot.toml:10: telegram.pacing.private_burst: `0` will not do. Write a number from 1 to 100.
    mesabot.toml:12: courier.retry_first: this is longer than `retry_longest`. Write the same or less, or change that too.
    mesabot.toml:13: courier.give_up_after: this is no time at all. Write 1s or more.
    mesabot.toml:15: retention.inbox: a network may tell the same thing again for 24h. Write 72h.
    mesabot.toml:16: retention.texts: `1x` is not a length of time. Write 500ms, 25s, 5m, 24h or 30d.
    mesabot.toml:17: retention.conversations: this would take questions away from people who mean to answer them. Write 24h or more.
    mesabot.toml:19: log.level: `inof` says nothing about what to log. Write error, warn, info, debug or trace, or a filter like mesabot=debug,warn.
    mesabot.toml:20: log.format: `xml` is not a choice. Write `text` or `json`.
    15 faults.
    ");
    assert_snapshot!(Place::new().says_with(&[
        ("MESABOT_TELEGRAM__PACING__PER_SECOND", "fast"), ("MESABOT_DATABASE", "x.db"),
    ]), @"
    MESABOT_DATABASE: this cannot be text. Name one of its keys: MESABOT_DATABASE__KEY.
    MESABOT_TELEGRAM__PACING__PER_SECOND: `fast` will not do. Write a number from 1 to 1000.
    2 faults.
    ");
}

#[test]
fn toml_faults_and_variable_faults_are_reported_together() {
    let place = Place::new().with("mesabot.toml", "locale = \"es\"\naccess = open\n");
    assert_snapshot!(place.says_with(&[("MESABOT_LOCALE", "pt")]), @"
    mesabot.toml:2: this is not TOML: string values must be quoted, expected literal string. Correct this line; the rest of the file has not been read.
    MESABOT_LOCALE: `pt` is not a choice. Write `es` or `en`.
    2 faults.
    ");
    assert_snapshot!(checked("locale = \"es\"\nlocale = \"en\"\n"), @"
    mesabot.toml:2: this is not TOML: duplicate key. Correct this line; the rest of the file has not been read.
    1 fault.
    ");
}

#[test]
fn faults_of_missing_files() {
    let place = Place::new();
    let named = place.sources().file(Some("absent.toml".into()));
    assert_snapshot!(check(named).to_string(), @"
    absent.toml: there is no such file. Name a file that exists with --config.
    1 fault.
    ");
    assert_snapshot!(checked("\nprocedure = \"uspek\"\n"), @"
    mesabot.toml:2: procedure: there is no procedure `uspek`. Did you mean `uspec`?
    1 fault.
    ");
    assert_snapshot!(checked("procedure = \"own.toml\"\n"), @"
    mesabot.toml:1: procedure: `own.toml`: there is no such file. Write `uspec`, `victimas`, `narino`, `cvc` or the path of a .toml that exists.
    1 fault.
    ");
    assert_snapshot!(checked("procedure = \"pasto\"\n"), @"
    mesabot.toml:1: procedure: there is no procedure `pasto`. Write `uspec`, `victimas`, `narino`, `cvc` or the path of a .toml.
    1 fault.
    ");
}

#[test]
fn the_uspec_procedure_matches_its_norm() {
    let procedure = Config::load(Place::new().sources()).unwrap().procedure;
    assert_eq!(procedure.times.own, "15m".parse::<Span>().unwrap(), "U3");
    assert_eq!(procedure.times.resolve, "30m".parse::<Span>().unwrap(), "U3");
    assert_eq!(procedure.times.validate, Span::BusinessDays(1), "U3");
    let surveyed = procedure.categories.iter().filter(|category| category.survey);
    assert_eq!(
        surveyed.map(|c| c.key.as_str()).collect::<Vec<_>>(),
        ["plataforma", "ofimatica"],
        "U9"
    );
    assert_eq!(procedure.status_name(Status::WithVendor, Locale::Es), "En espera", "U5");
    assert_eq!(procedure.category("impresion").unwrap().group, "impresion", "U2");
    assert_eq!(procedure.category("seguridad").unwrap().kind, TicketKind::Incident);
    assert!(!procedure.statuses.contains_key(&Status::NotManaged), "U5");
}

#[test]
fn procedure_faults_name_their_lines() {
    let said = checked_procedure(&[("resolve = \"30m\"", "resolve = \"30 min\"")]);
    assert!(said.starts_with(&format!("own.toml:{}:", line_of("resolve ="))), "{said}");
    assert_snapshot!(said, @"
    own.toml:38: times.resolve: `30 min` is not a span. Write 30m, 8h, 3bd (business days) or 2d (elapsed days).
    1 fault.
    ");
    let said = checked_procedure(&[("group = \"impresion\"", "group = \"impresión\"")]);
    assert!(said.starts_with(&format!("own.toml:{}:", line_of("group = \"impresion\""))), "{said}");
    assert_snapshot!(said, @"
    own.toml:122: categories[3].group: there is no group `impresión`. Did you mean `impresion`?
    1 fault.
    ");
}

#[test]
fn faults_of_hours_and_times() {
    assert_snapshot!(checked_procedure(&[
        ("America/Bogota", "America/Bogotá"),
        ("monday = [\"08:00-17:00\"]", "monday = [\"25:00-26:00\", 8]"),
        ("holidays = \"colombia\"", "holidays = \"colmbia\""),
    ]), @"
    own.toml:8: time_zone: there is no time zone `America/Bogotá`. Did you mean `America/Bogota`?
    own.toml:21: calendar.monday: `25:00-26:00` is not a pair of times. Write 08:00-17:00.
    own.toml:21: calendar.monday: this cannot be a number. Write text in quotes.
    own.toml:28: calendar.holidays: the holidays of `colmbia` are not known. Did you mean `colombia`?
    4 faults.
    ");
    assert_snapshot!(checked_procedure(&[
        ("tuesday = [\"08:00-17:00\"]", "tuesday = [\"08:00-12:00\", \"11:00-17:00\"]"),
        ("friday = [\"08:00-17:00\"]", "friday = [\"17:00-08:00\"]"),
        ("saturday = []", "saturdy = []"),
    ]), @"
    own.toml:22: calendar.tuesday: 11:00-17:00 begins before the hours ahead of it have ended. Write the hours of a day in order and apart.
    own.toml:25: calendar.friday: 17:00-08:00 does not end after it begins. Write the earlier time first: 08:00-17:00.
    own.toml:26: calendar.saturdy: unknown key. Did you mean `saturday`?
    3 faults.
    ");
    assert_snapshot!(checked_procedure(&[
        ("remind = \"4h\"", "remind = \"1bd\""), ("own = \"15m\"", "own = \"45m\""),
    ]), @"
    own.toml:37: times.own: a ticket would be due solved before it is due taken. Write no more than `resolve`.
    own.toml:40: times.remind: the reminder comes when validation is already over. Write less than `validate`, so that there is time left to answer.
    2 faults.
    ");
    assert_snapshot!(checked_procedure(&[("own = \"15m\"", "own = \"0m\"")]), @"
    own.toml:37: times.own: this is no time at all. Write 1m or more.
    1 fault.
    ");
}

#[test]
fn faults_of_times_for_some_tickets() {
    let rows = "\n[[times.for]]\npriority = \"urgent\"\nown = \"5m\"\nresolve = \"10m\"\n\
                [[times.for]]\nlevel = 3\nown = \"1h\"\nresolve = \"30m\"\n\
                [[times.for]]\nown = \"5m\"\nresolve = \"10m\"\nremind = \"2bd\"\n\
                [[times.for]]\nlevel = 2\nown = \"5m\"\nsolve = \"10m\"\n\
                [[times.for]]\npriority = \"high\"\nown = \"5m\"\nresolve = \"10m\"\n\
                [[times.for]]\npriority = \"high\"\nown = \"5m\"\nresolve = \"10m\"\n[closing]\n";
    assert_snapshot!(checked_procedure(&[("\n[closing]\n", rows)]), @"
    own.toml:61: times.for[1].priority: `urgent` is not a choice. Write `low`, `medium`, `high` or `critical`.
    own.toml:65: times.for[2].level: no group has the level 3. Write the level of a group.
    own.toml:66: times.for[2].own: a ticket would be due solved before it is due taken. Write no more than `resolve`.
    own.toml:68: times.for[3]: nothing says for which tickets these times are. Write `priority`, `level` or both; `[times]` holds for all others.
    own.toml:71: times.for[3].remind: the reminder comes when validation is already over. Write less than `validate`, so that there is time left to answer.
    own.toml:72: times.for[4].resolve: it is missing. Add `resolve = …` here.
    own.toml:75: times.for[4].solve: unknown key. Here you may write `priority`, `level`, `own`, `resolve`, `validate` or `remind`.
    own.toml:80: times.for[6]: there are times for these tickets already. Write them once.
    8 faults.
    ");
}

#[test]
fn faults_of_statuses_that_stop_the_clock() {
    let lines = "remind = \"4h\"\nstopped_in = [\"solved\", 3, \"suspended\"]";
    assert_snapshot!(checked_procedure(&[("remind = \"4h\"", lines)]), @"
    own.toml:41: times.stopped_in: in `solved` no work waits, so no clock may stand. Write `suspended`, `with_vendor`, both or none.
    own.toml:41: times.stopped_in: in `a number` no work waits, so no clock may stand. Write `suspended`, `with_vendor`, both or none.
    2 faults.
    ");
}

#[test]
fn faults_of_warnings() {
    let checked = |lines: &str| checked_procedure(&[("before = \"5m\"", lines)]);
    assert_snapshot!(checked("before = \"soon\"\nescalate = \"1h\""), @"
    own.toml:56: warnings.before: `soon` tells no time before. Write 20% of what is promised, or 5m or 1h.
    own.toml:57: warnings.escalate: unknown key. Here you may write `before`, `escalate_after` or `at_any_hour`.
    2 faults.
    ");
    assert_snapshot!(checked("before = \"15m\"\nescalate_after = \"0m\""), @"
    own.toml:56: warnings.before: no warning can be sent 15m before 15m are over. Write less than every promised time.
    own.toml:57: warnings.escalate_after: this is no time at all. Write 1m or more.
    2 faults.
    ");
    assert_snapshot!(checked("escalate_after = \"1h\""), @"
    own.toml:55: warnings.before: it is missing. Add `before = …` here.
    1 fault.
    ");
}

#[test]
fn faults_of_words_and_lists() {
    assert_snapshot!(checked_procedure(&[
        ("id = \"uspec\"", "id = \"\""),
        ("es = \"Mesa de ayuda USPEC\"\n", ""),
        ("solved = { es = \"Resuelta\", en = \"Solved\" }\n", "resolved = { es = \"Resuelta\", en = \"Solved\" }\n"),
        ("closed = { es = \"Cerrada\", en = \"Closed\" }", "closed = { es = \"Cerrada\" }"),
        ("key = \"tecnologia\"", "key = \"soporte\""),
        ("key = \"plataforma\"", "key = \"plataforma tecnológica\""),
        ("key = \"ofimatica\"", "key = \"ofimatica-y-correo-institucional\""),
        ("es = \"Cuentas y entrega de equipos\"", "es = \"Cuentas de usuario y entrega de equipos\""),
        ("en = \"Waiting for the vendor\"", "en = \" \""),
        ("low_impact = [\"low\", \"low\", \"medium\"]", "low_impact = [\"low\", \"lowest\"]"),
    ]), @"
    own.toml:5: id: it is empty. Write a short name such as `soporte`.
    own.toml:14: name.es: it is missing. Add `es = …` here.
    own.toml:72: statuses: the status `solved` is missing, and every desk needs it. Add `solved = { es = …, en = … }`.
    own.toml:78: statuses.resolved: unknown key. Did you mean `solved`?
    own.toml:79: statuses.closed.en: it is missing. Add `en = …` here.
    own.toml:95: groups[3].key: `soporte` stands here for the second time. Give each its own key.
    own.toml:102: categories[1].key: `plataforma tecnológica` is no short name. Write lower-case letters from a to z, digits, `-` and `_` alone.
    own.toml:113: categories[2].key: `ofimatica-y-correo-institucional` has 32 letters. Write 24 letters or fewer.
    own.toml:135: categories[4].name.es: a button shows 30 letters, and this has 39. Write a shorter name.
    own.toml:281: categories[4].solution_fields[4].by: there is no group `tecnologia`. Write `soporte` or `impresion`, or add the group.
    own.toml:291: categories[4].solution_fields[5].by: there is no group `tecnologia`. Write `soporte` or `impresion`, or add the group.
    own.toml:299: categories[4].solution_fields[6].by: there is no group `tecnologia`. Write `soporte` or `impresion`, or add the group.
    own.toml:378: categories[7].solution_fields[1].by: there is no group `tecnologia`. Write `soporte` or `impresion`, or add the group.
    own.toml:399: suspend_reasons[1].name.en: it is empty. Write what people should read.
    own.toml:415: priorities.low_impact: `lowest` is not a priority. Write `low`, `medium`, `high` or `critical`.
    own.toml:415: priorities.low_impact: a row has three priorities, and this has 2. Write three: for low, medium and high urgency.
    16 faults.
    ");
}

#[test]
fn an_almost_empty_procedure_reports_all_missing_keys() {
    let place =
        Place::new().with("own.toml", "groups = 3\n[statuses]\nnew = \"Nueva\"\n[calendar]\n");
    assert_snapshot!(place.says_with(&[("MESABOT_PROCEDURE", "own.toml")]), @r#"
    own.toml: id: it is missing. Add `id = …` here.
    own.toml: version: it is missing. Add `version = …` here.
    own.toml: name: it is missing. Add a section `[name]`.
    own.toml: time_zone: it is missing. Add `time_zone = …` here.
    own.toml: times: it is missing. Add a section `[times]`.
    own.toml: categories: there is none. Add [[categories]] with key, group, kind and name.
    own.toml:1: groups: this cannot be a number. Write a list in brackets.
    own.toml:2: statuses: the status `in_progress` is missing, and every desk needs it. Add `in_progress = { es = …, en = … }`.
    own.toml:2: statuses: the status `solved` is missing, and every desk needs it. Add `solved = { es = …, en = … }`.
    own.toml:2: statuses: the status `closed` is missing, and every desk needs it. Add `closed = { es = …, en = … }`.
    own.toml:3: statuses.new: this cannot be text. Write a section `[statuses.new]`.
    own.toml:4: calendar: no day of the week has working hours. Write the hours of a day: monday = ["08:00-17:00"].
    12 faults.
    "#);
}

#[test]
fn faults_of_an_unreachable_group() {
    assert_snapshot!(checked_procedure(&[
        ("escalated = { es = \"En espera\", en = \"On hold\" } #", "#"),
        ("group = \"impresion\"", "group = \"soporte\""),
    ]), @"
    own.toml:91: groups[2].key: no ticket ever gets to the group `impresion`. Give it a category, or use the status `escalated`.
    own.toml:96: groups[3].key: no ticket ever gets to the group `tecnologia`. Give it a category, or use the status `escalated`.
    2 faults.
    ");
}
