//! A procedure of a school's.
