//! Shards at the gateway: each hears its own servers, private messages arrive at the first, and where
//! there are too few of them, or the gateway is out of reach, listening ends so that it can go on with more,
//! or elsewhere.

use std::{sync::Arc, time::Duration};

use mesabot::channel::discord::gateway::{Shard, Silence};
use tokio::sync::watch;

use super::{
    ANA, Ears, GUILD, Gateway, Http, Listening, MESA, assert_proper, press_in, settings, world,
};
use crate::support::discord::{ChannelKind, Emulator, Shard as Told};

/// A server on the other of two shards, and a channel in it.
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

/// Both of two shards: the one of [`MESA`], and the one of [`THERE`].
fn both() -> (Shard, Shard) {
    let here = (GUILD >> 22) % 2;
    (Shard { index: here, of: 2 }, Shard { index: 1 - here, of: 2 })
}

fn listens(emulator: &Emulator, shard: Shard) -> Listening {
    Listening::to(emulator, emulator.token(), (shard, Ears::new(), None))
}

#[tokio::test]
async fn each_shard_hears_its_own_servers_and_the_first_what_is_said_in_private() {
    let emulator = two_servers().await;
    let (here, there) = both();
    let (ours, theirs) = (listens(&emulator, here), listens(&emulator, there));
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
    theirs.ears.wait_until(|heard| heard.arrived.iter().any(|one| one.starts_with(&pressed))).await;
    assert_eq!(ours.ears.change(|heard| heard.arrived.len()), 0);
    assert_eq!(emulator.listening(), [Told(0, 2), Told(1, 2)]);
    assert_proper(&emulator);
}

#[tokio::test]
async fn too_few_shards_end_the_listening_and_nothing_else() {
    let emulator = two_servers().await;
    emulator.recommends_shards(3, 1);
    let listening = listens(&emulator, both().0);
    listening.ready(1).await;
    emulator.requires_shards(3);
    assert_eq!(listening.ends().await, Ok(Silence::Divided));
    assert_eq!(listens(&emulator, both().0).ends().await, Ok(Silence::Divided));
    let settings = settings(&emulator, emulator.token());
    let http = Arc::new(Http::new(&settings).unwrap());
    let gateway = Gateway::new(&settings, http, true);
    let (_stop, shutdown) = watch::channel(false);
    assert_eq!(gateway.shards(shutdown).await, Ok(Some(3)));
}

/// Another replica may reach it.
#[tokio::test]
async fn g8_who_does_not_reach_the_gateway_leaves_it() {
    let emulator = two_servers().await;
    let patience = Some(Duration::from_millis(200));
    let part = (Shard::WHOLE, Ears::new(), patience);
    let listening = Listening::to(&emulator, emulator.token(), part);
    listening.ready(1).await;
    // What was out of reach for a moment is forgotten.
    emulator.kill_sockets();
    listening.ready(2).await;
    emulator.refuse_gateway(true);
    emulator.kill_sockets();
    assert_eq!(listening.ends().await, Ok(Silence::Unreached));
    assert_proper(&emulator);
}
