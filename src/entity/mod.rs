//! Tables, one module per table. Instants are [`crate::domain::time::Timestamp`] columns (UTC
//! milliseconds), compared as integers. `None` in a column that a later migration added also means
//! that the row is older than the column. Deliberately absent: rules, and sea-orm relations; the
//! few joins are written out in the queries.

pub mod account;
pub mod attachment;
pub mod card;
pub mod conversation;
pub mod counter;
pub mod destination;
pub mod edition;
pub mod equipment;
pub mod file_showing;
pub mod inbox;
pub mod invitation;
pub mod invitation_use;
pub mod lease;
pub mod link_code;
pub mod link_request;
pub mod link_try;
pub mod membership;
pub mod outbox;
pub mod person;
pub mod person_event;
pub mod report;
pub mod report_request;
pub mod stored_file;
pub mod survey;
pub mod thread;
pub mod ticket;
pub mod ticket_event;
pub mod ticket_follower;
pub mod ticket_reader;
pub mod visit;
