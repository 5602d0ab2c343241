//! Seeded chance for faults, and a gate that holds requests back.

use tokio::sync::watch;

/// Holds requests back until the test opens it.
#[derive(Debug, Clone)]
pub struct Gate(watch::Sender<bool>);

impl Gate {
    pub fn closed() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Lets every waiting and later request through.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    /// Waits until the gate is open.
    pub async fn pass(&self) {
        let mut open = self.0.subscribe();
        open.wait_for(|open| *open).await.expect("the gate holds the sender");
    }
}

/// A seeded die: the same seed gives the same rolls in every build.
pub struct Dice {
    per_mille: u64,
    state: u64,
}

impl Dice {
    /// A die that comes up true `per_mille` times in a thousand.
    pub fn new(per_mille: u64, seed: u64) -> Self {
        Self { per_mille, state: seed }
    }

    /// One step of SplitMix64.
    pub fn roll(&mut self) -> bool {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % 1000 < self.per_mille
    }
}
