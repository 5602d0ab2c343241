//! One network that refuses the desk, or is unreachable, beside one that works.

use std::path::Path;

use super::machine::{Log, MARTA, Machine, until};
use crate::support::{
    desk::DEADLINE,
    discord::{self, ChannelKind},
    port,
    telegram::Fault,
};

const ANA: u64 = 501;
const GUILD: u64 = 7_001;
const CHANNEL: u64 = 7_002;
/// A token in Discord's format that belongs to no bot.
const WRONG: &str = "MTIwMDAwMDAwMDAwMDAwMDAwMQ.GwRonG.wrongWRONGwrongWRONGwrongWRONGwrong00";

async fn discord() -> discord::Emulator {
    let emulator = discord::Emulator::start().await;
    emulator.add_guild(GUILD, "Entidad");
    emulator.add_channel(CHANNEL, GUILD, ChannelKind::Text, "mesa");
    emulator.add_user(ANA, "Ana", "es-419");
    emulator.joins(GUILD, ANA);
    emulator
}

fn of<'a>(emulator: &'a discord::Emulator, token: &'a str) -> [(&'a str, &'a str); 2] {
    [("MESABOT_DISCORD__TOKEN", token), ("MESABOT_DISCORD__API_URL", emulator.api_url())]
}

async fn discord_answers(emulator: &discord::Emulator) {
    emulator.dms(ANA, "No imprime la impresora");
    let chat = emulator.direct(ANA);
    emulator.wait_until(|ledger| !ledger.said_to(chat).is_empty(), DEADLINE).await;
}

async fn telegram_answers(machine: &Machine) {
    machine.emulator.says(MARTA, MARTA, "No imprime la impresora");
    machine.hears("¿Abro un caso con esto?").await;
}

#[tokio::test]
async fn a_discord_token_refused_at_the_start_leaves_telegram_working() {
    let machine = Machine::new().await;
    let other = discord().await;
    let desk = machine.start(Log::File, &of(&other, WRONG));
    until(&machine, 503, "refused").await;
    telegram_answers(&machine).await;
    assert!(machine.log().contains("goes on without this network"), "{}", machine.log());
    until(&machine, 503, "refused").await;
    desk.stops_in_order().await;
}

#[tokio::test]
async fn a_discord_token_reset_while_running_leaves_telegram_working() {
    let machine = Machine::new().await;
    let other = discord().await;
    let desk = machine.start(Log::File, &of(&other, other.token()));
    until(&machine, 200, "ready").await;
    other.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    other.closes_gateway(4004);
    until(&machine, 503, "refused").await;
    telegram_answers(&machine).await;
    desk.stops_in_order().await;
}

#[tokio::test]
async fn a_telegram_token_revoked_while_running_leaves_discord_working() {
    let machine = Machine::new().await;
    let other = discord().await;
    let desk = machine.start(Log::File, &of(&other, other.token()));
    until(&machine, 200, "ready").await;
    other.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    let revoked = Fault::Refuse(401, "Unauthorized".to_owned());
    machine.emulator.faults().sometimes("getUpdates", 1_000, 1, revoked);
    // The revoked token also ends the pending getUpdates call.
    machine.emulator.says(MARTA, MARTA, "/ayuda");
    until(&machine, 503, "refused").await;
    discord_answers(&other).await;
    desk.stops_in_order().await;
}

#[tokio::test]
async fn a_program_refused_by_all_networks_ends_with_a_failure() {
    let machine = Machine::new().await;
    let other = discord().await;
    let revoked = Fault::Refuse(401, "Unauthorized".to_owned());
    machine.emulator.faults().sometimes("*", 1_000, 1, revoked);
    let ended = machine.start(Log::File, &of(&other, WRONG)).ended().await;
    let log = machine.log();
    assert_eq!(ended.code(), Some(1), "{log}");
    assert!(log.contains("no network is left"), "{log}");
    assert!(log.contains("@BotFather") && log.contains("Reset Token"), "each remedy: {log}");
}

#[tokio::test]
async fn an_unreachable_network_at_the_start_leaves_the_other_working() {
    let machine = Machine::new().await;
    let nowhere = port::free();
    let url = format!("http://{nowhere}/api/v10");
    let more = [("MESABOT_DISCORD__TOKEN", WRONG), ("MESABOT_DISCORD__API_URL", &url)];
    let desk = machine.start(Log::File, &more);
    telegram_answers(&machine).await;
    until(&machine, 503, "connecting").await;
    desk.stops_in_order().await;
    assert!(Path::new(&machine.path("desk.db")).exists());
}

#[tokio::test]
async fn a_panic_of_the_gateway_loses_no_message() {
    let machine = Machine::new().await;
    let other = discord().await;
    let [token, url] = of(&other, other.token());
    let desk = machine.start(Log::File, &[token, url, ("MESABOT_PANIC_AT", "gateway.round")]);
    other.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    discord_answers(&other).await;
    until(&machine, 200, "ready").await;
    assert!(machine.log().contains("a worker broke off and is restarted"), "{}", machine.log());
    desk.stops_in_order().await;
}
