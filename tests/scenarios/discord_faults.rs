//! Faults that only Discord has: it recognises a repeated nonce, so a message whose answer was lost
//! is simply sent again and never doubled (G6), and an interaction is answered in time or in
//! another place. Closed private messages are in `discord_adapter.rs`.

use std::time::Duration;

use mesabot::{
    domain::channel::ChannelKind,
    entity::outbox::{self, DeliveryState},
};
use sea_orm::EntityTrait;

use crate::support::{
    desk::{HelpDesk, scenario_on_both},
    discord::Fault,
    discord_line::{CHANNEL, DiscordLine, Member},
};

async fn open(desk: &HelpDesk) -> Vec<outbox::Model> {
    let rows = outbox::Entity::find().all(desk.app.database.reader()).await.unwrap();
    // A superseded row is sent as part of another row.
    let settled = [DeliveryState::Sent, DeliveryState::Failed, DeliveryState::Superseded];
    rows.into_iter().filter(|row| !settled.contains(&row.state)).collect()
}

/// A requester on Discord fills in a ticket up to its summary.
async fn almost_registers(desk: &HelpDesk, discord: &DiscordLine, marta: Member) {
    let opened = discord.uses(desk, marta.at(CHANNEL), "new", &[]).await;
    let filled = [
        ("description", "No abre el correo".into()),
        ("category", "ofimatica".into()),
        ("place", "Piso 2".into()),
        ("impact", "low".into()),
        ("urgency", "low".into()),
    ];
    discord.submits(desk, marta, opened, &filled).await;
}

#[tokio::test]
async fn g6_repeatedly_lost_answers_double_no_message() {
    scenario_on_both(async |desk, discord| {
        let ana = desk.technician("Ana").await;
        let marta = discord.member(501, "Marta", "es-419");
        almost_registers(desk, discord, marta).await;
        // The answers for the card and for a notice are lost several times in a row.
        for fault in [Fault::DropAfter, Fault::ServerError502Html, Fault::DropAfter] {
            discord.emulator.faults().next("POST /channels/*/messages", 1, fault);
        }
        discord.presses(desk, marta, "Registrar").await;
        ana.says("/aceptar 1").await;
        discord.emulator.faults().next("POST /channels/*/messages", 2, Fault::DropAfter);
        ana.says("/responder 1 Ya lo reviso").await;
        for _ in 0..6 {
            desk.passes(60_000).await;
        }
        ana.reads();
        let read = discord.reads(marta);
        for once in ["Ana ya atiende su caso", "Ya lo reviso", "Lo atiende Ana"] {
            assert_eq!(read.matches(once).count(), 1, "{once}: {read}");
        }
        assert_eq!(discord.emulator.read(|ledger| ledger.repeated()), []);
        assert_eq!(open(desk).await, []);
    })
    .await;
}

#[tokio::test]
async fn g5_an_answer_too_late_for_the_interaction_goes_to_the_dm() {
    scenario_on_both(async |desk, discord| {
        let marta = discord.member(501, "Marta", "es-419");
        let fault = Fault::UnknownInteraction;
        discord.emulator.faults().next("POST /interactions/*/*/callback", 1, fault);
        let asked = discord.emulator.direct(marta.id);
        discord.uses(desk, marta.at(asked), "help", &[]).await;
        assert!(discord.reads(marta).contains("Esto es lo que puedo hacer"));
        assert_eq!(discord.reads_alone(marta), "");
        assert_eq!(open(desk).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_lost_interaction_answer_appears_once() {
    scenario_on_both(async |desk, discord| {
        let marta = discord.member(501, "Marta", "es-419");
        for fault in [Fault::DropAfter, Fault::DropBefore] {
            discord.emulator.faults().next("POST /interactions/*/*/callback", 1, fault);
            let asked = discord.emulator.direct(marta.id);
            discord.uses(desk, marta.at(asked), "language", &[]).await;
            for _ in 0..3 {
                desk.passes(1_000).await;
            }
        }
        let alone = discord.reads_alone(marta);
        assert_eq!(alone.matches("¿En qué idioma le hablo?").count(), 2, "{alone}");
        assert_eq!(discord.reads(marta), "");
        assert_eq!(open(desk).await, []);
    })
    .await;
}

#[tokio::test]
async fn g7_a_rate_limited_dm_delays_no_other_chat() {
    scenario_on_both(async |desk, discord| {
        let marta = discord.member(501, "Marta", "es-419");
        let pedro = discord.member(502, "Pedro", "es-419");
        for member in [marta, pedro] {
            discord.dms(desk, member, "Buenos días").await;
        }
        let wait = Duration::from_secs(30).as_secs_f64();
        let limited = Fault::RateLimited { retry_after: wait, global: false, scope: "shared" };
        discord.emulator.faults().next("POST /channels/*/messages", 1, limited);
        discord.dms(desk, marta, "No abre el correo").await;
        discord.dms(desk, pedro, "No imprime").await;
        assert!(!discord.reads(marta).contains("No abre el correo"));
        assert!(discord.reads(pedro).contains("No imprime"));
        let waiting = open(desk).await;
        assert_eq!(waiting.len(), 1, "{waiting:?}");
        assert_eq!(waiting[0].channel, ChannelKind::Discord);
    })
    .await;
}

#[tokio::test]
async fn an_answer_too_late_for_a_channel_goes_to_the_dm() {
    scenario_on_both(async |desk, discord| {
        let marta = discord.member(504, "Marta", "es-419");
        let fault = Fault::UnknownInteraction;
        discord.emulator.faults().next("POST /interactions/*/*/callback", 1, fault);
        discord.uses(desk, marta.at(CHANNEL), "mytickets", &[]).await;
        assert_eq!(discord.reads_alone(marta), "");
        assert!(
            discord.emulator.messages(CHANNEL).is_empty(),
            "other members can read the channel"
        );
        let notices = discord.reads(marta);
        assert_eq!(notices, "Usted no ha abierto casos. Escríbame qué necesita y abro uno.");
    })
    .await;
}
