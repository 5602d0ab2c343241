//! One process receives an interaction and another process answers it: neither knows of the other,
//! and still every interaction is acknowledged in time and answered exactly once.

use std::time::{Duration, Instant};

use mesabot::{
    channel::{
        Channel, Envelope,
        discord::{Discord, InteractionKind, InteractionToken, connect},
    },
    chat::commands::CATALOGUE,
};
use serde_json::json;

use super::{
    ANA, MESA, answering, asked, command, expect_no_violations, first, plain, settings, token,
    world,
};
use crate::support::discord::{Effect, Emulator, Fault, Ledger};

const SOON: Duration = Duration::from_secs(5);

/// An emulator, the adapter that receives, and the adapter that sends.
async fn apart() -> (Emulator, Discord, Discord) {
    let (emulator, hears) = world().await;
    let (speaks, _) = connect(&settings(&emulator)).await.unwrap();
    (emulator, hears, speaks)
}

/// Ana runs a command, presses a button and submits a form.
async fn one_of_each(emulator: &Emulator, discord: &Discord) -> [InteractionToken; 3] {
    let run = command(emulator, discord).await;
    let opened = command(emulator, discord).await;
    discord.send(&to(&opened.encode()), &asked()).await.unwrap();
    let filled = [("text", json!("apagada"))];
    let handed_in = emulator.submits(ANA, opened.id.parse().unwrap(), &filled);
    let sent = discord.send(&Envelope::to("#71"), &asked()).await.unwrap();
    let message = sent.rsplit('/').next().unwrap().parse().unwrap();
    let pressed = emulator.presses(ANA, MESA, message, "w:9");
    [
        run,
        token(emulator, handed_in, InteractionKind::Modal),
        token(emulator, pressed, InteractionKind::Component),
    ]
}

fn to(via: &str) -> Envelope<'_> {
    Envelope { via: Some(via), ..Envelope::to("#71") }
}

/// Received so long ago that the interaction is deferred in a moment.
fn a_while_ago() -> Instant {
    Instant::now().checked_sub(Duration::from_millis(1_950)).unwrap()
}

async fn is_put_off(emulator: &Emulator, tokens: &[InteractionToken]) {
    let put_off = |token: &InteractionToken| first(emulator, token).is_some();
    let mut changes = emulator.changed();
    while !tokens.iter().all(put_off) {
        tokio::time::timeout(SOON, changes.changed())
            .await
            .expect("the interaction is deferred")
            .unwrap();
    }
}

fn seen(emulator: &Emulator) -> Vec<String> {
    let mut seen: Vec<String> = emulator.ephemerals(ANA).iter().map(|post| post.text()).collect();
    seen.sort();
    seen
}

/// The number of messages that still show a pending answer.
fn still_thinking(emulator: &Emulator) -> usize {
    let mut thinking = Vec::new();
    let mut settled = Vec::new();
    emulator.read(|ledger| {
        thinking.extend(ledger.sends().filter(|post| post.loading()).map(|post| post.message_id));
        settled.extend(ledger.edits().filter(|post| !post.loading()).map(|post| post.message_id));
        settled.extend(ledger.effects.iter().filter_map(|effect| match effect {
            Effect::Deleted { message, .. } => Some(*message),
            _ => None,
        }));
    });
    thinking.iter().filter(|one| !settled.contains(one)).count()
}

#[tokio::test]
async fn g10_an_answered_interaction_is_not_deferred_by_the_receiver() {
    let (emulator, hears, speaks) = apart().await;
    let tokens = one_of_each(&emulator, &hears).await;
    for token in &tokens {
        hears.interactions().arrived(token.clone(), a_while_ago());
        speaks.send(&to(&token.encode()), &plain(&token.id)).await.unwrap();
        assert_eq!(first(&emulator, token), Some(4), "the interaction is answered at once");
    }
    let too_late = |ledger: &Ledger| {
        let late = ledger.calls.iter().filter(|call| call.code == 40060);
        late.count() == tokens.len()
    };
    emulator.wait_until(too_late, SOON).await;
    let mut ids: Vec<String> = tokens.iter().map(|token| token.id.clone()).collect();
    ids.sort();
    assert_eq!(seen(&emulator), ids);
    // The receiver may send next, as a follow-up message.
    for token in &tokens {
        hears.send(&to(&token.encode()), &plain("y más")).await.unwrap();
    }
    assert_eq!(seen(&emulator).len(), 6);
    assert_eq!(still_thinking(&emulator), 0);
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn g10_an_interaction_deferred_by_the_receiver_is_answered_once() {
    let (emulator, hears, speaks) = apart().await;
    for fault in [None, Some(Fault::DropAfter), Some(Fault::DropBefore)] {
        let before = seen(&emulator).len();
        let tokens = one_of_each(&emulator, &hears).await;
        for token in &tokens {
            hears.interactions().arrived(token.clone(), a_while_ago());
        }
        is_put_off(&emulator, &tokens).await;
        for token in &tokens {
            if let Some(fault) = &fault {
                // The sender does not learn whether its own first answer arrived.
                emulator.faults().next("POST /interactions/*/*/callback", 1, fault.clone());
            }
            speaks.send(&to(&token.encode()), &plain(&token.id)).await.unwrap();
        }
        let now = seen(&emulator);
        assert_eq!(now.len(), before + 3, "{fault:?}: {now:?}");
        for token in &tokens {
            assert_eq!(now.iter().filter(|text| **text == token.id).count(), 1, "{fault:?}");
        }
        assert_eq!(still_thinking(&emulator), 0, "{fault:?}");
        emulator.closes_modal(ANA);
    }
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn g10_a_deferred_interaction_is_acknowledged_without_a_message() {
    let (emulator, hears, speaks) = apart().await;
    let tokens = one_of_each(&emulator, &hears).await;
    for token in &tokens {
        hears.interactions().arrived(token.clone(), a_while_ago());
    }
    is_put_off(&emulator, &tokens).await;
    assert_eq!(still_thinking(&emulator), 3);
    for token in &tokens {
        speaks.answer(&answering(&token.encode()), None).await.unwrap();
    }
    assert_eq!((still_thinking(&emulator), seen(&emulator)), (0, vec![]));
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn g10_a_form_after_deferring_is_offered_by_its_button() {
    let (emulator, hears, speaks) = apart().await;
    let waiting = command(&emulator, &hears).await;
    hears.interactions().arrived(waiting.clone(), a_while_ago());
    is_put_off(&emulator, std::slice::from_ref(&waiting)).await;
    speaks.send(&to(&waiting.encode()), &asked()).await.unwrap();
    let shown = emulator.ephemerals(ANA);
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].buttons()[0].custom_id, "w:9");
    assert!(emulator.modal_shown(ANA).is_none());
    expect_no_violations(&emulator);
}

#[tokio::test]
async fn g10_a_stopping_receiver_defers_unanswered_interactions() {
    let (emulator, hears, speaks) = apart().await;
    hears.register_commands(CATALOGUE.iter()).await.unwrap();
    let tokens = one_of_each(&emulator, &hears).await;
    for token in &tokens {
        hears.interactions().arrived(token.clone(), Instant::now());
    }
    speaks.send(&to(&tokens[0].encode()), &plain("uno")).await.unwrap();
    // The first call fails, and there is time for another.
    emulator.faults().next("POST /interactions/*/*/callback", 1, Fault::DropBefore);
    hears.interactions().defer_all().await;
    let kinds: Vec<Option<u64>> = tokens.iter().map(|token| first(&emulator, token)).collect();
    assert_eq!(kinds, [Some(4), Some(5), Some(5)]);
    for token in &tokens[1..] {
        speaks.send(&to(&token.encode()), &plain("después")).await.unwrap();
    }
    assert_eq!(seen(&emulator), ["después", "después", "uno"]);
    assert_eq!(still_thinking(&emulator), 0);
    expect_no_violations(&emulator);
}
