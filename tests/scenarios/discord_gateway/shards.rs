//! Shards at the gateway: each shard receives its own servers' events, private messages arrive at
//! the first shard, and where there are too few shards, or the gateway is unreachable, the
//! connection ends so that more shards, or another replica, can take over.

use std::{sync::Arc, time::Duration};

use mesabot::channel::discord::gateway::{ListenEnd, Shard};
use tokio::sync::watch;

use super::{
    ANA, GUILD, Gateway, Http, Listening, MESA, Part, Recorder, assert_proper, press_in, settings,
    world,
};
use crate::support::discord::{ChannelKind, Emulator, Shard as Told};

/// A server on the second of two shards, and a channel in it.
const OTHER: u64 = GUILD + (1 << 22);
const THERE: u64 = 1_000_000_000_000_000_004;

async fn two_servers() -> Emulator {
    let emulator = world().await;
    emulator.add_guild(OTHER, "Sede");
    emulator.add_channel(THERE, OTHER, ChannelKind::Text, "sede");
    emulator.joins(OTHER, ANA);
    emulator.recommends_shards(2, 2);
    emulator
}

/// Both of two shards: the shard of [`MESA`], and the shard of [`THERE`].
fn both() -> (Shard, Shard) {
    let here = (GUILD >> 22) % 2;
    (Shard { index: here, of: 2 }, Shard { index: 1 - here, of: 2 })
}

fn listens(emulator: &Emulator, shard: Shard) -> Listening {
    Listening::to(
        emulator,
        emulator.token(),
        Part { shard, recorder: Recorder::new(), patience: None },
    )
}

#[tokio::test]
async fn each_shard_receives_its_servers_and_the_first_the_dms() {
    let emulator = two_servers().await;
    let (here, there) = both();
    let ours = listens(&emulator, here);
    let theirs = listens(&emulator, there);
    ours.ready(1).await;
    theirs.ready(1).await;
    emulator.says(ANA, MESA, "en la mesa");
    emulator.says(ANA, THERE, "en la sede");
    emulator.dms(ANA, "en privado");
    let (first, second) = if here.index == 0 {
        (["en la mesa", "en privado"].as_slice(), ["en la sede"].as_slice())
    } else {
        (["en la mesa"].as_slice(), ["en la sede", "en privado"].as_slice())
    };
    ours.hears(first).await;
    theirs.hears(second).await;
    let pressed = format!("{}:", press_in(&emulator, THERE).await);
    theirs
        .recorder
        .wait_until(|heard| heard.arrived.iter().any(|one| one.starts_with(&pressed)))
        .await;
    assert_eq!(ours.recorder.change(|heard| heard.arrived.len()), 0);
    assert_eq!(emulator.listening(), [Told(0, 2), Told(1, 2)]);
    assert_proper(&emulator);
}

#[tokio::test]
async fn too_few_shards_end_the_connection_with_a_reason() {
    let emulator = two_servers().await;
    emulator.recommends_shards(3, 1);
    let listening = listens(&emulator, both().0);
    listening.ready(1).await;
    emulator.requires_shards(3);
    assert_eq!(listening.ends().await, Ok(ListenEnd::Resharded));
    assert_eq!(listens(&emulator, both().0).ends().await, Ok(ListenEnd::Resharded));
    let settings = settings(&emulator, emulator.token());
    let http = Arc::new(Http::new(&settings).unwrap());
    let gateway = Gateway::new(&settings, http, true);
    let (_stop, shutdown) = watch::channel(false);
    assert_eq!(gateway.shard_count(shutdown).await, Ok(Some(3)));
}

/// The connection ends so that another replica may try.
#[tokio::test]
async fn g8_a_replica_that_cannot_reach_the_gateway_gives_it_up() {
    let emulator = two_servers().await;
    let patience = Some(Duration::from_millis(200));
    let part = Part { shard: Shard::WHOLE, recorder: Recorder::new(), patience };
    let listening = Listening::to(&emulator, emulator.token(), part);
    listening.ready(1).await;
    // A short interruption does not count.
    emulator.kill_sockets();
    listening.ready(2).await;
    emulator.refuse_gateway(true);
    emulator.kill_sockets();
    assert_eq!(listening.ends().await, Ok(ListenEnd::Unreachable));
    assert_proper(&emulator);
}
