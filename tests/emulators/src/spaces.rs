//! Non-breaking spaces, which keep an hour on one line. A reader sees them as ordinary spaces, so
//! scenarios compare ordinary ones; tests of `chat::wording` cover the non-breaking spaces.

/// A JSON body with ordinary spaces only.
pub fn ordinary(body: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(body) {
        Ok(text) => text.replace('\u{a0}', " ").replace("\\u00a0", " ").into_bytes(),
        Err(_) => body.to_vec(),
    }
}
