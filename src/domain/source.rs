//! How a request came to the desk (U1, N1, C1). Deliberately absent: the network it was written on,
//! which is [`super::channel::ChannelKind`].

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// How a request came to the desk.
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
    /// Its requester wrote it in a chat.
    #[default]
    Chat,
    /// Somebody called.
    Phone,
    /// Somebody wrote a mail.
    Mail,
    /// The platform GLPI announced it (N1).
    Glpi,
    /// Somebody came by.
    InPerson,
    /// The desk found it by itself, before anybody asked (C1).
    Proactive,
    /// It was done on the spot and is registered afterwards (V7).
    AfterTheFact,
}

impl Source {
    /// Those that the desk's staff registers for others.
    pub const REGISTERED: [Self; 6] =
        [Self::Phone, Self::Mail, Self::Glpi, Self::InPerson, Self::Proactive, Self::AfterTheFact];
    /// Those of them that a procedure offers where it names none.
    pub const USUAL: [Self; 5] =
        [Self::Phone, Self::Mail, Self::InPerson, Self::Proactive, Self::AfterTheFact];

    /// Whether the desk found it before anybody asked; all else answers to somebody (C1).
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
