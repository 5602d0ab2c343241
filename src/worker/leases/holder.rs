//! The holder of a lease: this run of this process; and whether another holder is known to be dead.
//! A process that was killed and restarted finds its former lease and need not wait until that
//! lease expires. Deliberately absent: any judgement of processes on other machines or in other
//! containers, whose process numbers mean nothing here; their leases expire.

use std::{fs, process};

/// A run of a process, by a name that no other run has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder(String);

impl Holder {
    pub(super) fn this_process() -> Self {
        let pid = process::id();
        let run = rand::random::<u64>();
        let place = place().unwrap_or_else(|| "somewhere".to_owned());
        let began = began(pid).unwrap_or(0);
        Self(format!("{place} {pid} {began} {run:016x}"))
    }

    /// The name as it stands in the database.
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// Whether `other` ran in the same place as this process, and runs no longer.
    pub(super) fn has_outlived(&self, other: &str) -> bool {
        let mut other = other.split(' ');
        let (Some(there), Some(pid), Some(run)) = (other.next(), other.next(), other.next()) else {
            return false;
        };
        let (Ok(pid), Ok(run)) = (pid.parse(), run.parse::<u64>()) else { return false };
        place().is_some_and(|here| here == there) && began(pid) != Some(run)
    }
}

/// What two processes share that can see each other by process number: the boot of the machine, and
/// the container. `None` where the system does not tell.
fn place() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let numbers = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{}/{}", boot.trim(), numbers.to_str()?))
}

/// When a process began, in the system's own unit since the boot; `None` when the process does not
/// run.
fn began(pid: u32) -> Option<u64> {
    let told = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold any character; the state is the next field, the
    // start time field 22 (proc_pid_stat(5)).
    let mut fields = told.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let runs = !matches!(state, "Z" | "X");
    fields.nth(18).filter(|_| runs)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_process_is_not_dead() {
        let one = Holder::this_process();
        let other = Holder::this_process();
        assert_ne!(one, other, "two runs are told apart");
        assert!(!one.has_outlived(other.name()));
    }

    #[test]
    fn killed_process_of_this_machine_is_dead() {
        let me = Holder::this_process();
        let mut child = process::Command::new("sleep").arg("600").spawn().unwrap();
        let name = format!("{} {} {} x", place().unwrap(), child.id(), began(child.id()).unwrap());
        assert!(!me.has_outlived(&name));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(me.has_outlived(&name));
    }

    #[test]
    fn reused_process_number_is_another_holder() {
        let me = Holder::this_process();
        let name = format!("{} {} {} x", place().unwrap(), process::id(), 1);
        assert!(me.has_outlived(&name), "this process did not begin at the boot");
    }

    #[test]
    fn holder_on_another_machine_is_never_judged_dead() {
        let me = Holder::this_process();
        for elsewhere in ["another-boot/pid:[1] 1 1 x", "somewhere 1 0 x", "", "no holder of ours"]
        {
            assert!(!me.has_outlived(elsewhere), "{elsewhere}");
        }
    }
}
