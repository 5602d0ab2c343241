//! `mesabot simulate` prints what a procedure would do before the procedure is put to use; the desk
//! then does the same.

use std::process::Command;

use insta::assert_snapshot;
use mesabot::{
    config::procedure,
    domain::{
        intake::{IntakePath, receive},
        priority::Priority,
        simulation::{Supposed, simulate},
        source::Source,
        status::Status,
        time::Timestamp,
    },
};

use super::Place;

const CVC: &str = include_str!("../../../config/procedures/cvc.toml");

/// The program's result: success, standard output and standard error.
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
    let arguments =
        ["--procedure", "own.toml", "--category", "impresora", "--at", "2026-03-02T11:30"];
    assert_snapshot!(said(&arguments), @"
    Procedure  cvc, PT.0720.19 v01
    Category   impresora (Printer or scanner)
    Received   2026-03-02T11:30:00-05:00, chat
    Priority   low
    Route      3 step(s) of guidance first
               then group soporte (Help desk), level 1
    Told       requester, group soporte
    Own        by 2026-03-02T14:30:00-05:00 (2h)
    Resolve    by 2026-03-04T11:30:00-05:00 (2bd)
    Warning    at 2026-03-02T14:06:00-05:00 (own): group soporte
    Breach     at 2026-03-02T14:30:00-05:00 (own): group soporte, supervisors
    Escalation at 2026-03-02T16:30:00-05:00 (own): group nivel2, group sitio, supervisors
    Warning    at 2026-03-04T08:18:00-05:00 (resolve): its technician, or group soporte
    Breach     at 2026-03-04T11:30:00-05:00 (resolve): its technician, or group soporte, supervisors
    Escalation at 2026-03-04T14:30:00-05:00 (resolve): group nivel2, group sitio, supervisors
    If it is solved at the last moment and no answer comes:
    Reminder   at 2026-03-05T11:30:00-05:00
    Closes     at 2026-03-06T11:30:00-05:00
    Endings    self_help (closed), withdrawn (closed), authorised (closed), silence (closed), not_managed (not_managed), routed (not_managed)
    ");
    let urgent =
        [&arguments[..], &["--impact", "high", "--urgency", "high", "--source", "phone"]].concat();
    assert_snapshot!(said(&urgent), @"
    Procedure  cvc, PT.0720.19 v01
    Category   impresora (Printer or scanner)
    Received   2026-03-02T11:30:00-05:00, phone
    Priority   critical
    Route      group soporte (Help desk), level 1
    Told       requester, group soporte
    Own        by 2026-03-02T11:45:00-05:00 (15m)
    Resolve    by 2026-03-02T14:30:00-05:00 (2h)
    Warning    at 2026-03-02T11:42:00-05:00 (own): group soporte
    Breach     at 2026-03-02T11:45:00-05:00 (own): group soporte, supervisors
    Warning    at 2026-03-02T14:06:00-05:00 (resolve): its technician, or group soporte
    Breach     at 2026-03-02T14:30:00-05:00 (resolve): its technician, or group soporte, supervisors
    Escalation at 2026-03-02T14:45:00-05:00 (own): group nivel2, group sitio, supervisors
    Escalation at 2026-03-02T16:30:00-05:00 (resolve): group nivel2, group sitio, supervisors
    If it is solved at the last moment and no answer comes:
    Reminder   at 2026-03-03T14:30:00-05:00
    Closes     at 2026-03-04T14:30:00-05:00
    Endings    withdrawn (closed), authorised (closed), silence (closed), not_managed (not_managed), routed (not_managed)
    ");
    let low = [&arguments[..], &["--priority", "low", "--json"]].concat();
    assert_snapshot!(said(&low), @r#"
    {
      "approval": null,
      "category": "impresora",
      "due": {
        "own": "2026-03-02T14:30:00-05:00",
        "resolve": "2026-03-04T11:30:00-05:00"
      },
      "endings": [
        {
          "ending": "self_help",
          "status": "closed"
        },
        {
          "ending": "withdrawn",
          "status": "closed"
        },
        {
          "ending": "authorised",
          "status": "closed"
        },
        {
          "ending": "silence",
          "status": "closed"
        },
        {
          "ending": "not_managed",
          "status": "not_managed"
        },
        {
          "ending": "routed",
          "status": "not_managed"
        }
      ],
      "group": {
        "key": "soporte",
        "level": 1,
        "own_hours": false
      },
      "guidance": 3,
      "priority": "low",
      "procedure": "cvc",
      "received": "2026-03-02T11:30:00-05:00",
      "route": null,
      "source": "chat",
      "told": [
        "requester",
        "group soporte"
      ],
      "validation": {
        "closes": "2026-03-06T11:30:00-05:00",
        "reminder": "2026-03-05T11:30:00-05:00"
      },
      "version": "PT.0720.19 v01",
      "warnings": [
        {
          "at": "2026-03-02T14:06:00-05:00",
          "clock": "own",
          "stage": "warning",
          "told": [
            "group soporte"
          ]
        },
        {
          "at": "2026-03-02T14:30:00-05:00",
          "clock": "own",
          "stage": "breach",
          "told": [
            "group soporte",
            "supervisors"
          ]
        },
        {
          "at": "2026-03-02T16:30:00-05:00",
          "clock": "own",
          "stage": "escalation",
          "told": [
            "group nivel2",
            "group sitio",
            "supervisors"
          ]
        },
        {
          "at": "2026-03-04T08:18:00-05:00",
          "clock": "resolve",
          "stage": "warning",
          "told": [
            "its technician, or group soporte"
          ]
        },
        {
          "at": "2026-03-04T11:30:00-05:00",
          "clock": "resolve",
          "stage": "breach",
          "told": [
            "its technician, or group soporte",
            "supervisors"
          ]
        },
        {
          "at": "2026-03-04T14:30:00-05:00",
          "clock": "resolve",
          "stage": "escalation",
          "told": [
            "group nivel2",
            "group sitio",
            "supervisors"
          ]
        }
      ],
      "way": "self_help"
    }
    "#);
}

#[test]
fn a_routed_category_is_simulated_without_promises() {
    let arguments = ["--procedure", "cvc", "--category", "sistemas", "--at", "2026-03-02T11:30"];
    assert_snapshot!(said(&arguments), @"
    Procedure  cvc, PT.0720.19 v01
    Category   sistemas (Information systems)
    Received   2026-03-02T11:30:00-05:00, chat
    Priority   low
    Route      to another procedure: Support and Maintenance of Information Systems
               write to the Information Systems group, in the Information Technology Office, with the system's name and what the screen shows.
    Told       requester
    Endings    routed (not_managed)
    ");
    let json: serde_json::Value =
        serde_json::from_str(&said(&[&arguments[..], &["--json"]].concat())).unwrap();
    assert_eq!((&json["way"], &json["due"]), (&"routed".into(), &serde_json::Value::Null));
}

#[test]
fn the_configured_procedure_is_simulated_when_none_is_named() {
    assert_snapshot!(said(&["--category", "impresion", "--at", "2026-03-02T16:50"]), @"
    Procedure  uspec, A3-PR-01 v02
    Category   impresion (Printing and copying)
    Received   2026-03-02T16:50:00-05:00, chat
    Priority   low
    Route      group impresion (Printing and copying), level 1
    Told       requester, group impresion
    Own        by 2026-03-03T08:05:00-05:00 (15m)
    Resolve    by 2026-03-03T08:20:00-05:00 (30m)
    Warning    at 2026-03-03T08:00:00-05:00 (own): group impresion
    Breach     at 2026-03-03T08:05:00-05:00 (own): group impresion, supervisors
    Warning    at 2026-03-03T08:15:00-05:00 (resolve): its technician, or group impresion
    Breach     at 2026-03-03T08:20:00-05:00 (resolve): its technician, or group impresion, supervisors
    Endings    withdrawn (closed), no_survey (closed)
    ");
}

#[test]
fn v10_an_approval_is_simulated_with_its_group_and_what_follows() {
    let arguments = [
        ["--procedure", "victimas"],
        ["--category", "software_libre"],
        ["--at", "2026-03-02T11:30"],
    ]
    .concat();
    assert_snapshot!(said(&arguments), @"
    Procedure  victimas, Soporte de hardware y software
    Category   software_libre (Free software)
    Received   2026-03-02T11:30:00-05:00, chat
    Priority   low
    Route      group seguridad (Information security), level 3, which approves or rejects it
    Approved   opens a ticket of instalacion (Software installation) for group hardware
    Told       requester, group seguridad
    Own        by 2026-03-02T15:30:00-05:00 (4h)
    Resolve    by 2026-03-05T08:30:00-05:00 (24h)
    Warning    at 2026-03-02T14:42:00-05:00 (own): group seguridad
    Breach     at 2026-03-02T15:30:00-05:00 (own): group seguridad, supervisors
    Warning    at 2026-03-04T12:42:00-05:00 (resolve): its technician, or group seguridad
    Breach     at 2026-03-05T08:30:00-05:00 (resolve): its technician, or group seguridad, supervisors
    Endings    withdrawn (closed), approved (closed), rejected (closed), not_managed (not_managed)
    ");
    let json: serde_json::Value =
        serde_json::from_str(&said(&[&arguments[..], &["--json"]].concat())).unwrap();
    assert_eq!(json["approval"]["by"], "seguridad");
    assert_eq!(json["approval"]["then"], "instalacion");
    assert_eq!(json["approval"]["then_group"], "hardware");
}

#[test]
fn faults_of_simulate_say_what_to_write() {
    let complaint = |arguments: &[&str]| {
        let (fine, _, complaint) = asked(arguments);
        assert!(!fine);
        complaint
    };
    let at = ["--at", "2026-03-02T11:30"];
    assert_snapshot!(complaint(&[&["--category", "impresoin"], &at[..]].concat()), @"mesabot: there is no category `impresoin`. Did you mean `impresion`?");
    assert_snapshot!(complaint(&[&["--category", "x"], &at[..]].concat()), @"mesabot: there is no category `x`. Write `plataforma`, `ofimatica`, `impresion`, `cuentas`, `redes`, `software`, `web` or `seguridad`.");
    assert_snapshot!(complaint(&["--category", "web", "--at", "tomorrow"]), @"mesabot: --at tomorrow: this is no instant; write 2026-12-24T15:30 or 2026-12-24T15:30:00-05:00");
    assert_snapshot!(complaint(&[&["--procedure", "none.toml", "--category", "web"], &at[..]].concat()), @"--procedure: `none.toml`: there is no such file. Write `uspec`, `victimas`, `narino`, `cvc` or the path of a .toml that exists.");
    let wrong = complaint(&[&["--category", "web", "--priority", "huge"], &at[..]].concat());
    assert!(wrong.contains("write `low`, `medium`, `high` or `critical`"), "{wrong}");
}

#[test]
fn every_shipped_category_is_simulated_as_the_desk_receives_it() {
    let at = Timestamp(1_772_456_400_000);
    for name in ["uspec", "victimas", "narino", "cvc"] {
        let procedure = procedure::named(name, &mesabot::config::Sources::new(".")).unwrap();
        for category in &procedure.categories {
            for source in [Source::Chat, Source::Proactive, Source::AfterTheFact] {
                for priority in [Priority::Critical, Priority::Low] {
                    let supposed = Supposed { category, source, priority, at };
                    let simulated = simulate(&procedure, &supposed).expect("the group exists");
                    let expected = receive(&procedure, simulated.group, priority, at).promise;
                    match simulated.reception {
                        Some(reception) => assert_eq!(reception.promise, expected),
                        None => assert!(matches!(simulated.way, IntakePath::Routed(_))),
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
