//! Files are queued, claimed by one fetcher, settled once, and shown in a chat once.

use mesabot::{
    domain::{
        channel::ChannelKind,
        file::Unkept,
        id::TicketNumber,
        locale::Locale,
        person::Role,
        time::{DAY, MINUTE, SECOND},
    },
    entity::attachment::{self, FileState},
    service::{
        files::{self, Count, Fetched},
        people::Address,
        ticket::attachment::{NewAttachment, attach},
    },
};

use sea_orm::Iterable;

use super::{Ground, START, acts, on_every_engine};

fn sent(kind: &str, internal: bool) -> NewAttachment {
    NewAttachment {
        kind: kind.to_owned(),
        reference: "file-1".to_owned(),
        name: Some("informe.pdf".to_owned()),
        caption: String::new(),
        internal,
    }
}

/// The files of a ticket, one of the requester and one of the technician in a note.
async fn two_files(ground: &Ground) -> Vec<attachment::Model> {
    let marta = ground.enrols("Marta", Role::Requester, &[]).await;
    let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
    ground.opens(&marta, "plataforma").await.unwrap();
    for (doer, internal) in [(&marta, false), (&ana, true)] {
        let new = &sent("document", internal);
        acts!(ground, *doer, START, |act| attach(act, TicketNumber(1), new.clone())).unwrap();
    }
    // A location is no file.
    let place = &sent("location", false);
    acts!(ground, marta, START, |act| attach(act, TicketNumber(1), place.clone())).unwrap();
    files::due(ground.database.reader(), START, &[], 10).await.unwrap()
}

fn fetched() -> Fetched {
    let digest = "a".repeat(64);
    Fetched { digest, size: 12, media: "application/pdf".to_owned() }
}

#[tokio::test]
async fn a_file_is_claimed_by_one_fetcher_and_due_again_after_its_death() {
    on_every_engine(async |ground| {
        let wanted = two_files(ground).await;
        assert_eq!(wanted.len(), 2);
        let first = &wanted[0];
        let until = START.plus(5 * MINUTE);
        let desk = mesabot::domain::person::Doer::Desk;
        let claims = async |at| -> bool {
            acts!(ground, desk, at, |act| files::claim(act.tx, first, until)).unwrap()
        };
        assert!(claims(START).await);
        assert!(!claims(START).await, "a second fetcher that saw the file due gets nothing");
        let reader = ground.database.reader();
        assert_eq!(files::due(reader, START, &[], 10).await.unwrap().len(), 1);
        assert_eq!(files::next_due(reader, &[]).await.unwrap(), Some(START));
        let again = files::due(reader, until, &[], 10).await.unwrap();
        assert_eq!(again.iter().map(|row| row.attempts).collect::<Vec<_>>(), [0, 1]);
        let later = until.plus(SECOND);
        acts!(ground, desk, until, |act| files::put_off(act.tx, first, later)).unwrap();
        assert_eq!(files::due(reader, until, &[], 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn files_of_an_unreached_network_wait_without_an_attempt() {
    on_every_engine(async |ground| {
        let wanted = two_files(ground).await;
        let reader = ground.database.reader();
        let unreached = [wanted[0].channel];
        // A clock set back makes no difference.
        for now in [START, START.plus(-30 * DAY)] {
            assert_eq!(files::due(reader, now, &unreached, 10).await.unwrap(), []);
            assert_eq!(files::due(reader, now, &[], 10).await.unwrap().len(), 2);
        }
        assert_eq!(files::next_due(reader, &unreached).await.unwrap(), None);
        let reached: Vec<_> =
            ChannelKind::iter().filter(|kind| !unreached.contains(kind)).collect();
        assert_eq!(files::due(reader, START, &reached, 10).await.unwrap(), wanted);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_settled_once() {
    on_every_engine(async |ground| {
        let wanted = two_files(ground).await;
        let desk = mesabot::domain::person::Doer::Desk;
        let file = &fetched();
        let one = &wanted[0];
        let other = &wanted[1];
        let ticket = one.ticket_id;
        let reader = ground.database.reader();
        let (counted, _) = files::count(reader, ticket).await.unwrap();
        assert_eq!(counted, Count { files: 2, kept: 0, missing: 0 });
        let kept =
            acts!(ground, desk, START, |act| files::keep(act.tx, one, file, act.now)).unwrap();
        let kept = kept.expect("the file is queued");
        assert_eq!((kept.attachment.state, kept.file.size), (FileState::Kept, 12));
        let twice =
            acts!(ground, desk, START, |act| files::keep(act.tx, one, file, act.now)).unwrap();
        assert_eq!(twice, None);
        let refused = acts!(ground, desk, START, |act| {
            files::give_up(act.tx, one, Unkept::Gone, act.now)
        });
        assert_eq!(refused.unwrap(), None, "a stored file stays stored");
        // The same content again is the same stored file.
        let same =
            acts!(ground, desk, START, |act| files::keep(act.tx, other, file, act.now)).unwrap();
        assert!(same.is_some());
        assert_eq!(files::of_ticket(reader, ticket).await.unwrap().len(), 2);
        let (_, open) = files::count(reader, ticket).await.unwrap();
        assert_eq!(open, Count { files: 1, kept: 1, missing: 0 });
        assert_eq!(files::next_due(reader, &[]).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_stored_has_a_reason() {
    on_every_engine(async |ground| {
        let wanted = two_files(ground).await;
        let desk = mesabot::domain::person::Doer::Desk;
        for (row, why, state) in [
            (&wanted[0], Unkept::TooLarge, FileState::Refused),
            (&wanted[1], Unkept::Unreached, FileState::Lost),
        ] {
            let lost =
                acts!(ground, desk, START, |act| { files::give_up(act.tx, row, why, act.now) });
            let lost = lost.unwrap().expect("the file is queued");
            assert_eq!((lost.state, lost.why, lost.due_at), (state, Some(why), None));
        }
        let counted = files::count(ground.database.reader(), wanted[0].ticket_id).await;
        assert_eq!(counted.unwrap().0, Count { files: 0, kept: 0, missing: 2 });
    })
    .await;
}

#[tokio::test]
async fn a_file_is_shown_in_a_chat_once() {
    on_every_engine(async |ground| {
        let wanted = two_files(ground).await;
        let desk = mesabot::domain::person::Doer::Desk;
        let file = &wanted[0];
        let chat = |key: &str| Address {
            channel: ChannelKind::Console,
            chat_key: key.to_owned(),
            person: None,
            locale: Locale::Es,
        };
        for (key, news) in [("ana", true), ("ana", false), ("luis", true)] {
            let to = &chat(key);
            let shown = acts!(ground, desk, START, |act| files::show(act.tx, file, to)).unwrap();
            assert_eq!(shown, news, "{key}");
        }
    })
    .await;
}
