//! Changes a person's groups, role and access, and joins people. Each change may release or move
//! tickets, so it lies above `super::people` and `super::ticket`. Deliberately absent: people who
//! are new to the desk (`super::people`).

pub mod groups;
mod guard;
pub mod joining;
pub mod revoke;
pub mod role;
