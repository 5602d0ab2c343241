//! The short codes on buttons. A code says what the button does. It grants nothing: the press is
//! checked against the presser's role and the ticket's state. Codes are stateless, so a button
//! works after a restart and weeks later. An unknown code gets a polite answer.

use crate::domain::{
    id::{PersonId, TicketId, TicketNumber},
    locale::Locale,
    time::Timestamp,
    verb::Verb,
};
use crate::service::ticket::find::Cursor;

mod roster;

pub use roster::Step;

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// Begins this operation on the ticket.
    Ticket(Verb, TicketNumber),
    /// Starts a request that follows the ticket.
    FollowUp(TicketNumber),
    /// Shows the files of the ticket.
    Files(TicketNumber),
    /// Answers the survey about this round's solution of the ticket.
    Survey(TicketNumber, i32, SurveyAnswer),
    /// The requester agrees to the planned time of the visit.
    Agree(TicketNumber, Timestamp),
    /// Answers question number `.0` of the open dialogue.
    Dialogue(i64, String),
    /// Shows the form of question number `.0` of the open dialogue.
    Write(i64),
    /// Shows the next page of a list.
    More(List, Cursor),
    /// Sets the person's language.
    Language(Locale),
    /// Runs a command without arguments, by its Spanish name.
    Command(String),
    /// Answers whether a requester noted by name and a new account are one person.
    Same {
        /// The person who was noted by name.
        noted: PersonId,
        /// The person of the new account.
        newcomer: PersonId,
        yes: bool,
    },
    /// Answers the request with this id to link two accounts.
    Link(i64, LinkAnswer),
    /// Undoes a link of the presser's own accounts.
    Unlink(i64),
    /// A page or a step of the list of people.
    Roster(Step),
}

/// An answer to a request to link two accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkAnswer {
    /// One of the two account owners agrees.
    Agree,
    /// One of the two account owners refuses.
    Refuse,
    /// An administrator approves the link.
    Approve,
    /// An administrator declines the link.
    Decline,
}

/// An answer to a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurveyAnswer {
    /// The requester confirms the solution.
    Yes,
    /// The requester rejects the solution.
    No,
    /// The rating, 1 to 5.
    Stars(u8),
    /// The requester leaves no comment.
    Skip,
}

/// A list that is shown in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The tickets in the queues of the viewer's groups.
    Queue,
    /// The tickets that the viewer requested.
    Mine,
    /// The tickets assigned to the viewer.
    Assigned,
}

/// The letter of a verb in codes. Buttons in old messages carry it, so a letter keeps its meaning.
fn letter(verb: Verb) -> char {
    match verb {
        Verb::View => 'v',
        Verb::Accept => 'a',
        Verb::Assign => 'g',
        Verb::Escalate => 'e',
        Verb::Note => 'n',
        Verb::Reply => 'p',
        Verb::Suspend => 's',
        Verb::Resume => 'r',
        Verb::Solve => 'z',
        Verb::Withdraw => 'w',
        Verb::PassToVendor => 'o',
        Verb::NotManage => 'x',
        Verb::OpenChild => 'h',
        Verb::CheckAsset => 'q',
        Verb::Approve => 'y',
        Verb::Decline => 'u',
        Verb::Visit => 'i',
        Verb::Arrive => 'l',
        Verb::Miss => 'm',
        Verb::ChooseVisit => 'c',
        Verb::MoveToWorkshop => 't',
        Verb::MoveToVendor => 'd',
        Verb::ReturnEquipment => 'b',
        Verb::ReceiveEquipment => 'k',
        Verb::Route => 'j',
        Verb::Train => 'f',
        Verb::Answer => 'A',
        Verb::Follow => 'F',
        Verb::Prioritise => 'P',
        Verb::Categorise => 'C',
        Verb::Authorise => 'U',
        Verb::Reject => 'R',
        Verb::CloseOnSilence => 'S',
    }
}

impl Code {
    /// The code as networks carry it: at most 64 bytes, ASCII.
    pub fn encode(&self) -> String {
        match self {
            Self::Ticket(verb, number) => {
                format!("t:{}:{number}", letter(*verb))
            }
            Self::FollowUp(number) => format!("f:{number}"),
            Self::Files(number) => format!("fi:{number}"),
            Self::Survey(number, round, answer) => {
                let answer = match answer {
                    SurveyAnswer::Yes => 'y',
                    SurveyAnswer::No => 'n',
                    SurveyAnswer::Skip => 'k',
                    SurveyAnswer::Stars(stars) => char::from(b'0' + stars),
                };
                format!("s:{answer}:{number}:{round}")
            }
            Self::Agree(number, at) => format!("h:{number}:{}", at.0),
            Self::Dialogue(serial, choice) => format!("d:{serial}:{choice}"),
            Self::Write(serial) => format!("w:{serial}"),
            Self::More(list, cursor) => {
                let list = match list {
                    List::Queue => 'q',
                    List::Mine => 'm',
                    List::Assigned => 'a',
                };
                format!("m:{list}:{}:{}", cursor.rank, cursor.id)
            }
            Self::Language(locale) => format!("l:{}", locale.as_str()),
            Self::Command(name) => format!("c:{name}"),
            Self::Same { noted, newcomer, yes } => {
                format!("i:{}:{noted}:{newcomer}", if *yes { 'y' } else { 'n' })
            }
            Self::Link(request, answer) => {
                let answer = match answer {
                    LinkAnswer::Agree => 'y',
                    LinkAnswer::Refuse => 'n',
                    LinkAnswer::Approve => 'a',
                    LinkAnswer::Decline => 'd',
                };
                format!("k:{answer}:{request}")
            }
            Self::Unlink(link) => format!("ku:{link}"),
            Self::Roster(step) => format!("p:{}", step.encode()),
        }
    }

    /// Reads a code; `None` for an unknown code or one of a format that is no longer read.
    pub fn decode(code: &str) -> Option<Self> {
        let (kind, rest) = code.split_once(':')?;
        let mut parts = rest.split(':');
        let decoded = match kind {
            "t" => {
                let named = parts.next()?;
                let verb = Verb::ALL.iter().find(|verb| named == letter(**verb).to_string())?;
                Self::Ticket(*verb, number(parts.next()?)?)
            }
            "f" => Self::FollowUp(number(parts.next()?)?),
            "fi" => Self::Files(number(parts.next()?)?),
            "s" => {
                let answer = match parts.next()? {
                    "y" => SurveyAnswer::Yes,
                    "n" => SurveyAnswer::No,
                    "k" => SurveyAnswer::Skip,
                    stars => SurveyAnswer::Stars(
                        stars.parse().ok().filter(|stars| (1..=5).contains(stars))?,
                    ),
                };
                Self::Survey(number(parts.next()?)?, parts.next()?.parse().ok()?, answer)
            }
            "h" => Self::Agree(number(parts.next()?)?, Timestamp(parts.next()?.parse().ok()?)),
            "d" => {
                return rest.split_once(':').and_then(|(serial, choice)| {
                    Some(Self::Dialogue(serial.parse().ok()?, choice.to_owned()))
                });
            }
            "m" => {
                let list = match parts.next()? {
                    "q" => List::Queue,
                    "m" => List::Mine,
                    "a" => List::Assigned,
                    _ => return None,
                };
                let rank = parts.next()?.parse().ok()?;
                let id = TicketId(parts.next()?.parse().ok()?);
                Self::More(list, Cursor { rank, id })
            }
            "w" => Self::Write(parts.next()?.parse().ok()?),
            "l" => Self::Language(Locale::from_tag(parts.next()?)?),
            "c" => Self::Command(parts.next()?.to_owned()),
            "i" => {
                let yes = match parts.next()? {
                    "y" => true,
                    "n" => false,
                    _ => return None,
                };
                let noted = PersonId(parts.next()?.parse().ok()?);
                Self::Same { noted, newcomer: PersonId(parts.next()?.parse().ok()?), yes }
            }
            "k" => {
                let answer = match parts.next()? {
                    "y" => LinkAnswer::Agree,
                    "n" => LinkAnswer::Refuse,
                    "a" => LinkAnswer::Approve,
                    "d" => LinkAnswer::Decline,
                    _ => return None,
                };
                Self::Link(parts.next()?.parse().ok()?, answer)
            }
            "ku" => Self::Unlink(parts.next()?.parse().ok()?),
            "p" => return Step::decode(rest).map(Self::Roster),
            _ => return None,
        };
        parts.next().is_none().then_some(decoded)
    }
}

fn number(text: &str) -> Option<TicketNumber> {
    text.parse().ok().map(TicketNumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_journey_and_fits() {
        let far = TicketNumber(i64::MAX);
        let cursor = Cursor { rank: i64::MAX, id: TicketId(i64::MAX) };
        let mut codes: Vec<Code> = Verb::ALL.iter().map(|verb| Code::Ticket(*verb, far)).collect();
        let answers =
            [SurveyAnswer::Yes, SurveyAnswer::No, SurveyAnswer::Stars(5), SurveyAnswer::Skip];
        codes.extend(answers.map(|answer| Code::Survey(far, i32::MAX, answer)));
        codes
            .extend([List::Queue, List::Mine, List::Assigned].map(|list| Code::More(list, cursor)));
        codes.extend([
            Code::FollowUp(far),
            Code::Agree(far, Timestamp(i64::MAX)),
            Code::Files(far),
            Code::Write(i64::MAX),
            Code::Dialogue(i64::MAX, "una-clave-de-veinticuatr".into()),
            Code::Dialogue(1, "a:b".into()),
            Code::Language(Locale::En),
            Code::Command("miscasos".into()),
            Code::Same { noted: PersonId(i64::MAX), newcomer: PersonId(i64::MAX), yes: true },
            Code::Same { noted: PersonId(1), newcomer: PersonId(2), yes: false },
            Code::Link(i64::MAX, LinkAnswer::Agree),
            Code::Link(1, LinkAnswer::Refuse),
            Code::Link(1, LinkAnswer::Approve),
            Code::Link(1, LinkAnswer::Decline),
            Code::Unlink(i64::MAX),
        ]);
        codes.extend(roster::every().map(Code::Roster));
        for code in codes {
            let encoded = code.encode();
            assert!(encoded.len() <= 64, "{encoded}");
            assert_eq!(Code::decode(&encoded), Some(code), "{encoded}");
        }
    }

    #[test]
    fn a_malformed_code_is_refused() {
        for wrong in [
            "", "t", "t:a", "t:a:x", "t:?:1", "t:a:1:2", "s:6:1:1", "s:0:1:1", "zz:1", "l:fr",
            "i:x:1:2",
        ] {
            assert_eq!(Code::decode(wrong), None, "{wrong}");
        }
    }
}
