//! What people see on their networks after they lose a right, and in chats that do not belong to
//! the desk. The whole matrix is in `rights`.

use mesabot::{
    domain::person::Role,
    entity::{membership, person},
    service::{Error, ticket::find},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::support::pairing::{PairedDesk, Person, in_every_pairing};

const HIDDEN: &str = "Este caso ya no se muestra aquí. Con /miscasos ve los que puede consultar.";

/// Makes a person a requester, with or without their groups.
pub async fn is_demoted(desk: &PairedDesk, name: &str) {
    let id = desk.person(name).await.expect("the person exists");
    let demoted: Result<(), Error> = desk
        .app
        .database
        .write(|tx| {
            Box::pin(async move {
                person::Entity::update_many()
                    .set(person::ActiveModel { role: Set(Role::Requester), ..Default::default() })
                    .filter(person::Column::Id.eq(id))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await;
    demoted.expect("the role is changed");
}

/// Removes a person from every group.
async fn leaves_groups(desk: &PairedDesk, name: &str) {
    let id = desk.person(name).await.expect("the person exists");
    let left: Result<(), Error> = desk
        .app
        .database
        .write(|tx| {
            Box::pin(async move {
                membership::Entity::delete_many()
                    .filter(membership::Column::PersonId.eq(id))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await;
    left.expect("the groups are left");
}

/// Seven tickets wait, so that the queue has a second page.
async fn seven_tickets(desk: &PairedDesk, marta: &Person<'_>) {
    for number in 1..=7 {
        desk.opens_ticket(marta, &format!("Pantalla azul {number}")).await;
    }
    marta.reads();
}

#[test]
fn a_queue_button_shows_nothing_once_the_role_is_lost() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        seven_tickets(desk, &marta).await;
        ana.reads();
        ana.says("/cola").await;
        assert!(ana.reads().contains("Pantalla azul 6"));
        let more = ana.holds("Ver más");
        is_demoted(desk, "Ana").await;
        ana.presses_held(&more).await;
        let messages = ana.reads();
        assert!(messages.contains("es para el personal de la mesa de ayuda"), "{messages}");
        assert!(!messages.contains("Pantalla azul"), "{messages}");
        ana.says("/cola").await;
        assert!(!ana.reads().contains("Pantalla azul"));
    });
}

#[test]
fn a_card_is_blanked_once_its_reader_lost_the_right() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let beto = desk.technician("Beto").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "Pantalla azul").await;
        assert!(beto.reads().contains("Pantalla azul"));
        leaves_groups(desk, "Beto").await;
        ana.says("/aceptar 1").await;
        assert_eq!(
            beto.reads(),
            format!("✎ {HIDDEN}"),
            "the card has no text of the ticket and no button"
        );
        ana.says("/suspender 1 Falta un cable").await;
        ana.says("/reanudar 1").await;
        assert_eq!(beto.reads(), "", "the card is not edited again");
        assert!(ana.reads().contains("En curso"));
        marta.reads();
    });
}

#[test]
fn a_requester_invited_with_a_group_has_no_queue() {
    in_every_pairing(async |desk| {
        let pedro = desk.staff("Pedro", Role::Requester, &["soporte"]).await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "Pantalla azul").await;
        marta.reads();
        assert_eq!(pedro.reads(), "", "no card is sent to a requester");
        for command in ["/cola", "/caso 1", "/sla 1", "/nota 1 Hola"] {
            pedro.says(command).await;
            let messages = pedro.reads();
            assert!(!messages.contains("Pantalla azul"), "{command}: {messages}");
        }
        let id = desk.newest().await.id;
        let history = find::history(desk.app.database.reader(), id).await.unwrap();
        assert_eq!(history.len(), 1, "the ticket's history is unchanged");
    });
}

#[test]
fn a_queue_asked_for_in_a_strange_chat_is_read_in_private() {
    in_every_pairing(async |desk| {
        let sonia = desk.staff("Sonia", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "Pantalla azul").await;
        marta.reads();
        let strange = desk.group_of(&sonia);
        sonia.says_in(&strange, "/cola").await;
        assert!(!strange.newest(&sonia).contains("Pantalla azul"), "the chat shows no title");
        let messages = sonia.reads_in(&strange) + &sonia.reads();
        assert!(messages.contains("Pantalla azul"), "{messages}");
    });
}
