//! The steps between two effects, each with the point at which the story kills the program,
//! compared with the source: the tests find a point without a kill, a step without a point, and a
//! worker that writes but is not listed here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::deaths::{BACKFILL, POINTS, SWEEPS};

/// Where a process has done one thing and not yet the next that belongs to it: the file, the point,
/// and the state in between.
const STEPS: [(&str, &str, &str); 15] = [
    ("worker/handler.rs", "poll.received", "received, by poll, webhook or gateway; not stored"),
    ("worker/handler.rs", "inbox.stored", "stored; not confirmed to the platform"),
    ("worker/handler.rs", "handle.uncommitted", "all that it causes written; not committed"),
    ("worker/handler.rs", "handle.committed", "committed; the courier not woken"),
    ("worker/courier/claim.rs", "courier.claimed", "marked as being sent; the platform not called"),
    ("worker/courier.rs", "courier.answered", "the platform has answered; not written down"),
    ("worker/courier.rs", "courier.settled", "the answer written down; the lane not free"),
    ("worker/fetcher.rs", "fetch.claimed", "a file taken on; not fetched"),
    ("worker/fetcher.rs", "fetch.stored", "in the store; no row says so"),
    ("worker/fetcher.rs", "fetch.uncommitted", "its row and its showings written; not committed"),
    ("worker/fetcher.rs", "fetch.committed", "committed; the courier not woken"),
    ("worker/sweep.rs", "sweep.uncommitted", "what time brought written; not committed"),
    ("worker/sweep.rs", "sweep.committed", "committed; the courier not woken"),
    ("worker/retention.rs", "prune.committed", "some of what is old forgotten; not the rest"),
    ("channel/discord/backfill.rs", "missed.fetched", "what was missed fetched; not stored"),
];
/// Code that writes without such a step, and the reason.
const WHOLE: [(&str, &str); 5] = [
    (
        "worker/courier/rows.rs",
        "an unreadable row fails in one transaction, and is retried until then",
    ),
    (
        "worker/leases.rs",
        "each change of a lease is one transaction, and an abandoned lease expires",
    ),
    (
        "worker/monthly.rs",
        "the month is marked in the transaction that writes its messages, and the workbook laid \
         before may be laid again",
    ),
    (
        "worker/sweep/postpone.rs",
        "each ticket is moved in one transaction with its notices, and only once",
    ),
    ("worker/reporter.rs", "a report request is deleted in the transaction that writes its answer"),
];

/// The program's source, by its path under `src`, without comments.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            found.insert(name, code.map(|line| format!("{line}\n")).collect());
        }
    }
    found
}

/// The points that a file names.
fn points(code: &str) -> BTreeSet<&str> {
    let named = code.split("kill_point(\"").skip(1);
    named.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_step_between_two_effects_has_a_point_and_a_kill() {
    let sources = sources();
    let mut there = BTreeSet::new();
    for (file, code) in &sources {
        there.extend(points(code).into_iter().map(|point| (file.as_str(), point)));
    }
    let listed: BTreeSet<_> = STEPS.iter().map(|(file, point, _)| (*file, *point)).collect();
    assert_eq!(there, listed, "the points of the source, and the steps that they stand in");
    let deaths = POINTS.iter().chain([&BACKFILL]).map(|(point, _)| *point).chain(SWEEPS);
    let deaths: BTreeSet<&str> = deaths.collect();
    let points: BTreeSet<&str> = listed.iter().map(|(_, point)| *point).collect();
    assert_eq!(points, deaths, "the points of the source, and those that the program is killed at");
}

#[test]
fn every_worker_that_writes_has_points_or_a_reason() {
    let sources = sources();
    let writes = |(file, code): &(&String, &String)| {
        file.starts_with("worker/") && code.contains(".write(|tx|")
    };
    let writing: BTreeSet<&str> =
        sources.iter().filter(writes).map(|(file, _)| file.as_str()).collect();
    let named = STEPS.iter().map(|(file, ..)| *file).chain(WHOLE.iter().map(|(file, _)| *file));
    let named: BTreeSet<&str> = named.filter(|file| file.starts_with("worker/")).collect();
    assert_eq!(writing, named, "the workers that write, and those whose steps are known");
}
