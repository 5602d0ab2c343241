//! What is shown: pure renderings of rows into messages, and the few reads they need. Deliberately
//! absent: who may press what (`domain::verb` decides, here and when it is pressed).

pub mod card;
pub mod files;
pub mod help;
pub mod list;
pub mod report;
pub mod sla;
pub mod survey;
pub mod workbook;
