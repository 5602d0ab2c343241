//! Interactions over HTTP: posted to the bot's webhook address with Discord's signature.

use std::sync::LazyLock;

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use super::{BOT_ID, Emulator, callbacks};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&[7; 32]));
static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&[9; 32]));

/// The signature of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// A valid signature by Discord's key.
    Right,
    /// A signature by another key, as Discord itself sends to test the endpoint.
    Wrong,
    /// Text that is no signature.
    Garbled,
    /// No signature header.
    Missing,
}

/// Discord's public key in hexadecimal.
pub fn public_key() -> String {
    hex(KEY.verifying_key().as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Emulator {
    /// The key that verifies signatures, in hexadecimal.
    pub fn public_key(&self) -> String {
        public_key()
    }

    /// Makes interactions wait to be posted instead of going to the gateway, or the reverse.
    pub fn interactions_over_http(&self, over_http: bool) {
        self.change(|state| state.over_http = over_http);
    }

    /// Posts an interaction, signed at `at` (Unix time in seconds). Returns the status and body of
    /// the response; the body takes effect when the signature was valid.
    pub async fn sign_and_post(
        &self,
        url: &str,
        interaction: u64,
        at: i64,
        signature: Signature,
    ) -> (u16, Value) {
        let payload = self.interaction(interaction);
        let (status, body) = self.post_signed(url, &payload, at, signature).await;
        if status == 200 && signature == Signature::Right {
            let taken = self.take(interaction, &body);
            assert!(taken.is_ok(), "the platform refuses the answer {body}: {taken:?}");
        } else if status == 200 {
            let words = format!("a signature that is {signature:?} was believed");
            self.change(|state| state.ledger.violations.push(words));
        }
        (status, body)
    }

    /// Posts a validly signed interaction that nests deeper than most parsers read.
    pub async fn posts_nested(&self, url: &str, interaction: u64, at: i64) -> u16 {
        let mut payload = self.interaction(interaction);
        let nested = (0..200).fold(Value::Null, |inner, _| json!([inner]));
        payload["data"]["tomorrow"] = nested;
        self.post_signed(url, &payload, at, Signature::Right).await.0
    }

    /// Posts a PING interaction.
    pub async fn pings(&self, url: &str, at: i64, signature: Signature) -> (u16, Value) {
        let id = self.change(|state| state.next_id()).to_string();
        let ping = json!({
            "id": id, "application_id": BOT_ID.to_string(), "type": 1, "token": "aW50canary",
            "version": 1, "entitlements": [], "app_permissions": "0",
        });
        self.post_signed(url, &ping, at, signature).await
    }

    fn take(&self, interaction: u64, body: &Value) -> Result<(), String> {
        let (taken, effects) = self.change(|state| {
            let before = state.ledger.effects.len();
            let taken = callbacks::take(state, interaction, body);
            (taken, state.ledger.effects[before..].to_vec())
        });
        for robot in self.robots() {
            effects.iter().for_each(|effect| robot(self, effect));
        }
        taken.map_err(|refusal| refusal.body().to_string())
    }

    async fn post_signed(
        &self,
        url: &str,
        payload: &Value,
        at: i64,
        signature: Signature,
    ) -> (u16, Value) {
        let body = payload.to_string();
        let signed = format!("{at}{body}");
        let client = reqwest::Client::builder().no_proxy().build().expect("a plain client builds");
        let mut request = client.post(url).header("content-type", "application/json");
        if signature != Signature::Missing {
            let key = if signature == Signature::Wrong { &STRANGER } else { &KEY };
            let mut written = hex(&key.sign(signed.as_bytes()).to_bytes());
            if signature == Signature::Garbled {
                written = written.replace('a', "z");
            }
            request = request.header("x-signature-ed25519", written);
            request = request.header("x-signature-timestamp", at.to_string());
        }
        let answer = request.body(body).send().await.expect("the bot's address answers");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }
}
