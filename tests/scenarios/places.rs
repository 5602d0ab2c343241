//! People who receive no messages from the desk: who is notified in their place, and what they get
//! when they are reachable again.

use crate::support::pairing::in_every_pairing;

#[test]
fn g5_a_confirmation_says_that_a_blocked_requester_is_not_reached() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        marta.reads();
        ana.reads();
        marta.shuts_out().await;
        // Where the network does not report a block, the first refused notice reveals it.
        ana.says("/suspender 1 Falta el cable").await;
        ana.says("/reanudar 1").await;
        ana.reads();
        ana.says("/responder 1 Ya voy para allá").await;
        let messages = ana.reads();
        assert!(
            messages.contains("Guardé su mensaje en el caso #1. A Marta no le llega"),
            "{messages}"
        );
        assert!(!messages.contains("Envié"), "{messages}");
        ana.says("/solucionar 1 Renové la clave").await;
        let messages = ana.reads();
        assert!(
            messages.contains("Guardé la solución del caso #1. A Marta no le llega"),
            "{messages}"
        );
        marta.reads();

        marta.lets_in().await;
        marta.says("/start").await;
        let missed = marta.reads();
        assert_eq!(missed.matches("Mientras no podía escribirle").count(), 1, "{missed}");
        assert!(missed.contains("Ya voy para allá"), "{missed}");
        assert!(missed.contains("[Sí] [No]"), "{missed}");
        marta.presses("Sí").await;
        let rating = marta.reads();
        assert!(rating.contains("[4] [5]"), "{rating}");
        ana.reads();
    });
}

#[test]
fn the_view_of_a_solved_ticket_carries_the_buttons_of_its_survey() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        ana.says("/solucionar 1 Renové la clave").await;
        marta.reads();
        ana.reads();
        marta.says("/caso 1").await;
        let shown = marta.reads();
        assert!(shown.contains("[Sí] [No]"), "{shown}");
        marta.presses("Sí").await;
        let rating = marta.reads();
        assert!(rating.contains("[4] [5]"), "{rating}");
        ana.reads();
    });
}

#[test]
fn messages_for_an_unreachable_technician_reach_the_group() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.technician("Luis").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        marta.reads();
        ana.reads();
        luis.reads();
        ana.shuts_out().await;
        marta.says("/responder 1 Ahora tampoco imprime").await;
        marta.reads();
        let messages = luis.reads();
        assert!(messages.contains("Ahora tampoco imprime"), "{messages}");
        assert!(messages.contains("Ana tiene a cargo el caso #1"), "{messages}");
        marta.says("/responder 1 Y ahora el correo").await;
        marta.reads();
        let messages = luis.reads();
        assert!(messages.contains("Para Ana, a quien no le llegan mis mensajes:"), "{messages}");
        assert!(messages.contains("Y ahora el correo"), "{messages}");
        ana.reads();
    });
}
