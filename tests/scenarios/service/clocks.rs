//! A ticket's clocks are explained: the history adds up to the stored values, and to the sums made
//! by hand.

use insta::assert_snapshot;
use mesabot::{
    chat::{view::sla, wording::Voice},
    config::procedure,
    domain::{
        id::TicketNumber,
        locale::Locale,
        person::{Doer, Role},
        time::{DAY, HOUR, MINUTE, Timestamp},
    },
    service::{
        Result,
        ticket::{find, hand_over, solve, survey, suspend},
    },
};

use super::{Ground, START, acts, on_every_engine};

const ONE: TicketNumber = TicketNumber(1);

/// The text of `/sla 1` at an instant.
async fn sla_text(ground: &Ground, viewer: &Doer, now: Timestamp, locale: Locale) -> String {
    let sla_text: Result<String> = acts!(ground, *viewer, now, |act| async {
        let ticket = find::one(act.tx, ground.reader(viewer), ONE).await?;
        let voice = Voice { locale, procedure: act.procedure, now };
        Ok(sla::message(act, &voice, &ticket).await?.text.to_plain())
    });
    sla_text.expect("the clocks are explained").replace('\u{a0}', " ")
}

#[test]
fn a_weeks_suspension_and_two_reopenings_are_accounted_for() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // The text is the same on every engine: one snapshot holds for all.
    insta::allow_duplicates! {
        runtime.block_on(on_every_engine(a_week_and_two_returns));
    }
}

async fn a_week_and_two_returns(ground: &mut Ground) {
    let marta = ground.enrols("Marta", Role::Requester, &[]).await;
    let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
    ground.opens(&marta, "plataforma").await.unwrap();
    let at = |days: i64, hours: i64, minutes: i64| {
        START.plus(days * DAY + (hours - 8) * HOUR + minutes * MINUTE)
    };
    assert_snapshot!(sla_text(ground, &marta, at(0, 8, 4), Locale::Es).await, @"
    Tiempos del caso #1

    Atención (hasta 15 min, en horario de servicio)
    Nadie lo ha tomado. Van 4 min y el plazo es hoy a las 8:15 a. m.

    Solución (hasta 30 min, en horario de servicio)
    hoy a las 8:00 a. m. → ahora: corre, van 4 min
    Suma: 4 min de 30 min; saldo: 26 min. Vence hoy a las 8:30 a. m.
    ");
    acts!(ground, ana, at(0, 8, 10), |act| hand_over::accept(act, ONE)).unwrap();
    acts!(ground, ana, at(0, 8, 20), |act| suspend::suspend(act, ONE, "proveedor")).unwrap();
    assert_snapshot!(sla_text(ground, &ana, at(3, 9, 0), Locale::En).await, @"
    Times of ticket #1

    Response (within 15 min, in working hours)
    Ana took it Monday 2 March at 8:10 a.m., in time: after 10 min.

    Solution (within 30 min, in working hours)
    Monday 2 March at 8:00 a.m. → Monday 2 March at 8:20 a.m.: ran 20 min
    Monday 2 March at 8:20 a.m. → now: paused. Ana: Waiting for the vendor
    Sum: 20 min of 30 min; 10 min left once it goes on.
    ");
    // The calendar is edited during the suspension: mornings only, from now on.
    let text = include_str!("../../../config/procedures/uspec.toml")
        .replace("[\"08:00-17:00\"]", "[\"08:00-12:00\"]");
    ground.runs_on(procedure::read("own.toml", &text).expect("the procedure is valid")).await;
    acts!(ground, ana, at(7, 8, 20), |act| suspend::resume(act, ONE)).unwrap();
    acts!(ground, ana, at(7, 8, 25), |act| solve::solve(act, ONE, "Cambié la fuente")).unwrap();
    acts!(ground, marta, at(7, 8, 40), |act| solve::reject(act, ONE, 1, "Se apaga")).unwrap();
    acts!(ground, ana, at(7, 8, 42), |act| solve::solve(act, ONE, "La ajusté")).unwrap();
    acts!(ground, marta, at(7, 16, 59), |act| solve::reject(act, ONE, 2, "Otra vez")).unwrap();
    assert_snapshot!(sla_text(ground, &marta, at(8, 8, 1), Locale::Es).await, @"
    Tiempos del caso #1

    Atención (hasta 15 min, en horario de servicio)
    Ana lo tomó el lunes 2 de marzo a las 8:10 a. m., a tiempo: tardó 10 min.

    Solución (hasta 30 min, en horario de servicio)
    el lunes 2 de marzo a las 8:00 a. m. → el lunes 2 de marzo a las 8:20 a. m.: corrió 20 min
    el lunes 2 de marzo a las 8:20 a. m. → ayer a las 8:20 a. m.: en pausa. Ana: Depende del proveedor
    ayer a las 8:20 a. m. → ayer a las 8:25 a. m.: corrió 5 min
    ayer a las 8:25 a. m. → ayer a las 8:40 a. m.: resuelto por Ana, en espera de respuesta
    ayer a las 8:40 a. m. → ayer a las 8:42 a. m.: corrió 2 min
    ayer a las 8:42 a. m. → ayer a las 4:59 p. m.: resuelto por Ana, en espera de respuesta
    ayer a las 4:59 p. m. → ayer a las 5:00 p. m.: corrió 1 min
    ayer a las 5:00 p. m. → hoy a las 8:00 a. m.: fuera de horario, no cuenta
    hoy a las 8:00 a. m. → ahora: corre, van 1 min
    Suma: 29 min de 30 min; saldo: 1 min. Vence hoy a las 8:02 a. m.
    ");
    let solved = acts!(ground, ana, at(8, 8, 5), |act| solve::solve(act, ONE, "Es nueva"));
    let solved = solved.unwrap().ticket;
    // By hand: 20 minutes before the week, 5 after it, 2 after the first rejection, 1 and 5 after
    // the second.
    assert_eq!(solved.resolve_left, Some((30 - 20 - 5 - 2 - 1 - 5) * MINUTE));
    acts!(ground, marta, at(8, 8, 6), |act| survey::rate(act, ONE, 3, 5)).unwrap();
    assert_snapshot!(sla_text(ground, &ana, at(9, 9, 0), Locale::Es).await, @"
    Tiempos del caso #1

    Atención (hasta 15 min, en horario de servicio)
    Ana lo tomó el lunes 2 de marzo a las 8:10 a. m., a tiempo: tardó 10 min.

    Solución (hasta 30 min, en horario de servicio)
    el lunes 2 de marzo a las 8:00 a. m. → el lunes 2 de marzo a las 8:20 a. m.: corrió 20 min
    el lunes 2 de marzo a las 8:20 a. m. → el lunes 9 de marzo a las 8:20 a. m.: en pausa. Ana: Depende del proveedor
    el lunes 9 de marzo a las 8:20 a. m. → el lunes 9 de marzo a las 8:25 a. m.: corrió 5 min
    el lunes 9 de marzo a las 8:25 a. m. → el lunes 9 de marzo a las 8:40 a. m.: resuelto por Ana, en espera de respuesta
    el lunes 9 de marzo a las 8:40 a. m. → el lunes 9 de marzo a las 8:42 a. m.: corrió 2 min
    el lunes 9 de marzo a las 8:42 a. m. → el lunes 9 de marzo a las 4:59 p. m.: resuelto por Ana, en espera de respuesta
    el lunes 9 de marzo a las 4:59 p. m. → el lunes 9 de marzo a las 5:00 p. m.: corrió 1 min
    el lunes 9 de marzo a las 5:00 p. m. → ayer a las 8:00 a. m.: fuera de horario, no cuenta
    ayer a las 8:00 a. m. → ayer a las 8:05 a. m.: corrió 5 min
    ayer a las 8:05 a. m. → ayer a las 8:06 a. m.: resuelto por Ana, en espera de respuesta
    Suma: 33 min de 30 min. Tarde, por 3 min.
    ");
}

#[tokio::test]
async fn an_overdue_clock_keeps_its_delay_through_a_pause() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        acts!(ground, ana, START.plus(90 * MINUTE), |act| hand_over::accept(act, ONE)).unwrap();
        let late = START.plus(90 * MINUTE);
        let first = acts!(ground, ana, late, |act| suspend::suspend(act, ONE, "proveedor"));
        assert_eq!(first.unwrap().ticket.resolve_left, Some(-60 * MINUTE));
        // The clock resumes at 08:00: the hour before is outside working time.
        let morning = START.plus(DAY);
        acts!(ground, ana, morning, |act| suspend::resume(act, ONE)).unwrap();
        let later = morning.plus(30 * MINUTE);
        let second = acts!(ground, ana, later, |act| suspend::suspend(act, ONE, "repuesto"));
        assert_eq!(second.unwrap().ticket.resolve_left, Some(-90 * MINUTE));
    })
    .await;
}

#[tokio::test]
async fn a_ticket_accepted_at_once_counts_as_owned_in_time() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        ground.opens(&marta, "plataforma").await.unwrap();
        acts!(ground, ana, START, |act| hand_over::accept(act, ONE)).unwrap();
        let sla_text = sla_text(ground, &marta, START, Locale::Es).await;
        assert!(sla_text.contains("Ana lo tomó hoy a las 8:00 a. m., a tiempo"), "{sla_text}");
    })
    .await;
}
