//! From what the platform says to what the courier has to know. Everything kept from an error is a
//! classification or the platform's own sentence: never an address, which may hold a token, and
//! never the rest of an answer, which may hold what people wrote.

use std::time::Duration;

use crate::channel::SendError;

/// Numbers that the platform gives its refusals.
pub(super) mod code {
    /// The channel was deleted, or never was.
    pub const UNKNOWN_CHANNEL: u64 = 10_003;
    /// The message was deleted.
    pub const UNKNOWN_MESSAGE: u64 = 10_008;
    /// The interaction's time has passed.
    pub const UNKNOWN_WEBHOOK: u64 = 10_015;
    /// Nobody answered the interaction in time, or it never was.
    pub const UNKNOWN_INTERACTION: u64 = 10_062;
    /// Too many private chats were opened in a short time.
    pub const OPENING_TOO_FAST: u64 = 40_003;
    /// Somebody answered the interaction already.
    pub const ALREADY_ACKNOWLEDGED: u64 = 40_060;
    /// The person takes no private messages from us.
    pub const CANNOT_MESSAGE: u64 = 50_007;
    /// A permission is missing for this one thing.
    pub const MISSING_PERMISSIONS: u64 = 50_013;
    /// Something in the body is not accepted.
    pub const INVALID_BODY: u64 = 50_035;
    /// The thread is locked.
    pub const THREAD_LOCKED: u64 = 160_005;
    /// The interaction's token has expired.
    pub const INVALID_TOKEN: u64 = 50_027;
    /// The thread sleeps.
    pub const THREAD_ARCHIVED: u64 = 50_083;
    /// The person shares no server with us.
    pub const NO_MUTUAL_SERVER: u64 = 50_278;

    /// What means that a chat is out of reach until a person changes that: left, closed.
    pub const UNREACHABLE: [u64; 10] = [
        10_004, // the server
        10_013, // the person
        40_001, // not authorised
        50_001, // we may not see it
        CANNOT_MESSAGE,
        MISSING_PERMISSIONS,
        50_033, // no such recipient
        THREAD_ARCHIVED,
        160_005, // the thread is locked
        NO_MUTUAL_SERVER,
    ];
    /// What refuses a request for what it holds, wherever it is sent.
    pub const CONTENT: [u64; 13] = [
        10_007,  // the account is not in the server
        20_009,  // explicit content
        40_005,  // too large
        50_006,  // empty
        50_016,  // a number that is not allowed
        50_035,  // a field that is not allowed
        50_045,  // the file is too large
        50_046,  // the file cannot be read
        50_109,  // not JSON
        50_138,  // the file cannot be made smaller
        200_000, // a rule of the server's blocks it
        240_000, // a link that is not allowed
        200_001, // a title that a rule blocks
    ];
    /// What means that a message cannot be edited any more and has to be written anew: gone,
    /// somebody else's, or edited too often for its age.
    pub const GONE: [u64; 3] = [UNKNOWN_MESSAGE, 50_005, 30_046];
    /// What means that an interaction can no longer be answered.
    pub const EXPIRED: [u64; 3] = [UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_TOKEN];
}

/// How long to leave opening private chats alone when that was too fast.
const OPEN_LATER: Duration = Duration::from_secs(60);

/// Why a request brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The platform said no.
    #[error("refused with {status}: {message} ({code})")]
    Refused {
        /// The answer's status.
        status: u16,
        /// The platform's number of the refusal, or zero.
        code: u64,
        /// The platform's sentence.
        message: String,
    },
    /// To be asked again after this time; surely nothing was done.
    #[error("told to wait {0:?}")]
    Wait(Duration),
    /// The request surely did not leave, or surely did nothing.
    #[error("not sent: {0}")]
    NotSent(String),
    /// Nobody knows whether it was done.
    #[error("outcome unknown: {0}")]
    Lost(String),
}

impl Failure {
    /// The platform's number of the refusal.
    pub fn code(&self) -> Option<u64> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether the refusal has one of these numbers.
    pub(super) fn is_any(&self, codes: &[u64]) -> bool {
        self.code().is_some_and(|code| codes.contains(&code))
    }
}

/// What a failure means for something that was to be sent, edited or answered.
impl From<Failure> for SendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Wait(wait) => Self::RetryAfter(wait),
            Failure::NotSent(why) => Self::Transient(why),
            Failure::Lost(why) => Self::Unknown(why),
            // Nothing was sent, and it can be once the operator has put the right token in.
            Failure::Refused { status: 401, code: 0 | 40_001, .. } => {
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
            // The platform has more numbers than are known here. One that names no fault of the
            // message refuses the place, so that those who stand in for it hear of it.
            Failure::Refused { status: 400..=499, code, message } => {
                Self::Unreachable(format!("{message} ({code})"))
            }
            Failure::Refused { code, message, .. } => Self::Refused(format!("{message} ({code})")),
        }
    }
}

/// Whether a refusal is about the request and not the place. One without a number is malformed.
fn is_of_the_request(status: u16, code: u64) -> bool {
    code::CONTENT.contains(&code) || (status, code) == (400, 0)
}

/// What a failed edit means.
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
    fn numbers_of_the_platform_become_outcomes() {
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
