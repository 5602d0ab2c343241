//! Maps the platform's answers to outcomes for the courier. An error keeps a classification and the
//! platform's own sentence, never an address, which may hold a token, and never the rest of an answer, which
//! may hold what people wrote.

use std::time::Duration;

use crate::channel::SendError;

/// The JSON error codes of the platform (API reference, "Opcodes and Status Codes").
pub(super) mod code {
    pub const UNKNOWN_CHANNEL: u64 = 10_003;
    pub const UNKNOWN_MESSAGE: u64 = 10_008;
    /// The token of an interaction has expired.
    pub const UNKNOWN_WEBHOOK: u64 = 10_015;
    /// The interaction got no first answer in time or does not exist.
    pub const UNKNOWN_INTERACTION: u64 = 10_062;
    /// The bot opened too many private chats in a short time.
    pub const OPENING_TOO_FAST: u64 = 40_003;
    /// The interaction has a first answer already.
    pub const ALREADY_ACKNOWLEDGED: u64 = 40_060;
    /// The person accepts no private messages from the bot.
    pub const CANNOT_MESSAGE: u64 = 50_007;
    /// The bot lacks a permission for this request.
    pub const MISSING_PERMISSIONS: u64 = 50_013;
    /// The platform does not accept a field of the body.
    pub const INVALID_BODY: u64 = 50_035;
    pub const THREAD_LOCKED: u64 = 160_005;
    /// The token of an interaction is invalid or has expired.
    pub const INVALID_TOKEN: u64 = 50_027;
    pub const THREAD_ARCHIVED: u64 = 50_083;
    /// The person shares no server with the bot.
    pub const NO_MUTUAL_SERVER: u64 = 50_278;

    pub const UNKNOWN_GUILD: u64 = 10_004;
    /// The account is not a member of the server.
    pub const UNKNOWN_MEMBER: u64 = 10_007;
    pub const UNKNOWN_USER: u64 = 10_013;
    pub const EXPLICIT_CONTENT: u64 = 20_009;
    /// The platform limits the edits of messages older than an hour.
    pub const MESSAGE_EDITED_TOO_OFTEN: u64 = 30_046;
    pub const UNAUTHORIZED: u64 = 40_001;
    pub const REQUEST_TOO_LARGE: u64 = 40_005;
    /// The bot may not see the chat.
    pub const MISSING_ACCESS: u64 = 50_001;
    /// The message belongs to another account.
    pub const OTHER_AUTHOR: u64 = 50_005;
    pub const EMPTY_MESSAGE: u64 = 50_006;
    /// A number in the body is out of range.
    pub const INVALID_NUMBER: u64 = 50_016;
    pub const INVALID_RECIPIENT: u64 = 50_033;
    pub const FILE_TOO_LARGE: u64 = 50_045;
    pub const INVALID_FILE: u64 = 50_046;
    pub const INVALID_JSON: u64 = 50_109;
    pub const FILE_NOT_RESIZABLE: u64 = 50_138;
    /// A rule of the server (AutoMod) blocks the message.
    pub const BLOCKED_MESSAGE: u64 = 200_000;
    /// A rule of the server (AutoMod) blocks the title.
    pub const BLOCKED_TITLE: u64 = 200_001;
    /// The platform blocks a link in the message.
    pub const HARMFUL_LINK: u64 = 240_000;

    /// The chat cannot be reached until a person changes that.
    pub const UNREACHABLE: [u64; 10] = [
        UNKNOWN_GUILD,
        UNKNOWN_USER,
        UNAUTHORIZED,
        MISSING_ACCESS,
        CANNOT_MESSAGE,
        MISSING_PERMISSIONS,
        INVALID_RECIPIENT,
        THREAD_ARCHIVED,
        THREAD_LOCKED,
        NO_MUTUAL_SERVER,
    ];
    /// The content of the request is refused, in whichever chat it is sent.
    pub const CONTENT: [u64; 13] = [
        UNKNOWN_MEMBER,
        EXPLICIT_CONTENT,
        REQUEST_TOO_LARGE,
        EMPTY_MESSAGE,
        INVALID_NUMBER,
        INVALID_BODY,
        FILE_TOO_LARGE,
        INVALID_FILE,
        INVALID_JSON,
        FILE_NOT_RESIZABLE,
        BLOCKED_MESSAGE,
        HARMFUL_LINK,
        BLOCKED_TITLE,
    ];
    /// The message cannot be edited any more and has to be sent anew.
    pub const GONE: [u64; 3] = [UNKNOWN_MESSAGE, OTHER_AUTHOR, MESSAGE_EDITED_TOO_OFTEN];
    /// The interaction can no longer be answered.
    pub const EXPIRED: [u64; 3] = [UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_TOKEN];
}

/// The pause after the bot opened private chats too fast.
const OPEN_LATER: Duration = Duration::from_secs(60);

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The platform refused the request, which had no effect.
    #[error("refused with {status}: {message} ({code})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The JSON error code, or zero.
        code: u64,
        /// The platform's sentence.
        message: String,
    },
    /// The platform asks to wait this long; the request had no effect.
    #[error("told to wait {0:?}")]
    Wait(Duration),
    /// The request had no effect and may be repeated.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It is unknown whether the request took effect.
    #[error("outcome unknown: {0}")]
    Lost(String),
}

impl Failure {
    /// The JSON error code of a refusal.
    pub fn code(&self) -> Option<u64> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether it is a refusal with one of these codes.
    pub(super) fn is_any(&self, codes: &[u64]) -> bool {
        self.code().is_some_and(|code| codes.contains(&code))
    }
}

/// The outcome of a delivery, edit or answer.
impl From<Failure> for SendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Wait(wait) => Self::RetryAfter(wait),
            Failure::NotSent(why) => Self::Transient(why),
            Failure::Lost(why) => Self::Unknown(why),
            // The message waits until the operator has configured the right token.
            Failure::Refused { status: 401, code: 0 | code::UNAUTHORIZED, .. } => {
                Self::Transient("Discord does not accept the bot's token".to_owned())
            }
            Failure::Refused { code: code::OPENING_TOO_FAST, .. } => Self::RetryAfter(OPEN_LATER),
            Failure::Refused { code: code::UNKNOWN_CHANNEL, message, .. } => {
                Self::Vanished(format!("{message} ({})", code::UNKNOWN_CHANNEL))
            }
            Failure::Refused { code, message, .. } if code::UNREACHABLE.contains(&code) => {
                Self::Unreachable(format!("{message} ({code})"))
            }
            Failure::Refused { status, code, message } if is_of_the_request(status, code) => {
                Self::Refused(format!("{message} ({code})"))
            }
            // The platform has more codes than are listed here. An unknown code counts against the chat, so that
            // the message goes to the persons who stand in for its reader.
            Failure::Refused { status: 400..=499, code, message } => {
                Self::Unreachable(format!("{message} ({code})"))
            }
            Failure::Refused { code, message, .. } => Self::Refused(format!("{message} ({code})")),
        }
    }
}

/// Whether a refusal is about the request and not about the chat. A 400 without a code is a malformed request.
fn is_of_the_request(status: u16, code: u64) -> bool {
    code::CONTENT.contains(&code) || (status, code) == (400, 0)
}

/// The outcome of a failed edit.
pub(super) fn edit(failure: Failure) -> SendError {
    if failure.is_any(&code::GONE) { SendError::Gone } else { failure.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: u64) -> Failure {
        Failure::Refused { status, code, message: "No".to_owned() }
    }

    #[test]
    fn error_codes_become_outcomes() {
        assert!(matches!(refused(404, 10_003).into(), SendError::Vanished(_)));
        for code in [50_007, 50_278, 50_001, 50_013, 10_013, 50_083, 160_005, 999_999] {
            let error = SendError::from(refused(403, code));
            assert!(matches!(error, SendError::Unreachable(_)), "{code}");
        }
        assert!(matches!(refused(401, 0).into(), SendError::Transient(_)));
        assert!(matches!(refused(400, 50_035).into(), SendError::Refused(_)));
        assert!(matches!(refused(429, 40_003).into(), SendError::RetryAfter(_)));
        assert!(matches!(SendError::from(Failure::Lost("x".into())), SendError::Unknown(_)));
        for code in [10_008, 50_005, 30_046] {
            assert!(matches!(edit(refused(404, code)), SendError::Gone), "{code}");
        }
        assert!(matches!(edit(refused(404, 10_003)), SendError::Vanished(_)));
    }
}
