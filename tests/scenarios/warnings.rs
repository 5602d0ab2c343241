//! Promised times that run out: a warning before, a notice at the breach, and one to the next level
//! if the ticket stays late; each once, none while a ticket is suspended, and several in one
//! message.

use insta::assert_snapshot;
use mesabot::{
    config::procedure,
    domain::{
        person::Role,
        procedure::Procedure,
        time::{DAY, HOUR, MINUTE},
    },
};

use crate::support::pairing::in_every_pairing_on;

/// The shipped procedure with notices to the next level.
fn warning() -> Procedure {
    let text = include_str!("../../config/procedures/uspec.toml")
        .replace("# escalate_after =", "escalate_after =");
    let procedure = procedure::read("own.toml", &text).expect("the procedure is valid");
    let warnings = procedure.warnings.expect("the shipped procedure warns");
    assert!(warnings.escalate_after.is_some(), "the shipped procedure has escalate_after");
    procedure
}

#[test]
fn an_unaccepted_ticket_is_warned_of_reported_late_and_escalated() {
    in_every_pairing_on(&warning(), async |desk| {
        let ana = desk.technician("Ana").await;
        let sara = desk.staff("Sara", Role::Supervisor, &[]).await;
        let tito = desk.staff("Tito", Role::Technician, &["tecnologia"]).await;
        let marta = desk.requester("Marta");
        let group = desk.linked_group(&ana).await;
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads_in(&group);
        desk.passes(10 * MINUTE - 1).await;
        assert_eq!(ana.reads_in(&group), "", "never early");
        desk.passes(1).await;
        assert_snapshot!(ana.reads_in(&group), @"
        Nadie ha tomado el caso #1 (No abre el correo), de Mesa de ayuda. Hay que tomarlo a más tardar hoy a las 8:15 a. m.
        [#1]
        ");
        desk.passes(5 * MINUTE).await;
        assert_eq!(
            sara.reads(),
            "",
            "at the promised instant the ticket can still be accepted in time"
        );
        desk.passes(1).await;
        assert_snapshot!(ana.reads_in(&group), @"
        Se venció el plazo para tomar el caso #1 (No abre el correo), de Mesa de ayuda. El plazo era hoy a las 8:15 a. m.
        [#1]
        ");
        assert_snapshot!(sara.reads(), @"
        Se venció el plazo para tomar el caso #1 (No abre el correo), de Mesa de ayuda. El plazo era hoy a las 8:15 a. m.
        [#1]
        ");
        assert_eq!(tito.reads(), "", "the next level is not notified yet");
        // Both promises are broken now, the first one for an hour.
        desk.passes(HOUR).await;
        assert_snapshot!(ana.reads_in(&group), @"
        Se venció el plazo del caso #1 (No abre el correo), que tiene Mesa de ayuda. El plazo era hoy a las 8:30 a. m.
        [#1]
        ");
        assert_snapshot!(sara.reads(), @"
        Varios plazos piden atención:
        • Nadie ha tomado el caso #1 (No abre el correo), de Mesa de ayuda. El plazo se venció hoy a las 8:15 a. m.
        • Se venció el plazo del caso #1 (No abre el correo), que tiene Mesa de ayuda. El plazo era hoy a las 8:30 a. m.
        [#1]
        ");
        assert_snapshot!(tito.reads(), @"
        Nadie ha tomado el caso #1 (No abre el correo), de Mesa de ayuda. El plazo se venció hoy a las 8:15 a. m.
        [#1]
        ");
        desk.passes(20 * MINUTE).await;
        assert_snapshot!(tito.reads(), @"
        El caso #1 (No abre el correo), que tiene Mesa de ayuda, sigue sin solución. El plazo se venció hoy a las 8:30 a. m.
        [#1]
        ");
        sara.reads();
        desk.passes(3 * DAY).await;
        for person in [&ana, &sara, &tito, &marta] {
            assert_eq!(person.reads(), "", "{} got every notice once", person.name);
        }
        assert_eq!(ana.reads_in(&group), "");
    });
}

#[test]
fn the_technician_is_warned_except_while_the_ticket_is_suspended() {
    in_every_pairing_on(&warning(), async |desk| {
        let ana = desk.technician("Ana").await;
        let sara = desk.staff("Sara", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says(&format!("/aceptar {number}")).await;
        desk.passes(20 * MINUTE).await;
        ana.says(&format!("/suspender {number} Falta un repuesto")).await;
        ana.reads();
        marta.reads();
        desk.passes(7 * DAY).await;
        assert_eq!(ana.reads(), "", "its clock is stopped");
        ana.says(&format!("/reanudar {number}")).await;
        ana.reads();
        marta.reads();
        desk.passes(5 * MINUTE - 1).await;
        assert_eq!(ana.reads(), "", "ten minutes were left");
        desk.passes(1).await;
        assert_snapshot!(ana.reads(), @"
        Se acerca el plazo del caso #1 (No abre el correo), que tiene Ana. Hay que solucionarlo a más tardar hoy a las 8:30 a. m.
        [#1]
        ");
        assert_eq!(sara.reads(), "");
        // A second suspension repeats no warning.
        ana.says(&format!("/suspender {number} Falta otro")).await;
        desk.passes(DAY).await;
        ana.says(&format!("/reanudar {number}")).await;
        ana.reads();
        marta.reads();
        desk.passes(5 * MINUTE).await;
        assert_eq!(ana.reads(), "");
        desk.passes(1).await;
        assert_snapshot!(ana.reads(), @"
        Se venció el plazo del caso #1 (No abre el correo), que tiene Ana. El plazo era hoy a las 8:30 a. m.
        [#1]
        ");
        assert_snapshot!(sara.reads(), @"
        Se venció el plazo del caso #1 (No abre el correo), que tiene Ana. El plazo era hoy a las 8:30 a. m.
        [#1]
        ");
        ana.says(&format!("/solucionar {number} Reinicié el servidor")).await;
        ana.reads();
        marta.reads();
        desk.passes(2 * HOUR).await;
        assert_eq!(sara.reads(), "", "a solved ticket causes no notice");
        let history = desk.history(number).await;
        assert_eq!(history.iter().filter(|kind| *kind == "warned").count(), 2, "{history:?}");
    });
}

#[test]
fn after_a_night_offline_each_promise_is_reported_once() {
    in_every_pairing_on(&warning(), async |desk| {
        let ana = desk.technician("Ana").await;
        let sara = desk.staff("Sara", Role::Supervisor, &[]).await;
        let tito = desk.staff("Tito", Role::Technician, &["tecnologia"]).await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says(&format!("/aceptar {number}")).await;
        ana.reads();
        marta.reads();
        desk.passes(DAY).await;
        assert_snapshot!(ana.reads(), @"
        Se venció el plazo del caso #1 (No abre el correo), que tiene Ana. El plazo era ayer a las 8:30 a. m.
        [#1]
        ");
        let heard = sara.reads();
        assert_snapshot!(heard, @"
        El caso #1 (No abre el correo), que tiene Ana, sigue sin solución. El plazo se venció ayer a las 8:30 a. m.
        [#1]
        ");
        assert_eq!(tito.reads(), heard, "the next level gets the supervisors' notices");
    });
}

#[test]
fn several_warnings_at_once_are_one_message() {
    in_every_pairing_on(&warning(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let group = desk.linked_group(&ana).await;
        for words in ["No abre el correo", "No hay red", "No enciende"] {
            desk.opens_ticket(&marta, words).await;
        }
        marta.reads();
        ana.says("/aceptar 2").await;
        ana.reads();
        marta.reads();
        ana.reads_in(&group);
        desk.passes(10 * MINUTE).await;
        assert_snapshot!(ana.reads_in(&group), @"
        Varios plazos piden atención:
        • Nadie ha tomado el caso #1 (No abre el correo), de Mesa de ayuda. Hay que tomarlo a más tardar hoy a las 8:15 a. m.
        • Nadie ha tomado el caso #3 (No enciende), de Mesa de ayuda. Hay que tomarlo a más tardar hoy a las 8:15 a. m.
        [#1] [#3]
        ");
        assert_eq!(ana.reads(), "", "Ana's ticket was accepted in time");
        ana.presses_in(&group, "#3").await;
        let shown = ana.reads_in(&group) + &ana.reads();
        assert!(shown.contains("No enciende"), "{shown}");
    });
}
