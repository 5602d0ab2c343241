//! The matrix of rights: every command, button, list, file, suggestion and live edit, for every
//! role, before and after the role is lost, in every place, on both networks. The expected rights
//! are stated by hand in `stated`; a command or a button without a row fails the test.

mod cell;
mod live;
mod stated;
mod world;

use std::collections::BTreeMap;

use mesabot::domain::channel::ChannelKind;

use self::{
    cell::{Cell, Outcome, Place},
    stated::{Row, Who, rows},
    world::World,
};

/// Checks every cell of one network, and collects the wrong ones.
async fn matrix(channel: ChannelKind) {
    let world = World::build().await;
    let places: &[Place] = match channel {
        ChannelKind::Discord => &[Place::Private, Place::Linked, Place::Foreign, Place::Thread],
        _ => &[Place::Private, Place::Linked, Place::Foreign],
    };
    let rows = rows();
    let mut cells = 0;
    let mut wrong = Vec::new();
    let mut printed: BTreeMap<usize, String> = BTreeMap::new();
    for who in Who::ALL {
        for (at, row) in rows.iter().enumerate() {
            let mut signs = String::new();
            for place in places {
                let cell = Cell { who, channel, place: *place };
                let outcome = world.tries(cell, &row.what).await;
                cells += 1;
                signs.push(outcome.sign());
                let faults = faults(&world, cell, row, &outcome).await;
                wrong.extend(faults.into_iter().map(|fault| {
                    format!("{channel:?} {place:?} {}: {}: {fault}", who.name(), row.name)
                }));
            }
            let line = printed.entry(at).or_insert_with(|| format!("{:<26}", row.name));
            line.push_str(&format!(" {signs:<4}"));
        }
    }
    println!("{channel:?}: {}", places.iter().map(|p| format!("{p:?} ")).collect::<String>());
    println!("a: shown to the reader alone, h: shown to all who read there, x: done, .: neither");
    let names: Vec<String> = Who::ALL.iter().map(|who| who.name()).collect();
    println!("columns: {}", names.join(" | "));
    for line in printed.values() {
        println!("{line}");
    }
    println!("{channel:?}: {cells} cells, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The faults of a cell: words shown to a person without the right, missing words, an act without
/// the right, or an answer that distinguishes a forbidden ticket from an absent one.
async fn faults(world: &World, cell: Cell, row: &Row, outcome: &Outcome) -> Vec<String> {
    let mut faults = outcome.leaks.clone();
    let expected = row.expected(cell);
    if outcome.alone != expected.alone && expected.words_are_exact {
        faults.push(format!("alone reads {:?} and not {:?}", outcome.alone, expected.alone));
    }
    if outcome.here != expected.here && expected.words_are_exact {
        faults.push(format!("all read {:?} and not {:?}", outcome.here, expected.here));
    }
    match expected.acts {
        Some(acts) if acts != outcome.acted => {
            faults.push(format!("it is done: {}, it should be: {acts}", outcome.acted));
        }
        _ => {}
    }
    let hidden = row.is_hidden_from(cell.who);
    if let Some(absent) = row.on_absent_ticket().filter(|_| hidden || row.answers_readers()) {
        let other = world.tries(cell, &absent).await;
        if hidden != (other.answer == outcome.answer) {
            faults.push(format!("this {:?}, absent {:?}", outcome.answer, other.answer));
        }
    }
    faults
}

#[tokio::test]
async fn every_right_is_respected_on_telegram() {
    matrix(ChannelKind::Telegram).await;
}

#[tokio::test]
async fn every_right_is_respected_on_discord() {
    matrix(ChannelKind::Discord).await;
}
