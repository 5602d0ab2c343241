//! Spaces that keep an hour on one line. They look like any other space, so stories read them as one;
//! that they are there is tested where the words are (`chat::wording`).

/// A body of JSON with ordinary spaces alone.
pub fn ordinary(body: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(body) {
        Ok(text) => text.replace('\u{a0}', " ").replace("\\u00a0", " ").into_bytes(),
        Err(_) => body.to_vec(),
    }
}
