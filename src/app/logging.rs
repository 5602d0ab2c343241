//! Logs: to standard error, as the operator asked. They carry ids, never message texts or tokens:
//! the libraries that would write either stay quiet below a warning.

use tracing_subscriber::EnvFilter;

use crate::config::settings::{Log, LogFormat};

/// Libraries whose finer logs hold what people wrote, or the token.
const QUIET: [&str; 6] = [
    "hyper=warn",
    "hyper_util=warn",
    "reqwest=warn",
    "sqlx=warn",
    "sea_orm=warn",
    "teloxide_core=warn",
];

/// Starts logging. A filter that cannot be read was refused with the configuration.
pub(super) fn start(log: &Log) {
    let mut filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    for directive in QUIET {
        filter = filter.add_directive(directive.parse().expect("the list above is well formed"));
    }
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colour is for terminals, and for people who have not asked for none.
    let subscriber = subscriber.with_ansi(super::wants_colour(&std::io::stderr()));
    match log.format {
        LogFormat::Text => subscriber.init(),
        LogFormat::Json => subscriber.json().init(),
    }
}
