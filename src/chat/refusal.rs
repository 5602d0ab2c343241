//! Every refusal in words, with what to do instead; one catalogue message each.

use crate::{
    chat::wording::{Arg, Voice, numbers},
    domain::{id::TicketNumber, refusal::Refusal, status::Status, verb::Verb},
};

pub fn text(voice: &Voice<'_>, refusal: &Refusal) -> String {
    let number = |number: &TicketNumber| ("number", number.to_string().into());
    let status = |status: &Status| ("status", voice.general_status(*status).into());
    let verb = |verb: &Verb| ("verb", verb.as_str().into());
    match refusal {
        Refusal::UnknownTicket(n) => voice.say("refuse-unknown-ticket", &[number(n)]),
        Refusal::NotYourRole(v) => voice.say("refuse-not-your-role", &[verb(v)]),
        Refusal::NotYourGroup(group) => {
            voice.say("refuse-not-your-group", &[("group", voice.group(group).into())])
        }
        Refusal::NotYourTicket { number: n, technician } => {
            voice.say("refuse-not-your-ticket", &[number(n), by(technician)])
        }
        Refusal::AlreadyTaken { number: n, technician } => {
            voice.say("refuse-already-taken", &[number(n), by(technician)])
        }
        Refusal::AlreadyYours(n) => voice.say("refuse-already-yours", &[number(n)]),
        Refusal::NotYourRequest(n) => voice.say("refuse-not-your-request", &[number(n)]),
        Refusal::NotNow { number: n, verb: v, status: s } => {
            voice.say("refuse-not-now", &[number(n), verb(v), status(s), over(s)])
        }
        Refusal::NotInProcedure(n) => voice.say("refuse-not-in-procedure", &[number(n)]),
        Refusal::TooLateToWithdraw { number: n, technician } if technician.is_empty() => {
            voice.say("refuse-too-late-to-withdraw-group", &[number(n)])
        }
        Refusal::TooLateToWithdraw { number: n, technician } => {
            voice.say("refuse-too-late-to-withdraw", &[number(n), by(technician)])
        }
        Refusal::SurveyOver { number: n, status: s } => {
            voice.say("refuse-survey-over", &[number(n), status(s), over(s)])
        }
        Refusal::UnknownGroup(name) => {
            voice.say("refuse-unknown-group", &[("name", name.as_str().into())])
        }
        Refusal::SameGroup(group) => {
            voice.say("refuse-same-group", &[("group", voice.group(group).into())])
        }
        Refusal::CannotTakeIt(name) => voice.say("refuse-cannot-take-it", &[by(name)]),
        Refusal::MeantFor { number: n, technician } => {
            voice.say("refuse-meant-for", &[number(n), by(technician)])
        }
        Refusal::UnknownSpecialist(name) => voice.say("refuse-unknown-specialist", &[by(name)]),
        Refusal::UnknownDestination(name) => voice.say("refuse-unknown-destination", &[by(name)]),
        Refusal::AsksApproval(n) => voice.say("refuse-asks-approval", &[number(n)]),
        Refusal::OwnRequest(n) => voice.say("refuse-own-request", &[number(n)]),
        Refusal::RelatedCase { number: n, parent } => {
            voice.say("refuse-related-case", &[number(n), ("parent", parent.to_string().into())])
        }
        Refusal::AnswerGoesBack { number: n, group } => {
            voice.say("refuse-answer-goes-back", &[number(n), ("group", voice.group(group).into())])
        }
        Refusal::PartMissing { number: n, field, group } => {
            let field = ("field", field.get(voice.locale).into());
            let group = ("group", voice.group(group).into());
            voice.say("refuse-part-missing", &[number(n), field, group])
        }
        Refusal::ChildrenOpen { number: n, children } => {
            let open = numbers(children);
            voice.say("refuse-children-open", &[number(n), ("open", open.into())])
        }
        Refusal::NoAsset { shortest, longest } => {
            let name = voice.procedure.assets.as_ref().map_or("", |a| a.name.get(voice.locale));
            let args = [by(name), ("shortest", (*shortest).into()), ("longest", (*longest).into())];
            voice.say("refuse-no-asset", &args)
        }
        Refusal::StaffRegisters => voice.text("refuse-staff-registers"),
        Refusal::UnknownCategory(_) => voice.text("refuse-unknown-category"),
        Refusal::FormIncomplete => voice.text("refuse-form-incomplete"),
        Refusal::NoSuchStep => voice.text("refuse-no-such-step"),
        Refusal::TextMissing(v) => voice.say("refuse-text-missing", &[verb(v)]),
        Refusal::TextTooLong { longest } => {
            voice.say("refuse-text-too-long", &[("longest", (*longest).into())])
        }
        Refusal::TextFull { longest } => {
            voice.say("refuse-text-full", &[("longest", (*longest).into())])
        }
        Refusal::TooManyFiles { most } => {
            voice.say("refuse-too-many-files", &[("most", (*most).into())])
        }
        Refusal::TooManyOpen { most, for_another } => {
            let whose = if *for_another { "other" } else { "own" };
            voice.say("refuse-too-many-open", &[("most", (*most).into()), ("whose", whose.into())])
        }
        Refusal::InvitationInvalid => voice.text("refuse-invitation-invalid"),
        Refusal::InvitationMisplaced => voice.text("refuse-invitation-misplaced"),
        Refusal::UnknownPerson => voice.text("refuse-unknown-person"),
        Refusal::LastAdministrator => voice.text("refuse-last-administrator"),
        Refusal::LinkInvalid => voice.text("refuse-link-invalid"),
        Refusal::LinkTooManyTries { until } => {
            voice.say("refuse-link-too-many-tries", &[("when", voice.when(*until).into())])
        }
        Refusal::DiskFull => voice.text("refuse-disk-full"),
        Refusal::NoVisitThen { number: n, at, why } => {
            let when = ("when", voice.when(*at).into());
            voice.say("refuse-no-visit-then", &[number(n), when, ("why", why.as_str().into())])
        }
        Refusal::HasVisitThen { number: n, at, technician } => {
            let when = ("when", voice.when(*at).into());
            voice.say("refuse-has-visit-then", &[number(n), when, by(technician)])
        }
        Refusal::TimeNotUnderstood(n) => voice.say("refuse-time-not-understood", &[number(n)]),
        Refusal::VisitOver(n) => voice.say("refuse-visit-over", &[number(n)]),
        Refusal::EquipmentAway { number: n, what, at } => {
            let what = ("what", what.as_str().into());
            voice.say("refuse-equipment-away", &[number(n), what, ("at", at.as_str().into())])
        }
        Refusal::NoEquipmentAway(n) => voice.say("refuse-no-equipment-away", &[number(n)]),
        Refusal::SamePriority(n, priority) => {
            let priority = ("priority", voice.priority(*priority).into());
            voice.say("refuse-same-priority", &[number(n), priority])
        }
        Refusal::SameCategory(n, category) => {
            let category = ("category", voice.category(category).into());
            voice.say("refuse-same-category", &[number(n), category])
        }
        Refusal::UnknownPriority(name) => voice.say("refuse-unknown-priority", &[by(name)]),
    }
}

fn by(name: &str) -> Arg<'_> {
    ("name", name.into())
}

fn over(status: &Status) -> Arg<'static> {
    ("over", status.is_final().into())
}
