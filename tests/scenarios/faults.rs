//! Faults of a network: no message is lost or out of order, and a message is repeated only where
//! its outcome is unknown (G5, G6, G7, G14). Faults of one network alone are in
//! `telegram_faults.rs` and `discord_faults.rs`.

use insta::assert_snapshot;
use mesabot::{
    chat::Moment,
    domain::{channel::ChannelKind, person::Role, status::Status, time::HOUR},
    entity::{
        inbox,
        outbox::{self, DeliveryState},
        ticket_event,
    },
    service::{Error, Result},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

use crate::support::{
    desk::HelpDesk,
    pairing::{Doing, Trouble, in_every_pairing},
};

/// The text with the inbox row's number removed.
fn without_reference(text: &str) -> String {
    let mut pieces = text.split("M-");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        text + "M-N" + piece.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

async fn states(desk: &HelpDesk, state: DeliveryState) -> Vec<outbox::Model> {
    let rows = outbox::Entity::find().all(desk.app.database.reader()).await.unwrap();
    rows.into_iter().filter(|row| row.state == state).collect()
}

#[test]
fn g7_a_rate_limited_chat_keeps_its_order_and_delays_no_other() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        marta.network_fails(1, Doing::Sending, Trouble::Wait);
        marta.says("Buenos días").await;
        marta.says("No abre el correo").await;
        pedro.says("Buenos días").await;
        assert_eq!(marta.reads(), "");
        assert!(pedro.reads().starts_with("Hola, Pedro."));
        desk.passes(marta.told_to_wait() - 1).await;
        assert_eq!(marta.reads(), "", "not before the wait is over");
        desk.passes(1).await;
        let read = marta.reads();
        let hello = read.find("Hola, Marta.");
        let offer = read.find("«No abre el correo»");
        assert!(hello.is_some() && hello < offer, "{read}");
    });
}

#[test]
fn g6_a_notice_with_a_lost_answer_arrives() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.says("/aceptar 1").await;
        ana.says("/solucionar 1 Listo").await;
        marta.reads();
        ana.reads();
        // Only the reminder is sent then.
        marta.network_fails(1, Doing::Sending, Trouble::LostAfter);
        desk.passes(4 * HOUR).await;
        for _ in 0..3 {
            desk.passes(60_000).await;
        }
        let messages = marta.reads();
        // Discord recognises a repeated nonce; Telegram does not.
        let times = if marta.network() == ChannelKind::Discord { 1 } else { 2 };
        assert_eq!(messages.matches("Le recordamos el caso #1").count(), times, "{messages}");
        assert!(states(desk, DeliveryState::Unknown).await.is_empty());
        assert!(states(desk, DeliveryState::Queued).await.is_empty());
    });
}

#[test]
fn g5_a_platform_that_is_down_loses_nothing() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();
        marta.network_fails(3, Doing::Sending, Trouble::Wait);
        ana.network_fails(2, Doing::Editing, Trouble::LostBefore);
        ana.says("/aceptar 1").await;
        for _ in 0..12 {
            desk.passes(60_000).await;
        }
        assert!(marta.reads().contains("Ana ya atiende su caso #1"));
        assert!(ana.reads().contains("Atiende: Ana"));
        assert!(states(desk, DeliveryState::Queued).await.is_empty());
    });
}

#[test]
fn g5_after_hours_of_outage_each_notice_arrives_once() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        ana.says("/solucionar 1 Listo").await;
        marta.reads();
        ana.reads();
        marta.network_goes();
        // The reminder falls due; nothing else is sent.
        desk.passes(4 * HOUR).await;
        let before = marta.network_calls();
        for _ in 0..24 {
            desk.passes(300_000).await;
        }
        let calls = marta.network_calls() - before;
        assert!(calls <= 24 + 12, "only the health check is called: {calls}");
        assert!(!states(desk, DeliveryState::Queued).await.is_empty(), "the notice stays queued");
        marta.network_comes_back();
        desk.passes(10_000).await;
        assert_eq!(marta.reads().matches("Le recordamos el caso #1").count(), 1);
        ana.reads();
        for state in [DeliveryState::Unknown, DeliveryState::Queued, DeliveryState::Failed] {
            assert!(states(desk, state).await.is_empty(), "{state:?}");
        }
    });
}

#[test]
fn a_deleted_card_is_sent_again() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        marta.deletes("Retirar");
        ana.says("/aceptar 1").await;
        ana.reads();
        assert_snapshot!(marta.reads(), @"
        Ana ya atiende su caso #1 (No abre el correo). Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        ---
        Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        ");
        ana.says("/suspender 1 Falta el cable").await;
        ana.reads();
        assert_snapshot!(marta.reads(), @"
        Su caso #1 queda en espera: «Falta el cable». Le avisaremos cuando sigamos.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Está en espera: Falta el cable
        [Responder]
        ");
    });
}

#[test]
fn g14_an_unreadable_update_is_set_aside_and_stops_nothing() {
    in_every_pairing(async |desk| {
        let admin = desk.staff("Aura", Role::Administrator, &[]).await;
        let marta = desk.requester("Marta");
        marta.network_tells_nonsense().await;
        marta.says("/idioma").await;
        assert!(marta.reads().contains("¿En qué idioma"));
        assert_snapshot!(admin.reads(), @"Un mensaje no se pudo procesar y quedó apartado con la referencia M-2. Los demás siguen su curso.");
        let rows = inbox::Entity::find().all(desk.app.database.reader()).await.unwrap();
        let aside: Vec<_> = rows.iter().filter(|row| row.quarantine.is_some()).collect();
        assert_eq!((aside.len(), aside[0].attempts), (1, 5));
        assert!(aside[0].raw.contains("not a chat"), "the raw update is kept");
        assert!(rows.iter().all(|row| row.open_lane.is_none()));
        desk.forgive_quarantine();
    });
}

#[test]
fn g13_on_a_full_disk_new_tickets_wait_and_nothing_typed_is_lost() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("No abre el correo").await;
        marta.presses("Abrir caso").await;
        let answers = [
            ("category", "Correo y ofimática"),
            ("place", "Sede principal"),
            ("impact", "Solo a mí"),
            ("urgency", "Con dificultad"),
        ];
        marta.fills(&answers).await;
        marta.reads();
        let pressed = &marta.pressing(&marta.holds("Registrar"));
        let full = Moment { now: mesabot::clock::Clock::now(&*desk.clock), disk_low: true };
        let handled: Result<()> = desk
            .app
            .database
            .write(|tx| {
                Box::pin(async move {
                    mesabot::chat::handle(tx, &desk.app.desk, pressed, full).await?;
                    Ok::<_, Error>(())
                })
            })
            .await;
        handled.unwrap();
        desk.settle().await;
        assert_snapshot!(marta.reads(), @"
        Así quedaría su caso:
        Descripción: No abre el correo
        Categoría: Correo y ofimática
        Lugar: Sede principal
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ---
        En este momento no puedo registrar casos nuevos porque el disco está casi lleno. No perdí lo que escribió: inténtelo en unos minutos con el botón Registrar.
        ");
        marta.presses("Registrar").await;
        marta.reads();
        assert_eq!(desk.newest().await.status, Status::New);
    });
}

#[test]
fn g14_a_press_that_cannot_be_handled_is_answered_with_a_reference() {
    in_every_pairing(async |desk| {
        let admin = desk.staff("Aura", Role::Administrator, &[]).await;
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();
        let broken = &ticket_event::ActiveModel {
            ticket_id: Set(desk.newest().await.id),
            at: Set(mesabot::clock::Clock::now(&*desk.clock)),
            kind: Set("noted".into()),
            detail: Set("not written by this program".into()),
            actor_id: Set(None),
            channel: Set(None),
            ..Default::default()
        };
        let damaged: Result<()> = desk
            .app
            .database
            .write(|tx| {
                Box::pin(async move {
                    broken.clone().insert(tx).await?;
                    Ok::<_, Error>(())
                })
            })
            .await;
        damaged.unwrap();
        ana.presses("Aceptar").await;
        assert_snapshot!(without_reference(&ana.reads()), @"
        Algo falló de nuestro lado y no pude procesar su mensaje. Por favor, inténtelo de nuevo; si se repite, dé esta referencia a la mesa de ayuda: M-N
        ---
        Algo falló de nuestro lado y no pude procesar su mensaje. Por favor, inténtelo de nuevo; si se repite, dé esta referencia a la mesa de ayuda: M-N
        ");
        assert_eq!(marta.reads(), "", "the transaction was rolled back");
        assert_eq!(desk.newest().await.status, Status::New);
        assert!(admin.reads().contains("quedó apartado con la referencia"));
        ana.says("/idioma").await;
        assert!(ana.reads().contains("¿En qué idioma"), "the next command works");
        desk.forgive_quarantine();
    });
}

#[test]
fn g6_a_refused_attempt_does_not_use_up_the_repetition() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        let ana = desk.technician("Ana").await;
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        ana.says("/solucionar 1 Listo").await;
        marta.reads();
        ana.reads();
        // The reminder is refused once; the outcome of its second attempt is unknown.
        marta.network_fails(1, Doing::Sending, Trouble::Wait);
        marta.network_fails(1, Doing::Sending, Trouble::LostBefore);
        desk.passes(4 * HOUR).await;
        for _ in 0..4 {
            desk.passes(30_000).await;
        }
        assert!(marta.reads().contains("Le recordamos el caso #1"), "the reminder is repeated");
        assert!(states(desk, DeliveryState::Unknown).await.is_empty());
    });
}
