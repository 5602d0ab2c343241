//! The history of a ticket in the workbook: escalations with justification, waits, visits and moves
//! of equipment, in both languages.

use mesabot::{
    chat::{view::steps, wording::Voice},
    config::procedure,
    domain::{
        event::Event,
        locale::Locale,
        procedure::Procedure,
        report::Step,
        time::{HOUR, Timestamp},
        visit::Whereabouts,
    },
};

use crate::support::desk::uspec;

/// Monday, 2 March 2026, 08:00 in Bogotá.
const START: Timestamp = Timestamp(1_772_456_400_000);

/// One step of every listed kind, an hour apart.
fn way() -> Vec<Step> {
    let events = [
        Event::Escalated {
            from: "soporte".into(),
            to: "impresion".into(),
            justification: "Es de la impresora".into(),
            level: Some(2),
            person: None,
            on_site: false,
        },
        Event::Suspended { reason: "Falta un dato".into() },
        Event::Resumed,
        Event::PassedToVendor { reason: "Garantía".into() },
        Event::VisitScheduled { at: START.plus(24 * HOUR), name: "Ana".into(), status: None },
        Event::VisitCancelled { at: START.plus(24 * HOUR) },
        Event::VisitArrived { status: None },
        Event::VisitMissed { note: "Oficina cerrada".into(), status: None },
        Event::EquipmentMoved { what: "PC-7".into(), to: Whereabouts::Workshop, status: None },
        Event::EquipmentReturned { what: "PC-7".into(), status: None },
    ];
    let step = |(hour, event)| Step { at: START.plus(hour * HOUR), event };
    (0..).zip(events).map(step).collect()
}

fn listed(locale: Locale) -> String {
    listed_under(&uspec(), locale)
}

fn listed_under(procedure: &Procedure, locale: Locale) -> String {
    let voice = &Voice { locale, procedure, now: START };
    let way = way();
    let cells = [
        steps::escalations(voice, &way),
        steps::waits(voice, &way),
        steps::visits(voice, &way),
        steps::moves(voice, &way),
    ];
    cells.map(|lines| lines.join("\n")).join("\n---\n")
}

#[test]
fn the_workbook_lists_escalations_waits_visits_and_moves() {
    insta::assert_snapshot!(listed(Locale::Es), @"
    2026-03-02 08:00: de Mesa de ayuda a Impresión y copiado. Justificación: Es de la impresora
    ---
    2026-03-02 09:00: en espera. Motivo: Falta un dato
    2026-03-02 10:00: reanudado
    2026-03-02 11:00: al proveedor. Motivo: Garantía
    ---
    2026-03-02 12:00: visita programada para 2026-03-03 08:00, va Ana
    2026-03-02 13:00: visita de 2026-03-03 08:00 cancelada
    2026-03-02 14:00: llegó al puesto de trabajo
    2026-03-02 15:00: no se encontró a nadie. Oficina cerrada
    ---
    2026-03-02 16:00: al taller, PC-7
    2026-03-02 17:00: devuelto, PC-7
    ");
    insta::assert_snapshot!(listed(Locale::En), @"
    2026-03-02 08:00: from Help desk to Printing and copying. Justification: Es de la impresora
    ---
    2026-03-02 09:00: on hold. Reason: Falta un dato
    2026-03-02 10:00: resumed
    2026-03-02 11:00: to the vendor. Reason: Garantía
    ---
    2026-03-02 12:00: visit planned for 2026-03-03 08:00, Ana goes
    2026-03-02 13:00: visit of 2026-03-03 08:00 cancelled
    2026-03-02 14:00: arrived at the workplace
    2026-03-02 15:00: no one was found. Oficina cerrada
    ---
    2026-03-02 16:00: to the workshop, PC-7
    2026-03-02 17:00: returned, PC-7
    ");
}

#[test]
fn n6_the_workbook_names_the_vendor_as_the_procedure_does() {
    let text = include_str!("../../../config/procedures/narino.toml");
    let procedure = procedure::read("narino.toml", text).expect("the procedure is valid");
    for (locale, passed) in
        [(Locale::Es, "al contratista. Motivo: "), (Locale::En, "to the contractor. Reason: ")]
    {
        let listed = listed_under(&procedure, locale);
        assert!(listed.contains(passed), "{listed}");
    }
}
