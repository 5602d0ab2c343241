//! When the platform stumbles: nothing is lost, nothing is out of order, and what is said twice is
//! said twice only where nobody can know (G5, G6, G7, G14).

use insta::assert_snapshot;
use mesabot::{
    chat::{
        Moment,
        incoming::{Chat, ChatKind, Incoming, Input, Sender},
    },
    domain::{channel::ChannelKind, person::Role, status::Status, time::HOUR},
    entity::{
        inbox,
        outbox::{self, DeliveryState},
        ticket_event,
    },
    service::{Error, Result},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::json;

use crate::support::{
    desk::{HelpDesk, scenario},
    telegram::Fault,
};

async fn states(desk: &HelpDesk, state: DeliveryState) -> Vec<outbox::Model> {
    let rows = outbox::Entity::find().all(desk.house.database.reader()).await.unwrap();
    rows.into_iter().filter(|row| row.state == state).collect()
}

#[tokio::test]
async fn g7_a_chat_that_is_told_to_wait_waits_in_order_and_delays_no_other() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        desk.emulator.faults().next("sendMessage", 1, Fault::RetryAfter(30));
        desk.says(&marta, "/ayuda").await;
        desk.says(&marta, "/idioma").await;
        desk.says(&pedro, "/idioma").await;
        assert_eq!(marta.reads(), "");
        assert!(pedro.reads().contains("¿En qué idioma le hablo?"));
        desk.passes(29_999).await;
        assert_eq!(marta.reads(), "", "the platform said thirty seconds");
        desk.passes(1).await;
        let read = marta.reads();
        let (help, language) = (read.find("Esto es lo que"), read.find("¿En qué idioma"));
        assert!(help.is_some() && help < language, "{read}");
    })
    .await;
}

#[tokio::test]
async fn g6_a_lost_answer_doubles_a_critical_notice_once_and_nothing_else() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.emulator.faults().next("sendMessage", 1, Fault::DropAfter);
        desk.says(&marta, "/ayuda").await;
        desk.passes(60_000).await;
        assert_eq!(desk.emulator.read(|ledger| ledger.said_to(marta.id).len()), 1);
        let unknown = states(desk, DeliveryState::Unknown).await;
        assert_eq!(unknown.len(), 1, "the doubt stays visible");

        desk.opens_ticket(&marta, "No abre el correo").await;
        let ana = desk.technician("Ana").await;
        marta.reads();
        desk.emulator.faults().next("sendMessage", 1, Fault::DropAfter);
        desk.says(&ana, "/aceptar 1").await;
        desk.passes(1_000).await;
        desk.passes(60_000).await;
        ana.reads();
        marta.reads();
        let repeated = desk.emulator.read(|ledger| ledger.repeated());
        assert_eq!(repeated.len(), 0, "the reply to the technician is not worth a repetition");
        desk.emulator.faults().next("sendMessage", 1, Fault::DropAfter);
        desk.says(&ana, "/responder 1 Ya lo reviso").await;
        desk.passes(60_000).await;
        desk.emulator.faults().clear();
        desk.emulator.faults().next("sendMessage", 2, Fault::DropAfter);
        desk.says(&ana, "/suspender 1 Falta el cable").await;
        desk.passes(60_000).await;
        desk.passes(60_000).await;
        ana.reads();
        marta.reads();
        let repeated = desk.emulator.read(|ledger| ledger.repeated());
        let doubled: Vec<_> = repeated.iter().map(|(chat, _, times)| (*chat, *times)).collect();
        assert!(
            doubled.iter().all(|(chat, times)| (*chat, *times) == (marta.id, 2)),
            "{repeated:?}"
        );
        assert!(!doubled.is_empty(), "a notice whose answer was lost is said once more");
    })
    .await;
}

#[tokio::test]
async fn g5_a_platform_that_is_down_loses_nothing() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();
        let down = Fault::Refuse(429, "Too Many Requests: retry after 5".into());
        desk.emulator.faults().next("sendMessage", 3, down);
        desk.emulator.faults().next("editMessageText", 2, Fault::DropBefore);
        desk.says(&ana, "/aceptar 1").await;
        for _ in 0..12 {
            desk.passes(60_000).await;
        }
        assert!(marta.reads().contains("Ana ya atiende su caso #1"));
        assert!(ana.reads().contains("Atiende: Ana"));
        assert!(states(desk, DeliveryState::Queued).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_card_that_somebody_deleted_is_drawn_anew() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        let (card, _) = desk.emulator.button(marta.id, "Retirar").unwrap();
        desk.emulator.deletes(marta.id, card);
        marta.reads();
        desk.says(&ana, "/aceptar 1").await;
        ana.reads();
        assert_snapshot!(marta.reads(), @"
        Ana ya atiende su caso #1 (No abre el correo). Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        ---
        Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        [Responder]
        ");
        desk.says(&ana, "/suspender 1 Falta el cable").await;
        ana.reads();
        assert_snapshot!(marta.reads(), @"
        Su caso #1 queda en espera: «Falta el cable». Le avisaremos cuando sigamos.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Está en espera: Falta el cable
        [Responder]
        ");
    })
    .await;
}

#[tokio::test]
async fn g14_what_cannot_be_read_is_set_aside_and_stops_nobody() {
    scenario(async |desk| {
        let admin = desk.staff("Aura", Role::Administrator, &[]).await;
        let marta = desk.requester("Marta");
        let broken = json!({"message": {"message_id": 1, "date": 1, "chat": "not a chat"}});
        desk.emulator.raw_update(broken);
        desk.says(&marta, "/idioma").await;
        assert!(marta.reads().contains("¿En qué idioma"));
        assert_snapshot!(admin.reads(), @"Un mensaje no se pudo procesar y quedó apartado con la referencia M-2. Los demás siguen su curso.");
        let rows = inbox::Entity::find().all(desk.house.database.reader()).await.unwrap();
        let aside: Vec<_> = rows.iter().filter(|row| row.quarantine.is_some()).collect();
        assert_eq!((aside.len(), aside[0].attempts), (1, 5));
        assert!(aside[0].raw.contains("not a chat"), "the raw update is kept");
        assert!(rows.iter().all(|row| row.open_lane.is_none()));
        desk.forgive_quarantine();
    })
    .await;
}

#[tokio::test]
async fn g13_on_a_full_disk_new_tickets_wait_and_nothing_typed_is_lost() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.says(&marta, "No abre el correo").await;
        for label in ["Abrir caso", "Correo y ofimática", "Sede principal", "Solo a mí"] {
            desk.presses(&marta, label).await;
        }
        desk.presses(&marta, "Con dificultad").await;
        marta.reads();
        let (message, code) = desk.emulator.button(marta.id, "Registrar").unwrap();
        let key = marta.id.to_string();
        let pressed = &Incoming {
            channel: ChannelKind::Telegram,
            chat: Chat { key: key.clone(), kind: ChatKind::Private },
            sender: Sender { key, name: "Marta".into(), language: None },
            input: Input::Press { code, message: Some(message.to_string()) },
            token: Some("1".into()),
            reply_to: None,
        };
        let full = Moment { now: mesabot::clock::Clock::now(&*desk.clock), disk_low: true };
        let handled: Result<()> = desk
            .house
            .database
            .write(|tx| {
                Box::pin(async move {
                    mesabot::chat::handle(tx, &desk.house.desk, pressed, full).await?;
                    Ok::<_, Error>(())
                })
            })
            .await;
        handled.unwrap();
        desk.settle().await;
        assert_snapshot!(marta.reads(), @"
        ✎ Así quedaría su caso:
        Descripción: No abre el correo
        Categoría: Correo y ofimática
        Lugar: Sede principal
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja

        ¿Lo registro?
        ---
        Así quedaría su caso:
        Descripción: No abre el correo
        Categoría: Correo y ofimática
        Lugar: Sede principal
        Afecta: Solo a mí
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja

        ¿Lo registro?
        [Registrar]
        [Atrás] [Cancelar]
        ");
        desk.presses(&marta, "Registrar").await;
        marta.reads();
        assert_eq!(desk.newest().await.status, Status::New);
    })
    .await;
}

#[tokio::test]
async fn g14_somebody_whose_press_cannot_be_handled_gets_a_reference() {
    scenario(async |desk| {
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
            .house
            .database
            .write(|tx| {
                Box::pin(async move {
                    broken.clone().insert(tx).await?;
                    Ok::<_, Error>(())
                })
            })
            .await;
        damaged.unwrap();
        desk.presses(&ana, "Aceptar").await;
        assert_snapshot!(ana.reads(), @"
        ~ Algo falló de nuestro lado y no pude procesar su mensaje. Por favor, inténtelo de nuevo; si se repite, dé esta referencia a la mesa de ayuda: M-11
        ---
        Algo falló de nuestro lado y no pude procesar su mensaje. Por favor, inténtelo de nuevo; si se repite, dé esta referencia a la mesa de ayuda: M-11
        ");
        assert_eq!(marta.reads(), "", "nothing was done by halves");
        assert_eq!(desk.newest().await.status, Status::New);
        assert!(admin.reads().contains("quedó apartado con la referencia"));
        desk.says(&ana, "/idioma").await;
        assert!(ana.reads().contains("¿En qué idioma"), "the next thing works");
        desk.forgive_quarantine();
    })
    .await;
}

#[tokio::test]
async fn g6_a_refused_try_does_not_use_up_the_one_repetition() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        let ana = desk.technician("Ana").await;
        desk.opens_ticket(&marta, "No abre el correo").await;
        desk.says(&ana, "/aceptar 1").await;
        desk.says(&ana, "/solucionar 1 Listo").await;
        marta.reads();
        ana.reads();
        // The reminder is refused once; of its second try nobody knows the outcome.
        desk.emulator.faults().next("sendMessage", 1, Fault::RetryAfter(1));
        desk.emulator.faults().next("sendMessage", 1, Fault::DropBefore);
        desk.passes(4 * HOUR).await;
        for _ in 0..4 {
            desk.passes(10_000).await;
        }
        assert!(marta.reads().contains("Le recordamos el caso #1"), "said once more");
        assert!(states(desk, DeliveryState::Unknown).await.is_empty());
    })
    .await;
}
