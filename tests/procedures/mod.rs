//! The shipped procedures, each walked from end to end in every pairing of networks. A story's name
//! begins with the rules it proves.

mod victimas;
