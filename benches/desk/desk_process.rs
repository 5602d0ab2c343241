//! The program in a process of its own, with its rate limits raised, and the resources that the
//! system counts for it.

use std::{
    io,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::support::telegram::Emulator;

/// A running desk, which is killed on drop.
pub struct DeskProcess(Child);

impl DeskProcess {
    /// Starts a desk that uses `database`, and keeps its files in `place`.
    pub fn start(emulator: &Emulator, database: &str, place: &Path) -> io::Result<Self> {
        let hurry = [
            // As fast as the settings allow.
            ("MESABOT_TELEGRAM__PACING__PER_SECOND", "1000"),
            ("MESABOT_TELEGRAM__PACING__PRIVATE_BURST", "100"),
            ("MESABOT_TELEGRAM__PACING__PRIVATE_PER_SECOND", "100.0"),
            ("MESABOT_BUDGET__PERSON_AT_ONCE", "1000000"),
            ("MESABOT_BUDGET__CHAT_AT_ONCE", "1000000"),
            ("MESABOT_ACCESS", "open"),
            ("MESABOT_LIMITS__OPEN_TICKETS", "10000"),
            ("MESABOT_LOG__LEVEL", "warn"),
        ];
        let child = Command::new(env!("CARGO_BIN_EXE_mesabot"))
            .current_dir(place)
            .env_clear()
            .env("MESABOT_TELEGRAM__TOKEN", emulator.token())
            .env("MESABOT_TELEGRAM__API_URL", emulator.api_url())
            .env("MESABOT_DATABASE__URL", database)
            .envs(hurry)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()?;
        Ok(Self(child))
    }

    /// The processor time used so far.
    pub fn cpu(&self) -> io::Result<Duration> {
        let told = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        // Fields 14 and 15, in hundredths of a second (proc_pid_stat(5)).
        let fields: Vec<&str> =
            told.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        let hundredths: u64 =
            fields[11..13].iter().filter_map(|field| field.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(hundredths * 10))
    }

    /// The resident memory, in kilobytes.
    pub fn memory(&self) -> io::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        kilobytes.ok_or_else(|| io::Error::other("the system does not say"))
    }
}

impl Drop for DeskProcess {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
