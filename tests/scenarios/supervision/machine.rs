//! A directory where the program runs, and its configuration.

use std::{
    fs::File,
    io::PipeWriter,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{
    desk::DEADLINE,
    port,
    telegram::{Emulator, Ledger},
};

pub const MARTA: i64 = 5;
pub const BETO: i64 = 6;

/// Where the program's log goes.
#[derive(Clone, Copy)]
pub enum Log {
    File,
    /// A pipe without a reader.
    Gone,
    /// A full disk.
    Full,
}

/// A program that is killed with the test, however the test ends.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    pub async fn ended(mut self) -> ExitStatus {
        let ending = tokio::task::spawn_blocking(move || self.0.wait().unwrap());
        tokio::time::timeout(DEADLINE * 2, ending).await.expect("the program ends").unwrap()
    }

    pub async fn stops_in_order(self) {
        kill_process(Pid::from_child(&self.0), Signal::TERM).unwrap();
        let ended = self.ended().await;
        assert!(ended.success(), "{ended}");
    }
}

pub struct Machine {
    pub emulator: Emulator,
    pub listen: SocketAddr,
    directory: tempfile::TempDir,
}

impl Machine {
    pub async fn new() -> Self {
        let emulator = Emulator::start().await;
        emulator.add_user(MARTA, "Marta", "es");
        emulator.add_user(BETO, "Beto", "es");
        Self { emulator, listen: port::free(), directory: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn database(&self) -> String {
        format!("sqlite://{}", self.path("desk.db").display())
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Starts the program on Telegram, with additional environment variables.
    pub fn start(&self, log: Log, more: &[(&str, &str)]) -> Running {
        let stderr = match log {
            Log::File => {
                let log = File::options().create(true).append(true).open(self.path("log"));
                Stdio::from(log.unwrap())
            }
            Log::Gone => Stdio::from(without_a_reader()),
            Log::Full => Stdio::from(File::options().write(true).open("/dev/full").unwrap()),
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
        command
            .current_dir(self.directory.path())
            .env_clear()
            .env("MESABOT_TELEGRAM__TOKEN", self.emulator.token())
            .env("MESABOT_TELEGRAM__API_URL", self.emulator.api_url())
            .env("MESABOT_DATABASE__URL", self.database())
            .env("MESABOT_HTTP__LISTEN", self.listen.to_string())
            .env("MESABOT_ACCESS", "open")
            .envs(more.iter().copied())
            .stdout(Stdio::null())
            .stderr(stderr);
        Running(command.spawn().unwrap())
    }

    /// The code of an invitation for a technician of the first level.
    pub fn invites_a_technician(&self) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
        command.current_dir(self.directory.path()).env_clear();
        command.env("MESABOT_DATABASE__URL", self.database());
        let output = command
            .args(["invite", "--role", "technician", "--group", "soporte"])
            .output()
            .expect("the program starts");
        let output_text = String::from_utf8_lossy(&output.stdout);
        let code =
            output_text.split("/start ").nth(1).and_then(|rest| rest.split_whitespace().next());
        code.unwrap_or_else(|| panic!("no code in {output:?}")).to_owned()
    }

    pub async fn hears(&self, words: &str) {
        self.hears_in(MARTA, words).await;
    }

    pub async fn hears_in(&self, chat: i64, words: &str) {
        let said = |ledger: &Ledger| ledger.said_to(chat).iter().any(|text| text.contains(words));
        self.emulator.wait_until(said, DEADLINE).await;
    }

    /// The answer of `/readyz` now, if any.
    pub async fn ready(&self) -> Option<(u16, String)> {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(format!("http://{}/readyz", self.listen)).send().await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.unwrap()))
    }

    /// Waits until the log contains these words.
    pub async fn logs(&self, words: &str) {
        let looking = async {
            let mut tick = tokio::time::interval(Duration::from_millis(20));
            while !self.log().contains(words) {
                tick.tick().await;
            }
        };
        let looked = tokio::time::timeout(DEADLINE, looking).await;
        assert!(looked.is_ok(), "{words} is not in the log: {}", self.log());
    }
}

fn without_a_reader() -> PipeWriter {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer
}

/// Asks `/readyz` until it gives this answer.
pub async fn until(machine: &Machine, status: u16, body: &str) {
    let mut last = None;
    let asking = async {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        while last.as_ref() != Some(&(status, body.to_owned())) {
            tick.tick().await;
            last = machine.ready().await.or(last.take());
        }
    };
    let asked = tokio::time::timeout(DEADLINE, asking).await;
    assert!(
        asked.is_ok(),
        "/readyz never answered {status} {body:?}, but {last:?}: {}",
        machine.log()
    );
}
