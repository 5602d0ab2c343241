//! Faults in the rules of visits and in the origins of requests that the staff registers.

use insta::assert_snapshot;
use mesabot::{
    config::procedure,
    domain::{procedure::Procedure, source::Source, status::Status, time::HOUR},
};

use super::{Place, USPEC};

const NARINO: &str = include_str!("../../../config/procedures/narino.toml");

fn read(text: &str) -> Procedure {
    procedure::read("own.toml", text).expect("the procedure is valid")
}

/// The result of `check` for the procedure of Nariño with one text of it changed.
#[track_caller]
fn checked(from: &str, to: &str) -> String {
    assert!(NARINO.contains(from), "the procedure no longer says {from}");
    let text = NARINO.replacen(from, to, 1);
    Place::new().with("own.toml", &text).says_with(&[("MESABOT_PROCEDURE", "own.toml")])
}

#[test]
fn the_narino_procedure_matches_its_norm() {
    let said = Place::new().says_with(&[("MESABOT_PROCEDURE", "narino")]);
    assert_snapshot!(said, @"Configuration is fine: procedure narino (7 categories, 2 groups), database sqlite://mesabot.db, telegram: off, discord: off");
    let narino = read(NARINO);
    let visits = narino.visits.expect("the procedure has visits");
    assert_eq!((visits.slot, visits.days, visits.status), (HOUR, 3, Some(Status::Suspended)));
    assert_eq!(visits.workshop, Some(Status::InProgress));
    assert!(narino.tells_queue);
    assert!(narino.categories.iter().all(|category| category.survey), "N8");
    assert!(!narino.uses(Status::NotManaged));
}

#[test]
fn a_procedure_without_visits_keeps_its_edition() {
    let uspec = read(USPEC);
    assert_eq!(uspec.visits, None);
    assert_eq!(uspec.origins, Source::USUAL);
    assert!(!uspec.tells_queue);
    let stored = serde_json::to_string(&uspec).unwrap();
    for field in ["visits", "origins", "tells_queue"] {
        assert!(!stored.contains(&format!("\"{field}\"")), "{field}");
    }
    // The order of the origins does not matter.
    let line = r#"origins = ["phone", "mail", "glpi", "in_person", "after_the_fact"]"#;
    let other = r#"origins = ["mail", "after_the_fact", "phone", "glpi", "in_person"]"#;
    let turned = NARINO.replace(line, other);
    assert_eq!(read(&turned).digest, read(NARINO).digest);
}

#[test]
fn faults_of_visits() {
    assert_snapshot!(checked("slot = \"1h\"", "slot = \"25h\""), @"
    own.toml:71: visits.slot: no working hours of the week are as long as `25h`. Write less: a visit has no pause in it.
    1 fault.
    ");
    assert_snapshot!(checked("slot = \"1h\"", "slot = \"5h\""), @"
    own.toml:71: visits.slot: no working hours of the week are as long as `5h`. Write less: a visit has no pause in it.
    1 fault.
    ");
    assert_snapshot!(checked("slot = \"1h\"", "slot = \"1bd\""), @"
    own.toml:71: visits.slot: a visit takes hours or minutes, and `1bd` is days. Write 30m, 1h or the like.
    1 fault.
    ");
    assert_snapshot!(checked("slot = \"1h\"", "slot = \"0m\""), @"
    own.toml:71: visits.slot: this is no time at all. Write 15m or more.
    1 fault.
    ");
    assert_snapshot!(checked("days = 3 ", "days = 0 "), @"
    own.toml:72: visits.days: `0` will not do. Write a number from 1 to 15.
    1 fault.
    ");
    assert_snapshot!(checked("remind = \"30m\" ", "remind = \"1d\" "), @"
    own.toml:73: visits.remind: no reminder can be sent `1d` before a visit. Write working time such as 30m, or leave it out.
    1 fault.
    ");
    assert_snapshot!(checked("status = \"suspended\"", "status = \"in_progress\""), @"
    own.toml:74: visits.status: `in_progress` is not a choice. Write `suspended`.
    1 fault.
    ");
    assert_snapshot!(checked("workshop = \"in_progress\"", "workshop = \"with_vendor\""), @"
    own.toml:75: visits.workshop: `with_vendor` is not a choice. Write `in_progress` or `suspended`.
    1 fault.
    ");
    assert_snapshot!(checked("status = \"suspended\"", "estado = \"suspended\""), @"
    own.toml:74: visits.estado: unknown key. Here you may write `slot`, `days`, `remind`, `status` or `workshop`.
    1 fault.
    ");
    let without = NARINO
        .replace("suspended = { es = \"Visita pendiente\", en = \"Visit pending\" }", "")
        .replace("stopped_in = [\"suspended\", \"with_vendor\"]", "stopped_in = [\"with_vendor\"]");
    let place = Place::new().with("own.toml", &without);
    assert_snapshot!(place.says_with(&[("MESABOT_PROCEDURE", "own.toml")]), @"
    own.toml:74: visits.status: no ticket of this procedure is ever `suspended`. Name it in `[statuses]`, or leave this out.
    1 fault.
    ");
}

#[test]
fn faults_of_origins() {
    let line = r#"origins = ["phone", "mail", "glpi", "in_person", "after_the_fact"]"#;
    assert_snapshot!(checked(line, r#"origins = ["phone", "fax", 3]"#), @"
    own.toml:13: origins: `fax` is no way in which a request comes. Write `phone`, `mail`, `glpi`, `in_person`, `proactive` or `after_the_fact`.
    own.toml:13: origins: `a number` is no way in which a request comes. Write `phone`, `mail`, `glpi`, `in_person`, `proactive` or `after_the_fact`.
    2 faults.
    ");
    assert_snapshot!(checked(line, "origins = []"), @"
    own.toml:13: origins: no request could be registered for other people. Write `phone`, `mail`, `glpi`, `in_person`, `proactive` or `after_the_fact`, or leave it out for the usual ones.
    1 fault.
    ");
    assert_snapshot!(checked(line, r#"origins = "phone""#), @"
    own.toml:13: origins: this cannot be text. Write a list in brackets.
    1 fault.
    ");
    assert_snapshot!(checked("tell_queue = true", "tell_queue = \"yes\""), @"
    own.toml:38: times.tell_queue: this cannot be text. Write true or false, without quotes.
    1 fault.
    ");
}
