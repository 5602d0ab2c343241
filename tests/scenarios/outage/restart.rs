//! The server is restarted during a story, in an orderly way and as after a crash. The test starts
//! a server of its own, in the directory that `MESABOT_TEST_POSTGRES_SPARE` names.

use std::{path::Path, process::Command};

use super::office::{Office, RECOVERY, REGISTER};
use crate::support::{
    engine::TestDatabase,
    settings::{self, POSTGRES_SPARE as SPARE},
};

/// A server of this test, stopped when this value is dropped.
struct Spare {
    directory: String,
    url: String,
}

fn manage(arguments: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/postgres");
    let output = Command::new(script).args(arguments).output().expect("the script starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Drop for Spare {
    fn drop(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/postgres");
        // A test that has failed already must not panic once more.
        let _ = Command::new(script).args(["stop", &self.directory]).output();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g13_the_desk_reconnects_to_a_restarted_server() {
    let Some(directory) = settings::text(SPARE) else {
        eprintln!("skipped: {SPARE} is not set");
        return;
    };
    let url = manage(&["start", &directory]);
    let spare = Spare { directory, url };
    let test = TestDatabase::postgres(&spare.url).await;
    let mut office = Office::opens(&test, &test.url).await;
    for how in ["fast", "immediate"] {
        let asking = office.new_report().await;
        let waiting = office.new_report().await;
        // One update is being handled at the restart, and one arrives while the server is down.
        office.presses(asking, REGISTER).await;
        let directory = spare.directory.clone();
        let restarting = tokio::task::spawn_blocking(move || {
            manage(&["restart", &directory, how]);
        });
        office.presses(waiting, REGISTER).await;
        restarting.await.unwrap();
        office.reconnects_witness(&test).await;
        let took = office.is_acknowledged(asking).await + office.is_acknowledged(waiting).await;
        println!("restarted ({how}): both confirmed {took:.1?} after its end");
        assert!(took < RECOVERY, "{took:.1?}");
        office.is_at_rest().await;
    }
    assert_eq!(office.closes().await, 4);
    drop(test);
    drop(spare);
}
