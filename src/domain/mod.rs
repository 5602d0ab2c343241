//! Vocabulary and rules of the desk. Deliberately absent: `await`, I/O, the clock, and any chat
//! network.

#![warn(missing_docs)]

pub mod calendar;
pub mod channel;
pub mod clocks;
pub mod ending;
pub mod event;
pub mod facts;
pub mod field;
pub mod file;
pub mod holidays;
pub mod id;
pub mod intake;
pub mod limits;
pub mod locale;
pub mod name;
pub mod permission;
pub mod person;
pub mod person_event;
pub mod priority;
pub mod procedure;
pub mod promise;
pub mod reading;
pub mod refusal;
pub mod report;
pub mod right;
pub mod simulation;
pub mod source;
pub mod status;
pub mod steps;
pub mod text;
pub mod time;
pub mod times;
pub mod verb;
pub mod visit;
pub mod warning;
