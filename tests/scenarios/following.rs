//! `/seguir`: a member of the staff follows a ticket of a colleague. Deliberately absent: who may read a
//! ticket, which `rights` tries.

use insta::assert_snapshot;

use super::lost_rights::is_demoted;
use crate::support::pairing::{Person, in_every_pairing};

/// Says something, and gives what the person reads besides cards.
async fn says(person: &Person<'_>, words: &str) -> String {
    person.reads();
    person.says(words).await;
    person.reads()
}

#[test]
fn a_follower_is_told_of_each_status_once() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let ivan = desk.technician("Iván").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        assert_snapshot!(says(&ivan, "/seguir 1").await, @"");
        ana.says("/suspender 1 Espero el repuesto").await;
        assert_snapshot!(ivan.reads(), @"");
        ana.says("/nota 1 Llamé al proveedor").await;
        assert_eq!(ivan.reads(), "", "a note changes no status");
        ana.says("/reanudar 1").await;
        ivan.reads();
        ivan.presses("Dejar de seguir").await;
        assert_snapshot!(ivan.reads(), @"");
        ana.says("/suspender 1 Espero otra vez").await;
        assert_eq!(ivan.reads(), "", "a person who stopped is told no more");
        desk.all_read();
    });
}

#[test]
fn following_ends_with_the_ticket() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let ivan = desk.technician("Iván").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        says(&ivan, "/seguir 1").await;
        marta.says("/retirar 1").await;
        marta.presses("Sí, retirarlo").await;
        assert_snapshot!(ivan.reads(), @"");
        assert_snapshot!(says(&ivan, "/seguir 1").await, @"");
        ana.reads();
        desk.all_read();
    });
}

#[test]
fn a_follower_who_lost_the_right_to_read_is_told_nothing() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let ivan = desk.technician("Iván").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        says(&ivan, "/seguir 1").await;
        is_demoted(desk, "Iván").await;
        ana.says("/suspender 1 Espero el repuesto").await;
        // Cards that the person had are withdrawn; no notice follows.
        let read = ivan.reads();
        assert!(!read.contains("cambió de estado"), "{read}");
        desk.all_read();
    });
}
