//! Reads how far technicians may read each other's tickets. Deliberately absent: who may read one
//! ticket, which is a rule (`domain::right`).

use crate::{config::section::Section, domain::reading::Reading};

/// How far technicians read; their own group by default.
pub fn reading(top: &Section<'_>) -> Option<Reading> {
    if top.optional("access").is_none() {
        return Some(Reading::default());
    }
    let section = top.section("access")?;
    let read = section.choice("read", &[("group", Reading::Group), ("desk", Reading::Desk)]);
    section.finish();
    read
}
