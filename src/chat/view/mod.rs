//! What is shown: pure renderings of rows into messages, and the few reads they need. Deliberately
//! absent: who may press what (`domain::verb` decides, here and when it is pressed).

pub mod aid;
pub mod answers;
pub mod card;
pub mod files;
pub mod help;
pub mod list;
pub mod reach;
pub mod related;
pub mod report;
pub mod sight;
pub mod sla;
pub mod steps;
pub mod survey;
pub mod visits;
pub mod workbook;
