//! `mesabot simulate`: what a procedure would do, told before it is put to use, is what the desk
//! then does.

use std::process::Command;

use insta::assert_snapshot;
use mesabot::{
    config::procedure,
    domain::{
        intake::{Way, receive},
        priority::Priority,
        simulation::{Supposed, simulate},
        source::Source,
        status::Status,
        time::Timestamp,
    },
};

use super::Place;

const CVC: &str = include_str!("../../../config/procedures/cvc.toml");

/// What the program answers: whether it went well, what it says, and what it complains of.
fn asked(arguments: &[&str]) -> (bool, String, String) {
    let place = Place::new().with("own.toml", CVC);
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
    let output =
        command.current_dir(place.0.path()).arg("simulate").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

fn said(arguments: &[&str]) -> String {
    let (fine, said, complaint) = asked(arguments);
    assert!(fine, "{complaint}");
    said
}

#[test]
fn a_request_with_guidance_is_simulated_from_intake_to_every_ending() {
    let arguments = ["--procedure", "own.toml", "--category", "impresora", "--at", "2026-03-02T11:30"];
    assert_snapshot!(said(&arguments), @"");
    let urgent = [&arguments[..], &["--impact", "high", "--urgency", "high", "--source", "phone"]].concat();
    assert_snapshot!(said(&urgent), @"");
    let low = [&arguments[..], &["--priority", "low", "--json"]].concat();
    assert_snapshot!(said(&low), @"");
}

#[test]
fn what_is_sent_elsewhere_is_simulated_so_and_promised_nothing() {
    let arguments = ["--procedure", "cvc", "--category", "sistemas", "--at", "2026-03-02T11:30"];
    assert_snapshot!(said(&arguments), @"");
    let json: serde_json::Value = serde_json::from_str(&said(&[&arguments[..], &["--json"]].concat())).unwrap();
    assert_eq!((&json["way"], &json["due"]), (&"routed".into(), &serde_json::Value::Null));
}

#[test]
fn the_configured_procedure_is_simulated_when_none_is_named() {
    assert_snapshot!(said(&["--category", "impresion", "--at", "2026-03-02T16:50"]), @"");
}

#[test]
fn what_cannot_be_simulated_is_told_with_what_to_write() {
    let complaint = |arguments: &[&str]| {
        let (fine, _, complaint) = asked(arguments);
        assert!(!fine);
        complaint
    };
    let at = ["--at", "2026-03-02T11:30"];
    assert_snapshot!(complaint(&[&["--category", "impresoin"], &at[..]].concat()), @"");
    assert_snapshot!(complaint(&[&["--category", "x"], &at[..]].concat()), @"");
    assert_snapshot!(complaint(&["--category", "web", "--at", "tomorrow"]), @"");
    assert_snapshot!(complaint(&[&["--procedure", "none.toml", "--category", "web"], &at[..]].concat()), @"");
    let wrong = complaint(&[&["--category", "web", "--priority", "huge"], &at[..]].concat());
    assert!(wrong.contains("write `low`, `medium`, `high` or `critical`"), "{wrong}");
}

#[test]
fn every_category_of_every_shipped_procedure_is_simulated_as_the_desk_would_have_it() {
    let at = Timestamp(1_772_456_400_000);
    for name in ["uspec", "cvc"] {
        let procedure = procedure::named(name, &mesabot::config::Sources::new(".")).unwrap();
        for category in &procedure.categories {
            for source in [Source::Chat, Source::Proactive, Source::AfterTheFact] {
                for priority in [Priority::Critical, Priority::Low] {
                    let supposed = Supposed { category, source, priority, at };
                    let simulated = simulate(&procedure, &supposed).expect("its group is there");
                    let expected = receive(&procedure, (simulated.group, priority), at).promise;
                    match simulated.reception {
                        Some(reception) => assert_eq!(reception.promise, expected),
                        None => assert!(matches!(simulated.way, Way::Routed(_))),
                    }
                    assert!(simulated.told.is_sorted_by_key(|told| told.at));
                    assert!(simulated.endings.iter().all(|(_, status)| procedure.uses(*status)));
                    assert!(simulated.endings.iter().all(|(_, status)| status.is_final()));
                    let managed = procedure.uses(Status::NotManaged);
                    assert!(managed || simulated.endings.iter().all(|(_, s)| *s == Status::Closed));
                }
            }
        }
    }
}
