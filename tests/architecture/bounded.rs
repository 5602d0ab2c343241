//! A read inside an open write transaction blocks every other writer. So each query for many rows
//! states its bound: a limit in the query, keys handed over in batches, or a reason in the list
//! below.

use super::{assert_none, sources};

/// Queries without a limit of their own: the file, the function, and what bounds their rows.
const BOUNDED: &[(&str, &str, &str)] = &[
    ("cards.rs", "retire", "the cards of one view of one ticket in one chat: one is kept"),
    ("cards.rs", "in_chat", "the cards of one ticket's thread; no other chat is asked for"),
    ("cards.rs", "of_ticket", "one card for each view and chat that shows one ticket"),
    ("cards.rs", "on", "the console's demonstration, at its start, outside every transaction"),
    ("files.rs", "of_ticket", "limits.files of one ticket"),
    ("files.rs", "count", "a row for each state, which the database counts"),
    ("inbox.rs", "heads", "`open_heads` limits it"),
    ("inbox.rs", "last_messages", "a row for each chat, on the read pool, at a connection"),
    ("leases.rs", "renew", "the leases of one replica"),
    ("membership/guard.rs", "locked_unless_last", "the administrators, who are invited one by one"),
    ("membership/joining.rs", "join", "the two persons who are joined"),
    ("membership/joining.rs", "move_tickets", "the keys of one person's tickets, once a link"),
    ("outbox.rs", "interrupted", "what one process was sending, on the read pool, at a start"),
    ("outbox.rs", "waiting_in", "what waits for one ticket's thread while that is made"),
    ("outbox.rs", "interrupted_keys", "what one process was sending, on the read pool, at a start"),
    ("outbox.rs", "supersede_faces", "the waiting faces of one card, of which one stands"),
    (
        "outbox/recent.rs",
        "sent_since",
        "what the pace lets out in a minute, at the start of a term",
    ),
    ("outbox/sent.rs", "chats", "a row for each chat, on the read pool, at a connection"),
    ("outbox/dead_letters.rs", "numbers", "the tickets of one page of dead letters"),
    ("people.rs", "actor", "the groups of one person"),
    ("people.rs", "promote", "the groups of one person"),
    ("people.rs", "members", "the staff of one group"),
    ("people.rs", "with_role", "the staff, whom administrators invite one by one"),
    ("people.rs", "destinations", "the chats that were linked to one group"),
    ("people.rs", "groups_of_chat", "the groups that were linked to one chat"),
    ("people.rs", "linked_chats", "the chats that were linked, on the read pool, once an hour"),
    ("people/places.rs", "out_of_reach", "the chats that were linked to one group"),
    ("people/places.rs", "mark_unreachable", "the groups that were linked to one chat"),
    ("people/places.rs", "mark_reachable", "the groups that were linked to one chat"),
    ("people/places.rs", "within", "the topics of one chat that were linked"),
    ("people/known.rs", "with_key", "the accounts with one key, at most one a network"),
    ("people/known.rs", "with_networks", "the accounts of at most LOOKED_AT persons"),
    ("people/chats.rs", "all", "the chats that administrators linked one by one"),
    ("people/history.rs", "of", "what administrators and one person did to that person's standing"),
    ("people/linking.rs", "accounts", "the accounts of one person"),
    ("threads.rs", "of_ticket", "the threads of one ticket, of which one stands"),
    ("threads.rs", "standing", "the threads of open tickets, on the read pool, at a connection"),
    ("ticket/child.rs", "of", "the related cases of one ticket, which staff opens one by one"),
    ("ticket/find.rs", "queue", "`ranked` limits it"),
    ("ticket/find.rs", "assigned", "`ranked` limits it"),
    ("ticket/follow.rs", "take_untold", "the staff who follow one ticket"),
    ("ticket/postpone.rs", "editions", "the editions of open tickets, once a process"),
    ("ticket/readers.rs", "rows", "the groups and persons that have had one ticket"),
    ("ticket/release.rs", "with", "the open tickets of one technician, once a lost right"),
    ("ticket/visit.rs", "standing", "the visits of one ticket, which staff plans one by one"),
    ("ticket/visit.rs", "taken", "one technician's visits within the time that can be planned"),
];

/// Functions that read in batches.
const IN_PIECES: [&str; 2] = ["AT_ONCE", ".chunks("];

#[test]
fn every_query_for_many_rows_is_bounded() {
    let mut wrong = Vec::new();
    let mut used = vec![false; BOUNDED.len()];
    for source in sources("src/service") {
        let file = source.path.trim_start_matches("src/service/");
        for function in functions(&source.text) {
            if !READS.iter().any(|reads| function.contains(reads)) {
                continue;
            }
            let says =
                function.contains(".limit(") || IN_PIECES.iter().any(|p| function.contains(p));
            let name = name(function);
            let listed =
                BOUNDED.iter().position(|(place, known, _)| *place == file && *known == name);
            match listed {
                Some(at) => used[at] = true,
                None if says => {}
                None => wrong.push(format!("{}: {name} reads any number of rows", source.path)),
            }
        }
    }
    for ((file, function, _), used) in BOUNDED.iter().zip(used) {
        if !used {
            wrong.push(format!("{file}: {function} is listed and reads nothing"));
        }
    }
    assert_none(wrong, "a query without a bound");
}

/// How a query fetches many rows.
const READS: [&str; 4] = [".all(conn)", ".all(tx)", ".all(act.tx)", ".all(self.conn)"];

/// The functions of a file, from one signature to the next.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.split("\nasync fn ").flat_map(|part| part.split("async fn ")).skip(1)
}

fn name(function: &str) -> &str {
    function.split(['(', '<']).next().unwrap_or_default()
}
