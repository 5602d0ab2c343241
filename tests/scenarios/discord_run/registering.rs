//! The registration of commands: they exist soon after any failure at the start and when the bot is
//! invited, and each person is offered each command once, wherever the commands were registered
//! before.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::*;
use crate::support::discord::{Fault, Gate};

const OTHER: u64 = 7_101;

/// The last registration in one place.
fn registered(ledger: &Ledger, place: Option<u64>) -> Vec<Value> {
    let last = |effect: &Effect| match effect {
        Effect::Commands { guild, commands, .. } if *guild == place => Some(commands.clone()),
        _ => None,
    };
    ledger.effects.iter().rev().find_map(last).unwrap_or_default()
}

/// Asserts that no command is offered twice, and returns how many commands are offered.
fn offered_once(emulator: &Emulator, channel: u64) -> usize {
    let offered = emulator.offers(MARTA, channel);
    let once: BTreeSet<&String> = offered.iter().collect();
    assert_eq!(once.len(), offered.len(), "{offered:?}");
    offered.len()
}

#[tokio::test]
async fn commands_exist_within_seconds_after_any_failure_at_the_start() {
    let refused = |status, code| Fault::Status(status, code, "No".to_owned());
    let faults = [
        ("503", refused(503, 0)),
        ("500", refused(500, 0)),
        ("502", Fault::ServerError502Html),
        ("429", Fault::RateLimited { retry_after: 1.0, global: false, scope: "shared" }),
        ("cut before", Fault::DropBefore),
        ("cut after", Fault::DropAfter),
        ("timeout", Fault::Hang(Gate::closed())),
        ("50001", refused(403, 50_001)),
    ];
    let trials = faults.map(|(name, fault)| async move {
        let emulator = emulator().await;
        let directory = tempfile::tempdir().unwrap();
        emulator.faults().next("GET /applications/*/commands", 1, fault.clone());
        emulator.faults().next("PUT /applications/*/commands", 1, fault);
        let begun = Instant::now();
        let more = [("MESABOT_DISCORD__REQUEST_TIMEOUT", "1s")];
        let running = start(&emulator, directory.path(), &more);
        let there = |ledger: &Ledger| !registered(ledger, None).is_empty();
        emulator.wait_until(there, DEADLINE).await;
        println!("{name}: commands exist after {:?}", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {:?}", begun.elapsed());
        stops_in_order(running).await;
    });
    futures::future::join_all(trials).await;
}

#[tokio::test]
async fn commands_of_a_server_appear_when_the_bot_is_invited() {
    let emulator = emulator().await;
    let directory = tempfile::tempdir().unwrap();
    let other = OTHER.to_string();
    let running = start(&emulator, directory.path(), &[("MESABOT_DISCORD__GUILD_ID", &other)]);
    emulator.wait_until(|ledger| !registered(ledger, None).is_empty(), DEADLINE).await;
    let refused = |ledger: &Ledger| {
        let path = format!("/applications/{BOT_ID}/guilds/{OTHER}/commands");
        ledger.calls.iter().any(|call| call.request.contains(&path) && call.status == 403)
    };
    emulator.wait_until(refused, DEADLINE).await;
    emulator.add_guild(OTHER, "Otra entidad");
    emulator.wait_until(|ledger| !registered(ledger, Some(OTHER)).is_empty(), DEADLINE).await;
    stops_in_order(running).await;
}

#[tokio::test]
async fn moving_the_commands_leaves_exactly_one_set_everywhere() {
    let emulator = emulator().await;
    emulator.add_guild(OTHER, "Otra entidad");
    emulator.add_channel(OTHER + 1, OTHER, ChannelKind::Text, "otra");
    emulator.joins(OTHER, MARTA);
    let chat = emulator.direct(MARTA);
    let directory = tempfile::tempdir().unwrap();
    let places = [(Some(GUILD), CHANNEL), (Some(OTHER), OTHER + 1)];
    for own in [None, Some(GUILD), Some(OTHER), None] {
        let id = own.map(|own| own.to_string());
        let more: Vec<_> = id.iter().map(|id| ("MESABOT_DISCORD__GUILD_ID", id.as_str())).collect();
        let running = start(&emulator, directory.path(), &more);
        let settled = |ledger: &Ledger| {
            let global = registered(ledger, None);
            let contexts = if own.is_some() { json!([1]) } else { json!([0, 1]) };
            let servers = places
                .iter()
                .all(|(server, _)| registered(ledger, *server).is_empty() == (*server != own));
            !global.is_empty() && global.iter().all(|one| one["contexts"] == contexts) && servers
        };
        emulator.wait_until(settled, DEADLINE).await;
        let whole = offered_once(&emulator, chat);
        assert!(whole > 10, "{whole} commands are offered in private");
        for (server, channel) in places {
            let here = own.is_none() || own == server;
            let expected = if here { whole } else { 0 };
            assert_eq!(offered_once(&emulator, channel), expected, "{own:?}: {server:?}");
        }
        let global = emulator.commands(None);
        let new = global.iter().find(|command| command["name"] == "new").unwrap();
        assert_eq!(new["name_localizations"]["es-419"], "nuevo");
        stops_in_order(running).await;
    }
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:#?}", ledger.violations));
}
