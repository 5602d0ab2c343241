//! The written procedures that the desk ships with, each walked from end to end in every pairing of
//! networks. A test's name begins with the numbers of the rules that it proves.

mod cvc;
