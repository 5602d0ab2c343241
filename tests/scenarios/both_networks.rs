//! A requester on Discord and a technician on Telegram share a ticket without noticing.

use insta::assert_snapshot;
use mesabot::domain::{event::Ending, status::Status};
use serde_json::json;

use crate::support::{desk::scenario_on_both, discord_line::CHANNEL};

#[tokio::test]
async fn a_ticket_lives_on_both_networks() {
    scenario_on_both(async |desk, discord| {
        let ana = desk.technician("Ana").await;
        let marta = discord.member(501, "Marta", "es-419");

        let opened = discord.uses(desk, (marta, CHANNEL), "new", &[]).await;
        let form = discord.emulator.modal_shown(marta.id).expect("a form is shown");
        assert_snapshot!(format!("{}\n{:#?}", form.title, form.components), @"");
        let filled = [
            ("description", json!("El computador no enciende")),
            ("category", json!("plataforma")),
            ("place", json!("Piso 2")),
            ("impact", json!("low")),
            ("urgency", json!("high")),
        ];
        discord.submits(desk, (marta, opened), &filled).await;
        assert_snapshot!(discord.reads(marta), @"");
        assert_snapshot!(discord.reads_alone(marta), @"");
        discord.presses(desk, marta, "No lo sé").await;
        discord.presses(desk, marta, "Registrar").await;
        assert_snapshot!(discord.reads(marta), @"");
        assert_snapshot!(ana.reads(), @"");

        desk.presses(&ana, "Aceptar").await;
        desk.says(&ana, "/solucionar 1 Cambié la fuente").await;
        ana.reads();
        assert_snapshot!(discord.reads(marta), @"");
        let no = discord.presses(desk, marta, "No").await;
        discord.submits(desk, (marta, no), &[("text", json!("Se apaga sola"))]).await;
        assert_snapshot!(ana.reads(), @"");
        desk.says(&ana, "/solucionar 1 Limpié el ventilador").await;
        discord.presses(desk, marta, "Sí").await;
        let rated = discord.presses(desk, marta, "5").await;
        discord.submits(desk, (marta, rated), &[("text", json!("Muy amable"))]).await;
        assert_snapshot!(discord.reads(marta), @"");
        assert_snapshot!(discord.reads_alone(marta), @"");
        ana.reads();
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::Closed, Some(Ending::Authorised)));
    })
    .await;
}
