//! Malformed or new input from Discord: unknown events, interactions and components, and unexpected
//! values. None of it stops the desk (G14).

use mesabot::{
    channel::discord::{DiscordIdentity, receive::receive},
    chat::incoming::{Incoming, Input},
};
use serde_json::{Value, json};

use crate::support::{
    desk::scenario_on_both,
    discord::{BOT_ID, BOT_NAME},
    discord_line::{CHANNEL, GUILD},
    mutation::variants,
};

fn samples() -> Vec<Value> {
    let user = json!({"id": "501", "username": "marta", "global_name": "Marta", "bot": false});
    let file = json!({"id": "1", "filename": "a.png", "url": "https://cdn/a.png?ex=1",
                      "proxy_url": "https://cdn/a.png", "content_type": "image/png", "size": 9});
    let message = json!({"id": "7", "channel_id": "8", "guild_id": "9", "type": 19, "author": user,
        "content": format!("<@{BOT_ID}> hola"), "attachments": [file, file],
        "edited_timestamp": "2026-01-02T03:04:05+00:00",
        "sticker_items": [{"id": "3", "name": "hola"}],
        "message_snapshots": [{"message": {"content": "de otro", "attachments": [file]}}],
        "referenced_message": {"id": "6", "author": {"id": BOT_ID.to_string()}}});
    let sent = json!({"id": "6", "channel_id": "8", "guild_id": "9", "type": 0, "author": user,
        "content": "hola", "attachments": [file], "timestamp": "2026-01-02T03:04:05+00:00",
        "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [],
        "mention_roles": [], "embeds": [], "pinned": false});
    let member = json!({"user": user, "roles": [], "joined_at": "2026-01-02T03:04:05+00:00",
        "deaf": false, "mute": false, "flags": 0});
    let interaction = |kind: u64, data: Value| {
        json!({"t": "INTERACTION_CREATE", "d": {"id": "11", "token": "t", "type": kind,
            "application_id": "1", "channel_id": "8", "guild_id": "9", "locale": "es-419",
            "version": 1, "entitlements": [], "attachment_size_limit": 10_485_760,
            "member": member, "data": data, "message": sent}})
    };
    let resolved = json!({"users": {"502": user}, "attachments": {"1": file},
                          "messages": {"6": sent}});
    vec![
        json!({"t": "MESSAGE_CREATE", "d": message}),
        json!({"t": "MESSAGE_CREATE", "part": 1, "d": message}),
        json!({"t": "MESSAGE_UPDATE", "d": message}),
        json!({"t": "THREAD_DELETE", "d": {"id": "8", "guild_id": "9", "type": 12}}),
        interaction(
            2,
            json!({"id": "1", "name": "note", "type": 1, "options": [
            {"name": "ticket", "type": 4, "value": 1}, {"name": "text", "type": 3, "value": "x"},
            {"name": "file", "type": 11, "value": "1"}], "resolved": resolved}),
        ),
        interaction(
            2,
            json!({"id": "2", "name": "Open", "type": 2, "target_id": "502", "resolved": resolved}),
        ),
        interaction(
            2,
            json!({"id": "3", "name": "Report", "type": 3, "target_id": "6", "resolved": resolved}),
        ),
        interaction(3, json!({"custom_id": "t:a:1", "component_type": 2})),
        interaction(3, json!({"custom_id": "d:1", "component_type": 3, "values": ["d:1:x"]})),
        interaction(
            5,
            json!({"custom_id": "d:1", "resolved": resolved, "components": [
            {"type": 18, "component": {"type": 4, "custom_id": "text", "value": "x"}},
            {"type": 18, "component": {"type": 3, "custom_id": "c", "values": ["a"]}},
            {"type": 18, "component": {"type": 19, "custom_id": "f", "values": ["1"]}},
            {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": "y"}]}]}),
        ),
    ]
}

#[test]
fn g14_no_value_in_an_event_breaks_reading_it() {
    let bot =
        DiscordIdentity { application_id: BOT_ID, user_id: BOT_ID, username: BOT_NAME.to_owned() };
    let mut read = 0;
    let mut refused = 0;
    for sample in samples() {
        assert!(receive(&sample, &bot).is_ok(), "{sample}");
        for (path, variant) in variants(&sample) {
            match receive(&variant, &bot) {
                Ok(Some(Incoming { input: Input::Unreadable(field), .. })) => {
                    refused += 1;
                    assert!(!field.is_empty(), "{path}");
                }
                Ok(_) => read += 1,
                Err(error) => {
                    refused += 1;
                    assert!(!error.field.is_empty(), "{path}");
                }
            }
        }
    }
    println!("{read} variants were read, {refused} were not");
    assert!(read > 1_000 && refused > 500, "{read} and {refused}");
}

#[tokio::test]
async fn g14_unknown_events_and_interactions_stop_nothing() {
    scenario_on_both(async |desk, discord| {
        let marta = discord.member(501, "Marta", "es-419");
        discord.dms(desk, marta, "Buenos días").await;
        // All malformed input arrives over the gateway itself.
        for sample in samples() {
            let event = sample["t"].as_str().unwrap();
            let data = &sample["d"];
            for (_, variant) in variants(data).into_iter().step_by(7) {
                discord.emulator.raw_event(event, &variant);
            }
        }
        for event in ["AN_EVENT_OF_TOMORROW", "MESSAGE_POLL_VOTE_ADD", "", "READY_SUPPLEMENTAL"] {
            discord.emulator.raw_event(event, &json!({"id": "1", "user_id": "501"}));
            discord.emulator.raw_event(event, &Value::Null);
        }
        for kind in [0_u64, 1, 6, 99, u64::MAX] {
            let data = json!({"id": format!("9{kind}"), "token": "x", "type": kind,
                "channel_id": CHANNEL.to_string(), "guild_id": GUILD.to_string(),
                "member": {"user": {"id": "501", "username": "Marta"}}, "data": {}});
            discord.emulator.raw_event("INTERACTION_CREATE", &data);
        }
        desk.forgive_quarantine();
        discord.dms(desk, marta, "/idioma").await;
        let messages = discord.reads(marta);
        assert!(messages.contains("¿En qué idioma"), "the next command works:\n{messages}");
    })
    .await;
}
