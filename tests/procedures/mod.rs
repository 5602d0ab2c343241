//! The shipped procedures, each walked from end to end in every pairing of networks. A story names
//! the rules that it proves.

mod narino;
