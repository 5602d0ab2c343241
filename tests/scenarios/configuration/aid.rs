//! Faults in guidance, routes, names of sources, the vendor's procedure and the hours of groups;
//! and the check of a procedure alone.

use std::process::Command;

use insta::assert_snapshot;
use mesabot::{
    config::{check_procedure, procedure},
    domain::{locale::Locale, source::Source, status::Status, time::Timestamp},
};

use super::Place;

const CVC: &str = include_str!("../../../config/procedures/cvc.toml");

/// The result of `check` for the procedure of the CVC with some of its text changed.
#[track_caller]
fn checked(changes: &[(&str, &str)]) -> String {
    let mut text = CVC.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the procedure no longer says {from}");
        text = text.replacen(from, to, 1);
    }
    let place = Place::new().with("own.toml", &text);
    check_procedure("own.toml", &place.sources()).to_string()
}

#[test]
fn the_cvc_procedure_matches_its_norm() {
    let procedure = procedure::read("cvc.toml", CVC).expect("the procedure is valid");
    let name = |status| procedure.status_name(status, Locale::Es);
    assert_eq!(name(Status::NotManaged), "No viable", "C3");
    assert_eq!(name(Status::WithVendor), "Mantenimiento correctivo", "C6");
    assert!(!procedure.uses(Status::Suspended));
    for category in &procedure.categories {
        let routed = category.route.is_some();
        assert_eq!(category.survey, !routed, "C8: {}", category.key);
        assert!(!routed || category.self_help.is_empty(), "C2: {}", category.key);
    }
    assert_eq!(procedure.routes.len(), 2, "C2");
    let natures = procedure.natures.as_ref().expect("C1");
    assert_eq!(natures.of(Source::Proactive).es, "proactivo", "C1");
    assert_eq!(natures.of(Source::Phone).es, "correctivo", "C1");
    let levels: Vec<u8> = procedure.groups.iter().map(|group| group.level).collect();
    assert_eq!(levels, [1, 2, 2, 3], "C6");
    let on_site = procedure.groups.iter().filter(|group| group.on_site);
    assert_eq!(on_site.map(|group| group.key.as_str()).collect::<Vec<_>>(), ["sitio"], "C6");
}

#[test]
fn faults_of_routes_and_guidance() {
    assert_snapshot!(checked(&[("route = \"sistemas\" # C2", "route = \"sistema\"")]), @"
    own.toml:243: categories[8].route: there is no route `sistema`. Did you mean `sistemas`?
    1 fault.
    ");
    assert_snapshot!(checked(&[
        ("[[routes]]\nkey = \"sistemas\"", "[[routes]]\nkey = \"redes\""),
        ("text.en = \"Save what", "texto.en = \"Save what"),
    ]), @"
    own.toml:135: routes[2].key: `redes` stands here for the second time. Give each its own key.
    own.toml:157: categories[1].self_help[1].text.en: it is missing. Add `en = …` here.
    own.toml:158: categories[1].self_help[1].texto: unknown key. Did you mean `text`?
    own.toml:243: categories[8].route: there is no route `sistemas`. Write `redes`, or add the route.
    4 faults.
    ");
    assert_snapshot!(checked(&[
        ("route = \"redes\" # C2", "route = \"redes\"\nself_help = [{ text = { es = \"a\", en = \"b\" } }]"),
        ("route = \"sistemas\" # C2", "route = \"sistemas\"\nself_help = []"),
    ]), @"
    own.toml:244: categories[8].self_help: there is no step. Add [[categories.self_help]] with text, or leave it out.
    own.toml:253: categories[9].self_help: these steps are never shown, because the category is routed elsewhere. Leave out `self_help`, or `route`.
    2 faults.
    ");
    assert_snapshot!(checked(&[
        ("text.es = \"Desconecte el cable, conéctelo en otro puerto y espere unos segundos.\"", "text.es = \" \""),
        ("es = \"Soporte y Mantenimiento de Sistemas de Información\"\n", ""),
        ("corrective = { es = \"correctivo\", en = \"corrective\" }\n", ""),
        ("with_vendor = {", "# with_vendor = {"),
    ]), @"
    own.toml:79: sources.corrective: it is missing. Add a section `[sources.corrective]`.
    own.toml:83: vendor: no ticket ever gets there. Add the status `with_vendor`, or leave out `[vendor]`.
    own.toml:125: routes[1].procedure.es: it is missing. Add `es = …` here.
    own.toml:208: categories[4].self_help[1].text.es: it is empty. Write what people should read.
    4 faults.
    ");
}

#[test]
fn faults_of_the_hours_of_a_group() {
    let hours = |hours: &str| {
        let group = "key = \"nivel2\"\nlevel = 2\nname = { es = \"Soporte de segundo nivel\", en = \"Second-level support\" }";
        checked(&[(group, &format!("{group}\n[groups.calendar]\n{hours}"))])
    };
    assert_snapshot!(hours("monday = [\"14:00-22:00\"]\nsaturday = [\"08:00-12:00\"]"), @"Procedure is fine: cvc, PT.0720.19 v01 (9 categories, 4 groups, 9 statuses)");
    assert_snapshot!(hours("holidays = \"colombia\""), @r#"
    own.toml:99: groups[2].calendar: no day of the week has working hours. Write the hours of a day: monday = ["08:00-17:00"].
    1 fault.
    "#);
    assert_snapshot!(hours("monday = [\"22:00-14:00\", \"8\"]\nlunes = []"), @"
    own.toml:100: groups[2].calendar.monday: `8` is not a pair of times. Write 08:00-17:00.
    own.toml:101: groups[2].calendar.lunes: unknown key. Here you may write `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, `saturday`, `sunday`, `holidays`, `own_holidays` or `closing_days`.
    2 faults.
    ");
    assert_snapshot!(hours("monday = [\"14:00-22:00\"]\nholidays = \"colmbia\""), @"
    own.toml:101: groups[2].calendar.holidays: the holidays of `colmbia` are not known. Did you mean `colombia`?
    1 fault.
    ");
    // Times that fit the desk's long days need not fit a group's short days.
    assert_snapshot!(hours("monday = [\"14:00-14:30\"]\ntuesday = [\"14:00-14:30\"]"), @"
    own.toml:49: times.for[3].own: a ticket would be due solved before it is due taken. Write no more than `resolve`.
    1 fault.
    ");
}

#[test]
fn a_group_inherits_days_without_service_unless_it_sets_its_own() {
    let with = |hours: &str| {
        let group = "key = \"nivel2\"\nlevel = 2\nname = { es = \"Soporte de segundo nivel\", en = \"Second-level support\" }";
        let text = CVC.replacen(
            group,
            &format!("{group}\n[groups.calendar]\nmonday = [\"08:00-17:00\"]\n{hours}"),
            1,
        );
        procedure::read("own.toml", &text).expect("the procedure is valid")
    };
    // Monday, 12 October 2026, a holiday in Colombia, at 10:00 in Bogotá; and the Monday after.
    let free = Timestamp(1_791_817_200_000);
    let after = Timestamp(1_792_422_000_000);
    let open = |hours: &str, at| with(hours).calendar_of(Some("nivel2")).is_open(at);
    assert_eq!((open("", free), open("", after)), (false, true));
    assert_eq!((open("own_holidays = []", free), open("own_holidays = []", after)), (true, true));
    let closed =
        "closing_days = [{ date = 2026-10-19, name = { es = \"Cierre\", en = \"Closed\" } }]";
    assert_eq!((open(closed, free), open(closed, after)), (false, false));
    let inherited = with("");
    assert_eq!(inherited.calendar_of(Some("soporte")), inherited.desk_calendar());
    assert_eq!(inherited.calendar_of(None), inherited.desk_calendar());
}

#[test]
fn a_procedure_without_newer_keys_keeps_its_edition() {
    let uspec = include_str!("../../../config/procedures/uspec.toml");
    let rules = serde_json::to_value(procedure::read("uspec.toml", uspec).unwrap()).unwrap();
    for key in ["routes", "natures", "vendor_procedure"] {
        assert!(rules.get(key).is_none(), "{key}");
    }
    assert!(rules["groups"][0].get("calendar").is_none());
    for key in ["self_help", "route"] {
        assert!(rules["categories"][0].get(key).is_none(), "{key}");
    }
    let cvc = procedure::read("cvc.toml", CVC).unwrap();
    let again = serde_json::from_str(&serde_json::to_string(&cvc).unwrap());
    let again: mesabot::domain::procedure::Procedure = again.unwrap();
    assert_eq!(again.sealed(), cvc, "a stored procedure reads back unchanged");
}

#[test]
fn the_command_line_checks_a_procedure_alone() {
    let place = Place::new()
        .with("mesabot.toml", "locale = \"xx\"\n")
        .with("sound.toml", CVC)
        .with("broken.toml", &CVC.replacen("own = \"1h\"", "own = \"soon\"", 1));
    let check = |procedure: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
        let run = command.current_dir(place.0.path()).args(["check", "--procedure", procedure]);
        let output = run.output().expect("the program runs");
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let (fine, said) = check("sound.toml");
    assert!(fine, "a broken mesabot.toml does not matter here");
    assert_snapshot!(said, @"Procedure is fine: cvc, PT.0720.19 v01 (9 categories, 4 groups, 9 statuses)");
    let (fine, said) = check("broken.toml");
    assert!(!fine);
    assert_snapshot!(said, @"
    broken.toml:32: times.own: `soon` is not a span. Write 30m, 8h, 3bd (business days) or 2d (elapsed days).
    1 fault.
    ");
    assert_snapshot!(check("cvs").1, @"
    --procedure: there is no procedure `cvs`. Did you mean `cvc`?
    1 fault.
    ");
    assert_snapshot!(check("absent.toml").1, @"
    --procedure: `absent.toml`: there is no such file. Write `uspec`, `victimas`, `narino`, `cvc` or the path of a .toml that exists.
    1 fault.
    ");
}
