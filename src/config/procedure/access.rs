//! Reads how wide technicians read each other's tickets. Deliberately absent: who reads one ticket,
//! which is a rule (`domain::right`).

use crate::{config::section::Section, domain::right::Reading};

/// How wide technicians read; by group where nothing is written.
pub fn reading(top: &Section<'_>) -> Option<Reading> {
    if top.optional("access").is_none() {
        return Some(Reading::default());
    }
    let section = top.section("access")?;
    let read = section.choice("read", &[("group", Reading::Group), ("desk", Reading::Desk)]);
    section.finish();
    read
}
