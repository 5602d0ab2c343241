//! Groups with working hours of their own: a ticket's times are promised and counted in the
//! receiving group's hours, and stay so when the ticket goes to another group.

use insta::assert_snapshot;
use mesabot::{
    config::procedure,
    domain::{
        person::Role,
        procedure::Procedure,
        time::{HOUR, MINUTE},
    },
};

use crate::support::pairing::in_every_pairing_on;

/// The shipped rules with a help desk that works on two afternoons a week.
fn afternoon() -> Procedure {
    let group = "name = { es = \"Mesa de ayuda\", en = \"Help desk\" }";
    let hours = "monday = [\"14:00-20:00\"]\ntuesday = [\"14:00-20:00\"]";
    let text = include_str!("../../config/procedures/uspec.toml").replacen(
        group,
        &format!("{group}\n[groups.calendar]\n{hours}"),
        1,
    );
    procedure::read("own.toml", &text).expect("the procedure is valid")
}

#[test]
fn a_ticket_keeps_the_hours_of_its_receiving_group() {
    in_every_pairing_on(&afternoon(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.staff("Luis", Role::Technician, &["tecnologia"]).await;
        let marta = desk.requester("Marta");
        // Monday, 08:00: the desk is open, the group is not.
        desk.opens_ticket(&marta, "No abre el correo").await;
        assert_snapshot!(ana.reads(), @"
        Caso #1 · No abre el correo
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 2:15 p. m.
        Solucionar a más tardar el lunes 2 de marzo a las 2:30 p. m.
        «No abre el correo»
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
        marta.reads();
        desk.passes(6 * HOUR + 9 * MINUTE).await;
        assert_eq!(ana.reads(), "", "five minutes before its promise breaks, not before");
        desk.passes(MINUTE).await;
        assert_snapshot!(ana.reads(), @"
        Nadie ha tomado el caso #1 (No abre el correo), de Mesa de ayuda. Hay que tomarlo a más tardar hoy a las 2:15 p. m.
        [#1]
        ");
        ana.presses("Aceptar").await;
        ana.reads();
        marta.reads();
        // After an escalation the ticket still runs in the hours of the group that received it.
        ana.says("/escalar 1 [tecnologia] Es del servidor").await;
        luis.presses("Aceptar").await;
        ana.reads();
        luis.reads();
        marta.reads();
        desk.passes(10 * MINUTE).await;
        luis.says("/suspender 1 Falta un dato").await;
        // A night and a morning, both outside the group's hours.
        desk.passes(24 * HOUR).await;
        luis.says("/reanudar 1").await;
        for person in [&ana, &luis, &marta] {
            person.reads();
        }
        let ticket = desk.newest().await;
        assert_eq!(ticket.promise_group.as_deref(), Some("soporte"));
        // Twenty minutes were used on Monday; ten are left on Tuesday at 14:20.
        let at = desk.app.desk.procedure.local(ticket.resolve_due_at.unwrap());
        assert_eq!(at.format("%a %H:%M").to_string(), "Tue 14:30");
        marta.says("/sla 1").await;
        assert_snapshot!(marta.reads(), @"
        Tiempos del caso #1

        Atención (hasta 15 min, en horario de servicio)
        Ana lo tomó ayer a las 2:10 p. m., a tiempo: tardó 10 min.

        Solución (hasta 30 min, en horario de servicio)
        ayer a las 8:00 a. m. → ayer a las 2:00 p. m.: fuera de horario, no cuenta
        ayer a las 2:00 p. m. → ayer a las 2:20 p. m.: corrió 20 min
        ayer a las 2:20 p. m. → ahora: en pausa. Luis: Falta un dato
        Suma: 20 min de 30 min; saldo: 10 min. Vence hoy a las 2:30 p. m.
        ");
        // The answer goes back to the technician who escalated, who informs the requester.
        luis.says("/solucionar 1 Reinicié el servidor").await;
        luis.reads();
        ana.reads();
        marta.reads();
        ana.says("/solucionar 1 Reiniciamos el servidor").await;
        ana.reads();
        // One business day later is next Monday, for the group works on two days a week.
        assert_snapshot!(marta.reads(), @"
        Caso #1 · No abre el correo
        Ana dio esta solución:
        «Reiniciamos el servidor»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el lunes 9 de marzo a las 2:20 p. m.
        [Sí] [No]
        ---
        ✎ Caso #1 · No abre el correo
        Estado: Resuelta
        Ana dio una solución: Reiniciamos el servidor
        [Responder]
        ");
        desk.passes(6 * 24 * HOUR + 30 * MINUTE).await;
        for person in [&ana, &luis, &marta] {
            person.reads();
        }
        assert!(desk.newest().await.closed_at.is_some());
    });
}
