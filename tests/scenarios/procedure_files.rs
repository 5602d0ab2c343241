//! Procedure files beyond the basics: typed fields, optional keys, forms that were begun under
//! other rules, and the commented reference, compared with what the reader knows.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use mesabot::{
    chat::{
        dialogue::{Dialogue, Step},
        question::{Answer, Options},
        wording::Voice,
    },
    config::procedure,
    domain::{
        ending::Ending,
        field::Kind,
        locale::Locale,
        procedure::Procedure,
        time::{DAY, Timestamp},
    },
};

const REFERENCE: &str = include_str!("../../config/procedures/reference.toml");

/// A short procedure followed by this text.
fn short(more: &str) -> String {
    format!(
        r#"id = "corta"
version = "1"
time_zone = "America/Bogota"
name = {{ es = "Mesa", en = "Desk" }}
calendar = {{ monday = ["08:00-17:00"] }}
times = {{ own = "1h", resolve = "4h" }}

[statuses]
new = {{ es = "Nuevo", en = "New" }}
in_progress = {{ es = "En curso", en = "In progress" }}
solved = {{ es = "Resuelto", en = "Solved" }}
closed = {{ es = "Cerrado", en = "Closed" }}

[[groups]]
key = "mesa"
name = {{ es = "Mesa", en = "Desk" }}

[[categories]]
key = "todo"
group = "mesa"
kind = "request"
name = {{ es = "Todo", en = "Everything" }}
{more}"#
    )
}

fn read(more: &str) -> Procedure {
    procedure::read("own.toml", &short(more)).expect("the procedure is valid")
}

fn faults_in(text: &str) -> String {
    let faults = procedure::read("own.toml", text).expect_err("the procedure is invalid");
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

/// The faults of fields of a short procedure, each a `key` with the `rest` of its table.
fn field_faults(fields: &[(&str, &str)]) -> String {
    faults_in(&short(&listed("categories.fields", fields)))
}

fn listed(list: &str, fields: &[(&str, &str)]) -> String {
    let one = |(key, rest): &(&str, &str)| {
        format!("[[{list}]]\nkey = \"{key}\"\nname = {{ es = \"N\", en = \"N\" }}\n{rest}\n")
    };
    fields.iter().map(one).collect()
}

#[test]
fn the_reference_is_a_procedure_that_shows_every_kind_of_field() {
    let read = procedure::read("reference.toml", REFERENCE).expect("the reference is sound");
    let fields = &read.category("accesos").unwrap().fields;
    let shown: BTreeSet<&str> = fields.iter().map(|field| kind_name(&field.kind)).collect();
    let all = ["text", "number", "date", "choice", "person", "yes_no", "file"];
    assert_eq!(shown, BTreeSet::from(all));
}

/// The procedure files' name for a kind of field; a new kind needs a new line here and in the
/// reference.
fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. } => "text",
        Kind::Number { .. } => "number",
        Kind::Date { .. } => "date",
        Kind::Choice { .. } => "choice",
        Kind::Person => "person",
        Kind::YesNo => "yes_no",
        Kind::File => "file",
    }
}

#[test]
fn the_reference_shows_every_key_that_the_reader_knows() {
    let mut shown = Vec::new();
    let mut section = String::new();
    for line in REFERENCE.lines().filter(|line| !line.starts_with('#')) {
        let line = line.trim();
        if line.starts_with('[') && !line.contains('=') {
            section = format!("{}.", line.trim_matches(['[', ']']));
            shown.push(section.trim_end_matches('.').to_owned());
        } else if let Some((key, value)) = line.split_once(" = ") {
            shown.push(format!("{section}{key}"));
            // The keys of an inline table.
            for inner in value.split(['{', ',']).filter_map(|piece| piece.split_once(" = ")) {
                shown.push(format!("{section}{key}.{}", inner.0.trim()));
            }
        }
    }
    let known = procedure::keys(REFERENCE);
    assert!(known.len() > 80, "the reader was asked: {known:?}");
    // The fields of a solution have the same keys as those of a request, and a group's hours the
    // same as the desk's.
    let alike = [
        ("categories.solution_fields.", "categories.fields."),
        ("solution_fields.", "categories.fields."),
        ("groups.calendar.", "calendar."),
    ];
    let there = |key: &String| {
        let elsewhere = |(list, as_in): &(&str, &str)| {
            key.strip_prefix(list).is_some_and(|key| shown.contains(&format!("{as_in}{key}")))
        };
        shown.contains(key) || alike.iter().any(elsewhere)
    };
    let missing: Vec<&String> = known.iter().filter(|key| !there(key)).collect();
    assert!(missing.is_empty(), "the reference does not show {missing:?}");
}

#[test]
fn a_short_procedure_omits_what_it_does_not_use() {
    let short = read("");
    assert!(!short.categories[0].survey);
    assert_eq!(short.groups[0].level, 1);
    assert_eq!(short.left_out, [Ending::NotManaged, Ending::Routed]);
    assert_eq!(short.closing.no_survey_rule, None);
    let shipped = procedure::read("reference.toml", REFERENCE).unwrap();
    assert_eq!(short.priorities, shipped.priorities, "the usual matrix");
}

#[test]
fn faults_of_unreachable_statuses() {
    let statuses = "closed = { es = \"Cerrado\", en = \"Closed\" }\n";
    let more = format!(
        "{statuses}reopened = {{ es = \"R\", en = \"R\" }}\nescalated = {{ es = \"E\", en = \"E\" }}\n"
    );
    assert_snapshot!(faults_in(&short("").replace(statuses, &more)), @"
    own.toml:13: statuses.reopened: no ticket ever gets to `reopened`: no category has a survey in which to say no. Leave the status out, or write `survey = true` in a category.
    own.toml:14: statuses.escalated: no ticket ever gets to `escalated`: there is no other group to pass it to. Leave the status out, or add a group to escalate to.
    ");
}

#[test]
fn faults_of_an_incomplete_survey() {
    let survey = "survey = true\n";
    assert_snapshot!(faults_in(&short(survey)), @"
    own.toml:6: times.validate: it is missing. Add `validate = …` here.
    own.toml:6: times.remind: it is missing. Add `remind = …` here.
    own.toml:8: statuses: the status `reopened` is missing, and a requester may reject a solution. Add `reopened = { es = …, en = … }`.
    ");
    let own = "[survey]\nsolved = { es = \"¿Ya?\", en = \"Done?\" }\n[[groups]]";
    let unasked = short("").replace("[[groups]]", own);
    assert_snapshot!(faults_in(&unasked), @"own.toml:14: survey: the survey is never sent, because no category has one. Write `survey = true` in a category, or leave this out.");
}

#[test]
fn faults_of_outcomes_left_out_of_reports() {
    let reports = |left_out: &str| {
        short("").replace("[[groups]]", &format!("[reports]\nleft_out = {left_out}\n[[groups]]"))
    };
    assert_snapshot!(faults_in(&reports("[\"withdrawn\", \"not_managed\", \"lost\"]")), @"
    own.toml:15: reports.left_out: by this procedure no ticket ends as `not_managed`. Leave it out.
    own.toml:15: reports.left_out: no ticket ends as `lost`. Write `authorised`, `silence`, `no_survey`, `withdrawn`, `not_managed`, `approved`, `rejected`, `self_help` or `routed`.
    ");
    let read = procedure::read("own.toml", &reports("[]")).unwrap();
    assert_eq!(read.left_out, []);
}

#[test]
fn faults_of_fields_are_reported_at_once() {
    assert_snapshot!(field_faults(&[
        ("uno", "kind = \"texto\""),
        ("dos", "kind = \"text\"\nlongest = 0"),
        ("tres", "kind = \"number\"\nmin = 5\nmax = 1"),
        ("dos", "kind = \"date\"\nmin = 3"),
        ("cuatro", "kind = \"choice\""),
    ]), @"
    own.toml:26: categories[1].fields[1].kind: `texto` is not a choice. Write `text`, `number`, `date`, `choice`, `person`, `yes_no` or `file`.
    own.toml:31: categories[1].fields[2].longest: `0` will not do. Write a number from 1 to 4000.
    own.toml:37: categories[1].fields[3].max: no number is from 5 to 1. Write no less than `min`.
    own.toml:39: categories[1].fields[4].key: `dos` stands here for the second time. Give each its own key.
    own.toml:42: categories[1].fields[4].min: unknown key. Here you may write `key`, `kind`, `name`, `question`, `hint`, `required`, `when` or `future`.
    own.toml:43: categories[1].fields[5].choices: there is none. Add [[…choices]] below the field, with key and name.
    ");
    assert_snapshot!(field_faults(&[(
        "uno",
        "kind = \"choice\"\n[[categories.fields.choices]]\nkey = \"x\"\n\
         name = { es = \"Equis\", en = \"Ex\" }\nrefuses = { es = \"No\", en = \"No\" }",
    )]), @"
    own.toml:27: categories[1].fields[1].choices: every choice is refused. Add a choice without `refuses`.
    own.toml:28: categories[1].fields[1].choices[1].key: one letter says too little. Write two letters or more.
    ");
    let long = "N".repeat(46);
    let field = format!(
        "[[categories.fields]]\nkey = \"uno\"\nkind = \"text\"\n\
         name = {{ es = \"{long}\", en = \"N\" }}\nquestion = {{ es = \"¿Qué?\" }}\n"
    );
    assert_snapshot!(faults_in(&short(&field)), @"
    own.toml:26: categories[1].fields[1].name.es: a form shows 45 letters, and this has 46. Write less.
    own.toml:27: categories[1].fields[1].question.en: it is missing. Add `en = …` here.
    ");
}

#[test]
fn conditions_refer_to_earlier_fields_with_possible_values() {
    assert_snapshot!(field_faults(&[
        ("antes", "kind = \"text\"\nwhen = { field = \"luego\", is = [\"yes\"] }"),
        ("luego", "kind = \"yes_no\"\nwhen = { field = \"anets\", is = [\"yes\"] }"),
        ("sigue", "kind = \"text\"\nwhen = { field = \"luego\", is = [\"quizá\"] }"),
        ("libre", "kind = \"text\"\nwhen = { field = \"antes\", is = [\"algo\"] }"),
        ("nunca", "kind = \"text\"\nwhen = { field = \"luego\", is = [] }"),
        ("sola", "kind = \"text\"\nwhen = { field = \"sola\", is = [\"yes\"] }"),
    ]), @"
    own.toml:27: categories[1].fields[1].when: `luego` is not answered yet when this is asked. Put `luego` before it.
    own.toml:32: categories[1].fields[2].when: there is no field `anets`. Did you mean `antes`?
    own.toml:37: categories[1].fields[3].when: `luego` is never answered with `quizá`. Write `yes` or `no`.
    own.toml:42: categories[1].fields[4].when: `antes` is answered freely, so nothing can hang on it. Name a field of the kind `choice` or `yes_no`.
    own.toml:47: categories[1].fields[5].when: it never holds, for `is` names no answer. Write `yes` or `no`.
    own.toml:52: categories[1].fields[6].when: `sola` is not answered yet when this is asked. Put `sola` before it.
    ");
}

#[test]
fn solution_fields_may_depend_on_the_request_and_have_unique_keys() {
    let asked = listed("categories.fields", &[("pide", "kind = \"yes_no\"")]);
    let recorded = [("hizo", "kind = \"text\"\nwhen = { field = \"pide\", is = [\"no\"] }")];
    let recorded = listed("categories.solution_fields", &recorded);
    let of_all = listed("solution_fields", &[("informe", "kind = \"text\"\nrequired = false")]);
    let sound = format!("{asked}{recorded}{of_all}");
    let read = procedure::read("own.toml", &short(&sound)).unwrap();
    let keys: Vec<&str> =
        read.categories[0].solution_fields.iter().map(|field| field.key.as_str()).collect();
    assert_eq!(keys, ["informe", "hizo"], "the fields of all categories come first");
    let clash = listed("categories.solution_fields", &[("pide", "kind = \"text\"")]);
    assert_snapshot!(faults_in(&short(&format!("{asked}{clash}"))), @"own.toml:28: categories[1].solution_fields[1].key: `pide` is asked already, with the request or of all. Give each its own key.");
}

const ROOM: &str = r#"
[[categories.fields]]
key = "sala"
kind = "choice"
name = { es = "Sala", en = "Room" }
choices = [
    { key = "roja", name = { es = "Roja", en = "Red" } },
    { key = "azul", name = { es = "Azul", en = "Blue" } },
]
"#;
const DAY_OF_IT: &str = r#"
[[categories.fields]]
key = "dia"
kind = "date"
future = true
name = { es = "Día", en = "Day" }
question = { es = "¿Para qué día?", en = "For which day?" }
"#;

/// Takes an answer under the procedure's present rules, three days later.
fn under(procedure: &Procedure, dialogue: Dialogue, answer: Answer) -> Dialogue {
    let now = Timestamp(1_772_456_400_000).plus(3 * DAY);
    let voice = Voice { locale: Locale::Es, procedure, now };
    match dialogue.advance(answer, &voice, &Options::default()) {
        Step::Ask(next) | Step::Again(next, _) | Step::Complete(next) => next,
    }
}

fn asked(procedure: &Procedure, dialogue: &Dialogue) -> String {
    let now = Timestamp(1_772_456_400_000).plus(3 * DAY);
    let voice = Voice { locale: Locale::Es, procedure, now };
    dialogue.question(&voice, &Options::default()).text.to_plain()
}

#[test]
fn a_form_whose_rules_changed_asks_new_and_drops_removed_fields() {
    let kept = r#"{"dialogue":"new_ticket","description":"Reservar","attachments":[],
        "category":"todo","details":null,"place":null,"impact":null,"urgency":null,
        "follow_up_of":null,"requester":null,"given":true,
        "filled":{"answers":[{"field":"sala","value":{"choice":"roja"}},
                             {"field":"dia","value":{"date":"2026-03-04"}}]}}"#;
    let kept: Dialogue = serde_json::from_str(kept).unwrap();
    // The room field is removed: its answer is dropped, and the day is past.
    let day = read(DAY_OF_IT);
    assert!(asked(&day, &kept).starts_with("¿Para qué día?"));
    // The day field is removed, and the room field remains: no field is left to ask.
    let room = read(ROOM);
    assert!(asked(&room, &kept).starts_with("¿Dónde está usted?"));
    // Only the blue room remains, so the red one is no valid answer.
    let blue = read(&ROOM.replace("roja", "verde"));
    assert!(asked(&blue, &kept).starts_with("Sala"));
    let chosen = under(&blue, kept.clone(), Answer::Choice("azul".into()));
    assert!(asked(&blue, &chosen).starts_with("¿Dónde está usted?"));
    // The category itself is removed.
    let other = procedure::read("reference.toml", REFERENCE).unwrap();
    assert!(asked(&other, &kept).starts_with("¿De qué se trata?"));
}

#[test]
fn a_part_of_a_solutions_form_belongs_to_a_group_that_exists() {
    let uspec = include_str!("../../config/procedures/uspec.toml");
    let faults_in = |from: &str, to: &str| {
        assert!(uspec.contains(from), "the procedure no longer says {from}");
        let faults = procedure::read("own.toml", &uspec.replacen(from, to, 1));
        let faults = faults.expect_err("the procedure is invalid");
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let wrong = faults_in("by = \"tecnologia\"", "by = \"tecnologias\"");
    assert!(wrong.contains("there is no group `tecnologias`"), "{wrong}");
    assert!(wrong.contains("Did you mean `tecnologia`?"), "{wrong}");
    // The requester fills the request's form, so no group is named there.
    let request = "key = \"tramite\"\nkind";
    let asked = faults_in(request, "key = \"tramite\"\nby = \"soporte\"\nkind");
    assert!(asked.contains("by"), "{asked}");
}
