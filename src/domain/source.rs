//! The source of a request: how it reached the desk (U1, N1, C1). Deliberately absent: the network
//! of the message, which is [`super::channel::ChannelKind`].

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// How a request reached the desk.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Source {
    /// The requester wrote it in a chat.
    #[default]
    Chat,
    /// By a telephone call.
    Phone,
    /// By e-mail.
    Mail,
    /// By a notification of the platform GLPI (N1).
    Glpi,
    /// The requester came in person.
    InPerson,
    /// The desk found the problem before it was reported (C1).
    Proactive,
    /// The work was done on the spot and is registered afterwards (V7).
    AfterTheFact,
}

impl Source {
    /// The sources that staff may register for others.
    pub const REGISTERED: [Self; 6] =
        [Self::Phone, Self::Mail, Self::Glpi, Self::InPerson, Self::Proactive, Self::AfterTheFact];
    /// The sources that a procedure offers when it names none.
    pub const USUAL: [Self; 5] =
        [Self::Phone, Self::Mail, Self::InPerson, Self::Proactive, Self::AfterTheFact];

    /// Whether the desk found the problem itself; every other source is a report (C1).
    pub fn is_proactive(self) -> bool {
        self == Self::Proactive
    }

    /// The stable name used in rows, forms and message keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Phone => "phone",
            Self::Mail => "mail",
            Self::Glpi => "glpi",
            Self::InPerson => "in_person",
            Self::Proactive => "proactive",
            Self::AfterTheFact => "after_the_fact",
        }
    }
}
