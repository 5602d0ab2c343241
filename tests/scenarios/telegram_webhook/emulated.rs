//! The emulated webhook enforces the platform's rules, so that passing against it is evidence.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, http::StatusCode, routing::post};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{ANA, SECRET, SOON, world};
use crate::support::telegram::{Emulator, Fault, webhook::METHOD};

const MESA: i64 = -1_001_000_000_007;

async fn call(emulator: &Emulator, method: &str, params: Value) -> Value {
    let url = format!("{}/bot{}/{method}", emulator.api_url(), emulator.token());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.post(url).json(&params).send().await.unwrap().json().await.unwrap()
}

type Answers = dyn Fn() -> (StatusCode, [(&'static str, &'static str); 1]) + Send + Sync;

/// Sets a webhook at the emulator that gives these answers. Returns its address.
async fn set(emulator: &Emulator, answers: Arc<Answers>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let router = Router::new().route("/hook", post(async move || answers()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let set = call(emulator, "setWebhook", json!({"url": url, "secret_token": SECRET})).await;
    assert_eq!(set["result"], true, "{set}");
    url
}

#[tokio::test]
async fn invalid_webhooks_are_refused() {
    let emulator = world().await;
    for (params, why) in [
        (json!({"url": "http://desk.example.org/x"}), "HTTPS URL must be provided"),
        (json!({"url": "https://x/y", "secret_token": "con espacio"}), "unallowed characters"),
        (json!({"url": "https://x/y", "secret_token": "a".repeat(257)}), "too long"),
        (json!({}), "url is missing"),
        (json!({"url": "https://x/y", "secret": "x"}), "secret is unknown"),
        (json!({"url": "https://x/y", "max_connections": "40"}), "not of the type Integer"),
    ] {
        let refused = call(&emulator, "setWebhook", params).await;
        assert_eq!(refused["error_code"], 400, "{refused}");
        assert!(refused["description"].as_str().unwrap().contains(why), "{refused}");
    }
    assert_eq!(call(&emulator, "getWebhookInfo", json!({})).await["result"]["url"], "");
}

#[tokio::test]
async fn polling_during_a_webhook_ends_with_a_conflict() {
    let emulator = world().await;
    let waiting = tokio::spawn({
        let emulator = emulator.clone();
        async move { call(&emulator, "getUpdates", json!({"timeout": 50})).await }
    });
    emulator.wait_until(|ledger| ledger.polls == 1, SOON).await;
    let url = set(&emulator, Arc::new(|| (StatusCode::OK, [("x-none", "")]))).await;
    let ended = waiting.await.unwrap();
    assert_eq!(ended["description"], "Conflict: terminated by setWebhook request");
    let refused = call(&emulator, "getUpdates", json!({})).await;
    assert_eq!(refused["error_code"], 409);
    let info = &call(&emulator, "getWebhookInfo", json!({})).await["result"];
    assert_eq!((&info["url"], &info["pending_update_count"]), (&json!(url), &json!(0)));
    assert!(!info.to_string().contains(SECRET));
    call(&emulator, "deleteWebhook", json!({})).await;
    assert_eq!(call(&emulator, "getUpdates", json!({})).await["result"], json!([]));
}

#[tokio::test]
async fn failed_deliveries_back_off_and_block_only_their_queue() {
    let emulator = world().await;
    emulator.add_group(MESA, "Mesa");
    set(&emulator, Arc::new(|| (StatusCode::OK, [("x-none", "")]))).await;
    emulator.faults().next(METHOD, 3, Fault::DropBefore);
    let begun = Instant::now();
    let first = emulator.says(ANA, ANA, "uno");
    let tried = |times| {
        let emulator = emulator.clone();
        async move {
            emulator.wait_until(|ledger| ledger.deliveries.len() >= times, SOON).await;
            begun.elapsed()
        }
    };
    assert!(tried(2).await < Duration::from_secs(1), "at once");
    let second = emulator.says(ANA, ANA, "dos");
    assert!(tried(3).await >= Duration::from_secs(2), "after two seconds");
    let elsewhere = emulator.says(ANA, MESA, "tres");
    emulator.wait_until(|ledger| ledger.confirmed.contains(&elsewhere), SOON).await;
    assert!(
        emulator.read(|ledger| !ledger.confirmed.contains(&first)),
        "one queue waits, the others do not"
    );
    emulator.wait_until(|ledger| ledger.confirmed.contains(&second), SOON).await;
    assert!(begun.elapsed() >= Duration::from_secs(6), "and after four more");
    let order: Vec<i64> = emulator.read(|ledger| {
        ledger.deliveries.iter().filter(|one| one.status == 200).map(|one| one.update_id).collect()
    });
    assert_eq!(order, [elsewhere, first, second]);
}

#[tokio::test]
async fn retry_after_is_respected_and_a_lost_answer_confirms_nothing() {
    let emulator = world().await;
    let well = Arc::new(AtomicBool::new(false));
    let is_well = Arc::clone(&well);
    let answers = move || match is_well.load(Ordering::SeqCst) {
        true => (StatusCode::NO_CONTENT, [("x-none", "")]),
        false => (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")]),
    };
    set(&emulator, Arc::new(answers)).await;
    let begun = Instant::now();
    let id = emulator.says(ANA, ANA, "hola");
    emulator.wait_until(|ledger| ledger.deliveries.len() == 2, SOON).await;
    assert!(begun.elapsed() >= Duration::from_secs(1), "not before the named wait");
    emulator.faults().next(METHOD, 1, Fault::DropAfter);
    well.store(true, Ordering::SeqCst);
    emulator.wait_until(|ledger| ledger.deliveries.len() == 3, SOON).await;
    assert!(emulator.read(|ledger| !ledger.confirmed.contains(&id)));
    emulator.wait_until(|ledger| ledger.confirmed.contains(&id), SOON).await;
    assert_eq!(emulator.read(|ledger| ledger.handed_out[&id]), 4);
}
