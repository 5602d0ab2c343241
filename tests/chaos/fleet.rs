//! The replicas of one desk, each in its own process.

use std::{ops::Range, os::unix::process::ExitStatusExt};

use rustix::process::{Pid, Signal, kill_process};
use sea_orm::ConnectionTrait;

use crate::{
    kill::{Story, process::Running},
    support::{engine::direct, server_line::ServerLine},
};

/// All replicas, which run between two faults.
pub struct Fleet {
    replicas: Vec<Option<Running>>,
    /// The relay of each replica to the database server, if there is one.
    lines: Vec<ServerLine>,
}

impl Fleet {
    /// Starts `replicas` processes.
    pub async fn start(story: &Story, replicas: usize) -> Self {
        let mut fleet = Self { replicas: Vec::new(), lines: Vec::new() };
        for replica in 0..replicas {
            if story.program.admin_url().is_some() {
                fleet.lines.push(ServerLine::to(story.program.database()).await);
            }
            let running = fleet.begin(story, replica, None);
            fleet.replicas.push(Some(running));
        }
        fleet
    }

    fn begin(&self, story: &Story, replica: usize, kill_at: Option<&str>) -> Running {
        let mut environment = story.network.environment(replica);
        let line = |line: &ServerLine| ("MESABOT_DATABASE__URL", line.url().to_owned());
        environment.extend(self.lines.get(replica).map(line));
        story.program.start(environment, kill_at)
    }

    /// The indices of the replicas.
    pub fn all(&self) -> Range<usize> {
        0..self.replicas.len()
    }

    /// Whether there are several replicas on a database server.
    pub fn shares_a_server(&self) -> bool {
        !self.lines.is_empty()
    }

    /// The process id of a replica.
    pub fn pid(&self, replica: usize) -> Pid {
        self.replicas[replica].as_ref().expect("it is alive between two faults").pid()
    }

    /// Kills a replica as a power cut would.
    pub async fn kill(&mut self, story: &Story, replica: usize) {
        self.take(replica).kill().await;
        story.notes_death();
        story.network.expects_loss();
    }

    /// Starts a dead replica.
    pub fn start_anew(&mut self, story: &Story, replica: usize) {
        self.replicas[replica] = Some(self.begin(story, replica, None));
    }

    /// Starts a replica so that it dies at a kill point, if it reaches the point before people have
    /// seen `most` effects, and starts it again.
    pub async fn die_at(&mut self, story: &Story, replica: usize, point: &str, most: usize) {
        self.kill(story, replica).await;
        let running = self.begin(story, replica, Some(point));
        let pid = running.pid();
        let mut ended = std::pin::pin!(running.ended());
        tokio::select! {
            _ = &mut ended => {}
            () = story.see(most, None) => {
                // The kill point may have ended the process already.
                let _ = kill_process(pid, Signal::KILL);
                ended.await;
            }
        }
        story.notes_death();
        story.network.expects_loss();
        self.start_anew(story, replica);
    }

    /// Tells a replica to stop, waits for its end, and starts it again.
    pub async fn restart(&mut self, story: &Story, replica: usize) {
        story.notes_death();
        self.end(story, replica).await;
        self.start_anew(story, replica);
    }

    /// Tells a replica to stop, and waits until it has. A replica that was just started may not
    /// listen for the signal yet, and has nothing to finish.
    async fn end(&mut self, story: &Story, replica: usize) {
        let running = self.take(replica);
        kill_process(running.pid(), Signal::TERM).expect("it is alive");
        let status = running.ended().await;
        let at_once = status.signal() == Some(Signal::TERM.as_raw());
        assert!(status.success() || at_once, "{status}: {}", story.program.log_tail());
    }

    /// Suspends a replica (SIGSTOP).
    pub fn freeze(&self, replica: usize) {
        kill_process(self.pid(replica), Signal::STOP).expect("it is alive");
    }

    /// Resumes a suspended replica (SIGCONT).
    pub fn thaw(&self, replica: usize) {
        kill_process(self.pid(replica), Signal::CONT).expect("it is alive");
    }

    /// Cuts a replica off from the database server without closing its connections.
    pub fn cut_off(&self, replica: usize) {
        self.lines[replica].falls_silent();
    }

    /// Connects a replica to the database server again.
    pub fn reconnect(&self, replica: usize) {
        self.lines[replica].heals();
    }

    /// Tells every replica to stop.
    pub async fn end_in_peace(mut self, story: &Story) {
        for replica in self.all() {
            self.end(story, replica).await;
        }
    }

    fn take(&mut self, replica: usize) -> Running {
        self.replicas[replica].take().expect("it is alive between two faults")
    }
}

/// Makes the database server close every connection to the desk's database.
pub async fn cut_connections(story: &Story) {
    let admin = direct(story.program.admin_url().expect("it is on a server")).await.unwrap();
    let name = story.program.database().rsplit('/').next().expect("an address has parts");
    let name = name.split('?').next().unwrap_or_default();
    let cut =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    admin.execute_unprepared(&cut).await.unwrap();
    admin.close().await.unwrap();
}
