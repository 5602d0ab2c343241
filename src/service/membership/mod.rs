//! Changes of who belongs to the desk and with which rights: groups, roles, revoked access, joined
//! people. These changes move or release tickets. Deliberately absent: the rows of people and their
//! accounts (`super::people`).

pub mod groups;
mod guard;
pub mod joining;
pub mod revoke;
pub mod role;
