//! Renders rows into messages, with the reads that this needs. Deliberately absent: who may press
//! which button (`domain::permission` decides, when the card is drawn and when the button is pressed).

pub mod answers;
pub mod card;
pub mod ephemeral;
pub mod files;
pub mod help;
pub mod history_facts;
mod lines;
pub mod list;
pub mod related;
pub mod report;
mod shown;
pub mod sla;
pub mod steps;
pub mod survey;
pub mod visibility;
pub mod visits;
pub mod workbook;
