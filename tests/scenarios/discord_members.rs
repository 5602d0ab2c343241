//! A desk for one server: on an open desk only the server's members may report without an
//! invitation.

use mesabot::domain::{
    person::{Access, Role},
    time::MINUTE,
};
use serde_json::json;

use crate::support::{
    desk::HelpDesk,
    discord::ChannelKind as Kind,
    discord_line::{CHANNEL, DiscordLine, GUILD},
};

/// Another server of the bot, and its channel.
const OTHER: (u64, u64) = (7_002, 7_102);

#[tokio::test]
async fn only_an_act_in_the_server_proves_membership() {
    let mut desk = HelpDesk::open(Access::Open).await;
    desk.workers.handler.desk.server = Some(GUILD.to_string());
    let line = DiscordLine::open(&mut desk).await;
    line.emulator.add_guild(OTHER.0, "Otra");
    line.emulator.add_channel(OTHER.1, OTHER.0, Kind::Text, "otra");
    let stranger = "Esta mesa de ayuda atiende a los miembros de su servidor de Discord.";

    let outsider = line.member(601, "Mala", "es-419");
    line.emulator.joins(OTHER.0, 601);
    line.dms(&desk, outsider, "hola").await;
    assert!(line.reads(outsider).starts_with(stranger));
    line.uses(&desk, outsider.at(OTHER.1), "start", &[]).await;
    assert!(line.reads_alone(outsider).starts_with(stranger));
    line.uses(&desk, outsider.at(OTHER.1), "new", &[("text", json!("No imprime"))]).await;
    assert!(line.reads_alone(outsider).ends_with("también por aquí."));

    let member = line.member(602, "Marta", "es-419");
    line.uses(&desk, member.at(CHANNEL), "start", &[]).await;
    assert!(line.reads_alone(member).starts_with("Hola, Marta."));
    desk.passes(2 * MINUTE).await;
    line.dms(&desk, member, "/miscasos").await;
    assert!(line.reads(member).starts_with("Usted no ha abierto casos."));

    // An invitation admits an outsider, as on every desk.
    let code = desk.invite(Some(Role::Requester), &[]).await;
    line.uses(&desk, outsider.at(OTHER.1), "start", &[("text", json!(code))]).await;
    assert!(line.reads_alone(outsider).contains("---\nHola, Mala."));
    line.assert_proper();
    desk.close().await;
}
