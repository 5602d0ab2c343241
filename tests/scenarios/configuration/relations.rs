//! Rules of a procedure about related cases, and the faults reported when such a rule leads
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

/// The result of `check` for the procedure with some of its text changed.
#[track_caller]
fn checked(changes: &[(&str, &str)]) -> String {
    let mut text = VICTIMAS.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the procedure no longer says {from}");
        text = text.replacen(from, to, 1);
    }
    Place::new().with("own.toml", &text).says_with(&[("MESABOT_PROCEDURE", "own.toml")])
}

#[test]
fn v1_the_ten_statuses_have_the_names_of_the_norm() {
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
fn the_shipped_procedure_is_valid() {
    let checked = Place::new().says_with(&[("MESABOT_PROCEDURE", "victimas")]);
    assert_snapshot!(checked, @"Configuration is fine: procedure victimas (11 categories, 6 groups), database sqlite://mesabot.db, telegram: off, discord: off");
}

#[test]
fn an_approval_names_an_existing_group_and_category() {
    let approval = "approval = { by = \"seguridad\", then = \"instalacion\" }";
    let with = |by: &str, then: &str| {
        checked(&[(approval, &format!("approval = {{ by = \"{by}\", then = \"{then}\" }}"))])
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
    assert_snapshot!(checked(&[(approval, "approval = { by = \"seguridad\" }")]), @"
    own.toml:146: categories[4].approval.then: it is missing. Add `then = …` here.
    1 fault.
    ");
}

#[test]
fn a_cycle_of_approvals_is_a_fault() {
    let installation = "key = \"instalacion\"\ngroup = \"hardware\" # V10\n";
    let back = "key = \"instalacion\"\n\
                approval = { by = \"seguridad\", then = \"software_libre\" }\n";
    assert_snapshot!(checked(&[(installation, back)]), @"
    own.toml:146: categories[4].approval.then: what follows `software_libre` comes back to it, and no case ends. Write a category that needs no approval.
    own.toml:154: categories[5].approval.then: what follows `instalacion` comes back to it, and no case ends. Write a category that needs no approval.
    2 faults.
    ");
}

#[test]
fn a_category_under_approval_belongs_to_the_approving_group() {
    let category = "key = \"software_libre\"\n";
    let elsewhere = "key = \"software_libre\"\ngroup = \"mesa\"\n";
    assert_snapshot!(checked(&[(category, elsewhere)]), @"
    own.toml:144: categories[4].group: a case that `seguridad` approves cannot go to `mesa`. Leave `group` out, or write the same as in `by`.
    1 fault.
    ");
    let same = "key = \"software_libre\"\ngroup = \"seguridad\"\nsurvey = false\n";
    assert!(checked(&[(category, same)]).starts_with("Configuration is fine"));
}

#[test]
fn a_vendor_case_needs_a_vendor_group_and_a_waiting_status() {
    assert_snapshot!(checked(&[("vendor = true # V8\n", "")]), @"
    own.toml:103: children.vendor_child: there is no group of a vendor to open a case with. Write `vendor = true` in one of [[groups]].
    1 fault.
    ");
    let suspended = "suspended = { es = \"Suspendido\", en = \"Suspended\" } # V4, V5, V8\n";
    assert_snapshot!(checked(&[(suspended, "")]), @"
    own.toml:103: children.vendor_child: what waits for the vendor is suspended, and nothing is suspended here. Use the status `suspended`.
    1 fault.
    ");
}

#[test]
fn on_site_support_needs_its_status() {
    assert_snapshot!(checked(&[(ON_SITE, "")]), @"
    own.toml:74: groups[2].on_site: nothing is ever escalated on site here. Use the status `escalated_on_site`, or leave `on_site` out.
    1 fault.
    ");
    let text = VICTIMAS.replacen(ON_SITE, "", 1).replacen("on_site = true", "on_site = false", 1);
    assert!(procedure::read("own.toml", &text).is_ok(), "without status and flag it is valid");
}

#[test]
fn faults_of_the_bounds_of_tags() {
    assert_snapshot!(checked(&[("shortest = 3", "shortest = 31")]), @"
    own.toml:110: assets.shortest: no tag has 31 letters or more and 30 or fewer. Write no more than `longest`.
    1 fault.
    ");
    assert_snapshot!(checked(&[("shortest = 3", "pattern = \"[0-9]+\"")]), @"
    own.toml:107: assets.shortest: it is missing. Add `shortest = …` here.
    own.toml:110: assets.pattern: unknown key. Here you may write `name`, `shortest` or `longest`.
    2 faults.
    ");
}

#[test]
fn only_suspension_reasons_are_resumed_by_an_answer() {
    let reason = "key = \"alcance\"\n";
    assert_snapshot!(checked(&[(reason, "key = \"alcance\"\nanswer_resumes = true\n")]), @"
    own.toml:253: not_managed_reasons[2].answer_resumes: unknown key. Here you may write `key` or `name`.
    1 fault.
    ");
}
