//! Logs, to standard error, as the operator asked. They carry ids, never message texts or tokens;
//! libraries that would log either stay quiet below a warning. Logging never blocks the desk: a
//! thread of its own writes. A line that cannot be written, because the disk is full or the reader
//! is gone or slow, is dropped and counted; the count is logged once lines can be written again.
//! Deliberately absent: log files and their rotation, which the service manager does.

use std::{
    io::{self, Write},
    panic,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::config::settings::{Log, LogFormat};

/// How many lines may wait to be written.
const QUEUE: usize = 8 * 1024;
/// How long the end of the program waits for the last lines.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(1);

/// How many lines were dropped since it was last logged.
static DROPPED: AtomicU64 = AtomicU64::new(0);
/// Where lines wait to be written.
static LINES: OnceLock<SyncSender<Line>> = OnceLock::new();

/// Libraries whose finer logs hold message texts or the token.
const QUIET: [&str; 6] = [
    "hyper=warn",
    "hyper_util=warn",
    "reqwest=warn",
    "sqlx=warn",
    "sea_orm=warn",
    "teloxide_core=warn",
];

/// Starts logging. The configuration was refused when its filter cannot be parsed.
pub(super) fn start(log: &Log) {
    let mut filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    for directive in QUIET {
        filter = filter.add_directive(directive.parse().expect("the list above is well formed"));
    }
    let (lines, waiting) = sync_channel(QUEUE);
    // Without the thread the queue fills up, and further lines are dropped.
    let _ = thread::Builder::new().name("log".into()).spawn(move || write(&waiting, io::stderr()));
    let lines = LINES.get_or_init(|| lines).clone();
    // Colours only on a terminal, and not when the operator has refused them.
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(super::wants_colour(&io::stderr()))
        .log_internal_errors(false)
        .with_writer(Queue(lines));
    match log.format {
        LogFormat::Text => subscriber.init(),
        LogFormat::Json => subscriber.json().init(),
    }
    panic::set_hook(Box::new(log_panic));
}

/// Waits, for a limited time, until every line logged so far is written.
pub(super) fn flush() {
    let Some(lines) = LINES.get() else { return };
    let (done, written) = sync_channel(1);
    if lines.try_send(Line::Flush(done)).is_ok() {
        let _ = written.recv_timeout(SHUTDOWN_LIMIT);
    }
}

/// Prints a message on standard error, if it can be written there.
pub(super) fn say(what: impl std::fmt::Display) {
    flush();
    let _ = writeln!(io::stderr(), "{what}");
}

/// Logs a panic with its place, without its message, which may quote a text of a person.
fn log_panic(panic: &panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    let backtrace = std::backtrace::Backtrace::capture();
    match backtrace.status() {
        std::backtrace::BacktraceStatus::Captured => {
            tracing::error!(place, thread, "a panic:\n{backtrace}");
        }
        _ => tracing::error!(place, thread, "a panic"),
    }
}

/// An order to the thread that writes.
enum Line {
    Text(Vec<u8>),
    /// Reports that every earlier line was written.
    Flush(SyncSender<()>),
}

/// Writes lines as they come, and the count of dropped lines once a line can be written again.
fn write(waiting: &Receiver<Line>, mut to: impl Write) {
    while let Ok(line) = waiting.recv() {
        match line {
            Line::Text(text) => {
                if to.write_all(&text).and_then(|()| to.flush()).is_err() {
                    DROPPED.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
                let dropped = DROPPED.swap(0, Ordering::Relaxed);
                if dropped > 0 {
                    tracing::warn!(dropped, "lines of the log could not be written");
                }
            }
            Line::Flush(done) => {
                let _ = done.try_send(());
            }
        }
    }
}

/// Hands lines over without blocking.
#[derive(Clone)]
struct Queue(SyncSender<Line>);

impl<'w> MakeWriter<'w> for Queue {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

impl Write for Queue {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        if self.0.try_send(Line::Text(text.to_owned())).is_err() {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
        // To the code that logs, a dropped line counts as written.
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk that is full.
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_that_cannot_be_written_is_dropped_and_counted() {
        let (lines, waiting) = sync_channel(2);
        let mut queue = Queue(lines);
        for _ in 0..3 {
            queue.write_all(b"a line\n").unwrap();
        }
        assert_eq!(DROPPED.load(Ordering::Relaxed), 1, "a slow reader left room for two");
        drop(queue);
        write(&waiting, Full);
        assert_eq!(DROPPED.load(Ordering::Relaxed), 3, "the disk took none of them");

        let (lines, waiting) = sync_channel(2);
        Queue(lines).write_all(b"a line\n").unwrap();
        let mut written = Vec::new();
        write(&waiting, &mut written);
        assert_eq!(written, b"a line\n");
        assert_eq!(DROPPED.load(Ordering::Relaxed), 0, "the count was logged");
    }
}
