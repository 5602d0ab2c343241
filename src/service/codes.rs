//! The digests of invitation and linking codes: the desk stores no code in clear. In a stored event
//! a marked digest stands in place of a code. Deliberately absent: issuing and accepting codes
//! (`super::people`), and finding them in events (`super::inbox`).

use sha2::{Digest, Sha256};

/// The prefix of a digest that stands for a code.
pub const MARK: &str = "sha256:";

/// The digest that stands for a code in a stored event; `None` for a code that a person typed.
pub fn digest_in(code: &str) -> Option<&str> {
    let digest = code.trim().strip_prefix(MARK)?;
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then_some(digest)
}

/// The digest of an invitation code that a person types.
pub fn hash_of_invitation(code: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(code.trim().to_lowercase().as_bytes()))
}

/// The digest of a linking code that a person types: in any case, in groups, with letters that look
/// like digits.
pub fn hash_of_link(code: &str) -> String {
    let plain = |character: char| match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let typed = code.chars().filter(|character| character.is_alphanumeric());
    let plain: String = typed.map(plain).collect();
    data_encoding::HEXLOWER.encode(&Sha256::digest(plain.as_bytes()))
}
