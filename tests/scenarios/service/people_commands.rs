//! `mesabot people`, `invite` and `chats`, run as the program itself.

use std::process::Command;

use mesabot::{
    domain::{
        channel::ChannelKind,
        locale::Locale,
        person::{Doer, Role},
    },
    service::{
        people::{self, Address},
        ticket::{self, find},
    },
};

use super::{Ground, START, acts, on_every_engine};

/// Runs `mesabot LINE` on the ground's database: its output, and its exit code.
async fn asks(ground: &Ground, line: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
    command.args(line.split(' ')).env("MESABOT_DATABASE__URL", ground.url());
    command.env("MESABOT_LOG__LEVEL", "error").current_dir(env!("CARGO_MANIFEST_DIR"));
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8(ran.stdout).unwrap() + &String::from_utf8(ran.stderr).unwrap();
    format!("{said}[{}]", ran.status.code().unwrap())
}

#[tokio::test]
async fn the_operator_lists_demotes_and_revokes_people() {
    on_every_engine(async |ground| {
        let rosa = ground.enrols("Rosa", Role::Administrator, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let number = ground.opens(&rosa, "plataforma").await.unwrap().ticket.number;
        acts!(ground, ana, START, |act| ticket::hand_over::accept(act, number)).unwrap();
        let mut transcript = String::new();
        for line in [
            "people list",
            "people group add 2 impresion",
            "people group add 2 nada",
            "people role 1 supervisor",
            "people role 2 requester",
            "people revoke 2",
            "people revoke 2",
            "people revoke 1",
            "people unlink 1 7",
            "people list",
        ] {
            transcript += &format!("$ mesabot {line}\n{}\n", asks(ground, line).await);
        }
        insta::allow_duplicates! {
            insta::assert_snapshot!(transcript, @"
            $ mesabot people list
            1  Rosa  administrator  -  holds 0
            2  Ana  technician  soporte  holds 1
            [0]
            $ mesabot people group add 2 impresion
            Person 2 is in impresion now.
            [0]
            $ mesabot people group add 2 nada
            the procedure has no group nada
            [1]
            $ mesabot people role 1 supervisor
            this is the last administrator; make another person administrator first
            [1]
            $ mesabot people role 2 requester
            Person 2 is requester now.
            [0]
            $ mesabot people revoke 2
            Person 2 has no access any more; 0 ticket(s) went back.
            [0]
            $ mesabot people revoke 2
            there is no such person with access; see mesabot people list
            [1]
            $ mesabot people revoke 1
            this is the last administrator; make another person administrator first
            [1]
            $ mesabot people unlink 1 7
            the person has no such link; see mesabot people show
            [1]
            $ mesabot people list
            1  Rosa  administrator  -  holds 0
            2  Ana  revoked  -  holds 0
            [0]
            ");
        }
        let ticket = find::by_id(ground.database.reader(), mesabot::domain::id::TicketId(1)).await;
        assert_eq!(ticket.unwrap().technician_id, None);
        let shown = asks(ground, "people show 2 --json").await;
        let shown: serde_json::Value =
            serde_json::from_str(shown.strip_suffix("\n[0]").unwrap()).unwrap();
        let kinds: Vec<&str> = shown["history"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                assert_eq!(one["by"], "operator");
                one["event"]["kind"].as_str().unwrap()
            })
            .collect();
        assert_eq!(kinds, ["group_added", "role_changed", "revoked"]);
    })
    .await;
}

#[tokio::test]
async fn the_operator_revokes_invitations_and_unlinks_chats() {
    on_every_engine(async |ground| {
        let to = &Address {
            channel: ChannelKind::Console,
            chat_key: "grupo".into(),
            person: None,
            locale: Locale::Es,
        };
        acts!(ground, Doer::Desk, START, |act| people::link_destination(act.tx, "soporte", to))
            .unwrap();
        let made = asks(ground, "invite --role requester --uses 3").await;
        assert!(made.contains("/start ") && made.ends_with("[0]"), "{made}");
        let listed = asks(ground, "invite list").await;
        assert!(listed.starts_with("1  requester    3 use(s) left  until "), "{listed}");
        assert_eq!(
            asks(ground, "invite revoke 1").await,
            "Invitation 1 does not work any more.\n[0]"
        );
        assert_eq!(asks(ground, "invite revoke 1").await, "Nothing to change.\n[0]");
        assert!(asks(ground, "invite list").await.contains("  revoked  "));
        assert!(asks(ground, "invite").await.contains("--role"), "a role or a chat is needed");
        assert_eq!(asks(ground, "chats list").await, "1  console grupo  soporte\n[0]");
        assert_eq!(asks(ground, "chats unlink 1").await, "Chat 1 is not linked any more.\n[0]");
        assert_eq!(asks(ground, "chats list --json").await, "[]\n[0]");
    })
    .await;
}
