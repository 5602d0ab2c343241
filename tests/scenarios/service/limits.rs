//! The limit of open tickets per requester, including tickets that the staff registers.

use mesabot::{
    domain::{
        id::TicketNumber, limits::Limits, person::Role, procedure::Procedure, refusal::Refusal,
        source::Source,
    },
    service::{
        Error,
        ticket::{
            attachment::{self, NewAttachment},
            close,
            open::{NewTicket, open_solved},
            self_help,
        },
    },
};

use super::{START, acts, on_every_engine, request};
use crate::support::desk::uspec;

fn narrow() -> Procedure {
    let limits = Limits { open_tickets: 2, files: 2, ..Limits::default() };
    Procedure { limits, ..uspec() }
}

fn refused<T>(outcome: Result<T, Error>) -> Refusal {
    match outcome {
        Err(Error::Refused(refusal)) => refusal,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("the act was not refused"),
    }
}

#[tokio::test]
async fn the_ticket_limit_holds_whoever_registers() {
    on_every_engine(async |ground| {
        ground.runs_on(narrow()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let ana = ground.enrols("Ana", Role::Technician, &["soporte"]).await;
        let new = &request(&marta, "plataforma");
        let phoned = &NewTicket { source: Source::Phone, ..new.clone() };
        let opened = acts!(ground, marta, START, |act| self_help::open_after(act, new.clone(), 0));
        opened.unwrap();
        acts!(ground, ana, START, |act| self_help::open_after(act, phoned.clone(), 0)).unwrap();
        let own = acts!(ground, marta, START, |act| self_help::open_after(act, new.clone(), 0));
        assert_eq!(refused(own), Refusal::TooManyOpen { most: 2, for_another: false });
        let other = acts!(ground, ana, START, |act| self_help::open_after(act, phoned.clone(), 0));
        assert_eq!(refused(other), Refusal::TooManyOpen { most: 2, for_another: true });
        // Finished work does not count as an open ticket.
        acts!(ground, ana, START, |act| open_solved(act, new.clone(), "Reinicié")).unwrap();
        for number in [1, 2] {
            let number = TicketNumber(number);
            acts!(ground, marta, START, |act| close::withdraw(act, number)).unwrap();
        }
        acts!(ground, marta, START, |act| self_help::open_after(act, new.clone(), 0)).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_ticket_has_a_limit_of_files() {
    on_every_engine(async |ground| {
        ground.runs_on(narrow()).await;
        let marta = ground.enrols("Marta", Role::Requester, &[]).await;
        let number = ground.opens(&marta, "plataforma").await.unwrap().ticket.number;
        let photo = &NewAttachment {
            kind: "photo".into(),
            reference: "a".into(),
            name: None,
            caption: String::new(),
            internal: false,
        };
        for _ in 0..2 {
            acts!(ground, marta, START, |act| attachment::attach(act, number, photo.clone()))
                .unwrap();
        }
        let third =
            acts!(ground, marta, START, |act| attachment::attach(act, number, photo.clone()));
        assert_eq!(refused(third), Refusal::TooManyFiles { most: 2 });
    })
    .await;
}
