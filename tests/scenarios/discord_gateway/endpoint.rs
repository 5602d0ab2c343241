//! Interactions over HTTP: accepted when the platform signed them recently, and stored before they
//! are acknowledged.

use std::sync::Arc;

use axum::http::StatusCode;
use mesabot::channel::{
    discord::endpoint::{Endpoint, PATH},
    raw_json,
};

use super::{Recorder, press, world};
use crate::support::discord::{Emulator, Signature};

const NOW: i64 = 1_800_000_000;

async fn address(emulator: &Emulator, recorder: &Recorder) -> String {
    let intake = Arc::new(recorder.intake(None));
    let endpoint = Endpoint::new(&emulator.public_key(), intake, || NOW).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, endpoint.router()).await });
    format!("http://{address}{PATH}")
}

#[tokio::test]
async fn only_recently_signed_interactions_are_accepted() {
    let emulator = world().await;
    emulator.interactions_over_http(true);
    let recorder = Recorder::new();
    let url = address(&emulator, &recorder).await;
    let pressed = press(&emulator).await;
    for (at, signature) in [
        (NOW, Signature::Wrong),
        (NOW, Signature::Garbled),
        (NOW, Signature::Missing),
        (NOW - 301, Signature::Right),
        (NOW + 301, Signature::Right),
    ] {
        let (status, _) = emulator.sign_and_post(&url, pressed, at, signature).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{at} {signature:?}");
    }
    recorder.change(|heard| assert!(heard.arrived.is_empty() && heard.stored.is_empty()));
    for at in [NOW - 300, NOW] {
        let (status, _) = emulator.sign_and_post(&url, pressed, at, Signature::Right).await;
        assert_eq!(status, StatusCode::ACCEPTED);
    }
    recorder.change(|heard| {
        assert_eq!(heard.stored.len(), 1, "the same interaction is stored once");
        assert_eq!(heard.stored[0].key, format!("i:{pressed}"));
        assert_eq!(heard.arrived.len(), 2);
    });
}

#[tokio::test]
async fn a_too_deeply_nested_interaction_is_stored_unchanged() {
    let emulator = world().await;
    emulator.interactions_over_http(true);
    let recorder = Recorder::new();
    let url = address(&emulator, &recorder).await;
    let pressed = press(&emulator).await;
    assert_eq!(emulator.posts_nested(&url, pressed, NOW).await, StatusCode::ACCEPTED);
    recorder.change(|heard| {
        assert_eq!(heard.stored[0].key, format!("i:{pressed}"));
        assert!(raw_json::read(&heard.stored[0].raw).is_err(), "it is quarantined when it is read");
        assert_eq!(heard.arrived.len(), 1, "the interaction is acknowledged");
    });
}

#[tokio::test]
async fn an_interaction_that_cannot_be_stored_is_refused() {
    let emulator = world().await;
    emulator.interactions_over_http(true);
    let recorder = Recorder::new();
    let url = address(&emulator, &recorder).await;
    let pressed = press(&emulator).await;
    recorder.change(|heard| heard.failures = 1);
    let (status, _) = emulator.sign_and_post(&url, pressed, NOW, Signature::Right).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let large = "x".repeat(300 * 1024);
    let answer = reqwest::Client::new().post(&url).body(large).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 413);
}

#[test]
fn an_invalid_public_key_is_reported_with_a_remedy() {
    let intake = || Arc::new(Recorder::new().intake(None));
    for wrong in ["", "xyz", &"a".repeat(62)] {
        let error = Endpoint::new(wrong, intake(), || NOW).unwrap_err();
        assert!(error.to_string().contains("Public Key"), "{error}");
    }
}
