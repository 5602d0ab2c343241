//! Promises to people: a promise lies in the future, a broken promise is stated as broken, and no
//! text claims that a message reached a person without a reachable chat.

use insta::assert_snapshot;
use mesabot::domain::{
    person::Role,
    time::{DAY, HOUR, MINUTE},
};

use crate::support::pairing::in_every_pairing;

#[test]
fn a_late_ticket_promises_no_date_that_has_passed() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let boss = desk.staff("Olga", Role::Supervisor, &["soporte"]).await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        desk.passes(DAY + 40 * MINUTE).await;
        desk.all_read();
        ana.presses("Aceptar").await;
        assert_snapshot!(marta.reads(), @"
        Ana ya atiende su caso #1 (No abre el correo). Nos hemos demorado más de lo que le prometimos: le pedimos disculpas.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Nos hemos demorado más de lo que le prometimos: le pedimos disculpas.
        [Responder]
        ");
        ana.reads();
        ana.says("/suspender 1 Falta un dato").await;
        ana.says("/reanudar 1").await;
        ana.reads();
        assert_snapshot!(marta.reads(), @"
        Su caso #1 queda en espera: «Falta un dato». Le avisaremos cuando sigamos.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Está en espera: Falta un dato
        [Responder]
        ---
        Seguimos con su caso #1. Nos hemos demorado más de lo que le prometimos: le pedimos disculpas.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Nos hemos demorado más de lo que le prometimos: le pedimos disculpas.
        [Responder]
        ");
        ana.says("/escalar 1 [tecnologia] Es del servidor").await;
        assert_snapshot!(marta.reads(), @"
        Pasamos su caso #1 al equipo de Oficina de Tecnología, que puede resolverlo mejor. Le avisaremos cuando lo tomen.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Ahora está en manos del equipo de Oficina de Tecnología. Nos hemos demorado más de lo que le prometimos: le pedimos disculpas.
        [Responder]
        ");
        ana.says("/caso 1").await;
        assert_snapshot!(ana.reads(), @"
        El caso #1 pasó al equipo de Oficina de Tecnología. Por ahora no hay personas en Oficina de Tecnología: le avisé a supervisión.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Oficina de Tecnología
        Sin solución: el plazo se venció el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        Escalado porque: Es del servidor
        [Nota interna]
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Oficina de Tecnología
        Sin solución: el plazo se venció el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        Escalado porque: Es del servidor
        ---
        Caso #1 · No abre el correo
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Oficina de Tecnología
        Sin solución: el plazo se venció el lunes 2 de marzo a las 8:30 a. m.
        «No abre el correo»
        Escalado porque: Es del servidor
        [Nota interna]
        ");
        boss.reads();
    });
}

#[test]
fn an_assigned_ticket_on_hold_promises_no_date() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        desk.technician("Luis").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        desk.all_read();
        ana.says("/suspender 1 Falta un repuesto").await;
        desk.all_read();
        ana.says("/asignar 1 Luis").await;
        ana.reads();
        assert_snapshot!(marta.reads(), @"Luis tiene ahora su caso #1 (No abre el correo). Sigue en espera: «Falta un repuesto».");
        desk.all_read();
    });
}

#[test]
fn the_time_to_own_runs_while_a_ticket_is_on_hold() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.technician("Luis").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        desk.all_read();
        ana.says("/suspender 1 Falta un repuesto").await;
        desk.all_read();
        desk.passes(10 * MINUTE).await;
        assert_snapshot!(luis.reads(), @"
        Nadie ha tomado el caso #1 (No abre el correo), de Mesa de ayuda. Hay que tomarlo a más tardar hoy a las 8:15 a. m.
        [#1]
        ");
        desk.passes(10 * MINUTE).await;
        assert_snapshot!(luis.reads(), @"
        Se venció el plazo para tomar el caso #1 (No abre el correo), de Mesa de ayuda. El plazo era hoy a las 8:15 a. m.
        [#1]
        ");
        desk.all_read();
        luis.says("/caso 1").await;
        luis.reads();
        luis.presses("Aceptar").await;
        assert_snapshot!(luis.reads(), @"
        El caso #1 es suyo.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Luis
        En espera: Falta un repuesto
        «No abre el correo»
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        ");
        assert_snapshot!(marta.reads(), @"Luis tiene ahora su caso #1 (No abre el correo). Sigue en espera: «Falta un repuesto».");
        let taken = desk.newest().await;
        assert!(
            taken.owned_at.is_some_and(|at| at > taken.own_due_at),
            "the ticket was accepted late"
        );
        desk.all_read();
        desk.passes(HOUR).await;
        assert_eq!(luis.reads(), "", "an accepted ticket causes no warning");
    });
}

#[test]
fn resuming_an_untaken_ticket_sends_one_notice() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/suspender 1 Falta un repuesto").await;
        desk.all_read();
        ana.says("/reanudar 1").await;
        ana.reads();
        assert_snapshot!(marta.reads(), @"
        Seguimos con su caso #1. Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        ");
    });
}

#[test]
fn a_card_that_is_edited_on_another_day_names_its_dates() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.presses("Aceptar").await;
        ana.says("/solucionar 1 Reinicié el servidor").await;
        desk.all_read();
        desk.passes(20 * HOUR).await;
        desk.all_read();
        marta.presses("Sí").await;
        for person in [&ana, &marta] {
            let read = person.reads();
            for near in ["hoy", "mañana", "ayer"] {
                let edited = read.split("---").filter(|message| message.contains('✎'));
                assert!(edited.clone().all(|message| !message.contains(near)), "{read}");
            }
        }
        desk.all_read();
    });
}

#[test]
fn a_reply_without_a_technician_is_saved_but_not_called_sent() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        marta.says("/responder 1 Sigue igual").await;
        assert_snapshot!(marta.reads(), @"Guardé su mensaje en el caso #1. Lo leerá quien atienda el caso.");
    });
}

#[test]
fn no_question_claims_that_an_unreachable_requester_reads_it() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        desk.all_read();
        ana.presses("Aceptar").await;
        desk.all_read();
        ana.says("/solucionar 1").await;
        let asked = ana.reads();
        assert!(
            asked.is_empty() || asked.contains("El solicitante leerá su respuesta."),
            "{asked}"
        );
        ana.gives_up().await;
        ana.reads();
        marta.shuts_out().await;
        ana.says("/suspender 1 Falta el cable").await;
        ana.reads();
        ana.says("/solucionar 1").await;
        let asked = ana.reads();
        assert!(!asked.contains("leerá"), "{asked}");
        ana.gives("solve", "Cambié el cable").await;
        let messages = ana.reads();
        assert!(messages.contains("Guardé la solución del caso #1."), "{messages}");
        assert!(!messages.contains("se la envié"), "{messages}");
        desk.all_read();
    });
}
