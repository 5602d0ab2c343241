//! What a procedure may say about cases that hang together, and what it is told when that leads
//! nowhere.

use insta::assert_snapshot;
use mesabot::{
    config::procedure,
    domain::{locale::Locale, status::Status},
};

use super::Place;

const VICTIMAS: &str = include_str!("../../../config/procedures/victimas.toml");
const ON_SITE: &str = "escalated_on_site = { es = \"Escalado a soporte en sitio\", \
                       en = \"Escalated to on-site support\" } # V3\n";

/// What is said about the procedure with some of its text changed.
#[track_caller]
fn told(changes: &[(&str, &str)]) -> String {
    let mut text = VICTIMAS.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the procedure no longer says {from}");
        text = text.replacen(from, to, 1);
    }
    Place::new().with("own.toml", &text).says_with(&[("MESABOT_PROCEDURE", "own.toml")])
}

#[test]
fn v1_the_ten_statuses_have_the_names_of_the_text() {
    let procedure = procedure::read("victimas.toml", VICTIMAS).unwrap();
    let name = |status: Status| procedure.status_name(status, Locale::Es);
    assert_eq!(
        Status::ALL.map(name),
        [
            "Registrado",
            "En proceso",
            "Escalado Especialista",
            "Escalado a soporte en sitio",
            "Suspendido",
            "Activo proveedor",
            "Solucionado",
            "Reabierto",
            "Cerrado",
            "No gestionado",
        ]
    );
}

#[test]
fn the_shipped_procedure_is_sound_by_its_name() {
    let told = Place::new().says_with(&[("MESABOT_PROCEDURE", "victimas")]);
    assert_snapshot!(told, @"Configuration is fine: procedure victimas (11 categories, 6 groups), database sqlite://mesabot.db, telegram: off, discord: off");
}

#[test]
fn an_approval_names_a_group_and_a_category_that_are_there() {
    let approval = "approval = { by = \"seguridad\", then = \"instalacion\" }";
    let with = |by: &str, then: &str| {
        told(&[(approval, &format!("approval = {{ by = \"{by}\", then = \"{then}\" }}"))])
    };
    assert_snapshot!(with("segurida", "instalacion"), @"
    own.toml:146: categories[4].approval.by: there is no group `segurida`. Did you mean `seguridad`?
    1 fault.
    ");
    assert_snapshot!(with("seguridad", "instalar"), @"
    own.toml:146: categories[4].approval.then: there is no category `instalar`. Write `equipo`, `software`, `impresion`, `software_libre`, `instalacion`, `seguridad`, `colaboracion`, `conectividad`, `bases_de_datos`, `sistemas` or `consulta`, or add the category.
    1 fault.
    ");
    assert_snapshot!(with("seguridad", "software_libre"), @"
    own.toml:146: categories[4].approval.then: what follows `software_libre` comes back to it, and no case ends. Write a category that needs no approval.
    1 fault.
    ");
    assert_snapshot!(told(&[(approval, "approval = { by = \"seguridad\" }")]), @"
    own.toml:146: categories[4].approval.then: it is missing. Add `then = …` here.
    1 fault.
    ");
}

#[test]
fn approvals_never_lead_back_to_where_they_began() {
    let installation = "key = \"instalacion\"\ngroup = \"hardware\" # V10\n";
    let back = "key = \"instalacion\"\n\
                approval = { by = \"seguridad\", then = \"software_libre\" }\n";
    assert_snapshot!(told(&[(installation, back)]), @"
    own.toml:146: categories[4].approval.then: what follows `software_libre` comes back to it, and no case ends. Write a category that needs no approval.
    own.toml:154: categories[5].approval.then: what follows `instalacion` comes back to it, and no case ends. Write a category that needs no approval.
    2 faults.
    ");
}

#[test]
fn what_is_approved_goes_to_whoever_approves() {
    let category = "key = \"software_libre\"\n";
    let elsewhere = "key = \"software_libre\"\ngroup = \"mesa\"\n";
    assert_snapshot!(told(&[(category, elsewhere)]), @"
    own.toml:144: categories[4].group: a case that `seguridad` approves cannot go to `mesa`. Leave `group` out, or write the same as in `by`.
    1 fault.
    ");
    let same = "key = \"software_libre\"\ngroup = \"seguridad\"\nsurvey = false\n";
    assert!(told(&[(category, same)]).starts_with("Configuration is fine"));
}

#[test]
fn a_case_with_the_vendor_needs_a_vendor_and_a_status_to_wait_in() {
    assert_snapshot!(told(&[("vendor = true # V8\n", "")]), @"
    own.toml:103: children.vendor_child: there is no group of a vendor to open a case with. Write `vendor = true` in one of [[groups]].
    1 fault.
    ");
    let suspended = "suspended = { es = \"Suspendido\", en = \"Suspended\" } # V4, V5, V8\n";
    assert_snapshot!(told(&[(suspended, "")]), @"
    own.toml:103: children.vendor_child: what waits for the vendor is suspended, and nothing is suspended here. Use the status `suspended`.
    1 fault.
    ");
}

#[test]
fn support_on_site_needs_its_status() {
    assert_snapshot!(told(&[(ON_SITE, "")]), @"
    own.toml:74: groups[2].on_site: nothing is ever escalated on site here. Use the status `escalated_on_site`, or leave `on_site` out.
    1 fault.
    ");
    let text = VICTIMAS.replacen(ON_SITE, "", 1).replacen("on_site = true", "on_site = false", 1);
    assert!(procedure::read("own.toml", &text).is_ok(), "without both it is sound");
}

#[test]
fn the_bounds_of_tags_are_bounds() {
    assert_snapshot!(told(&[("shortest = 3", "shortest = 31")]), @"
    own.toml:110: assets.shortest: no tag has 31 letters or more and 30 or fewer. Write no more than `longest`.
    1 fault.
    ");
    assert_snapshot!(told(&[("shortest = 3", "pattern = \"[0-9]+\"")]), @"
    own.toml:107: assets.shortest: it is missing. Add `shortest = …` here.
    own.toml:110: assets.pattern: unknown key. Here you may write `name`, `shortest` or `longest`.
    2 faults.
    ");
}

#[test]
fn only_waiting_is_resumed_by_an_answer() {
    let reason = "key = \"alcance\"\n";
    assert_snapshot!(told(&[(reason, "key = \"alcance\"\nanswer_resumes = true\n")]), @"
    own.toml:253: not_managed_reasons[2].answer_resumes: unknown key. Here you may write `key` or `name`.
    1 fault.
    ");
}
