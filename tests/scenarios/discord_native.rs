//! What Discord has and other networks lack: times that count down by themselves.

use insta::assert_snapshot;
use mesabot::{
    chat::wording::Voice,
    domain::{
        locale::Locale,
        time::{MINUTE, Timestamp},
    },
};

use crate::support::desk::uspec;

#[test]
fn nobody_but_the_desk_names_an_instant() {
    let (procedure, now) = (uspec(), Timestamp(1_772_456_400_000));
    let voice = Voice { locale: Locale::Es, procedure: &procedure, now };
    let name = [("name", "Ana\u{e000}\u{e001} <t:1:R>".into())];
    let due = now.plus(30 * MINUTE);
    let text = voice.rich("requester-in-progress", &name, &[("resolve", Some(due))]);
    let instants: Vec<Timestamp> = text.0.iter().filter_map(|piece| piece.instant).collect();
    assert_eq!(instants, [due]);
    assert_snapshot!(text.to_plain(), @"Lo atiende Ana <t:1:R>. Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.");
    let late = voice.rich("requester-in-progress", &name, &[("resolve", Some(now))]);
    assert!(late.0.iter().all(|piece| piece.instant.is_none()), "it has come: {late:?}");
    let unknown = voice.rich("requester-in-progress", &name, &[("resolve", None)]);
    assert!(unknown.to_plain().ends_with("a más tardar "), "{unknown:?}");
}
