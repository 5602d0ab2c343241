//! People, invitations and group chats.

use mesabot::{
    domain::{
        channel::ChannelKind, id::PersonId, locale::Locale, person::Role, refusal::Refusal,
        time::HOUR,
    },
    service::{
        Error, Result,
        people::{
            self, Address,
            invitations::{self, Brought, NewInvitation, Place},
            known,
        },
    },
};

use super::{Ground, START, new_person, on_every_engine};

async fn invites(ground: &Ground, role: Option<Role>, uses: i32) -> String {
    let code = invitations::code([uses.to_be_bytes()[3]; 16]);
    let groups = vec!["soporte".to_owned()];
    let new = NewInvitation { role, groups, name: None, uses, expires_at: START.plus(HOUR) };
    let new = &new;
    let kept = &code;
    let made: Result<()> = ground
        .database
        .write(|tx| {
            Box::pin(async move { invitations::invite(tx, new.clone(), kept, START).await })
        })
        .await;
    made.unwrap();
    code
}

async fn redeems(ground: &Ground, code: &str, place: Place<'_>, after: i64) -> Result<bool> {
    let now = START.plus(after);
    ground
        .database
        .write(|tx| {
            Box::pin(async move {
                let redeemed = invitations::redeem(tx, Brought { code, place, now }).await?;
                Ok(redeemed.is_repeated)
            })
        })
        .await
}

fn refused<T: std::fmt::Debug>(result: Result<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn by(account: &str) -> Place<'_> {
    Place::Private { channel: ChannelKind::Console, account }
}

const GROUP: Place<'static> = Place::Group { channel: ChannelKind::Console, chat: "grupo" };

#[tokio::test]
async fn an_invitation_works_for_its_number_of_uses() {
    on_every_engine(async |ground| {
        let code = invites(ground, Some(Role::Technician), 2).await;
        assert_eq!(code.len(), 26);
        redeems(ground, &code.to_uppercase(), by("ana"), 0).await.unwrap();
        assert_eq!(refused(redeems(ground, &code, GROUP, 0).await), Refusal::InvitationMisplaced);
        redeems(ground, &code, by("luis"), 0).await.unwrap();
        assert_eq!(refused(redeems(ground, &code, by("eva"), 0).await), Refusal::InvitationInvalid);
        let late = invites(ground, None, 1).await;
        assert_eq!(refused(redeems(ground, &late, GROUP, HOUR).await), Refusal::InvitationInvalid);
        assert_eq!(refused(redeems(ground, "abc", by("eva"), 0).await), Refusal::InvitationInvalid);
    })
    .await;
}

#[tokio::test]
async fn one_account_takes_one_use_of_a_shared_invitation() {
    on_every_engine(async |ground| {
        let code = invites(ground, Some(Role::Technician), 2).await;
        assert!(!redeems(ground, &code, by("ana"), 0).await.unwrap());
        for _ in 0..3 {
            assert!(
                redeems(ground, &code, by("ana"), 0).await.unwrap(),
                "the second use is recognised"
            );
        }
        assert!(!redeems(ground, &code, by("luis"), 0).await.unwrap(), "one use is left");
        assert_eq!(refused(redeems(ground, &code, by("eva"), 0).await), Refusal::InvitationInvalid);
        assert!(
            redeems(ground, &code, by("ana"), 0).await.unwrap(),
            "the code is used up, and still known as hers"
        );
    })
    .await;
}

#[tokio::test]
async fn a_blocked_account_is_reachable_again_when_it_writes() {
    on_every_engine(async |ground| {
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let id = marta.person().unwrap().id;
        let reader = ground.database.reader();
        assert!(people::addresses(reader, id).await.unwrap().is_empty(), "no private chat yet");
        let hears = async || {
            let found = people::find_account(reader, ChannelKind::Console, "marta").await.unwrap();
            let account = &found.unwrap().0;
            let heard: Result<()> = ground
                .database
                .write(|tx| {
                    Box::pin(async move {
                        people::note_private_message(tx, account, "chat-1", START).await
                    })
                })
                .await;
            heard.unwrap();
        };
        hears().await;
        assert_eq!(people::addresses(reader, id).await.unwrap().len(), 1);
        let lost: Result<_> = ground
            .database
            .write(|tx| {
                Box::pin(async move {
                    people::mark_unreachable(tx, ChannelKind::Console, "chat-1", START).await
                })
            })
            .await;
        assert!(lost.unwrap().is_some(), "the loss is new");
        assert!(people::addresses(reader, id).await.unwrap().is_empty());
        hears().await;
        assert_eq!(people::addresses(reader, id).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_account_is_enrolled_once() {
    on_every_engine(async |ground| {
        ground.enrols("Marta", Role::Requester, &[]).await;
        let new = &new_person("Marta");
        let twice: Result<()> = ground
            .database
            .write(|tx| {
                Box::pin(async move {
                    people::enrol(tx, new.clone(), START).await?;
                    Ok(())
                })
            })
            .await;
        assert!(matches!(twice, Err(Error::Database(_))), "the database itself refuses");
    })
    .await;
}

#[tokio::test]
async fn a_group_chat_is_followed_to_its_new_key() {
    on_every_engine(async |ground| {
        let reader = ground.database.reader();
        let to = |chat: &str| Address {
            channel: ChannelKind::Telegram,
            chat_key: chat.to_owned(),
            person: None,
            locale: Locale::Es,
        };
        let old = &to("-5");
        let moved: Result<()> = ground
            .database
            .write(|tx| {
                Box::pin(async move {
                    people::link_destination(tx, "soporte", old).await?;
                    people::link_destination(tx, "soporte", old).await?;
                    people::move_chat(tx, ChannelKind::Telegram, "-5", "-1005").await?;
                    people::move_chat(tx, ChannelKind::Telegram, "-5", "-1005").await
                })
            })
            .await;
        moved.unwrap();
        assert_eq!(people::destinations(reader, "soporte").await.unwrap(), [to("-1005")]);
    })
    .await;
}

#[tokio::test]
async fn people_are_found_by_parts_of_their_names_on_every_engine() {
    on_every_engine(async |ground| {
        for name in ["Marta Gómez", "MARTA RUIZ", "Ángela Núñez", "Luis 50% Gil"] {
            ground.enrols(name, Role::Requester, &[]).await;
        }
        let noted: Result<()> = ground
            .database
            .write(|tx| {
                Box::pin(async move {
                    known::enrol_by_name(tx, "Marta Peña".into(), Locale::Es, START).await?;
                    Ok(())
                })
            })
            .await;
        noted.unwrap();
        let reader = ground.database.reader();
        let no_one = PersonId(0);
        let called = async |typed: &str| {
            let found = mesabot::chat::named::people(reader, typed, no_one).await.unwrap();
            found.into_iter().map(|found| (found.name, found.networks.len())).collect::<Vec<_>>()
        };
        let named = |names: &[(&str, usize)]| -> Vec<(String, usize)> {
            names.iter().map(|(name, networks)| ((*name).to_owned(), *networks)).collect()
        };
        let mut martas = called("marta").await;
        martas.sort();
        let all = named(&[("MARTA RUIZ", 1), ("Marta Gómez", 1), ("Marta Peña", 0)]);
        assert_eq!(martas, all);
        assert_eq!(called("gomez marta").await, named(&[("Marta Gómez", 1)]));
        assert_eq!(called("ANGELA núñ").await, named(&[("Ángela Núñez", 1)]));
        assert_eq!(called("peña").await, named(&[("Marta Peña", 0)]));
        assert_eq!(called("50%").await, named(&[("Luis 50% Gil", 1)]));
        assert_eq!(called("%").await, [], "a percent sign matches itself");
        assert_eq!(called("arta").await, [], "no name begins with it");
        assert_eq!(called(" ").await, []);
    })
    .await;
}
