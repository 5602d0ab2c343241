//! The real program as a process of its own, which the story kills.

use std::{
    fs::{File, OpenOptions},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
};

use tempfile::TempDir;

use crate::support::engine::TestDatabase;

/// A directory for the program's files, and its configuration.
pub struct Program {
    directory: TempDir,
    database: TestDatabase,
}

/// A running program. It does not outlive the test.
pub struct Running(Option<Child>);

impl Program {
    /// A program that has never run.
    pub fn new(database: TestDatabase) -> Self {
        let directory = TempDir::new().expect("a temporary directory can be made");
        Self { directory, database }
    }

    /// The URL of its database.
    pub fn database(&self) -> &str {
        &self.database.url
    }

    /// The URL of the database's server, where there is one.
    pub fn admin_url(&self) -> Option<&str> {
        self.database.admin_url()
    }

    /// The folder of its files.
    pub fn files(&self) -> PathBuf {
        self.directory.path().join("files")
    }

    /// Starts the program with these settings of the network; with `kill_at` it kills itself at a
    /// named point.
    pub fn start(&self, network: Vec<(&'static str, String)>, kill_at: Option<&str>) -> Running {
        let log = || Stdio::from(self.log());
        let mut command = self.command();
        command.envs(network).stdout(log()).stderr(log());
        if let Some(point) = kill_at {
            command.env("MESABOT_KILL_AT", point);
        }
        Running(Some(command.spawn().expect("the program starts")))
    }

    /// An invitation for this many technicians of the first two groups.
    pub fn invitation(&self, uses: usize) -> String {
        // Without a token the program does not ask a platform for the bot's name.
        let mut command = self.command();
        command.args(["invite", "--role", "technician", "--group", "soporte"]);
        command.args(["--group", "impresion", "--uses", &uses.to_string()]);
        let output = command.output().expect("the program starts");
        let output_text = String::from_utf8_lossy(&output.stdout);
        let code =
            output_text.split("/start ").nth(1).and_then(|rest| rest.split_whitespace().next());
        code.unwrap_or_else(|| panic!("no code in {output:?}")).to_owned()
    }

    /// The end of its log over all its lives.
    pub fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    /// The lines of the log that hold `word`.
    pub fn lines_logged(&self, word: &str) -> Vec<String> {
        let log = std::fs::read_to_string(self.log_path()).unwrap_or_default();
        log.lines().filter(|line| line.contains(word)).map(str::to_owned).collect()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
        command
            .current_dir(self.directory.path())
            .env_clear()
            .envs([
                ("MESABOT_TELEGRAM__PACING__PER_SECOND", "1000"),
                ("MESABOT_TELEGRAM__PACING__PRIVATE_BURST", "100"),
                ("MESABOT_TELEGRAM__PACING__PRIVATE_PER_SECOND", "100.0"),
                ("MESABOT_COURIER__RETRY_FIRST", "10ms"),
                ("MESABOT_SWEEP__EVERY", "200ms"),
                // The crowd writes faster than the budget of real people allows.
                ("MESABOT_BUDGET__PERSON_AT_ONCE", "1000000"),
                ("MESABOT_BUDGET__CHAT_AT_ONCE", "1000000"),
                ("MESABOT_ACCESS", "open"),
                // Each member of the crowd stands for many people.
                ("MESABOT_LIMITS__OPEN_TICKETS", "10000"),
                ("MESABOT_LOG__LEVEL", "warn"),
            ])
            .env("MESABOT_DATABASE__URL", self.database())
            .env("MESABOT_FILES__URL", format!("file://{}", self.files().display()))
            .stdin(Stdio::null());
        command
    }

    fn log(&self) -> File {
        let mut options = OpenOptions::new();
        let opened = options.create(true).append(true).open(self.log_path());
        opened.expect("a file can be made in one's own directory")
    }

    fn log_path(&self) -> PathBuf {
        self.directory.path().join("desk.log")
    }
}

impl Running {
    /// Waits for its end.
    pub async fn ended(mut self) -> ExitStatus {
        let mut child = self.0.take().expect("the child is taken once");
        let waiting = tokio::task::spawn_blocking(move || child.wait());
        waiting.await.expect("waiting does not panic").expect("a child can be waited for")
    }

    /// Its process id, to send signals while another task waits for its end.
    pub fn pid(&self) -> rustix::process::Pid {
        let child = self.0.as_ref().expect("the child is not waited for yet");
        rustix::process::Pid::from_child(child)
    }

    /// Kills it, as a power cut would.
    pub async fn kill(mut self) {
        let child = self.0.as_mut().expect("the child is not waited for yet");
        child.kill().expect("a child can be killed");
        let status = self.ended().await;
        assert_eq!(status.signal(), Some(9), "the program ended by itself: {status}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            // A test that has failed already must not panic once more.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
